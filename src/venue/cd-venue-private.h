/* cd-venue-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *   cd-venue.c          life, time, events, commands by key
 *   cd-venue-book.c     one instrument: listings, levels, trades
 *   cd-venue-orders.c   orders: checks, locks, matching by rule kind
 *   cd-venue-blocks.c   block intents
 *   cd-venue-close.c    closes, settlement, openings
 *   cd-venue-release.c  when what was bought may be sold again
 *   cd-venue-instruct.c the steps of registry instructions
 *   cd-venue-registry.c what they do to balances and obligations
 *   cd-venue-requests.c orders that wait for a second person
 *   cd-venue-people.c   roles, deputies, vetoes
 *   cd-venue-figures.c  what of it counts for a compliance year
 *   cd-venue-lists.c    what the HTTP routes read
 *   cd-venue-state.c    the state after a close as bytes, and back
 *   cd-scenario.c       demo group and starting figures
 *   cd-participants.c   seeded participants
 */
#pragma once

#include "cd-bars.h"
#include "cd-checks.h"
#include "cd-id.h"
#include "cd-instruction-table.h"
#include "cd-ledger.h"
#include "cd-match.h"
#include "cd-venue.h"

G_BEGIN_DECLS

/* An order as the venue keeps it, for ever. */
typedef struct
{
  char *order_id, *key, *account, *instrument, *by, *purpose;
  CdSide side;
  CdOrderKind kind;
  CdMode mode;
  gint64 price_e4, qty, cum;
  gint64 cash_available_e4, cash_unsettled_e4; /* still frozen for it, by origin */
  const char *state;                           /* static */
  char *code, *reason;
  gint64 at_us;
  guint64 number; /* order of arrival */
  CdMatchRef ref; /* where it rests in its book, 0 = nowhere */
} CdVenueOrder;

/**
 * CdVenueDraft: an order before it is one. Strings are borrowed.
 */
typedef struct
{
  const char *account, *by, *key, *purpose, *listing; /* @key, @purpose, @listing: (nullable) */
  CdSide side;
  CdOrderKind kind;
  gint64 price_e4, qty;
} CdVenueDraft;

typedef struct
{
  char *exec_id, *order_id, *key, *account, *instrument;
  CdSide side;
  CdMode mode;
  gint64 price_e4, qty, cum, leaves, amount_e4;
  guint64 seq;
  gint64 at_us;
  CdDate day;
} CdVenueExec;

/* One instrument. Listings stand in order of arrival within a side. */
typedef struct
{
  const CdPack *pack;
  const CdInstrument *instrument;
  CdMatch *match, *blocks; /* of the day: listed mode and intents */
  GPtrArray *listings[2];  /* CdVenueOrder, borrowed: bids, asks, in the order of arrival; what rests in @match */
  CdBook *book;
  guint64 seq, trade_seq;
  CdDayStats stats;
  gint64 close_e4;  /* of today, 0 before the close */
  GArray *trades;   /* CdWireTradeRow of today; strings owned by the venue */
  GArray *bars;     /* CdBar: days closed */
  gint64 fair_e4;   /* what the participants think */
  gint64 anchor_e4; /* where it is drawn back to in the long run */
} CdVenueBook;

typedef struct
{
  char *id, *name, *name_zh, *market, *sector;
  gboolean participant;
  gboolean stopped;        /* no new orders */
  GHashTable *balance_seq; /* asset -> number of the last event that changed a balance of it */
  guint32 number;
  guint64 seq;
  GPtrArray *events; /* CdWireEvent */
} CdVenueAccount;

/* Its life by the table of comply; what it says. */
typedef struct
{
  CdInstruction *life;
  CdWireInstruction *content;
  gint64 at_us;       /* of the last change */
  gint64 deadline_us; /* first instant that is too late; 0 = none */
  char *deputy_for;   /* (nullable) */
} CdVenueInstruction;

/* An order that waits for a second person. */
typedef struct
{
  char *id, *account, *hash, *by, *decided_by, *deputy_for, *reason, *order_key, *order, *order_id;
  const char *state; /* static */
  int version;
  gint64 at_us;
} CdVenueRequest;

/* @person stands in for the approver @by, first and last day included. */
typedef struct
{
  char *id, *account, *by, *person, *reason;
  CdDate from, to;
  gboolean ended;
} CdVenueDeputy;

