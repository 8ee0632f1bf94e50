/* cd-command-allocation.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * allocation: units by the rule of their year and sector, summed to the entity, relieved, and held against what was pre-allocated.
 */
#include "cd-command-table-private.h"

#include "cd-obligation.h"

static const char *const required[] = { "entity", "sector", "verified", NULL };
static const char *const optional[] = { "year", "unit", "class", "output", "heat", "load", "heat_ratio", "cooling", "balance", "intensity", "as_verified", "pre_allocated", "prev_year", NULL };
static const char *const coolings[] = { "water", "air", NULL };

typedef struct
{
  const char *entity, *sector, *name;
  int year;
  CdAllocationUnit unit;
  gint64 pre_allocated, prev_year_e3;
  gboolean has_pre_allocated, has_prev_year, has_output;
  guint line;
  const CdAllocationRule *rule; /* (nullable) */
  gint64 approved;              /* after the unit's own relief */
  CdAllocationResult result;
} Row;

typedef struct
{
  CdCommandIo *io;
  const CdPack *pack;
  CdCommandTable *table;
  int year; /* of --year; 0 = each row says its own */
  Row *rows;
  guint n;
} Work;

/* --- Reading -------------------------------------------------------------------------------------------------------------- */

static void
read_year (Work *w, guint i, Row *row)
{
  gint64 year;

  row->year = w->year;
  if (cd_command_table_number (w->table, i, "year", 0, &year))
    {
      if (year < 2000 || year > 2100 || (w->year && w->year != year))
        cd_command_table_fault (w->table, i, "year", w->year ? "expected the year of --year" : "expected a year such as 2025");
      row->year = (int)CLAMP (year, 0, 9999);
    }
  else if (!w->year)
    cd_command_table_fault (w->table, i, "year", "expected a year here or as --year");
}

static void
read_row (Work *w, guint i)
{
  Row *row = &w->rows[i];
  CdAllocationUnit *unit = &row->unit;
  int cooling = 0;

  unit->load_bp = -1;
  row->line = cd_command_table_line (w->table, i);
  row->name = "";
  read_year (w, i, row);
  if (!cd_command_table_text (w->table, i, "entity", &row->entity))
    cd_command_table_fault (w->table, i, "entity", "expected a name");
  if (!cd_command_table_text (w->table, i, "sector", &row->sector))
    cd_command_table_fault (w->table, i, "sector", "expected a sector such as power, steel, cement or aluminium");
  if (!cd_command_table_number (w->table, i, "verified", 3, &unit->verified_e3))
    cd_command_table_fault (w->table, i, "verified", "expected the verified emissions in t");
  cd_command_table_text (w->table, i, "unit", &row->name);
  cd_command_table_text (w->table, i, "class", &unit->class_id);
  row->has_output = cd_command_table_number (w->table, i, "output", 3, &unit->output_e3);
  cd_command_table_number (w->table, i, "heat", 3, &unit->heat_e3);
  cd_command_table_number (w->table, i, "load", 2, &unit->load_bp);
  cd_command_table_number (w->table, i, "heat_ratio", 2, &unit->heat_ratio_bp);
  if (cd_command_table_word (w->table, i, "cooling", coolings, &cooling))
    unit->air_cooled = cooling == 1;
  cd_command_table_number (w->table, i, "balance", 6, &unit->balance_e6);
  cd_command_table_number (w->table, i, "intensity", 6, &unit->intensity_e6);
  cd_command_table_yes (w->table, i, "as_verified", &unit->as_verified);
  row->has_pre_allocated = cd_command_table_number (w->table, i, "pre_allocated", 0, &row->pre_allocated);
  row->has_prev_year = cd_command_table_number (w->table, i, "prev_year", 3, &row->prev_year_e3);
}

/* --- Units ------------------------------------------------------------------------------------------------------------------ */

static gboolean
compute_unit (Work *w, Row *row)
{
  g_autofree char *place = g_strdup_printf ("row %u", row->line);
  const CdRelief *relief = cd_scheme_relief (w->pack->scheme, row->year, row->sector);
  g_autoptr (GError) error = NULL;

  row->rule = cd_scheme_allocation (w->pack->scheme, row->year, row->sector);
  if (!row->rule)
    {
      cd_command_no (w->io, cd_command_table_file (w->table), place, "%s: %s has no rule of allocation for %d and the sector %s", row->entity, w->pack->id, row->year, row->sector);
      return FALSE;
    }
  /* No output said is not an output of 0. */
  if (row->rule->classes->len > 0 && !row->has_output && !row->unit.as_verified)
    {
      g_autofree char *cell = g_strdup_printf ("row %u, column output", row->line);

      cd_command_no (w->io, cd_command_table_file (w->table), cell, "%s: expected MWh, 0 for a unit that made none", row->entity);
      return FALSE;
    }
  if (!cd_allocation_unit (row->rule, &row->unit, &row->result, NULL, &error))
    {
      cd_command_no (w->io, cd_command_table_file (w->table), place, "%s: %s", row->entity, error->message);
      return FALSE;
    }
  row->approved = row->result.gas && relief ? cd_relief_approved_gas (relief, row->result.initial, (CdMass){ row->unit.verified_e3 }, NULL) : row->result.initial;
  return TRUE;
}

