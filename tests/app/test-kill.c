/* test-kill.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * kill -9 at every instrumented step and at random. A child takes orders from the press of the button to the venue's answer over a
 * real store, and says through a pipe what it was told at each step; it is killed; what the journal then says of each order is
 * compared with what the child had said. Then the same with a whole desk and the real venue.
 */
#include "cd-order-lives.h"
#include "cd-store.h"
#include "desk-fixture.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define EPOCH "E1"
#define ACCOUNT "HD-POWER"
#define IN_PARALLEL 4
#define LIMIT_MS 60000

static char *self_path;

/* --- The killer: inside the child --------------------------------------------------------------------------------------- */

typedef struct
{
  const char *name; /* (nullable) */
  guint at;         /* hit that kills */
  guint hits;
  GHashTable *count; /* (nullable) (element-type utf8 guint) */
} Probe;

static void
probe_func (const char *name, gpointer data)
{
  Probe *probe = data;

  if (probe->count)
    g_hash_table_insert (probe->count, (gpointer)name, GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (probe->count, name)) + 1));
  if (probe->name && strcmp (probe->name, name) == 0 && ++probe->hits == probe->at)
    kill (getpid (), SIGKILL);
}

static void
say (int fd, char what, const char *key)
{
  char line[80];
  int len = g_snprintf (line, sizeof line, "%c %s\n", what, key);

  g_assert_cmpint (write (fd, line, (size_t)len), ==, len);
}

static gboolean
too_late (gpointer data)
{
  g_error ("nothing happened within %d ms", LIMIT_MS);
  return G_SOURCE_REMOVE;
}

/* --- The child over a store --------------------------------------------------------------------------------------------- */

typedef struct
{
  CdStore *store;
  int fd;
  guint running;
} Child;

typedef struct
{
  Child *child;
  char key[CD_KEY_BUF];
} Flow;

static void begin_flow (Child *child);

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Flow *flow = data;
  Child *child = flow->child;

  if (cd_store_append_finish (child->store, result, NULL) > 0)
    say (child->fd, 'A', flow->key);
  g_free (flow);
  child->running--;
  while (child->running < IN_PARALLEL)
    begin_flow (child);
}

static void
sending_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Flow *flow = data;
  CdWireAnswer answer = { .op = CD_WIRE_OP_ORDER_NEW, .key = flow->key, .account = (char *)ACCOUNT, .body_sha256 = (char *)"00", .epoch = (char *)EPOCH, .verdict = CD_WIRE_ACCEPTED, .order_id = flow->key, .server_time_us = 1, .market_time_us = 1 };
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GBytes) bytes = NULL;

  g_assert_cmpint (cd_store_append_finish (flow->child->store, result, NULL), >, 0);
  say (flow->child->fd, 'W', flow->key); /* the first byte leaves */
  cd_wire_answer_write (text, &answer);
  bytes = g_bytes_new (text->str, text->len);
  cd_store_append_async (flow->child->store, CD_JOURNAL_ORDER_EVENT, flow->key, bytes, NULL, answered_cb, flow);
}

static void
intent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Flow *flow = data;
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);

  g_assert_cmpint (cd_store_append_finish (flow->child->store, result, NULL), >, 0);
  say (flow->child->fd, 'I', flow->key);
  cd_store_append_async (flow->child->store, CD_JOURNAL_ORDER_SENDING, flow->key, nothing, NULL, sending_cb, flow);
}

