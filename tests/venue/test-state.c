/* test-state.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The state after a close as bytes: with the commands after it, it gives what the whole log gives, for many seeds; and bytes that are
 * not whole are refused.
 */
#include "venue-fixture.h"

#include <string.h>

#include "cd-id.h"

#define SEEDS 12
#define STEPS 60

typedef struct
{
  gint64 at_us;
  const char *person, *account;
  CdWireCommand *command;
  gint64 close_us; /* the newest close before it */
} Step;

typedef struct
{
  CdPack *packs[2];
  GArray *log; /* Step */
  GRand *rand;
  guint64 key;
} World;

static void
step_clear (gpointer data)
{
  cd_wire_command_free (((Step *)data)->command);
}

static void
world_setup (World *w, guint32 seed)
{
  g_autoptr (GError) error = NULL;

  w->packs[0] = cd_pack_load_builtin ("cn-cea", &error);
  g_assert_no_error (error);
  w->packs[1] = cd_pack_load_builtin ("cn-ccer", &error);
  g_assert_no_error (error);
  w->log = g_array_new (FALSE, FALSE, sizeof (Step));
  g_array_set_clear_func (w->log, step_clear);
  w->rand = g_rand_new_with_seed (seed);
}

static void
world_teardown (World *w)
{
  g_array_unref (w->log);
  g_rand_free (w->rand);
  cd_pack_free (w->packs[0]);
  cd_pack_free (w->packs[1]);
}

static const char *
pick (World *w, const char *const *words)
{
  return words[g_rand_int_range (w->rand, 0, (gint32)g_strv_length ((char **)words))];
}

static char *
last_id (World *w, CdWireOp op)
{
  for (guint i = w->log->len; i-- > 0;)
    if (g_array_index (w->log, Step, i).command->op == op)
      return g_strdup (g_array_index (w->log, Step, i).command->key);
  return g_strdup ("PXNONE");
}

/* Any command that a person might send, right or wrong. */
static char *
random_body (World *w, CdVenue *venue, CdWireOp op)
{
  static const char *const sides[] = { "buy", "sell", NULL };
  static const char *const codes[] = { "CEA25", "CEA24", "CCER-OW-2501", NULL };
  const char *code = pick (w, codes), *side = pick (w, sides);
  CdMdStats stats;
  char price[CD_DECIMAL_BUF];
  CdLevel best;

  switch (op)
    {
    case CD_WIRE_OP_ORDER_NEW:
      cd_venue_stats (venue, code, &stats);
      if (g_rand_boolean (w->rand) && cd_book_level (cd_venue_book (venue, code), g_str_equal (side, "buy") ? CD_SIDE_SELL : CD_SIDE_BUY, 0, &best))
        return g_strdup_printf ("{\"instrument\":\"%s\",\"side\":\"%s\",\"kind\":\"pick\",\"price\":\"%s\",\"qty\":\"%d\",\"by\":\"x\"}", code, side, cd_decimal_print (best.price, 4, 2, price), g_rand_int_range (w->rand, 1, 300));
      return g_strdup_printf ("{\"instrument\":\"%s\",\"side\":\"%s\",\"kind\":\"list\",\"price\":\"%s\",\"qty\":\"%d\",\"purpose\":\"cover\",\"by\":\"x\"}", code, side, cd_decimal_print (stats.prev_close_e4 - stats.prev_close_e4 % 100 + 100 * g_rand_int_range (w->rand, -300, 300), 4, 2, price), g_rand_int_range (w->rand, 1, 3000));
    case CD_WIRE_OP_ORDER_CANCEL:
      return g_strdup_printf ("{\"order_id\":\"O%d\"}", g_rand_int_range (w->rand, 1, 90000));
    case CD_WIRE_OP_FENCE:
      return g_strdup_printf ("{\"key\":\"PXFENCED%d\"}", g_rand_int_range (w->rand, 0, 5));
    case CD_WIRE_OP_SETTLEMENT_OBJECT:
      return g_strdup ("{\"date\":\"2026-12-14\",\"reason\":\"one too many\"}");
    case CD_WIRE_OP_INSTRUCTION_PROPOSE:
      return g_strdup_printf ("{\"kind\":\"transfer\",\"from\":\"%s\",\"to\":\"%s\",\"asset\":\"CEA25\",\"qty\":\"%d\",\"version\":1}", g_str_equal (side, "buy") ? "trading" : "registry", g_str_equal (side, "buy") ? "registry" : "trading", g_rand_int_range (w->rand, 1, 4000));
    case CD_WIRE_OP_REQUEST_PROPOSE:
      return g_strdup_printf ("{\"order_key\":\"PXREQ%d\",\"order\":\"{\\\"instrument\\\":\\\"CEA25\\\",\\\"side\\\":\\\"buy\\\",\\\"kind\\\":\\\"list\\\",\\\"price\\\":\\\"95.00\\\",\\\"qty\\\":\\\"10\\\",\\\"by\\\":\\\"x\\\"}\"}", g_rand_int_range (w->rand, 0, 9));
    case CD_WIRE_OP_DEPUTY_APPOINT:
      return g_strdup ("{\"person\":\"cement-second\",\"from\":\"2026-12-15\",\"to\":\"2026-12-20\"}");
    case CD_WIRE_OP_ACCOUNT_STOP:
    case CD_WIRE_OP_ACCOUNT_RELEASE:
      return g_strdup ("{\"reason\":\"limit\"}");
    default:
      return g_strdup ("{}");
    }
}

