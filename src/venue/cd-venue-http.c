/* cd-venue-http.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The routes of data/api/venue.openapi.json. Every answer is made after the turn has been committed: nobody reads what a
 * crash could take back.
 */
#include <string.h>

#include "cd-venue-server-private.h"

#define PARTS_MAX 8
#define PAGE_MAX 5000

typedef struct
{
  CdVenueServer *server;
  SoupServerMessage *msg;
  const char *person; /* (nullable): nobody showed a certificate */
  GHashTable *query;  /* (nullable) */
  char **parts;       /* of the path after /v1 */
  guint n_parts;
} Request;

static void
respond (const Request *request, guint status, const char *type, GString *body)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->msg);

  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_server_message_set_response (request->msg, type, SOUP_MEMORY_COPY, body->str, body->len);
  soup_server_message_set_status (request->msg, status, NULL);
}

static void
respond_problem (const Request *request, guint status, const char *code, const char *key, const char *detail)
{
  g_autoptr (GString) body = g_string_new (NULL);
  CdVenueServer *self = request->server;
  const CdWireProblem problem = {
    .status = (int)status,
    .code = (char *)code,
    .title = (char *)soup_status_get_phrase (status),
    .detail = (char *)detail,
    .key = (char *)key,
    .retryable = status >= 500,
    .epoch = (char *)cd_venue_epoch (self->venue),
    .server_time_us = cd_venue_server_now (self),
    .market_time_us = cd_venue_server_market_now (self),
  };

  cd_wire_problem_write (body, &problem);
  respond (request, status, "application/problem+json", body);
}

static gboolean
need_person (const Request *request)
{
  if (request->person)
    return TRUE;
  respond_problem (request, SOUP_STATUS_UNAUTHORIZED, "certificate.missing", NULL, "this route needs the client certificate of a person");
  return FALSE;
}

static gboolean
need_account (const Request *request, const char *account)
{
  if (!need_person (request))
    return FALSE;
  if (cd_ident_valid (account) && cd_venue_may_see (request->server->venue, request->person, account))
    return TRUE;
  respond_problem (request, SOUP_STATUS_FORBIDDEN, "rights.missing", NULL, "this person does not see this account");
  return FALSE;
}

static const char *
query (const Request *request, const char *name)
{
  return request->query ? g_hash_table_lookup (request->query, name) : NULL;
}

static gboolean
query_number (const Request *request, const char *name, gint64 fallback, gint64 *out)
{
  const char *text = query (request, name);

  *out = fallback;
  if (!text || (cd_decimal_parse (text, -1, 0, out, NULL) && *out >= 0))
    return TRUE;
  respond_problem (request, SOUP_STATUS_BAD_REQUEST, "request.malformed", NULL, "expected a whole number from 0 in the query");
  return FALSE;
}

/* Rows [from, from + n) stay; the others are freed. */
static void
keep_rows (CdWireList *list, guint from, guint n)
{
  g_autoptr (CdWireList) rest = cd_wire_list_new (list->kind);
  guint size = g_array_get_element_size (list->items);

  g_array_append_vals (rest->items, list->items->data, from);
  if (from + n < list->items->len)
    g_array_append_vals (rest->items, list->items->data + (gsize)(from + n) * size, list->items->len - from - n);
  if (from + n < list->items->len)
    g_array_remove_range (list->items, from + n, list->items->len - from - n);
  g_array_remove_range (list->items, 0, from);
}

/* The cursor is opaque to clients: "p" and the place of the next row. */
static gboolean
cut_page (const Request *request, CdWireList *list)
{
  const char *cursor = query (request, "cursor");
  gint64 from = 0;
  guint n;

  if (cursor && (cursor[0] != 'p' || !cd_decimal_parse (cursor + 1, -1, 0, &from, NULL) || from < 0 || from > list->items->len))
    {
      respond_problem (request, SOUP_STATUS_BAD_REQUEST, "request.malformed", NULL, "expected a cursor from \"next\" of the page before");
      return FALSE;
    }
  n = MIN (list->items->len - (guint)from, PAGE_MAX);
  if ((guint)from + n < list->items->len)
    list->next = g_strdup_printf ("p%u", (guint)from + n);
  keep_rows (list, (guint)from, n);
  return TRUE;
}

