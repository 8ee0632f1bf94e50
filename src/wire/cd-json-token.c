/* cd-json-token.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The strict half: bytes to tokens. No recursion, so depth costs no stack; numbers stay text, so nothing wraps.
 */
#include "cd-json.h"

#include <string.h>

GQuark
cd_json_error_quark (void)
{
  return g_quark_from_static_string ("cd-json-error-quark");
}

/* What may come next. */
typedef enum
{
  WANT_VALUE,
  WANT_VALUE_OR_END, /* just after '[' */
  WANT_NAME,
  WANT_NAME_OR_END, /* just after '{' */
  WANT_COMMA_OR_END,
  WANT_NOTHING, /* the root is complete */
} Want;

struct _CdJsonTokenizer
{
  const char *text;
  gsize len;
  gsize pos;
  CdJsonRules rules;
  Want want;
  int depth;
  char open[CD_JSON_DEPTH_MAX];         /* '{' or '[' */
  GHashTable *names[CD_JSON_DEPTH_MAX]; /* of the open objects, made when needed */
  GString *decoded;
  GError *fault;
};

CdJsonTokenizer *
cd_json_tokenizer_new (const char *text, gsize len, CdJsonRules rules)
{
  CdJsonTokenizer *self = g_new0 (CdJsonTokenizer, 1);

  self->text = text;
  self->len = len;
  self->rules = rules;
  self->decoded = g_string_new (NULL);
  return self;
}

void
cd_json_tokenizer_free (CdJsonTokenizer *self)
{
  if (!self)
    return;
  for (int i = 0; i < CD_JSON_DEPTH_MAX; i++)
    g_clear_pointer (&self->names[i], g_hash_table_unref);
  g_string_free (self->decoded, TRUE);
  g_clear_error (&self->fault);
  g_free (self);
}

static CdJsonTokenKind fail (CdJsonTokenizer *self, gsize at, CdJsonError code, const char *format, ...) G_GNUC_PRINTF (4, 5);

static CdJsonTokenKind
fail (CdJsonTokenizer *self, gsize at, CdJsonError code, const char *format, ...)
{
  g_autofree char *what = NULL;
  gsize line = 1, column = 1;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  for (gsize i = 0; i < at && i < self->len; i++)
    if (self->text[i] == '\n')
      {
        line++;
        column = 1;
      }
    else
      column++;
  self->fault = g_error_new (CD_JSON_ERROR, code, "byte %" G_GSIZE_FORMAT " (line %" G_GSIZE_FORMAT ", column %" G_GSIZE_FORMAT "): %s", at, line, column, what);
  return CD_JSON_TOKEN_ERROR;
}

static int
peek (const CdJsonTokenizer *self)
{
  return self->pos < self->len ? (guchar)self->text[self->pos] : -1;
}

static void
skip_blanks (CdJsonTokenizer *self)
{
  while (self->pos < self->len && strchr (" \t\r\n", self->text[self->pos]) && self->text[self->pos])
    self->pos++;
}

static gsize
skip_digits (CdJsonTokenizer *self)
{
  gsize start = self->pos;

  while (self->pos < self->len && g_ascii_isdigit (self->text[self->pos]))
    self->pos++;
  return self->pos - start;
}

static CdJsonTokenKind
read_number (CdJsonTokenizer *self)
{
  gsize start = self->pos;

  if (peek (self) == '-')
    self->pos++;
  if (peek (self) == '0')
    self->pos++;
  else if (skip_digits (self) == 0)
    return fail (self, start, CD_JSON_ERROR_SYNTAX, "expected a digit");
  if (peek (self) == '.')
    {
      self->pos++;
      if (skip_digits (self) == 0)
        return fail (self, start, CD_JSON_ERROR_SYNTAX, "expected a digit after the decimal point");
    }
  if (peek (self) == 'e' || peek (self) == 'E')
    {
      self->pos++;
      if (peek (self) == '+' || peek (self) == '-')
        self->pos++;
      if (skip_digits (self) == 0)
        return fail (self, start, CD_JSON_ERROR_SYNTAX, "expected a digit in the exponent");
    }
  return CD_JSON_TOKEN_NUMBER;
}

