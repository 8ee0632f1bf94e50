/* matrix-ops.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The operations of the matrix: what has to be there before, the press, and what is known of it afterwards.
 */
#include "matrix.h"

#include <string.h>

#define ACCOUNT "HD-POWER"
#define CODE "CEA25"
#define QTY 20

enum
{
  CANCEL,
  REPLACE
};
enum
{
  TRANSFER,
  CASH_IN
};
enum
{
  CONFIRM,
  WITHDRAW,
  APPROVE_ORDER
};

guint
matrix_variants (MatrixOp op)
{
  static const guint variants[MATRIX_N_OPS] = { 1, 2, 2, 3, 1, 1, 1, 1 };

  return variants[op];
}

const char *
matrix_known_name (MatrixKnown known)
{
  static const char *const names[] = { "nothing", "pending", "unknown", "done", "refused", "never sent" };

  return names[known];
}

CdOrderRow *
matrix_order (MatrixRun *run)
{
  return run->w.desk && run->key && run->w.desk->order_by_key ? g_hash_table_lookup (run->w.desk->order_by_key, run->key) : NULL;
}

CdInstructionRow *
matrix_instruction (MatrixRun *run)
{
  return run->w.desk && run->key ? g_hash_table_lookup (run->w.desk->instruction_by_id, run->key) : NULL;
}

CdRequestRow *
matrix_request (MatrixRun *run)
{
  GListModel *rows = cd_desk_get_requests (run->w.desk);

  for (guint i = 0; run->key && i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (CdRequestRow) row = g_list_model_get_item (rows, i);

      if (g_str_equal (row->id, run->key))
        return row;
    }
  return NULL;
}

/* --- Before ----------------------------------------------------------------------------------------------------------- */

/* Far enough below the market that nobody takes it. */
static CdOrderDraft
draft_of (MatrixRun *run, gint64 ticks)
{
  CdQuote *quote = cd_desk_get_quote (run->w.desk, CODE);
  gint64 close = quote ? quote->feed.stats.prev_close_e4 : 0;

  return (CdOrderDraft){ .account = ACCOUNT, .instrument = CODE, .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = close - close % 100 - close / 20 / 100 * 100 - ticks * 100, .qty = QTY };
}

static void
pressed (MatrixRun *run, const char *key)
{
  g_hash_table_add (run->w.pressed, g_strdup (key));
  sim_ghost (&run->w, key);
}

static void
put_order (MatrixRun *run)
{
  const CdOrderDraft draft = draft_of (run, 0);
  g_autoptr (GError) error = NULL;
  CdOrderRow *row = cd_desk_submit (run->w.desk, &draft, "cover", &error);

  if (!row)
    {
      matrix_fail (run, "the order before: %s", error->message);
      return;
    }
  pressed (run, row->order->key);
  run->key = g_strdup (row->order->key);
  sim_advance (&run->w, 600);
  if (!cd_order_is_working (row->order))
    matrix_fail (run, "the order before is %s", cd_order_state_name (row->order->state));
  run->old_price_e4 = row->order->price_e4;
  run->old_qty = row->order->qty;
}

static void
put_instruction (MatrixRun *run)
{
  g_autoptr (GError) error = NULL;
  CdInstructionRow *row;

  run->units_before = matrix_venue_units (run, "registry");
  run->key = cd_desk_propose_transfer (run->w.desk, ACCOUNT, CODE, QTY, TRUE, &error);
  run->moved = QTY;
  if (!run->key)
    {
      matrix_fail (run, "the proposal before: %s", error->message);
      return;
    }
  pressed (run, run->key);
  sim_advance (&run->w, 600);
  row = matrix_instruction (run);
  if (!row || g_strcmp0 (row->state, "proposed") != 0)
    matrix_fail (run, "the proposal before is %s", row ? row->state : "nowhere");
}

