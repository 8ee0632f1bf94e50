/* cd-paths.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-paths-private.h"

#include "cd-file-writer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define NAME_MAX_LEN 64
#define TREE_DEPTH_MAX 32

struct _CdPaths
{
  gatomicrefcount refs;
  CdProfileKind kind;
  char *profile;      /* (owned) */
  char *data_dir;     /* (owned) */
  char *cache_dir;    /* (owned) */
  char *imports_dir;  /* (owned) */
  char *venue_dir;    /* (owned) (nullable) */
  char *journal_file; /* (owned) */
  char *cache_file;   /* (owned) */
  char *layout_file;  /* (owned) */
  int lock_fd;
};

static void G_GNUC_PRINTF (4, 5)
    set_errno_error (GError **error, int code, int saved_errno, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, CD_SYS_ERROR, code, "%s: %s", what, g_strerror (saved_errno));
}

gboolean
cd_profile_name_check (const char *name, GError **error)
{
  gsize len = name != NULL ? strlen (name) : 0;

  if (len < 1 || len > NAME_MAX_LEN)
    {
      g_set_error (error, CD_SYS_ERROR, CD_SYS_ERROR_NAME, "profile name has %" G_GSIZE_FORMAT " bytes, expected 1 to %d", len, NAME_MAX_LEN);
      return FALSE;
    }
  for (gsize i = 0; i < len; i++)
    {
      gboolean plain = g_ascii_isalnum (name[i]) || name[i] == '_';
      gboolean inner = i > 0 && (name[i] == '-' || name[i] == '.');
      if (!plain && !inner)
        {
          g_autofree char *shown = g_strescape (name, NULL);
          g_set_error (error, CD_SYS_ERROR, CD_SYS_ERROR_NAME,
                       "profile name \"%s\": byte %" G_GSIZE_FORMAT " is not one of A-Z a-z 0-9 _ (or, after the first, - .)", shown, i + 1);
          return FALSE;
        }
    }
  return TRUE;
}

const char *
cd_profile_kind_name (CdProfileKind kind)
{
  switch (kind)
    {
    case CD_PROFILE_PRACTICE:
      return "practice";
    case CD_PROFILE_LIVE:
      return "live";
    }
  g_assert_not_reached ();
}

char *
cd_paths_base_dir (CdEnv *env, const char *variable, const char *below_home)
{
  const char *dir = cd_env_get_string (env, variable);
  const char *home = cd_env_get_string (env, "HOME");

  if (dir != NULL && g_path_is_absolute (dir))
    return g_build_filename (dir, "carbondesk", NULL);
  if (home != NULL && g_path_is_absolute (home))
    return g_build_filename (home, below_home, "carbondesk", NULL);
  return NULL;
}

static gboolean
make_private_dir (const char *path, GError **error)
{
  struct stat st;

  if (g_mkdir_with_parents (path, 0700) != 0)
    {
      set_errno_error (error, CD_SYS_ERROR_FOLDER, errno, "cannot make folder %s", path);
      return FALSE;
    }
  if (lstat (path, &st) != 0)
    {
      set_errno_error (error, CD_SYS_ERROR_FOLDER, errno, "cannot look at folder %s", path);
      return FALSE;
    }
  if (!S_ISDIR (st.st_mode))
    {
      g_set_error (error, CD_SYS_ERROR, CD_SYS_ERROR_FOLDER, "%s is not a folder (a symbolic link is not accepted)", path);
      return FALSE;
    }
  if (st.st_uid != geteuid ())
    {
      g_set_error (error, CD_SYS_ERROR, CD_SYS_ERROR_FOLDER, "folder %s belongs to another user", path);
      return FALSE;
    }
  if (st.st_mode & (S_IWGRP | S_IWOTH))
    {
      g_set_error (error, CD_SYS_ERROR, CD_SYS_ERROR_FOLDER, "folder %s may be written by others; run: chmod 700 %s", path, path);
      return FALSE;
    }
  return TRUE;
}

