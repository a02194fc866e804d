// SPDX-License-Identifier: MIT
// The part of a C test that is the same for every program: C99 as text, below the tables that
// to_c() prints. First who has which frame, then what is seen of the subject between operations;
// the operations are in to_c_requests.h.
#pragma once

namespace bp {

inline constexpr char kCFrames[] = R"runner(
enum { FREE_HERE = 1, ISOLATED = 2, OFFLINE = 4, COMPOUND = 8 };
#define NO_FRAME (~(uint64_t)0)
#define PAGEBLOCK 512u

static const bp_subject* subject;
static void* self;
/* By frame, over all zones: see index_of. */
static unsigned char *held, *states, *free_order; /* held: order + 1 of the block of the caller */
static uint32_t* references;                      /* of a held block, at its head */
static uint64_t hash = 14695981039346656037u;
static int failures;
static uint64_t free_pages[BP_ZONES_MAX], pcp_pages[BP_ZONES_MAX];

static void expect(int holds, unsigned event, const char* what) {
  if (holds) return;
  fprintf(stderr, "event %u: %s\n", event, what);
  ++failures;
}

static int promises(uint32_t caps) { return (subject->caps & caps) != 0; }

static void mix(uint64_t value) { hash = (hash ^ value) * 1099511628211u; }

/* Zone that spans a frame, or n_zones. */
static uint32_t zone_at(uint64_t pfn) {
  uint32_t z;
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

/* Zone of a frame that is there, or n_zones. */
static uint32_t zone_of(uint64_t pfn) {
  const uint32_t z = zone_at(pfn);
  return z < machine.n_zones && (states[index_of(pfn)] & OFFLINE) == 0 ? z : machine.n_zones;
}

static void set_state(uint64_t begin, uint64_t end, unsigned state, int on) {
  for (; begin < end; ++begin) {
    if (zone_at(begin) == machine.n_zones) continue;
    if (on) states[index_of(begin)] |= (unsigned char)state;
    else states[index_of(begin)] &= (unsigned char)~state;
  }
}

/* All frames of a block are of one zone, held by nobody, and neither isolated nor seen as free. */
static int is_open(uint64_t head, uint32_t order) {
  uint64_t i;
  uint32_t zone;
  if (order > BP_ORDER_MAX || head % ((uint64_t)1 << order) != 0) return 0;
  zone = zone_of(head);
  for (i = 0; i < (uint64_t)1 << order; ++i) {
    if (zone_of(head + i) != zone || zone == machine.n_zones) return 0;
    if (held[index_of(head + i)] != 0) return 0;
    if ((states[index_of(head + i)] & (ISOLATED | FREE_HERE)) != 0) return 0;
  }
  return 1;
}

/* The block is the caller's. Behind its head its frames are marked by 0xff. */
static void hold(uint64_t head, uint32_t order, int compound) {
  const uint64_t pages = (uint64_t)1 << order;
  memset(held + index_of(head), 0xff, pages);
  held[index_of(head)] = (unsigned char)(order + 1);
  references[index_of(head)] = 1;
  set_state(head, head + 1, COMPOUND, compound);
}

static void release(uint64_t head, uint32_t order) {
  memset(held + index_of(head), 0, (uint64_t)1 << order);
}

/* Order of the held block that begins there, or -1. */
static int held_order(uint64_t pfn) {
  if (zone_at(pfn) == machine.n_zones) return -1;
  return held[index_of(pfn)] == 0xff ? -1 : held[index_of(pfn)] - 1;
}

static int is_compound(uint64_t head) { return (states[index_of(head)] & COMPOUND) != 0; }

/* Of a block the first pages are single blocks, the others free. */
static void make_single(uint64_t head, uint32_t order, uint64_t pages) {
  const uint32_t more = references[index_of(head)];
  uint64_t i;
  release(head, order);
  for (i = 0; i < pages; ++i) hold(head + i, 0, 0);
  references[index_of(head)] = more;
}

/* Gives a reference back. The last one frees the block; another one leaves all of it, or its first
   page only. */
static void put(uint64_t head) {
  const uint32_t order = (uint32_t)held_order(head);
  if (--references[index_of(head)] == 0) release(head, order);
  else if (machine.profile != BP_PROFILE_V4_7 && !is_compound(head)) make_single(head, order, 1);
}

static void saw_answer(uint32_t status, uint64_t pfn) {
  mix(status);
  mix(pfn);
}

static void on_block(void* event, uint64_t head, uint32_t order, uint32_t cpu) {
  const uint32_t zone = zone_of(head);
  const int sound = is_open(head, order);
  mix(head);
  mix(order);
  mix(cpu == BP_ON_BUDDY ? 0xff : cpu < 0xff ? cpu : 0xfe);
  expect(sound, *(const unsigned*)event,
         "a free block is misaligned, not there, isolated, held by the caller or seen twice");
  if (!sound) return;
  set_state(head, head + ((uint64_t)1 << order), FREE_HERE, 1);
  if (cpu == BP_ON_BUDDY) {
    free_order[index_of(head)] = (unsigned char)(order + 1);
    free_pages[zone] += (uint64_t)1 << order;
  } else {
    pcp_pages[zone] += (uint64_t)1 << order;
  }
}

/* Pageblocks of different types stay apart. */
static void expect_merged(unsigned event) {
  const unsigned below = machine.pageblock_order < 9 ? machine.pageblock_order : 9;
  uint32_t z;
  uint64_t pfn, buddy;
  for (z = 0; z < machine.n_zones; ++z) {
    for (pfn = machine.zones[z].begin; pfn < machine.zones[z].end; ++pfn) {
      const unsigned char o = free_order[index_of(pfn)];
      if (o == 0 || o > below) continue;
      buddy = pfn ^ ((uint64_t)1 << (o - 1));
      if (buddy < pfn || zone_at(buddy) != z) continue;
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
    memset(&c, 0, sizeof c);
    subject->counters(self, z, &c);
    expect(c.free == free_pages[z] && c.on_pcp == pcp_pages[z], event,
           "the counters of a zone are not what its census shows");
  }
  for (i = 0; i < frames; ++i) {
    missing += held[i] == 0 && (states[i] & (FREE_HERE | ISOLATED | OFFLINE)) == 0;
    states[i] &= (unsigned char)~FREE_HERE;
  }
  expect(missing == 0, event, "pages are neither free, nor on a per-CPU list, nor held");
  if (closing && promises(BP_CAP_MERGES)) expect_merged(event);
}

static void saw_counters(void) {
  uint32_t z;
  bp_counters c;
  for (z = 0; z < machine.n_zones; ++z) {
    memset(&c, 0, sizeof c);
    subject->counters(self, z, &c);
    mix(c.free);
    mix(c.on_pcp);
    mix(c.reserved);
    mix(c.free_cma);
    mix(c.boost);
  }
}

/* The types of all pageblocks where they are promised, and the machine has any to tell apart. */
static void saw_types(void) {
  uint32_t z, type, number = 0;
  uint64_t pfn;
  if (!promises(BP_CAP_TYPES) || (machine.n_cma == 0 && machine.highatomic == 0)) return;
  for (z = 0; z < machine.n_zones; ++z) {
    for (pfn = machine.zones[z].begin; pfn < machine.zones[z].end; pfn = (pfn | 511) + 1) {
      type = subject->type_at(self, pfn);
      mix((uint64_t)number++ << 8 | (type < BP_TYPE_ISOLATE ? type : BP_TYPE_ISOLATE));
    }
  }
}

static void saw_all(void) {
  saw_counters();
  saw_types();
}
)runner";

}  // namespace bp
