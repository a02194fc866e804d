// SPDX-License-Identifier: MIT
#include "fuzz/campaign/corpus.h"

#include <algorithm>
#include <system_error>

#include "fuzz/campaign/case_features.h"
#include "fuzz/campaign/folder.h"
#include "fuzz/engines/seeds.h"
#include "fuzz/program/bytes.h"
#include "fuzz/report/fmt.h"

namespace bp::campaign {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kCaseEnding = ".conc";

std::string first_line(const std::string& target) {
  return fmt::format("buddyproof corpus, format {}, target {}", kCorpusFormat, target);
}

/// Of a folder that says what it is; one that says nothing is taken as it is.
std::string wrong_note(const fs::path& folder, const std::string& target) {
  const fs::path note = folder / kCorpusNote;
  std::error_code ec;
  if (!fs::exists(note, ec)) return "";
  const FileRead read = read_whole(note);
  if (!read.bytes) return read.fault;
  const std::string text(read.bytes->begin(), read.bytes->end());
  const std::string line = text.substr(0, text.find('\n'));
  if (line == first_line(target)) return "";
  return fmt::format("{}: says '{}', not '{}': name a corpus of this target and format",
                     note.string(), line.substr(0, 80), first_line(target));
}

bool is_trace(const fs::path& file) {
  return file.filename().string().find(".trace") != std::string::npos;
}

/// The inputs in a folder, sorted; documents and what is being written are no inputs.
std::string list_folder(const fs::path& folder, std::vector<fs::path>& files) {
  std::error_code ec;
  std::vector<fs::path> found;
  for (fs::directory_iterator at(folder, ec); !ec && at != fs::directory_iterator();
       at.increment(ec)) {
    const std::string name = at->path().filename().string();
    if (!at->is_regular_file() || name.ends_with(".md") || name.find(".part") != std::string::npos)
      continue;
    found.push_back(at->path());
  }
  if (ec) return fmt::format("{}: cannot be read: {}", folder.string(), ec.message());
  std::ranges::sort(found);
  files.insert(files.end(), found.begin(), found.end());
  return "";
}

std::string list_named(const std::string& named, const std::string& target,
                       std::vector<fs::path>& files) {
  std::error_code ec;
  fs::path path = named;
  if (!fs::is_directory(path, ec)) {
    files.push_back(path);
    return "";
  }
  if (fs::exists(path / "manifest.json", ec)) {
    std::string fault;
    const auto folder = Folder::read(path, fault);
    if (!folder) return fault;
    if (folder->manifest().target != target)
      return fmt::format("{}: holds a campaign of target {}, not {}; name another folder", named,
                         folder->manifest().target, target);
    path = folder->corpus();
  }
  if (std::string wrong = wrong_note(path, target); !wrong.empty()) return wrong;
  return list_folder(path, files);
}

/// As read_seeds() takes it, less what a fuzzer wrote, which is taken byte by byte.
std::string inputs_of(const fs::path& file, std::vector<Bytes>& out) {
  if (std::string wrong = too_large(file); !wrong.empty()) return wrong;
  const std::string name = file.filename().string();
  const bool made = name.find(".bin") != std::string::npos ||
                    (name.find(".txt") == std::string::npos && !is_trace(file) &&
                     name.find(".zoneinfo") == std::string::npos);
  if (!made) {
    Seeds seeds = read_seeds({file});
    std::ranges::move(seeds.inputs, std::back_inserter(out));
    return seeds.fault;
  }
  FileRead read = read_whole(file);
  if (!read.bytes) return read.fault;
  out.push_back(std::move(*read.bytes));
  return "";
}

std::string add_program(const fs::path& file, Executor& execute, Corpus& c) {
  std::vector<Bytes> read;
  if (std::string fault = inputs_of(file, read); !fault.empty()) return fault;
  Program p;
  for (Bytes& bytes : read) {
    decode(bytes, p);
    if (!execute.run(p)) continue;
    c.inputs.push_back(
        {file, std::move(bytes), bp::features_of(p, execute.history(), execute.verdict())});
  }
  return "";
}

/// As its own text says it: two files that differ in comments are one input.
std::string add_case(const fs::path& file, Corpus& c) {
  if (std::string wrong = too_large(file); !wrong.empty()) return wrong;
  const FileRead read = read_whole(file);
  if (!read.bytes) return read.fault;
  const explore::CaseParse parsed = explore::parse_case(
      std::string_view(reinterpret_cast<const char*>(read.bytes->data()), read.bytes->size()));
  if (!parsed.one) return file.string() + ":" + parsed.fault;
  const std::string text = parsed.one->has_schedule ? explore::case_text(*parsed.one)
                                                    : explore::scenario_text(parsed.one->scenario);
  c.inputs.push_back({file, Bytes(text.begin(), text.end()), features_of(*parsed.one)});
  return "";
}

/// What a folder says of itself, else what its files are called; "" if neither tells.
std::string told_target(const std::string& named) {
  std::error_code ec;
  const fs::path path = named;
  if (!fs::is_directory(path, ec)) return path.extension() == kCaseEnding ? "conc" : "seq";
  if (fs::exists(path / "manifest.json", ec)) {
    std::string fault;
    const auto folder = Folder::read(path, fault);
    return folder ? folder->manifest().target : "";
  }
  for (const char* target : {"seq", "conc"}) {
    if (fs::exists(path / kCorpusNote, ec) && wrong_note(path, target).empty()) return target;
  }
  std::vector<fs::path> files;
  list_folder(path, files);
  if (files.empty()) return "";
  return std::ranges::all_of(files, [](const fs::path& f) { return f.extension() == kCaseEnding; })
             ? "conc"
             : "seq";
}

}  // namespace

