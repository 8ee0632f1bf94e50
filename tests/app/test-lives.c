/* test-lives.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every order's life out of the journal alone (P40): random lives are written as records while a twin of each order goes through
 * the table by itself; read back from the file, both must agree, and each record must carry its clocks and its source.
 */
#include "cd-order-lives.h"
#include "cd-paths.h"

#include <string.h>

#define START_US G_GINT64_CONSTANT (1700000000000000)
#define ACCOUNT "HD-POWER"

typedef struct
{
  CdEnv *env;
  CdJournal *journal;
  CdOrder *order;
  guint fills;
  guint64 seq;
} Life;

static void
record (Life *life, const char *kind, const char *key, const char *body, gsize len)
{
  cd_env_test_advance (life->env, g_test_rand_int_range (1, 100000));
  g_assert_cmpint (cd_journal_append (life->journal, kind, key, body, len, NULL), >, 0);
}

static void
twin (Life *life, const CdOrderEvent *event)
{
  cd_order_apply (life->order, event, NULL, NULL);
}

static void
begin (Life *life, guint number)
{
  CdWireBody body = { .op = CD_WIRE_OP_ORDER_NEW, .instrument = (char *)"CEA25", .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = 970000, .qty = 100, .by = (char *)"me" };
  g_autofree char *text = cd_wire_body_print (&body);
  g_autoptr (CdWireCommand) command = NULL;
  g_autoptr (GString) frame = g_string_new (NULL);
  guint8 random[16] = { 0 };
  char key[CD_KEY_BUF];

  memcpy (random, &number, sizeof number);
  cd_key_make (CD_KEY_PRACTICE, random, key);
  life->order = cd_order_new (key, ACCOUNT, "CEA25", CD_SIDE_BUY, CD_KIND_LIST, 970000, 100);
  command = cd_wire_command_new (CD_WIRE_OP_ORDER_NEW, key, ACCOUNT, 1, text);
  cd_wire_command_write (frame, command);
  record (life, CD_JOURNAL_ORDER_INTENT, key, frame->str, frame->len);
  twin (life, &(CdOrderEvent){ .kind = CD_EVENT_CHECKS_PASS });
  twin (life, &(CdOrderEvent){ .kind = CD_EVENT_COMMIT_INTENT });
}

static void
local (Life *life, CdOrderEventKind kind)
{
  g_autoptr (GBytes) body = cd_order_local_body (kind, NULL);
  gsize len;
  const char *text = g_bytes_get_data (body, &len);

  record (life, CD_JOURNAL_ORDER_LOCAL, life->order->key, text, len);
  twin (life, &(CdOrderEvent){ .kind = kind });
}

static void
answer (Life *life, gboolean accepted)
{
  CdWireAnswer said = { .op = CD_WIRE_OP_ORDER_NEW, .key = life->order->key, .account = (char *)ACCOUNT, .body_sha256 = (char *)"00", .epoch = (char *)"E1", .verdict = accepted ? CD_WIRE_ACCEPTED : CD_WIRE_REJECTED, .order_id = accepted ? life->order->key : NULL, .code = accepted ? NULL : (char *)"price.band", .server_time_us = 1, .market_time_us = 1 };
  g_autoptr (GString) text = g_string_new (NULL);

  cd_wire_answer_write (text, &said);
  record (life, CD_JOURNAL_ORDER_EVENT, life->order->key, text->str, text->len);
  if (life->order->state == CD_ORDER_SENDING || life->order->state == CD_ORDER_UNKNOWN)
    twin (life, &(CdOrderEvent){ .kind = accepted ? CD_EVENT_ACK : CD_EVENT_REFUSED, .order_id = said.order_id, .code = said.code });
}

static void
event (Life *life, CdWireEventKind kind, CdOrderEventKind as)
{
  g_autofree char *exec = g_strdup_printf ("X%u", as == CD_EVENT_FILL && life->fills > 0 && g_test_rand_bit () ? life->fills : ++life->fills);
  gint64 qty = as == CD_EVENT_FILL ? g_test_rand_int_range (1, 60) : 100;
  CdWireEvent said = { .kind = kind, .account = (char *)ACCOUNT, .seq = ++life->seq, .epoch = (char *)"E1", .at_us = 1, .order_id = life->order->key, .key = life->order->key, .instrument = (char *)"CEA25", .side = CD_SIDE_BUY, .order_kind = CD_KIND_LIST, .price_e4 = 970000, .qty = qty, .cum = 1, .leaves = 1, .exec_id = exec, .amount_e4 = 970000 * qty, .date = CD_DATE_NONE };
  g_autoptr (GString) text = g_string_new (NULL);

  cd_wire_event_write (text, &said);
  record (life, CD_JOURNAL_ORDER_EVENT, life->order->key, text->str, text->len);
  twin (life, &(CdOrderEvent){ .kind = as, .order_id = life->order->key, .exec_id = exec, .qty = qty, .price_e4 = 970000 });
}

