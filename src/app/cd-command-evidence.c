/* cd-command-evidence.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * export evidence, verify evidence: a journal as lines of text that can be handed out: every record with its hash, and a signed head of
 * that moment behind them. Whoever holds the file, and the public key from another hand, needs neither the profile nor this program to check it;
 * the rule stands in store/cd-journal.h.
 */
#include "cd-command-statement-private.h"

#include <string.h>

#include "cd-head.h"
#include "cd-journal-export.h"

#define EVIDENCE_LINE_MAX (2 * CD_JOURNAL_BODY_MAX)

/* --- Handing it out -------------------------------------------------------------------------------------------------------------- */

/* A head of this moment, after the journal was found to hold what the last one says. (transfer full) (nullable) */
static char *
sign_now (CdCommandIo *io, CdPaths *paths, CdJournal *journal)
{
  const char *path = cd_paths_journal_file (paths);
  g_autoptr (GError) error = NULL;
  g_autoptr (CdSigner) signer = NULL;
  CdHead before = { 0 };
  CdJournalAnchor head;

  if (cd_head_read (path, NULL, NULL, &before, &error) && cd_journal_verify_tail (journal, 0, &before.anchor, &error))
    signer = cd_signer_open (path, &error);
  if (signer)
    {
      cd_journal_head (journal, &head);
      return cd_signer_sign (signer, &head, cd_env_real_us (cd_command_env (io)));
    }
  cd_command_no (io, path, NULL, "%s: nothing was written", error->message);
  return NULL;
}

static CdCommandStatus
write_evidence (CdCommandIo *io, const CdCommandArgs *args, CdPaths *paths, CdJournal *journal)
{
  g_autofree char *head = sign_now (io, paths, journal);
  g_autofree char *why = NULL;
  g_autoptr (CdFileWriter) out = NULL;
  g_autoptr (GError) error = NULL;
  CdJsonWriter *json = cd_command_json (io);
  gint64 n = 0;
  gboolean ok;

  if (!head || !cd_command_check_output (io, args->output))
    return CD_COMMAND_NO;
  out = cd_file_writer_new (cd_command_env (io), args->output, 0600, &error);
  ok = out && cd_journal_export_into (journal, out, &n, &why, &error);
  if (why)
    return cd_command_no (io, cd_paths_journal_file (paths), NULL, "%s: nothing was written", why);
  ok = ok && cd_file_writer_add (out, head, strlen (head), &error) && cd_file_writer_add (out, "\n", 1, &error) && cd_file_writer_finish (out, &error);
  if (!ok)
    {
      cd_command_write_failed (io, args->output, error);
      return CD_COMMAND_NO;
    }
  cd_command_print (io, "%s: %" G_GINT64_FORMAT " records, and a signed head\n", args->output, n);
  if (json)
    {
      cd_json_writer_string (json, "file", args->output);
      cd_json_writer_int (json, "records", n);
    }
  return CD_COMMAND_DONE;
}

CdCommandStatus
cd_command_export_evidence (CdCommandIo *io, const CdCommandArgs *args)
{
  CdCommandStatus status;
  g_autoptr (GError) error = NULL;
  g_autoptr (CdPaths) paths = cd_command_profile (io, args->profile, FALSE, &status);
  g_autoptr (CdJournal) journal = NULL;

  if (!paths)
    return status;
  journal = cd_journal_open_read_only (cd_command_env (io), cd_paths_journal_file (paths), &error);
  if (!journal)
    return cd_command_no (io, cd_paths_journal_file (paths), NULL, "%s", error->message);
  return write_evidence (io, args, paths, journal);
}

/* --- Checking it ------------------------------------------------------------------------------------------------------------------ */

typedef struct
{
  CdCommandIo *io;
  const char *shown;
  char *public_pem; /* (nullable) */
  guint8 prev[CD_JOURNAL_HASH_LEN];
  GByteArray *hashes; /* of every record */
  gint64 records;
  gint64 head_seq;
  char key_id[CD_HEAD_KEY_ID_BUF];
  gboolean begun, ended;
} Evidence;

