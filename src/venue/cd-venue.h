/* cd-venue.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The practice exchange and registry as one deterministic state machine: the same packs, scenario, seed, commands and times give
 * the same answers, events and state hash. It knows nothing of sockets, JSON text on the wire, files or clocks; the edge logs
 * what it feeds in and replays the log after a crash. One thread.
 */
#pragma once

#include "cd-book.h"
#include "cd-obligation.h"
#include "cd-pack.h"
#include "cd-wire-list.h"
#include "cd-wire-md.h"

G_BEGIN_DECLS

typedef struct _CdVenue CdVenue;

#define CD_VENUE_ERROR (cd_venue_error_quark ())
GQuark cd_venue_error_quark (void);
typedef enum
{
  CD_VENUE_ERROR_SCENARIO = 1, /* no such scenario, or a pack it needs is missing */
  CD_VENUE_ERROR_TIME = 2,
  CD_VENUE_ERROR_STATE = 3, /* bytes that are no state of this venue */
} CdVenueError;

/* Roles of a person, as bits. */
typedef enum
{
  CD_ROLE_VIEW = 1 << 0,
  CD_ROLE_ENTER = 1 << 1,
  CD_ROLE_APPROVE = 1 << 2,
  CD_ROLE_CASH = 1 << 3,
  CD_ROLE_REVIEW = 1 << 4,
  CD_ROLE_STAGE = 1 << 5, /* may only send orders that a second person has approved */
} CdVenueRole;

/**
 * CdVenueDemoPerson: somebody who gets a client certificate. @account is "" for the authority, who sees all accounts.
 */
typedef struct
{
  const char *id, *name, *name_zh;
  guint roles;
  const char *account;
} CdVenueDemoPerson;

/**
 * CdVenueSink: what happened, in order, called from inside the functions below. All pointers are valid during the call only.
 */
typedef struct
{
  void (*event) (const CdWireEvent *event, gpointer data);
  void (*depth) (const char *code, guint64 prev_seq, guint64 seq, guint32 crc, const CdLevel *bids, guint n_bids, const CdLevel *asks, guint n_asks, gpointer data);
  void (*trade) (const char *code, guint64 seq, const CdMdTrade *trade, gpointer data);
  void (*stats) (const char *code, const CdMdStats *stats, gpointer data);
  void (*block) (const char *code, const CdMdBlock *block, gpointer data);
  void (*clock) (gpointer data); /* a session opened or closed */
} CdVenueSink;

/**
 * cd_venue_new:
 * @packs: (transfer none): must outlive the venue
 * @scenario: "main", "beijing-2021", "2025-12-23", "deadline-week"
 * @start_us: market time of the start; 0 = the scenario's own
 */
CdVenue *cd_venue_new (CdPack *const *packs, gsize n_packs, const char *scenario, guint64 seed, gint64 start_us, const char *epoch, GError **error);
void cd_venue_free (CdVenue *venue);

/* Of the bytes and of what the engine makes of them: higher with every change of its behaviour. Others are not read. */
#define CD_VENUE_STATE_VERSION 1

/**
 * cd_venue_close_state:
 * @at_us: (out): market time of the close
 * @hash: (out): cd_venue_hash() then
 *
 * The state after the newest close. With the commands that came after it, it gives the state of now as the whole log does.
 *
 * Returns: (transfer none) (nullable): %NULL before the first close
 */
GBytes *cd_venue_close_state (const CdVenue *venue, gint64 *at_us, guint64 *hash);

/**
 * cd_venue_restore:
 * @state: from cd_venue_close_state() of a venue of the same packs, scenario, seed and start
 * @hash: what the state must have
 *
 * A state from before the start of the scenario is brought to the start.
 */
CdVenue *cd_venue_restore (CdPack *const *packs, gsize n_packs, const char *scenario, const char *epoch, GBytes *state, guint64 hash, GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdVenue, cd_venue_free)
void cd_venue_set_sink (CdVenue *venue, const CdVenueSink *sink, gpointer data); /* @sink: (nullable) */
const char *const *cd_venue_scenarios (void);                                    /* (array zero-terminated=1) */
const char *cd_venue_epoch (const CdVenue *venue);

/**
 * cd_venue_advance:
 *
 * Moves market time forward. Everything that falls in between happens in order: participants' steps, session changes, lapse of
 * orders, closing prices, settlement, next-day reference prices, deemed confirmations. Earlier times are ignored.
 */
void cd_venue_advance (CdVenue *venue, gint64 market_time_us);
gint64 cd_venue_market_time (const CdVenue *venue);
gint64 cd_venue_start_time (const CdVenue *venue); /* where the scenario begins, after its history */

/**
 * cd_venue_silence:
 *
 * The seeded participants withdraw what rests and do nothing of their own from now on. Their accounts stay, and trade by commands of the
 * person "", who is the market itself and nobody at the edge.
 */
void cd_venue_silence (CdVenue *venue);
/* "session", "close", "next_day", "deadline": the instant to advance to; 0 = not known. */
gint64 cd_venue_skip_target (const CdVenue *venue, const char *skip);

/**
 * cd_venue_command:
 * @person: authenticated
 * @server_now_us: real time of arrival, for the deadline of orders
 *
 * The one entry of every command. The same key with the same body gives the stored answer (replayed); with another body
 * "key.mismatch". Never %NULL.
 */
CdWireAnswer *cd_venue_command (CdVenue *venue, const char *person, const CdWireCommand *command, gint64 server_now_us);

/* --- Reading --------------------------------------------------------------------------------------------------------- */

const CdVenueDemoPerson *cd_venue_persons (const CdVenue *venue, gsize *n);
gboolean cd_venue_may_see (const CdVenue *venue, const char *person, const char *account);
guint64 cd_venue_last_seq (const CdVenue *venue, const char *account);
/* (element-type CdWireEvent) (transfer none): all events of @account, seq 1 first. */
const GPtrArray *cd_venue_events (const CdVenue *venue, const char *account);
const GPtrArray *cd_venue_codes (const CdVenue *venue);               /* (element-type utf8): instruments with a book or stats */
const CdBook *cd_venue_book (const CdVenue *venue, const char *code); /* (nullable) */
/* Appends the whole book as a frame "snapshot"; nothing for what has no book. */
void cd_venue_write_snapshot (const CdVenue *venue, GString *out, const char *code);
guint64 cd_venue_trade_seq (const CdVenue *venue, const char *code);
gboolean cd_venue_stats (const CdVenue *venue, const char *code, CdMdStats *out);
void cd_venue_clock (const CdVenue *venue, CdMdClock *out);                 /* market time and sessions; the edge fills the rest */
CdWireSession *cd_venue_session (const CdVenue *venue, const char *person); /* without the clock */
/* @account: for LISTINGS, TRADES and BARS the instrument. @open_only: orders. @side: listings, 0 = both. @since: executions. */
CdWireList *cd_venue_list (const CdVenue *venue, CdWireListKind kind, const char *account, const char *person, gboolean open_only, CdSide side, gint64 since);
CdWireByKey *cd_venue_by_key (const CdVenue *venue, const char *key);
/* Content of the whole state: orders, books, ledger, registry, settlements, closes, sequences. Keys are left out: a refusal changes nothing else. */
guint64 cd_venue_hash (const CdVenue *venue);

G_END_DECLS
