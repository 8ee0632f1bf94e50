/* cd-command-carry-over.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * carry-over: what an entity may take along into the next period, by the rule of the pack.
 */
#include "cd-command-table-private.h"

#include "cd-obligation.h"

static const char *const required[] = { "entity", "sold", "bought", NULL };
static const char *const optional[] = { "holding", "trading", "registry", "judicial", "submitted", "applied", "failed", NULL };

typedef struct
{
  const char *entity;
  gint64 sold, bought, holding, applied;
  gboolean failed;
} Row;

typedef struct
{
  gint64 net, limit, amount, stranded, left, best_sale, kept;
  gboolean advice; /* the window of sales is still open */
} Answer;

static const CdCarryOver *
find_rule (CdCommandIo *io, const CdPack *pack, const CdCommandArgs *args)
{
  const GPtrArray *rules = pack->scheme->carry_overs;
  const CdCarryOver *newest = NULL;
  gint64 year = 0;

  if (args->year && !cd_decimal_parse (args->year, -1, 0, &year, NULL))
    {
      cd_command_usage (io, "--year", "“%.40s”: expected a year such as 2025", args->year);
      return NULL;
    }
  for (guint i = 0; i < rules->len; i++)
    {
      const CdCarryOver *rule = g_ptr_array_index (rules, i);

      if (year ? rule->to_year == year : !newest || rule->to_year > newest->to_year)
        newest = rule;
    }
  if (!newest)
    cd_command_no (io, pack->id, "scheme.carry_overs", "no rule of carry-over%s%s, expected one", args->year ? " into " : "", args->year ? args->year : "");
  else if (newest->status == CD_RULE_UNVERIFIED)
    cd_command_no (io, pack->id, "scheme.carry_overs", "the rule of carry-over into %d is not verified (%s)", newest->to_year, newest->source);
  return newest && newest->status != CD_RULE_UNVERIFIED ? newest : NULL;
}

/* The holding as one figure, or its parts. */
static void
read_holding (CdCommandTable *table, guint i, Row *row)
{
  gint64 trading = 0, registry = 0, judicial = 0, submitted = 0;
  gboolean parts = FALSE;

  parts |= cd_command_table_number (table, i, "trading", 0, &trading);
  parts |= cd_command_table_number (table, i, "registry", 0, &registry);
  parts |= cd_command_table_number (table, i, "judicial", 0, &judicial);
  parts |= cd_command_table_number (table, i, "submitted", 0, &submitted);
  if (cd_command_table_number (table, i, "holding", 0, &row->holding))
    {
      if (parts)
        cd_command_table_fault (table, i, "holding", "expected the holding, or trading, registry, judicial and submitted, not both");
      return;
    }
  if (!parts)
    cd_command_table_fault (table, i, "holding", "expected the holding, or trading and registry");
  row->holding = cd_carry_over_holding (trading, registry, judicial, submitted);
}

static void
read_row (CdCommandTable *table, guint i, Row *row)
{
  *row = (Row){ 0 };
  if (!cd_command_table_text (table, i, "entity", &row->entity))
    cd_command_table_fault (table, i, "entity", "expected a name");
  if (!cd_command_table_number (table, i, "sold", 0, &row->sold))
    cd_command_table_fault (table, i, "sold", "expected units sold in the window");
  if (!cd_command_table_number (table, i, "bought", 0, &row->bought))
    cd_command_table_fault (table, i, "bought", "expected units bought in the window");
  cd_command_table_number (table, i, "applied", 0, &row->applied);
  cd_command_table_yes (table, i, "failed", &row->failed);
  read_holding (table, i, row);
}

static Answer
compute (const CdCarryOver *rule, const Row *row, CdDate day, CdTrace *trace)
{
  Answer a = { 0 };

  a.net = MAX (0, row->sold - row->bought);
  a.limit = cd_carry_over_amount (rule, row->sold, row->bought, G_MAXINT64, NULL);
  a.amount = row->failed ? 0 : cd_carry_over_amount (rule, row->sold, row->bought, row->holding, trace);
  a.stranded = row->holding - a.amount;
  a.left = MAX (0, a.amount - row->applied);
  a.advice = !row->failed && rule->net_sale_to != CD_DATE_NONE && day <= rule->net_sale_to;
  if (a.advice)
    a.best_sale = cd_carry_over_best_sale (rule, row->sold, row->bought, row->holding, &a.kept);
  return a;
}

