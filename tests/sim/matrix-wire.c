/* matrix-wire.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Faults of the wire at commands. A command goes as a frame of the private line; where that line has just been lost and nobody knows
 * it yet, as one POST. Every row is one point: what becomes of the command on its way up, of what comes down, and of the next lines.
 */
#include "matrix.h"

#include <string.h>

typedef char *(*Twist) (MatrixRun *run, const char *text);

/* How a command meets its fault. */
typedef struct
{
  const char *lost_at; /* (nullable): the line is gone at this probe */
  int refuse;          /* CdNetError of every line that is opened while the fault lasts; 0 = they open */
  const char *why;
  gint64 up;     /* SIM_UP_*, or bytes; 0 = see @cut_part */
  int cut_part;  /* of the command that leave, in per mille; -1 = all of it but the line */
  gboolean post; /* it goes by POST */
  SimGet get;
  guint status;        /* of the answer to the POST; 0 = as it is */
  const char *problem; /* (nullable): code of a problem that is the answer */
  int reply_part;      /* of the answer that come, in per mille; 0 = all */
  gboolean untold;     /* chunked: its length is not told */
  gboolean mute;       /* answers and events are held back until the fault is over */
  Twist twist;         /* (nullable): of the answer */
  gint64 late_ms;      /* the command is late by so much */
  gint64 copy_ms;      /* a second copy comes so much later */
  gboolean copy_cut;   /* over another line: this one is cut meanwhile */
  gboolean skip;       /* the venue does not see the POST, which is answered all the same */
  gboolean rights;     /* the person's rights are taken away just before it arrives: a real refusal, which is stored */
  gboolean declared;   /* the venue declares that it refuses before it takes anything in */
  Twist before;        /* (nullable): an answer that comes before the real one */
} Fault;

static const Fault *
fault_of (const MatrixRun *run)
{
  return run->driver->data;
}

/* --- Lines ------------------------------------------------------------------------------------------------------------ */

static SimLine *
private_line (MatrixRun *run)
{
  for (guint i = 0; i < run->w.lines->len; i++)
    {
      SimLine *line = g_ptr_array_index (run->w.lines, i);

      if (line->is_private && !line->client_gone && !line->closed)
        return line;
    }
  return NULL;
}

static gboolean
drop_cb (gpointer data)
{
  MatrixRun *run = data;
  SimLine *line = private_line (run);

  if (line)
    sim_line_drop (line, fault_of (run)->why ? fault_of (run)->why : "reset by peer");
  return G_SOURCE_REMOVE;
}

static void
probe_cb (SimWorld *w, const char *name, gpointer data)
{
  MatrixRun *run = data;
  const Fault *f = fault_of (run);
  SimLine *line;

  if (run->step != 0)
    return;
  if (f->lost_at && strcmp (name, f->lost_at) == 0)
    {
      run->step = 1;
      matrix_fired (run);
      g_idle_add_full (G_PRIORITY_HIGH, drop_cb, run, NULL);
    }
  else if (f->post && strcmp (name, "sending.durable") == 0 && (line = private_line (run)) != NULL)
    {
      /* Closed below, and the callback that says so comes a moment later. */
      run->step = 1;
      line->open = FALSE;
      sim_line_cut (line, "reset by peer");
    }
}

static GError *
open_cb (SimWorld *w, SimLine *line, gpointer data)
{
  MatrixRun *run = data;
  const Fault *f = fault_of (run);

  return f->refuse && run->fired && line->is_private ? g_error_new (CD_NET_ERROR, f->refuse, "%s", f->why) : NULL;
}

