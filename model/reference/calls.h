// SPDX-License-Identifier: MIT
// What callers call (R-API): every interface of the page allocator as a function of the reference,
// by the kernel's names. They differ in what they do to the mask, in how the node is found and in
// whether they give a page or an address; the rest is one allocation.
//
// A name that begins with two underscores in the kernel has them left out here, and `_raw` at its
// end where the name without is another function.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "model/reference/reference.h"

namespace bp::reference {

/// A kernel virtual address in the direct map; 0: none.
enum class Address : std::uint64_t { none = 0 };

/// Who calls.
struct Caller {
  unsigned cpu = 0;
  Task task;
  const Environment* environment = nullptr;  ///< Outlives the call.
};

/// What a call does wrong. The kernel asserts or warns, and goes on if it was not built to stop.
enum class CallFault : std::uint8_t {
  highmem,         ///< v4.7: an address of a HIGHMEM page was asked for (L-3).
  no_such_node,    ///< The node's number is out of range: nothing was done (R-API-8).
  offline_node,    ///< The node is not there: a warning (R-API-8).
  not_an_address,  ///< The address is not in the direct map: nothing was done.
  not_allocated,   ///< Nobody has the block: nothing was done (R-BUDDY-18).
  wrong_order,     ///< The block has another order: nothing was done (R-API-13).
};

struct Called {
  Answer answer;
  Address address = Address::none;  ///< Of calls that give one.
  std::optional<CallFault> fault;
};

/// page_address. None: the page is HIGHMEM, or there is no page.
Address page_address(const Reference& r, Pfn page);
/// virt_to_page. Nothing: no frame of the machine has this address.
std::optional<Pfn> page_of(const Reference& r, Address at);

Called alloc_pages(Reference& r, const Caller& c, Gfp g, unsigned order);  ///< R-API-1
Called alloc_page(Reference& r, const Caller& c, Gfp g);
/// What alloc_pages is on NUMA: by the task's policy (R-API-10).
Called alloc_pages_current(Reference& r, const Caller& c, Gfp g, unsigned order);
/// Node -1: the nearest one with memory (R-API-7).
Called alloc_pages_node(Reference& r, const Caller& c, int node, Gfp g, unsigned order);
/// __alloc_pages_node: the node is named (R-API-8).
Called alloc_pages_node_raw(Reference& r, const Caller& c, int node, Gfp g, unsigned order);
/// __alloc_pages_nodemask: bit n: node n; 0: all.
Called alloc_pages_nodemask(Reference& r, const Caller& c, int node, unsigned nodemask, Gfp g,
                            unsigned order);
Called get_free_pages(Reference& r, const Caller& c, Gfp g, unsigned order);  ///< R-API-3
Called get_free_page(Reference& r, const Caller& c, Gfp g);
Called get_zeroed_page(Reference& r, const Caller& c, Gfp g);                ///< R-API-4
Called get_dma_pages(Reference& r, const Caller& c, Gfp g, unsigned order);  ///< R-API-5
/// alloc_pages_exact: so many pages, as an address.
Called alloc_pages_exact(Reference& r, const Caller& c, Gfp g, unsigned pages);
/// alloc_pages_bulk_array: how many entries are populated.
unsigned alloc_pages_bulk(Reference& r, const Caller& c, Gfp g, std::span<Pfn> pages);

// Giving back. The fault, if it was one: then nothing was done.

std::optional<CallFault> free_pages_raw(Reference& r, const Caller& c, Pfn page, unsigned order);
std::optional<CallFault> free_page_raw(Reference& r, const Caller& c, Pfn page);
/// free_pages: by address; none is no fault (R-API-12).
std::optional<CallFault> free_pages(Reference& r, const Caller& c, Address at, unsigned order);
std::optional<CallFault> free_page(Reference& r, const Caller& c, Address at);
std::optional<CallFault> split_page(Reference& r, Pfn page, unsigned order);  ///< R-BUDDY-17

}  // namespace bp::reference
