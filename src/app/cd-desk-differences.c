/* cd-desk-differences.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The queue of differences, and the ledger of our own that holdings are compared with.
 */
#include "cd-desk-differences.h"

#include <string.h>

#include "cd-desk-private.h"
#include "cd-json.h"

#define RESOLVED_MAX 200
#define SECOND_SIGHT_US (CD_USEC_PER_SEC / 2)

/* A difference of figures that was seen once. */
typedef struct
{
  char figures[72];
  gint64 boot_us;
} Sight;

G_DEFINE_FINAL_TYPE (CdDifferenceRow, cd_difference_row, CD_TYPE_ROW)

static void
cd_difference_row_finalize (GObject *object)
{
  CdDifferenceRow *self = (CdDifferenceRow *)object;
  char *texts[] = { self->id, self->kind, self->account, self->subject, self->asset, self->owner, self->note, self->reason, self->resolved_by };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  G_OBJECT_CLASS (cd_difference_row_parent_class)->finalize (object);
}

static void
cd_difference_row_class_init (CdDifferenceRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cd_difference_row_finalize;
}

static void
cd_difference_row_init (CdDifferenceRow *self)
{
}

/* --- Journal --------------------------------------------------------------------------------------------------------- */

static void
record (CdDesk *self, const CdDifferenceRow *row)
{
  g_autoptr (CdJsonWriter) w = cd_json_writer_new ();
  g_autofree char *text = NULL;
  g_autoptr (GBytes) body = NULL;

  cd_json_writer_begin_object (w, NULL);
  cd_json_writer_string (w, "kind", row->kind);
  cd_json_writer_string (w, "account", row->account);
  cd_json_writer_string (w, "subject", row->subject);
  if (row->asset)
    cd_json_writer_string (w, "asset", row->asset);
  if (row->has_exchange)
    cd_json_writer_i64 (w, "exchange", row->exchange);
  if (row->has_registry)
    cd_json_writer_i64 (w, "registry", row->registry);
  if (row->has_ledger)
    cd_json_writer_i64 (w, "ledger", row->ledger);
  cd_json_writer_instant (w, "first", row->first_us);
  cd_json_writer_string (w, "owner", row->owner);
  cd_json_writer_string (w, "note", row->note);
  cd_json_writer_bool (w, "resolved", row->resolved);
  if (row->resolved)
    {
      cd_json_writer_string (w, "reason", row->reason);
      cd_json_writer_string (w, "by", row->resolved_by);
      cd_json_writer_instant (w, "at", row->resolved_us);
    }
  cd_json_writer_end_object (w);
  text = cd_json_writer_finish (w);
  body = g_bytes_new (text, strlen (text));
  cd_store_append (self->store, CD_JOURNAL_DIFFERENCE, row->id, body);
}

static CdDifferenceRow *
find_row (CdDesk *self, const char *id)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->differences));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdDifferenceRow) row = g_list_model_get_item (G_LIST_MODEL (self->differences), i);

      if (g_str_equal (row->id, id))
        return row;
    }
  return NULL;
}

static void
read_text (const CdJson *at, const char *member, char **out)
{
  const char *text = NULL;

  if (cd_json_has (at, member) && cd_json_get_string (at, member, &text, NULL))
    cd_row_set_text (out, text);
}

static gboolean
read_units (const CdJson *at, const char *member, gint64 *out)
{
  return cd_json_has (at, member) && cd_json_get_i64 (at, member, out, NULL);
}

static void
replay_difference (CdDesk *self, const CdJournalRow *journaled, const CdJson *root)
{
  CdDifferenceRow *row = find_row (self, journaled->key);

  if (!row)
    {
      row = g_object_new (CD_TYPE_DIFFERENCE_ROW, NULL);
      row->id = g_strdup (journaled->key);
      g_list_store_insert (self->differences, 0, row);
      g_object_unref (row);
    }
  read_text (root, "kind", &row->kind);
  read_text (root, "account", &row->account);
  read_text (root, "subject", &row->subject);
  read_text (root, "asset", &row->asset);
  read_text (root, "owner", &row->owner);
  read_text (root, "note", &row->note);
  read_text (root, "reason", &row->reason);
  read_text (root, "by", &row->resolved_by);
  row->has_exchange = read_units (root, "exchange", &row->exchange);
  row->has_registry = read_units (root, "registry", &row->registry);
  row->has_ledger = read_units (root, "ledger", &row->ledger);
  cd_json_get_instant (root, "first", &row->first_us, NULL);
  cd_json_get_bool (root, "resolved", &row->resolved, NULL);
  if (row->resolved)
    cd_json_get_instant (root, "at", &row->resolved_us, NULL);
}

