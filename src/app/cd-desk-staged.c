/* cd-desk-staged.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Staged orders: drafts with author, purpose, plan and expiry that wait for a person. A draft is no intent: it has no key at the
 * venue, and nothing here sends one unless a person asks for just this one. The last record of an id in the journal says what it is.
 */
#include "cd-desk-cover.h"
#include "cd-desk-private.h"

#include <stdio.h>
#include <string.h>

#include "cd-json.h"

#define TICKS_A_CHECK 4
#define ASKED_CHECKS 4
#define CHECKS_MAX 32

/* --- Records --------------------------------------------------------------------------------------------------------- */

static GBytes *
print_staged (const CdStagedRow *row)
{
  g_autoptr (CdJsonWriter) w = cd_json_writer_new ();
  char *text;

  cd_json_writer_begin_object (w, NULL);
  cd_json_writer_string (w, "account", row->account);
  cd_json_writer_string (w, "instrument", row->instrument);
  cd_json_writer_string (w, "side", cd_side_name (row->side));
  cd_json_writer_string (w, "kind", cd_order_kind_name (row->kind));
  cd_json_writer_decimal (w, "price", row->price_e4, 4, 2);
  cd_json_writer_i64 (w, "qty", row->qty);
  if (row->listing)
    cd_json_writer_string (w, "listing", row->listing);
  cd_json_writer_string (w, "purpose", row->purpose);
  cd_json_writer_string (w, "by", row->by);
  cd_json_writer_string (w, "plan", row->plan);
  if (row->request_key)
    {
      cd_json_writer_string (w, "request", row->request_key);
      cd_json_writer_instant (w, "request_until", row->request_until_us);
    }
  cd_json_writer_instant (w, "created", row->created_us);
  if (row->expires_us)
    cd_json_writer_instant (w, "expires", row->expires_us);
  cd_json_writer_end_object (w);
  text = cd_json_writer_finish (w);
  return g_bytes_new_take (text, strlen (text));
}

static void
read_text (const CdJson *at, const char *member, char **out)
{
  const char *text = NULL;

  if (cd_json_has (at, member))
    cd_json_get_string (at, member, &text, NULL);
  g_free (*out);
  *out = text ? g_strdup (text) : NULL;
}

static gboolean
parse_staged (const CdJournalRow *record, CdStagedRow *row)
{
  gsize len;
  const char *text = g_bytes_get_data (record->body, &len);
  g_autoptr (CdJsonDoc) doc = cd_json_parse (text, (gssize)len, 0, NULL);
  g_autoptr (CdJsonFaults) faults = cd_json_faults_new ();
  const char *side = "", *kind = "";
  CdJson root;

  if (!doc)
    return FALSE;
  root = cd_json_root (doc);
  read_text (&root, "account", &row->account);
  read_text (&root, "instrument", &row->instrument);
  read_text (&root, "listing", &row->listing);
  read_text (&root, "purpose", &row->purpose);
  read_text (&root, "by", &row->by);
  read_text (&root, "plan", &row->plan);
  read_text (&root, "request", &row->request_key);
  cd_json_get_string (&root, "side", &side, faults);
  cd_json_get_string (&root, "kind", &kind, faults);
  cd_json_get_decimal (&root, "price", 4, &row->price_e4, faults);
  cd_json_get_i64 (&root, "qty", &row->qty, faults);
  cd_json_get_instant (&root, "created", &row->created_us, faults);
  row->expires_us = 0;
  if (cd_json_has (&root, "expires"))
    cd_json_get_instant (&root, "expires", &row->expires_us, faults);
  row->request_until_us = 0;
  if (cd_json_has (&root, "request_until"))
    cd_json_get_instant (&root, "request_until", &row->request_until_us, faults);
  return cd_json_faults_count (faults) == 0 && row->account && row->instrument && row->purpose && row->by && row->plan && cd_side_parse (side, &row->side) && cd_order_kind_parse (kind, &row->kind);
}

static CdStagedRow *
find_row (CdDesk *self, const char *id, guint *position)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->staged));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdStagedRow) row = g_list_model_get_item (G_LIST_MODEL (self->staged), i);

      if (!g_str_equal (row->id, id))
        continue;
      if (position)
        *position = i;
      return row;
    }
  return NULL;
}

/* "P261214-3": the highest number of the newest day is what the next plan goes on from. */
static void
remember_plan (CdDesk *self, const char *plan)
{
  int year, month, day, number;
  CdDate date;

  if (sscanf (plan, "P%2d%2d%2d-%d", &year, &month, &day, &number) != 4 || number < 1)
    return;
  date = cd_date_from_ymd (2000 + year, month, day);
  if (date == CD_DATE_NONE || (self->plan_day != CD_DATE_NONE && date < self->plan_day))
    return;
  self->plan_number = date == self->plan_day ? MAX (self->plan_number, (guint)number) : (guint)number;
  self->plan_day = date;
}