static void
begin_flow (Child *child)
{
  Flow *flow = g_new0 (Flow, 1);
  CdWireBody body = { .op = CD_WIRE_OP_ORDER_NEW, .instrument = (char *)"CEA25", .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = 970000, .qty = 10, .by = (char *)"me" };
  g_autofree char *text = cd_wire_body_print (&body);
  g_autoptr (CdWireCommand) command = NULL;
  g_autoptr (GString) frame = g_string_new (NULL);
  g_autoptr (GBytes) bytes = NULL;
  guint8 random[16];

  flow->child = child;
  cd_env_random_bytes (cd_env_default (), random, sizeof random);
  cd_key_make (CD_KEY_PRACTICE, random, flow->key);
  command = cd_wire_command_new (CD_WIRE_OP_ORDER_NEW, flow->key, ACCOUNT, 1, text);
  cd_wire_command_write (frame, command);
  bytes = g_bytes_new (frame->str, frame->len);
  child->running++;
  say (child->fd, 'P', flow->key);
  cd_store_append_async (child->store, CD_JOURNAL_ORDER_INTENT, flow->key, bytes, NULL, intent_cb, flow);
}

static void
result_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **)data = g_object_ref (result);
}

static CdStore *
open_store (CdPaths *paths)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  CdStore *store;
  guint limit = g_timeout_add (LIMIT_MS, too_late, NULL);

  cd_store_open_async (cd_env_default (), paths, NULL, result_cb, &result);
  while (!result)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (limit);
  store = cd_store_open_finish (result, &error);
  g_assert_no_error (error);
  return store;
}

static CdPaths *
open_paths (const char *dir)
{
  g_autoptr (GError) error = NULL;
  CdPaths *paths = cd_paths_open_at (dir, dir, CD_PROFILE_PRACTICE, "kill", &error);

  g_assert_no_error (error);
  return paths;
}

/* argv: --store FD DIR PROBE AT. Runs until it is killed. */
G_GNUC_NORETURN static void
store_child (char **argv)
{
  static Probe probe;
  Child child = { .fd = atoi (argv[2]) };
  g_autoptr (GBytes) epoch = g_bytes_new_static (EPOCH, strlen (EPOCH));

  probe.name = argv[4];
  probe.at = (guint)atoi (argv[5]);
  cd_env_set_probe (cd_env_default (), probe_func, &probe);
  child.store = open_store (open_paths (argv[3]));
  cd_store_append (child.store, CD_JOURNAL_SESSION, "", epoch);
  begin_flow (&child);
  while (TRUE)
    g_main_context_iteration (NULL, TRUE);
}

/* --- The parent --------------------------------------------------------------------------------------------------------- */

typedef struct
{
  GHashTable *said; /* (element-type utf8 guint): P = 1, I = 2, W = 4, A = 8 */
  guint kills;
} Truth;

static void
hear (Truth *truth, const char *line)
{
  static const char steps[] = "PIWA";
  guint bit = 1u << (strchr (steps, line[0]) - steps);
  guint old = GPOINTER_TO_UINT (g_hash_table_lookup (truth->said, line + 2));

  g_hash_table_insert (truth->said, g_strdup (line + 2), GUINT_TO_POINTER (old | bit));
}

/* What is on the way in the pipe when the child dies was said all the same. */
static void
hear_all (Truth *truth, int fd, guint kill_after, pid_t child)
{
  FILE *pipe_in = fdopen (fd, "r");
  char line[80];

  for (guint n = 1; fgets (line, sizeof line, pipe_in); n++)
    {
      hear (truth, g_strchomp (line));
      if (n == kill_after)
        g_assert_cmpint (kill (child, SIGKILL), ==, 0);
    }
  fclose (pipe_in);
}

static gboolean
take_row (const CdJournalRow *row, gpointer data)
{
  cd_order_lives_take (data, row, NULL);
  return TRUE;
}

