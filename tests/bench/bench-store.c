/* bench-store.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Journal and cache (goals S1, S2, S4): a durable record against a bare write and flush of as many bytes, and a page out of ten million
 * rows against the same page out of one million. Works in the build folder: a folder in memory would flush nothing.
 */
#include "bench.h"
#include "cd-cache.h"
#include "cd-journal.h"
#include "cd-paths.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define BODY 256
#define COMMITS 60 /* a round */
#define GROUP 100
#define PAGE 200
#define SPAN CD_USEC_PER_SEC
#define CHUNK 100000

typedef struct
{
  char *dir;
  CdEnv *env;
  CdJournal *journal;
  int fd;
  guint8 body[BODY];
} Bench;

static void
check (gboolean ok, const GError *error, const char *what)
{
  if (!ok)
    g_error ("%s: %s", what, error ? error->message : "failed");
}

/* --- One durable record ----------------------------------------------------------------------------------------------------- */

static void
commit_journal (Bench *b, guint records)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = cd_journal_begin (b->journal, &error);

  for (guint i = 0; ok && i < records; i++)
    ok = cd_journal_append (b->journal, CD_JOURNAL_ORDER_INTENT, "PX0000000000000000000000000", b->body, BODY, &error) > 0;
  ok = ok && cd_journal_commit (b->journal, &error);
  check (ok, error, "journal");
}

static void
commit_bare (Bench *b, guint records)
{
  for (guint i = 0; i < records; i++)
    if (pwrite (b->fd, b->body, BODY, (off_t)i * BODY) != BODY)
      g_error ("pwrite failed");
  if (fdatasync (b->fd) != 0)
    g_error ("fdatasync failed");
}

typedef void (*CommitFunc) (Bench *b, guint records);

static gint64
time_one (CommitFunc commit, Bench *b, guint records)
{
  gint64 begin = bench_now_ns ();

  commit (b, records);
  return bench_now_ns () - begin;
}

/* One commit of each in turn, so that both meet the same disk. */
static void
compare_commits (Bench *b, const char *name, const char *bound, guint records)
{
  enum
  {
    N = COMMITS * BENCH_ROUNDS
  };
  static gint64 ours[N], bare[N];
  gint64 a, z;

  for (guint i = 0; i < COMMITS; i++)
    {
      commit_journal (b, records);
      commit_bare (b, records);
    }
  for (guint i = 0; i < N; i++)
    {
      if (i % 2)
        ours[i] = time_one (commit_journal, b, records);
      bare[i] = time_one (commit_bare, b, records);
      if (i % 2 == 0)
        ours[i] = time_one (commit_journal, b, records);
    }
  a = bench_median (ours, N);
  z = bench_median (bare, N);
  bench_print (name, a / 100, "us", a * 100 / MAX (z, 1), bound);
  bench_print (bound, z / 100, "us", 100, bound);
}

/* --- Flushes a commit ------------------------------------------------------------------------------------------------------ */

/* SQLite's own file system with its flushes counted: on Linux each is one fdatasync. */
typedef struct
{
  sqlite3_file base;
  sqlite3_file *real;
} CountedFile;

static guint64 n_flushes;
static sqlite3_vfs *real_vfs;
static sqlite3_io_methods counted_methods;

#define REAL(file) ((CountedFile *)(file))->real

static int
counted_close (sqlite3_file *file)
{
  int rc = REAL (file)->pMethods->xClose (REAL (file));

  g_free (REAL (file));
  return rc;
}

static int
counted_sync (sqlite3_file *file, int flags)
{
  n_flushes++;
  return REAL (file)->pMethods->xSync (REAL (file), flags);
}

#define PASS(name, parameters, arguments)            \
  static int counted_##name parameters               \
  {                                                  \
    return REAL (file)->pMethods->x##name arguments; \
  }
PASS (Read, (sqlite3_file * file, void *data, int n, sqlite3_int64 at), (REAL (file), data, n, at))
PASS (Write, (sqlite3_file * file, const void *data, int n, sqlite3_int64 at), (REAL (file), data, n, at))
PASS (Truncate, (sqlite3_file * file, sqlite3_int64 size), (REAL (file), size))
PASS (FileSize, (sqlite3_file * file, sqlite3_int64 *size), (REAL (file), size))
PASS (Lock, (sqlite3_file * file, int lock), (REAL (file), lock))
PASS (Unlock, (sqlite3_file * file, int lock), (REAL (file), lock))
PASS (CheckReservedLock, (sqlite3_file * file, int *out), (REAL (file), out))
PASS (FileControl, (sqlite3_file * file, int op, void *data), (REAL (file), op, data))
PASS (SectorSize, (sqlite3_file * file), (REAL (file)))
PASS (DeviceCharacteristics, (sqlite3_file * file), (REAL (file)))

static int
counted_open (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
  int rc;

  REAL (file) = g_malloc0 ((gsize)real_vfs->szOsFile);
  rc = real_vfs->xOpen (real_vfs, name, REAL (file), flags, out_flags);
  file->pMethods = rc == SQLITE_OK ? &counted_methods : NULL;
  if (rc != SQLITE_OK)
    g_free (REAL (file));
  return rc;
}

/* The connection is exclusive: it needs no shared memory, so version 1 of the methods is enough. */
static CdEnv *
counting_env (void)
{
  static sqlite3_vfs vfs;
  CdEnv *env = cd_env_test_new (G_GINT64_CONSTANT (1797206400) * CD_USEC_PER_SEC, 1);

  real_vfs = sqlite3_vfs_find (NULL);
  vfs = *real_vfs;
  vfs.pNext = NULL;
  vfs.zName = "bench-counted";
  vfs.szOsFile = sizeof (CountedFile);
  vfs.xOpen = counted_open;
  counted_methods = (sqlite3_io_methods){ 1, counted_close, counted_Read, counted_Write, counted_Truncate, counted_sync, counted_FileSize, counted_Lock, counted_Unlock, counted_CheckReservedLock, counted_FileControl, counted_SectorSize, counted_DeviceCharacteristics, NULL, NULL, NULL, NULL, NULL, NULL };
  sqlite3_vfs_register (&vfs, 0);
  cd_env_test_set_vfs (env, vfs.zName);
  return env;
}