typedef struct
{
  char *account, *sector, *market;
  int year;
  gint64 verified_e3, approved, issued;
  gint64 owed, surrendered, offset;
  gboolean closed;
} CdVenueObligation;

typedef struct
{
  char *account, *reason;
  CdDate day;
  const char *state; /* static */
  gint64 trades, bought, sold, amount_bought_e4, amount_sold_e4;
} CdVenueSettlement;

/* Units bought on one day that may not be sold yet. */
typedef struct
{
  char *account, *asset;
  CdDate day;
  gint64 qty;
} CdVenuePurchase;

/* A key that was seen: its answer for ever, or a fence. */
typedef struct
{
  char *body_sha256;
  char *refused;        /* (nullable): body of an order that was refused, until the next start */
  CdWireAnswer *answer; /* (nullable) when only fenced */
  gboolean fenced;
} CdVenueKey;

typedef struct
{
  char *id, *code, *party;
  CdSide side;
  gint64 price_e4, qty;
  CdVenueOrder *order; /* (nullable): a participant's order is made when the intent is taken */
  CdMatchRef ref;
} CdVenueBlock;

struct _CdVenue
{
  CdPack *const *packs; /* borrowed */
  gsize n_packs;
  char *epoch, *scenario;
  CdVenueSink sink;
  gpointer sink_data;
  gint64 now_us, day_event_us, step_us;
  gint64 start_us; /* where the scenario begins; the days before it are only history */
  guint64 rng;
  CdVenueDemoPerson *persons; /* own: roles change */
  gsize n_persons;

  GPtrArray *accounts; /* CdVenueAccount */
  GHashTable *account_by_id;
  GPtrArray *books;  /* CdVenueBook */
  GPtrArray *codes;  /* borrowed */
  GPtrArray *orders; /* CdVenueOrder */
  GHashTable *order_by_id;
  GPtrArray *execs; /* CdVenueExec */
  GHashTable *keys; /* key -> CdVenueKey */
  GPtrArray *instructions;
  GHashTable *instruction_by_id;
  GPtrArray *requests; /* CdVenueRequest */
  GPtrArray *deputies; /* CdVenueDeputy */
  GPtrArray *obligations;
  GPtrArray *settlements;
  GPtrArray *purchases; /* CdVenuePurchase, oldest first */
  GPtrArray *blocks;    /* open intents */
  CdLedger *ledger;
  guint64 next_order, next_exec, next_receipt;
  CdDate open_day; /* day whose sessions are running or over */
  gboolean day_closed;
  gboolean silent;     /* no participants of our own */
  gboolean is_closing; /* in the step of time that closes a day */
  GBytes *close_state; /* (nullable) */
  gint64 close_us;     /* of @close_state */
  guint64 close_hash;
};

/* cd-venue.c */
CdVenueAccount *cd_venue_account (const CdVenue *venue, const char *id);
CdVenueAccount *cd_venue_add_account (CdVenue *venue, const char *id, const char *name, const char *name_zh, const char *market, const char *sector, gboolean participant);
/* Numbers the event and takes it. */
void cd_venue_emit (CdVenue *venue, CdWireEvent *event);
CdWireEvent *cd_venue_event_new (CdVenue *venue, CdWireEventKind kind, const char *account);
const CdVenueDemoPerson *cd_venue_person (const CdVenue *venue, const char *id);
CdDate cd_venue_today (const CdVenue *venue);
const CdZone *cd_venue_zone (const CdVenue *venue);
/* A posting that must succeed: the amounts were checked before. */
void cd_venue_move (CdVenue *venue, const char *asset, const char *from, CdBucket from_bucket, const char *to, CdBucket to_bucket, gint64 amount);
guint64 cd_venue_random (CdVenue *venue);
gint64 cd_venue_random_range (CdVenue *venue, gint64 low, gint64 high); /* both included */

