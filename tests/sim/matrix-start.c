/* matrix-start.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a desk finds when it starts: a journal that another program holds, that is damaged, of a later version or an old copy; a cache
 * that is damaged. The journal is taken with an exclusive lock at the start and kept to the end, so that a second program can be met at
 * a start alone.
 */
#include "matrix.h"

#include "cd-command.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#define ACCOUNT "HD-POWER"
#define PAGE 4096

typedef struct
{
  void (*spoil) (MatrixRun *run, const char *path); /* the files, while no desk is there; @path: the journal or the cache */
  const char *sql;                                  /* (nullable): what the other program does, or what is changed in the file */
  gboolean cache;
  gboolean order;     /* an order is put before */
  gboolean offline;   /* no line comes about after the start */
  gboolean live;      /* looked at when the desk is as live as it will be */
  gboolean old;       /* the files of before are put back */
  gboolean heads_too; /* all that stands beside the journal as well */
  gboolean no_cache;  /* and the cache is not there */
} Fault;

static sqlite3 *other; /* the other program */

static const Fault *
fault_of (const MatrixRun *run)
{
  return run->driver->data;
}

static char *
data_file (MatrixRun *run, const char *root, const char *name)
{
  return g_build_filename (run->w.dir, root, "carbondesk", "practice", "sim", name, NULL);
}

/* --- Spoiling ----------------------------------------------------------------------------------------------------------- */

