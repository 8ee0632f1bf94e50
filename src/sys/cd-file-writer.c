/* cd-file-writer.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-file-writer-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER (64 * 1024)
#define TRIES 100
#define WORKER "files"

struct _CdFileWriter
{
  CdEnv *env;   /* (owned) (nullable) */
  char *shown;  /* (owned): the path as it was given, for messages */
  char *folder; /* (owned): absolute */
  char *name;   /* (owned): in it */
  int dir_fd;
  int fd;          /* of the new content; locked */
  char *temporary; /* (owned) (nullable): its name beside the other, while it has one */
  char *note;      /* (owned) (nullable) */
  guint mode;
  GByteArray *buffer; /* (owned) */
};

G_DEFINE_QUARK (cd - file - write - error - quark, cd_file_write_error)

static gboolean
fail (CdFileWriter *self, CdFileWriteError code, const char *what, int saved_errno, GError **error)
{
  g_set_error (error, CD_FILE_WRITE_ERROR, code, "%s: %s: %s", self->shown, what, g_strerror (saved_errno));
  return FALSE;
}

static void
step (CdFileWriter *self, const char *name)
{
  if (self->env != NULL)
    cd_env_probe (self->env, name);
}

/* --- A place for the content ------------------------------------------------------------------------------------------- */

/* Whether a sweep came between making and locking: then the file is gone, or about to go. */
static gboolean
was_swept (int fd)
{
  struct stat st;

  return !cd_file_lock (fd) || (fstat (fd, &st) == 0 && st.st_nlink == 0);
}

static gboolean
open_unnamed (CdFileWriter *self)
{
  self->fd = openat (self->dir_fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, self->mode);
  if (self->fd >= 0)
    cd_file_lock (self->fd); /* before it has a name: nobody else can hold it */
  return self->fd >= 0;
}

static void
forget_name (CdFileWriter *self)
{
  g_clear_pointer (&self->temporary, g_free);
  cd_file_unnote (g_steal_pointer (&self->note));
}

static void
choose_name (CdFileWriter *self)
{
  forget_name (self);
  self->temporary = cd_file_temporary_name ();
  self->note = cd_file_note (self->env, self->folder, self->temporary);
}

/* FALSE: errno says why. */
static gboolean
open_named (CdFileWriter *self)
{
  int saved = EEXIST;

  for (guint i = 0; i < TRIES && saved == EEXIST; i++)
    {
      choose_name (self);
      self->fd = openat (self->dir_fd, self->temporary, O_CREAT | O_EXCL | O_NOFOLLOW | O_RDWR | O_CLOEXEC, self->mode);
      if (self->fd >= 0 && !was_swept (self->fd))
        return TRUE;
      saved = self->fd >= 0 ? EEXIST : errno;
      if (self->fd >= 0)
        close (self->fd);
      self->fd = -1;
    }
  forget_name (self);
  errno = saved;
  return FALSE;
}

