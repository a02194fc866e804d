/* SPDX-License-Identifier: MIT
 * A subject of one's own, from start to end: first fit over one byte a frame. C99, no dependency.
 *
 *     cc -std=c99 -shared -fPIC -I . fuzz/subjects/example/first_fit.c -o libfirst_fit.so
 *
 * Promises that wrong frees are told apart and that free frames are reported merged. Knows nothing
 * of zonelists, masks and watermarks, and says so by leaving those capabilities out; a block never
 * crosses a zone.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz/subject.h"

/* The byte of a frame: free, inside a block, not managed, or HEAD plus the order of its block. */
enum { FREE = 0, INSIDE = 1, HOLE = 2, HEAD = 16 };

struct first_fit {
  bp_machine machine;
  uint8_t* frames[BP_ZONES_MAX]; /* By zone, one byte per spanned frame. */
};

static void destroy(void* self) {
  struct first_fit* f = self;
  for (uint32_t zone = 0; f != NULL && zone < f->machine.n_zones; ++zone) free(f->frames[zone]);
  free(f);
}

static void* create(const bp_machine* machine) {
  struct first_fit* f = calloc(1, sizeof *f);
  if (f == NULL) return NULL;
  f->machine = *machine;
  for (uint32_t zone = 0; zone < machine->n_zones; ++zone) {
    const bp_zone* z = &machine->zones[zone];
    f->frames[zone] = calloc(z->end - z->begin, 1);
    if (f->frames[zone] == NULL) {
      destroy(f);
      return NULL;
    }
    for (uint32_t h = 0; h < machine->n_holes; ++h) {
      for (uint64_t pfn = machine->holes[h].begin; pfn < machine->holes[h].end; ++pfn) {
        if (z->begin <= pfn && pfn < z->end) f->frames[zone][pfn - z->begin] = HOLE;
      }
    }
  }
  return f;
}

/* Whether the aligned block of this order at `pfn` lies in the zone and is free as a whole. */
static int is_free_block(const struct first_fit* f, uint32_t zone, uint64_t pfn, uint32_t order) {
  const bp_zone* z = &f->machine.zones[zone];
  const uint64_t size = UINT64_C(1) << order;
  if (pfn < z->begin || pfn % size != 0 || z->end - pfn < size) return 0;
  for (uint64_t i = 0; i < size; ++i) {
    if (f->frames[zone][pfn - z->begin + i] != FREE) return 0;
  }
  return 1;
}

static bp_status alloc(void* self, const bp_request* request, uint64_t* pfn) {
  struct first_fit* f = self;
  for (uint32_t zone = 0; zone < f->machine.n_zones; ++zone) {
    const bp_zone* z = &f->machine.zones[zone];
    for (uint64_t at = z->begin; at < z->end; ++at) {
      if (!is_free_block(f, zone, at, request->order)) continue;
      memset(f->frames[zone] + (at - z->begin), INSIDE, (size_t)1 << request->order);
      f->frames[zone][at - z->begin] = (uint8_t)(HEAD + request->order);
      *pfn = at;
      return BP_OK;
    }
  }
  return BP_NO_MEMORY;
}

static bp_status free_block(void* self, uint32_t cpu, uint64_t pfn, uint32_t order) {
  struct first_fit* f = self;
  (void)cpu;
  for (uint32_t zone = 0; zone < f->machine.n_zones; ++zone) {
    const bp_zone* z = &f->machine.zones[zone];
    if (pfn < z->begin || pfn >= z->end) continue;
    uint8_t* frame = f->frames[zone] + (pfn - z->begin);
    if (*frame == HOLE) return BP_FOREIGN;
    if (*frame == FREE) return BP_NOT_ALLOCATED;
    if (*frame == INSIDE) return BP_NOT_HEAD;
    if (*frame != HEAD + order) return BP_BAD_ORDER;
    memset(frame, FREE, (size_t)1 << order);
    return BP_OK;
  }
  return BP_FOREIGN;
}

static void drain(void* self, uint32_t cpu) {
  (void)self;
  (void)cpu;
}

static void counters(void* self, uint32_t zone, bp_counters* out) {
  const struct first_fit* f = self;
  const bp_zone* z = &f->machine.zones[zone];
  memset(out, 0, sizeof *out);
  for (uint64_t i = 0; i < z->end - z->begin; ++i) out->free += f->frames[zone][i] == FREE;
}

static void census(void* self, bp_visit visit, void* context) {
  const struct first_fit* f = self;
  for (uint32_t zone = 0; zone < f->machine.n_zones; ++zone) {
    const bp_zone* z = &f->machine.zones[zone];
    for (uint64_t pfn = z->begin; pfn < z->end;) {
      uint32_t order = BP_ORDER_MAX;
      while (order > 0 && !is_free_block(f, zone, pfn, order)) --order;
      if (is_free_block(f, zone, pfn, order)) visit(context, pfn, order, BP_ON_BUDDY);
      pfn += is_free_block(f, zone, pfn, order) ? UINT64_C(1) << order : 1;
    }
  }
}

const bp_subject* bp_subject_get(void) {
  static const bp_subject subject = {.abi_version = BP_ABI_VERSION,
                                     .caps = BP_CAP_MERGES | BP_CAP_CHECKS_FREE,
                                     .name = "first-fit",
                                     .create = create,
                                     .destroy = destroy,
                                     .alloc = alloc,
                                     .free = free_block,
                                     .drain = drain,
                                     .counters = counters,
                                     .census = census};
  return &subject;
}
