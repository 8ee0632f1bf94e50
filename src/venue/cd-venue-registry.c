/* cd-venue-registry.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What registry instructions do to the balances: locked when proposed, given back or brought to their end later; and what a
 * content must be for that. Who may do which step is in cd-venue-instruct.c.
 */
#include "cd-venue-private.h"

#include <string.h>

void
cd_venue_obligation_free (gpointer data)
{
  CdVenueObligation *o = data;

  g_free (o->account);
  g_free (o->sector);
  g_free (o->market);
  g_free (o);
}

CdVenueObligation *
cd_venue_find_obligation (const CdVenue *venue, const char *account, int year)
{
  for (guint i = 0; i < venue->obligations->len; i++)
    {
      CdVenueObligation *o = g_ptr_array_index (venue->obligations, i);

      if (o->year == year && g_str_equal (o->account, account))
        return o;
    }
  return NULL;
}

static gint64
balance (const CdVenue *venue, const char *account, const char *asset, CdBucket bucket)
{
  return cd_ledger_balance (venue->ledger, account, asset, bucket);
}

/* --- Locking, giving back, executing ----------------------------------------------------------------------------------- */

/* One lot through the steps of its kind: where it is taken from, where it waits, where it ends. */
static void
move_lot (CdVenue *venue, const char *account, const char *asset, gint64 qty, CdBucket from, CdBucket wait, CdBucket to, CdVenueStep step)
{
  if (step == CD_VENUE_STEP_LOCK)
    cd_venue_move (venue, asset, account, from, account, wait, qty);
  else
    cd_venue_move (venue, asset, account, wait, account, step == CD_VENUE_STEP_BACK ? from : to, qty);
}

static void
move_lines (CdVenue *venue, const char *account, const GArray *lines, CdBucket from, CdVenueStep step)
{
  for (guint i = 0; lines && i < lines->len; i++)
    {
      const CdWireLine *line = &g_array_index (lines, CdWireLine, i);

      move_lot (venue, account, line->asset, line->qty, from, CD_BUCKET_SUBMITTED, CD_BUCKET_SURRENDERED, step);
    }
}

static const char *
cash_asset (const CdVenue *venue, char buf[CD_CURRENCY_BUF])
{
  return cd_currency_print (venue->packs[0]->market->ccy, buf);
}

void
cd_venue_move_content (CdVenue *venue, const char *account, const CdWireInstruction *c, CdVenueStep step)
{
  char ccy[CD_CURRENCY_BUF];
  gboolean to_registry = g_strcmp0 (c->to, "registry") == 0;

  switch (c->kind)
    {
    case CD_WIRE_INSTRUCTION_TRANSFER:
      move_lot (venue, account, c->asset, c->qty, to_registry ? CD_BUCKET_TRADING : CD_BUCKET_REGISTRY, CD_BUCKET_IN_TRANSFER, to_registry ? CD_BUCKET_REGISTRY : CD_BUCKET_TRADING, step);
      break;
    case CD_WIRE_INSTRUCTION_RESERVE:
      move_lot (venue, account, c->asset, c->qty, CD_BUCKET_REGISTRY, CD_BUCKET_IN_TRANSFER, CD_BUCKET_PENDING_OFFSET, step);
      break;
    case CD_WIRE_INSTRUCTION_RELEASE:
      move_lot (venue, account, c->asset, c->qty, CD_BUCKET_PENDING_OFFSET, CD_BUCKET_IN_TRANSFER, CD_BUCKET_REGISTRY, step);
      break;
    case CD_WIRE_INSTRUCTION_CANCEL:
      move_lot (venue, account, c->asset, c->qty, CD_BUCKET_REGISTRY, CD_BUCKET_SUBMITTED, CD_BUCKET_CANCELLED, step);
      break;
    case CD_WIRE_INSTRUCTION_SURRENDER:
      move_lines (venue, account, c->allowances, CD_BUCKET_REGISTRY, step);
      move_lines (venue, account, c->credits, CD_BUCKET_PENDING_OFFSET, step);
      break;
    case CD_WIRE_INSTRUCTION_CASH_IN:
      if (step == CD_VENUE_STEP_DONE)
        cd_venue_move (venue, cash_asset (venue, ccy), "world", CD_BUCKET_WORLD, account, CD_BUCKET_CASH_AVAILABLE, c->amount_e4);
      break;
    case CD_WIRE_INSTRUCTION_CASH_OUT:
      if (step == CD_VENUE_STEP_LOCK)
        cd_venue_move (venue, cash_asset (venue, ccy), account, CD_BUCKET_CASH_AVAILABLE, account, CD_BUCKET_CASH_PENDING_OUT, c->amount_e4);
      else if (step == CD_VENUE_STEP_BACK)
        cd_venue_move (venue, cash_asset (venue, ccy), account, CD_BUCKET_CASH_PENDING_OUT, account, CD_BUCKET_CASH_AVAILABLE, c->amount_e4);
      else
        cd_venue_move (venue, cash_asset (venue, ccy), account, CD_BUCKET_CASH_PENDING_OUT, "world", CD_BUCKET_WORLD, c->amount_e4);
      break;
    case CD_WIRE_INSTRUCTION_NONE:
      break;
    }
}

