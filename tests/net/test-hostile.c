/* test-hostile.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The real client against a server that breaks every rule (hostile.py holds the table and says what must come of each row). Each
 * command has a key of its own; the server counts the copies that came in, over all connections. The client sends what it is told
 * once: a second copy that this test, in the place of the journal, does not know is a failure. So is a verdict that was guessed.
 */
#include "net-fixture.h"

#include <string.h>

#include "cd-feed.h"
#include "cd-id.h"
#include "cd-wire-list.h"
#include "cd-ws-connect.h"

#define IN_FLIGHT_MAX 12
#define LIMIT_S 400
#define RSS_MAX_KIB (256 * 1024)
#define GAP_MAX_US (100 * 1000)

static Hostile *hostile;

/* --- One command ------------------------------------------------------------------------------------------------------- */

typedef struct _Run Run;

typedef struct
{
  Run *run;
  const Script *script;
  guint variant;
  char key[CD_KEY_BUF];
  guint n_outcomes;
  CdSendOutcome outcome;
  CdTradeClient *client; /* frames: its own */
  gboolean sent, done;
} Case;

struct _Run
{
  GPtrArray *cases;
  GHashTable *by_key;
  guint next, in_flight, in_flight_max;
  CdTradeClient *client; /* POST: one for all */
};

static CdSendOutcome
outcome_of (const char *name)
{
  static const struct
  {
    const char *name;
    CdSendOutcome outcome;
  } names[] = { { "answered", CD_SEND_ANSWERED }, { "ambiguous", CD_SEND_AMBIGUOUS }, { "foreign", CD_SEND_FOREIGN }, { "epoch", CD_SEND_EPOCH }, { "poll", CD_SEND_POLL }, { "defect", CD_SEND_DEFECT } };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i].name, name) == 0)
      return names[i].outcome;
  g_assert_not_reached ();
}

static CdWireCommand *
command_of (const Case *c)
{
  g_autofree char *body = g_strdup_printf ("{\"s\":\"%s\",\"n\":%u}", c->script->name, c->variant);

  return cd_wire_command_new (CD_WIRE_OP_ORDER_NEW, c->key, "HD-POWER", 0, body);
}

static Run *
run_new (const char *way, gboolean bombs)
{
  Run *run = g_new0 (Run, 1);
  GPtrArray *scripts = hostile_scripts (hostile, way);
  const char *only = g_getenv ("CARBONDESK_SCRIPT"); /* one row, for looking at it */
  guint8 random[16];

  run->cases = g_ptr_array_new_with_free_func (g_free);
  run->by_key = g_hash_table_new (g_str_hash, g_str_equal);
  run->in_flight_max = bombs ? 1 : IN_FLIGHT_MAX;
  for (guint i = 0; i < scripts->len; i++)
    {
      const Script *script = g_ptr_array_index (scripts, i);

      if (g_str_has_prefix (script->name, "bomb-") != bombs || (only && strcmp (only, script->name) != 0))
        continue;
      for (guint v = 0; v < script->variants; v++)
        {
          Case *c = g_new0 (Case, 1);

          c->run = run;
          c->script = script;
          c->variant = v;
          cd_env_random_bytes (cd_env_default (), random, sizeof random);
          cd_key_make (CD_KEY_PRACTICE, random, c->key);
          g_ptr_array_add (run->cases, c);
          g_hash_table_insert (run->by_key, c->key, c);
        }
    }
  return run;
}

static void
run_free (Run *run)
{
  g_ptr_array_unref (run->cases);
  g_hash_table_unref (run->by_key);
  g_free (run);
}

static void
check_case (const Case *c)
{
  CdSendOutcome expected = outcome_of (c->script->expect);
  guint outcomes = strcmp (c->script->name, "contradiction") == 0 ? 2 : 1;

  if (c->outcome != expected || c->n_outcomes != outcomes)
    g_error ("%s %u: outcome %d (%u of them), expected %s", c->script->name, c->variant, c->outcome, c->n_outcomes, c->script->expect);
}

