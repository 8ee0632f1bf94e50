/* cd-venue-figures.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the rules of surrender and offset look at, per compliance year. The ledger's buckets know no year, so what was reserved,
 * submitted and surrendered for one is counted from the instructions themselves, those under way included.
 */
#include "cd-venue-private.h"

#include <string.h>

/* One asset of one account for one year. */
typedef struct
{
  gint64 reserved;  /* 待抵销, free to be surrendered or released */
  gint64 in_flight; /* reservations and releases that nobody confirmed yet: they take room too */
  gint64 submitted; /* in a surrender under way */
  gint64 surrendered;
} Tally;

static gint64
sum_of (const GArray *lines, const char *asset)
{
  gint64 sum = 0;

  for (guint i = 0; lines && i < lines->len; i++)
    if (g_str_equal (g_array_index (lines, CdWireLine, i).asset, asset))
      sum += g_array_index (lines, CdWireLine, i).qty;
  return sum;
}

static void
count_one (const CdVenueInstruction *in, const char *asset, Tally *t)
{
  const CdWireInstruction *c = in->content;
  gboolean done = in->life->state == CD_INSTRUCTION_EXECUTED;
  gint64 credits, all;

  if (!done && cd_instruction_is_final (in->life))
    return;
  if (c->kind == CD_WIRE_INSTRUCTION_SURRENDER)
    {
      credits = sum_of (c->credits, asset);
      all = credits + sum_of (c->allowances, asset);
      t->reserved -= credits;
      *(done ? &t->surrendered : &t->submitted) += all;
      return;
    }
  if (g_strcmp0 (c->asset, asset) != 0)
    return;
  if (c->kind == CD_WIRE_INSTRUCTION_RESERVE)
    *(done ? &t->reserved : &t->in_flight) += c->qty;
  else if (c->kind == CD_WIRE_INSTRUCTION_RELEASE)
    {
      t->reserved -= c->qty;
      if (!done)
        t->in_flight += c->qty;
    }
}

static Tally
tally (const CdVenue *venue, const char *account, const char *asset, int year)
{
  Tally t = { 0 };

  for (guint i = 0; i < venue->instructions->len; i++)
    {
      const CdVenueInstruction *in = g_ptr_array_index (venue->instructions, i);

      if (in->content->year == year && g_str_equal (in->life->account, account))
        count_one (in, asset, &t);
    }
  return t;
}

gint64
cd_venue_reserved (const CdVenue *venue, const char *account, const char *asset, int year)
{
  return tally (venue, account, asset, year).reserved;
}

/* --- Input of the evaluation ------------------------------------------------------------------------------------------- */

typedef struct
{
  CdObligationInput input;
  GArray *vintages, *credits;
  gint64 in_flight;
} Figures;

