/* cd-num-typed.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Numbers as people type them (reliability E1). The same keystrokes never mean two numbers: what can be read in two ways is
 * refused with both readings.
 */
#include "cd-num.h"

#include <string.h>

#define TYPED_MAX 40

#define NBSP "\xc2\xa0"
#define NNBSP "\xe2\x80\xaf"

static const CdNumberStyle styles[] = {
  { "en", ".", { "," }, FALSE, '0' },
  { "zh", ".", { "," }, FALSE, '0' },
  { "ko", ".", { "," }, FALSE, '0' },
  { "ja", ".", { "," }, FALSE, '0' },
  { "en_IN", ".", { "," }, TRUE, '0' },
  { "hi_IN", ".", { "," }, TRUE, '0' },
  { "de", ",", { "." }, FALSE, '0' },
  { "es", ",", { "." }, FALSE, '0' },
  { "it", ",", { "." }, FALSE, '0' },
  { "nl", ",", { "." }, FALSE, '0' },
  { "fr", ",", { " ", NBSP, NNBSP }, FALSE, '0' },
  { "pl", ",", { " ", NBSP, NNBSP }, FALSE, '0' },
  { "de_CH", ".", { "'", "’" }, FALSE, '0' },
  { "ar", ".", { "," }, FALSE, 0x0660 },
};

const CdNumberStyle *
cd_number_style_for_locale (const char *locale)
{
  const CdNumberStyle *best = &styles[0];
  gsize best_len = 0;

  for (gsize i = 0; locale && i < G_N_ELEMENTS (styles); i++)
    {
      gsize len = strlen (styles[i].locale);

      if (len > best_len && g_str_has_prefix (locale, styles[i].locale) && (locale[len] == 0 || strchr ("_.@", locale[len])))
        {
          best = &styles[i];
          best_len = len;
        }
    }
  return best;
}

static gboolean
refuse (GError **error, CdNumError code, const char *format, ...) G_GNUC_PRINTF (3, 4);
static gboolean
refuse (GError **error, CdNumError code, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  if (error)
    *error = g_error_new_valist (CD_NUM_ERROR, (int)code, format, args);
  va_end (args);
  return FALSE;
}

