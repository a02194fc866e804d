/* SPDX-License-Identifier: MIT
 * The subject ABI: how any page-frame allocator is put under the judge. C99, no dependency.
 *
 * A subject is a table of functions over one opaque instance. The driver builds a machine, creates
 * an instance, runs operations one at a time, and reads counters and censuses between them. A
 * shared object that exports bp_subject_get() is run with `--subject ./libmine.so`.
 *
 * The capability flags say what is promised; the judge asks only that. All calls on one instance
 * are made by one thread at a time; `cpu` says on which CPU an operation is to be taken to run.
 */
#ifndef BUDDYPROOF_FUZZ_SUBJECT_H
#define BUDDYPROOF_FUZZ_SUBJECT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BP_ABI_VERSION 6u
#define BP_NODES_MAX 8u
#define BP_CPUS_MAX 256u
#define BP_ZONE_TYPES 6u /* DMA 0, DMA32 1, NORMAL 2, HIGHMEM 3, MOVABLE 4, DEVICE 5 */
#define BP_ZONES_MAX 40u
#define BP_HOLES_MAX 64u
#define BP_CMA_MAX 4u
#define BP_ORDER_MAX 10u /* inclusive */

/* What a subject promises. */
enum {
  BP_CAP_ZONES = 1u << 0,       /* serves only zones that the mask allows, in zonelist order */
  BP_CAP_WATERMARKS = 1u << 1,  /* keeps the profile's watermarks and lowmem reserve */
  BP_CAP_MERGES = 1u << 2,      /* after a drain, free blocks are merged as far as they go */
  BP_CAP_CHECKS_FREE = 1u << 3, /* rejects a free of what is not an allocated head of that order */
  BP_CAP_NULL_L2 = 1u << 4,     /* null only if nothing eligible exists after a drain of all CPUs */
  BP_CAP_PER_CPU = 1u << 5,     /* keeps pages on per-CPU lists, within pcp_high */
  BP_CAP_THREADS = 1u << 6,     /* alloc, free and drain bear several threads, one per CPU number */
  BP_CAP_CALLS = 1u << 7,       /* the kernel's interfaces: call, task, get, split and free_address
                                   are not NULL. Goes with BP_CAP_CHECKS_FREE. */
  BP_CAP_ENVIRONMENT = 1u << 8, /* the slow path: enter is not NULL. Goes with BP_CAP_CALLS. */
  BP_CAP_PASSES_OVER = 1u << 9, /* not a promise but a warning: zones that have pages may be passed
                                   over, because they take turns or their pages are of another type
                                   or kswapd runs. With BP_CAP_COUNTS only where kernels have such a
                                   reason; else zones are not held to their order. */
  BP_CAP_TYPES = 1u << 10,      /* pageblocks have types, see BP_TYPE_...: own pageblocks come
                                   first, CMA areas serve movable requests only, the reserve who is
                                   entitled to it and within its bound, and nobody gets what is
                                   isolated or offline. range and type_at are not NULL. */
  BP_CAP_PRESSURE = 1u << 11,   /* less than BP_CAP_ENVIRONMENT, which it does not go with: enter is
                                   not NULL, and requests ask as there, but tell no attempts, drains
                                   and ends: kswapd woken, compaction, reclaim, kills, node reclaim,
                                   faults and restarts only. Whom the mask and the task allow is
                                   asked, in the order in which kernels escalate, within bounds; for
                                   a fault first, unless NOFAIL; where there are cpusets, whether
                                   they changed, last before a null. Goes with BP_CAP_CALLS. */
  BP_CAP_COUNTS = 1u << 12,     /* counters tells all of bp_counters, exactly; else the first two */
  BP_CAP_MIXED_LISTS = 1u << 13 /* not a promise but a warning: with BP_CAP_TYPES, what is free is
                                   found by lists that need not agree with the pageblocks, as in
                                   kernels. Own pageblocks need not come first then. */
};

/* Profiles, as in `machine profile=`. */
enum {
  BP_PROFILE_V4_7 = 0,
  BP_PROFILE_V6_1_LTS192 = 1,
  BP_PROFILE_V5_15 = 2,
  BP_PROFILE_V6_12 = 3,
  BP_PROFILE_V7_1 = 4
};

/* Header eras, as in GFP tables: E0, E1, E2, E2p, E3, E4, E5 = 0..6. */