/* After everything: whatever the library would have done by itself has been done by now. */
static void
check_copies (const Run *run, const char *way)
{
  guint most = 0;

  for (guint i = 0; i < run->cases->len; i++)
    {
      const Case *c = g_ptr_array_index (run->cases, i);
      guint copies = hostile_copies (hostile, c->key);

      if (copies != 1)
        g_error ("%s %u: %u copies on the wire, 1 in the journal", c->script->name, c->variant, copies);
      most = MAX (most, copies);
    }
  g_test_message ("%s: %u commands, most copies of one: %u", way, run->cases->len, most);
}

static gboolean
all_done (gconstpointer data)
{
  const Run *run = data;

  for (guint i = 0; i < run->cases->len; i++)
    if (!((const Case *)g_ptr_array_index (run->cases, i))->done)
      return FALSE;
  return TRUE;
}

/* --- POST ---------------------------------------------------------------------------------------------------------------- */

static void
post_next (Run *run)
{
  while (run->next < run->cases->len && run->in_flight < run->in_flight_max)
    {
      Case *c = g_ptr_array_index (run->cases, run->next++);
      g_autoptr (CdWireCommand) command = command_of (c);

      run->in_flight++;
      cd_trade_client_send (run->client, command, 1);
    }
}

static void
post_outcome_cb (CdTradeClient *client, const char *key, CdSendOutcome outcome, const CdWireAnswer *answer, gpointer data)
{
  Run *run = data;
  Case *c = g_hash_table_lookup (run->by_key, key);

  g_assert_nonnull (c);
  g_assert_true (outcome != CD_SEND_ANSWERED || answer);
  c->outcome = outcome;
  c->n_outcomes++;
  c->done = TRUE;
  run->in_flight--;
  post_next (run);
}

static gboolean
is_backing_off (gconstpointer data)
{
  CdTradeClient *client = (CdTradeClient *)data;

  return cd_trade_client_get_epoch (client) && cd_trade_client_get_state (client) == CD_LINK_BACKOFF;
}

/* A client that knows the epoch and has lost its stream. */
static CdTradeClient *
client_without_stream (const CdTradeClientFuncs *funcs, gpointer data)
{
  g_autoptr (CdEndpoint) endpoint = hostile_endpoint (hostile, "good");
  CdTradeClient *client = cd_trade_client_new (cd_env_default (), endpoint);

  hostile_set (hostile, "stream", "gone");
  cd_trade_client_set_funcs (client, funcs, data);
  cd_trade_client_open (client);
  run_until (is_backing_off, client, 20);
  return client;
}

static void
run_posts (gboolean bombs)
{
  static const CdTradeClientFuncs funcs = { .outcome = post_outcome_cb };
  Run *run = run_new ("post", bombs);

  run->client = client_without_stream (&funcs, run);
  post_next (run);
  run_until (all_done, run, LIMIT_S);
  for (guint i = 0; i < run->cases->len; i++)
    check_case (g_ptr_array_index (run->cases, i));
  cd_trade_client_close (run->client);
  g_object_unref (run->client);
  check_copies (run, bombs ? "POST, bombs" : "POST");
  run_free (run);
}

static void
test_posts (void)
{
  run_posts (FALSE);
}

/* --- Frames: each on a line of its own -------------------------------------------------------------------------------- */

static void frame_next (Run *run);

static void
frame_finish (Case *c)
{
  g_autoptr (CdTradeClient) client = g_steal_pointer (&c->client);

  c->done = TRUE;
  cd_trade_client_set_funcs (client, NULL, NULL);
  cd_trade_client_close (client);
  c->run->in_flight--;
  frame_next (c->run);
}

static gboolean
frame_finish_cb (gpointer data)
{
  Case *c = data;

  if (c->client && !c->done)
    frame_finish (c);
  return G_SOURCE_REMOVE;
}

