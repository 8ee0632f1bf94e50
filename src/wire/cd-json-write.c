/* cd-json-write.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-json.h"

struct _CdJsonWriter
{
  GString *out;
  guint64 filled; /* one bit a level: something stands in it already */
  int depth;
};

CdJsonWriter *
cd_json_writer_new (void)
{
  CdJsonWriter *self = g_new0 (CdJsonWriter, 1);

  self->out = g_string_new (NULL);
  return self;
}

void
cd_json_writer_free (CdJsonWriter *self)
{
  if (!self)
    return;
  g_string_free (self->out, TRUE);
  g_free (self);
}

static void
append_quoted (GString *out, const char *text)
{
  g_assert (g_utf8_validate (text, -1, NULL));
  g_string_append_c (out, '"');
  for (const char *p = text; *p; p++)
    switch (*p)
      {
      case '"':
        g_string_append (out, "\\\"");
        break;
      case '\\':
        g_string_append (out, "\\\\");
        break;
      case '\n':
        g_string_append (out, "\\n");
        break;
      case '\t':
        g_string_append (out, "\\t");
        break;
      case '\r':
        g_string_append (out, "\\r");
        break;
      default:
        if ((guchar)*p < 0x20)
          g_string_append_printf (out, "\\u%04x", (guint)(guchar)*p);
        else
          g_string_append_c (out, *p);
      }
  g_string_append_c (out, '"');
}

static void
begin_item (CdJsonWriter *self, const char *name)
{
  guint64 bit = G_GUINT64_CONSTANT (1) << self->depth;

  if (self->filled & bit)
    g_string_append_c (self->out, ',');
  self->filled |= bit;
  if (!name)
    return;
  append_quoted (self->out, name);
  g_string_append_c (self->out, ':');
}

static void
push (CdJsonWriter *self, const char *name, char c)
{
  begin_item (self, name);
  g_assert (self->depth < CD_JSON_DEPTH_MAX - 1);
  self->depth++;
  self->filled &= ~(G_GUINT64_CONSTANT (1) << self->depth);
  g_string_append_c (self->out, c);
}

static void
pop (CdJsonWriter *self, char c)
{
  g_assert (self->depth > 0);
  self->depth--;
  g_string_append_c (self->out, c);
}

void
cd_json_writer_begin_object (CdJsonWriter *self, const char *name)
{
  push (self, name, '{');
}

void
cd_json_writer_end_object (CdJsonWriter *self)
{
  pop (self, '}');
}

void
cd_json_writer_begin_array (CdJsonWriter *self, const char *name)
{
  push (self, name, '[');
}

void
cd_json_writer_end_array (CdJsonWriter *self)
{
  pop (self, ']');
}

void
cd_json_writer_string (CdJsonWriter *self, const char *name, const char *value)
{
  if (!value)
    {
      cd_json_writer_null (self, name);
      return;
    }
  begin_item (self, name);
  append_quoted (self->out, value);
}

void
cd_json_writer_decimal (CdJsonWriter *self, const char *name, gint64 value, int scale, int min_decimals)
{
  char buf[CD_DECIMAL_BUF];

  cd_json_writer_string (self, name, cd_decimal_print (value, scale, min_decimals, buf));
}

void
cd_json_writer_i64 (CdJsonWriter *self, const char *name, gint64 value)
{
  cd_json_writer_decimal (self, name, value, 0, 0);
}

void
cd_json_writer_int (CdJsonWriter *self, const char *name, gint64 value)
{
  begin_item (self, name);
  g_string_append_printf (self->out, "%" G_GINT64_FORMAT, value);
}

void
cd_json_writer_bool (CdJsonWriter *self, const char *name, gboolean value)
{
  begin_item (self, name);
  g_string_append (self->out, value ? "true" : "false");
}

void
cd_json_writer_null (CdJsonWriter *self, const char *name)
{
  begin_item (self, name);
  g_string_append (self->out, "null");
}

void
cd_json_writer_date (CdJsonWriter *self, const char *name, CdDate value)
{
  char buf[CD_DATE_BUF];

  cd_json_writer_string (self, name, value == CD_DATE_NONE ? NULL : cd_date_print (value, buf));
}

void
cd_json_writer_instant (CdJsonWriter *self, const char *name, gint64 at_us)
{
  char buf[CD_INSTANT_BUF];

  cd_json_writer_string (self, name, cd_instant_print (at_us, buf));
}

void
cd_json_writer_raw (CdJsonWriter *self, const char *name, const char *json)
{
  begin_item (self, name);
  g_string_append (self->out, json);
}

char *
cd_json_writer_finish (CdJsonWriter *self)
{
  GString *out = self->out;

  g_assert (self->depth == 0);
  self->out = g_string_new (NULL);
  self->filled = 0;
  return g_string_free (out, FALSE);
}
