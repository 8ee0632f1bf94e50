/* cd-pack-years.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Compliance years of a pack: their tasks with owners, and which vintages may be surrendered.
 */
#include "cd-pack-private.h"

#include <string.h>

static const CdFigureSpec date_spec = { CD_FIGURE_DATE, 0, 0, 0, NULL, "a date" };
static const CdFigureSpec list_spec = { CD_FIGURE_LIST, 0, 0, 0, NULL, "a list of years" };
static const char *const owners[] = { "ours", "authority", "verifier", "register", NULL };

static void
read_due_time (CdPackReader *reader, const CdJson *at, CdTask *task)
{
  const char *text;

  if (!cd_json_get_string (at, "due_time", &text, reader->faults))
    return;
  if (!cd_time_of_day_parse (text, &task->due_s, NULL) || task->due_s == 0)
    cd_json_fault (reader->faults, at, "due_time", "syntax", "expected a time of day HH:MM or HH:MM:SS up to 24:00, not 00:00");
}

static void
read_task (CdPackReader *reader, const CdJson *at, CdComplianceYear *year)
{
  g_auto (CdFigure) due = { 0 };
  CdTask *task = g_new0 (CdTask, 1);
  int owner = 0;

  cd_json_only_members (at, reader->faults, "id", "name", "duty_owner", "due", "due_time", NULL);
  task->due = CD_DATE_NONE;
  task->due_s = 86400;
  if (!cd_pack_read_id (reader, at, "id", &task->id))
    task->id = g_strdup ("");
  else if (cd_compliance_year_task (year, task->id))
    cd_json_fault (reader->faults, at, "id", "duplicate", "expected each task once a year and sector");
  g_ptr_array_add (year->tasks, task);
  cd_pack_read_name (reader, at, "name", &task->name_zh, &task->name_en);
  if (cd_pack_read_word (reader, at, "duty_owner", owners, &owner))
    task->owner = (CdDutyOwner)owner;
  read_due_time (reader, at, task);
  if (!cd_pack_read_figure (reader, at, "due", &date_spec, TRUE, &due))
    return;
  task->status = due.status;
  task->source = g_steal_pointer (&due.source);
  if (!due.has_value)
    return;
  task->due = (CdDate)due.value;
  /* A year can only be reported, verified and surrendered once it is over; preparing for it may begin before. */
  if ((g_str_equal (task->id, "surrender") || g_str_equal (task->id, "offset_apply")) && task->due < cd_date_from_ymd (year->year + 1, 1, 1))
    cd_json_fault (reader->faults, at, "due", "range", "expected a day after the end of %d", year->year);
}

static void
read_vintages (CdPackReader *reader, const CdJson *at, CdComplianceYear *year)
{
  g_auto (CdFigure) figure = { 0 };
  CdJson holder, list;

  if (!cd_pack_read_figure (reader, at, "usable_vintages", &list_spec, TRUE, &figure))
    return;
  year->vintages_status = figure.status;
  year->vintages_source = g_strdup (figure.source);
  if (!cd_figure_node (&figure, &holder, &list))
    return;
  for (guint i = 0; i < cd_json_length (&list); i++)
    {
      CdJson item = cd_json_at (&list, i);
      gint64 value;
      int vintage;

      if (!cd_json_get_int (&item, NULL, 2000, 2100, &value, reader->faults))
        continue;
      vintage = (int)value;
      if (cd_compliance_year_accepts (year, vintage))
        cd_json_fault (reader->faults, &item, NULL, "duplicate", "expected each vintage once");
      g_array_append_val (year->usable_vintages, vintage);
    }
}

static void
read_year (CdPackReader *reader, const CdJson *at)
{
  GPtrArray *years = reader->pack->scheme->years;
  CdComplianceYear *year = g_new0 (CdComplianceYear, 1);
  gint64 number = 0, from = 0;
  CdJson tasks;

  cd_json_only_members (at, reader->faults, "year", "year_from", "sector", "label", "tasks", "usable_vintages", NULL);
  year->tasks = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_task_free);
  year->usable_vintages = g_array_new (FALSE, FALSE, sizeof (int));
  if (cd_json_get_int (at, "year", 2000, 2100, &number, reader->faults))
    from = number;
  if (cd_json_present (at, "year_from") && cd_json_get_int (at, "year_from", 2000, 2100, &from, reader->faults) && from > number)
    cd_json_fault (reader->faults, at, "year_from", "range", "expected a year not after the last one");
  year->year = (int)number;
  year->year_from = (int)from;
  if (!cd_pack_read_id (reader, at, "sector", &year->sector))
    year->sector = g_strdup ("");
  for (guint i = 0; i < years->len; i++)
    {
      const CdComplianceYear *other = g_ptr_array_index (years, i);

      if (other->year == year->year && g_str_equal (other->sector, year->sector))
        cd_json_fault (reader->faults, at, "sector", "duplicate", "expected each sector once a year");
    }
  g_ptr_array_add (years, year);
  cd_pack_read_name (reader, at, "label", &year->label_zh, &year->label_en);
  read_vintages (reader, at, year);
  if (!cd_json_get_array (at, "tasks", &tasks, reader->faults))
    return;
  for (guint i = 0; i < cd_json_length (&tasks); i++)
    {
      CdJson task = cd_json_at (&tasks, i);

      read_task (reader, &task, year);
    }
  if (!cd_compliance_year_task (year, "surrender"))
    cd_json_fault (reader->faults, &tasks, NULL, "missing", "expected a task “surrender”, if only with an unverified date");
}

void
cd_pack_read_compliance_years (CdPackReader *reader, const CdJson *scheme)
{
  CdJson list;

  if (!cd_json_get_array (scheme, "years", &list, reader->faults))
    return;
  for (guint i = 0; i < cd_json_length (&list); i++)
    {
      CdJson item = cd_json_at (&list, i);

      read_year (reader, &item);
    }
}
