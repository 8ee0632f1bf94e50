/* cd-desk.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Start, stop and state of the desk; people and entities. What happens in between is in cd-desk-*.c.
 */
#include "cd-desk-private.h"

#include <string.h>

#define TICK_MS 250

GQuark
cd_desk_error_quark (void)
{
  return g_quark_from_static_string ("cd-desk-error-quark");
}
G_DEFINE_FINAL_TYPE (CdDesk, cd_desk, G_TYPE_OBJECT)

static guint signals[CD_DESK_N_SIGNALS];

/* --- Small services for the other files ------------------------------------------------------------------------------ */

void
cd_desk_emit (CdDesk *self, CdDeskSignal signal)
{
  g_signal_emit (self, signals[signal], 0);
}

void
cd_desk_emit_quote (CdDesk *self, CdQuote *quote)
{
  g_signal_emit (self, signals[CD_DESK_SIGNAL_QUOTE], 0, quote);
}

/* One line of the log and, for the screen, a signal. @format makes the code or id that the sentence is about. */
void
cd_desk_alert (CdDesk *self, int level, const char *source, const char *code, const char *format, ...)
{
  CdLogRow *row = g_object_new (CD_TYPE_LOG_ROW, NULL);
  guint n;
  va_list args;

  va_start (args, format);
  row->text = g_strdup_vprintf (format, args);
  va_end (args);
  row->at_us = cd_env_real_us (self->env);
  row->market_us = cd_desk_get_market_time (self);
  row->level = level;
  row->source = g_strdup (source);
  row->code = g_strdup (code);
  g_list_store_insert (self->log, 0, row);
  n = g_list_model_get_n_items (G_LIST_MODEL (self->log));
  if (n > CD_LOG_ROWS_MAX)
    g_list_store_splice (self->log, CD_LOG_ROWS_MAX, n - CD_LOG_ROWS_MAX, NULL, 0);
  g_signal_emit (self, signals[CD_DESK_SIGNAL_ALERT], 0, level, code, row->text);
  g_object_unref (row);
}

void
cd_desk_set_state (CdDesk *self, CdDeskState state, const char *problem)
{
  if (self->state == state && g_strcmp0 (self->problem, problem) == 0)
    return;
  self->state = state;
  g_free (self->problem);
  self->problem = g_strdup (problem);
  cd_desk_emit (self, CD_DESK_SIGNAL_STATE);
}

/* --- Start: profile, journal, venue, lines ----------------------------------------------------------------------------- */

static void
fail (CdDesk *self, const GError *error)
{
  cd_desk_alert (self, 2, "desk", "venue", "%s", error->message);
  cd_desk_set_state (self, CD_DESK_FAILED, error->message);
}

static gboolean
is_beijing (CdDesk *self)
{
  return g_strcmp0 (self->scenario, "beijing-2021") == 0;
}

static const char *const *
pack_ids (CdDesk *self)
{
  static const char *const national[] = { "cn-cea", "cn-ccer", NULL };
  static const char *const beijing[] = { "cn-bj", NULL };

  return is_beijing (self) ? beijing : national;
}

static gboolean
load_packs (CdDesk *self, GError **error)
{
  const char *const *ids = pack_ids (self);

  for (guint i = 0; ids[i]; i++)
    {
      CdPack *pack = cd_pack_load_builtin (ids[i], error);

      if (!pack)
        return FALSE;
      g_ptr_array_add (self->packs, pack);
    }
  return TRUE;
}

static gboolean
tick_cb (gpointer data)
{
  CdDesk *self = data;

  /* Ages and countdowns run on this timer and not on the frame clock: a hidden window must not stop them. */
  cd_desk_look_at_clocks (self);
  cd_desk_feed_tick (self);
  cd_desk_staged_tick (self);
  cd_desk_store_tick (self);
  cd_desk_obligations_tick (self);
  cd_desk_cover_tick (self);
  cd_desk_identity_tick (self);
  cd_desk_periodic_tick (self);
  cd_desk_emit (self, CD_DESK_SIGNAL_CLOCK);
  return G_SOURCE_CONTINUE;
}

