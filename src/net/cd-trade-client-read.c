/* cd-trade-client-read.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The read-only lists over HTTP, and the practice clock.
 */
#include "cd-trade-client-private.h"
#include "cd-ws-connect.h"

/* Kept until libsoup has called back, also when the caller has gone. */
typedef struct
{
  GTask *task; /* (owned) */
  CdHttpExchange *exchange;
  GCancellable *outer; /* (owned) (nullable) */
  gulong outer_id;
} Read;

static void
read_end (Read *read)
{
  CdTradeClient *self = g_task_get_source_object (read->task);

  g_ptr_array_remove_fast (self->reads, read);
  if (read->outer)
    g_signal_handler_disconnect (read->outer, read->outer_id);
  g_clear_object (&read->outer);
  g_object_unref (read->task);
  g_free (read);
}

static CdNetError
error_of_status (guint status)
{
  if (status == SOUP_STATUS_UNAUTHORIZED || status == SOUP_STATUS_FORBIDDEN)
    return CD_NET_ERROR_REFUSED;
  return status / 100 == 3 ? CD_NET_ERROR_REDIRECT : CD_NET_ERROR_STATUS;
}

static void
read_done_cb (const CdHttpResult *result, gpointer data)
{
  Read *read = data;

  if (result->body && result->status == SOUP_STATUS_OK)
    g_task_return_pointer (read->task, g_bytes_ref (result->body), (GDestroyNotify)g_bytes_unref);
  else if (result->body)
    {
      gsize len;
      const char *text = g_bytes_get_data (result->body, &len);
      g_autoptr (CdWireProblem) problem = cd_wire_problem_parse (text ? text : "", len, NULL);

      g_task_return_new_error (read->task, CD_NET_ERROR, error_of_status (result->status), "status %u%s%s", result->status, problem ? ": " : "", problem ? problem->code : "");
    }
  else
    g_task_return_error (read->task, g_error_copy (result->error));
  read_end (read);
}

void
cd_trade_client_drop_read (gpointer data)
{
  Read *read = data;

  cd_http_cancel (read->exchange);
  g_task_return_new_error (read->task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
  read_end (read);
}

/* Main thread, like everything here; the answer comes from the main loop all the same, by GTask. */
static void
outer_cancelled_cb (GCancellable *outer, gpointer data)
{
  cd_trade_client_drop_read (data);
}

static void
exchange (CdTradeClient *self, const char *path, const char *body, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  const CdHttpRequest request = { .path = path, .body = body, .limit_ms = CD_HTTP_READ_MS_MAX };
  GTask *task = g_task_new (self, NULL, callback, data);
  Read *read;

  if (self->closed || g_cancellable_is_cancelled (cancellable))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
      g_object_unref (task);
      return;
    }
  read = g_new0 (Read, 1);
  read->task = task;
  g_ptr_array_add (self->reads, read);
  read->exchange = cd_http_start (self->http, &request, read_done_cb, read);
  if (cancellable)
    {
      read->outer = g_object_ref (cancellable);
      read->outer_id = g_signal_connect (cancellable, "cancelled", G_CALLBACK (outer_cancelled_cb), read);
    }
}

void
cd_trade_client_get_async (CdTradeClient *self, const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  exchange (self, path, NULL, cancellable, callback, data);
}

GBytes *
cd_trade_client_get_finish (CdTradeClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
cd_trade_client_post_practice_async (CdTradeClient *self, const char *path, const char *body, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  exchange (self, path, body, cancellable, callback, data);
}

GBytes *
cd_trade_client_post_practice_finish (CdTradeClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
