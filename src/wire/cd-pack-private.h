/* cd-pack-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the parts of the pack loader share. Each part reads its half, records every fault and goes on.
 */
#pragma once

#include "cd-pack.h"

G_BEGIN_DECLS

/**
 * CdPackReader:
 * @sources: key → text of the pack's source register
 */
typedef struct
{
  CdPack *pack;
  CdJsonFaults *faults;
  GHashTable *sources;
} CdPackReader;

/* The closed set of kinds of figures. */
typedef enum
{
  CD_FIGURE_DECIMAL, /* in a string, scaled */
  CD_FIGURE_DATE,
  CD_FIGURE_BOOL,
  CD_FIGURE_WORD, /* one of a list; the value is its index */
  CD_FIGURE_TEXT, /* {"zh","en"} */
  CD_FIGURE_LIST, /* an array, read by the caller; the value is its length */
} CdFigureKind;

/**
 * CdFigureSpec: what a figure may be.
 * @min: @max: of decimals, scaled; both 0 = any
 * @words: (array zero-terminated=1): of %CD_FIGURE_WORD
 */
typedef struct
{
  CdFigureKind kind;
  int scale;
  gint64 min, max;
  const char *const *words;
  const char *expected;
} CdFigureSpec;

/**
 * CdFigure: the one value of a series that a struct with room for one value takes: the newest that binds, else the practice
 * assumption, else none.
 * @node: (transfer none): the JSON of the value, valid while @entry lives
 */
typedef struct
{
  gboolean has_value;
  gboolean is_assumption;
  gint64 value;
  const char *text;
  CdDate from, to;
  CdRuleStatus status;
  char *source; /* (owned) */
  CdJson entry; /* of the series; a child of the CdFigure's own @series */
  CdJson series;
} CdFigure;

void cd_figure_clear (CdFigure *figure);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CdFigure, cd_figure_clear)

/* Registers the series in the pack; a copy for the struct that holds it. %NULL when the member is missing (a fault when @required). */
CdRuleSeries *cd_pack_read_series (CdPackReader *reader, const CdJson *at, const char *member, const CdFigureSpec *spec, gboolean required);
/* Reads, registers and picks. FALSE when the member is missing or nothing can be picked. */
gboolean cd_pack_read_figure (CdPackReader *reader, const CdJson *at, const char *member, const CdFigureSpec *spec, gboolean required, CdFigure *out);
/* The JSON value that was picked (of %CD_FIGURE_LIST, %CD_FIGURE_TEXT); @holder keeps the chain of parents. */
gboolean cd_figure_node (const CdFigure *figure, CdJson *holder, CdJson *out);

/* "KEY document, number (date), clause" of @at's "source" and "clause"; never NULL. */
char *cd_pack_read_source (CdPackReader *reader, const CdJson *at);
gboolean cd_pack_read_status (CdPackReader *reader, const CdJson *at, CdRuleStatus *out);
/* {"zh","en"}: not empty, no controls and no characters that turn the direction of a line. */
gboolean cd_pack_read_name (CdPackReader *reader, const CdJson *at, const char *member, char **zh, char **en);
/* An identifier: letters, digits, '.', '_' and '-', at most 40, starting with a letter or digit, no "..". */
gboolean cd_pack_read_id (CdPackReader *reader, const CdJson *at, const char *member, char **out);
gboolean cd_pack_read_word (CdPackReader *reader, const CdJson *at, const char *member, const char *const *words, int *out);
gboolean cd_pack_read_text (CdPackReader *reader, const CdJson *at, const char *member, char **out);
/* A date or null. */
void cd_pack_read_date_or_null (CdPackReader *reader, const CdJson *at, const char *member, CdDate *out);
gboolean cd_pack_read_years (CdPackReader *reader, const CdJson *at, int *from, int *to);

/* The halves. */
void cd_pack_read_market (CdPackReader *reader, const CdJson *root);
void cd_pack_read_modes (CdPackReader *reader, const CdJson *market);
void cd_pack_read_instruments (CdPackReader *reader, const CdJson *market);
void cd_pack_read_scheme (CdPackReader *reader, const CdJson *root);
void cd_pack_read_compliance_years (CdPackReader *reader, const CdJson *scheme);
void cd_pack_read_allocation (CdPackReader *reader, const CdJson *at);
void cd_pack_read_borrowing (CdPackReader *reader, const CdJson *at);
void cd_pack_read_examples (CdPackReader *reader, const CdJson *root);

/* One example computed: the engine's answer in the form of "expect"; (transfer full) (nullable): %NULL = not computable. */
char *cd_pack_example_compute (const CdPack *pack, const CdPackExample *example, GError **error);

G_END_DECLS
