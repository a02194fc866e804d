// SPDX-License-Identifier: MIT
// The operations of a C test, as text: below to_c_runner.h's.
#pragma once

namespace bp {

inline constexpr char kCRequests[] = R"runner(
/* What a handle stands for. */
typedef struct handle {
  uint64_t head; /* NO_FRAME: its alloc said null */
  uint32_t order;
  int held; /* allocated and not given back by this handle */
} handle;
static handle handles[N_HANDLES + 1];
static unsigned n_handles;

static void define(uint64_t head, uint32_t order) {
  const handle h = {head, order, head != NO_FRAME};
  handles[n_handles++] = h;
}

/* ---- What a request runs in. */

static bp_environment around;
static int is_plain = 1;
static const op* answers[N_OPS];
static unsigned n_answers, steps_seen, now;

static void saw_step(const uint64_t* values, unsigned n) {
  unsigned i;
  if (steps_seen == STEPS_MAX) return;
  ++steps_seen;
  for (i = 0; i < n; ++i) mix(values[i]);
}

static void give_back(const op* o, bp_reply* reply) {
  uint32_t n;
  for (n = 0; n < o->frees; ++n) {
    handle* h = &handles[o->handle + n];
    if (!h->held) continue;
    h->held = 0;
    reply->frees[reply->n_frees++] = h->head;
    if (held_order(h->head) >= 0) put(h->head);
  }
}

/* The next answer of the one who is asked; once there is none left nothing makes progress. */
static void ask(void* context, uint32_t whom, uint32_t peek, bp_reply* reply) {
  unsigned i;
  (void)context;
  memset(reply, 0, sizeof *reply);
  if (whom > BP_ASK_FAULT) return;
  for (i = 0; i < n_answers && answers[i]->from != whom;) ++i;
  if (peek && !(i < n_answers && answers[i]->busy)) return;
  if (whom == BP_ASK_COMPACTION) reply->result = BP_COMPACT_COMPLETE;
  if (i < n_answers) {
    reply->result = answers[i]->result;
    reply->progress = answers[i]->progress;
    reply->busy = answers[i]->busy;
    reply->mems = answers[i]->mems;
  }
  {
    const uint64_t values[] = {100 + whom, reply->result, reply->progress, reply->busy,
                               reply->mems};
    saw_step(values, 5);
  }
  if (i == n_answers) return;
  give_back(answers[i], reply);
  for (--n_answers; i < n_answers; ++i) answers[i] = answers[i + 1];
}

/* What no kernel knows counts as a failure without a reason. */
static void tell(void* context, const bp_step* s) {
  const uint32_t results = s->action == BP_DID_NODE_RECLAIM ? 4 : BP_COMPACT_SUCCESS + 1;
  const int known = s->action <= BP_DID_FAIL && s->mark <= 2 && s->node < BP_NODES_MAX &&
                    s->effort <= 2 && s->result < results && s->why <= BP_WHY_ENDLESS;
  const int has_result = s->action == BP_DID_COMPACT || s->action == BP_DID_NODE_RECLAIM;
  const uint64_t values[] = {s->action, s->mark, s->flags & 0x3ff, s->node, s->nodemask, s->effort,
                             has_result ? s->result : 0, (uint64_t)s->progress, s->why};
  const uint64_t unknown[] = {BP_DID_FAIL, 0, 0, 0, 0, 0, 0, 0, 0};
  (void)context;
  saw_step(known ? values : unknown, 9);
}

static void set_world(uint32_t flags, uint32_t reclaimable, uint32_t dirty_nodes, uint32_t allowed) {
  around.context = NULL;
  around.ask = ask;
  around.tell = tell;
  around.flags = flags;
  around.reclaimable = reclaimable;
  around.dirty_nodes = dirty_nodes;
  around.gfp_allowed = allowed;
}

/* ---- Requests. */

static void saw_block(const op* o, uint64_t head, uint32_t order) {
  const int sound = is_open(head, order);
  expect(sound, now, "a block is misaligned, not there, isolated or somebody else's");
  if (sound) hold(head, order, o->compound);
  define(head, order);
}

static uint32_t defined_by(const op* o) {
  if (o->kind == 'r') return o->action == BP_RANGE_ALLOC ? (uint32_t)((o->end - o->begin) / 512) : 0;
  return o->kind != 'a' ? 0 : o->call == BP_CALL_BULK ? o->pages : 1;
}

static void call(const op* o, const bp_request* request) {
  const bp_call c = {*request, o->call, o->pages};
  const uint32_t order = o->call >= BP_CALL_EXACT ? 0 : o->order;
  bp_block blocks[64];
  uint32_t i, got, most = defined_by(o);
  memset(blocks, 0, sizeof blocks);
  got = subject->call(self, &c, blocks);
  if (got > most) got = most;
  for (i = 0; i < most; ++i) {
    if (i >= got) define(NO_FRAME, order);
    else if (o->call != BP_CALL_EXACT) saw_block(o, blocks[i].pfn, order);
  }
  if (got != 0 && o->call == BP_CALL_EXACT) {
    const int sound = is_open(blocks[0].pfn, o->order);
    expect(sound, now, "a block is misaligned, not there, isolated or somebody else's");
    if (sound) {
      hold(blocks[0].pfn, o->order, 0);
      make_single(blocks[0].pfn, o->order, o->pages);
    }
    define(blocks[0].pfn, 0);
  }
  saw_answer(got == 0, got == 0 ? NO_FRAME : blocks[0].pfn);
  mix(got == 0 ? 0 : blocks[0].address);
  mix(got != 0 && blocks[0].zeroed != 0);
  for (i = 0; o->call == BP_CALL_BULK && i < got; ++i) mix(blocks[i].pfn);
}

static void alloc(const op* o) {
  const bp_request request = {o->cpu, o->order, o->gfp, o->node, o->nodemask};
  uint64_t pfn = 0;
  if (o->call != BP_CALL_ALLOC) {
    call(o, &request);
    return;
  }
  if (subject->alloc(self, &request, &pfn) == BP_OK) saw_block(o, pfn, o->order);
  else define(NO_FRAME, o->order);
  saw_answer(handles[n_handles - 1].held ? 0 : 1, handles[n_handles - 1].head);
}

/* In an environment, if there is something in it. */
static void run_alloc(const op* o) {
  if ((n_answers == 0 && is_plain) || o->call == BP_CALL_BULK) {
    alloc(o);
    return;
  }
  steps_seen = 0;
  subject->enter(self, &around);
  alloc(o);
  subject->enter(self, NULL);
  n_answers = 0;
}

static void run_free(const op* o) {
  handle* own = &handles[o->handle];
  const int proper = own->held && own->order == o->order && o->offset == 0;
  const uint64_t head = own->head + o->offset;
  const uint32_t zone = own->head == NO_FRAME ? machine.n_zones : zone_at(head);
  const int is_held = own->head != NO_FRAME && held_order(head) == (int)o->order;
  int taken;
  if (own->head == NO_FRAME || (!proper && !promises(BP_CAP_CHECKS_FREE))) {
    saw_answer(3, NO_FRAME);
    return;
  }
  if (proper) own->held = 0;
  if (o->by_address && zone < machine.n_zones && machine.zones[zone].type == 3) {
    saw_answer(3, NO_FRAME); /* It has no address. */
    return;
  }
  if (is_held) put(head);
  taken = (o->by_address
               ? subject->free_address(self, o->cpu, BP_DIRECT_MAP + head * 4096, o->order)
               : subject->free(self, o->cpu, head, o->order)) == BP_OK;
  expect(taken == is_held, now,
         taken ? "a free of what is not held was taken" : "a proper free was rejected");
  saw_answer(taken ? 0 : 2, head);
}

static void run_get_or_split(const op* o) {
  const uint64_t head = handles[o->handle].head;
  int taken, right;
  if (head == NO_FRAME) {
    saw_answer(3, NO_FRAME);
    return;
  }
  right = o->kind == 'g' ? held_order(head) >= 0
                         : held_order(head) == (int)o->order && !is_compound(head);
  taken = (o->kind == 'g' ? subject->get(self, head) : subject->split(self, head, o->order)) == BP_OK;
  expect(taken == right, now, o->kind == 'g' ? "a reference is taken of held blocks, and no others"
                                             : "a held block is split by its order, and no other");
  if (right && o->kind == 'g') ++references[index_of(head)];
  if (right && o->kind == 's') make_single(head, o->order, (uint64_t)1 << o->order);
  saw_answer(taken ? 0 : 2, head);
}

/* ---- Ranges of pageblocks. */

static int can(uint32_t action, uint64_t pageblock) {
  const int isolated = (states[index_of(pageblock)] & ISOLATED) != 0;
  unsigned i, gone = 0, in_use = 0;
  for (i = 0; i < PAGEBLOCK; ++i) {
    gone += (states[index_of(pageblock + i)] & OFFLINE) != 0;
    in_use += held[index_of(pageblock + i)] != 0;
  }
  switch (action) {
    case BP_RANGE_UNISOLATE: return isolated;
    case BP_RANGE_ONLINE: return gone == PAGEBLOCK;
    case BP_RANGE_ISOLATE: return !isolated && gone < PAGEBLOCK;
    default: return !isolated && gone == 0 && in_use == 0;
  }
}

static void run_range(const op* o) {
  const int known = zone_at(o->begin) < machine.n_zones && zone_at(o->end - 1) == zone_at(o->begin);
  const int done = subject->range(self, o->action, o->begin, o->end) == BP_OK;
  int all = known;
  uint64_t p;
  for (p = o->begin; known && p < o->end; p += PAGEBLOCK) all = all && can(o->action, p);
  expect(!done || all, now, "a range was done that is not in the state for it");
  expect(done || !all || !promises(BP_CAP_NULL_L2), now, "a range was refused without a reason");
  for (p = o->begin; p < o->end; p += PAGEBLOCK) {
    if (o->action == BP_RANGE_ALLOC) define(done ? p : NO_FRAME, 9);
    if (!done || !all) continue;
    if (o->action == BP_RANGE_ALLOC) hold(p, 9, 0);
    if (o->action == BP_RANGE_ISOLATE) set_state(p, p + PAGEBLOCK, ISOLATED, 1);
    if (o->action == BP_RANGE_UNISOLATE) set_state(p, p + PAGEBLOCK, ISOLATED, 0);
    if (o->action == BP_RANGE_OFFLINE) set_state(p, p + PAGEBLOCK, OFFLINE, 1);
    if (o->action == BP_RANGE_ONLINE) set_state(p, p + PAGEBLOCK, OFFLINE, 0);
  }
  saw_answer(done ? 0 : 2, o->begin);
}

/* ---- The program. */

static int is_promised(const op* o) {
  switch (o->kind) {
    case 'n':
    case 'w': return promises(BP_CAP_ENVIRONMENT | BP_CAP_PRESSURE) && promises(BP_CAP_CALLS);
    case 'r': return promises(BP_CAP_TYPES);
    case 't':
    case 'g':
    case 's': return promises(BP_CAP_CALLS);
    default: return (o->call == BP_CALL_ALLOC && !o->by_address) || promises(BP_CAP_CALLS);
  }
}

static void skip(const op* o) {
  uint32_t n;
  for (n = defined_by(o); n > 0; --n) define(NO_FRAME, 0);
  saw_answer(3, NO_FRAME);
}

static void run(const op* o, uint64_t frames) {
  const bp_task task = {o->flags, o->policy, o->policy_nodes, o->mems};
  if (!is_promised(o)) {
    skip(o);
    return;
  }
  switch (o->kind) {
    case 'a': run_alloc(o); return;
    case 'f': run_free(o); return;
    case 'g':
    case 's': run_get_or_split(o); return;
    case 'r': run_range(o); return;
    case 'd': subject->drain(self, o->cpu); break;
    case 'c': census(now, frames, now + 1 == N_OPS); break;
    case 't': subject->task(self, o->cpu, &task); break;
    case 'n': answers[n_answers++] = o; break;
    default:
      set_world(o->flags, o->reclaimable, o->dirty_nodes, o->gfp);
      is_plain = o->is_plain;
  }
  saw_answer(0, NO_FRAME);
}

int main(void) {
  uint64_t frames = 0;
  uint32_t i;
  subject = bp_subject_get();
  for (i = 0; i < machine.n_zones; ++i) frames += machine.zones[i].end - machine.zones[i].begin;
  held = calloc(frames, 1);
  states = calloc(frames, 1);
  free_order = calloc(frames, 1);
  references = calloc(frames, sizeof *references);
  if (subject->abi_version != BP_ABI_VERSION || !held || !states || !free_order || !references ||
      !(self = subject->create(&machine))) {
    fprintf(stderr, "no subject of this ABI, or memory ran out\n");
    return 3;
  }
  for (i = 0; i < machine.n_holes; ++i)
    set_state(machine.holes[i].begin, machine.holes[i].end, OFFLINE, 1);
  set_world(0, 0, 0, ALL_FLAGS);
  saw_all();
  for (now = 0; now < N_OPS; ++now) {
    run(&ops[now], frames);
    saw_all();
    if (now + 1 == REFUSED_EVENTS) expect(hash != REFUSED_HASH, now, REFUSED_AS);
  }
  subject->destroy(self);
  free(held);
  free(states);
  free(free_order);
  free(references);
  if (failures == 0) printf("passed: %u events\n", N_OPS);
  return failures != 0;
}
)runner";

}  // namespace bp