static void
client_state_cb (CdTradeClient *client, CdLinkState state, gpointer data)
{
  CdDesk *self = data;

  if (state == CD_LINK_LIVE)
    {
      cd_desk_journal_epoch (self, cd_trade_client_get_epoch (client));
      cd_desk_reconcile_start (self);
    }
  else
    {
      self->reconciled = FALSE;
      /* A venue says nothing to a wrong signature, it hangs up. */
      if (self->identity && (state == CD_LINK_FAILED || state == CD_LINK_BACKOFF))
        cd_identity_check (self->identity);
      if (self->state == CD_DESK_LIVE || self->state == CD_DESK_RECONCILING)
        {
          cd_desk_gap_lost (self);
          cd_desk_set_state (self, CD_DESK_OFFLINE, cd_trade_client_get_error (client));
        }
      /* It is tried again; until then there is a reason why nothing comes. */
      else if (state == CD_LINK_FAILED || state == CD_LINK_BACKOFF)
        {
          if (self->state == CD_DESK_CONNECTING)
            cd_desk_alert (self, 1, "orders", "disconnected", "%s", "");
          cd_desk_set_state (self, CD_DESK_OFFLINE, cd_trade_client_get_error (client));
        }
    }
  cd_desk_emit (self, CD_DESK_SIGNAL_STATE);
}

static void
client_outcome_cb (CdTradeClient *client, const char *key, CdSendOutcome outcome, const CdWireAnswer *answer, gpointer data)
{
  cd_desk_orders_outcome (CD_DESK (data), key, outcome, answer);
}

static void
client_event_cb (CdTradeClient *client, const CdWireEvent *event, gpointer data)
{
  cd_desk_orders_event (CD_DESK (data), event);
}

static void
client_gap_cb (CdTradeClient *client, const char *account, guint64 expected, guint64 got, gpointer data)
{
  CdDesk *self = data;

  cd_desk_gap_numbers (self, account, expected, got);
  cd_desk_reconcile_start (self);
}

static void close_client (CdDesk *self);

void
cd_desk_open_client (CdDesk *self)
{
  static const CdTradeClientFuncs funcs = { client_state_cb, client_outcome_cb, client_event_cb, client_gap_cb, cd_desk_journal_behind };
  g_autoptr (CdEndpoint) endpoint = cd_venue_ready_endpoint (self->ready, self->person);
  GHashTableIter iter;
  gpointer account, seq;

  self->reconciled = FALSE;
  close_client (self);
  if (!cd_desk_identity_apply (self, endpoint))
    return;
  self->client = cd_trade_client_new (self->env, endpoint);
  cd_trade_client_set_funcs (self->client, &funcs, self);
  g_hash_table_iter_init (&iter, self->last_seq);
  while (g_hash_table_iter_next (&iter, &account, &seq))
    cd_trade_client_set_last_seq (self->client, account, *(guint64 *)seq);
  cd_desk_set_state (self, CD_DESK_CONNECTING, NULL);
  cd_trade_client_open (self->client);
}

static void
close_client (CdDesk *self)
{
  static const CdTradeClientFuncs outcomes = { NULL, client_outcome_cb, NULL, NULL };

  if (!self->client)
    return;
  /* What is on its way becomes unknown with the line, or an order would stand as being sent for ever. */
  cd_trade_client_set_funcs (self->client, &outcomes, self);
  cd_trade_client_close (self->client);
  cd_trade_client_set_funcs (self->client, NULL, NULL);
  g_clear_object (&self->client);
}

static void
venue_exited_cb (CdVenueProcess *venue, const char *message, gpointer data)
{
  CdDesk *self = data;

  cd_desk_alert (self, 2, "venue", "venue", "%s", message);
  cd_desk_set_state (self, CD_DESK_OFFLINE, message);
}

static void
venue_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CdDesk) self = data;
  g_autoptr (GError) error = NULL;
  CdVenueReady *ready = cd_venue_process_start_finish (CD_VENUE_PROCESS (source), result, &error);

  if (self->stop_task || g_cancellable_is_cancelled (self->cancellable))
    {
      g_clear_pointer (&ready, cd_venue_ready_free);
      return;
    }
  if (!ready)
    {
      fail (self, error);
      return;
    }
  self->ready = ready;
  if (!cd_desk_take_persons (self, &error))
    {
      fail (self, error);
      return;
    }
  cd_desk_journal_replay (self);
  cd_desk_feed_start (self);
  cd_desk_tick_start (self, TICK_MS, tick_cb);
  cd_desk_emit (self, CD_DESK_SIGNAL_ACCOUNT);
  cd_desk_open_client (self);
}

static void
start_venue (CdDesk *self)
{
  g_autofree char *dir = g_build_filename (cd_paths_venue_dir (self->paths), self->scenario, NULL);
  const CdDeskConfig config = {
    .join = self->join,
    .scenario = self->scenario,
    .market_time = self->market_time_option,
    .speed = self->speed,
    .seed = self->seed,
    .venue_path = self->venue_path,
  };

  self->venue = cd_venue_process_new (self->env);
  g_signal_connect_object (self->venue, "exited", G_CALLBACK (venue_exited_cb), self, 0);
  cd_venue_process_start_async (self->venue, &config, dir, pack_ids (self), self->cancellable, venue_cb, g_object_ref (self));
}

