/* cd-pack-figures.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Figures: every leaf of a pack is a series {value, from, to, known_from, status, source}.
 */
#include "cd-pack-private.h"

#include <string.h>

void
cd_figure_clear (CdFigure *figure)
{
  g_clear_pointer (&figure->source, g_free);
}

/* --- Texts ------------------------------------------------------------------------------------------------------------ */

/* A name goes onto the screen: nothing in it may hide or turn the line (Trojan source). */
static gboolean
clean_text (const char *text)
{
  if (!*text || g_utf8_strlen (text, -1) > 400)
    return FALSE;
  for (const char *p = text; *p; p = g_utf8_next_char (p))
    {
      GUnicodeType type = g_unichar_type (g_utf8_get_char (p));

      if (type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT || type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR)
        return FALSE;
    }
  return TRUE;
}

gboolean
cd_pack_read_text (CdPackReader *reader, const CdJson *at, const char *member, char **out)
{
  const char *text;

  if (!cd_json_get_string (at, member, &text, reader->faults))
    return FALSE;
  if (!clean_text (text))
    {
      cd_json_fault (reader->faults, at, member, "text", "expected 1 to 400 visible characters without control, direction or format characters");
      return FALSE;
    }
  g_free (*out);
  *out = g_strdup (text);
  return TRUE;
}

gboolean
cd_pack_read_name (CdPackReader *reader, const CdJson *at, const char *member, char **zh, char **en)
{
  CdJson name;

  if (!cd_json_get_object (at, member, &name, reader->faults))
    return FALSE;
  cd_json_only_members (&name, reader->faults, "zh", "en", NULL);
  return (int)cd_pack_read_text (reader, &name, "zh", zh) & (int)cd_pack_read_text (reader, &name, "en", en);
}

gboolean
cd_pack_read_id (CdPackReader *reader, const CdJson *at, const char *member, char **out)
{
  const char *text;
  gboolean ok;

  if (!cd_json_get_string (at, member, &text, reader->faults))
    return FALSE;
  ok = g_ascii_isalnum (text[0]) && strlen (text) <= 40 && !strstr (text, "..");
  for (const char *p = text; ok && *p; p++)
    ok = g_ascii_isalnum (*p) || strchr ("._-", *p);
  if (!ok)
    {
      cd_json_fault (reader->faults, at, member, "id", "expected an identifier of letters, digits, “.”, “_” and “-”, at most 40");
      return FALSE;
    }
  g_free (*out);
  *out = g_strdup (text);
  return TRUE;
}

static int
find_word (const char *const *words, const char *text)
{
  for (int i = 0; words[i]; i++)
    if (strcmp (words[i], text) == 0)
      return i;
  return -1;
}

gboolean
cd_pack_read_word (CdPackReader *reader, const CdJson *at, const char *member, const char *const *words, int *out)
{
  g_autofree char *list = g_strjoinv (", ", (char **)words);
  const char *text;
  int i;

  if (!cd_json_get_string (at, member, &text, reader->faults))
    return FALSE;
  i = find_word (words, text);
  if (i < 0)
    {
      cd_json_fault (reader->faults, at, member, "word", "expected one of %s", list);
      return FALSE;
    }
  *out = i;
  return TRUE;
}

void
cd_pack_read_date_or_null (CdPackReader *reader, const CdJson *at, const char *member, CdDate *out)
{
  *out = CD_DATE_NONE;
  if (!cd_json_present (at, member))
    cd_json_fault (reader->faults, at, member, "missing", "expected a date YYYY-MM-DD, or null");
  else if (cd_json_has (at, member))
    cd_json_get_date (at, member, out, reader->faults);
}

gboolean
cd_pack_read_years (CdPackReader *reader, const CdJson *at, int *from, int *to)
{
  gint64 a, b;

  if (!((int)cd_json_get_int (at, "year_from", 2000, 2100, &a, reader->faults) & (int)cd_json_get_int (at, "year_to", 2000, 2100, &b, reader->faults)))
    return FALSE;
  if (b < a)
    {
      cd_json_fault (reader->faults, at, "year_to", "period", "expected a year not before year_from");
      return FALSE;
    }
  *from = (int)a;
  *to = (int)b;
  return TRUE;
}

char *
cd_pack_read_source (CdPackReader *reader, const CdJson *at)
{
  const char *key, *clause = NULL, *text;

  if (!cd_json_get_string (at, "source", &key, reader->faults))
    return g_strdup ("");
  text = g_hash_table_lookup (reader->sources, key);
  if (!text)
    {
      cd_json_fault (reader->faults, at, "source", "reference", "expected a key of $.sources, found “%.40s”", key);
      return g_strdup ("");
    }
  if (cd_json_present (at, "clause") && !cd_json_get_string (at, "clause", &clause, reader->faults))
    clause = NULL;
  return clause ? g_strdup_printf ("%s, %s", text, clause) : g_strdup (text);
}

