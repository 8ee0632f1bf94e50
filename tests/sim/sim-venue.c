/* sim-venue.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The edge of the venue without sockets: what cd-venue-server does, over the same engine and the same wire writers.
 */
#include <string.h>

#include "cd-json.h"
#include "cd-mutant.h"
#include "sim.h"

#define HEARTBEAT_MS 1000
/* The venue's clock is right; ours may be anything. */
/* 14 December 2026, 09:36 in Beijing: most worlds begin early and without the days before, which take long to play. */
#define MORNING_US G_GINT64_CONSTANT (1797212160000000)
#define VENUE_START_US G_GINT64_CONSTANT (1800000000000000)

typedef struct
{
  char *person;
  CdWireCommand *command;
  gint64 market_us, server_us;
} SimLogged;

static void
logged_free (gpointer data)
{
  SimLogged *logged = data;

  g_free (logged->person);
  cd_wire_command_free (logged->command);
  g_free (logged);
}

gint64
sim_venue_now (SimWorld *w)
{
  return VENUE_START_US + cd_env_boot_us (w->env);
}

gint64
sim_market_now (SimWorld *w)
{
  return w->base_market_us + (cd_env_boot_us (w->env) - w->base_boot_us);
}

static void
rebase (SimWorld *w, gint64 market_us)
{
  w->base_boot_us = cd_env_boot_us (w->env);
  w->base_market_us = market_us;
}

/* --- What the engine says --------------------------------------------------------------------------------------------- */

static void
event_cb (const CdWireEvent *event, gpointer data)
{
  sim_ghost_event (data, event);
}

static void
begin_part (SimWorld *w)
{
  g_ptr_array_add (w->feed_parts, GSIZE_TO_POINTER (w->feed->len));
}

static void
depth_cb (const char *code, guint64 prev_seq, guint64 seq, guint32 crc, const CdLevel *bids, guint n_bids, const CdLevel *asks, guint n_asks, gpointer data)
{
  SimWorld *w = data;

  /* More changes than a message holds are left out: the next heartbeat tells of the gap. */
  if (n_bids > CD_MD_LEVELS_MAX || n_asks > CD_MD_LEVELS_MAX)
    return;
  begin_part (w);
  cd_md_write_depth (w->feed, code, prev_seq, seq, crc, bids, n_bids, asks, n_asks);
}

static void
trade_cb (const char *code, guint64 seq, const CdMdTrade *trade, gpointer data)
{
  SimWorld *w = data;

  begin_part (w);
  cd_md_write_trade (w->feed, code, seq, trade);
}

static void
stats_cb (const char *code, const CdMdStats *stats, gpointer data)
{
  SimWorld *w = data;

  begin_part (w);
  cd_md_write_stats (w->feed, code, stats);
}

static void
block_cb (const char *code, const CdMdBlock *block, gpointer data)
{
  SimWorld *w = data;

  begin_part (w);
  cd_md_write_block (w->feed, code, block);
}

static void
fill_clock (SimWorld *w, CdMdClock *clock)
{
  cd_venue_clock (w->venue, clock);
  clock->server_time_us = sim_venue_now (w);
  clock->market_time_us = sim_market_now (w);
  clock->rate_e3 = SIM_RATE_E3;
}

static void
clock_cb (gpointer data)
{
  SimWorld *w = data;
  CdMdClock clock = { .n_sessions = 0 };

  fill_clock (w, &clock);
  begin_part (w);
  cd_md_write_clock (w->feed, &clock);
}

static const CdVenueSink sink = { event_cb, depth_cb, trade_cb, stats_cb, block_cb, clock_cb };

/* --- Turn ------------------------------------------------------------------------------------------------------------- */

static guint64 *
cursor_of (SimLine *line, const char *account)
{
  guint64 *cursor = g_hash_table_lookup (line->cursors, account);

  if (!cursor)
    {
      cursor = g_new (guint64, 1);
      *cursor = MIN (MAX (line->from_seq, 1), cd_venue_last_seq (line->world->venue, account) + 1);
      g_hash_table_insert (line->cursors, g_strdup (account), cursor);
    }
  return cursor;
}

