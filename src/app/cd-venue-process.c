/* cd-venue-process.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-venue-process.h"

#include <string.h>

#include "cd-json.h"

#ifndef CD_LIBEXECDIR
#define CD_LIBEXECDIR "/usr/libexec"
#endif

#define START_MS_MAX 30000
#define STOP_MS_MAX 5000
#define READY_LINE_MAX 65536

struct _CdVenueProcess
{
  GObject parent_instance;

  CdEnv *env;            /* (owned) */
  GSubprocess *child;    /* (owned) (nullable) */
  GDataInputStream *out; /* (owned) (nullable) */
  GCancellable *reading; /* (owned) (nullable): ends the read of the ready line */
  guint64 timer;
  GTask *start; /* (owned) (nullable) */
  GTask *stop;  /* (owned) (nullable) */
  gboolean timed_out;
};

G_DEFINE_FINAL_TYPE (CdVenueProcess, cd_venue_process, G_TYPE_OBJECT)

static guint exited_signal;

static void
venue_person_free (CdVenuePerson *person)
{
  g_free (person->person.id);
  g_free (person->person.name);
  g_free (person->person.name_zh);
  g_free (person->person.account);
  g_free (person->cert_path);
  g_free (person->key_path);
  g_free (person);
}

void
cd_venue_ready_free (CdVenueReady *ready)
{
  g_free (ready->url);
  g_free (ready->epoch);
  g_free (ready->ca_path);
  g_free (ready->crl_path);
  g_clear_pointer (&ready->persons, g_ptr_array_unref);
  g_free (ready);
}

CdEndpoint *
cd_venue_ready_endpoint (const CdVenueReady *ready, const char *person)
{
  CdEndpoint *endpoint = g_new0 (CdEndpoint, 1);

  endpoint->url = g_strdup (ready->url);
  endpoint->ca_path = g_strdup (ready->ca_path);
  endpoint->crl_path = g_strdup (ready->crl_path);
  for (guint i = 0; person && i < ready->persons->len; i++)
    {
      const CdVenuePerson *p = g_ptr_array_index (ready->persons, i);

      if (g_strcmp0 (p->person.id, person) != 0)
        continue;
      endpoint->cert_path = g_strdup (p->cert_path);
      endpoint->key_path = g_strdup (p->key_path);
    }
  return endpoint;
}

static gboolean
has_role (const CdJson *roles, const char *role)
{
  for (guint i = 0; i < cd_json_length (roles); i++)
    {
      CdJson item = cd_json_at (roles, i);

      if (JSON_NODE_HOLDS_VALUE (item.node) && g_strcmp0 (json_node_get_string (item.node), role) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
take_person (CdVenueReady *ready, const CdJson *at, CdJsonFaults *faults)
{
  CdVenuePerson *p = g_new0 (CdVenuePerson, 1);
  const char *id = NULL, *name = NULL, *name_zh = NULL, *account = NULL, *cert = NULL, *key = NULL;
  CdJson roles;

  cd_json_get_string (at, "id", &id, faults);
  cd_json_get_string (at, "name", &name, faults);
  cd_json_get_string (at, "name_zh", &name_zh, faults);
  if (cd_json_has (at, "account"))
    cd_json_get_string (at, "account", &account, faults);
  cd_json_get_string (at, "cert", &cert, faults);
  cd_json_get_string (at, "key", &key, faults);
  p->person.id = g_strdup (id);
  p->person.name = g_strdup (name);
  p->person.name_zh = g_strdup (name_zh);
  p->person.account = g_strdup (account ? account : "");
  p->cert_path = g_strdup (cert);
  p->key_path = g_strdup (key);
  if (cd_json_get_array (at, "roles", &roles, faults))
    {
      p->person.may_enter = has_role (&roles, "enter");
      p->person.may_approve = has_role (&roles, "approve");
      p->person.may_cash = has_role (&roles, "cash");
      p->person.may_review = has_role (&roles, "review");
    }
  g_ptr_array_add (ready->persons, p);
}

CdVenueReady *
cd_venue_ready_parse (const char *line, GError **error)
{
  g_autoptr (CdJsonDoc) doc = cd_json_parse (line, -1, READY_LINE_MAX, error);
  g_autoptr (CdJsonFaults) faults = cd_json_faults_new ();
  g_autoptr (CdVenueReady) ready = NULL;
  const char *url = NULL, *epoch = NULL, *ca = NULL, *crl = NULL;
  CdJson root, persons;

  if (!doc)
    return NULL;
  root = cd_json_root (doc);
  ready = g_new0 (CdVenueReady, 1);
  ready->persons = g_ptr_array_new_with_free_func ((GDestroyNotify)venue_person_free);
  cd_json_get_string (&root, "listening", &url, faults);
  cd_json_get_string (&root, "epoch", &epoch, faults);
  cd_json_get_string (&root, "ca", &ca, faults);
  if (cd_json_has (&root, "crl"))
    cd_json_get_string (&root, "crl", &crl, faults);
  ready->url = g_strdup (url);
  ready->epoch = g_strdup (epoch);
  ready->ca_path = g_strdup (ca);
  ready->crl_path = g_strdup (crl);
  if (cd_json_get_array (&root, "persons", &persons, faults))
    for (guint i = 0; i < cd_json_length (&persons); i++)
      {
        CdJson item = cd_json_at (&persons, i);

        take_person (ready, &item, faults);
      }
  if (cd_json_faults_to_error (faults, error))
    return g_steal_pointer (&ready);
  g_prefix_error (error, "ready line of the practice venue: ");
  return NULL;
}

static void
stop_start_timer (CdVenueProcess *self)
{
  cd_env_clear_timer (self->env, &self->timer);
}

static void
finish_start (CdVenueProcess *self, CdVenueReady *ready, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->start);

  stop_start_timer (self);
  if (!task)
    {
      g_clear_pointer (&ready, cd_venue_ready_free);
      g_clear_error (&error);
    }
  else if (ready)
    g_task_return_pointer (task, ready, (GDestroyNotify)cd_venue_ready_free);
  else
    g_task_return_error (task, error);
}

static void
line_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CdVenueProcess) self = data;
  g_autoptr (GError) error = NULL;
  gsize len = 0;
  g_autofree char *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, &len, &error);

  if (line && len <= READY_LINE_MAX)
    {
      CdVenueReady *ready = cd_venue_ready_parse (line, &error);

      finish_start (self, ready, g_steal_pointer (&error));
      return;
    }
  finish_start (self, NULL,
                self->timed_out
                    ? g_error_new (CD_DESK_ERROR, CD_DESK_ERROR_VENUE, "the practice venue did not say that it is ready within %d s", START_MS_MAX / 1000)
                    : g_error_new (CD_DESK_ERROR, CD_DESK_ERROR_VENUE, "the practice venue ended before it was ready%s%s", error ? ": " : "", error ? error->message : ""));
}

