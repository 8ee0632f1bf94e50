/* matrix-lines.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Faults of the wire at the book feed, at the lists and at signing in.
 */
#include "matrix.h"

#include <string.h>

/* Where a line meets its fault. */
typedef struct
{
  int refuse; /* CdNetError of every line that is opened while the fault lasts; 0 = they open */
  const char *why;
  gboolean later;          /* the line is cut by the next change of a book instead of at once */
  gboolean half;           /* the next line opens, and is cut after its first message */
  const char *at;          /* (nullable): the message of this type */
  gboolean cut;            /* the line is cut there */
  gboolean lose;           /* nothing comes from there on */
  int part;                /* so much of it comes, in per mille */
  const char *what, *with; /* (nullable): replaced in it */
  const char *garbage;     /* (nullable): comes instead */
  gboolean stays;          /* the line is not cut first */

  /* Lists */
  const char *path; /* (nullable): part of the paths that are hit; NULL = all */
  SimGet get;
  guint status;
  const char *problem;
  gboolean untold;
} Fault;

static const Fault *
fault_of (const MatrixRun *run)
{
  return run->driver->data;
}

static gboolean
is_ours (MatrixRun *run, const SimLine *line)
{
  return line->is_private == (run->op == MATRIX_LOGIN);
}

static SimLine *
our_line (MatrixRun *run)
{
  for (guint i = 0; i < run->w.lines->len; i++)
    {
      SimLine *line = g_ptr_array_index (run->w.lines, i);

      if (is_ours (run, line) && !line->client_gone && !line->closed)
        return line;
    }
  return NULL;
}

static GError *
open_cb (SimWorld *w, SimLine *line, gpointer data)
{
  MatrixRun *run = data;
  const Fault *f = fault_of (run);

  if (!is_ours (run, line) || !f->refuse || (f->half && run->step++ == 0))
    return NULL;
  matrix_fired (run);
  return g_error_new (CD_NET_ERROR, f->refuse, "%s", f->why);
}

static gboolean
is_type (const char *text, const char *type)
{
  g_autofree char *member = g_strdup_printf ("\"type\":\"%s\"", type);

  return strstr (text, member) != NULL;
}

static char *
spoiled (const Fault *f, const char *text)
{
  GString *other = g_string_new (f->garbage ? f->garbage : text);

  if (f->what)
    g_string_replace (other, f->what, f->with, 0);
  if (f->part)
    g_string_truncate (other, other->len * (gsize)f->part / 1000);
  return g_string_free (other, FALSE);
}

static char *
down_cb (SimWorld *w, SimLine *line, const char *text, gpointer data)
{
  MatrixRun *run = data;
  const Fault *f = fault_of (run);

  if (!is_ours (run, line))
    return g_strdup (text);
  if ((f->half && run->step > 0) || (f->later && run->step == 0 && (is_type (text, "depth") || is_type (text, "hb"))))
    {
      run->step++;
      matrix_fired (run);
      sim_line_cut (line, "reset by peer");
      return NULL;
    }
  if (!f->at || (!is_type (text, f->at) && !(f->lose && run->fired)))
    return g_strdup (text);
  matrix_fired (run);
  if (f->cut)
    {
      sim_line_cut (line, "reset by peer");
      return NULL;
    }
  return f->lose ? NULL : spoiled (f, text);
}

/* --- Lists ------------------------------------------------------------------------------------------------------------ */

static gboolean
is_hit (const Fault *f, const char *path, const char *method)
{
  return strcmp (method, "GET") == 0 && (!f->path || strstr (path, f->path));
}

static SimGet
get_cb (SimWorld *w, const char *method, const char *path, const char *body, gpointer data)
{
  MatrixRun *run = data;
  const Fault *f = fault_of (run);

  if (run->op == MATRIX_FEED || !is_hit (f, path, method))
    return SIM_GET_PASS;
  if (f->get != SIM_GET_PASS)
    matrix_fired (run);
  return f->get;
}