void
cd_desk_staged_replay (CdDesk *self, const CdJournalRow *record)
{
  guint position = 0;
  CdStagedRow *known = find_row (self, record->key, &position);
  g_autoptr (CdStagedRow) row = NULL;

  if (g_str_equal (record->kind, CD_JOURNAL_ORDER_UNSTAGED))
    {
      if (known)
        g_list_store_remove (self->staged, position);
      return;
    }
  row = known ? g_object_ref (known) : g_object_new (CD_TYPE_STAGED_ROW, NULL);
  if (!parse_staged (record, row))
    {
      cd_desk_alert (self, 2, "store", "difference", "%s %s", record->kind, record->key);
      return;
    }
  remember_plan (self, row->plan);
  if (known)
    return;
  row->id = g_strdup (record->key);
  row->approval = "";
  g_list_store_insert (self->staged, 0, row);
}

static void
recorded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CdDesk) self = data;
  g_autoptr (GError) error = NULL;

  if (cd_store_append_finish (self->store, result, &error) == 0 && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      cd_desk_alert (self, 2, "store", "difference", "%s", error->message);
      cd_desk_set_state (self, CD_DESK_FAILED, error->message);
    }
}

static void
record (CdDesk *self, const char *kind, const char *id, GBytes *body)
{
  cd_store_append_async (self->store, kind, id, body, NULL, recorded_cb, g_object_ref (self));
}

static void
record_staged (CdDesk *self, const CdStagedRow *row)
{
  g_autoptr (GBytes) body = print_staged (row);

  record (self, CD_JOURNAL_ORDER_STAGED, row->id, body);
}

void
cd_desk_staged_gone (CdDesk *self, CdStagedRow *row, const char *why, const char *order_key)
{
  g_autoptr (CdJsonWriter) w = cd_json_writer_new ();
  g_autofree char *text = NULL;
  g_autoptr (GBytes) body = NULL;
  guint position = 0;

  cd_json_writer_begin_object (w, NULL);
  cd_json_writer_string (w, "why", why);
  if (order_key)
    cd_json_writer_string (w, "order", order_key);
  cd_json_writer_string (w, "by", self->person ? self->person : "");
  cd_json_writer_end_object (w);
  text = cd_json_writer_finish (w);
  body = g_bytes_new (text, strlen (text));
  record (self, CD_JOURNAL_ORDER_UNSTAGED, row->id, body);
  row->sent = order_key != NULL;
  if (find_row (self, row->id, &position))
    g_list_store_remove (self->staged, position);
}

/* --- Checks now ------------------------------------------------------------------------------------------------------ */

CdOrderDraft
cd_desk_staged_draft (const CdStagedRow *row)
{
  return (CdOrderDraft){
    .account = row->account,
    .instrument = row->instrument,
    .side = row->side,
    .kind = row->kind,
    .price_e4 = row->price_e4,
    .qty = row->qty,
    .listing_id = row->listing,
  };
}

/* The pieces of a plan may be alike; each can be sent only once, so likeness alone is no second press of a button. An UNKNOWN
 * order of the same content blocks all the same. */
gsize
cd_desk_staged_check (CdDesk *self, CdStagedRow *row, CdCheckResult *results, gsize n_max, CdPreview *preview)
{
  const CdOrderDraft draft = cd_desk_staged_draft (row);

  return cd_desk_check_within (self, &draft, row->purpose, 0, results, n_max, preview);
}

static gboolean
same_result (const CdCheckResult *a, const CdCheckResult *b)
{
  return a->id == b->id && a->verdict == b->verdict && a->a == b->a && a->b == b->b;
}

static void
check_row (CdDesk *self, CdStagedRow *row)
{
  const CdPerson *person = cd_desk_get_person (self);
  CdCheckResult results[CHECKS_MAX];
  CdCheckResult worst = { .id = CD_CHECK_SESSION, .verdict = CD_CHECK_PASS, .code = "" };
  guint n_block = 0, n_warn = 0;
  gint64 now = cd_desk_get_market_time (self);
  gboolean expired = row->expires_us != 0 && now > row->expires_us;
  const char *approval = person && !person->may_enter ? "enter" : "";
  gsize n = cd_desk_staged_check (self, row, results, CHECKS_MAX, NULL);

  for (gsize i = 0; i < n; i++)
    {
      gboolean block = results[i].verdict == CD_CHECK_BLOCK, warn = results[i].verdict == CD_CHECK_WARN;

      if ((block && n_block == 0) || (warn && n_block == 0 && n_warn == 0))
        worst = results[i];
      n_block += block;
      n_warn += warn;
    }
  if (row->checked && row->expired == expired && row->n_block == n_block && row->n_warn == n_warn && same_result (&row->worst, &worst) && g_str_equal (row->approval, approval))
    return;
  row->checked = TRUE;
  row->expired = expired;
  row->n_block = n_block;
  row->n_warn = n_warn;
  row->worst = worst;
  row->approval = approval;
  cd_row_changed (CD_ROW (row));
}