static void
put_request (MatrixRun *run)
{
  const CdOrderDraft draft = draft_of (run, 3);
  g_autoptr (GError) error = NULL;
  CdStagedRow *staged = cd_desk_stage (run->w.desk, &draft, "cover", NULL, 0, &error);

  if (staged)
    run->key = cd_desk_request_approval (run->w.desk, staged, &error);
  if (!run->key)
    {
      matrix_fail (run, "the request before: %s", error->message);
      return;
    }
  sim_advance (&run->w, 800);
}

void
matrix_prepare (MatrixRun *run)
{
  if (run->op == MATRIX_CHANGE)
    put_order (run);
  else if (run->op == MATRIX_APPROVE && run->variant == APPROVE_ORDER)
    put_request (run);
  else if (run->op == MATRIX_APPROVE)
    put_instruction (run);
  if (!run->failed && run->op == MATRIX_APPROVE && run->variant != WITHDRAW)
    matrix_person (run, "power-second");
  run->units_before = matrix_venue_units (run, "registry");
}

/* --- The press -------------------------------------------------------------------------------------------------------- */

/* The request that was made by this press is the newest without an outcome. */
static void
note_command (MatrixRun *run, GHashTable *before)
{
  GHashTableIter iter;
  const char *key;

  g_hash_table_iter_init (&iter, run->w.desk->requests);
  while (g_hash_table_iter_next (&iter, (gpointer *)&key, NULL))
    if (!g_hash_table_contains (before, key))
      {
        g_free (run->command_key);
        run->command_key = g_strdup (key);
      }
}

static void
press_new (MatrixRun *run)
{
  const CdOrderDraft draft = draft_of (run, 7);
  CdOrderRow *row = cd_desk_submit (run->w.desk, &draft, "cover", &run->said);

  run->started = row != NULL;
  if (!row)
    return;
  pressed (run, row->order->key);
  g_free (run->key);
  run->key = g_strdup (row->order->key);
}

static void
press_change (MatrixRun *run)
{
  CdOrderRow *row = matrix_order (run);

  if (run->variant == CANCEL)
    {
      run->started = cd_desk_cancel (run->w.desk, row, &run->said);
      return;
    }
  run->price_e4 = row->order->price_e4 - 200;
  run->qty = QTY + 5;
  run->started = cd_desk_replace (run->w.desk, row, run->price_e4, run->qty, &run->said);
}

static void
press_registry (MatrixRun *run)
{
  char *id = run->variant == TRANSFER ? cd_desk_propose_transfer (run->w.desk, ACCOUNT, CODE, QTY, TRUE, &run->said)
                                      : cd_desk_propose_cash (run->w.desk, ACCOUNT, 1000 * CD_E4, TRUE, &run->said);

  run->started = id != NULL;
  if (!id)
    return;
  pressed (run, id);
  g_free (run->key);
  run->key = id;
}

static void
press_approve (MatrixRun *run)
{
  CdInstructionRow *row = matrix_instruction (run);
  CdRequestRow *request = matrix_request (run);

  if (run->variant == CONFIRM)
    run->started = cd_desk_confirm_instruction (run->w.desk, row, &run->said);
  else if (run->variant == WITHDRAW)
    run->started = cd_desk_withdraw_instruction (run->w.desk, row, &run->said);
  else if (request)
    {
      sim_requests_read (&run->w, request->id, request->version, request->hash);
      run->started = cd_desk_request_approve (run->w.desk, request, request->version, request->hash, &run->said);
    }
  else
    matrix_fail (run, "the request is not shown to the second person");
}

void
matrix_press (MatrixRun *run)
{
  matrix_press_as (run, run->op);
}

void
matrix_press_as (MatrixRun *run, MatrixOp op)
{
  g_autoptr (GHashTable) before = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  const char *key;

  g_hash_table_iter_init (&iter, run->w.desk->requests);
  while (g_hash_table_iter_next (&iter, (gpointer *)&key, NULL))
    g_hash_table_add (before, g_strdup (key));
  g_clear_error (&run->said);
  if (op == MATRIX_NEW)
    press_new (run);
  else if (op == MATRIX_CHANGE)
    press_change (run);
  else if (op == MATRIX_REGISTRY)
    press_registry (run);
  else if (op == MATRIX_APPROVE)
    press_approve (run);
  else if (op == MATRIX_SYNC)
    cd_desk_reconcile (run->w.desk);
  else if (op == MATRIX_FILES)
    matrix_import (run, NULL);
  else if (op == MATRIX_LOGIN)
    cd_desk_switch_person (run->w.desk, "power-second");
  if (run->w.desk)
    note_command (run, before);
}

