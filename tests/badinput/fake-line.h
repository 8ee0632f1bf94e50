/* fake-line.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A venue that says whatever a test wants: a transport in memory with one line, behind the real clients.
 */
#pragma once

#include "cd-transport.h"

G_BEGIN_DECLS

typedef struct
{
  CdEnv *env;
  CdEndpoint endpoint;
  CdTransportFuncs funcs; /* of the line that is open now */
  gpointer user_data;
  gboolean open;
  guint lines;     /* opened so far */
  GPtrArray *sent; /* (element-type utf8): every text that was sent, over all lines */
  guint64 accepted;
} FakeLine;

#define FAKE_START_US G_GINT64_CONSTANT (1797225600000000)

void fake_line_init (FakeLine *fake);
void fake_line_clear (FakeLine *fake);
void fake_line_opened (FakeLine *fake);
/* Delivers a text of @len bytes (-1: to its end) in a buffer of just that length, unless the line is gone. */
void fake_line_say (FakeLine *fake, const char *text, gssize len);
void fake_line_close (FakeLine *fake, const char *why);
/* How many of the texts sent hold @piece. */
guint fake_line_count (FakeLine *fake, const char *piece);

/* @text with the first @from exchanged for @to; @from must be there. (transfer full) */
char *fake_exchange (const char *text, const char *from, const char *to);

G_END_DECLS
