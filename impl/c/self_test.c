/* SPDX-License-Identifier: MIT
 * A C11 program over impl/c/buddyproof.h that needs nothing of a C library: it brings the memory
 * functions itself. bpa_self_test() gives 0, or the line of the first thing that is wrong. It is
 * linked twice: with -nostdlib, where an undefined symbol is an error, and with a main() to run. */
#include "impl/c/buddyproof.h"

void* memset(void* to, int value, size_t n) {
  unsigned char* p = to;
  for (size_t i = 0; i < n; ++i) p[i] = (unsigned char)value;
  return to;
}
void* memcpy(void* to, const void* from, size_t n) {
  unsigned char* p = to;
  const unsigned char* q = from;
  for (size_t i = 0; i < n; ++i) p[i] = q[i];
  return to;
}
void* memmove(void* to, const void* from, size_t n) {
  unsigned char* p = to;
  const unsigned char* q = from;
  if ((uintptr_t)p <= (uintptr_t)q) return memcpy(to, from, n);
  while (n-- > 0) p[n] = q[n];
  return to;
}

void bpa_panic(const char* file, int line, const char* what) {
  (void)file, (void)line, (void)what;
  __builtin_trap();
}

enum { FRAMES = 5000, HOLE = 50 };
static _Alignas(BPA_ALIGN) unsigned char memory[1 << 20];
static uint64_t heads[FRAMES];

static void add_up(void* sum, uint64_t head, uint32_t order, uint32_t cpu) {
  (void)head, (void)cpu;
  *(uint64_t*)sum += UINT64_C(1) << order;
}

static uint64_t free_pages(const bpa_allocator* a) {
  bpa_counts n = {0, 0, 0, 0, 0, 0};
  if (bpa_count(a, 0, &n) != BPA_OK) return 0;
  return n.free;
}

static int bad_input(bpa_config c, const bpa_zone* zone) {
  bpa_allocator* a = NULL;
  bpa_zone overlap[2] = {*zone, *zone};
  const size_t needs = bpa_footprint(&c);
  if (bpa_place(memory, needs - 1, &c, &a) != BPA_BAD_MEMORY) return __LINE__;
  if (bpa_place(memory + 8, needs, &c, &a) != BPA_BAD_MEMORY) return __LINE__;
  if (bpa_place(NULL, needs, &c, &a) != BPA_BAD_MEMORY) return __LINE__;
  overlap[1].type = 4;
  c.zones = overlap;
  c.n_zones = 2;
  if (bpa_footprint(&c) != 0 || bpa_place(memory, sizeof memory, &c, &a) != BPA_BAD_CONFIG)
    return __LINE__;
  c.n_zones = BPA_ZONES_MAX + 1;
  if (bpa_footprint(&c) != 0) return __LINE__;
  c.n_zones = 1;
  c.cpus = BPA_CPUS_MAX + 1;
  if (bpa_footprint(&c) != 0) return __LINE__;
  return a == NULL ? 0 : __LINE__;
}

static int one_block(bpa_allocator* a) {
  bpa_request r = {0, 3, 0, -1, 0, 0};
  const uint64_t head = bpa_alloc(a, &r);
  if (head == BPA_NONE || head % 8 != 0) return __LINE__;
  if (bpa_free(a, 0, head, 2) != BPA_BAD_ORDER) return __LINE__;
  if (bpa_free(a, 0, head + 1, 0) != BPA_NOT_HEAD) return __LINE__;
  if (bpa_free(a, 0, FRAMES + 1, 0) != BPA_FOREIGN) return __LINE__;
  if (bpa_free(a, 9, head, 3) != BPA_NO_CPU) return __LINE__;
  if (bpa_split(a, head, 3, 4) != BPA_BAD_ORDER) return __LINE__;
  if (bpa_split(a, head, 3, 1) != BPA_OK) return __LINE__;
  for (uint64_t p = head; p < head + 8; p += 2)
    if (bpa_free(a, 1, p, 1) != BPA_OK) return __LINE__;
  if (bpa_free(a, 1, head, 1) != BPA_NOT_ALLOCATED) return __LINE__;
  r.order = BPA_ORDER_MAX + 1;
  if (bpa_alloc(a, &r) != BPA_NONE) return __LINE__;
  r.order = 0;
  r.cpu = 2;
  if (bpa_alloc(a, &r) != BPA_NONE) return __LINE__;
  r.cpu = 0;
  r.node = 1;
  return bpa_alloc(a, &r) == BPA_NONE ? 0 : __LINE__;
}