static void
say_unit (Work *w, const Row *row)
{
  CdJsonWriter *json = cd_command_json (w->io);
  char factor[CD_DECIMAL_BUF], verified[CD_DECIMAL_BUF];

  cd_decimal_print (row->result.factor_e6, 6, 0, factor);
  cd_decimal_print (row->unit.verified_e3, 3, 0, verified);
  cd_command_cell (w->io, row->entity);
  cd_command_print (w->io, ",%d,", row->year);
  cd_command_cell (w->io, row->sector);
  cd_command_print (w->io, ",unit,");
  cd_command_cell (w->io, row->name);
  cd_command_print (w->io, ",%s,%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",%s,,,,,%s,", factor, row->result.power, row->result.heat, row->result.initial, row->approved, verified, cd_rule_status_name (row->rule->status));
  cd_command_cell (w->io, row->rule->source);
  cd_command_print (w->io, "\n");
  if (!json)
    return;
  cd_json_writer_begin_object (json, NULL);
  cd_json_writer_string (json, "unit", row->name);
  cd_json_writer_string (json, "factor", factor);
  cd_json_writer_i64 (json, "power", row->result.power);
  cd_json_writer_i64 (json, "heat", row->result.heat);
  cd_json_writer_i64 (json, "initial", row->result.initial);
  cd_json_writer_i64 (json, "approved", row->approved);
  cd_json_writer_string (json, "verified", verified);
  cd_json_writer_end_object (json);
}

/* --- Entities ----------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  gint64 initial, approved, verified_e3, pre_allocated;
  gboolean has_pre_allocated;
  gint64 gap, gap_bp;
} Sum;

static gboolean
same_entity (const Row *a, const Row *b)
{
  return a->year == b->year && g_str_equal (a->entity, b->entity) && g_str_equal (a->sector, b->sector);
}

static gboolean
add_unit (Sum *sum, const Row *row)
{
  gint64 pre = row->pre_allocated;

  if (!row->has_pre_allocated && row->has_prev_year && row->rule->pre_share_known)
    pre = cd_pre_allocation (row->prev_year_e3, row->rule->pre_share_bp);
  sum->has_pre_allocated |= row->has_pre_allocated || (row->has_prev_year && row->rule->pre_share_known);
  return cd_i64_add (sum->initial, row->result.initial, &sum->initial) && cd_i64_add (sum->approved, row->approved, &sum->approved) && cd_i64_add (sum->verified_e3, row->unit.verified_e3, &sum->verified_e3) && cd_i64_add (sum->pre_allocated, pre, &sum->pre_allocated);
}

/* Relief of the whole entity, then what is still short of its verified emissions. */
static void
finish_sum (Work *w, const Row *first, Sum *sum, CdTrace *trace)
{
  const CdRelief *relief = cd_scheme_relief (w->pack->scheme, first->year, first->sector);
  gint64 owed = 0;

  if (relief && relief->status != CD_RULE_UNVERIFIED)
    sum->approved = cd_relief_approved (relief, sum->approved, (CdMass){ sum->verified_e3 }, trace);
  if (cd_i64_mul_div (sum->verified_e3, 1, 1000, CD_ROUND_CEIL, &owed))
    sum->gap = MAX (0, owed - sum->approved);
  if (sum->verified_e3 > 0 && !cd_i64_mul_div (sum->verified_e3 - sum->approved * 1000, 10000, sum->verified_e3, CD_ROUND_HALF_UP, &sum->gap_bp))
    sum->gap_bp = 0;
}

static void
say_sum (Work *w, const Row *first, const Sum *sum, const CdTrace *trace)
{
  CdJsonWriter *json = cd_command_json (w->io);
  g_autofree char *pre = sum->has_pre_allocated ? g_strdup_printf ("%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT, sum->pre_allocated, sum->approved - sum->pre_allocated) : g_strdup (",");
  char verified[CD_DECIMAL_BUF], gap[CD_DECIMAL_BUF];

  cd_decimal_print (sum->verified_e3, 3, 0, verified);
  cd_decimal_print (sum->gap_bp, 2, 2, gap);
  cd_command_cell (w->io, first->entity);
  cd_command_print (w->io, ",%d,", first->year);
  cd_command_cell (w->io, first->sector);
  cd_command_print (w->io, ",entity,,,,,%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",%s,%" G_GINT64_FORMAT ",%s,%s,%s,", sum->initial, sum->approved, verified, sum->gap, gap, pre, cd_rule_status_name (first->rule->status));
  cd_command_cell (w->io, first->rule->source);
  cd_command_print (w->io, "\n");
  if (!json)
    return;
  cd_json_writer_string (json, "kind", cd_allocation_kind_name (first->rule->kind));
  cd_json_writer_i64 (json, "initial", sum->initial);
  cd_json_writer_i64 (json, "approved", sum->approved);
  cd_json_writer_string (json, "verified", verified);
  cd_json_writer_i64 (json, "gap", sum->gap);
  cd_json_writer_string (json, "gap_pct", gap);
  if (sum->has_pre_allocated)
    {
      cd_json_writer_i64 (json, "pre_allocated", sum->pre_allocated);
      cd_json_writer_i64 (json, "issue", sum->approved - sum->pre_allocated);
    }
  else
    {
      cd_json_writer_null (json, "pre_allocated");
      cd_json_writer_null (json, "issue");
    }
  cd_json_writer_string (json, "status", cd_rule_status_name (first->rule->status));
  cd_json_writer_string (json, "source", first->rule->source);
  cd_command_trace (w->io, trace);
}

static CdCommandStatus
say_entity (Work *w, guint at)
{
  const Row *first = &w->rows[at];
  g_autoptr (CdTrace) trace = cd_trace_new ();
  CdJsonWriter *json = cd_command_json (w->io);
  Sum sum = { 0 };

  if (json)
    {
      cd_json_writer_begin_object (json, NULL);
      cd_json_writer_string (json, "entity", first->entity);
      cd_json_writer_int (json, "year", first->year);
      cd_json_writer_string (json, "sector", first->sector);
      cd_json_writer_begin_array (json, "units");
    }
  for (guint i = at; i < w->n; i++)
    {
      CdAllocationResult again;

      if (!same_entity (&w->rows[i], first))
        continue;
      say_unit (w, &w->rows[i]);
      cd_allocation_unit (w->rows[i].rule, &w->rows[i].unit, &again, trace, NULL);
      if (!add_unit (&sum, &w->rows[i]))
        return cd_command_no (w->io, cd_command_table_file (w->table), first->entity, "expected units whose sum fits");
    }
  if (json)
    cd_json_writer_end_array (json);
  finish_sum (w, first, &sum, trace);
  say_sum (w, first, &sum, trace);
  if (json)
    cd_json_writer_end_object (json);
  return CD_COMMAND_DONE;
}

static CdCommandStatus
compute_all (Work *w)
{
  CdJsonWriter *json = cd_command_json (w->io);
  CdCommandStatus status = CD_COMMAND_DONE;
  gboolean good = TRUE;

  for (guint i = 0; i < w->n; i++)
    good &= compute_unit (w, &w->rows[i]);
  /* A sum without one of its units would be wrong. */
  if (!good)
    return CD_COMMAND_NO;
  cd_command_print (w->io, "entity,year,sector,what,unit,factor,power,heat,initial,approved,verified,gap,gap_pct,pre_allocated,issue,status,source\n");
  if (json)
    cd_json_writer_begin_array (json, "entities");
  for (guint i = 0; i < w->n; i++)
    {
      guint before = 0;

      while (before < i && !same_entity (&w->rows[before], &w->rows[i]))
        before++;
      if (before == i)
        status = cd_command_worse (status, say_entity (w, i));
    }
  if (json)
    cd_json_writer_end_array (json);
  return status;
}

CdCommandStatus
cd_command_allocation (CdCommandIo *io, const CdCommandArgs *args)
{
  g_autoptr (CdPack) pack = cd_command_pack (io, args);
  g_autoptr (CdCommandTable) table = NULL;
  g_autofree Row *rows = NULL;
  Work w = { .io = io, .pack = pack };
  gint64 year = 0;

  if (!pack)
    return CD_COMMAND_USAGE;
  if (args->year && (!cd_decimal_parse (args->year, -1, 0, &year, NULL) || year < 2000 || year > 2100))
    return cd_command_usage (io, "--year", "“%.40s”: expected a year such as 2025", args->year);
  w.year = (int)year;
  w.table = table = cd_command_table_read (io, args->input, required, optional, NULL, NULL);
  if (!table)
    return CD_COMMAND_NO;
  w.n = cd_command_table_n_rows (table);
  w.rows = rows = g_new0 (Row, w.n);
  for (guint i = 0; i < w.n; i++)
    read_row (&w, i);
  return cd_command_table_finish (table) ? compute_all (&w) : CD_COMMAND_NO;
}