/* cd-venue-book.c */
CdVenueBook *cd_venue_find_book (const CdVenue *venue, const char *code);
void cd_venue_add_book (CdVenue *venue, const CdPack *pack, const CdInstrument *instrument, gint64 prev_close_e4);
void cd_venue_book_free (gpointer book);
/* Empty matchers for today's rules. Nothing may rest from the day before. */
void cd_venue_book_begin_day (CdVenue *venue, CdVenueBook *book);
gboolean cd_venue_book_holds (const CdVenueBook *book, gint64 price_e4); /* whether a price has a place in it */
CdMatchOrder cd_venue_match_order (const CdVenue *venue, const CdVenueBook *book, const CdVenueDraft *draft, gconstpointer tag);
/* Puts @order in by the rule of the market; what it trades with is filled. */
CdMatchResult cd_venue_book_enter (CdVenue *venue, CdVenueBook *book, CdVenueOrder *order);
CdMatchResult cd_venue_book_probe (CdVenue *venue, CdVenueBook *book, const CdVenueDraft *draft); /* of a pick */
CdMatchResult cd_venue_book_take (CdVenue *venue, CdVenueBook *book, CdVenueOrder *taker, const char *listing);
void cd_venue_book_remove (CdVenue *venue, CdVenueBook *book, CdVenueOrder *order);
/* @order has its new price and quantity already. @keeps: its place in the queue. */
CdMatchResult cd_venue_book_replace (CdVenue *venue, CdVenueBook *book, CdVenueOrder *order, gint64 old_price_e4, gboolean keeps);
void cd_venue_book_stats (const CdVenue *venue, const CdVenueBook *book, CdMdStats *out);
void cd_venue_publish_stats (CdVenue *venue, CdVenueBook *book);

/* cd-venue-orders.c: each answers by filling @answer (verdict, code, a, b, order_id). */
void cd_venue_order_new (CdVenue *venue, const char *person, const CdWireCommand *command, const CdWireBody *body, CdWireAnswer *answer);
void cd_venue_order_cancel (CdVenue *venue, const CdWireCommand *command, const CdWireBody *body, CdWireAnswer *answer);
void cd_venue_order_replace (CdVenue *venue, const CdWireCommand *command, const CdWireBody *body, CdWireAnswer *answer);
void cd_venue_order_free (gpointer order);
void cd_venue_exec_free (gpointer exec);
void cd_venue_block_free (gpointer block);
void cd_venue_end_order (CdVenue *venue, CdVenueOrder *order, const char *state, CdWireEventKind kind, const char *reason);
/* Locks, announces and matches, for clients and participants alike, after the checks. The code of a refusal that changed nothing,
 * else NULL and @out; an order that could not stay has ended. */
const char *cd_venue_place (CdVenue *venue, CdVenueBook *book, const CdVenueDraft *draft, CdVenueOrder **out);
/* Locks and announces only. (nullable): not enough means. */
CdVenueOrder *cd_venue_announce (CdVenue *venue, CdVenueBook *book, const CdVenueDraft *draft);
/* Both sides of one execution, at the maker's price. */
void cd_venue_fill (CdVenue *venue, CdVenueBook *book, CdVenueOrder *maker, CdVenueOrder *taker, gint64 qty);

/* cd-venue-blocks.c */
CdMatchResult cd_venue_block_open (CdVenue *venue, CdVenueBook *book, const CdVenueDraft *draft, CdVenueOrder *order); /* @order: (nullable) */
void cd_venue_block_done (CdVenue *venue, CdVenueBlock *block, CdMdBlockState state);
void cd_venue_block_withdraw (CdVenue *venue, const CdVenueOrder *order); /* the intent of @order, if there is one */
CdMatchResult cd_venue_block_probe (CdVenue *venue, CdVenueBook *book, const CdVenueDraft *draft);
CdMatchResult cd_venue_block_take (CdVenue *venue, CdVenueBook *book, CdVenueOrder *taker, const char *listing);
void cd_venue_trade (CdVenue *venue, CdVenueBook *book, CdVenueOrder *maker, CdVenueOrder *taker, gint64 price_e4, gint64 qty);

/* cd-venue-close.c */
gint64 cd_venue_next_day_event (const CdVenue *venue); /* the next opening or close after now; 0 = none known */
void cd_venue_day_event (CdVenue *venue);              /* does what is due at now */
CdVenueSettlement *cd_venue_settlement (CdVenue *venue, const char *account, CdDate day, gboolean create);
void cd_venue_settlement_free (gpointer settlement);
void cd_venue_settle_answer (CdVenue *venue, const CdWireCommand *command, const CdWireBody *body, CdWireAnswer *answer);
void cd_venue_composite (CdVenue *venue, gboolean closing);

/* cd-venue-release.c */
CdBucket cd_venue_bought_bucket (const CdVenue *venue, const CdVenueBook *book); /* where a purchase of today goes */
void cd_venue_bought (CdVenue *venue, const CdVenueBook *book, const char *account, gint64 qty);
void cd_venue_release (CdVenue *venue); /* at an opening: frees what the rule lets free today */
void cd_venue_purchase_free (gpointer purchase);

