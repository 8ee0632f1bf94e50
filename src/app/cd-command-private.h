/* cd-command-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the commands share: reading files and options.
 */
#pragma once

#include "cd-command.h"
#include "cd-pack.h"
#include "cd-paths.h"

G_BEGIN_DECLS

#define CD_COMMAND_RECORDING_MAX (256 * 1024 * 1024)
#define CD_COMMAND_LINE_MAX (4 * 1024 * 1024)

/**
 * cd_command_read:
 * @max: most bytes that are taken, unpacked ones
 *
 * The bytes of @path; one that begins as an .xz file does is unpacked.
 *
 * Returns: (transfer full) (nullable): %NULL after saying why not
 */
GBytes *cd_command_read (CdCommandIo *io, const char *path, gsize max);

/* The same for what a profile keeps: a regular file that does not change while it is read. (transfer full) (nullable) */
GBytes *cd_command_read_settled (CdCommandIo *io, const char *path, gsize max);

/* The same as lines of UTF-8 without U+0000, none longer than %CD_COMMAND_LINE_MAX. (transfer full) (nullable) */
char *cd_command_read_lines (CdCommandIo *io, const char *path);

/* The built-in pack of --market; %NULL after saying which there are: then the status is %CD_COMMAND_USAGE. */
CdPack *cd_command_pack (CdCommandIo *io, const CdCommandArgs *args);
gboolean cd_command_date (CdCommandIo *io, const char *option, const char *text, CdDate *out);
/* --date, or today in the market's zone. */
gboolean cd_command_day (CdCommandIo *io, const CdCommandArgs *args, const CdZone *zone, CdDate *out);

/**
 * cd_command_profile:
 * @given: NAME and practice/NAME are practice, live/NAME is live
 * @make: a practice profile that is not there is made; a live one never
 * @status: (out): why it is not open
 *
 * Returns: (transfer full) (nullable): %NULL after saying why not
 */
CdPaths *cd_command_profile (CdCommandIo *io, const char *given, gboolean make, CdCommandStatus *status);

/* The base name as people read it; (transfer full). */
char *cd_command_display_name (const char *path);

G_END_DECLS
