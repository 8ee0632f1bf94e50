/* sim-requests.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Orders that wait for a second person, deputies and the veto: what persons do, and what must hold of it. What was read is remembered
 * when the button is pressed, so that an approval of anything else shows.
 */
#include <string.h>

#include "sim.h"

/* One request as the venue's events tell it. */
typedef struct
{
  guint epoch, effects;
  int version;
  char *hash, *by, *order_key;
  char *approved_hash; /* (nullable) */
  const char *state;   /* interned */
} SimRequest;

void
sim_request_free (gpointer data)
{
  SimRequest *r = data;

  g_free (r->hash);
  g_free (r->by);
  g_free (r->order_key);
  g_free (r->approved_hash);
  g_free (r);
}

/* --- What persons do -------------------------------------------------------------------------------------------------- */

static gboolean
may_decide (const CdRequestRow *row)
{
  return row->may_decide;
}

static gboolean
may_change (const CdRequestRow *row)
{
  return row->may_change;
}

static gboolean
may_send (const CdRequestRow *row)
{
  return row->may_send;
}

/* (transfer full) (nullable) */
static CdRequestRow *
pick (SimWorld *w, gint64 n, gboolean (*wanted) (const CdRequestRow *row))
{
  GListModel *rows = cd_desk_get_requests (w->desk);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (CdRequestRow) row = g_list_model_get_item (rows, i);

      if (wanted (row))
        g_ptr_array_add (found, g_object_ref (row));
    }
  return found->len ? g_object_ref (g_ptr_array_index (found, (guint)(n % found->len))) : NULL;
}

static void
ask (SimWorld *w, const SimStep *step)
{
  GListModel *rows = cd_desk_get_staged (w->desk);
  guint n = g_list_model_get_n_items (rows);
  g_autoptr (CdStagedRow) row = n ? g_list_model_get_item (rows, (guint)(step->a % n)) : NULL;

  if (row)
    g_free (cd_desk_request_approval (w->desk, row, NULL));
}

static char *
reading (const char *id, int version, const char *hash, const char *person)
{
  return g_strdup_printf ("%s %d %s %s", id, version, hash, person);
}

void
sim_requests_read_by (SimWorld *w, const char *person, const char *id, int version, const char *hash)
{
  g_hash_table_add (w->read, reading (id, version, hash, person));
}

void
sim_requests_read (SimWorld *w, const char *id, int version, const char *hash)
{
  sim_requests_read_by (w, w->desk->person, id, version, hash);
}

/* Every fourth time the sheet is only opened; the next press is for what was read there, whatever stands there by then. */
static void
approve (SimWorld *w, const SimStep *step)
{
  g_autoptr (CdRequestRow) row = pick (w, step->a, may_decide);
  int version;
  g_autofree char *hash = NULL;

  if (!row)
    return;
  if (step->b % 4 == 0)
    {
      g_free (w->sheet);
      w->sheet = g_strdup_printf ("%s %d %s", row->id, row->version, row->hash);
      return;
    }
  version = row->version;
  hash = g_strdup (row->hash);
  if (w->sheet && g_str_has_prefix (w->sheet, row->id))
    {
      g_auto (GStrv) words = g_strsplit (w->sheet, " ", -1);

      version = (int)g_ascii_strtoll (words[1], NULL, 10);
      g_free (hash);
      hash = g_strdup (words[2]);
      g_clear_pointer (&w->sheet, g_free);
    }
  if (cd_desk_request_approve (w->desk, row, version, hash, NULL))
    sim_requests_read (w, row->id, version, hash);
}

static void
send (SimWorld *w, const SimStep *step)
{
  g_autoptr (CdRequestRow) row = pick (w, step->a, may_send);
  CdOrderRow *order = row ? cd_desk_request_send (w->desk, row, NULL) : NULL;

  if (!order)
    return;
  sim_pressed (w, order->order->key);
  g_hash_table_insert (w->request_of, g_strdup (order->order->key), g_strdup (row->id));
}

static void
veto (SimWorld *w, const SimStep *step)
{
  CdVeto now;

  cd_desk_get_veto (w->desk, "HD-POWER", &now);
  cd_desk_set_veto (w->desk, "HD-POWER", !now.stopped, step->a % 8 == 0 ? " " : "limits", NULL);
}

