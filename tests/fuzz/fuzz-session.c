/* fuzz-session.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a practice venue reads from its disk and command line: a session to be played again, the state after a close (below the SHA-256 that
 * keeps such bytes away from it), its database, whole or with any bytes written over a part, and a plan of faults. Taken or refused in words;
 * looking at a database changes no byte of it.
 */
#include <glib/gstdio.h>

#include "cd-pack.h"
#include "cd-venue-db.h"
#include "cd-venue-faults.h"
#include "cd-venue-private.h"
#include "cd-venue-session-file.h"
#include "fuzz.h"

int LLVMFuzzerInitialize (int *argc, char ***argv);
int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static CdPack *packs[2];
static CdVenue *venue;
static GBytes *good;
static char *venue_path, *good_venue;
static gsize good_venue_len;

static void
make_venue (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CdVenueDb) db = cd_venue_db_open (cd_env_default (), venue_path, &error);
  CdVenueClockState clock = { .market_us = 5, .rate_e3 = 1000 };
  g_autoptr (CdWireCommand) command = cd_wire_command_new (CD_WIRE_OP_ORDER_NEW, "PXABCDEFGHIJKLMNOPQRSTUVWXYZ", "HD-POWER", 0, "{}");

  if (!db)
    fuzz_fail ("%s", error->message);
  for (int i = 0; i < 10; i++)
    cd_venue_db_append (db, i, i, "trader1", command, "accepted", NULL);
  if (!cd_venue_db_commit (db, &clock, &error))
    fuzz_fail ("%s", error->message);
}

static void
set_up (void)
{
  g_autoptr (GError) error = NULL;

  packs[0] = cd_pack_load_builtin ("cn-cea", &error);
  packs[1] = packs[0] ? cd_pack_load_builtin ("cn-ccer", &error) : NULL;
  venue = packs[1] ? cd_venue_new (packs, 2, "main", 1, 0, "e1", &error) : NULL;
  if (!venue)
    fuzz_fail ("%s", error->message);
  good = cd_venue_state_write (venue);
  venue_path = g_build_filename (fuzz_dir (), "venue.db", NULL);
  make_venue ();
  if (!g_file_get_contents (venue_path, &good_venue, &good_venue_len, NULL))
    fuzz_fail ("cannot read");
}

static void
try_session (const guint8 *data, gsize size)
{
  g_autofree char *path = g_build_filename (fuzz_dir (), "session", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (CdVenueSessionFile) file = NULL;

  if (!g_file_set_contents_full (path, (const char *)data, (gssize)size, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL))
    fuzz_fail ("cannot write");
  file = cd_venue_session_file_read (cd_env_default (), path, &error);
  if (!file && (!error || !g_utf8_validate (error->message, -1, NULL)))
    fuzz_fail ("refused without a message that can be shown");
  for (guint i = 0; file && i < file->entries->len; i++)
    if (!((CdVenueSessionEntry *)g_ptr_array_index (file->entries, i))->command)
      fuzz_fail ("line %u has no command", i);
}

static void
try_state (const guint8 *data, gsize size)
{
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GBytes) state = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (CdVenue) other = NULL;
  gsize len;

  bytes = fuzz_patch (data, size, g_bytes_get_data (good, NULL), g_bytes_get_size (good), &len);
  state = g_bytes_new (bytes, len);
  other = cd_venue_restore (packs, 2, "main", "e1", state, 0, &error);
  if (!other && (!error || !g_utf8_validate (error->message, -1, NULL)))
    fuzz_fail ("refused without a message that can be shown");
}

static void
write_bytes (const char *path, const void *bytes, gsize len)
{
  static const char *const suffixes[] = { "-wal", "-shm", "-journal", ".bad" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *beside = g_strconcat (path, suffixes[i], NULL);

      g_unlink (beside);
    }
  if (!g_file_set_contents_full (path, bytes, (gssize)len, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL))
    fuzz_fail ("cannot write");
}

static gboolean
row_cb (const CdVenueLogRow *row, gpointer data, GError **error)
{
  return TRUE;
}

static void
try_database (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CdVenueDb) db = NULL;
  g_autoptr (GArray) snapshots = NULL;
  g_autofree char *after = NULL, *sha256 = NULL;
  CdVenueIdentity identity = { 0 };
  CdVenueClockState clock;
  g_autofree guint8 *bytes = NULL;
  gboolean quiet;
  gsize len, after_len;

  bytes = fuzz_patch (data, size, good_venue, good_venue_len, &len);
  write_bytes (venue_path, bytes, len);
  db = cd_venue_db_open_read_only (cd_env_default (), venue_path, &error);
  if (!db && !error)
    fuzz_fail ("refused without a word");
  if (db)
    {
      cd_venue_db_identity (db, &identity, NULL);
      cd_venue_identity_clear (&identity);
      cd_venue_db_clock (db, &clock, NULL);
      cd_venue_db_session (db, &sha256, &quiet, NULL);
      cd_venue_db_replay (db, 0, row_cb, NULL, NULL);
      snapshots = cd_venue_db_snapshots (db, NULL);
    }
  if (!g_file_get_contents (venue_path, &after, &after_len, NULL) || after_len != len || memcmp (after, bytes, len) != 0)
    fuzz_fail ("the file was changed: %" G_GSIZE_FORMAT " bytes instead of %" G_GSIZE_FORMAT ", %s", after_len, len, error ? error->message : "opened");
}

static void
try_plan (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_autoptr (GError) error = NULL;
  CdVenueFaults *faults = cd_venue_faults_parse (text, &error);

  if (!faults && (!error || !g_utf8_validate (error->message, -1, NULL)))
    fuzz_fail ("refused without a message that can be shown");
  g_clear_pointer (&faults, cd_venue_faults_free);
}

/* Not within the time of an input. */
int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  set_up ();
  return 0;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  static void (*const tries[]) (const guint8 *, gsize) = { try_state, try_session, try_database, try_plan };

  if (size > 1)
    tries[data[0] % G_N_ELEMENTS (tries)](data + 1, size - 1);
  return 0;
}