/* --- Afterwards ------------------------------------------------------------------------------------------------------- */

static gboolean
is_asked (MatrixRun *run)
{
  return run->command_key && g_hash_table_contains (run->w.desk->requests, run->command_key);
}

static MatrixKnown
order_known (const CdOrder *order)
{
  if (order->state == CD_ORDER_UNKNOWN)
    return MATRIX_UNKNOWN;
  if (order->state == CD_ORDER_REJECTED)
    return MATRIX_REFUSED;
  if (order->state == CD_ORDER_NOT_PLACED || order->state == CD_ORDER_DENIED)
    return MATRIX_NEVER;
  return order->state < CD_ORDER_PENDING_NEW ? MATRIX_PENDING : MATRIX_DONE;
}

static MatrixKnown
change_known (MatrixRun *run, const CdOrder *order)
{
  if (order->req != CD_REQ_NONE)
    return order->req_unknown ? MATRIX_UNKNOWN : MATRIX_PENDING;
  if (run->variant == CANCEL)
    return order->state == CD_ORDER_CANCELLED ? MATRIX_DONE : run->started ? MATRIX_REFUSED
                                                                           : MATRIX_NOTHING;
  return order->price_e4 == run->price_e4 && order->qty == run->qty ? MATRIX_DONE : run->started ? MATRIX_REFUSED
                                                                                                 : MATRIX_NOTHING;
}

static MatrixKnown
registry_known (const CdInstructionRow *row)
{
  if (row->unknown)
    return MATRIX_UNKNOWN;
  if (g_str_equal (row->state, "sending"))
    return MATRIX_PENDING;
  if (g_str_equal (row->state, "rejected"))
    return g_strcmp0 (row->reason, "never.sent") == 0 ? MATRIX_NEVER : MATRIX_REFUSED;
  return MATRIX_DONE;
}

static MatrixKnown
approve_known (MatrixRun *run)
{
  const CdInstructionRow *row = matrix_instruction (run);
  const CdRequestRow *request = matrix_request (run);
  const char *state = row ? row->state : request ? request->state
                                                 : "";
  gboolean unknown = row ? row->unknown : request && request->unknown;

  if (unknown)
    return MATRIX_UNKNOWN;
  if (!row && !request)
    return MATRIX_NOTHING;
  if (!g_str_equal (state, "proposed"))
    return MATRIX_DONE;
  if (!run->started)
    return MATRIX_NOTHING;
  /* One whose answer may still come is kept; the list says meanwhile that nothing has happened. */
  return is_asked (run) && run->first <= MATRIX_PENDING ? MATRIX_PENDING : MATRIX_REFUSED;
}

MatrixKnown
matrix_known (MatrixRun *run)
{
  const CdOrderRow *order = matrix_order (run);
  const CdInstructionRow *row = run->w.desk ? matrix_instruction (run) : NULL;

  if (!run->w.desk || !run->key)
    return MATRIX_NOTHING;
  if (run->op == MATRIX_NEW)
    return order ? order_known (order->order) : MATRIX_NOTHING;
  if (run->op == MATRIX_CHANGE)
    return order ? change_known (run, order->order) : MATRIX_NOTHING;
  if (run->op == MATRIX_REGISTRY)
    return row ? registry_known (row) : MATRIX_NOTHING;
  return run->op == MATRIX_APPROVE ? approve_known (run) : MATRIX_NOTHING;
}

gboolean
matrix_is_mine (MatrixRun *run, const char *text)
{
  return run->command_key && strstr (text, run->command_key) != NULL;
}

/* --- At the venue ------------------------------------------------------------------------------------------------------ */

