/* cd-wire-session.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The answers that are no lists: session, order by key, problem, clock.
 */
#include "cd-wire-list-private.h"
#include "cd-wire-put.h"

#define BYTES_MAX (64 * 1024)
#define NAMES_MAX 64
#define ACCOUNTS_MAX 256

/* --- Order by key --- */

#define OFF(member) G_STRUCT_OFFSET (CdWireByKey, member)
static const CdField by_key_fields[] = {
  { "found", CD_FIELD_BOOL, CD_FIELD_REQUIRED, OFF (found), NULL, 0 },
  { "fenced", CD_FIELD_BOOL, CD_FIELD_REQUIRED, OFF (fenced), NULL, 0 },
  { "epoch", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (epoch), NULL, 0 },
  { "server_time", CD_FIELD_INSTANT, CD_FIELD_REQUIRED, OFF (server_time_us), NULL, 0 },
  { "market_time", CD_FIELD_INSTANT, CD_FIELD_REQUIRED, OFF (market_time_us), NULL, 0 },
  CD_FIELD_END
};
#undef OFF

CdWireByKey *
cd_wire_by_key_new (void)
{
  return g_new0 (CdWireByKey, 1);
}

void
cd_wire_by_key_free (CdWireByKey *by_key)
{
  if (!by_key)
    return;
  cd_fields_clear (by_key_fields, by_key);
  cd_fields_clear (cd_wire_row_type (CD_WIRE_LIST_ORDERS)->fields, &by_key->order);
  g_free (by_key);
}

void
cd_wire_by_key_write (GString *out, const CdWireByKey *by_key)
{
  g_string_append_c (out, '{');
  cd_fields_write (out, by_key_fields, 0, by_key);
  if (by_key->found)
    {
      cd_fields_key (out, "order");
      g_string_append_c (out, '{');
      cd_fields_write (out, cd_wire_row_type (CD_WIRE_LIST_ORDERS)->fields, 0, &by_key->order);
      g_string_append_c (out, '}');
    }
  g_string_append_c (out, '}');
}

CdWireByKey *
cd_wire_by_key_read (const CdJson *root, GError **error)
{
  g_autoptr (CdJsonFaults) faults = cd_json_faults_new ();
  g_autoptr (CdWireByKey) by_key = cd_wire_by_key_new ();
  CdJson order;

  cd_fields_read (by_key_fields, 0, root, by_key, faults);
  if (by_key->found && cd_json_get_object (root, "order", &order, faults))
    cd_fields_read (cd_wire_row_type (CD_WIRE_LIST_ORDERS)->fields, 0, &order, &by_key->order, faults);
  if (!cd_wire_no_faults (faults, error))
    return NULL;
  return g_steal_pointer (&by_key);
}

CdWireByKey *
cd_wire_by_key_parse (const char *text, gsize len, GError **error)
{
  g_autoptr (CdJsonDoc) doc = cd_wire_doc (text, len, BYTES_MAX, error);
  CdJson root;

  if (!doc)
    return NULL;
  root = cd_json_root (doc);
  return cd_wire_by_key_read (&root, error);
}

/* --- Session --- */

#define OFF(member) G_STRUCT_OFFSET (CdWireSession, member)
static const CdField session_fields[] = {
  { "epoch", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (epoch), NULL, 0 },
  { "person", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (person), NULL, 0 },
  { "person_name", CD_FIELD_TEXT, CD_FIELD_REQUIRED, OFF (person_name), NULL, 0 },
  { "person_name_zh", CD_FIELD_TEXT, CD_FIELD_REQUIRED, OFF (person_name_zh), NULL, 0 },
  { "server_time", CD_FIELD_INSTANT, CD_FIELD_REQUIRED, OFF (server_time_us), NULL, 0 },
  { "market_time", CD_FIELD_INSTANT, CD_FIELD_REQUIRED, OFF (market_time_us), NULL, 0 },
  { "rate", CD_FIELD_E3, CD_FIELD_REQUIRED, OFF (rate_e3), NULL, 0 },
  { "paused", CD_FIELD_BOOL, CD_FIELD_REQUIRED, OFF (paused), NULL, 0 },
  CD_FIELD_END
};
#undef OFF
#define OFF(member) G_STRUCT_OFFSET (CdWireAccount, member)
static const CdField account_fields[] = {
  { "id", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (id), NULL, 0 },
  { "name", CD_FIELD_TEXT, CD_FIELD_REQUIRED, OFF (name), NULL, 0 },
  { "name_zh", CD_FIELD_TEXT, CD_FIELD_REQUIRED, OFF (name_zh), NULL, 0 },
  { "market", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (market), NULL, 0 },
  { "sector", CD_FIELD_IDENT, CD_FIELD_OPTIONAL, OFF (sector), NULL, 0 },
  { "last_seq", CD_FIELD_COUNT, CD_FIELD_REQUIRED, OFF (last_seq), NULL, 0 },
  { "stopped", CD_FIELD_BOOL, CD_FIELD_OPTIONAL, OFF (stopped), NULL, 0 },
  CD_FIELD_END
};
#undef OFF

