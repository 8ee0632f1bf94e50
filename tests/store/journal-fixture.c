/* journal-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Nothing here uses the code under test: the chain is computed with GLib's SHA-256 from the rule in cd-journal.h.
 */
#include "journal-fixture.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

static void
take (GChecksum *sum, const void *data, gsize len)
{
  g_checksum_update (sum, data, (gssize)len);
}

static void
take_number (GChecksum *sum, guint64 value, gsize n)
{
  for (gsize i = n; i-- > 0;)
    {
      guint8 byte = (guint8)(value >> (8 * i));
      take (sum, &byte, 1);
    }
}

static void
take_field (GChecksum *sum, const void *data, gsize len)
{
  take_number (sum, len, 4);
  take (sum, data, len);
}

void
journal_fixture_hash (const guint8 prev[32], gint64 seq, gint64 at_us, const char *kind, const char *key, const void *body, gsize len, gint64 boot_us, gint64 offset_us, const char *source, guint8 out[32])
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize out_len = 32;

  take (sum, prev, 32);
  take_number (sum, (guint64)seq, 8);
  take_number (sum, (guint64)at_us, 8);
  take_field (sum, kind, strlen (kind));
  take_field (sum, key, strlen (key));
  take_field (sum, body, len);
  if (source != NULL)
    {
      take_number (sum, (guint64)boot_us, 8);
      take_number (sum, (guint64)offset_us, 8);
      take_field (sum, source, strlen (source));
    }
  g_checksum_get_digest (sum, out, &out_len);
}

static const char *
migration (void)
{
  g_autoptr (GBytes) bytes = g_resources_lookup_data ("/io/github/carbondesk/Carbondesk/sql/0001-journal.sql", 0, NULL);
  return g_bytes_get_data (bytes, NULL); /* of the program itself: stays */
}

static void
run (sqlite3 *raw, const char *sql)
{
  char *message = NULL;
  sqlite3_exec (raw, sql, NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
}

static sqlite3 *
open_raw (const char *path)
{
  sqlite3 *raw;
  g_assert_cmpint (sqlite3_open (path, &raw), ==, SQLITE_OK);
  run (raw, "PRAGMA synchronous = OFF");
  return raw;
}

void
journal_fixture_make_v1 (const char *path, gint64 n)
{
  sqlite3 *raw = open_raw (path);
  sqlite3_stmt *stmt;
  guint8 prev[32] = { 0 }, hash[32];

  run (raw, "PRAGMA journal_mode = WAL; BEGIN");
  run (raw, migration ());
  run (raw, "PRAGMA application_id = 0x43444a31; PRAGMA user_version = 1");
  g_assert_cmpint (sqlite3_prepare_v2 (raw, "INSERT INTO journal VALUES (?1, ?2, 'order.intent', 'PXABC', ?3, ?4, ?5)", -1, &stmt, NULL), ==, SQLITE_OK);
  for (gint64 seq = 1; seq <= n; seq++)
    {
      g_autofree char *body = g_strdup_printf ("{\"n\":\"%" G_GINT64_FORMAT "\"}", seq);
      journal_fixture_hash (prev, seq, 1000 + seq, "order.intent", "PXABC", body, strlen (body), 0, 0, NULL, hash);
      sqlite3_bind_int64 (stmt, 1, seq);
      sqlite3_bind_int64 (stmt, 2, 1000 + seq);
      sqlite3_bind_blob (stmt, 3, body, (int)strlen (body), SQLITE_TRANSIENT);
      sqlite3_bind_blob (stmt, 4, prev, 32, SQLITE_TRANSIENT);
      sqlite3_bind_blob (stmt, 5, hash, 32, SQLITE_TRANSIENT);
      g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_DONE);
      sqlite3_reset (stmt);
      memcpy (prev, hash, 32);
    }
  sqlite3_finalize (stmt);
  run (raw, "COMMIT");
  sqlite3_close (raw);
  g_chmod (path, 0600);
}

static void
edit_on (sqlite3 *raw, void (*func) (sqlite3 *raw, gpointer data), gpointer data)
{
  run (raw, "BEGIN; DROP TRIGGER journal_is_not_changed; DROP TRIGGER journal_is_not_deleted;");
  func (raw, data);
  run (raw, strstr (migration (), "CREATE TRIGGER"));
  run (raw, "COMMIT");
}

static void
run_func (sqlite3 *raw, gpointer data)
{
  run (raw, data);
}

void
journal_fixture_edit (const char *path, const char *sql)
{
  sqlite3 *raw = open_raw (path);

  edit_on (raw, run_func, (gpointer)sql);
  sqlite3_close (raw);
}

void
journal_fixture_copy (const char *from, const char *to)
{
  g_autofree char *wal = g_strconcat (to, "-wal", NULL);
  g_autofree char *bytes = NULL;
  gsize len;

  g_unlink (wal);
  g_assert_true (g_file_get_contents (from, &bytes, &len, NULL));
  g_assert_true (g_file_set_contents_full (to, bytes, (gssize)len, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
}

typedef struct
{
  gint64 from;
  const char *body;
} Rewrite;

static void
rewrite_func (sqlite3 *raw, gpointer data)
{
  const Rewrite *rewrite = data;
  sqlite3_stmt *read, *write;
  guint8 prev[32], hash[32];

  g_assert_cmpint (sqlite3_prepare_v2 (raw, "SELECT seq, at_us, kind, key, body, prev, boot_us, offset_us, source FROM journal WHERE seq >= ?1 ORDER BY seq", -1, &read, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (raw, "UPDATE journal SET body = ?2, prev = ?3, hash = ?4 WHERE seq = ?1", -1, &write, NULL), ==, SQLITE_OK);
  sqlite3_bind_int64 (read, 1, rewrite->from);
  for (gint64 seq = rewrite->from; sqlite3_step (read) == SQLITE_ROW; seq++)
    {
      gboolean first = seq == rewrite->from;
      const void *body = first ? (const void *)rewrite->body : sqlite3_column_blob (read, 4);
      gsize len = first ? strlen (rewrite->body) : (gsize)sqlite3_column_bytes (read, 4);

      if (first)
        memcpy (prev, sqlite3_column_blob (read, 5), 32);
      journal_fixture_hash (prev, seq, sqlite3_column_int64 (read, 1), (const char *)sqlite3_column_text (read, 2), (const char *)sqlite3_column_text (read, 3), body, len,
                            sqlite3_column_int64 (read, 6), sqlite3_column_type (read, 7) == SQLITE_NULL ? G_MININT64 : sqlite3_column_int64 (read, 7), (const char *)sqlite3_column_text (read, 8), hash);
      sqlite3_bind_int64 (write, 1, seq);
      sqlite3_bind_blob (write, 2, body, (int)len, SQLITE_TRANSIENT);
      sqlite3_bind_blob (write, 3, prev, 32, SQLITE_TRANSIENT);
      sqlite3_bind_blob (write, 4, hash, 32, SQLITE_TRANSIENT);
      g_assert_cmpint (sqlite3_step (write), ==, SQLITE_DONE);
      sqlite3_reset (write);
      memcpy (prev, hash, 32);
    }
  sqlite3_finalize (read);
  sqlite3_finalize (write);
}

void
journal_fixture_rewrite (const char *path, gint64 from, const char *body)
{
  Rewrite rewrite = { from, body };
  sqlite3 *raw = open_raw (path);

  edit_on (raw, rewrite_func, &rewrite);
  sqlite3_close (raw);
}
