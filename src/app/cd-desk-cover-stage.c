/* cd-desk-cover-stage.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From the cover plan to staged orders: what the books hold, bids for what they do not, and again when they fill. And the house's own
 * rule, by which each step is due some trading days before the last safe time. Nothing here sends an order.
 */
#include "cd-desk-cover.h"
#include "cd-desk-private.h"
#include "cd-json.h"

#include <string.h>

/* The plan is worked out anew every two seconds at most. */
#define TICKS_A_LOOK 8
#define REST_MARK "R"

typedef struct
{
  int days;
  char *by;
  gint64 at_us;
  gint64 limit_e4; /* of the repeat; 0 = off */
} CdDeskOwn;

void
cd_desk_own_free (gpointer own)
{
  g_free (((CdDeskOwn *)own)->by);
  g_free (own);
}

/* --- Own rules ------------------------------------------------------------------------------------------------------- */

static CdDeskOwn *
ensure_own (CdDesk *self, const char *account)
{
  CdDeskOwn *own = g_hash_table_lookup (self->own_rules, account);

  if (own)
    return own;
  own = g_new0 (CdDeskOwn, 1);
  own->days = CD_OWN_DAYS_START;
  own->by = g_strdup ("");
  g_hash_table_insert (self->own_rules, g_strdup (account), own);
  return own;
}

void
cd_desk_get_own_rule (CdDesk *self, const char *account, CdOwnRule *out)
{
  const CdDeskOwn *own = account ? g_hash_table_lookup (self->own_rules, account) : NULL;

  *out = own ? (CdOwnRule){ own->days, own->by, own->at_us } : (CdOwnRule){ CD_OWN_DAYS_START, "", 0 };
}

static gboolean
check_store (CdDesk *self, GError **error)
{
  g_autofree char *problem = cd_desk_store_reason (self);

  if (!problem && self->store && self->ready)
    return TRUE;
  g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STORE, "%s", problem ? problem : "the journal has not been read yet");
  return FALSE;
}

static void
append (CdDesk *self, const char *kind, const char *account, CdJsonWriter *w)
{
  g_autofree char *text = NULL;
  g_autoptr (GBytes) body = NULL;

  cd_json_writer_string (w, "by", self->person ? self->person : "");
  cd_json_writer_end_object (w);
  text = cd_json_writer_finish (w);
  body = g_bytes_new (text, strlen (text));
  cd_store_append (self->store, kind, account, body);
}

gboolean
cd_desk_set_own_days (CdDesk *self, const char *account, int days, GError **error)
{
  g_autoptr (CdJsonWriter) w = cd_json_writer_new ();
  CdDeskOwn *own;

  if (days < 0 || days > CD_OWN_DAYS_MAX)
    {
      g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_INPUT, "expected 0 to %d trading days", CD_OWN_DAYS_MAX);
      return FALSE;
    }
  if (!check_store (self, error))
    return FALSE;
  own = ensure_own (self, account);
  if (own->days == days && own->at_us != 0)
    return TRUE;
  own->days = days;
  own->at_us = cd_env_real_us (self->env);
  g_free (own->by);
  own->by = g_strdup (self->person ? self->person : "");
  cd_json_writer_begin_object (w, NULL);
  cd_json_writer_i64 (w, "trading_days", days);
  append (self, CD_JOURNAL_OWN_RULE, account, w);
  cd_desk_emit (self, CD_DESK_SIGNAL_ACCOUNT);
  return TRUE;
}

void
cd_desk_own_replay (CdDesk *self, const CdJournalRow *record)
{
  gsize len;
  const char *text = g_bytes_get_data (record->body, &len);
  g_autoptr (CdJsonDoc) doc = cd_json_parse (text, (gssize)len, 0, NULL);
  CdDeskOwn *own = ensure_own (self, record->key);
  const char *by = NULL;
  gint64 days = -1;
  CdJson root;

  if (!doc)
    return;
  root = cd_json_root (doc);
  if (g_str_equal (record->kind, CD_JOURNAL_COVER_REPEAT))
    {
      own->limit_e4 = 0;
      cd_json_get_decimal (&root, "limit", 4, &own->limit_e4, NULL);
      return;
    }
  if (!cd_json_get_i64 (&root, "trading_days", &days, NULL) || days < 0 || days > CD_OWN_DAYS_MAX || !cd_json_get_string (&root, "by", &by, NULL))
    return;
  own->days = (int)days;
  own->at_us = record->at_us;
  g_free (own->by);
  own->by = g_strdup (by);
}