/* 2,000 commits, short of the checkpoint that comes now and then. */
static void
count_flushes (const Bench *b)
{
  g_autoptr (CdEnv) env = counting_env ();
  g_autofree char *path = g_build_filename (b->dir, "counted.db", NULL);
  g_autoptr (GError) error = NULL;
  Bench counted = { .env = env };
  guint64 begin, most = 0, before;

  memset (counted.body, 'x', BODY);
  counted.journal = cd_journal_open (env, path, &error);
  check (counted.journal != NULL, error, path);
  commit_journal (&counted, 1);
  begin = n_flushes;
  for (guint i = 0; i < 2000; i++)
    {
      before = n_flushes;
      commit_journal (&counted, i % 2 ? 1 : GROUP);
      most = MAX (most, n_flushes - before);
    }
  bench_print ("S1.fdatasync-a-commit", (gint64)(n_flushes - begin) * 10 / 2000, "calls", (gint64)(n_flushes - begin) * 100 / 2000, "one");
  bench_print ("S1.fdatasync-a-commit.most", (gint64)most * 10, "calls", (gint64)most * 100, "one");
  cd_journal_close (counted.journal);
}

static void
bench_journal (Bench *b)
{
  g_autofree char *path = g_build_filename (b->dir, "journal.db", NULL);
  g_autofree char *bare = g_build_filename (b->dir, "bare", NULL);
  g_autoptr (GError) error = NULL;

  memset (b->body, 'x', BODY);
  b->journal = cd_journal_open (b->env, path, &error);
  check (b->journal != NULL, error, path);
  b->fd = g_open (bare, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (b->fd < 0 || posix_fallocate (b->fd, 0, BODY * GROUP) != 0)
    g_error ("%s: cannot be made", bare);
  compare_commits (b, "S1.journal.commit", "pwrite+fdatasync", 1);
  compare_commits (b, "S2.journal.commit-of-100", "100-pwrites+fdatasync", GROUP);
  close (b->fd);
  g_clear_pointer (&b->journal, cd_journal_close);
}

/* --- A page ----------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  CdCache *cache;
  gint64 rows;
  guint32 seed;
} Pages;

static void
fill_cache (Pages *p, const Bench *b, const char *file, gint64 rows)
{
  g_autofree char *path = g_build_filename (b->dir, file, NULL);
  g_autofree CdBar *bars = g_new0 (CdBar, CHUNK);
  g_autoptr (GError) error = NULL;

  p->cache = cd_cache_open (b->env, path, &error);
  check (p->cache != NULL, error, path);
  p->rows = rows;
  p->seed = 7;
  for (gint64 row = 0; row < rows; row += CHUNK)
    {
      for (gint64 i = 0; i < CHUNK; i++)
        {
          gint64 price = 970000 + (row + i) % 5000;

          bars[i] = (CdBar){ .start_us = (row + i) * SPAN, .day = (CdDate)((row + i) * SPAN / CD_USEC_PER_DAY), .open_e4 = price, .high_e4 = price + 100, .low_e4 = price - 100, .close_e4 = price, .volume = 1 + (row + i) % 999, .amount_e4 = price * 100 };
        }
      check (cd_cache_put_bars (p->cache, "CEA25", SPAN, bars, CHUNK, &error), error, path);
    }
}

/* Pages at random depth. */
static guint64
read_pages (gpointer data, guint ops)
{
  Pages *p = data;
  guint64 digest = 0;

  for (guint i = 0; i < ops; i++)
    {
      gint64 after = (gint64)(bench_random (&p->seed) % (guint32)(p->rows - PAGE)) * SPAN;
      g_autoptr (GError) error = NULL;
      g_autoptr (GArray) page = cd_cache_get_bars (p->cache, "CEA25", SPAN, after, PAGE, &error);

      check (page != NULL && page->len == PAGE, error, "a page");
      digest += (guint64)g_array_index (page, CdBar, PAGE - 1).close_e4;
    }
  return digest;
}

static void
bench_pages (const Bench *b)
{
  Pages large = { 0 }, small = { 0 };
  const BenchWay ways[] = { { "S4.page-of-200.from-10M-rows", read_pages, &large } };

  fill_cache (&small, b, "small.db", 1000000);
  fill_cache (&large, b, "large.db", 10000000);
  /* The first pages fill the page cache of each, which holds a small part of the large file. */
  read_pages (&small, 2000);
  read_pages (&large, 2000);
  bench_compare (&(BenchWay){ "page-of-200.from-1M-rows", read_pages, &small }, ways, 1, 500, FALSE);
  cd_cache_close (small.cache);
  cd_cache_close (large.cache);
}

int
main (void)
{
  const char *base = g_getenv ("CARBONDESK_BUILDDIR");
  Bench b = { .env = cd_env_default () };
  g_autofree char *template = g_build_filename (base ? base : ".", "bench-store-XXXXXX", NULL);

  b.dir = g_mkdtemp (template);
  if (!b.dir)
    g_error ("%s: cannot be made", template);
  bench_journal (&b);
  count_flushes (&b);
  bench_pages (&b);
  if (!cd_paths_remove_tree (b.dir, NULL))
    g_error ("%s: cannot be removed", b.dir);
  return 0;
}