static gboolean
bad (Evidence *e, guint line, const char *message)
{
  g_autofree char *place = e->ended ? g_strdup_printf ("line %u", line) : g_strdup_printf ("line %u, record %" G_GINT64_FORMAT, line, e->records + 1);

  cd_command_no (e->io, e->shown, place, "%s", message);
  return FALSE;
}

static gboolean
read_hash (const CdJson *root, const char *name, guint8 out[CD_JOURNAL_HASH_LEN], CdJsonFaults *faults)
{
  const char *text = NULL;

  if (!cd_json_get_string (root, name, &text, faults))
    return FALSE;
  if (strlen (text) != 2 * CD_JOURNAL_HASH_LEN || strspn (text, "0123456789abcdef") != 2 * CD_JOURNAL_HASH_LEN)
    {
      cd_json_fault (faults, root, name, "syntax", "expected 64 hex digits");
      return FALSE;
    }
  for (guint i = 0; i < CD_JOURNAL_HASH_LEN; i++)
    out[i] = (guint8)(g_ascii_xdigit_value (text[2 * i]) * 16 + g_ascii_xdigit_value (text[2 * i + 1]));
  return TRUE;
}

static GBytes *
read_body (const CdJson *root, CdJsonFaults *faults)
{
  const char *text = NULL;
  gsize len;

  if (!cd_json_present (root, "body_base64"))
    return cd_json_get_string (root, "body", &text, faults) ? g_bytes_new (text, strlen (text)) : NULL;
  if (!cd_json_get_string (root, "body_base64", &text, faults))
    return NULL;
  {
    guchar *data = g_base64_decode (text, &len);

    return g_bytes_new_take (data, len);
  }
}

/* Strings stay those of the document. */
static gboolean
read_record (const CdJson *root, CdJournalRow *row, CdJsonFaults *faults)
{
  row->boot_us = row->offset_us = CD_JOURNAL_NO_TIME;
  cd_json_get_i64 (root, "seq", &row->seq, faults);
  cd_json_get_i64 (root, "at_us", &row->at_us, faults);
  if (cd_json_present (root, "boot_us"))
    cd_json_get_i64 (root, "boot_us", &row->boot_us, faults);
  if (cd_json_present (root, "offset_us"))
    cd_json_get_i64 (root, "offset_us", &row->offset_us, faults);
  if (cd_json_present (root, "source"))
    cd_json_get_string (root, "source", (const char **)&row->source, faults);
  cd_json_get_string (root, "kind", (const char **)&row->kind, faults);
  cd_json_get_string (root, "key", (const char **)&row->key, faults);
  read_hash (root, "prev", row->prev, faults);
  read_hash (root, "hash", row->hash, faults);
  row->body = read_body (root, faults);
  cd_json_only_members (root, faults, "seq", "at_us", "boot_us", "offset_us", "source", "kind", "key", "body", "body_base64", "prev", "hash", NULL);
  return cd_json_faults_count (faults) == 0;
}

static gboolean
take_record (Evidence *e, guint line, const CdJson *root)
{
  g_autoptr (CdJsonFaults) faults = cd_json_faults_new ();
  g_autoptr (GError) error = NULL;
  CdJournalRow row = { 0 };
  guint8 hash[CD_JOURNAL_HASH_LEN];
  gboolean ok = read_record (root, &row, faults);

  if (!ok)
    {
      cd_json_faults_to_error (faults, &error);
      g_clear_pointer (&row.body, g_bytes_unref);
      return bad (e, line, error->message);
    }
  cd_journal_row_hash (e->prev, &row, hash);
  g_bytes_unref (row.body);
  if (row.seq != e->records + 1)
    return bad (e, line, "expected the next number");
  if (memcmp (row.prev, e->prev, sizeof hash) != 0)
    return bad (e, line, "does not follow the record before it");
  if (memcmp (row.hash, hash, sizeof hash) != 0)
    return bad (e, line, "its hash is not that of its contents");
  memcpy (e->prev, hash, sizeof hash);
  g_byte_array_append (e->hashes, hash, sizeof hash);
  e->records++;
  return TRUE;
}

