/* cd-venue-server.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-venue-server.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "cd-venue-server-private.h"

GQuark
cd_venue_server_error_quark (void)
{
  return g_quark_from_static_string ("cd-venue-server-error-quark");
}

gint64
cd_venue_server_now (CdVenueServer *self)
{
  return cd_env_real_us (self->env);
}

gint64
cd_venue_server_market_now (CdVenueServer *self)
{
  gint64 elapsed = cd_env_boot_us (self->env) - self->base_boot_us;
  gint64 passed = 0;
  gint64 now = self->base_market_us;

  if (!self->paused && cd_i64_mul_div (MAX (elapsed, 0), self->rate_e3, 1000, CD_ROUND_FLOOR, &passed) && !cd_i64_add (now, passed, &now))
    now = self->base_market_us;
  return now;
}

static void
rebase_clock (CdVenueServer *self, gint64 market_us)
{
  self->base_boot_us = cd_env_boot_us (self->env);
  self->base_market_us = market_us;
}

/* --- The turn -------------------------------------------------------------------------------------------------------- */

static void
fail (CdVenueServer *self, const GError *error)
{
  if (self->is_failed)
    return;
  self->is_failed = TRUE;
  self->failed (error, self->failed_data);
}

void
cd_venue_server_restart (CdVenueServer *self)
{
  g_autoptr (GError) error = g_error_new (CD_VENUE_SERVER_ERROR, CD_VENUE_SERVER_ERROR_RESTART, "--fault: restart");

  fail (self, error);
}

gboolean
cd_venue_server_end_turn (CdVenueServer *self)
{
  const CdVenueClockState clock = { cd_venue_market_time (self->venue), self->rate_e3, self->paused };
  g_autoptr (GError) error = NULL;

  if (self->is_failed)
    return FALSE;
  if (!self->dirty)
    return TRUE;
  if (!cd_venue_db_commit (self->db, &clock, &error))
    {
      fail (self, error);
      return FALSE;
    }
  self->commands = 0;
  if (self->restart_due)
    {
      cd_venue_server_restart (self);
      return FALSE;
    }
  cd_venue_ws_end_turn (self);
  cd_venue_feed_send (self);
  self->dirty = FALSE;
  g_source_set_ready_time (self->end_source, -1);
  return TRUE;
}

void
cd_venue_server_mark (CdVenueServer *self)
{
  self->dirty = TRUE;
  if (self->end_source)
    g_source_set_ready_time (self->end_source, 0);
}

static gboolean
end_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  g_source_set_ready_time (source, -1);
  return callback (data);
}

static gboolean
end_cb (gpointer data)
{
  cd_venue_server_end_turn (data);
  cd_venue_ws_sweep (data);
  return G_SOURCE_CONTINUE;
}

static void
add_end_source (CdVenueServer *self)
{
  static GSourceFuncs funcs = { NULL, NULL, end_dispatch, NULL, NULL, NULL };

  self->end_source = g_source_new (&funcs, sizeof (GSource));
  g_source_set_static_name (self->end_source, "venue turn");
  /* After everything that is readable now: commands that came together share one commit. */
  g_source_set_priority (self->end_source, G_PRIORITY_DEFAULT + 1);
  g_source_set_callback (self->end_source, end_cb, self, NULL);
  g_source_attach (self->end_source, g_main_context_get_thread_default ());
}

/* --- Commands -------------------------------------------------------------------------------------------------------- */

static char *
outcome_of (const CdWireAnswer *answer)
{
  return g_strdup_printf ("%d|%s|%s|%s", (int)answer->verdict, answer->order_id ? answer->order_id : "", answer->id ? answer->id : "", answer->code ? answer->code : "");
}

