/* cd-desk-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The inside of the desk, shared by cd-desk-*.c only. One concern a file:
 *
 *   cd-desk.c             start, stop, state
 *   cd-desk-people.c      people and entities
 *   cd-desk-identity.c    the key to sign in with
 *   cd-desk-new.c         the parts a desk owns
 *   cd-desk-submit.c      the user's verbs on orders
 *   cd-desk-staged.c      drafts that wait for a person
 *   cd-desk-wake.c        what comes first after a sleep
 *   cd-desk-feed.c        quotes, tape, blocks, clock
 *   cd-desk-journal.c     what is written to and read from the journal
 *   cd-desk-orders.c      the way of a command; answers and events
 *   cd-desk-look.c        what may still leave, right before it does
 *   cd-desk-reconcile.c   R0–R9
 *   cd-desk-newest.c      which of two readings is the newer one
 *   cd-desk-holdings.c    holdings, cash, settlements
 *   cd-desk-registry.c    instructions
 *   cd-desk-requests.c    orders that wait for a second person; deputies; vetoes
 *   cd-desk-files.c       the same in signed files (cd-desk-files-check.c: what must hold of one)
 *   cd-desk-statement.c   every movement of the chosen account
 *   cd-desk-obligations.c figures of the obligations, cover, what to surrender
 *   cd-desk-cover.c       the cover plan over the live books
 *   cd-desk-cover-stage.c from the plan to staged orders; the house's own rules
 *   cd-desk-encumbrance.c what of a holding is not free, and until when
 *   cd-desk-differences.c what does not agree, and our own ledger
 *   cd-desk-periodic.c    what is read again although nothing happened
 *   cd-desk-checks.c      live checks and preview of a draft
 *   cd-desk-bars.c        bars and the practice clock
 *   cd-desk-gaps.c        holes in what the lines told
 *   cd-desk-imports.c     imported quotes
 *   cd-desk-store.c       trouble of the disk
 */
#pragma once

#include "cd-desk-cover.h"
#include "cd-desk-differences.h"
#include "cd-desk-requests.h"
#include "cd-desk.h"
#include "cd-feed.h"
#include "cd-store.h"
#include "cd-trade-client.h"
#include "cd-venue-process.h"
#include "cd-wire-list.h"
#include "cd-worker.h"

G_BEGIN_DECLS

#define CD_TAPE_ROWS_MAX 500
#define CD_LOG_ROWS_MAX 1000
/* Older than this a figure is not drawn as live (P16). */
#define CD_BOOK_AGE_US_MAX (2 * CD_USEC_PER_SEC + CD_USEC_PER_SEC / 2)
#define CD_HOLDINGS_AGE_US_MAX (60 * CD_USEC_PER_SEC)
#define CD_REGISTRY_AGE_US_MAX (15 * 60 * CD_USEC_PER_SEC)
#define CD_ORDER_DEADLINE_US (10 * CD_USEC_PER_SEC)
#define CD_LATE_US (3 * CD_USEC_PER_SEC) /* after a deadline, by the clock of the venue that enforces it */

/* Live bars of one instrument; the tape of the last rows. */
typedef struct
{
  GListStore *tape; /* CdTapeRow, newest first */
  CdBars *minutes;
  CdBars *days;          /* the venue's own */
  GArray *imported;      /* CdBar of files, by day */
  GArray *imported_days; /* CdDate, the same */
  char *source;          /* name of the newest file; (nullable) */
} CdDeskSeries;

/* Cash of one account as the venue said it last. */
typedef struct
{
  CdCash cash;
  gint64 asked_boot_us; /* when this was asked for */
  gint64 boot_us;
} CdDeskCash;

struct _CdDesk
{
  GObject parent_instance;