static void
respond_list (const Request *request, CdWireList *list)
{
  g_autoptr (GString) body = NULL;

  if (!cut_page (request, list))
    return;
  body = g_string_sized_new (64 * 1024);
  if (!list->epoch)
    list->epoch = g_strdup (cd_venue_epoch (request->server->venue));
  list->server_time_us = cd_venue_server_now (request->server);
  list->market_time_us = cd_venue_server_market_now (request->server);
  cd_wire_list_write (body, list);
  respond (request, SOUP_STATUS_OK, "application/json", body);
}

static void
get_list (const Request *request, CdWireListKind kind, const char *account, gboolean open_only, CdSide side, gint64 since)
{
  g_autoptr (CdWireList) list = cd_venue_list (request->server->venue, kind, account, request->person, open_only, side, since);

  respond_list (request, list);
}

/* --- Routes ---------------------------------------------------------------------------------------------------------- */

static void
not_found (const Request *request)
{
  respond_problem (request, SOUP_STATUS_NOT_FOUND, "route.unknown", NULL, "no such route");
}

static void
get_session (const Request *request)
{
  g_autoptr (GString) body = g_string_new (NULL);
  g_autoptr (CdWireSession) session = NULL;

  if (!need_person (request))
    return;
  session = cd_venue_session (request->server->venue, request->person);
  session->server_time_us = cd_venue_server_now (request->server);
  session->market_time_us = cd_venue_server_market_now (request->server);
  session->rate_e3 = request->server->rate_e3;
  session->paused = request->server->paused;
  cd_wire_session_write (body, session);
  respond (request, SOUP_STATUS_OK, "application/json", body);
}

static void
get_instruments (const Request *request)
{
  const char *code = request->n_parts > 1 ? request->parts[1] : NULL;
  const char *what = request->n_parts > 2 ? request->parts[2] : NULL;
  const char *side_text = query (request, "side");
  g_autoptr (CdWireList) list = NULL;
  CdSide side = 0;
  gint64 limit;

  if (!code)
    {
      get_list (request, CD_WIRE_LIST_INSTRUMENTS, NULL, FALSE, 0, 0);
      return;
    }
  if (!cd_ident_valid (code) || !cd_venue_book (request->server->venue, code))
    respond_problem (request, SOUP_STATUS_NOT_FOUND, "instrument.unknown", NULL, "no such instrument");
  else if (request->n_parts != 3)
    not_found (request);
  else if (strcmp (what, "listings") == 0)
    {
      if (side_text && !cd_side_parse (side_text, &side))
        respond_problem (request, SOUP_STATUS_BAD_REQUEST, "request.malformed", NULL, "side: expected buy or sell");
      else
        get_list (request, CD_WIRE_LIST_LISTINGS, code, FALSE, side, 0);
    }
  else if (strcmp (what, "trades") == 0)
    {
      if (!query_number (request, "limit", PAGE_MAX, &limit))
        return;
      list = cd_venue_list (request->server->venue, CD_WIRE_LIST_TRADES, code, request->person, FALSE, 0, 0);
      if (limit < list->items->len)
        keep_rows (list, list->items->len - (guint)limit, (guint)limit);
      respond_list (request, list);
    }
  else if (strcmp (what, "bars") == 0)
    {
      if (query (request, "span") && strcmp (query (request, "span"), "day") != 0)
        respond_problem (request, SOUP_STATUS_BAD_REQUEST, "request.malformed", NULL, "span: expected day");
      else
        get_list (request, CD_WIRE_LIST_BARS, code, FALSE, 0, 0);
    }
  else
    not_found (request);
}

static void
get_account_list (const Request *request)
{
  const char *account = request->parts[1];
  const char *what = request->parts[2];
  const char *state = query (request, "state");
  gint64 since;

  if (!need_account (request, account))
    return;
  if (strcmp (what, "orders") == 0)
    {
      if (state && strcmp (state, "open") != 0 && strcmp (state, "all") != 0)
        respond_problem (request, SOUP_STATUS_BAD_REQUEST, "request.malformed", NULL, "state: expected open or all");
      else
        get_list (request, CD_WIRE_LIST_ORDERS, account, state && strcmp (state, "open") == 0, 0, 0);
    }
  else if (strcmp (what, "executions") == 0)
    {
      if (query_number (request, "since", 0, &since))
        get_list (request, CD_WIRE_LIST_EXECUTIONS, account, FALSE, 0, since);
    }
  else if (strcmp (what, "holdings") == 0)
    get_list (request, CD_WIRE_LIST_HOLDINGS, account, FALSE, 0, 0);
  else if (strcmp (what, "cash") == 0)
    get_list (request, CD_WIRE_LIST_CASH, account, FALSE, 0, 0);
  else if (strcmp (what, "requests") == 0)
    get_list (request, CD_WIRE_LIST_REQUESTS, account, FALSE, 0, 0);
  else if (strcmp (what, "deputies") == 0)
    get_list (request, CD_WIRE_LIST_DEPUTIES, account, FALSE, 0, 0);
  else if (strcmp (what, "statement") == 0)
    get_list (request, CD_WIRE_LIST_STATEMENT, account, FALSE, 0, 0);
  else if (strcmp (what, "settlements") == 0)
    get_list (request, CD_WIRE_LIST_SETTLEMENTS, account, FALSE, 0, 0);
  else
    not_found (request);
}

