/* cd-import.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-import.h"

#include <string.h>

#define FOUND_CHARS 80
#define CERTAIN 4 /* characters of three bytes that no other encoding has by chance */
#define CELL_BYTES 128

GQuark
cd_import_error_quark (void)
{
  return g_quark_from_static_string ("cd-import-error-quark");
}

/* --- Faults ------------------------------------------------------------------------------------------------------------ */

void
cd_import_fault_free (CdImportFault *fault)
{
  g_free (fault->column);
  g_free (fault->found);
  g_free (fault->expected);
  g_free (fault);
}

GPtrArray *
cd_import_faults_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)cd_import_fault_free);
}

static char *
shorten (const char *text)
{
  if (!text)
    return g_strdup ("");
  if (g_utf8_strlen (text, -1) <= FOUND_CHARS)
    return g_strdup (text);
  {
    g_autofree char *head = g_utf8_substring (text, 0, FOUND_CHARS);

    return g_strconcat (head, "…", NULL);
  }
}

void
cd_import_fault (GPtrArray *faults, guint row, const char *column, const char *found, const char *expected_format, ...)
{
  CdImportFault *fault;
  va_list args;

  if (faults->len > CD_IMPORT_FAULTS_MAX)
    return;
  fault = g_new0 (CdImportFault, 1);
  fault->row = row;
  if (faults->len == CD_IMPORT_FAULTS_MAX)
    {
      fault->found = g_strdup ("");
      fault->expected = g_strdup ("fewer faults: this one and the later ones are not listed");
      g_ptr_array_add (faults, fault);
      return;
    }
  fault->column = g_strdup (column);
  fault->found = shorten (found);
  va_start (args, expected_format);
  fault->expected = g_strdup_vprintf (expected_format, args);
  va_end (args);
  g_ptr_array_add (faults, fault);
}

gboolean
cd_import_faults_to_error (const GPtrArray *faults, GError **error)
{
  const CdImportFault *first;

  if (faults->len == 0)
    return TRUE;
  first = g_ptr_array_index (faults, 0);
  g_set_error (error, CD_IMPORT_ERROR, CD_IMPORT_ERROR_ROWS, "row %u%s%s: found “%s”, expected %s (%u faults in all; nothing was imported)",
               first->row, first->column ? ", " : "", first->column ? first->column : "", first->found, first->expected, faults->len);
  return FALSE;
}

/* --- Text -------------------------------------------------------------------------------------------------------------- */

static guint
line_of (const char *bytes, gsize at)
{
  guint line = 1;

  for (const char *p = bytes; (p = memchr (p, '\n', at - (gsize)(p - bytes))); p++)
    line++;
  return line;
}

static char *
convert (const char *bytes, gsize len, const char *from, GError **error)
{
  g_autoptr (GError) inner = NULL;
  gsize read = 0, written = 0;
  char *text = g_convert (bytes, (gssize)len, "UTF-8", from, &read, &written, &inner);

  if (text && strlen (text) == written)
    return text;
  if (text)
    read = (gsize)((const char *)memchr (bytes, 0, len) - bytes);
  g_free (text);
  g_set_error (error, CD_IMPORT_ERROR, CD_IMPORT_ERROR_ENCODING, "line %u: expected text in UTF-8, UTF-16 with its mark or GB 18030: %s", line_of (bytes, MIN (read, len)), inner ? inner->message : "there is a NUL in it");
  return NULL;
}

/* Text that was UTF-8 for several Chinese characters is no other encoding from some byte on, although nearly any bytes are GB 18030:
 * it is damaged there. */
static gboolean
is_damaged_utf8 (const char *text, const char *valid_to)
{
  guint wide = 0;

  for (const char *p = text; p < valid_to && wide < CERTAIN; p = g_utf8_next_char (p))
    wide += ((guchar)*p & 0xF0) == 0xE0;
  return wide >= CERTAIN;
}