  /* Owned */
  CdEnv *env;
  char *profile, *scenario, *market_time_option, *speed, *seed, *venue_path, *join, *person_option;
  CdPaths *paths;
  CdStore *store;
  gboolean store_opening;
  CdVenueProcess *venue;
  CdVenueReady *ready;
  CdFeedBox *box;
  CdFeed *feed;
  CdFeedUpdate *update;
  CdTradeClient *client;
  GPtrArray *packs;          /* CdPack */
  GCancellable *cancellable; /* of everything that belongs to this start */

  CdDeskState state;
  char *problem;
  char *store_problem; /* (nullable): why nothing new may be written; as shown */
  CdSpace space;       /* as told */
  guint look_ticks;
  gint64 store_offset_us; /* as the store has it */
  gboolean restored;      /* the journal is older than what was known of it */
  gboolean stopped;       /* kill switch */
  char *held;             /* (nullable): code of why nothing new is sent */
  CdIdentity *identity;   /* (nullable): the user's own key */
  GError *identity_error;
  gboolean token_gone;
  gint64 certificate_from_us, certificate_until_us; /* 0 = not known */
  int certificate_told;                             /* days, as warned last; -1 = never */
  gboolean reconciled;                              /* R9 reached on this connection */
  gboolean signed_in;                               /* a session of the person was read since he took the desk */
  gboolean rights_taken;                            /* in mid-session: until a person reconciles or signs in anew */
  gboolean foreign;                                 /* an answer to a registry command was not ours: until a person reconciles */
  gboolean input_late;                              /* see cd_desk_set_input_late() */
  gboolean suspect;                                 /* an answer was not ours: locked until a reconcile that began later has ended */
  guint reconcile_tries;
  guint reconcile_round; /* answers of an earlier round are dropped */
  guint reconcile_pending;
  gboolean history_asked;   /* bars and trades from before we came */
  gboolean reconcile_again; /* an UNKNOWN is still open */
  gboolean asking_again;    /* for those alone, while live */
  guint64 tick_timer;
  GSource *wake;            /* (owned) (nullable) */
  gint64 slept_us, wall_us; /* as of the last look: time asleep; our clock minus the one that never goes back */
  guint64 reconcile_timer;
  GTask *stop_task;

  /* Market */
  CdFeedStatus status;
  guint lines_slept;                       /* lines of the feed that are of before a sleep */
  gint64 session_time_us, session_boot_us; /* the venue's real time in the last session, and when it came */
  GListStore *quotes;                      /* CdQuote */
  GHashTable *quote_by_code;               /* borrowed */
  GHashTable *series;                      /* code -> CdDeskSeries */
  GArray *blocks;                          /* CdFeedBlock, open ones */
  char *level_code;                        /* the level that is open */
  CdSide level_side;
  gint64 level_price_e4;
  GArray *listings; /* CdListing */

  /* People */
  GPtrArray *persons; /* CdPerson */
  char *person;
  GPtrArray *entities; /* CdEntity */
  char *entity;

  /* Orders */
  GListStore *orders;       /* CdOrderRow */
  GListStore *gaps;         /* CdGapRow */
  GHashTable *order_by_key; /* borrowed */
  GHashTable *order_by_id;  /* venue order id -> CdOrderRow, borrowed */
  GListStore *staged;       /* CdStagedRow */
  guint staged_tick;
  guint plan_number; /* highest of the day @plan_day */
  CdDate plan_day;
  GListStore *fills;
  GHashTable *fill_by_id; /* "account/exec_id/key" -> CdFillRow, borrowed */
  GHashTable *requests;   /* command key -> CdDeskRequest */
  GHashTable *last_seq;   /* account -> guint64* */

  /* Of this database of the venue */
  GHashTable *newest_list;  /* kind and account -> what is shown of it */
  GHashTable *newest_event; /* key of an order, id of an instruction -> guint64*: the last event about it */
  guint64 n_asked;          /* lists */

