/* cd-command-holdings.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Holdings in the input of compliance evaluate: one a row (item, quantity, bucket), or a column for each (CEA25, CEA25.trading).
 */
#include "cd-command-comply-private.h"

#include <string.h>

static const char *const allowance_buckets[] = { "registry", "trading", "bought_today", "order_locked", "submitted", "other_frozen", "surrendered", NULL };
static const char *const credit_buckets[] = { "registry", "trading", "bought_today", "reserved", "submitted", "used", NULL };

const CdInstrument *
cd_command_instrument (const CdCommandHoldings *holdings, const char *code)
{
  const CdInstrument *found = cd_market_instrument (holdings->pack->market, code);

  for (guint i = 0; !found && i < holdings->others->len; i++)
    {
      const CdPack *pack = g_ptr_array_index (holdings->others, i);

      found = cd_market_instrument (pack->market, code);
      /* Allowances of another market are nothing here. */
      if (found && found->kind != CD_INSTRUMENT_CREDIT)
        found = NULL;
    }
  return found && found->kind != CD_INSTRUMENT_COMPOSITE ? found : NULL;
}

/* "CEA25.trading" is CEA25 and "trading"; without a point the bucket is that of the register. */
static const CdInstrument *
split_column (const CdCommandHoldings *holdings, const char *name, const char **bucket)
{
  const char *point = strrchr (name, '.');
  const CdInstrument *whole = cd_command_instrument (holdings, name);
  g_autofree char *code = point && !whole ? g_strndup (name, (gsize)(point - name)) : NULL;

  *bucket = code ? point + 1 : "registry";
  return code ? cd_command_instrument (holdings, code) : whole;
}

gboolean
cd_command_is_holding_column (const char *name, gpointer holdings)
{
  const char *bucket;
  const CdInstrument *instrument = split_column (holdings, name, &bucket);

  if (!instrument)
    return FALSE;
  return g_strv_contains (instrument->kind == CD_INSTRUMENT_CREDIT ? credit_buckets : allowance_buckets, bucket);
}

/* --- Adding ----------------------------------------------------------------------------------------------------------------- */

static CdVintageHolding *
find_vintage (CdCommandEntity *entity, const char *code, int vintage)
{
  CdVintageHolding new_one = { .code = code, .vintage = vintage };

  for (guint i = 0; i < entity->vintages->len; i++)
    {
      CdVintageHolding *held = &g_array_index (entity->vintages, CdVintageHolding, i);

      if (g_str_equal (held->code, code))
        return held;
    }
  g_array_append_val (entity->vintages, new_one);
  return &g_array_index (entity->vintages, CdVintageHolding, entity->vintages->len - 1);
}

static CdCreditHolding *
find_credit (CdCommandEntity *entity, const CdCreditHolding *lot)
{
  for (guint i = 0; i < entity->credits->len; i++)
    {
      CdCreditHolding *held = &g_array_index (entity->credits, CdCreditHolding, i);

      if (g_str_equal (held->code, lot->code))
        return held;
    }
  g_array_append_vals (entity->credits, lot, 1);
  return &g_array_index (entity->credits, CdCreditHolding, entity->credits->len - 1);
}

static void
add (CdCommandTable *table, guint row, const char *column, gint64 *bucket, gint64 qty)
{
  if (!cd_i64_add (*bucket, qty, bucket))
    cd_command_table_fault (table, row, column, "expected units whose sum fits");
}

static gint64 *
vintage_bucket (CdVintageHolding *held, const char *name)
{
  gint64 *const buckets[] = { &held->registry, &held->trading, &held->bought_today, &held->order_locked, &held->submitted, &held->other_frozen, &held->surrendered };

  for (guint i = 0; allowance_buckets[i]; i++)
    if (g_str_equal (allowance_buckets[i], name))
      return buckets[i];
  return NULL;
}

static gint64 *
credit_bucket (CdCreditHolding *held, const char *name)
{
  gint64 *const buckets[] = { &held->registry, &held->trading, &held->bought_today, &held->reserved, &held->submitted, &held->used };

  for (guint i = 0; credit_buckets[i]; i++)
    if (g_str_equal (credit_buckets[i], name))
      return buckets[i];
  return NULL;
}

