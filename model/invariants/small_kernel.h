// SPDX-License-Identifier: MIT
// A small kernel made by hand, and a program of a few lines run on it by the reference: how the
// defects of real kernels are shown. One node, one zone NORMAL from frame 0 on, one CPU, pageblocks
// of order 9.
#pragma once

#include <iosfwd>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/invariants/state_view.h"
#include "model/reference/reference.h"

namespace bp {

/// One of U, M, R, H, C and I.
Migratetype type_of_letter(char c);

/// `pageblocks`: a letter for each, "UU MM"; blanks are skipped. Nothing is free yet, and counters
/// are right once lists are filled and count_free() is called.
reference::KernelState empty_kernel(Profile p, std::string_view pageblocks);
void add_free(reference::KernelState& s, std::uint64_t head, unsigned order, char type);
/// The counters as the lists are: what a sound kernel would have counted.
void count_free(reference::KernelState& s);

/// All of it free: two pageblocks of one type and one parent are one block.
reference::KernelState free_kernel(Profile p, std::string_view pageblocks);

/// What the lines of a KernelProgram mean, for who reads one.
extern const std::string_view kKernelProgramHelp;

/// Runs lines of operations on the reference, frames in hex, slots by number:
///   a ORDER TYPE SLOT  alloc_pages that may not block      A ORDER SLOT  the same with GFP_ATOMIC
///   f SLOT             __free_pages                        d             drain_all_pages
///   I PFN              start_isolate_page_range            J PFN TYPE    undo_isolate_page_range
///   b PFN              the page goes bad                   U             unreserve_highatomic
///   T PFN SLOT         __isolate_free_page                 w             the zone gets small marks
class KernelProgram {
 public:
  explicit KernelProgram(const reference::KernelState& s) : kernel_(s) {}

  /// False: the line has a form that none of these has, or frees an empty slot; nothing is done.
  bool step(const std::string& line);
  /// Line by line, up to the first that cannot be done.
  bool run(std::string_view lines);
  void free_all();

  reference::KernelState state() const { return kernel_.save(); }
  std::vector<HeldBlock> held() const;

 private:
  void alloc(std::istream& in, bool atomic);
  bool free(std::istream& in);
  void isolate(Pfn p);
  void take(std::istream& in);
  void unisolate(std::istream& in);

  reference::Reference kernel_;
  std::map<unsigned, HeldBlock> slots_;
};

}  // namespace bp
