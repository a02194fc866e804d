// SPDX-License-Identifier: MIT
#include "proofs/edits.h"

#include <fstream>

#include "proofs/fmt.h"

namespace bp::proofs {
namespace {

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::size_t begin = 0;
  for (std::size_t tab = line.find('\t'); tab != line.npos; tab = line.find('\t', begin)) {
    fields.push_back(line.substr(begin, tab - begin));
    begin = tab + 1;
  }
  fields.push_back(line.substr(begin));
  return fields;
}

}  // namespace

EditTable read_edits(const std::filesystem::path& file) {
  constexpr std::string_view kRefuted = "refuted ";
  constexpr std::string_view kArgued = "argued ";
  EditTable table;
  std::ifstream in(file);
  if (!in) return {{}, file.string() + ": cannot be read: ci/proof-edits --record writes it"};
  unsigned number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.empty() || line[0] == '#') continue;
    const std::vector<std::string> f = fields_of(line);
    Edit edit;
    if (f.size() == 4 && f[3].starts_with(kRefuted)) edit.refuter = f[3].substr(kRefuted.size());
    if (f.size() == 4 && f[3].starts_with(kArgued)) edit.argued = f[3].substr(kArgued.size());
    if (edit.refuter.empty() && edit.argued.empty()) {
      return {{}, fmt::format("{}:{}: not 'header, from, to, answer'", file.string(), number)};
    }
    edit.header = f[0];
    edit.from = f[1];
    edit.to = f[2];
    table.edits.push_back(std::move(edit));
  }
  return table;
}

}  // namespace bp::proofs