static void
get_by_key (const Request *request)
{
  const char *key = request->parts[2];
  g_autoptr (GString) body = g_string_new (NULL);
  g_autoptr (CdWireByKey) by_key = NULL;

  if (!need_person (request))
    return;
  if (!cd_ident_valid (key))
    {
      respond_problem (request, SOUP_STATUS_BAD_REQUEST, "request.malformed", NULL, "expected a key");
      return;
    }
  by_key = cd_venue_by_key (request->server->venue, key);
  if (by_key->found && !cd_venue_may_see (request->server->venue, request->person, by_key->order.account))
    {
      respond_problem (request, SOUP_STATUS_FORBIDDEN, "rights.missing", key, "this person does not see this account");
      return;
    }
  if (!by_key->epoch)
    by_key->epoch = g_strdup (cd_venue_epoch (request->server->venue));
  by_key->server_time_us = cd_venue_server_now (request->server);
  by_key->market_time_us = cd_venue_server_market_now (request->server);
  cd_wire_by_key_write (body, by_key);
  respond (request, SOUP_STATUS_OK, "application/json", body);
}

static void
get_registry (const Request *request)
{
  const char *account = request->parts[2];
  const char *what = request->parts[3];

  if (!need_account (request, account))
    return;
  if (strcmp (what, "instructions") == 0)
    get_list (request, CD_WIRE_LIST_INSTRUCTIONS, account, FALSE, 0, 0);
  else if (strcmp (what, "obligations") == 0)
    get_list (request, CD_WIRE_LIST_OBLIGATIONS, account, FALSE, 0, 0);
  else
    not_found (request);
}

static void
respond_clock (const Request *request)
{
  g_autofree CdMdClock *clock = g_new0 (CdMdClock, 1);
  g_autoptr (GString) body = g_string_new (NULL);
  g_autofree char *epoch = g_strdup_printf (",\"epoch\":\"%s\"}", cd_venue_epoch (request->server->venue));

  cd_venue_server_fill_clock (request->server, clock);
  cd_md_write_clock (body, clock);
  g_string_truncate (body, body->len - 1);
  g_string_append (body, epoch);
  respond (request, SOUP_STATUS_OK, "application/json", body);
}

static GBytes *
request_body (const Request *request)
{
  return soup_message_body_flatten (soup_server_message_get_request_body (request->msg));
}

static void
post_clock (const Request *request)
{
  g_autoptr (GBytes) bytes = request_body (request);
  g_autoptr (GError) error = NULL;
  CdWireClockRequest clock;
  const char *problem = NULL;
  gsize len;
  const char *text = g_bytes_get_data (bytes, &len);

  if (!need_person (request))
    return;
  if (!cd_wire_clock_request_parse (text ? text : "", len, &clock, &error))
    respond_problem (request, SOUP_STATUS_BAD_REQUEST, "request.malformed", NULL, error->message);
  else if (!cd_venue_server_set_clock (request->server, &clock, &problem))
    respond_problem (request, SOUP_STATUS_UNPROCESSABLE_ENTITY, "clock.unknown", NULL, problem);
  else if (cd_venue_server_end_turn (request->server))
    respond_clock (request);
  cd_wire_clock_request_clear (&clock);
}

/* The administrator (in practice the authority, as for roles) and the holder. */
static gboolean
may_revoke (const Request *request, const char *person)
{
  gsize n;
  const CdVenueDemoPerson *persons = cd_venue_persons (request->server->venue, &n);

  for (gsize i = 0; i < n; i++)
    if (strcmp (persons[i].id, request->person) == 0 && *persons[i].account == '\0')
      return TRUE;
  return strcmp (person, request->person) == 0;
}

