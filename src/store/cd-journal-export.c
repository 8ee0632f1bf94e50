/* cd-journal-export.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-journal-export.h"

#include <string.h>

typedef struct
{
  CdFileWriter *out; /* (borrowed) */
  GString *line;
  gint64 n;
  GError *error;
} Export;

static void
put_escaped (GString *out, const char *text, gsize len)
{
  g_string_append_c (out, '"');
  for (gsize i = 0; i < len; i++)
    {
      guchar c = (guchar)text[i];
      if (c == '"' || c == '\\')
        g_string_append_printf (out, "\\%c", c);
      else if (c < 0x20 || c == 0x7f)
        g_string_append_printf (out, "\\u%04x", c);
      else
        g_string_append_c (out, (char)c);
    }
  g_string_append_c (out, '"');
}

static void
put_text (GString *out, const char *name, const char *text)
{
  g_string_append_printf (out, ",\"%s\":", name);
  put_escaped (out, text, strlen (text));
}

static void
put_hash (GString *out, const char *name, const guint8 hash[CD_JOURNAL_HASH_LEN])
{
  g_string_append_printf (out, ",\"%s\":\"", name);
  for (gsize i = 0; i < CD_JOURNAL_HASH_LEN; i++)
    g_string_append_printf (out, "%02x", hash[i]);
  g_string_append_c (out, '"');
}

static void
put_body (GString *out, GBytes *body)
{
  gsize len;
  const char *data = g_bytes_get_data (body, &len);

  if (len == 0 || g_utf8_validate_len (data, len, NULL))
    {
      g_string_append (out, ",\"body\":");
      put_escaped (out, data, len);
      return;
    }
  g_autofree char *base64 = g_base64_encode ((const guchar *)data, len);
  put_text (out, "body_base64", base64);
}

static gboolean
write_line (Export *export)
{
  g_string_append_c (export->line, '\n');
  gboolean ok = cd_file_writer_add (export->out, export->line->str, export->line->len, &export->error);
  g_string_truncate (export->line, 0);
  return ok;
}

static gboolean
write_row (const CdJournalRow *row, gpointer data)
{
  Export *export = data;
  GString *line = export->line;

  g_string_append_printf (line, "{\"seq\":\"%" G_GINT64_FORMAT "\",\"at_us\":\"%" G_GINT64_FORMAT "\"", row->seq, row->at_us);
  if (row->boot_us != CD_JOURNAL_NO_TIME)
    g_string_append_printf (line, ",\"boot_us\":\"%" G_GINT64_FORMAT "\"", row->boot_us);
  if (row->offset_us != CD_JOURNAL_NO_TIME)
    g_string_append_printf (line, ",\"offset_us\":\"%" G_GINT64_FORMAT "\"", row->offset_us);
  if (row->source != NULL)
    put_text (line, "source", row->source);
  put_text (line, "kind", row->kind);
  put_text (line, "key", row->key);
  put_body (line, row->body);
  put_hash (line, "prev", row->prev);
  put_hash (line, "hash", row->hash);
  g_string_append_c (line, '}');
  if (!write_line (export))
    return FALSE;
  export->n = row->seq;
  return TRUE;
}

static gboolean
write_all (Export *export, CdJournal *journal, char **why)
{
  g_autoptr (GError) bad = NULL;

  g_string_append (export->line, "{\"journal_export\":\"1\",\"records\":\"sha256 chain, see DESIGN.md\"}");
  if (!write_line (export))
    return FALSE;
  cd_journal_foreach (journal, 1, write_row, export, &bad);
  if (export->error != NULL)
    return FALSE;
  *why = bad != NULL ? g_strdup (bad->message) : NULL;
  g_string_append (export->line, "{\"end\":");
  put_escaped (export->line, *why ? *why : "complete", strlen (*why ? *why : "complete"));
  g_string_append_c (export->line, '}');
  return write_line (export);
}

gboolean
cd_journal_export_into (CdJournal *journal, CdFileWriter *out, gint64 *n, char **why, GError **error)
{
  g_autoptr (GString) line = g_string_new (NULL);
  Export export = { .out = out, .line = line };
  gboolean ok;

  *why = NULL;
  ok = write_all (&export, journal, why);
  *n = export.n;
  if (!ok)
    g_propagate_error (error, export.error);
  return ok;
}

gboolean
cd_journal_export (CdJournal *journal, const char *path, gint64 *n, char **why, GError **error)
{
  g_autoptr (CdFileWriter) out = cd_file_writer_new (cd_db_env (cd_journal_db (journal)), path, 0600, error);

  *n = 0;
  *why = NULL;
  return out != NULL && cd_journal_export_into (journal, out, n, why, error) && cd_file_writer_finish (out, error);
}