static void
put (const char *path, const char *bytes, gsize len)
{
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);

  g_unlink (wal);
  g_unlink (path);
  g_assert_true (g_file_set_contents_full (path, bytes, (gssize)len, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  fault_vfs_changed (path);
  fault_vfs_changed (wal);
}

/* All that the log still holds goes into the file, which then stands alone. */
static char *
take_whole (const char *path, gsize *len)
{
  char *bytes = NULL;
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
  sqlite3_exec (db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL);
  sqlite3_close (db);
  g_assert_true (g_file_get_contents (path, &bytes, len, NULL));
  return bytes;
}

static void
no_database (MatrixRun *run, const char *path)
{
  static const char text[] = "this was a database once, before somebody saved a letter under its name";

  put (path, text, strlen (text));
}

static void
half (MatrixRun *run, const char *path)
{
  gsize len;
  g_autofree char *bytes = take_whole (path, &len);

  put (path, bytes, len / PAGE / 2 * PAGE);
}

/* One bit of the last record that was written as text: the structure of the file stays whole. */
static void
one_bit (MatrixRun *run, const char *path)
{
  gsize len;
  g_autofree char *bytes = take_whole (path, &len);
  char *at = NULL;

  for (gsize i = 0; i + 10 < len; i++)
    if (memcmp (bytes + i, "\"account\":", 10) == 0)
      at = bytes + i;
  if (!at)
    {
      matrix_fail (run, "the journal holds no account");
      return;
    }
  at[2] ^= 1;
  put (path, bytes, len);
}

/* As another program that may write does it. */
static void
by_sql (MatrixRun *run, const char *path)
{
  gsize len;
  g_autofree char *bytes = NULL;
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
  if (sqlite3_exec (db, fault_of (run)->sql, NULL, NULL, NULL) != SQLITE_OK)
    matrix_fail (run, "%s", sqlite3_errmsg (db));
  sqlite3_close (db);
  bytes = take_whole (path, &len);
  put (path, bytes, len);
}

static void
hold (MatrixRun *run, const char *path)
{
  g_clear_pointer (&other, sqlite3_close);
  if (sqlite3_open_v2 (path, &other, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK || sqlite3_exec (other, fault_of (run)->sql, NULL, NULL, NULL) != SQLITE_OK)
    matrix_fail (run, "the other program cannot hold the journal: %s", sqlite3_errmsg (other));
}

static void
let_go (MatrixRun *run)
{
  g_clear_pointer (&other, sqlite3_close);
}

/* --- Old copies --------------------------------------------------------------------------------------------------------- */

typedef struct
{
  char *path, *bytes;
  gsize len;
} Copy;

static void
copy_free (gpointer data)
{
  Copy *copy = data;

  g_free (copy->path);
  g_free (copy->bytes);
  g_free (copy);
}

static GPtrArray *
copy_files (MatrixRun *run)
{
  g_autofree char *folder = data_file (run, "data", NULL);
  g_autofree char *journal = data_file (run, "data", "journal.db");
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  GPtrArray *copies = g_ptr_array_new_with_free_func (copy_free);
  const char *name;
  gsize len;

  g_free (take_whole (journal, &len));
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_equal (name, "journal.db") || (fault_of (run)->heads_too && g_str_has_prefix (name, "journal.db.")))
      {
        Copy *copy = g_new0 (Copy, 1);

        copy->path = g_build_filename (folder, name, NULL);
        g_assert_true (g_file_get_contents (copy->path, &copy->bytes, &copy->len, NULL));
        g_ptr_array_add (copies, copy);
      }
  return copies;
}

/* Something has to be in the journal that the copy does not have. */
static void
go_on (MatrixRun *run)
{
  g_autofree char *key = g_strdup (run->key);

  sim_desk_open (&run->w);
  matrix_live (run, 15000);
  if (run->op == MATRIX_CHANGE)
    {
      matrix_press (run);
      sim_advance (&run->w, 600);
    }
  else
    {
      g_autofree char *id = cd_desk_propose_cash (run->w.desk, ACCOUNT, 500 * CD_E4, TRUE, NULL);

      if (id)
        sim_pressed (&run->w, id);
      sim_advance (&run->w, 600);
    }
  sim_desk_stop (&run->w);
  g_free (run->key);
  run->key = g_steal_pointer (&key);
}

/* --- The start ---------------------------------------------------------------------------------------------------------- */

static GError *
open_cb (SimWorld *w, SimLine *line, gpointer data)
{
  MatrixRun *run = data;

  return run->fired && fault_of (run)->offline ? g_error_new (CD_NET_ERROR, CD_NET_ERROR_CONNECT, "not yet") : NULL;
}

static void
arm (MatrixRun *run)
{
  run->script = (SimScript){ .data = run, .open = open_cb, .settled = matrix_watch };
}

static void
spoil_files (MatrixRun *run)
{
  const Fault *f = fault_of (run);
  g_autofree char *path = data_file (run, f->cache ? "cache" : "data", f->cache ? "cache.db" : "journal.db");

  if (f->old)
    {
      g_autoptr (GPtrArray) copies = copy_files (run);

      go_on (run);
      for (guint i = 0; i < copies->len; i++)
        {
          const Copy *copy = g_ptr_array_index (copies, i);

          put (copy->path, copy->bytes, copy->len);
        }
      if (f->no_cache)
        {
          g_autofree char *cache = data_file (run, "cache", "cache.db");

          no_database (run, cache);
        }
    }
  else
    f->spoil (run, path);
}

static gboolean
is_there (MatrixRun *run)
{
  if (run->op == MATRIX_CHANGE)
    return matrix_order (run) != NULL;
  return run->op != MATRIX_APPROVE || matrix_instruction (run) || matrix_request (run);
}

static void
press (MatrixRun *run)
{
  const Fault *f = fault_of (run);
  g_autofree char *person = g_strdup (run->w.desk->person);

  if (f->order)
    {
      matrix_press_as (run, run->op == MATRIX_REGISTRY ? MATRIX_REGISTRY : MATRIX_NEW);
      sim_advance (&run->w, 600);
      g_free (run->before);
      run->before = matrix_figures (run);
    }
  sim_desk_stop (&run->w);
  spoil_files (run);
  if (run->failed)
    return;
  run->log_before = 0;
  run->frames_before = run->count.sent;
  if (!f->live)
    matrix_fired (run);
  run->first = run->last = MATRIX_NOTHING;
  sim_desk_open (&run->w);
  sim_advance (&run->w, 50);
  if (f->live)
    {
      matrix_live (run, 6000);
      if (cd_desk_get_state (run->w.desk) == CD_DESK_LIVE && g_strcmp0 (run->w.desk->person, person) != 0)
        matrix_person (run, person);
      matrix_fired (run);
    }
  if (!f->offline && is_there (run))
    matrix_press (run);
}

/* --- What is asked for in words ----------------------------------------------------------------------------------------- */

static char *
find_salvage (MatrixRun *run)
{
  g_autofree char *folder = data_file (run, "data", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "journal.db.good-") && g_str_has_suffix (name, ".jsonl"))
      return g_build_filename (folder, name, NULL);
  return NULL;
}