static CdWireCommand *
random_command (World *w, CdVenue *venue, const char **person)
{
  static const CdWireOp ops[] = { CD_WIRE_OP_ORDER_NEW, CD_WIRE_OP_ORDER_NEW, CD_WIRE_OP_ORDER_NEW, CD_WIRE_OP_ORDER_CANCEL, CD_WIRE_OP_FENCE, CD_WIRE_OP_SETTLEMENT_OBJECT, CD_WIRE_OP_INSTRUCTION_PROPOSE, CD_WIRE_OP_INSTRUCTION_PROPOSE, CD_WIRE_OP_INSTRUCTION_CONFIRM, CD_WIRE_OP_INSTRUCTION_CONFIRM, CD_WIRE_OP_REQUEST_PROPOSE, CD_WIRE_OP_DEPUTY_APPOINT, CD_WIRE_OP_ACCOUNT_STOP, CD_WIRE_OP_ACCOUNT_RELEASE, CD_WIRE_OP_ACCOUNT_RELEASE };
  static const char *const persons[] = { "power-trader", "power-trader", "power-second", "cement-trader", NULL };
  CdWireOp op = ops[g_rand_int_range (w->rand, 0, G_N_ELEMENTS (ops))];
  g_autofree char *body = NULL;
  guint8 random[16] = { 7 };
  char key[CD_KEY_BUF];

  *person = pick (w, persons);
  w->key++;
  memcpy (random + 8, &w->key, sizeof w->key);
  cd_key_make (CD_KEY_PRACTICE, random, key);
  if (op == CD_WIRE_OP_INSTRUCTION_CONFIRM)
    {
      g_autofree char *id = last_id (w, CD_WIRE_OP_INSTRUCTION_PROPOSE);

      *person = "power-second";
      for (guint i = w->log->len; i-- > 0 && !body;)
        if (g_array_index (w->log, Step, i).command->op == CD_WIRE_OP_INSTRUCTION_PROPOSE)
          body = venue_fixture_confirm_body (id, 1, g_array_index (w->log, Step, i).command->body);
    }
  if (!body)
    body = random_body (w, venue, op);
  return cd_wire_command_new (op, key, g_str_equal (*person, "cement-trader") ? "HD-CEMENT" : "HD-POWER", 0, body);
}

static void
run_step (CdVenue *venue, const Step *step)
{
  cd_venue_advance (venue, step->at_us);
  cd_wire_answer_free (cd_venue_command (venue, step->person, step->command, 0));
}

/* Everything that can be read, as text. */
static char *
describe (const CdVenue *venue)
{
  static const char *const accounts[] = { "HD-POWER", "HD-CEMENT" };
  static const char *const codes[] = { "CEA25", "CEA24", "COMCEA", "CCER-OW-2501" };
  GString *out = g_string_new (NULL);

  for (gsize a = 0; a < G_N_ELEMENTS (accounts); a++)
    {
      const GPtrArray *events = cd_venue_events (venue, accounts[a]);

      for (int kind = CD_WIRE_LIST_ORDERS; kind <= CD_WIRE_LIST_STATEMENT; kind++)
        if (kind != CD_WIRE_LIST_LISTINGS && kind != CD_WIRE_LIST_TRADES && kind != CD_WIRE_LIST_BARS && kind != CD_WIRE_LIST_BLOCKS && kind != CD_WIRE_LIST_INSTRUMENTS)
          {
            g_autoptr (CdWireList) list = cd_venue_list (venue, (CdWireListKind)kind, accounts[a], "power-trader", FALSE, 0, 0);

            cd_wire_list_write (out, list);
          }
      for (guint i = 0; i < events->len; i++)
        cd_wire_event_write (out, g_ptr_array_index (events, i));
    }
  for (gsize c = 0; c < G_N_ELEMENTS (codes); c++)
    for (int kind = CD_WIRE_LIST_LISTINGS; kind <= CD_WIRE_LIST_BARS; kind++)
      {
        g_autoptr (CdWireList) list = cd_venue_list (venue, (CdWireListKind)kind, codes[c], "power-trader", FALSE, 0, 0);

        cd_wire_list_write (out, list);
      }
  return g_string_free (out, FALSE);
}