gboolean
cd_desk_set_cover_repeat (CdDesk *self, const char *account, gint64 limit_e4, GError **error)
{
  g_autoptr (CdJsonWriter) w = cd_json_writer_new ();
  CdDeskOwn *own;

  if (limit_e4 < 0)
    {
      g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_INPUT, "expected a price above 0");
      return FALSE;
    }
  if (!check_store (self, error))
    return FALSE;
  own = ensure_own (self, account);
  if (own->limit_e4 == limit_e4)
    return TRUE;
  own->limit_e4 = limit_e4;
  cd_json_writer_begin_object (w, NULL);
  if (limit_e4)
    cd_json_writer_decimal (w, "limit", limit_e4, 4, 2);
  append (self, CD_JOURNAL_COVER_REPEAT, account, w);
  cd_desk_emit (self, CD_DESK_SIGNAL_ACCOUNT);
  return TRUE;
}

gint64
cd_desk_get_cover_repeat (CdDesk *self, const char *account)
{
  const CdDeskOwn *own = account ? g_hash_table_lookup (self->own_rules, account) : NULL;

  return own ? own->limit_e4 : 0;
}

/* --- What the books hold --------------------------------------------------------------------------------------------- */

gboolean
cd_desk_is_cover_rest (const CdStagedRow *row)
{
  return *row->plan && g_str_has_suffix (row->plan, REST_MARK);
}

static void
discard_earlier (CdDesk *self, const char *account, gboolean rest, gboolean expired_only)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->staged)); i-- > 0;)
    {
      g_autoptr (CdStagedRow) row = g_list_model_get_item (G_LIST_MODEL (self->staged), i);

      /* What a second person was asked for is not dropped beside that. */
      if (*row->plan && !row->request_key && cd_desk_is_cover_rest (row) == rest && g_str_equal (row->account, account) && (!expired_only || row->expired))
        cd_desk_staged_gone (self, row, expired_only ? "expired" : "replaced", NULL);
    }
}

static CdOrderKind
order_kind (CdDesk *self, const char *code)
{
  const CdModeRule *mode = cd_desk_list_mode (self, code);

  return mode && mode->match == CD_MATCH_PRICE_TIME ? CD_KIND_LIMIT : CD_KIND_PICK;
}

static guint
stage_within (CdDesk *self, CdObligationRow *row, gint64 limit_e4, char **number, GError **error)
{
  const CdWhatIf within = { .limit_e4 = limit_e4 };
  g_autoptr (CdDeskCover) cover = cd_desk_cover (self, row, &within, error);
  g_autofree char *plan = NULL;
  guint staged = 0;

  if (!cover)
    return 0;
  if (cover->plan->orders->len == 0)
    {
      g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STATE, "cover.nothing");
      return 0;
    }
  plan = cd_desk_new_plan_number (self);
  discard_earlier (self, row->account, FALSE, FALSE);
  /* The dearest first: the newest row stands on top, so the cheapest is the first to be sent. */
  for (guint i = cover->plan->orders->len; i-- > 0;)
    {
      const CdCoverOrder *order = g_ptr_array_index (cover->plan->orders, i);
      const CdOrderDraft draft = { .account = row->account, .instrument = order->code, .side = CD_SIDE_BUY, .kind = order_kind (self, order->code), .price_e4 = order->price_e4, .qty = order->qty };

      if (!cd_desk_stage (self, &draft, order->credit ? "offset" : "cover", plan, 0, error))
        return 0;
      staged++;
    }
  cd_desk_alert (self, 0, "desk", "staged", "%s %u", plan, staged);
  if (number)
    *number = g_steal_pointer (&plan);
  return staged;
}

guint
cd_desk_stage_cover (CdDesk *self, CdObligationRow *row, char **number, GError **error)
{
  return stage_within (self, row, 0, number, error);
}

/* --- What they do not hold ------------------------------------------------------------------------------------------- */

/* The year's own vintage where it is traded, else the newest one that the year accepts; never one that it does not. */
static CdQuote *
bid_quote (CdDesk *self, const CdObligationRow *row)
{
  const CdPack *pack = cd_desk_get_pack (self, row->market);
  const CdComplianceYear *year = pack && pack->scheme ? cd_scheme_year (pack->scheme, row->year, row->sector) : NULL;
  CdQuote *best = NULL;

  for (guint i = 0; year && i < g_list_model_get_n_items (G_LIST_MODEL (self->quotes)); i++)
    {
      g_autoptr (CdQuote) quote = g_list_model_get_item (G_LIST_MODEL (self->quotes), i);

      if (!quote->instrument || !quote->tradable || quote->instrument->kind != CD_INSTRUMENT_ALLOWANCE || !cd_compliance_year_accepts (year, quote->instrument->vintage))
        continue;
      if (!best || quote->instrument->vintage == row->year || (best->instrument->vintage != row->year && quote->instrument->vintage > best->instrument->vintage))
        best = quote;
    }
  return best;
}