static void
send_events (SimWorld *w, SimLine *line)
{
  g_autoptr (CdWireSession) session = cd_venue_session (w->venue, line->person);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < session->accounts->len; i++)
    {
      const char *account = g_array_index (session->accounts, CdWireAccount, i).id;
      const GPtrArray *events = cd_venue_events (w->venue, account);
      guint64 *cursor = cursor_of (line, account);

      for (; events && *cursor <= events->len; (*cursor)++)
        {
          g_string_truncate (text, 0);
          cd_wire_event_write (text, g_ptr_array_index (events, *cursor - 1));
          sim_line_say (line, text->str, TRUE, FALSE);
        }
    }
}

void
sim_venue_turn (SimWorld *w)
{
  g_autoptr (GPtrArray) parts = g_steal_pointer (&w->feed_parts);
  g_autoptr (GString) feed = g_steal_pointer (&w->feed);

  w->feed = g_string_new (NULL);
  w->feed_parts = g_ptr_array_new ();
  for (guint i = 0; i < w->lines->len; i++)
    {
      SimLine *line = g_ptr_array_index (w->lines, i);

      if (!line->open || line->cut)
        continue;
      if (line->is_private)
        send_events (w, line);
      for (guint k = 0; !line->is_private && line->all && k < parts->len; k++)
        {
          gsize begin = GPOINTER_TO_SIZE (g_ptr_array_index (parts, k));
          gsize end = k + 1 < parts->len ? GPOINTER_TO_SIZE (g_ptr_array_index (parts, k + 1)) : feed->len;
          g_autofree char *text = g_strndup (feed->str + begin, end - begin);

          sim_line_say (line, text, FALSE, FALSE);
        }
    }
}

void
sim_venue_advance (SimWorld *w)
{
  cd_venue_advance (w->venue, sim_market_now (w));
}

void
sim_venue_skip (SimWorld *w, const char *to)
{
  gint64 target;

  sim_venue_advance (w);
  target = cd_venue_skip_target (w->venue, to);
  if (target > sim_market_now (w))
    rebase (w, target);
  sim_venue_advance (w);
  clock_cb (w);
  sim_venue_turn (w);
}

/* --- Lines ------------------------------------------------------------------------------------------------------------ */

static void
write_hello (SimWorld *w, SimLine *line, CdWirePrivateType type)
{
  g_autoptr (CdWireHello) hello = cd_wire_hello_new (type);
  g_autoptr (CdWireSession) session = cd_venue_session (w->venue, line->person);
  g_autoptr (GString) text = g_string_new (NULL);

  if (type == CD_WIRE_PRIVATE_HELLO)
    {
      hello->epoch = g_strdup (cd_venue_epoch (w->venue));
      hello->person = g_strdup (line->person);
    }
  hello->n = w->n_heartbeat;
  for (guint i = 0; i < session->accounts->len; i++)
    {
      const char *account = g_array_index (session->accounts, CdWireAccount, i).id;

      cursor_of (line, account);
      cd_wire_hello_add_seq (hello, account, cd_venue_last_seq (w->venue, account));
    }
  hello->server_time_us = sim_venue_now (w);
  hello->market_time_us = sim_market_now (w);
  cd_wire_hello_write (text, hello);
  sim_line_say (line, text->str, FALSE, FALSE);
}

static void
say_md (SimLine *line, GString *text)
{
  if (text->len > 0)
    sim_line_say (line, text->str, FALSE, FALSE);
  g_string_truncate (text, 0);
}

void
sim_venue_hello (SimWorld *w, SimLine *line)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree CdMdHello *hello = g_new0 (CdMdHello, 1);
  CdMdClock clock = { .n_sessions = 0 };

  sim_venue_advance (w);
  if (line->is_private)
    {
      write_hello (w, line, CD_WIRE_PRIVATE_HELLO);
      sim_venue_turn (w);
      return;
    }
  fill_clock (w, &clock);
  g_strlcpy (hello->epoch, cd_venue_epoch (w->venue), sizeof hello->epoch);
  hello->server_time_us = clock.server_time_us;
  hello->market_time_us = clock.market_time_us;
  hello->rate_e3 = SIM_RATE_E3;
  hello->practice = TRUE;
  cd_md_write_hello (text, hello);
  say_md (line, text);
  cd_md_write_clock (text, &clock);
  say_md (line, text);
}