/* Commands of four days; the states of each close are brought back and get the rest of the commands. */
static void
check_seed (guint32 seed)
{
  World w = { { NULL } };
  g_autoptr (GError) error = NULL;
  g_autoptr (CdVenue) venue = NULL;
  g_autoptr (GPtrArray) states = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_autoptr (GArray) closes = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) hashes = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autofree char *wanted = NULL;
  guint accepted = 0;

  world_setup (&w, seed);
  venue = cd_venue_new (w.packs, 2, "main", seed, 0, "e1", &error);
  g_assert_no_error (error);
  for (int i = 0; i <= STEPS; i++)
    {
      Step step = { 0 };
      gint64 close_us;
      guint64 hash;
      GBytes *state = cd_venue_close_state (venue, &close_us, &hash);

      if (state && (closes->len == 0 || g_array_index (closes, gint64, closes->len - 1) != close_us))
        {
          g_ptr_array_add (states, g_bytes_ref (state));
          g_array_append_val (closes, close_us);
          g_array_append_val (hashes, hash);
        }
      step.at_us = cd_venue_market_time (venue) + g_rand_int_range (w.rand, 1, 180) * CD_USEC_PER_SEC + g_rand_int_range (w.rand, 0, 999999);
      if (i % 15 == 14)
        step.at_us = cd_venue_skip_target (venue, g_rand_boolean (w.rand) ? "next_day" : "close");
      step.close_us = close_us;
      cd_venue_advance (venue, step.at_us);
      step.command = random_command (&w, venue, &step.person);
      accepted += cd_venue_market_time (venue) == step.at_us;
      run_step (venue, &step);
      g_array_append_val (w.log, step);
    }
  wanted = describe (venue);
  g_assert_cmpuint (states->len, >=, 3);
  for (guint s = 0; s < states->len; s++)
    {
      g_autoptr (CdVenue) again = cd_venue_restore (w.packs, 2, "main", "e1", g_ptr_array_index (states, s), g_array_index (hashes, guint64, s), &error);
      g_autofree char *got = NULL;
      gint64 close_us = g_array_index (closes, gint64, s);

      g_assert_no_error (error);
      /* Those that came when a later close, or this one, was not yet. */
      for (guint i = 0; i < w.log->len; i++)
        {
          const Step *step = &g_array_index (w.log, Step, i);

          if (step->at_us >= close_us)
            run_step (again, step);
          else
            {
              /* A key that was used is used. */
              g_autoptr (CdWireAnswer) answer = cd_venue_command (again, step->person, step->command, 0);

              g_assert_true (answer->replayed || g_strcmp0 (answer->code, "rights.missing") == 0);
            }
        }
      cd_venue_advance (again, cd_venue_market_time (venue));
      g_assert_cmpuint (cd_venue_hash (again), ==, cd_venue_hash (venue));
      got = describe (again);
      g_assert_cmpstr (got, ==, wanted);
    }
  g_test_message ("seed %u: %u states, %" G_GSIZE_FORMAT " bytes in the newest", seed, states->len, g_bytes_get_size (g_ptr_array_index (states, states->len - 1)));
  world_teardown (&w);
}

static void
test_seeds (void)
{
  for (guint32 seed = 1; seed <= SEEDS; seed++)
    check_seed (seed);
}

/* Cut, changed, of another scenario: refused, never taken for a state, and nothing crashes. */
static void
test_damage (void)
{
  World w = { { NULL } };
  g_autoptr (CdVenue) venue = NULL;
  g_autoptr (GError) error = NULL;
  const guint8 *data;
  guint taken = 0;
  gint64 at_us;
  guint64 hash;
  GBytes *state;
  gsize size;

  world_setup (&w, 1);
  venue = cd_venue_new (w.packs, 2, "main", 3, 0, "e1", &error);
  g_assert_no_error (error);
  state = cd_venue_close_state (venue, &at_us, &hash);
  data = g_bytes_get_data (state, &size);
  g_assert_null (cd_venue_restore (w.packs, 2, "main", "e1", state, hash + 1, &error));
  g_assert_error (error, CD_VENUE_ERROR, CD_VENUE_ERROR_STATE);
  g_clear_error (&error);
  g_assert_null (cd_venue_restore (w.packs, 2, "2025-12-23", "e1", state, hash, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  for (int i = 0; i < 300; i++)
    {
      g_autofree guint8 *copy = g_memdup2 (data, size);
      gsize len = i % 3 == 0 ? (gsize)g_rand_int_range (w.rand, 0, (gint32)size) : size;
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (CdVenue) got = NULL;

      if (i % 3 != 0)
        copy[g_rand_int_range (w.rand, 0, (gint32)size)] ^= (guint8)(1 << g_rand_int_range (w.rand, 0, 8));
      bytes = g_bytes_new (copy, len);
      got = cd_venue_restore (w.packs, 2, "main", "e1", bytes, hash, &error);
      g_assert_true (got != NULL || error != NULL);
      taken += got != NULL;
      g_clear_error (&error);
    }
  /* A bit in what no hash of the engine holds (the bars of a chart) is what the SHA-256 beside the bytes is for. */
  g_test_message ("%u of 300 damaged states were not told by the engine's own hash", taken);
  world_teardown (&w);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/state/seeds", test_seeds);
  g_test_add_func ("/state/damage", test_damage);
  return g_test_run ();
}
