/* cd-http.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One HTTP exchange with the venue, by the rules of reliability F-3 that libsoup does not keep by itself:
 *
 *  - Commands are POST on a new connection, in a session of their own; no redirect, no repeat. libsoup would send some requests again
 *    (421, a cut reused line); "restarted" cancels the exchange before a second copy can leave.
 *  - No cookie, cache, authentication, content decoder, sniffer, proxy; HTTP/1.1 only; identity encoding, and any other is refused.
 *  - A limit for the whole exchange, for the body (8 MiB), for head lines and interim answers.
 *  - A body counts only with one Content-Length that it fulfils, or chunked; never both, never neither; the end of TLS in the middle is
 *    a cut. That a chunked body is whole must be seen from the body: the library cannot tell.
 *  - The peer is the one #CdTrust accepts, checked before the first byte of ours.
 *
 * Whether a byte can have left is known at any moment: that is what the classification of commands rests on (D6).
 * Thread: the one that made the CdHttp.
 */
#pragma once

#include "cd-transport.h"

G_BEGIN_DECLS

#define CD_HTTP_BODY_MAX (8 * 1024 * 1024)
#define CD_HTTP_HEAD_MAX (32 * 1024) /* names and values together */
#define CD_HTTP_HEAD_LINES_MAX 100
#define CD_HTTP_INTERIM_MAX 10 /* 1xx before the answer */
#define CD_HTTP_READ_MS_MAX 10000

typedef struct _CdHttp CdHttp;
typedef struct _CdHttpExchange CdHttpExchange;

/**
 * CdHttpRequest:
 * @path: below /v1, e.g. "commands"
 * @body: (nullable): makes it a POST
 * @key: (nullable): Idempotency-Key; makes it a command
 * @limit_ms: for the whole exchange
 */
typedef struct
{
  const char *path;
  const char *body;
  const char *key;
  guint limit_ms;
} CdHttpRequest;

/**
 * CdHttpResult:
 * @written: a byte of the request may have left
 * @copies: times the library began to write it; never above 1
 * @status: 0 when no answer came
 * @body: (nullable): the whole body; %NULL when it is not whole or breaks a rule, and then @error says why
 */
typedef struct
{
  gboolean written;
  guint copies;
  guint status;
  GBytes *body;
  const GError *error;
} CdHttpResult;

/* Called once, never from inside cd_http_start(), not after cd_http_cancel(). */
typedef void (*CdHttpFunc) (const CdHttpResult *result, gpointer data);

/* Before a second thread uses the network: makes the classes that both will need, which GLib must not be asked for by two at once. */
void cd_http_prepare (void);

CdHttp *cd_http_new (CdEnv *env, const CdEndpoint *endpoint) G_GNUC_WARN_UNUSED_RESULT;
/* What is under way must have been cancelled before. */
void cd_http_free (CdHttp *http);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdHttp, cd_http_free)

/* Returns: (transfer none): valid until the function was called or the exchange cancelled. */
CdHttpExchange *cd_http_start (CdHttp *http, const CdHttpRequest *request, CdHttpFunc func, gpointer data);

/**
 * cd_http_cancel:
 * Gives the exchange up; nothing more of it leaves. Cancelling does not unsend.
 * Returns: %TRUE if a byte of the request may have left.
 */
gboolean cd_http_cancel (CdHttpExchange *exchange);

G_END_DECLS
