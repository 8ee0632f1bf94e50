/* cd-venue-db.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-venue-db.h"

#include <string.h>

#include "cd-id.h"

#define SNAPSHOTS_KEPT 2

struct _CdVenueDb
{
  CdDb *db;
  gboolean in_turn;
  gint64 count;
};

static const char *const migrations[] = {
  "CREATE TABLE identity (id INTEGER PRIMARY KEY CHECK (id = 1), epoch TEXT NOT NULL, packs TEXT NOT NULL, scenario TEXT NOT NULL,"
  " seed INTEGER NOT NULL, start_us INTEGER NOT NULL) STRICT;"
  "CREATE TABLE clock (id INTEGER PRIMARY KEY CHECK (id = 1), market_us INTEGER NOT NULL, rate_e3 INTEGER NOT NULL, paused INTEGER NOT NULL) STRICT;"
  "CREATE TABLE command (n INTEGER PRIMARY KEY, market_us INTEGER NOT NULL, server_us INTEGER NOT NULL, person TEXT NOT NULL, op INTEGER NOT NULL,"
  " key TEXT NOT NULL, account TEXT NOT NULL, deadline_us INTEGER NOT NULL, body TEXT NOT NULL, outcome TEXT NOT NULL) STRICT;",
  "CREATE TABLE session (id INTEGER PRIMARY KEY CHECK (id = 1), sha256 TEXT NOT NULL, quiet INTEGER NOT NULL) STRICT;",
  "CREATE TABLE snapshot (market_us INTEGER PRIMARY KEY, after INTEGER NOT NULL, version INTEGER NOT NULL, hash INTEGER NOT NULL,"
  " sha256 TEXT NOT NULL, state BLOB NOT NULL) STRICT;",
  NULL,
};

void
cd_venue_identity_clear (CdVenueIdentity *identity)
{
  g_clear_pointer (&identity->epoch, g_free);
  g_clear_pointer (&identity->packs, g_free);
  g_clear_pointer (&identity->scenario, g_free);
}

CdVenueDb *
cd_venue_db_open (CdEnv *env, const char *path, GError **error)
{
  g_autoptr (CdVenueDb) self = g_new0 (CdVenueDb, 1);

  self->db = cd_db_open (env, path, CD_DB_JOURNAL, CD_VENUE_DB_APPLICATION_ID, migrations, error);
  if (!self->db || !cd_db_query_int64 (self->db, "SELECT coalesce(max(n), 0) FROM command", &self->count, error))
    return NULL;
  return g_steal_pointer (&self);
}

CdVenueDb *
cd_venue_db_open_read_only (CdEnv *env, const char *path, GError **error)
{
  g_autoptr (CdVenueDb) self = g_new0 (CdVenueDb, 1);

  self->db = cd_db_open_read_only (env, path, CD_VENUE_DB_APPLICATION_ID, error);
  return self->db ? g_steal_pointer (&self) : NULL;
}

void
cd_venue_db_close (CdVenueDb *self)
{
  if (!self)
    return;
  /* What has not been committed was never acknowledged. */
  g_clear_pointer (&self->db, cd_db_close);
  g_free (self);
}

gint64
cd_venue_db_count (CdVenueDb *self)
{
  return self->count;
}

gboolean
cd_venue_db_identity (CdVenueDb *self, CdVenueIdentity *identity, GError **error)
{
  sqlite3_stmt *stmt = cd_db_statement (self->db, "SELECT epoch, packs, scenario, seed, start_us FROM identity", error);

  memset (identity, 0, sizeof *identity);
  if (!stmt || cd_db_step (self->db, stmt, error) != CD_DB_STEP_ROW)
    return FALSE;
  identity->epoch = g_strdup (cd_db_column_text (stmt, 0));
  identity->packs = g_strdup (cd_db_column_text (stmt, 1));
  identity->scenario = g_strdup (cd_db_column_text (stmt, 2));
  identity->seed = (guint64)sqlite3_column_int64 (stmt, 3);
  identity->start_us = sqlite3_column_int64 (stmt, 4);
  sqlite3_reset (stmt);
  return TRUE;
}

gboolean
cd_venue_db_set_identity (CdVenueDb *self, const CdVenueIdentity *identity, GError **error)
{
  sqlite3_stmt *stmt = cd_db_statement (self->db, "INSERT INTO identity (id, epoch, packs, scenario, seed, start_us) VALUES (1, ?1, ?2, ?3, ?4, ?5)", error);

  if (!stmt)
    return FALSE;
  sqlite3_bind_text (stmt, 1, identity->epoch, -1, SQLITE_TRANSIENT);
  sqlite3_bind_text (stmt, 2, identity->packs, -1, SQLITE_TRANSIENT);
  sqlite3_bind_text (stmt, 3, identity->scenario, -1, SQLITE_TRANSIENT);
  sqlite3_bind_int64 (stmt, 4, (gint64)identity->seed);
  sqlite3_bind_int64 (stmt, 5, identity->start_us);
  return cd_db_run (self->db, stmt, error);
}