/* Frames [begin, end). */
typedef struct bp_range {
  uint64_t begin, end;
} bp_range;

/* One zone of one node. Zones come by node, then by type, both ascending; none is empty. */
typedef struct bp_zone {
  uint32_t node;
  uint32_t type;                         /* 0..BP_ZONE_TYPES-1 */
  uint64_t begin, end;                   /* spanned frames; see holes */
  int64_t mark_min, mark_low, mark_high; /* pages */
  int64_t lowmem_reserve[BP_ZONE_TYPES]; /* pages, by the type of the request's highest zone */
  uint32_t pcp_high;                     /* most pages on one CPU's lists; 0: keep none */
  uint32_t pcp_batch;                    /* pages per refill and flush; at least 1 */
} bp_zone;

typedef struct bp_machine {
  uint32_t abi_version; /* BP_ABI_VERSION */
  uint32_t profile;
  uint32_t era;         /* layout of bp_request.gfp */
  uint32_t zone_config; /* zone types the kernel has: bit 0 DMA, 1 DMA32, 2 HIGHMEM, 3 DEVICE */
  uint32_t cpus;
  uint32_t pageblock_order;
  uint32_t n_nodes;
  uint32_t n_zones;
  uint32_t n_holes;
  uint8_t node_of_cpu[BP_CPUS_MAX];
  uint8_t fallback[BP_NODES_MAX]
                  [BP_NODES_MAX];   /* node order of each node's zonelist, itself first */
  uint8_t n_fallback[BP_NODES_MAX]; /* memoryless nodes are left out of the lists */
  bp_zone zones[BP_ZONES_MAX];
  bp_range holes[BP_HOLES_MAX]; /* ascending; frames in them are not managed */
  /* Of BP_CAP_TYPES; others need not look. */
  uint32_t highatomic; /* 1: pageblocks are reserved for high-order atomic requests */
  uint32_t n_cma;
  bp_range cma[BP_CMA_MAX]; /* ascending: multiples of 512 frames, each inside one zone */
} bp_machine;

typedef enum bp_status {
  BP_OK = 0,
  BP_NO_MEMORY = 1,     /* alloc: null */
  BP_BAD_ORDER = 2,     /* free: an allocated head, but of another order */
  BP_NOT_HEAD = 3,      /* free: inside an allocated block */
  BP_NOT_ALLOCATED = 4, /* free: already free */
  BP_FOREIGN = 5,       /* free: not a managed frame */
  BP_BAD_RANGE = 6,     /* range: not whole pageblocks of one zone */
  BP_BUSY = 7           /* range: a pageblock is not in the state, or a frame in use */
} bp_status;

typedef struct bp_request {
  uint32_t cpu;
  uint32_t order;    /* 0..BP_ORDER_MAX */
  uint32_t gfp;      /* raw, in the machine's era; bits that name no flag are never set */
  int32_t node;      /* -1: NUMA_NO_NODE, the node of the CPU */
  uint32_t nodemask; /* bit n allows node n; 0: all nodes */
} bp_request;

/* What is done to a range of pageblocks of 512 frames: all of it, or nothing changes. */
enum {
  BP_RANGE_ISOLATE = 0,   /* nothing is handed out there, census and counters leave it out, and all
                             CPUs' lists are drained. Busy if one is isolated or offline already */
  BP_RANGE_UNISOLATE = 1, /* ends that. Busy if one is not isolated */
  BP_RANGE_OFFLINE = 2,   /* leaves the machine; drains, too. Busy as ISOLATE, or if not all free */
  BP_RANGE_ONLINE = 3,    /* joins it, all free. Busy if one is there: holes of whole pageblocks are
                             not, at first */
  BP_RANGE_ALLOC = 4      /* is the caller's, in blocks of order 9, at whatever mark; drains, too.
                             Busy as OFFLINE */
};
/* The type of a pageblock. At first CMA in its areas, ISOLATE where it is a hole or the frame lies
   in no zone, else any of the first three. The first three change when a request of another type
   finds nothing in its own, HIGHATOMIC comes and goes as kernels reserve and unreserve. */
enum {
  BP_TYPE_UNMOVABLE = 0,
  BP_TYPE_MOVABLE = 1,
  BP_TYPE_RECLAIMABLE = 2,
  BP_TYPE_HIGHATOMIC = 3,
  BP_TYPE_CMA = 4,
  BP_TYPE_ISOLATE = 5 /* also if it is offline */
};

