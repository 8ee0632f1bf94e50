/* cd-trade-client-list.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lists, page after page. What comes of it is one list of one moment, or an error: no page of another epoch, none that is older or
 * younger than the first, no cursor twice, and an end after so many. Pages are read by a worker: a long one would hold up the window.
 */
#include <string.h>

#include "cd-trade-client-private.h"
#include "cd-ws-connect.h"

#define PAGES_MAX 200
#define TRIES_MAX 3 /* a list that changes while it is read */

typedef struct
{
  CdWireListKind kind;
  char *path;                /* (owned) */
  GCancellable *cancellable; /* (owned) (nullable) */
  CdWireList *whole;         /* (owned) (nullable): the pages so far */
  GHashTable *cursors;       /* (owned): those that were followed */
  guint pages, tries;
} Listing;

static void ask_page (GTask *task);

static void
listing_free (gpointer data)
{
  Listing *listing = data;

  g_clear_pointer (&listing->whole, cd_wire_list_free);
  g_clear_object (&listing->cancellable);
  g_hash_table_unref (listing->cursors);
  g_free (listing->path);
  g_free (listing);
}

/* --- On the worker ----------------------------------------------------------------------------------------------------- */

typedef struct
{
  GTask *task; /* (owned) */
  CdWireListKind kind;
  GBytes *body; /* (owned) */
} Parse;

static void
parse_run (gpointer data)
{
  Parse *parse = data;
  g_autoptr (GError) error = NULL;
  gsize len;
  const char *text = g_bytes_get_data (parse->body, &len);
  CdWireList *list = cd_wire_list_parse (parse->kind, text ? text : "", len, &error);

  if (list)
    g_task_return_pointer (parse->task, list, (GDestroyNotify)cd_wire_list_free);
  else
    g_task_return_error (parse->task, g_steal_pointer (&error));
  g_object_unref (parse->task);
  g_bytes_unref (parse->body);
  g_free (parse);
}

/* --- On the main thread ------------------------------------------------------------------------------------------------ */

static void
fail (GTask *task, const char *why)
{
  const Listing *listing = g_task_get_task_data (task);

  g_task_return_new_error (task, CD_NET_ERROR, CD_NET_ERROR_BODY, "%s: %s", listing->path, why);
  g_object_unref (task);
}

static const char *
flaw_of (const CdTradeClient *self, const Listing *listing, const CdWireList *page)
{
  if ((self->epoch && g_strcmp0 (page->epoch, self->epoch) != 0) || (listing->whole && g_strcmp0 (page->epoch, listing->whole->epoch) != 0))
    return "a list of another epoch";
  if ((listing->whole ? listing->whole->items->len : 0) + page->items->len > CD_WIRE_LIST_MAX || listing->pages > PAGES_MAX)
    return "a list without an end";
  if (page->next && page->items->len == 0)
    return "an empty page in the middle of a list";
  if (page->next && !g_hash_table_add (listing->cursors, g_strdup (page->next)))
    return "a list that goes round in a circle";
  return NULL;
}

/* Something happened between two pages: rows may stand in both, or in none. From the beginning. */
static void
start_again (GTask *task)
{
  Listing *listing = g_task_get_task_data (task);

  if (++listing->tries == TRIES_MAX)
    {
      fail (task, "a list that changes while it is read");
      return;
    }
  g_clear_pointer (&listing->whole, cd_wire_list_free);
  g_hash_table_remove_all (listing->cursors);
  listing->pages = 0;
  ask_page (task);
}

static void
add_page (Listing *listing, CdWireList *page)
{
  if (!listing->whole)
    {
      listing->whole = page;
      return;
    }
  /* The rows change hands. */
  g_array_append_vals (listing->whole->items, page->items->data, page->items->len);
  g_array_set_size (page->items, 0);
  g_free (listing->whole->next);
  listing->whole->next = g_steal_pointer (&page->next);
  cd_wire_list_free (page);
}

