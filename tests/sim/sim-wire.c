/* sim-wire.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The wire in memory. A line keeps its order, as TCP does; exchanges overtake each other. What was cut stays cut.
 */
#include <string.h>

#include "cd-ws-connect.h"
#include "sim.h"

#define LATENCY_MS 20
#define HEAD_BYTES 8

static SimLine *
line_ref (SimLine *line)
{
  line->refs++;
  return line;
}

static void
line_unref (SimLine *line)
{
  if (--line->refs > 0)
    return;
  g_ptr_array_remove_fast (line->world->lines, line);
  g_clear_pointer (&line->cursors, g_hash_table_unref);
  g_free (line->person);
  g_free (line);
}

typedef struct
{
  SimLine *line;
  char *text;
} Packet;

static void
packet_free (gpointer data)
{
  Packet *packet = data;

  line_unref (packet->line);
  g_free (packet->text);
  g_free (packet);
}

static Packet *
packet_new (SimLine *line, const char *text)
{
  Packet *packet = g_new0 (Packet, 1);

  packet->line = line_ref (line);
  packet->text = g_strdup (text);
  return packet;
}

static gboolean
partitioned (SimWorld *w)
{
  return w->down || cd_env_boot_us (w->env) < w->faults.partition_until_us;
}

static void
after (SimWorld *w, guint ms, GSourceFunc func, Packet *packet)
{
  cd_env_timer_add_full (w->env, NULL, ms, FALSE, func, packet, packet_free);
}

static gboolean
closed_cb (gpointer data)
{
  SimLine *line = ((Packet *)data)->line;
  g_autoptr (GError) error = g_error_new (CD_NET_ERROR, line->error ? line->error : CD_NET_ERROR_CONNECT, "%s", ((Packet *)data)->text);

  if (line->client_gone || line->closed)
    return G_SOURCE_REMOVE;
  line->closed = TRUE;
  line->open = FALSE;
  line->funcs.closed (error, line->user_data);
  return G_SOURCE_REMOVE;
}

/* Nothing passes from now on; the client hears of it a moment later. */
void
sim_line_cut (SimLine *line, const char *why)
{
  if (line->cut)
    return;
  line->cut = TRUE;
  after (line->world, LATENCY_MS, closed_cb, packet_new (line, why));
}

void
sim_line_drop (SimLine *line, const char *why)
{
  Packet *packet = packet_new (line, why);

  line->cut = TRUE;
  closed_cb (packet);
  packet_free (packet);
}

void
sim_lines_cut (SimWorld *w, const char *why)
{
  for (guint i = 0; i < w->lines->len; i++)
    sim_line_cut (g_ptr_array_index (w->lines, i), why);
}

/* --- Venue to client -------------------------------------------------------------------------------------------------- */

static gboolean
down_cb (gpointer data)
{
  Packet *packet = data;
  SimLine *line = packet->line;

  if (line->cut || line->client_gone || line->closed)
    return G_SOURCE_REMOVE;
  if (partitioned (line->world))
    {
      sim_line_cut (line, "partition");
      return G_SOURCE_REMOVE;
    }
  sim_trace (line->world, packet->text, strlen (packet->text));
  line->funcs.message (packet->text, strlen (packet->text), line->user_data);
  return G_SOURCE_REMOVE;
}

static void
send_down (SimLine *line, const char *text, guint extra_ms)
{
  SimWorld *w = line->world;
  g_autofree char *other = w->script && w->script->down ? w->script->down (w, line, text, w->script->data) : g_strdup (text);
  gint64 now = cd_env_boot_us (w->env);
  gint64 at = now + (gint64)(LATENCY_MS + w->faults.delay_ms + extra_ms) * 1000;

  if (!other || line->cut)
    return;
  /* In order: never before the one sent before it. */
  at = MAX (at, line->last_down_us);
  line->last_down_us = at;
  after (w, (guint)((at - now + 999) / 1000), down_cb, packet_new (line, other));
}

static gboolean
use (guint *counter)
{
  if (*counter == 0)
    return FALSE;
  (*counter)--;
  return TRUE;
}

