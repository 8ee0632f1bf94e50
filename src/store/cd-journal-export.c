/* cd-journal-export.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-journal-export.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  GOutputStream *out; /* (borrowed) */
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
  gboolean ok = g_output_stream_write_all (export->out, export->line->str, export->line->len, NULL, NULL, &export->error);
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
cd_journal_export (CdJournal *journal, const char *path, gint64 *n, char **why, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileOutputStream) raw = NULL;
  g_autoptr (GOutputStream) out = NULL;
  g_autoptr (GString) line = g_string_new (NULL);
  g_autoptr (GCancellable) undo = g_cancellable_new ();
  Export export = { .line = line };
  gboolean ok;

  *n = 0;
  *why = NULL;
  raw = g_file_replace (file, NULL, FALSE, G_FILE_CREATE_PRIVATE | G_FILE_CREATE_REPLACE_DESTINATION, NULL, error);
  if (raw == NULL)
    return FALSE;
  out = g_buffered_output_stream_new (G_OUTPUT_STREAM (raw));
  export.out = out;
  ok = write_all (&export, journal, why);
  /* Closing gives the file its name; a cancelled close leaves the old one. */
  if (!ok)
    g_cancellable_cancel (undo);
  if (!g_output_stream_close (out, undo, export.error == NULL ? &export.error : NULL))
    ok = FALSE;
  *n = export.n;
  if (!ok)
    g_propagate_error (error, export.error);
  return ok;
}
