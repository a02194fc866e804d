// SPDX-License-Identifier: MIT
// What the reference costs as machines grow: milliseconds to load a state, MiB that it then takes
// and after many operations, nanoseconds an operation. Of a recorded machine, and of machines that
// are free all over, up to a terabyte. Each in a process of its own, so that its memory is its own.
//
//   reference_size [RECORDING]
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "fuzz/kernel/input.h"
#include "fuzz/kernel/recording.h"
#include "model/invariants/small_kernel.h"
#include "model/reference/reference.h"

namespace {

using bp::Pfn;
using bp::reference::KernelState;
using bp::reference::Reference;

constexpr double kMiB = 1 << 20;
constexpr int kLoads = 9;
constexpr int kOperations = 1'000'000;

double milliseconds() {
  std::timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

/// Of this process.
double resident_mib() {
  long pages = 0;
  std::ifstream("/proc/self/statm") >> pages >> pages;
  return static_cast<double>(pages) * static_cast<double>(sysconf(_SC_PAGESIZE)) / kMiB;
}

double median_load_ms(const KernelState& s) {
  std::vector<double> times;
  for (int i = 0; i < kLoads; ++i) {
    const double begin = milliseconds();
    const Reference r(s);
    times.push_back(milliseconds() - begin);
  }
  std::ranges::nth_element(times, times.begin() + kLoads / 2);
  return times[kLoads / 2];
}

/// Allocates and frees at random, blocks of all orders, a few thousand held at a time.
void operate(Reference& r) {
  struct Held {
    Pfn head;
    bp::Order order;
  };
  std::vector<Held> held;
  std::mt19937_64 random(1);
  for (int i = 0; i < kOperations; ++i) {
    if (held.size() < 4096 && random() % 2 == 0) {
      const auto order = static_cast<unsigned>(std::min(random() % 11, random() % 11));
      const auto a = r.alloc({.gfp = bp::Gfp{bp::GfpFlag::movable}, .order = order});
      if (a.head != bp::kNoPfn) held.push_back({a.head, bp::Order{order}});
    } else if (!held.empty()) {
      std::swap(held[random() % held.size()], held.back());
      r.free(0, held.back().head, held.back().order);
      held.pop_back();
    }
  }
}

void measure(const char* name, const KernelState& s) {
  const double before = resident_mib();
  Reference r(s);
  const double loaded = resident_mib() - before;
  const double load = median_load_ms(s);
  const double begin = milliseconds();
  operate(r);
  const double ns = (milliseconds() - begin) * 1e6 / kOperations;
  std::printf("%-24s %9.2f %9.1f %9.1f %9.0f\n", name, load, loaded, resident_mib() - before, ns);
  std::fflush(stdout);
}

/// In a child; whether it came to its end.
bool measure_apart(const char* name, const std::function<KernelState()>& state) {
  const pid_t child = fork();
  if (child == 0) {
    measure(name, state());
    _exit(0);
  }
  int status = 0;
  return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

/// One zone of free blocks of order 10, and one CPU.
KernelState free_machine(std::uint64_t gib) {
  KernelState s = bp::empty_kernel(bp::Profile::v6_1_lts192, "MM");
  auto& z = s.zones[0];
  const std::uint64_t pages = gib << 18;
  z.numbers.managed = z.numbers.present = z.numbers.spanned = static_cast<std::int64_t>(pages);
  z.pageblocks.resize(1);
  for (std::uint64_t p = 0; p < pages; p += 1024) bp::add_free(s, p, 10, 'M');
  bp::count_free(s);
  z.numbers.low = z.numbers.high = 0;
  return s;
}

std::string recorded(const std::string& file, KernelState& out) {
  const bp::kernel::FileText text = bp::kernel::read_file(file);
  if (!text.fault.empty()) return text.fault;
  bp::kernel::Recording recording(text.bytes, bp::kernel::shape_of(text.bytes));
  bp::kernel::Batch b;
  if (!recording.next(b)) return file + ": holds no batch";
  out = std::move(b.before);
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  KernelState state;
  const std::string file = argc > 1 ? argv[1] : BP_SOURCE_DIR "/corpus/kernel/v6.1/pol-5G.txt.xz";
  if (const std::string fault = recorded(file, state); !fault.empty()) {
    std::fprintf(stderr, "reference_size: %s\n", fault.c_str());
    return 2;
  }
  std::printf("%-24s %9s %9s %9s %9s\n", "machine", "load ms", "MiB", "MiB later", "ns/op");
  std::fflush(stdout);
  bool all = measure_apart("recorded", [&] { return state; });
  for (const auto& [name, gib] : std::initializer_list<std::pair<const char*, std::uint64_t>>{
           {"1 GiB free", 1}, {"5 GiB free", 5}, {"64 GiB free", 64}, {"1 TiB free", 1024}}) {
    all = measure_apart(name, [size = gib] { return free_machine(size); }) && all;
  }
  return all ? 0 : 3;
}
