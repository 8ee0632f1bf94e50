/* test-pages.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every page of a journal and of a cache damaged whole, in several ways: what is delivered is what was written, or a beginning of it and an
 * error; no wrong figure. And old copies of a journal put back again and again: each time it is said, and nothing but the truth is read.
 */
#include "cd-head.h"
#include "store-fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define PAGE 4096
#define N_RECORDS 120
#define RESTORES 100

typedef enum
{
  ZERO,
  ONES,
  NOISE,
  ANOTHER, /* a page of the same file that was there before */
  TORN,    /* the second half as the file system had it never: noughts */
  TURNED,  /* every bit */
  N_KINDS,
} Kind;

static void
damage (guint8 *page, const guint8 *other, Kind kind)
{
  switch (kind)
    {
    case ZERO:
      memset (page, 0, PAGE);
      break;
    case ONES:
      memset (page, 0xff, PAGE);
      break;
    case NOISE:
      for (guint i = 0; i < PAGE; i++)
        page[i] = (guint8)g_test_rand_int ();
      break;
    case ANOTHER:
      memcpy (page, other, PAGE);
      break;
    case TORN:
      memset (page + PAGE / 2, 0, PAGE / 2);
      break;
    case TURNED:
      for (guint i = 0; i < PAGE; i++)
        page[i] = (guint8)~page[i];
      break;
    case N_KINDS:
      g_assert_not_reached ();
    }
}

