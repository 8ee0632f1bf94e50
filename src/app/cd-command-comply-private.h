/* cd-command-comply-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * compliance evaluate in two halves: reading entities, and saying their obligations.
 */
#pragma once

#include "cd-command-table-private.h"
#include "cd-obligation.h"

G_BEGIN_DECLS

typedef struct
{
  const char *entity, *sector;
  guint row; /* its first row in the table */
  gint64 verified_e3, approved, issued, prev_year_e3, price_e4, cover_price_e4;
  gboolean has_verified, has_approved, has_issued, has_prev_year, has_price, has_cover_price, final;
  GArray *vintages; /* CdVintageHolding */
  GArray *credits;  /* CdCreditHolding */
} CdCommandEntity;

/**
 * CdCommandHoldings: what reading the holdings needs.
 * @pack: of the market; its instruments come first
 * @others: (element-type CdPack): the other built-in packs, for lots of credits that trade elsewhere
 */
typedef struct
{
  CdCommandTable *table;
  const CdPack *pack;
  GPtrArray *others;
} CdCommandHoldings;

/* An instrument of the packs by its code; (nullable) (transfer none). */
const CdInstrument *cd_command_instrument (const CdCommandHoldings *holdings, const char *code);
/* Whether a column is named after an instrument of the packs: CODE or CODE.bucket. */
gboolean cd_command_is_holding_column (const char *name, gpointer holdings);
/* Adds the holdings of one row to @entity. */
void cd_command_read_holdings (CdCommandHoldings *holdings, guint row, CdCommandEntity *entity);

/* One entity's answer as a row and as an object. @year: the row of rules it was computed by */
void cd_command_say_obligation_header (CdCommandIo *io);
void cd_command_say_obligation (CdCommandIo *io, const CdPack *pack, const CdCommandEntity *entity, const CdComplianceYear *year, const CdObligation *o);

G_END_DECLS