gboolean
cd_pack_read_status (CdPackReader *reader, const CdJson *at, CdRuleStatus *out)
{
  const char *text;

  if (!cd_json_get_string (at, "status", &text, reader->faults))
    return FALSE;
  if (!cd_rule_status_parse (text, out))
    {
      cd_json_fault (reader->faults, at, "status", "word", "expected one of in_force, adopted_future, proposed, unverified");
      return FALSE;
    }
  return TRUE;
}

/* --- Values ------------------------------------------------------------------------------------------------------------ */

static gboolean
read_decimal (CdPackReader *reader, const CdJson *at, const CdFigureSpec *spec, gint64 *out)
{
  char low[CD_DECIMAL_BUF], high[CD_DECIMAL_BUF];

  if (!cd_json_get_decimal (at, "value", spec->scale, out, reader->faults))
    return FALSE;
  if ((spec->min || spec->max) && (*out < spec->min || *out > spec->max))
    {
      cd_json_fault (reader->faults, at, "value", "range", "expected %s from %s to %s", spec->expected, cd_decimal_print (spec->min, spec->scale, 0, low), cd_decimal_print (spec->max, spec->scale, 0, high));
      return FALSE;
    }
  return TRUE;
}

/* "value" of @at by the spec; texts go to @text. */
static gboolean
read_value (CdPackReader *reader, const CdJson *at, const CdFigureSpec *spec, gint64 *value, char **text)
{
  g_autofree char *en = NULL;
  gboolean flag;
  CdDate day;
  CdJson list;
  int word;

  switch (spec->kind)
    {
    case CD_FIGURE_DECIMAL:
      return read_decimal (reader, at, spec, value);
    case CD_FIGURE_DATE:
      if (!cd_json_get_date (at, "value", &day, reader->faults))
        return FALSE;
      *value = day;
      return TRUE;
    case CD_FIGURE_BOOL:
      if (!cd_json_get_bool (at, "value", &flag, reader->faults))
        return FALSE;
      *value = flag;
      return TRUE;
    case CD_FIGURE_WORD:
      if (!cd_pack_read_word (reader, at, "value", spec->words, &word))
        return FALSE;
      *value = word;
      *text = g_strdup (spec->words[word]);
      return TRUE;
    case CD_FIGURE_TEXT:
      *value = 0;
      return cd_pack_read_name (reader, at, "value", text, &en);
    case CD_FIGURE_LIST:
      if (!cd_json_get_array (at, "value", &list, reader->faults))
        return FALSE;
      *value = cd_json_length (&list);
      return TRUE;
    }
  return FALSE;
}

static CdRuleValue *
copy_value (const CdRuleValue *value)
{
  CdRuleValue *copy = g_memdup2 (value, sizeof *value);

  copy->text = g_strdup (value->text);
  copy->source = g_strdup (value->source);
  return copy;
}

static void
add_value (CdPackReader *reader, const CdJson *entry, CdRuleSeries *series, CdRuleValue *value)
{
  g_autoptr (GError) error = NULL;
  gboolean ends_early = value->from != CD_DATE_NONE && value->to != CD_DATE_NONE && value->to < value->from;

  if (!cd_rule_series_add (series, value, &error))
    cd_json_fault (reader->faults, entry, ends_early ? "to" : "from", ends_early ? "period" : "overlap", "expected periods that end after they start and do not overlap: %s", error->message);
}

/* The separate value that the practice venue uses where the rule is not known. */
static void
read_assumption (CdPackReader *reader, const CdJson *entry, const CdFigureSpec *spec, CdRuleSeries *series, const CdRuleValue *unverified)
{
  g_autofree char *zh = NULL, *en = NULL, *text = NULL;
  CdRuleValue *value;
  CdJson node;
  gint64 number = 0;

  if (!cd_json_get_object (entry, "practice_assumption", &node, reader->faults))
    return;
  cd_json_only_members (&node, reader->faults, "value", "reason", NULL);
  if (unverified->status != CD_RULE_UNVERIFIED)
    cd_json_fault (reader->faults, entry, "practice_assumption", "status", "expected an assumption only where the status is unverified");
  cd_pack_read_name (reader, &node, "reason", &zh, &en);
  if (!read_value (reader, &node, spec, &number, &text))
    return;
  value = copy_value (unverified);
  g_free (value->text);
  value->text = g_steal_pointer (&text);
  value->value = number;
  value->has_value = TRUE;
  value->is_assumption = TRUE;
  g_free (value->source);
  value->source = g_strdup_printf ("practice assumption 演练假设: %s / %s", zh ? zh : "", en ? en : "");
  add_value (reader, entry, series, value);
}