  /* Registry */
  GListStore *holdings;
  GListStore *instructions;
  GHashTable *instruction_by_id;
  GListStore *obligations;
  GHashTable *own_rules; /* account -> CdDeskOwn */
  guint cover_tick;
  GListStore *differences; /* CdDifferenceRow */
  GHashTable *sighted;     /* id -> figures seen once, and when */
  GHashTable *ledger;      /* "account/asset" -> gint64*: opening */
  CdReconcileSummary summary;
  struct
  {
    gint64 orders_us, holdings_us, full_us;          /* periods */
    gint64 orders_at, holdings_at, full_at, soon_at; /* boot time of the last ones; of a second look, 0 = none */
    gint64 began_at;                                 /* of the reconcile on its way */
    gint64 close_us;                                 /* the close before which everything was read */
  } periodic;
  guint obligations_tick;
  GHashTable *cash;           /* account -> CdDeskCash */
  GArray *settlements;        /* CdSettlement of the chosen entity */
  GHashTable *holdings_asked; /* account -> gint64: boot time when what is shown was asked for */
  gint64 holdings_boot_us;
  gint64 registry_boot_us;
  guint64 refresh_timer; /* lists are read again soon after an event, once */

  GListStore *approvals;     /* CdRequestRow, newest first */
  GListStore *deputies;      /* CdDeputyRow */
  GHashTable *vetoes;        /* account -> CdDeskVeto */
  GListStore *movements;     /* CdMovementRow of the chosen entity, newest first */
  char *statement_epoch;     /* (nullable) */
  gint64 statement_boot_us;  /* of an earlier start it may lie before the boot */
  gboolean statement_kept;   /* as it was kept: not read on this connection yet, and so never live */
  gint64 statement_until_us; /* market time up to which it tells everything */
  gboolean statement_watched;
  GHashTable *files;   /* id of a draft or instruction -> CdDeskFile: asked for in a file */
  GHashTable *decided; /* SHA-256 of a request file -> CdApprovalFile: decided here */

  GListStore *log;

  /* Imports */
  CdWorker *reader;   /* (nullable): reads one file */
  GPtrArray *imports; /* char*: "SHA-256 file" of every import in the journal, oldest first */
};

/* Names of the signals. */
typedef enum
{
  CD_DESK_SIGNAL_STATE,
  CD_DESK_SIGNAL_CLOCK,
  CD_DESK_SIGNAL_QUOTE,
  CD_DESK_SIGNAL_ACCOUNT,
  CD_DESK_SIGNAL_ALERT,
  CD_DESK_SIGNAL_LEVELS,
  CD_DESK_N_SIGNALS,
} CdDeskSignal;
void cd_desk_emit (CdDesk *self, CdDeskSignal signal);
void cd_desk_emit_quote (CdDesk *self, CdQuote *quote);
void cd_desk_alert (CdDesk *self, int level, const char *source, const char *code, const char *format, ...) G_GNUC_PRINTF (5, 6);
/* cd-desk-identity.c */
void cd_desk_identity_new (CdDesk *self, const CdDeskConfig *config);
void cd_desk_identity_free (CdDesk *self);
void cd_desk_identity_tick (CdDesk *self);
gboolean cd_desk_identity_apply (CdDesk *self, CdEndpoint *endpoint); /* FALSE: not to be opened; the state says why */
gboolean cd_desk_take_persons (CdDesk *self, GError **error);
/* cd-desk-people.c */
void cd_desk_take_session (CdDesk *self, const CdWireSession *session);
void cd_desk_rights_changed (CdDesk *self);     /* the venue says so of the person: nothing new until the session has been read anew */
const char *cd_desk_hold_reason (CdDesk *self); /* (nullable): code of why nothing new is sent */
void cd_desk_open_client (CdDesk *self);        /* cd-desk.c */
/* cd-desk-new.c */
void cd_desk_parts_new (CdDesk *self);
void cd_desk_parts_free (CdDesk *self);

void cd_desk_set_state (CdDesk *self, CdDeskState state, const char *problem);

