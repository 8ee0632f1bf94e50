/* sim-run.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A plan in a world of its own: the same plan gives the same history each time.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "sim.h"

#define QUIET_MS 100000

guint64
sim_random (SimWorld *w)
{
  return sim_next (&w->random);
}

gint64
sim_random_in (SimWorld *w, gint64 low, gint64 high)
{
  return low + (gint64)(sim_random (w) % (guint64)(high - low + 1));
}

void
sim_trace (SimWorld *w, const void *bytes, gsize len)
{
  const guint8 *at = bytes;

  for (gsize i = 0; i < len; i++)
    w->trace = (w->trace ^ at[i]) * G_GUINT64_CONSTANT (1099511628211);
}

void
sim_break (SimWorld *w, const char *invariant, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  if (w->broken)
    return;
  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  w->broken = g_strdup_printf ("%s: %s", invariant, text);
}

void
sim_pump (SimWorld *w)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
settle (SimWorld *w)
{
  sim_pump (w);
  while (w->crash_due)
    {
      sim_desk_crash (w);
      sim_pump (w);
    }
  sim_check (w);
  if (w->script && w->script->settled)
    w->script->settled (w, w->script->data);
}

void
sim_advance (SimWorld *w, gint64 ms)
{
  gint64 end = cd_env_boot_us (w->env) + ms * 1000;

  settle (w);
  while (!w->broken)
    {
      gint64 next_us = cd_env_test_next_timer_us (w->env);

      if (next_us < 0 || next_us > end)
        break;
      cd_env_test_advance (w->env, MAX (next_us - cd_env_boot_us (w->env), 0));
      settle (w);
    }
  if (!w->broken && end > cd_env_boot_us (w->env))
    cd_env_test_advance (w->env, end - cd_env_boot_us (w->env));
}

void
sim_world_reopen (SimWorld *w)
{
  if (w->desk)
    sim_desk_stop (w);
  if (w->crash_due)
    sim_desk_crash (w);
  else
    sim_desk_open (w);
}

void
sim_world_heal (SimWorld *w)
{
  w->faults = (SimFaults){ .cut_bytes = -1, .http_cut = -1 };
  fault_vfs.kind = FAULT_NONE;
  fault_vfs.only = fault_vfs.while_there = NULL;
  w->crash_in = -1;
}

static void
machine_fault (SimWorld *w, const SimStep *step)
{
  switch (step->kind)
    {
    case SIM_RESTART:
    case SIM_NEW_EPOCH:
      sim_venue_start (w, step->kind == SIM_NEW_EPOCH);
      break;
    case SIM_CRASH:
      w->crash_in = step->a;
      w->crash_power = step->b != 0;
      w->crash_seed = (guint32)sim_random (w);
      break;
    case SIM_CLOCK:
      cd_env_test_step_real (w->env, step->a * G_USEC_PER_SEC);
      break;
    case SIM_SUSPEND:
      cd_env_test_suspend (w->env, step->a * G_USEC_PER_SEC); /* nothing but its clocks tells the desk */
      break;
    case SIM_DISK:
      w->disk_failed |= fault_vfs.hit; /* of an earlier fault */
      fault_vfs.kind = (FaultKind)step->a;
      fault_vfs.fault_at = fault_vfs.ops + (guint)step->b;
      fault_vfs.hit = FALSE;
      fault_vfs.sticky = TRUE;
      break;
    case SIM_DISK_HEAL:
      fault_vfs.kind = FAULT_NONE;
      break;
    case SIM_REOPEN:
      sim_world_reopen (w);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
wire_fault (SimWorld *w, const SimStep *step)
{
  SimFaults *f = &w->faults;
  guint *const counters[SIM_N_KINDS] = {
    [SIM_LOSE_COMMAND] = &f->lose_command,
    [SIM_LOSE_ANSWER] = &f->lose_answer,
    [SIM_TWICE_COMMAND] = &f->twice_command,
    [SIM_TWICE_EVENT] = &f->twice_event,
    [SIM_LOSE_EVENT] = &f->lose_event,
    [SIM_GARBAGE] = &f->garbage,
    [SIM_FOREIGN] = &f->foreign,
    [SIM_MD_GARBAGE] = &f->md_garbage,
    [SIM_HTTP_LOSE] = &f->http_lose,
  };

  if (counters[step->kind])
    (*counters[step->kind])++;
  else if (step->kind == SIM_CUT_PRIVATE)
    f->cut_bytes = step->a;
  else if (step->kind == SIM_CUT_NOW)
    sim_lines_cut (w, "reset");
  else if (step->kind == SIM_PARTITION)
    f->partition_until_us = cd_env_boot_us (w->env) + step->a * 1000;
  else if (step->kind == SIM_DELAY)
    f->delay_ms = (guint)step->a;
  else if (step->kind == SIM_HOLD_COMMAND)
    f->hold_ms = (guint)step->a;
  else if (step->kind == SIM_HOLD_COPY)
    f->hold_copy_ms = (guint)step->a;
  else if (step->kind == SIM_LATE_ANSWER)
    f->late_answer_ms = (guint)step->a;
  else if (step->kind == SIM_MD_LOSE)
    f->md_lose += (guint)step->a;
  else if (step->kind == SIM_HTTP_STATUS)
    f->http_status = (guint)step->a;
  else if (step->kind == SIM_HTTP_CUT)
    {
      f->http_cut = step->a;
      f->http_untold = step->b != 0;
    }
  else
    machine_fault (w, step);
}