static void
clear_account (gpointer item)
{
  cd_fields_clear (account_fields, item);
}

CdWireSession *
cd_wire_session_new (void)
{
  CdWireSession *session = g_new0 (CdWireSession, 1);

  session->roles = g_ptr_array_new_with_free_func (g_free);
  session->capabilities = g_ptr_array_new_with_free_func (g_free);
  session->accounts = g_array_new (FALSE, TRUE, sizeof (CdWireAccount));
  g_array_set_clear_func (session->accounts, clear_account);
  return session;
}

void
cd_wire_session_free (CdWireSession *session)
{
  if (!session)
    return;
  cd_fields_clear (session_fields, session);
  g_ptr_array_unref (session->roles);
  g_ptr_array_unref (session->capabilities);
  g_array_unref (session->accounts);
  g_free (session);
}

void
cd_wire_session_add_account (CdWireSession *session, const char *id, const char *name, const char *name_zh, const char *market, const char *sector, guint64 last_seq)
{
  CdWireAccount account = { g_strdup (id), g_strdup (name), g_strdup (name_zh), g_strdup (market), g_strdup (sector), last_seq };

  g_array_append_val (session->accounts, account);
}

static void
write_names (GString *out, const char *key, const GPtrArray *names)
{
  cd_fields_key (out, key);
  g_string_append_c (out, '[');
  for (guint i = 0; i < names->len; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      cd_put_string (out, g_ptr_array_index (names, i));
    }
  g_string_append_c (out, ']');
}

static void
read_names (const CdJson *root, const char *key, GPtrArray *names, CdJsonFaults *faults)
{
  CdJson array;

  if (!cd_json_get_array (root, key, &array, faults))
    return;
  if (cd_json_length (&array) > NAMES_MAX)
    {
      cd_json_fault (faults, root, key, "limit", "at most %d names", NAMES_MAX);
      return;
    }
  for (guint i = 0; i < cd_json_length (&array); i++)
    {
      CdJson item = cd_json_at (&array, i);
      const char *text = NULL;

      if (cd_json_get_string (&item, NULL, &text, faults))
        g_ptr_array_add (names, g_strdup (text));
    }
}

void
cd_wire_session_write (GString *out, const CdWireSession *session)
{
  g_string_append_c (out, '{');
  cd_fields_write (out, session_fields, 0, session);
  write_names (out, "roles", session->roles);
  write_names (out, "capabilities", session->capabilities);
  cd_fields_key (out, "accounts");
  g_string_append_c (out, '[');
  for (guint i = 0; i < session->accounts->len; i++)
    {
      g_string_append (out, i > 0 ? ",{" : "{");
      cd_fields_write (out, account_fields, 0, &g_array_index (session->accounts, CdWireAccount, i));
      g_string_append_c (out, '}');
    }
  g_string_append (out, "]}");
}

static void
read_accounts (CdWireSession *session, const CdJson *root, CdJsonFaults *faults)
{
  CdJson array;

  if (!cd_json_get_array (root, "accounts", &array, faults))
    return;
  if (cd_json_length (&array) > ACCOUNTS_MAX)
    {
      cd_json_fault (faults, root, "accounts", "limit", "at most %d accounts", ACCOUNTS_MAX);
      return;
    }
  g_array_set_size (session->accounts, cd_json_length (&array));
  for (guint i = 0; i < cd_json_length (&array); i++)
    {
      CdJson item = cd_json_at (&array, i);

      if (cd_json_is_object (&item))
        cd_fields_read (account_fields, 0, &item, &g_array_index (session->accounts, CdWireAccount, i), faults);
      else
        cd_json_fault (faults, &item, NULL, "type", "an object");
    }
}

CdWireSession *
cd_wire_session_read (const CdJson *root, GError **error)
{
  g_autoptr (CdJsonFaults) faults = cd_json_faults_new ();
  g_autoptr (CdWireSession) session = cd_wire_session_new ();

  cd_fields_read (session_fields, 0, root, session, faults);
  read_names (root, "roles", session->roles, faults);
  read_names (root, "capabilities", session->capabilities, faults);
  read_accounts (session, root, faults);
  if (!cd_wire_no_faults (faults, error))
    return NULL;
  return g_steal_pointer (&session);
}

CdWireSession *
cd_wire_session_parse (const char *text, gsize len, GError **error)
{
  g_autoptr (CdJsonDoc) doc = cd_wire_doc (text, len, BYTES_MAX, error);
  CdJson root;

  if (!doc)
    return NULL;
  root = cd_json_root (doc);
  return cd_wire_session_read (&root, error);
}

/* --- Problem --- */

