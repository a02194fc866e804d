// SPDX-License-Identifier: MIT
#include "fuzz/explore/vary_choices.h"

#include <algorithm>

#include "fuzz/explore/mutate_scenario.h"

namespace bp::explore {
namespace {

constexpr unsigned kEditsMax = 4;
constexpr unsigned kStretchMax = 16;
constexpr std::uint32_t kOptions = 4;    ///< Most choices have few.
constexpr unsigned kScenarioEvery = 16;  ///< One mutation in so many is of the scenario.

using Bytes = std::vector<std::uint8_t>;

void put_in(Bytes& b, std::ptrdiff_t at, Rng& rng) {
  Bytes more(rng.between(1, kStretchMax), 0);
  if (rng.one_in(2)) more.back() = static_cast<std::uint8_t>(rng.below(kOptions));
  b.insert(b.begin() + at, more.begin(), more.end());
}

void splice(Bytes& b, std::ptrdiff_t at, const Bytes& other, Rng& rng) {
  const auto from = static_cast<std::ptrdiff_t>(rng.below(other.size() + 1));
  b.erase(b.begin() + at, b.end());
  b.insert(b.end(), other.begin() + from, other.end());
}

void edit(Bytes& b, const Bytes& other, Rng& rng) {
  const auto at = static_cast<std::ptrdiff_t>(rng.below(b.size() + 1));
  const std::size_t room = b.size() - static_cast<std::size_t>(at);
  const auto n =
      static_cast<std::ptrdiff_t>(std::min<std::size_t>(room, rng.between(1, kStretchMax)));
  switch (rng.below(6)) {
    case 0: b.erase(b.begin() + at, b.begin() + at + n); return;
    case 1: return put_in(b, at, rng);
    case 2: std::fill_n(b.begin() + at, n, std::uint8_t{0}); return;
    case 3: return splice(b, at, other, rng);
    default: break;
  }
  if (room != 0) b[static_cast<std::size_t>(at)] = static_cast<std::uint8_t>(rng.below(kOptions));
}

Bytes bytes_of(std::span<const std::uint8_t> s) { return {s.begin(), s.end()}; }

/// What fits; a scenario that does not fit is left as it was.
std::size_t join(std::string_view scenario, const Bytes& choices, std::uint8_t* out,
                 std::size_t max) {
  std::copy(scenario.begin(), scenario.end(), out);
  if (scenario.size() == max) return max;
  out[scenario.size()] = 0;
  const std::size_t room = max - scenario.size() - 1;
  const std::size_t n = std::min(room, choices.size());
  std::copy_n(choices.begin(), n, out + scenario.size() + 1);
  return scenario.size() + 1 + n;
}

}  // namespace

std::vector<std::uint8_t> varied_choices(const Bytes& from, const Bytes& other, Rng& rng) {
  Bytes b = from;
  for (unsigned edits = rng.between(1, kEditsMax); edits > 0; --edits) edit(b, other, rng);
  if (b.size() > kChoicesMax) b.resize(kChoicesMax);
  return b;
}

ConcInput split_input(std::span<const std::uint8_t> bytes) {
  const auto zero = std::ranges::find(bytes, std::uint8_t{0});
  const auto n = static_cast<std::size_t>(zero - bytes.begin());
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), n);
  return {text, bytes.subspan(std::min(n + 1, bytes.size()))};
}

std::size_t mutate_input(std::uint8_t* data, std::size_t size, std::size_t max, unsigned seed,
                         Scenarios scenarios) {
  Rng rng(seed);
  const ConcInput in = split_input({data, size});
  const Bytes choices = bytes_of(in.choices);
  std::string text(in.scenario);
  if (scenarios == Scenarios::mutated && rng.one_in(kScenarioEvery)) {
    const ScenarioParse parsed = parse_scenario(text);
    if (parsed.scenario) {
      std::string other = scenario_text(mutated(*parsed.scenario, rng));
      if (other.size() <= max) text = std::move(other);
    }
    return join(text, choices, data, max);
  }
  return join(text, varied_choices(choices, choices, rng), data, max);
}

std::size_t cross_inputs(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b,
                         std::span<std::uint8_t> out, unsigned seed) {
  Rng rng(seed);
  const ConcInput one = split_input(a);
  if (one.scenario.size() > out.size()) return 0;
  Bytes choices = bytes_of(one.choices);
  splice(choices, static_cast<std::ptrdiff_t>(rng.below(choices.size() + 1)),
         bytes_of(split_input(b).choices), rng);
  return join(one.scenario, choices, out.data(), out.size());
}

}  // namespace bp::explore
