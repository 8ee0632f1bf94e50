/* cd-venue-server.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-venue-server.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "cd-file-writer.h"
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

void
cd_venue_server_rebase (CdVenueServer *self, gint64 market_us)
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
  if (!cd_venue_server_keep (self, &error) || !cd_venue_db_commit (self->db, &clock, &error))
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

char *
cd_venue_server_outcome (const CdWireAnswer *answer)
{
  return g_strdup_printf ("%d|%s|%s|%s", (int)answer->verdict, answer->order_id ? answer->order_id : "", answer->id ? answer->id : "", answer->code ? answer->code : "");
}

/* Into the engine and into the log of the turn. */
static CdWireAnswer *
execute (CdVenueServer *self, const char *person, const CdWireCommand *command)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *outcome = NULL;
  gint64 server_us = cd_venue_server_now (self);
  CdWireAnswer *answer = cd_venue_command (self->venue, person, command, server_us);

  answer->server_time_us = server_us;
  answer->market_time_us = cd_venue_market_time (self->venue);
  cd_venue_server_mark (self);
  if (answer->replayed)
    return answer;
  outcome = cd_venue_server_outcome (answer);
  if (!cd_venue_db_append (self->db, cd_venue_market_time (self->venue), server_us, person, command, outcome, &error))
    fail (self, error);
  self->commands++;
  return answer;
}

CdWireAnswer *
cd_venue_server_command (CdVenueServer *self, const char *person, const CdWireCommand *command)
{
  cd_venue_server_advance (self, cd_venue_server_market_now (self));
  return execute (self, person, command);
}

/* The order that an earlier line placed, by its key: it may have been placed before the last start. */
static CdWireCommand *
command_of (CdVenueServer *self, const CdVenueSessionEntry *entry)
{
  g_autofree char *key = entry->withdraws ? cd_venue_session_file_key (self->session, entry->withdraws) : NULL;
  g_autoptr (CdWireByKey) order = key ? cd_venue_by_key (self->venue, key) : NULL;
  g_autofree char *body = NULL;

  if (!entry->withdraws)
    return cd_wire_command_copy (entry->command);
  body = cd_wire_body_print (&(CdWireBody){ .op = CD_WIRE_OP_ORDER_CANCEL, .order_id = order->found ? order->order.order_id : (char *)"none" });
  return cd_wire_command_new (entry->command->op, entry->command->key, entry->command->account, 0, body);
}

static void
play (CdVenueServer *self, const CdVenueSessionEntry *entry)
{
  g_autoptr (CdWireCommand) command = command_of (self, entry);
  g_autoptr (CdWireAnswer) answer = NULL;
  g_autofree char *place = NULL;

  cd_venue_server_move (self, entry->at_us, cd_venue_db_count (self->db));
  answer = execute (self, entry->person, command);
  if (answer->verdict != CD_WIRE_REJECTED || !self->note)
    return;
  place = cd_venue_session_file_place (self->session, entry->line);
  self->note (self->failed_data, "%s: %s was refused: %s%s%s", place, cd_wire_op_name (command->op), answer->code, answer->detail ? ": " : "", answer->detail ? answer->detail : "");
}

void
cd_venue_server_advance (CdVenueServer *self, gint64 market_us)
{
  while (self->session && self->session_next < self->session->entries->len && !self->is_failed)
    {
      const CdVenueSessionEntry *entry = g_ptr_array_index (self->session->entries, self->session_next);

      if (entry->at_us > market_us)
        break;
      self->session_next++;
      play (self, entry);
      if (self->commands >= CD_VENUE_TURN_COMMANDS_MAX)
        cd_venue_server_end_turn (self);
    }
  cd_venue_server_move (self, market_us, cd_venue_db_count (self->db));
}

/* --- The practice clock ---------------------------------------------------------------------------------------------- */

gboolean
cd_venue_server_set_clock (CdVenueServer *self, const CdWireClockRequest *request, const char **problem)
{
  gint64 now = cd_venue_server_market_now (self);

  if (request->skip)
    {
      gint64 target;

      cd_venue_server_advance (self, now);
      target = cd_venue_skip_target (self->venue, request->skip);
      if (target == 0)
        {
          *problem = "there is nothing of that kind ahead in the calendar";
          return FALSE;
        }
      now = MAX (target, now);
    }
  cd_venue_server_rebase (self, now);
  if (request->has_pause)
    self->paused = request->pause;
  if (request->rate)
    cd_wire_rate_parse (request->rate, &self->rate_e3);
  cd_venue_server_advance (self, now);
  self->feed.clock = TRUE;
  cd_venue_server_mark (self);
  return TRUE;
}

static gboolean
tick_cb (gpointer data)
{
  CdVenueServer *self = data;

  cd_venue_server_advance (self, cd_venue_server_market_now (self));
  return G_SOURCE_CONTINUE;
}

static gboolean
heartbeat_cb (gpointer data)
{
  CdVenueServer *self = data;

  cd_venue_server_advance (self, cd_venue_server_market_now (self));
  if (!cd_venue_server_end_turn (self))
    return G_SOURCE_CONTINUE;
  self->n_heartbeat++;
  cd_venue_feed_heartbeat (self);
  cd_venue_ws_heartbeat (self);
  cd_venue_ws_sweep (self);
  return G_SOURCE_CONTINUE;
}

/* --- Start ----------------------------------------------------------------------------------------------------------- */

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
  self->note = config->note;
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
  cd_file_sweep_folder (config->data_dir); /* after a kill */
  if (!cd_venue_start_engine (self, config, error) || !make_certificates (self, error) || !start_listening (self, config->port, error))
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
  g_clear_pointer (&self->session, cd_venue_session_file_free);
  cd_venue_feed_clear (&self->feed);
  g_free (self->data_dir);
  cd_env_unref (self->env);
  g_free (self);
}

/* --- The ready line -------------------------------------------------------------------------------------------------- */

static void
write_person (CdJsonWriter *writer, const CdVenueDemoPerson *person, CdVenueCertPerson *const *certs)
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
  cd_json_writer_string (writer, "cert", certs[0]->cert_path);
  cd_json_writer_string (writer, "key", certs[0]->key_path);
  cd_json_writer_begin_array (writer, "certificates");
  for (int i = 0; i < CD_VENUE_CERTS_EACH; i++)
    {
      cd_json_writer_begin_object (writer, NULL);
      cd_json_writer_string (writer, "cert", certs[i]->cert_path);
      cd_json_writer_string (writer, "key", certs[i]->key_path);
      cd_json_writer_string (writer, "fingerprint", certs[i]->fingerprint);
      cd_json_writer_end_object (writer);
    }
  cd_json_writer_end_array (writer);
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
    write_person (writer, &persons[i], (CdVenueCertPerson *const *)self->certs->persons->pdata + i * CD_VENUE_CERTS_EACH);
  cd_json_writer_end_array (writer);
  cd_json_writer_string (writer, "data", self->data_dir);
  cd_json_writer_string (writer, "start", self->start);
  cd_json_writer_end_object (writer);
  return cd_json_writer_finish (writer);
}