/* By which interface of the kernel pages are asked for, in Linux's names. */
enum {
  BP_CALL_ALLOC = 0,          /* the request as it is */
  BP_CALL_ALLOC_PAGES = 1,    /* the node by the task's memory policy */
  BP_CALL_ALLOC_PAGE = 2,     /* order 0 */
  BP_CALL_CURRENT = 3,        /* alloc_pages_current */
  BP_CALL_NODE = 4,           /* alloc_pages_node: -1 is the nearest node with memory */
  BP_CALL_NODE_RAW = 5,       /* __alloc_pages_node */
  BP_CALL_GET_FREE_PAGES = 6, /* __get_free_pages: an address; HIGHMEM is cleared, but in 4.7 */
  BP_CALL_GET_FREE_PAGE = 7,
  BP_CALL_GET_ZEROED_PAGE = 8, /* ZERO is set */
  BP_CALL_GET_DMA_PAGES = 9,   /* DMA is set */
  BP_CALL_EXACT = 10,          /* alloc_pages_exact: `pages` single pages in a row; COMP and HIGHMEM
                                  are cleared, what is above `pages` is freed */
  BP_CALL_BULK = 11            /* alloc_pages_bulk: up to `pages` single pages */
};

/* One call. `request.nodemask` is 0 and `request.node` is -1 where the interface has none. */
typedef struct bp_call {
  bp_request request;
  uint32_t interface; /* BP_CALL_... */
  uint32_t pages;     /* of EXACT, 1..1024, and of BULK, 1..64 */
} bp_call;

/* What a call gives. */
typedef struct bp_block {
  uint64_t pfn; /* its head */
  uint64_t
      address;     /* of calls that give one: BP_DIRECT_MAP + pfn * 4096, 0 for a page of HIGHMEM */
  uint32_t zeroed; /* 1: the pages hold zeros; they do if the mask has ZERO */
} bp_block;
#define BP_DIRECT_MAP 0xffff888000000000u

/* Bits of bp_task.flags. */
enum {
  BP_TASK_MEMALLOC = 1u << 0,
  BP_TASK_NOIO = 1u << 1,
  BP_TASK_NOFS = 1u << 2,
  BP_TASK_PIN = 1u << 3,
  BP_TASK_INTERRUPT = 1u << 4,
  BP_TASK_SOFTIRQ = 1u << 5, /* with INTERRUPT */
  BP_TASK_OOM_VICTIM = 1u << 6,
  BP_TASK_REALTIME = 1u << 7
};
/* Memory policies. A task begins an INTERLEAVE with the lowest node. */
enum { BP_POLICY_NONE = 0, BP_POLICY_PREFERRED = 1, BP_POLICY_BIND = 2, BP_POLICY_INTERLEAVE = 3 };

typedef struct bp_task {
  uint32_t flags;
  uint32_t policy;
  uint32_t policy_nodes; /* bit n names node n, which has memory; not 0 if there is a policy */
  uint32_t mems;         /* mems_allowed, where there are cpusets; 0: all nodes */
} bp_task;

/* Who is asked in the slow path, and what it says. */
enum {
  BP_ASK_KSWAPD = 0,       /* a wake. progress: it sleeps again at once */
  BP_ASK_COMPACTION = 1,   /* result: BP_COMPACT_... */
  BP_ASK_RECLAIM = 2,      /* progress: pages */
  BP_ASK_KILLER = 3,       /* progress: somebody died. To be asked with `peek` first */
  BP_ASK_NODE_RECLAIM = 4, /* result: 0 did not scan, 1 nothing to find, 2 some, 3 enough */
  BP_ASK_CPUSET = 5,       /* whether mems_allowed changed: then `mems` is not 0 */
  BP_ASK_FAULT = 6         /* progress: this request is to fail */
};
enum {
  BP_COMPACT_NOT_SUITABLE = 0,
  BP_COMPACT_SKIPPED = 1,
  BP_COMPACT_DEFERRED = 2,
  BP_COMPACT_NO_SUITABLE_PAGE = 3,
  BP_COMPACT_CONTINUED = 4,
  BP_COMPACT_COMPLETE = 5,
  BP_COMPACT_PARTIAL_SKIPPED = 6,
  BP_COMPACT_CONTENDED = 7,
  BP_COMPACT_SUCCESS = 8
};
#define BP_FREES_MAX 16u