std::string target_of(const std::vector<std::string>& named, std::string& fault) {
  std::string target, who;
  for (const std::string& name : named) {
    const std::string told = told_target(name);
    if (told.empty() || told == target) continue;
    if (!target.empty()) {
      fault = fmt::format("{} has inputs of target {}, {} of {}: a corpus has one target", who,
                          target, name, told);
      return "";
    }
    target = told, who = name;
  }
  return target.empty() ? "seq" : target;
}

std::string_view input_ending(std::string_view target) {
  return target == "conc" ? kCaseEnding : ".bin";
}

std::string too_large(const fs::path& file) {
  std::error_code ec;
  const std::uintmax_t size = fs::file_size(file, ec);
  if (ec || size <= kCorpusFileMax || is_trace(file)) return "";
  return fmt::format(
      "{}: {} bytes; an input of a corpus has at most {}: leave it out, or cut it by `min`",
      file.string(), size, kCorpusFileMax);
}

Corpus read_corpus(const std::vector<std::string>& named, const std::string& target, Setup setup) {
  Corpus c;
  std::vector<fs::path> files;
  for (const std::string& name : named) {
    c.fault = list_named(name, target, files);
    if (!c.fault.empty()) return c;
  }
  Executor execute(setup);
  for (const fs::path& file : files) {
    c.fault = target == "conc" ? add_case(file, c) : add_program(file, execute, c);
    if (!c.fault.empty()) return c;
    ++c.files;
  }
  std::ranges::sort(c.inputs, [](const CorpusInput& a, const CorpusInput& b) {
    return a.bytes.size() != b.bytes.size() ? a.bytes.size() < b.bytes.size() : a.bytes < b.bytes;
  });
  const auto twice = std::ranges::unique(c.inputs, {}, &CorpusInput::bytes);
  c.inputs.erase(twice.begin(), twice.end());
  return c;
}

std::vector<const CorpusInput*> with_new_features(const Corpus& c, Features& have) {
  std::vector<const CorpusInput*> kept;
  for (const CorpusInput& input : c.inputs) {
    const std::size_t before = have.size();
    have.insert(input.features.begin(), input.features.end());
    if (have.size() > before) kept.push_back(&input);
  }
  return kept;
}

std::string open_corpus(const fs::path& folder, const std::string& target) {
  std::error_code ec;
  fs::create_directories(folder, ec);
  if (ec) return fmt::format("{}: cannot be made: {}", folder.string(), ec.message());
  if (fs::exists(folder / kCorpusNote, ec)) return wrong_note(folder, target);
  return write_whole(
      folder / kCorpusNote,
      std::string_view(first_line(target) +
                       "\n\nInputs of a fuzz target, each named by its content. `buddyproof corpus "
                       "--help` says how they are\nmerged, minimised and pruned.\n"));
}

}  // namespace bp::campaign