/* Cuts blanks at both ends; tabs and no-break spaces are what spreadsheets leave behind. */
static char *
trim (const char *text)
{
  const char *end = text + strlen (text);

  for (;;)
    {
      if (*text == ' ' || *text == '\t')
        text++;
      else if (g_str_has_prefix (text, NBSP))
        text += strlen (NBSP);
      else
        break;
    }
  for (;;)
    {
      if (end > text && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
      else if (end - text >= 2 && memcmp (end - 2, NBSP, 2) == 0)
        end -= 2;
      else
        break;
    }
  return g_strndup (text, (gsize)(end - text));
}

/* Digits of the locale to ASCII; a mix of both scripts is no number. */
static char *
to_ascii (const char *text, const CdNumberStyle *style, GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL);
  gboolean ascii = FALSE, local = FALSE;

  for (const char *p = text; *p; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c >= 0xff10 && c <= 0xff19)
        {
          refuse (error, CD_NUM_ERROR_SYNTAX, "“%s”: full-width digits; expected ASCII digits 0–9", text);
          return NULL;
        }
      if (g_unichar_type (c) == G_UNICODE_FORMAT || (g_unichar_iscntrl (c)))
        {
          refuse (error, CD_NUM_ERROR_SYNTAX, "a hidden character U+%04X stands in the number; type it again", c);
          return NULL;
        }
      if (style->zero != '0' && c >= style->zero && c <= style->zero + 9)
        {
          local = TRUE;
          g_string_append_c (out, (char)('0' + (c - style->zero)));
        }
      else
        {
          ascii |= g_unichar_isdigit (c);
          g_string_append_unichar (out, c);
        }
    }
  if (ascii && local)
    {
      refuse (error, CD_NUM_ERROR_SYNTAX, "“%s”: digits of two scripts in one number", text);
      return NULL;
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static const char *
group_at (const char *p, const CdNumberStyle *style)
{
  for (int i = 0; style->groups[i]; i++)
    if (g_str_has_prefix (p, style->groups[i]))
      return style->groups[i];
  return NULL;
}

/* Checks groups from the right of the integer part: 3, then 3 (or 2 in India), one separator throughout. */
static gboolean
read_integer (const char *text, gsize len, const CdNumberStyle *style, GString *digits, guint *groups, gboolean *groups_right)
{
  gsize sizes[TYPED_MAX + 1];
  guint n = 0;
  const char *separator = NULL;
  gsize run = 0;

  *groups_right = TRUE;
  for (const char *p = text; p < text + len;)
    {
      const char *group = group_at (p, style);

      if (g_ascii_isdigit (*p))
        {
          g_string_append_c (digits, *p++);
          run++;
        }
      else if (group)
        {
          if (separator && !g_str_equal (separator, group))
            *groups_right = FALSE;
          separator = group;
          sizes[n++] = run;
          run = 0;
          p += strlen (group);
        }
      else
        return FALSE;
    }
  *groups = n;
  if (n == 0)
    return digits->len > 0;
  sizes[n] = run;
  /* A number that is long enough to be grouped does not begin with nought. */
  if (digits->str[0] == '0')
    *groups_right = FALSE;
  for (guint i = 0; i <= n; i++)
    {
      gsize want = i == n || !style->indian_groups ? 3 : 2;

      if (i == 0 ? sizes[0] == 0 || sizes[0] > want : sizes[i] != want)
        *groups_right = FALSE;
    }
  return digits->len > 0;
}

static gboolean
ambiguous (GError **error, const char *text, const char *a, const char *b)
{
  return refuse (error, CD_NUM_ERROR_AMBIGUOUS, "“%s” can be read as %s or as %s; type it without separators", text, a, b);
}

/* "8,41" where the comma groups, "1,000" where it is the decimal mark: shows both readings. */
static gboolean
check_ambiguous (const char *text, const CdNumberStyle *style, int scale, GError **error)
{
  const char *mark = strpbrk (text, ",.");
  const char *other = style->decimal[0] == '.' ? "," : ".";
  g_autofree char *joined = NULL;
  g_autofree char *pointed = NULL;
  gsize after;

  if (!mark || strpbrk (mark + 1, ",. '") || mark == text)
    return TRUE;
  after = strlen (mark + 1);
  joined = g_strdup_printf ("%.*s%s", (int)(mark - text), text, mark + 1);
  pointed = g_strdup_printf ("%.*s.%s", (int)(mark - text), text, mark + 1);
  /* Nobody groups a nought: 0,500 is somebody else's half. */
  if (mark[0] == other[0] && (after != 3 || text[0] == '0'))
    return ambiguous (error, text, pointed, joined);
  /* Where the comma is the decimal mark, three digits after either sign look like a group of somebody else's. */
  if (style->decimal[0] == ',' && after == 3)
    return ambiguous (error, text, pointed, joined);
  if (scale == 0 && style->decimal[0] == ',' && mark[0] == ',')
    return ambiguous (error, text, pointed, joined);
  return TRUE;
}

gboolean
cd_number_parse_typed (const char *typed, const CdNumberStyle *style, int scale, gint64 *out, GError **error)
{
  g_autofree char *trimmed = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GString) digits = g_string_new (NULL);
  const char *decimal;
  const char *body;
  gboolean groups_right;
  guint groups;

  if (strlen (typed) > 4 * TYPED_MAX || !g_utf8_validate (typed, -1, NULL))
    return refuse (error, CD_NUM_ERROR_SYNTAX, "expected a number of at most %d characters", TYPED_MAX);
  trimmed = trim (typed);
  if (g_utf8_strlen (trimmed, -1) > TYPED_MAX)
    return refuse (error, CD_NUM_ERROR_SYNTAX, "expected a number of at most %d characters", TYPED_MAX);
  text = to_ascii (trimmed, style, error);
  if (!text)
    return FALSE;
  body = *text == '-' ? text + 1 : text;
  if (*body == 0)
    return refuse (error, CD_NUM_ERROR_SYNTAX, "expected a number");
  if (!check_ambiguous (body, style, scale, error))
    return FALSE;
  if (*text == '-')
    g_string_append_c (digits, '-');
  decimal = strstr (body, style->decimal);
  {
    g_autoptr (GString) whole = g_string_new (NULL);
    gsize len = decimal ? (gsize)(decimal - body) : strlen (body);
    const char *cut;

    if (!read_integer (body, len, style, whole, &groups, &groups_right) || !groups_right)
      return refuse (error, CD_NUM_ERROR_SYNTAX, "“%s”: expected digits%s", text, scale ? " and one decimal mark" : " only");
    for (cut = whole->str; cut[0] == '0' && cut[1]; cut++)
      ;
    g_string_append (digits, cut);
  }
  if (decimal)
    {
      const char *part = decimal + strlen (style->decimal);

      if (*part == 0 || strspn (part, "0123456789") != strlen (part))
        return refuse (error, CD_NUM_ERROR_SYNTAX, "“%s”: expected digits after the decimal mark", text);
      if ((int)strlen (part) > scale)
        return refuse (error, CD_NUM_ERROR_SCALE, scale ? "“%s”: expected at most %d decimals" : "“%s”: expected a whole number", text, scale);
      g_string_append_printf (digits, ".%s", part);
    }
  /* Nought has no sign, however many decimals it is typed with. */
  if (digits->str[0] == '-' && strspn (digits->str + 1, "0.") == digits->len - 1)
    g_string_erase (digits, 0, 1);
  return cd_decimal_parse (digits->str, -1, scale, out, error);
}