/* A person who waits until the desk can send, and does what it asks for: most of what is pressed at once after a fault is refused, and
 * tests only that it is. */
static void
wait_ready (SimWorld *w, gint64 ms)
{
  for (gint64 waited = 0; waited < ms && !w->broken; waited += 250)
    {
      if (w->desk && !w->dead && sim_desk_is_ready (w))
        return;
      if (w->desk && (cd_desk_get_state (w->desk) == CD_DESK_FAILED || cd_desk_store_is_readable_only (w->desk)))
        {
          fault_vfs.kind = FAULT_NONE;
          sim_world_reopen (w);
        }
      sim_advance (w, 250);
    }
}

static void
take_step (SimWorld *w, const SimStep *step)
{
  static const char *const skips[] = { "close", "session", "next_day" };

  w->count->steps++;
  if (step->kind > SIM_LAST_INTENT)
    {
      w->count->faults++;
      wire_fault (w, step);
      return;
    }
  w->count->intents++;
  if (step->kind == SIM_SKIP)
    sim_venue_skip (w, skips[step->a % G_N_ELEMENTS (skips)]);
  else if (step->kind == SIM_READY)
    wait_ready (w, step->a);
  else if (w->desk && !w->dead)
    sim_desk_do (w, step);
}

static void
ghost_free (gpointer data)
{
  g_free (((SimGhost *)data)->wire_body);
  g_free (data);
}

void
sim_world_open (SimWorld *w, guint64 seed, SimCount *count)
{
  static CdPack *packs[2];
  g_autofree char *data = NULL, *cache = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (packs); i++)
    if (!packs[i])
      packs[i] = cd_pack_load_builtin (i == 0 ? "cn-cea" : "cn-ccer", NULL);
  memcpy (w->packs, packs, sizeof packs);
  w->seed = w->random = seed;
  w->count = count;
  w->crash_in = -1;
  w->trace = G_GUINT64_CONSTANT (14695981039346656037);
  w->env = fault_vfs_env_at (G_GINT64_CONSTANT (1800000000000000), seed);
  fault_vfs.in_memory = TRUE;
  w->dir = g_dir_make_tmp ("cd-sim-XXXXXX", NULL);
  data = g_build_filename (w->dir, "data", NULL);
  cache = g_build_filename (w->dir, "cache", NULL);
  cd_env_test_set_string (w->env, "XDG_DATA_HOME", data);
  cd_env_test_set_string (w->env, "XDG_CACHE_HOME", cache);
  cd_env_test_set_free_bytes (w->env, G_GINT64_CONSTANT (1) << 40);
  cd_env_test_set_transport (w->env, w->posts ? &sim_transport_posts : &sim_transport, w);
  w->lines = g_ptr_array_new ();
  w->exchanges = g_ptr_array_new ();
  w->feed = g_string_new (NULL);
  w->feed_parts = g_ptr_array_new ();
  w->ghosts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, ghost_free);
  w->pressed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  w->requests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, sim_request_free);
  w->request_of = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  w->read = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  w->cancels = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  w->cum = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  sim_world_heal (w);
  sim_venue_start (w, TRUE);
  sim_desk_open (w);
}

void
sim_world_close (SimWorld *w)
{
  sim_world_heal (w);
  if (w->crash_due)
    sim_desk_crash (w);
  if (w->desk)
    sim_desk_stop (w);
  sim_venue_stop (w);
  sim_advance (w, 60000);
  sim_wire_free (w);
  cd_env_set_probe (w->env, NULL, NULL);
  g_clear_pointer (&w->log, g_ptr_array_unref);
  g_hash_table_unref (w->ghosts);
  g_hash_table_unref (w->pressed);
  g_hash_table_unref (w->cum);
  g_hash_table_unref (w->requests);
  g_hash_table_unref (w->request_of);
  g_hash_table_unref (w->read);
  g_hash_table_unref (w->cancels);
  g_free (w->sheet);
  g_string_free (w->feed, TRUE);
  g_ptr_array_unref (w->feed_parts);
  cd_env_unref (w->env);
  g_ptr_array_unref (w->lines);
  cd_paths_remove_tree (w->dir, NULL);
  g_free (w->dir);
}

char *
sim_run (guint64 seed, const GArray *plan, SimCount *count)
{
  SimWorld w = { NULL };
  char *broken;

  sim_world_open (&w, seed, count);
  sim_advance (&w, 5000);
  for (guint i = 0; i < plan->len && !w.broken; i++)
    {
      const SimStep *step = &g_array_index (plan, SimStep, i);

      sim_advance (&w, step->after_ms);
      if (!w.broken)
        take_step (&w, step);
    }
  sim_world_heal (&w);
  if (!w.broken)
    sim_advance (&w, 1000);
  /* A store that has met a fault of the disk says so and writes no more: a person starts the program again. */
  if (!w.broken && w.desk && (cd_desk_get_state (w.desk) == CD_DESK_FAILED || cd_desk_store_is_readable_only (w.desk)))
    sim_world_reopen (&w);
  /* An account is looked after by somebody who may see it. */
  if (!w.broken && w.desk && g_strcmp0 (w.desk->person, "cement-second") == 0)
    cd_desk_switch_person (w.desk, "power-trader");
  if (!w.broken)
    sim_advance (&w, QUIET_MS);
  if (!w.broken)
    sim_check_quiet (&w);
  broken = g_steal_pointer (&w.broken);
  count->trace = w.trace;
  sim_world_close (&w);
  g_free (w.broken);
  return broken;
}
