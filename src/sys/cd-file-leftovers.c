/* cd-file-leftovers.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The names under which a file may stand before it is whole, where they are noted, and how they go when their writer has died.
 */
#include "cd-file-writer-private.h"

#include "cd-paths-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX ".carbondesk-"
#define SUFFIX ".part"
#define NOTES "unfinished"
#define WORKER "files"
#define WAIT_US G_USEC_PER_SEC

char *
cd_file_temporary_name (void)
{
  static int count; /* (atomic) */

  return g_strdup_printf (PREFIX "%d-%d" SUFFIX, (int)getpid (), g_atomic_int_add (&count, 1));
}

static gboolean
is_temporary (const char *name)
{
  const char *at = name + strlen (PREFIX);
  gsize pid, number;

  if (!g_str_has_prefix (name, PREFIX))
    return FALSE;
  pid = strspn (at, "0123456789");
  if (pid == 0 || at[pid] != '-')
    return FALSE;
  number = strspn (at + pid + 1, "0123456789");
  return number > 0 && strcmp (at + pid + 1 + number, SUFFIX) == 0;
}

gboolean
cd_file_lock (int fd)
{
  while (flock (fd, LOCK_EX | LOCK_NB) != 0)
    if (errno != EINTR)
      return errno != EWOULDBLOCK;
  return TRUE;
}

/* Unlike cd_file_lock(): where nobody can lock, nobody can tell that the writer is dead. */
static gboolean
is_abandoned (int fd)
{
  while (flock (fd, LOCK_EX | LOCK_NB) != 0)
    if (errno != EINTR)
      return FALSE;
  return TRUE;
}

gboolean
cd_file_sweep_one (int dir_fd, const char *name)
{
  struct stat opened, named;
  gboolean gone = FALSE;
  int fd = openat (dir_fd, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC); /* NFS locks only what may be written */

  if (fd < 0 && errno == EACCES)
    fd = openat (dir_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0)
    return errno == ENOENT;
  /* The name is looked at under the lock: its writer may have renamed the file between the two calls before. */
  if (fstat (fd, &opened) == 0 && S_ISREG (opened.st_mode) && opened.st_uid == geteuid () && is_abandoned (fd))
    {
      if (fstatat (dir_fd, name, &named, AT_SYMLINK_NOFOLLOW) != 0)
        gone = errno == ENOENT;
      else if (named.st_dev == opened.st_dev && named.st_ino == opened.st_ino)
        gone = unlinkat (dir_fd, name, 0) == 0;
    }
  close (fd);
  return gone;
}

void
cd_file_sweep_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  int dir_fd = dir != NULL ? open (folder, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
  const char *name;

  while (dir_fd >= 0 && (name = g_dir_read_name (dir)) != NULL)
    if (is_temporary (name))
      cd_file_sweep_one (dir_fd, name);
  if (dir_fd >= 0)
    close (dir_fd);
}

/* --- Notes ------------------------------------------------------------------------------------------------------------ */

static char *
notes_folder (CdEnv *env)
{
  g_autofree char *root = cd_paths_base_dir (env, "XDG_DATA_HOME", ".local/share");

  return root != NULL ? g_build_filename (root, NOTES, NULL) : NULL;
}

/* A link is made in one step and says all there is to say. Without one the next write into the folder still sweeps. */
char *
cd_file_note (CdEnv *env, const char *folder, const char *name)
{
  g_autofree char *notes = env != NULL ? notes_folder (env) : NULL;
  g_autofree char *note = notes != NULL ? g_build_filename (notes, name, NULL) : NULL;
  g_autofree char *path = g_build_filename (folder, name, NULL);

  if (note == NULL || g_mkdir_with_parents (notes, 0700) != 0 || symlink (path, note) != 0)
    return NULL;
  return g_steal_pointer (&note);
}

void
cd_file_unnote (char *note)
{
  if (note != NULL)
    unlink (note);
  g_free (note);
}

static void
sweep_note (const char *notes, const char *name)
{
  g_autofree char *note = g_build_filename (notes, name, NULL);
  g_autofree char *path = g_file_read_link (note, NULL);
  g_autofree char *base = path != NULL ? g_path_get_basename (path) : NULL;
  g_autofree char *folder = path != NULL ? g_path_get_dirname (path) : NULL;
  int dir_fd;

  if (path == NULL || !g_path_is_absolute (path) || strcmp (base, name) != 0)
    return;
  /* A folder that is not there may be on a disk that is not in: the note waits for it. */
  dir_fd = open (folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (dir_fd < 0)
    return;
  if (cd_file_sweep_one (dir_fd, name))
    unlink (note);
  close (dir_fd);
}

/* Of two threads, the later of which frees it. */
typedef struct
{
  GMutex mutex;
  GCond cond;
  gboolean done;
  char *notes; /* (owned) */
} Sweep;

static void
sweep_clear (gpointer data)
{
  Sweep *sweep = data;

  g_mutex_clear (&sweep->mutex);
  g_cond_clear (&sweep->cond);
  g_free (sweep->notes);
}

static void
sweep_now (gpointer data)
{
  Sweep *sweep = data;
  g_autoptr (GDir) dir = g_dir_open (sweep->notes, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (is_temporary (name))
      sweep_note (sweep->notes, name);
  g_mutex_lock (&sweep->mutex);
  sweep->done = TRUE;
  g_cond_signal (&sweep->cond);
  g_mutex_unlock (&sweep->mutex);
  g_atomic_rc_box_release_full (sweep, sweep_clear);
}

/* A command of the command line would be over before its worker; a folder on a dead network holds up the start no longer than this. */
static void
sweep_wait (Sweep *sweep)
{
  gint64 until = g_get_monotonic_time () + WAIT_US;

  g_mutex_lock (&sweep->mutex);
  while (!sweep->done && g_cond_wait_until (&sweep->cond, &sweep->mutex, until))
    ;
  g_mutex_unlock (&sweep->mutex);
}

void
cd_file_sweep_noted (CdEnv *env)
{
  g_autofree char *notes = notes_folder (env);
  g_autoptr (GDir) dir = notes != NULL ? g_dir_open (notes, 0, NULL) : NULL;

  Sweep *sweep;

  /* Mostly there is nothing, and then no thread is made. */
  if (dir == NULL || g_dir_read_name (dir) == NULL)
    return;
  sweep = g_atomic_rc_box_new0 (Sweep);
  g_mutex_init (&sweep->mutex);
  g_cond_init (&sweep->cond);
  sweep->notes = g_steal_pointer (&notes);
  cd_env_run_task (env, WORKER, sweep_now, g_atomic_rc_box_acquire (sweep));
  sweep_wait (sweep);
  g_atomic_rc_box_release_full (sweep, sweep_clear);
}