static gboolean
start_timeout_cb (gpointer data)
{
  CdVenueProcess *self = data;

  self->timer = 0;
  self->timed_out = TRUE;
  g_cancellable_cancel (self->reading);
  return G_SOURCE_REMOVE;
}

static void
exited_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CdVenueProcess) self = data;
  g_autofree char *message = NULL;

  g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  if (self->child != G_SUBPROCESS (source))
    return;
  message = g_subprocess_get_if_exited (self->child)
                ? g_strdup_printf ("the practice venue ended with status %d", g_subprocess_get_exit_status (self->child))
                : g_strdup_printf ("the practice venue was killed by signal %d", g_subprocess_get_term_sig (self->child));
  g_clear_object (&self->child);
  if (self->stop)
    {
      g_autoptr (GTask) task = g_steal_pointer (&self->stop);

      stop_start_timer (self);
      g_task_return_boolean (task, TRUE);
    }
  else
    g_signal_emit (self, exited_signal, 0, message);
}

static GPtrArray *
build_argv (CdVenueProcess *self, const CdDeskConfig *config, const char *data_dir, const char *const *packs)
{
  GPtrArray *argv = g_ptr_array_new_with_free_func (g_free);
  const char *program = config->venue_path;
  const struct
  {
    const char *option;
    const char *value;
  } options[] = {
    { "--listen", "localhost:0" },
    { "--data", data_dir },
    { "--scenario", config->scenario },
    { "--market-time", config->market_time },
    { "--speed", config->speed },
    { "--seed", config->seed },
  };

  if (!program)
    program = cd_env_get_string (self->env, "CARBONDESK_VENUE");
  if (!program)
    program = CD_LIBEXECDIR "/carbondesk-venue";
  g_ptr_array_add (argv, g_strdup (program));
  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    {
      if (!options[i].value)
        continue;
      g_ptr_array_add (argv, g_strdup (options[i].option));
      g_ptr_array_add (argv, g_strdup (options[i].value));
    }
  for (guint i = 0; packs[i]; i++)
    {
      g_ptr_array_add (argv, g_strdup ("--pack"));
      g_ptr_array_add (argv, g_strdup (packs[i]));
    }
  g_ptr_array_add (argv, NULL);
  return argv;
}