gint64
matrix_venue_units (MatrixRun *run, const char *bucket)
{
  g_autoptr (CdWireList) list = cd_venue_list (run->w.venue, CD_WIRE_LIST_HOLDINGS, ACCOUNT, "power-trader", FALSE, 0, 0);

  for (guint i = 0; i < list->items->len; i++)
    {
      const CdWireBalanceRow *row = &g_array_index (list->items, CdWireBalanceRow, i);

      if (g_str_equal (row->asset, CODE) && g_str_equal (cd_bucket_name (row->bucket), bucket))
        return row->balance;
    }
  return 0;
}

static guint
instruction_effects (MatrixRun *run)
{
  g_autoptr (CdWireList) list = cd_venue_list (run->w.venue, CD_WIRE_LIST_INSTRUCTIONS, ACCOUNT, "power-trader", FALSE, 0, 0);
  guint made = 0;

  for (guint i = 0; i < list->items->len; i++)
    {
      const CdWireInstructionRow *row = &g_array_index (list->items, CdWireInstructionRow, i);

      if (g_str_equal (row->id, run->key))
        made += run->op == MATRIX_REGISTRY || !g_str_equal (row->state, "proposed");
    }
  return made;
}

static guint
request_effects (MatrixRun *run)
{
  g_autoptr (CdWireList) list = cd_venue_list (run->w.venue, CD_WIRE_LIST_REQUESTS, ACCOUNT, "power-trader", FALSE, 0, 0);

  for (guint i = 0; i < list->items->len; i++)
    {
      const CdWireRequestRow *row = &g_array_index (list->items, CdWireRequestRow, i);

      if (g_str_equal (row->id, run->key))
        return !g_str_equal (row->state, "proposed");
    }
  return 0;
}

static guint
change_effects (MatrixRun *run)
{
  g_autoptr (CdWireList) list = cd_venue_list (run->w.venue, CD_WIRE_LIST_ORDERS, ACCOUNT, "power-trader", FALSE, 0, 0);

  for (guint i = 0; i < list->items->len; i++)
    {
      const CdWireOrderRow *row = &g_array_index (list->items, CdWireOrderRow, i);

      if (g_str_equal (row->key, run->key))
        return run->variant == CANCEL ? g_str_equal (row->state, "cancelled") : row->price_e4 == run->price_e4 && row->qty == run->qty;
    }
  return 0;
}

guint
matrix_effects (MatrixRun *run)
{
  if (!run->key)
    return 0;
  if (run->op == MATRIX_NEW)
    return sim_ghost (&run->w, run->key)->effects;
  if (run->op == MATRIX_CHANGE)
    return change_effects (run);
  if (run->op == MATRIX_APPROVE && run->variant == APPROVE_ORDER)
    return request_effects (run);
  return run->op == MATRIX_REGISTRY || run->op == MATRIX_APPROVE ? instruction_effects (run) : 0;
}

/* Somebody else does something at the venue; what it says of it travels as always. */
static void
matrix_at_venue_account (MatrixRun *run, const char *person, const char *account, CdWireOp op, CdWireBody *body)
{
  static guint n;
  guint8 random[16] = { 0 };
  char key[CD_KEY_BUF];
  g_autofree char *text = NULL;
  g_autoptr (CdWireCommand) command = NULL;
  g_autoptr (CdWireAnswer) answer = NULL;

  n++;
  memcpy (random, &n, sizeof n);
  random[15] = 0x77;
  cd_key_make (CD_KEY_PRACTICE, random, key);
  body->op = op;
  text = cd_wire_body_print (body);
  command = cd_wire_command_new (op, key, account, 0, text);
  answer = cd_venue_command (run->w.venue, person, command, sim_venue_now (&run->w));
  if (answer->verdict != CD_WIRE_ACCEPTED)
    matrix_fail (run, "the venue refused what another one did: %s", answer->code);
  sim_venue_turn (&run->w);
}

void
matrix_at_venue (MatrixRun *run, const char *person, CdWireOp op, CdWireBody *body)
{
  matrix_at_venue_account (run, person, ACCOUNT, op, body);
}