typedef struct bp_reply {
  uint32_t result;
  uint32_t progress;
  uint32_t busy; /* killer: 1: somebody else is killing. It counts as progress, and that is all */
  uint32_t mems;
  uint32_t n_frees; /* the subject gives these back, each as by free() with its own order; what is
                       no allocated head is passed over */
  uint64_t frees[BP_FREES_MAX];
} bp_reply;

/* What a request did. */
enum {
  BP_DID_ATTEMPT = 0,      /* looks at the zones of a list; told before it looks */
  BP_DID_WAKE_KSWAPD = 1,  /* after asking it, as all that asks */
  BP_DID_COMPACT = 2,      /* result */
  BP_DID_RECLAIM = 3,      /* progress */
  BP_DID_UNRESERVE = 4,    /* progress: 1: pageblocks were given up */
  BP_DID_DRAIN = 5,        /* all CPUs */
  BP_DID_NODE_RECLAIM = 6, /* result */
  BP_DID_KILL = 7,         /* progress */
  BP_DID_WAIT = 8,         /* for writeback */
  BP_DID_RETRY = 9,        /* why */
  BP_DID_RESTART = 10,     /* why */
  BP_DID_INJECT = 11,      /* fails because of a fault */
  BP_DID_FAIL = 12         /* why */
};
/* Bits of bp_step.flags, of an attempt. */
enum {
  BP_ALLOC_HIGH = 1u << 0,   /* 4.7 HIGH, 6.1 MIN_RESERVE */
  BP_ALLOC_HARDER = 1u << 1, /* 4.7 HARDER, 6.1 NON_BLOCK */
  BP_ALLOC_HIGHATOMIC = 1u << 2,
  BP_ALLOC_OOM = 1u << 3,
  BP_ALLOC_CMA = 1u << 4,
  BP_ALLOC_NO_WATERMARKS = 1u << 5,
  BP_ALLOC_CPUSET = 1u << 6,
  BP_ALLOC_FAIR = 1u << 7,
  BP_ALLOC_NOFRAGMENT = 1u << 8,
  BP_ALLOC_KSWAPD = 1u << 9
};
/* Why a retry, a restart or a failure. */
enum {
  BP_WHY_NONE = 0,
  BP_WHY_RECLAIM = 1,
  BP_WHY_COMPACTION = 2,
  BP_WHY_COMPACTED_FIRST = 3,
  BP_WHY_KILLED = 4,
  BP_WHY_UNRESERVED = 5,
  BP_WHY_RESERVES = 6,
  BP_WHY_MIXING = 7,
  BP_WHY_NOFAIL = 8,
  BP_WHY_CPUSET = 9,
  BP_WHY_LARGE_ORDER = 10,
  BP_WHY_NO_ZONE = 11,
  BP_WHY_MAY_NOT_BLOCK = 12,
  BP_WHY_MEMALLOC = 13,
  BP_WHY_OOM_VICTIM = 14,
  BP_WHY_HUGE_PAGE = 15,
  BP_WHY_NORETRY = 16,
  BP_WHY_COSTLY = 17,
  BP_WHY_NO_PROGRESS = 18,
  BP_WHY_ENDLESS = 19 /* after BP_ROUNDS_MAX rounds: a kernel would go on */
};
#define BP_ROUNDS_MAX 64u

/* What an action does not have is 0. */
typedef struct bp_step {
  uint32_t action; /* BP_DID_... */
  uint32_t mark;   /* attempt: 0 min, 1 low, 2 high */
  uint32_t flags;
  uint32_t node;     /* attempt: whose zonelist; node reclaim: which */
  uint32_t nodemask; /* attempt: bit n allows node n; 0: all */
  uint32_t gfp;      /* attempt, compact, reclaim, kill: the mask of that moment */
  uint32_t effort;   /* compact: 0 async, 1 sync light, 2 sync full */
  uint32_t result;
  int64_t progress;
  uint32_t why;
} bp_step;

/* Bits of bp_environment.flags. */
enum {
  BP_WORLD_CPUSETS = 1u << 0,
  BP_WORLD_ZONE_RECLAIM = 1u << 1,
  BP_WORLD_NO_COMPACTION = 1u << 2,
  BP_WORLD_COMPACTION_HELPS = 1u << 3, /* more free pages would let it run */
  BP_WORLD_SUSPENDED = 1u << 4,        /* storage is: nobody is killed */
  BP_WORLD_WRITEBACK = 1u << 5         /* what is reclaimable is under writeback */
};

