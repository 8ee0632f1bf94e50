/* cd-venue-faults.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A plan of named faults, for drills and tests: what happens to which message of the practice venue. The engine never lies; a
 * fault is only ever something that a network, a proxy or a crash could do to what was said.
 *
 *   PLAN   entries with a comma between them
 *   entry  KIND[=NUMBER]@POINT[(WHAT)][#WHICH]
 *   KIND   drop · delay=MILLISECONDS · duplicate · cut · status=500…599 · restart
 *   POINT  command  a command comes in and is not executed yet         WHAT: op, "order.new"
 *          answer   it is executed and durable, the answer not sent    WHAT: op
 *          event    a private event leaves                             WHAT: kind, "order.fill"
 *          md       a public message leaves                            WHAT: type, "depth", "hb"
 *          get      an HTTP request or an upgrade comes in             WHAT: first part of the route, "session"
 *   WHICH  N: the N-th that matches, N+: this one and all after it, /K: every K-th; without it the first
 *
 * Each entry counts for itself, and of entries that fall together the first acts. One thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CD_VENUE_FAULTS_ERROR (cd_venue_faults_error_quark ())
GQuark cd_venue_faults_error_quark (void);
typedef enum
{
  CD_VENUE_FAULTS_ERROR_PLAN = 1, /* names the entry, what stands there and what was expected */
} CdVenueFaultsError;

typedef enum
{
  CD_VENUE_FAULT_NONE = 0,
  CD_VENUE_FAULT_DROP,      /* as if it never came, or never left */
  CD_VENUE_FAULT_DELAY,     /* @number milliseconds, and all that follows on the line waits behind it */
  CD_VENUE_FAULT_DUPLICATE, /* twice */
  CD_VENUE_FAULT_CUT,       /* the connection is reset instead */
  CD_VENUE_FAULT_STATUS,    /* HTTP: this status instead */
  CD_VENUE_FAULT_RESTART,   /* the process dies as it stands and comes back on the same port; happens once */
} CdVenueFaultKind;

typedef enum
{
  CD_VENUE_POINT_COMMAND = 1,
  CD_VENUE_POINT_ANSWER,
  CD_VENUE_POINT_EVENT,
  CD_VENUE_POINT_MD,
  CD_VENUE_POINT_GET,
} CdVenuePoint;

typedef struct
{
  CdVenueFaultKind kind;
  guint number; /* DELAY: milliseconds, STATUS: the status */
} CdVenueFault;

typedef struct _CdVenueFaults CdVenueFaults;

/**
 * cd_venue_faults_parse:
 * @plan: an empty one is a plan without faults
 */
CdVenueFaults *cd_venue_faults_parse (const char *plan, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cd_venue_faults_free (CdVenueFaults *faults);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdVenueFaults, cd_venue_faults_free)

/**
 * cd_venue_faults_hit:
 * @faults: (nullable): no plan, no fault
 * @what: (nullable): matches entries without a WHAT only
 *
 * Counts one message; what happens to it.
 */
CdVenueFault cd_venue_faults_hit (CdVenueFaults *faults, CdVenuePoint point, const char *what);

/* The plan without the restarts that have happened: what the process that comes back goes on with. (transfer full) */
char *cd_venue_faults_left (const CdVenueFaults *faults);

G_END_DECLS