void
sim_line_say (SimLine *line, const char *text, gboolean is_event, gboolean is_answer)
{
  SimFaults *f = &line->world->faults;
  guint extra = 0;

  if (line->cut || line->client_gone)
    return;
  if (!line->is_private)
    {
      if (use (&f->md_lose))
        return;
      send_down (line, use (&f->md_garbage) ? "{\"type\":\"depth\",\"i\":" : text, 0);
      return;
    }
  if ((is_answer && use (&f->lose_answer)) || (is_event && use (&f->lose_event)))
    return;
  if (is_answer)
    {
      extra = f->late_answer_ms;
      f->late_answer_ms = 0;
    }
  if (is_answer && use (&f->foreign))
    {
      g_autoptr (GString) other = g_string_new (text);

      g_string_replace (other, "HD-POWER", "XX-OTHER", 0);
      send_down (line, other->str, extra);
      return;
    }
  send_down (line, use (&f->garbage) ? "{\"type\":\"answer\",\"key\":010" : text, extra);
  if (is_event && use (&f->twice_event))
    send_down (line, text, 0);
}

/* --- Client to venue -------------------------------------------------------------------------------------------------- */

static gboolean
up_cb (gpointer data)
{
  Packet *packet = data;
  SimLine *line = packet->line;

  if (line->cut)
    return G_SOURCE_REMOVE;
  if (partitioned (line->world))
    sim_line_cut (line, "partition");
  else if (line->is_private)
    sim_venue_command (line->world, line, packet->text);
  else
    sim_venue_request (line->world, line, packet->text);
  return G_SOURCE_REMOVE;
}

/* What send() took is offered to the wire at the end of the turn. */
static gboolean
flush_cb (gpointer data)
{
  Packet *packet = data;
  SimLine *line = packet->line;
  SimWorld *w = line->world;
  SimFaults *f = &w->faults;
  gsize size = strlen (packet->text) + HEAD_BYTES;
  gint64 bytes = (gint64)size, verdict;

  if (line->cut || line->closed || (line->client_gone && w->dead))
    return G_SOURCE_REMOVE;
  verdict = w->script && w->script->up ? w->script->up (w, line, packet->text, w->script->data) : SIM_UP_PASS;
  if (verdict >= 0)
    {
      bytes = MIN (verdict, bytes);
      sim_line_cut (line, "reset by peer");
    }
  if (line->is_private && f->cut_bytes >= 0)
    {
      bytes = MIN (f->cut_bytes, bytes);
      f->cut_bytes = -1;
      sim_line_cut (line, "reset by peer");
    }
  line->exposed += (guint64)bytes;
  sim_trace (w, packet->text, (gsize)MIN (bytes, (gint64)strlen (packet->text)));
  if (bytes > 0 && line->is_private)
    sim_ghost_frame (w, packet->text);
  if (bytes < (gint64)size || verdict == SIM_UP_LOSE || (line->is_private && use (&f->lose_command)))
    return G_SOURCE_REMOVE;
  if (line->is_private && f->hold_copy_ms)
    sim_hold (line, packet->text, &f->hold_copy_ms);
  if (line->is_private && f->hold_ms)
    {
      sim_hold (line, packet->text, &f->hold_ms);
      return G_SOURCE_REMOVE;
    }
  /* A cut after the last byte: it arrives all the same, and nobody will hear of it here. */
  if (line->cut)
    {
      if (!partitioned (w) && line->is_private)
        sim_deliver (w, line->person, packet->text);
      return G_SOURCE_REMOVE;
    }
  after (w, LATENCY_MS + f->delay_ms, up_cb, packet_new (line, packet->text));
  if (line->is_private && (verdict == SIM_UP_TWICE || use (&f->twice_command)))
    after (w, 3 * LATENCY_MS + f->delay_ms, up_cb, packet_new (line, packet->text));
  return G_SOURCE_REMOVE;
}

static void
line_send (gpointer data, const char *text)
{
  SimLine *line = data;

  line->accepted += strlen (text) + HEAD_BYTES;
  if (line->world->dead)
    return;
  if (line->is_private)
    sim_ghost_send (line->world, text);
  after (line->world, 0, flush_cb, packet_new (line, text));
}

static gboolean
open_cb (gpointer data)
{
  SimLine *line = ((Packet *)data)->line;
  g_autoptr (GError) error = NULL;

  if (line->client_gone)
    return G_SOURCE_REMOVE;
  if (partitioned (line->world))
    {
      sim_line_cut (line, "connection refused");
      return G_SOURCE_REMOVE;
    }
  error = line->world->script && line->world->script->open ? line->world->script->open (line->world, line, line->world->script->data) : NULL;
  if (error)
    {
      line->error = error->code;
      sim_line_cut (line, error->message);
      return G_SOURCE_REMOVE;
    }
  line->open = TRUE;
  line->funcs.opened (line->user_data);
  if (!line->client_gone)
    sim_venue_hello (line->world, line);
  return G_SOURCE_REMOVE;
}