static gint64
free_for (const CdVenue *venue, const char *account, const CdWireInstruction *c)
{
  char ccy[CD_CURRENCY_BUF];

  switch (c->kind)
    {
    case CD_WIRE_INSTRUCTION_TRANSFER:
      return balance (venue, account, c->asset, g_strcmp0 (c->from, "trading") == 0 ? CD_BUCKET_TRADING : CD_BUCKET_REGISTRY);
    case CD_WIRE_INSTRUCTION_RESERVE:
    case CD_WIRE_INSTRUCTION_CANCEL:
      return balance (venue, account, c->asset, CD_BUCKET_REGISTRY);
    case CD_WIRE_INSTRUCTION_RELEASE:
      return cd_venue_reserved (venue, account, c->asset, c->year);
    case CD_WIRE_INSTRUCTION_CASH_OUT:
      return balance (venue, account, cash_asset (venue, ccy), CD_BUCKET_CASH_AVAILABLE);
    default:
      return G_MAXINT64;
    }
}

/* What the reader of the wire cannot know: names of sub-balances, and figures that mean nothing. */
static const char *
content_fault (const CdWireInstruction *c)
{
  gboolean trading = g_strcmp0 (c->from, "trading") == 0 && g_strcmp0 (c->to, "registry") == 0;
  gboolean registry = g_strcmp0 (c->from, "registry") == 0 && g_strcmp0 (c->to, "trading") == 0;

  if (c->kind == CD_WIRE_INSTRUCTION_TRANSFER && !trading && !registry)
    return "expected from \"trading\" to \"registry\" or the other way";
  if (c->asset && c->qty <= 0)
    return "qty: expected more than 0";
  if ((c->kind == CD_WIRE_INSTRUCTION_CASH_IN || c->kind == CD_WIRE_INSTRUCTION_CASH_OUT) && c->amount_e4 <= 0)
    return "amount: expected more than 0";
  return NULL;
}

/* All cash there is must stay far from what an integer holds. */
static gboolean
cash_fits (const CdVenue *venue, const CdWireInstruction *c)
{
  char ccy[CD_CURRENCY_BUF];
  gint64 outside = balance (venue, "world", cash_asset (venue, ccy), CD_BUCKET_WORLD);

  return c->kind != CD_WIRE_INSTRUCTION_CASH_IN || c->amount_e4 <= G_MAXINT64 / 4 + outside;
}

gboolean
cd_venue_check_content (CdVenue *venue, const char *account, const CdWireInstruction *c, CdWireAnswer *answer)
{
  gint64 need = c->kind == CD_WIRE_INSTRUCTION_CASH_OUT ? c->amount_e4 : c->qty;
  gint64 have = free_for (venue, account, c);
  const char *fault = content_fault (c);

  if (fault)
    {
      cd_venue_reject (answer, "request.malformed");
      answer->detail = g_strdup (fault);
      return FALSE;
    }
  if (!cash_fits (venue, c))
    {
      cd_venue_reject (answer, "amount.overflow");
      return FALSE;
    }
  if (c->asset && !cd_venue_find_book (venue, c->asset))
    {
      cd_venue_reject (answer, "instrument.not_tradable");
      return FALSE;
    }
  if (need > have)
    {
      cd_venue_reject (answer, "balance.insufficient");
      answer->has_ab = TRUE;
      answer->a = need;
      answer->b = have;
      return FALSE;
    }
  if (c->kind == CD_WIRE_INSTRUCTION_RESERVE)
    return cd_venue_check_reserve (venue, account, c, answer);
  if (c->kind == CD_WIRE_INSTRUCTION_SURRENDER)
    return cd_venue_check_surrender (venue, account, c, answer);
  return TRUE;
}

