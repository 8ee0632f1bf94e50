/* cd-link.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One WebSocket to a venue over whatever carries it: libsoup above our own handshake (cd-ws-connect.h), or the transport of the
 * environment (cd-transport.h). Feed and trade client know nothing else of the wire.
 */
#pragma once

#include "cd-transport.h"

G_BEGIN_DECLS

typedef struct _CdLink CdLink;

/**
 * cd_link_open:
 * @funcs: copied; called on the thread-default main context of the caller, never from inside these functions
 */
CdLink *cd_link_open (CdEnv *env, const CdEndpoint *endpoint, const char *path, const CdTransportFuncs *funcs, gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
/* Closes and frees; nothing is called afterwards. May be called from inside @funcs. */
void cd_link_close (CdLink *link);
gboolean cd_link_is_open (CdLink *link); /* @link: (nullable) */

/**
 * cd_link_check:
 * May be called as often as one likes: every five seconds it asks again whether the peer's certificate, and ours, still hold: one ends or is revoked while the line is open (fault F44). A line that
 * is not open, and another transport than libsoup, has nothing to ask. @link may be %NULL.
 * Returns: %FALSE with %CD_NET_ERROR_CERTIFICATE
 */
gboolean cd_link_check (CdLink *link, GError **error);
void cd_link_send (CdLink *link, const char *text);
guint64 cd_link_bytes_accepted (CdLink *link);
guint64 cd_link_bytes_exposed (CdLink *link); /* 0 before it is open */

G_END_DECLS