static void
figures_clear (Figures *f)
{
  g_clear_pointer (&f->vintages, g_array_unref);
  g_clear_pointer (&f->credits, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Figures, figures_clear)

static gint64
balance (const CdVenue *venue, const CdVenueObligation *o, const char *asset, CdBucket bucket)
{
  return cd_ledger_balance (venue->ledger, o->account, asset, bucket);
}

static void
add_allowance (const CdVenue *venue, const CdVenueObligation *o, const CdInstrument *instrument, Figures *f)
{
  const char *code = instrument->code;
  Tally t = tally (venue, o->account, code, o->year);
  CdVintageHolding v = {
    .code = code,
    .vintage = instrument->vintage,
    .trading = balance (venue, o, code, CD_BUCKET_TRADING),
    .registry = balance (venue, o, code, CD_BUCKET_REGISTRY),
    .bought_today = balance (venue, o, code, CD_BUCKET_BOUGHT_TODAY),
    .order_locked = balance (venue, o, code, CD_BUCKET_ORDER_LOCKED),
    .submitted = t.submitted,
    .surrendered = t.surrendered,
  };

  g_array_append_val (f->vintages, v);
}

static void
add_credit (const CdVenue *venue, const CdVenueObligation *o, const CdInstrument *instrument, Figures *f)
{
  const char *code = instrument->code;
  Tally t = tally (venue, o->account, code, o->year);
  CdCreditHolding c = {
    .code = code,
    .type = "CCER",
    .project_type = instrument->project_type,
    .origin = instrument->origin,
    .registered = instrument->registered,
    .generated = CD_DATE_NONE,
    .trading = balance (venue, o, code, CD_BUCKET_TRADING),
    .registry = balance (venue, o, code, CD_BUCKET_REGISTRY),
    .bought_today = balance (venue, o, code, CD_BUCKET_BOUGHT_TODAY),
    .reserved = t.reserved,
    .submitted = t.submitted,
    .used = t.surrendered,
  };

  f->in_flight += t.in_flight;
  g_array_append_val (f->credits, c);
}

static gboolean
fill_figures (const CdVenue *venue, const CdVenueObligation *o, Figures *f)
{
  const CdPack *pack = NULL;

  for (gsize p = 0; p < venue->n_packs; p++)
    if (g_strcmp0 (venue->packs[p]->id, o->market) == 0)
      pack = venue->packs[p];
  if (!pack || !pack->scheme)
    return FALSE;
  f->vintages = g_array_new (FALSE, FALSE, sizeof (CdVintageHolding));
  f->credits = g_array_new (FALSE, FALSE, sizeof (CdCreditHolding));
  for (guint i = 0; i < venue->books->len; i++)
    {
      const CdInstrument *instrument = ((const CdVenueBook *)g_ptr_array_index (venue->books, i))->instrument;

      if (instrument->kind == CD_INSTRUMENT_ALLOWANCE)
        add_allowance (venue, o, instrument, f);
      else if (instrument->kind == CD_INSTRUMENT_CREDIT)
        add_credit (venue, o, instrument, f);
    }
  f->input = (CdObligationInput){
    .scheme = pack->scheme,
    .market = pack->market,
    .year = o->year,
    .sector = o->sector,
    .verified = { o->verified_e3 },
    .verified_final = TRUE,
    .approved = o->approved,
    .issued = o->issued,
    .vintages = (const CdVintageHolding *)f->vintages->data,
    .n_vintages = f->vintages->len,
    .credits = (const CdCreditHolding *)f->credits->data,
    .n_credits = f->credits->len,
    .now_us = venue->now_us,
    .as_of = CD_DATE_NONE,
  };
  return TRUE;
}

/* --- Checks ---------------------------------------------------------------------------------------------------------- */

static gboolean
refuse_room (CdWireAnswer *answer, gint64 room, gint64 qty)
{
  if (qty <= room)
    return TRUE;
  cd_venue_reject (answer, "offset.room");
  answer->has_ab = TRUE;
  answer->a = MAX (0, room);
  answer->b = qty;
  return FALSE;
}

/* Reservations under way that fall under the sub-cap @id. */
static gint64
in_flight_of (const CdVenue *venue, const CdVenueObligation *o, const CdObligation *figures, const char *id)
{
  gint64 sum = 0;

  for (guint i = 0; i < figures->lots->len; i++)
    {
      const CdLotVerdict *lot = g_ptr_array_index (figures->lots, i);

      if (g_strcmp0 (lot->sub_cap, id) == 0)
        sum += tally (venue, o->account, lot->code, o->year).in_flight;
    }
  return sum;
}

gboolean
cd_venue_check_reserve (CdVenue *venue, const char *account, const CdWireInstruction *c, CdWireAnswer *answer)
{
  CdVenueObligation *o = cd_venue_find_obligation (venue, account, c->year);
  g_auto (Figures) f = { 0 };
  g_autoptr (CdObligation) figures = NULL;
  const CdLotVerdict *lot = NULL;

  if (!o || o->closed || !fill_figures (venue, o, &f))
    {
      cd_venue_reject (answer, "year.closed");
      return FALSE;
    }
  figures = cd_obligation_evaluate (&f.input, NULL);
  for (guint i = 0; figures && i < figures->lots->len; i++)
    if (g_str_equal (((CdLotVerdict *)g_ptr_array_index (figures->lots, i))->code, c->asset))
      lot = g_ptr_array_index (figures->lots, i);
  if (!lot || lot->eligible != CD_ELIGIBLE)
    {
      cd_venue_reject (answer, "offset.ineligible");
      return FALSE;
    }
  for (guint i = 0; i < figures->sub_rooms->len; i++)
    {
      const CdSubRoom *room = g_ptr_array_index (figures->sub_rooms, i);

      if (g_strcmp0 (room->id, lot->sub_cap) == 0 && !refuse_room (answer, room->cap - room->used - in_flight_of (venue, o, figures, room->id), c->qty))
        return FALSE;
    }
  return refuse_room (answer, figures->offset_room - f.in_flight, c->qty);
}

/* The code stands before the first colon of the message. */
static void
reject_by_error (CdWireAnswer *answer, const GError *error)
{
  const char *colon = strchr (error->message, ':');
  g_autofree char *code = colon ? g_strndup (error->message, (gsize)(colon - error->message)) : NULL;

  cd_venue_reject (answer, code && strchr (code, '.') && !strchr (code, ' ') ? code : "request.malformed");
  g_free (answer->detail);
  answer->detail = g_strdup (error->message);
}

/* FALSE when an asset stands on two lines: each line would be checked against the same balance. */
static gboolean
collect_lines (const GArray *lines, GArray *out)
{
  for (guint i = 0; lines && i < lines->len; i++)
    {
      const CdWireLine *line = &g_array_index (lines, CdWireLine, i);
      const CdSurrenderLine item = { line->asset, line->qty };

      for (guint k = 0; k < out->len; k++)
        if (g_str_equal (g_array_index (out, CdSurrenderLine, k).code, line->asset))
          return FALSE;
      g_array_append_val (out, item);
    }
  return TRUE;
}

gboolean
cd_venue_check_surrender (CdVenue *venue, const char *account, const CdWireInstruction *c, CdWireAnswer *answer)
{
  CdVenueObligation *o = cd_venue_find_obligation (venue, account, c->year);
  g_autoptr (GArray) allowances = g_array_new (FALSE, FALSE, sizeof (CdSurrenderLine));
  g_autoptr (GArray) credits = g_array_new (FALSE, FALSE, sizeof (CdSurrenderLine));
  g_auto (Figures) f = { 0 };
  g_autoptr (GError) error = NULL;

  if (!o || o->closed || !fill_figures (venue, o, &f))
    {
      cd_venue_reject (answer, "year.closed");
      return FALSE;
    }
  if (!collect_lines (c->allowances, allowances) || !collect_lines (c->credits, credits))
    {
      cd_venue_reject (answer, "request.malformed");
      answer->detail = g_strdup ("expected one line for each asset");
      return FALSE;
    }
  if (cd_surrender_check (&f.input, (const CdSurrenderLine *)allowances->data, allowances->len, (const CdSurrenderLine *)credits->data, credits->len, &error))
    return TRUE;
  reject_by_error (answer, error);
  return FALSE;
}