/* Where a request runs. Both functions are called while it does, and they call counters(). */
typedef struct bp_environment {
  void* context;
  /* The next answer. `peek`: of the killer, whether it is busy; the answer is used up if it is. */
  void (*ask)(void* context, uint32_t whom, uint32_t peek, bp_reply* reply);
  /* Every step is told, in order. */
  void (*tell)(void* context, const bp_step* step);
  uint32_t flags;
  uint32_t reclaimable; /* pages of each zone that reclaim could free */
  uint32_t dirty_nodes; /* bit n: node n, with all its zones, is over its dirty limit */
  uint32_t gfp_allowed; /* flags that are not in it are taken from the mask */
} bp_environment;

typedef struct bp_counters {
  uint64_t free;   /* pages in free blocks of the zone */
  uint64_t on_pcp; /* pages on per-CPU lists of the zone */
  /* Of BP_CAP_COUNTS; others leave them alone. */
  uint64_t reserved; /* pages kept for high-order atomic requests; from 6.12 on, of them only those
                        in free blocks, which is what marks are checked without */
  uint64_t free_cma; /* pages of CMA areas in free blocks */
  uint64_t boost;    /* pages on top of every mark, for now; 0 before 5.x */
} bp_counters;

#define BP_ON_BUDDY 0xffffffffu

/* Called once per free block (cpu == BP_ON_BUDDY) and once per block on a CPU's list. */
typedef void (*bp_visit)(void* context, uint64_t head, uint32_t order, uint32_t cpu);

typedef struct bp_subject {
  uint32_t abi_version;
  uint32_t caps; /* BP_CAP_... */
  const char* name;
  /* A fresh instance with every managed frame free; NULL if memory runs out. The machine is valid
     and may be freed after the call. */
  void* (*create)(const bp_machine* machine);
  void (*destroy)(void* self);
  /* BP_OK and the head frame, or BP_NO_MEMORY. */
  bp_status (*alloc)(void* self, const bp_request* request, uint64_t* pfn);
  /* BP_OK, or an error and nothing changed. */
  bp_status (*free)(void* self, uint32_t cpu, uint64_t pfn, uint32_t order);
  /* Empties the per-CPU lists of one CPU, or of all if cpu is BP_ON_BUDDY. */
  void (*drain)(void* self, uint32_t cpu);
  /* Of zone number `zone` in machine order. */
  void (*counters)(void* self, uint32_t zone, bp_counters* out);
  void (*census)(void* self, bp_visit visit, void* context);

  /* Of BP_CAP_CALLS; NULL without it. */

  /* Writes the blocks that it gives and returns how many: of BULK up to `pages`, else 1; 0: null.
   */
  uint32_t (*call)(void* self, const bp_call* call, bp_block* blocks);
  /* From here on this task runs on `cpu`. At first it is all zeros. */
  void (*task)(void* self, uint32_t cpu, const bp_task* task);
  /* One more reference of an allocated block, which free() then gives back. An allocated block with
     references left stays: in 4.7 and if its mask had COMP all of it, else its first page. */
  bp_status (*get)(void* self, uint64_t pfn);
  /* The block's pages are single blocks then; not of one whose mask had COMP. */
  bp_status (*split)(void* self, uint64_t pfn, uint32_t order);
  /* free() by address. */
  bp_status (*free_address)(void* self, uint32_t cpu, uint64_t address, uint32_t order);

  /* Of BP_CAP_ENVIRONMENT and BP_CAP_PRESSURE; NULL without them. */

  /* Requests by alloc and call, but for BULK, run there from now on; NULL: nowhere, as at first,
     and who would wait or kill gets nothing. */
  void (*enter)(void* self, const bp_environment* environment);

  /* Of BP_CAP_TYPES; NULL without it. */

  /* What BP_RANGE_... says: BP_OK, BP_BAD_RANGE or BP_BUSY. */
  bp_status (*range)(void* self, uint32_t action, uint64_t begin, uint64_t end);
  /* BP_TYPE_... of the pageblock of a frame. */
  uint32_t (*type_at)(void* self, uint64_t pfn);
} bp_subject;

/* What a shared object exports. */
const bp_subject* bp_subject_get(void);

#ifdef __cplusplus
}
#endif
#endif