static void
say_book (SimWorld *w, SimLine *line, const char *code)
{
  g_autoptr (GString) text = g_string_new (NULL);
  CdMdStats stats;

  if (!cd_venue_book (w->venue, code))
    return;
  cd_venue_write_snapshot (w->venue, text, code);
  say_md (line, text);
  if (cd_venue_stats (w->venue, code, &stats))
    cd_md_write_stats (text, code, &stats);
  say_md (line, text);
}

void
sim_venue_request (SimWorld *w, SimLine *line, const char *text)
{
  g_autoptr (CdMdRequest) request = cd_md_request_parse (text, strlen (text), NULL);
  const GPtrArray *codes = cd_venue_codes (w->venue);

  if (!request)
    {
      sim_break (w, "wire", "the feed sent what is no request: %s", text);
      return;
    }
  sim_venue_advance (w);
  sim_venue_turn (w);
  if (request->all)
    line->all = request->subscribe;
  for (guint i = 0; request->all && request->subscribe && i < codes->len; i++)
    say_book (w, line, g_ptr_array_index (codes, i));
  for (guint i = 0; request->subscribe && i < request->codes->len; i++)
    say_book (w, line, g_ptr_array_index (request->codes, i));
}

void
sim_venue_execute (SimWorld *w, const char *person, const char *text, GString *out)
{
  g_autoptr (CdWireCommand) command = cd_wire_command_parse (text, strlen (text), NULL);
  g_autoptr (CdWireAnswer) answer = NULL;
  SimLogged *logged;

  if (!command)
    {
      sim_break (w, "I8", "what came is no command: %s", text);
      return;
    }
  sim_venue_advance (w);
  answer = cd_venue_command (w->venue, person, command, sim_venue_now (w));
  answer->server_time_us = sim_venue_now (w);
  answer->market_time_us = cd_venue_market_time (w->venue);
  if (!answer->replayed && !(CD_MUTANT (FENCEMEM) && command->op == CD_WIRE_OP_FENCE))
    {
      logged = g_new0 (SimLogged, 1);
      logged->person = g_strdup (person);
      logged->command = cd_wire_command_new (command->op, command->key, command->account, command->deadline_us, command->body);
      logged->market_us = cd_venue_market_time (w->venue);
      logged->server_us = sim_venue_now (w);
      g_ptr_array_add (w->log, logged);
    }
  cd_wire_answer_write (out, answer);
}

/* @line: NULL when nobody is there to hear the answer. */
void
sim_venue_command (SimWorld *w, SimLine *line, const char *text)
{
  g_autoptr (GString) out = g_string_new (NULL);

  sim_venue_execute (w, line ? line->person : "power-trader", text, out);
  if (line && out->len > 0)
    sim_line_say (line, out->str, FALSE, TRUE);
  sim_venue_turn (w);
}

static gboolean no_past;

CdDate __real_cd_calendar_prev_trading (const CdCalendar *calendar, CdDate day);
CdDate __wrap_cd_calendar_prev_trading (const CdCalendar *calendar, CdDate day);

/* While a venue is made this is how it looks for the days to play before its first. */
CdDate
__wrap_cd_calendar_prev_trading (const CdCalendar *calendar, CdDate day)
{
  return no_past ? CD_DATE_NONE : __real_cd_calendar_prev_trading (calendar, day);
}

/* --- Life ------------------------------------------------------------------------------------------------------------- */

static gboolean
heartbeat_cb (gpointer data)
{
  SimWorld *w = data;
  const GPtrArray *codes = cd_venue_codes (w->venue);
  g_autofree CdMdHb *hb = g_new0 (CdMdHb, 1);
  g_autoptr (GString) text = g_string_new (NULL);

  sim_venue_advance (w);
  sim_venue_turn (w);
  hb->n = ++w->n_heartbeat;
  hb->server_time_us = sim_venue_now (w);
  hb->market_time_us = sim_market_now (w);
  for (guint i = 0; i < codes->len && hb->n_seqs < CD_MD_SEQS_MAX; i++)
    {
      const CdBook *book = cd_venue_book (w->venue, g_ptr_array_index (codes, i));

      if (!book)
        continue;
      g_strlcpy (hb->seqs[hb->n_seqs].code, g_ptr_array_index (codes, i), CD_MD_CODE_MAX);
      hb->seqs[hb->n_seqs++].seq = cd_book_seq (book);
    }
  cd_md_write_hb (text, hb);
  for (guint i = 0; i < w->lines->len; i++)
    {
      SimLine *line = g_ptr_array_index (w->lines, i);

      if (!line->open || line->cut)
        continue;
      if (line->is_private)
        write_hello (w, line, CD_WIRE_PRIVATE_HB);
      else
        sim_line_say (line, text->str, FALSE, FALSE);
    }
  return G_SOURCE_CONTINUE;
}