static void
frame_outcome_cb (CdTradeClient *client, const char *key, CdSendOutcome outcome, const CdWireAnswer *answer, gpointer data)
{
  Case *c = data;

  if (strcmp (key, c->key) != 0)
    {
      /* Somebody else's: never ours, and never anything but foreign. */
      g_assert_cmpint (outcome, ==, CD_SEND_FOREIGN);
      return;
    }
  c->outcome = outcome;
  c->n_outcomes++;
  /* A line that still stands may bring more; one that fell comes back, and must not bring the command along. */
  if (cd_trade_client_get_state (client) == CD_LINK_LIVE && outcome == outcome_of (c->script->expect))
    g_timeout_add (50, frame_finish_cb, c);
}

static void
frame_state_cb (CdTradeClient *client, CdLinkState state, gpointer data)
{
  Case *c = data;

  if (state != CD_LINK_LIVE)
    return;
  if (!c->sent)
    {
      g_autoptr (CdWireCommand) command = command_of (c);

      c->sent = TRUE;
      cd_trade_client_send (client, command, 1);
    }
  else if (c->n_outcomes > 0)
    g_timeout_add (0, frame_finish_cb, c);
}

static void
frame_next (Run *run)
{
  static const CdTradeClientFuncs funcs = { .outcome = frame_outcome_cb, .state = frame_state_cb };

  while (run->next < run->cases->len && run->in_flight < run->in_flight_max)
    {
      g_autoptr (CdEndpoint) endpoint = hostile_endpoint (hostile, "good");
      Case *c = g_ptr_array_index (run->cases, run->next++);

      run->in_flight++;
      c->client = cd_trade_client_new (cd_env_default (), endpoint);
      cd_trade_client_set_funcs (c->client, &funcs, c);
      cd_trade_client_open (c->client);
    }
}

static void
run_frames (gboolean bombs)
{
  Run *run = run_new ("frame", bombs);

  hostile_set (hostile, "stream", "live");
  frame_next (run);
  run_until (all_done, run, LIMIT_S);
  for (guint i = 0; i < run->cases->len; i++)
    check_case (g_ptr_array_index (run->cases, i));
  check_copies (run, bombs ? "frames, bombs" : "frames");
  run_free (run);
}

static void
test_frames (void)
{
  run_frames (FALSE);
}

/* --- No line at all: nothing was written, and that is known ------------------------------------------------------------------ */

static gboolean
has_arrived (gconstpointer data)
{
  return hostile_copies (hostile, data) > 0;
}

static void
test_not_written (void)
{
  static const CdTradeClientFuncs funcs = { .outcome = outcome_cb };
  static const char *const fronts[] = { "shut", "close", "garbage", "hang" };

  for (guint i = 0; i < G_N_ELEMENTS (fronts); i++)
    {
      Outcome seen = { 0 };
      CdTradeClient *client = client_without_stream (&funcs, &seen);
      const Script script = { .name = (char *)"right" };
      Case c = { .script = &script };
      g_autoptr (CdWireCommand) command = NULL;
      guint8 random[16];

      cd_env_random_bytes (cd_env_default (), random, sizeof random);
      cd_key_make (CD_KEY_PRACTICE, random, c.key);
      command = command_of (&c);
      hostile_set (hostile, "front", fronts[i]);
      cd_trade_client_send (client, command, 1);
      g_assert_cmpuint (seen.n, ==, 0); /* never from inside the call */
      run_until (has_outcome, &seen, 20);
      g_assert_cmpint (seen.outcome, ==, CD_SEND_NOT_WRITTEN);
      g_assert_cmpuint (hostile_copies (hostile, c.key), ==, 0);
      hostile_set (hostile, "front", "tls");
      cd_trade_client_close (client);
      g_assert_cmpuint (seen.n, ==, 1);
      g_object_unref (client);
    }
}

