/* fault-files.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every call of the operating system by which a file is written comes by here (--wrap, see meson.build): it can be refused, and the process can
 * be killed before and behind it. fault-vfs.h is the same below SQLite.
 */
#pragma once

#include <glib.h>

/* Each an errno to fail with; 0: it works. */
typedef struct
{
  int tmpfile, write, fsync, link, rename, flock;
} FaultFiles;

extern FaultFiles fault_files;

void fault_files_die_at (guint n); /* at the tick of this number, from 1, counted from now on; 0: never */
void fault_files_tick (void);
