/* cd-wire-private.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parts of the private stream that carry no business: greeting, heartbeat, and telling the types apart.
 */
#include "cd-wire-fields.h"
#include "cd-wire-order.h"
#include "cd-wire-put.h"

#define HELLO (1u << CD_WIRE_PRIVATE_HELLO)
#define HB (1u << CD_WIRE_PRIVATE_HB)
#define ACCOUNTS_MAX 256

#define OFF(member) G_STRUCT_OFFSET (CdWireHello, member)
static const CdField hello_fields[] = {
  { "n", CD_FIELD_COUNT, CD_FIELD_REQUIRED, OFF (n), NULL, HB },
  { "epoch", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (epoch), NULL, HELLO },
  { "person", CD_FIELD_IDENT, CD_FIELD_REQUIRED, OFF (person), NULL, HELLO },
  { "server_time", CD_FIELD_INSTANT, CD_FIELD_REQUIRED, OFF (server_time_us), NULL, 0 },
  { "market_time", CD_FIELD_INSTANT, CD_FIELD_REQUIRED, OFF (market_time_us), NULL, 0 },
  CD_FIELD_END
};
#undef OFF

static const CdFieldName type_names[] = {
  { CD_WIRE_PRIVATE_HELLO, "hello" },
  { CD_WIRE_PRIVATE_HB, "hb" },
  { CD_WIRE_PRIVATE_ANSWER, "answer" },
  { CD_WIRE_PRIVATE_EVENT, "event" },
  { 0, NULL },
};

static void
clear_seq (gpointer item)
{
  g_free (((CdWireSeq *)item)->account);
}

CdWireHello *
cd_wire_hello_new (CdWirePrivateType type)
{
  CdWireHello *hello = g_new0 (CdWireHello, 1);

  hello->type = type;
  hello->last_seq = g_array_new (FALSE, TRUE, sizeof (CdWireSeq));
  g_array_set_clear_func (hello->last_seq, clear_seq);
  return hello;
}

void
cd_wire_hello_free (CdWireHello *hello)
{
  if (!hello)
    return;
  cd_fields_clear (hello_fields, hello);
  g_array_unref (hello->last_seq);
  g_free (hello);
}

void
cd_wire_hello_add_seq (CdWireHello *hello, const char *account, guint64 seq)
{
  CdWireSeq item = { g_strdup (account), seq };

  g_array_append_val (hello->last_seq, item);
}

void
cd_wire_hello_write (GString *out, const CdWireHello *hello)
{
  g_string_append_c (out, '{');
  cd_fields_key (out, "type");
  cd_put_string (out, cd_field_name_of (type_names, (int)hello->type));
  cd_fields_write (out, hello_fields, 1u << hello->type, hello);
  cd_fields_key (out, "last_seq");
  g_string_append_c (out, '{');
  for (guint i = 0; i < hello->last_seq->len; i++)
    {
      const CdWireSeq *item = &g_array_index (hello->last_seq, CdWireSeq, i);

      cd_fields_key (out, item->account);
      cd_put_end (out, cd_put_u64 (cd_put_begin (out, CD_PUT_I64_MAX), item->seq));
    }
  g_string_append (out, "}}");
}

static void
read_seqs (CdWireHello *hello, const CdJson *root, CdJsonFaults *faults)
{
  g_autoptr (GList) members = NULL;
  CdJson seqs;

  if (!cd_json_get_object (root, "last_seq", &seqs, faults))
    return;
  members = cd_json_members (&seqs);
  if (g_list_length (members) > ACCOUNTS_MAX)
    {
      cd_json_fault (faults, root, "last_seq", "limit", "at most %d accounts", ACCOUNTS_MAX);
      return;
    }
  for (GList *l = members; l; l = l->next)
    {
      gint64 seq = 0;

      if (cd_json_get_int (&seqs, l->data, 0, G_MAXINT64, &seq, faults))
        cd_wire_hello_add_seq (hello, l->data, (guint64)seq);
    }
}

CdWireHello *
cd_wire_hello_parse (const char *text, gsize len, GError **error)
{
  g_autoptr (CdJsonDoc) doc = cd_wire_doc (text, len, CD_WIRE_MESSAGE_MAX, error);
  g_autoptr (CdJsonFaults) faults = NULL;
  g_autoptr (CdWireHello) hello = NULL;
  CdJson root;
  int type = CD_WIRE_PRIVATE_UNKNOWN;

  if (!doc)
    return NULL;
  root = cd_json_root (doc);
  faults = cd_json_faults_new ();
  if (cd_fields_get_enum (&root, "type", type_names, &type, faults) && type != CD_WIRE_PRIVATE_HELLO && type != CD_WIRE_PRIVATE_HB)
    cd_json_fault (faults, &root, "type", "value", "\"hello\" or \"hb\"");
  hello = cd_wire_hello_new ((CdWirePrivateType)type);
  if (cd_json_faults_count (faults) == 0)
    {
      cd_fields_read (hello_fields, 1u << type, &root, hello, faults);
      read_seqs (hello, &root, faults);
    }
  if (!cd_wire_no_faults (faults, error))
    return NULL;
  return g_steal_pointer (&hello);
}

CdWirePrivateType
cd_wire_private_type (const char *text, gsize len)
{
  g_autoptr (CdJsonDoc) doc = NULL;
  int type = CD_WIRE_PRIVATE_UNKNOWN;
  CdJson root;

  /* Our own writer puts the type first: no need to read the rest twice. */
  for (const CdFieldName *n = type_names; n->name; n++)
    {
      gsize name_len = strlen (n->name);

      if (len > name_len + 11 && memcmp (text, "{\"type\":\"", 9) == 0 && memcmp (text + 9, n->name, name_len) == 0 && text[9 + name_len] == '"')
        return (CdWirePrivateType)n->value;
    }
  doc = cd_wire_doc (text, len, CD_WIRE_MESSAGE_MAX, NULL);
  if (!doc)
    return CD_WIRE_PRIVATE_UNKNOWN;
  root = cd_json_root (doc);
  cd_fields_get_enum (&root, "type", type_names, &type, NULL);
  return (CdWirePrivateType)type;
}
