/* cd-venue-ws.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The two WebSockets. Both run over a CdStream, which guards what comes in and writes once a turn. A reader that does not keep
 * up is cut off; a private event is never left out: each line has a cursor per account into the engine's numbered events.
 */
#include <sys/socket.h>

#include "cd-venue-server-private.h"

#define STALLED_MAX 5 /* heartbeats */
#define EVENTS_PER_TURN_MAX 500
#define HELD_MAX 10000 /* messages behind a delay */

static void
cursor_clear (gpointer data)
{
  g_free (((CdVenueCursor *)data)->account);
}

void
cd_venue_line_free (gpointer data)
{
  CdVenueLine *line = data;

  cd_env_clear_timer (line->server->env, &line->held_timer);
  g_clear_pointer (&line->held, g_ptr_array_unref);
  if (line->ws)
    g_signal_handlers_disconnect_by_data (line->ws, line);
  if (line->stream)
    g_io_stream_close_async (G_IO_STREAM (line->stream), G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  g_clear_object (&line->ws);
  g_clear_object (&line->stream);
  g_clear_object (&line->socket);
  g_clear_pointer (&line->codes, g_hash_table_unref);
  g_clear_pointer (&line->fresh, g_hash_table_unref);
  g_clear_pointer (&line->answers, g_ptr_array_unref);
  g_clear_pointer (&line->cursors, g_array_unref);
  g_clear_object (&line->certificate);
  g_free (line->person);
  g_free (line);
}

static void
kill_line (CdVenueLine *line)
{
  line->dead = TRUE;
}

/* An orderly end would wait until the peer has read what lies before it: this one does not read. */
void
cd_venue_line_cut (CdVenueLine *line)
{
  const struct linger now = { 1, 0 };

  setsockopt (g_socket_get_fd (line->socket), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  g_socket_shutdown (line->socket, TRUE, TRUE, NULL);
  kill_line (line);
}

/* Says why, then forgets the peer: what it still sends is not read any more. */
static void
refuse (CdVenueLine *line, gushort code, const char *why)
{
  if (line->dead)
    return;
  if (soup_websocket_connection_get_state (line->ws) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (line->ws, code, why);
  kill_line (line);
}

/* A reader this far behind is cut off, before libsoup begins to keep what our stream does not take: books come whole again,
 * answers by key, events by number. */
void
cd_venue_line_send_bytes (CdVenueLine *line, GBytes *bytes)
{
  if (line->dead || line->server->is_failed || soup_websocket_connection_get_state (line->ws) != SOUP_WEBSOCKET_STATE_OPEN)
    return;
  if (line->held && line->held->len < HELD_MAX)
    g_ptr_array_add (line->held, g_bytes_ref (bytes));
  else if (line->held || cd_stream_get_queued (line->stream) >= CD_VENUE_QUEUE_MAX)
    cd_venue_line_cut (line);
  else
    soup_websocket_connection_send_message (line->ws, SOUP_WEBSOCKET_DATA_TEXT, bytes);
}

static gboolean
let_go_cb (gpointer data)
{
  CdVenueLine *line = data;
  g_autoptr (GPtrArray) held = g_steal_pointer (&line->held);

  line->held_timer = 0;
  for (guint i = 0; i < held->len; i++)
    cd_venue_line_send_bytes (line, g_ptr_array_index (held, i));
  return G_SOURCE_REMOVE;
}

void
cd_venue_line_hold (CdVenueLine *line, guint ms)
{
  if (line->dead || line->held)
    return;
  line->held = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  line->held_timer = cd_env_timer_add (line->server->env, NULL, ms, let_go_cb, line);
}

void
cd_venue_line_send (CdVenueLine *line, const char *text, gsize len)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, len);

  cd_venue_line_send_bytes (line, bytes);
}

void
cd_venue_ws_sweep (CdVenueServer *self)
{
  for (guint i = self->lines->len; i > 0; i--)
    if (((CdVenueLine *)g_ptr_array_index (self->lines, i - 1))->dead)
      g_ptr_array_remove_index_fast (self->lines, i - 1);
}

/* --- What comes in --------------------------------------------------------------------------------------------------- */

static void
subscribe (CdVenueLine *line, const char *code)
{
  if (cd_venue_book (line->server->venue, code) && !g_hash_table_contains (line->codes, code))
    g_hash_table_add (line->fresh, g_strdup (code));
}

static void
handle_request (CdVenueLine *line, const char *text, gsize len)
{
  const GPtrArray *codes = cd_venue_codes (line->server->venue);
  g_autoptr (GError) error = NULL;
  g_autoptr (CdMdRequest) request = cd_md_request_parse (text, len, &error);

  if (!request)
    {
      refuse (line, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "request.malformed");
      return;
    }
  if (request->all && request->subscribe)
    {
      line->wants_all = TRUE;
      /* A second request is how a client asks for the books anew. */
      g_hash_table_remove_all (line->codes);
      line->all = FALSE;
      for (guint i = 0; i < codes->len; i++)
        subscribe (line, g_ptr_array_index (codes, i));
    }
  else if (request->all)
    {
      line->all = line->wants_all = FALSE;
      g_hash_table_remove_all (line->codes);
      g_hash_table_remove_all (line->fresh);
    }
  for (guint i = 0; i < request->codes->len; i++)
    {
      const char *code = g_ptr_array_index (request->codes, i);

      g_hash_table_remove (line->codes, code);
      if (request->subscribe)
        subscribe (line, code);
      else
        g_hash_table_remove (line->fresh, code);
    }
  cd_venue_server_mark (line->server);
}

/* What a fault does to the answer happens at the end of the turn, when the command is durable. */
static void
execute (CdVenueLine *line, const CdWireCommand *command)
{
  CdVenueServer *self = line->server;
  g_autoptr (CdWireAnswer) answer = cd_venue_server_command (self, line->person, command);
  const CdVenueFault fault = cd_venue_faults_hit (self->faults, CD_VENUE_POINT_ANSWER, cd_wire_op_name (command->op));
  g_autoptr (GString) out = g_string_sized_new (512);
  g_autoptr (GBytes) bytes = NULL;

  cd_wire_answer_write (out, answer);
  bytes = g_string_free_to_bytes (g_steal_pointer (&out));
  line->cut |= fault.kind == CD_VENUE_FAULT_CUT;
  self->restart_due |= fault.kind == CD_VENUE_FAULT_RESTART;
  if (fault.kind == CD_VENUE_FAULT_DELAY)
    line->held_ms = MAX (line->held_ms, fault.number);
  /* A WebSocket has no status: what it stands for is an answer that does not come. */
  if (fault.kind != CD_VENUE_FAULT_DROP && fault.kind != CD_VENUE_FAULT_STATUS)
    g_ptr_array_add (line->answers, g_bytes_ref (bytes));
  if (fault.kind == CD_VENUE_FAULT_DUPLICATE)
    g_ptr_array_add (line->answers, g_bytes_ref (bytes));
}

static void
handle_command (CdVenueLine *line, const char *text, gsize len)
{
  CdVenueServer *self = line->server;
  g_autoptr (GError) error = NULL;
  g_autoptr (CdWireCommand) command = cd_wire_command_parse (text, len, &error);
  CdVenueFault fault;

  if (!command)
    {
      /* Without a key there is nothing an answer could name. */
      refuse (line, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "request.malformed");
      return;
    }
  fault = cd_venue_faults_hit (self->faults, CD_VENUE_POINT_COMMAND, cd_wire_op_name (command->op));
  if (fault.kind == CD_VENUE_FAULT_DROP)
    return;
  if (fault.kind == CD_VENUE_FAULT_CUT)
    {
      cd_venue_line_cut (line);
      return;
    }
  if (fault.kind == CD_VENUE_FAULT_RESTART)
    {
      cd_venue_server_restart (self);
      return;
    }
  for (int copies = fault.kind == CD_VENUE_FAULT_DUPLICATE ? 2 : 1; copies > 0; copies--)
    execute (line, command);
  if (self->commands >= CD_VENUE_TURN_COMMANDS_MAX)
    cd_venue_server_end_turn (self);
}

static gboolean
is_entitled (const CdVenueLine *line)
{
  return !line->is_private || cd_venue_certs_person (line->server->certs, line->server->env, line->certificate) != NULL;
}

void
cd_venue_ws_check_certificates (CdVenueServer *self)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      CdVenueLine *line = g_ptr_array_index (self->lines, i);

      if (!line->dead && !is_entitled (line))
        refuse (line, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "certificate.revoked");
    }
}

