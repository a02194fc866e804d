/* SPDX-License-Identifier: MIT
 * DPDK's mempool as a subject: what a program in user space might take for pages of one size. Built
 * where its headers are (Debian: libdpdk-dev), as lib/dpdk_mempool.so, to be named as a subject:
 *
 *     buddyproof bench --subject build/release/lib/dpdk_mempool.so --workload hot --workload rand0
 *
 * A frame is an object of one pool, 64 bytes that nobody touches: only what handing it out costs is
 * to be seen. Single frames only; any other order is null. A thread has the largest cache that DPDK
 * gives, and is known to it from its first call to its end.
 */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include <rte_eal.h>
#include <rte_lcore.h>
#include <rte_mempool.h>

#include "fuzz/subject.h"

enum { OBJECT_BYTES = 64 };

struct pool {
  struct rte_mempool* objects;
  uintptr_t first;
  unsigned stride_bits; /* Objects lie 2^stride_bits bytes apart. */
};

/* No huge pages, no devices, no files: memory of the process alone. It binds the calling thread to
 * a CPU, which is undone. */
static int start(void) {
  static int state; /* 0 not tried, 1 runs, -1 does not. */
  static char program[] = "buddyproof", no_huge[] = "--no-huge", no_pci[] = "--no-pci",
              no_files[] = "--no-shconf", silent[] = "--no-telemetry", log[] = "--log-level=1",
              amount[] = "-m", mib[] = "2048";
  char* words[] = {program, no_huge, no_pci, no_files, silent, log, amount, mib, NULL};
  cpu_set_t may;
  if (state != 0) return state;
  if (sched_getaffinity(0, sizeof may, &may) != 0) return -1;
  state = rte_eal_init((int)(sizeof words / sizeof *words) - 1, words) < 0 ? -1 : 1;
  (void)sched_setaffinity(0, sizeof may, &may);
  return state;
}

/* Without a number of its own a thread has no cache. */
static void introduce(void) {
  static _Thread_local int known;
  if (known) return;
  known = 1;
  if (rte_lcore_id() == LCORE_ID_ANY) (void)rte_thread_register();
}

static void destroy(void* self) {
  struct pool* p = self;
  if (p == NULL) return;
  rte_mempool_free(p->objects);
  free(p);
}

static void find_first(struct rte_mempool* objects, void* context, void* object, unsigned index) {
  (void)objects;
  if (index == 0) ((struct pool*)context)->first = (uintptr_t)object;
}

static void* create(const bp_machine* machine) {
  static unsigned made;
  char name[RTE_MEMPOOL_NAMESIZE];
  struct pool* p = calloc(1, sizeof *p);
  uint32_t apart;
  if (p == NULL || start() < 0) return destroy(p), NULL;
  (void)snprintf(name, sizeof name, "frames-%u", made++);
  p->objects = rte_mempool_create(name, (unsigned)(machine->zones[0].end - machine->zones[0].begin),
                                  OBJECT_BYTES, RTE_MEMPOOL_CACHE_MAX_SIZE, 0, NULL, NULL,
                                  find_first, p, SOCKET_ID_ANY, RTE_MEMPOOL_F_NO_SPREAD);
  if (p->objects == NULL) return destroy(p), NULL;
  apart = p->objects->header_size + p->objects->elt_size + p->objects->trailer_size;
  /* Numbers come from addresses: in one piece, and by a shift. */
  if (p->objects->nb_mem_chunks != 1 || (apart & (apart - 1)) != 0) return destroy(p), NULL;
  p->stride_bits = (unsigned)__builtin_ctz(apart);
  return p;
}

static bp_status alloc(void* self, const bp_request* request, uint64_t* pfn) {
  struct pool* p = self;
  void* object;
  introduce();
  if (request->order != 0 || rte_mempool_get(p->objects, &object) != 0) return BP_NO_MEMORY;
  *pfn = ((uintptr_t)object - p->first) >> p->stride_bits;
  return BP_OK;
}

static bp_status free_frame(void* self, uint32_t cpu, uint64_t pfn, uint32_t order) {
  struct pool* p = self;
  (void)cpu;
  introduce();
  if (order != 0 || pfn >= p->objects->size) return BP_FOREIGN;
  /* DPDK's objects are plain addresses; this one is made of what alloc() made of it. */
  rte_mempool_put(p->objects, (void*)(p->first + ((uintptr_t)pfn << p->stride_bits)));
  return BP_OK;
}

static void drain(void* self, uint32_t cpu) {
  (void)self;
  (void)cpu;
}

static void counters(void* self, uint32_t zone, bp_counters* out) {
  const bp_counters none = {0};
  (void)zone;
  *out = none;
  out->free = rte_mempool_avail_count(((struct pool*)self)->objects);
}

static void census(void* self, bp_visit visit, void* context) {
  (void)self;
  (void)visit;
  (void)context;
}

const bp_subject* bp_subject_get(void) {
  static const bp_subject subject = {.abi_version = BP_ABI_VERSION,
                                     .caps = BP_CAP_THREADS,
                                     .name = "dpdk-mempool",
                                     .create = create,
                                     .destroy = destroy,
                                     .alloc = alloc,
                                     .free = free_frame,
                                     .drain = drain,
                                     .counters = counters,
                                     .census = census};
  return &subject;
}