static void
store_closed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CdDesk) self = data;
  g_autoptr (GTask) task = g_steal_pointer (&self->stop_task);
  g_autoptr (GError) error = NULL;

  if (cd_store_close_finish (self->store, result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
  g_clear_pointer (&self->paths, cd_paths_unref);
}

static void
close_store (CdDesk *self)
{
  /* A store that is still being opened is closed when it has been: see store_cb(). */
  if (self->store_opening)
    return;
  if (self->store)
    cd_store_close_async (self->store, store_closed_cb, g_object_ref (self));
  else
    {
      g_autoptr (GTask) task = g_steal_pointer (&self->stop_task);

      g_clear_pointer (&self->paths, cd_paths_unref);
      g_task_return_boolean (task, TRUE);
    }
}

static void
store_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CdDesk) self = data;
  g_autoptr (GError) error = NULL;

  self->store = cd_store_open_finish (result, &error);
  self->store_opening = FALSE;
  if (self->stop_task)
    {
      close_store (self);
      return;
    }
  if (!self->store)
    {
      fail (self, error);
      return;
    }
  cd_desk_store_opened (self);
  start_venue (self);
}

void
cd_desk_start (CdDesk *self)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (self->state == CD_DESK_STARTING && !self->paths);

  if (self->identity_error)
    {
      fail (self, self->identity_error);
      return;
    }
  if (!load_packs (self, &error))
    {
      fail (self, error);
      return;
    }
  self->paths = cd_paths_open (self->env, CD_PROFILE_PRACTICE, self->profile, &error);
  if (!self->paths)
    {
      fail (self, error);
      return;
    }
  self->store_opening = TRUE;
  cd_store_open_async (self->env, self->paths, self->cancellable, store_cb, g_object_ref (self));
}

/* --- Stop ------------------------------------------------------------------------------------------------------------ */

static void
venue_stopped_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CdDesk) self = data;

  cd_venue_process_stop_finish (CD_VENUE_PROCESS (source), result, NULL);
  close_store (self);
}

void
cd_desk_stop_async (CdDesk *self, GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail (!self->stop_task);

  self->stop_task = g_task_new (self, NULL, callback, data);
  g_cancellable_cancel (self->cancellable);
  cd_desk_tick_stop (self);
  cd_env_clear_timer (self->env, &self->refresh_timer);
  cd_env_clear_timer (self->env, &self->reconcile_timer);
  close_client (self);
  cd_feed_box_set_wake (self->box, NULL, NULL, NULL);
  g_clear_pointer (&self->feed, cd_feed_free);
  if (self->venue)
    cd_venue_process_stop_async (self->venue, venue_stopped_cb, g_object_ref (self));
  else
    close_store (self);
}

