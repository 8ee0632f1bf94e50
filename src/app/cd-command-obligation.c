/* cd-command-obligation.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An obligation said: a row of figures with reasons, or an object with everything. What is not verified stays empty, never 0.
 */
#include "cd-command-comply-private.h"

static const char *const lot_reasons[] = { "eligible", "type", "registered", "generated", "expired", "project_type", "unknown_date" };
static const char *const owners[] = { "ours", "authority", "verifier", "register" };

static char *
deadline_of (const CdComplianceYear *year)
{
  const CdTask *task = cd_compliance_year_task (year, "surrender");
  char day[CD_DATE_BUF], time[CD_DATE_BUF];

  if (!task || task->due == CD_DATE_NONE || task->status == CD_RULE_UNVERIFIED)
    return g_strdup ("");
  return g_strdup_printf ("%sT%s", cd_date_print (task->due, day), cd_time_of_day_print (task->due_s, time));
}

/* Civil time of the market, without its zone. */
static char *
local_time (const CdPack *pack, gint64 at_us)
{
  char day[CD_DATE_BUF], time[CD_DATE_BUF];
  int second;
  CdDate date;

  if (at_us == 0)
    return g_strdup ("");
  date = cd_zone_date_of (pack->scheme->zone, at_us, &second);
  return g_strdup_printf ("%sT%s", cd_date_print (date, day), cd_time_of_day_print (second, time));
}

/* --- Reasons -------------------------------------------------------------------------------------------------------------- */

static void
reason (GString *text, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
reason (GString *text, const char *format, ...)
{
  va_list args;

  if (text->len > 0)
    g_string_append (text, "; ");
  va_start (args, format);
  g_string_append_vprintf (text, format, args);
  va_end (args);
}

static char *
reasons_of (const CdCommandEntity *entity, const CdComplianceYear *year, const CdObligation *o)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < entity->vintages->len; i++)
    {
      const CdVintageHolding *held = &g_array_index (entity->vintages, CdVintageHolding, i);

      if (!cd_compliance_year_accepts (year, held->vintage))
        reason (text, "%s: vintage not usable for %d (%s)", held->code, year->year, year->vintages_source);
    }
  for (guint i = 0; i < o->lots->len; i++)
    {
      const CdLotVerdict *lot = g_ptr_array_index (o->lots, i);

      if (lot->eligible != CD_ELIGIBLE)
        reason (text, "%s: not eligible (%s)", lot->code, lot_reasons[lot->eligible]);
      else if (lot->stranded > 0)
        reason (text, "%s: %" G_GINT64_FORMAT " t beyond the room", lot->code, lot->stranded);
    }
  if (o->offset_status == CD_RULE_UNVERIFIED)
    reason (text, "offset rule not verified");
  if (o->vintages_status != CD_RULE_IN_FORCE)
    reason (text, "usable vintages: %s", cd_rule_status_name (o->vintages_status));
  if (o->deadline_us == 0)
    reason (text, "deadline not verified");
  else if (o->deadline_status != CD_RULE_IN_FORCE)
    reason (text, "deadline: %s", cd_rule_status_name (o->deadline_status));
  for (guint i = 0; i < o->penalties->len; i++)
    {
      const CdPenaltyEstimate *penalty = g_ptr_array_index (o->penalties, i);

      reason (text, "stage %d: %s (%s)%s", penalty->stage, penalty->text_en, penalty->source, penalty->has_amount ? "" : penalty->verified_rule ? ", no average price given"
                                                                                                                                                : ", not verified");
    }
  return g_strdup (text->str);
}

/* --- A row ------------------------------------------------------------------------------------------------------------------ */

void
cd_command_say_obligation_header (CdCommandIo *io)
{
  cd_command_print (io, "entity,sector,year,owed,surrendered,remaining,usable_registry,usable_trading,unusable_vintage,offset_cap,offset_used,offset_room,offset_countable,offset_stranded,"
                        "shortfall,surplus,coverage_pct,cover_cost,deadline,deadline_status,last_safe_buy,sessions_left,penalty_stages,penalty_low,penalty_high,reasons\n");
}

static void
say_units (CdCommandIo *io, gint64 units, gboolean known)
{
  if (known)
    cd_command_print (io, ",%" G_GINT64_FORMAT, units);
  else
    cd_command_print (io, ",");
}

