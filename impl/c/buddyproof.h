/* SPDX-License-Identifier: MIT
 * The allocator for C11: all that impl/allocator.h has, as functions over an opaque struct. Link
 * impl/c/buddyproof.cpp, compiled as freestanding C++20; it needs of the program bpa_panic(), and
 * memset, memcpy, memmove, which a compiler may call on its own. No heap, no global state.
 *
 * Contract
 *   who       bpa_alloc, bpa_free, the bulk calls, bpa_drain, the calls on ranges, bpa_count,
 *             bpa_type_at: any thread with any thread. bpa_split: the block's owner. bpa_place
 *             before anyone else knows the allocator; bpa_census at quiescence.
 *   CPUs      a call names the CPU it runs on. The lists are those of the policy `atomic`: another
 *             CPU's number costs speed only. For `pinned` or `rseq` instantiate Entries of
 *             impl/c/entries.h with that policy.
 *   progress  no call waits. A thread that stalls inside a CPU's list holds back that list, at most
 *             pcp_high pages, and what it was moving; everything else goes on.
 *   hand-over what the last owner of a frame wrote before bpa_free happens before bpa_alloc returns
 *             it to the next.
 *   errors    are codes, and nothing changed: see bpa_status. A bad argument never stops a program;
 *             bpa_panic is for corruption, as when a frame is given back by two threads at once. */
#ifndef BUDDYPROOF_IMPL_C_BUDDYPROOF_H
#define BUDDYPROOF_IMPL_C_BUDDYPROOF_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
  BPA_NODES_MAX = 8,
  BPA_CPUS_MAX = 256,
  BPA_ZONES_MAX = 40,
  BPA_HOLES_MAX = 64,
  BPA_CMA_MAX = 16,
  BPA_ZONE_TYPES = 6, /* DMA 0, DMA32 1, NORMAL 2, HIGHMEM 3, MOVABLE 4, DEVICE 5 */
  BPA_ORDER_MAX = 10, /* inclusive */
  BPA_ALIGN = 64      /* bytes, of the memory for an allocator */
};
#define BPA_NONE (~UINT64_C(0))      /* no frame */
#define BPA_NO_TYPE (~UINT32_C(0))   /* bpa_type_at */
#define BPA_ALL_CPUS (~UINT32_C(0))  /* bpa_drain */
#define BPA_ON_NO_CPU (~UINT32_C(0)) /* bpa_census: a free block of its zone */

typedef enum bpa_status {
  BPA_OK = 0,
  BPA_BAD_ORDER = 1,     /* an allocated head, but of another order; or an order there is not */
  BPA_NOT_HEAD = 2,      /* inside an allocated block */
  BPA_NOT_ALLOCATED = 3, /* free, or on a CPU's list */
  BPA_FOREIGN = 4,       /* not a managed frame */
  BPA_NO_CPU = 5,        /* the machine has no CPU of that number */
  BPA_BAD_CONFIG = 6,    /* see bpa_config */
  BPA_BAD_MEMORY = 7,    /* null, not aligned, or less than bpa_footprint() */
  BPA_NO_ZONE = 8,       /* the machine has no zone of that number */
  BPA_BAD_RANGE = 9,     /* empty, not whole pageblocks, or not within one zone */
  BPA_BUSY = 10,         /* a pageblock of the range is not in the state that is asked for */
  BPA_LISTS_BUSY = 11    /* bpa_isolate: done, but a stalled owner kept its list; drain again */
} bpa_status;

/* Frames [begin, end). */
typedef struct bpa_range {
  uint64_t begin, end;
} bpa_range;

typedef struct bpa_zone {
  uint32_t node;
  uint32_t type;
  bpa_range frames;                       /* spanned, at most 2^32; holes are taken out */
  int64_t mark_min, mark_low, mark_high;  /* pages */
  int64_t lowmem_reserve[BPA_ZONE_TYPES]; /* pages, by the request's highest zone */
  uint32_t pcp_high;                      /* most pages on one CPU's lists; 0: none */
  uint32_t pcp_batch;                     /* pages per refill and flush */
} bpa_zone;

