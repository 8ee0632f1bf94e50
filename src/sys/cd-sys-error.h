/* cd-sys-error.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The error domain of paths and streams. SQLite has its own domain in cd-db.h.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CD_SYS_ERROR (cd_sys_error_quark ())
GQuark cd_sys_error_quark (void);

/* Values are frozen: they appear in logs. Append only. */
typedef enum
{
  CD_SYS_ERROR_NAME = 1,      /* a profile name that is not allowed */
  CD_SYS_ERROR_IN_USE = 2,    /* another process (or another opener here) holds the profile */
  CD_SYS_ERROR_FOLDER = 3,    /* a folder cannot be made, or others may write to it */
  CD_SYS_ERROR_IO = 4,        /* the operating system said no */
  CD_SYS_ERROR_FRAME = 5,     /* a WebSocket frame that RFC 6455 or our limits forbid */
  CD_SYS_ERROR_TOO_LARGE = 6, /* a message, a head or a queue beyond its limit */
  CD_SYS_ERROR_CUT = 7,       /* the peer ended in the middle of a frame or a head */
  CD_SYS_ERROR_FLOOD = 8,     /* more control frames in a second than a peer has any reason to send */
  CD_SYS_ERROR_CLOSED = 9,    /* used after close */
} CdSysError;

G_END_DECLS
