/* cd-venue-process.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The practice venue as a child: found in libexecdir (or where CARBONDESK_VENUE points), started on loopback, ended by closing its
 * standard input. Its one ready line says where it listens and which certificates the demo persons have. Main thread.
 */
#pragma once

#include "cd-desk.h"
#include "cd-feed.h"

G_BEGIN_DECLS

typedef struct
{
  CdPerson person;
  char *cert_path, *key_path;
} CdVenuePerson;

typedef struct
{
  char *url;
  char *epoch;
  char *ca_path;
  char *crl_path;
  GPtrArray *persons; /* (element-type CdVenuePerson) */
} CdVenueReady;
void cd_venue_ready_free (CdVenueReady *ready);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdVenueReady, cd_venue_ready_free)
#define CD_VENUE_READY_FILE "ready.json" /* the ready line, in the data folder while the venue runs */
/* Strict; @error names the member and what was expected. */
CdVenueReady *cd_venue_ready_parse (const char *line, GError **error);
/* The endpoint for one person, or for the public stream when @person is NULL. (transfer full) */
CdEndpoint *cd_venue_ready_endpoint (const CdVenueReady *ready, const char *person);

#define CD_TYPE_VENUE_PROCESS (cd_venue_process_get_type ())
G_DECLARE_FINAL_TYPE (CdVenueProcess, cd_venue_process, CD, VENUE_PROCESS, GObject)

/**
 * CdVenueProcess: signal "exited" (message: string) when the child ends without being told to.
 */
CdVenueProcess *cd_venue_process_new (CdEnv *env);

/**
 * cd_venue_process_start_async:
 * @data_dir: the venue's own folder, beside the practice profile
 * @packs: (array zero-terminated=1): pack ids
 *
 * Answers when the ready line has been read, or the child has ended, or after 30 seconds.
 */
void cd_venue_process_start_async (CdVenueProcess *self,
                                   const CdDeskConfig *config,
                                   const char *data_dir,
                                   const char *const *packs,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer data);
CdVenueReady *cd_venue_process_start_finish (CdVenueProcess *self, GAsyncResult *result, GError **error);
/* Closes its standard input and waits; killed after 5 seconds. */
void cd_venue_process_stop_async (CdVenueProcess *self, GAsyncReadyCallback callback, gpointer data);
void cd_venue_process_kill (CdVenueProcess *self); /* kill -9 */
gboolean cd_venue_process_stop_finish (CdVenueProcess *self, GAsyncResult *result, GError **error);

G_END_DECLS