static void
deputy (SimWorld *w, const SimStep *step)
{
  GListModel *rows = cd_desk_get_deputies (w->desk);
  guint n = g_list_model_get_n_items (rows);
  g_autoptr (CdDeputyRow) row = n ? g_list_model_get_item (rows, (guint)(step->a % n)) : NULL;
  CdDate day = cd_zone_date_of (cd_calendar_zone (w->packs[0]->market->calendar), sim_market_now (w), NULL);

  if (row && !row->ended && step->b % 2 == 0)
    cd_desk_end_deputy (w->desk, row, "back", NULL);
  else
    cd_desk_appoint_deputy (w->desk, "HD-POWER", step->b % 3 == 1 ? "cement-second" : "power-trader", day + (CdDate)(step->b % 2), day + 3, NULL);
}

void
sim_requests_do (SimWorld *w, const SimStep *step)
{
  const char *reason = step->b % 8 == 0 ? "  " : "not today";
  g_autoptr (CdRequestRow) row = NULL;

  switch (step->kind)
    {
    case SIM_ASK:
      ask (w, step);
      break;
    case SIM_ASK_EDIT:
      row = pick (w, step->a, may_change);
      if (row)
        cd_desk_request_edit (w->desk, row, row->price_e4 - 100 * (step->b % 3), 1 + step->b % 300, NULL);
      break;
    case SIM_ASK_WITHDRAW:
      row = pick (w, step->a, may_change);
      if (row)
        cd_desk_request_withdraw (w->desk, row, reason, NULL);
      break;
    case SIM_APPROVE:
      approve (w, step);
      break;
    case SIM_REFUSE:
      row = pick (w, step->a, may_decide);
      if (row)
        cd_desk_request_refuse (w->desk, row, row->version, reason, NULL);
      break;
    case SIM_APPROVED_SEND:
      send (w, step);
      break;
    case SIM_VETO:
      veto (w, step);
      break;
    case SIM_DEPUTY:
      deputy (w, step);
      break;
    default:
      g_assert_not_reached ();
    }
}

/* --- At the venue ----------------------------------------------------------------------------------------------------- */

static SimRequest *
by_order_key (SimWorld *w, const char *key)
{
  GHashTableIter iter;
  SimRequest *r;

  g_hash_table_iter_init (&iter, w->requests);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *)&r))
    if (g_strcmp0 (r->order_key, key) == 0)
      return r;
  return NULL;
}

static gboolean
has_words (const char *text)
{
  g_autofree char *words = g_strstrip (g_strdup (text ? text : ""));

  return *words != '\0';
}

/* One approval counts for one version, of whom and as read. */
static void
check_decision (SimWorld *w, const CdWireEvent *event, SimRequest *r)
{
  g_autofree char *read = reading (event->id, event->version, event->hash, event->confirmed_by ? event->confirmed_by : "");

  if (!event->confirmed_by || g_strcmp0 (event->confirmed_by, r->by) == 0)
    sim_break (w, "I13", "request %s was asked for by %s and %s by %s", event->id, r->by, event->state, event->confirmed_by ? event->confirmed_by : "nobody");
  if (!g_str_equal (event->state, "approved"))
    {
      if (!has_words (event->reason))
        sim_break (w, "I16", "request %s was refused without a reason", event->id);
      return;
    }
  if (event->version != r->version || g_strcmp0 (event->hash, r->hash) != 0 || !g_hash_table_contains (w->read, read))
    sim_break (w, "I12", "request %s version %d is approved, and nobody has read that", event->id, event->version);
  g_free (r->approved_hash);
  r->approved_hash = g_strdup (event->hash);
}

static void
check_placed (SimWorld *w, const CdWireEvent *event, const SimRequest *r)
{
  const SimGhost *ghost = g_hash_table_lookup (w->ghosts, r->order_key);
  g_autofree char *hash = ghost && ghost->wire_body ? cd_sha256_hex (ghost->wire_body, strlen (ghost->wire_body)) : NULL;

  if (!r->approved_hash || g_strcmp0 (hash, r->approved_hash) != 0)
    sim_break (w, "I12", "request %s was placed as %s, approved was %s", event->id, hash ? hash : "nothing", r->approved_hash ? r->approved_hash : "nothing");
}