static int reclaims(void* context, const bpa_need* need) {
  ++*(int*)context;
  return need->order == 99;
}

/* Ranges, types, CMA and what the program is called for. */
static int ranges(void) {
  const bpa_zone zone = {.type = 2, .frames = {0, 4096}, .mark_min = 4, .mark_low = 8};
  const bpa_range area = {2048, 2560}, range = {512, 1024}, crooked = {512, 1000};
  int asked = 0;
  const bpa_calls calls = {.context = &asked, .reclaim = reclaims};
  const bpa_config c = {.profile = 1,
                        .era = 4,
                        .zone_types = 3,
                        .cpus = 1,
                        .nodes = 1,
                        .n_zones = 1,
                        .n_cma = 1,
                        .zones = &zone,
                        .cma = &area,
                        .calls = &calls,
                        .n_fallback = {1}};
  bpa_allocator* a = NULL;
  bpa_counts n;
  if (bpa_place(memory, sizeof memory, &c, &a) != BPA_OK) return __LINE__;
  if (bpa_type_at(a, 2100) != 4 || bpa_type_at(a, 512) != 1) return __LINE__;
  if (bpa_type_at(a, 4096) != BPA_NO_TYPE) return __LINE__;
  if (bpa_isolate(a, crooked) != BPA_BAD_RANGE || bpa_undo_isolate(a, range) != BPA_BUSY)
    return __LINE__;
  if (bpa_isolate(a, range) != BPA_OK || bpa_type_at(a, 600) != 5) return __LINE__;
  if (bpa_count(a, 0, &n) != BPA_OK || n.isolated_free != 512 || n.free != 4096 - 512)
    return __LINE__;
  if (n.free_cma != 512 || bpa_undo_isolate(a, range) != BPA_OK) return __LINE__;
  if (bpa_alloc_range(a, area) != BPA_OK || bpa_alloc_range(a, area) != BPA_BUSY) return __LINE__;
  if (bpa_free(a, 0, area.begin, 9) != BPA_OK) return __LINE__;
  if (bpa_offline(a, range) != BPA_OK || bpa_online(a, area) != BPA_BUSY) return __LINE__;
  if (bpa_count(a, 0, &n) != BPA_OK || n.free != 4096 - 512) return __LINE__;
  if (bpa_online(a, range) != BPA_OK || bpa_free(a, 0, 512, 9) != BPA_NOT_ALLOCATED)
    return __LINE__;
  const bpa_request page = {0, 0, 0x400, -1, 0, 0}; /* direct reclaim */
  while (bpa_alloc(a, &page) != BPA_NONE) continue;
  return asked > 0 ? 0 : __LINE__;
}

/* A program that has a say in requests. */
struct say {
  bpa_mems mems;
  uint32_t asked, dirty;
  int fails;
};
static void says_mems(void* context, const bpa_need* need, bpa_mems* out) {
  struct say* s = context;
  (void)need;
  /* The task's nodes change while the first request that fails asks. */
  if (s->asked++ == 1) s->mems.nodes = 3, ++s->mems.sequence;
  *out = s->mems;
}
static int says_fails(void* context, const bpa_need* need) {
  return need->order == 0 && ((struct say*)context)->fails;
}
static int says_dirty(void* context, uint32_t zone) {
  return (((struct say*)context)->dirty >> zone & 1) != 0;
}
static uint32_t says_near(void* context, const bpa_need* need) {
  ((struct say*)context)->asked += need->node == 0 ? 100 : 0;
  return BPA_RECLAIM_FULL;
}