CdFileWriter *
cd_file_writer_new (CdEnv *env, const char *path, guint mode, GError **error)
{
  g_autoptr (CdFileWriter) self = g_new0 (CdFileWriter, 1);
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  struct stat st;

  self->env = env != NULL ? cd_env_ref (env) : NULL;
  self->shown = g_filename_display_name (path);
  self->folder = g_path_get_dirname (absolute);
  self->name = g_path_get_basename (absolute);
  self->mode = mode;
  self->fd = -1;
  self->buffer = g_byte_array_sized_new (BUFFER);
  self->dir_fd = open (self->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (self->dir_fd < 0)
    {
      fail (self, CD_FILE_WRITE_ERROR_FOLDER, "cannot open its folder", errno, error);
      return NULL;
    }
  if (fstatat (self->dir_fd, self->name, &st, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISREG (st.st_mode) && !S_ISLNK (st.st_mode))
    {
      fail (self, CD_FILE_WRITE_ERROR_TARGET, "expected a new name or a regular file", S_ISDIR (st.st_mode) ? EISDIR : EEXIST, error);
      return NULL;
    }
  if (env != NULL)
    cd_file_sweep_folder (self->folder);
  step (self, "file.swept");
  /* Whatever is wrong with unnamed files there (old kernels say EISDIR, FUSE EOPNOTSUPP, others EINVAL), a named one tells. */
  if (!open_unnamed (self) && !open_named (self))
    {
      fail (self, CD_FILE_WRITE_ERROR_FOLDER, "cannot make a file in its folder", errno, error);
      return NULL;
    }
  step (self, "file.made");
  return g_steal_pointer (&self);
}

void
cd_file_writer_free (CdFileWriter *self)
{
  if (self == NULL)
    return;
  /* While the lock is held: nobody else takes the name meanwhile. */
  if (self->temporary != NULL)
    unlinkat (self->dir_fd, self->temporary, 0);
  forget_name (self);
  if (self->fd >= 0)
    close (self->fd);
  if (self->dir_fd >= 0)
    close (self->dir_fd);
  g_byte_array_unref (self->buffer);
  g_free (self->shown);
  g_free (self->folder);
  g_free (self->name);
  g_clear_pointer (&self->env, cd_env_unref);
  g_free (self);
}

/* --- The content ------------------------------------------------------------------------------------------------------- */

/* FALSE: errno says why. */
static gboolean
put (int fd, const guint8 *data, gsize len)
{
  while (len > 0)
    {
      gssize n = write (fd, data, len);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          errno = n == 0 ? EIO : errno;
          return FALSE;
        }
      data += n;
      len -= (gsize)n;
    }
  return TRUE;
}

static gboolean
flush (CdFileWriter *self, GError **error)
{
  gboolean ok = put (self->fd, self->buffer->data, self->buffer->len);

  if (!ok)
    fail (self, CD_FILE_WRITE_ERROR_CONTENT, "cannot be written", errno, error);
  g_byte_array_set_size (self->buffer, 0);
  return ok;
}

gboolean
cd_file_writer_add (CdFileWriter *self, const void *data, gsize len, GError **error)
{
  if (self->buffer->len + len > BUFFER && !flush (self, error))
    return FALSE;
  if (len <= BUFFER)
    {
      if (len > 0)
        g_byte_array_append (self->buffer, data, (guint)len);
      return TRUE;
    }
  return put (self->fd, data, len) || fail (self, CD_FILE_WRITE_ERROR_CONTENT, "cannot be written", errno, error);
}

static gboolean
make_durable (CdFileWriter *self, GError **error)
{
  struct stat old;

  /* Who could read the old file reads the new one; FUSE may not allow it, and then the umask decides. */
  if (fstatat (self->dir_fd, self->name, &old, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG (old.st_mode))
    {
      if (fchmod (self->fd, old.st_mode & self->mode) != 0)
        g_debug ("%s: permissions were not handed on: %s", self->shown, g_strerror (errno));
    }
  return fsync (self->fd) == 0 || fail (self, CD_FILE_WRITE_ERROR_SYNC, "its content cannot be synced", errno, error);
}

/* --- Its name ---------------------------------------------------------------------------------------------------------- */

/* FALSE: errno says why. */
static gboolean
link_as (CdFileWriter *self, const char *name)
{
  char path[64];

  g_snprintf (path, sizeof path, "/proc/self/fd/%d", self->fd);
  if (linkat (AT_FDCWD, path, self->dir_fd, name, AT_SYMLINK_FOLLOW) == 0)
    return TRUE;
  /* Without /proc; older kernels want a right for this one. */
  return errno == ENOENT && linkat (self->fd, "", self->dir_fd, name, AT_EMPTY_PATH) == 0;
}

/* A file that must stay unnamed (a guard that forbids links): once more, under a name. */
static gboolean
copy_to_named (CdFileWriter *self, GError **error)
{
  g_autofree guint8 *data = g_malloc (BUFFER);
  int from = self->fd;
  goffset at = 0;
  gssize n = 0;
  gboolean ok;

  self->fd = -1;
  ok = open_named (self) || fail (self, CD_FILE_WRITE_ERROR_FOLDER, "cannot make a file in its folder", errno, error);
  while (ok && (n = pread (from, data, BUFFER, at)) != 0)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0 || !put (self->fd, data, (gsize)n))
        ok = fail (self, CD_FILE_WRITE_ERROR_CONTENT, "cannot be written", errno, error);
      at += n;
    }
  close (from);
  return ok && make_durable (self, error);
}

