/* cd-json.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Strict JSON. A checker of our own stands in front of json-glib, which alone takes octal, comments, duplicates and two roots and
 * wraps integers (measured; see reliability F-4). Decimals and 64-bit integers travel as strings; a JSON number is read only as
 * a small counter. Reading collects every fault with its JSON path instead of stopping at the first one.
 *
 * Nothing here keeps state outside its arguments: any thread may use it, a document belongs to one thread at a time.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "cd-num.h"
#include "cd-time.h"

G_BEGIN_DECLS

#define CD_JSON_ERROR (cd_json_error_quark ())
GQuark cd_json_error_quark (void);

/**
 * CdJsonError:
 * @CD_JSON_ERROR_SYNTAX: not JSON (RFC 8259)
 * @CD_JSON_ERROR_DEPTH: nested deeper than %CD_JSON_DEPTH_MAX
 * @CD_JSON_ERROR_DUPLICATE: one object names a member twice
 * @CD_JSON_ERROR_UTF8: not UTF-8, or an escape that is no character
 * @CD_JSON_ERROR_SIZE: larger than the cap
 * @CD_JSON_ERROR_CONTENT: JSON, but not what was expected there
 */
typedef enum
{
  CD_JSON_ERROR_SYNTAX = 1,
  CD_JSON_ERROR_DEPTH = 2,
  CD_JSON_ERROR_DUPLICATE = 3,
  CD_JSON_ERROR_UTF8 = 4,
  CD_JSON_ERROR_SIZE = 5,
  CD_JSON_ERROR_CONTENT = 6,
} CdJsonError;

#define CD_JSON_DEPTH_MAX 64
#define CD_JSON_SIZE_MAX (4 * 1024 * 1024) /* enough for any answer of a venue and for any pack */

/* ---- pull tokenizer ---- */

typedef enum
{
  CD_JSON_TOKEN_END, /* whole input consumed */
  CD_JSON_TOKEN_OBJECT,
  CD_JSON_TOKEN_OBJECT_END,
  CD_JSON_TOKEN_ARRAY,
  CD_JSON_TOKEN_ARRAY_END,
  CD_JSON_TOKEN_MEMBER, /* a member's name; its value follows */
  CD_JSON_TOKEN_STRING,
  CD_JSON_TOKEN_NUMBER, /* kept as text */
  CD_JSON_TOKEN_TRUE,
  CD_JSON_TOKEN_FALSE,
  CD_JSON_TOKEN_NULL,
  CD_JSON_TOKEN_ERROR,
} CdJsonTokenKind;

/**
 * CdJsonToken:
 * @raw: (array length=raw_len): the bytes as written, without the quotes of a string; points into the input
 * @text: decoded string of MEMBER and STRING, valid until the next call; U+0000 stands in it as the bytes C0 80
 * @offset: byte offset of the token in the input
 */
typedef struct
{
  CdJsonTokenKind kind;
  const char *raw;
  gsize raw_len;
  const char *text;
  gsize offset;
} CdJsonToken;

/**
 * CdJsonRules:
 * @CD_JSON_RULES_RFC: RFC 8259, no byte order mark, no lone surrogate
 * @CD_JSON_RULES_HOUSE: and no duplicate names (which of two would win?), no U+0000 and no empty name (texts are C strings here)
 */
typedef enum
{
  CD_JSON_RULES_RFC,
  CD_JSON_RULES_HOUSE,
} CdJsonRules;

typedef struct _CdJsonTokenizer CdJsonTokenizer;
/* @text is not copied and must outlive the tokenizer. */
CdJsonTokenizer *cd_json_tokenizer_new (const char *text, gsize len, CdJsonRules rules);
void cd_json_tokenizer_free (CdJsonTokenizer *tokenizer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdJsonTokenizer, cd_json_tokenizer_free)
/**
 * cd_json_tokenizer_next:
 * @token: (out caller-allocates): the token
 * @error: a %CD_JSON_ERROR naming byte offset, line and column
 *
 * Returns: the kind; %CD_JSON_TOKEN_ERROR once and for ever after a fault
 */
CdJsonTokenKind cd_json_tokenizer_next (CdJsonTokenizer *tokenizer, CdJsonToken *token, GError **error);

#define CD_JSON_VALUES_MAX 250000 /* of a document: json-glib needs about 300 bytes for each */

/**
 * cd_json_check:
 * @text: bytes, not necessarily terminated
 * @len: their number, or -1
 * @max_bytes: cap, 0 = %CD_JSON_SIZE_MAX
 *
 * The verdict of @rules, with a depth of at most %CD_JSON_DEPTH_MAX; the rules of the house allow %CD_JSON_VALUES_MAX values.
 *
 * Returns: %TRUE when @text is one JSON value and nothing else
 */
gboolean cd_json_check (const char *text, gssize len, gsize max_bytes, CdJsonRules rules, GError **error);

/* ---- documents ---- */

typedef struct _CdJsonDoc CdJsonDoc;

/**
 * CdJson: a value inside a document. Kept by value on the stack; @parent is borrowed, so a child must not outlive the variable
 * it was read from. The chain is what a fault's path is made of.
 */
typedef struct _CdJson CdJson;
struct _CdJson
{
  JsonNode *node; /* (transfer none) */
  const CdJson *parent;
  const char *member; /* name in the parent object, or NULL */
  int index;          /* index in the parent array when @member is NULL */
};

/**
 * cd_json_parse:
 * @max_bytes: cap, 0 = %CD_JSON_SIZE_MAX
 *
 * cd_json_check() by %CD_JSON_RULES_HOUSE; besides, integers fit in 64 bits. What the program reads comes through here.
 *
 * Returns: (transfer full) (nullable): the document
 */