/* A request that the program is asked to help. */
typedef struct bpa_need {
  uint32_t node, order;
  uint32_t highest; /* zone type; memory above it does not help */
  uint32_t gfp;
} bpa_need;

/* Where a task may have memory: nodes of its cpuset, bit n: node n. */
typedef struct bpa_mems {
  uint32_t nodes;    /* mems_allowed */
  uint32_t beyond;   /* of the nearest cpuset with a hard wall, for masks without HARDWALL */
  uint32_t sequence; /* another one than before: the nodes changed */
} bpa_mems;

/* What came of reclaiming from one node. */
enum {
  BPA_RECLAIM_NOSCAN = 0, /* nothing was tried: the node is far, or somebody is at it */
  BPA_RECLAIM_FULL = 1,   /* there is nothing to find */
  BPA_RECLAIM_SOME = 2,
  BPA_RECLAIM_SUCCESS = 3 /* enough */
};

/* What the program does for the allocator, in the thread that asks for memory; the calls may free
 * and allocate here. Each may be null: nothing is done. It lives as long as the allocator. */
typedef struct bpa_calls {
  void* context;
  void (*wake_kswapd)(void* context, const bpa_need* need);
  int (*compact)(void* context, const bpa_need* need); /* not 0: a block may have come of it */
  int (*reclaim)(void* context, const bpa_need* need); /* not 0: pages became free */
  int (*oom)(void* context, const bpa_need* need);     /* not 0: somebody was killed */
  void (*zero)(void* context, uint64_t head, uint32_t order); /* for masks that want zeros */
  /* Of BPA_TASK_BOUND, all as of one moment: first, and before anything is given up. */
  void (*mems)(void* context, const bpa_need* need, bpa_mems* out);
  int (*fails)(void* context, const bpa_need* need); /* of BPA_TASK_WATCHED; not 0: it is to fail */
  int (*is_dirty)(void* context, uint32_t zone); /* for masks with WRITE; not 0: over its limit */
  /* From the need's node, which has too little; BPA_RECLAIM_... */
  uint32_t (*reclaim_node)(void* context, const bpa_need* need);
} bpa_calls;

/* Read while the allocator is placed; may be dropped afterwards, what `calls` and `direct_map`
 * point to excepted. */
typedef struct bpa_config {
  uint32_t profile;    /* 0: v4.7, 1: v6.1, 2: v5.15, 3: v6.12, 4: v7.1 */
  uint32_t era;        /* layout of gfp: E0, E1, E2, E2p, E3, E4, E5 = 0..6 */
  uint32_t zone_types; /* of the kernel: bit 0 DMA, 1 DMA32, 2 HIGHMEM, 3 DEVICE */
  uint32_t cpus, nodes, n_zones, n_holes, n_cma;
  const bpa_zone* zones;      /* by node, then type, ascending; none empty, none overlap */
  const bpa_range* holes;     /* ascending; null if there are none */
  const bpa_range* cma;       /* whole pageblocks of 512 frames; null if there are none */
  const uint8_t* node_of_cpu; /* `cpus` of them; null: all on node 0 */
  const bpa_calls* calls;     /* null: memory is all that helps */
  void* direct_map;           /* where frame 0 is, 4 KiB a frame, if no call zeroes; may be null */
  uint8_t fallback[BPA_NODES_MAX][BPA_NODES_MAX]; /* a node's zonelist, itself first */
  uint8_t n_fallback[BPA_NODES_MAX];
  uint8_t memory_is_zero; /* as fresh pages of a system are: then placing hardly takes time */
  uint8_t highatomic;     /* pageblocks are reserved for high-order atomic requests */
  uint8_t ungrouped;      /* pageblocks have no types, as with little memory */
} bpa_config;

/* Bits of bpa_request.task: who asks. Who serves an interrupt is nobody's task and has at most
 * FREES, if it serves a softirq, ALONE, INTERRUPTED and WATCHED. */
