/* cd-imports.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-imports.h"

#include "cd-paths.h"

#include <glib/gstdio.h>
#include <string.h>

static gboolean
is_sha256 (const char *text)
{
  return strlen (text) == 64 && strspn (text, "0123456789abcdef") == 64;
}

GBytes *
cd_imports_get (const char *dir, const char *sha256, GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *found = NULL;
  g_autoptr (GError) local = NULL;
  char *data;
  gsize len;

  if (!is_sha256 (sha256))
    {
      g_set_error (error, CD_STORE_ERROR, CD_STORE_ERROR_ARGUMENT, "\"%s\" is not a SHA-256 in hex", sha256);
      return NULL;
    }
  path = g_build_filename (dir, sha256, NULL);
  if (!g_file_get_contents (path, &data, &len, &local))
    {
      g_set_error (error, CD_STORE_ERROR, CD_STORE_ERROR_IMPORT, "%s: imported bytes cannot be read: %s", path, local->message);
      return NULL;
    }
  g_autoptr (GBytes) bytes = g_bytes_new_take (data, len);
  found = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  if (strcmp (found, sha256) != 0)
    {
      g_set_error (error, CD_STORE_ERROR, CD_STORE_ERROR_IMPORT, "%s: these are not the imported bytes: SHA-256 is %s", path, found);
      return NULL;
    }
  return g_steal_pointer (&bytes);
}

gboolean
cd_imports_put (const char *dir, CdJournal *journal, const char *kind, GBytes *bytes, GBytes *about, char **sha256, GError **error)
{
  g_autofree char *hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  g_autofree char *path = g_build_filename (dir, hash, NULL);
  g_autoptr (GBytes) present = NULL;
  gsize len, about_len = 0;
  const void *data = g_bytes_get_data (bytes, &len);
  const void *about_data = about != NULL ? g_bytes_get_data (about, &about_len) : NULL;

  if (strcmp (kind, CD_JOURNAL_IMPORT) != 0 && strcmp (kind, CD_JOURNAL_STATEMENT) != 0)
    {
      g_set_error (error, CD_STORE_ERROR, CD_STORE_ERROR_ARGUMENT, "kind \"%s\", expected \"import\" or \"statement\"", kind);
      return FALSE;
    }
  if (len > CD_IMPORTS_BYTES_MAX)
    {
      g_set_error (error, CD_STORE_ERROR, CD_STORE_ERROR_ARGUMENT, "import of %" G_GSIZE_FORMAT " bytes, expected at most %d", len, CD_IMPORTS_BYTES_MAX);
      return FALSE;
    }
  /* The file first: a record without its bytes would be worse than bytes without a record. A damaged file is written again. */
  present = cd_imports_get (dir, hash, NULL);
  if (present == NULL && !cd_paths_write_file (path, data, len, error))
    return FALSE;
  cd_env_probe (cd_db_env (cd_journal_db (journal)), "import.kept");
  if (cd_journal_append (journal, kind, hash, about_data, about_len, error) == 0)
    return FALSE;
  if (sha256 != NULL)
    *sha256 = g_steal_pointer (&hash);
  return TRUE;
}

typedef struct
{
  const char *dir;
  GError *error;
} Check;

static gboolean
check_record (const CdJournalRow *row, gpointer data)
{
  Check *check = data;
  g_autoptr (GBytes) bytes = NULL;

  if (strcmp (row->kind, CD_JOURNAL_IMPORT) != 0 && strcmp (row->kind, CD_JOURNAL_STATEMENT) != 0)
    return TRUE;
  bytes = cd_imports_get (check->dir, row->key, &check->error);
  if (bytes == NULL)
    g_prefix_error (&check->error, "record %" G_GINT64_FORMAT ": ", row->seq);
  return bytes != NULL;
}

gboolean
cd_imports_verify (const char *dir, CdJournal *journal, GError **error)
{
  Check check = { dir, NULL };

  if (!cd_journal_foreach (journal, 1, check_record, &check, error))
    return FALSE;
  if (check.error == NULL)
    return TRUE;
  g_propagate_error (error, check.error);
  return FALSE;
}

void
cd_imports_sweep (const char *dir)
{
  enum
  {
    HASH = 64,
    TEMPORARY = HASH + 7 /* ".XXXXXX", as GLib names them */
  };
  g_autoptr (GDir) open = g_dir_open (dir, 0, NULL);
  const char *name;

  while (open != NULL && (name = g_dir_read_name (open)) != NULL)
    {
      g_autofree char *hash = g_strndup (name, HASH);
      g_autofree char *path = NULL;

      if (strlen (name) != TEMPORARY || name[HASH] != '.' || !is_sha256 (hash))
        continue;
      path = g_build_filename (dir, name, NULL);
      g_unlink (path);
    }
}
