/* cd-command-evaluate.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * compliance evaluate: the obligation of each entity in a table, by cd_obligation_evaluate().
 */
#include "cd-command-comply-private.h"

#include <string.h>

static const char *const required[] = { "entity", "sector", "verified", "approved", NULL };
static const char *const optional[] = { "issued", "prev_year", "final", "price", "cover_price", "item", "quantity", "bucket", "vintage", "type", "project_type", "origin", "registered", "generated", NULL };

static void
entity_free (gpointer data)
{
  CdCommandEntity *entity = data;

  g_array_unref (entity->vintages);
  g_array_unref (entity->credits);
  g_free (entity);
}

/* --- Reading -------------------------------------------------------------------------------------------------------------- */

static CdCommandEntity *
find_entity (GPtrArray *entities, const char *name, guint row)
{
  CdCommandEntity *entity;

  for (guint i = 0; i < entities->len; i++)
    if (g_str_equal (((CdCommandEntity *)g_ptr_array_index (entities, i))->entity, name))
      return g_ptr_array_index (entities, i);
  entity = g_new0 (CdCommandEntity, 1);
  entity->entity = name;
  entity->row = row;
  entity->final = TRUE;
  entity->vintages = g_array_new (FALSE, TRUE, sizeof (CdVintageHolding));
  entity->credits = g_array_new (FALSE, TRUE, sizeof (CdCreditHolding));
  g_ptr_array_add (entities, entity);
  return entity;
}

/* A figure of the entity stands on one of its rows, or the same on several. */
static void
take (CdCommandTable *table, guint row, const char *column, int scale, gint64 *value, gboolean *has)
{
  gint64 found;

  if (!cd_command_table_number (table, row, column, scale, &found))
    return;
  if (*has && *value != found)
    cd_command_table_fault (table, row, column, "expected the same figure as in the entity's rows above");
  *value = found;
  *has = TRUE;
}

static void
read_row (CdCommandHoldings *h, guint row, GPtrArray *entities)
{
  CdCommandTable *table = h->table;
  CdCommandEntity *entity;
  const char *name, *sector;

  if (!cd_command_table_text (table, row, "entity", &name))
    {
      cd_command_table_fault (table, row, "entity", "expected a name");
      return;
    }
  entity = find_entity (entities, name, row);
  if (cd_command_table_text (table, row, "sector", &sector))
    {
      if (entity->sector && !g_str_equal (entity->sector, sector))
        cd_command_table_fault (table, row, "sector", "expected the same sector as in the entity's rows above");
      entity->sector = sector;
    }
  take (table, row, "verified", 3, &entity->verified_e3, &entity->has_verified);
  take (table, row, "approved", 0, &entity->approved, &entity->has_approved);
  take (table, row, "issued", 0, &entity->issued, &entity->has_issued);
  take (table, row, "prev_year", 3, &entity->prev_year_e3, &entity->has_prev_year);
  take (table, row, "price", 4, &entity->price_e4, &entity->has_price);
  take (table, row, "cover_price", 4, &entity->cover_price_e4, &entity->has_cover_price);
  cd_command_table_yes (table, row, "final", &entity->final);
  cd_command_read_holdings (h, row, entity);
}

static void
check_entity (CdCommandTable *table, const CdCommandEntity *entity)
{
  if (!entity->sector)
    cd_command_table_fault (table, entity->row, "sector", "expected a sector such as power, steel, cement or aluminium");
  if (!entity->has_verified)
    cd_command_table_fault (table, entity->row, "verified", "expected the verified emissions in t");
  if (!entity->has_approved)
    cd_command_table_fault (table, entity->row, "approved", "expected the approved allowances");
}

static GPtrArray *
read_entities (CdCommandHoldings *h)
{
  g_autoptr (GPtrArray) entities = g_ptr_array_new_with_free_func (entity_free);
  guint n = cd_command_table_n_rows (h->table);

  for (guint i = 0; i < n; i++)
    read_row (h, i, entities);
  for (guint i = 0; i < entities->len; i++)
    check_entity (h->table, g_ptr_array_index (entities, i));
  return cd_command_table_finish (h->table) ? g_steal_pointer (&entities) : NULL;
}

/* --- Options ---------------------------------------------------------------------------------------------------------------- */

/* "2026-12-14T13:20:00" of the market, or now. */
static gboolean
read_at (CdCommandIo *io, const CdPack *pack, const CdCommandArgs *args, gint64 *at_us)
{
  g_autofree char *date = args->at ? g_strndup (args->at, 10) : NULL;
  CdDate day;
  int second;

  *at_us = cd_env_real_us (cd_command_env (io));
  if (!args->at)
    return TRUE;
  if (strlen (args->at) != 19 || args->at[10] != 'T' || !cd_date_parse (date, &day, NULL) || !cd_time_of_day_parse (args->at + 11, &second, NULL))
    {
      cd_command_usage (io, "--at", "“%.40s”: expected a time of the market such as 2026-12-14T13:20:00", args->at);
      return FALSE;
    }
  *at_us = cd_zone_to_us (pack->scheme->zone, day, second);
  return TRUE;
}