/* Rule 12: closing does not unsend. */
static void
test_closed_meanwhile (void)
{
  static const CdTradeClientFuncs funcs = { .outcome = outcome_cb };
  Outcome seen = { 0 };
  g_autoptr (CdTradeClient) client = client_without_stream (&funcs, &seen);
  const Script script = { .name = (char *)"silence" };
  Case c = { .script = &script };
  g_autoptr (CdWireCommand) command = NULL;
  guint8 random[16];

  cd_env_random_bytes (cd_env_default (), random, sizeof random);
  cd_key_make (CD_KEY_PRACTICE, random, c.key);
  command = command_of (&c);
  cd_trade_client_send (client, command, 1);
  run_until (has_arrived, c.key, 20);
  g_assert_cmpuint (seen.n, ==, 0);
  cd_trade_client_close (client);
  g_assert_cmpuint (seen.n, ==, 1);
  g_assert_cmpint (seen.outcome, ==, CD_SEND_AMBIGUOUS);
  g_assert_cmpuint (hostile_copies (hostile, c.key), ==, 1);
}

/* --- Handshakes ---------------------------------------------------------------------------------------------------------------- */

static gboolean
gave_up (gconstpointer data)
{
  CdLinkState state = cd_trade_client_get_state ((CdTradeClient *)data);

  return state == CD_LINK_BACKOFF || state == CD_LINK_FAILED;
}

static void
never_live_cb (CdTradeClient *client, CdLinkState state, gpointer data)
{
  g_assert_cmpint (state, !=, CD_LINK_LIVE);
}

static void
test_handshakes (void)
{
  static const CdTradeClientFuncs funcs = { .state = never_live_cb };
  GPtrArray *scripts = hostile_scripts (hostile, "handshake");

  hostile_set (hostile, "stream", "live");
  for (guint i = 0; i < scripts->len; i++)
    {
      const Script *script = g_ptr_array_index (scripts, i);
      g_autoptr (CdEndpoint) endpoint = hostile_endpoint (hostile, "good");
      g_autoptr (CdTradeClient) client = cd_trade_client_new (cd_env_default (), endpoint);

      hostile_set (hostile, "handshake", script->name);
      cd_trade_client_set_funcs (client, &funcs, NULL);
      cd_trade_client_open (client);
      run_until (gave_up, client, 30);
      g_assert_null (cd_trade_client_get_epoch (client));
      g_test_message ("%s: %s", script->name, cd_trade_client_get_error (client));
      cd_trade_client_close (client);
    }
  hostile_set (hostile, "handshake", "right");
}

/* --- Reads ------------------------------------------------------------------------------------------------------------------------ */

typedef struct
{
  CdTradeClient *client;
  GPtrArray *scripts;
  gboolean bombs;
  guint script, variant, in_flight, asked, wrong;
} Reads;

typedef struct
{
  Reads *reads;
  const Script *script;
  guint variant;
} ReadCase;

static void reads_next (Reads *reads);

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree ReadCase *c = data;
  Reads *reads = c->reads;
  g_autoptr (GError) error = NULL;
  g_autoptr (CdWireList) list = cd_trade_client_list_finish (CD_TRADE_CLIENT (source), result, &error);

  g_assert_true (!list || (list->items->len == 2 && !list->next));
  if ((list != NULL) != (strcmp (c->script->expect, "list") == 0))
    {
      reads->wrong++;
      g_test_message ("%s %u: %s, expected %s", c->script->name, c->variant, list ? "a list" : error->message, c->script->expect);
    }
  reads->in_flight--;
  reads_next (reads);
}

