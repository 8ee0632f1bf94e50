/* cd-wire-fields.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to wire/: a struct and its JSON members as one table, so that reading, writing, copying and freeing cannot disagree.
 */
#pragma once

#include "cd-json.h"
#include "cd-wire-error.h"

G_BEGIN_DECLS

typedef enum
{
  CD_FIELD_TEXT,    /* char *: any text of at most CD_FIELD_TEXT_MAX bytes */
  CD_FIELD_IDENT,   /* char *: cd_ident_valid() */
  CD_FIELD_E4,      /* gint64: decimal string */
  CD_FIELD_E3,      /* gint64: decimal string, a rate */
  CD_FIELD_I64,     /* gint64: integer string */
  CD_FIELD_COUNT,   /* gint64 or guint64: JSON number from 0 */
  CD_FIELD_INT,     /* int: JSON number from 0 */
  CD_FIELD_BOOL,    /* gboolean */
  CD_FIELD_INSTANT, /* gint64 */
  CD_FIELD_DATE,    /* CdDate */
  CD_FIELD_ENUM,    /* a C enum, by @names */
} CdFieldKind;

typedef enum
{
  CD_FIELD_REQUIRED = 0,
  CD_FIELD_OPTIONAL = 1, /* left out when NULL or 0 */
  CD_FIELD_NULLABLE = 2, /* null when NULL or 0; may be missing when read */
  CD_FIELD_SIGNED = 4,   /* E4, I64: may be negative */
} CdFieldFlags;

#define CD_FIELD_TEXT_MAX 4096

typedef struct
{
  int value;
  const char *name;
} CdFieldName;

/**
 * CdField: @mask: in which variants of the record the member exists; 0 = in all.
 */
typedef struct
{
  const char *name;
  CdFieldKind kind;
  CdFieldFlags flags;
  gsize offset;
  const CdFieldName *names;
  guint32 mask;
} CdField;

#define CD_FIELD_END                                   \
  {                                                    \
    NULL, CD_FIELD_TEXT, CD_FIELD_REQUIRED, 0, NULL, 0 \
  }

/* The figures of an instrument's day, in the order of the contract, for a struct that has them by these names. */
#define CD_WIRE_STATS_FIELDS(type)                                                                          \
  { "prev_close", CD_FIELD_E4, CD_FIELD_NULLABLE, G_STRUCT_OFFSET (type, prev_close_e4), NULL, 0 },         \
      { "open", CD_FIELD_E4, CD_FIELD_NULLABLE, G_STRUCT_OFFSET (type, open_e4), NULL, 0 },                 \
      { "high", CD_FIELD_E4, CD_FIELD_NULLABLE, G_STRUCT_OFFSET (type, high_e4), NULL, 0 },                 \
      { "low", CD_FIELD_E4, CD_FIELD_NULLABLE, G_STRUCT_OFFSET (type, low_e4), NULL, 0 },                   \
      { "last", CD_FIELD_E4, CD_FIELD_NULLABLE, G_STRUCT_OFFSET (type, last_e4), NULL, 0 },                 \
      { "close", CD_FIELD_E4, CD_FIELD_NULLABLE, G_STRUCT_OFFSET (type, close_e4), NULL, 0 },               \
      { "list_qty", CD_FIELD_I64, CD_FIELD_REQUIRED, G_STRUCT_OFFSET (type, list_qty), NULL, 0 },           \
      { "list_amount", CD_FIELD_E4, CD_FIELD_REQUIRED, G_STRUCT_OFFSET (type, list_amount_e4), NULL, 0 },   \
      { "block_qty", CD_FIELD_I64, CD_FIELD_REQUIRED, G_STRUCT_OFFSET (type, block_qty), NULL, 0 },         \
      { "block_amount", CD_FIELD_E4, CD_FIELD_REQUIRED, G_STRUCT_OFFSET (type, block_amount_e4), NULL, 0 }, \
      { "trades", CD_FIELD_COUNT, CD_FIELD_REQUIRED, G_STRUCT_OFFSET (type, trades), NULL, 0 },             \
      { "limit_low", CD_FIELD_E4, CD_FIELD_NULLABLE, G_STRUCT_OFFSET (type, limit_low_e4), NULL, 0 },       \
      { "limit_high", CD_FIELD_E4, CD_FIELD_NULLABLE, G_STRUCT_OFFSET (type, limit_high_e4), NULL, 0 },     \
      { "block_low", CD_FIELD_E4, CD_FIELD_NULLABLE, G_STRUCT_OFFSET (type, block_low_e4), NULL, 0 },       \
  {                                                                                                         \
    "block_high", CD_FIELD_E4, CD_FIELD_NULLABLE, G_STRUCT_OFFSET (type, block_high_e4), NULL, 0            \
  }

/* Appends `"name":value` members, a comma before each but the first after '{'. */
void cd_fields_write (GString *out, const CdField *fields, guint32 variant, const void *record);
void cd_fields_read (const CdField *fields, guint32 variant, const CdJson *object, void *record, CdJsonFaults *faults);
void cd_fields_clear (const CdField *fields, void *record);
void cd_fields_copy (const CdField *fields, const void *from, void *to);

/* `"name":` with the comma it needs. */
void cd_fields_key (GString *out, const char *name);
/* Reads one member of an enum; TRUE when there. */
gboolean cd_fields_get_enum (const CdJson *object, const char *name, const CdFieldName *names, int *out, CdJsonFaults *faults);
const char *cd_field_name_of (const CdFieldName *names, int value); /* (nullable) */

/* cd_json_parse() with the errors of this library; the root is an object. */
CdJsonDoc *cd_wire_doc (const char *text, gsize len, gsize max, GError **error);
/* The first fault as CD_WIRE_ERROR; TRUE when there is none. */
gboolean cd_wire_no_faults (const CdJsonFaults *faults, GError **error);

extern const CdFieldName cd_wire_side_names[];
extern const CdFieldName cd_wire_mode_names[];
extern const CdFieldName cd_wire_order_kind_names[];
extern const CdFieldName cd_wire_session_state_names[];
extern const CdFieldName cd_wire_block_state_names[];
extern const CdFieldName cd_wire_bucket_names[];

G_END_DECLS