/* cd-desk-wake.c: the tick of the clock; and ages first, after the loop has stood still */
void cd_desk_tick_start (CdDesk *self, guint ms, GSourceFunc tick);
void cd_desk_tick_stop (CdDesk *self);
void cd_desk_look_at_clocks (CdDesk *self); /* did the machine sleep, was its clock set: before anything new is let out */

/* cd-desk-feed.c */
void cd_desk_feed_start (CdDesk *self);
void cd_desk_feed_take (CdDesk *self);
void cd_desk_feed_tick (CdDesk *self);  /* ages */
void cd_desk_feed_slept (CdDesk *self); /* nothing is live until another line says so */
CdLinkState cd_desk_feed_link (CdDesk *self);
const char *cd_desk_feed_reason (CdDesk *self); /* (nullable): why nothing is traded on its prices */
CdDeskSeries *cd_desk_series (CdDesk *self, const char *code);
void cd_desk_series_free (CdDeskSeries *series);
CdFreshness cd_desk_freshness (CdDesk *self, CdLinkState link, gint64 at_boot_us, gint64 max_us, gint64 *age_us);
CdBook *cd_desk_book_of (CdQuote *quote); /* (transfer full): the visible levels as a book */
gboolean cd_desk_price_of (CdDesk *self, const char *code, gint64 *price_e4);

/* cd-desk-journal.c */
void cd_desk_journal_replay (CdDesk *self);                                                                           /* after the venue said its epoch */
void cd_desk_journal_epoch (CdDesk *self, const char *epoch);                                                         /* another incarnation of the venue, while we run */
void cd_desk_journal_behind (CdTradeClient *client, const char *account, guint64 told, guint64 known, gpointer data); /* see CdTradeClientFuncs */
/* Sent to the venue's database of now. What another one has of it, this one cannot say: it is neither asked for nor changed. */
gboolean cd_desk_is_of_now (CdDesk *self, const CdOrder *order);
/* The record of a decision of our own about an order: never sent, no answer, gone by its deadline … */
void cd_desk_note (CdDesk *self, const CdOrder *order, CdOrderEventKind kind, const char *code);

/* cd-desk-orders.c */
typedef enum
{
  CD_REQUEST_NEW,
  CD_REQUEST_CANCEL,
  CD_REQUEST_REPLACE,
  CD_REQUEST_FENCE,
  CD_REQUEST_INSTRUCTION,
  CD_REQUEST_SETTLEMENT,
  CD_REQUEST_APPROVAL, /* request.*, account.*, deputy.* */
} CdRequestKind;
typedef struct
{
  CdRequestKind kind;
  char *key;
  char *order_key;        /* of the order concerned; (nullable) */
  char *instruction_id;   /* (nullable): or that of an approval request */
  char *staged_id;        /* (nullable): of the draft that an approval is asked for */
  CdWireCommand *command; /* (owned) */
  char *person;           /* who pressed */
  guint rights;           /* as that person had them then */
  const char *stayed;     /* (nullable): code of why it did not leave after COMMIT 2 */
} CdDeskRequest;
void cd_desk_request_free (CdDeskRequest *request);
/* cd-desk-look.c */
void cd_desk_look_pressed (CdDesk *self, CdDeskRequest *request);
const char *cd_desk_last_look (CdDesk *self, const CdDeskRequest *request); /* (nullable): code of why it must not leave any more */
/* Whether the person may propose an instruction of @kind; "rights.missing". */
gboolean cd_desk_check_may_propose (CdDesk *self, const char *account, CdWireInstructionKind kind, GError **error);
/* cd-desk-orders.c */
/* COMMIT 1 (+ COMMIT 2) and the line. Takes @request. */
void cd_desk_send (CdDesk *self, CdDeskRequest *request);
void cd_desk_orders_outcome (CdDesk *self, const char *key, CdSendOutcome outcome, const CdWireAnswer *answer);
void cd_desk_orders_event (CdDesk *self, const CdWireEvent *event);
void cd_desk_orders_apply_event (CdDesk *self, const CdWireEvent *event, gboolean live); /* table and rows only */
void cd_desk_add_fill (CdDesk *self, const CdWireEvent *event, const CdOrder *order);
void cd_desk_order_changed (CdDesk *self, CdOrderRow *row);
CdOrderRow *cd_desk_add_order (CdDesk *self, CdOrder *order, const char *purpose, const char *by);
gboolean cd_desk_apply (CdDesk *self, CdOrderRow *row, const CdOrderEvent *event); /* table + row + journal record */