/* I2, P2 and P3 over everything that was ever said. Returns how many orders are UNKNOWN. */
static guint
check_lives (Truth *truth, CdPaths *paths)
{
  CdStore *store = open_store (paths);
  g_autoptr (CdOrderLives) lives = cd_order_lives_new (EPOCH);
  g_autofree char *problem = cd_store_get_problem (store);
  g_autofree char *warning = cd_store_dup_warning (store);
  GHashTableIter iter;
  const char *key;
  gpointer value;
  guint unknown = 0;

  g_assert_cmpstr (problem, ==, NULL);
  g_assert_cmpstr (warning, ==, NULL);
  cd_store_replay (store, take_row, lives);
  cd_store_unref (store);
  cd_order_lives_recover (lives, FALSE, NULL, NULL);
  g_hash_table_iter_init (&iter, truth->said);
  while (g_hash_table_iter_next (&iter, (gpointer *)&key, &value))
    {
      guint said = GPOINTER_TO_UINT (value);
      const CdOrder *order = cd_order_lives_get (lives, key, NULL);

      /* Durable and told: it is listed. What was sent is never called not placed; what was answered is proven. */
      g_assert_true (order || !(said & ~1u));
      if (!order)
        continue;
      g_assert_false (order->check);
      if (said & 8)
        g_assert_cmpint (order->state, ==, CD_ORDER_WORKING);
      else if (said & 4)
        g_assert_true (order->state == CD_ORDER_UNKNOWN || order->state == CD_ORDER_WORKING);
      else
        g_assert_true (order->state == CD_ORDER_UNKNOWN || order->state == CD_ORDER_NOT_PLACED);
      unknown += order->state == CD_ORDER_UNKNOWN;
    }
  /* Nothing is listed that nobody pressed. */
  for (guint i = 0; i < cd_order_lives_all (lives)->len; i++)
    g_assert_true (g_hash_table_contains (truth->said, ((CdOrderLife *)g_ptr_array_index (cd_order_lives_all (lives), i))->order->key));
  return unknown;
}

static pid_t
start_child (const char *mode, const char *dir, const char *probe, guint at, int *fd)
{
  g_autofree char *fd_text = NULL, *at_text = g_strdup_printf ("%u", at);
  int fds[2];
  pid_t child;

  g_assert_cmpint (pipe (fds), ==, 0);
  fd_text = g_strdup_printf ("%d", fds[1]);
  child = fork ();
  if (child == 0)
    {
      close (fds[0]);
      execl (self_path, self_path, mode, fd_text, dir, probe, at_text, NULL);
      _exit (127);
    }
  close (fds[1]);
  *fd = fds[0];
  return child;
}

static void
one_kill (Truth *truth, const char *dir, const char *probe, guint at, guint kill_after)
{
  int fd, status;
  pid_t child = start_child ("--store", dir, probe, at, &fd);
  /* By the clock of chance: at a line, or at a probe. */
  guint limit = g_timeout_add (LIMIT_MS, too_late, NULL);

  hear_all (truth, fd, kill_after, child);
  g_source_remove (limit);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL);
  truth->kills++;
}

static guint
number_of (const char *variable, guint usual)
{
  const char *text = g_getenv (variable);
  return text ? (guint)g_ascii_strtoull (text, NULL, 10) : usual;
}

static const char *const store_probes[] = { "open.read", "open.made", "head.before", "head.after", "journal.begin", "journal.written", "journal.durable", "checkpoint.before", "checkpoint.after" };

