/* bench-match.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Matching (goals M1, M2): the venue's engine against a bare ladder that knows neither accounts nor rules nor references.
 * The mix: 9 % resting orders, 3 % immediate ones, 6 % cancels, 82 % moves, about 1,000 orders in 750 levels.
 */
#include "bench.h"
#include "cd-match.h"

#include <string.h>

#define OPS 1000000
#define TICKS 65536
#define KEYS 1500
#define SLOTS 65536

enum
{
  OP_REST,
  OP_IMMEDIATE,
  OP_CANCEL,
  OP_MOVE,
};

typedef struct
{
  guint8 kind;
  guint8 side; /* 0 bid, 1 ask */
  guint16 key;
  guint32 tick;
  guint32 qty;
  guint32 account;
} Op;

static Op stream[OPS];

static void
draw_stream (void)
{
  guint32 seed = 12345;

  for (guint i = 0; i < OPS; i++)
    {
      guint32 dice = bench_random (&seed) % 100, off = bench_random (&seed) % 700;
      gboolean crossing = bench_random (&seed) % 20 == 0;
      Op *op = &stream[i];

      /* First the book is filled. */
      op->kind = i < KEYS ? OP_REST : dice < 9 ? OP_REST
                                  : dice < 12  ? OP_IMMEDIATE
                                  : dice < 18  ? OP_CANCEL
                                               : OP_MOVE;
      op->key = (guint16)(bench_random (&seed) % KEYS);
      op->side = op->key & 1;
      op->tick = op->side == 0 ? 9699 - off + (crossing ? off + 12 : 0) : 9700 + off - (crossing ? off + 12 : 0);
      op->qty = 1 + bench_random (&seed) % 100;
      /* No two orders of one account: trades with oneself are refused by ours and unknown to the other. */
      op->account = op->key + 1u;
    }
}

/* --- The bare ladder -------------------------------------------------------------------------------------------------------- */

typedef struct
{
  gint64 qty;
  guint32 next, prev, tick;
  guint16 key, side;
} BareOrder;

typedef struct
{
  gint64 qty;
  guint32 head, tail;
} BareLevel;

typedef struct
{
  BareOrder orders[SLOTS];
  BareLevel levels[2][TICKS];
  guint64 bits[2][TICKS / 64], summary[2][TICKS / 4096];
  guint32 best[2], free_order, unused;
  guint32 at[KEYS];
  struct
  {
    guint32 tick, maker;
    gint64 qty;
  } ring[4096];
  guint32 written;
  guint64 traded;
} Bare;

static Bare bare;

static inline guint32
bare_up (guint32 from)
{
  guint32 w = from >> 6, s = w >> 6;
  guint64 word = bare.bits[1][w] & (~G_GUINT64_CONSTANT (0) << (from & 63));

  if (word)
    return (w << 6) + (guint32)__builtin_ctzll (word);
  word = (w & 63) == 63 ? 0 : bare.summary[1][s] & (~G_GUINT64_CONSTANT (0) << ((w & 63) + 1));
  while (!word)
    {
      if (++s >= TICKS / 4096)
        return G_MAXUINT32;
      word = bare.summary[1][s];
    }
  w = (s << 6) + (guint32)__builtin_ctzll (word);
  return (w << 6) + (guint32)__builtin_ctzll (bare.bits[1][w]);
}

static inline guint32
bare_down (guint32 from)
{
  guint32 w = from >> 6, s = w >> 6;
  guint64 word = bare.bits[0][w] & (~G_GUINT64_CONSTANT (0) >> (63 - (from & 63)));

  if (word)
    return (w << 6) + 63 - (guint32)__builtin_clzll (word);
  word = bare.summary[0][s] & ((G_GUINT64_CONSTANT (1) << (w & 63)) - 1);
  while (!word)
    {
      if (s-- == 0)
        return G_MAXUINT32;
      word = bare.summary[0][s];
    }
  w = (s << 6) + 63 - (guint32)__builtin_clzll (word);
  return (w << 6) + 63 - (guint32)__builtin_clzll (bare.bits[0][w]);
}