static void
reads_next (Reads *reads)
{
  while (reads->script < reads->scripts->len && reads->in_flight < (reads->bombs ? 1 : 4))
    {
      const Script *script = g_ptr_array_index (reads->scripts, reads->script);
      g_autofree char *path = g_strdup_printf ("hostile/%s/%u", script->name, reads->variant);
      ReadCase *c;

      if (g_str_has_prefix (script->name, "bomb-") != reads->bombs || reads->variant == script->variants)
        {
          reads->script++;
          reads->variant = 0;
          continue;
        }
      c = g_new0 (ReadCase, 1);
      c->reads = reads;
      c->script = script;
      c->variant = reads->variant++;
      reads->in_flight++;
      reads->asked++;
      cd_trade_client_list_async (reads->client, CD_WIRE_LIST_ORDERS, path, NULL, read_cb, c);
    }
}

static gboolean
reads_done (gconstpointer data)
{
  const Reads *reads = data;

  return reads->in_flight == 0 && reads->script == reads->scripts->len;
}

static gboolean
is_live (gconstpointer data)
{
  return cd_trade_client_get_state ((CdTradeClient *)data) == CD_LINK_LIVE;
}

static void
run_reads (gboolean bombs)
{
  g_autoptr (CdEndpoint) endpoint = hostile_endpoint (hostile, "good");
  g_autoptr (CdTradeClient) client = cd_trade_client_new (cd_env_default (), endpoint);
  Reads reads = { .client = client, .scripts = hostile_scripts (hostile, "read"), .bombs = bombs };

  hostile_set (hostile, "stream", "live");
  cd_trade_client_open (client);
  run_until (is_live, client, 20);
  reads_next (&reads);
  run_until (reads_done, &reads, LIMIT_S);
  cd_trade_client_close (client);
  g_assert_cmpuint (reads.wrong, ==, 0);
  g_test_message ("reads%s: %u answers, none believed that was not whole", bombs ? ", bombs" : "", reads.asked);
}

static void
test_reads (void)
{
  run_reads (FALSE);
}

/* --- P31 ----------------------------------------------------------------------------------------------------------------------------- */

static void
test_cost (void)
{
  static void (*const runs[]) (gboolean) = { run_posts, run_reads, run_frames };
  static const char *const names[] = { "POST", "reads", "frames" };
  static const CdTradeClientFuncs none = { NULL };
  CdTradeClient *client = client_without_stream (&none, NULL);

  /* What the first connection of a process loads is no peer's doing. */
  cd_trade_client_close (client);
  g_object_unref (client);

  for (guint i = 0; i < G_N_ELEMENTS (runs); i++)
    {
      Cost cost;

      cost_start (&cost);
      runs[i](TRUE);
      cost_end (&cost);
      g_test_message ("bombs by %s: resident %" G_GINT64_FORMAT " KiB at first, %" G_GINT64_FORMAT " KiB at most; longest turn of the loop %" G_GINT64_FORMAT " us of processor, %" G_GINT64_FORMAT " us by the clock",
                      names[i], cost.rss_start_kib, cost.rss_peak_kib, cost.gap_cpu_us, cost.gap_us);
      g_assert_cmpint (cost.rss_peak_kib, <, RSS_MAX_KIB);
      g_assert_cmpint (cost.gap_cpu_us, <, GAP_MAX_US);
    }
}

int
main (int argc, char **argv)
{
  static const char *const names[] = { "good", NULL };
  g_autofree char *dir = NULL;
  Certs *certs;
  int result;

  g_test_init (&argc, &argv, NULL);
  dir = certs_folder (&certs);
  hostile = hostile_new (dir, names);
  g_test_add_func ("/hostile/post", test_posts);
  g_test_add_func ("/hostile/frames", test_frames);
  g_test_add_func ("/hostile/not-written", test_not_written);
  g_test_add_func ("/hostile/closed-meanwhile", test_closed_meanwhile);
  g_test_add_func ("/hostile/handshakes", test_handshakes);
  g_test_add_func ("/hostile/reads", test_reads);
  g_test_add_func ("/hostile/cost", test_cost);
  result = g_test_run ();
  hostile_free (hostile);
  certs_free (certs);
  return result;
}
