/* sim.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The deterministic simulator: one desk with its real store on a disk that loses power, one venue engine, and the wire between
 * them in memory, all in one thread and one driven clock. Everything that happens follows from the plan: the same plan gives the
 * same history, to the last byte (sim_trace()).
 *
 *   sim-wire.c    lines and exchanges: latency, cuts, copies, losses, wrong answers
 *   sim-held.c    commands that arrive late, whatever becomes of their line
 *   sim-venue.c   the edge of the venue: hello, books, commands, events; restart and new epoch
 *   sim-http.c    its routes and lists
 *   sim-ghost.c   what really happened at the venue, and the invariants I1–I16 against it
 *   sim-requests.c  orders that wait for a second person, deputies, the veto: steps and invariants
 *   sim-desk.c    the desk: start, crash, power loss, restart
 *   sim-plan.c    plans: from a seed, as text, shrunk
 *   sim-run.c     a plan, run
 */
#pragma once

#include "cd-desk-private.h"
#include "cd-venue.h"
#include "fault-vfs.h"

G_BEGIN_DECLS

#define SIM_RATE_E3 1000

/* --- Plan ------------------------------------------------------------------------------------------------------------- */

/* Plans in tests/sim/seeds call them by the names in sim-plan.c. */
typedef enum
{
  /* what a person does */
  SIM_LIST_BUY,
  SIM_LIST_SELL,
  SIM_PICK_BUY,
  SIM_PICK_SELL,
  SIM_BLOCK,
  SIM_CANCEL,
  SIM_REPLACE,
  SIM_CANCEL_ALL,
  SIM_FENCE,
  SIM_TRANSFER,
  SIM_CASH,
  SIM_CONFIRM,
  SIM_WITHDRAW,
  SIM_PERSON,
  SIM_STAGE,
  SIM_STAGED_SEND,
  SIM_ASK, /* a second person, for a staged order */
  SIM_ASK_EDIT,
  SIM_ASK_WITHDRAW,
  SIM_APPROVE,
  SIM_REFUSE,
  SIM_APPROVED_SEND,
  SIM_VETO,
  SIM_DEPUTY,
  SIM_SKIP,
  SIM_READY, /* waits @a ms at most for a desk that takes orders; starts one anew whose disk has failed */
  SIM_LAST_INTENT = SIM_READY,
  /* what goes wrong */
  SIM_CUT_PRIVATE,  /* @a: bytes of the next frame that still leave */
  SIM_CUT_NOW,      /* both lines */
  SIM_PARTITION,    /* @a: ms */
  SIM_DELAY,        /* @a: ms on every message from now on */
  SIM_LOSE_COMMAND, /* swallowed on the way, the line stays */
  SIM_LOSE_ANSWER,
  SIM_TWICE_COMMAND,
  SIM_TWICE_EVENT,
  SIM_LOSE_EVENT,
  SIM_LATE_ANSWER, /* @a: ms */
  SIM_GARBAGE,     /* next private message is no JSON */
  SIM_FOREIGN,     /* next answer names another account */
  SIM_MD_LOSE,     /* @a: public messages */
  SIM_MD_GARBAGE,
  SIM_HTTP_STATUS, /* @a: status of the next exchange */
  SIM_HTTP_CUT,    /* @a: bytes that come; told or, when @b, not told */
  SIM_HTTP_LOSE,
  SIM_RESTART,   /* venue: its log again */
  SIM_NEW_EPOCH, /* venue: another database */
  SIM_CRASH,     /* @a: hits of any probe until it dies; @b: power loss */
  SIM_CLOCK,     /* @a: seconds, may be negative */
  SIM_SUSPEND,   /* @a: seconds */
  SIM_DISK,      /* @a: FaultKind; @b: operations until it fails */
  SIM_DISK_HEAL,
  SIM_REOPEN,       /* orderly stop and start */
  SIM_HOLD_COMMAND, /* @a: ms that something on the way keeps the next command, whatever becomes of the lines */
  SIM_HOLD_COPY,    /* the same with a copy of it */
  SIM_N_KINDS,
} SimKind;

typedef struct
{
  gint32 after_ms; /* since the step before */
  SimKind kind;
  gint64 a, b;
} SimStep;

const char *sim_kind_name (SimKind kind);
GArray *sim_plan_new (guint64 seed); /* (element-type SimStep) (transfer full) */
char *sim_plan_print (guint64 seed, const GArray *plan);
GArray *sim_plan_parse (const char *text, guint64 *seed, GError **error);

typedef struct
{
  guint steps, intents, faults, crashes, probes_hit;
  guint sent, effects, reconciles;
  guint requests[2];                                  /* steps of requests at the venue; those that were the order itself */
  guint8 cells[CD_ORDER_N_STATES][CD_ORDER_N_EVENTS]; /* of the order table */
  GHashTable *probe_hits;                             /* (element-type utf8 guint) */
  GHashTable *refusals;                               /* (nullable) (element-type utf8 guint): what the desk said no with */
  guint64 trace;
} SimCount;