/* All records before the bad one, as text; what cannot be opened at all is left as it is, and nothing is made up. */
static void
salvaged (MatrixRun *run)
{
  g_autofree char *path = find_salvage (run);
  g_autofree char *text = NULL;

  if (!path || !g_file_get_contents (path, &text, NULL, NULL))
    matrix_fail (run, "nothing was saved from the journal");
  else if (!strstr (text, "\"kind\""))
    matrix_fail (run, "what was saved holds no record");
}

static void
listed_read_only (MatrixRun *run)
{
  CdOrderRow *row = matrix_order (run);
  g_autoptr (GError) error = NULL;

  salvaged (run);
  if (!row || !cd_order_is_working (row->order))
    matrix_fail (run, "the venue's order is %s", row ? cd_order_state_name (row->order->state) : "not shown");
  else if (cd_desk_replace (run->w.desk, row, row->order->price_e4, row->order->qty + 1, &error))
    matrix_fail (run, "it can be changed");
}

/* It is cut off from what it writes: another way to the venue is told. */
static void
told_another_way (MatrixRun *run)
{
  if (run->variant == 0 && !matrix_was_told (run, "cancel.phone", run->key))
    matrix_fail (run, "nobody is told to go to the venue");
}

static void
rebuilt_then_pressed (MatrixRun *run)
{
  if (!cd_store_cache_was_rebuilt (run->w.desk->store))
    matrix_fail (run, "the cache was not made anew");
  if (run->said == NULL && run->last != MATRIX_NOTHING)
    matrix_fail (run, "pressed before all was read: %s", matrix_known_name (run->last));
  matrix_live (run, 15000);
  if (run->op == MATRIX_APPROVE && run->variant != 1)
    matrix_person (run, "power-second");
  matrix_press (run);
  sim_advance (&run->w, 1500);
  if (matrix_known (run) != MATRIX_DONE || matrix_effects (run) != 1)
    matrix_fail (run, "pressed again: %s%s%s", matrix_known_name (matrix_known (run)), run->said ? ": " : "", run->said ? run->said->message : "");
}

static void
rebuilt (MatrixRun *run)
{
  if (!cd_store_cache_was_rebuilt (run->w.desk->store))
    matrix_fail (run, "the cache was not made anew");
}

/* Before the venue has been read nothing is live, and nothing is 0 that is not known; then all is as it was. */
static void
not_live (MatrixRun *run)
{
  CdCash cash;

  cd_desk_get_cash (run->w.desk, ACCOUNT, &cash);
  if (cash.fresh == CD_FRESH_LIVE || (cash.fresh == CD_FRESH_NONE && g_list_model_get_n_items (cd_desk_get_holdings (run->w.desk)) > 0))
    matrix_fail (run, "P: shown as live, or as figures that nobody has read");
  if (!cd_desk_get_problem (run->w.desk) && cd_desk_get_state (run->w.desk) == CD_DESK_LIVE)
    matrix_fail (run, "P: shown as whole");
}

static void
read_anew (MatrixRun *run)
{
  rebuilt (run);
  not_live (run);
}

/* One start and no more: three tries would be allowed. */
static void
not_tried_for_ever (MatrixRun *run)
{
  if (run->w.opened > 4)
    matrix_fail (run, "%u starts", run->w.opened);
}

static void
order_unknown (MatrixRun *run)
{
  const CdOrderRow *row = matrix_order (run);

  if (!row || row->order->state != CD_ORDER_UNKNOWN)
    matrix_fail (run, "U: the order is %s", row ? cd_order_state_name (row->order->state) : "not shown");
  if (!cd_desk_is_locked (run->w.desk))
    matrix_fail (run, "L: not locked");
}