static gboolean
take_lock (CdPaths *self, GError **error)
{
  g_autofree char *file = g_build_filename (self->data_dir, "lock", NULL);

  self->lock_fd = open (file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (self->lock_fd < 0)
    {
      set_errno_error (error, CD_SYS_ERROR_IO, errno, "cannot open %s", file);
      return FALSE;
    }
  while (flock (self->lock_fd, LOCK_EX | LOCK_NB) != 0)
    {
      if (errno == EINTR)
        continue;
      if (errno == EWOULDBLOCK)
        g_set_error (error, CD_SYS_ERROR, CD_SYS_ERROR_IN_USE, "profile %s/%s is in use (%s is locked)",
                     cd_profile_kind_name (self->kind), self->profile, file);
      else
        set_errno_error (error, CD_SYS_ERROR_IO, errno, "cannot lock %s", file);
      return FALSE;
    }
  return TRUE;
}

CdPaths *
cd_paths_open_at (const char *data_root, const char *cache_root, CdProfileKind kind, const char *name, GError **error)
{
  const char *kind_name = cd_profile_kind_name (kind);

  g_return_val_if_fail (data_root != NULL && cache_root != NULL, NULL);
  if (!cd_profile_name_check (name, error))
    return NULL;

  g_autoptr (CdPaths) self = g_new0 (CdPaths, 1);
  g_atomic_ref_count_init (&self->refs);
  self->lock_fd = -1;
  self->kind = kind;
  self->profile = g_strdup (name);
  self->data_dir = g_build_filename (data_root, kind_name, name, NULL);
  self->cache_dir = g_build_filename (cache_root, kind_name, name, NULL);
  self->imports_dir = g_build_filename (self->data_dir, "imports", NULL);
  self->journal_file = g_build_filename (self->data_dir, "journal.db", NULL);
  self->cache_file = g_build_filename (self->cache_dir, "cache.db", NULL);
  self->layout_file = g_build_filename (self->data_dir, "layout.json", NULL);
  if (kind == CD_PROFILE_PRACTICE)
    self->venue_dir = g_build_filename (self->data_dir, "venue", NULL);

  if (!make_private_dir (data_root, error) || !make_private_dir (self->data_dir, error) || !take_lock (self, error))
    return NULL;
  if (!make_private_dir (self->imports_dir, error) || !make_private_dir (cache_root, error) || !make_private_dir (self->cache_dir, error))
    return NULL;
  if (self->venue_dir != NULL && !make_private_dir (self->venue_dir, error))
    return NULL;
  /* What a killed program left while it wrote a file of the profile. */
  cd_file_sweep_folder (self->data_dir);
  cd_file_sweep_folder (self->imports_dir);
  return g_steal_pointer (&self);
}

char *
cd_paths_dup_data_dir (CdEnv *env, CdProfileKind kind, const char *name)
{
  g_autofree char *root = cd_paths_base_dir (env, "XDG_DATA_HOME", ".local/share");

  return root ? g_build_filename (root, cd_profile_kind_name (kind), name, NULL) : NULL;
}

CdPaths *
cd_paths_open (CdEnv *env, CdProfileKind kind, const char *name, GError **error)
{
  g_autofree char *data_root = cd_paths_base_dir (env, "XDG_DATA_HOME", ".local/share");
  g_autofree char *cache_root = cd_paths_base_dir (env, "XDG_CACHE_HOME", ".cache");
  CdPaths *paths;

  if (data_root == NULL || cache_root == NULL)
    {
      g_set_error (error, CD_SYS_ERROR, CD_SYS_ERROR_FOLDER, "neither HOME nor XDG_DATA_HOME and XDG_CACHE_HOME hold an absolute path");
      return NULL;
    }
  paths = cd_paths_open_at (data_root, cache_root, kind, name, error);
  if (paths != NULL)
    cd_file_sweep_noted (env);
  return paths;
}

CdPaths *
cd_paths_ref (CdPaths *paths)
{
  g_atomic_ref_count_inc (&paths->refs);
  return paths;
}

void
cd_paths_unref (CdPaths *paths)
{
  if (!g_atomic_ref_count_dec (&paths->refs))
    return;
  if (paths->lock_fd >= 0)
    close (paths->lock_fd);
  g_free (paths->profile);
  g_free (paths->data_dir);
  g_free (paths->cache_dir);
  g_free (paths->imports_dir);
  g_free (paths->venue_dir);
  g_free (paths->journal_file);
  g_free (paths->cache_file);
  g_free (paths->layout_file);
  g_free (paths);
}

CdProfileKind
cd_paths_kind (const CdPaths *paths)
{
  return paths->kind;
}

const char *
cd_paths_profile (const CdPaths *paths)
{
  return paths->profile;
}

const char *
cd_paths_data_dir (const CdPaths *paths)
{
  return paths->data_dir;
}

const char *
cd_paths_cache_dir (const CdPaths *paths)
{
  return paths->cache_dir;
}

const char *
cd_paths_imports_dir (const CdPaths *paths)
{
  return paths->imports_dir;
}

const char *
cd_paths_venue_dir (const CdPaths *paths)
{
  return paths->venue_dir;
}

const char *
cd_paths_journal_file (const CdPaths *paths)
{
  return paths->journal_file;
}

const char *
cd_paths_cache_file (const CdPaths *paths)
{
  return paths->cache_file;
}

const char *
cd_paths_layout_file (const CdPaths *paths)
{
  return paths->layout_file;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

GStrv
cd_paths_list (CdEnv *env, CdProfileKind kind)
{
  g_autofree char *root = cd_paths_base_dir (env, "XDG_DATA_HOME", ".local/share");
  g_autofree char *folder = root != NULL ? g_build_filename (root, cd_profile_kind_name (kind), NULL) : NULL;
  g_autoptr (GDir) dir = folder != NULL ? g_dir_open (folder, 0, NULL) : NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      struct stat st;
      if (cd_profile_name_check (name, NULL) && lstat (path, &st) == 0 && S_ISDIR (st.st_mode))
        g_ptr_array_add (names, g_strdup (name));
    }
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (GStrv)g_ptr_array_steal (names, NULL);
}

gint64
cd_paths_free_bytes (const char *dir)
{
  struct statvfs st;
  gint64 bytes;

  if (statvfs (dir, &st) != 0)
    return -1;
  if (__builtin_mul_overflow ((guint64)st.f_bavail, (guint64)st.f_frsize, &bytes))
    return G_MAXINT64;
  return bytes;
}

gboolean
cd_paths_write_file (const char *path, const void *data, gsize len, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (cd_file_write (NULL, path, data, len, 0600, &local))
    return TRUE;
  g_set_error_literal (error, CD_SYS_ERROR, CD_SYS_ERROR_IO, local->message);
  return FALSE;
}

static gboolean
remove_below (int dir_fd, const char *shown, int depth, GError **error)
{
  DIR *dir = fdopendir (dir_fd);
  struct dirent *entry;
  gboolean ok = TRUE;

  if (dir == NULL || depth > TREE_DEPTH_MAX)
    {
      set_errno_error (error, CD_SYS_ERROR_IO, dir ? ELOOP : errno, "cannot read folder %s", shown);
      if (dir != NULL)
        closedir (dir);
      else
        close (dir_fd);
      return FALSE;
    }
  while (ok && (entry = readdir (dir)) != NULL)
    {
      if (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0)
        continue;
      if (unlinkat (dir_fd, entry->d_name, 0) == 0)
        continue;
      g_autofree char *path = g_build_filename (shown, entry->d_name, NULL);
      int child = openat (dir_fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      if (child < 0)
        {
          set_errno_error (error, CD_SYS_ERROR_IO, errno, "cannot remove %s", path);
          ok = FALSE;
        }
      else if (!remove_below (child, path, depth + 1, error))
        ok = FALSE;
      else if (unlinkat (dir_fd, entry->d_name, AT_REMOVEDIR) != 0)
        {
          set_errno_error (error, CD_SYS_ERROR_IO, errno, "cannot remove folder %s", path);
          ok = FALSE;
        }
    }
  closedir (dir);
  return ok;
}

gboolean
cd_paths_remove_tree (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

  if (fd < 0 && errno == ENOENT)
    return TRUE;
  if (fd < 0)
    {
      set_errno_error (error, CD_SYS_ERROR_IO, errno, "cannot open folder %s", path);
      return FALSE;
    }
  if (!remove_below (fd, path, 0, error))
    return FALSE;
  if (rmdir (path) != 0)
    {
      set_errno_error (error, CD_SYS_ERROR_IO, errno, "cannot remove folder %s", path);
      return FALSE;
    }
  return TRUE;
}
