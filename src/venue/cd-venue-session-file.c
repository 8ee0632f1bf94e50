/* cd-venue-session-file.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-venue-session-file.h"

#include <string.h>

#include "cd-id.h"
#include "cd-json.h"
#include "cd-venue-db.h"

#define FILE_MAX (64 * 1024 * 1024)
#define FORMAT "carbondesk-session/1"

GQuark
cd_venue_session_file_error_quark (void)
{
  return g_quark_from_static_string ("cd-venue-session-file-error-quark");
}

static void
entry_free (gpointer data)
{
  CdVenueSessionEntry *entry = data;

  g_free (entry->person);
  g_clear_pointer (&entry->command, cd_wire_command_free);
  g_free (entry);
}

void
cd_venue_session_file_free (CdVenueSessionFile *file)
{
  if (!file)
    return;
  g_free (file->path);
  g_free (file->sha256);
  g_free (file->packs);
  g_free (file->scenario);
  g_free (file->market_time);
  g_ptr_array_unref (file->entries);
  g_free (file);
}

char *
cd_venue_session_file_key (const CdVenueSessionFile *file, guint line)
{
  g_autofree char *text = g_strdup_printf ("%s %u", file->sha256, line);
  g_autofree char *hex = cd_sha256_hex (text, strlen (text));
  guint8 bytes[16];
  char key[CD_KEY_BUF];

  for (gsize i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8)(g_ascii_xdigit_value (hex[2 * i]) << 4 | g_ascii_xdigit_value (hex[2 * i + 1]));
  return g_strdup (cd_key_make (CD_KEY_PRACTICE, bytes, key));
}

char *
cd_venue_session_file_place (const CdVenueSessionFile *file, guint line)
{
  return file->packs ? g_strdup_printf ("%s: command %u", file->path, line) : g_strdup_printf ("%s:%u", file->path, line);
}

/* --- Text ------------------------------------------------------------------------------------------------------------- */

static void
read_head (CdVenueSessionFile *file, const CdJson *root, CdJsonFaults *faults)
{
  const char *text;

  cd_json_only_members (root, faults, "format", "scenario", "market_time", "seed", "participants", NULL);
  if (cd_json_get_string (root, "format", &text, faults) && strcmp (text, FORMAT) != 0)
    cd_json_fault (faults, root, "format", "word", "expected \"" FORMAT "\"");
  if (cd_json_present (root, "scenario") && cd_json_get_string (root, "scenario", &text, faults))
    file->scenario = g_strdup (text);
  if (cd_json_present (root, "market_time") && cd_json_get_string (root, "market_time", &text, faults))
    file->market_time = g_strdup (text);
  if (cd_json_present (root, "seed") && cd_json_get_i64 (root, "seed", &file->seed, faults) && file->seed < 0)
    cd_json_fault (faults, root, "seed", "range", "expected a whole number from 0");
  if (!cd_json_present (root, "participants") || !cd_json_get_string (root, "participants", &text, faults))
    return;
  if (strcmp (text, "on") != 0 && strcmp (text, "off") != 0)
    cd_json_fault (faults, root, "participants", "word", "expected on or off");
  file->quiet = strcmp (text, "off") == 0;
}

static const CdVenueSessionEntry *
entry_of_line (const CdVenueSessionFile *file, gint64 line)
{
  for (guint i = 0; i < file->entries->len; i++)
    if (((CdVenueSessionEntry *)g_ptr_array_index (file->entries, i))->line == line)
      return g_ptr_array_index (file->entries, i);
  return NULL;
}

static void
read_withdrawal (CdVenueSessionFile *file, CdVenueSessionEntry *entry, const char *party, const CdJson *root, CdJsonFaults *faults)
{
  g_autofree char *key = cd_venue_session_file_key (file, entry->line);
  const CdVenueSessionEntry *order;
  gint64 line;

  cd_json_only_members (root, faults, "at", "party", "withdraws", NULL);
  if (!cd_json_get_int (root, "withdraws", 2, G_MAXINT, &line, faults))
    return;
  order = entry_of_line (file, line);
  if (!order || *order->person || order->withdraws || strcmp (order->command->account, party) != 0)
    cd_json_fault (faults, root, "withdraws", "reference", "expected an earlier line with an order of the same party");
  entry->withdraws = (guint)line;
  entry->command = cd_wire_command_new (CD_WIRE_OP_ORDER_CANCEL, key, party, 0, "");
}

