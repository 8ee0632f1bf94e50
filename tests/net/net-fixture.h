/* net-fixture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The hostile server as a child, its table, and the measures of what it costs us.
 */
#pragma once

#include "cd-trade-client.h"
#include "cert-fixture.h"

G_BEGIN_DECLS

/* One row of the server's table: hostile.py says what they mean. */
typedef struct
{
  char *name;
  char *expect;
  guint variants;
} Script;

typedef struct _Hostile Hostile;

/* @names: of certificates in @dir, NULL-terminated */
Hostile *hostile_new (const char *dir, const char *const *names);
void hostile_free (Hostile *hostile);
CdEndpoint *hostile_endpoint (Hostile *hostile, const char *name); /* with ca.crt and ca.crl of its folder */
GPtrArray *hostile_scripts (Hostile *hostile, const char *way);    /* (element-type Script) (transfer none): "post", "frame", "read", "handshake" */
void hostile_set (Hostile *hostile, const char *what, const char *mode);
guint hostile_copies (Hostile *hostile, const char *key);

/* Certificates for a good server and a person, and a folder for them. (transfer full) */
char *certs_folder (Certs **certs);

/* Runs the main loop until @condition holds; the limit is a failure of the test. */
typedef gboolean (*Condition) (gconstpointer data);
void run_until (Condition condition, gconstpointer data, guint limit_s);

/* What a client said of a command. #CdTradeClientFuncs.outcome with an Outcome as data. */
typedef struct
{
  CdSendOutcome outcome;
  guint n;
} Outcome;
void outcome_cb (CdTradeClient *client, const char *key, CdSendOutcome outcome, const CdWireAnswer *answer, gpointer data);
gboolean has_outcome (gconstpointer data);

/* What a peer cost: highest resident size above the start, and the longest time in which the main loop served nobody else:
 * as the processor counts it, which other programs cannot lengthen, and by the clock. */
typedef struct
{
  gint64 rss_start_kib, rss_peak_kib;
  gint64 gap_cpu_us, gap_us;
  gint64 last_cpu_us, last_us;
  guint source;
} Cost;
void cost_start (Cost *cost);
void cost_end (Cost *cost);

G_END_DECLS
