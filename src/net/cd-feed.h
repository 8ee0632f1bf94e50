/* cd-feed.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The market-data client on its own thread: connects (own TLS, own 101 handshake, CdStream below), reads snapshot and deltas,
 * checks sequence, epoch and checksum, asks for a fresh snapshot after a gap, and writes into the #CdFeedBox. Reconnects with
 * jittered back-off (0.5·2ⁿ s, cap 30 s).
 */
#pragma once

#include "cd-feed-box.h"
#include "cd-transport.h"

G_BEGIN_DECLS

typedef struct _CdFeed CdFeed;

CdEndpoint *cd_endpoint_copy (const CdEndpoint *endpoint);
void cd_endpoint_free (CdEndpoint *endpoint);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdEndpoint, cd_endpoint_free)

/* Main thread. Starts the thread; subscribes to all instruments. */
CdFeed *cd_feed_new (CdEnv *env, const CdEndpoint *endpoint, CdFeedBox *box);
/* Stops the thread and joins it (bounded: sockets are closed first). */
void cd_feed_free (CdFeed *feed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdFeed, cd_feed_free)
/* Asks the feed to drop its line and connect again (operator's button, resume from suspend). */
void cd_feed_reconnect (CdFeed *feed);

G_END_DECLS