static void
request_event (SimWorld *w, const CdWireEvent *event)
{
  SimRequest *r = g_hash_table_lookup (w->requests, event->id);

  if (!r)
    {
      r = g_new0 (SimRequest, 1);
      r->by = g_strdup (event->by);
      r->state = "proposed";
      g_hash_table_insert (w->requests, g_strdup (event->id), r);
    }
  else if (!g_str_equal (r->state, "proposed") && !g_str_equal (r->state, "approved"))
    sim_break (w, "I3", "request %s was %s and is %s", event->id, r->state, event->state);
  r->epoch = w->epoch_number;
  if (g_str_equal (event->state, "proposed"))
    {
      if (event->version != r->version + 1 || event->confirmed_by)
        sim_break (w, "I12", "request %s: version %d after %d, decided by %s", event->id, event->version, r->version, event->confirmed_by ? event->confirmed_by : "nobody");
      r->version = event->version;
      g_free (r->hash);
      r->hash = g_strdup (event->hash);
      g_free (r->order_key);
      r->order_key = g_strdup (event->key);
      g_hash_table_insert (w->request_of, g_strdup (event->key), g_strdup (event->id));
      g_clear_pointer (&r->approved_hash, g_free);
    }
  else if (g_str_equal (event->state, "approved") || g_str_equal (event->state, "refused"))
    check_decision (w, event, r);
  else if (g_str_equal (event->state, "placed"))
    check_placed (w, event, r);
  else if (!has_words (event->reason))
    sim_break (w, "I16", "request %s is %s without a reason", event->id, event->state);
  r->state = g_intern_string (event->state);
  w->count->requests[g_str_equal (r->state, "placed")]++;
}

/* A veto stops what is new; what rests goes on resting. */
static void
order_event (SimWorld *w, const CdWireEvent *event)
{
  const SimRequest *r = event->key ? by_order_key (w, event->key) : NULL;
  const char *id = event->key ? g_hash_table_lookup (w->request_of, event->key) : NULL;
  SimRequest *asked_for = id ? g_hash_table_lookup (w->requests, id) : NULL;
  g_autofree char *asked = g_strdup_printf ("%u/%s", w->epoch_number, event->order_id);

  if (w->vetoed && event->kind != CD_WIRE_EVENT_ORDER_CANCELLED)
    sim_break (w, "veto", "%s of %s while the account is stopped", cd_wire_event_kind_name (event->kind), event->key);
  if (event->kind == CD_WIRE_EVENT_ORDER_CANCELLED && !g_hash_table_contains (w->cancels, asked))
    sim_break (w, "veto", "%s is cancelled, and nobody asked for it", event->key);
  if (event->kind == CD_WIRE_EVENT_ORDER_NEW && asked_for && ++asked_for->effects > 1)
    sim_break (w, "I1", "request %s became %u orders", id, asked_for->effects);
  if (event->kind == CD_WIRE_EVENT_ORDER_NEW && r && !g_str_equal (r->state, "approved"))
    sim_break (w, "I12", "%s is placed while its request is %s", event->key, r->state);
}

void
sim_requests_event (SimWorld *w, const CdWireEvent *event)
{
  if (g_strcmp0 (event->account, "HD-POWER") != 0)
    return;
  switch (event->kind)
    {
    case CD_WIRE_EVENT_REQUEST:
      request_event (w, event);
      break;
    case CD_WIRE_EVENT_ACCOUNT:
      w->vetoed = g_strcmp0 (event->state, "stopped") == 0;
      if (!has_words (event->reason))
        sim_break (w, "I16", "the account is %s without a reason", event->state);
      break;
    case CD_WIRE_EVENT_ORDER_NEW:
    case CD_WIRE_EVENT_ORDER_REPLACED:
    case CD_WIRE_EVENT_ORDER_CANCELLED:
      order_event (w, event);
      break;
    default:
      break;
    }
}

/* --- At the desk ------------------------------------------------------------------------------------------------------ */

