// SPDX-License-Identifier: MIT
#include "fuzz/bench/script.h"

#include <unordered_map>
#include <utility>

#include "fuzz/kernel/input.h"
#include "fuzz/kernel/trace.h"

namespace bp::bench {
namespace {

struct Live {
  std::uint32_t block;
  std::uint8_t order;
  unsigned thread;  ///< Who allocated it.
};

class Builder {
 public:
  explicit Builder(unsigned threads) : threads_(threads) {
    script_.of_thread.resize(threads);
    script_.left.resize(threads);
  }

  void add(const kernel::TraceEvent& e) {
    const auto pfn = static_cast<std::uint64_t>(e.pfn);
    const unsigned thread = e.cpu % threads_;
    if (e.kind == kernel::TraceKind::alloc && e.pfn != kNoPfn) {
      const auto order = static_cast<std::uint8_t>(static_cast<unsigned>(e.order));
      // Freed unseen: the page is there again, so its last block has ended.
      if (const auto old = live_.find(pfn); old != live_.end()) end(old->second, thread);
      live_[pfn] = {script_.blocks, order, thread};
      step(thread, {script_.blocks++, order, true});
    } else if (e.kind == kernel::TraceKind::free) {
      const auto it = live_.find(pfn);
      if (it == live_.end()) return;
      end(it->second, thread);
      live_.erase(it);
    }
  }

  Script finish() {
    for (const auto& [pfn, l] : live_) script_.left[l.thread].push_back({l.block, l.order, false});
    return std::move(script_);
  }

 private:
  void end(const Live& l, unsigned thread) { step(thread, {l.block, l.order, false}); }
  void step(unsigned thread, const ScriptStep& s) {
    script_.of_thread[thread].push_back(s);
    ++script_.events;
  }

  unsigned threads_;
  Script script_;
  std::unordered_map<std::uint64_t, Live> live_;
};

}  // namespace

ScriptResult script_of(std::string_view trace, unsigned threads) {
  Builder builder(threads);
  for (std::size_t line = 1; !trace.empty(); ++line) {
    const std::size_t end = trace.find('\n');
    const kernel::TraceLine read = kernel::read_trace_line(trace.substr(0, end));
    trace.remove_prefix(end == std::string_view::npos ? trace.size() : end + 1);
    if (!read.fault.empty()) return {{}, "line " + std::to_string(line) + ": " + read.fault};
    if (read.event) builder.add(*read.event);
  }
  Script script = builder.finish();
  if (script.events == 0) return {{}, "no block is allocated in it"};
  return {std::move(script), {}};
}

std::string read_trace(const std::string& path, std::string& text) {
  kernel::FileText file = kernel::read_file(path);
  if (!file.fault.empty()) return file.fault;
  text = std::move(file.bytes);
  const std::string fault = script_of(text, 1).fault;
  return fault.empty() ? fault : path + ": " + fault;
}

}  // namespace bp::bench
