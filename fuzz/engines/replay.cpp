// SPDX-License-Identifier: MIT
#include "fuzz/engines/replay.h"

#include "fuzz/report/fmt.h"

#include <algorithm>

#include "fuzz/engines/files.h"
#include "fuzz/program/bytes.h"
#include "fuzz/program/text.h"
#include "fuzz/subjects/registry.h"

namespace bp {
namespace {

/// Short inputs of a fuzzer can be printable by chance; a program's text cannot be this short.
constexpr std::size_t kTextMin = 16;

bool printable(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) {
    const auto b = static_cast<unsigned char>(c);
    return b >= 0x20 ? b != 0x7f : b == '\n' || b == '\t' || b == '\r';
  });
}

/// The name's ending, looking through .zst.
std::string inner_extension(std::filesystem::path path) {
  if (path.extension() == ".zst") path.replace_extension();
  return path.extension();
}

bool is_text(const std::filesystem::path& path, std::string_view bytes) {
  const std::string ending = inner_extension(path);
  if (ending == ".txt") return true;
  if (ending == ".bin") return false;
  return bytes.size() >= kTextMin && printable(bytes);
}

}  // namespace

Loaded parse_program(std::string_view text, std::string_view name) {
  TextParse parsed = parse_text(text);
  if (parsed.program) return {std::move(parsed.program), {}};
  return {std::nullopt, fmt::format("{}:{}:{}: {}", name, parsed.fault.line, parsed.fault.column,
                                    parsed.fault.what)};
}

Loaded unpacked_program(std::string_view bytes, const std::filesystem::path& path) {
  if (is_text(path, bytes)) return parse_program(bytes, path.string());
  Program p;
  decode({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, p);
  return {std::move(p), {}};
}

Loaded load_program(const std::filesystem::path& path) {
  const FileRead file = read_whole(path);
  if (!file.bytes) return {std::nullopt, file.fault};
  return unpacked_program({reinterpret_cast<const char*>(file.bytes->data()), file.bytes->size()},
                          path);
}

std::string save_program(const std::filesystem::path& path, const Program& p) {
  if (inner_extension(path) != ".bin") return write_whole(path, print_text(p));
  Bytes bytes;
  encode(p, bytes);
  return write_whole(path, bytes);
}

Replay replay(const Program& p, Setup setup, const ReportContext& context) {
  Executor execute(setup);
  Replay r;
  r.ran = execute.run(p);
  r.verdict = execute.verdict();
  if (!r.ran) {
    r.report = fmt::format("subject {}: could not be created; does the machine fit in memory?\n",
                           setup.subject->name);
  } else if (!r.verdict.accepted()) {
    r.report = report_refusal(p, execute.history(), *r.verdict.refusal, context);
  }
  return r;
}

Replay replay_text(std::string_view program, std::string_view subject) {
  Replay r;
  const SubjectLookup found = find_subject(subject);
  const Loaded loaded = parse_program(program, "program");
  if (found.subject == nullptr) {
    r.report = found.fault + "\n";
  } else if (!loaded.program) {
    r.report = loaded.fault + "\n";
  } else {
    r = replay(*loaded.program, {.subject = found.subject},
               {.file = {}, .subject = std::string(subject)});
  }
  return r;
}

}  // namespace bp
