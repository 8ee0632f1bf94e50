/* cd-pack.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Market packs: the rules of one market as data, checked as a whole or refused as a whole. A pack keeps its bytes and their
 * SHA-256, so that any past figure can be explained by the rules it was computed from.
 *
 * Packs are immutable after load and safe in every thread.
 */
#pragma once

#include <gio/gio.h>

#include "cd-json.h"
#include "cd-scheme.h"

G_BEGIN_DECLS

#define CD_PACK_ERROR (cd_pack_error_quark ())
GQuark cd_pack_error_quark (void);

/**
 * CdPackError:
 * @CD_PACK_ERROR_UNKNOWN: no built-in pack of this id
 * @CD_PACK_ERROR_READ: the file cannot be read, or is larger than %CD_PACK_SIZE_MAX
 * @CD_PACK_ERROR_INVALID: at least one fault; the message names the first one
 * @CD_PACK_ERROR_HASH: the bytes are not the ones that were announced
 * @CD_PACK_ERROR_OLDER: older than the one it should replace
 */
typedef enum
{
  CD_PACK_ERROR_UNKNOWN = 1,
  CD_PACK_ERROR_READ = 2,
  CD_PACK_ERROR_INVALID = 3,
  CD_PACK_ERROR_HASH = 4,
  CD_PACK_ERROR_OLDER = 5,
} CdPackError;

#define CD_PACK_SIZE_MAX CD_JSON_SIZE_MAX
#define CD_PACK_FORMAT "carbondesk-pack/1"

/**
 * CdPack:
 * @version: three numbers, "2026.11.1"; compared number by number
 * @published: the day the pack was made
 * @valid_from: before this day the pack is kept but not used
 * @valid_to: after this day deadline functions are locked; %CD_DATE_NONE = no end
 * @origin: "built-in", or the name of the file it came from
 * @bytes: exactly what was checked
 * @price_decimals: decimals that people of this market write in a price
 * @market: (not nullable)
 * @scheme: (not nullable)
 * @figures: (element-type CdRuleSeries): every dated figure of the pack, those of @market and @scheme included, by JSON path
 * @examples: (element-type CdPackExample)
 */
typedef struct
{
  char *id;
  char *version;
  CdDate published;
  CdDate valid_from;
  CdDate valid_to;
  char *origin;
  char *sha256;
  GBytes *bytes;
  int price_decimals;
  CdMarket *market;
  CdScheme *scheme;
  GPtrArray *figures;
  GPtrArray *examples;
  GPtrArray *warnings; /* (element-type utf8): what is lawful but should be known */
} CdPack;

void cd_pack_free (CdPack *pack);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdPack, cd_pack_free)

/**
 * cd_pack_list_builtin:
 *
 * Returns: (transfer full) (array zero-terminated=1): ids of the packs compiled into the program, sorted
 */
char **cd_pack_list_builtin (void);
CdPack *cd_pack_load_builtin (const char *id, GError **error);

/**
 * cd_pack_load_bytes:
 * @bytes: the file
 * @origin: shown to people as the place it came from
 * @expected_sha256: (nullable): refuse other bytes than these
 * @faults: (nullable): receives every fault with its JSON path, not only the first
 * @error: a %CD_PACK_ERROR
 *
 * Returns: (transfer full) (nullable): the pack; %NULL when there is a single fault in it
 */
CdPack *cd_pack_load_bytes (GBytes *bytes, const char *origin, const char *expected_sha256, CdJsonFaults *faults, GError **error);
CdPack *cd_pack_load_file (const char *path, const char *expected_sha256, CdJsonFaults *faults, GError **error);

/**
 * cd_pack_check_file:
 * @path: a file
 * @error: (nullable): set only when the file could not be read at all
 *
 * Returns: (transfer full) (nullable): every fault; an empty list means that the pack is good
 */
CdJsonFaults *cd_pack_check_file (const char *path, GError **error);

/* What the text source of a figure says: "A1 碳排放权交易管理暂行条例, State Council Order 775 (2024-01-25), Art. 24". In @source of every struct. */

typedef enum
{
  CD_PACK_USABLE,
  CD_PACK_NOT_YET,      /* kept, not used */
  CD_PACK_EXPIRED,      /* deadline functions locked */
  CD_PACK_CALENDAR_GAP, /* the calendar does not cover the year of @day: deadline functions locked */
} CdPackState;

CdPackState cd_pack_state_on (const CdPack *pack, CdDate day);
/* FALSE with %CD_PACK_ERROR_OLDER when @pack may not replace @installed (another id, or an older or equal version with other bytes). */
gboolean cd_pack_may_replace (const CdPack *installed, const CdPack *pack, GError **error);

/* ---- worked examples ---- */

typedef struct
{
  char *id;
  char *kind; /* "band", "order", "calendar", … */
  char *source;
  JsonNode *given;
  JsonNode *expect;
} CdPackExample;

/**
 * CdPackExampleResult:
 * @got: what the engine says, in the form of the example's "expect"
 * @expected: the example's "expect"
 */
typedef struct
{
  char *id;
  char *kind;
  gboolean passed;
  char *expected;
  char *got;
} CdPackExampleResult;

void cd_pack_example_result_free (CdPackExampleResult *result);

/**
 * cd_pack_run_examples:
 *
 * Computes each example with the same functions that trade and comply with it.
 *
 * Returns: (transfer full) (element-type CdPackExampleResult)
 */
GPtrArray *cd_pack_run_examples (const CdPack *pack);

/* ---- looking up figures ---- */

/* The series at a JSON path below "$", e.g. "market.modes[0].band_pct"; (nullable) (transfer none). */
const CdRuleSeries *cd_pack_figure (const CdPack *pack, const char *path);

G_END_DECLS
