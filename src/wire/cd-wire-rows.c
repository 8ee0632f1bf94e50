/* cd-wire-rows.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The tables of every row that travels in a list.
 */
#include "cd-wire-list-private.h"

#define REQUIRED CD_FIELD_REQUIRED
#define OPTIONAL CD_FIELD_OPTIONAL
#define NULLABLE CD_FIELD_NULLABLE

#define OFF(member) G_STRUCT_OFFSET (CdWireOrderRow, member)
static const CdField order_fields[] = {
  { "order_id", CD_FIELD_IDENT, REQUIRED, OFF (order_id), NULL, 0 },
  { "key", CD_FIELD_IDENT, REQUIRED, OFF (key), NULL, 0 },
  { "account", CD_FIELD_IDENT, REQUIRED, OFF (account), NULL, 0 },
  { "instrument", CD_FIELD_IDENT, REQUIRED, OFF (instrument), NULL, 0 },
  { "side", CD_FIELD_ENUM, REQUIRED, OFF (side), cd_wire_side_names, 0 },
  { "kind", CD_FIELD_ENUM, REQUIRED, OFF (kind), cd_wire_order_kind_names, 0 },
  { "price", CD_FIELD_E4, REQUIRED, OFF (price_e4), NULL, 0 },
  { "qty", CD_FIELD_I64, REQUIRED, OFF (qty), NULL, 0 },
  { "cum", CD_FIELD_I64, REQUIRED, OFF (cum), NULL, 0 },
  { "leaves", CD_FIELD_I64, REQUIRED, OFF (leaves), NULL, 0 },
  { "state", CD_FIELD_IDENT, REQUIRED, OFF (state), NULL, 0 },
  { "purpose", CD_FIELD_IDENT, OPTIONAL, OFF (purpose), NULL, 0 },
  { "by", CD_FIELD_IDENT, REQUIRED, OFF (by), NULL, 0 },
  { "code", CD_FIELD_IDENT, OPTIONAL, OFF (code), NULL, 0 },
  { "reason", CD_FIELD_TEXT, OPTIONAL, OFF (reason), NULL, 0 },
  { "at", CD_FIELD_INSTANT, REQUIRED, OFF (at_us), NULL, 0 },
  CD_FIELD_END
};
#undef OFF

#define OFF(member) G_STRUCT_OFFSET (CdWireExecutionRow, member)
static const CdField execution_fields[] = {
  { "exec_id", CD_FIELD_IDENT, REQUIRED, OFF (exec_id), NULL, 0 },
  { "order_id", CD_FIELD_IDENT, REQUIRED, OFF (order_id), NULL, 0 },
  { "key", CD_FIELD_IDENT, REQUIRED, OFF (key), NULL, 0 },
  { "account", CD_FIELD_IDENT, REQUIRED, OFF (account), NULL, 0 },
  { "instrument", CD_FIELD_IDENT, REQUIRED, OFF (instrument), NULL, 0 },
  { "side", CD_FIELD_ENUM, REQUIRED, OFF (side), cd_wire_side_names, 0 },
  { "mode", CD_FIELD_ENUM, REQUIRED, OFF (mode), cd_wire_mode_names, 0 },
  { "px", CD_FIELD_E4, REQUIRED, OFF (price_e4), NULL, 0 },
  { "qty", CD_FIELD_I64, REQUIRED, OFF (qty), NULL, 0 },
  { "cum", CD_FIELD_I64, REQUIRED, OFF (cum), NULL, 0 },
  { "leaves", CD_FIELD_I64, REQUIRED, OFF (leaves), NULL, 0 },
  { "amount", CD_FIELD_E4, REQUIRED, OFF (amount_e4), NULL, 0 },
  { "seq", CD_FIELD_COUNT, REQUIRED, OFF (seq), NULL, 0 },
  { "at", CD_FIELD_INSTANT, REQUIRED, OFF (at_us), NULL, 0 },
  CD_FIELD_END
};
#undef OFF