static void
test_store_kills (void)
{
  /* A kill loses nothing that the kernel has: memory is as good a disk as any here, and faster. */
  g_autofree char *memory = g_strdup ("/dev/shm/cd-kill-XXXXXX");
  g_autofree char *dir = g_mkdtemp (memory) ? g_strdup (memory) : g_dir_make_tmp ("cd-kill-XXXXXX", NULL);
  Truth truth = { g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL), 0 };
  guint n_random = number_of ("CARBONDESK_KILLS", 500), at_probes, unknown = 0;

  for (guint i = 0; i < G_N_ELEMENTS (store_probes); i++)
    for (guint at = 1; at <= (g_str_has_prefix (store_probes[i], "open") ? 1 : 3); at++)
      {
        one_kill (&truth, dir, store_probes[i], at, 0);
        CdPaths *paths = open_paths (dir);
        unknown = check_lives (&truth, paths);
        cd_paths_unref (paths);
      }
  at_probes = truth.kills;
  for (guint i = 0; i < n_random; i++)
    {
      one_kill (&truth, dir, "-", 0, (guint)g_test_rand_int_range (1, 60));
      /* The next child reads everything as well: the parent needs not look each time. */
      if (i % 10 == 9 || i + 1 == n_random)
        {
          CdPaths *paths = open_paths (dir);
          unknown = check_lives (&truth, paths);
          cd_paths_unref (paths);
        }
    }
  g_test_message ("%u kills at %u steps, %u at random; %u orders pressed, %u of them UNKNOWN", at_probes, (guint)G_N_ELEMENTS (store_probes), truth.kills - at_probes, g_hash_table_size (truth.said), unknown);
  g_hash_table_unref (truth.said);
  g_assert_true (cd_paths_remove_tree (dir, NULL));
}

/* --- A whole desk and the real venue ------------------------------------------------------------------------------------ */

static gboolean
is_settled (Fixture *f, gconstpointer data)
{
  GListModel *orders = cd_desk_get_orders (f->desk);

  for (guint i = 0; i < g_list_model_get_n_items (orders); i++)
    {
      g_autoptr (CdOrderRow) row = g_list_model_get_item (orders, i);

      if (!cd_order_is_final (row->order) && !cd_order_is_working (row->order))
        return FALSE;
    }
  return TRUE;
}

static gboolean
has_id (Fixture *f, gconstpointer data)
{
  return ((const CdOrderRow *)data)->order->order_id || is_final (f, data);
}

/* What the venue has of ours is ours in the journal too; nothing is left that is neither proven nor asked for. */
static void
check_desk (Fixture *f, int fd)
{
  GListModel *orders = cd_desk_get_orders (f->desk);

  WAIT_FOR (f, is_settled, NULL);
  for (guint i = 0; i < g_list_model_get_n_items (orders); i++)
    {
      g_autoptr (CdOrderRow) row = g_list_model_get_item (orders, i);

      if (row->order->external)
        g_error ("order %s is at the venue and not in the journal", row->order->key);
      if (row->order->check)
        g_error ("order %s in state %s does not fit", row->order->key, cd_order_state_name (row->order->state));
      say (fd, 'S', row->order->key);
    }
}

/* argv: --desk FD DIR PROBE AT. Looks whether all is well, then works until it is killed; "." = work once and count. */
static int
desk_child (int argc, char **argv)
{
  static Probe probe;
  Fixture f = { .profile = "kill" };
  int fd = atoi (argv[2]);

  g_assert_true (g_setenv ("XDG_DATA_HOME", argv[3], TRUE) && g_setenv ("XDG_CACHE_HOME", argv[3], TRUE));
  probe.name = argv[4];
  probe.at = (guint)atoi (argv[5]);
  if (probe.at == 0)
    probe.count = g_hash_table_new (g_str_hash, g_str_equal);
  cd_env_set_probe (cd_env_default (), probe_func, &probe);
  open_desk (&f);
  WAIT_FOR (&f, is_live, NULL);
  WAIT_FOR (&f, has_book, "CEA25");
  check_desk (&f, fd);
  for (guint n = 0; n < (probe.at == 0 ? 1 : 20); n++)
    {
      CdQuote *quote = cd_desk_get_quote (f.desk, "CEA25");
      const CdOrderDraft draft = { .account = ACCOUNT, .instrument = "CEA25", .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = quote->feed.stats.limit_low_e4 + 100, .qty = 10 + n };
      CdOrderRow *row = cd_desk_submit (f.desk, &draft, "", NULL);

      if (row)
        {
          say (fd, 'S', row->order->key);
          WAIT_FOR (&f, has_id, row);
          cd_desk_cancel (f.desk, row, NULL);
          WAIT_FOR (&f, is_final, row);
        }
      else
        g_main_context_iteration (NULL, TRUE);
    }
  if (probe.count)
    {
      GHashTableIter iter;
      gpointer name, count;

      g_hash_table_iter_init (&iter, probe.count);
      while (g_hash_table_iter_next (&iter, &name, &count))
        {
          g_autofree char *text = g_strdup_printf ("%s %u", (const char *)name, GPOINTER_TO_UINT (count));
          say (fd, 'C', text);
        }
    }
  close_desk (&f);
  return 0;
}