CdWireAnswer *
cd_venue_server_command (CdVenueServer *self, const char *person, const CdWireCommand *command)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *outcome = NULL;
  gint64 server_us = cd_venue_server_now (self);
  CdWireAnswer *answer;

  cd_venue_advance (self->venue, cd_venue_server_market_now (self));
  answer = cd_venue_command (self->venue, person, command, server_us);
  answer->server_time_us = server_us;
  answer->market_time_us = cd_venue_market_time (self->venue);
  cd_venue_server_mark (self);
  if (answer->replayed)
    return answer;
  outcome = outcome_of (answer);
  if (!cd_venue_db_append (self->db, cd_venue_market_time (self->venue), server_us, person, command, outcome, &error))
    fail (self, error);
  self->commands++;
  return answer;
}

/* --- The practice clock ---------------------------------------------------------------------------------------------- */

gboolean
cd_venue_server_set_clock (CdVenueServer *self, const CdWireClockRequest *request, const char **problem)
{
  gint64 now = cd_venue_server_market_now (self);

  if (request->skip)
    {
      gint64 target;

      cd_venue_advance (self->venue, now);
      target = cd_venue_skip_target (self->venue, request->skip);
      if (target == 0)
        {
          *problem = "there is nothing of that kind ahead in the calendar";
          return FALSE;
        }
      now = MAX (target, now);
    }
  rebase_clock (self, now);
  if (request->has_pause)
    self->paused = request->pause;
  if (request->rate)
    cd_wire_rate_parse (request->rate, &self->rate_e3);
  cd_venue_advance (self->venue, now);
  self->feed.clock = TRUE;
  cd_venue_server_mark (self);
  return TRUE;
}

static gboolean
tick_cb (gpointer data)
{
  CdVenueServer *self = data;

  cd_venue_advance (self->venue, cd_venue_server_market_now (self));
  return G_SOURCE_CONTINUE;
}

static gboolean
heartbeat_cb (gpointer data)
{
  CdVenueServer *self = data;

  cd_venue_advance (self->venue, cd_venue_server_market_now (self));
  if (!cd_venue_server_end_turn (self))
    return G_SOURCE_CONTINUE;
  self->n_heartbeat++;
  cd_venue_feed_heartbeat (self);
  cd_venue_ws_heartbeat (self);
  cd_venue_ws_sweep (self);
  return G_SOURCE_CONTINUE;
}

/* --- Start ----------------------------------------------------------------------------------------------------------- */

static char *
describe_packs (const CdVenueServerConfig *config)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < config->n_packs; i++)
    g_string_append_printf (text, "%s %s\n", config->packs[i]->id, config->packs[i]->sha256);
  return g_string_free (text, FALSE);
}

/* "2026-12-14T13:20:00" on the wall of the first market. */
static gboolean
parse_start (const CdVenueServerConfig *config, gint64 *out, GError **error)
{
  CdDate date;
  int second;
  g_auto (GStrv) parts = NULL;

  *out = 0;
  if (!config->market_time)
    return TRUE;
  parts = g_strsplit (config->market_time, "T", -1);
  if (g_strv_length (parts) != 2 || !cd_date_parse (parts[0], &date, NULL) || !cd_time_of_day_parse (parts[1], &second, NULL))
    {
      g_set_error (error, CD_VENUE_SERVER_ERROR, CD_VENUE_SERVER_ERROR_OPTION, "--market-time %s: expected a time of the market's zone like 2026-12-14T13:20:00", config->market_time);
      return FALSE;
    }
  *out = cd_zone_to_us (cd_calendar_zone (config->packs[0]->market->calendar), date, second);
  return TRUE;
}

static gboolean
refuse (GError **error, const CdVenueServerConfig *config, const char *what, const char *has, const char *asked)
{
  g_set_error (error, CD_VENUE_SERVER_ERROR, CD_VENUE_SERVER_ERROR_DATA, "%s: holds a practice market with %s %s, expected %s; another one needs an empty folder", config->data_dir, what, has, asked);
  return FALSE;
}