static gboolean
read_hex4 (CdJsonTokenizer *self, guint32 *out)
{
  guint32 value = 0;

  if (self->len - self->pos < 4)
    return FALSE;
  for (int i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (self->text[self->pos + i]);

      if (digit < 0)
        return FALSE;
      value = value << 4 | (guint32)digit;
    }
  self->pos += 4;
  *out = value;
  return TRUE;
}

/* After "\u". A lone surrogate is no character and has no UTF-8. */
static gboolean
read_unicode_escape (CdJsonTokenizer *self, gsize at)
{
  guint32 c, low;

  if (!read_hex4 (self, &c))
    return fail (self, at, CD_JSON_ERROR_SYNTAX, "expected four hexadecimal digits after \\u"), FALSE;
  if (c >= 0xd800 && c <= 0xdfff)
    {
      if (c > 0xdbff || self->len - self->pos < 6 || self->text[self->pos] != '\\' || self->text[self->pos + 1] != 'u')
        return fail (self, at, CD_JSON_ERROR_UTF8, "expected a pair of surrogates, found one alone"), FALSE;
      self->pos += 2;
      if (!read_hex4 (self, &low) || low < 0xdc00 || low > 0xdfff)
        return fail (self, at, CD_JSON_ERROR_UTF8, "expected a low surrogate after the high one"), FALSE;
      c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
    }
  if (c == 0 && self->rules == CD_JSON_RULES_HOUSE)
    return fail (self, at, CD_JSON_ERROR_CONTENT, "expected a text without U+0000"), FALSE;
  if (c == 0)
    g_string_append_len (self->decoded, "\xc0\x80", 2);
  else
    g_string_append_unichar (self->decoded, c);
  return TRUE;
}

static gboolean
read_escape (CdJsonTokenizer *self)
{
  static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
  gsize at = self->pos++;
  int c = peek (self);
  const char *found;

  self->pos++;
  if (c == 'u')
    return read_unicode_escape (self, at);
  found = c > 0 ? strchr (names, c) : NULL;
  if (!found)
    return fail (self, at, CD_JSON_ERROR_SYNTAX, "expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u"), FALSE;
  g_string_append_c (self->decoded, values[found - names]);
  return TRUE;
}

/* At the opening quote; leaves the text in @decoded and the position behind the closing quote. */
static gboolean
read_string (CdJsonTokenizer *self)
{
  gsize start = self->pos++;

  g_string_truncate (self->decoded, 0);
  for (;;)
    {
      gsize run = self->pos;
      const char *end;

      while (self->pos < self->len && (guchar)self->text[self->pos] >= 0x20 && self->text[self->pos] != '"' && self->text[self->pos] != '\\')
        self->pos++;
      if (!g_utf8_validate_len (self->text + run, self->pos - run, &end))
        return fail (self, (gsize)(end - self->text), CD_JSON_ERROR_UTF8, "expected UTF-8"), FALSE;
      g_string_append_len (self->decoded, self->text + run, (gssize)(self->pos - run));
      switch (peek (self))
        {
        case -1:
          return fail (self, start, CD_JSON_ERROR_SYNTAX, "expected the closing quote of this string"), FALSE;
        case '"':
          self->pos++;
          return TRUE;
        case '\\':
          if (!read_escape (self))
            return FALSE;
          break;
        default:
          return fail (self, self->pos, CD_JSON_ERROR_SYNTAX, "expected control characters to be escaped"), FALSE;
        }
    }
}

static CdJsonTokenKind
read_word (CdJsonTokenizer *self)
{
  static const struct
  {
    const char *word;
    CdJsonTokenKind kind;
  } words[] = { { "true", CD_JSON_TOKEN_TRUE }, { "false", CD_JSON_TOKEN_FALSE }, { "null", CD_JSON_TOKEN_NULL } };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      gsize n = strlen (words[i].word);

      if (self->len - self->pos >= n && memcmp (self->text + self->pos, words[i].word, n) == 0)
        {
          self->pos += n;
          return words[i].kind;
        }
    }
  return fail (self, self->pos, CD_JSON_ERROR_SYNTAX, "expected a value");
}

