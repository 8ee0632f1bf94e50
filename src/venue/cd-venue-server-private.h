/* cd-venue-server-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *   cd-venue-server.c  life, clock, turn, commands
 *   cd-venue-start.c   what the folder is, and how its market comes back
 *   cd-venue-feed.c    what the engine says becomes public messages
 *   cd-venue-ws.c      the two WebSockets
 *   cd-venue-http.c    routes
 */
#pragma once

#include <libsoup/soup.h>

#include "cd-id.h"
#include "cd-stream.h"
#include "cd-venue-certs.h"
#include "cd-venue-db.h"
#include "cd-venue-faults.h"
#include "cd-venue-server.h"
#include "cd-venue-session-file.h"
#include "cd-venue.h"

G_BEGIN_DECLS

#define CD_VENUE_TICK_MS 100
#define CD_VENUE_HEARTBEAT_MS 1000
#define CD_VENUE_TURN_COMMANDS_MAX 256  /* commands in one commit, however busy the loop is */
#define CD_VENUE_TURN_MESSAGES_MAX 2000 /* beyond it books are sent whole instead of by their changes */
#define CD_VENUE_EVENTS_QUEUE_MAX (1024 * 1024)
#define CD_VENUE_QUEUE_MAX (2 * 1024 * 1024) /* below the limit of CdStream: libsoup then never keeps anything back */
#define CD_VENUE_LINES_MAX 256

/* One public message of the turn: a piece of the feed's text. */
typedef struct
{
  char code[CD_MD_CODE_MAX]; /* empty: for everybody */
  gboolean is_depth;
  gsize offset;
  gsize len;
} CdVenueMessage;

typedef struct
{
  GString *text;
  GArray *messages;  /* (element-type CdVenueMessage) */
  GHashTable *books; /* codes whose changes were too many: sent whole */
  GString *frame;
  gboolean clock;
  gboolean cut;  /* a fault: every public line, instead of what the turn says */
  guint held_ms; /* a fault: every public line waits so long */
} CdVenueFeed;

typedef struct
{
  char *account;
  guint64 next_seq;
  gboolean hidden; /* the person does not see the account any more, or not today */
} CdVenueCursor;

/**
 * CdVenueLine: one WebSocket. It dies by being marked; the sweep at the end of a turn frees it.
 */
typedef struct
{
  CdVenueServer *server;
  SoupWebsocketConnection *ws;
  CdStream *stream;
  GSocket *socket;
  gboolean dead;
  gboolean is_private;
  guint stalled; /* heartbeats without a byte taken by the peer while it is behind */
  guint64 written;
  /* public */
  gboolean all;
  gboolean wants_all; /* asked for, true once the snapshots are sent */
  GHashTable *codes;  /* subscribed */
  GHashTable *fresh;  /* subscribed in this turn: they get a snapshot at its end */
  /* private */
  char *person;
  GTlsCertificate *certificate; /* looked at again with each heartbeat and command */
  GArray *cursors;              /* (element-type CdVenueCursor) */
  GPtrArray *answers;           /* GBytes: of this turn */
  /* faults */
  GPtrArray *held; /* (nullable): GBytes that wait until @held_timer */
  guint64 held_timer;
  gboolean cut;  /* at the end of the turn, before anything of it leaves */
  guint held_ms; /* held from the end of the turn on */
} CdVenueLine;

struct _CdVenueServer
{
  CdEnv *env;
  CdVenue *venue;
  CdVenueDb *db;
  CdVenueCerts *certs;
  SoupServer *soup;
  char *data_dir;
  CdVenueServerFailed failed;
  gpointer failed_data;
  void (*note) (gpointer data, const char *format, ...) G_GNUC_PRINTF (2, 3);
  gboolean is_failed;

  /* Practice clock: at boot_us of @base_boot_us it was @base_market_us. */
  gint64 base_boot_us;
  gint64 base_market_us;
  gint64 rate_e3;
  gboolean paused;

  /* The newest close that the engine has gone through, and what is on disk of it. */
  gint64 close_us, close_after, stored_us;
  const char *start; /* how the market came here: "new", "snapshot", "log" */

