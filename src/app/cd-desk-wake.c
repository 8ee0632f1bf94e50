/* cd-desk-wake.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * After the machine slept, or the loop stood still, a figure on screen may be hours old and still look alive until the next tick of the
 * clock. So the first thing that the loop does then, before it draws or hears anything, is to look at the ages.
 */
#include "cd-desk-private.h"

/* The tick runs four times a second: whoever misses one and a half of it was not there. */
#define STOOD_US (CD_USEC_PER_SEC * 3 / 8)

typedef struct
{
  GSource source;
  CdDesk *desk; /* not owned: the source goes with the desk's start */
  gint64 last_us;
} Wake;

static gboolean
has_stood (GSource *source)
{
  Wake *wake = (Wake *)source;
  gint64 now = cd_env_boot_us (wake->desk->env);

  if (now - wake->last_us > STOOD_US)
    return TRUE;
  wake->last_us = now;
  return FALSE;
}

static gboolean
prepare (GSource *source, int *timeout)
{
  *timeout = -1;
  return has_stood (source);
}

static gboolean
dispatch (GSource *source, GSourceFunc func, gpointer data)
{
  Wake *wake = (Wake *)source;

  wake->last_us = cd_env_boot_us (wake->desk->env);
  cd_desk_feed_tick (wake->desk);
  cd_desk_emit (wake->desk, CD_DESK_SIGNAL_CLOCK);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs funcs = { .prepare = prepare, .check = has_stood, .dispatch = dispatch };

void
cd_desk_tick_start (CdDesk *self, guint ms, GSourceFunc tick)
{
  cd_desk_tick_stop (self);
  self->tick_timer = cd_env_timer_add_full (self->env, NULL, ms, TRUE, tick, self, NULL);
  self->wake = g_source_new (&funcs, sizeof (Wake));
  ((Wake *)self->wake)->desk = self;
  ((Wake *)self->wake)->last_us = cd_env_boot_us (self->env);
  g_source_set_priority (self->wake, G_PRIORITY_HIGH);
  g_source_set_static_name (self->wake, "carbondesk-wake");
  g_source_attach (self->wake, g_main_context_get_thread_default ());
}

void
cd_desk_tick_stop (CdDesk *self)
{
  cd_env_clear_timer (self->env, &self->tick_timer);
  if (!self->wake)
    return;
  g_source_destroy (self->wake);
  g_clear_pointer (&self->wake, g_source_unref);
}
