/* cd-wire-fields.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-wire-fields.h"

#include "cd-id.h"
#include "cd-ledger.h"
#include "cd-market.h"
#include "cd-wire-md.h"
#include "cd-wire-order.h"
#include "cd-wire-put.h"

GQuark
cd_wire_error_quark (void)
{
  return g_quark_from_static_string ("cd-wire-error-quark");
}

const CdFieldName cd_wire_side_names[] = { { CD_SIDE_BUY, "buy" }, { CD_SIDE_SELL, "sell" }, { 0, NULL } };
const CdFieldName cd_wire_mode_names[] = { { CD_MODE_LIST, "list" }, { CD_MODE_BLOCK, "block" }, { CD_MODE_AUCTION, "auction" }, { 0, NULL } };
const CdFieldName cd_wire_order_kind_names[] = {
  { CD_KIND_LIST, "list" },
  { CD_KIND_PICK, "pick" },
  { CD_KIND_LIMIT, "limit" },
  { CD_KIND_BLOCK, "block" },
  { CD_KIND_AUCTION_BID, "auction_bid" },
  { 0, NULL },
};
const CdFieldName cd_wire_session_state_names[] = {
  { CD_SESSION_CLOSED, "closed" },
  { CD_SESSION_OPEN, "open" },
  { CD_SESSION_BREAK, "break" },
  { CD_SESSION_UNKNOWN, "unknown" },
  { 0, NULL },
};
const CdFieldName cd_wire_block_state_names[] = {
  { CD_MD_BLOCK_OPEN, "open" },
  { CD_MD_BLOCK_DONE, "done" },
  { CD_MD_BLOCK_WITHDRAWN, "withdrawn" },
  { 0, NULL },
};
const CdFieldName cd_wire_bucket_names[] = { CD_BUCKET_NAMES, { 0, NULL } };

#define AT(type, record, field) (*(type *)((char *)(record) + (field)->offset))
#define AT_CONST(type, record, field) (*(const type *)((const char *)(record) + (field)->offset))

static gboolean
applies (const CdField *field, guint32 variant)
{
  return field->mask == 0 || (field->mask & variant) != 0;
}

const char *
cd_field_name_of (const CdFieldName *names, int value)
{
  for (; names->name; names++)
    if (names->value == value)
      return names->name;
  return NULL;
}

void
cd_fields_key (GString *out, const char *name)
{
  if (out->len > 0 && out->str[out->len - 1] != '{')
    g_string_append_c (out, ',');
  g_string_append_c (out, '"');
  g_string_append (out, name);
  g_string_append (out, "\":");
}

static gboolean
is_unset (const CdField *field, const void *record)
{
  switch (field->kind)
    {
    case CD_FIELD_TEXT:
    case CD_FIELD_IDENT:
      return AT_CONST (char *, record, field) == NULL;
    case CD_FIELD_E4:
    case CD_FIELD_E3:
    case CD_FIELD_I64:
    case CD_FIELD_COUNT:
    case CD_FIELD_INSTANT:
      return AT_CONST (gint64, record, field) == 0;
    case CD_FIELD_INT:
    case CD_FIELD_BOOL:
    case CD_FIELD_ENUM:
      return AT_CONST (int, record, field) == 0;
    case CD_FIELD_DATE:
      return AT_CONST (CdDate, record, field) == CD_DATE_NONE;
    }
  return FALSE;
}

static void
write_value (GString *out, const CdField *field, const void *record)
{
  char buf[CD_DECIMAL_BUF + CD_PUT_INSTANT_MAX];
  char *p;

  switch (field->kind)
    {
    case CD_FIELD_TEXT:
    case CD_FIELD_IDENT:
      cd_put_string (out, AT_CONST (char *, record, field) ? AT_CONST (char *, record, field) : "");
      return;
    case CD_FIELD_E4:
      p = cd_put_begin (out, CD_PUT_E4_MAX + 2);
      *p++ = '"';
      p = cd_put_e4 (p, AT_CONST (gint64, record, field));
      *p++ = '"';
      cd_put_end (out, p);
      return;
    case CD_FIELD_E3:
      g_string_append_c (out, '"');
      g_string_append (out, cd_decimal_print (AT_CONST (gint64, record, field), 3, 0, buf));
      g_string_append_c (out, '"');
      return;
    case CD_FIELD_I64:
      p = cd_put_begin (out, CD_PUT_I64_MAX + 3);
      *p++ = '"';
      p = cd_put_i64 (p, AT_CONST (gint64, record, field));
      *p++ = '"';
      cd_put_end (out, p);
      return;
    case CD_FIELD_COUNT:
      p = cd_put_begin (out, CD_PUT_I64_MAX);
      cd_put_end (out, cd_put_u64 (p, AT_CONST (guint64, record, field)));
      return;
    case CD_FIELD_INT:
      p = cd_put_begin (out, CD_PUT_I64_MAX);
      cd_put_end (out, cd_put_i64 (p, AT_CONST (int, record, field)));
      return;
    case CD_FIELD_BOOL:
      g_string_append (out, AT_CONST (gboolean, record, field) ? "true" : "false");
      return;
    case CD_FIELD_INSTANT:
      p = cd_put_begin (out, CD_PUT_INSTANT_MAX);
      cd_put_end (out, cd_put_instant (p, AT_CONST (gint64, record, field)));
      return;
    case CD_FIELD_DATE:
      cd_put_string (out, cd_date_print (AT_CONST (CdDate, record, field), buf));
      return;
    case CD_FIELD_ENUM:
      {
        const char *name = cd_field_name_of (field->names, AT_CONST (int, record, field));

        cd_put_string (out, name ? name : "unknown");
        return;
      }
    }
}

void
cd_fields_write (GString *out, const CdField *fields, guint32 variant, const void *record)
{
  for (const CdField *field = fields; field->name; field++)
    {
      if (!applies (field, variant))
        continue;
      if ((field->flags & (CD_FIELD_OPTIONAL | CD_FIELD_NULLABLE)) && is_unset (field, record))
        {
          if (field->flags & CD_FIELD_NULLABLE)
            {
              cd_fields_key (out, field->name);
              g_string_append (out, "null");
            }
          continue;
        }
      cd_fields_key (out, field->name);
      write_value (out, field, record);
    }
}

gboolean
cd_fields_get_enum (const CdJson *object, const char *name, const CdFieldName *names, int *out, CdJsonFaults *faults)
{
  const char *text = NULL;

  if (!cd_json_get_string (object, name, &text, faults))
    return FALSE;
  for (const CdFieldName *n = names; n->name; n++)
    if (strcmp (n->name, text) == 0)
      {
        *out = n->value;
        return TRUE;
      }
  cd_json_fault (faults, object, name, "value", "one of the names of the contract (\"%s\" …)", names->name);
  return FALSE;
}

static void
read_text (const CdField *field, const CdJson *object, char **out, CdJsonFaults *faults)
{
  const char *text = NULL;

  if (!cd_json_get_string (object, field->name, &text, faults))
    return;
  if (field->kind == CD_FIELD_IDENT ? !cd_ident_valid (text) : strlen (text) > CD_FIELD_TEXT_MAX)
    {
      cd_json_fault (faults, object, field->name, "value", field->kind == CD_FIELD_IDENT ? "1 to 64 of [A-Za-z0-9._:-]" : "a text of at most 4096 bytes");
      return;
    }
  g_free (*out);
  *out = g_strdup (text);
}

static void
read_number (const CdField *field, const CdJson *object, gint64 *out, CdJsonFaults *faults)
{
  gint64 value = 0;
  gboolean ok;

  if (field->kind == CD_FIELD_I64)
    ok = cd_json_get_i64 (object, field->name, &value, faults);
  else if (field->kind == CD_FIELD_COUNT)
    ok = cd_json_get_int (object, field->name, 0, G_MAXINT64, &value, faults);
  else
    ok = cd_json_get_decimal (object, field->name, field->kind == CD_FIELD_E4 ? 4 : 3, &value, faults);
  if (ok && value < 0 && !(field->flags & CD_FIELD_SIGNED))
    {
      cd_json_fault (faults, object, field->name, "range", "0 or more");
      ok = FALSE;
    }
  if (ok)
    *out = value;
}

static void
read_field (const CdField *field, const CdJson *object, void *record, CdJsonFaults *faults)
{
  gint64 value = 0;

  switch (field->kind)
    {
    case CD_FIELD_TEXT:
    case CD_FIELD_IDENT:
      read_text (field, object, &AT (char *, record, field), faults);
      return;
    case CD_FIELD_E4:
    case CD_FIELD_E3:
    case CD_FIELD_I64:
    case CD_FIELD_COUNT:
      read_number (field, object, &AT (gint64, record, field), faults);
      return;
    case CD_FIELD_INT:
      if (cd_json_get_int (object, field->name, 0, G_MAXINT, &value, faults))
        AT (int, record, field) = (int)value;
      return;
    case CD_FIELD_BOOL:
      cd_json_get_bool (object, field->name, &AT (gboolean, record, field), faults);
      return;
    case CD_FIELD_INSTANT:
      cd_json_get_instant (object, field->name, &AT (gint64, record, field), faults);
      return;
    case CD_FIELD_DATE:
      cd_json_get_date (object, field->name, &AT (CdDate, record, field), faults);
      return;
    case CD_FIELD_ENUM:
      cd_fields_get_enum (object, field->name, field->names, &AT (int, record, field), faults);
      return;
    }
}

void
cd_fields_read (const CdField *fields, guint32 variant, const CdJson *object, void *record, CdJsonFaults *faults)
{
  for (const CdField *field = fields; field->name; field++)
    {
      if (!applies (field, variant))
        continue;
      if (field->kind == CD_FIELD_DATE)
        AT (CdDate, record, field) = CD_DATE_NONE;
      if ((field->flags & CD_FIELD_OPTIONAL) && !cd_json_present (object, field->name))
        continue;
      if ((field->flags & CD_FIELD_NULLABLE) && !cd_json_has (object, field->name))
        continue;
      read_field (field, object, record, faults);
    }
}

void
cd_fields_clear (const CdField *fields, void *record)
{
  for (const CdField *field = fields; field->name; field++)
    if (field->kind == CD_FIELD_TEXT || field->kind == CD_FIELD_IDENT)
      g_clear_pointer (&AT (char *, record, field), g_free);
}

void
cd_fields_copy (const CdField *fields, const void *from, void *to)
{
  /* Two members may share one place (price and px): the place is duplicated once. */
  for (const CdField *field = fields; field->name; field++)
    {
      gboolean seen = FALSE;

      if (field->kind != CD_FIELD_TEXT && field->kind != CD_FIELD_IDENT)
        continue;
      for (const CdField *other = fields; other != field; other++)
        seen |= other->offset == field->offset;
      if (!seen)
        AT (char *, to, field) = g_strdup (AT_CONST (char *, from, field));
    }
}