static void
message_cb (SoupWebsocketConnection *ws, int type, GBytes *message, gpointer data)
{
  CdVenueLine *line = data;
  const char *text;
  gsize len;

  if (line->dead || line->server->is_failed)
    return;
  if (!is_entitled (line))
    {
      refuse (line, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "certificate.revoked");
      return;
    }
  if (type != SOUP_WEBSOCKET_DATA_TEXT)
    {
      refuse (line, SOUP_WEBSOCKET_CLOSE_UNSUPPORTED_DATA, "expected text");
      return;
    }
  text = g_bytes_get_data (message, &len);
  if (line->is_private)
    handle_command (line, text ? text : "", len);
  else
    handle_request (line, text ? text : "", len);
}

static void
closed_cb (SoupWebsocketConnection *ws, gpointer data)
{
  CdVenueLine *line = data;

  kill_line (line);
  cd_venue_server_mark (line->server);
}

static void
error_cb (SoupWebsocketConnection *ws, GError *error, gpointer data)
{
  closed_cb (ws, data);
}

/* --- What goes out --------------------------------------------------------------------------------------------------- */

/* Events wait at their numbers rather than in a queue. */
static gboolean
is_behind (CdVenueLine *line)
{
  return cd_stream_get_queued (line->stream) >= CD_VENUE_EVENTS_QUEUE_MAX;
}

