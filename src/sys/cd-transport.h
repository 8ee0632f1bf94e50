/* cd-transport.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What carries bytes between us and a venue, as a table behind #CdEnv. An environment without a table (the real one) uses
 * libsoup, see net/cd-link.h; the simulator supplies one in which messages travel in memory and are lost, doubled, late or cut
 * as its seed says.
 *
 * A line is one WebSocket: whole text messages either way, and counted bytes, because what was never offered to the wire is
 * the only thing that provably never left. An exchange is one HTTP request with its whole answer.
 *
 * Thread: the one that opened the line or began the exchange. Nothing of @funcs is called from inside a function of the table,
 * and nothing after free().
 */
#pragma once

#include "cd-env.h"

G_BEGIN_DECLS

/**
 * CdEndpoint: where a venue is and what proves it.
 * @url: "https://localhost:PORT"
 * @ca_path: the pinned CA, the only one trusted
 * @crl_path: (nullable)
 * @cert_path, @key_path: (nullable): client certificate for the private routes
 * @certificate: (nullable): the same with its key, opened already; then the paths do not count
 */
typedef struct
{
  char *url;
  char *ca_path;
  char *crl_path;
  char *cert_path;
  char *key_path;
  GTlsCertificate *certificate;
} CdEndpoint;

/**
 * CdTransportFuncs:
 * @opened: at most once
 * @message: one whole text message
 * @closed: at most once and the last: the line could not be opened, or has ended. @error: (nullable)
 */
typedef struct
{
  void (*opened) (gpointer user_data);
  void (*message) (const char *text, gsize len, gpointer user_data);
  void (*closed) (const GError *error, gpointer user_data);
} CdTransportFuncs;

/**
 * CdTransportReply:
 * @status: of HTTP; 0 with @error
 * @announced: Content-Length, -1 = not told
 * @body: (nullable) (transfer none)
 * Called once for each exchange, also after cancelling.
 */
typedef void (*CdTransportReply) (guint status, gint64 announced, GBytes *body, const GError *error, gpointer user_data);

/**
 * CdTransportOps:
 * @exposed: bytes that were offered to the wire; @accepted: bytes handed to send() so far, heads included
 * @exchange: a reply with %CD_NET_ERROR_CONNECT says that nothing of the request was written
 * @posts: exchange() also carries commands; else they go as frames or not at all
 * @venue: (transfer full) (nullable): the ready line of a practice venue that is there already; %NULL with @error: none starts
 */
typedef struct
{
  gpointer (*open) (gpointer data, const CdEndpoint *endpoint, const char *path, const CdTransportFuncs *funcs, gpointer user_data);
  gboolean (*is_open) (gpointer line);
  void (*send) (gpointer line, const char *text);
  guint64 (*accepted) (gpointer line);
  guint64 (*exposed) (gpointer line);
  void (*free) (gpointer line);
  void (*exchange) (gpointer data, const CdEndpoint *endpoint, const char *method, const char *path, const char *body, GCancellable *cancellable, CdTransportReply reply, gpointer user_data);
  char *(*venue) (gpointer data, GError **error);
  gboolean posts;
} CdTransportOps;

/**
 * cd_env_transport:
 * @data: (out): first argument of open(), exchange() and venue()
 * Returns: (nullable) (transfer none): NULL = libsoup and a child process
 */
const CdTransportOps *cd_env_transport (CdEnv *env, gpointer *data);

/* Gives a driven environment a transport. @ops: (nullable): must outlive @env */
void cd_env_test_set_transport (CdEnv *env, const CdTransportOps *ops, gpointer data);

G_END_DECLS