char *
cd_import_text (const void *bytes, gsize len, const char **encoding, GError **error)
{
  const char *text = bytes ? bytes : ""; /* an empty GBytes has none */
  const char *ignored;
  const char **name = encoding ? encoding : &ignored;
  const char *valid_to;
  static const char mark[] = "\xEF\xBB\xBF";

  *name = NULL;
  if (len > CD_IMPORT_BYTES_MAX)
    {
      g_set_error (error, CD_IMPORT_ERROR, CD_IMPORT_ERROR_SIZE, "%" G_GSIZE_FORMAT " bytes, expected at most %d", len, CD_IMPORT_BYTES_MAX);
      return NULL;
    }
  if (len >= 2 && (memcmp (text, "\xFF\xFE", 2) == 0 || memcmp (text, "\xFE\xFF", 2) == 0))
    {
      *name = "UTF-16";
      return convert (text, len, "UTF-16", error);
    }
  *name = "UTF-8";
  if (len >= 3 && memcmp (text, mark, 3) == 0)
    {
      *name = "UTF-8 with BOM";
      text += 3;
      len -= 3;
    }
  /* g_utf8_validate_len() also refuses a NUL. */
  if (g_utf8_validate_len (text, len, &valid_to))
    return g_strndup (text, len);
  if (is_damaged_utf8 (text, valid_to))
    {
      g_set_error (error, CD_IMPORT_ERROR, CD_IMPORT_ERROR_ENCODING, "line %u: a byte that is no character, expected UTF-8 as before it", line_of (text, (gsize)(valid_to - text)));
      return NULL;
    }
  *name = "GB18030";
  return convert (text, len, "GB18030", error);
}

/* --- Cells ------------------------------------------------------------------------------------------------------------- */

/* Full-width forms as ASCII, blanks at both ends cut. Returns %FALSE when it is too long to be a number or a day. */
static gboolean
normalize (const char *text, char out[CELL_BYTES])
{
  gsize n = 0;

  for (const char *p = text; *p; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == 0x3000 || c == 0xA0)
        c = ' ';
      else if (c >= 0xFF01 && c <= 0xFF5E)
        c -= 0xFEE0;
      else if (c == 0x2014 || c == 0x2212)
        c = '-';
      if (n == 0 && (c == ' ' || c == '\t'))
        continue;
      if (n + 7 > CELL_BYTES)
        return FALSE;
      n += (gsize)g_unichar_to_utf8 (c, out + n);
    }
  while (n > 0 && (out[n - 1] == ' ' || out[n - 1] == '\t'))
    n--;
  out[n] = 0;
  return TRUE;
}

/* A unit in brackets: letters only. */
static void
cut_unit (char *text)
{
  gsize n = strlen (text);
  char *open;

  if (n < 3 || text[n - 1] != ')')
    return;
  open = strrchr (text, '(');
  if (!open || open == text || open + 1 == text + n - 1)
    return;
  for (const char *p = open + 1; p < text + n - 1; p = g_utf8_next_char (p))
    if (!g_unichar_isalpha (g_utf8_get_char (p)))
      return;
  *open = 0;
  g_strchomp (text);
}

/* "1,234,567" without its commas; %FALSE when a group has not three digits or commas stand behind the point. */
static gboolean
cut_groups (char *text)
{
  char *in = text + (*text == '-'), *out = in;
  guint digits = 0;
  gboolean grouped = FALSE, fraction = FALSE;

  for (; *in; in++)
    {
      if (*in == ',')
        {
          if (fraction || digits == 0 || digits > 3 || (grouped && digits != 3))
            return FALSE;
          grouped = TRUE;
          digits = 0;
          continue;
        }
      if (*in == '.')
        {
          if (grouped && digits != 3)
            return FALSE;
          fraction = TRUE;
        }
      else if (!fraction)
        digits++;
      *out++ = *in;
    }
  *out = 0;
  return !grouped || fraction || digits == 3;
}