/* Runs a plan in a world of its own. Returns: (nullable) (transfer full): the invariant that broke, and how */
char *sim_run (guint64 seed, const GArray *plan, SimCount *count);
/* The shortest plan found that still breaks the same invariant. (transfer full) */
GArray *sim_shrink (guint64 seed, const GArray *plan, const char *broken, guint tries_max);

/* --- World ------------------------------------------------------------------------------------------------------------ */

typedef struct _SimWorld SimWorld;
typedef struct _SimLine SimLine;

/* What the venue knows of one key. */
typedef struct
{
  guint effects;   /* order.new, or an instruction made; in whatever epoch */
  guint epoch;     /* of the first frame */
  guint frames;    /* on the wire */
  char *wire_body; /* of the first frame */
  gint64 cum;
} SimGhost;

/* What the next messages meet. Counts go down as they are used. */
typedef struct
{
  gint64 cut_bytes; /* -1 = none */
  gint64 partition_until_us;
  guint delay_ms;
  guint lose_command, lose_answer, twice_command, twice_event, lose_event, late_answer_ms;
  guint garbage, foreign, md_lose, md_garbage;
  guint hold_ms, hold_copy_ms;
  guint http_status, http_lose;
  gint64 http_cut; /* -1 = none */
  gboolean http_untold;
} SimFaults;

/* What becomes of a command on its way up. Anything else: so many bytes leave, and the line is cut. */
#define SIM_UP_PASS -1
#define SIM_UP_LOSE -2  /* swallowed, the line stays */
#define SIM_UP_TWICE -3 /* arrives twice */
typedef enum
{
  SIM_GET_PASS,
  SIM_GET_LOSE,   /* never answered; the venue does not see it */
  SIM_GET_REFUSE, /* no connection: nothing was written */
  SIM_GET_SKIP,   /* answered with nothing; the venue does not see it */
  SIM_GET_RESET,  /* cut when the request was written; the venue does not see it */
} SimGet;

/**
 * SimScript: somebody who looks at everything that passes, and changes it. All members but @data may be %NULL.
 * @open: a reason (transfer full) why the line does not come about, with the error that its owner is given
 * @up: what becomes of a command: SIM_UP_*, or a number of bytes
 * @down: (transfer full) (nullable): what comes instead of @text; %NULL = nothing
 * @get: what becomes of an exchange on its way up
 * @slow: ms that an answer takes more after the venue has looked
 * @reply: may change the answer: status, Content-Length (-1 = not told) and text. FALSE: never answered
 * @settled: all that could happen at this instant has
 */
typedef struct
{
  gpointer data;
  GError *(*open) (SimWorld *w, SimLine *line, gpointer data);
  gint64 (*up) (SimWorld *w, SimLine *line, const char *text, gpointer data);
  char *(*down) (SimWorld *w, SimLine *line, const char *text, gpointer data);
  SimGet (*get) (SimWorld *w, const char *method, const char *path, const char *body, gpointer data);
  guint (*slow) (SimWorld *w, const char *path, gpointer data);
  gboolean (*reply) (SimWorld *w, const char *method, const char *path, guint *status, gint64 *announced, GString *text, gpointer data);
  void (*settled) (SimWorld *w, gpointer data);
  void (*probe) (SimWorld *w, const char *name, gpointer data);
} SimScript;

struct _SimWorld
{
  CdEnv *env;
  const SimScript *script; /* (nullable) */
  gboolean posts;          /* a command may go by POST; else only as a frame */
  guint64 seed, random;
  char *dir;
  SimFaults faults;
  SimCount *count;
  char *broken; /* first violation */

  /* Wire */
  GPtrArray *lines;     /* SimLine, both ends */
  GPtrArray *exchanges; /* on their way */
  guint64 trace;

  /* Venue */
  CdPack *packs[2];
  CdVenue *venue;
  guint epoch_number;
  gint64 base_boot_us, base_market_us;
  GPtrArray *log; /* SimLogged: what a restart runs again */
  GString *feed;  /* public messages of this turn */
  GPtrArray *feed_parts;
  guint64 heartbeat, n_heartbeat;
  gboolean down;

  /* Ghost */
  GHashTable *ghosts;     /* key -> SimGhost */
  GHashTable *pressed;    /* keys that the desk gave back and must show, for ever */
  GHashTable *cum;        /* key -> gint64*: highest shown */
  GHashTable *requests;   /* id -> what the venue said of it */
  GHashTable *request_of; /* key of an order -> id of the request that it is for, of any version */
  GHashTable *read;       /* "id version hash person" of every press of Approve */
  GHashTable *cancels;    /* "epoch/order_id" of what somebody asked to cancel */
  char *sheet;            /* (nullable): "id version hash" that a person has open */
  gboolean vetoed;

