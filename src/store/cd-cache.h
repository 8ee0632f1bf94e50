/* cd-cache.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cache.db: what can be had again: quotes, events and statements by page, how far the venue's events have been applied, the anchor
 * of the journal. It may be deleted at any moment. A cache that is damaged, of another program or of a newer version is moved
 * aside (cache.db.bad) and begun anew; cd_cache_was_rebuilt() then says that it must be filled again.
 *
 * Pages are keyset pages: "the next 200 after this key"; never an offset. Every quote row carries a check of its own figures.
 *
 * Synchronous; on the store thread.
 */
#pragma once

#include "cd-bars.h"
#include "cd-journal.h"

G_BEGIN_DECLS

#define CD_CACHE_APPLICATION_ID 0x43444331 /* "CDC1" */
#define CD_CACHE_PAGE 200
#define CD_CACHE_IN_MEMORY ":memory:" /* as a path: when the disk gives no room; gone at close */

typedef struct _CdCache CdCache;

CdCache *cd_cache_open (CdEnv *env, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cd_cache_close (CdCache *cache);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdCache, cd_cache_close)
gboolean cd_cache_was_rebuilt (CdCache *cache);             /* begun empty: at open, or later by cd_cache_rebuild() */
gboolean cd_cache_rebuild (CdCache *cache, GError **error); /* after %CD_DB_ERROR_CORRUPT or %CD_STORE_ERROR_DAMAGED */
CdDb *cd_cache_db (CdCache *cache);

/* Transactions: each call below is one of its own unless one is open. */
gboolean cd_cache_begin (CdCache *cache, GError **error);
gboolean cd_cache_commit (CdCache *cache, GError **error);
void cd_cache_rollback (CdCache *cache);

/* --- Quotes ---------------------------------------------------------------------------------------------------------- */

/**
 * cd_cache_put_bars:
 * @span_us: 0 = daily (keyed by day), else the length of the bars (keyed by start)
 * Inserts or replaces, sorted by key first. One transaction.
 */
gboolean cd_cache_put_bars (CdCache *cache, const char *instrument, gint64 span_us, const CdBar *bars, gsize n, GError **error);

/**
 * cd_cache_get_bars:
 * @after: key after which the page begins: day number or start_us; %G_MININT64 = from the first
 * Returns: (transfer full) (element-type CdBar): at most @limit, oldest first; %NULL on error
 */
GArray *cd_cache_get_bars (CdCache *cache, const char *instrument, gint64 span_us, gint64 after, guint limit, GError **error);

/**
 * cd_cache_get_last_bars: the newest @limit, oldest first.
 */
GArray *cd_cache_get_last_bars (CdCache *cache, const char *instrument, gint64 span_us, guint limit, GError **error);

/* --- Events of the venue --------------------------------------------------------------------------------------------- */

typedef struct
{
  char *account; /* (owned) */
  char *epoch;   /* (owned) */
  gint64 seq;
  gint64 at_us;
  char *kind;   /* (owned) */
  char *key;    /* (owned): order id, instruction id …; may be "" */
  GBytes *body; /* (owned) */
} CdCacheEvent;

void cd_cache_event_free (CdCacheEvent *event);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdCacheEvent, cd_cache_event_free)

/**
 * cd_cache_apply_event:
 * Stores the event and moves the account's last applied sequence in the same transaction. An event that was applied before is
 * left alone and reported as done. A gap (seq not last + 1 within the epoch) is %CD_STORE_ERROR_ARGUMENT; another epoch begins
 * the account anew.
 */
gboolean cd_cache_apply_event (CdCache *cache, const CdCacheEvent *event, GError **error);
gboolean cd_cache_last_applied (CdCache *cache, const char *account, char **epoch, gint64 *seq, GError **error); /* "" and 0 when none */

/* (transfer full) (element-type CdCacheEvent): newest first, before @before_seq (%G_MAXINT64 = from the newest) */
GPtrArray *cd_cache_get_events (CdCache *cache, const char *account, gint64 before_seq, guint limit, GError **error);

/* --- Statements ------------------------------------------------------------------------------------------------------ */

typedef struct
{
  gint64 line;
  gint64 at_us;
  char *account; /* (owned) */
  char *kind;    /* (owned): "fill", "holding", "cash" … */
  char *key;     /* (owned) */
  GBytes *body;  /* (owned) */
} CdCacheStatementRow;

void cd_cache_statement_row_free (CdCacheStatementRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdCacheStatementRow, cd_cache_statement_row_free)

/* Replaces all rows of the statement @sha256 (of its raw bytes). (element-type CdCacheStatementRow) */
gboolean cd_cache_put_statement (CdCache *cache, const char *sha256, GPtrArray *rows, GError **error);
GPtrArray *cd_cache_get_statement (CdCache *cache, const char *sha256, gint64 after_line, guint limit, GError **error);

/* --- Small things ---------------------------------------------------------------------------------------------------- */

/* A named value: last book of an instrument, last journal sequence applied … (names: 1–64 of [a-z0-9._:-] and capitals). */
gboolean cd_cache_put_value (CdCache *cache, const char *name, gint64 at_us, GBytes *value, GError **error);
GBytes *cd_cache_get_value (CdCache *cache, const char *name, gint64 *at_us, GError **error); /* (transfer full): NULL without error when none */

/* Written after each journal commit, in a transaction that need not be durable: it may lag, never lead. */
gboolean cd_cache_put_anchor (CdCache *cache, const CdJournalAnchor *anchor, GError **error);
gboolean cd_cache_get_anchor (CdCache *cache, CdJournalAnchor *anchor, GError **error);

G_END_DECLS
