/* stream-fixture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two connected ends over a pipe, TCP or TLS, and the counters the stream tests look at.
 */
#pragma once

#include "cd-pipe.h"
#include "cd-stream.h"

#include <libsoup/soup.h>

#define LIMIT_MS 30000

typedef struct
{
  CdEnv *env;
  CdStream *client_stream;
  CdStream *server_stream;
  SoupWebsocketConnection *client;
  SoupWebsocketConnection *server;
  guint received;
  guint64 received_bytes;
  gboolean in_order;
  guint echoed;
  guint errors;
  guint closed;
} Pair;

/* Runs the loop until @condition holds; the limit is a failure. */
#define WAIT_FOR(condition)                                   \
  do                                                          \
    {                                                         \
      guint limit = g_timeout_add (LIMIT_MS, limit_cb, NULL); \
      while (!(condition))                                    \
        g_main_context_iteration (NULL, TRUE);                \
      g_source_remove (limit);                                \
    }                                                         \
  while (0)

gboolean limit_cb (gpointer data);
void result_cb (GObject *source, GAsyncResult *result, gpointer data);
void count_message_cb (SoupWebsocketConnection *connection, int type, GBytes *message, gpointer data);
void error_cb (SoupWebsocketConnection *connection, GError *error, gpointer data);
void closed_cb (SoupWebsocketConnection *connection, gpointer data);
SoupWebsocketConnection *websocket_over (CdStream *stream, SoupWebsocketConnectionType type);
void tcp_pair (GIOStream **client, GIOStream **server);
void tls_pair (GIOStream **client, GIOStream **server);
void pipe_pair (GIOStream **client, GIOStream **server);
GTlsCertificate *test_certificate (void);
gboolean accept_any_certificate_cb (GTlsConnection *connection, GTlsCertificate *certificate, GTlsCertificateFlags flags, gpointer data);
void ignore_log_cb (const char *domain, GLogLevelFlags level, const char *message, gpointer data);