static void
step (Life *life)
{
  switch (g_test_rand_int_range (0, 10))
    {
    case 0:
      record (life, CD_JOURNAL_ORDER_SENDING, life->order->key, "", 0);
      twin (life, &(CdOrderEvent){ .kind = CD_EVENT_COMMIT_SENDING });
      break;
    case 1:
    case 2:
      answer (life, g_test_rand_int_range (0, 4) != 0);
      break;
    case 3:
      local (life, CD_EVENT_AMBIGUOUS);
      break;
    case 4:
      local (life, g_test_rand_bit () ? CD_EVENT_EXPIRY : CD_EVENT_NEVER_SENT);
      break;
    case 5:
      event (life, CD_WIRE_EVENT_ORDER_CANCELLED, CD_EVENT_CANCELLED);
      break;
    case 6:
      event (life, CD_WIRE_EVENT_ORDER_NEW, CD_EVENT_ACK);
      break;
    default:
      event (life, CD_WIRE_EVENT_ORDER_FILL, CD_EVENT_FILL);
      break;
    }
}

static gboolean
take_row (const CdJournalRow *row, gpointer data)
{
  g_assert_cmpint (row->at_us, >, START_US);
  g_assert_cmpint (row->boot_us, ==, row->at_us - START_US + 1000000);
  g_assert_cmpint (row->offset_us, ==, -1234);
  g_assert_cmpstr (row->source, ==, g_str_has_suffix (row->kind, ".event") ? CD_JOURNAL_SOURCE_VENUE : CD_JOURNAL_SOURCE_HERE);
  cd_order_lives_take (data, row, NULL);
  return TRUE;
}

static void
test_lives (void)
{
  g_autofree char *dir = g_dir_make_tmp ("cd-lives-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (dir, "journal.db", NULL);
  g_autoptr (CdEnv) env = cd_env_test_new (START_US, 1);
  CdJournal *journal = cd_journal_open (env, file, NULL);
  g_autoptr (GPtrArray) twins = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_order_free);
  g_autoptr (CdOrderLives) lives = cd_order_lives_new (NULL);
  guint states[CD_ORDER_N_STATES] = { 0 }, reached = 0;

  cd_journal_set_offset (journal, -1234);
  g_assert_true (cd_journal_begin (journal, NULL));
  for (guint i = 1; i <= 10000; i++)
    {
      Life life = { env, journal, NULL, 0, 0 };

      begin (&life, i);
      for (gint k = g_test_rand_int_range (0, 12); k > 0; k--)
        step (&life);
      g_ptr_array_add (twins, life.order);
    }
  g_assert_true (cd_journal_commit (journal, NULL));
  cd_journal_close (journal);
  journal = cd_journal_open_read_only (env, file, NULL);
  g_assert_true (cd_journal_foreach (journal, 1, take_row, lives, NULL));
  for (guint i = 0; i < twins->len; i++)
    {
      const CdOrder *want = g_ptr_array_index (twins, i);
      const CdOrder *got = cd_order_lives_get (lives, want->key, NULL);

      g_assert_nonnull (got);
      g_assert_cmpstr (cd_order_state_name (got->state), ==, cd_order_state_name (want->state));
      g_assert_cmpint (got->cum, ==, want->cum);
      g_assert_cmpint (got->leaves, ==, want->leaves);
      g_assert_cmpint (got->filled_amount_e4, ==, want->filled_amount_e4);
      g_assert_cmpint (got->check, ==, want->check);
      g_assert_cmpint (got->late_fill, ==, want->late_fill);
      g_assert_cmpstr (got->code, ==, want->code);
      states[got->state]++;
    }
  for (guint s = 0; s < CD_ORDER_N_STATES; s++)
    reached += states[s] > 0;
  g_test_message ("%u lives of %" G_GINT64_FORMAT " records rebuilt, ending in %u different states", twins->len, cd_journal_last_seq (journal), reached);
  g_assert_cmpuint (reached, >=, 8);
  cd_journal_close (journal);
  g_assert_true (cd_paths_remove_tree (dir, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lives/rebuilt", test_lives);
  return g_test_run ();
}
