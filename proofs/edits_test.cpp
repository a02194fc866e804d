// SPDX-License-Identifier: MIT
// The recorded table of edits is of these sources: it has every edit of the list, each still finds
// its text, and the obligations that refute them exist.
#include "proofs/edits.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include "proofs/prove.h"

namespace bp::proofs {
namespace {

const std::filesystem::path kTree = BP_SOURCE_DIR;

std::string contents_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

unsigned times_in(const std::string& text, const std::string& part) {
  unsigned times = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++times;
  return times;
}

std::vector<Edit> recorded() {
  const EditTable table = read_edits(kTree / "proofs/edits.txt");
  EXPECT_EQ(table.fault, "");
  return table.edits;
}

std::string key_of(const Edit& e) { return e.header + '\t' + e.from + '\t' + e.to; }

// What the list says now is what was run.
TEST(ProofEdits, TableHasTheEditsOfTheList) {
  std::vector<std::string> listed, run;
  std::istringstream lines(contents_of(kTree / "ci/proof-edits.txt"));
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::size_t end = line.find('\t', line.find('\t') + 1);
    end = line.find('\t', end + 1);
    listed.push_back(line.substr(0, end));
  }
  for (const Edit& e : recorded()) run.push_back(key_of(e));
  EXPECT_EQ(listed, run) << "run ci/proof-edits --record";
}

TEST(ProofEdits, EachFindsItsTextOnceInTheHeader) {
  std::map<std::string, std::string> headers;
  for (const Edit& e : recorded()) {
    std::string& text = headers[e.header];
    if (text.empty()) text = contents_of(kTree / e.header);
    EXPECT_EQ(times_in(text, e.from), 1U) << key_of(e);
    EXPECT_NE(e.from, e.to) << key_of(e);
  }
  EXPECT_GE(headers.size(), 9U);
}

TEST(ProofEdits, SixtyAreRefutedByObligationsThatExist) {
  std::set<std::string> ids{"compiler"};
  for (const Obligation& o : obligations()) {
    if (!o.is_long) ids.insert(o.id);
  }
  unsigned refuted = 0;
  for (const Edit& e : recorded()) {
    EXPECT_TRUE(!e.argued.empty() || ids.contains(e.refuter)) << key_of(e) << ": " << e.refuter;
    if (!e.refuter.empty() && e.refuter != "compiler") ++refuted;
  }
  EXPECT_GE(refuted, 60U);
}

TEST(ProofEdits, ABrokenTableIsNamedWithItsLine) {
  const std::filesystem::path file =
      std::filesystem::path(testing::TempDir()) / "buddyproof-edits-test.txt";
  std::ofstream(file) << "# comment\nimpl/row.h\ta\tb\tsurvives\n";
  EXPECT_EQ(read_edits(file).fault, file.string() + ":2: not 'header, from, to, answer'");
  std::filesystem::remove(file);
  EXPECT_NE(read_edits(file).fault.find("cannot be read"), std::string::npos);
}

}  // namespace
}  // namespace bp::proofs
