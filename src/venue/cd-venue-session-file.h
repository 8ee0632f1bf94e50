/* cd-venue-session-file.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A session to be played again by the practice venue, at its market times. Two kinds of file:
 *
 * The venue.db of a practice folder: what its persons sent, with its scenario, seed and start; the packs must be the same.
 *
 * Text, one JSON object a line. The first is the head:
 *   {"format":"carbondesk-session/1","scenario":"main","market_time":"2026-12-14T13:20:00","seed":"7","participants":"off"}
 * (all but format may be missing; "off": the seeded participants withdraw and are silent, the file alone is the market), then, in the
 * order of time, what happened:
 *   {"at":"2026-12-14T05:21:00.000000Z","person":"power-trader","op":"order.new","key":"PX…","account":"HD-POWER","body":"{…}"}
 *     a command as it stands on the private stream; its deadline, if any, is not looked at
 *   {"at":"…","party":"PX-NORTH","instrument":"CEA25","side":"sell","kind":"list","price":"97.05","qty":"500"}
 *     an order of a participant
 *   {"at":"…","party":"PX-NORTH","withdraws":12}
 *     takes back what the participant's line 12 placed
 */
#pragma once

#include "cd-env.h"
#include "cd-wire-order.h"

G_BEGIN_DECLS

#define CD_VENUE_SESSION_FILE_ERROR (cd_venue_session_file_error_quark ())
GQuark cd_venue_session_file_error_quark (void);
typedef enum
{
  CD_VENUE_SESSION_FILE_ERROR_FORM = 1, /* names file, line and path */
} CdVenueSessionFileError;

/**
 * CdVenueSessionEntry:
 * @person: "" for the market itself
 * @line: line of the text, or number of the command
 * @withdraws: line whose order is taken back; 0 = none. @command has no body yet then
 */
typedef struct
{
  gint64 at_us;
  char *person;
  CdWireCommand *command;
  guint line;
  guint withdraws;
} CdVenueSessionEntry;

/**
 * CdVenueSessionFile:
 * @sha256: of the text; of a venue.db of its epoch and the number of its commands
 * @packs: (nullable): what it was recorded under
 * @scenario: (nullable)
 * @market_time: (nullable)
 * @start_us: of a venue.db; 0 = none
 * @seed: -1 = any
 */
typedef struct
{
  char *path, *sha256, *packs, *scenario, *market_time;
  gint64 start_us, seed;
  gboolean quiet;
  GPtrArray *entries; /* (element-type CdVenueSessionEntry), in the order of time */
} CdVenueSessionFile;

CdVenueSessionFile *cd_venue_session_file_read (CdEnv *env, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cd_venue_session_file_free (CdVenueSessionFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdVenueSessionFile, cd_venue_session_file_free)

/* The key of the order that @line of @file places: the same in every run. (transfer full) */
char *cd_venue_session_file_key (const CdVenueSessionFile *file, guint line);
/* "FILE:12" or "FILE: command 12". (transfer full) */
char *cd_venue_session_file_place (const CdVenueSessionFile *file, guint line);

G_END_DECLS