/* cd-desk-staged.c */
/* A second person is asked, by record and row. @key: (nullable): of the order to be; %NULL takes the question back */
void cd_desk_staged_asked (CdDesk *self, CdStagedRow *row, const char *key, gint64 until_us);
void cd_desk_staged_tick (CdDesk *self); /* checks again, about once a second */
void cd_desk_staged_replay (CdDesk *self, const CdJournalRow *record);
void cd_desk_staged_gone (CdDesk *self, CdStagedRow *row, const char *why, const char *order_key); /* record and model */

/* cd-desk-files.c */
void cd_desk_file_free (gpointer file);
void cd_desk_files_replay (CdDesk *self, const CdJournalRow *record);
/* Whether a draft may be sent at all. @key, @body: (out) (nullable): as approved in a file, and no others */
gboolean cd_desk_file_gate (CdDesk *self, CdStagedRow *row, const char **key, const char **body, GError **error);

/* cd-desk-checks.c */
gsize cd_desk_check_within (CdDesk *self, const CdOrderDraft *draft, const char *purpose, gint64 duplicate_us, CdCheckResult *results, gsize n_max, CdPreview *preview);

/* cd-desk-differences.c */
typedef struct
{
  const char *kind, *account, *subject, *asset;
  gboolean has_exchange, has_registry, has_ledger;
  gint64 exchange, registry, ledger;
  gboolean at_once; /* no second look is needed */
} CdDifference;
gboolean cd_desk_difference_seen (CdDesk *self, const CdDifference *d);
void cd_desk_difference_agrees (CdDesk *self, const char *kind, const char *account, const char *subject);
void cd_desk_differences_check (CdDesk *self);
void cd_desk_differences_replay (CdDesk *self, const CdJournalRow *journaled);
gboolean cd_desk_difference_locks (CdDesk *self, const char *account, const char *instrument);

/* cd-desk-periodic.c */
void cd_desk_periodic_init (CdDesk *self);
void cd_desk_periodic_tick (CdDesk *self);
void cd_desk_periodic_soon (CdDesk *self);
void cd_desk_periodic_reconciled (CdDesk *self);
void cd_desk_ask_orders (CdDesk *self); /* cd-desk-reconcile.c: executions and orders, without locking */

/* cd-desk-cover.c */
void cd_desk_cover_row (CdDesk *self, CdObligationRow *row);
const CdModeRule *cd_desk_list_mode (CdDesk *self, const char *code);              /* (nullable): of today */
gint64 cd_desk_max_order (CdDesk *self, const char *code, const CdModeRule *mode); /* exclusive; 0 = no limit */

/* cd-desk-cover-stage.c */
void cd_desk_cover_tick (CdDesk *self);
void cd_desk_own_replay (CdDesk *self, const CdJournalRow *record);
void cd_desk_own_free (gpointer own);