/* What the folder is, or becomes. A log only means something together with what it was written under. */
static gboolean
settle_identity (CdVenueServer *self, const CdVenueServerConfig *config, CdVenueIdentity *identity, gboolean *is_new, GError **error)
{
  g_autofree char *packs = describe_packs (config);
  g_autoptr (GError) local = NULL;
  guint8 random[16];
  char key[CD_KEY_BUF];
  gint64 start_us;

  *is_new = FALSE;
  if (!parse_start (config, &start_us, error))
    return FALSE;
  if (cd_venue_db_identity (self->db, identity, &local))
    {
      g_autofree char *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, identity->seed);
      g_autofree char *asked_seed = g_strdup_printf ("%" G_GINT64_FORMAT, config->seed);
      char has[CD_INSTANT_BUF], asked[CD_INSTANT_BUF];

      if (config->scenario && strcmp (config->scenario, identity->scenario) != 0)
        return refuse (error, config, "scenario", identity->scenario, config->scenario);
      if (config->seed >= 0 && (guint64)config->seed != identity->seed)
        return refuse (error, config, "seed", seed, asked_seed);
      if (start_us != 0 && start_us != identity->start_us)
        return refuse (error, config, "start", cd_instant_print (identity->start_us, has), cd_instant_print (start_us, asked));
      if (strcmp (packs, identity->packs) != 0)
        return refuse (error, config, "packs", g_strdelimit (identity->packs, "\n", ' '), g_strdelimit (packs, "\n", ' '));
      return TRUE;
    }
  if (local)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  cd_env_random_bytes (self->env, random, sizeof random);
  cd_key_make (CD_KEY_PRACTICE, random, key);
  identity->epoch = g_strdup_printf ("E%s", key + 2);
  identity->packs = g_steal_pointer (&packs);
  identity->scenario = g_strdup (config->scenario ? config->scenario : "main");
  identity->seed = config->seed >= 0 ? (guint64)config->seed : 1;
  identity->start_us = start_us;
  *is_new = TRUE;
  return TRUE;
}

static gboolean
replay_cb (const CdVenueLogRow *row, gpointer data, GError **error)
{
  CdVenueServer *self = data;
  g_autoptr (CdWireAnswer) answer = NULL;
  g_autofree char *outcome = NULL;

  cd_venue_advance (self->venue, row->market_us);
  answer = cd_venue_command (self->venue, row->person, row->command, row->server_us);
  outcome = outcome_of (answer);
  if (strcmp (outcome, row->outcome) == 0)
    return TRUE;
  g_set_error (error, CD_VENUE_SERVER_ERROR, CD_VENUE_SERVER_ERROR_DATA, "%s/venue.db: command %" G_GINT64_FORMAT " gives \"%s\", expected \"%s\" as it was answered", self->data_dir, row->n, outcome, row->outcome);
  return FALSE;
}

static gboolean
start_engine (CdVenueServer *self, const CdVenueServerConfig *config, GError **error)
{
  g_autofree char *path = g_build_filename (config->data_dir, "venue.db", NULL);
  g_auto (CdVenueIdentity) identity = { NULL };
  CdVenueClockState clock = { 0, 1000, FALSE };
  g_autoptr (GError) local = NULL;
  gboolean is_new;

  self->db = cd_venue_db_open (self->env, path, error);
  if (!self->db || !settle_identity (self, config, &identity, &is_new, error))
    return FALSE;
  self->venue = cd_venue_new (config->packs, config->n_packs, identity.scenario, identity.seed, identity.start_us, identity.epoch, error);
  if (!self->venue)
    return FALSE;
  /* Only now: a scenario that does not start leaves a folder that may still become another one. */
  if (is_new && !cd_venue_db_set_identity (self->db, &identity, error))
    return FALSE;
  if (!cd_venue_db_clock (self->db, &clock, &local) && local)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!cd_venue_db_replay (self->db, replay_cb, self, error))
    return FALSE;
  cd_venue_advance (self->venue, clock.market_us);
  self->rate_e3 = config->rate_e3 > 0 ? config->rate_e3 : clock.rate_e3;
  self->paused = clock.paused;
  rebase_clock (self, cd_venue_market_time (self->venue));
  clock.rate_e3 = self->rate_e3;
  clock.market_us = cd_venue_market_time (self->venue);
  return cd_venue_db_commit (self->db, &clock, error);
}