static CdJsonTokenKind
open_container (CdJsonTokenizer *self, char c)
{
  if (self->depth == CD_JSON_DEPTH_MAX)
    return fail (self, self->pos, CD_JSON_ERROR_DEPTH, "expected at most %d levels", CD_JSON_DEPTH_MAX);
  self->open[self->depth++] = c;
  self->pos++;
  self->want = c == '{' ? WANT_NAME_OR_END : WANT_VALUE_OR_END;
  return c == '{' ? CD_JSON_TOKEN_OBJECT : CD_JSON_TOKEN_ARRAY;
}

static CdJsonTokenKind
close_container (CdJsonTokenizer *self)
{
  char c = self->open[--self->depth];

  g_clear_pointer (&self->names[self->depth], g_hash_table_unref);
  self->pos++;
  self->want = self->depth ? WANT_COMMA_OR_END : WANT_NOTHING;
  return c == '{' ? CD_JSON_TOKEN_OBJECT_END : CD_JSON_TOKEN_ARRAY_END;
}

static CdJsonTokenKind
read_name (CdJsonTokenizer *self)
{
  gsize at = self->pos;
  GHashTable **names = &self->names[self->depth - 1];

  if (peek (self) != '"')
    return fail (self, at, CD_JSON_ERROR_SYNTAX, "expected the name of a member in quotes");
  if (!read_string (self))
    return CD_JSON_TOKEN_ERROR;
  if (self->rules == CD_JSON_RULES_HOUSE)
    {
      if (self->decoded->len == 0)
        return fail (self, at, CD_JSON_ERROR_CONTENT, "expected a name of at least one character");
      if (!*names)
        *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      if (!g_hash_table_add (*names, g_strdup (self->decoded->str)))
        return fail (self, at, CD_JSON_ERROR_DUPLICATE, "expected each name once, “%.60s” stands twice", self->decoded->str);
    }
  return CD_JSON_TOKEN_MEMBER;
}

static CdJsonTokenKind
read_value (CdJsonTokenizer *self)
{
  CdJsonTokenKind kind;
  int c = peek (self);

  if (c == '{' || c == '[')
    return open_container (self, (char)c);
  if (c == '"')
    kind = read_string (self) ? CD_JSON_TOKEN_STRING : CD_JSON_TOKEN_ERROR;
  else if (c == '-' || (c >= 0 && g_ascii_isdigit (c)))
    kind = read_number (self);
  else
    kind = read_word (self);
  self->want = self->depth ? WANT_COMMA_OR_END : WANT_NOTHING;
  return kind;
}

/* Moves over the comma between two items; CD_JSON_TOKEN_END means: go on and read what @want says. */
static CdJsonTokenKind
step_over_comma (CdJsonTokenizer *self)
{
  gboolean object = self->open[self->depth - 1] == '{';
  int c = peek (self);

  if (c == (object ? '}' : ']'))
    return close_container (self);
  if (c != ',')
    return fail (self, self->pos, CD_JSON_ERROR_SYNTAX, "expected “,” or “%c”", object ? '}' : ']');
  self->pos++;
  skip_blanks (self);
  self->want = object ? WANT_NAME : WANT_VALUE;
  return CD_JSON_TOKEN_END;
}

static CdJsonTokenKind
next (CdJsonTokenizer *self, gsize *start)
{
  CdJsonTokenKind kind;

  skip_blanks (self);
  *start = self->pos;
  if (self->want == WANT_NOTHING)
    return self->pos == self->len ? CD_JSON_TOKEN_END : fail (self, self->pos, CD_JSON_ERROR_SYNTAX, "expected nothing after the value");
  if (self->want == WANT_COMMA_OR_END)
    {
      kind = step_over_comma (self);
      if (kind != CD_JSON_TOKEN_END)
        return kind;
      *start = self->pos;
    }
  else if ((self->want == WANT_NAME_OR_END && peek (self) == '}') || (self->want == WANT_VALUE_OR_END && peek (self) == ']'))
    return close_container (self);
  if (self->want == WANT_VALUE || self->want == WANT_VALUE_OR_END)
    return read_value (self);
  return read_name (self);
}