/* One figure a stage, parted by semicolons; a stage without a figure has none between them. */
static void
say_penalties (CdCommandIo *io, const CdObligation *o)
{
  g_autoptr (GString) stages = g_string_new (NULL);
  g_autoptr (GString) low = g_string_new (NULL);
  g_autoptr (GString) high = g_string_new (NULL);
  char text[CD_DECIMAL_BUF];

  for (guint i = 0; i < o->penalties->len; i++)
    {
      const CdPenaltyEstimate *penalty = g_ptr_array_index (o->penalties, i);

      g_string_append_printf (stages, "%s%d", i > 0 ? ";" : "", penalty->stage);
      g_string_append_printf (low, "%s%s", i > 0 ? ";" : "", penalty->has_amount ? cd_decimal_print (penalty->low.e4, 4, 2, text) : "");
      g_string_append_printf (high, "%s%s", i > 0 ? ";" : "", penalty->has_amount ? cd_decimal_print (penalty->high.e4, 4, 2, text) : "");
    }
  cd_command_print (io, ",%s,%s,%s,", stages->str, low->str, high->str);
}

static void
say_row (CdCommandIo *io, const CdPack *pack, const CdCommandEntity *entity, const CdComplianceYear *year, const CdObligation *o)
{
  g_autofree char *deadline = deadline_of (year);
  g_autofree char *last_buy = local_time (pack, o->last_safe_buy_us);
  g_autofree char *reasons = reasons_of (entity, year, o);
  gboolean offsets = o->offset_status != CD_RULE_UNVERIFIED;
  const gint64 first[] = { o->owed, o->surrendered, o->remaining, o->usable_registry, o->usable_trading, o->unusable_vintage };
  const gint64 second[] = { o->offset_cap, o->offset_used, o->offset_room, o->offset_countable, o->offset_stranded };
  char text[CD_DECIMAL_BUF];

  cd_command_cell (io, entity->entity);
  cd_command_print (io, ",");
  cd_command_cell (io, entity->sector);
  cd_command_print (io, ",%d", year->year);
  for (gsize i = 0; i < G_N_ELEMENTS (first); i++)
    say_units (io, first[i], TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (second); i++)
    say_units (io, second[i], offsets);
  say_units (io, o->shortfall, TRUE);
  say_units (io, o->surplus, TRUE);
  cd_command_print (io, ",%s", cd_decimal_print (o->coverage_bp, 2, 2, text));
  cd_command_print (io, ",%s", o->has_cover_cost ? cd_decimal_print (o->cover_cost.e4, 4, 2, text) : "");
  cd_command_print (io, ",%s,%s,%s", deadline, cd_rule_status_name (o->deadline_status), last_buy);
  say_units (io, o->sessions_left, o->sessions_left >= 0);
  say_penalties (io, o);
  cd_command_cell (io, reasons);
  cd_command_print (io, "\n");
}

/* --- An object ---------------------------------------------------------------------------------------------------------------- */

static void
put_units (CdJsonWriter *json, const char *name, gint64 units, gboolean known)
{
  if (known)
    cd_json_writer_i64 (json, name, units);
  else
    cd_json_writer_null (json, name);
}

static void
put_figures (CdJsonWriter *json, const CdObligation *o)
{
  gboolean offsets = o->offset_status != CD_RULE_UNVERIFIED;

  put_units (json, "owed", o->owed, TRUE);
  put_units (json, "surrendered", o->surrendered, TRUE);
  put_units (json, "remaining", o->remaining, TRUE);
  put_units (json, "usable_registry", o->usable_registry, TRUE);
  put_units (json, "usable_trading", o->usable_trading, TRUE);
  put_units (json, "unusable_vintage", o->unusable_vintage, TRUE);
  cd_json_writer_string (json, "vintages_status", cd_rule_status_name (o->vintages_status));
  put_units (json, "offset_cap", o->offset_cap, offsets);
  put_units (json, "offset_used", o->offset_used, offsets);
  put_units (json, "offset_room", o->offset_room, offsets);
  put_units (json, "offset_countable", o->offset_countable, offsets);
  put_units (json, "offset_stranded", o->offset_stranded, offsets);
  cd_json_writer_string (json, "offset_status", cd_rule_status_name (o->offset_status));
  put_units (json, "shortfall", o->shortfall, TRUE);
  put_units (json, "surplus", o->surplus, TRUE);
  cd_json_writer_decimal (json, "coverage_pct", o->coverage_bp, 2, 2);
  if (o->has_cover_cost)
    cd_json_writer_decimal (json, "cover_cost", o->cover_cost.e4, 4, 2);
  else
    cd_json_writer_null (json, "cover_cost");
}