#define OFF(member) G_STRUCT_OFFSET (CdWireBalanceRow, member)
static const CdField holding_fields[] = {
  { "account", CD_FIELD_IDENT, REQUIRED, OFF (account), NULL, 0 },
  { "asset", CD_FIELD_IDENT, REQUIRED, OFF (asset), NULL, 0 },
  { "bucket", CD_FIELD_ENUM, REQUIRED, OFF (bucket), cd_wire_bucket_names, 0 },
  { "balance", CD_FIELD_I64, CD_FIELD_SIGNED, OFF (balance), NULL, 0 },
  CD_FIELD_END
};
static const CdField cash_fields[] = {
  { "account", CD_FIELD_IDENT, REQUIRED, OFF (account), NULL, 0 },
  { "asset", CD_FIELD_IDENT, REQUIRED, OFF (asset), NULL, 0 },
  { "bucket", CD_FIELD_ENUM, REQUIRED, OFF (bucket), cd_wire_bucket_names, 0 },
  { "balance", CD_FIELD_E4, CD_FIELD_SIGNED, OFF (balance), NULL, 0 },
  CD_FIELD_END
};
#undef OFF

#define OFF(member) G_STRUCT_OFFSET (CdWireSettlementRow, member)
static const CdField settlement_fields[] = {
  { "account", CD_FIELD_IDENT, REQUIRED, OFF (account), NULL, 0 },
  { "date", CD_FIELD_DATE, REQUIRED, OFF (date), NULL, 0 },
  { "state", CD_FIELD_IDENT, REQUIRED, OFF (state), NULL, 0 },
  { "trades", CD_FIELD_COUNT, REQUIRED, OFF (trades), NULL, 0 },
  { "bought", CD_FIELD_I64, REQUIRED, OFF (bought), NULL, 0 },
  { "sold", CD_FIELD_I64, REQUIRED, OFF (sold), NULL, 0 },
  { "amount_bought", CD_FIELD_E4, REQUIRED, OFF (amount_bought_e4), NULL, 0 },
  { "amount_sold", CD_FIELD_E4, REQUIRED, OFF (amount_sold_e4), NULL, 0 },
  { "reason", CD_FIELD_TEXT, OPTIONAL, OFF (reason), NULL, 0 },
  CD_FIELD_END
};
#undef OFF

#define OFF(member) G_STRUCT_OFFSET (CdWireListingRow, member)
static const CdField listing_fields[] = {
  { "id", CD_FIELD_IDENT, REQUIRED, OFF (id), NULL, 0 },
  { "side", CD_FIELD_ENUM, REQUIRED, OFF (side), cd_wire_side_names, 0 },
  { "price", CD_FIELD_E4, REQUIRED, OFF (price_e4), NULL, 0 },
  { "qty", CD_FIELD_I64, REQUIRED, OFF (qty), NULL, 0 },
  { "at", CD_FIELD_INSTANT, REQUIRED, OFF (at_us), NULL, 0 },
  { "party", CD_FIELD_TEXT, REQUIRED, OFF (party), NULL, 0 },
  { "mine", CD_FIELD_BOOL, REQUIRED, OFF (mine), NULL, 0 },
  CD_FIELD_END
};
#undef OFF

#define OFF(member) G_STRUCT_OFFSET (CdWireTradeRow, member)
static const CdField trade_fields[] = {
  { "id", CD_FIELD_IDENT, REQUIRED, OFF (id), NULL, 0 },
  { "seq", CD_FIELD_COUNT, REQUIRED, OFF (seq), NULL, 0 },
  { "px", CD_FIELD_E4, REQUIRED, OFF (price_e4), NULL, 0 },
  { "qty", CD_FIELD_I64, REQUIRED, OFF (qty), NULL, 0 },
  { "side", CD_FIELD_ENUM, REQUIRED, OFF (side), cd_wire_side_names, 0 },
  { "mode", CD_FIELD_ENUM, REQUIRED, OFF (mode), cd_wire_mode_names, 0 },
  { "at", CD_FIELD_INSTANT, REQUIRED, OFF (at_us), NULL, 0 },
  CD_FIELD_END
};
#undef OFF