static inline void
bare_link (guint32 n)
{
  BareOrder *o = &bare.orders[n];
  BareLevel *level = &bare.levels[o->side][o->tick];

  o->next = 0;
  o->prev = level->tail;
  if (level->tail)
    bare.orders[level->tail].next = n;
  else
    {
      guint32 *best = &bare.best[o->side];

      level->head = n;
      bare.bits[o->side][o->tick >> 6] |= G_GUINT64_CONSTANT (1) << (o->tick & 63);
      bare.summary[o->side][o->tick >> 12] |= G_GUINT64_CONSTANT (1) << ((o->tick >> 6) & 63);
      if (*best == G_MAXUINT32 || (o->side == 0 ? o->tick > *best : o->tick < *best))
        *best = o->tick;
    }
  level->tail = n;
  level->qty += o->qty;
}

static inline void
bare_unlink (guint32 n)
{
  BareOrder *o = &bare.orders[n];
  BareLevel *level = &bare.levels[o->side][o->tick];

  if (o->prev)
    bare.orders[o->prev].next = o->next;
  else
    level->head = o->next;
  if (o->next)
    bare.orders[o->next].prev = o->prev;
  else
    level->tail = o->prev;
  level->qty -= o->qty;
  if (level->head)
    return;
  bare.bits[o->side][o->tick >> 6] &= ~(G_GUINT64_CONSTANT (1) << (o->tick & 63));
  if (!bare.bits[o->side][o->tick >> 6])
    bare.summary[o->side][o->tick >> 12] &= ~(G_GUINT64_CONSTANT (1) << ((o->tick >> 6) & 63));
  if (o->tick == bare.best[o->side])
    bare.best[o->side] = o->side == 0 ? bare_down (o->tick - 1) : bare_up (o->tick + 1);
}

static inline void
bare_release (guint32 n)
{
  bare.at[bare.orders[n].key] = 0;
  bare.orders[n].next = bare.free_order;
  bare.free_order = n;
}

/* What is left of @qty after everything it crosses. */
static inline gint64
bare_trade (guint side, guint32 tick, gint64 qty)
{
  guint other = 1 - side;

  while (qty > 0 && bare.best[other] != G_MAXUINT32 && (side == 0 ? tick >= bare.best[other] : tick <= bare.best[other]))
    {
      guint32 n = bare.levels[other][bare.best[other]].head;
      gint64 part = MIN (qty, bare.orders[n].qty);
      guint32 slot = bare.written++ & 4095;

      bare.ring[slot].tick = bare.best[other];
      bare.ring[slot].maker = n;
      bare.ring[slot].qty = part;
      bare.traded += (guint64)part * bare.best[other];
      qty -= part;
      if (part == bare.orders[n].qty)
        {
          bare_unlink (n);
          bare_release (n);
          continue;
        }
      bare.orders[n].qty -= part;
      bare.levels[other][bare.best[other]].qty -= part;
    }
  return qty;
}

static inline void
bare_rest (const Op *op, gint64 qty)
{
  guint32 n = bare.free_order;

  if (n)
    bare.free_order = bare.orders[n].next;
  else
    n = bare.unused++;
  bare.orders[n].qty = qty;
  bare.orders[n].tick = op->tick;
  bare.orders[n].side = op->side;
  bare.orders[n].key = op->key;
  bare.at[op->key] = n;
  bare_link (n);
}