/* A venue that is there already, and no child of ours. */
static gboolean
start_elsewhere (CdVenueProcess *self, GTask *task)
{
  gpointer transport;
  const CdTransportOps *ops = cd_env_transport (self->env, &transport);
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  CdVenueReady *ready;

  if (!ops)
    return FALSE;
  line = ops->venue (transport, &error);
  ready = line ? cd_venue_ready_parse (line, &error) : NULL;
  if (ready)
    g_task_return_pointer (task, ready, (GDestroyNotify)cd_venue_ready_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
  g_object_unref (task);
  return TRUE;
}

/* The running market of another profile of this machine: its own folder says where it listens and which certificates there are. */
static gboolean
join (CdVenueProcess *self, GTask *task, const char *profile, const char *data_dir)
{
  g_autofree char *scenario = g_path_get_basename (data_dir);
  g_autofree char *venue = g_path_get_dirname (data_dir);
  g_autofree char *own = g_path_get_dirname (venue);
  g_autofree char *profiles = g_path_get_dirname (own);
  g_autofree char *folder = g_path_get_basename (venue);
  g_autofree char *path = NULL, *text = NULL;
  g_autoptr (GError) error = NULL;
  CdVenueReady *ready = NULL;
  gsize len = 0;

  if (!profile)
    return FALSE;
  path = g_build_filename (profiles, profile, folder, scenario, CD_VENUE_READY_FILE, NULL);
  if (!*profile || strchr (profile, G_DIR_SEPARATOR) || *profile == '.')
    g_set_error (&error, CD_DESK_ERROR, CD_DESK_ERROR_VENUE, "--join %s: expected the name of a profile", profile);
  else if (g_file_get_contents (path, &text, &len, &error) && len <= READY_LINE_MAX)
    ready = cd_venue_ready_parse (g_strchomp (text), &error);
  if (ready)
    g_task_return_pointer (task, ready, (GDestroyNotify)cd_venue_ready_free);
  else
    g_task_return_new_error (task, CD_DESK_ERROR, CD_DESK_ERROR_VENUE, "--join %s: expected a practice market that runs: %s", profile, error ? error->message : path);
  g_object_unref (task);
  return TRUE;
}

void
cd_venue_process_start_async (CdVenueProcess *self,
                              const CdDeskConfig *config,
                              const char *data_dir,
                              const char *const *packs,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer data)
{
  g_autoptr (GPtrArray) argv = build_argv (self, config, data_dir, packs);
  g_autoptr (GError) error = NULL;
  GTask *task = g_task_new (self, cancellable, callback, data);

  g_return_if_fail (!self->child && !self->start);

  if (start_elsewhere (self, task) || join (self, task, config->join, data_dir))
    return;
  self->child = g_subprocess_newv ((const char *const *)argv->pdata, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  if (!self->child)
    {
      g_task_return_new_error (task, CD_DESK_ERROR, CD_DESK_ERROR_VENUE, "%s: expected the practice venue: %s", (char *)argv->pdata[0], error->message);
      g_object_unref (task);
      return;
    }
  self->start = task;
  self->timed_out = FALSE;
  g_clear_object (&self->reading);
  self->reading = g_cancellable_new ();
  self->timer = cd_env_timer_add (self->env, NULL, START_MS_MAX, start_timeout_cb, self);
  g_clear_object (&self->out);
  self->out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->child));
  g_data_input_stream_read_line_async (self->out, G_PRIORITY_DEFAULT, self->reading, line_cb, g_object_ref (self));
  g_subprocess_wait_async (self->child, NULL, exited_cb, g_object_ref (self));
}

CdVenueReady *
cd_venue_process_start_finish (CdVenueProcess *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
stop_timeout_cb (gpointer data)
{
  CdVenueProcess *self = data;

  self->timer = 0;
  if (self->child)
    g_subprocess_force_exit (self->child);
  return G_SOURCE_REMOVE;
}

void
cd_venue_process_stop_async (CdVenueProcess *self, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (self, NULL, callback, data);

  if (!self->child)
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }
  g_return_if_fail (!self->stop);
  stop_start_timer (self);
  self->stop = task;
  self->timer = cd_env_timer_add (self->env, NULL, STOP_MS_MAX, stop_timeout_cb, self);
  g_output_stream_close (g_subprocess_get_stdin_pipe (self->child), NULL, NULL);
}

void
cd_venue_process_kill (CdVenueProcess *self)
{
  if (self->child)
    g_subprocess_force_exit (self->child);
}

gboolean
cd_venue_process_stop_finish (CdVenueProcess *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
cd_venue_process_dispose (GObject *object)
{
  CdVenueProcess *self = CD_VENUE_PROCESS (object);

  stop_start_timer (self);
  /* Dropping the pipe is what ends the child. */
  g_clear_object (&self->child);
  g_clear_object (&self->out);
  g_clear_object (&self->reading);
  G_OBJECT_CLASS (cd_venue_process_parent_class)->dispose (object);
}

static void
cd_venue_process_finalize (GObject *object)
{
  CdVenueProcess *self = CD_VENUE_PROCESS (object);

  cd_env_unref (self->env);
  G_OBJECT_CLASS (cd_venue_process_parent_class)->finalize (object);
}

static void
cd_venue_process_class_init (CdVenueProcessClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = cd_venue_process_dispose;
  object_class->finalize = cd_venue_process_finalize;
  exited_signal = g_signal_new ("exited", CD_TYPE_VENUE_PROCESS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
cd_venue_process_init (CdVenueProcess *self)
{
}

CdVenueProcess *
cd_venue_process_new (CdEnv *env)
{
  CdVenueProcess *self = g_object_new (CD_TYPE_VENUE_PROCESS, NULL);

  self->env = cd_env_ref (env);
  return self;
}