#define OFF(member) G_STRUCT_OFFSET (CdWireBarRow, member)
static const CdField bar_fields[] = {
  { "date", CD_FIELD_DATE, REQUIRED, OFF (day), NULL, 0 },
  { "open", CD_FIELD_E4, NULLABLE, OFF (open_e4), NULL, 0 },
  { "high", CD_FIELD_E4, NULLABLE, OFF (high_e4), NULL, 0 },
  { "low", CD_FIELD_E4, NULLABLE, OFF (low_e4), NULL, 0 },
  { "close", CD_FIELD_E4, REQUIRED, OFF (close_e4), NULL, 0 },
  { "qty", CD_FIELD_I64, REQUIRED, OFF (qty), NULL, 0 },
  { "amount", CD_FIELD_E4, REQUIRED, OFF (amount_e4), NULL, 0 },
  CD_FIELD_END
};
#undef OFF

#define OFF(member) G_STRUCT_OFFSET (CdWireBlockRow, member)
static const CdField block_fields[] = {
  { "id", CD_FIELD_IDENT, REQUIRED, OFF (id), NULL, 0 },
  { "i", CD_FIELD_IDENT, REQUIRED, OFF (instrument), NULL, 0 },
  { "side", CD_FIELD_ENUM, REQUIRED, OFF (side), cd_wire_side_names, 0 },
  { "px", CD_FIELD_E4, REQUIRED, OFF (price_e4), NULL, 0 },
  { "qty", CD_FIELD_I64, REQUIRED, OFF (qty), NULL, 0 },
  { "state", CD_FIELD_IDENT, REQUIRED, OFF (state), NULL, 0 },
  { "party", CD_FIELD_TEXT, REQUIRED, OFF (party), NULL, 0 },
  CD_FIELD_END
};
#undef OFF

#define OFF(member) G_STRUCT_OFFSET (CdWireInstrumentRow, member)
static const CdField instrument_fields[] = {
  { "code", CD_FIELD_IDENT, REQUIRED, OFF (code), NULL, 0 },
  { "market", CD_FIELD_IDENT, REQUIRED, OFF (market), NULL, 0 },
  { "tradable", CD_FIELD_BOOL, REQUIRED, OFF (tradable), NULL, 0 },
  CD_WIRE_STATS_FIELDS (CdWireInstrumentRow),
  CD_FIELD_END
};
#undef OFF

#define OFF(member) G_STRUCT_OFFSET (CdWireInstructionRow, member)
static const CdField instruction_fields[] = {
  { "id", CD_FIELD_IDENT, REQUIRED, OFF (id), NULL, 0 },
  { "account", CD_FIELD_IDENT, REQUIRED, OFF (account), NULL, 0 },
  { "state", CD_FIELD_IDENT, REQUIRED, OFF (state), NULL, 0 },
  { "hash", CD_FIELD_IDENT, REQUIRED, OFF (hash), NULL, 0 },
  { "by", CD_FIELD_IDENT, REQUIRED, OFF (by), NULL, 0 },
  { "confirmed_by", CD_FIELD_IDENT, OPTIONAL, OFF (confirmed_by), NULL, 0 },
  { "note", CD_FIELD_TEXT, OPTIONAL, OFF (reason), NULL, 0 },
  { "receipt", CD_FIELD_IDENT, OPTIONAL, OFF (receipt), NULL, 0 },
  { "received_at", CD_FIELD_INSTANT, OPTIONAL, OFF (received_us), NULL, 0 },
  { "zone", CD_FIELD_TEXT, OPTIONAL, OFF (zone), NULL, 0 },
  { "deadline", CD_FIELD_INSTANT, OPTIONAL, OFF (deadline_us), NULL, 0 },
  { "in_time", CD_FIELD_IDENT, OPTIONAL, OFF (in_time), NULL, 0 },
  { "tx_id", CD_FIELD_IDENT, OPTIONAL, OFF (tx_id), NULL, 0 },
  { "deputy_for", CD_FIELD_IDENT, OPTIONAL, OFF (deputy_for), NULL, 0 },
  { "at", CD_FIELD_INSTANT, REQUIRED, OFF (at_us), NULL, 0 },
  CD_FIELD_END
};
#undef OFF