/* Writes the file with one page damaged; %FALSE when that changes nothing. */
static gboolean
write_damaged (const char *path, const char *bytes, gsize len, gsize page, Kind kind)
{
  g_autofree char *copy = g_memdup2 (bytes, len);
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  gsize other = (page + 1) % (len / PAGE);

  damage ((guint8 *)copy + page * PAGE, (const guint8 *)bytes + other * PAGE, kind);
  if (memcmp (copy, bytes, len) == 0)
    return FALSE;
  g_unlink (wal);
  /* Written in place, GLib 2.74 leaves the end of a longer file standing. */
  g_unlink (path);
  g_assert_true (g_file_set_contents_full (path, copy, (gssize)len, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
  return TRUE;
}

/* --- Journal ------------------------------------------------------------------------------------------------------------------- */

static gboolean
collect (const CdJournalRow *row, gpointer data)
{
  gsize len;
  const char *body = g_bytes_get_data (row->body, &len);

  g_string_append_printf (data, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s %s %.*s\n", row->seq, row->at_us, row->kind, row->key, (int)len, body);
  return TRUE;
}

static void
test_journal (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->dir, "pages.db", NULL);
  g_autoptr (GString) truth = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL;
  CdJournal *journal = cd_journal_open (f->env, path, &error);
  CdJournalAnchor anchor;
  guint made = 0, found = 0;
  gsize len;

  g_assert_no_error (error);
  for (guint i = 1; i <= N_RECORDS; i++)
    {
      g_autofree char *body = g_strnfill ((gsize)g_test_rand_int_range (1, 6000), (char)('a' + i % 26));

      g_assert_cmpint (cd_journal_append (journal, CD_JOURNAL_ORDER_INTENT, "PXKEY", body, strlen (body), &error), ==, i);
    }
  g_assert_true (cd_journal_foreach (journal, 1, collect, truth, NULL));
  cd_journal_head (journal, &anchor);
  cd_journal_close (journal);
  g_assert_true (g_file_get_contents (path, &bytes, &len, NULL));
  for (gsize page = 0; page < len / PAGE; page++)
    for (Kind kind = 0; kind < N_KINDS; kind++)
      {
        g_autoptr (GString) seen = g_string_new (NULL);
        g_autoptr (CdJournal) bad = NULL;

        if (!write_damaged (path, bytes, len, page, kind))
          continue;
        made++;
        g_clear_error (&error);
        bad = cd_journal_open_read_only (f->env, path, &error);
        if (bad && cd_journal_foreach (bad, 1, collect, seen, &error) && cd_journal_verify (bad, &anchor, &error))
          {
            g_assert_cmpstr (seen->str, ==, truth->str);
            continue;
          }
        g_assert_nonnull (error);
        g_assert_true (g_str_has_prefix (truth->str, seen->str));
        found++;
      }
  g_test_message ("%u pages of a journal damaged, %u found, the others without a record", made, found);
  g_assert_cmpuint (found, >, made / 2);
}

/* --- Cache ---------------------------------------------------------------------------------------------------------------------- */

static CdBar
bar_of (CdDate day)
{
  return (CdBar){ .day = day, .start_us = day * CD_USEC_PER_DAY, .open_e4 = 970000 + day, .high_e4 = 980000 + day, .low_e4 = 960000 + day, .close_e4 = 975000 + day, .volume = 1000 + day, .amount_e4 = G_GINT64_CONSTANT (97000000000) + day };
}

static void
test_cache (Fixture *f, gconstpointer data)
{
  const char *path = cd_paths_cache_file (f->paths);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) bars = g_array_new (FALSE, TRUE, sizeof (CdBar));
  g_autofree char *bytes = NULL;
  CdCache *cache = cd_cache_open (f->env, path, &error);
  guint made = 0, noticed = 0;
  gsize len;

  g_assert_no_error (error);
  for (CdDate day = 1; day <= 1500; day++)
    {
      CdBar bar = bar_of (day);

      g_array_append_val (bars, bar);
    }
  g_assert_true (cd_cache_put_bars (cache, "CEA25", 0, (const CdBar *)(void *)bars->data, bars->len, &error));
  cd_cache_close (cache);
  g_assert_true (g_file_get_contents (path, &bytes, &len, NULL));
  for (gsize page = 0; page < len / PAGE; page++)
    for (Kind kind = 0; kind < N_KINDS; kind++)
      {
        g_autoptr (GArray) got = NULL;

        if (!write_damaged (path, bytes, len, page, kind))
          continue;
        made++;
        cache = cd_cache_open (f->env, path, NULL);
        g_assert_nonnull (cache);
        got = cd_cache_get_bars (cache, "CEA25", 0, G_MININT64, 2000, NULL);
        noticed += !got || got->len < 1500;
        for (guint i = 0; got && i < got->len; i++)
          {
            const CdBar *bar = &g_array_index (got, CdBar, i);
            CdBar expected = bar_of (bar->day);

            g_assert_true (bar->start_us == expected.start_us && bar->open_e4 == expected.open_e4 && bar->high_e4 == expected.high_e4 && bar->low_e4 == expected.low_e4);
            g_assert_true (bar->close_e4 == expected.close_e4 && bar->volume == expected.volume && bar->amount_e4 == expected.amount_e4);
          }
        cd_cache_close (cache);
      }
  g_test_message ("%u pages of a cache damaged, %u noticed, no wrong figure", made, noticed);
  g_assert_cmpuint (noticed, >, made / 2);
}

/* --- Old copies ------------------------------------------------------------------------------------------------------------------ */

typedef struct
{
  GPtrArray *truth; /* bodies by number, the first is 1 */
  guint n;
  gboolean foreign;
} Replay;

static gboolean
replay_cb (const CdJournalRow *row, gpointer data)
{
  Replay *replay = data;
  gsize len;
  const char *body = g_bytes_get_data (row->body, &len);
  const char *expected = replay->n < replay->truth->len ? g_ptr_array_index (replay->truth, replay->n) : NULL;

  /* The last may be the alert of this opening. */
  if (expected && !(len == strlen (expected) && memcmp (body, expected, len) == 0))
    replay->foreign = TRUE;
  replay->n++;
  return TRUE;
}

typedef struct
{
  char *bytes;
  gsize len;
  GPtrArray *truth;
} Copy;

static void
note_alert (Fixture *f, CdStore *store, GPtrArray *truth)
{
  g_autofree char *warning = cd_store_dup_warning (store);

  if (warning)
    g_ptr_array_add (truth, g_steal_pointer (&warning));
}

static GPtrArray *
copy_of (const GPtrArray *bodies)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < bodies->len; i++)
    g_ptr_array_add (copy, g_strdup (g_ptr_array_index (bodies, i)));
  return copy;
}

