/* cd-venue-faults.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-venue-faults.h"

#include <string.h>

#include "cd-num.h"
#include "cd-wire-order.h"

#define ENTRIES_MAX 64
#define DELAY_MAX_MS 600000

GQuark
cd_venue_faults_error_quark (void)
{
  return g_quark_from_static_string ("cd-venue-faults-error-quark");
}

typedef enum
{
  WHICH_NTH,
  WHICH_FROM,
  WHICH_EVERY,
} Which;

typedef struct
{
  char *text; /* as it was given */
  CdVenueFault fault;
  CdVenuePoint point;
  char *what; /* (nullable) */
  Which which;
  guint64 n;
  guint64 seen;
  gboolean spent; /* a restart that has happened */
} Entry;

struct _CdVenueFaults
{
  GPtrArray *entries; /* Entry */
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->text);
  g_free (entry->what);
  g_free (entry);
}

void
cd_venue_faults_free (CdVenueFaults *faults)
{
  if (!faults)
    return;
  g_ptr_array_unref (faults->entries);
  g_free (faults);
}

/* --- Reading --------------------------------------------------------------------------------------------------------- */

static const struct
{
  CdVenueFaultKind kind;
  const char *name;
  gint64 low, high; /* of its number; 0 = it has none */
} kinds[] = {
  { CD_VENUE_FAULT_DROP, "drop", 0, 0 },
  { CD_VENUE_FAULT_DELAY, "delay", 1, DELAY_MAX_MS },
  { CD_VENUE_FAULT_DUPLICATE, "duplicate", 0, 0 },
  { CD_VENUE_FAULT_CUT, "cut", 0, 0 },
  { CD_VENUE_FAULT_STATUS, "status", 500, 599 },
  { CD_VENUE_FAULT_RESTART, "restart", 0, 0 },
};

/* What can happen where: an answer over HTTP is sent once, a public message has no status. */
static const struct
{
  CdVenuePoint point;
  const char *name;
  guint kinds;
} points[] = {
  { CD_VENUE_POINT_COMMAND, "command", ~(1u << CD_VENUE_FAULT_DELAY) },
  { CD_VENUE_POINT_ANSWER, "answer", ~0u },
  { CD_VENUE_POINT_EVENT, "event", ~(1u << CD_VENUE_FAULT_STATUS) },
  { CD_VENUE_POINT_MD, "md", ~(1u << CD_VENUE_FAULT_STATUS) },
  { CD_VENUE_POINT_GET, "get", ~(1u << CD_VENUE_FAULT_DUPLICATE) },
};

/* Takes "KIND[=NUMBER]". Returns what was expected, or NULL. */
static const char *
read_kind (Entry *entry, const char *text, gsize len)
{
  const char *equals = memchr (text, '=', len);
  gsize name_len = equals ? (gsize)(equals - text) : len;

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      gint64 number = 0;

      if (strlen (kinds[i].name) != name_len || strncmp (kinds[i].name, text, name_len) != 0)
        continue;
      if (equals && !cd_decimal_parse (equals + 1, (gssize)(len - name_len - 1), 0, &number, NULL))
        number = -1;
      if (kinds[i].high == 0 && equals)
        return "no number after it";
      if (kinds[i].high != 0 && (!equals || number < kinds[i].low || number > kinds[i].high))
        return kinds[i].kind == CD_VENUE_FAULT_DELAY ? "delay=MILLISECONDS from 1 to 600000" : "status=NUMBER from 500 to 599";
      entry->fault = (CdVenueFault){ kinds[i].kind, (guint)number };
      return NULL;
    }
  return "drop, delay=MILLISECONDS, duplicate, cut, status=NUMBER or restart before the @";
}

static const char *
read_which (Entry *entry, const char *text)
{
  gsize len = strlen (text);
  gint64 n;

  entry->which = len > 0 && text[len - 1] == '+' ? WHICH_FROM : *text == '/' ? WHICH_EVERY
                                                                             : WHICH_NTH;
  if (entry->which == WHICH_FROM)
    len--;
  if (entry->which == WHICH_EVERY)
    {
      text++;
      len--;
    }
  if (!cd_decimal_parse (text, (gssize)len, 0, &n, NULL) || n < 1)
    return "a number from 1, with + after it or / before it, after the #";
  entry->n = (guint64)n;
  return NULL;
}

static gboolean
is_event (const char *what)
{
  for (int kind = CD_WIRE_EVENT_ORDER_NEW; kind <= CD_WIRE_EVENT_RIGHTS; kind++)
    if (g_str_equal (cd_wire_event_kind_name ((CdWireEventKind)kind), what))
      return TRUE;
  return g_str_equal (what, "hb");
}

