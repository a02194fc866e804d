// SPDX-License-Identifier: MIT
// Planted bugs of the interface: policies, bulks, exact sizes, references, ticks and what
// recomputed watermarks entail (R-API, W-5..9, R-CFG).
#include "fuzz/mutants/model_subjects.h"
#include "model/reference/policy.h"
#include "model/reference/setup.h"
#include "model/reference/tick.h"

namespace bp::reference::plants {
namespace {

constexpr ModelPlant kPlants[] = {
    {"bind-for-all-zones", "W-9 R-API-10", "", kAll,
     "BIND binds requests that cannot reach the policy zone",
     [](Rulebook& r) { r.applies_policy_zone = false; }},
    {"policy-in-interrupt", "W-9 R-API-10", "", kAll, "an interrupt follows the task's policy",
     [](Rulebook& r) { r.applies_policy_in_interrupt = true; }},
    {"interleave-stays", "W-9 R-API-10", "", kAll, "INTERLEAVE uses the same node again",
     [](Rulebook& r) {
       r.next_interleave_node = [](Config& c) {
         const unsigned before = c.interleave_last;
         const unsigned node = next_interleave_node(c);
         c.interleave_last = before;
         return node;
       };
     }},
    {"bulk-asks-for-rest", "W-6", "", kAll, "a bulk asks for as many pages as are missing",
     [](Rulebook& r) { r.bulk_asks_for_all = false; }},
    {"bulk-leaves-node", "W-6", "", kAll, "a bulk takes all its pages from another node",
     [](Rulebook& r) { r.bulk_keeps_node = false; }},
    {"bulk-applies-scope", "W-6", "", kAll, "a bulk applies the task's scope",
     [](Rulebook& r) { r.bulk_applies_scope = true; }},
    {"exact-frees-to-pcp", "W-7", "", kAll,
     "the unused tail of an exact size goes to the per-CPU lists",
     [](Rulebook& r) { r.exact_frees_to_pcp = true; }},
    {"tails-leaked", "R-API-11 W-8", "B-24", kSince5_15,
     "a block freed while somebody holds its head loses its tail pages",
     [](Rulebook& r) { r.frees_tails = false; }},
    {"tails-freed", "R-API-11 W-8", "B-24", kV4_7,
     "a block freed while somebody holds its head gives its tail pages back",
     [](Rulebook& r) { r.frees_tails = true; }},
    {"tails-of-compound-freed", "R-API-11 W-8", "B-24", kSince5_15,
     "a compound block that somebody holds gives its tail pages back",
     [](Rulebook& r) { r.spares_compound = false; }},
    {"drain-last-zone-first", "W-5 R-PCP-9", "", kAll, "lists are drained last CPU and zone first",
     [](Rulebook& r) { r.drains_ascending = false; }},
    {"drain-a-batch", "R-PCP-9", "mutant 15", kAll, "a drain empties no more than a batch",
     [](Rulebook& r) { r.drain = drain_batch; }},
    {"expire-after-two", "C14 W-5", "", kSince5_15, "a remote list ages after two ticks",
     [](Rulebook& r) { r.expire_ticks = 2; }},
    {"expire-never", "C14 W-5", "", kSince5_15, "remote lists do not age",
     [](Rulebook& r) { r.age = [](Allocator&, Zone&, Pcp&) {}; }},
    {"expire-own-too", "C14 W-5", "", kSince5_15, "lists of the CPU's own node age too",
     [](Rulebook& r) {
       r.age = [](Allocator& a, Zone& z, Pcp& p) {
         if (p.n.expire != 0 && p.n.count != 0 && --p.n.expire == 0) drain_batch(a, z, p);
       };
     }},
    {"expire-drains-all", "C14 W-5", "", kSince5_15, "a list that aged is drained whole",
     [](Rulebook& r) {
       r.age = [](Allocator& a, Zone& z, Pcp& p) {
         const std::int64_t batch = p.n.batch;
         p.n.batch = p.n.count;
         age_list(a, z, p);
         p.n.batch = batch;
       };
     }},
    {"setup-leaves-turns", "R-CFG-7", "", kV4_7, "recomputed watermarks give no new turns",
     [](Rulebook& r) { r.after_setup = [](Allocator&, Zone&) {}; }},
    {"setup-leaves-lists", "R-CFG-12 R-CFG-13", "", kSince5_15,
     "recomputed watermarks do not resize per-CPU lists",
     [](Rulebook& r) { r.after_setup = [](Allocator&, Zone&) {}; }},
};

}  // namespace

std::span<const ModelPlant> interface_plants() { return kPlants; }

}  // namespace bp::reference::plants