static gboolean
take_head (Evidence *e, guint line, const char *text)
{
  g_autoptr (GError) error = NULL;
  CdHead head;

  if (!cd_head_parse (text, e->public_pem, &head, &error))
    return bad (e, line, error->message);
  if (head.anchor.seq > e->records)
    return bad (e, line, "the signed head knows of records that are not here: the end was cut off");
  if (head.anchor.seq > 0 && memcmp (e->hashes->data + (head.anchor.seq - 1) * CD_JOURNAL_HASH_LEN, head.anchor.hash, CD_JOURNAL_HASH_LEN) != 0)
    return bad (e, line, "the signed head has another hash for its record: the records were written anew");
  e->head_seq = head.anchor.seq;
  g_strlcpy (e->key_id, head.key_id, sizeof e->key_id);
  return TRUE;
}

static gboolean
take_line (Evidence *e, guint line, const char *text, gsize len)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *copy = g_strndup (text, len);
  g_autoptr (CdJsonDoc) doc = cd_json_parse (text, (gssize)len, EVIDENCE_LINE_MAX, &error);
  const char *end = NULL;
  CdJson root;

  if (!doc)
    return bad (e, line, error->message);
  root = cd_json_root (doc);
  if (!e->begun)
    {
      e->begun = cd_json_present (&root, "journal_export");
      return e->begun || bad (e, line, "expected an exported journal: {\"journal_export\":\"1\",…}");
    }
  if (e->head_seq > 0)
    return bad (e, line, "expected nothing behind the signed head");
  if (e->ended)
    return cd_json_present (&root, "journal_head") ? take_head (e, line, copy) : bad (e, line, "expected the signed head, or nothing");
  if (!cd_json_present (&root, "end"))
    return take_record (e, line, &root);
  e->ended = cd_json_get_string (&root, "end", &end, NULL) && g_str_equal (end, "complete");
  return e->ended || bad (e, line, end ? end : "expected {\"end\":\"complete\"}");
}

static gboolean
take_all (Evidence *e, GBytes *bytes)
{
  gsize len, at = 0;
  const char *data = g_bytes_get_data (bytes, &len);
  guint line = 1;

  for (; at < len; line++)
    {
      const char *feed = memchr (data + at, '\n', len - at);

      if (!feed)
        return bad (e, line, "the last line has no end: the file was cut");
      if (!take_line (e, line, data + at, (gsize)(feed - data) - at))
        return FALSE;
      at = (gsize)(feed - data) + 1;
    }
  return e->ended || bad (e, line, "expected {\"end\":\"complete\"}: the file was cut");
}

static gboolean
read_key (Evidence *e, const char *path)
{
  g_autoptr (GError) error = NULL;

  if (!path || g_file_get_contents (path, &e->public_pem, NULL, &error))
    return TRUE;
  cd_command_no (e->io, path, NULL, "%s", error->message);
  return FALSE;
}

CdCommandStatus
cd_command_verify_evidence (CdCommandIo *io, const CdCommandArgs *args)
{
  g_autofree char *shown = g_filename_display_name (args->files[0]);
  g_autoptr (GBytes) bytes = cd_command_read_settled (io, args->files[0], CD_COMMAND_RECORDING_MAX);
  Evidence e = { .io = io, .shown = shown, .hashes = g_byte_array_new () };
  CdJsonWriter *json = cd_command_json (io);
  gboolean ok = bytes && read_key (&e, args->key) && take_all (&e, bytes);

  if (ok && args->key && e.head_seq == 0)
    ok = bad (&e, 0, "no signed head in it, expected one that the key has signed");
  if (ok)
    cd_command_print (io, "%s: %" G_GINT64_FORMAT " records, unbroken; %s\n", shown, e.records,
                      e.head_seq == 0 ? "no signed head" : args->key ? "as the signed head says"
                                                                     : "as its head says, whose signature was not checked (--key)");
  if (json)
    {
      cd_json_writer_string (json, "file", shown);
      cd_json_writer_int (json, "records", e.records);
      cd_json_writer_int (json, "head_seq", e.head_seq);
      cd_json_writer_string (json, "head_key", *e.key_id ? e.key_id : NULL);
      cd_json_writer_bool (json, "signature_checked", ok && args->key);
    }
  g_byte_array_unref (e.hashes);
  g_free (e.public_pem);
  return ok ? CD_COMMAND_DONE : CD_COMMAND_NO;
}
