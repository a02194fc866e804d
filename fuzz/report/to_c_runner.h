// SPDX-License-Identifier: MIT
// The part of a C test that is the same for every program: C99 as text. It stands below the tables
// `machine`, `ops` and `refused_hash` that to_c() prints.
#pragma once

namespace bp {

inline constexpr char kCRunner[] = R"runner(
static const bp_subject* subject;
static void* self;
static unsigned char *used, *free_order; /* By frame, over all zones: see index_of. */
static uint64_t hash = 14695981039346656037u;
static int failures;
static uint64_t free_pages[BP_ZONES_MAX], pcp_pages[BP_ZONES_MAX];

static void expect(int holds, unsigned event, const char* what) {
  if (holds) return;
  fprintf(stderr, "event %u: %s\n", event, what);
  ++failures;
}

static void mix(uint64_t value) { hash = (hash ^ value) * 1099511628211u; }

/* Zone of a managed frame, or n_zones. */
static uint32_t zone_of(uint64_t pfn) {
  uint32_t z, h;
  for (h = 0; h < machine.n_holes; ++h)
    if (machine.holes[h].begin <= pfn && pfn < machine.holes[h].end) return machine.n_zones;
  for (z = 0; z < machine.n_zones; ++z)
    if (machine.zones[z].begin <= pfn && pfn < machine.zones[z].end) return z;
  return machine.n_zones;
}

static uint64_t index_of(uint64_t pfn) {
  uint64_t before = 0;
  uint32_t z;
  for (z = 0; pfn < machine.zones[z].begin || machine.zones[z].end <= pfn; ++z)
    before += machine.zones[z].end - machine.zones[z].begin;
  return before + (pfn - machine.zones[z].begin);
}

/* Takes the frames of a block; says whether all are managed, of one zone, and were nobody's. */
static int take(uint64_t head, uint32_t order, unsigned char by) {
  uint64_t i;
  uint32_t zone;
  if (order > BP_ORDER_MAX || head % ((uint64_t)1 << order) != 0) return 0;
  zone = zone_of(head);
  for (i = 0; i < (uint64_t)1 << order; ++i) {
    if (zone_of(head + i) != zone || zone == machine.n_zones) return 0;
    if (used[index_of(head + i)] != 0) return 0;
    used[index_of(head + i)] = by;
  }
  return 1;
}

static void release(uint64_t head, uint32_t order, unsigned char by) {
  uint64_t i;
  for (i = 0; i < (uint64_t)1 << order; ++i)
    if (zone_of(head + i) < machine.n_zones && used[index_of(head + i)] == by)
      used[index_of(head + i)] = 0;
}

static void saw_answer(uint32_t status, uint64_t pfn) {
  mix(status);
  mix(pfn);
}

static void on_block(void* event, uint64_t head, uint32_t order, uint32_t cpu) {
  const uint32_t zone = zone_of(head);
  mix(head);
  mix(order);
  mix(cpu == BP_ON_BUDDY ? 0xff : cpu < 0xff ? cpu : 0xfe);
  expect(take(head, order, 2), *(const unsigned*)event,
         "a free block is misaligned, not managed, held by the caller or seen twice");
  if (zone == machine.n_zones || order > BP_ORDER_MAX) return;
  if (cpu == BP_ON_BUDDY) {
    free_order[index_of(head)] = (unsigned char)(order + 1);
    free_pages[zone] += (uint64_t)1 << order;
  } else {
    pcp_pages[zone] += (uint64_t)1 << order;
  }
}

static void expect_merged(unsigned event) {
  uint32_t z;
  uint64_t pfn, buddy;
  for (z = 0; z < machine.n_zones; ++z) {
    for (pfn = machine.zones[z].begin; pfn < machine.zones[z].end; ++pfn) {
      const unsigned char o = free_order[index_of(pfn)];
      if (o == 0 || o > machine.pageblock_order || o > BP_ORDER_MAX) continue;
      buddy = pfn ^ ((uint64_t)1 << (o - 1));
      if (buddy < pfn || zone_of(buddy) != z) continue;
      expect(free_order[index_of(buddy)] != o, event, "two free buddies are not merged");
    }
  }
}

static void census(unsigned event, uint64_t frames, int closing) {
  uint64_t i, missing = 0;
  uint32_t z;
  bp_counters c;
  memset(free_order, 0, frames);
  memset(free_pages, 0, sizeof free_pages);
  memset(pcp_pages, 0, sizeof pcp_pages);
  subject->census(self, on_block, &event);
  for (z = 0; z < machine.n_zones; ++z) {
    subject->counters(self, z, &c);
    expect(c.free == free_pages[z] && c.on_pcp == pcp_pages[z], event,
           "the counters of a zone are not what its census shows");
    for (i = machine.zones[z].begin; i < machine.zones[z].end; ++i)
      missing += zone_of(i) == z && used[index_of(i)] == 0;
  }
  expect(missing == 0, event, "pages are neither free, nor on a per-CPU list, nor held");
  if (closing && (subject->caps & BP_CAP_MERGES) != 0) expect_merged(event);
  for (i = 0; i < frames; ++i)
    if (used[i] == 2) used[i] = 0;
}

static void saw_counters(void) {
  uint32_t z;
  bp_counters c;
  for (z = 0; z < machine.n_zones; ++z) {
    c.free = c.on_pcp = 0;
    subject->counters(self, z, &c);
    mix(c.free);
    mix(c.on_pcp);
  }
}

static void run_alloc(unsigned event, const op* o, block* b) {
  const bp_request request = {o->cpu, o->order, o->gfp, o->node, o->nodemask};
  uint64_t pfn = 0;
  b->order = o->order;
  b->held = subject->alloc(self, &request, &pfn) == BP_OK;
  b->head = b->held ? pfn : ~(uint64_t)0;
  if (b->held)
    expect(take(pfn, o->order, 1), event, "a block is misaligned, not managed or somebody else's");
  saw_answer(b->held ? 0 : 1, b->head);
}

static void run_free(unsigned event, const op* o, block* blocks, unsigned n) {
  const block own = blocks[o->handle];
  const int proper = own.held && own.order == o->order && o->offset == 0;
  const uint64_t head = own.head + o->offset;
  unsigned i;
  int taken;
  if (own.head == ~(uint64_t)0 || (!proper && (subject->caps & BP_CAP_CHECKS_FREE) == 0)) {
    saw_answer(3, ~(uint64_t)0);
    return;
  }
  for (i = 0; i < n && !(blocks[i].held && blocks[i].head == head && blocks[i].order == o->order);)
    ++i;
  if (i < n) {
    blocks[i].held = 0;
    release(head, o->order, 1);
  }
  if (proper) blocks[o->handle].held = 0;
  taken = subject->free(self, o->cpu, head, o->order) == BP_OK;
  expect(taken == (i < n), event,
         taken ? "a free of what is not held was taken" : "a proper free was rejected");
  saw_answer(taken ? 0 : 2, head);
}

int main(void) {
  static block blocks[N_OPS];
  uint64_t frames = 0;
  unsigned event, n = 0;
  subject = bp_subject_get();
  for (event = 0; event < machine.n_zones; ++event)
    frames += machine.zones[event].end - machine.zones[event].begin;
  used = calloc(frames, 1);
  free_order = calloc(frames, 1);
  if (subject->abi_version != BP_ABI_VERSION || !used || !free_order ||
      !(self = subject->create(&machine))) {
    fprintf(stderr, "no subject of this ABI, or memory ran out\n");
    return 3;
  }
  saw_counters();
  for (event = 0; event < N_OPS; ++event) {
    const op* o = &ops[event];
    if (o->kind == 'a') run_alloc(event, o, &blocks[n++]);
    if (o->kind == 'f') run_free(event, o, blocks, n);
    if (o->kind == 'd') subject->drain(self, o->cpu);
    if (o->kind == 'c') census(event, frames, event + 1 == N_OPS);
    if (o->kind == 'd' || o->kind == 'c') saw_answer(0, ~(uint64_t)0);
    saw_counters();
    if (event + 1 == REFUSED_EVENTS) expect(hash != REFUSED_HASH, event, REFUSED_AS);
  }
  subject->destroy(self);
  free(used);
  free(free_order);
  if (failures == 0) printf("passed: %u events\n", N_OPS);
  return failures != 0;
}
)runner";

}  // namespace bp