/* Practice only: what a lost laptop looks like from the other side. */
static void
post_revocation (const Request *request)
{
  g_autoptr (GBytes) bytes = request_body (request);
  g_autoptr (GError) error = NULL;
  g_autoptr (CdJsonDoc) doc = NULL;
  g_autoptr (CdJsonFaults) faults = cd_json_faults_new ();
  const char *person = NULL, *fingerprint = NULL;
  gsize len;
  const char *text = g_bytes_get_data (bytes, &len);
  CdJson root;

  if (!need_person (request))
    return;
  doc = cd_json_parse (text ? text : "", (gssize)len, 4096, &error);
  if (doc)
    {
      root = cd_json_root (doc);
      if (cd_json_is_object (&root))
        cd_json_get_string (&root, "person", &person, faults);
      if (cd_json_is_object (&root) && cd_json_present (&root, "fingerprint"))
        cd_json_get_string (&root, "fingerprint", &fingerprint, faults);
    }
  if (!person || cd_json_faults_count (faults) > 0)
    respond_problem (request, SOUP_STATUS_BAD_REQUEST, "request.malformed", NULL, "expected {\"person\":\"ID\"} or {\"person\":\"ID\",\"fingerprint\":\"HEX\"}");
  else if (!may_revoke (request, person))
    respond_problem (request, SOUP_STATUS_FORBIDDEN, "rights.missing", NULL, "only the holder and the administrator revoke a certificate");
  else if (!cd_venue_certs_revoke (request->server->certs, person, fingerprint, &error))
    respond_problem (request, SOUP_STATUS_UNPROCESSABLE_ENTITY, "person.unknown", NULL, error->message);
  else
    {
      cd_venue_ws_check_certificates (request->server);
      cd_venue_server_mark (request->server);
      respond_clock (request);
    }
}

static void
post_command (const Request *request)
{
  CdVenueServer *self = request->server;
  g_autoptr (GBytes) bytes = request_body (request);
  g_autoptr (GError) error = NULL;
  g_autoptr (CdWireCommand) command = NULL;
  g_autoptr (CdWireAnswer) answer = NULL;
  g_autoptr (GString) body = g_string_new (NULL);
  const char *key = soup_message_headers_get_one (soup_server_message_get_request_headers (request->msg), "Idempotency-Key");
  CdVenueFault fault;
  gsize len;
  const char *text = g_bytes_get_data (bytes, &len);

  if (!need_person (request))
    return;
  command = cd_wire_command_parse (text ? text : "", len, &error);
  if (!command)
    {
      respond_problem (request, SOUP_STATUS_BAD_REQUEST, "request.malformed", NULL, error->message);
      return;
    }
  if (g_strcmp0 (key, command->key) != 0)
    {
      respond_problem (request, SOUP_STATUS_BAD_REQUEST, "request.malformed", command->key, "Idempotency-Key: expected the key of the command");
      return;
    }
  fault = cd_venue_faults_hit (self->faults, CD_VENUE_POINT_COMMAND, cd_wire_op_name (command->op));
  if (cd_venue_http_fault (self, request->msg, fault))
    return;
  answer = cd_venue_server_command (self, request->person, command);
  if (fault.kind == CD_VENUE_FAULT_DUPLICATE)
    {
      cd_wire_answer_free (answer);
      answer = cd_venue_server_command (self, request->person, command);
    }
  /* A venue that could not keep it says nothing: the connection ends with the process. */
  if (!cd_venue_server_end_turn (self))
    {
      respond_problem (request, SOUP_STATUS_SERVICE_UNAVAILABLE, "venue.stopping", command->key, NULL);
      return;
    }
  if (cd_venue_http_fault (self, request->msg, cd_venue_faults_hit (self->faults, CD_VENUE_POINT_ANSWER, cd_wire_op_name (command->op))))
    return;
  cd_wire_answer_write (body, answer);
  respond (request, g_strcmp0 (answer->code, "key.mismatch") == 0 ? SOUP_STATUS_CONFLICT : SOUP_STATUS_OK, "application/json", body);
}

static void
open_stream (const Request *request, gboolean is_private)
{
  gint64 from_seq = 1;

  if (is_private && !need_person (request))
    return;
  if (!query_number (request, "from_seq", 1, &from_seq))
    return;
  if (request->server->lines->len >= CD_VENUE_LINES_MAX)
    respond_problem (request, SOUP_STATUS_SERVICE_UNAVAILABLE, "venue.full", NULL, "too many connections");
  else
    cd_venue_ws_upgrade (request->server, request->msg, is_private ? request->person : NULL, (guint64)from_seq);
}