/* The last moment before the wire. */
void
sim_requests_send (SimWorld *w, const CdWireCommand *command)
{
  const SimRequest *r = by_order_key (w, command->key);
  CdVeto now;

  if (command->op == CD_WIRE_OP_ORDER_NEW && !g_hash_table_contains (w->pressed, command->key))
    sim_break (w, "P9", "%s leaves, and nobody pressed", command->key);
  if (command->op == CD_WIRE_OP_ORDER_NEW && r && r->epoch != w->epoch_number)
    sim_break (w, "I12", "%s leaves for a database that never saw its request", command->key);
  cd_desk_get_veto (w->desk, command->account, &now);
  if (now.stopped)
    sim_break (w, "veto", "%s leaves while the desk knows of a veto by %s", command->key, now.by);
}

void
sim_requests_frame (SimWorld *w, const CdWireCommand *command)
{
  g_autoptr (CdWireBody) body = NULL;

  if (command->op != CD_WIRE_OP_ORDER_CANCEL)
    return;
  body = cd_wire_body_parse (command->op, command->body, strlen (command->body), NULL);
  if (body)
    g_hash_table_add (w->cancels, g_strdup_printf ("%u/%s", w->epoch_number, body->order_id));
}

/* An end is the venue's word. */
void
sim_requests_check (SimWorld *w)
{
  GListModel *rows = cd_desk_get_requests (w->desk);

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (CdRequestRow) row = g_list_model_get_item (rows, i);
      const SimRequest *r = g_hash_table_lookup (w->requests, row->id);

      if (r && r->epoch == w->epoch_number && !g_str_equal (row->state, "proposed") && !g_str_equal (row->state, "approved") && !g_str_equal (row->state, r->state))
        sim_break (w, "I3", "request %s is called %s, the venue says %s", row->id, row->state, r->state);
    }
}

/* --- When it is quiet again ------------------------------------------------------------------------------------------- */

static CdRequestRow *
row_of (SimWorld *w, const char *id)
{
  GListModel *rows = cd_desk_get_requests (w->desk);

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (CdRequestRow) row = g_list_model_get_item (rows, i);

      if (g_str_equal (row->id, id))
        return row;
    }
  return NULL;
}

static void
compare (SimWorld *w)
{
  g_autoptr (CdWireList) theirs = cd_venue_list (w->venue, CD_WIRE_LIST_REQUESTS, "HD-POWER", "power-second", FALSE, 0, 0);

  for (guint i = 0; i < theirs->items->len; i++)
    {
      const CdWireRequestRow *item = &g_array_index (theirs->items, CdWireRequestRow, i);
      const CdRequestRow *ours = row_of (w, item->id);

      if (!ours)
        sim_break (w, "I5", "the venue has the request %s (%s), the desk does not", item->id, item->state);
      else if (!g_str_equal (ours->state, item->state) || ours->version != item->version || !g_str_equal (ours->hash, item->hash))
        sim_break (w, "D7", "request %s is %s version %d, the venue says %s version %d", item->id, ours->state, ours->version, item->state, item->version);
      else if (ours->unknown)
        sim_break (w, "liveness", "a step of request %s is still unknown", item->id);
    }
}

void
sim_requests_quiet (SimWorld *w)
{
  GListModel *staged = cd_desk_get_staged (w->desk);
  GListModel *rows = cd_desk_get_requests (w->desk);
  CdVeto now;

  compare (w);
  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (CdRequestRow) row = g_list_model_get_item (rows, i);
      const SimRequest *r = g_hash_table_lookup (w->requests, row->id);

      if (!r || r->epoch != w->epoch_number)
        sim_break (w, "D7", "request %s is shown as %s, and this database does not have it", row->id, row->state);
    }
  for (guint i = 0; i < g_list_model_get_n_items (staged); i++)
    {
      g_autoptr (CdStagedRow) row = g_list_model_get_item (staged, i);

      if (row->request_key)
        sim_break (w, "liveness", "draft %s waits for a request that nobody has (%s)", row->id, row->request_key);
    }
  cd_desk_get_veto (w->desk, "HD-POWER", &now);
  if (now.stopped != w->vetoed)
    sim_break (w, "D7", "the desk says that the account is %s", now.stopped ? "stopped" : "released");
}