#define OFF(member) G_STRUCT_OFFSET (CdWireObligationRow, member)
static const CdField obligation_fields[] = {
  { "account", CD_FIELD_IDENT, REQUIRED, OFF (account), NULL, 0 },
  { "sector", CD_FIELD_IDENT, REQUIRED, OFF (sector), NULL, 0 },
  { "year", CD_FIELD_INT, REQUIRED, OFF (year), NULL, 0 },
  { "verified", CD_FIELD_I64, REQUIRED, OFF (verified_e3), NULL, 0 },
  { "verified_final", CD_FIELD_BOOL, REQUIRED, OFF (verified_final), NULL, 0 },
  { "approved", CD_FIELD_I64, REQUIRED, OFF (approved), NULL, 0 },
  { "issued", CD_FIELD_I64, REQUIRED, OFF (issued), NULL, 0 },
  { "owed", CD_FIELD_I64, REQUIRED, OFF (owed), NULL, 0 },
  { "surrendered", CD_FIELD_I64, REQUIRED, OFF (surrendered), NULL, 0 },
  { "offset", CD_FIELD_I64, REQUIRED, OFF (offset), NULL, 0 },
  { "closed", CD_FIELD_BOOL, REQUIRED, OFF (closed), NULL, 0 },
  CD_FIELD_END
};
#undef OFF

#define OFF(member) G_STRUCT_OFFSET (CdWireRequestRow, member)
static const CdField request_fields[] = {
  { "id", CD_FIELD_IDENT, REQUIRED, OFF (id), NULL, 0 },
  { "account", CD_FIELD_IDENT, REQUIRED, OFF (account), NULL, 0 },
  { "state", CD_FIELD_IDENT, REQUIRED, OFF (state), NULL, 0 },
  { "version", CD_FIELD_INT, REQUIRED, OFF (version), NULL, 0 },
  { "hash", CD_FIELD_IDENT, REQUIRED, OFF (hash), NULL, 0 },
  { "by", CD_FIELD_IDENT, REQUIRED, OFF (by), NULL, 0 },
  { "decided_by", CD_FIELD_IDENT, OPTIONAL, OFF (decided_by), NULL, 0 },
  { "deputy_for", CD_FIELD_IDENT, OPTIONAL, OFF (deputy_for), NULL, 0 },
  { "reason", CD_FIELD_TEXT, OPTIONAL, OFF (reason), NULL, 0 },
  { "order_key", CD_FIELD_IDENT, REQUIRED, OFF (order_key), NULL, 0 },
  { "order", CD_FIELD_TEXT, REQUIRED, OFF (order), NULL, 0 },
  { "order_id", CD_FIELD_IDENT, OPTIONAL, OFF (order_id), NULL, 0 },
  { "at", CD_FIELD_INSTANT, REQUIRED, OFF (at_us), NULL, 0 },
  CD_FIELD_END
};
#undef OFF