void
sim_venue_stop (SimWorld *w)
{
  sim_lines_cut (w, "the venue is gone");
  cd_env_clear_timer (w->env, &w->heartbeat);
  g_clear_pointer (&w->venue, cd_venue_free);
  g_string_truncate (w->feed, 0);
  g_ptr_array_set_size (w->feed_parts, 0);
}

gboolean
sim_venue_start (SimWorld *w, gboolean new_epoch)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *epoch = NULL;
  gint64 market_us = w->venue ? cd_venue_market_time (w->venue) : 0;

  if (w->venue)
    sim_venue_stop (w);
  if (new_epoch)
    {
      w->epoch_number++;
      w->vetoed = FALSE;
      g_clear_pointer (&w->log, g_ptr_array_unref);
      w->log = g_ptr_array_new_with_free_func (logged_free);
    }
  epoch = g_strdup_printf ("E%u", w->epoch_number);
  no_past = w->seed % 8 != 0;
  w->venue = cd_venue_new (w->packs, G_N_ELEMENTS (w->packs), "main", w->seed % 3 + 1, no_past ? MORNING_US : 0, epoch, &error);
  no_past = FALSE;
  g_assert_no_error (error);
  for (guint i = 0; i < w->log->len; i++)
    {
      const SimLogged *logged = g_ptr_array_index (w->log, i);

      cd_venue_advance (w->venue, logged->market_us);
      cd_wire_answer_free (cd_venue_command (w->venue, logged->person, logged->command, logged->server_us));
    }
  cd_venue_advance (w->venue, market_us);
  rebase (w, cd_venue_market_time (w->venue));
  cd_venue_set_sink (w->venue, &sink, w);
  w->heartbeat = cd_env_timer_add_full (w->env, NULL, HEARTBEAT_MS, TRUE, heartbeat_cb, w, NULL);
  return TRUE;
}

char *
sim_venue_ready (SimWorld *w)
{
  g_autoptr (CdJsonWriter) writer = cd_json_writer_new ();
  gsize n = 0;
  const CdVenueDemoPerson *persons = cd_venue_persons (w->venue, &n);

  cd_json_writer_begin_object (writer, NULL);
  cd_json_writer_string (writer, "listening", "https://localhost:1");
  cd_json_writer_string (writer, "epoch", cd_venue_epoch (w->venue));
  cd_json_writer_string (writer, "ca", "sim");
  cd_json_writer_begin_array (writer, "persons");
  for (gsize i = 0; i < n; i++)
    {
      cd_json_writer_begin_object (writer, NULL);
      cd_json_writer_string (writer, "id", persons[i].id);
      cd_json_writer_string (writer, "name", persons[i].name);
      cd_json_writer_string (writer, "name_zh", persons[i].name_zh);
      cd_json_writer_begin_array (writer, "roles");
      if (persons[i].roles & CD_ROLE_ENTER)
        cd_json_writer_string (writer, NULL, "enter");
      if (persons[i].roles & CD_ROLE_APPROVE)
        cd_json_writer_string (writer, NULL, "approve");
      if (persons[i].roles & CD_ROLE_CASH)
        cd_json_writer_string (writer, NULL, "cash");
      if (persons[i].roles & CD_ROLE_REVIEW)
        cd_json_writer_string (writer, NULL, "review");
      cd_json_writer_end_array (writer);
      cd_json_writer_string (writer, "account", persons[i].account);
      cd_json_writer_string (writer, "cert", persons[i].id);
      cd_json_writer_string (writer, "key", persons[i].id);
      cd_json_writer_end_object (writer);
    }
  cd_json_writer_end_array (writer);
  cd_json_writer_end_object (writer);
  return cd_json_writer_finish (writer);
}