static void
read_order (CdVenueSessionFile *file, CdVenueSessionEntry *entry, const char *party, const CdJson *root, CdJsonFaults *faults)
{
  g_autofree char *key = cd_venue_session_file_key (file, entry->line);
  CdWireBody body = { .op = CD_WIRE_OP_ORDER_NEW, .by = (char *)"market" };
  const char *instrument, *side, *kind;
  g_autofree char *text = NULL;

  cd_json_only_members (root, faults, "at", "party", "instrument", "side", "kind", "price", "qty", NULL);
  if (!cd_json_get_string (root, "instrument", &instrument, faults) || !cd_json_get_string (root, "side", &side, faults) || !cd_json_get_string (root, "kind", &kind, faults) || !cd_json_get_decimal (root, "price", 4, &body.price_e4, faults) || !cd_json_get_i64 (root, "qty", &body.qty, faults))
    return;
  if (!cd_ident_valid (instrument))
    cd_json_fault (faults, root, "instrument", "syntax", "expected the code of an instrument");
  if (!cd_side_parse (side, &body.side))
    cd_json_fault (faults, root, "side", "word", "expected buy or sell");
  if (!cd_order_kind_parse (kind, &body.kind))
    cd_json_fault (faults, root, "kind", "word", "expected list, pick, limit or block");
  if (body.price_e4 <= 0)
    cd_json_fault (faults, root, "price", "range", "expected more than 0");
  if (body.qty <= 0)
    cd_json_fault (faults, root, "qty", "range", "expected more than 0");
  if (cd_json_faults_count (faults) > 0)
    return;
  body.instrument = (char *)instrument;
  text = cd_wire_body_print (&body);
  entry->command = cd_wire_command_new (CD_WIRE_OP_ORDER_NEW, key, party, 0, text);
}

/* What a person sent is the frame itself with two members more. */
static void
read_command (CdVenueSessionEntry *entry, const char *text, gsize len, const CdJson *root, CdJsonFaults *faults)
{
  g_autoptr (CdWireCommand) command = NULL;
  g_autoptr (GError) error = NULL;
  const char *person;

  if (!cd_json_get_string (root, "person", &person, faults))
    return;
  if (!cd_ident_valid (person))
    cd_json_fault (faults, root, "person", "syntax", "expected the id of a person");
  command = cd_wire_command_parse (text, len, &error);
  if (!command)
    {
      cd_json_fault (faults, root, NULL, "content", "expected a command: %s", error->message);
      return;
    }
  g_free (entry->person);
  entry->person = g_strdup (person);
  entry->command = cd_wire_command_new (command->op, command->key, command->account, 0, command->body);
}

static void
read_entry (CdVenueSessionFile *file, const char *text, gsize len, guint line, const CdJson *root, CdJsonFaults *faults)
{
  const CdVenueSessionEntry *last = file->entries->len > 0 ? g_ptr_array_index (file->entries, file->entries->len - 1) : NULL;
  CdVenueSessionEntry *entry = g_new0 (CdVenueSessionEntry, 1);
  const char *party;

  entry->line = line;
  entry->person = g_strdup ("");
  if (cd_json_get_instant (root, "at", &entry->at_us, faults) && last && entry->at_us < last->at_us)
    cd_json_fault (faults, root, "at", "order", "expected no time before that of line %u", last->line);
  if (cd_json_present (root, "person"))
    read_command (entry, text, len, root, faults);
  else if (cd_json_get_string (root, "party", &party, faults))
    {
      if (!cd_ident_valid (party))
        cd_json_fault (faults, root, "party", "syntax", "expected the account of a participant");
      else if (cd_json_present (root, "withdraws"))
        read_withdrawal (file, entry, party, root, faults);
      else
        read_order (file, entry, party, root, faults);
    }
  g_ptr_array_add (file->entries, entry);
}