/* --- Up --------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  MatrixRun *run;
  char *text;
} Late;

static gboolean
late_cb (gpointer data)
{
  Late *late = data;

  sim_venue_command (&late->run->w, NULL, late->text);
  return G_SOURCE_REMOVE;
}

static void
late_free (gpointer data)
{
  g_free (((Late *)data)->text);
  g_free (data);
}

static gboolean
cut_cb (gpointer data)
{
  SimLine *line = private_line (data);

  if (line)
    sim_line_cut (line, "reset by peer");
  return G_SOURCE_REMOVE;
}

static gint64
up_cb (SimWorld *w, SimLine *line, const char *text, gpointer data)
{
  MatrixRun *run = data;
  const Fault *f = fault_of (run);
  Late *late;

  if (!line->is_private || !matrix_is_mine (run, text))
    {
      run->commands += line->is_private && run->command_key != NULL;
      return SIM_UP_PASS;
    }
  if (f->lost_at && !f->cut_part)
    return 0;
  if (f->rights && !f->post)
    {
      matrix_roles (run, "view");
      matrix_fired (run);
      return SIM_UP_PASS;
    }
  if (f->post || (!f->up && !f->cut_part && !f->late_ms && !f->copy_ms))
    return SIM_UP_PASS;
  matrix_fired (run);
  if (f->late_ms || f->copy_ms)
    {
      late = g_new0 (Late, 1);
      late->run = run;
      late->text = g_strdup (text);
      cd_env_timer_add_full (w->env, NULL, (guint)MAX (f->late_ms, f->copy_ms), FALSE, late_cb, late, late_free);
      if (f->copy_cut)
        cd_env_timer_add (w->env, NULL, 200, cut_cb, run);
      return f->late_ms ? SIM_UP_LOSE : SIM_UP_PASS;
    }
  if (f->cut_part > 0)
    return MAX ((gint64)strlen (text) * f->cut_part / 1000, 1);
  return f->cut_part < 0 ? (gint64)strlen (text) + 4096 : f->up == 1 ? 0
                                                                     : f->up;
}

static SimGet
get_cb (SimWorld *w, const char *method, const char *path, const char *body, gpointer data)
{
  MatrixRun *run = data;
  const Fault *f = fault_of (run);

  if (!body)
    {
      run->gets += run->fired > 0;
      return SIM_GET_PASS;
    }
  if (!matrix_is_mine (run, body))
    {
      run->commands++;
      return SIM_GET_PASS;
    }
  matrix_fired (run);
  if (f->rights)
    matrix_roles (run, "view");
  return f->skip ? SIM_GET_SKIP : f->get;
}

/* --- Down ------------------------------------------------------------------------------------------------------------- */

/* A heartbeat of a line on which events are late says nothing of them. */
static char *
without_numbers (const char *text)
{
  const char *at = strstr (text, "\"last_seq\":{"), *end = at ? strchr (at, '}') : NULL;

  return end ? g_strdup_printf ("%.*s\"last_seq\":{%s", (int)(at - text), text, end) : g_strdup (text);
}

static char *
down_cb (SimWorld *w, SimLine *line, const char *text, gpointer data)
{
  MatrixRun *run = data;
  const Fault *f = fault_of (run);
  gboolean answer = line->is_private && strstr (text, "\"type\":\"answer\"") && matrix_is_mine (run, text);
  gboolean event = line->is_private && strstr (text, "\"type\":\"event\"") != NULL;

  if (answer && f->before && run->step == 0)
    {
      g_autofree char *early = f->before (run, text);

      run->step = 1;
      matrix_fired (run);
      sim_line_say (line, early, FALSE, TRUE);
      return g_strdup (text);
    }
  if (answer && f->twist && !f->post)
    {
      char *other = f->twist (run, text);

      matrix_fired (run);
      return other;
    }
  if (line->is_private && f->mute && run->fired && strstr (text, "\"type\":\"hb\""))
    return without_numbers (text);
  if ((answer || event) && f->mute && (run->fired || answer))
    {
      matrix_fired (run);
      return NULL;
    }
  return g_strdup (text);
}