/* Cpusets, faults, dirty limits, node reclaim. */
static int surroundings(void) {
  const bpa_zone zones[2] = {{.type = 2, .frames = {0, 64}, .mark_min = 4, .mark_low = 8},
                             {.node = 1, .type = 2, .frames = {64, 128}}};
  struct say say = {{1, 1, 0}, 0, 0, 0};
  const bpa_calls calls = {.context = &say,
                           .mems = says_mems,
                           .fails = says_fails,
                           .is_dirty = says_dirty,
                           .reclaim_node = says_near};
  const bpa_config c = {.profile = 1,
                        .era = 4,
                        .zone_types = 3,
                        .cpus = 1,
                        .nodes = 2,
                        .n_zones = 2,
                        .zones = zones,
                        .calls = &calls,
                        .fallback = {{0, 1}, {1, 0}},
                        .n_fallback = {2, 2}};
  bpa_allocator* a = NULL;
  if (bpa_place(memory, sizeof memory, &c, &a) != BPA_OK) return __LINE__;
  const bpa_request bound = {0, 0, 0, -1, 0, BPA_TASK_BOUND};
  const bpa_request watched = {0, 0, 0, -1, 0, BPA_TASK_WATCHED};
  const bpa_request writes = {0, 0, 0x1000, -1, 0, 0}, waits = {0, 0, 0x400, -1, 0, 0};
  say.fails = 1;
  if (bpa_alloc(a, &watched) != BPA_NONE) return __LINE__;
  say.fails = 0;
  if (bpa_alloc(a, &watched) == BPA_NONE) return __LINE__;
  say.dirty = 1;
  if (bpa_alloc(a, &writes) < 64) return __LINE__;
  for (uint64_t head = 0; head < 64;) {
    say.asked = 0;
    head = bpa_alloc(a, &bound);
    if (head == BPA_NONE || (head >= 64) != (say.asked > 1)) return __LINE__;
  }
  say.asked = 0;
  if (bpa_alloc(a, &waits) < 64) return __LINE__;
  return say.asked >= 100 ? 0 : __LINE__;
}

int bpa_self_test(void) {
  const bpa_zone zone = {.type = 2, .frames = {1, FRAMES}, .pcp_high = 60, .pcp_batch = 15};
  const bpa_range hole = {100, 100 + HOLE};
  const uint64_t managed = FRAMES - 1 - HOLE;
  const bpa_config c = {.profile = 1,
                        .era = 4,
                        .zone_types = 3,
                        .cpus = 2,
                        .nodes = 1,
                        .zones = &zone,
                        .n_zones = 1,
                        .holes = &hole,
                        .n_holes = 1,
                        .n_fallback = {1}};
  bpa_allocator* a = NULL;
  int line = bad_input(c, &zone);
  if (line != 0) return line;
  if (bpa_place(memory, sizeof memory, &c, &a) != BPA_OK) return __LINE__;
  if (free_pages(a) != managed) return __LINE__;
  line = one_block(a);
  if (line != 0) return line;

  const bpa_request page = {0, 0, 0, -1, 0, 0};
  bpa_drain(a, BPA_ALL_CPUS);
  const uint32_t got = bpa_alloc_bulk(a, &page, heads, FRAMES);
  if (got != managed || bpa_alloc(a, &page) != BPA_NONE) return __LINE__;
  if (bpa_free_bulk(a, 1, heads, got, 0) != got) return __LINE__;
  uint64_t sum = 0;
  bpa_census(a, add_up, &sum);
  if (sum != managed || free_pages(a) == managed) return __LINE__;
  if (bpa_drain(a, BPA_ALL_CPUS) == 0 || free_pages(a) != managed) return __LINE__;
  bpa_counts n;
  if (bpa_count(a, 1, &n) != BPA_NO_ZONE) return __LINE__;
  line = ranges();
  return line != 0 ? line : surroundings();
}