static CdCreditHolding
lot_of (const CdInstrument *instrument)
{
  return (CdCreditHolding){ .code = instrument->code, .type = "CCER", .project_type = instrument->project_type, .origin = instrument->origin, .registered = instrument->registered, .generated = CD_DATE_NONE };
}

/* --- By column ---------------------------------------------------------------------------------------------------------------- */

static void
read_columns (CdCommandHoldings *h, guint row, CdCommandEntity *entity)
{
  const CdCsv *csv = cd_command_table_csv (h->table);

  for (guint i = 0; i < cd_csv_n_columns (csv); i++)
    {
      const char *name = cd_csv_name (csv, i), *bucket;
      const CdInstrument *instrument = split_column (h, name, &bucket);
      gint64 qty;

      if (!instrument || !cd_command_table_cell_number (h->table, row, i, 0, &qty))
        continue;
      if (instrument->kind == CD_INSTRUMENT_CREDIT)
        {
          CdCreditHolding lot = lot_of (instrument);

          add (h->table, row, name, credit_bucket (find_credit (entity, &lot), bucket), qty);
        }
      else
        add (h->table, row, name, vintage_bucket (find_vintage (entity, instrument->code, instrument->vintage), bucket), qty);
    }
}

/* --- By row ---------------------------------------------------------------------------------------------------------------------- */

static void
read_allowance (CdCommandHoldings *h, guint row, CdCommandEntity *entity, const char *item, int vintage, gint64 qty)
{
  int bucket = 0;

  cd_command_table_word (h->table, row, "bucket", allowance_buckets, &bucket);
  add (h->table, row, "quantity", vintage_bucket (find_vintage (entity, item, vintage), allowance_buckets[bucket]), qty);
}

/* What the row says of the lot counts before what the pack knows. */
static void
read_credit (CdCommandHoldings *h, guint row, CdCommandEntity *entity, const char *item, const CdInstrument *instrument, gint64 qty)
{
  CdCreditHolding lot = { .code = item, .registered = CD_DATE_NONE, .generated = CD_DATE_NONE };
  int bucket = 0;

  if (instrument)
    lot = lot_of (instrument);
  cd_command_table_text (h->table, row, "type", &lot.type);
  cd_command_table_text (h->table, row, "project_type", &lot.project_type);
  cd_command_table_text (h->table, row, "origin", &lot.origin);
  cd_command_table_date (h->table, row, "registered", &lot.registered);
  cd_command_table_date (h->table, row, "generated", &lot.generated);
  if (!lot.type)
    {
      cd_command_table_fault (h->table, row, "item", "expected an instrument of the packs, or a vintage (allowance) or type (credit) beside it");
      return;
    }
  cd_command_table_word (h->table, row, "bucket", credit_buckets, &bucket);
  add (h->table, row, "quantity", credit_bucket (find_credit (entity, &lot), credit_buckets[bucket]), qty);
}

static void
read_item (CdCommandHoldings *h, guint row, CdCommandEntity *entity)
{
  const CdInstrument *instrument;
  gint64 qty, vintage;
  const char *item;
  gboolean has_qty = cd_command_table_number (h->table, row, "quantity", 0, &qty);

  if (!cd_command_table_text (h->table, row, "item", &item))
    {
      if (has_qty)
        cd_command_table_fault (h->table, row, "item", "expected the instrument or lot that the quantity is of");
      return;
    }
  if (!has_qty)
    {
      cd_command_table_fault (h->table, row, "quantity", "expected units of %s", item);
      return;
    }
  instrument = cd_command_instrument (h, item);
  if (cd_command_table_number (h->table, row, "vintage", 0, &vintage))
    {
      if (vintage < 2000 || vintage > 2100 || (instrument && instrument->vintage != vintage))
        cd_command_table_fault (h->table, row, "vintage", "expected the compliance year of the allowance");
      else
        read_allowance (h, row, entity, item, (int)vintage, qty);
    }
  else if (instrument && instrument->kind == CD_INSTRUMENT_ALLOWANCE)
    read_allowance (h, row, entity, item, instrument->vintage, qty);
  else
    read_credit (h, row, entity, item, instrument, qty);
}

void
cd_command_read_holdings (CdCommandHoldings *holdings, guint row, CdCommandEntity *entity)
{
  read_columns (holdings, row, entity);
  read_item (holdings, row, entity);
}
