// SPDX-License-Identifier: MIT
#include "fuzz/kernel/organic.h"

#include <algorithm>
#include <unordered_map>

#include "fuzz/kernel/line_cursor.h"
#include "model/vocab/gfp_text.h"

namespace bp::kernel {
namespace {

constexpr std::string_view kDumpMark = "PGO_STATE";
constexpr std::string_view kAlloc = "mm_page_alloc: ";
constexpr std::string_view kFree = "mm_page_free: ";
constexpr std::string_view kBatched = "mm_page_free_batched: ";

/// What follows "name=" up to a blank; empty: the line has no such field.
std::string_view field(std::string_view line, std::string_view name) {
  const std::size_t at = line.find(name);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = line.substr(at + name.size());
  return rest.substr(0, rest.find(' '));
}

/// Between the first dump's mark and the second's; the whole text if it has none.
bool is_inside(unsigned marks, bool has_marks) { return marks == 1 || !has_marks; }

class Reader {
 public:
  Reader(std::vector<RecordedOp>& ops, Era era) : ops_(ops), era_(era) {}

  /// A fault in one clause, or nothing.
  std::string read(std::string_view line, std::size_t number) {
    if (line.find(kAlloc) != std::string_view::npos) return alloc(line, number);
    if (line.find(kFree) != std::string_view::npos) return free(line, number);
    if (line.find(kBatched) != std::string_view::npos) return batched(line, number);
    return {};
  }

 private:
  std::string block(std::string_view line, std::size_t number, OpKind kind) {
    RecordedOp op;
    op.kind = kind;
    op.line = number;
    std::string_view frame = field(line, "pfn=0x");
    LineCursor pfn(frame);
    op.pfn = Pfn{pfn.hex()};
    LineCursor order(field(line, "order="));
    op.order = static_cast<unsigned>(order.integer(0, kOrderMax));
    if (!pfn.ok()) return "pfn=: " + pfn.fault();
    if (!order.ok()) return "order=: " + order.fault();
    if (!is_aligned(op.pfn, Order{op.order})) return "the frame is not aligned to the order";
    ops_.push_back(op);
    return {};
  }

  std::string alloc(std::string_view line, std::size_t number) {
    if (std::string what = block(line, number, OpKind::alloc_frame); !what.empty()) return what;
    const GfpParse mask = gfp_parse(field(line, "gfp_flags="), era_);
    if (!mask.fault.empty()) return "gfp_flags=: " + mask.fault;
    ops_.back().gfp = gfp_encode(mask.gfp, era_);
    announced_.erase(number_of(ops_.back()));
    return {};
  }

  std::string free(std::string_view line, std::size_t number) {
    if (std::string what = block(line, number, OpKind::free_frame); !what.empty()) return what;
    announced_[number_of(ops_.back())] = ops_.size() - 1;
    return {};
  }

  /// The operation moves from where it was announced to here.
  std::string batched(std::string_view line, std::size_t number) {
    if (std::string what = block(line, number, OpKind::free_frame); !what.empty()) return what;
    const auto found = announced_.find(number_of(ops_.back()));
    if (found == announced_.end()) return "the page was not announced by mm_page_free";
    ops_[found->second].kind = OpKind::nothing;
    announced_.erase(found);
    return {};
  }

  static std::uint64_t number_of(const RecordedOp& op) {
    return static_cast<std::uint64_t>(op.pfn);
  }

  std::vector<RecordedOp>& ops_;
  Era era_;
  std::unordered_map<std::uint64_t, std::size_t> announced_;  ///< By frame; looked up only.
};

}  // namespace

OrganicFault read_organic(std::string_view text, std::size_t first_line, Era era,
                          std::vector<RecordedOp>& ops) {
  const bool has_marks = text.find(kDumpMark) != std::string_view::npos;
  unsigned marks = 0;
  Reader reader(ops, era);
  Lines lines(text);
  while (!lines.at_end()) {
    const std::string_view line = lines.take();
    if (line.find(kDumpMark) != std::string_view::npos) {
      ++marks;
    } else if (is_inside(marks, has_marks)) {
      const std::size_t number = first_line + lines.number() - 1;
      if (std::string what = reader.read(line, number); !what.empty()) return {number, what};
    }
  }
  std::erase_if(ops, [](const RecordedOp& op) { return op.kind == OpKind::nothing; });
  return {};
}

}  // namespace bp::kernel