void
cd_desk_staged_tick (CdDesk *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->staged));

  if (self->staged_tick++ % TICKS_A_CHECK != 0 || cd_desk_get_market_time (self) == 0)
    return;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdStagedRow) row = g_list_model_get_item (G_LIST_MODEL (self->staged), i);

      check_row (self, row);
      /* No answer came, and by now the server takes it no more: its list says which it was. */
      if (row->request_key && self->reconciled && self->staged_tick % (ASKED_CHECKS * TICKS_A_CHECK) == 1 && cd_desk_venue_now (self) > row->request_until_us + CD_LATE_US)
        cd_desk_refresh_soon (self);
    }
}

/* --- Verbs ----------------------------------------------------------------------------------------------------------- */

/* The close of today's last session, or of the next trading day when that is over. 0 where no mode or calendar says. */
static gint64
next_close (CdDesk *self, const CdOrderDraft *draft)
{
  const CdPack *pack = cd_desk_get_pack_of (self, draft->instrument);
  gint64 now = cd_desk_get_market_time (self);
  CdDate day;

  if (!pack || now == 0)
    return 0;
  day = cd_zone_date_of (cd_calendar_zone (pack->market->calendar), now, NULL);
  for (int tries = 0; tries < 2 && day != CD_DATE_NONE; tries++)
    {
      const CdModeRule *rule = cd_market_mode (pack->market, draft->kind == CD_KIND_BLOCK ? CD_MODE_BLOCK : CD_MODE_LIST, day);

      if (cd_calendar_is_trading (pack->market->calendar, day) && rule && rule->sessions->len > 0)
        {
          gint64 close = cd_zone_to_us (cd_calendar_zone (pack->market->calendar), day, g_array_index (rule->sessions, CdSession, rule->sessions->len - 1).close_s);

          if (close > now)
            return close;
        }
      day = cd_calendar_next_trading (pack->market->calendar, day);
    }
  return 0;
}

static gboolean
check_draft (CdDesk *self, const CdOrderDraft *draft, GError **error)
{
  const char *expected = NULL;

  if (!draft->account || !*draft->account)
    expected = "an account";
  else if (!draft->instrument || !cd_desk_get_pack_of (self, draft->instrument))
    expected = "an instrument of this market";
  else if (draft->qty <= 0)
    expected = "a quantity above 0";
  else if (draft->price_e4 <= 0)
    expected = "a price above 0";
  if (!expected)
    return TRUE;
  g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_INPUT, "expected %s", expected);
  return FALSE;
}

static gboolean
check_store (CdDesk *self, GError **error)
{
  g_autofree char *problem = self->store ? cd_store_get_problem (self->store) : g_strdup ("the journal is not open");

  /* Before the journal is replayed it is not known what is staged already. */
  if (!problem && !self->ready)
    problem = g_strdup ("the journal has not been read yet");
  if (!problem)
    return TRUE;
  g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STORE, "%s", problem);
  return FALSE;
}

CdStagedRow *
cd_desk_stage (CdDesk *self, const CdOrderDraft *draft, const char *purpose, const char *plan, gint64 expires_us, GError **error)
{
  CdStagedRow *row;

  if (!check_draft (self, draft, error) || !check_store (self, error))
    return NULL;
  row = g_object_new (CD_TYPE_STAGED_ROW, NULL);
  row->id = cd_desk_new_key (self);
  row->account = g_strdup (draft->account);
  row->instrument = g_strdup (draft->instrument);
  row->listing = g_strdup (draft->listing_id);
  row->side = draft->side;
  row->kind = draft->kind;
  row->price_e4 = draft->price_e4;
  row->qty = draft->qty;
  row->purpose = g_strdup (purpose ? purpose : "");
  row->by = g_strdup (self->person ? self->person : "");
  row->plan = g_strdup (plan ? plan : "");
  row->created_us = cd_desk_get_market_time (self);
  row->expires_us = expires_us ? expires_us : next_close (self, draft);
  row->approval = "";
  remember_plan (self, row->plan);
  record_staged (self, row);
  g_list_store_insert (self->staged, 0, row);
  check_row (self, row);
  if (!plan)
    cd_desk_alert (self, 0, "desk", "staged.waits", "%s %" G_GINT64_FORMAT " t", row->instrument, row->qty);
  g_object_unref (row);
  return row;
}