int
cd_venue_line_copies (CdVenueLine *line, CdVenuePoint point, const char *what)
{
  const CdVenueFault fault = cd_venue_faults_hit (line->server->faults, point, what);

  if (fault.kind == CD_VENUE_FAULT_CUT)
    cd_venue_line_cut (line);
  else if (fault.kind == CD_VENUE_FAULT_DELAY)
    cd_venue_line_hold (line, fault.number);
  else if (fault.kind == CD_VENUE_FAULT_RESTART)
    cd_venue_server_restart (line->server);
  return fault.kind == CD_VENUE_FAULT_DROP || line->server->is_failed ? 0 : fault.kind == CD_VENUE_FAULT_DUPLICATE ? 2
                                                                                                                   : 1;
}

/* Who sees an account changes with roles and with the days of a deputy, in the middle of a line. An account that comes into sight for the
 * first time is told from its first event on, as nobody on the line knows any of it; one that comes back goes on where it was. */
static void
refresh_cursors (CdVenueLine *line)
{
  CdVenue *venue = line->server->venue;
  g_autoptr (CdWireSession) session = cd_venue_session (venue, line->person);

  for (guint i = 0; i < line->cursors->len; i++)
    g_array_index (line->cursors, CdVenueCursor, i).hidden = TRUE;
  for (guint i = 0; i < session->accounts->len; i++)
    {
      const char *id = g_array_index (session->accounts, CdWireAccount, i).id;
      CdVenueCursor cursor = { NULL, 1, FALSE };
      gboolean known = FALSE;

      for (guint k = 0; k < line->cursors->len; k++)
        if (g_str_equal (g_array_index (line->cursors, CdVenueCursor, k).account, id))
          {
            known = TRUE;
            g_array_index (line->cursors, CdVenueCursor, k).hidden = FALSE;
          }
      if (known)
        continue;
      cursor.account = g_strdup (id);
      g_array_append_val (line->cursors, cursor);
    }
}