static gboolean
reply_cb (SimWorld *w, const char *method, const char *path, guint *status, gint64 *announced, GString *text, gpointer data)
{
  MatrixRun *run = data;
  const Fault *f = fault_of (run);

  if (f->declared && strcmp (path, "session") == 0)
    {
      g_string_replace (text, "\"stored_refusal\"", "\"stored_refusal\",\"refuses_before_intake\"", 0);
      *announced = (gint64)text->len;
    }
  if (strcmp (method, "POST") != 0)
    return TRUE;
  if (f->problem)
    {
      CdWireProblem problem = { .status = (int)f->status, .code = (char *)f->problem, .title = (char *)f->problem, .epoch = (char *)cd_venue_epoch (w->venue), .server_time_us = sim_venue_now (w), .market_time_us = cd_venue_market_time (w->venue) };

      g_string_truncate (text, 0);
      cd_wire_problem_write (text, &problem);
      *announced = (gint64)text->len;
    }
  if (f->twist)
    {
      g_autofree char *other = f->twist (run, text->str);

      g_string_assign (text, other ? other : "");
      *announced = (gint64)text->len;
    }
  if (f->status)
    *status = f->status;
  if (f->reply_part)
    g_string_truncate (text, text->len * (gsize)f->reply_part / 1000);
  if (f->untold)
    *announced = -1;
  return f->get != SIM_GET_LOSE;
}

static void
arm (MatrixRun *run)
{
  run->script = (SimScript){ .data = run, .open = open_cb, .up = up_cb, .down = down_cb, .get = get_cb, .reply = reply_cb, .settled = matrix_watch, .probe = probe_cb };
}

/* What the venue declares is read with the session. */
static void
arm_declared (MatrixRun *run)
{
  arm (run);
  run->on = FALSE;
  cd_desk_reconcile (run->w.desk);
  matrix_live (run, 10000);
  run->on = TRUE;
}

static void
rights_back (MatrixRun *run)
{
  matrix_roles (run, "back");
}

/* --- Answers that are not what they should be ------------------------------------------------------------------------- */

static char *
replaced (const char *text, const char *what, const char *with)
{
  GString *other = g_string_new (text);

  g_string_replace (other, what, with, 0);
  return g_string_free (other, FALSE);
}

static char *
garbage (MatrixRun *run, const char *text)
{
  return g_strdup ("{\"type\":\"answer\",\"key\":010");
}

static char *
wrong_schema (MatrixRun *run, const char *text)
{
  return replaced (text, "\"verdict\":\"accepted\"", "\"verdict\":1");
}

static char *
unknown_verdict (MatrixRun *run, const char *text)
{
  return replaced (text, "\"verdict\":\"accepted\"", "\"verdict\":\"perhaps\"");
}

static char *
other_account (MatrixRun *run, const char *text)
{
  return replaced (text, "HD-POWER", "XX-OTHER");
}