static gboolean
read_line (CdVenueSessionFile *file, const char *text, gsize len, guint line, GError **error)
{
  g_autoptr (CdJsonFaults) faults = cd_json_faults_new ();
  g_autoptr (CdJsonDoc) doc = cd_json_parse (text, (gssize)len, CD_WIRE_COMMAND_MAX, error);
  CdJson root;

  if (doc)
    {
      root = cd_json_root (doc);
      if (!cd_json_is_object (&root))
        cd_json_fault (faults, &root, NULL, "type", "expected an object");
      else if (line == 1)
        read_head (file, &root, faults);
      else
        read_entry (file, text, len, line, &root, faults);
      if (cd_json_faults_to_error (faults, error))
        return TRUE;
    }
  g_prefix_error (error, "%s:%u: ", file->path, line);
  return FALSE;
}

static gboolean
read_text (CdVenueSessionFile *file, const char *text, gsize len, GError **error)
{
  guint line = 0;

  file->sha256 = cd_sha256_hex (text, len);
  for (gsize from = 0; from < len;)
    {
      const char *end = memchr (text + from, '\n', len - from);
      gsize n = end ? (gsize)(end - text) - from : len - from;

      line++;
      if (!read_line (file, text + from, n, line, error))
        return FALSE;
      from += n + 1;
    }
  if (line > 0)
    return TRUE;
  g_set_error (error, CD_VENUE_SESSION_FILE_ERROR, CD_VENUE_SESSION_FILE_ERROR_FORM, "%s:1: expected the head of a session, {\"format\":\"" FORMAT "\",…}", file->path);
  return FALSE;
}

/* --- The log of another venue ------------------------------------------------------------------------------------------- */

static gboolean
row_cb (const CdVenueLogRow *row, gpointer data, GError **error)
{
  CdVenueSessionFile *file = data;
  CdVenueSessionEntry *entry = g_new0 (CdVenueSessionEntry, 1);

  entry->at_us = row->market_us;
  entry->line = (guint)row->n;
  entry->person = g_strdup (row->person);
  entry->command = cd_wire_command_new (row->command->op, row->command->key, row->command->account, 0, row->command->body);
  g_ptr_array_add (file->entries, entry);
  return TRUE;
}

static gboolean
read_log (CdEnv *env, CdVenueSessionFile *file, GError **error)
{
  g_autoptr (CdVenueDb) db = cd_venue_db_open_read_only (env, file->path, error);
  g_auto (CdVenueIdentity) identity = { NULL };
  g_autofree char *sha256 = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) local = NULL;

  if (!db)
    return FALSE;
  if (!cd_venue_db_identity (db, &identity, &local))
    {
      g_set_error (error, CD_VENUE_SESSION_FILE_ERROR, CD_VENUE_SESSION_FILE_ERROR_FORM, "%s: expected a practice market that has been started%s%s", file->path, local ? ": " : "", local ? local->message : "");
      return FALSE;
    }
  if (!cd_venue_db_session (db, &sha256, &file->quiet, error) || !cd_venue_db_replay (db, 0, row_cb, file, error))
    return FALSE;
  text = g_strdup_printf ("%s %u", identity.epoch, file->entries->len);
  file->sha256 = cd_sha256_hex (text, strlen (text));
  file->packs = g_steal_pointer (&identity.packs);
  file->scenario = g_steal_pointer (&identity.scenario);
  file->seed = (gint64)identity.seed;
  file->start_us = identity.start_us;
  return TRUE;
}

CdVenueSessionFile *
cd_venue_session_file_read (CdEnv *env, const char *path, GError **error)
{
  static const char magic[] = "SQLite format 3";
  g_autoptr (CdVenueSessionFile) file = g_new0 (CdVenueSessionFile, 1);
  g_autoptr (GMappedFile) map = NULL;

  file->path = g_strdup (path);
  file->seed = -1;
  file->entries = g_ptr_array_new_with_free_func (entry_free);
  map = g_mapped_file_new (path, FALSE, error);
  if (!map)
    return NULL;
  if (g_mapped_file_get_length (map) > FILE_MAX)
    {
      g_set_error (error, CD_VENUE_SESSION_FILE_ERROR, CD_VENUE_SESSION_FILE_ERROR_FORM, "%s: expected at most 64 MiB", path);
      return NULL;
    }
  if (g_mapped_file_get_length (map) >= sizeof magic && memcmp (g_mapped_file_get_contents (map), magic, sizeof magic) == 0)
    return read_log (env, file, error) ? g_steal_pointer (&file) : NULL;
  return read_text (file, g_mapped_file_get_contents (map), g_mapped_file_get_length (map), error) ? g_steal_pointer (&file) : NULL;
}
