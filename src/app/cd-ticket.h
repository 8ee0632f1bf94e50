/* cd-ticket.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a person typed into the ticket as figures of an order (reliability E1). Pure: no widget, no clock. Whatever can be read in
 * two ways, or says two things at once, is refused and names its field.
 */
#pragma once

#include "cd-market.h"

G_BEGIN_DECLS

#define CD_TICKET_ERROR (cd_ticket_error_quark ())
GQuark cd_ticket_error_quark (void);
/* What a number itself is refused for comes as CD_NUM_ERROR. */
typedef enum
{
  CD_TICKET_ERROR_NOT_POSITIVE = 1, /* nought or less */
  CD_TICKET_ERROR_BOTH = 2,         /* quantity and amount typed: one must be derived from the other */
  CD_TICKET_ERROR_NO_PRICE = 3,     /* an amount without a price */
  CD_TICKET_ERROR_TOO_LITTLE = 4,   /* the amount buys less than one lot */
  CD_TICKET_ERROR_UNTIL = 5,        /* no such day or time, or not as YYYY-MM-DD HH:MM */
  CD_TICKET_ERROR_UNTIL_PAST = 6,
} CdTicketError;

typedef enum
{
  CD_TICKET_PRICE,
  CD_TICKET_QTY,
  CD_TICKET_AMOUNT,
  CD_TICKET_UNTIL,
  CD_TICKET_N_FIELDS,
} CdTicketField;

/**
 * CdTicketTexts: the fields as they stand; %NULL or "" = empty.
 */
typedef struct
{
  const char *text[CD_TICKET_N_FIELDS];
} CdTicketTexts;

/**
 * CdTicketFigures: @price_e4 and @qty 0 = not typed yet; @until_us 0 = as the market has it.
 */
typedef struct
{
  gint64 price_e4;
  gint64 qty;
  gboolean qty_derived; /* from the amount */
  gint64 until_us;
} CdTicketFigures;

/**
 * cd_ticket_read:
 * @style: how the person's locale writes numbers
 * @lot: units of one lot; a derived quantity is cut down to whole lots
 * @zone: of the market; "HH:MM" alone is today
 * @now_us: market time
 * @field: (out): the field that is refused
 *
 * Returns: %FALSE with @error (CD_NUM_ERROR or CD_TICKET_ERROR); @out is then not to be used
 */
gboolean cd_ticket_read (const CdTicketTexts *texts, const CdNumberStyle *style, gint64 lot, const CdZone *zone, gint64 now_us, CdTicketFigures *out, CdTicketField *field, GError **error);

/**
 * cd_ticket_readings:
 * @first: (out) (transfer full): @typed with its mark as the decimal mark
 * @second: (out) (transfer full): @typed with its mark between groups
 *
 * The two readings of what %CD_NUM_ERROR_AMBIGUOUS refused.
 */
void cd_ticket_readings (const char *typed, char **first, char **second);

/* The first character of @typed that cannot be seen, 0 = none. */
gunichar cd_ticket_hidden (const char *typed);

/* Kinds of order that the mode of @market allows on @day, best first; returns how many were written (at most 3). */
gsize cd_ticket_kinds (const CdMarket *market, CdMode mode, CdDate day, CdOrderKind kinds[3]);

/* The end of the mode's last session of today; 0 when it is over, or no rule says. */
gint64 cd_ticket_close_us (const CdMarket *market, CdMode mode, gint64 now_us);

G_END_DECLS