#define OFF(member) G_STRUCT_OFFSET (CdWireProblem, member)
static const CdField problem_fields[] = {
  { "title", CD_FIELD_TEXT, CD_FIELD_REQUIRED, OFF (title), NULL, 0 },
  { "status", CD_FIELD_INT, CD_FIELD_REQUIRED, OFF (status), NULL, 0 },
  { "detail", CD_FIELD_TEXT, CD_FIELD_OPTIONAL, OFF (detail), NULL, 0 },
  { "code", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (code), NULL, 0 },
  { "retryable", CD_FIELD_BOOL, CD_FIELD_REQUIRED, OFF (retryable), NULL, 0 },
  { "key", CD_FIELD_IDENT, CD_FIELD_OPTIONAL, OFF (key), NULL, 0 },
  { "epoch", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (epoch), NULL, 0 },
  { "server_time", CD_FIELD_INSTANT, CD_FIELD_REQUIRED, OFF (server_time_us), NULL, 0 },
  { "market_time", CD_FIELD_INSTANT, CD_FIELD_REQUIRED, OFF (market_time_us), NULL, 0 },
  CD_FIELD_END
};
#undef OFF

void
cd_wire_problem_free (CdWireProblem *problem)
{
  if (!problem)
    return;
  cd_fields_clear (problem_fields, problem);
  g_free (problem);
}

void
cd_wire_problem_write (GString *out, const CdWireProblem *problem)
{
  g_autofree char *type = g_strconcat ("urn:carbondesk:problem:", problem->code, NULL);

  g_string_append_c (out, '{');
  cd_fields_key (out, "type");
  cd_put_string (out, type);
  cd_fields_write (out, problem_fields, 0, problem);
  g_string_append_c (out, '}');
}

CdWireProblem *
cd_wire_problem_parse (const char *text, gsize len, GError **error)
{
  g_autoptr (CdJsonDoc) doc = cd_wire_doc (text, len, BYTES_MAX, error);
  g_autoptr (CdJsonFaults) faults = NULL;
  g_autoptr (CdWireProblem) problem = NULL;
  CdJson root;

  if (!doc)
    return NULL;
  root = cd_json_root (doc);
  faults = cd_json_faults_new ();
  problem = g_new0 (CdWireProblem, 1);
  cd_fields_read (problem_fields, 0, &root, problem, faults);
  if (!cd_wire_no_faults (faults, error))
    return NULL;
  return g_steal_pointer (&problem);
}

/* --- Clock --- */

gboolean
cd_wire_rate_parse (const char *text, gint64 *rate_e3)
{
  gint64 value;

  if (!cd_decimal_parse (text, -1, 3, &value, NULL) || value < 1 || value > CD_WIRE_RATE_MAX_E3)
    return FALSE;
  *rate_e3 = value;
  return TRUE;
}

const char *
cd_wire_rate_print (gint64 rate_e3, char buf[32])
{
  return cd_decimal_print (rate_e3, 3, 0, buf);
}

void
cd_wire_clock_request_clear (CdWireClockRequest *request)
{
  g_clear_pointer (&request->rate, g_free);
  g_clear_pointer (&request->skip, g_free);
}

char *
cd_wire_clock_request_print (const CdWireClockRequest *request)
{
  GString *out = g_string_new ("{");

  if (request->has_pause)
    {
      cd_fields_key (out, "pause");
      g_string_append (out, request->pause ? "true" : "false");
    }
  if (request->rate)
    {
      cd_fields_key (out, "rate");
      cd_put_string (out, request->rate);
    }
  if (request->skip)
    {
      cd_fields_key (out, "skip");
      cd_put_string (out, request->skip);
    }
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

gboolean
cd_wire_clock_request_parse (const char *text, gsize len, CdWireClockRequest *out, GError **error)
{
  static const char *const skips[] = { "session", "close", "next_day", "deadline", NULL };
  g_autoptr (CdJsonDoc) doc = cd_wire_doc (text, len, CD_WIRE_BODY_MAX, error);
  g_autoptr (CdJsonFaults) faults = NULL;
  const char *rate = NULL;
  const char *skip = NULL;
  gint64 rate_e3;
  CdJson root;

  memset (out, 0, sizeof *out);
  if (!doc)
    return FALSE;
  root = cd_json_root (doc);
  faults = cd_json_faults_new ();
  out->has_pause = cd_json_present (&root, "pause");
  if (out->has_pause)
    cd_json_get_bool (&root, "pause", &out->pause, faults);
  if (cd_json_present (&root, "rate") && cd_json_get_string (&root, "rate", &rate, faults) && !cd_wire_rate_parse (rate, &rate_e3))
    cd_json_fault (faults, &root, "rate", "range", "a decimal from \"0.001\" to \"100000\"");
  if (cd_json_present (&root, "skip") && cd_json_get_string (&root, "skip", &skip, faults) && !g_strv_contains (skips, skip))
    cd_json_fault (faults, &root, "skip", "value", "\"session\", \"close\", \"next_day\" or \"deadline\"");
  if (!out->has_pause && !rate && !skip)
    cd_json_fault (faults, &root, NULL, "missing", "\"pause\", \"rate\" or \"skip\"");
  if (!cd_wire_no_faults (faults, error))
    return FALSE;
  out->rate = g_strdup (rate);
  out->skip = g_strdup (skip);
  return TRUE;
}
