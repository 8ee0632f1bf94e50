/* sim-held.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What something on the way keeps for a while, a copy of it or the thing itself: it arrives whatever becomes of the line.
 */
#include "sim.h"

typedef struct
{
  SimWorld *world;
  char *person, *text;
  guint epoch;
} Held;

static void
held_free (gpointer data)
{
  Held *held = data;

  g_free (held->person);
  g_free (held->text);
  g_free (held);
}

void
sim_deliver (SimWorld *w, const char *person, const char *text)
{
  g_autoptr (GString) out = g_string_new (NULL);

  sim_venue_execute (w, person, text, out);
  sim_venue_turn (w);
}

static gboolean
held_cb (gpointer data)
{
  Held *held = data;

  if (held->world->venue && held->epoch == held->world->epoch_number)
    sim_deliver (held->world, held->person, held->text);
  return G_SOURCE_REMOVE;
}

/* Something on the way has it, and gives it to the venue in the end; nobody hears the answer. */
void
sim_hold (SimLine *line, const char *text, guint *ms)
{
  SimWorld *w = line->world;
  Held *held = g_new0 (Held, 1);

  held->world = w;
  held->person = g_strdup (line->person);
  held->text = g_strdup (text);
  held->epoch = w->epoch_number;
  cd_env_timer_add_full (w->env, NULL, *ms, FALSE, held_cb, held, held_free);
  *ms = 0;
}