static gboolean
send_events (CdVenueLine *line)
{
  g_autoptr (GString) text = g_string_sized_new (512);
  guint sent = 0;

  for (guint i = 0; i < line->cursors->len; i++)
    {
      CdVenueCursor *cursor = &g_array_index (line->cursors, CdVenueCursor, i);
      const GPtrArray *events = cursor->hidden ? NULL : cd_venue_events (line->server->venue, cursor->account);

      while (events && cursor->next_seq <= events->len)
        {
          const CdWireEvent *event = g_ptr_array_index (events, cursor->next_seq - 1);

          g_assert (event->seq == cursor->next_seq);
          if (sent++ == EVENTS_PER_TURN_MAX || is_behind (line))
            return FALSE;
          g_string_truncate (text, 0);
          cd_wire_event_write (text, event);
          for (int copies = cd_venue_line_copies (line, CD_VENUE_POINT_EVENT, cd_wire_event_kind_name (event->kind)); copies > 0; copies--)
            cd_venue_line_send (line, text->str, text->len);
          cursor->next_seq++;
        }
    }
  return TRUE;
}

static gboolean
more_cb (gpointer data)
{
  cd_venue_server_mark (data);
  return G_SOURCE_REMOVE;
}

void
cd_venue_ws_end_turn (CdVenueServer *self)
{
  gboolean more = FALSE;

  for (guint i = 0; i < self->lines->len; i++)
    {
      CdVenueLine *line = g_ptr_array_index (self->lines, i);

      if (line->dead || !line->is_private)
        continue;
      if (line->cut)
        cd_venue_line_cut (line);
      if (line->held_ms > 0)
        cd_venue_line_hold (line, line->held_ms);
      line->held_ms = 0;
      for (guint k = 0; k < line->answers->len; k++)
        cd_venue_line_send_bytes (line, g_ptr_array_index (line->answers, k));
      g_ptr_array_set_size (line->answers, 0);
      refresh_cursors (line);
      if (!send_events (line) && !is_behind (line))
        more = TRUE;
    }
  if (more)
    cd_env_timer_add (self->env, NULL, 1, more_cb, self);
}

static void
write_last_seqs (CdVenueLine *line, CdWireHello *hello)
{
  for (guint i = 0; i < line->cursors->len; i++)
    {
      const char *account = g_array_index (line->cursors, CdVenueCursor, i).account;

      if (g_array_index (line->cursors, CdVenueCursor, i).hidden)
        continue;
      cd_wire_hello_add_seq (hello, account, cd_venue_last_seq (line->server->venue, account));
    }
  hello->server_time_us = cd_venue_server_now (line->server);
  hello->market_time_us = cd_venue_server_market_now (line->server);
}

/* A peer that is behind and has taken nothing for some time is cut off too. */
static void
watch_line (CdVenueLine *line)
{
  guint64 written = cd_stream_bytes_written (line->stream);
  gboolean behind = cd_stream_get_queued (line->stream) > 0;

  line->stalled = behind && written == line->written ? line->stalled + 1 : 0;
  line->written = written;
  if (line->stalled >= STALLED_MAX)
    cd_venue_line_cut (line);
}

void
cd_venue_ws_heartbeat (CdVenueServer *self)
{
  cd_venue_ws_check_certificates (self);
  for (guint i = 0; i < self->lines->len; i++)
    {
      CdVenueLine *line = g_ptr_array_index (self->lines, i);

      if (line->dead)
        continue;
      if (line->is_private)
        {
          g_autoptr (CdWireHello) hb = cd_wire_hello_new (CD_WIRE_PRIVATE_HB);
          g_autoptr (GString) text = g_string_new (NULL);

          refresh_cursors (line);
          send_events (line);
          hb->n = self->n_heartbeat;
          write_last_seqs (line, hb);
          cd_wire_hello_write (text, hb);
          for (int copies = cd_venue_line_copies (line, CD_VENUE_POINT_EVENT, "hb"); copies > 0; copies--)
            cd_venue_line_send (line, text->str, text->len);
        }
      watch_line (line);
    }
}

/* --- Upgrade --------------------------------------------------------------------------------------------------------- */

static void
greet (CdVenueLine *line)
{
  g_autoptr (CdWireHello) hello = cd_wire_hello_new (CD_WIRE_PRIVATE_HELLO);
  g_autoptr (GString) text = g_string_new (NULL);

  hello->epoch = g_strdup (cd_venue_epoch (line->server->venue));
  hello->person = g_strdup (line->person);
  write_last_seqs (line, hello);
  cd_wire_hello_write (text, hello);
  cd_venue_line_send (line, text->str, text->len);
}