static void
route_get (const Request *r)
{
  const char *first = r->parts[0];

  if (strcmp (first, "md") == 0 && r->n_parts == 1)
    open_stream (r, FALSE);
  else if (strcmp (first, "private") == 0 && r->n_parts == 1)
    open_stream (r, TRUE);
  else if (strcmp (first, "session") == 0 && r->n_parts == 1)
    get_session (r);
  else if (strcmp (first, "instruments") == 0)
    get_instruments (r);
  else if (strcmp (first, "accounts") == 0 && r->n_parts == 3)
    get_account_list (r);
  else if (strcmp (first, "orders") == 0 && r->n_parts == 3 && strcmp (r->parts[1], "by-key") == 0)
    get_by_key (r);
  else if (strcmp (first, "registry") == 0 && r->n_parts == 4 && strcmp (r->parts[1], "accounts") == 0)
    get_registry (r);
  else if (strcmp (first, "blocks") == 0 && r->n_parts == 1)
    get_list (r, CD_WIRE_LIST_BLOCKS, NULL, TRUE, 0, 0);
  else if (strcmp (first, "practice") == 0 && r->n_parts == 2 && strcmp (r->parts[1], "clock") == 0)
    respond_clock (r);
  else
    not_found (r);
}

static void
route_post (const Request *r)
{
  if (r->n_parts == 1 && strcmp (r->parts[0], "commands") == 0)
    post_command (r);
  else if (r->n_parts == 2 && strcmp (r->parts[0], "practice") == 0 && strcmp (r->parts[1], "clock") == 0)
    post_clock (r);
  else if (r->n_parts == 2 && strcmp (r->parts[0], "practice") == 0 && strcmp (r->parts[1], "revocations") == 0)
    post_revocation (r);
  else
    not_found (r);
}

static const char *
person_of (CdVenueServer *self, SoupServerMessage *msg)
{
  GTlsCertificate *certificate = soup_server_message_get_tls_peer_certificate (msg);

  if (!certificate || soup_server_message_get_tls_peer_certificate_errors (msg) != 0)
    return NULL;
  return cd_venue_certs_person (self->certs, self->env, certificate);
}

static void
handle (SoupServer *soup, SoupServerMessage *msg, const char *path, GHashTable *query_table, gpointer data)
{
  CdVenueServer *self = data;
  g_auto (GStrv) parts = g_strsplit (g_str_has_prefix (path, "/v1/") ? path + 4 : "", "/", PARTS_MAX);
  const Request request = { self, msg, person_of (self, msg), query_table, parts, g_strv_length (parts) };
  const char *method = soup_server_message_get_method (msg);

  /* An early answer (a body too large) stands. */
  if (soup_server_message_get_status (msg) != 0)
    return;
  if (!cd_venue_server_end_turn (self))
    respond_problem (&request, SOUP_STATUS_SERVICE_UNAVAILABLE, "venue.stopping", NULL, NULL);
  else if (request.n_parts == 0)
    not_found (&request);
  else if (method == SOUP_METHOD_GET)
    {
      if (!cd_venue_http_fault (self, msg, cd_venue_faults_hit (self->faults, CD_VENUE_POINT_GET, parts[0])))
        route_get (&request);
    }
  else if (method == SOUP_METHOD_POST)
    route_post (&request);
  else
    respond_problem (&request, SOUP_STATUS_METHOD_NOT_ALLOWED, "method.unknown", NULL, "expected GET or POST");
}

/* Before the body is read: only a length that is told and small enough. */
static void
check_size (SoupServer *soup, SoupServerMessage *msg, const char *path, GHashTable *query_table, gpointer data)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (msg);
  const Request request = { data, msg, NULL, query_table, NULL, 0 };

  cd_venue_http_guard (data, msg);
  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CHUNKED || soup_message_headers_get_content_length (headers) > CD_WIRE_COMMAND_MAX)
    respond_problem (&request, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, "request.malformed", NULL, "expected a Content-Length of at most 160 KiB");
}

void
cd_venue_http_install (CdVenueServer *self)
{
  soup_server_add_early_handler (self->soup, NULL, check_size, self, NULL);
  soup_server_add_handler (self->soup, NULL, handle, self, NULL);
}
