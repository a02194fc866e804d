// SPDX-License-Identifier: MIT
#include "fuzz/explore/schedule.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace bp::explore {
namespace {

constexpr std::string_view kLetters = "TRPWAMH";
constexpr std::array<std::string_view, sched::kChoices> kWhat{"a task",
                                                              "a store to read",
                                                              "a place for a store",
                                                              "whether a weak CAS fails",
                                                              "whether a section is aborted",
                                                              "a migration",
                                                              "whether the task is halted"};
constexpr unsigned kDefaultsMax = 1'000'000;  ///< In one word: a file stays small in memory.

std::size_t index(sched::Choice c) { return static_cast<std::size_t>(c); }

std::string word_of(const Chosen& c) {
  std::string w(1, kLetters[index(c.what)]);
  const bool yes = c.what == sched::Choice::weak_fail || c.what == sched::Choice::abort;
  return yes ? w : w + std::to_string(c.number);
}

}  // namespace

std::string schedule_text(const Schedule& s) {
  std::string text;
  std::size_t defaults = 0;
  for (const Chosen& c : s) {
    if (c.is_default) {
      ++defaults;
      continue;
    }
    if (defaults > 0) text += "." + std::to_string(defaults) + " ";
    defaults = 0;
    text += word_of(c) + " ";
  }
  if (!text.empty()) text.pop_back();
  return text;
}

unsigned deviations(const Schedule& s) {
  return static_cast<unsigned>(
      std::ranges::count_if(s, [](const Chosen& c) { return !c.is_default; }));
}

ScheduleParse parse_schedule(std::string_view words, std::size_t tasks) {
  ScheduleParse out;
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    const std::string_view word = words.substr(0, end);
    words.remove_prefix(std::min(end + 1, words.size()));
    if (word.empty()) continue;
    unsigned n = 1;
    const char* const last = word.data() + word.size();
    const auto read = std::from_chars(word.data() + 1, last, n);
    const bool number = word.size() == 1 || (read.ec == std::errc() && read.ptr == last);
    const std::size_t letter = kLetters.find(word[0]);
    const bool known = word[0] == '.' ? n <= kDefaultsMax : letter != kLetters.npos && n <= 255;
    if (!number || !known) {
      out.fault = "schedule: '" + std::string(word) +
                  "' is no choice; expected .N, TN, RN, PN, W, A, MN or HN";
      return out;
    }
    if (word[0] == '.') {
      out.schedule.insert(out.schedule.end(), n, Chosen{sched::Choice::task, 0, true});
      continue;
    }
    const auto what = static_cast<sched::Choice>(letter);
    if (what == sched::Choice::task && (n == 0 || n > tasks)) {
      out.fault = "schedule: '" + std::string(word) +
                  "' names a task that does not exist; the "
                  "scenario has tasks 1.." +
                  std::to_string(tasks);
      return out;
    }
    out.schedule.push_back({what, static_cast<std::uint8_t>(n), false});
  }
  return out;
}

unsigned ScheduleReplay::pick(unsigned n, sched::Choice what, const sched::Ready* ready) {
  if (at_ >= schedule_.size()) return 0;
  const Chosen& c = schedule_[at_++];
  if (c.is_default || !fault_.empty()) return 0;
  const std::string here = "choice " + std::to_string(at_) + " ('" + word_of(c) + "'): ";
  if (c.what != what) {
    fault_ = here + "the execution asks for " + std::string(kWhat[index(what)]);
    return 0;
  }
  if (ready != nullptr) {
    if (ready->can_run(c.number)) return ready->option_of(c.number);
    fault_ = here + "task " + std::to_string(c.number) + " cannot run there";
    return 0;
  }
  if (c.number < n) return c.number;
  fault_ = here + "the execution has only " + std::to_string(n) + " options";
  return 0;
}

std::string ScheduleReplay::fault() const {
  if (!fault_.empty() || at_ >= schedule_.size()) return fault_;
  return "the execution ends after " + std::to_string(at_) + " choices; the schedule has " +
         std::to_string(schedule_.size());
}

}  // namespace bp::explore
