/* cd-env-loop.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A thread that lives in a main context of its own; without threads the same calls, made by the caller.
 */
#include "cd-env-private.h"

struct _CdEnvLoop
{
  CdEnv *env;      /* (owned) */
  GThread *thread; /* (owned) (nullable): NULL = inline */
  GMainContext *context;
  GMainLoop *loop;
  CdEnvTaskFunc start;
  CdEnvTaskFunc stop;
  gpointer data;
};

static gpointer
loop_thread (gpointer data)
{
  CdEnvLoop *self = data;

  g_main_context_push_thread_default (self->context);
  self->start (self->data);
  g_main_loop_run (self->loop);
  self->stop (self->data);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

CdEnvLoop *
cd_env_loop_new (CdEnv *env, CdEnvTaskFunc start, CdEnvTaskFunc stop, gpointer data)
{
  CdEnvLoop *self = g_new0 (CdEnvLoop, 1);

  self->env = cd_env_ref (env);
  self->start = start;
  self->stop = stop;
  self->data = data;
  if (cd_env_has_threads (env))
    {
      self->context = g_main_context_new ();
      self->loop = g_main_loop_new (self->context, FALSE);
    }
  else
    self->context = g_main_context_ref_thread_default ();
  return self;
}

void
cd_env_loop_run (CdEnvLoop *self, const char *name)
{
  if (self->loop)
    self->thread = g_thread_new (name, loop_thread, self);
  else
    self->start (self->data);
}

GMainContext *
cd_env_loop_context (CdEnvLoop *self)
{
  return self->context;
}

static gboolean
quit_cb (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

void
cd_env_loop_invoke (CdEnvLoop *self, GSourceFunc func, gpointer data)
{
  g_autoptr (GSource) source = NULL;

  if (!self->loop)
    {
      func (data);
      return;
    }
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, data, NULL);
  g_source_attach (source, self->context);
}

void
cd_env_loop_free (CdEnvLoop *self)
{
  if (self == NULL)
    return;
  if (self->thread)
    {
      cd_env_loop_invoke (self, quit_cb, self->loop);
      g_thread_join (self->thread);
    }
  else if (!self->loop)
    self->stop (self->data);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_main_context_unref (self->context);
  cd_env_unref (self->env);
  g_free (self);
}
