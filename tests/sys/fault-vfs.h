/* fault-vfs.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A SQLite VFS over the real one that counts, fails on purpose, and remembers which writes no sync has made durable, so that
 * the disk after a power loss can be made from it.
 */
#pragma once

#include "cd-env.h"

typedef enum
{
  FAULT_NONE,
  FAULT_WRITE, /* writing fails: EIO */
  FAULT_FULL,  /* no space left */
  FAULT_SYNC,  /* sync fails: EIO */
  FAULT_READ,  /* reading fails: EIO */
  FAULT_SHORT, /* half of a write lands, then EIO */
  FAULT_BUSY,  /* another program holds the file */
  N_FAULTS,
} FaultKind;

typedef struct
{
  guint syncs;
  const char *watch;   /* part of a file name */
  guint watched_syncs; /* of such files */
  guint writes;
  guint ops; /* every operation that can fail or that a power loss can follow */

  FaultKind kind;
  guint fault_at; /* number of the operation; only those of @kind fail */
  gboolean sticky;
  const char *only;        /* (nullable): part of a file name: operations on other files succeed */
  const char *while_there; /* (nullable): a path: nothing fails any more when that file is gone, a reserve that has made room */
  gboolean hit;

  void (*at_op) (gpointer data); /* before every operation; what it opens itself goes past this VFS */
  gpointer at_op_data;

  guint crash_at;       /* number of the operation before which the power goes; 0 = never */
  const char *crash_to; /* folder for the image */
  guint32 crash_seed;
  gboolean crashed;
  gboolean in_memory; /* what is durable is only what is remembered here; the real disk is not made to write */
} FaultVfs;

extern FaultVfs fault_vfs;

/* What the disk may hold if the power went now: into @dir, by base name; unsynced writes whole, torn or lost by @seed. */
void fault_vfs_image (const char *dir, guint32 seed);

/* A driven environment that opens its databases through this VFS. Forgets everything of before. */
CdEnv *fault_vfs_env (void);
CdEnv *fault_vfs_env_at (gint64 start_real_us, guint64 seed);

/* Somebody has written to @path past this VFS, while nobody had it open: what lies there now is as durable as it gets. */
void fault_vfs_changed (const char *path);

/* The program dies now, with @power the machine too: what the disk then holds is kept in memory (unsynced writes whole, torn or
 * lost by @seed; all whole without @power). What a program writes that does not know yet that it is dead is lost by
 * fault_vfs_restore(), which is called when it has closed its files, and which puts that disk back. */
void fault_vfs_stop (gboolean power, guint32 seed);
void fault_vfs_restore (void);