gboolean
cd_venue_db_clock (CdVenueDb *self, CdVenueClockState *clock, GError **error)
{
  sqlite3_stmt *stmt = cd_db_statement (self->db, "SELECT market_us, rate_e3, paused FROM clock", error);

  if (!stmt || cd_db_step (self->db, stmt, error) != CD_DB_STEP_ROW)
    return FALSE;
  clock->market_us = sqlite3_column_int64 (stmt, 0);
  clock->rate_e3 = sqlite3_column_int64 (stmt, 1);
  clock->paused = sqlite3_column_int (stmt, 2) != 0;
  sqlite3_reset (stmt);
  return TRUE;
}

gboolean
cd_venue_db_session (CdVenueDb *self, char **sha256, gboolean *quiet, GError **error)
{
  sqlite3_stmt *stmt;
  CdDbStep step;

  *sha256 = NULL;
  *quiet = FALSE;
  /* A file of the first version, opened for looking, has no such table. */
  if (cd_db_version (self->db) < 2)
    return TRUE;
  stmt = cd_db_statement (self->db, "SELECT sha256, quiet FROM session", error);
  step = stmt ? cd_db_step (self->db, stmt, error) : CD_DB_STEP_ERROR;
  if (step == CD_DB_STEP_ROW)
    {
      *sha256 = g_strdup (cd_db_column_text (stmt, 0));
      *quiet = sqlite3_column_int (stmt, 1) != 0;
      sqlite3_reset (stmt);
    }
  return step != CD_DB_STEP_ERROR;
}

gboolean
cd_venue_db_set_session (CdVenueDb *self, const char *sha256, gboolean quiet, GError **error)
{
  sqlite3_stmt *stmt = cd_db_statement (self->db, "INSERT OR REPLACE INTO session (id, sha256, quiet) VALUES (1, ?1, ?2)", error);

  if (!stmt)
    return FALSE;
  sqlite3_bind_text (stmt, 1, sha256, -1, SQLITE_TRANSIENT);
  sqlite3_bind_int (stmt, 2, quiet ? 1 : 0);
  return cd_db_run (self->db, stmt, error);
}

gboolean
cd_venue_db_replay (CdVenueDb *self, gint64 after, CdVenueLogFunc func, gpointer data, GError **error)
{
  sqlite3_stmt *stmt = cd_db_statement (self->db, "SELECT n, market_us, server_us, person, op, key, account, deadline_us, body, outcome FROM command WHERE n > ?1 ORDER BY n", error);
  gint64 expected = after + 1;
  CdDbStep step;

  if (!stmt)
    return FALSE;
  sqlite3_bind_int64 (stmt, 1, after);
  while ((step = cd_db_step (self->db, stmt, error)) == CD_DB_STEP_ROW)
    {
      g_autoptr (CdWireCommand) command = cd_wire_command_new ((CdWireOp)sqlite3_column_int (stmt, 4),
                                                               cd_db_column_text (stmt, 5),
                                                               cd_db_column_text (stmt, 6),
                                                               sqlite3_column_int64 (stmt, 7),
                                                               cd_db_column_text (stmt, 8));
      const CdVenueLogRow row = {
        .n = sqlite3_column_int64 (stmt, 0),
        .market_us = sqlite3_column_int64 (stmt, 1),
        .server_us = sqlite3_column_int64 (stmt, 2),
        .person = cd_db_column_text (stmt, 3),
        .command = command,
        .outcome = cd_db_column_text (stmt, 9),
      };

      if (row.n != expected++)
        {
          g_set_error (error, CD_DB_ERROR, CD_DB_ERROR_CORRUPT, "%s: the command log holds row %" G_GINT64_FORMAT ", expected %" G_GINT64_FORMAT, cd_db_path (self->db), row.n, expected - 1);
          sqlite3_reset (stmt);
          return FALSE;
        }
      if (!func (&row, data, error))
        {
          sqlite3_reset (stmt);
          return FALSE;
        }
    }
  return step == CD_DB_STEP_DONE;
}

static gboolean
begin_turn (CdVenueDb *self, GError **error)
{
  if (!self->in_turn)
    self->in_turn = cd_db_begin (self->db, error);
  return self->in_turn;
}