static char *
person_of (const CdEndpoint *endpoint)
{
  return endpoint->cert_path ? g_path_get_basename (endpoint->cert_path) : NULL;
}

static gpointer
line_open (gpointer data, const CdEndpoint *endpoint, const char *path, const CdTransportFuncs *funcs, gpointer user_data)
{
  SimWorld *w = data;
  SimLine *line = g_new0 (SimLine, 1);
  const char *from = strstr (path, "from_seq=");

  line->world = w;
  line->funcs = *funcs;
  line->user_data = user_data;
  line->refs = 1;
  line->is_private = g_str_has_prefix (path, "/v1/private");
  line->person = person_of (endpoint);
  line->from_seq = from ? g_ascii_strtoull (from + 9, NULL, 10) : 1;
  line->cursors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_ptr_array_add (w->lines, line);
  after (w, LATENCY_MS + w->faults.delay_ms, open_cb, packet_new (line, ""));
  return line;
}

static gboolean
line_is_open (gpointer data)
{
  SimLine *line = data;

  return line->open && !line->closed;
}

static guint64
line_accepted (gpointer data)
{
  return ((SimLine *)data)->accepted;
}

static guint64
line_exposed (gpointer data)
{
  return ((SimLine *)data)->exposed;
}

/* The client lets go. What it had written is on its way still, unless the program itself is dead. */
static void
line_free (gpointer data)
{
  SimLine *line = data;

  line->client_gone = TRUE;
  line->closed = TRUE;
  line_unref (line);
}

/* --- Exchanges -------------------------------------------------------------------------------------------------------- */

typedef struct
{
  SimWorld *world;
  char *person, *method, *path, *body;
  GCancellable *cancellable;
  gulong cancel_id;
  CdTransportReply reply;
  gpointer user_data;
  guint64 timer;
  gboolean done;
  gboolean lost;
  guint status;
  gint64 cut;
  gboolean untold;
  guint half_ms;
  GString *out; /* (nullable): what the venue said */
} Exchange;

static void
exchange_free (Exchange *x)
{
  g_ptr_array_remove (x->world->exchanges, x);
  cd_env_clear_timer (x->world->env, &x->timer);
  g_object_unref (x->cancellable);
  g_free (x->person);
  g_free (x->method);
  g_free (x->path);
  g_free (x->body);
  if (x->out)
    g_string_free (x->out, TRUE);
  g_free (x);
}

/* @code: CD_NET_ERROR_CONNECT only where nothing of the request was written. */
static void
exchange_fail (Exchange *x, CdNetError code, const char *why)
{
  g_autoptr (GError) error = g_error_new (CD_NET_ERROR, code, "%s", why);
  CdTransportReply reply = x->reply;
  gpointer user_data = x->user_data;

  if (x->cancel_id)
    g_signal_handler_disconnect (x->cancellable, x->cancel_id);
  exchange_free (x);
  reply (0, -1, NULL, error, user_data);
}

static gboolean
fail_cb (gpointer data)
{
  ((Exchange *)data)->timer = 0;
  if (((Exchange *)data)->done)
    exchange_fail (data, CD_NET_ERROR_BODY, "cancelled");
  else
    exchange_fail (data, CD_NET_ERROR_CONNECT, "connection refused");
  return G_SOURCE_REMOVE;
}

static gboolean
answer_cb (gpointer data)
{
  Exchange *x = data;
  g_autoptr (GString) out = g_steal_pointer (&x->out);
  g_autoptr (GBytes) bytes = NULL;
  CdTransportReply reply = x->reply;
  gpointer user_data = x->user_data;
  const SimScript *script = x->world->script;
  guint status;
  gint64 announced = (gint64)out->len;
  gsize len = out->len;

  x->timer = 0;
  if (partitioned (x->world))
    {
      exchange_fail (x, CD_NET_ERROR_BODY, "partition");
      return G_SOURCE_REMOVE;
    }
  if (script && script->reply && !script->reply (x->world, x->method, x->path, &x->status, &announced, out, script->data))
    {
      x->out = g_string_new (NULL); /* until the client gives up */
      return G_SOURCE_REMOVE;
    }
  status = x->status;
  len = out->len;
  announced = script && script->reply ? announced : (gint64)len;
  if (x->cut >= 0)
    {
      len = MIN (len, (gsize)x->cut);
      announced = x->untold ? -1 : announced;
    }
  sim_trace (x->world, out->str, len);
  bytes = g_bytes_new (out->str, len);
  if (x->cancel_id)
    g_signal_handler_disconnect (x->cancellable, x->cancel_id);
  exchange_free (x);
  reply (status, announced, bytes, NULL, user_data);
  return G_SOURCE_REMOVE;
}

