/* test-power.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Power loss. While a journal is begun, filled, checkpointed and closed, the disk is pictured before every operation, many times:
 * of the writes that no sync had confirmed some landed whole, some in part, some not, in any combination. Each picture must open,
 * be whole by SQLite's own check, hold every record that was reported, none that was not begun, and an unbroken chain; and the
 * signed head must not be ahead of it. Then the same while such a picture is being recovered.
 */
#include "cd-head.h"
#include "cd-paths.h"
#include "fault-vfs.h"
#include "journal-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#define BATCHES 10
#define KEPT 6 /* pictures that are recovered with another power loss */

typedef struct
{
  char *dir, *work, *image;
  gint64 reported;  /* durable by word of the journal */
  gint64 begun;     /* may be there */
  guint n_variants; /* pictures an operation */
  guint images;
  guint kept;
  gint64 kept_reported[KEPT], kept_begun[KEPT];
  gboolean keeping;
} Power;

static guint
number_of (const char *variable, guint usual)
{
  const char *text = g_getenv (variable);
  return text ? (guint)g_ascii_strtoull (text, NULL, 10) : usual;
}

static void
copy_file (const char *from, const char *to)
{
  g_autofree char *bytes = NULL;
  gsize len;

  g_assert_true (g_file_get_contents (from, &bytes, &len, NULL));
  g_assert_true (g_file_set_contents_full (to, bytes, (gssize)len, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
}

static void
copy_all (const char *from, const char *to)
{
  g_autoptr (GDir) dir = g_dir_open (from, 0, NULL);
  const char *name;

  g_assert_cmpint (g_mkdir_with_parents (to, 0700), ==, 0);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *source = g_build_filename (from, name, NULL);
      g_autofree char *target = g_build_filename (to, name, NULL);

      copy_file (source, target);
    }
}

static void
check_integrity (CdJournal *journal)
{
  sqlite3_stmt *stmt;

  g_assert_cmpint (sqlite3_prepare_v2 (cd_db_handle (cd_journal_db (journal)), "PRAGMA integrity_check", -1, &stmt, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_ROW);
  g_assert_cmpstr ((const char *)sqlite3_column_text (stmt, 0), ==, "ok");
  sqlite3_finalize (stmt);
}

/* Through the plain door, as after a restart. */
static void
check_image (Power *power, gint64 reported, gint64 begun)
{
  g_autofree char *file = g_build_filename (power->image, "journal.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (CdJournal) journal = NULL;
  gboolean writing;
  CdHead head;

  /* Nothing was promised before the file was there. */
  if (!g_file_test (file, G_FILE_TEST_EXISTS) && reported == 0)
    return;
  /* Opening for writing brings the log to its size, which is dear: every eighth time, and always when nothing is there yet. */
  writing = power->images % 8 == 0 || reported == 0;
  journal = writing ? cd_journal_open (cd_env_default (), file, &error) : cd_journal_open_read_only (cd_env_default (), file, &error);
  g_assert_no_error (error);
  check_integrity (journal);
  g_assert_cmpint (cd_journal_last_seq (journal), >=, reported);
  g_assert_cmpint (cd_journal_last_seq (journal), <=, begun);
  g_assert_true (cd_head_read (file, NULL, NULL, &head, &error));
  g_assert_true (cd_journal_verify (journal, &head.anchor, &error));
  g_assert_no_error (error);
  if (writing)
    g_assert_cmpint (cd_journal_append (journal, "session", "", "x", 1, &error), >, reported);
  g_assert_no_error (error);
}

static void
clear_image (Power *power)
{
  g_assert_true (cd_paths_remove_tree (power->image, NULL));
  g_assert_cmpint (g_mkdir (power->image, 0700), ==, 0);
}

static void
picture (gpointer data)
{
  Power *power = data;
  guint n = power->n_variants;

  /* Bringing the log to its size is a thousand equal writes: few of them are pictured. */
  if (power->begun == 0 && fault_vfs.ops > 60)
    n = fault_vfs.ops % 97 == 0 ? 1 : 0;
  for (guint i = 0; i < n; i++)
    {
      static const char *const beside[] = { "journal.db.head", "journal.db.key", "journal.db.pub", "journal.db", "journal.db-wal" };

      clear_image (power);
      fault_vfs_image (power->image, (guint32)g_test_rand_int ());
      for (guint k = 0; k < G_N_ELEMENTS (beside); k++)
        {
          g_autofree char *from = g_build_filename (power->work, beside[k], NULL);
          g_autofree char *to = g_build_filename (power->image, beside[k], NULL);
          /* What nobody has opened yet lies as it lay. */
          if (g_file_test (from, G_FILE_TEST_EXISTS) && !g_file_test (to, G_FILE_TEST_EXISTS))
            copy_file (from, to);
        }
      if (power->keeping && power->kept < KEPT && power->begun > 0 && g_test_rand_int_range (0, 25) == 0)
        {
          g_autofree char *kept = g_strdup_printf ("%s/kept-%u", power->dir, power->kept);
          copy_all (power->image, kept);
          power->kept_reported[power->kept] = power->reported;
          power->kept_begun[power->kept++] = power->begun;
        }
      check_image (power, power->reported, power->begun);
      power->images++;
    }
}

static void
flow (Power *power, CdEnv *env)
{
  g_autofree char *file = g_build_filename (power->work, "journal.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (CdJournal) journal = cd_journal_open (env, file, &error);
  g_autoptr (CdSigner) signer = cd_signer_open (file, NULL);
  CdJournalAnchor head;

  g_assert_no_error (error);
  for (guint batch = 0; batch < BATCHES; batch++)
    {
      guint n = (guint)g_test_rand_int_range (1, 6);

      power->begun = cd_journal_last_seq (journal) + n;
      g_assert_true (cd_journal_begin (journal, NULL));
      for (guint i = 0; i < n; i++)
        {
          gsize len = (gsize)g_test_rand_int_range (1, 9000);
          g_autofree char *body = g_strnfill (len, 'b');
          g_assert_cmpint (cd_journal_append (journal, CD_JOURNAL_ORDER_INTENT, "PXKEY", body, len, NULL), >, 0);
        }
      g_assert_true (cd_journal_commit (journal, NULL));
      power->reported = cd_journal_last_seq (journal);
      cd_journal_head (journal, &head);
      g_assert_true (cd_signer_write (signer, &head, 0, FALSE, NULL));
      if (batch % 3 == 2)
        g_assert_true (cd_db_checkpoint (cd_journal_db (journal), NULL));
    }
}

static Power *
power_new (void)
{
  Power *power = g_new0 (Power, 1);
  g_autofree char *memory = g_strdup ("/dev/shm/cd-power-XXXXXX");

  /* The disk is a model: where its pictures lie makes no difference. */
  power->dir = g_mkdtemp (memory) ? g_strdup (memory) : g_dir_make_tmp ("cd-power-XXXXXX", NULL);
  power->work = g_build_filename (power->dir, "work", NULL);
  power->image = g_build_filename (power->dir, "image", NULL);
  g_assert_cmpint (g_mkdir (power->work, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (power->image, 0700), ==, 0);
  return power;
}

static void
power_free (Power *power)
{
  g_assert_true (cd_paths_remove_tree (power->dir, NULL));
  g_free (power->dir);
  g_free (power->work);
  g_free (power->image);
  g_free (power);
}

/* Recovery of one picture: opened, one record appended, checkpointed, closed; the power goes before every operation of that. */
static guint
recover (Power *power, guint number)
{
  g_autofree char *kept = g_strdup_printf ("%s/kept-%u", power->dir, number);
  g_autofree char *file = g_build_filename (power->work, "journal.db", NULL);
  g_autoptr (CdEnv) env = fault_vfs_env ();
  g_autoptr (GError) error = NULL;
  guint before = power->images;

  g_assert_true (cd_paths_remove_tree (power->work, NULL));
  copy_all (kept, power->work);
  power->reported = power->kept_reported[number];
  power->begun = power->kept_begun[number];
  fault_vfs.at_op = picture;
  fault_vfs.at_op_data = power;
  CdJournal *journal = cd_journal_open (env, file, &error);
  g_assert_no_error (error);
  power->begun = MAX (power->begun, cd_journal_last_seq (journal) + 1);
  g_assert_cmpint (cd_journal_append (journal, "session", "", "x", 1, NULL), >, 0);
  power->reported = cd_journal_last_seq (journal);
  power->begun = power->reported;
  g_assert_true (cd_db_checkpoint (cd_journal_db (journal), NULL));
  cd_journal_close (journal);
  fault_vfs.at_op = NULL;
  return power->images - before;
}

static void
test_power_loss (void)
{
  guint rounds = number_of ("CARBONDESK_POWER_ROUNDS", 1), images = 0, compound = 0;

  for (guint round = 0; round < rounds; round++)
    {
      Power *power = power_new ();
      CdEnv *env = fault_vfs_env ();

      power->n_variants = number_of ("CARBONDESK_POWER_VARIANTS", 3);
      power->keeping = TRUE;
      fault_vfs.at_op = picture;
      fault_vfs.at_op_data = power;
      flow (power, env);
      fault_vfs.at_op = NULL;
      cd_env_unref (env);
      images += power->images;
      power->keeping = FALSE;
      power->n_variants = 1;
      for (guint i = 0; i < power->kept; i++)
        compound += recover (power, i);
      power_free (power);
    }
  g_test_message ("%u pictures after a power loss, %u after one more during recovery: all whole", images, compound);
  g_assert_cmpuint (images, >, 300);
  g_assert_cmpuint (compound, >, 50);
}

/* A journal of version 1 becomes one of today: the power goes before every operation of the way, the copy put aside included. */
static void
test_migration (void)
{
  Power *power = power_new ();
  g_autofree char *file = g_build_filename (power->work, "journal.db", NULL);
  CdEnv *env = fault_vfs_env ();
  g_autoptr (GError) error = NULL;

  journal_fixture_make_v1 (file, 30);
  power->reported = power->begun = 30;
  power->n_variants = 1;
  fault_vfs.at_op = picture;
  fault_vfs.at_op_data = power;
  CdJournal *journal = cd_journal_open (env, file, &error);
  g_assert_no_error (error);
  fault_vfs.at_op = NULL;
  cd_journal_close (journal);
  cd_env_unref (env);
  g_test_message ("%u pictures while a journal of version 1 is migrated: none lost a record", power->images);
  g_assert_cmpuint (power->images, >, 50);
  power_free (power);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/power/loss", test_power_loss);
  g_test_add_func ("/power/migration", test_migration);
  return g_test_run ();
}
