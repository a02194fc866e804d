// SPDX-License-Identifier: MIT
#include "fuzz/explain/other_reports.h"

#include <array>

namespace bp::explain {
namespace {

struct Form {
  std::array<std::string_view, 3> starts;  ///< Of words in a row; an empty one is any.
  std::string_view what;
};
constexpr Form kForms[] = {
    {{"allocation", "stalls"}, "a stall: the request was still going on"},
    {{"vmalloc", "error:"}, "a vmalloc error"},
    {{"vmalloc:", "allocation"}, "a vmalloc failure"},
    {{"vmap", "allocation", "for"}, "a lack of addresses for vmalloc()"},
    {{"SLUB:", "Unable"}, "a slab that could not grow"},
    {{"Show", "Memory"}, "memory shown by SysRq"},
    {{"cma_alloc:"}, "a CMA area without a range of this size: no zone was asked"},
    {{"mm/page_alloc.c:"},
     "a warning of the page allocator itself, as for an order above its largest"},
    {{"Memory", "cgroup", "out"}, "a control group at its limit, without what was asked for"},
    {{"Out", "of", "memory:"},
     "a process that the OOM killer killed, without the report that stands above it"},
    {{"oom-killer:", "gfp_mask="},
     "an OOM report of a kernel before about 2.6.20, which is not read"},
    {{"__alloc_pages:"}, "a failure of a 2.4 kernel, which is not read"}};

}  // namespace

std::string_view other_report_at(const LogTokens& log, std::size_t at) {
  for (const Form& f : kForms) {
    bool fits = true;
    for (std::size_t i = 0; fits && i < f.starts.size() && !f.starts[i].empty(); ++i)
      fits = at + i < log.tokens.size() && log.tokens[at + i].text.starts_with(f.starts[i]);
    if (fits) return f.what;
  }
  return {};
}

}  // namespace bp::explain
