// SPDX-License-Identifier: MIT
#include "fuzz/coherence/crowd.h"

#include <functional>
#include <numeric>

#include "model/vocab/check.h"

namespace bp::coherence {
namespace {

/// Who runs on this thread, for a fiber that begins.
constinit thread_local Crowd* running = nullptr;

/// At least as many operations as asked for, every CPU's script done as often.
std::uint64_t whole_cycles(const Setting& s, std::uint64_t cycle) {
  const std::uint64_t once = cycle * s.cpus;
  return (s.operations + once - 1) / once * once;
}

}  // namespace

Crowd::Crowd(Script& script, const Setting& s, Figure& out)
    : script_(script),
      s_(s),
      out_(out),
      random_(s.seed),
      warming_(s.cpus, whole_cycles(s, script.cycle()) / s.cpus),
      cold_(s.cpus),
      frames_(s.cpus),
      alive_(s.cpus) {
  check(s.cpus >= 1 && s.cpus <= kCpusMax, "a machine has as many CPUs as the directory knows");
  std::iota(alive_.begin(), alive_.end(), 0U);
}

void Crowd::run() {
  Watch::current = this;
  s_.turns == Turns::steps ? run_steps() : run_operations();
  Watch::current = nullptr;
}

bool Crowd::is_local(const void* address) const {
  return std::less_equal<>{}(__builtin_frame_address(0), address) &&
         std::less<>{}(address, frames_[running_]);
}

void Crowd::access(const void* address, std::size_t bytes, Access a, Data d) {
  const unsigned cpu = running_;
  if (is_local(address)) return;
  if (s_.turns == Turns::steps && d == Data::atomic) go_on_with(drawn());
  if (s_.only_atomics && d == Data::plain) return;
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  a == Access::read ? directory_.read(cpu, at, bytes) : directory_.write(cpu, at, bytes);
}

void Crowd::one_operation(unsigned cpu) {
  frames_[cpu] = __builtin_frame_address(0);
  const Did did = script_.next(cpu);
  if (did == Did::nothing || finished_) return;
  if (cold_ != 0) return warm_up(cpu);
  ++out_.operations;
  if (did == Did::got_none) ++out_.nulls;
  finished_ = out_.operations == whole_cycles(s_, script_.cycle());
  if (finished_) out_.tally = directory_.tally();
}

/// Counting begins once every CPU has done its share.
void Crowd::warm_up(unsigned cpu) {
  if (warming_[cpu] == 0 || --warming_[cpu] != 0 || --cold_ != 0) return;
  directory_.restart();
  out_.barriers = 0;
}

void Crowd::run_operations() {
  while (!finished_) {
    for (unsigned c = 0; c < s_.cpus && !finished_; ++c) {
      running_ = s_.turns == Turns::in_turn ? c : drawn();
      one_operation(running_);
    }
  }
}

void Crowd::run_steps() {
  for (unsigned c = 0; c < s_.cpus; ++c) fibers_.emplace_back().prepare(enter_fiber);
  running = this;
  running_ = 0;
  sched::Fiber::change(main_, fibers_[0]);
  running = nullptr;
}

void Crowd::enter_fiber() {
  Crowd& crowd = *running;
  const unsigned cpu = crowd.running_;
  crowd.fibers_[cpu].arrive();
  crowd.live(cpu);
}

/// A CPU's life. The last one to leave wakes who waits for all.
void Crowd::live(unsigned cpu) {
  while (!finished_) {
    one_operation(cpu);
    go_on_with(drawn());
  }
  std::erase(alive_, cpu);
  if (alive_.empty()) sched::Fiber::change_for_good(fibers_[cpu], main_);
  running_ = drawn();
  sched::Fiber::change_for_good(fibers_[cpu], fibers_[running_]);
}

void Crowd::go_on_with(unsigned cpu) {
  const unsigned from = running_;
  if (cpu == from) return;
  running_ = cpu;
  sched::Fiber::change(fibers_[from], fibers_[cpu]);
}

}  // namespace bp::coherence