static void
put_lots (CdJsonWriter *json, const CdObligation *o)
{
  cd_json_writer_begin_array (json, "lots");
  for (guint i = 0; i < o->lots->len; i++)
    {
      const CdLotVerdict *lot = g_ptr_array_index (o->lots, i);

      cd_json_writer_begin_object (json, NULL);
      cd_json_writer_string (json, "code", lot->code);
      cd_json_writer_bool (json, "eligible", lot->eligible == CD_ELIGIBLE);
      cd_json_writer_string (json, "reason", lot->eligible == CD_ELIGIBLE ? NULL : lot_reasons[lot->eligible]);
      cd_json_writer_string (json, "sub_cap", lot->sub_cap);
      cd_json_writer_i64 (json, "counted", lot->counted);
      cd_json_writer_i64 (json, "stranded", lot->stranded);
      cd_json_writer_end_object (json);
    }
  cd_json_writer_end_array (json);
  cd_json_writer_begin_array (json, "sub_rooms");
  for (guint i = 0; i < o->sub_rooms->len; i++)
    {
      const CdSubRoom *room = g_ptr_array_index (o->sub_rooms, i);

      cd_json_writer_begin_object (json, NULL);
      cd_json_writer_string (json, "id", room->id);
      cd_json_writer_i64 (json, "cap", room->cap);
      cd_json_writer_i64 (json, "used", room->used);
      cd_json_writer_i64 (json, "room", room->room);
      cd_json_writer_end_object (json);
    }
  cd_json_writer_end_array (json);
}

static void
put_penalties (CdJsonWriter *json, const CdObligation *o)
{
  cd_json_writer_begin_array (json, "penalties");
  for (guint i = 0; i < o->penalties->len; i++)
    {
      const CdPenaltyEstimate *penalty = g_ptr_array_index (o->penalties, i);

      cd_json_writer_begin_object (json, NULL);
      cd_json_writer_int (json, "stage", penalty->stage);
      cd_json_writer_bool (json, "verified", penalty->verified_rule);
      if (penalty->has_amount)
        {
          cd_json_writer_decimal (json, "low", penalty->low.e4, 4, 2);
          cd_json_writer_decimal (json, "high", penalty->high.e4, 4, 2);
        }
      else
        {
          cd_json_writer_null (json, "low");
          cd_json_writer_null (json, "high");
        }
      if (penalty->deduction_unverified)
        cd_json_writer_null (json, "deduct_next_year");
      else
        cd_json_writer_bool (json, "deduct_next_year", penalty->deduct_next_year);
      cd_json_writer_string (json, "text_zh", penalty->text_zh);
      cd_json_writer_string (json, "text_en", penalty->text_en);
      cd_json_writer_string (json, "source", penalty->source);
      cd_json_writer_end_object (json);
    }
  cd_json_writer_end_array (json);
}

static void
put_deadlines (CdJsonWriter *json, const CdObligation *o)
{
  cd_json_writer_begin_array (json, "deadlines");
  for (guint i = 0; i < o->deadlines->len; i++)
    {
      const CdDeadline *deadline = g_ptr_array_index (o->deadlines, i);

      cd_json_writer_begin_object (json, NULL);
      cd_json_writer_string (json, "id", deadline->id);
      if (deadline->at_us)
        cd_json_writer_instant (json, "at", deadline->at_us);
      else
        cd_json_writer_null (json, "at");
      cd_json_writer_string (json, "owner", owners[deadline->owner]);
      cd_json_writer_string (json, "status", cd_rule_status_name (deadline->status));
      cd_json_writer_string (json, "source", deadline->source);
      cd_json_writer_end_object (json);
    }
  cd_json_writer_end_array (json);
}

void
cd_command_say_obligation (CdCommandIo *io, const CdPack *pack, const CdCommandEntity *entity, const CdComplianceYear *year, const CdObligation *o)
{
  CdJsonWriter *json = cd_command_json (io);
  g_autofree char *deadline = deadline_of (year);
  g_autofree char *reasons = reasons_of (entity, year, o);

  say_row (io, pack, entity, year, o);
  if (!json)
    return;
  cd_json_writer_begin_object (json, NULL);
  cd_json_writer_string (json, "entity", entity->entity);
  cd_json_writer_string (json, "sector", entity->sector);
  cd_json_writer_int (json, "year", year->year);
  put_figures (json, o);
  cd_json_writer_string (json, "deadline", *deadline ? deadline : NULL);
  cd_json_writer_string (json, "deadline_status", cd_rule_status_name (o->deadline_status));
  if (o->last_safe_buy_us)
    cd_json_writer_instant (json, "last_safe_buy", o->last_safe_buy_us);
  else
    cd_json_writer_null (json, "last_safe_buy");
  if (o->sessions_left >= 0)
    cd_json_writer_int (json, "sessions_left", o->sessions_left);
  else
    cd_json_writer_null (json, "sessions_left");
  put_lots (json, o);
  put_penalties (json, o);
  put_deadlines (json, o);
  cd_json_writer_string (json, "reasons", reasons);
  cd_command_trace (io, o->trace);
  cd_json_writer_end_object (json);
}