gboolean
cd_venue_db_append (CdVenueDb *self, gint64 market_us, gint64 server_us, const char *person, const CdWireCommand *command, const char *outcome, GError **error)
{
  sqlite3_stmt *stmt;

  if (!begin_turn (self, error))
    return FALSE;
  stmt = cd_db_statement (self->db, "INSERT INTO command (n, market_us, server_us, person, op, key, account, deadline_us, body, outcome) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)", error);
  if (!stmt)
    return FALSE;
  sqlite3_bind_int64 (stmt, 1, self->count + 1);
  sqlite3_bind_int64 (stmt, 2, market_us);
  sqlite3_bind_int64 (stmt, 3, server_us);
  sqlite3_bind_text (stmt, 4, person, -1, SQLITE_TRANSIENT);
  sqlite3_bind_int (stmt, 5, (int)command->op);
  sqlite3_bind_text (stmt, 6, command->key, -1, SQLITE_TRANSIENT);
  sqlite3_bind_text (stmt, 7, command->account, -1, SQLITE_TRANSIENT);
  sqlite3_bind_int64 (stmt, 8, command->deadline_us);
  sqlite3_bind_text (stmt, 9, command->body, -1, SQLITE_TRANSIENT);
  sqlite3_bind_text (stmt, 10, outcome, -1, SQLITE_TRANSIENT);
  if (!cd_db_run (self->db, stmt, error))
    return FALSE;
  self->count++;
  return TRUE;
}

/* --- Snapshots --------------------------------------------------------------------------------------------------------- */

void
cd_venue_snapshot_clear (CdVenueSnapshot *snapshot)
{
  g_clear_pointer (&snapshot->state, g_bytes_unref);
}

static char *
sha256_of (GBytes *state)
{
  gsize len;
  const void *data = g_bytes_get_data (state, &len);

  return cd_sha256_hex (data ? data : "", len);
}

gboolean
cd_venue_db_put_snapshot (CdVenueDb *self, const CdVenueSnapshot *snapshot, GError **error)
{
  g_autofree char *sha256 = sha256_of (snapshot->state);
  sqlite3_stmt *stmt;
  gsize len;
  const void *data = g_bytes_get_data (snapshot->state, &len);

  if (!begin_turn (self, error))
    return FALSE;
  stmt = cd_db_statement (self->db, "INSERT OR REPLACE INTO snapshot (market_us, after, version, hash, sha256, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6)", error);
  if (!stmt)
    return FALSE;
  sqlite3_bind_int64 (stmt, 1, snapshot->market_us);
  sqlite3_bind_int64 (stmt, 2, snapshot->after);
  sqlite3_bind_int64 (stmt, 3, snapshot->version);
  sqlite3_bind_int64 (stmt, 4, (gint64)snapshot->hash);
  sqlite3_bind_text (stmt, 5, sha256, -1, SQLITE_TRANSIENT);
  cd_db_bind_bytes (stmt, 6, data, len);
  if (!cd_db_run (self->db, stmt, error))
    return FALSE;
  stmt = cd_db_statement (self->db, "DELETE FROM snapshot WHERE market_us NOT IN (SELECT market_us FROM snapshot ORDER BY market_us DESC LIMIT ?1)", error);
  if (!stmt)
    return FALSE;
  sqlite3_bind_int (stmt, 1, SNAPSHOTS_KEPT);
  return cd_db_run (self->db, stmt, error);
}

GArray *
cd_venue_db_snapshots (CdVenueDb *self, GError **error)
{
  g_autoptr (GArray) found = g_array_new (FALSE, TRUE, sizeof (CdVenueSnapshot));
  sqlite3_stmt *stmt = cd_db_statement (self->db, "SELECT market_us, after, version, hash, sha256, state FROM snapshot ORDER BY market_us DESC", error);
  CdDbStep step = CD_DB_STEP_ERROR;

  g_array_set_clear_func (found, (GDestroyNotify)cd_venue_snapshot_clear);
  while (stmt && (step = cd_db_step (self->db, stmt, error)) == CD_DB_STEP_ROW)
    {
      CdVenueSnapshot row = {
        .market_us = sqlite3_column_int64 (stmt, 0),
        .after = sqlite3_column_int64 (stmt, 1),
        .version = sqlite3_column_int64 (stmt, 2),
        .hash = (guint64)sqlite3_column_int64 (stmt, 3),
        .state = cd_db_column_bytes (stmt, 5),
      };
      g_autofree char *sha256 = sha256_of (row.state);

      row.is_whole = g_strcmp0 (sha256, cd_db_column_text (stmt, 4)) == 0;
      g_array_append_val (found, row);
    }
  return step == CD_DB_STEP_DONE ? g_steal_pointer (&found) : NULL;
}

gboolean
cd_venue_db_commit (CdVenueDb *self, const CdVenueClockState *clock, GError **error)
{
  sqlite3_stmt *stmt;

  if (!begin_turn (self, error))
    return FALSE;
  stmt = cd_db_statement (self->db, "INSERT INTO clock (id, market_us, rate_e3, paused) VALUES (1, ?1, ?2, ?3) ON CONFLICT (id) DO UPDATE SET market_us = ?1, rate_e3 = ?2, paused = ?3", error);
  if (!stmt)
    return FALSE;
  sqlite3_bind_int64 (stmt, 1, clock->market_us);
  sqlite3_bind_int64 (stmt, 2, clock->rate_e3);
  sqlite3_bind_int (stmt, 3, clock->paused ? 1 : 0);
  if (!cd_db_run (self->db, stmt, error))
    return FALSE;
  self->in_turn = FALSE;
  return cd_db_commit (self->db, error);
}