static void
instruction_unknown (MatrixRun *run)
{
  const CdInstructionRow *row = matrix_instruction (run);

  if (!row || !row->unknown)
    matrix_fail (run, "U: the instruction is %s", row ? row->state : "not shown");
}

/* No approval of before counts until the server has listed it anew. */
static void
approval_void (MatrixRun *run)
{
  const CdInstructionRow *row = matrix_instruction (run);

  if (row && !row->unknown)
    matrix_fail (run, "V: shown as %s", row->state);
  if (matrix_request (run))
    matrix_fail (run, "V: a request is shown that nobody has read");
  if (!cd_desk_is_locked (run->w.desk))
    matrix_fail (run, "not locked");
}

/* --- Export of what a later version wrote ------------------------------------------------------------------------------- */

static void
write_cb (gboolean error_stream, const char *text, gsize len, gpointer data)
{
  if (error_stream)
    g_string_append_len (data, text, (gssize)len);
}

static void
exported (MatrixRun *run)
{
  g_autoptr (GString) said = g_string_new (NULL);
  CdCommandArgs args = { .profile = "sim" };
  CdCommandIo *io;
  CdCommandStatus status;

  sim_desk_stop (&run->w);
  io = cd_command_io_new (run->w.env, "export", FALSE, write_cb, said);
  status = cd_command_export_blotter (io, &args);
  cd_command_io_free (io, status);
  if (status != CD_COMMAND_DONE)
    matrix_fail (run, "no export: %s", g_strchomp (said->str));
  sim_desk_open (&run->w);
}

static void
nothing_pressed (MatrixRun *run)
{
  sim_desk_stop (&run->w);
  spoil_files (run);
  matrix_fired (run);
  sim_desk_open (&run->w);
}

static void
press_import (MatrixRun *run)
{
  nothing_pressed (run);
  matrix_import (run, NULL);
}

static void
version_again (MatrixRun *run)
{
  g_autofree char *path = data_file (run, "data", "journal.db");
  sqlite3 *db = NULL;
  gsize len;
  char *bytes;

  if (run->w.desk)
    sim_desk_stop (&run->w);
  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
  sqlite3_exec (db, "PRAGMA user_version = 2", NULL, NULL, NULL);
  sqlite3_exec (db, "ALTER TABLE journal DROP COLUMN later", NULL, NULL, NULL);
  sqlite3_close (db);
  bytes = take_whole (path, &len);
  put (path, bytes, len);
  g_free (bytes);
  sim_desk_open (&run->w);
}

#define HELD(words, text)                                                                                                                                    \
  { 35, NEW | CHANGE | REGISTRY | APPROVE, words, arm, .press = press, .during = not_tried_for_ever, .heal = let_go, .data = &(const Fault){ hold, text } }, \
      { 35, FEED | LOGIN, words, arm, .press = press, .heal = let_go, .data = &(const Fault){ hold, text } },                                                \
      { 35, SYNC, words, arm, .press = press, .during = not_live, .heal = let_go, .codes = "", .data = &(const Fault){ hold, text } },                       \
  {                                                                                                                                                          \
    35, FILES, words, arm, .press = press_import, .heal = let_go, .data = &(const Fault) { hold, text }                                                      \
  }
/* The journal stays as it was found: nothing can be the same at the end. */
#define DAMAGED(words, how, text)                                                                                                                                   \
  { 36, NEW, words, arm, .press = press, .during = listed_read_only, .gone = TRUE, .data = &(const Fault){ how, text, .order = TRUE, .live = TRUE } },              \
      { 36, CHANGE, words, arm, .press = press, .during = told_another_way, .gone = TRUE, .data = &(const Fault){ how, text, .live = TRUE } },                      \
      { 36, REGISTRY | APPROVE | FEED | SYNC | LOGIN, words, arm, .press = press, .gone = TRUE, .data = &(const Fault){ how, text, .order = TRUE, .live = TRUE } }, \
  {                                                                                                                                                                 \
    36, FILES, words, arm, .press = press, .during = salvaged, .codes = "", .gone = TRUE, .data = &(const Fault) { how, text, .order = TRUE }                       \
  }