void
matrix_put_first (MatrixRun *run)
{
  CdQuote *quote = cd_desk_get_quote (run->w.desk, CODE);
  CdOrderDraft draft = draft_of (run, 0);
  g_autoptr (GError) error = NULL;
  CdOrderRow *row;

  if (quote->feed.n_bids > 0)
    draft.price_e4 = quote->feed.bids[0].price + 100;
  row = cd_desk_submit (run->w.desk, &draft, "cover", &error);
  if (!row)
    {
      matrix_fail (run, "the first in the book: %s", error->message);
      return;
    }
  pressed (run, row->order->key);
  g_free (run->key);
  run->key = g_strdup (row->order->key);
  sim_advance (&run->w, 300);
}

static void
others_order (MatrixRun *run, CdOrderKind kind, gint64 price_e4, gint64 qty)
{
  CdWireBody body = { .instrument = (char *)CODE, .side = CD_SIDE_SELL, .kind = kind, .price_e4 = price_e4, .qty = qty, .by = (char *)"cement-trader" };

  matrix_at_venue_account (run, "cement-trader", "HD-CEMENT", CD_WIRE_OP_ORDER_NEW, &body);
}

void
matrix_take_some (MatrixRun *run, gint64 qty)
{
  const CdOrderRow *row = matrix_order (run);

  others_order (run, CD_KIND_PICK, row->order->price_e4, qty);
}

void
matrix_others_list (MatrixRun *run)
{
  static guint n;
  const CdQuote *quote = cd_desk_get_quote (run->w.desk, CODE);
  gint64 close = quote->feed.stats.prev_close_e4;

  others_order (run, CD_KIND_LIST, close - close % 100 + close / 20 / 100 * 100 + (n++ % 50) * 100, 10);
}

void
matrix_roles (MatrixRun *run, const char *roles)
{
  const char *person = run->w.desk ? run->w.desk->person : "power-trader";
  const char *first = g_str_equal (person, "power-second") ? "view approve" : "view enter cash";
  CdWireBody body = { .person = (char *)person, .roles = (char *)(g_str_equal (roles, "back") ? first : roles) };

  matrix_at_venue (run, "province", CD_WIRE_OP_PRACTICE_ROLES, &body);
}

/* --- On the desk ------------------------------------------------------------------------------------------------------- */

char *
matrix_figures (MatrixRun *run)
{
  GListModel *rows = cd_desk_get_holdings (run->w.desk);
  GString *text = g_string_new (NULL);
  CdCash cash;

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (CdHoldingRow) row = g_list_model_get_item (rows, i);

      g_string_append_printf (text, "%s/%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " ", row->account, row->asset, row->to_sell, row->to_surrender);
    }
  cd_desk_get_cash (run->w.desk, ACCOUNT, &cash);
  g_string_append_printf (text, "cash %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, cash.available_e4, cash.frozen_e4);
  return g_string_free (text, FALSE);
}

typedef struct
{
  const char *kind;
  GPtrArray *rows;
} Wanted;

static gboolean
record_cb (const CdJournalRow *row, gpointer data)
{
  Wanted *wanted = data;

  if (g_str_equal (row->kind, wanted->kind))
    g_ptr_array_add (wanted->rows, g_strdup (row->key));
  return TRUE;
}

static gpointer
look_func (CdJournal *journal, CdCache *cache, gpointer data, GError **error)
{
  cd_journal_foreach (journal, 1, record_cb, data, error);
  return NULL;
}

GPtrArray *
matrix_records (MatrixRun *run, const char *kind)
{
  Wanted wanted = { kind, g_ptr_array_new_with_free_func (g_free) };

  cd_store_run_async (run->w.desk->store, look_func, &wanted, NULL, NULL, NULL, NULL, NULL);
  sim_pump (&run->w);
  return wanted.rows;
}

guint
matrix_count_records (MatrixRun *run, const char *kind, const char *key)
{
  g_autoptr (GPtrArray) keys = matrix_records (run, kind);
  guint n = 0;

  for (guint i = 0; i < keys->len; i++)
    n += key == NULL || g_strcmp0 (g_ptr_array_index (keys, i), key) == 0;
  return n;
}
