/* test-disk.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A disk that is full, or that fails at any operation, once or from there on: what was reported is there, what was not may be
 * there once, and after doubt nothing is written.
 */
#include "fault-vfs.h"
#include "store-fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- Room on the disk ------------------------------------------------------------------------------------------------- */

static void
test_full_disk_uses_the_reserve (Fixture *f, gconstpointer data)
{
  CdStore *store;
  Answers answers = { NULL, 1, 0, 0, 0 };
  g_autofree char *reserve = g_build_filename (cd_paths_data_dir (f->paths), "reserve", NULL);
  g_autofree char *problem = NULL, *later = NULL;
  struct stat st;

  cd_env_unref (f->env);
  f->env = fault_vfs_env ();
  cd_env_test_set_free_bytes (f->env, G_GINT64_CONSTANT (600000000));
  store = answers.store = open_ok (f);
  g_assert_cmpint (stat (reserve, &st), ==, 0);
  g_assert_cmpint (st.st_size, ==, CD_RESERVE_BYTES);
  g_assert_cmpint ((gint64)st.st_blocks * 512, >=, CD_RESERVE_BYTES);
  g_assert_cmpint (cd_store_get_space (store), ==, CD_SPACE_OK);
  cd_env_test_set_free_bytes (f->env, 499999999);
  append (&answers, "1");
  WAIT_FOR (answers.n == 1);
  g_assert_cmpint (cd_store_get_space (store), ==, CD_SPACE_WARN);
  cd_env_test_set_free_bytes (f->env, 63999999);
  cd_store_look (store);
  g_assert_cmpint (cd_store_get_space (store), ==, CD_SPACE_LOW);

  /* Full once: the reserve goes, and the cancel is written. */
  fault_vfs.kind = FAULT_FULL;
  fault_vfs.fault_at = fault_vfs.ops + 1;
  append (&answers, "cancel");
  WAIT_FOR (answers.n == 2);
  g_assert_true (fault_vfs.hit);
  g_assert_cmpuint (answers.failed, ==, 0);
  g_assert_cmpint (stat (reserve, &st), !=, 0);

  /* Full without a reserve: said, and over when there is room. */
  fault_vfs.hit = FALSE;
  fault_vfs.fault_at = fault_vfs.ops + 1;
  fault_vfs.sticky = TRUE;
  append (&answers, "no room");
  WAIT_FOR (answers.n == 3);
  g_assert_cmpuint (answers.failed, ==, 1);
  g_assert_cmpint (answers.code, ==, CD_DB_ERROR_FULL);
  problem = cd_store_get_problem (store);
  g_assert_nonnull (problem);
  fault_vfs.kind = FAULT_NONE;
  cd_env_test_set_free_bytes (f->env, G_GINT64_CONSTANT (600000000));
  append (&answers, "room again");
  WAIT_FOR (answers.n == 4);
  g_assert_cmpuint (answers.failed, ==, 1);
  later = cd_store_get_problem (store);
  g_assert_cmpstr (later, ==, NULL);
  g_assert_cmpint (stat (reserve, &st), ==, 0);
  close_store (store);
}

/* --- Every operation fails once, or from there on: P23 ------------------------------------------------------------------- */

typedef struct
{
  const char *kind, *body;
} Step;

static const Step flows[][4] = {
  { { CD_JOURNAL_ORDER_INTENT, "new" }, { CD_JOURNAL_ORDER_SENDING, "" }, { CD_JOURNAL_ORDER_EVENT, "accepted" } },
  { { CD_JOURNAL_ORDER_EVENT, "fill" }, { CD_JOURNAL_ORDER_EVENT, "fill 2" } },
  { { CD_JOURNAL_ORDER_INTENT, "cancel" }, { CD_JOURNAL_ORDER_SENDING, "" }, { CD_JOURNAL_ORDER_EVENT, "cancelled" } },
  { { CD_JOURNAL_INSTRUCTION_INTENT, "propose" }, { CD_JOURNAL_INSTRUCTION_SENDING, "" }, { CD_JOURNAL_INSTRUCTION_EVENT, "received" } },
  { { CD_JOURNAL_IMPORT, "date,close" } },
};

typedef struct
{
  GPtrArray *told; /* (element-type utf8): bodies reported durable */
  GPtrArray *begun;
} Kept;