static gboolean
reply_cb (SimWorld *w, const char *method, const char *path, guint *status, gint64 *announced, GString *text, gpointer data)
{
  MatrixRun *run = data;
  const Fault *f = fault_of (run);
  g_autofree char *other = NULL;

  if (run->op == MATRIX_FEED || !is_hit (f, path, method) || (!f->status && !f->garbage && !f->what && !f->part))
    return TRUE;
  matrix_fired (run);
  if (f->problem)
    {
      CdWireProblem problem = { .status = (int)f->status, .code = (char *)f->problem, .title = (char *)f->problem, .epoch = (char *)cd_venue_epoch (w->venue), .server_time_us = sim_venue_now (w), .market_time_us = cd_venue_market_time (w->venue) };

      g_string_truncate (text, 0);
      cd_wire_problem_write (text, &problem);
      *announced = (gint64)text->len;
    }
  other = spoiled (f, text->str);
  if (f->garbage || f->what)
    *announced = (gint64)strlen (other);
  g_string_assign (text, other);
  if (f->untold)
    *announced = -1;
  if (f->status)
    *status = f->status;
  return TRUE;
}

static void
arm (MatrixRun *run)
{
  const Fault *f = fault_of (run);
  SimLine *line = our_line (run);

  run->kept = g_strdup (f->path);
  run->script = (SimScript){ .data = run, .open = open_cb, .down = down_cb, .get = get_cb, .reply = reply_cb, .settled = matrix_watch };
  if (run->op == MATRIX_FEED && !f->later && !f->stays && line)
    {
      sim_line_cut (line, f->why ? f->why : "reset by peer");
      matrix_fired (run);
    }
}

/* As long as that is what comes, the book is none of ours. */
static void
not_live_of_another (MatrixRun *run)
{
  const CdQuote *quote = cd_desk_get_quote (run->w.desk, "CEA25");

  if (quote->fresh == CD_FRESH_LIVE)
    matrix_fail (run, "S: live, and of another database");
}

#define AT(fault, ops, words, ...)                                 \
  {                                                                \
    fault, ops, words, arm, .data = &(const Fault) { __VA_ARGS__ } \
  }
/* Silence at the desk ends after ten seconds. */
#define SILENT(ops, words, ...)                                                  \
  {                                                                              \
    7, ops, words, arm, .wait_ms = 13000, .data = &(const Fault) { __VA_ARGS__ } \
  }
/* A line that cannot be opened, met at three moments. */
#define REFUSED(fault, error, text)                                                                    \
  AT (fault, FEED, text ", at once", .refuse = error, .why = text),                                    \
      AT (fault, FEED, text ", with a change of a book", .refuse = error, .why = text, .later = TRUE), \
      AT (fault, FEED, text ", after a line that was cut in its first message", .refuse = error, .why = text, .half = TRUE)
#define NO_LOGIN(fault, error, text)                                                                                          \
  AT (fault, LOGIN, text, .refuse = error, .why = text),                                                                      \
      AT (fault, LOGIN, text ", after a line that was cut in its first message", .refuse = error, .why = text, .half = TRUE), \
      AT (fault, LOGIN, text ", of the session", .get = SIM_GET_REFUSE, .path = "session")
#define NO_LIST(fault, text, ...)                                                  \
  AT (fault, SYNC, text ", of the session", .path = "session", __VA_ARGS__),       \
      AT (fault, SYNC, text ", of executions", .path = "executions", __VA_ARGS__), \
      AT (fault, SYNC, text ", of holdings", .path = "holdings", __VA_ARGS__),     \
      AT (fault, SYNC, text ", of orders", .path = "/orders", __VA_ARGS__)