/* A link cannot take the place of a file, only a rename can. */
static gboolean
take_name_beside (CdFileWriter *self, GError **error)
{
  for (guint i = 0; i < TRIES; i++)
    {
      choose_name (self);
      step (self, "file.noted");
      if (link_as (self, self->temporary))
        return TRUE;
      if (errno != EEXIST)
        break;
    }
  forget_name (self); /* it was never there, or is another's */
  return copy_to_named (self, error);
}

static gboolean
place (CdFileWriter *self, GError **error)
{
  if (self->temporary == NULL)
    {
      if (link_as (self, self->name))
        return TRUE;
      if (errno == EEXIST ? !take_name_beside (self, error) : !copy_to_named (self, error))
        return FALSE;
    }
  step (self, "file.named");
  if (renameat (self->dir_fd, self->temporary, self->dir_fd, self->name) != 0)
    return fail (self, CD_FILE_WRITE_ERROR_REPLACE, "cannot take the place of the old file", errno, error);
  step (self, "file.renamed");
  forget_name (self);
  return TRUE;
}

/* A name is durable only when its folder is. */
static gboolean
sync_folder (CdFileWriter *self, GError **error)
{
  int fd = openat (self->dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), saved = 0;

  if (fd < 0)
    saved = syncfs (self->fd) == 0 ? 0 : errno; /* a folder that may be written to and not read */
  else if (fsync (fd) != 0)
    saved = errno;
  if (fd >= 0)
    close (fd);
  /* Some network file systems have no such call: their server decides. */
  if (saved == 0 || saved == EINVAL || saved == ENOSYS || saved == EOPNOTSUPP)
    return TRUE;
  return fail (self, CD_FILE_WRITE_ERROR_FOLDER_SYNC, "its folder cannot be synced", saved, error);
}

gboolean
cd_file_writer_finish (CdFileWriter *self, GError **error)
{
  if (!flush (self, error))
    return FALSE;
  step (self, "file.filled");
  if (!make_durable (self, error))
    return FALSE;
  step (self, "file.synced");
  if (!place (self, error))
    return FALSE;
  step (self, "file.placed");
  if (!sync_folder (self, error))
    return FALSE;
  step (self, "file.durable");
  return TRUE;
}

/* --- In one call --------------------------------------------------------------------------------------------------------- */

gboolean
cd_file_write (CdEnv *env, const char *path, const void *data, gsize len, guint mode, GError **error)
{
  g_autoptr (CdFileWriter) writer = cd_file_writer_new (env, path, mode, error);

  return writer != NULL && cd_file_writer_add (writer, data, len, error) && cd_file_writer_finish (writer, error);
}

typedef struct
{
  GTask *task;   /* (owned) */
  CdEnv *env;    /* (owned) */
  char *path;    /* (owned) */
  GBytes *bytes; /* (owned) */
} Job;

static void
write_now (gpointer data)
{
  Job *job = data;
  GError *error = NULL;
  gsize len;
  const void *bytes = g_bytes_get_data (job->bytes, &len);

  if (cd_file_write (job->env, job->path, bytes, len, 0666, &error))
    g_task_return_boolean (job->task, TRUE);
  else
    g_task_return_error (job->task, error);
  g_object_unref (job->task);
  g_bytes_unref (job->bytes);
  g_free (job->path);
  cd_env_unref (job->env);
  g_free (job);
}

static void
replaced_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
cd_file_write_async (CdEnv *env, GFile *file, GBytes *bytes, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (file, NULL, callback, data);
  g_autofree char *path = g_file_is_native (file) ? g_file_get_path (file) : NULL;
  Job *job;

  g_task_set_source_tag (task, cd_file_write_async);
  if (path == NULL)
    {
      g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_REPLACE_DESTINATION, NULL, replaced_cb, task);
      return;
    }
  job = g_new0 (Job, 1);
  job->task = task;
  job->env = cd_env_ref (env);
  job->path = g_steal_pointer (&path);
  job->bytes = g_bytes_ref (bytes);
  cd_env_run_task (env, WORKER, write_now, job);
}

gboolean
cd_file_write_finish (GFile *file, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, file), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
