/* test-db-faults.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is left after a fault at every operation, and after a power loss before every operation: a whole file that holds every
 * commit that was reported.
 */
#include "cd-db.h"
#include "cd-paths.h"
#include "fault-vfs.h"

#include <glib/gstdio.h>
#include <string.h>

#define APP_ID 0x43447473
#define N_COMMITS 12

static const char *const migrations[] = {
  "CREATE TABLE item (id INTEGER PRIMARY KEY, name BLOB NOT NULL) STRICT;",
  "CREATE TABLE other (id INTEGER PRIMARY KEY) STRICT; INSERT INTO other VALUES (7);",
  NULL,
};

typedef struct
{
  char *dir;
  char *file;
  char *image_dir;
  char *image;
} Fixture;

static void
make_dirs (Fixture *f)
{
  f->dir = g_dir_make_tmp ("cd-faults-XXXXXX", NULL);
  f->file = g_build_filename (f->dir, "test.db", NULL);
  f->image_dir = g_build_filename (f->dir, "image", NULL);
  f->image = g_build_filename (f->image_dir, "test.db", NULL);
  g_assert_cmpint (g_mkdir (f->image_dir, 0700), ==, 0);
}

static void
remove_dirs (Fixture *f)
{
  g_assert_true (cd_paths_remove_tree (f->dir, NULL));
  g_free (f->dir);
  g_free (f->file);
  g_free (f->image_dir);
  g_free (f->image);
}

/* Opens, commits, checkpoints now and then. Returns how many commits were reported; at the moment of the power loss in @at_crash. */
static gint64
flow (CdEnv *env, const char *file, gint64 *at_crash)
{
  g_autoptr (CdDb) db = cd_db_open (env, file, CD_DB_JOURNAL, APP_ID, migrations, NULL);
  gint64 reported = 0;

  *at_crash = fault_vfs.crashed ? 0 : -1;
  for (gint64 i = 1; db != NULL && i <= N_COMMITS; i++)
    {
      g_autofree char *sql = g_strdup_printf ("INSERT INTO item VALUES (%" G_GINT64_FORMAT ", randomblob (%" G_GINT64_FORMAT "))", i, 200 + i * 700);
      gboolean before = fault_vfs.crashed;

      if (cd_db_begin (db, NULL))
        {
          gboolean ok = cd_db_exec (db, sql, NULL);
          if (!ok)
            cd_db_rollback (db);
          else
            ok = cd_db_commit (db, NULL);
          if (!before && fault_vfs.crashed)
            *at_crash = reported;
          if (!ok)
            break;
          reported = i;
        }
      if (i % 5 == 0)
        {
          before = fault_vfs.crashed;
          cd_db_checkpoint (db, NULL);
          if (!before && fault_vfs.crashed)
            *at_crash = reported;
        }
    }
  if (*at_crash < 0)
    *at_crash = reported;
  return reported;
}

static gint64
query (CdDb *db, const char *sql)
{
  g_autoptr (GError) error = NULL;
  gint64 value = -1;
  g_assert_true (cd_db_query_int64 (db, sql, &value, &error));
  g_assert_no_error (error);
  return value;
}

/* @in_flight: how many commits more than those reported may be there */
static void
check_file (const char *file, gint64 reported, gint64 in_flight)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CdDb) db = NULL;
  gint64 n;

  g_chmod (file, 0600);
  db = cd_db_open (cd_env_default (), file, CD_DB_JOURNAL, APP_ID, migrations, &error);
  g_assert_no_error (error);
  g_assert_true (cd_db_quick_check (db, &error));
  g_assert_no_error (error);
  n = query (db, "SELECT count(*) FROM item");
  g_assert_cmpint (n, >=, reported);
  g_assert_cmpint (n, <=, reported + in_flight);
  g_assert_cmpint (query (db, "SELECT coalesce (max (id), 0) FROM item"), ==, n);
  g_assert_cmpint (query (db, "SELECT id FROM other"), ==, 7);
}

static void
test_faults (gconstpointer data)
{
  FaultKind kind = (FaultKind)GPOINTER_TO_INT (data);
  guint hits = 0;

  for (guint sticky = 0; sticky < 2; sticky++)
    for (guint at = 1;; at++)
      {
        Fixture f;
        gint64 unused;
        g_autoptr (CdEnv) env = fault_vfs_env ();

        make_dirs (&f);
        fault_vfs.kind = kind;
        fault_vfs.fault_at = at;
        fault_vfs.sticky = sticky;
        gint64 reported = flow (env, f.file, &unused);
        gboolean hit = fault_vfs.hit;
        guint ops = fault_vfs.ops;
        fault_vfs.kind = FAULT_NONE;
        /* A commit whose report failed may be there: its outcome is unknown until the file is read again. */
        check_file (f.file, reported, 1);
        remove_dirs (&f);
        hits += hit;
        if (at > ops)
          break;
        /* Spilling the log to its first size is a thousand equal writes: every one of them is not needed. */
        if (at > 60)
          at += (guint)g_test_rand_int_range (20, 120);
      }
  g_test_message ("%u faults met", hits);
  g_assert_cmpuint (hits, >, 20);
}

static void
test_power_loss (void)
{
  guint images = 0;
  guint step = 1;

  for (guint at = 1;; at += step)
    {
      gboolean crashed = FALSE;
      for (guint variant = 0; variant < 2; variant++)
        {
          Fixture f;
          gint64 at_crash;
          g_autoptr (CdEnv) env = fault_vfs_env ();

          make_dirs (&f);
          fault_vfs.crash_at = at;
          fault_vfs.crash_to = f.image_dir;
          fault_vfs.crash_seed = (guint32)g_test_rand_int ();
          flow (env, f.file, &at_crash);
          crashed = fault_vfs.crashed;
          if (crashed && g_file_test (f.image, G_FILE_TEST_EXISTS))
            {
              check_file (f.image, at_crash, 1);
              images++;
            }
          remove_dirs (&f);
        }
      if (!crashed)
        break;
      step = at > 60 ? (guint)g_test_rand_int_range (10, 60) : 1;
    }
  g_test_message ("%u images opened", images);
  g_assert_cmpuint (images, >, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/db-faults/write", GINT_TO_POINTER (FAULT_WRITE), test_faults);
  g_test_add_data_func ("/db-faults/full", GINT_TO_POINTER (FAULT_FULL), test_faults);
  g_test_add_data_func ("/db-faults/sync", GINT_TO_POINTER (FAULT_SYNC), test_faults);
  g_test_add_data_func ("/db-faults/short", GINT_TO_POINTER (FAULT_SHORT), test_faults);
  g_test_add_data_func ("/db-faults/read", GINT_TO_POINTER (FAULT_READ), test_faults);
  g_test_add_func ("/db-faults/power-loss", test_power_loss);
  return g_test_run ();
}