#define STATUS(fault, one, two, three)                                                                                                           \
  AT (fault, FEED, "status " #one, .refuse = CD_NET_ERROR_HANDSHAKE, .why = "status " #one),                                                     \
      AT (fault, FEED, "status " #two ", with a change of a book", .refuse = CD_NET_ERROR_HANDSHAKE, .why = "status " #two, .later = TRUE),      \
      AT (fault, FEED, "status " #three ", after a line that was cut", .refuse = CD_NET_ERROR_HANDSHAKE, .why = "status " #three, .half = TRUE), \
      AT (fault, SYNC, "status " #one ", of the session", .status = one, .problem = "sim.status", .path = "session"),                            \
      AT (fault, SYNC, "status " #two ", of holdings", .status = two, .problem = "sim.status", .path = "holdings"),                              \
      AT (fault, SYNC, "status " #three " over a list of orders", .status = three, .path = "/orders"),                                           \
      AT (fault, LOGIN, "status " #one ", of the line", .refuse = CD_NET_ERROR_HANDSHAKE, .why = "status " #one),                                \
      AT (fault, LOGIN, "status " #two ", of the session", .status = two, .problem = "sim.status", .path = "session"),                           \
      AT (fault, LOGIN, "status " #three " over a session", .status = three, .path = "session")

#define OF_ANOTHER(words, ...)                                                                  \
  {                                                                                             \
    10, FEED, words, arm, .during = not_live_of_another, .data = &(const Fault) { __VA_ARGS__ } \
  }

static const MatrixDriver drivers[] = {
  OF_ANOTHER ("a hello of another database", .at = "hello", .what = "\"epoch\":\"E", .with = "\"epoch\":\"X"),
  OF_ANOTHER ("books of another database", .at = "snapshot", .what = "\"epoch\":\"E", .with = "\"epoch\":\"X"),
  OF_ANOTHER ("one book of another database", .at = "snapshot", .what = "\"i\":\"CEA25\",\"epoch\":\"E", .with = "\"i\":\"CEA25\",\"epoch\":\"X"),
  REFUSED (1, CD_NET_ERROR_CONNECT, "the name is not found"),
  NO_LOGIN (1, CD_NET_ERROR_CONNECT, "the name is not found"),
  NO_LIST (1, "the name is not found", .get = SIM_GET_REFUSE),
  REFUSED (2, CD_NET_ERROR_CONNECT, "connection refused"),
  NO_LOGIN (2, CD_NET_ERROR_CONNECT, "connection refused"),
  NO_LIST (2, "connection refused", .get = SIM_GET_REFUSE),
  REFUSED (3, CD_NET_ERROR_CERTIFICATE, "the venue's certificate is not accepted"),
  NO_LOGIN (3, CD_NET_ERROR_CERTIFICATE, "the venue's certificate is not accepted"),
  NO_LIST (3, "the venue's certificate is not accepted", .get = SIM_GET_REFUSE),
  REFUSED (4, CD_NET_ERROR_CERTIFICATE, "certificate required"),
  NO_LOGIN (4, CD_NET_ERROR_CERTIFICATE, "certificate required"),
  NO_LIST (4, "alert after the request", .get = SIM_GET_RESET),
  AT (5, FEED, "the line is cut at once, again and again", .at = "hello", .cut = TRUE),
  AT (5, FEED, "cut by a change of a book", .refuse = CD_NET_ERROR_CONNECT, .why = "reset by peer", .later = TRUE),
  AT (5, FEED, "the subscription is never answered", .at = "snapshot", .cut = TRUE),
  NO_LOGIN (5, CD_NET_ERROR_CONNECT, "reset by peer"),
  NO_LIST (5, "cut before the request", .get = SIM_GET_REFUSE),
  AT (6, FEED, "cut after the hello", .at = "clock", .cut = TRUE),
  AT (6, FEED, "cut between two books", .at = "stats", .cut = TRUE),
  AT (6, FEED, "cut at a heartbeat", .at = "hb", .cut = TRUE, .stays = TRUE),
  AT (6, LOGIN, "cut instead of the hello", .at = "hello", .cut = TRUE),
  AT (6, LOGIN, "cut after the request for the session", .get = SIM_GET_RESET, .path = "session"),
  AT (6, LOGIN, "cut after the request for executions", .get = SIM_GET_RESET, .path = "executions"),
  NO_LIST (6, "cut after the request", .get = SIM_GET_RESET),
  AT (7, FEED, "no hello", .at = "hello", .lose = TRUE),
  AT (7, FEED, "no books", .at = "snapshot", .lose = TRUE),
  AT (7, FEED, "silence in the middle", .at = "hb", .lose = TRUE, .stays = TRUE),
  SILENT (LOGIN, "no hello", .at = "hello", .lose = TRUE),
  SILENT (LOGIN, "no session", .get = SIM_GET_LOSE, .path = "session"),
  SILENT (LOGIN, "no executions", .get = SIM_GET_LOSE, .path = "executions"),
  SILENT (SYNC, "no session", .get = SIM_GET_LOSE, .path = "session"),
  SILENT (SYNC, "no executions", .get = SIM_GET_LOSE, .path = "executions"),
  SILENT (SYNC, "no holdings", .get = SIM_GET_LOSE, .path = "holdings"),
  SILENT (SYNC, "no orders", .get = SIM_GET_LOSE, .path = "/orders"),
  AT (8, FEED, "half a hello", .at = "hello", .part = 500),
  AT (8, FEED, "a book without its last byte", .at = "snapshot", .part = 999),
  AT (8, FEED, "half a heartbeat", .at = "hb", .part = 500, .stays = TRUE),
  AT (8, LOGIN, "half a hello", .at = "hello", .part = 500),
  AT (8, LOGIN, "half a session", .part = 500, .path = "session"),
  AT (8, LOGIN, "half a session, length not told", .part = 500, .path = "session", .untold = TRUE),
  AT (8, SYNC, "half a session", .part = 500, .path = "session"),
  AT (8, SYNC, "no byte of executions", .part = 1, .path = "executions"),
  AT (8, SYNC, "holdings without the last byte, length not told", .part = 999, .path = "holdings", .untold = TRUE),
  AT (8, SYNC, "half the orders, length not told", .part = 500, .path = "/orders", .untold = TRUE),
  AT (9, FEED, "a hello of another schema", .at = "hello", .what = "\"epoch\":", .with = "\"ep0ch\":"),
  AT (9, FEED, "a book that is no JSON", .at = "snapshot", .garbage = "{\"type\":\"snapshot\",\"i\":"),
  AT (9, FEED, "a heartbeat with a string for a number", .at = "hb", .what = "\"n\":", .with = "\"n\":\"x\",\"m\":", .stays = TRUE),
  AT (9, LOGIN, "a hello that is no JSON", .at = "hello", .garbage = "{\"type\":\"hello\",010"),
  AT (9, LOGIN, "a session that is no JSON", .garbage = "<html>", .path = "session"),
  AT (9, LOGIN, "a session without its epoch", .what = "\"epoch\":", .with = "\"ep0ch\":", .path = "session"),
  AT (9, SYNC, "a session that is no JSON", .garbage = "<html>", .path = "session"),
  AT (9, SYNC, "executions without their count", .what = "\"count\":", .with = "\"c0unt\":", .path = "executions"),
  AT (9, SYNC, "holdings of another digest", .what = "\"digest\":\"", .with = "\"digest\":\"0", .path = "holdings"),
  AT (9, SYNC, "orders with another type of number", .what = "\"count\":", .with = "\"count\":\"1\",\"c\":", .path = "/orders"),
  AT (10, LOGIN, "a hello of another type", .at = "hello", .what = "\"type\":\"hello\"", .with = "\"type\":\"answer\""),
  AT (10, LOGIN, "a session of another epoch", .what = "\"epoch\":\"E", .with = "\"epoch\":\"X", .path = "session"),
  AT (10, LOGIN, "lists of another epoch", .what = "\"epoch\":\"E", .with = "\"epoch\":\"X", .path = "accounts"),
  AT (10, SYNC, "a session of another epoch", .what = "\"epoch\":\"E", .with = "\"epoch\":\"X", .path = "session"),
  AT (10, SYNC, "holdings of another epoch", .what = "\"epoch\":\"E", .with = "\"epoch\":\"X", .path = "holdings"),
  AT (10, SYNC, "orders of another epoch", .what = "\"epoch\":\"E", .with = "\"epoch\":\"X", .path = "/orders"),
  AT (11, SYNC, "400, of the session", .status = 400, .problem = "request.malformed", .path = "session"),
  AT (11, SYNC, "422, of holdings", .status = 422, .problem = "request.malformed", .path = "holdings"),
  AT (11, SYNC, "400 over a list of orders", .status = 400, .path = "/orders"),
  AT (11, LOGIN, "400, of the session", .status = 400, .problem = "request.malformed", .path = "session"),
  AT (11, LOGIN, "422, of executions", .status = 422, .problem = "request.malformed", .path = "executions"),
  AT (11, LOGIN, "422 over a session", .status = 422, .path = "session"),
  STATUS (12, 401, 403, 401),
  STATUS (13, 404, 405, 410),
  STATUS (16, 421, 425, 408),
  STATUS (17, 429, 429, 429),
  STATUS (18, 500, 502, 503),
  STATUS (19, 301, 302, 307),
};

const MatrixDriver *
matrix_lines_drivers (guint *n)
{
  *n = G_N_ELEMENTS (drivers);
  return drivers;
}