static void
read_entry (CdPackReader *reader, const CdJson *entry, const CdFigureSpec *spec, CdRuleSeries *series)
{
  CdRuleValue *value;
  gboolean status_ok;

  if (!cd_json_is_object (entry))
    {
      cd_json_fault (reader->faults, entry, NULL, "type", "expected an object with value, from, to, known_from, status and source");
      return;
    }
  cd_json_only_members (entry, reader->faults, "value", "from", "to", "known_from", "status", "source", "clause", "note", "practice_assumption", NULL);
  value = g_new0 (CdRuleValue, 1);
  cd_pack_read_date_or_null (reader, entry, "from", &value->from);
  cd_pack_read_date_or_null (reader, entry, "to", &value->to);
  cd_pack_read_date_or_null (reader, entry, "known_from", &value->known_from);
  status_ok = cd_pack_read_status (reader, entry, &value->status);
  value->source = cd_pack_read_source (reader, entry);
  if (cd_json_present (entry, "note"))
    {
      g_autofree char *note = NULL;

      cd_pack_read_text (reader, entry, "note", &note);
    }
  if (!cd_json_present (entry, "value"))
    cd_json_fault (reader->faults, entry, "value", "missing", "expected %s, or null with the status unverified", spec->expected);
  else if (!cd_json_has (entry, "value"))
    {
      if (status_ok && value->status != CD_RULE_UNVERIFIED)
        cd_json_fault (reader->faults, entry, "value", "status", "expected %s: null stands only with the status unverified", spec->expected);
    }
  else
    {
      if (status_ok && value->status == CD_RULE_UNVERIFIED)
        cd_json_fault (reader->faults, entry, "value", "status", "expected null: an unverified figure has no value, only a practice_assumption");
      value->has_value = read_value (reader, entry, spec, &value->value, &value->text);
    }
  if (cd_json_present (entry, "practice_assumption"))
    read_assumption (reader, entry, spec, series, value);
  add_value (reader, entry, series, value);
}

static CdRuleSeries *
copy_series (const CdRuleSeries *series)
{
  CdRuleSeries *copy = cd_rule_series_new (series->id, series->scale);

  for (guint i = 0; i < series->values->len; i++)
    g_ptr_array_add (copy->values, copy_value (g_ptr_array_index (series->values, i)));
  return copy;
}

CdRuleSeries *
cd_pack_read_series (CdPackReader *reader, const CdJson *at, const char *member, const CdFigureSpec *spec, gboolean required)
{
  g_autofree char *path = NULL;
  CdRuleSeries *series;
  CdJson list;

  if (!required && !cd_json_present (at, member))
    return NULL;
  if (!cd_json_get_array (at, member, &list, reader->faults))
    return NULL;
  if (cd_json_length (&list) == 0)
    {
      cd_json_fault (reader->faults, &list, NULL, "empty", "expected at least one value");
      return NULL;
    }
  path = cd_json_path (&list);
  series = cd_rule_series_new (path + strlen ("$."), spec->scale);
  for (guint i = 0; i < cd_json_length (&list); i++)
    {
      CdJson entry = cd_json_at (&list, i);

      read_entry (reader, &entry, spec, series);
    }
  g_ptr_array_add (reader->pack->figures, series);
  return copy_series (series);
}

/* Which of two values a struct with room for one takes: one that holds on the day the pack was made before one that does not,
 * binding before assumed before none; then the newer. */
static int
rank (const CdRuleValue *value, CdDate day)
{
  gboolean holds = day == CD_DATE_NONE || ((value->to == CD_DATE_NONE || value->to >= day) && value->from <= day);
  int certainty = value->status == CD_RULE_UNVERIFIED ? 0 : value->status == CD_RULE_PROPOSED ? 1
                                                                                              : 3;

  return (holds ? 4 : 0) + (value->is_assumption ? 2 : certainty);
}

gboolean
cd_pack_read_figure (CdPackReader *reader, const CdJson *at, const char *member, const CdFigureSpec *spec, gboolean required, CdFigure *out)
{
  g_autoptr (CdRuleSeries) series = cd_pack_read_series (reader, at, member, spec, required);
  const CdRuleValue *best = NULL;
  CdDate day = reader->pack->published;

  memset (out, 0, sizeof *out);
  if (!series)
    return FALSE;
  for (guint i = 0; i < series->values->len; i++)
    {
      const CdRuleValue *value = g_ptr_array_index (series->values, i);

      if (!best || rank (value, day) > rank (best, day) || (rank (value, day) == rank (best, day) && value->from > best->from))
        best = value;
    }
  if (!best)
    return FALSE;
  out->has_value = best->has_value;
  out->is_assumption = best->is_assumption;
  out->value = best->value;
  out->from = best->from;
  out->to = best->to;
  out->status = best->status;
  out->source = g_strdup (best->source);
  cd_json_find (at, member, &out->series);
  return TRUE;
}

gboolean
cd_figure_node (const CdFigure *figure, CdJson *holder, CdJson *out)
{
  CdDate from;

  if (!figure->has_value)
    return FALSE;
  for (guint i = 0; i < cd_json_length (&figure->series); i++)
    {
      CdJson assumption;

      *holder = cd_json_at (&figure->series, i);
      from = CD_DATE_NONE;
      cd_json_get_date (holder, "from", &from, NULL);
      if (from != figure->from)
        continue;
      if (!figure->is_assumption && cd_json_has (holder, "value"))
        return cd_json_find (holder, "value", out);
      if (figure->is_assumption && cd_json_find (holder, "practice_assumption", &assumption) && cd_json_find (&assumption, "value", out))
        {
          /* @assumption dies here: hang the value below the entry, which lives. */
          out->parent = holder;
          out->member = "practice_assumption.value";
          return TRUE;
        }
    }
  return FALSE;
}
