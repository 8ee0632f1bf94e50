/* fuzz-journal.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as a journal, and a real journal with any bytes written over a part of it: verified or refused, never taken as whole
 * when a record was changed, and the file itself is never changed.
 */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "cd-head.h"
#include "cd-journal.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static char *path;
static char *good;
static gsize good_len;

static void
make_good (void)
{
  g_autoptr (GError) error = NULL;
  CdJournal *journal;

  path = g_build_filename (fuzz_dir (), "journal.db", NULL);
  journal = cd_journal_open (cd_env_default (), path, &error);
  if (!journal || !cd_journal_begin (journal, &error))
    fuzz_fail ("%s", error->message);
  for (int i = 0; i < 20; i++)
    cd_journal_append (journal, CD_JOURNAL_ORDER_INTENT, "PX0000000000000000000000000", "0123456789", 10, &error);
  if (!cd_journal_commit (journal, &error))
    fuzz_fail ("%s", error->message);
  cd_journal_close (journal);
  if (!g_file_get_contents (path, &good, &good_len, &error))
    fuzz_fail ("%s", error->message);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autofree char *bytes = NULL, *after = NULL;
  g_autoptr (GError) error = NULL;
  CdJournalReport report;
  gsize len, after_len;

  if (!good)
    make_good ();
  if (size < 4)
    return 0;
  if (data[0] % 2)
    {
      gsize at = (gsize)(data[1] | data[2] << 8 | data[3] << 16) % good_len;

      len = good_len;
      bytes = g_memdup2 (good, good_len);
      memcpy (bytes + at, data + 4, MIN (size - 4, good_len - at));
    }
  else
    {
      len = size - 4;
      bytes = g_malloc (len + 1);
      memcpy (bytes, data + 4, len);
    }
  if (!g_file_set_contents_full (path, bytes, (gssize)len, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL))
    fuzz_fail ("cannot write");
  if (!cd_journal_verify_file (cd_env_default (), path, NULL, NULL, &report, &error) && !error)
    fuzz_fail ("refused without a word");
  if (!g_file_get_contents (path, &after, &after_len, NULL) || after_len != len || memcmp (after, bytes, len) != 0)
    fuzz_fail ("the file was changed: %" G_GSIZE_FORMAT " bytes instead of %" G_GSIZE_FORMAT, after_len, len);
  return 0;
}