  /* Desk */
  CdDesk *desk; /* (nullable) */
  gboolean dead;
  gint64 crash_in; /* probes until it dies, -1 = never */
  gboolean crash_power;
  gboolean disk_failed; /* an operation of the disk has failed since the desk was opened */
  gboolean crash_due;
  guint32 crash_seed;
  GHashTable *small_files; /* (nullable): path -> GBytes, beside the databases, as of the crash */
  guint opened;            /* how often the desk was started */
};

/* A world with a desk that has been started, and its end. */
void sim_world_open (SimWorld *w, guint64 seed, SimCount *count);
void sim_world_close (SimWorld *w);
void sim_world_reopen (SimWorld *w); /* an orderly stop and start of the desk */
void sim_world_heal (SimWorld *w);   /* no fault is armed any more */

guint64 sim_next (guint64 *state);
guint64 sim_random (SimWorld *w);
gint64 sim_random_in (SimWorld *w, gint64 low, gint64 high);
void sim_break (SimWorld *w, const char *invariant, const char *format, ...) G_GNUC_PRINTF (3, 4);
void sim_trace (SimWorld *w, const void *bytes, gsize len);
void sim_pump (SimWorld *w);
void sim_advance (SimWorld *w, gint64 ms);

/* sim-wire.c */
struct _SimLine
{
  SimWorld *world;
  CdTransportFuncs funcs;
  gpointer user_data;
  gboolean client_gone;  /* free() was called */
  gboolean open, closed; /* as the client sees it */
  gboolean is_private;
  char *person;
  guint64 from_seq;
  guint64 accepted, exposed;
  GHashTable *cursors; /* account -> guint64* */
  gboolean all;
  gboolean cut; /* nothing passes any more */
  int error;    /* of CdNetError: what its owner is told; 0 = CD_NET_ERROR_CONNECT */
  gint64 last_down_us;
  guint refs;
};
extern const CdTransportOps sim_transport, sim_transport_posts;
void sim_line_say (SimLine *line, const char *text, gboolean is_event, gboolean is_answer); /* venue to client */
void sim_line_cut (SimLine *line, const char *why);                                         /* told a moment later */
void sim_line_drop (SimLine *line, const char *why);                                        /* told at once; not from inside a function of the table */
void sim_lines_cut (SimWorld *w, const char *why);
void sim_wire_drop (SimWorld *w); /* the client is gone: so is what it waited for */
void sim_wire_free (SimWorld *w);

/* sim-held.c */
void sim_deliver (SimWorld *w, const char *person, const char *text); /* nobody hears the answer */
void sim_hold (SimLine *line, const char *text, guint *ms);           /* @ms: (inout): used up */

/* sim-venue.c */
gboolean sim_venue_start (SimWorld *w, gboolean new_epoch);
void sim_venue_stop (SimWorld *w);
gint64 sim_venue_now (SimWorld *w);
void sim_venue_hello (SimWorld *w, SimLine *line);
void sim_venue_command (SimWorld *w, SimLine *line, const char *text);
void sim_venue_request (SimWorld *w, SimLine *line, const char *text);
gint64 sim_market_now (SimWorld *w);
void sim_venue_execute (SimWorld *w, const char *person, const char *text, GString *out);
void sim_venue_advance (SimWorld *w);
void sim_venue_skip (SimWorld *w, const char *to);
void sim_venue_turn (SimWorld *w);
char *sim_venue_ready (SimWorld *w);

/* sim-http.c */
guint sim_venue_get (SimWorld *w, const char *person, const char *path, const char *body, GString *out);

/* sim-ghost.c */
SimGhost *sim_ghost (SimWorld *w, const char *key);
void sim_ghost_event (SimWorld *w, const CdWireEvent *event);
void sim_ghost_frame (SimWorld *w, const char *text); /* a command left */
void sim_check (SimWorld *w);
void sim_check_quiet (SimWorld *w);                  /* after the faults: liveness, and both sides say the same */
void sim_ghost_send (SimWorld *w, const char *text); /* a command is handed to the wire */
void sim_ghost_died (SimWorld *w);                   /* what never left is no promise */

/* sim-requests.c */
void sim_request_free (gpointer request);
void sim_requests_do (SimWorld *w, const SimStep *step);
void sim_requests_event (SimWorld *w, const CdWireEvent *event);
void sim_requests_send (SimWorld *w, const CdWireCommand *command);  /* is handed to the wire */
void sim_requests_frame (SimWorld *w, const CdWireCommand *command); /* a first byte left */
void sim_requests_check (SimWorld *w);                               /* at every step */
void sim_requests_quiet (SimWorld *w);
void sim_requests_read (SimWorld *w, const char *id, int version, const char *hash); /* by the person at the desk */
void sim_requests_read_by (SimWorld *w, const char *person, const char *id, int version, const char *hash);

/* sim-desk.c */
void sim_pressed (SimWorld *w, const char *key);
void sim_desk_open (SimWorld *w);
void sim_desk_stop (SimWorld *w);
void sim_desk_crash (SimWorld *w);
void sim_desk_do (SimWorld *w, const SimStep *step);
gboolean sim_desk_is_ready (SimWorld *w); /* takes orders */

G_END_DECLS