static gboolean
make_certificates (CdVenueServer *self, GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  gsize n = 0;
  const CdVenueDemoPerson *persons = cd_venue_persons (self->venue, &n);

  for (gsize i = 0; i < n; i++)
    g_ptr_array_add (ids, (gpointer)persons[i].id);
  g_ptr_array_add (ids, NULL);
  self->certs = cd_venue_certs_ensure (self->env, self->data_dir, (const char *const *)ids->pdata, error);
  return self->certs != NULL;
}

static gboolean
accept_certificate_cb (SoupServerMessage *msg, GTlsCertificate *certificate, GTlsCertificateFlags errors, gpointer data)
{
  return errors == 0;
}

static void
request_started_cb (SoupServer *soup, SoupServerMessage *msg, gpointer data)
{
  /* Without a handler libsoup accepts nobody, not even those our own CA has signed. */
  g_signal_connect (msg, "accept-certificate", G_CALLBACK (accept_certificate_cb), data);
}

static gboolean
start_listening (CdVenueServer *self, guint16 port, GError **error)
{
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_files (self->certs->server_cert_path, self->certs->server_key_path, error);
  g_autoptr (GTlsDatabase) trust = certificate ? g_tls_file_database_new (self->certs->ca_path, error) : NULL;
  g_autoptr (GError) local = NULL;

  if (!trust)
    return FALSE;
  self->soup = soup_server_new ("tls-certificate", certificate, "tls-database", trust, "tls-auth-mode", G_TLS_AUTHENTICATION_REQUESTED, NULL);
  g_signal_connect (self->soup, "request-started", G_CALLBACK (request_started_cb), self);
  cd_venue_http_install (self);
  if (soup_server_listen_local (self->soup, port, SOUP_SERVER_LISTEN_HTTPS, &local))
    return TRUE;
  g_set_error (error, CD_VENUE_SERVER_ERROR, CD_VENUE_SERVER_ERROR_LISTEN, "localhost:%u: expected a free port: %s", port, local->message);
  return FALSE;
}

CdVenueServer *
cd_venue_server_new (CdEnv *env, const CdVenueServerConfig *config, CdVenueServerFailed failed, gpointer data, GError **error)
{
  g_autoptr (CdVenueServer) self = g_new0 (CdVenueServer, 1);
  g_autoptr (GError) local = NULL;

  self->env = cd_env_ref (env);
  self->data_dir = g_strdup (config->data_dir);
  self->failed = failed;
  self->failed_data = data;
  self->lines = g_ptr_array_new_with_free_func (cd_venue_line_free);
  cd_venue_feed_init (&self->feed);
  if (config->faults && !(self->faults = cd_venue_faults_parse (config->faults, &local)))
    {
      g_set_error_literal (error, CD_VENUE_SERVER_ERROR, CD_VENUE_SERVER_ERROR_OPTION, local->message);
      return NULL;
    }
  if (g_mkdir_with_parents (config->data_dir, 0700) != 0)
    {
      g_set_error (error, CD_VENUE_SERVER_ERROR, CD_VENUE_SERVER_ERROR_DATA, "%s: expected a folder that can be made: %s", config->data_dir, g_strerror (errno));
      return NULL;
    }
  if (!start_engine (self, config, error) || !make_certificates (self, error) || !start_listening (self, config->port, error))
    return NULL;
  cd_venue_set_sink (self->venue, &cd_venue_feed_sink, self);
  add_end_source (self);
  self->tick = cd_env_timer_add_full (env, NULL, CD_VENUE_TICK_MS, TRUE, tick_cb, self, NULL);
  self->heartbeat = cd_env_timer_add_full (env, NULL, CD_VENUE_HEARTBEAT_MS, TRUE, heartbeat_cb, self, NULL);
  return g_steal_pointer (&self);
}