static void
parsed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  CdTradeClient *self = CD_TRADE_CLIENT (source);
  GTask *task = data;
  Listing *listing = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (CdWireList) page = g_task_propagate_pointer (G_TASK (result), &error);
  const char *flaw;

  if (!page)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      g_object_unref (task);
      return;
    }
  listing->pages++;
  flaw = flaw_of (self, listing, page);
  if (flaw)
    fail (task, flaw);
  else if (listing->whole && page->as_of_seq != listing->whole->as_of_seq)
    start_again (task);
  else
    {
      add_page (listing, g_steal_pointer (&page));
      if (listing->whole->next)
        ask_page (task);
      else
        {
          g_task_return_pointer (task, g_steal_pointer (&listing->whole), (GDestroyNotify)cd_wire_list_free);
          g_object_unref (task);
        }
    }
}

static void
page_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  CdTradeClient *self = CD_TRADE_CLIENT (source);
  GTask *task = data;
  const Listing *listing = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  GBytes *body = cd_trade_client_get_finish (self, result, &error);
  Parse *parse;

  if (!body)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      g_object_unref (task);
      return;
    }
  parse = g_new0 (Parse, 1);
  parse->task = g_task_new (self, NULL, parsed_cb, task);
  parse->kind = listing->kind;
  parse->body = body;
  cd_env_run_task (self->env, "lists", parse_run, parse);
}

static void
ask_page (GTask *task)
{
  const Listing *listing = g_task_get_task_data (task);
  const char *next = listing->whole ? listing->whole->next : NULL;
  g_autofree char *cursor = next ? g_uri_escape_string (next, NULL, FALSE) : NULL;
  g_autofree char *path = cursor ? g_strdup_printf ("%s%ccursor=%s", listing->path, strchr (listing->path, '?') ? '&' : '?', cursor) : g_strdup (listing->path);

  cd_trade_client_get_async (g_task_get_source_object (task), path, listing->cancellable, page_cb, task);
}

void
cd_trade_client_list_async (CdTradeClient *self, CdWireListKind kind, const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (self, NULL, callback, data);
  Listing *listing = g_new0 (Listing, 1);

  listing->kind = kind;
  listing->path = g_strdup (path);
  listing->cancellable = cancellable ? g_object_ref (cancellable) : NULL;
  listing->cursors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_task_set_task_data (task, listing, listing_free);
  ask_page (task);
}

CdWireList *
cd_trade_client_list_finish (CdTradeClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- By key ---------------------------------------------------------------------------------------------------------------- */

static void
by_key_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  CdTradeClient *self = CD_TRADE_CLIENT (source);
  g_autoptr (GTask) task = data;
  const char *key = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = cd_trade_client_get_finish (self, result, &error);
  g_autoptr (CdWireByKey) answer = NULL;
  gsize len;

  if (body)
    {
      const char *text = g_bytes_get_data (body, &len);

      answer = cd_wire_by_key_parse (text ? text : "", len, &error);
    }
  if (!answer)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (self->epoch && g_strcmp0 (answer->epoch, self->epoch) != 0)
    g_task_return_new_error (task, CD_NET_ERROR, CD_NET_ERROR_BODY, "%s: an answer of another epoch", key);
  else if (answer->found && g_strcmp0 (answer->order.key, key) != 0)
    g_task_return_new_error (task, CD_NET_ERROR, CD_NET_ERROR_BODY, "%s: an answer for another key", key);
  else
    g_task_return_pointer (task, g_steal_pointer (&answer), (GDestroyNotify)cd_wire_by_key_free);
}

void
cd_trade_client_by_key_async (CdTradeClient *self, const char *key, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (self, NULL, callback, data);
  g_autofree char *path = g_strdup_printf ("orders/by-key/%s?consistency=strong", key);

  g_task_set_task_data (task, g_strdup (key), g_free);
  cd_trade_client_get_async (self, path, cancellable, by_key_cb, task);
}

CdWireByKey *
cd_trade_client_by_key_finish (CdTradeClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