/* Exports pad with zeros in front and drop the one before a point: "007", ".5". The canonical reader takes neither. */
static CdCell
parse (char *text, int scale, gint64 *out)
{
  gboolean minus = *text == '-';
  char *digits = text + minus;
  g_autofree char *canonical = NULL;

  if (!g_ascii_isdigit (*digits) && *digits != '.')
    return CD_CELL_BAD;
  while (digits[0] == '0' && g_ascii_isdigit (digits[1]))
    digits++;
  canonical = g_strconcat (digits[0] == '.' ? "0" : "", digits, NULL);
  if (!cd_decimal_parse (canonical, -1, scale, out, NULL))
    return CD_CELL_BAD;
  if (minus)
    *out = -*out;
  return CD_CELL_VALUE;
}

/* "1.000" of whole units: one of them, or a thousand as other countries part it? A table that has decimals for other reasons writes
 * other numbers of them, or parts thousands by commas. */
static gboolean
may_be_thousands (const char *cell)
{
  const char *point = strchr (cell, '.'), *digits = cell + (*cell == '-');

  return point && point > digits && point <= digits + 3 && *digits != '0' && !strchr (cell, ',') && strlen (point) == 4;
}

CdCell
cd_import_number (const char *text, int scale, gint64 *out)
{
  char cell[CELL_BYTES];

  if (!normalize (text, cell))
    return CD_CELL_BAD;
  if (*cell == 0 || g_str_equal (cell, "-") || g_str_equal (cell, "--"))
    return CD_CELL_EMPTY;
  cut_unit (cell);
  if (scale == 0 && may_be_thousands (cell))
    return CD_CELL_BAD;
  return cut_groups (cell) ? parse (cell, scale, out) : CD_CELL_BAD;
}

CdCell
cd_import_percent (const char *text, gint64 *out_bp)
{
  char cell[CELL_BYTES];
  gsize n;

  if (!normalize (text, cell))
    return CD_CELL_BAD;
  if (*cell == 0 || g_str_equal (cell, "-") || g_str_equal (cell, "--"))
    return CD_CELL_EMPTY;
  n = strlen (cell);
  if (cell[n - 1] != '%')
    return CD_CELL_BAD;
  cell[n - 1] = 0;
  return cut_groups (cell) ? parse (g_strchomp (cell), 2, out_bp) : CD_CELL_BAD;
}

/* Digits of a part of a date; 0 when there are none or too many. */
static int
part (const char **at, int max_digits)
{
  int value = 0, n = 0;

  while (g_ascii_isdigit (**at) && n < max_digits)
    {
      value = value * 10 + (**at - '0');
      (*at)++;
      n++;
    }
  return value;
}

static gboolean
skip (const char **at, const char *mark)
{
  if (!g_str_has_prefix (*at, mark))
    return FALSE;
  *at += strlen (mark);
  return TRUE;
}

CdCell
cd_import_date (const char *text, CdDate *out)
{
  char cell[CELL_BYTES];
  const char *at = cell;
  int year, month, day;
  gboolean ok;

  if (!normalize (text, cell))
    return CD_CELL_BAD;
  if (*cell == 0)
    return CD_CELL_EMPTY;
  year = part (&at, 4);
  if (at != cell + 4)
    return CD_CELL_BAD; /* 26-1-5 may be any of three days */
  if (g_ascii_isdigit (*at))
    {
      month = part (&at, 2);
      day = part (&at, 2);
      ok = at == cell + 8;
    }
  else if (skip (&at, "年"))
    {
      month = part (&at, 2);
      ok = skip (&at, "月");
      day = part (&at, 2);
      ok = ok && skip (&at, "日");
    }
  else
    {
      const char mark[2] = { *at, 0 };

      ok = (*at == '-' || *at == '/') && skip (&at, mark);
      month = part (&at, 2);
      ok = ok && skip (&at, mark);
      day = part (&at, 2);
    }
  if (!ok || *at || (*out = cd_date_from_ymd (year, month, day)) == CD_DATE_NONE)
    return CD_CELL_BAD;
  return CD_CELL_VALUE;
}