void
cd_venue_server_free (CdVenueServer *self)
{
  if (!self)
    return;
  cd_env_clear_timer (self->env, &self->tick);
  cd_env_clear_timer (self->env, &self->heartbeat);
  if (self->venue && self->db && self->end_source)
    cd_venue_server_end_turn (self);
  if (self->end_source)
    {
      g_source_destroy (self->end_source);
      g_source_unref (self->end_source);
    }
  g_ptr_array_unref (self->lines);
  if (self->soup)
    soup_server_disconnect (self->soup);
  g_clear_object (&self->soup);
  g_clear_pointer (&self->venue, cd_venue_free);
  g_clear_pointer (&self->db, cd_venue_db_close);
  g_clear_pointer (&self->certs, cd_venue_certs_free);
  g_clear_pointer (&self->faults, cd_venue_faults_free);
  cd_venue_feed_clear (&self->feed);
  g_free (self->data_dir);
  cd_env_unref (self->env);
  g_free (self);
}

/* --- The ready line -------------------------------------------------------------------------------------------------- */

static void
write_person (CdJsonWriter *writer, const CdVenueDemoPerson *person, const CdVenueCertPerson *cert)
{
  static const struct
  {
    CdVenueRole role;
    const char *name;
  } roles[] = { { CD_ROLE_VIEW, "view" }, { CD_ROLE_ENTER, "enter" }, { CD_ROLE_APPROVE, "approve" }, { CD_ROLE_CASH, "cash" }, { CD_ROLE_REVIEW, "review" }, { CD_ROLE_STAGE, "stage" } };

  cd_json_writer_begin_object (writer, NULL);
  cd_json_writer_string (writer, "id", person->id);
  cd_json_writer_string (writer, "name", person->name);
  cd_json_writer_string (writer, "name_zh", person->name_zh);
  cd_json_writer_begin_array (writer, "roles");
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    if (person->roles & roles[i].role)
      cd_json_writer_string (writer, NULL, roles[i].name);
  cd_json_writer_end_array (writer);
  cd_json_writer_string (writer, "account", person->account);
  cd_json_writer_string (writer, "cert", cert->cert_path);
  cd_json_writer_string (writer, "key", cert->key_path);
  cd_json_writer_end_object (writer);
}

guint16
cd_venue_server_port (CdVenueServer *self)
{
  GSList *uris = soup_server_get_uris (self->soup);
  int port = g_uri_get_port (uris->data);

  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
  return (guint16)port;
}

char *
cd_venue_server_faults_left (CdVenueServer *self)
{
  return cd_venue_faults_left (self->faults);
}

char *
cd_venue_server_ready_line (CdVenueServer *self)
{
  g_autoptr (CdJsonWriter) writer = cd_json_writer_new ();
  g_autofree char *url = g_strdup_printf ("https://localhost:%d", cd_venue_server_port (self));
  gsize n = 0;
  const CdVenueDemoPerson *persons = cd_venue_persons (self->venue, &n);

  cd_json_writer_begin_object (writer, NULL);
  cd_json_writer_string (writer, "listening", url);
  cd_json_writer_string (writer, "epoch", cd_venue_epoch (self->venue));
  cd_json_writer_string (writer, "ca", self->certs->ca_path);
  cd_json_writer_string (writer, "crl", self->certs->crl_path);
  cd_json_writer_begin_array (writer, "persons");
  for (gsize i = 0; i < n; i++)
    write_person (writer, &persons[i], g_ptr_array_index (self->certs->persons, i));
  cd_json_writer_end_array (writer);
  cd_json_writer_string (writer, "data", self->data_dir);
  cd_json_writer_end_object (writer);
  return cd_json_writer_finish (writer);
}