CdJsonDoc *
cd_wire_doc (const char *text, gsize len, gsize max, GError **error)
{
  g_autoptr (GError) local = NULL;
  CdJsonDoc *doc;
  CdJson root;
  int code = CD_WIRE_ERROR_SYNTAX;

  if (len > max)
    {
      g_set_error (error, CD_WIRE_ERROR, CD_WIRE_ERROR_LIMIT, "$: %" G_GSIZE_FORMAT " bytes, expected at most %" G_GSIZE_FORMAT, len, max);
      return NULL;
    }
  doc = cd_json_parse (text, (gssize)len, max, &local);
  if (!doc)
    {
      if (g_error_matches (local, CD_JSON_ERROR, CD_JSON_ERROR_DUPLICATE))
        code = CD_WIRE_ERROR_DUPLICATE;
      else if (g_error_matches (local, CD_JSON_ERROR, CD_JSON_ERROR_SIZE) || g_error_matches (local, CD_JSON_ERROR, CD_JSON_ERROR_DEPTH))
        code = CD_WIRE_ERROR_LIMIT;
      g_set_error_literal (error, CD_WIRE_ERROR, code, local->message);
      return NULL;
    }
  root = cd_json_root (doc);
  if (!cd_json_is_object (&root))
    {
      cd_json_doc_free (doc);
      g_set_error (error, CD_WIRE_ERROR, CD_WIRE_ERROR_TYPE, "$: expected an object");
      return NULL;
    }
  return doc;
}

gboolean
cd_wire_no_faults (const CdJsonFaults *faults, GError **error)
{
  static const struct
  {
    const char *code;
    CdWireError error;
  } codes[] = {
    { "missing", CD_WIRE_ERROR_MISSING },
    { "type", CD_WIRE_ERROR_TYPE },
    { "range", CD_WIRE_ERROR_RANGE },
    { "duplicate", CD_WIRE_ERROR_DUPLICATE },
    { "limit", CD_WIRE_ERROR_LIMIT },
  };
  const CdJsonFault *fault;
  CdWireError code = CD_WIRE_ERROR_VALUE;

  if (cd_json_faults_count (faults) == 0)
    return TRUE;
  fault = cd_json_faults_get (faults, 0);
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (strcmp (codes[i].code, fault->code) == 0)
      code = codes[i].error;
  g_set_error (error, CD_WIRE_ERROR, code, "%s: %s%s", fault->path, g_str_has_prefix (fault->expected, "expected ") ? "" : "expected ", fault->expected);
  return FALSE;
}
