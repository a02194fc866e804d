// SPDX-License-Identifier: MIT
// The last of the five values: a refusal as text for a person and as JSON for a program. The first
// line has the shape of a glibc assertion with a constant text, so that triage tools group crashes
// by the rule broken; particulars, the program with the event marked, and the commands follow.
//
// Prints nothing itself. Long programs are shown around the event only.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "model/vocab/history.h"
#include "model/vocab/program.h"
#include "model/vocab/verdict.h"

namespace bp {

/// Where a program came from and on what it ran: what the commands need.
struct ReportContext {
  std::string file;     ///< Path of the program; empty: not saved, so no commands.
  std::string subject;  ///< As --subject takes it; empty: the default.
};

inline constexpr std::size_t kShownBefore = 40;  ///< Operations shown before the event.
inline constexpr std::size_t kShownAfter = 4;    ///< Operations shown after it.

/// "model/judge/judge.cpp:95: Assertion 'I-1 no frame has two owners' failed."
std::string assertion_line(const Refusal& r);

/// The whole report, with a newline at the end. `h` is the history of `p` that was refused.
std::string report_refusal(const Program& p, const History& h, const Refusal& r,
                           const ReportContext& context);

nlohmann::json refusal_json(const Program& p, const History& h, const Refusal& r,
                            const ReportContext& context);

/// The operation of event `i`, as text; the closing drain and census are events too.
std::string event_text(const Program& p, std::size_t i);

/// What the subject answered to event `i`: "0x40", "null", "taken 0x40", "rejected 0x40",
/// "skipped", "done".
std::string answer_text(const Program& p, const History& h, std::size_t i);

/// `path` in single quotes if a shell would not take it as one word.
std::string shell_word(std::string_view path);

/// `ci/buddyproof VERB FILE`, with --subject if it is not the default, and `rest` behind.
std::string command(std::string_view verb, const ReportContext& context, std::string_view rest);

}  // namespace bp