/* cd-desk-submit.c */
char *cd_desk_new_key (CdDesk *self);
/* The venue's real time, from what it said last and the boot clock: somebody may have set ours in the meantime. */
gint64 cd_desk_venue_now (CdDesk *self);
gint64 cd_desk_server_offset (CdDesk *self);                       /* the venue's clock minus ours; 0 = not known */
gint64 cd_desk_order_age_us (CdDesk *self, const CdOrderRow *row); /* since it was pressed, or, of an earlier start, recorded */
/* An order that a second person approved: under its own key, with the very bytes of the request. */
CdOrderRow *cd_desk_submit_approved (CdDesk *self, const CdOrderDraft *draft, const char *purpose, const char *key, const char *body, GError **error);
/* @staged: (nullable); @key, @body: (nullable): as approved in a file */
CdOrderRow *cd_desk_submit_staged (CdDesk *self, const CdOrderDraft *draft, const char *purpose, CdStagedRow *staged, const char *key, const char *body, GError **error);

/* cd-desk-store.c */
/* @prefix: static, see cd-desk-kept.h */
void cd_desk_store_keep (CdDesk *self, const char *prefix, const char *account, const CdWireList *list);
char *cd_desk_store_reason (CdDesk *self); /* (transfer full) (nullable): why nothing new may leave */
gboolean cd_desk_store_is_readable_only (CdDesk *self);
void cd_desk_store_tick (CdDesk *self);
void cd_desk_store_offset (CdDesk *self); /* for the records from here on */
void cd_desk_store_opened (CdDesk *self);

/* cd-desk-bars.c */
/* cd-desk-gaps.c: the private line is gone, is back, a number was missing on it, a whole reconcile has ended. */
void cd_desk_gap_lost (CdDesk *self);
void cd_desk_gap_found (CdDesk *self);
void cd_desk_gap_numbers (CdDesk *self, const char *account, guint64 expected, guint64 got);
void cd_desk_gaps_read (CdDesk *self);

void cd_desk_tape_refill (CdDesk *self, const char *code); /* reads again what a gap row of the tape stands for */
void cd_desk_tapes_refill (CdDesk *self);
void cd_desk_history_start (CdDesk *self);

/* cd-desk-imports.c */
void cd_desk_imports_start (CdDesk *self);                              /* what was imported before */
void cd_desk_imports_replay (CdDesk *self, const CdJournalRow *record); /* a record of kind import */

/* cd-desk-reconcile.c */
void cd_desk_reconcile_start (CdDesk *self);
void cd_desk_ask_unknown_later (CdDesk *self);

/* cd-desk-newest.c */
void cd_desk_newest_new (CdDesk *self);
void cd_desk_newest_free (CdDesk *self);
guint64 cd_desk_newest_ask (CdDesk *self); /* the number of a question for a list */
/* Whether @list, asked for as number @ask, is at least as new as what is shown of its kind; if so, it is what is shown from now on. */
gboolean cd_desk_newest_list (CdDesk *self, const char *account, const CdWireList *list, guint64 ask);
guint64 cd_desk_newest_seq (CdDesk *self, CdWireListKind kind, const char *account); /* the event up to which the shown list goes; 0 = none yet */
void cd_desk_newest_told (CdDesk *self, const char *id, guint64 seq);                /* an event about @id; 0 = not numbered */
gboolean cd_desk_newest_row (CdDesk *self, const char *id, guint64 as_of_seq);       /* no event about @id came after that */
void cd_desk_newest_forget (CdDesk *self);                                           /* another database of the venue */

/* cd-desk-executions.c */
void cd_desk_executions_apply (CdDesk *self, const CdWireList *list);
/* Writes what of @list our orders lack into the journal. @then is called when it is durable or could not be written (which locks what is
 * new); from inside when there is nothing to write. */
void cd_desk_executions_record (CdDesk *self, const CdWireList *list, void (*then) (gpointer data), gpointer data);

