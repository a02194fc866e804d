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

#define BP_ABI_VERSION 3u
#define BP_NODES_MAX 8u
#define BP_CPUS_MAX 256u
#define BP_ZONE_TYPES 6u /* DMA 0, DMA32 1, NORMAL 2, HIGHMEM 3, MOVABLE 4, DEVICE 5 */
#define BP_ZONES_MAX 40u
#define BP_HOLES_MAX 64u
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
  BP_CAP_CALLS = 1u << 7        /* the kernel's interfaces: call, task, get, split and free_address
                                   are not NULL. Goes with BP_CAP_CHECKS_FREE. */
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
} bp_machine;

typedef enum bp_status {
  BP_OK = 0,
  BP_NO_MEMORY = 1,     /* alloc: null */
  BP_BAD_ORDER = 2,     /* free: an allocated head, but of another order */
  BP_NOT_HEAD = 3,      /* free: inside an allocated block */
  BP_NOT_ALLOCATED = 4, /* free: already free */
  BP_FOREIGN = 5        /* free: not a managed frame */
} bp_status;

typedef struct bp_request {
  uint32_t cpu;
  uint32_t order;    /* 0..BP_ORDER_MAX */
  uint32_t gfp;      /* raw, in the machine's era; bits that name no flag are never set */
  int32_t node;      /* -1: NUMA_NO_NODE, the node of the CPU */
  uint32_t nodemask; /* bit n allows node n; 0: all nodes */
} bp_request;

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
} bp_task;

typedef struct bp_counters {
  uint64_t free;   /* pages in free blocks of the zone */
  uint64_t on_pcp; /* pages on per-CPU lists of the zone */
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
} bp_subject;

/* What a shared object exports. */
const bp_subject* bp_subject_get(void);

#ifdef __cplusplus
}
#endif
#endif
