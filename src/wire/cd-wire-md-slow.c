/* cd-wire-md-slow.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every type by the strict document reader: the rare types always, the frequent ones when the scanner was not sure. What this
 * file accepts is what the contract is.
 */
#include <string.h>

#include "cd-id.h"
#include "cd-wire-fields.h"
#include "cd-wire-md-private.h"

static const CdFieldName type_names[] = {
  { CD_MD_HELLO, "hello" },
  { CD_MD_SNAPSHOT, "snapshot" },
  { CD_MD_DEPTH, "depth" },
  { CD_MD_TRADE, "trade" },
  { CD_MD_STATS, "stats" },
  { CD_MD_CLOCK, "clock" },
  { CD_MD_HB, "hb" },
  { CD_MD_BLOCK, "block" },
  { 0, NULL },
};

#define NULLABLE CD_FIELD_NULLABLE
static const CdField stats_fields[] = {
  CD_WIRE_STATS_FIELDS (CdMdStats),
  CD_FIELD_END
};
#undef OFF
#define OFF(member) G_STRUCT_OFFSET (CdMdHello, member)
static const CdField hello_fields[] = {
  { "server_time", CD_FIELD_INSTANT, CD_FIELD_REQUIRED, OFF (server_time_us), NULL, 0 },
  { "market_time", CD_FIELD_INSTANT, CD_FIELD_REQUIRED, OFF (market_time_us), NULL, 0 },
  { "rate", CD_FIELD_E3, CD_FIELD_REQUIRED, OFF (rate_e3), NULL, 0 },
  { "paused", CD_FIELD_BOOL, CD_FIELD_REQUIRED, OFF (paused), NULL, 0 },
  { "practice", CD_FIELD_BOOL, CD_FIELD_REQUIRED, OFF (practice), NULL, 0 },
  CD_FIELD_END
};
#undef OFF
#define OFF(member) G_STRUCT_OFFSET (CdMdClock, member)
static const CdField clock_fields[] = {
  { "server_time", CD_FIELD_INSTANT, CD_FIELD_REQUIRED, OFF (server_time_us), NULL, 0 },
  { "market_time", CD_FIELD_INSTANT, CD_FIELD_REQUIRED, OFF (market_time_us), NULL, 0 },
  { "rate", CD_FIELD_E3, CD_FIELD_REQUIRED, OFF (rate_e3), NULL, 0 },
  { "paused", CD_FIELD_BOOL, CD_FIELD_REQUIRED, OFF (paused), NULL, 0 },
  CD_FIELD_END
};
#undef OFF
#define OFF(member) G_STRUCT_OFFSET (CdMdHb, member)
static const CdField hb_fields[] = {
  { "n", CD_FIELD_COUNT, CD_FIELD_REQUIRED, OFF (n), NULL, 0 },
  { "server_time", CD_FIELD_INSTANT, CD_FIELD_REQUIRED, OFF (server_time_us), NULL, 0 },
  { "market_time", CD_FIELD_INSTANT, CD_FIELD_REQUIRED, OFF (market_time_us), NULL, 0 },
  CD_FIELD_END
};
#undef OFF
#define OFF(member) G_STRUCT_OFFSET (CdMdTrade, member)
static const CdField trade_fields[] = {
  { "px", CD_FIELD_E4, CD_FIELD_REQUIRED, OFF (price_e4), NULL, 0 },
  { "qty", CD_FIELD_I64, CD_FIELD_REQUIRED, OFF (qty), NULL, 0 },
  { "side", CD_FIELD_ENUM, CD_FIELD_REQUIRED, OFF (side), cd_wire_side_names, 0 },
  { "mode", CD_FIELD_ENUM, CD_FIELD_REQUIRED, OFF (mode), cd_wire_mode_names, 0 },
  { "at", CD_FIELD_INSTANT, CD_FIELD_REQUIRED, OFF (at_us), NULL, 0 },
  CD_FIELD_END
};
#undef OFF
#define OFF(member) G_STRUCT_OFFSET (CdMdBlock, member)
static const CdField block_fields[] = {
  { "side", CD_FIELD_ENUM, CD_FIELD_REQUIRED, OFF (side), cd_wire_side_names, 0 },
  { "px", CD_FIELD_E4, CD_FIELD_REQUIRED, OFF (price_e4), NULL, 0 },
  { "qty", CD_FIELD_I64, CD_FIELD_REQUIRED, OFF (qty), NULL, 0 },
  { "state", CD_FIELD_ENUM, CD_FIELD_REQUIRED, OFF (state), cd_wire_block_state_names, 0 },
  CD_FIELD_END
};
#undef OFF