static gboolean
check_staged (CdDesk *self, CdStagedRow *row, GError **error)
{
  if (find_row (self, row->id, NULL) == row && !row->request_key)
    return TRUE;
  /* What a second person was asked for is not sent, changed or dropped beside that. */
  g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STATE, row->request_key ? "staged.asked" : "staged.gone");
  return FALSE;
}

CdOrderRow *
cd_desk_staged_send (CdDesk *self, CdStagedRow *row, GError **error)
{
  g_autoptr (CdStagedRow) keep = g_object_ref (row);
  const CdOrderDraft draft = cd_desk_staged_draft (row);
  const char *key, *body;

  if (!check_staged (self, row, error) || !cd_desk_file_gate (self, row, &key, &body, error))
    return NULL;
  if (row->expires_us != 0 && cd_desk_get_market_time (self) > row->expires_us)
    {
      g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STATE, "staged.expired");
      return NULL;
    }
  return cd_desk_submit_staged (self, &draft, row->purpose, row, key, body, error);
}

guint
cd_desk_staged_send_all (CdDesk *self, CdStagedRow *const *rows, gsize n)
{
  guint sent = 0;

  for (gsize i = 0; i < n; i++)
    if (cd_desk_staged_send (self, rows[i], NULL))
      sent++;
    else
      check_row (self, rows[i]);
  return sent;
}

gboolean
cd_desk_staged_discard (CdDesk *self, CdStagedRow *row, GError **error)
{
  g_autoptr (CdStagedRow) keep = g_object_ref (row);

  if (!check_staged (self, row, error) || !check_store (self, error))
    return FALSE;
  cd_desk_staged_gone (self, row, "discarded", NULL);
  /* A person's no to an order of the plan: it must not come back by itself. */
  if (*row->plan)
    cd_desk_set_cover_repeat (self, row->account, 0, NULL);
  return TRUE;
}

gboolean
cd_desk_staged_restore (CdDesk *self, CdStagedRow *row, GError **error)
{
  if (find_row (self, row->id, NULL))
    {
      g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STATE, "staged.there");
      return FALSE;
    }
  if (!check_store (self, error))
    return FALSE;
  if (row->sent)
    {
      g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STATE, "staged.gone");
      return FALSE;
    }
  record_staged (self, row);
  g_list_store_insert (self->staged, 0, row);
  check_row (self, row);
  return TRUE;
}

gboolean
cd_desk_staged_change (CdDesk *self, CdStagedRow *row, gint64 price_e4, gint64 qty, GError **error)
{
  CdOrderDraft draft = cd_desk_staged_draft (row);

  draft.price_e4 = price_e4;
  draft.qty = qty;
  if (!check_staged (self, row, error) || !check_draft (self, &draft, error) || !check_store (self, error))
    return FALSE;
  row->price_e4 = price_e4;
  row->qty = qty;
  row->checked = FALSE;
  record_staged (self, row);
  check_row (self, row);
  return TRUE;
}

void
cd_desk_staged_asked (CdDesk *self, CdStagedRow *row, const char *key, gint64 until_us)
{
  g_free (row->request_key);
  row->request_key = g_strdup (key);
  row->request_until_us = until_us;
  record_staged (self, row);
  cd_row_changed (CD_ROW (row));
}

char *
cd_desk_new_plan_number (CdDesk *self)
{
  const CdEntity *entity = cd_desk_get_entity (self);
  const CdPack *pack = entity ? cd_desk_get_pack (self, entity->market) : NULL;
  gint64 now = cd_desk_get_market_time (self);
  CdDate day = pack && now ? cd_zone_date_of (cd_calendar_zone (pack->market->calendar), now, NULL) : 0;
  int y, m, d;

  /* A clock that was set back must not give a number twice. */
  if (self->plan_day == CD_DATE_NONE || day > self->plan_day)
    {
      self->plan_day = day;
      self->plan_number = 0;
    }
  cd_date_to_ymd (self->plan_day, &y, &m, &d);
  return g_strdup_printf ("P%02d%02d%02d-%u", y % 100, m, d, ++self->plan_number);
}

GListModel *
cd_desk_get_staged (CdDesk *self)
{
  return G_LIST_MODEL (self->staged);
}