/* The venue looks when half the time has passed: what it says is old when it comes. */
static gboolean
look_cb (gpointer data)
{
  Exchange *x = data;

  const SimScript *script = x->world->script;
  SimGet what = script && script->get ? script->get (x->world, x->method, x->path, x->body, script->data) : SIM_GET_PASS;

  x->timer = 0;
  if (x->lost || what == SIM_GET_LOSE)
    return G_SOURCE_REMOVE; /* until the client gives up */
  if (what != SIM_GET_PASS && what != SIM_GET_SKIP)
    {
      exchange_fail (x, what == SIM_GET_REFUSE ? CD_NET_ERROR_CONNECT : CD_NET_ERROR_BODY, what == SIM_GET_REFUSE ? "connection refused" : "reset by peer");
      return G_SOURCE_REMOVE;
    }
  if (partitioned (x->world))
    {
      exchange_fail (x, CD_NET_ERROR_BODY, "partition");
      return G_SOURCE_REMOVE;
    }
  x->out = g_string_new (NULL);
  if (x->body && strcmp (x->path, "commands") == 0)
    sim_ghost_frame (x->world, x->body);
  if (what == SIM_GET_SKIP)
    x->status = 200;
  else if (x->status == 0)
    x->status = sim_venue_get (x->world, x->person, x->path, x->body, x->out);
  x->half_ms += script && script->slow ? script->slow (x->world, x->path, script->data) : 0;
  x->timer = cd_env_timer_add (x->world->env, NULL, x->half_ms, answer_cb, x);
  return G_SOURCE_REMOVE;
}

static void
cancelled_cb (GCancellable *cancellable, gpointer data)
{
  Exchange *x = data;

  if (x->done)
    return;
  x->done = TRUE;
  cd_env_clear_timer (x->world->env, &x->timer);
  x->timer = cd_env_timer_add (x->world->env, NULL, 0, fail_cb, x);
}

static void
exchange (gpointer data, const CdEndpoint *endpoint, const char *method, const char *path, const char *body, GCancellable *cancellable, CdTransportReply reply, gpointer user_data)
{
  SimWorld *w = data;
  SimFaults *f = &w->faults;
  Exchange *x = g_new0 (Exchange, 1);

  x->half_ms = LATENCY_MS + f->delay_ms + (guint)sim_random_in (w, 0, 15);
  x->world = w;
  x->person = person_of (endpoint);
  x->method = g_strdup (method);
  x->path = g_strdup (path);
  x->body = g_strdup (body);
  x->cancellable = g_object_ref (cancellable);
  x->reply = reply;
  x->user_data = user_data;
  x->cut = f->http_cut;
  x->untold = f->http_untold;
  x->status = f->http_status;
  x->lost = use (&f->http_lose);
  f->http_cut = -1;
  f->http_status = 0;
  g_ptr_array_add (w->exchanges, x);
  x->cancel_id = g_signal_connect (cancellable, "cancelled", G_CALLBACK (cancelled_cb), x);
  if (g_cancellable_is_cancelled (cancellable))
    cancelled_cb (cancellable, x);
  else
    x->timer = cd_env_timer_add (w->env, NULL, x->half_ms, partitioned (w) ? fail_cb : look_cb, x);
}

void
sim_wire_drop (SimWorld *w)
{
  while (w->exchanges->len > 0)
    exchange_fail (g_ptr_array_index (w->exchanges, 0), CD_NET_ERROR_BODY, "the client is gone");
}

void
sim_wire_free (SimWorld *w)
{
  sim_wire_drop (w);
  g_ptr_array_unref (w->exchanges);
}

static char *
venue_ready (gpointer data, GError **error)
{
  SimWorld *w = data;

  return sim_venue_ready (w);
}

const CdTransportOps sim_transport_posts = { line_open, line_is_open, line_send, line_accepted, line_exposed, line_free, exchange, venue_ready, TRUE };
const CdTransportOps sim_transport = { line_open, line_is_open, line_send, line_accepted, line_exposed, line_free, exchange, venue_ready };