static void
work (Fixture *f, GPtrArray *truth, gboolean warned)
{
  CdStore *store = (cd_env_test_advance (f->env, CD_USEC_PER_SEC), open_ok (f));
  Answers answers = { store, 0, 0, 0, 0 };
  Replay replay = { truth, 0, FALSE };
  g_autofree char *warning = cd_store_dup_warning (store);
  guint more = (guint)g_test_rand_int_range (1, 6);

  g_test_message ("%u records, expected %s: %s", truth->len, warned ? "a warning" : "none", warning);
  g_assert_true ((warning != NULL) == warned);
  note_alert (f, store, truth);
  cd_store_replay (store, replay_cb, &replay);
  g_assert_false (replay.foreign);
  g_assert_cmpuint (replay.n, ==, truth->len);
  answers.next = truth->len + 1;
  for (guint i = 0; i < more; i++)
    {
      char *body = g_strdup_printf ("order %u", g_test_rand_int ());

      append (&answers, body);
      g_ptr_array_add (truth, body);
    }
  WAIT_FOR (answers.n == more);
  g_assert_cmpuint (answers.failed, ==, 0);
  close_store (store);
}

static gboolean
is_beginning (const GPtrArray *old, const GPtrArray *now)
{
  for (guint i = 0; i < old->len; i++)
    if (i >= now->len || !g_str_equal (g_ptr_array_index (old, i), g_ptr_array_index (now, i)))
      return FALSE;
  return TRUE;
}

/* A copy of another past: the signed head knows another record of that number. Nothing can be written after it. */
static void
look_at_another_past (Fixture *f)
{
  CdStore *store = open_ok (f);
  g_autofree char *problem = cd_store_get_problem (store);
  Answers answers = { store, 1, 0, 0, 0 };

  g_assert_nonnull (problem);
  append (&answers, "never");
  WAIT_FOR (answers.n == 1);
  g_assert_cmpint (answers.code, ==, CD_STORE_ERROR_READ_ONLY);
  close_store (store);
}

static void
put_back (const char *path, const Copy *copy)
{
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);

  g_unlink (wal);
  g_assert_true (cd_paths_write_file (path, copy->bytes, copy->len, NULL));
}

static void
test_restores (Fixture *f, gconstpointer data)
{
  const char *path = cd_paths_journal_file (f->paths);
  g_autoptr (GArray) copies = g_array_new (FALSE, FALSE, sizeof (Copy));
  g_autoptr (GPtrArray) truth = g_ptr_array_new_with_free_func (g_free);
  guint restored = 0, other = 0, rounds = 0;

  work (f, truth, FALSE);
  for (; restored < RESTORES && rounds < 4 * RESTORES; rounds++)
    {
      Copy copy = { .truth = copy_of (truth) }, now = { NULL };
      const Copy *old;

      g_assert_true (g_file_get_contents (path, &copy.bytes, &copy.len, NULL));
      g_array_append_val (copies, copy);
      work (f, truth, FALSE);
      old = &g_array_index (copies, Copy, (guint)g_test_rand_int_range (0, (gint32)copies->len));
      g_assert_true (g_file_get_contents (path, &now.bytes, &now.len, NULL));
      put_back (path, old);
      if (is_beginning (old->truth, truth))
        {
          g_ptr_array_unref (truth);
          truth = copy_of (old->truth);
          work (f, truth, TRUE);
          restored++;
        }
      else if (old->truth->len >= truth->len)
        {
          look_at_another_past (f);
          put_back (path, &now);
          other++;
        }
      else
        put_back (path, &now);
      g_free (now.bytes);
    }
  g_test_message ("%u old copies put back, each said, nothing but the truth read; %u of another past refused", restored, other);
  g_assert_cmpuint (restored + other, >, RESTORES / 2);
  for (guint i = 0; i < copies->len; i++)
    {
      g_free (g_array_index (copies, Copy, i).bytes);
      g_ptr_array_unref (g_array_index (copies, Copy, i).truth);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/pages/journal", Fixture, NULL, set_up, test_journal, tear_down);
  g_test_add ("/pages/cache", Fixture, NULL, set_up, test_cache, tear_down);
  g_test_add ("/pages/restores", Fixture, GINT_TO_POINTER (1), set_up, test_restores, tear_down);
  return g_test_run ();
}