gboolean
cd_desk_stop_finish (CdDesk *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- State ----------------------------------------------------------------------------------------------------------- */

CdDeskState
cd_desk_get_state (CdDesk *self)
{
  return self->state;
}

gboolean
cd_desk_is_locked (CdDesk *self)
{
  g_autofree char *reason = cd_desk_store_reason (self);

  return self->state != CD_DESK_LIVE || !self->reconciled || self->suspect || self->stopped || cd_desk_hold_reason (self) || cd_desk_feed_reason (self) || reason;
}

CdLinkState
cd_desk_get_line (CdDesk *self, CdLine line, gint64 *age_us)
{
  gint64 now = cd_env_boot_us (self->env);
  gint64 at = 0;
  CdLinkState state = CD_LINK_IDLE;

  switch (line)
    {
    case CD_LINE_MARKET:
      at = self->status.last_rx_boot_us;
      state = cd_desk_feed_link (self);
      break;
    case CD_LINE_ORDERS:
    case CD_LINE_REGISTRY:
      /* Registry instructions travel on the private line; what differs is how old the registry's lists are. */
      at = self->client ? cd_trade_client_get_last_rx_us (self->client) : 0;
      state = self->client ? cd_trade_client_get_state (self->client) : CD_LINK_IDLE;
      if (line == CD_LINE_REGISTRY && state == CD_LINK_LIVE)
        at = self->registry_boot_us;
      break;
    case CD_N_LINES:
      break;
    }
  if (age_us)
    *age_us = at ? now - at : 0;
  return state;
}

const char *
cd_desk_get_scenario (CdDesk *self)
{
  return self->scenario;
}

const CdPack *
cd_desk_get_pack (CdDesk *self, const char *market)
{
  for (guint i = 0; market && i < self->packs->len; i++)
    {
      const CdPack *pack = g_ptr_array_index (self->packs, i);

      if (g_str_equal (pack->id, market))
        return pack;
    }
  return NULL;
}

const CdPack *
cd_desk_get_pack_of (CdDesk *self, const char *instrument)
{
  for (guint i = 0; instrument && i < self->packs->len; i++)
    {
      const CdPack *pack = g_ptr_array_index (self->packs, i);

      if (cd_market_instrument (pack->market, instrument))
        return pack;
    }
  return NULL;
}

void
cd_desk_switch_person (CdDesk *self, const char *person_id)
{
  const CdPerson *person;

  if (!self->ready || self->stop_task || (g_strcmp0 (person_id, self->person) == 0 && !self->rights_taken))
    return;
  close_client (self);
  self->signed_in = self->rights_taken = FALSE;
  g_free (self->person);
  self->person = g_strdup (person_id);
  person = cd_desk_get_person (self);
  if (person && *person->account)
    cd_desk_set_entity (self, person->account);
  cd_desk_requests_rights (self);
  cd_desk_alert (self, 0, "desk", "person", "%s", person_id);
  cd_desk_open_client (self);
  cd_desk_emit (self, CD_DESK_SIGNAL_ACCOUNT);
}

GListModel *
cd_desk_get_log (CdDesk *self)
{
  return G_LIST_MODEL (self->log);
}

void
cd_desk_kill_venue_for_test (CdDesk *self)
{
  if (self->venue)
    cd_venue_process_kill (self->venue);
}

CdEnv *
cd_desk_get_env (CdDesk *self)
{
  return self->env;
}

/* --- Object ---------------------------------------------------------------------------------------------------------- */

static void
cd_desk_dispose (GObject *object)
{
  CdDesk *self = CD_DESK (object);

  g_cancellable_cancel (self->cancellable);
  if (self->env)
    {
      cd_desk_tick_stop (self);
      cd_env_clear_timer (self->env, &self->refresh_timer);
      cd_env_clear_timer (self->env, &self->reconcile_timer);
    }
  close_client (self);
  if (self->box)
    cd_feed_box_set_wake (self->box, NULL, NULL, NULL);
  g_clear_pointer (&self->feed, cd_feed_free);
  g_clear_object (&self->venue);
  g_clear_pointer (&self->store, cd_store_unref);
  g_clear_pointer (&self->paths, cd_paths_unref);
  G_OBJECT_CLASS (cd_desk_parent_class)->dispose (object);
}

static void
cd_desk_finalize (GObject *object)
{
  CdDesk *self = CD_DESK (object);

  g_free (self->store_problem);
  g_free (self->held);
  cd_desk_identity_free (self);
  cd_desk_parts_free (self);
  g_clear_object (&self->cancellable);
  g_free (self->profile);
  g_free (self->scenario);
  g_free (self->market_time_option);
  g_free (self->speed);
  g_free (self->seed);
  g_free (self->venue_path);
  g_free (self->join);
  g_free (self->person_option);
  g_free (self->problem);
  g_free (self->person);
  g_free (self->entity);
  g_clear_pointer (&self->env, cd_env_unref);
  G_OBJECT_CLASS (cd_desk_parent_class)->finalize (object);
}

static void
cd_desk_class_init (CdDeskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = cd_desk_dispose;
  object_class->finalize = cd_desk_finalize;
  signals[CD_DESK_SIGNAL_STATE] = g_signal_new ("state-changed", CD_TYPE_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CD_DESK_SIGNAL_CLOCK] = g_signal_new ("clock-changed", CD_TYPE_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CD_DESK_SIGNAL_QUOTE] = g_signal_new ("quote-changed", CD_TYPE_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, CD_TYPE_QUOTE);
  signals[CD_DESK_SIGNAL_ACCOUNT] = g_signal_new ("account-changed", CD_TYPE_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CD_DESK_SIGNAL_ALERT] = g_signal_new ("alert", CD_TYPE_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3, G_TYPE_INT, G_TYPE_STRING, G_TYPE_STRING);
  signals[CD_DESK_SIGNAL_LEVELS] = g_signal_new ("book-levels-changed", CD_TYPE_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cd_desk_init (CdDesk *self)
{
  cd_desk_parts_new (self);
}

CdDesk *
cd_desk_new (CdEnv *env, const CdDeskConfig *config)
{
  CdDesk *self = g_object_new (CD_TYPE_DESK, NULL);

  self->env = cd_env_ref (env);
  self->profile = g_strdup (config->profile ? config->profile : CD_DESK_PROFILE);
  self->scenario = g_strdup (config->scenario ? config->scenario : "main");
  self->market_time_option = g_strdup (config->market_time);
  self->speed = g_strdup (config->speed);
  self->seed = g_strdup (config->seed);
  self->venue_path = g_strdup (config->venue_path);
  self->join = g_strdup (config->join);
  self->person_option = g_strdup (config->person);
  self->status.rate_e3 = 1000;
  cd_desk_identity_new (self, config);
  return self;
}
