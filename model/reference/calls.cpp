// SPDX-License-Identifier: MIT
#include "model/reference/calls.h"

#include "model/reference/rulebook.h"

namespace bp::reference {
namespace {

/// Where the direct map begins. Real kernels differ; only that 0 is no address matters (R-API-14).
constexpr std::uint64_t kDirectMap = 0xffff'8880'0000'0000;
constexpr unsigned kPageShift = 12;

Request request(const Caller& c, int node, Gfp g, unsigned order) {
  return {.cpu = c.cpu,
          .node = node,
          .gfp = g,
          .order = order,
          .task = c.task,
          .environment = c.environment};
}

/// The page's address along with it.
Called with_address(const Reference& r, Answer got) {
  const Address at = page_address(r, got.head);
  return {.answer = std::move(got), .address = at};
}

std::optional<CallFault> fault_of_node(const Reference& r, int node) {
  if (node < 0 || static_cast<unsigned>(node) >= r.nodes()) return CallFault::no_such_node;
  if (!r.is_online(static_cast<unsigned>(node))) return CallFault::offline_node;
  return std::nullopt;
}

std::optional<CallFault> fault_of_block(const Reference& r, Pfn page, unsigned order) {
  const auto allocated = r.allocated_order(page);
  if (!allocated) return CallFault::not_allocated;
  if (order > kOrderMax || *allocated != Order{order}) return CallFault::wrong_order;
  return std::nullopt;
}

}  // namespace

Address page_address(const Reference& r, Pfn page) {
  if (page == kNoPfn || !r.zone_of(page) || r.is_highmem(page)) return Address::none;
  return Address{kDirectMap + (static_cast<std::uint64_t>(page) << kPageShift)};
}

std::optional<Pfn> page_of(const Reference& r, Address at) {
  const auto raw = static_cast<std::uint64_t>(at);
  if (raw < kDirectMap) return std::nullopt;
  const Pfn page{(raw - kDirectMap) >> kPageShift};
  if (!r.zone_of(page)) return std::nullopt;
  return page;
}

Called alloc_pages(Reference& r, const Caller& c, Gfp g, unsigned order) {
  return {.answer = r.alloc(request(c, -1, g, order))};
}

Called alloc_page(Reference& r, const Caller& c, Gfp g) { return alloc_pages(r, c, g, 0); }

Called alloc_pages_current(Reference& r, const Caller& c, Gfp g, unsigned order) {
  return alloc_pages(r, c, g, order);
}

Called alloc_pages_node(Reference& r, const Caller& c, int node, Gfp g, unsigned order) {
  if (node == -1) node = static_cast<int>(r.nearest_node_with_memory(c.cpu));
  return alloc_pages_node_raw(r, c, node, g, order);
}

Called alloc_pages_node_raw(Reference& r, const Caller& c, int node, Gfp g, unsigned order) {
  return alloc_pages_nodemask(r, c, node, 0, g, order);
}

Called alloc_pages_nodemask(Reference& r, const Caller& c, int node, unsigned nodemask, Gfp g,
                            unsigned order) {
  const auto fault = fault_of_node(r, node);
  if (fault == CallFault::no_such_node) return {.fault = fault};
  Request asked = request(c, node, g, order);
  asked.nodemask = nodemask;
  return {.answer = r.alloc(asked), .fault = fault};
}

Called get_free_pages(Reference& r, const Caller& c, Gfp g, unsigned order) {
  std::optional<CallFault> fault;
  if (g.has(GfpFlag::highmem)) {
    if (r.rules().address_clears_highmem)
      g = g.without(GfpFlag::highmem);
    else
      fault = CallFault::highmem;
  }
  Called got = with_address(r, r.alloc(request(c, -1, g, order)));
  got.fault = fault;
  return got;
}

Called get_free_page(Reference& r, const Caller& c, Gfp g) { return get_free_pages(r, c, g, 0); }

Called get_zeroed_page(Reference& r, const Caller& c, Gfp g) {
  return get_free_pages(r, c, g | GfpFlag::zero, 0);  // L-16
}

Called get_dma_pages(Reference& r, const Caller& c, Gfp g, unsigned order) {
  return get_free_pages(r, c, g | GfpFlag::dma, order);
}

Called alloc_pages_exact(Reference& r, const Caller& c, Gfp g, unsigned pages) {
  return with_address(r, r.alloc_exact(request(c, -1, g, 0), pages));
}

unsigned alloc_pages_bulk(Reference& r, const Caller& c, Gfp g, std::span<Pfn> pages) {
  return r.alloc_bulk(request(c, -1, g, 0), pages);
}

std::optional<CallFault> free_pages_raw(Reference& r, const Caller& c, Pfn page, unsigned order) {
  if (const auto fault = fault_of_block(r, page, order)) return fault;
  r.free(c.cpu, page, Order{order});
  return std::nullopt;
}

std::optional<CallFault> free_page_raw(Reference& r, const Caller& c, Pfn page) {
  return free_pages_raw(r, c, page, 0);
}

std::optional<CallFault> free_pages(Reference& r, const Caller& c, Address at, unsigned order) {
  if (at == Address::none) return std::nullopt;
  const auto page = page_of(r, at);
  return page ? free_pages_raw(r, c, *page, order) : CallFault::not_an_address;
}

std::optional<CallFault> free_page(Reference& r, const Caller& c, Address at) {
  return free_pages(r, c, at, 0);
}

std::optional<CallFault> split_page(Reference& r, Pfn page, unsigned order) {
  if (const auto fault = fault_of_block(r, page, order)) return fault;
  r.split(page, Order{order});
  return std::nullopt;
}

}  // namespace bp::reference
