/* cd-store-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "cd-head.h"
#include "cd-store.h"

G_BEGIN_DECLS

typedef struct
{
  char *kind;    /* (owned) */
  char *key;     /* (owned) */
  GBytes *body;  /* (owned) */
  GTask *task;   /* (owned) (nullable) */
  gint64 seq;    /* given by the journal */
  GError *error; /* (owned) (nullable): of this record alone */
} CdStoreAppend;

struct _CdStore
{
  gatomicrefcount refs;
  CdEnv *env;       /* (owned) */
  CdPaths *paths;   /* (owned) */
  CdWorker *worker; /* (owned) */
  GThread *owner;
  GMainContext *context; /* (owned) */

  /* Store thread only */
  CdJournal *journal; /* (owned) (nullable): NULL when closed */
  CdCache *cache;     /* (owned) (nullable) */
  CdSigner *signer;   /* (owned) (nullable): without it heads are not signed */
  char *read_only;    /* (owned) (nullable): why nothing is written any more; for good */
  char *reserve_file; /* (owned) */

  /* Owner's thread only */
  GPtrArray *replay;    /* (element-type CdJournalRow) (owned) (nullable): filled before the owner gets the store */
  GPtrArray *turn;      /* (element-type CdStoreAppend) (owned): made in this turn of the loop */
  GSource *turn_source; /* (owned) (nullable): its prepare is the end of every turn */
  gboolean closing;

  GMutex mutex;
  GPtrArray *queue;       /* (element-type CdStoreAppend) (owned) (mutex mutex): wait for the store thread */
  gboolean job_scheduled; /* (mutex mutex) */
  CdStoreStats stats;     /* (mutex mutex) */
  char *problem;          /* (owned) (nullable) (mutex mutex) */
  char *warning;          /* (owned) (nullable) (mutex mutex) */
  char *salvage;          /* (owned) (nullable) (mutex mutex) */
  CdSpace space;          /* (mutex mutex) */
  gboolean cache_rebuilt; /* (mutex mutex) */
};

void cd_store_assert_owner (CdStore *store);
void cd_store_end_turn (CdStore *store);
GPtrArray *cd_store_new_batch (void);
void cd_store_attach_turn (CdStore *store);
void cd_store_write_anchor (CdStore *store, gboolean durable); /* store thread */
void cd_store_sample_space (CdStore *store);                   /* store thread */
void cd_store_set_problem (CdStore *store, const char *text);  /* @text: (nullable) */
/* After work on the cache failed: begins it anew when it is damaged. Store thread. */
void cd_store_mind_cache (CdStore *store, const GError *error);

G_END_DECLS