static gboolean
run_step (CdStore *store, const Step *step, Kept *kept)
{
  g_autoptr (GBytes) bytes = g_bytes_new (step->body, strlen (step->body));
  g_autoptr (GAsyncResult) result = NULL;
  gboolean ok;

  g_ptr_array_add (kept->begun, (gpointer)step->kind);
  if (g_str_equal (step->kind, CD_JOURNAL_IMPORT))
    {
      cd_store_import_async (store, step->kind, bytes, NULL, NULL, result_cb, &result);
      WAIT_FOR (result != NULL);
      g_autofree char *sha256 = cd_store_import_finish (store, result, NULL);
      ok = sha256 != NULL;
    }
  else
    {
      cd_store_append_async (store, step->kind, "PXKEY", bytes, NULL, result_cb, &result);
      WAIT_FOR (result != NULL);
      ok = cd_store_append_finish (store, result, NULL) > 0;
    }
  if (ok)
    g_ptr_array_add (kept->told, (gpointer)step->kind);
  return ok;
}

static gboolean
kind_cb (const CdJournalRow *row, gpointer data)
{
  if (!g_str_equal (row->kind, CD_JOURNAL_ALERT))
    g_ptr_array_add (data, g_strdup (row->kind));
  return TRUE;
}

/* What was told is there in its order; what was not told may be there, once; nothing else is. */
static void
check_kept (Fixture *f, const Kept *kept)
{
  g_autoptr (CdEnv) env = g_steal_pointer (&f->env);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  CdStore *store;

  f->env = cd_env_ref (cd_env_default ());
  /* The VFS made them; the profile's own door makes them private. */
  g_chmod (cd_paths_journal_file (f->paths), 0600);
  g_chmod (cd_paths_cache_file (f->paths), 0600);
  store = open_ok (f);
  g_autofree char *problem = cd_store_get_problem (store);
  g_assert_cmpstr (problem, ==, NULL);
  cd_store_replay (store, kind_cb, found);
  g_assert_cmpuint (found->len, >=, kept->told->len);
  g_assert_cmpuint (found->len, <=, kept->begun->len);
  for (guint i = 0; i < kept->told->len; i++)
    g_assert_cmpstr (found->pdata[i], ==, kept->told->pdata[i]);
  close_store (store);
  cd_env_unref (f->env);
  f->env = g_steal_pointer (&env);
}

static gboolean
one_fault (gsize flow, FaultKind kind, gboolean sticky, guint at)
{
  Fixture f;
  g_autoptr (GPtrArray) told = g_ptr_array_new (), begun = g_ptr_array_new ();
  Kept kept = { told, begun };
  guint first;
  gboolean hit, more;

  set_up (&f, NULL);
  cd_env_unref (f.env);
  f.env = fault_vfs_env ();
  cd_env_test_set_free_bytes (f.env, CD_SPACE_LOW_BYTES); /* room, and none for a reserve */
  CdStore *store = open_ok (&f);
  first = fault_vfs.ops;
  fault_vfs.kind = kind;
  fault_vfs.fault_at = first + at;
  fault_vfs.sticky = sticky;
  for (gsize i = 0; i < G_N_ELEMENTS (flows[flow]) && flows[flow][i].kind != NULL; i++)
    if (!run_step (store, &flows[flow][i], &kept))
      break;
  hit = fault_vfs.hit;
  /* After doubt about the disk nothing is written any more, whatever the disk says later. */
  if (hit && kind == FAULT_SYNC && told->len < begun->len && begun->len > 0 && !g_str_equal (begun->pdata[begun->len - 1], CD_JOURNAL_IMPORT))
    {
      fault_vfs.kind = FAULT_NONE;
      g_assert_false (run_step (store, &flows[0][0], &kept));
    }
  more = fault_vfs.ops >= first + at;
  close_store (store);
  fault_vfs.kind = FAULT_NONE;
  check_kept (&f, &kept);
  tear_down (&f, NULL);
  return more;
}

static void
test_every_operation (void)
{
  static const FaultKind kinds[] = { FAULT_WRITE, FAULT_FULL, FAULT_SHORT, FAULT_SYNC, FAULT_BUSY };
  guint made = 0, every = g_getenv ("CARBONDESK_EVERY_OPERATION") ? 1 : 12;

  for (gsize flow = 0; flow < G_N_ELEMENTS (flows); flow++)
    for (gsize k = 0; k < G_N_ELEMENTS (kinds); k++)
      for (guint sticky = 0; sticky < 2; sticky++)
        for (guint at = 1; one_fault (flow, kinds[k], sticky, at); at += at < 8 ? 1 : (guint)g_test_rand_int_range (1, every + 1))
          made++;
  g_test_message ("%u operations failed on purpose", made);
  g_assert_cmpuint (made, >, 200);
}

int
main (int argc, char **argv)
{
  /* The faults come from the VFS, not from the disk below it. */
  if (access ("/dev/shm", W_OK) == 0)
    g_assert_true (g_setenv ("TMPDIR", "/dev/shm", TRUE));
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/disk/full", Fixture, NULL, set_up, test_full_disk_uses_the_reserve, tear_down);
  g_test_add_func ("/disk/every-operation", test_every_operation);
  return g_test_run ();
}