/* Behind a name: the colon, so that the next call finds the value. */
static CdJsonTokenKind
step_over_colon (CdJsonTokenizer *self)
{
  skip_blanks (self);
  if (peek (self) != ':')
    return fail (self, self->pos, CD_JSON_ERROR_SYNTAX, "expected “:” after the name");
  self->pos++;
  self->want = WANT_VALUE;
  return CD_JSON_TOKEN_MEMBER;
}

CdJsonTokenKind
cd_json_tokenizer_next (CdJsonTokenizer *self, CdJsonToken *token, GError **error)
{
  gsize start = self->pos, end;
  CdJsonTokenKind kind = self->fault ? CD_JSON_TOKEN_ERROR : next (self, &start);

  end = self->pos;
  if (kind == CD_JSON_TOKEN_MEMBER)
    kind = step_over_colon (self);
  if (kind == CD_JSON_TOKEN_ERROR && error)
    g_propagate_error (error, g_error_copy (self->fault));
  memset (token, 0, sizeof *token);
  token->kind = kind;
  token->offset = start;
  if (kind == CD_JSON_TOKEN_ERROR)
    return kind;
  token->raw = self->text + start;
  token->raw_len = end - start;
  if (kind == CD_JSON_TOKEN_STRING || kind == CD_JSON_TOKEN_MEMBER)
    {
      token->text = self->decoded->str;
      token->raw++;
      token->raw_len -= 2;
    }
  return kind;
}

/* json-glib wraps what does not fit; so it is refused before. */
static gboolean
integer_fits (const CdJsonToken *token)
{
  g_autofree char *text = g_strndup (token->raw, token->raw_len);
  gint64 value;

  if (strpbrk (text, ".eE"))
    return TRUE;
  return g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, &value, NULL);
}

static gboolean
is_value (CdJsonTokenKind kind)
{
  return kind != CD_JSON_TOKEN_MEMBER && kind != CD_JSON_TOKEN_OBJECT_END && kind != CD_JSON_TOKEN_ARRAY_END;
}

/* What the house asks beyond RFC 8259 of a token that is well formed. */
static gboolean
check_house (CdJsonTokenizer *self, const CdJsonToken *token, guint *values, GError **error)
{
  if (is_value (token->kind) && ++*values > CD_JSON_VALUES_MAX)
    fail (self, token->offset, CD_JSON_ERROR_SIZE, "expected at most %d values", CD_JSON_VALUES_MAX);
  else if (token->kind == CD_JSON_TOKEN_NUMBER && !integer_fits (token))
    fail (self, token->offset, CD_JSON_ERROR_CONTENT, "expected an integer of 64 bits");
  else
    return TRUE;
  g_propagate_error (error, g_error_copy (self->fault));
  return FALSE;
}

gboolean
cd_json_check (const char *text, gssize len, gsize max_bytes, CdJsonRules rules, GError **error)
{
  gsize n = len < 0 ? strlen (text) : (gsize)len;
  gsize cap = max_bytes ? max_bytes : CD_JSON_SIZE_MAX;
  g_autoptr (CdJsonTokenizer) tokenizer = NULL;
  CdJsonToken token;
  guint values = 0;

  if (n > cap)
    {
      g_set_error (error, CD_JSON_ERROR, CD_JSON_ERROR_SIZE, "%" G_GSIZE_FORMAT " bytes: expected at most %" G_GSIZE_FORMAT, n, cap);
      return FALSE;
    }
  tokenizer = cd_json_tokenizer_new (text, n, rules);
  for (;;)
    switch (cd_json_tokenizer_next (tokenizer, &token, error))
      {
      case CD_JSON_TOKEN_END:
        return TRUE;
      case CD_JSON_TOKEN_ERROR:
        return FALSE;
      default:
        if (rules == CD_JSON_RULES_HOUSE && !check_house (tokenizer, &token, &values, error))
          return FALSE;
        break;
      }
}