void
cd_desk_differences_replay (CdDesk *self, const CdJournalRow *journaled)
{
  gsize len;
  const char *text = g_bytes_get_data (journaled->body, &len);
  g_autoptr (CdJsonDoc) doc = cd_json_parse (text, (gssize)len, 0, NULL);
  CdJson root;
  gint64 opening;

  if (!doc)
    return;
  root = cd_json_root (doc);
  if (g_str_equal (journaled->kind, CD_JOURNAL_DIFFERENCE))
    replay_difference (self, journaled, &root);
  else if (cd_json_get_i64 (&root, "opening", &opening, NULL))
    g_hash_table_insert (self->ledger, g_strdup (journaled->key), g_memdup2 (&opening, sizeof opening));
}

/* --- Opening and closing --------------------------------------------------------------------------------------------- */

static char *
id_of (const char *kind, const char *account, const char *subject)
{
  return g_strdup_printf ("%s:%s/%s", kind, account, subject);
}

static void
trim (CdDesk *self)
{
  guint resolved = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->differences)); i++)
    {
      g_autoptr (CdDifferenceRow) row = g_list_model_get_item (G_LIST_MODEL (self->differences), i);

      if (row->resolved && ++resolved > RESOLVED_MAX)
        g_list_store_remove (self->differences, i--);
    }
}

static void
open_row (CdDesk *self, const CdDifference *d, const char *id)
{
  CdDifferenceRow *row = find_row (self, id);
  guint position;

  if (row && g_list_store_find (self->differences, row, &position))
    g_list_store_remove (self->differences, position);
  row = g_object_new (CD_TYPE_DIFFERENCE_ROW, NULL);
  row->id = g_strdup (id);
  row->kind = g_strdup (d->kind);
  row->account = g_strdup (d->account);
  row->subject = g_strdup (d->subject);
  row->asset = g_strdup (d->asset);
  row->owner = g_strdup ("");
  row->note = g_strdup ("");
  row->reason = g_strdup ("");
  row->resolved_by = g_strdup ("");
  row->has_exchange = d->has_exchange;
  row->has_registry = d->has_registry;
  row->has_ledger = d->has_ledger;
  row->exchange = d->exchange;
  row->registry = d->registry;
  row->ledger = d->ledger;
  row->first_us = cd_desk_get_market_time (self);
  g_list_store_insert (self->differences, 0, row);
  record (self, row);
  trim (self);
  cd_desk_alert (self, 2, "reconcile", "difference", "%s", id);
  g_object_unref (row);
}

static void
close_row (CdDesk *self, CdDifferenceRow *row, const char *reason, const char *by)
{
  row->resolved = TRUE;
  row->resolved_us = cd_desk_get_market_time (self);
  cd_row_set_text (&row->reason, reason);
  cd_row_set_text (&row->resolved_by, by);
  record (self, row);
  cd_row_changed (CD_ROW (row));
  cd_desk_alert (self, 0, "reconcile", "resolved", "%s", row->id);
}

/* The same figures again, and not out of the same reading: several lists arrive together. */
static gboolean
is_second_sight (CdDesk *self, const char *id, const char *figures)
{
  Sight *sight = g_hash_table_lookup (self->sighted, id);
  gint64 now = cd_env_boot_us (self->env);

  if (sight && g_str_equal (sight->figures, figures))
    {
      cd_desk_periodic_soon (self);
      return now - sight->boot_us >= SECOND_SIGHT_US;
    }
  sight = g_new0 (Sight, 1);
  g_strlcpy (sight->figures, figures, sizeof sight->figures);
  sight->boot_us = now;
  g_hash_table_insert (self->sighted, g_strdup (id), sight);
  cd_desk_periodic_soon (self);
  return FALSE;
}

