/* fake-line.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "fake-line.h"

#include <gio/gio.h>
#include <string.h>

static gpointer
open_line (gpointer data, const CdEndpoint *endpoint, const char *path, const CdTransportFuncs *funcs, gpointer user_data)
{
  FakeLine *fake = data;

  fake->funcs = *funcs;
  fake->user_data = user_data;
  fake->lines++;
  return fake;
}

static gboolean
is_open (gpointer line)
{
  return ((FakeLine *)line)->open;
}

static void
send_text (gpointer line, const char *text)
{
  FakeLine *fake = line;

  g_ptr_array_add (fake->sent, g_strdup (text));
  fake->accepted += strlen (text);
}

/* All that is handed over leaves at once: what follows is then never provably unsent. */
static guint64
accepted (gpointer line)
{
  return ((FakeLine *)line)->accepted;
}

static void
free_line (gpointer line)
{
  ((FakeLine *)line)->open = FALSE;
}

static const CdTransportOps ops = { open_line, is_open, send_text, accepted, accepted, free_line, NULL, NULL };

void
fake_line_init (FakeLine *fake)
{
  memset (fake, 0, sizeof *fake);
  fake->env = cd_env_test_new (FAKE_START_US, 1);
  fake->endpoint.url = (char *)"https://localhost:1";
  fake->endpoint.ca_path = (char *)"/nonexistent/ca.pem";
  fake->sent = g_ptr_array_new_with_free_func (g_free);
  cd_env_test_set_transport (fake->env, &ops, fake);
}

void
fake_line_clear (FakeLine *fake)
{
  g_ptr_array_unref (fake->sent);
  cd_env_unref (fake->env);
}

void
fake_line_opened (FakeLine *fake)
{
  fake->open = TRUE;
  fake->funcs.opened (fake->user_data);
}

void
fake_line_say (FakeLine *fake, const char *text, gssize len)
{
  gsize n = len < 0 ? strlen (text) : (gsize)len;
  /* Reading beyond the end is found by the sanitizer. */
  g_autofree char *copy = g_memdup2 (text, MAX (n, 1));

  if (fake->open)
    fake->funcs.message (copy, n, fake->user_data);
}

void
fake_line_close (FakeLine *fake, const char *why)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, why);

  fake->open = FALSE;
  fake->funcs.closed (error, fake->user_data);
}

guint
fake_line_count (FakeLine *fake, const char *piece)
{
  guint n = 0;

  for (guint i = 0; i < fake->sent->len; i++)
    n += strstr (g_ptr_array_index (fake->sent, i), piece) != NULL;
  return n;
}

char *
fake_exchange (const char *text, const char *from, const char *to)
{
  const char *at = strstr (text, from);

  if (!at)
    g_error ("“%s” is not in %s", from, text);
  return g_strdup_printf ("%.*s%s%s", (int)(at - text), text, to, at + strlen (from));
}