void
cd_desk_cover_rest (CdDesk *self, CdObligationRow *row, const CdDeskCover *cover, CdCoverRest *out)
{
  CdQuote *quote = bid_quote (self, row);
  gint64 most;

  *out = (CdCoverRest){ .units = cover->plan->missing };
  if (!quote)
    return;
  g_strlcpy (out->code, quote->code, sizeof out->code);
  out->low_e4 = quote->feed.stats.limit_low_e4;
  out->high_e4 = quote->feed.stats.limit_high_e4;
  for (guint i = 0; i < cover->plan->orders->len; i++)
    {
      const CdCoverOrder *order = g_ptr_array_index (cover->plan->orders, i);

      if (!order->credit)
        out->suggested_e4 = MAX (out->suggested_e4, order->price_e4);
    }
  if (out->suggested_e4 == 0)
    cd_desk_price_of (self, quote->code, &out->suggested_e4);
  if (out->low_e4 && out->high_e4)
    out->suggested_e4 = CLAMP (out->suggested_e4, out->low_e4, out->high_e4);
  most = cd_desk_max_order (self, quote->code, cd_desk_list_mode (self, quote->code));
  out->orders = out->units == 0 ? 0 : most > 1 ? (guint)((out->units + most - 2) / (most - 1))
                                               : 1;
}

guint
cd_desk_stage_rest (CdDesk *self, CdObligationRow *row, gint64 price_e4, char **number, GError **error)
{
  g_autoptr (CdDeskCover) cover = NULL;
  g_autofree char *plan = NULL;
  CdCoverRest rest;
  CdOrderKind kind;
  gint64 left;
  guint staged = 0;

  if (price_e4 <= 0)
    {
      g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_INPUT, "expected a price above 0");
      return 0;
    }
  if (!check_store (self, error))
    return 0;
  discard_earlier (self, row->account, TRUE, FALSE);
  cover = cd_desk_cover (self, row, NULL, error);
  if (!cover)
    return 0;
  cd_desk_cover_rest (self, row, cover, &rest);
  if (rest.units == 0 || !*rest.code)
    {
      g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STATE, "cover.nothing");
      return 0;
    }
  kind = order_kind (self, rest.code) == CD_KIND_LIMIT ? CD_KIND_LIMIT : CD_KIND_LIST;
  {
    g_autofree char *next = cd_desk_new_plan_number (self);

    plan = g_strconcat (next, REST_MARK, NULL);
  }
  left = rest.units;
  for (guint i = rest.orders; i > 0; i--)
    {
      const gint64 part = (left + i - 1) / i; /* of about one size: an odd small rest is a worse bid */
      const CdOrderDraft draft = { .account = row->account, .instrument = rest.code, .side = CD_SIDE_BUY, .kind = kind, .price_e4 = price_e4, .qty = part };

      if (!cd_desk_stage (self, &draft, "cover", plan, 0, error))
        return 0;
      left -= part;
      staged++;
    }
  cd_desk_alert (self, 0, "desk", "staged", "%s %u", plan, staged);
  if (number)
    *number = g_steal_pointer (&plan);
  return staged;
}

/* --- Again when the books fill --------------------------------------------------------------------------------------- */

static gboolean
waits (CdDesk *self, const char *account)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->staged)); i++)
    {
      g_autoptr (CdStagedRow) row = g_list_model_get_item (G_LIST_MODEL (self->staged), i);

      if (*row->plan && !cd_desk_is_cover_rest (row) && g_str_equal (row->account, account))
        return TRUE;
    }
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->orders)); i++)
    {
      g_autoptr (CdOrderRow) row = g_list_model_get_item (G_LIST_MODEL (self->orders), i);

      if (row->order->side == CD_SIDE_BUY && row->order->kind == CD_KIND_PICK && !cd_order_is_final (row->order) && g_strcmp0 (row->order->account, account) == 0)
        return TRUE;
    }
  return FALSE;
}

void
cd_desk_cover_tick (CdDesk *self)
{
  if (self->cover_tick++ % TICKS_A_LOOK != 0 || cd_desk_is_locked (self))
    return;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->obligations)); i++)
    {
      g_autoptr (CdObligationRow) row = g_list_model_get_item (G_LIST_MODEL (self->obligations), i);
      gint64 limit = cd_desk_get_cover_repeat (self, row->account);

      if (limit == 0 || row->closed || !row->figures || row->figures->shortfall == 0)
        continue;
      if (cd_desk_get_session (self, row->market, CD_MODE_LIST, NULL) != CD_SESSION_OPEN)
        continue;
      discard_earlier (self, row->account, FALSE, TRUE);
      if (!waits (self, row->account))
        stage_within (self, row, limit, NULL, NULL); /* with nothing to be had, the next look */
    }
}
