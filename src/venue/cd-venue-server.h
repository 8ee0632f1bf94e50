/* cd-venue-server.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The edge of the practice venue: TLS on loopback, HTTP, two WebSockets, the practice clock and the command log. The engine
 * (cd-venue.h) knows none of this.
 *
 * A turn: commands and the passing of time change the engine; the turn is committed; only then answers, events and market
 * data leave. A commit that fails ends the venue without a word, because nothing said after it could be kept.
 *
 * Two times: server_time is real; market_time runs at a rate, can be paused, and only ever jumps forward.
 *
 * Thread: the one it was made in; its main context must be iterated.
 */
#pragma once

#include "cd-env.h"
#include "cd-pack.h"

G_BEGIN_DECLS

#define CD_VENUE_SERVER_ERROR (cd_venue_server_error_quark ())
GQuark cd_venue_server_error_quark (void);
typedef enum
{
  CD_VENUE_SERVER_ERROR_DATA = 1, /* the data folder belongs to another scenario, or its log does not replay */
  CD_VENUE_SERVER_ERROR_LISTEN = 2,
  CD_VENUE_SERVER_ERROR_OPTION = 3,
  CD_VENUE_SERVER_ERROR_RESTART = 4, /* the plan of faults asks for a restart: what was not said stays unsaid */
} CdVenueServerError;

/**
 * CdVenueServerConfig: borrowed during the call of new.
 * @port: 0 = any free one
 * @scenario: (nullable): what the folder has, else "main"
 * @seed: -1: what the folder has, else 1
 * @market_time: (nullable): "2026-12-14T13:20:00" in the zone of the first pack's market
 * @rate_e3: 0: what the folder has, else 1000
 * @replay: (nullable): file of a session, see cd-venue-session-file.h
 * @note: (nullable): told in words what somebody should know although the venue goes on
 * @faults: (nullable): the plan of cd-venue-faults.h
 */
typedef struct
{
  guint16 port;
  const char *data_dir;
  CdPack *const *packs;
  gsize n_packs;
  const char *scenario;
  gint64 seed;
  const char *market_time;
  gint64 rate_e3;
  const char *faults;
  const char *replay;
  void (*note) (gpointer data, const char *format, ...) G_GNUC_PRINTF (2, 3); /* @data: as for @failed */
} CdVenueServerConfig;

typedef struct _CdVenueServer CdVenueServer;

/* @failed: called once when the venue cannot go on; @error says why. */
typedef void (*CdVenueServerFailed) (const GError *error, gpointer data);

/**
 * cd_venue_server_new:
 *
 * Opens the data folder, replays its log, listens. @config's packs must outlive the server.
 */
CdVenueServer *cd_venue_server_new (CdEnv *env, const CdVenueServerConfig *config, CdVenueServerFailed failed, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cd_venue_server_free (CdVenueServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdVenueServer, cd_venue_server_free)

guint16 cd_venue_server_port (CdVenueServer *server);
/* What is left of the plan of faults. (transfer full) */
char *cd_venue_server_faults_left (CdVenueServer *server);

/* The ready line, without a line feed. (transfer full) */
char *cd_venue_server_ready_line (CdVenueServer *server);

G_END_DECLS