  /* Turn */
  gboolean dirty;
  guint commands;
  GSource *end_source;
  CdVenueSessionFile *session; /* (nullable): played again here */
  guint session_next;
  CdVenueFaults *faults; /* (nullable) */
  gboolean restart_due;  /* at the end of the turn, before anything of it leaves */
  CdVenueFeed feed;

  GPtrArray *lines; /* CdVenueLine */
  guint64 tick;
  guint64 heartbeat;
  guint64 n_heartbeat;
};

/* cd-venue-server.c */
gint64 cd_venue_server_now (CdVenueServer *self);        /* real */
gint64 cd_venue_server_market_now (CdVenueServer *self); /* interpolated */
void cd_venue_server_mark (CdVenueServer *self);         /* something changed: the turn must end with a commit */
/* Ends the turn now: commit, then everything leaves. %FALSE: the venue has failed. */
gboolean cd_venue_server_end_turn (CdVenueServer *self);
/* Moves the engine; @commands have come before. */
void cd_venue_server_move (CdVenueServer *self, gint64 market_us, gint64 commands);
void cd_venue_server_rebase (CdVenueServer *self, gint64 market_us);
/* Moves market time; what the session holds until then happens on the way. */
void cd_venue_server_advance (CdVenueServer *self, gint64 market_us);
char *cd_venue_server_outcome (const CdWireAnswer *answer);
CdWireAnswer *cd_venue_server_command (CdVenueServer *self, const char *person, const CdWireCommand *command);
/* The process is to die as it stands: nothing of what is not said yet is said. */
void cd_venue_server_restart (CdVenueServer *self);
gboolean cd_venue_server_set_clock (CdVenueServer *self, const CdWireClockRequest *request, const char **problem);

/* cd-venue-start.c */
gboolean cd_venue_server_keep (CdVenueServer *self, GError **error); /* the newest close into the turn, if it is not stored yet */
gboolean cd_venue_start_engine (CdVenueServer *self, const CdVenueServerConfig *config, GError **error);

/* cd-venue-feed.c */
extern const CdVenueSink cd_venue_feed_sink;
void cd_venue_feed_init (CdVenueFeed *feed);
void cd_venue_feed_clear (CdVenueFeed *feed);
void cd_venue_feed_send (CdVenueServer *self); /* end of turn: to every line, then forgets */
void cd_venue_feed_hello (CdVenueServer *self, CdVenueLine *line);
void cd_venue_feed_snapshots (CdVenueServer *self, CdVenueLine *line);
void cd_venue_feed_heartbeat (CdVenueServer *self);
void cd_venue_server_fill_clock (CdVenueServer *self, CdMdClock *clock);

/* cd-venue-ws.c */
void cd_venue_line_free (gpointer line);
void cd_venue_line_send (CdVenueLine *line, const char *text, gsize len);
void cd_venue_line_send_bytes (CdVenueLine *line, GBytes *bytes);
/* How often something leaves on this line that has no answer to it: a fault that is due may cut, hold or drop it. */
int cd_venue_line_copies (CdVenueLine *line, CdVenuePoint point, const char *what);
void cd_venue_line_cut (CdVenueLine *line);            /* a reset, not an orderly end */
void cd_venue_line_hold (CdVenueLine *line, guint ms); /* what is sent from now on leaves later, in its order */
/* Ends the private lines whose certificate is nobody's any more. */
void cd_venue_ws_check_certificates (CdVenueServer *self);
void cd_venue_ws_upgrade (CdVenueServer *self, SoupServerMessage *msg, const char *person, guint64 from_seq);
void cd_venue_ws_end_turn (CdVenueServer *self); /* answers and events */
void cd_venue_ws_heartbeat (CdVenueServer *self);
void cd_venue_ws_sweep (CdVenueServer *self);

/* cd-venue-http.c */
void cd_venue_http_install (CdVenueServer *self);

/* cd-venue-http-guard.c */
void cd_venue_http_guard (CdVenueServer *self, SoupServerMessage *msg); /* from the moment its head is there */
void cd_venue_http_reset (SoupServerMessage *msg);

/* cd-venue-http-faults.c: TRUE when the fault has taken the request and nothing more is to be done with it. */
gboolean cd_venue_http_fault (CdVenueServer *self, SoupServerMessage *msg, CdVenueFault fault);

G_END_DECLS
