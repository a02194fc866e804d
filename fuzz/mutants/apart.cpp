// SPDX-License-Identifier: MIT
#include "fuzz/mutants/apart.h"

#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace bp {
namespace {

/// Of children that have ended.
double child_seconds() {
  rusage u{};
  ::getrusage(RUSAGE_CHILDREN, &u);
  const auto micros = u.ru_utime.tv_usec + u.ru_stime.tv_usec;
  return static_cast<double>(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
         static_cast<double>(micros) / 1e6;
}

std::string who(const ChildEnd& e, std::string_view checker) {
  if (e.signal != 0) return signal_text(e.signal);
  switch (e.status) {
    case kApartOwners: return "owners";
    case kApartCounts: return "counts";
    case kApartTsan:
    case kApartChecker: return std::string(checker);
    default: return {};
  }
}

}  // namespace

double apart_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

const ConcPlant* conc_plant(std::string_view name) {
  const auto found = std::ranges::find(conc_plants(), name, &ConcPlant::name);
  return found == conc_plants().end() ? nullptr : &*found;
}

Apart notice_apart(const std::string& program, std::string_view checker, std::string_view name,
                   double seconds) {
  const double begin = child_seconds();
  auto child =
      Child::start({.command = {program, "--one", std::string(name), std::to_string(seconds)},
                    .body = {},
                    .environment = {{"TSAN_OPTIONS", "halt_on_error=1 exitcode=66"}},
                    .log = "/dev/null"});
  if (!child) return {};
  const ChildEnd e = child->wait();
  Apart a;
  a.seconds = child_seconds() - begin;
  a.by = who(e, checker);
  a.noticed = !a.by.empty();
  a.run = a.noticed || (e.signal == 0 && e.status == kApartNobody);
  return a;
}

int all_apart(const std::string& program, std::string_view checker, double seconds) {
  unsigned noticed = 0, run = 0;
  const Apart none = notice_apart(program, checker, "none", seconds);
  std::printf("%-23s %-8s %6.2f s\n", "none", none.noticed ? none.by.c_str() : "nobody",
              none.seconds);
  if (!none.run) return 3;
  if (none.noticed) return 1;
  for (const ConcPlant& p : conc_plants()) {
    const Apart a = notice_apart(program, checker, p.name, seconds);
    if (!a.run) continue;
    std::printf("%-23s %-8s %6.2f s\n", std::string(p.name).c_str(),
                a.noticed ? a.by.c_str() : "nobody", a.seconds);
    std::fflush(stdout);
    ++run;
    noticed += a.noticed ? 1U : 0U;
  }
  std::printf("%u of %u noticed\n", noticed, run);
  return 0;
}

}  // namespace bp
