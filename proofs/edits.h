// SPDX-License-Identifier: MIT
// What came of the edits of the proved headers: the table that `ci/proof-edits --record` writes.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace bp::proofs {

struct Edit {
  std::string header;   ///< "impl/row.h"
  std::string from;     ///< Text that is there once.
  std::string to;       ///< What replaced it.
  std::string refuter;  ///< The id of the first obligation that refutes it, or "compiler".
  std::string argued;   ///< Why none does; empty if one does.
};

struct EditTable {
  std::vector<Edit> edits;
  std::string fault;  ///< With the line; empty if it was read.
};

EditTable read_edits(const std::filesystem::path& file);

}  // namespace bp::proofs