static void
read_code (const CdJson *at, const char *member, char *out, gsize size, CdJsonFaults *faults)
{
  const char *text = NULL;

  if (!cd_json_get_string (at, member, &text, faults))
    return;
  if (!cd_ident_valid (text) || strlen (text) >= size)
    cd_json_fault (faults, at, member, "value", "1 to %u of [A-Za-z0-9._:-]", (guint)size - 1);
  else
    g_strlcpy (out, text, size);
}

static void
read_level (const CdJson *item, CdLevel *level, CdJsonFaults *faults)
{
  guint n = cd_json_length (item);
  gint64 orders = 0;
  CdJson price, qty;

  if (!cd_json_is_array (item) || n < 2 || n > 3)
    {
      cd_json_fault (faults, item, NULL, "type", "[price, qty] or [price, qty, listings]");
      return;
    }
  price = cd_json_at (item, 0);
  qty = cd_json_at (item, 1);
  if (cd_json_get_decimal (&price, NULL, 4, &level->price, faults) && level->price <= 0)
    cd_json_fault (faults, &price, NULL, "range", "a price above 0");
  if (cd_json_get_i64 (&qty, NULL, &level->qty, faults) && level->qty < 0)
    cd_json_fault (faults, &qty, NULL, "range", "0 or more");
  if (n == 3)
    {
      CdJson count = cd_json_at (item, 2);

      cd_json_get_int (&count, NULL, 0, G_MAXINT32, &orders, faults);
    }
  level->orders = (gint32)orders;
}

static guint
read_levels (const CdJson *root, const char *member, CdLevel *levels, guint max, gboolean may_delete, CdJsonFaults *faults)
{
  CdJson array;
  guint n;

  if (!cd_json_get_array (root, member, &array, faults))
    return 0;
  n = cd_json_length (&array);
  if (n > max)
    {
      cd_json_fault (faults, root, member, "limit", "at most %u levels", max);
      return 0;
    }
  for (guint i = 0; i < n && cd_json_faults_count (faults) == 0; i++)
    {
      CdJson item = cd_json_at (&array, i);

      read_level (&item, &levels[i], faults);
      if (!may_delete && levels[i].qty == 0)
        cd_json_fault (faults, &item, NULL, "range", "a quantity above 0 in a snapshot");
    }
  return n;
}

static void
read_book (CdMdReader *reader, const CdJson *root, CdJsonFaults *faults)
{
  CdMdMsg *msg = &reader->msg;
  gboolean is_depth = msg->type == CD_MD_DEPTH;
  guint max = is_depth ? CD_MD_LEVELS_MAX : CD_MD_SNAPSHOT_LEVELS_MAX;
  gint64 number = 0;

  read_code (root, "i", msg->code, sizeof msg->code, faults);
  if (!is_depth)
    read_code (root, "epoch", msg->epoch, sizeof msg->epoch, faults);
  if (cd_json_get_int (root, "seq", 0, G_MAXINT64, &number, faults))
    msg->seq = (guint64)number;
  if (is_depth && cd_json_get_int (root, "prev_seq", 0, G_MAXINT64, &number, faults))
    {
      msg->prev_seq = (guint64)number;
      if (msg->prev_seq >= msg->seq)
        cd_json_fault (faults, root, "prev_seq", "range", "less than seq");
    }
  if (cd_json_get_int (root, "crc", 0, G_MAXUINT32, &number, faults))
    msg->crc = (guint32)number;
  msg->n_bids = read_levels (root, "b", reader->bids, max, is_depth, faults);
  msg->n_asks = read_levels (root, "a", reader->asks, max, is_depth, faults);
  msg->bids = reader->bids;
  msg->asks = reader->asks;
}

static void
read_trade (CdMdReader *reader, const CdJson *root, CdJsonFaults *faults)
{
  CdMdMsg *msg = &reader->msg;
  gint64 seq = 0;

  read_code (root, "i", msg->code, sizeof msg->code, faults);
  read_code (root, "id", msg->trade.id, sizeof msg->trade.id, faults);
  if (cd_json_get_int (root, "seq", 0, G_MAXINT64, &seq, faults))
    msg->seq = (guint64)seq;
  cd_fields_read (trade_fields, 0, root, &msg->trade, faults);
  if (msg->trade.price_e4 <= 0)
    cd_json_fault (faults, root, "px", "range", "a price above 0");
  if (msg->trade.qty <= 0)
    cd_json_fault (faults, root, "qty", "range", "a quantity above 0");
}