enum {
  BPA_TASK_FREES = 1u << 0,       /* it frees memory: PF_MEMALLOC */
  BPA_TASK_DIES = 1u << 1,        /* the OOM killer's victim */
  BPA_TASK_REALTIME = 1u << 2,    /* in a hurry */
  BPA_TASK_ALONE = 1u << 3,       /* nobody is asked to help: it reclaims itself; in v4.7 a victim
                                     that may fail, too */
  BPA_TASK_BOUND = 1u << 4,       /* there are cpusets, and `mems` knows its own */
  BPA_TASK_INTERRUPTED = 1u << 5, /* with BOUND: no cpuset binds who serves an interrupt */
  BPA_TASK_WATCHED = 1u << 6      /* `fails` is asked */
};

typedef struct bpa_request {
  uint32_t cpu;      /* where the caller runs */
  uint32_t order;    /* 0..BPA_ORDER_MAX */
  uint32_t gfp;      /* raw, in the config's era */
  int32_t node;      /* -1: the node of the CPU */
  uint32_t nodemask; /* bit n allows node n; 0: all */
  uint32_t task;     /* BPA_TASK_...; 0: an ordinary one */
} bpa_request;

typedef struct bpa_counts {
  uint64_t free;      /* pages in free blocks of the zone that are not isolated */
  uint64_t on_pcp;    /* pages on CPUs' lists */
  uint64_t free_cma;  /* of `free`, in CMA areas */
  uint64_t reserved;  /* in the highatomic reserve's pageblocks, used or not */
  uint64_t kept_back; /* of them, those that marks are checked without: from v6.12 on the free */
  uint64_t isolated_free; /* free in isolated pageblocks */
} bpa_counts;

typedef struct bpa_allocator bpa_allocator;

/* Bytes that bpa_place() needs; 0 if the config is not valid. */
size_t bpa_footprint(const bpa_config* config);
/* An allocator in `memory`, every managed frame free. It needs no destruction. */
bpa_status bpa_place(void* memory, size_t bytes, const bpa_config* config, bpa_allocator** out);

/* The head of a block, or BPA_NONE: nothing eligible, or a CPU, node or order there is not. */
uint64_t bpa_alloc(bpa_allocator* a, const bpa_request* request);
bpa_status bpa_free(bpa_allocator* a, uint32_t cpu, uint64_t head, uint32_t order);
/* Into heads[0, n): how many before there was none. */
uint32_t bpa_alloc_bulk(bpa_allocator* a, const bpa_request* request, uint64_t* heads, uint32_t n);
/* How many before one was refused. */
uint32_t bpa_free_bulk(bpa_allocator* a, uint32_t cpu, const uint64_t* heads, uint32_t n,
                       uint32_t order);
/* An allocated block of `order` becomes blocks of order `into`, each to be freed on its own. */
bpa_status bpa_split(bpa_allocator* a, uint64_t head, uint32_t order, uint32_t into);
/* Empties the lists of a CPU, or of BPA_ALL_CPUS; pages that went back. */
uint64_t bpa_drain(bpa_allocator* a, uint32_t cpu);
/* Ranges of whole pageblocks of 512 frames in one zone; all or nothing. Nothing more is handed out
 * of an isolated one. */
bpa_status bpa_isolate(bpa_allocator* a, bpa_range range);
bpa_status bpa_undo_isolate(bpa_allocator* a, bpa_range range);
/* The whole range, as a CMA area is for, to be freed in blocks of order 9. */
bpa_status bpa_alloc_range(bpa_allocator* a, bpa_range range);
/* Memory leaves, and comes; marks and reserves stay as they are. */
bpa_status bpa_offline(bpa_allocator* a, bpa_range range);
bpa_status bpa_online(bpa_allocator* a, bpa_range range);
/* Of the pageblock of `frame`: unmovable 0, movable 1, reclaimable 2, highatomic 3, CMA 4, isolated
 * or offline 5; BPA_NO_TYPE if no zone spans it. */
uint32_t bpa_type_at(const bpa_allocator* a, uint64_t frame);
/* Exact at quiescence. */
bpa_status bpa_count(const bpa_allocator* a, uint32_t zone, bpa_counts* out);
/* Every free block and every block on a CPU's list. */
void bpa_census(const bpa_allocator* a,
                void (*visit)(void* context, uint64_t head, uint32_t order, uint32_t cpu),
                void* context);

/* Supplied by the program; does not return. */
void bpa_panic(const char* file, int line, const char* what);

#ifdef __cplusplus
}
#endif
#endif