/* What may have changed between proposal and execution although the means are locked. */
gboolean
cd_venue_still_possible (CdVenue *venue, const CdVenueInstruction *in, CdWireAnswer *answer)
{
  const CdWireInstruction *c = in->content;
  const CdVenueObligation *o = cd_venue_find_obligation (venue, in->life->account, c->year);

  if ((c->kind == CD_WIRE_INSTRUCTION_RESERVE || c->kind == CD_WIRE_INSTRUCTION_SURRENDER) && (!o || o->closed))
    cd_venue_reject (answer, "year.closed");
  else if (!cash_fits (venue, c))
    cd_venue_reject (answer, "amount.overflow");
  return answer->verdict != CD_WIRE_REJECTED;
}

/* The number of the last event that changed a balance of what @c is about. */
static guint64
last_change (const CdVenue *venue, const char *account, const CdWireInstruction *c)
{
  const CdVenueAccount *a = cd_venue_account (venue, account);
  const GArray *lines[] = { c->allowances, c->credits };
  char ccy[CD_CURRENCY_BUF];
  guint64 last = GPOINTER_TO_SIZE (g_hash_table_lookup (a->balance_seq, c->asset ? c->asset : cash_asset (venue, ccy)));

  if (c->kind == CD_WIRE_INSTRUCTION_SURRENDER)
    last = 0;
  for (guint k = 0; k < G_N_ELEMENTS (lines); k++)
    for (guint i = 0; lines[k] && i < lines[k]->len; i++)
      last = MAX (last, GPOINTER_TO_SIZE (g_hash_table_lookup (a->balance_seq, g_array_index (lines[k], CdWireLine, i).asset)));
  return last;
}

/* What the sender took for granted is still so (reliability D9). @c: what it is about; @said: what was said about it. */
gboolean
cd_venue_as_expected (const CdVenue *venue, const char *account, const CdWireInstruction *c, const CdWireInstruction *said, CdWireAnswer *answer)
{
  const CdVenueObligation *o = cd_venue_find_obligation (venue, account, c->year);
  guint64 last = last_change (venue, account, c);

  if (said->balance_seq != 0 && last > said->balance_seq)
    {
      cd_venue_reject (answer, "balance.stale");
      answer->has_ab = TRUE;
      answer->a = (gint64)said->balance_seq;
      answer->b = (gint64)last;
      return FALSE;
    }
  if (said->verified_e3 != 0 && (!o || o->verified_e3 != said->verified_e3))
    {
      cd_venue_reject (answer, "obligation.changed");
      return FALSE;
    }
  return TRUE;
}

static gint64
sum_lines (const GArray *lines)
{
  gint64 sum = 0;

  for (guint i = 0; lines && i < lines->len; i++)
    sum += g_array_index (lines, CdWireLine, i).qty;
  return sum;
}

void
cd_venue_count_surrender (CdVenue *venue, const CdVenueInstruction *in)
{
  CdVenueObligation *o = cd_venue_find_obligation (venue, in->life->account, in->content->year);
  CdWireEvent *event;

  if (!o)
    return;
  o->surrendered += sum_lines (in->content->allowances);
  o->offset += sum_lines (in->content->credits);
  o->closed = o->surrendered + o->offset >= o->owed;
  event = cd_venue_event_new (venue, CD_WIRE_EVENT_OBLIGATION, in->life->account);
  event->year = o->year;
  event->owed = o->owed;
  event->surrendered = o->surrendered;
  event->offset = o->offset;
  event->closed = o->closed;
  cd_venue_emit (venue, event);
}
