/* cd-ws-connect.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Opens a WebSocket the way design 7 wants it: TCP, TLS against the pinned CA, our own 101 handshake, CdStream below and
 * libsoup's WebSocket on top. Works on the thread-default main context of the caller.
 */
#pragma once

#include <libsoup/soup.h>

#include "cd-feed.h"
#include "cd-stream.h"
#include "cd-trust.h"

G_BEGIN_DECLS

#define CD_NET_ERROR (cd_net_error_quark ())
GQuark cd_net_error_quark (void);
/* Frozen. */
typedef enum
{
  CD_NET_ERROR_URL = 1,
  CD_NET_ERROR_CERTIFICATE = 2, /* ours cannot be read, or theirs is not accepted: trying again will not help */
  CD_NET_ERROR_CONNECT = 3,
  CD_NET_ERROR_HANDSHAKE = 4,
  CD_NET_ERROR_TIMEOUT = 5,
  CD_NET_ERROR_STATUS = 6,
  CD_NET_ERROR_BODY = 7,
  CD_NET_ERROR_REDIRECT = 8, /* a status of 3xx, which is never followed */
  CD_NET_ERROR_REFUSED = 9,  /* 401, 403: who asks may not */
} CdNetError;

#define CD_WS_FRAME_MAX (1024 * 1024)

/**
 * cd_ws_connect_async:
 * @path: e.g. "/v1/md"
 *
 * The whole attempt has a limit of 10 seconds.
 */
void cd_ws_connect_async (CdEnv *env, const CdEndpoint *endpoint, CdTrust *trust, const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);

/**
 * cd_ws_connect_finish:
 * @stream: (out) (transfer full): the counting stream below the connection
 *
 * Returns: (transfer full) (nullable)
 */
SoupWebsocketConnection *cd_ws_connect_finish (GAsyncResult *result, CdStream **stream, GError **error);

/**
 * cd_endpoint_uri:
 * The address as https://HOST:PORT and nothing more: no user before an @, which would hide the host behind it, no path, no query, and a host
 * in plain letters: one of another script, or its xn-- form, can look like one that is known (catalogue E7).
 * Errors: %CD_NET_ERROR_URL.
 */
GUri *cd_endpoint_uri (const CdEndpoint *endpoint, GError **error);

/* TRUE when another attempt with the same endpoint cannot succeed. */
gboolean cd_net_error_is_final (const GError *error);

/* cd_trust_check_line() for the connection below @stream. */
gboolean cd_ws_check_line (CdTrust *trust, const CdEndpoint *endpoint, CdStream *stream, GError **error);

GTlsCertificate *cd_endpoint_certificate (const CdEndpoint *endpoint, GError **error); /* (nullable) without @error when it has none */

/* Delay before attempt n (0, 1, …): 0.5·2ⁿ s ± 50 %, at most 30 s. */
guint cd_net_backoff_ms (CdEnv *env, guint attempt);

G_END_DECLS