/* A word that nothing can match would be a drill in which nothing happens. */
static const char *
check_what (const Entry *entry)
{
  static const char *const types[] = { "hello", "snapshot", "depth", "trade", "stats", "clock", "hb", "block", NULL };
  static const char *const routes[] = { "session", "instruments", "accounts", "orders", "registry", "blocks", "practice", "md", "private", NULL };
  CdWireOp op;

  if (!entry->what)
    return NULL;
  switch (entry->point)
    {
    case CD_VENUE_POINT_COMMAND:
    case CD_VENUE_POINT_ANSWER:
      return cd_wire_op_parse (entry->what, &op) ? NULL : "the op of a command like order.new in brackets";
    case CD_VENUE_POINT_EVENT:
      return is_event (entry->what) ? NULL : "the kind of an event like order.fill, or hb, in brackets";
    case CD_VENUE_POINT_MD:
      return g_strv_contains (types, entry->what) ? NULL : "hello, snapshot, depth, trade, stats, clock, hb or block in brackets";
    default:
      return g_strv_contains (routes, entry->what) ? NULL : "the first part of a route like session or accounts in brackets";
    }
}

static const char *
read_point (Entry *entry, char *text)
{
  char *hash = strchr (text, '#');
  char *open, *close;
  const char *fault = NULL;

  entry->n = 1;
  if (hash)
    {
      *hash = '\0';
      fault = read_which (entry, hash + 1);
    }
  open = strchr (text, '(');
  close = open ? strchr (open, ')') : NULL;
  if (open && (!close || close[1] != '\0' || close == open + 1))
    return "(WHAT) with one word in it right after the point";
  if (open)
    {
      entry->what = g_strndup (open + 1, (gsize)(close - open - 1));
      *open = '\0';
    }
  for (gsize i = 0; i < G_N_ELEMENTS (points); i++)
    if (strcmp (points[i].name, text) == 0)
      {
        entry->point = points[i].point;
        if (!(points[i].kinds & (1u << entry->fault.kind)))
          return "a fault that can happen at this point";
        return fault ? fault : check_what (entry);
      }
  return "command, answer, event, md or get after the @";
}

CdVenueFaults *
cd_venue_faults_parse (const char *plan, GError **error)
{
  g_autoptr (CdVenueFaults) self = g_new0 (CdVenueFaults, 1);
  g_autofree char *shown = g_utf8_make_valid (plan, -1); /* it is quoted in the message */
  g_auto (GStrv) texts = g_strsplit (shown, ",", -1);

  self->entries = g_ptr_array_new_with_free_func (entry_free);
  for (guint i = 0; texts[i]; i++)
    {
      g_autofree char *text = g_strstrip (g_strdup (texts[i]));
      Entry *entry = g_new0 (Entry, 1);
      char *at = strchr (text, '@');
      const char *expected;

      g_ptr_array_add (self->entries, entry);
      entry->text = g_strdup (text);
      if (i >= ENTRIES_MAX)
        expected = "at most 64 entries";
      else if (!at)
        expected = "KIND@POINT";
      else if (!(expected = read_kind (entry, text, (gsize)(at - text))))
        expected = read_point (entry, at + 1);
      if (!expected)
        continue;
      g_set_error (error, CD_VENUE_FAULTS_ERROR, CD_VENUE_FAULTS_ERROR_PLAN, "--fault: entry %u “%s”: expected %s", i + 1, entry->text, expected);
      return NULL;
    }
  return g_steal_pointer (&self);
}

/* --- Acting ---------------------------------------------------------------------------------------------------------- */

static gboolean
falls_on (const Entry *entry)
{
  switch (entry->which)
    {
    case WHICH_FROM:
      return entry->seen >= entry->n;
    case WHICH_EVERY:
      return entry->seen % entry->n == 0;
    default:
      return entry->seen == entry->n;
    }
}

CdVenueFault
cd_venue_faults_hit (CdVenueFaults *faults, CdVenuePoint point, const char *what)
{
  CdVenueFault fault = { CD_VENUE_FAULT_NONE, 0 };

  for (guint i = 0; faults && i < faults->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (faults->entries, i);

      if (entry->spent || entry->point != point || (entry->what && g_strcmp0 (entry->what, what) != 0))
        continue;
      entry->seen++;
      if (fault.kind != CD_VENUE_FAULT_NONE || !falls_on (entry))
        continue;
      fault = entry->fault;
      entry->spent = fault.kind == CD_VENUE_FAULT_RESTART;
    }
  return fault;
}

char *
cd_venue_faults_left (const CdVenueFaults *faults)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; faults && i < faults->entries->len; i++)
    {
      const Entry *entry = g_ptr_array_index (faults->entries, i);

      if (!entry->spent)
        g_string_append_printf (text, "%s%s", text->len ? "," : "", entry->text);
    }
  return g_string_free (text, FALSE);
}