/* cd-venue-instruct.c */
void cd_venue_instruct (CdVenue *venue, const char *person, const CdWireCommand *command, CdWireAnswer *answer);
void cd_venue_instruction_free (gpointer instruction);
const char *cd_venue_instruction_state (const CdVenueInstruction *instruction);   /* on the wire */
const char *cd_venue_instruction_in_time (const CdVenueInstruction *instruction); /* (nullable): not to be said yet */

/* cd-venue-requests.c */
void cd_venue_request (CdVenue *venue, const char *person, const CdWireCommand *command, const CdWireBody *body, CdWireAnswer *answer);
void cd_venue_request_free (gpointer request);
gboolean cd_venue_request_allows (CdVenue *venue, const char *person, const CdWireCommand *command, CdWireAnswer *answer);
void cd_venue_request_placed (CdVenue *venue, const CdWireCommand *command, const CdWireAnswer *answer);
void cd_venue_requests_lapse (CdVenue *venue);

/* cd-venue-people.c */
typedef struct
{
  guint role;
  const char *name;
} CdVenueRoleName;
extern const CdVenueRoleName cd_venue_role_names[]; /* ends with a NULL name */
void cd_venue_people (CdVenue *venue, const char *person, const CdWireCommand *command, const CdWireBody *body, CdWireAnswer *answer);
void cd_venue_deputy_free (gpointer deputy);
/* What @person may do with @account today, deputyship included. @deputy_for: (out) (nullable): set when APPROVE is another one's. */
guint cd_venue_roles (const CdVenue *venue, const char *person, const char *account, const char **deputy_for);

/* cd-venue-registry.c */
typedef enum
{
  CD_VENUE_STEP_LOCK,
  CD_VENUE_STEP_BACK,
  CD_VENUE_STEP_DONE,
} CdVenueStep;
void cd_venue_move_content (CdVenue *venue, const char *account, const CdWireInstruction *content, CdVenueStep step);
gboolean cd_venue_check_content (CdVenue *venue, const char *account, const CdWireInstruction *content, CdWireAnswer *answer);
gboolean cd_venue_as_expected (const CdVenue *venue, const char *account, const CdWireInstruction *content, const CdWireInstruction *said, CdWireAnswer *answer);
gboolean cd_venue_still_possible (CdVenue *venue, const CdVenueInstruction *instruction, CdWireAnswer *answer);
void cd_venue_count_surrender (CdVenue *venue, const CdVenueInstruction *instruction);
void cd_venue_obligation_free (gpointer obligation);
CdVenueObligation *cd_venue_find_obligation (const CdVenue *venue, const char *account, int year);

/* cd-venue-figures.c */
gint64 cd_venue_reserved (const CdVenue *venue, const char *account, const char *asset, int year);
gboolean cd_venue_check_reserve (CdVenue *venue, const char *account, const CdWireInstruction *content, CdWireAnswer *answer);
gboolean cd_venue_check_surrender (CdVenue *venue, const char *account, const CdWireInstruction *content, CdWireAnswer *answer);

/* cd-venue-state.c */
GBytes *cd_venue_state_write (const CdVenue *venue);
gboolean cd_venue_state_read (CdVenue *venue, GBytes *bytes, GError **error);

/* cd-scenario.c */
gboolean cd_scenario_setup (CdVenue *venue, const char *scenario, gint64 start_us, GError **error);
void cd_scenario_begin (CdVenue *venue); /* the first moment of its history */
/* Where the scenario drives the price right now; 0 = nowhere. */
gint64 cd_scenario_push (const CdVenue *venue, const CdVenueBook *book);

/* cd-participants.c */
#define CD_PARTICIPANT_STEP_US (10 * CD_USEC_PER_SEC)
void cd_participants_setup (CdVenue *venue);
void cd_participants_open (CdVenue *venue); /* fills the books at an opening */
void cd_participants_step (CdVenue *venue);

static inline void
cd_venue_reject (CdWireAnswer *answer, const char *code)
{
  answer->verdict = CD_WIRE_REJECTED;
  g_free (answer->code);
  answer->code = g_strdup (code);
}

static inline gint64
cd_venue_leaves (const CdVenueOrder *order)
{
  return order->qty - order->cum;
}

/* cd-venue-statement.c */
void cd_venue_add_statement (const CdVenue *venue, CdWireList *list, const char *account);

G_END_DECLS
