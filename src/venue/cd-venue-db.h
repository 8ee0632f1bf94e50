/* cd-venue-db.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the practice venue must not forget: who it is (epoch, packs, scenario, seed, start), every command it has answered, and
 * how far market time had come. The engine is deterministic, so these give back the whole state. A turn of the main loop is one
 * durable commit, and nothing leaves before it.
 *
 * Thread: the venue's only one.
 */
#pragma once

#include "cd-db.h"
#include "cd-wire-order.h"

G_BEGIN_DECLS

#define CD_VENUE_DB_APPLICATION_ID 0x43445631 /* "CDV1" */

typedef struct _CdVenueDb CdVenueDb;

/**
 * CdVenueIdentity: what the log is only valid with. Strings are owned.
 * @packs: ids and hashes, in order: "cn-cea sha256:…\n…"
 */
typedef struct
{
  char *epoch;
  char *packs;
  char *scenario;
  guint64 seed;
  gint64 start_us; /* market time of the start, 0 = the scenario's own */
} CdVenueIdentity;
void cd_venue_identity_clear (CdVenueIdentity *identity);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CdVenueIdentity, cd_venue_identity_clear)

/* The practice clock as of the last commit. */
typedef struct
{
  gint64 market_us; /* market time up to which everything has happened; 0 = never started */
  gint64 rate_e3;
  gboolean paused;
} CdVenueClockState;

/**
 * CdVenueLogRow: a command as it was fed to the engine. @outcome: what the engine made of it, in short; a replay must give the same.
 */
typedef struct
{
  gint64 n;
  gint64 market_us;
  gint64 server_us;
  const char *person;
  CdWireCommand *command;
  const char *outcome;
} CdVenueLogRow;

/* Returns %FALSE with @error set to stop. */
typedef gboolean (*CdVenueLogFunc) (const CdVenueLogRow *row, gpointer data, GError **error);

CdVenueDb *cd_venue_db_open (CdEnv *env, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cd_venue_db_close (CdVenueDb *db);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdVenueDb, cd_venue_db_close)

/* For looking: nothing of it is changed, and another venue may go on with it. */
CdVenueDb *cd_venue_db_open_read_only (CdEnv *env, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* %FALSE without @error: the file is new. */
gboolean cd_venue_db_identity (CdVenueDb *db, CdVenueIdentity *identity, GError **error);
gboolean cd_venue_db_set_identity (CdVenueDb *db, const CdVenueIdentity *identity, GError **error);
gboolean cd_venue_db_clock (CdVenueDb *db, CdVenueClockState *clock, GError **error);
/**
 * cd_venue_db_session:
 * @sha256: (out) (nullable): of the session that is played again here; %NULL = none
 */
gboolean cd_venue_db_session (CdVenueDb *db, char **sha256, gboolean *quiet, GError **error);
gboolean cd_venue_db_set_session (CdVenueDb *db, const char *sha256, gboolean quiet, GError **error);

/* The commands after the first @after, in their order. */
gboolean cd_venue_db_replay (CdVenueDb *db, gint64 after, CdVenueLogFunc func, gpointer data, GError **error);
gint64 cd_venue_db_count (CdVenueDb *db);

/**
 * CdVenueSnapshot: the state after a close.
 * @after: how many commands had come before it
 * @version: %CD_VENUE_STATE_VERSION of who wrote it
 * @hash: the engine's hash of it
 * @is_whole: whether the bytes still have the SHA-256 they were written with
 */
typedef struct
{
  gint64 market_us;
  gint64 after;
  gint64 version;
  guint64 hash;
  gboolean is_whole;
  GBytes *state;
} CdVenueSnapshot;
void cd_venue_snapshot_clear (CdVenueSnapshot *snapshot);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CdVenueSnapshot, cd_venue_snapshot_clear)

/* Part of the turn's commit. The two newest are kept. */
gboolean cd_venue_db_put_snapshot (CdVenueDb *db, const CdVenueSnapshot *snapshot, GError **error);
/* (element-type CdVenueSnapshot) (transfer full): the newest first. */
GArray *cd_venue_db_snapshots (CdVenueDb *db, GError **error);

/**
 * cd_venue_db_append:
 * Part of the turn's commit; durable only when cd_venue_db_commit() has returned %TRUE.
 */
gboolean cd_venue_db_append (CdVenueDb *db, gint64 market_us, gint64 server_us, const char *person, const CdWireCommand *command, const char *outcome, GError **error);
gboolean cd_venue_db_commit (CdVenueDb *db, const CdVenueClockState *clock, GError **error);

G_END_DECLS