static gboolean
read_year (CdCommandIo *io, const CdPack *pack, const CdCommandArgs *args, int *out)
{
  gint64 year;

  if (!cd_decimal_parse (args->year, -1, 0, &year, NULL) || year < 2000 || year > 2100)
    {
      cd_command_usage (io, "--year", "“%.40s”: expected a compliance year such as 2025", args->year);
      return FALSE;
    }
  *out = (int)year;
  /* A joint period is named by its last year: 2019 is the one of 2019-2020. */
  for (guint i = 0; i < pack->scheme->years->len; i++)
    {
      const CdComplianceYear *row = g_ptr_array_index (pack->scheme->years, i);

      if (row->year_from <= year && year <= row->year)
        *out = row->year;
    }
  return TRUE;
}

static GPtrArray *
other_packs (const CdPack *pack)
{
  GPtrArray *packs = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_pack_free);
  g_auto (GStrv) ids = cd_pack_list_builtin ();

  for (guint i = 0; ids[i]; i++)
    {
      CdPack *other = g_str_equal (ids[i], pack->id) ? NULL : cd_pack_load_builtin (ids[i], NULL);

      if (other)
        g_ptr_array_add (packs, other);
    }
  return packs;
}

/* --- Evaluating --------------------------------------------------------------------------------------------------------------- */

static CdCommandStatus
evaluate (CdCommandIo *io, const CdCommandHoldings *h, const CdCommandEntity *entity, int year, gint64 at_us, gboolean *said_header)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CdObligation) o = NULL;
  CdObligationInput input = {
    .scheme = h->pack->scheme,
    .market = h->pack->market,
    .year = year,
    .sector = entity->sector,
    .verified = { entity->verified_e3 },
    .verified_final = entity->final,
    .approved = entity->approved,
    .issued = entity->has_issued ? entity->issued : entity->approved,
    .prev_year_emissions = { entity->prev_year_e3 },
    .vintages = (const CdVintageHolding *)(gpointer)entity->vintages->data,
    .n_vintages = entity->vintages->len,
    .credits = (const CdCreditHolding *)(gpointer)entity->credits->data,
    .n_credits = entity->credits->len,
    .now_us = at_us,
    .as_of = CD_DATE_NONE,
    .price_e4 = entity->price_e4,
    .cover_price_e4 = entity->cover_price_e4,
  };

  o = cd_obligation_evaluate (&input, &error);
  if (!o)
    {
      g_autofree char *place = g_strdup_printf ("row %u", cd_command_table_line (h->table, entity->row));

      return cd_command_no (io, cd_command_table_file (h->table), place, "%s: %s", entity->entity, error->message);
    }
  if (!*said_header)
    cd_command_say_obligation_header (io);
  *said_header = TRUE;
  cd_command_say_obligation (io, h->pack, entity, cd_scheme_year (h->pack->scheme, year, entity->sector), o);
  return CD_COMMAND_DONE;
}

CdCommandStatus
cd_command_compliance_evaluate (CdCommandIo *io, const CdCommandArgs *args)
{
  g_autoptr (CdPack) pack = cd_command_pack (io, args);
  g_autoptr (GPtrArray) others = NULL;
  g_autoptr (CdCommandTable) table = NULL;
  g_autoptr (GPtrArray) entities = NULL;
  CdJsonWriter *json = cd_command_json (io);
  CdCommandStatus status = CD_COMMAND_DONE;
  CdCommandHoldings holdings = { .pack = pack };
  gboolean said_header = FALSE;
  gint64 at_us;
  int year;

  if (!pack || !read_year (io, pack, args, &year) || !read_at (io, pack, args, &at_us))
    return CD_COMMAND_USAGE;
  holdings.others = others = other_packs (pack);
  holdings.table = table = cd_command_table_read (io, args->input, required, optional, cd_command_is_holding_column, &holdings);
  entities = table ? read_entities (&holdings) : NULL;
  if (!entities)
    return CD_COMMAND_NO;
  if (json)
    {
      cd_json_writer_string (json, "market", pack->id);
      cd_json_writer_int (json, "year", year);
      cd_json_writer_instant (json, "at", at_us);
      cd_json_writer_begin_array (json, "entities");
    }
  for (guint i = 0; i < entities->len; i++)
    status = cd_command_worse (status, evaluate (io, &holdings, g_ptr_array_index (entities, i), year, at_us, &said_header));
  if (json)
    cd_json_writer_end_array (json);
  return status;
}