/* cd-desk-holdings.c */
char *cd_desk_list_path (CdWireListKind kind, const char *account); /* (transfer full) */
void cd_desk_refresh_soon (CdDesk *self);
/* @asked_us: the boot time when the list was asked for */
void cd_desk_holdings_apply (CdDesk *self, const char *account, const CdWireList *list, gint64 asked_us);
/* cd-desk-statement.c */
void cd_desk_statement_apply (CdDesk *self, const char *account, const CdWireList *list, gint64 asked_us);
void cd_desk_statement_forget (CdDesk *self);
void cd_desk_statement_recall (CdDesk *self); /* what was kept of the chosen account, until the venue lists it */
/* cd-desk-holdings.c */
void cd_desk_cash_apply (CdDesk *self, const char *account, const CdWireList *list, gint64 asked_us);
void cd_desk_settlements_apply (CdDesk *self, const char *account, const CdWireList *list);
void cd_desk_holdings_event (CdDesk *self, const CdWireEvent *event);
CdHoldingRow *cd_desk_holding (CdDesk *self, const char *account, const char *asset); /* (nullable) */

/* cd-desk-registry.c */
char *cd_desk_instruction_summary (const CdWireInstruction *content);
void cd_desk_instructions_apply (CdDesk *self, const char *account, const CdWireList *list);
void cd_desk_instructions_restored (CdDesk *self);
void cd_desk_instructions_rights (CdDesk *self);
void cd_desk_instruction_event (CdDesk *self, const CdWireEvent *event);
/* @event: (nullable): what @record holds. @steps: id of the instruction by key of the command, kept for the whole replay */
void cd_desk_instruction_replay (CdDesk *self, const CdJournalRow *record, const CdWireEvent *event, GHashTable *steps);
void cd_desk_instruction_outcome (CdDesk *self, CdDeskRequest *request, CdSendOutcome outcome, const CdWireAnswer *answer);

/* cd-desk-requests.c */
void cd_desk_requests_apply (CdDesk *self, const char *account, const CdWireList *list);
void cd_desk_deputies_apply (CdDesk *self, const char *account, const CdWireList *list);
void cd_desk_requests_event (CdDesk *self, const CdWireEvent *event, gboolean live); /* request, account, deputy */
void cd_desk_requests_session (CdDesk *self, const CdWireAccount *account);
void cd_desk_request_outcome (CdDesk *self, CdDeskRequest *request, CdSendOutcome outcome, const CdWireAnswer *answer);
void cd_desk_requests_rights (CdDesk *self); /* after another person or a deputy */
void cd_desk_requests_forget (CdDesk *self); /* another database of the venue: it has none of them */
/* Locked, and why: as %CD_DESK_ERROR_LOCKED. */
gboolean cd_desk_check_unlocked (CdDesk *self, GError **error);
/* Of order.new, by the person who sits here; borrows from all three. */
CdWireBody cd_desk_order_body (CdDesk *self, const CdOrderDraft *draft, const char *purpose);
char *cd_desk_print_order (CdDesk *self, const CdOrderDraft *draft, const char *purpose); /* the body of order.new, by the person who sits here */
void cd_desk_veto_free (gpointer veto);

/* cd-desk-obligations.c */
void cd_desk_obligations_apply (CdDesk *self, const char *account, const CdWireList *list);
void cd_desk_obligations_tick (CdDesk *self);   /* what depends on clock and book, about once a second */
void cd_desk_obligations_update (CdDesk *self); /* evaluates again */
/* The buckets of @holding as far as they are for the surrender for @year: a bucket knows neither year nor purpose, so units that wait for their
 * cancellation stand beside those that wait for a surrender, and what was surrendered for one year beside what was for another. */
void cd_desk_bound_for (CdDesk *self, const CdHoldingRow *holding, int year, gint64 bucket[CD_HOLDING_BUCKETS]);
CdObligation *cd_desk_evaluate (CdDesk *self, CdObligationRow *row, const char *asset, gint64 delta, GError **error); /* what-if: @delta units of @asset */
CdObligation *cd_desk_evaluate_if (CdDesk *self, CdObligationRow *row, const CdWhatIf *what_if, GError **error);
CdObligationRow *cd_desk_current_obligation (CdDesk *self, const char *account); /* the one that is due next; (nullable) */

G_END_DECLS