/* Returns TRUE when it is (now) open. The first sight of a difference of figures asks for a second one. */
gboolean
cd_desk_difference_seen (CdDesk *self, const CdDifference *d)
{
  g_autofree char *id = id_of (d->kind, d->account, d->subject);
  CdDifferenceRow *row = find_row (self, id);
  g_autofree char *figures = g_strdup_printf ("%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, d->exchange, d->registry, d->ledger);

  if (row && !row->resolved)
    {
      if (row->exchange != d->exchange || row->registry != d->registry || row->ledger != d->ledger)
        {
          row->exchange = d->exchange;
          row->registry = d->registry;
          row->ledger = d->ledger;
          record (self, row);
          cd_row_changed (CD_ROW (row));
        }
      return TRUE;
    }
  /* What a person has settled with these very figures is not asked again. */
  if (row && *row->resolved_by && row->exchange == d->exchange && row->registry == d->registry && row->ledger == d->ledger)
    return FALSE;
  if (!d->at_once && !is_second_sight (self, id, figures))
    return FALSE;
  g_hash_table_remove (self->sighted, id);
  open_row (self, d, id);
  return TRUE;
}

void
cd_desk_difference_agrees (CdDesk *self, const char *kind, const char *account, const char *subject)
{
  g_autofree char *id = id_of (kind, account, subject);
  CdDifferenceRow *row = find_row (self, id);

  g_hash_table_remove (self->sighted, id);
  if (row && !row->resolved)
    close_row (self, row, "agrees", "");
}

/* --- Our own ledger -------------------------------------------------------------------------------------------------- */

void
cd_desk_listed_units (const CdHoldingRow *row, gint64 *exchange, gint64 *registry)
{
  *exchange = *registry = 0;
  for (int b = CD_BUCKET_TRADING; b < CD_BUCKET_CASH_AVAILABLE; b++)
    {
      /* What was sold has left the position with the trade, whenever it is delivered. */
      if (b == CD_BUCKET_SOLD_TODAY)
        continue;
      if (b == CD_BUCKET_TRADING || b == CD_BUCKET_BOUGHT_TODAY || b == CD_BUCKET_ORDER_LOCKED)
        *exchange += row->bucket[b];
      else
        *registry += row->bucket[b];
    }
}

static gint64
net_fills (CdDesk *self, const char *account, const char *asset)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->fills));
  gint64 net = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdFillRow) fill = g_list_model_get_item (G_LIST_MODEL (self->fills), i);

      if (g_str_equal (fill->account, account) && g_str_equal (fill->instrument, asset))
        net += fill->side == CD_SIDE_BUY ? fill->qty : -fill->qty;
    }
  return net;
}

gboolean
cd_desk_ledger_units (CdDesk *self, const char *account, const char *asset, gint64 *units)
{
  g_autofree char *key = g_strdup_printf ("%s/%s", account, asset);
  const gint64 *opening = g_hash_table_lookup (self->ledger, key);

  if (!opening)
    return FALSE;
  *units = *opening + net_fills (self, account, asset);
  return TRUE;
}

static void
set_opening (CdDesk *self, const char *account, const char *asset, gint64 opening)
{
  g_autofree char *key = g_strdup_printf ("%s/%s", account, asset);
  g_autofree char *text = g_strdup_printf ("{\"opening\":\"%" G_GINT64_FORMAT "\"}", opening);
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));

  cd_store_append (self->store, CD_JOURNAL_LEDGER, key, body);
  g_hash_table_insert (self->ledger, g_steal_pointer (&key), g_memdup2 (&opening, sizeof opening));
}

static void
check_holding (CdDesk *self, const CdHoldingRow *row)
{
  CdDifference d = { .kind = "holding", .account = row->account, .subject = row->asset, .asset = row->asset, .has_exchange = TRUE, .has_registry = TRUE, .has_ledger = TRUE };

  cd_desk_listed_units (row, &d.exchange, &d.registry);
  if (!cd_desk_ledger_units (self, row->account, row->asset, &d.ledger))
    {
      set_opening (self, row->account, row->asset, d.exchange + d.registry - net_fills (self, row->account, row->asset));
      return;
    }
  if (d.exchange + d.registry == d.ledger)
    cd_desk_difference_agrees (self, d.kind, d.account, d.subject);
  else
    cd_desk_difference_seen (self, &d);
}

/* --- What is UNKNOWN ------------------------------------------------------------------------------------------------- */

static void
check_unknown (CdDesk *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->orders));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdOrderRow) row = g_list_model_get_item (G_LIST_MODEL (self->orders), i);
      const CdOrder *o = row->order;
      const CdDifference d = { .kind = "order.unknown", .account = o->account, .subject = o->key, .ledger = o->qty, .has_ledger = TRUE, .at_once = TRUE };

      if (cd_order_is_unknown (o))
        cd_desk_difference_seen (self, &d);
      else
        cd_desk_difference_agrees (self, d.kind, d.account, d.subject);
    }
  n = g_list_model_get_n_items (G_LIST_MODEL (self->instructions));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdInstructionRow) row = g_list_model_get_item (G_LIST_MODEL (self->instructions), i);
      const CdDifference d = { .kind = "instruction.unknown", .account = row->account, .subject = row->id, .at_once = TRUE };

      if (row->unknown)
        cd_desk_difference_seen (self, &d);
      else
        cd_desk_difference_agrees (self, d.kind, d.account, d.subject);
    }
}