typedef struct
{
  GHashTable *keys;   /* (element-type utf8): told at any time */
  GHashTable *listed; /* (element-type utf8): in the last run */
  GPtrArray *probes;  /* (element-type utf8) */
} DeskTruth;

static int
run_desk (DeskTruth *truth, const char *dir, const char *probe, guint at)
{
  int fd, status;
  pid_t child = start_child ("--desk", dir, probe, at, &fd);
  FILE *in = fdopen (fd, "r");
  char line[120];

  g_hash_table_remove_all (truth->listed);
  while (fgets (line, sizeof line, in))
    {
      g_strchomp (line);
      if (line[0] == 'C')
        g_ptr_array_add (truth->probes, g_strndup (line + 2, strcspn (line + 2, " ")));
      else
        {
          g_hash_table_add (truth->keys, g_strdup (line + 2));
          g_hash_table_add (truth->listed, g_strdup (line + 2));
        }
    }
  fclose (in);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  return status;
}

static void
test_desk_kills (void)
{
  g_autofree char *dir = g_dir_make_tmp ("cd-kill-XXXXXX", NULL);
  DeskTruth truth = { g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL), g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL), g_ptr_array_new_with_free_func (g_free) };
  guint rounds = number_of ("CARBONDESK_DESK_KILLS", 1), kills = 0, n_probes;
  GHashTableIter iter;
  gpointer key;

  g_assert_cmpint (run_desk (&truth, dir, ".", 0), ==, 0);
  n_probes = truth.probes->len;
  g_assert_cmpuint (n_probes, >=, 12);
  for (guint round = 0; round < rounds; round++)
    for (guint i = 0; i < n_probes; i++)
      {
        const char *probe = g_ptr_array_index (truth.probes, i);
        int status = run_desk (&truth, dir, probe, round == 0 ? 1 : (guint)g_test_rand_int_range (1, 10));

        if (!WIFSIGNALED (status) || WTERMSIG (status) != SIGKILL)
          g_error ("killed at %s: ended with status %d", probe, status);
        kills++;
      }
  g_ptr_array_set_size (truth.probes, 0);
  g_assert_cmpint (run_desk (&truth, dir, ".", 0), ==, 0);
  /* Every key that was ever on the screen still is. */
  g_hash_table_iter_init (&iter, truth.keys);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (!g_hash_table_contains (truth.listed, key))
      g_error ("order %s is gone", (char *)key);
  g_test_message ("a desk killed %u times at %u steps, %u orders, all listed and proven", kills, n_probes, g_hash_table_size (truth.keys));
  g_hash_table_unref (truth.keys);
  g_hash_table_unref (truth.listed);
  g_ptr_array_unref (truth.probes);
  g_assert_true (cd_paths_remove_tree (dir, NULL));
}

int
main (int argc, char **argv)
{
  if (argc == 6 && strcmp (argv[1], "--store") == 0)
    store_child (argv);
  if (argc == 6 && strcmp (argv[1], "--desk") == 0)
    return desk_child (argc, argv);
  self_path = g_file_read_link ("/proc/self/exe", NULL);
  g_test_init (&argc, &argv, NULL);
  /* A child made by fork has only its own thread, so the first test forks before there are others; both execute at once. */
  g_test_add_func ("/kill/store", test_store_kills);
  g_test_add_func ("/kill/desk", test_desk_kills);
  return g_test_run ();
}
