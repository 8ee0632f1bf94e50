/* fault-vfs.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "fault-vfs.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#define SECTOR 512

FaultVfs fault_vfs;

typedef struct
{
  gsize at;
  gboolean truncate; /* to @at; else write */
  GBytes *bytes;
} Op;

typedef struct
{
  GByteArray *durable;
  GPtrArray *pending; /* (element-type Op): since the last sync */
  gboolean torn;      /* a write of which half landed: the file is not what the operations make */
} Disk;

static GHashTable *disks; /* (element-type utf8 Disk): by path; gone when deleted */
static GHashTable *names; /* (element-type sqlite3_file utf8) */

/* SQLite uses one table of methods for the main file and others for the log and the rollback journal. */
static sqlite3_io_methods wrapped[4];
static const sqlite3_io_methods *unwrapped[4];

static void
op_free (gpointer data)
{
  Op *op = data;
  g_clear_pointer (&op->bytes, g_bytes_unref);
  g_free (op);
}

static void
disk_free (gpointer data)
{
  Disk *disk = data;
  g_byte_array_unref (disk->durable);
  g_ptr_array_unref (disk->pending);
  g_free (disk);
}

static const sqlite3_io_methods *
real_of (sqlite3_file *file)
{
  return unwrapped[file->pMethods - wrapped];
}

static Disk *
disk_of (sqlite3_file *file)
{
  const char *name = g_hash_table_lookup (names, file);
  return name != NULL ? g_hash_table_lookup (disks, name) : NULL;
}

static GHashTable *images; /* (element-type utf8 GByteArray): after fault_vfs_stop() */

/* --- Power loss ------------------------------------------------------------------------------------------------------- */

static void
apply_op (GByteArray *image, const Op *op, GRand *rand) /* @rand: NULL = whole */
{
  gsize len;
  const guint8 *bytes;
  int fate = rand ? g_rand_int_range (rand, 0, 3) : 0; /* whole, torn, lost */

  if (fate == 2)
    return;
  if (op->truncate)
    {
      g_byte_array_set_size (image, (guint)MIN (op->at, image->len));
      return;
    }
  bytes = g_bytes_get_data (op->bytes, &len);
  for (gsize done = 0; done < len; done += SECTOR)
    {
      gsize n = MIN ((gsize)SECTOR, len - done);
      guint old = image->len;
      if (fate == 1 && g_rand_boolean (rand))
        continue;
      if (op->at + done + n > old)
        {
          g_byte_array_set_size (image, (guint)(op->at + done + n));
          memset (image->data + old, 0, image->len - old);
        }
      memcpy (image->data + op->at + done, bytes + done, n);
    }
}

