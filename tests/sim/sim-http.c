/* sim-http.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The routes of the venue without sockets: what cd-venue-http does, over the same engine and the same wire writers.
 */
#include <string.h>

#include "sim.h"

#define PAGE 8
#define PAGE_LONG 500

static guint
problem (SimWorld *w, GString *out, guint status, const char *code)
{
  CdWireProblem p = { .status = (int)status, .code = (char *)code, .title = (char *)code, .epoch = (char *)cd_venue_epoch (w->venue), .server_time_us = sim_venue_now (w), .market_time_us = sim_market_now (w) };

  cd_wire_problem_write (out, &p);
  return status;
}

/* Pages as the real venue makes them, only much shorter: nearly every list has some, and changes between two. */
static gboolean
cut_page (CdWireList *list, const char *query)
{
  const char *cursor = query ? strstr (query, "cursor=p") : NULL;
  guint64 from = cursor ? g_ascii_strtoull (cursor + strlen ("cursor=p"), NULL, 10) : 0;
  guint page = list->kind == CD_WIRE_LIST_BARS || list->kind == CD_WIRE_LIST_TRADES ? PAGE_LONG : PAGE;
  guint size = g_array_get_element_size (list->items);
  g_autoptr (CdWireList) rest = cd_wire_list_new (list->kind); /* owns what is left out */
  guint n;

  if (from > list->items->len)
    return FALSE;
  n = MIN (list->items->len - (guint)from, page);
  if (from + n < list->items->len)
    list->next = g_strdup_printf ("p%u", (guint)from + n);
  g_array_append_vals (rest->items, list->items->data, (guint)from);
  if (from + n < list->items->len)
    {
      g_array_append_vals (rest->items, list->items->data + (gsize)(from + n) * size, list->items->len - (guint)from - n);
      g_array_set_size (list->items, (guint)from + n);
    }
  if (from > 0)
    g_array_remove_range (list->items, 0, (guint)from);
  return TRUE;
}

static guint
list (SimWorld *w, const char *person, CdWireListKind kind, const char *account, gboolean open, const char *query, GString *out)
{
  g_autoptr (CdWireList) rows = cd_venue_list (w->venue, kind, account, person, open, 0, 0);

  if (!cut_page (rows, query))
    return problem (w, out, 400, "request.malformed");
  if (!rows->epoch)
    rows->epoch = g_strdup (cd_venue_epoch (w->venue));
  rows->server_time_us = sim_venue_now (w);
  rows->market_time_us = sim_market_now (w);
  cd_wire_list_write (out, rows);
  return 200;
}

static guint
get_account (SimWorld *w, const char *person, const char *account, const char *what, const char *query, GString *out)
{
  static const struct
  {
    const char *name;
    CdWireListKind kind;
  } kinds[] = {
    { "orders", CD_WIRE_LIST_ORDERS },
    { "executions", CD_WIRE_LIST_EXECUTIONS },
    { "holdings", CD_WIRE_LIST_HOLDINGS },
    { "cash", CD_WIRE_LIST_CASH },
    { "settlements", CD_WIRE_LIST_SETTLEMENTS },
    { "instructions", CD_WIRE_LIST_INSTRUCTIONS },
    { "obligations", CD_WIRE_LIST_OBLIGATIONS },
    { "requests", CD_WIRE_LIST_REQUESTS },
    { "deputies", CD_WIRE_LIST_DEPUTIES },
    { "statement", CD_WIRE_LIST_STATEMENT },
  };

  if (!cd_venue_may_see (w->venue, person, account))
    return problem (w, out, 403, "rights.missing");
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (what, kinds[i].name) == 0)
      return list (w, person, kinds[i].kind, account, FALSE, query, out);
  return problem (w, out, 404, "route.unknown");
}

static guint
get_by_key (SimWorld *w, const char *person, const char *key, GString *out)
{
  g_autoptr (CdWireByKey) by_key = cd_venue_by_key (w->venue, key);

  if (by_key->found && !cd_venue_may_see (w->venue, person, by_key->order.account))
    return problem (w, out, 403, "rights.missing");
  if (!by_key->epoch)
    by_key->epoch = g_strdup (cd_venue_epoch (w->venue));
  by_key->server_time_us = sim_venue_now (w);
  by_key->market_time_us = sim_market_now (w);
  cd_wire_by_key_write (out, by_key);
  return 200;
}

static guint
get_session (SimWorld *w, const char *person, GString *out)
{
  g_autoptr (CdWireSession) session = cd_venue_session (w->venue, person);

  session->server_time_us = sim_venue_now (w);
  session->market_time_us = sim_market_now (w);
  session->rate_e3 = SIM_RATE_E3;
  cd_wire_session_write (out, session);
  return 200;
}

guint
sim_venue_get (SimWorld *w, const char *person, const char *path, const char *body, GString *out)
{
  g_auto (GStrv) halves = g_strsplit (path, "?", 2);
  g_auto (GStrv) p = g_strsplit (halves[0], "/", -1);
  guint n = g_strv_length (p);
  guint status;

  sim_venue_advance (w);
  sim_venue_turn (w);
  if (n == 1 && body && strcmp (p[0], "commands") == 0)
    {
      status = 200;
      sim_venue_execute (w, person, body, out);
      sim_venue_turn (w);
    }
  else if (n == 1 && strcmp (p[0], "session") == 0)
    status = get_session (w, person, out);
  else if (n == 3 && strcmp (p[0], "accounts") == 0)
    status = get_account (w, person, p[1], p[2], halves[1], out);
  else if (n == 4 && strcmp (p[0], "registry") == 0)
    status = get_account (w, person, p[2], p[3], halves[1], out);
  else if (n == 3 && strcmp (p[0], "orders") == 0)
    status = get_by_key (w, person, p[2], out);
  else if (n == 3 && strcmp (p[0], "instruments") == 0 && strcmp (p[2], "bars") == 0)
    status = list (w, person, CD_WIRE_LIST_BARS, p[1], FALSE, halves[1], out);
  else if (n == 3 && strcmp (p[0], "instruments") == 0 && strcmp (p[2], "trades") == 0)
    status = list (w, person, CD_WIRE_LIST_TRADES, p[1], FALSE, halves[1], out);
  else if (n == 1 && strcmp (p[0], "blocks") == 0)
    status = list (w, person, CD_WIRE_LIST_BLOCKS, NULL, TRUE, halves[1], out);
  else
    status = problem (w, out, 404, "route.unknown");
  return status;
}
