/* cd-db-schema.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Migrations, and the check that a file holds exactly the tables its version says: a planted trigger or view, or a column whose
 * type was changed by hand, is found by building the same schema in memory and comparing.
 */
#include "cd-db-private.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static gboolean
run_migration (CdDb *db, gint32 application_id, int version, const char *sql, GError **error)
{
  g_autofree char *stamp = g_strdup_printf ("PRAGMA application_id = %d; PRAGMA user_version = %d;", application_id, version);
  g_autoptr (GError) local = NULL;

  if (!cd_db_begin (db, error))
    return FALSE;
  if (cd_db_exec (db, sql, &local) && cd_db_exec (db, stamp, &local) && cd_db_commit (db, &local))
    return TRUE;
  cd_db_rollback (db);
  g_set_error (error, CD_DB_ERROR, local->code, "migration %d failed: %s", version, local->message);
  return FALSE;
}

/* A journal is irreplaceable: before its first change by a newer program the whole of it is put aside, in one piece. A copy that is
 * there already was made by a migration that did not end: it is made again, since the file has not changed. */
static gboolean
put_aside (CdDb *db, int newest, GError **error)
{
  g_autofree char *copy = NULL;

  if (db->profile != CD_DB_JOURNAL || db->version == 0 || db->version == newest || strcmp (db->path, ":memory:") == 0)
    return TRUE;
  copy = g_strdup_printf ("%s.v%d", db->path, db->version);
  if (unlink (copy) != 0 && errno != ENOENT)
    {
      g_set_error (error, CD_DB_ERROR, CD_DB_ERROR_OPEN, "%s: an old copy cannot be replaced: %s", copy, g_strerror (errno));
      return FALSE;
    }
  return cd_db_backup (db, copy, error);
}

gboolean
cd_db_migrate (CdDb *db, gint32 application_id, const char *const *migrations, GError **error)
{
  int newest = (int)g_strv_length ((GStrv)migrations);

  g_assert (newest > 0 && db->version <= newest);
  if (!put_aside (db, newest, error))
    return FALSE;
  while (db->version < newest)
    {
      if (!run_migration (db, application_id, db->version + 1, migrations[db->version], error))
        return FALSE;
      db->version++;
    }
  return TRUE;
}

/* One line per object, in a fixed order. Statistics tables of SQLite itself are not ours to judge. */
static char *
describe_schema (CdDb *db, GError **error)
{
  static const char sql[] = "SELECT type, name, tbl_name, coalesce (sql, '') FROM sqlite_schema "
                            "WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name";
  sqlite3_stmt *stmt = cd_db_statement (db, sql, error);
  g_autoptr (GString) text = g_string_new (NULL);
  CdDbStep step;

  if (stmt == NULL)
    return NULL;
  while ((step = cd_db_step (db, stmt, error)) == CD_DB_STEP_ROW)
    g_string_append_printf (text, "%s %s on %s: %s\n", cd_db_column_text (stmt, 0), cd_db_column_text (stmt, 1),
                            cd_db_column_text (stmt, 2), cd_db_column_text (stmt, 3));
  return step == CD_DB_STEP_DONE ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

static char *
first_difference (const char *got, const char *expected)
{
  g_auto (GStrv) a = g_strsplit (got, "\n", -1);
  g_auto (GStrv) b = g_strsplit (expected, "\n", -1);

  for (guint i = 0; a[i] != NULL; i++)
    if (*a[i] != '\0' && !g_strv_contains ((const char *const *)b, a[i]))
      return g_strdup_printf ("not expected: %s", a[i]);
  for (guint i = 0; b[i] != NULL; i++)
    if (*b[i] != '\0' && !g_strv_contains ((const char *const *)a, b[i]))
      return g_strdup_printf ("missing: %s", b[i]);
  return g_strdup ("the order of objects");
}

gboolean
cd_db_check_schema (CdDb *db, const char *const *migrations, GError **error)
{
  g_autofree char *got = describe_schema (db, error);
  g_autofree char *expected = NULL;
  g_autofree char *difference = NULL;
  CdDb model = { .path = (char *)":memory:", .env = db->env };
  int rc;

  if (got == NULL)
    return FALSE;
  rc = sqlite3_open_v2 (":memory:", &model.handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
  model.statements = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, cd_db_statement_free);
  for (guint i = 0; rc == SQLITE_OK && migrations[i] != NULL; i++)
    rc = sqlite3_exec (model.handle, migrations[i], NULL, NULL, NULL);
  if (rc == SQLITE_OK)
    expected = describe_schema (&model, error);
  else
    cd_db_fail (&model, rc, "migrations do not run on an empty database", error);
  g_hash_table_unref (model.statements);
  sqlite3_close (model.handle);
  if (expected == NULL)
    return FALSE;
  if (strcmp (got, expected) == 0)
    return TRUE;
  difference = first_difference (got, expected);
  g_set_error (error, CD_DB_ERROR, CD_DB_ERROR_SCHEMA, "%s: the tables are not those of version %d: %s", db->path, db->version, difference);
  return FALSE;
}