static void
read_hello (CdMdReader *reader, const CdJson *root, CdJsonFaults *faults)
{
  CdMdHello *hello = &reader->hello;
  CdJson markets;
  guint n;

  memset (hello, 0, sizeof *hello);
  read_code (root, "epoch", hello->epoch, sizeof hello->epoch, faults);
  cd_fields_read (hello_fields, 0, root, hello, faults);
  if (!cd_json_get_array (root, "markets", &markets, faults))
    return;
  n = cd_json_length (&markets);
  if (n > CD_MD_MARKETS_MAX)
    {
      cd_json_fault (faults, root, "markets", "limit", "at most %d markets", CD_MD_MARKETS_MAX);
      return;
    }
  for (guint i = 0; i < n; i++)
    {
      CdJson item = cd_json_at (&markets, i);

      read_code (&item, NULL, hello->markets[i], CD_MD_CODE_MAX, faults);
    }
  hello->n_markets = n;
  reader->msg.hello = hello;
}

static void
read_session (CdMdClock *clock, const char *market, const char *mode_name, const CdJson *modes, CdJsonFaults *faults)
{
  CdMdSession *session = &clock->sessions[clock->n_sessions];
  CdJson object;
  int state = 0;

  if (!cd_json_get_object (modes, mode_name, &object, faults))
    return;
  if (clock->n_sessions == CD_MD_SESSIONS_MAX || !cd_ident_valid (market) || strlen (market) >= sizeof session->market)
    {
      cd_json_fault (faults, modes, mode_name, "limit", "at most %d sessions of markets with a short name", CD_MD_SESSIONS_MAX);
      return;
    }
  memset (session, 0, sizeof *session);
  g_strlcpy (session->market, market, sizeof session->market);
  /* A mode of a later version is none of ours. */
  if (!cd_mode_parse (mode_name, &session->mode))
    return;
  if (cd_fields_get_enum (&object, "state", cd_wire_session_state_names, &state, faults))
    session->state = (CdSessionState)state;
  if (cd_json_has (&object, "next"))
    cd_json_get_instant (&object, "next", &session->next_us, faults);
  clock->n_sessions++;
}

static void
read_clock (CdMdReader *reader, const CdJson *root, CdJsonFaults *faults)
{
  CdMdClock *clock = &reader->clock;
  g_autoptr (GList) markets = NULL;
  CdJson sessions;

  memset (clock, 0, sizeof *clock);
  cd_fields_read (clock_fields, 0, root, clock, faults);
  if (!cd_json_get_object (root, "sessions", &sessions, faults))
    return;
  markets = cd_json_members (&sessions);
  for (GList *m = markets; m; m = m->next)
    {
      g_autoptr (GList) modes = NULL;
      CdJson market;

      if (!cd_json_get_object (&sessions, m->data, &market, faults))
        return;
      modes = cd_json_members (&market);
      for (GList *l = modes; l; l = l->next)
        read_session (clock, m->data, l->data, &market, faults);
    }
  reader->msg.clock = clock;
}

static void
read_hb (CdMdReader *reader, const CdJson *root, CdJsonFaults *faults)
{
  CdMdHb *hb = &reader->hb;
  g_autoptr (GList) codes = NULL;
  CdJson seqs;

  memset (hb, 0, sizeof *hb);
  cd_fields_read (hb_fields, 0, root, hb, faults);
  if (!cd_json_get_object (root, "seqs", &seqs, faults))
    return;
  codes = cd_json_members (&seqs);
  for (GList *l = codes; l; l = l->next)
    {
      const char *code = l->data;
      gint64 seq = 0;

      if (hb->n_seqs == CD_MD_SEQS_MAX || !cd_ident_valid (code) || strlen (code) >= CD_MD_CODE_MAX)
        {
          cd_json_fault (faults, &seqs, code, "limit", "at most %d instruments with a short code", CD_MD_SEQS_MAX);
          return;
        }
      if (!cd_json_get_int (&seqs, code, 0, G_MAXINT64, &seq, faults))
        return;
      g_strlcpy (hb->seqs[hb->n_seqs].code, code, CD_MD_CODE_MAX);
      hb->seqs[hb->n_seqs++].seq = (guint64)seq;
    }
  reader->msg.hb = hb;
}

static void
read_stats (CdMdReader *reader, const CdJson *root, CdJsonFaults *faults)
{
  memset (&reader->day, 0, sizeof reader->day);
  read_code (root, "i", reader->msg.code, sizeof reader->msg.code, faults);
  cd_fields_read (stats_fields, 0, root, &reader->day, faults);
  reader->msg.stats = &reader->day;
}

