// SPDX-License-Identifier: MIT
// The man page and the completion, which ci/install/describe makes from --help, know every option
// of every verb, and of the verbs within a verb.
#include <gtest/gtest.h>

#include <cctype>

#include "fuzz/cli/test_shell.h"

namespace bp {
namespace {

using Words = std::vector<std::string>;

class Described : public cli::ShellTest {
 protected:
  void SetUp() override {
    const Ran r = shell(BP_SOURCE_DIR "/ci/install/describe " BP_BUDDYPROOF " .");
    ASSERT_EQ(r.status, 0) << r.err;
  }
  /// The lines of a section of --help that begin with a name: "Subcommands:" or "Options:".
  Words names(const std::string& verb, const std::string& section) {
    std::istringstream help(run(verb + " --help").out);
    Words all;
    bool in = false;
    for (std::string line; std::getline(help, line);) {
      if (line.empty() || line[0] != ' ') in = line == section;
      if (!in || line.size() < 3 || line[0] != ' ' || line[2] == ' ') continue;
      std::istringstream comma(line.substr(2, line.find_first_of(" {", 2) - 2));
      for (std::string name; std::getline(comma, name, ',');) all.push_back(name);
    }
    return all;
  }
  /// Every verb, and "corpus cmin" for those within.
  Words verbs() {
    Words all;
    for (const std::string& verb : names("", "Subcommands:")) {
      all.push_back(verb);
      for (const std::string& part : names(verb, "Subcommands:")) all.push_back(verb + " " + part);
    }
    return all;
  }
};

TEST_F(Described, TheCompletionOffersEveryOptionOfEveryVerb) {
  std::size_t options = 0;
  for (const std::string& verb : verbs()) {
    const Ran r = shell("bash -c 'source ./buddyproof.bash; COMP_WORDS=(buddyproof " + verb +
                        " -); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _buddyproof; echo \" "
                        "${COMPREPLY[*]} \"'");
    for (const std::string& option : names(verb, "Options:")) {
      EXPECT_NE(r.out.find(" " + option + " "), std::string::npos)
          << verb << " " << option << " in" << r.out << r.err;
      ++options;
    }
    EXPECT_EQ(r.out.find("-std"), std::string::npos) << "an example's option is none of ours";
  }
  EXPECT_GT(options, 150U);
}

TEST_F(Described, TheManPageHasASectionForEachWithItsOptions) {
  const std::string man = slurp(path("buddyproof.1"));
  for (const std::string& verb : verbs()) {
    const bool within = verb.find(' ') != std::string::npos;
    std::string title = verb;
    if (!within)
      std::ranges::transform(title, title.begin(),
                             [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    const std::string head = (within ? ".SS \"buddyproof " : ".SH \"BUDDYPROOF ") + title + "\"\n";
    const std::size_t begin = man.find(head);
    ASSERT_NE(begin, std::string::npos) << head;
    const std::string section = man.substr(begin, man.find("\n.S", begin + 1) - begin);
    for (const std::string& option : names(verb, "Options:"))
      EXPECT_NE(section.find(option), std::string::npos) << verb << " " << option;
  }
}

TEST_F(Described, TheVerbsThemselvesAreOffered) {
  const Ran r = shell(
      "bash -c 'source ./buddyproof.bash; COMP_WORDS=(buddyproof corpus c); COMP_CWORD=2; "
      "_buddyproof; echo \"${COMPREPLY[*]}\"'");
  EXPECT_NE(r.out.find("cmin"), std::string::npos) << r.out << r.err;
}

}  // namespace
}  // namespace bp
