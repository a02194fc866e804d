// SPDX-License-Identifier: MIT
#include "proofs/properties.h"

namespace bp::proofs {
namespace {

constexpr std::string_view kInvariants =
    "is about whole states of the allocator, not about a pure function: the invariants check it "
    "after every operation (model/invariants)";
constexpr std::string_view kTransitions =
    "relates the states before and after an operation: the reference and the judge check it in "
    "every run; no solver sees a whole state";

constexpr Property kProperties[] = {
    {"P-GFP-1", ""},
    {"P-GFP-2", ""},
    {"P-GFP-3", ""},
    {"P-GFP-4", ""},
    {"P-GFP-5", ""},
    {"P-GFP-6", ""},
    {"P-GFP-7", ""},
    {"P-GFP-8", ""},
    {"P-GFP-9", ""},
    {"P-GFP-10", ""},
    {"P-GFP-11",
     "is about named composite masks: a finite table of constants, which the tests of "
     "model/vocab/gfp.h enumerate"},
    {"P-GFP-12", "is about one constant, 0x200da: a test of model/vocab/gfp.h decodes it by era"},
    {"P-GFP-13",
     "compares constants of the kernels; the shipped code has no ALLOC_ numbers, only "
     "named flags"},
    {"P-MT-1", ""},
    {"P-MT-2", ""},
    {"P-MT-3", ""},
    {"P-MT-4", ""},
    {"P-MT-5", ""},
    {"P-MT-6", ""},
    {"P-MT-7",
     "is about a table of three rows: model/rules/migratetype_test.cpp enumerates it; "
     "impl has no fallbacks yet"},
    {"P-BUD-1", ""},
    {"P-BUD-2", ""},
    {"P-BUD-3", ""},
    {"P-BUD-4", ""},
    {"P-BUD-5", ""},
    {"P-BUD-6", ""},
    {"P-BUD-7", ""},
    {"P-BUD-8", ""},
    {"P-BUD-9", ""},
    {"P-BUD-10",
     "compares two histories of a whole zone: the judge's permutation tests check it; "
     "the one-word instance is ROW-tree"},
    {"P-BUD-11", ""},
    {"P-WM-1", ""},
    {"P-WM-2", ""},
    {"P-WM-3", ""},
    {"P-WM-4", ""},
    {"P-WM-5", ""},
    {"P-WM-6", ""},
    {"P-WM-7", ""},
    {"P-WM-8", ""},
    {"P-WM-9", ""},
    {"P-WM-10", ""},
    {"P-WM-11",
     "needs the lists of a zone, which are state: the reference's takes check that what "
     "passes is served"},
    {"P-WM-12", ""},
    {"P-WM-13", ""},
    {"P-WM-14", ""},
    {"P-WM-15", ""},
    {"P-WM-16", ""},
    {"P-WM-17",
     "is about a counter that drifts over many operations: the invariant on "
     "nr_reserved_highatomic finds it (known defect of the profiles)"},
    {"P-WM-18", "is about the check before 4.4, which no profile has"},
    {"P-LM-1", ""},
    {"P-LM-2", ""},
    {"P-LM-3", ""},
    {"P-LM-4", ""},
    {"P-CFG-1",
     "is about marks that are computed in model/rules only: impl is given its marks; "
     "watermark_setup_test.cpp holds it against recorded machines"},
    {"P-CFG-2", "is about a sum over all zones of a machine, computed in model/rules only"},
    {"P-CFG-3", "is about the set-up in model/rules, whose tests have the extreme sizes"},
    {"P-CFG-4", ""},
    {"P-CFG-5", "is a precondition of model/rules, stated at marks_of_all()"},
    {"P-CFG-6", ""},
    {"P-ZL-1", ""},
    {"P-ZL-2", ""},
    {"P-ZL-3", "is about the order of nodes, which is data of a machine: node_order_test.cpp"},
    {"P-ZL-4", "is about a list that is built once: zonelist_build's tests enumerate machines"},
    {"P-ZL-5", "is about distances of a machine: node_order_test.cpp has the cases"},
    {"P-ZL-6", "is about a list that is built once: zonelist_build's tests"},
    {"P-ZL-7", "holds by the type: a Zonelist has a capacity and a count, no terminator"},
    {"P-ZL-8", ""},
    {"P-ZL-9", "impl has no cursor that is resumed: every scan starts at the front"},
    {"I-1", kInvariants},
    {"I-2", kInvariants},
    {"I-3", kInvariants},
    {"I-4", kInvariants},
    {"I-5", kInvariants},
    {"I-6", kInvariants},
    {"I-7", kInvariants},
    {"I-8", kInvariants},
    {"I-9", kInvariants},
    {"I-10", kInvariants},
    {"I-11", kInvariants},
    {"I-12", kInvariants},
    {"I-13", kInvariants},
    {"I-14", kInvariants},
    {"I-15", kInvariants},
    {"I-16", kInvariants},
    {"P-TR-1", kTransitions},
    {"P-TR-2", kTransitions},
    {"P-TR-3", kTransitions},
    {"P-TR-4", kTransitions},
    {"P-TR-5", kTransitions},
    {"P-TR-6", kTransitions},
    {"P-TR-7", kTransitions},
    {"P-TR-8", kTransitions},
    {"P-TR-9", kTransitions},
    {"P-TR-10", kTransitions},
    {"P-TR-11", ""},
    {"P-TR-12", "is a precondition of the bulk free of the reference, checked there"},
};

}  // namespace

std::span<const Property> properties() { return kProperties; }

}  // namespace bp::proofs