static void
read_block (CdMdReader *reader, const CdJson *root, CdJsonFaults *faults)
{
  CdMdBlock *block = &reader->block;

  memset (block, 0, sizeof *block);
  read_code (root, "i", reader->msg.code, sizeof reader->msg.code, faults);
  read_code (root, "id", block->id, sizeof block->id, faults);
  read_code (root, "party", block->party, sizeof block->party, faults);
  cd_fields_read (block_fields, 0, root, block, faults);
  reader->msg.block = block;
}

static void
read_by_type (CdMdReader *reader, const CdJson *root, CdJsonFaults *faults)
{
  switch (reader->msg.type)
    {
    case CD_MD_UNKNOWN:
      break;
    case CD_MD_HELLO:
      read_hello (reader, root, faults);
      break;
    case CD_MD_SNAPSHOT:
    case CD_MD_DEPTH:
      read_book (reader, root, faults);
      break;
    case CD_MD_TRADE:
      read_trade (reader, root, faults);
      break;
    case CD_MD_STATS:
      read_stats (reader, root, faults);
      break;
    case CD_MD_CLOCK:
      read_clock (reader, root, faults);
      break;
    case CD_MD_HB:
      read_hb (reader, root, faults);
      break;
    case CD_MD_BLOCK:
      read_block (reader, root, faults);
      break;
    }
}

gboolean
cd_md_slow (CdMdReader *reader, const char *text, gsize len, GError **error)
{
  g_autoptr (CdJsonDoc) doc = cd_wire_doc (text, len, CD_MD_FRAME_MAX, error);
  g_autoptr (CdJsonFaults) faults = NULL;
  const char *type = NULL;
  CdJson root;

  if (!doc)
    return FALSE;
  root = cd_json_root (doc);
  faults = cd_json_faults_new ();
  memset (&reader->msg, 0, sizeof reader->msg);
  if (cd_json_get_string (&root, "type", &type, faults))
    for (const CdFieldName *n = type_names; n->name; n++)
      if (strcmp (n->name, type) == 0)
        reader->msg.type = (CdMdType)n->value;
  if (type)
    read_by_type (reader, &root, faults);
  reader->msg.code_len = (guint)strlen (reader->msg.code);
  return cd_wire_no_faults (faults, error);
}

/* --- What the client asks for --- */

void
cd_md_request_free (CdMdRequest *request)
{
  if (!request)
    return;
  g_ptr_array_unref (request->codes);
  g_free (request);
}

CdMdRequest *
cd_md_request_parse (const char *text, gsize len, GError **error)
{
  static const CdFieldName ops[] = { { 1, "subscribe" }, { 0, "unsubscribe" }, { 0, NULL } };
  g_autoptr (CdJsonDoc) doc = cd_wire_doc (text, len, 64 * 1024, error);
  g_autoptr (CdJsonFaults) faults = NULL;
  g_autoptr (CdMdRequest) request = NULL;
  CdJson root, codes;
  int subscribe = 0;

  if (!doc)
    return NULL;
  root = cd_json_root (doc);
  faults = cd_json_faults_new ();
  request = g_new0 (CdMdRequest, 1);
  request->codes = g_ptr_array_new_with_free_func (g_free);
  cd_fields_get_enum (&root, "op", ops, &subscribe, faults);
  request->subscribe = subscribe != 0;
  if (cd_json_get_array (&root, "instruments", &codes, faults))
    {
      guint n = cd_json_length (&codes);

      if (n == 0 || n > CD_MD_SEQS_MAX)
        cd_json_fault (faults, &root, "instruments", "limit", "1 to %d codes", CD_MD_SEQS_MAX);
      for (guint i = 0; i < MIN (n, CD_MD_SEQS_MAX); i++)
        {
          CdJson item = cd_json_at (&codes, i);
          const char *code = NULL;

          if (!cd_json_get_string (&item, NULL, &code, faults))
            continue;
          if (strcmp (code, "*") == 0)
            request->all = TRUE;
          else if (!cd_ident_valid (code) || strlen (code) >= CD_MD_CODE_MAX)
            cd_json_fault (faults, &item, NULL, "value", "an instrument code or \"*\"");
          else
            g_ptr_array_add (request->codes, g_strdup (code));
        }
    }
  if (!cd_wire_no_faults (faults, error))
    return NULL;
  return g_steal_pointer (&request);
}