void
fault_vfs_image (const char *dir, guint32 seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  GHashTableIter iter;
  const char *path;
  Disk *disk;

  g_hash_table_iter_init (&iter, disks);
  while (g_hash_table_iter_next (&iter, (gpointer *)&path, (gpointer *)&disk))
    {
      g_autoptr (GByteArray) image = g_byte_array_new ();
      g_autofree char *base = g_path_get_basename (path);
      g_autofree char *to = g_build_filename (dir, base, NULL);

      g_byte_array_append (image, disk->durable->data, disk->durable->len);
      for (guint i = 0; i < disk->pending->len; i++)
        apply_op (image, g_ptr_array_index (disk->pending, i), rand);
      g_assert_true (g_file_set_contents_full (to, image->len > 0 ? (const char *)image->data : "", image->len, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
    }
}

void
fault_vfs_stop (gboolean power, guint32 seed)
{
  g_autoptr (GRand) rand = power ? g_rand_new_with_seed (seed) : NULL;
  g_autoptr (GList) paths = g_list_sort (g_hash_table_get_keys (disks), (GCompareFunc)strcmp);

  g_clear_pointer (&images, g_hash_table_unref);
  images = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_byte_array_unref);
  for (GList *l = paths; l; l = l->next)
    {
      const Disk *disk = g_hash_table_lookup (disks, l->data);
      GByteArray *image = g_byte_array_new ();

      g_byte_array_append (image, disk->durable->data, disk->durable->len);
      for (guint i = 0; i < disk->pending->len; i++)
        apply_op (image, g_ptr_array_index (disk->pending, i), rand);
      g_hash_table_insert (images, g_strdup (l->data), image);
    }
}

void
fault_vfs_restore (void)
{
  GHashTableIter iter;
  const char *path;
  GByteArray *image;

  g_assert_true (images != NULL && g_hash_table_size (names) == 0);
  g_hash_table_iter_init (&iter, disks);
  while (g_hash_table_iter_next (&iter, (gpointer *)&path, NULL))
    g_unlink (path);
  g_hash_table_remove_all (disks);
  g_hash_table_iter_init (&iter, images);
  while (g_hash_table_iter_next (&iter, (gpointer *)&path, (gpointer *)&image))
    g_assert_true (g_file_set_contents_full (path, image->len > 0 ? (const char *)image->data : "", image->len, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
  g_clear_pointer (&images, g_hash_table_unref);
}

/* --- Operations ------------------------------------------------------------------------------------------------------- */

static gboolean
is_meant (sqlite3_file *file)
{
  const char *name = file != NULL ? g_hash_table_lookup (names, file) : NULL;

  if (fault_vfs.while_there != NULL && !g_file_test (fault_vfs.while_there, G_FILE_TEST_EXISTS))
    return FALSE;
  return fault_vfs.only == NULL || (name != NULL && strstr (name, fault_vfs.only) != NULL);
}

/* Counts one operation; TRUE when it is to fail. */
static gboolean
step (sqlite3_file *file, FaultKind kind)
{
  fault_vfs.ops++;
  if (fault_vfs.crash_at == fault_vfs.ops)
    {
      fault_vfs.crashed = TRUE;
      fault_vfs_image (fault_vfs.crash_to, fault_vfs.crash_seed);
    }
  if (fault_vfs.at_op != NULL)
    fault_vfs.at_op (fault_vfs.at_op_data);
  if (fault_vfs.kind != kind || fault_vfs.fault_at == 0 || fault_vfs.ops < fault_vfs.fault_at || (fault_vfs.hit && !fault_vfs.sticky) || !is_meant (file))
    return FALSE;
  fault_vfs.hit = TRUE;
  return TRUE;
}

static int
fault_write (sqlite3_file *file, const void *buffer, int n, sqlite3_int64 at)
{
  Disk *disk = disk_of (file);
  FaultKind kind = fault_vfs.kind == FAULT_FULL || fault_vfs.kind == FAULT_SHORT ? fault_vfs.kind : FAULT_WRITE;

  fault_vfs.writes++;
  if (step (file, kind))
    {
      if (kind == FAULT_SHORT)
        {
          real_of (file)->xWrite (file, buffer, n / 2, at);
          if (disk != NULL)
            disk->torn = TRUE;
        }
      return kind == FAULT_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    }
  if (disk != NULL)
    {
      Op *op = g_new0 (Op, 1);
      op->at = (gsize)at;
      op->bytes = g_bytes_new (buffer, (gsize)n);
      g_ptr_array_add (disk->pending, op);
    }
  return real_of (file)->xWrite (file, buffer, n, at);
}

static int
fault_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  Disk *disk = disk_of (file);

  if (step (file, FAULT_WRITE))
    return SQLITE_IOERR_TRUNCATE;
  if (disk != NULL)
    {
      Op *op = g_new0 (Op, 1);
      op->at = (gsize)size;
      op->truncate = TRUE;
      g_ptr_array_add (disk->pending, op);
    }
  return real_of (file)->xTruncate (file, size);
}

static int
fault_sync (sqlite3_file *file, int flags)
{
  Disk *disk = disk_of (file);
  sqlite3_int64 size = 0;

  const char *name = g_hash_table_lookup (names, file);

  fault_vfs.syncs++;
  if (fault_vfs.watch != NULL && name != NULL && strstr (name, fault_vfs.watch) != NULL)
    fault_vfs.watched_syncs++;
  if (step (file, FAULT_SYNC))
    return SQLITE_IOERR_FSYNC;
  if (disk != NULL)
    {
      for (guint i = 0; i < disk->pending->len; i++)
        apply_op (disk->durable, g_ptr_array_index (disk->pending, i), NULL);
      g_ptr_array_set_size (disk->pending, 0);
      real_of (file)->xFileSize (file, &size);
      if (disk->torn)
        {
          g_byte_array_set_size (disk->durable, (guint)size);
          if (size > 0)
            g_assert_cmpint (real_of (file)->xRead (file, disk->durable->data, (int)size, 0), ==, SQLITE_OK);
          disk->torn = FALSE;
        }
      g_assert_cmpint (disk->durable->len, ==, size);
    }
  return fault_vfs.in_memory ? SQLITE_OK : real_of (file)->xSync (file, flags);
}

static int
fault_read (sqlite3_file *file, void *buffer, int n, sqlite3_int64 at)
{
  return step (file, FAULT_READ) ? SQLITE_IOERR_READ : real_of (file)->xRead (file, buffer, n, at);
}

static int
fault_lock (sqlite3_file *file, int level)
{
  return step (file, FAULT_BUSY) ? SQLITE_BUSY : real_of (file)->xLock (file, level);
}

static int
fault_close (sqlite3_file *file)
{
  const sqlite3_io_methods *real = real_of (file);
  g_hash_table_remove (names, file);
  return real->xClose (file);
}

static sqlite3_vfs *
real_vfs (sqlite3_vfs *vfs)
{
  return vfs->pAppData;
}

static int
fault_open (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
  gsize i = 0;
  int rc;

  /* Taken away by other means than SQLite's: a cache that is made anew, a file that is set aside. */
  if (name != NULL && !g_file_test (name, G_FILE_TEST_EXISTS))
    g_hash_table_remove (disks, name);
  rc = real_vfs (vfs)->xOpen (real_vfs (vfs), name, file, flags, out_flags);
  if (rc != SQLITE_OK || file->pMethods == NULL)
    return rc;
  while (unwrapped[i] != NULL && unwrapped[i] != file->pMethods)
    g_assert_cmpuint (++i, <, G_N_ELEMENTS (wrapped));
  unwrapped[i] = file->pMethods;
  wrapped[i] = *unwrapped[i];
  wrapped[i].xSync = fault_sync;
  wrapped[i].xWrite = fault_write;
  wrapped[i].xTruncate = fault_truncate;
  wrapped[i].xRead = fault_read;
  wrapped[i].xLock = fault_lock;
  wrapped[i].xClose = fault_close;
  file->pMethods = &wrapped[i];
  if (name != NULL)
    {
      g_hash_table_insert (names, file, g_strdup (name));
      if (!g_hash_table_contains (disks, name))
        {
          Disk *disk = g_new0 (Disk, 1);
          char *bytes = NULL;
          gsize len = 0;
          /* What lay there before is as durable as it gets. */
          g_file_get_contents (name, &bytes, &len, NULL);
          disk->durable = g_byte_array_new_take ((guint8 *)bytes, len);
          disk->pending = g_ptr_array_new_with_free_func (op_free);
          g_hash_table_insert (disks, g_strdup (name), disk);
        }
    }
  return rc;
}

static int
fault_delete (sqlite3_vfs *vfs, const char *name, int sync_dir)
{
  step (NULL, FAULT_NONE);
  g_hash_table_remove (disks, name);
  return real_vfs (vfs)->xDelete (real_vfs (vfs), name, sync_dir);
}

/* In the driven world nobody waits by the real clock. */
static int
fault_sleep (sqlite3_vfs *vfs, int us)
{
  return us;
}

void
fault_vfs_changed (const char *path)
{
  g_hash_table_remove (disks, path);
}

CdEnv *
fault_vfs_env (void)
{
  return fault_vfs_env_at (0, 1);
}

CdEnv *
fault_vfs_env_at (gint64 start_real_us, guint64 seed)
{
  static sqlite3_vfs vfs;
  CdEnv *env = cd_env_test_new (start_real_us, seed);

  if (vfs.zName == NULL)
    {
      vfs = *sqlite3_vfs_find (NULL);
      vfs.pNext = NULL;
      vfs.zName = "fault";
      vfs.pAppData = sqlite3_vfs_find (NULL);
      vfs.xOpen = fault_open;
      vfs.xDelete = fault_delete;
      vfs.xSleep = fault_sleep;
      g_assert_cmpint (sqlite3_vfs_register (&vfs, 0), ==, SQLITE_OK);
      names = g_hash_table_new_full (NULL, NULL, NULL, g_free);
      disks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, disk_free);
    }
  g_hash_table_remove_all (disks);
  fault_vfs = (FaultVfs){ 0 };
  cd_env_test_set_vfs (env, "fault");
  return env;
}