#define OFF(member) G_STRUCT_OFFSET (CdWireDeputyRow, member)
static const CdField deputy_fields[] = {
  { "id", CD_FIELD_IDENT, REQUIRED, OFF (id), NULL, 0 },
  { "account", CD_FIELD_IDENT, REQUIRED, OFF (account), NULL, 0 },
  { "by", CD_FIELD_IDENT, REQUIRED, OFF (by), NULL, 0 },
  { "person", CD_FIELD_IDENT, REQUIRED, OFF (person), NULL, 0 },
  { "from", CD_FIELD_DATE, REQUIRED, OFF (from), NULL, 0 },
  { "to", CD_FIELD_DATE, REQUIRED, OFF (to), NULL, 0 },
  { "ended", CD_FIELD_BOOL, REQUIRED, OFF (ended), NULL, 0 },
  { "reason", CD_FIELD_TEXT, OPTIONAL, OFF (reason), NULL, 0 },
  CD_FIELD_END
};
#undef OFF

#define OFF(member) G_STRUCT_OFFSET (CdWireMovementRow, member)
static const CdField movement_fields[] = {
  { "seq", CD_FIELD_COUNT, REQUIRED, OFF (seq), NULL, 0 },
  { "at", CD_FIELD_INSTANT, REQUIRED, OFF (at_us), NULL, 0 },
  { "account", CD_FIELD_IDENT, REQUIRED, OFF (account), NULL, 0 },
  { "asset", CD_FIELD_IDENT, REQUIRED, OFF (asset), NULL, 0 },
  { "bucket", CD_FIELD_ENUM, REQUIRED, OFF (bucket), cd_wire_bucket_names, 0 },
  { "change", CD_FIELD_I64, CD_FIELD_SIGNED, OFF (change), NULL, 0 },
  { "balance", CD_FIELD_I64, CD_FIELD_SIGNED, OFF (balance), NULL, 0 },
  { "cause", CD_FIELD_IDENT, REQUIRED, OFF (cause), NULL, 0 },
  { "ref", CD_FIELD_IDENT, OPTIONAL, OFF (ref), NULL, 0 },
  { "what", CD_FIELD_IDENT, OPTIONAL, OFF (what), NULL, 0 },
  CD_FIELD_END
};
#undef OFF

static const CdWireRowType row_types[] = {
  [CD_WIRE_LIST_ORDERS] = { sizeof (CdWireOrderRow), order_fields },
  [CD_WIRE_LIST_EXECUTIONS] = { sizeof (CdWireExecutionRow), execution_fields },
  [CD_WIRE_LIST_HOLDINGS] = { sizeof (CdWireBalanceRow), holding_fields },
  [CD_WIRE_LIST_CASH] = { sizeof (CdWireBalanceRow), cash_fields },
  [CD_WIRE_LIST_SETTLEMENTS] = { sizeof (CdWireSettlementRow), settlement_fields },
  [CD_WIRE_LIST_LISTINGS] = { sizeof (CdWireListingRow), listing_fields },
  [CD_WIRE_LIST_TRADES] = { sizeof (CdWireTradeRow), trade_fields },
  [CD_WIRE_LIST_BARS] = { sizeof (CdWireBarRow), bar_fields },
  [CD_WIRE_LIST_BLOCKS] = { sizeof (CdWireBlockRow), block_fields },
  [CD_WIRE_LIST_INSTRUMENTS] = { sizeof (CdWireInstrumentRow), instrument_fields },
  [CD_WIRE_LIST_INSTRUCTIONS] = { sizeof (CdWireInstructionRow), instruction_fields },
  [CD_WIRE_LIST_OBLIGATIONS] = { sizeof (CdWireObligationRow), obligation_fields },
  [CD_WIRE_LIST_REQUESTS] = { sizeof (CdWireRequestRow), request_fields },
  [CD_WIRE_LIST_DEPUTIES] = { sizeof (CdWireDeputyRow), deputy_fields },
  [CD_WIRE_LIST_STATEMENT] = { sizeof (CdWireMovementRow), movement_fields },
};

const CdWireRowType *
cd_wire_row_type (CdWireListKind kind)
{
  g_assert ((guint)kind < G_N_ELEMENTS (row_types));
  return &row_types[kind];
}
