/* cd-file-writer.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The one way in which a file is written whole. Whoever opens it finds the old content or the new one, never a part, whenever the program or
 * the machine stops. What is written has no name until it is complete and durable (O_TMPFILE); then it is linked to the name, or, where the
 * name is taken, to a name beside it and renamed. A file system that has no unnamed files gets a hidden name beside it from the start:
 *
 *   .carbondesk-PID-NUMBER.part
 *
 * The writer holds a lock (flock) on it, so that anybody can tell what a killed program has left from what is being written. What was left
 * is removed by the next write into that folder, and by the next start: a symbolic link in $XDG_DATA_HOME/carbondesk/unfinished/ tells it
 * where such a name stands.
 *
 * Where the new file cannot be put into the place of the old one (a folder that may not be written to, a single file lent by the desktop),
 * that is an error and the old one stays: nothing is ever written over it.
 */
#pragma once

#include "cd-env.h"

G_BEGIN_DECLS

#define CD_FILE_WRITE_ERROR (cd_file_write_error_quark ())
GQuark cd_file_write_error_quark (void);

/**
 * CdFileWriteError:
 * @CD_FILE_WRITE_ERROR_TARGET: a folder, a pipe or a device stands there
 * @CD_FILE_WRITE_ERROR_FOLDER: its folder takes no new file
 * @CD_FILE_WRITE_ERROR_CONTENT: its content could not be written
 * @CD_FILE_WRITE_ERROR_SYNC: its content could not be made durable
 * @CD_FILE_WRITE_ERROR_REPLACE: it could not be given its name
 * @CD_FILE_WRITE_ERROR_FOLDER_SYNC: the new file stands there, but a loss of power may bring back the old one
 *
 * What failed. Every message names the file first and ends with the reason of the operating system. After all but the last the old file is as
 * it was.
 */
typedef enum
{
  CD_FILE_WRITE_ERROR_TARGET = 1,
  CD_FILE_WRITE_ERROR_FOLDER,
  CD_FILE_WRITE_ERROR_CONTENT,
  CD_FILE_WRITE_ERROR_SYNC,
  CD_FILE_WRITE_ERROR_REPLACE,
  CD_FILE_WRITE_ERROR_FOLDER_SYNC,
} CdFileWriteError;

typedef struct _CdFileWriter CdFileWriter;

/**
 * cd_file_writer_new:
 * @env: (nullable): its probes are told of each step. %NULL for a file in a profile: that folder is swept when the profile is opened
 * @path: a new name, a regular file, or a symbolic link, which is replaced and not followed
 * @mode: permissions of a new file, before the umask. A file that is replaced hands on its own, as far as @mode has them.
 * @error: #CdFileWriteError
 *
 * Begins to write @path. With @env, what killed programs have left in its folder is removed first.
 *
 * Returns: (transfer full) (nullable):
 */
CdFileWriter *cd_file_writer_new (CdEnv *env, const char *path, guint mode, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * cd_file_writer_add:
 * @data: (array length=len) (nullable)
 *
 * Appends. After an error nothing else can be done but cd_file_writer_free().
 */
gboolean cd_file_writer_add (CdFileWriter *self, const void *data, gsize len, GError **error);

/**
 * cd_file_writer_finish:
 * Makes durable what was added and gives it the name, once. Returns: whether it is there to stay.
 */
gboolean cd_file_writer_finish (CdFileWriter *self, GError **error);

/**
 * cd_file_writer_free:
 * @self: (nullable)
 *
 * Without cd_file_writer_finish() before, nothing has happened.
 */
void cd_file_writer_free (CdFileWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdFileWriter, cd_file_writer_free)

/**
 * cd_file_write:
 * The three calls in one; parameters as there. It waits for the disk.
 */
gboolean cd_file_write (CdEnv *env, const char *path, const void *data, gsize len, guint mode, GError **error);

/**
 * cd_file_write_async:
 * @file: what a person chose. What has no path here is written by GIO, in the way of its file system.
 * @callback: called in the thread-default context of the caller, with @file as source
 *
 * Writes @bytes to @file on a worker, readable as the umask of the person says.
 */
void cd_file_write_async (CdEnv *env, GFile *file, GBytes *bytes, GAsyncReadyCallback callback, gpointer data);
gboolean cd_file_write_finish (GFile *file, GAsyncResult *result, GError **error);

/**
 * cd_file_sweep_folder:
 * Removes what killed programs of this user have left in @folder, and nothing that is being written.
 */
void cd_file_sweep_folder (const char *folder);

/**
 * cd_file_sweep_noted:
 * The same in every folder that was noted, on a worker, which is waited for no longer than a second: a folder on a dead network must hold up
 * no start.
 */
void cd_file_sweep_noted (CdEnv *env);

G_END_DECLS
