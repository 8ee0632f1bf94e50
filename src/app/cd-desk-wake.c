/* cd-desk-wake.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * After the machine slept, or the loop stood still, a figure on screen may be hours old and still look alive until the next tick of the
 * clock. So the first thing that the loop does then, before it draws or hears anything, is to look at the ages.
 *
 * The same for the clocks: a line of before a sleep is dropped (fault F42), and after a step of our clock all is read again before anything
 * new leaves (F41). Both are looked for at each turn of the loop, and again at each press: nothing new gets in between.
 *
 * What was pressed while the loop stood still for half a second (F51) waits in the queue behind it, and all that waits was meant for what
 * was on the screen then: the loop counts as having stood until nothing waits any more.
 */
#include "cd-desk-private.h"

/* The tick runs four times a second: whoever misses one and a half of it was not there. */
#define STOOD_US (CD_USEC_PER_SEC * 3 / 8)
/* So long nobody takes a window for one that hears. */
#define LATE_US (CD_USEC_PER_SEC / 2)
/* A sleep that no peer takes for silence; and what two clocks that are read one after the other may differ by. */
#define SLEPT_US (CD_USEC_PER_SEC / 10)
/* Our clock is corrected by small steps all the time; beyond this somebody has set it. */
#define STEPPED_US (2 * CD_USEC_PER_SEC)

typedef struct
{
  GSource source;
  CdDesk *desk; /* not owned: the source goes with the desk's start */
  gint64 last_us;
  GSource *drained; /* (owned) (nullable): runs when no input waits any more; the loop has stood until then */
  gboolean told;    /* of that standstill */
} Wake;

static gint64
wall_step (CdDesk *self)
{
  return cd_env_real_us (self->env) - cd_env_boot_us (self->env) - self->wall_us;
}

static gboolean
must_look (GSource *source)
{
  Wake *wake = (Wake *)source;
  gint64 now = cd_env_boot_us (wake->desk->env);

  if (now - wake->last_us > STOOD_US || cd_env_slept_us (wake->desk->env) - wake->desk->slept_us > SLEPT_US || ABS (wall_step (wake->desk)) > STEPPED_US)
    return TRUE;
  wake->last_us = now;
  return FALSE;
}

static gboolean
prepare (GSource *source, int *timeout)
{
  *timeout = -1;
  return must_look (source);
}

/* What was told to the venue's clock stands on the other side of the step: the new distance is known at once. */
static void
look_at_wall (CdDesk *self)
{
  gint64 step = wall_step (self);

  self->wall_us += step;
  if (ABS (step) <= STEPPED_US)
    return;
  cd_desk_store_offset (self);
  cd_desk_alert (self, 1, "clock", "clock.stepped", "%+" G_GINT64_FORMAT " s", step / CD_USEC_PER_SEC);
  if (!self->reconciled)
    return;
  self->reconciled = FALSE;
  cd_desk_reconcile_start (self);
}

static void
look_at_sleep (CdDesk *self)
{
  gint64 slept = cd_env_slept_us (self->env), asleep = slept - self->slept_us;

  if (asleep <= SLEPT_US)
    return;
  self->slept_us = slept;
  cd_desk_alert (self, 1, "clock", "clock.slept", "%" G_GINT64_FORMAT " s", MAX (asleep / CD_USEC_PER_SEC, 1));
  cd_desk_feed_slept (self);
  if (self->client)
    cd_trade_client_reconnect (self->client, "the computer was asleep");
}

void
cd_desk_look_at_clocks (CdDesk *self)
{
  if (!self->wake)
    return;
  look_at_sleep (self);
  look_at_wall (self);
}

/* --- A standstill ------------------------------------------------------------------------------------------------------ */

static void
end_drained (Wake *wake)
{
  if (!wake->drained)
    return;
  g_source_destroy (wake->drained);
  g_clear_pointer (&wake->drained, g_source_unref);
}

/* Below input and drawing: GDK hands out one event a turn, and as long as one waits nothing of this priority is called. */
static gboolean
drained_cb (gpointer data)
{
  Wake *wake = data;

  wake->told = FALSE;
  wake->desk->input_late = FALSE;
  g_clear_pointer (&wake->drained, g_source_unref);
  return G_SOURCE_REMOVE;
}

static void
note_stood (Wake *wake)
{
  if (wake->drained)
    return;
  wake->drained = g_idle_source_new ();
  g_source_set_priority (wake->drained, G_PRIORITY_LOW);
  g_source_set_callback (wake->drained, drained_cb, wake, NULL);
  g_source_attach (wake->drained, g_source_get_context (&wake->source));
}

gboolean
cd_desk_has_stood (CdDesk *self)
{
  const Wake *wake = (const Wake *)self->wake;

  return wake && (wake->drained || cd_env_boot_us (self->env) - wake->last_us > LATE_US);
}

void
cd_desk_set_input_late (CdDesk *self, gboolean late)
{
  self->input_late = late;
}

gboolean
cd_desk_check_seen (CdDesk *self, GError **error)
{
  Wake *wake = (Wake *)self->wake;

  if (!self->input_late)
    return TRUE;
  if (!wake || !wake->told)
    cd_desk_alert (self, 1, "window", "window.stood", "%s", "");
  if (wake)
    wake->told = TRUE;
  g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_LOCKED, "window.stood");
  return FALSE;
}

/* --- The source -------------------------------------------------------------------------------------------------------- */

static gboolean
dispatch (GSource *source, GSourceFunc func, gpointer data)
{
  Wake *wake = (Wake *)source;
  gint64 now = cd_env_boot_us (wake->desk->env);

  if (now - wake->last_us > LATE_US)
    note_stood (wake);
  wake->last_us = now;
  cd_desk_look_at_clocks (wake->desk);
  cd_desk_feed_tick (wake->desk);
  cd_desk_emit (wake->desk, CD_DESK_SIGNAL_CLOCK);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs funcs = { .prepare = prepare, .check = must_look, .dispatch = dispatch };

void
cd_desk_tick_start (CdDesk *self, guint ms, GSourceFunc tick)
{
  cd_desk_tick_stop (self);
  self->tick_timer = cd_env_timer_add_full (self->env, NULL, ms, TRUE, tick, self, NULL);
  self->wake = g_source_new (&funcs, sizeof (Wake));
  ((Wake *)self->wake)->desk = self;
  ((Wake *)self->wake)->last_us = cd_env_boot_us (self->env);
  self->slept_us = cd_env_slept_us (self->env);
  self->wall_us = cd_env_real_us (self->env) - cd_env_boot_us (self->env);
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
  end_drained ((Wake *)self->wake);
  g_source_destroy (self->wake);
  g_clear_pointer (&self->wake, g_source_unref);
}