static void
open_private (CdVenueLine *line, guint64 from_seq)
{
  g_autoptr (CdWireSession) session = cd_venue_session (line->server->venue, line->person);

  line->cursors = g_array_new (FALSE, TRUE, sizeof (CdVenueCursor));
  g_array_set_clear_func (line->cursors, cursor_clear);
  line->answers = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  for (guint i = 0; i < session->accounts->len; i++)
    {
      CdVenueCursor cursor = { g_strdup (g_array_index (session->accounts, CdWireAccount, i).id), MAX (from_seq, 1), FALSE };

      /* A number we have not reached is of another epoch; the client sees that in the greeting. */
      cursor.next_seq = MIN (cursor.next_seq, cd_venue_last_seq (line->server->venue, cursor.account) + 1);
      g_array_append_val (line->cursors, cursor);
    }
}

/* The one place that decides what lies below a WebSocket. */
static CdStream *
wrap_stream (CdVenueServer *self, GIOStream *base)
{
  CdStream *stream = cd_stream_new (self->env, base);

  cd_stream_set_limits (stream, CD_WIRE_COMMAND_MAX, 0, 0);
  cd_stream_set_guard (stream, CD_STREAM_GUARD_SERVER);
  return stream;
}

typedef struct
{
  CdVenueServer *server;
  char *person; /* (nullable): the public stream */
  GTlsCertificate *certificate;
  guint64 from_seq;
} Upgrade;

static void
upgrade_free (gpointer data, GClosure *closure)
{
  Upgrade *upgrade = data;

  g_clear_object (&upgrade->certificate);
  g_free (upgrade->person);
  g_free (upgrade);
}

static void
upgraded_cb (SoupServerMessage *msg, gpointer data)
{
  Upgrade *upgrade = data;
  CdVenueServer *self = upgrade->server;
  g_autoptr (SoupServerMessage) hold = g_object_ref (msg);
  g_autoptr (GSocket) socket = g_object_ref (soup_server_message_get_socket (msg));
  g_autoptr (GIOStream) base = soup_server_message_steal_connection (msg);
  CdVenueLine *line;

  /* What stands in the book now must be what is on disk. */
  if (!base || !cd_venue_server_end_turn (self))
    return;
  line = g_new0 (CdVenueLine, 1);
  line->server = self;
  line->is_private = upgrade->person != NULL;
  line->person = g_strdup (upgrade->person);
  line->certificate = line->is_private ? g_steal_pointer (&upgrade->certificate) : NULL;
  line->codes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  line->fresh = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  line->socket = g_steal_pointer (&socket);
  line->stream = wrap_stream (self, base);
  line->ws = soup_websocket_connection_new (G_IO_STREAM (line->stream), soup_server_message_get_uri (msg), SOUP_WEBSOCKET_CONNECTION_SERVER, NULL, NULL, NULL);
  soup_websocket_connection_set_max_incoming_payload_size (line->ws, CD_WIRE_COMMAND_MAX);
  g_signal_connect (line->ws, "message", G_CALLBACK (message_cb), line);
  g_signal_connect (line->ws, "closed", G_CALLBACK (closed_cb), line);
  g_signal_connect (line->ws, "error", G_CALLBACK (error_cb), line);
  g_ptr_array_add (self->lines, line);
  if (line->is_private)
    {
      open_private (line, upgrade->from_seq);
      greet (line);
      cd_venue_server_mark (self);
    }
  else
    cd_venue_feed_hello (self, line);
}

void
cd_venue_ws_upgrade (CdVenueServer *self, SoupServerMessage *msg, const char *person, guint64 from_seq)
{
  Upgrade *upgrade;

  /* On a fault the handshake's own answer (400) stands. */
  if (!soup_websocket_server_process_handshake (msg, NULL, NULL, NULL, NULL))
    return;
  upgrade = g_new0 (Upgrade, 1);
  upgrade->server = self;
  upgrade->person = g_strdup (person);
  if (person)
    upgrade->certificate = g_object_ref (soup_server_message_get_tls_peer_certificate (msg));
  upgrade->from_seq = from_seq;
  g_signal_connect_data (msg, "wrote-informational", G_CALLBACK (upgraded_cb), upgrade, upgrade_free, 0);
}