#define CACHE(words, how, text)                                                                                                                        \
  { 37, NEW | REGISTRY | APPROVE, words, arm, .press = press, .during = rebuilt_then_pressed, .data = &(const Fault){ how, text, .cache = TRUE } },    \
      { 37, CHANGE | FEED | LOGIN, words, arm, .press = press, .during = rebuilt, .data = &(const Fault){ how, text, .cache = TRUE, .live = TRUE } },  \
      { 37, SYNC, words, arm, .press = press, .during = read_anew, .codes = "", .data = &(const Fault){ how, text, .cache = TRUE, .offline = TRUE } }, \
  {                                                                                                                                                    \
    37, FILES, words, arm, .press = press_import, .data = &(const Fault) { how, text, .cache = TRUE }                                                  \
  }
#define NEWER(words, text)                                                                                                                                                  \
  { 38, NEW | CHANGE | REGISTRY | APPROVE | FEED | SYNC | LOGIN, words, arm, .press = press, .heal = version_again, .data = &(const Fault){ by_sql, text, .live = TRUE } }, \
  {                                                                                                                                                                         \
    38, FILES, words, arm, .press = nothing_pressed, .during = exported, .codes = "", .heal = version_again, .data = &(const Fault) { by_sql, text }                        \
  }
#define OLD(words, ...)                                                                                                                                                             \
  { 39, NEW, words, arm, .press = press, .during = order_unknown, .data = &(const Fault){ .old = TRUE, .order = TRUE, .offline = TRUE, __VA_ARGS__ } },                             \
      { 39, CHANGE, words, arm, .press = press, .during = order_unknown, .codes = "", .data = &(const Fault){ .old = TRUE, .offline = TRUE, __VA_ARGS__ } },                        \
      { 39, REGISTRY, words, arm, .press = press, .during = instruction_unknown, .codes = "", .data = &(const Fault){ .old = TRUE, .order = TRUE, .offline = TRUE, __VA_ARGS__ } }, \
      { 39, APPROVE, words, arm, .press = press, .during = approval_void, .data = &(const Fault){ .old = TRUE, .offline = TRUE, __VA_ARGS__ } },                                    \
      { 39, SYNC, words, arm, .press = press, .during = not_live, .codes = "", .data = &(const Fault){ .old = TRUE, .offline = TRUE, __VA_ARGS__ } },                               \
  {                                                                                                                                                                                 \
    39, FEED | LOGIN, words, arm, .press = press, .data = &(const Fault) { .old = TRUE, .live = TRUE, __VA_ARGS__ }                                                                 \
  }

static const MatrixDriver drivers[] = {
  HELD ("another program writes in it", "BEGIN EXCLUSIVE"),
  HELD ("another program is about to write in it", "BEGIN IMMEDIATE"),
  HELD ("another program reads it", "BEGIN; SELECT count(*) FROM journal"),
  DAMAGED ("one bit of a record", one_bit, NULL),
  DAMAGED ("a record is gone", by_sql, "DROP TRIGGER journal_is_not_deleted; DELETE FROM journal WHERE seq = (SELECT max (seq) - 2 FROM journal)"),
  DAMAGED ("a record says something else", by_sql, "DROP TRIGGER journal_is_not_changed; UPDATE journal SET body = CAST ('x' AS BLOB) WHERE seq = (SELECT max (seq) - 1 FROM journal)"),
  CACHE ("no database", no_database, NULL),
  CACHE ("half of it", half, NULL),
  CACHE ("of another program", by_sql, "PRAGMA application_id = 7"),
  NEWER ("the next version", "PRAGMA user_version = 3"),
  NEWER ("a version far ahead", "PRAGMA user_version = 1000"),
  NEWER ("a version with another column", "ALTER TABLE journal ADD COLUMN later BLOB; PRAGMA user_version = 3"),
  OLD ("the journal alone", .heads_too = FALSE),
  OLD ("with its signed heads", .heads_too = TRUE),
  OLD ("the journal, and the cache is gone", .no_cache = TRUE),
};

const MatrixDriver *
matrix_start_drivers (guint *n)
{
  *n = G_N_ELEMENTS (drivers);
  return drivers;
}