/* The settled day against our own fills of that day. */
static void
check_settlements (CdDesk *self)
{
  for (guint i = 0; self->entity && i < self->settlements->len; i++)
    {
      const CdSettlement *s = &g_array_index (self->settlements, CdSettlement, i);
      CdDifference d = { .kind = "settlement", .account = self->entity, .has_exchange = TRUE, .has_ledger = TRUE, .exchange = s->bought - s->sold };
      guint n = g_list_model_get_n_items (G_LIST_MODEL (self->fills));
      char day[CD_DATE_BUF];

      if (g_str_equal (s->state, "pending"))
        continue;
      d.subject = cd_date_print (s->day, day);
      for (guint k = 0; k < n; k++)
        {
          g_autoptr (CdFillRow) fill = g_list_model_get_item (G_LIST_MODEL (self->fills), k);

          if (fill->day == s->day && g_str_equal (fill->account, self->entity))
            d.ledger += fill->side == CD_SIDE_BUY ? fill->qty : -fill->qty;
        }
      if (d.exchange == d.ledger)
        cd_desk_difference_agrees (self, d.kind, d.account, d.subject);
      else
        cd_desk_difference_seen (self, &d);
    }
}

void
cd_desk_differences_check (CdDesk *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->holdings));

  if (!self->reconciled || !self->store)
    return;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdHoldingRow) row = g_list_model_get_item (G_LIST_MODEL (self->holdings), i);

      check_holding (self, row);
    }
  check_unknown (self);
  check_settlements (self);
}

void
cd_desk_ledger_bend_for_test (CdDesk *self, const char *account, const char *asset, gint64 units)
{
  gint64 ledger = 0;

  if (cd_desk_ledger_units (self, account, asset, &ledger))
    set_opening (self, account, asset, ledger - net_fills (self, account, asset) + units);
}

/* --- What a person does ---------------------------------------------------------------------------------------------- */

static gboolean
check_open (CdDifferenceRow *row, GError **error)
{
  if (!row->resolved)
    return TRUE;
  g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STATE, "difference.resolved");
  return FALSE;
}

gboolean
cd_desk_difference_take (CdDesk *self, CdDifferenceRow *row, const char *note, GError **error)
{
  if (!check_open (row, error))
    return FALSE;
  cd_row_set_text (&row->owner, self->person ? self->person : "");
  cd_row_set_text (&row->note, note ? note : "");
  record (self, row);
  cd_row_changed (CD_ROW (row));
  return TRUE;
}

static void
take_over (CdDesk *self, const CdDifferenceRow *row)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->orders));

  if (g_str_equal (row->kind, "holding"))
    set_opening (self, row->account, row->subject, row->exchange + row->registry - net_fills (self, row->account, row->subject));
  for (guint i = 0; g_str_equal (row->kind, "order") && i < n; i++)
    {
      g_autoptr (CdOrderRow) order = g_list_model_get_item (G_LIST_MODEL (self->orders), i);

      if (g_strcmp0 (order->order->order_id, row->subject) == 0)
        {
          order->order->check = FALSE;
          cd_desk_order_changed (self, order);
        }
    }
}

gboolean
cd_desk_difference_resolve (CdDesk *self, CdDifferenceRow *row, const char *reason, GError **error)
{
  if (!check_open (row, error))
    return FALSE;
  if (!reason || !*reason)
    {
      g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_INPUT, "difference.reason");
      return FALSE;
    }
  if (g_str_has_suffix (row->kind, ".unknown"))
    {
      g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STATE, "difference.unknown");
      return FALSE;
    }
  take_over (self, row);
  close_row (self, row, reason, self->person ? self->person : "?");
  return TRUE;
}

/* R5: the product is locked while a difference of figures is open. */
gboolean
cd_desk_difference_locks (CdDesk *self, const char *account, const char *instrument)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->differences));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdDifferenceRow) row = g_list_model_get_item (G_LIST_MODEL (self->differences), i);

      if (!row->resolved && row->asset && g_strcmp0 (row->asset, instrument) == 0 && g_strcmp0 (row->account, account) == 0)
        return TRUE;
    }
  return FALSE;
}

guint
cd_desk_count_differences (CdDesk *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->differences)), open = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdDifferenceRow) row = g_list_model_get_item (G_LIST_MODEL (self->differences), i);

      open += !row->resolved;
    }
  return open;
}

GListModel *
cd_desk_get_differences (CdDesk *self)
{
  return G_LIST_MODEL (self->differences);
}
