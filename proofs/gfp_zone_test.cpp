// SPDX-License-Identifier: MIT
// What ships is proved twice, and every statement about it has been seen to fail: on a table with a
// fault, and on a copy of the shipped header with one line edited.
#include "proofs/gfp_zone.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "proofs/process.h"

namespace bp::proofs {
namespace {

// Those of the other files take longer: `buddyproof prove` asks them.
TEST(GfpProofs, EachGivesItsExpectedAnswerFromBothSolvers) {
  for (const Obligation& o : gfp_zone_obligations()) {
    const Result r = prove(o, {});
    EXPECT_TRUE(as_expected(r)) << table({&r, 1});
    EXPECT_TRUE(r.z3 && r.cvc5);
  }
}

TEST(GfpProofs, IdsAreUniqueAndFitForFileNames) {
  std::set<std::string> ids;
  for (const Obligation& o : obligations()) {
    EXPECT_TRUE(ids.insert(o.id).second) << o.id;
    EXPECT_EQ(o.id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                     "0123456789-."),
              std::string::npos)
        << o.id;
    EXPECT_TRUE(o.file.starts_with("proofs/") && o.file.ends_with(".cpp")) << o.file;
    EXPECT_GT(o.line, 1U);
  }
}

Result ask_of(const GfpTables& tables, const std::string& id, Solver solver = Solver::z3) {
  Options options;
  options.solver = solver;
  for (const Obligation& o : gfp_zone_obligations(tables)) {
    if (o.id == id) return prove(o, options);
  }
  ADD_FAILURE() << "no obligation " << id;
  return {};
}

std::string counterexample_of(const std::string& id) {
  const Result r = ask_of(shipped_tables(), id);
  return r.z3 ? r.z3->counterexample : "";
}

TEST(GfpProofs, CounterexamplesReadAsTheFieldSpeaks) {
  EXPECT_EQ(counterexample_of("P-GFP-1.edited-row"),
            "gfp = __GFP_DMA32|__GFP_MOVABLE (E0:0xc), zone configuration DMA32: expected DMA32 "
            "(index 0), got NORMAL (index 1)");
  EXPECT_EQ(counterexample_of("P-GFP-6"),
            "gfp = __GFP_HIGHMEM|__GFP_MOVABLE (E0:0xa), zone configuration DMA,DMA32,HIGHMEM: "
            "expected MOVABLE (index 4), got DMA (index 0)");
  EXPECT_EQ(counterexample_of("P-GFP-3.any-mask"),
            "gfp = 0 (E0:0x0), zone configuration DMA: got NORMAL (index 1), not index 0");
  EXPECT_EQ(counterexample_of("P-GFP-7.any-mask"),
            "gfp = __GFP_HIGHMEM (E0:0x2), zone configuration with no optional zone: without "
            "__GFP_MOVABLE NORMAL (index 0), with it MOVABLE (index 1)");
  EXPECT_EQ(counterexample_of("P-GFP-9.any-config"),
            "zone configuration DMA32: __GFP_DMA allows NORMAL (index 1), __GFP_DMA32 DMA32 (index "
            "0), neither NORMAL (index 1), __GFP_HIGHMEM NORMAL (index 1), with __GFP_MOVABLE "
            "MOVABLE (index 2)");
}

// Any row that says what another row says, where the two differ in some configuration, is found.
TEST(GfpProofs, EveryEditedRowIsRefuted) {
  const GfpTables shipped = shipped_tables();
  unsigned edits = 0;
  for (unsigned row = 0; row < 16; ++row) {
    const unsigned other = row == 0xa ? 0x0 : 0xa;  // MOVABLE differs from all other rows.
    const GfpTables tables = edited_tables(shipped, row, other);
    const bool legal = ask_of(tables, "P-GFP-1").z3->answer == Answer::proved;
    const bool bad = ask_of(tables, "P-GFP-3").z3->answer == Answer::proved;
    EXPECT_FALSE(legal && bad) << row;
    ++edits;
  }
  EXPECT_EQ(edits, 16U);
}

GfpTables with_shift(std::uint32_t shift) {
  GfpTables tables = shipped_tables();
  for (impl::GfpZoneTable& t : tables) t.shift = shift;
  return tables;
}

// Each statement about the table, on a table that breaks it. P-GFP-2 and P-GFP-10 are about
// constants: see the edited header.
TEST(GfpProofs, EveryStatementCanFail) {
  const GfpTables shipped = shipped_tables();
  GfpTables full = shipped;
  for (impl::GfpZoneTable& t : full) t.word = ~std::uint64_t{0};
  const std::pair<const char*, GfpTables> faults[] = {
      {"P-GFP-1", edited_tables(shipped, 0x9, 0x8)},
      {"P-GFP-3", edited_tables(shipped, 0x3, 0x2)},
      {"P-GFP-4", full},
      {"P-GFP-5", with_shift(5)},
      {"P-GFP-5.shifts", with_shift(5)},
      {"P-GFP-6.exact", edited_tables(shipped, 0x1, 0x0)},
      {"P-GFP-7", edited_tables(shipped, 0x8, 0xa)},
      {"P-GFP-7.highmem", edited_tables(shipped, 0xa, 0x8)},
      {"P-GFP-8", edited_tables(shipped, 0x4, 0x1)},
      {"P-GFP-8.dma32", edited_tables(shipped, 0x4, 0x1)},
      {"P-GFP-9", edited_tables(shipped, 0x0, 0xa)},
      {"P-GFP-9.exact", edited_tables(shipped, 0x0, 0xa)},
  };
  for (const auto& [id, tables] : faults) {
    const Result r = ask_of(tables, id, Solver::both);
    EXPECT_EQ(r.z3->answer, Answer::refuted) << table({&r, 1});
    EXPECT_EQ(r.cvc5->answer, Answer::refuted) << table({&r, 1});
    EXPECT_FALSE(as_expected(r)) << id;
  }
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void write(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

void replace_once(std::string& text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  ASSERT_NE(at, std::string::npos) << "'" << from << "' is in the header no more";
  text.replace(at, from.size(), to);
}

constexpr const char* kProgram = R"(
#include "proofs/gfp_state.cpp"
#include "proofs/gfp_world.cpp"
#include "proofs/gfp_zone.cpp"

#include <cstdio>

int main() {
  bp::proofs::Options options;
  options.solver = bp::proofs::Solver::z3;
  const auto results = bp::proofs::prove_all(bp::proofs::gfp_zone_obligations(), options);
  std::fputs(bp::proofs::table(results).c_str(), stdout);
}
)";

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  return {std::istream_iterator<std::string>(in), {}};
}

// The proofs are of the header that ships: with a row and the bad mask edited in a copy of it that
// is found first, the same sources are compiled again, and the statements about both are refuted.
TEST(GfpProofs, EditedHeadersAreRefuted) {
  namespace fs = std::filesystem;
  const fs::path scratch =
      fs::path(testing::TempDir()) / ("buddyproof-edited-" + std::to_string(::getpid()));
  std::string header = text_of(BP_SOURCE_DIR "/impl/gfp_table.h");
  replace_once(header, "row(0xc, z.dma32);", "row(0xc, z.normal);");
  replace_once(header, "0xe8e8;", "0xe8e0;");
  write(scratch / "impl/gfp_table.h", header);
  std::string flags = text_of(BP_SOURCE_DIR "/model/vocab/gfp.h");
  replace_once(flags, "24},  // no_obj_ext", "3},  // no_obj_ext");
  write(scratch / "model/vocab/gfp.h", flags);
  write(scratch / "main.cpp", kProgram);

  std::vector<std::string> compile = words_of(BP_PROOFS_COMPILE);
  const std::vector<std::string> files = {"-I" + scratch.string(), "-I" BP_PROOFS_ROOT,
                                          (scratch / "main.cpp").string(), "-o",
                                          (scratch / "prove").string()};
  compile.insert(compile.end(), files.begin(), files.end());
  for (const std::string& word : words_of(BP_PROOFS_LINK)) compile.push_back(word);
  const Finished compiled = run_program(compile, std::chrono::seconds(300));
  ASSERT_EQ(compiled.fault + (compiled.status == 0 ? "" : compiled.printed), "");

  const Finished run = run_program({(scratch / "prove").string()}, std::chrono::seconds(60));
  EXPECT_EQ(run.fault, "");
  for (const char* expected :
       {"P-GFP-1: counterexample: gfp = __GFP_DMA32|__GFP_MOVABLE (E0:0xc), zone configuration "
        "DMA32: expected DMA32 (index 0), got NORMAL (index 1)\n",
        "P-GFP-1 is NOT proved as expected: impl/gfp_table.h gfp_zone_index()\n",
        "P-GFP-2: counterexample: gfp = __GFP_DMA|__GFP_HIGHMEM (E0:0x3), zone configuration with "
        "no optional zone: the rule calls it bad, shipped code gives 0\n",
        "P-GFP-2 is NOT proved as expected: impl/gfp_table.h gfp_zone_bad()\n",
        "P-GFP-10.zone-bits: counterexample: gfp = __GFP_NO_OBJ_EXT (E5:0x8), zone "
        "configuration with no optional zone\n"}) {
    EXPECT_NE(run.printed.find(expected), std::string::npos) << expected << "in\n" << run.printed;
  }
  fs::remove_all(scratch);
}

}  // namespace
}  // namespace bp::proofs