CdJsonDoc *cd_json_parse (const char *text, gssize len, gsize max_bytes, GError **error);
void cd_json_doc_free (CdJsonDoc *doc);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdJsonDoc, cd_json_doc_free)
CdJson cd_json_root (const CdJsonDoc *doc);
/* "$.market.modes[1].band_pct" */
char *cd_json_path (const CdJson *node);

/* ---- faults ---- */

/**
 * CdJsonFault:
 * @path: JSON path of the value at fault, or of the object that lacks a member, with that member appended
 * @code: stable: "missing", "type", "syntax", "range", "unknown", "duplicate", "reference" …
 * @expected: what was expected, in words
 */
typedef struct
{
  char *path;
  char *code;
  char *expected;
} CdJsonFault;

typedef struct _CdJsonFaults CdJsonFaults;
CdJsonFaults *cd_json_faults_new (void);
void cd_json_faults_free (CdJsonFaults *faults);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdJsonFaults, cd_json_faults_free)
guint cd_json_faults_count (const CdJsonFaults *faults);
const CdJsonFault *cd_json_faults_get (const CdJsonFaults *faults, guint i);
/* @member: (nullable): a member of @at. @faults may be %NULL in every function here: then nothing is recorded. */
void cd_json_fault (CdJsonFaults *faults, const CdJson *at, const char *member, const char *code, const char *format, ...) G_GNUC_PRINTF (5, 6);
/* The first fault as %CD_JSON_ERROR_CONTENT ("PATH: expected …, and N more"). Returns FALSE when there is one. */
gboolean cd_json_faults_to_error (const CdJsonFaults *faults, GError **error);

/* ---- reading ----
 * @member: the member of object @at; %NULL reads @at itself (an element of an array).
 * Each returns %FALSE, leaves @out alone and records a fault when the member is missing or is something else. */

gboolean cd_json_has (const CdJson *at, const char *member);               /* present and not null */
gboolean cd_json_present (const CdJson *at, const char *member);           /* present, maybe null */
gboolean cd_json_find (const CdJson *at, const char *member, CdJson *out); /* present; records nothing */
gboolean cd_json_get_string (const CdJson *at, const char *member, const char **out, CdJsonFaults *faults);
/* A decimal in a string, scaled; see cd_decimal_parse(). */
gboolean cd_json_get_decimal (const CdJson *at, const char *member, int scale, gint64 *out, CdJsonFaults *faults);
/* An integer in a string. */
gboolean cd_json_get_i64 (const CdJson *at, const char *member, gint64 *out, CdJsonFaults *faults);
/* A JSON number without fraction or exponent, for small counters. */
gboolean cd_json_get_int (const CdJson *at, const char *member, gint64 min, gint64 max, gint64 *out, CdJsonFaults *faults);
gboolean cd_json_get_bool (const CdJson *at, const char *member, gboolean *out, CdJsonFaults *faults);
gboolean cd_json_get_date (const CdJson *at, const char *member, CdDate *out, CdJsonFaults *faults);
gboolean cd_json_get_instant (const CdJson *at, const char *member, gint64 *out_us, CdJsonFaults *faults);
gboolean cd_json_get_object (const CdJson *at, const char *member, CdJson *out, CdJsonFaults *faults);
gboolean cd_json_get_array (const CdJson *at, const char *member, CdJson *out, CdJsonFaults *faults);
gboolean cd_json_is_object (const CdJson *at);
gboolean cd_json_is_array (const CdJson *at);
guint cd_json_length (const CdJson *array);       /* 0 when it is no array */
CdJson cd_json_at (const CdJson *array, guint i); /* @i below cd_json_length() */
/* Members of an object in the order written; (transfer container). */
GList *cd_json_members (const CdJson *object);
/* Records "unknown" for every member that is not in the NULL-terminated list. */
void cd_json_only_members (const CdJson *object, CdJsonFaults *faults, const char *first, ...) G_GNUC_NULL_TERMINATED;

/* ---- writing ---- */

/**
 * CdJsonWriter: one line of JSON without blanks, members in the order written: what is hashed, stored and resent byte for byte.
 * Names are %NULL inside arrays. Strings must be UTF-8.
 */
typedef struct _CdJsonWriter CdJsonWriter;
CdJsonWriter *cd_json_writer_new (void);
void cd_json_writer_free (CdJsonWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdJsonWriter, cd_json_writer_free)
void cd_json_writer_begin_object (CdJsonWriter *writer, const char *name);
void cd_json_writer_end_object (CdJsonWriter *writer);
void cd_json_writer_begin_array (CdJsonWriter *writer, const char *name);
void cd_json_writer_end_array (CdJsonWriter *writer);
void cd_json_writer_string (CdJsonWriter *writer, const char *name, const char *value); /* NULL writes null */
void cd_json_writer_decimal (CdJsonWriter *writer, const char *name, gint64 value, int scale, int min_decimals);
void cd_json_writer_i64 (CdJsonWriter *writer, const char *name, gint64 value); /* as a string */
void cd_json_writer_int (CdJsonWriter *writer, const char *name, gint64 value); /* as a JSON number */
void cd_json_writer_bool (CdJsonWriter *writer, const char *name, gboolean value);
void cd_json_writer_null (CdJsonWriter *writer, const char *name);
void cd_json_writer_date (CdJsonWriter *writer, const char *name, CdDate value); /* CD_DATE_NONE writes null */
void cd_json_writer_instant (CdJsonWriter *writer, const char *name, gint64 at_us);
void cd_json_writer_raw (CdJsonWriter *writer, const char *name, const char *json); /* already JSON */
/* The text so far, everything closed; (transfer full). The writer is empty afterwards. */
char *cd_json_writer_finish (CdJsonWriter *writer);

G_END_DECLS