static guint64
run_bare (gpointer data, guint ops)
{
  memset (&bare, 0, sizeof bare);
  bare.best[0] = bare.best[1] = G_MAXUINT32;
  bare.unused = 1;
  for (guint i = 0; i < ops; i++)
    {
      const Op *op = &stream[i];
      guint32 n = bare.at[op->key];
      gint64 left;

      if (op->kind == OP_CANCEL || (n && op->kind != OP_IMMEDIATE))
        {
          if (!n)
            continue;
          bare_unlink (n);
          left = op->kind == OP_CANCEL ? 0 : bare_trade (op->side, op->tick, bare.orders[n].qty);
          if (left == 0)
            bare_release (n);
          else
            {
              bare.orders[n].qty = left;
              bare.orders[n].tick = op->tick;
              bare_link (n);
            }
          continue;
        }
      if (op->kind == OP_MOVE)
        continue;
      left = bare_trade (op->side, op->tick, op->qty);
      if (left && op->kind == OP_REST)
        bare_rest (op, left);
    }
  return bare.traded;
}

/* --- Ours ------------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  CdMatchRef ref[KEYS];
  gint64 left[KEYS];
} Kept;

/* Executions come back with tags; whoever calls the engine keeps what is left of each order. */
static inline guint64
drain (CdMatch *match, Kept *kept)
{
  CdMatchExec exec;
  guint64 traded = 0;

  while (cd_match_next_exec (match, &exec))
    {
      kept->left[exec.maker_tag] = exec.maker_leaves;
      if (exec.maker_leaves == 0)
        kept->ref[exec.maker_tag] = 0;
      if (exec.taker_tag < KEYS)
        kept->left[exec.taker_tag] -= exec.qty;
      traded += (guint64)exec.qty * exec.tick;
    }
  return traded;
}

static guint64
apply (CdMatch *match, Kept *kept, const Op *op)
{
  CdMatchRef ref = kept->ref[op->key];

  if (op->kind == OP_CANCEL)
    {
      if (ref)
        (void)cd_match_cancel (match, ref);
      kept->ref[op->key] = 0;
    }
  else if (ref && op->kind != OP_IMMEDIATE)
    {
      cd_match_replace (match, &ref, op->tick, kept->left[op->key]);
      kept->ref[op->key] = ref;
    }
  else if (op->kind != OP_MOVE)
    {
      gboolean immediate = op->kind == OP_IMMEDIATE;
      const CdMatchOrder order = { immediate ? KEYS : op->key, op->qty, op->tick, immediate ? KEYS + 1 : op->account, op->side ? CD_SIDE_SELL : CD_SIDE_BUY, immediate };

      cd_match_enter (match, &order, &ref);
      if (!immediate)
        {
          kept->ref[op->key] = ref;
          kept->left[op->key] = op->qty;
        }
    }
  return drain (match, kept);
}

static CdMatch *
fresh (gpointer data)
{
  CdMatch **match = data;
  const CdMatchConfig config = { .n_ticks = TICKS, .max_orders = SLOTS - 1 };

  cd_match_free (*match);
  *match = cd_match_new (CD_MATCH_PRICE_TIME, &config);
  return *match;
}

static guint64
run_ours (gpointer data, guint ops)
{
  static Kept kept;
  CdMatch *match = fresh (data);
  guint64 traded = 0;

  memset (&kept, 0, sizeof kept);
  for (guint i = 0; i < ops; i++)
    traded += apply (match, &kept, &stream[i]);
  return traded;
}

static void
count_allocations (gpointer data)
{
  static Kept kept;
  CdMatch *match = fresh (data);
  guint64 before = bench_allocations ();

  memset (&kept, 0, sizeof kept);
  for (guint i = 0; i < OPS; i++)
    apply (match, &kept, &stream[i]);
  bench_print ("M2.match.allocations", (gint64)(bench_allocations () - before) * 10, "allocations-per-million", 100, "none");
}

int
main (void)
{
  CdMatch *match = NULL;
  const BenchWay ours[] = { { "M1.match.price-time", run_ours, &match } };

  draw_stream ();
  bench_compare (&(BenchWay){ "bare-ladder", run_bare, NULL }, ours, 1, OPS, TRUE);
  count_allocations (&match);
  cd_match_free (match);
  return 0;
}
