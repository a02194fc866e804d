// SPDX-License-Identifier: MIT
// A campaign as one HTML file that needs nothing else: no network, no script, pictures inline;
// light or dark as the reader's system is, printable, readable on a phone. Every text that comes
// from a file is escaped. The same folder is the same bytes but for the time of making.
#pragma once

#include <string>
#include <string_view>

#include "fuzz/campaign/html/attachment.h"
#include "fuzz/campaign/summary.h"
#include "fuzz/campaign/triage.h"

namespace bp::campaign::html {

/// What every reader can open quickly; beyond it long texts are left to the folder.
inline constexpr std::size_t kPageBytes = std::size_t{5} << 20;

struct PageInput {
  const Summary& summary;
  const Triage& triage;
  const Attachments& attachments;
  std::string version;         ///< Of the program that makes the page.
  std::int64_t unix_time = 0;  ///< Of making it.
};

std::string page(const PageInput& in);

// The parts, in their order; each is a <section> or empty.
std::string overview(const Summary& s);
std::string progress(const Summary& s);
std::string operations(const Tallies& t);
std::string rules_broken(const Triage& t);
std::string crashes(const Triage& t);
std::string attached(const Attachments& a);

/// <style> and what stands in it.
std::string style_sheet();

/// A bar of `part` in `whole`, with a label for those who cannot see it.
std::string share_bar(std::string_view css_class, std::uint64_t part, std::uint64_t whole);

}  // namespace bp::campaign::html