static char *
reasons_of (const CdCarryOver *rule, const Row *row, const Answer *a, CdDate day)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char until[CD_DATE_BUF], sales[CD_DATE_BUF];

  if (row->failed)
    g_string_append (text, "excluded: an earlier year was not surrendered in time; ");
  else if (a->amount == row->holding)
    g_string_append (text, "the holding binds; ");
  else
    g_string_append (text, "the limit of base and net sale binds; ");
  if (row->applied > a->amount)
    g_string_append (text, "more applied for than may be carried over; ");
  if (!a->advice && !row->failed)
    g_string_append_printf (text, "sales until %s counted, no advice on further ones; ", cd_date_print (rule->net_sale_to, sales));
  if (day > rule->apply_until)
    g_string_append_printf (text, "applications ended %s; ", cd_date_print (rule->apply_until, until));
  g_string_append (text, rule->source);
  return g_strdup (text->str);
}

static void
say (CdCommandIo *io, const CdCarryOver *rule, const Row *row, const Answer *a, const CdTrace *trace, const char *reasons)
{
  CdJsonWriter *json = cd_command_json (io);
  g_autofree char *best = a->advice ? g_strdup_printf ("%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT, a->best_sale, a->kept) : g_strdup (",");
  g_autofree char *figures = g_strdup_printf ("%d,%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",%s,%s",
                                              rule->to_year, a->net, a->limit, row->holding, a->amount, a->stranded, row->applied, a->left, best, cd_rule_status_name (rule->status));

  /* The figures hold nothing that would need quotes. */
  cd_command_cell (io, row->entity);
  cd_command_print (io, ",%s,", figures);
  cd_command_cell (io, reasons);
  cd_command_print (io, "\n");
  if (!json)
    return;
  cd_json_writer_begin_object (json, NULL);
  cd_json_writer_string (json, "entity", row->entity);
  cd_json_writer_int (json, "to_year", rule->to_year);
  cd_json_writer_i64 (json, "net_sold", a->net);
  cd_json_writer_i64 (json, "limit", a->limit);
  cd_json_writer_i64 (json, "holding", row->holding);
  cd_json_writer_i64 (json, "carry_over", a->amount);
  cd_json_writer_i64 (json, "stranded", a->stranded);
  cd_json_writer_i64 (json, "applied", row->applied);
  cd_json_writer_i64 (json, "left_to_apply", a->left);
  if (a->advice)
    {
      cd_json_writer_i64 (json, "best_sale", a->best_sale);
      cd_json_writer_i64 (json, "kept_after_it", a->kept);
    }
  else
    {
      cd_json_writer_null (json, "best_sale");
      cd_json_writer_null (json, "kept_after_it");
    }
  cd_json_writer_string (json, "status", cd_rule_status_name (rule->status));
  cd_json_writer_string (json, "reasons", reasons);
  cd_command_trace (io, trace);
  cd_json_writer_end_object (json);
}

CdCommandStatus
cd_command_carry_over (CdCommandIo *io, const CdCommandArgs *args)
{
  g_autoptr (CdPack) pack = cd_command_pack (io, args);
  g_autoptr (CdCommandTable) table = NULL;
  CdJsonWriter *json = cd_command_json (io);
  g_autofree Row *rows = NULL;
  const CdCarryOver *rule;
  CdDate day;

  if (!pack || !cd_command_day (io, args, pack->scheme->zone, &day))
    return CD_COMMAND_USAGE;
  rule = find_rule (io, pack, args);
  table = rule ? cd_command_table_read (io, args->input, required, optional, NULL, NULL) : NULL;
  if (!table)
    return CD_COMMAND_NO;
  rows = g_new0 (Row, cd_command_table_n_rows (table));
  for (guint i = 0; i < cd_command_table_n_rows (table); i++)
    read_row (table, i, &rows[i]);
  if (!cd_command_table_finish (table))
    return CD_COMMAND_NO;
  cd_command_print (io, "entity,to_year,net_sold,limit,holding,carry_over,stranded,applied,left_to_apply,best_sale,kept_after_it,status,reasons\n");
  if (json)
    cd_json_writer_begin_array (json, "entities");
  for (guint i = 0; i < cd_command_table_n_rows (table); i++)
    {
      g_autoptr (CdTrace) trace = cd_trace_new ();
      Answer answer = compute (rule, &rows[i], day, trace);
      g_autofree char *reasons = reasons_of (rule, &rows[i], &answer, day);

      say (io, rule, &rows[i], &answer, trace, reasons);
    }
  if (json)
    cd_json_writer_end_array (json);
  return CD_COMMAND_DONE;
}