/* A key of the same form that we never used. */
static char *
other_key (MatrixRun *run, const char *text)
{
  return replaced (text, run->command_key, "PXAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
}

static char *
other_op (MatrixRun *run, const char *text)
{
  return replaced (text, "\"op\":\"", strstr (text, "\"op\":\"fence\"") ? "\"op\":\"order.cancel" : "\"op\":\"fence\",\"was\":\"");
}

static char *
mismatch (MatrixRun *run, const char *text)
{
  return replaced (text, "\"verdict\":\"accepted\"", "\"verdict\":\"rejected\",\"code\":\"key.mismatch\"");
}

static char *
in_progress (MatrixRun *run, const char *text)
{
  return replaced (text, "\"verdict\":\"accepted\"", "\"verdict\":\"in_progress\"");
}

#define LOST(fault, ops, error, text)                                                                                                                             \
  { fault, ops, text ", from the press on", arm, .data = &(const Fault){ .lost_at = "intent.pressed", .refuse = error, .why = text, .get = SIM_GET_REFUSE } },    \
      { fault, ops, text ", from COMMIT 1 on", arm, .data = &(const Fault){ .lost_at = "intent.durable", .refuse = error, .why = text, .get = SIM_GET_REFUSE } }, \
  {                                                                                                                                                               \
    fault, ops, text ", from COMMIT 2 on", arm, .data = &(const Fault) { .lost_at = "sending.durable", .refuse = error, .why = text, .get = SIM_GET_REFUSE }      \
  }
#define POST(fault, ops, words, ...)                                                           \
  {                                                                                            \
    fault, ops, words, arm, .data = &(const Fault) { .post = TRUE, .mute = TRUE, __VA_ARGS__ } \
  }
#define FRAME(fault, ops, words, ...)                              \
  {                                                                \
    fault, ops, words, arm, .data = &(const Fault) { __VA_ARGS__ } \
  }
#define ALL MATRIX_COMMANDS
#define SENT (MATRIX_BIT (MATRIX_NEW) | MATRIX_BIT (MATRIX_CHANGE) | MATRIX_BIT (MATRIX_REGISTRY))

static const MatrixDriver drivers[] = {
  LOST (1, ALL, CD_NET_ERROR_CONNECT, "the name is not found"),
  LOST (2, ALL, CD_NET_ERROR_CONNECT, "connection refused"),
  LOST (3, ALL, CD_NET_ERROR_CERTIFICATE, "the venue's certificate is not accepted"),
  FRAME (4, ALL, "alert after the whole command", .cut_part = -1, .mute = TRUE, .refuse = CD_NET_ERROR_CERTIFICATE, .why = "certificate required"),
  FRAME (4, ALL, "alert in the middle of the command", .cut_part = 500, .refuse = CD_NET_ERROR_CERTIFICATE, .why = "certificate required"),
  POST (4, ALL, "alert after the POST", .get = SIM_GET_RESET, .refuse = CD_NET_ERROR_CERTIFICATE, .why = "certificate required"),
  FRAME (5, ALL, "cut before the first byte of the frame", .up = 1),
  FRAME (5, ALL, "the line is closed when COMMIT 2 is durable", .lost_at = "sending.durable", .get = SIM_GET_REFUSE),
  POST (5, ALL, "the POST finds no connection", .get = SIM_GET_REFUSE),
  FRAME (6, ALL, "after one byte", .cut_part = 1),
  FRAME (6, ALL, "after half of the frame", .cut_part = 500),
  FRAME (6, ALL, "after the last byte", .cut_part = -1, .mute = TRUE),
  POST (6, ALL, "of a POST", .get = SIM_GET_RESET),
  FRAME (7, ALL, "the command is swallowed", .up = SIM_UP_LOSE, .mute = TRUE),
  FRAME (7, ALL, "the answer is swallowed", .mute = TRUE),
  FRAME (7, ALL, "the command is six seconds late", .late_ms = 6000, .mute = TRUE),
  POST (7, ALL, "a POST without an answer", .get = SIM_GET_LOSE),
  POST (8, ALL, "before the first byte", .reply_part = 1),
  POST (8, ALL, "in the middle, length told", .reply_part = 500),
  POST (8, ALL, "in the middle, length not told", .reply_part = 500, .untold = TRUE),
  POST (8, ALL, "before the last byte, length not told", .reply_part = 999, .untold = TRUE),
  FRAME (9, ALL, "a frame that is no JSON", .mute = TRUE, .twist = garbage),
  FRAME (9, ALL, "a verdict that is a number", .mute = TRUE, .twist = wrong_schema),
  FRAME (9, ALL, "a verdict that nobody knows", .mute = TRUE, .twist = unknown_verdict),
  POST (9, ALL, "a body that is no JSON", .twist = garbage),
  FRAME (10, ALL, "another account", .mute = TRUE, .twist = other_account),
  FRAME (10, ALL, "another op", .mute = TRUE, .twist = other_op),
  POST (10, ALL, "another account, by POST", .twist = other_account),
  POST (10, ALL, "another key, by POST", .twist = other_key),
  { 11, ALL, "as a frame", arm, .heal = rights_back, .data = &(const Fault){ .rights = TRUE } },
  { 11, ALL, "400", arm, .heal = rights_back, .data = &(const Fault){ .post = TRUE, .mute = TRUE, .rights = TRUE, .status = 400 } },
  { 11, ALL, "422", arm, .heal = rights_back, .data = &(const Fault){ .post = TRUE, .mute = TRUE, .rights = TRUE, .status = 422 } },
  { 12, SENT, "401, and not declared: it may have been taken in", arm_declared, .codes = "U L", .data = &(const Fault){ .post = TRUE, .mute = TRUE, .status = 401, .problem = "auth" } },
  { 12, SENT, "401 before anything was taken in", arm_declared, .codes = "r L", .data = &(const Fault){ .post = TRUE, .declared = TRUE, .status = 401, .problem = "auth", .skip = TRUE } },
  { 12, SENT, "403 before anything was taken in", arm_declared, .codes = "r L", .data = &(const Fault){ .post = TRUE, .declared = TRUE, .status = 403, .problem = "auth", .skip = TRUE } },
  { 12, MATRIX_BIT (MATRIX_APPROVE), "401 before anything was taken in", arm_declared, .data = &(const Fault){ .post = TRUE, .declared = TRUE, .status = 401, .problem = "auth", .skip = TRUE } },
  POST (13, ALL, "404, looked at before", .status = 404, .problem = "route.unknown"),
  POST (13, ALL, "405, the command is swallowed", .status = 405, .problem = "method.wrong", .skip = TRUE),
  POST (13, ALL, "410 over an answer", .status = 410),
  FRAME (14, ALL, "in progress, then the verdict", .before = in_progress),
  FRAME (14, ALL, "in progress, then silence", .mute = TRUE, .twist = in_progress),
  POST (14, ALL, "409 in progress", .status = 409, .twist = in_progress),
  FRAME (15, ALL, "as a frame", .mute = TRUE, .twist = mismatch),
  POST (15, ALL, "409", .status = 409, .twist = mismatch),
  POST (15, ALL, "200", .twist = mismatch),
  POST (16, ALL, "421", .status = 421, .problem = "misdirected"),
  POST (16, ALL, "425, the command is swallowed", .status = 425, .problem = "early", .skip = TRUE),
  POST (16, ALL, "408 over an answer", .status = 408),
  POST (17, ALL, "429", .status = 429, .problem = "rate.limited"),
  POST (17, ALL, "429, the command is swallowed", .status = 429, .problem = "rate.limited", .skip = TRUE),
  POST (17, ALL, "429 over an answer", .status = 429),
  POST (18, ALL, "500", .status = 500, .problem = "internal"),
  POST (18, ALL, "502, the command is swallowed", .status = 502, .problem = "gateway", .skip = TRUE),
  POST (18, ALL, "503 over an answer", .status = 503),
  POST (19, ALL, "301", .status = 301, .problem = "moved"),
  POST (19, ALL, "302, the command is swallowed", .status = 302, .problem = "moved", .skip = TRUE),
  POST (19, ALL, "307 over an answer", .status = 307),
  FRAME (20, ALL, "twice at once", .up = SIM_UP_TWICE),
  FRAME (20, ALL, "the second copy three seconds later", .copy_ms = 3000),
  FRAME (20, ALL, "the second copy on the next line", .copy_ms = 3000, .copy_cut = TRUE),
  FRAME (21, ALL, "the command is two seconds late, and the line is new", .late_ms = 2000, .copy_cut = TRUE),
  FRAME (21, ALL, "the command is six seconds late", .late_ms = 6000),
  FRAME (21, ALL, "the command comes after its deadline", .late_ms = 14000),
};

const MatrixDriver *
matrix_wire_drivers (guint *n)
{
  *n = G_N_ELEMENTS (drivers);
  return drivers;
}
