/* cd-venue-hash.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The content of the whole state as one number: two venues with the same number behave the same from here on.
 */
#include "cd-venue-private.h"

#include <string.h>

static guint64
mix (guint64 h, const void *data, gsize len)
{
  const guint8 *p = data;

  for (gsize i = 0; i < len; i++)
    h = (h ^ p[i]) * G_GUINT64_CONSTANT (1099511628211);
  return h;
}

static guint64
mix_text (guint64 h, const char *text)
{
  return text ? mix (h, text, strlen (text) + 1) : mix (h, "", 1);
}

static guint64
mix_orders (guint64 h, const GPtrArray *orders)
{
  for (guint i = 0; i < orders->len; i++)
    {
      const CdVenueOrder *o = g_ptr_array_index (orders, i);
      const gint64 figures[] = { o->price_e4, o->qty, o->cum, o->cash_available_e4, o->cash_unsettled_e4, o->side, o->kind };

      h = mix_text (h, o->order_id);
      h = mix_text (h, o->account);
      h = mix_text (h, o->state);
      h = mix (h, figures, sizeof figures);
    }
  return h;
}

static guint64
mix_book (guint64 h, const CdVenueBook *b)
{
  h = mix (h, &b->seq, sizeof b->seq);
  h = mix (h, &b->trade_seq, sizeof b->trade_seq);
  h = mix (h, &b->stats, sizeof b->stats);
  h = mix (h, &b->close_e4, sizeof b->close_e4);
  h = mix (h, &b->fair_e4, sizeof b->fair_e4);
  h = mix (h, &b->anchor_e4, sizeof b->anchor_e4);
  /* The order of arrival decides who is filled first. */
  for (int s = 0; s < 2; s++)
    for (guint i = 0; i < b->listings[s]->len; i++)
      h = mix_text (h, ((const CdVenueOrder *)g_ptr_array_index (b->listings[s], i))->order_id);
  return h;
}

static guint64
mix_registry (guint64 h, const CdVenue *venue)
{
  for (guint i = 0; i < venue->instructions->len; i++)
    {
      const CdVenueInstruction *in = g_ptr_array_index (venue->instructions, i);

      h = mix_text (h, in->life->key);
      h = mix_text (h, cd_venue_instruction_state (in));
      h = mix_text (h, in->life->hash);
      h = mix_text (h, in->life->receipt);
      h = mix_text (h, in->life->tx_id);
    }
  for (guint i = 0; i < venue->requests->len; i++)
    {
      const CdVenueRequest *r = g_ptr_array_index (venue->requests, i);

      h = mix_text (h, r->id);
      h = mix_text (h, r->state);
      h = mix_text (h, r->hash);
    }
  for (guint i = 0; i < venue->deputies->len; i++)
    {
      const CdVenueDeputy *d = g_ptr_array_index (venue->deputies, i);
      const gint64 figures[] = { d->from, d->to, d->ended };

      h = mix_text (h, d->id);
      h = mix (h, figures, sizeof figures);
    }
  for (guint i = 0; i < venue->obligations->len; i++)
    {
      const CdVenueObligation *o = g_ptr_array_index (venue->obligations, i);
      const gint64 figures[] = { o->year, o->surrendered, o->offset, o->closed };

      h = mix_text (h, o->account);
      h = mix (h, figures, sizeof figures);
    }
  for (guint i = 0; i < venue->purchases->len; i++)
    {
      const CdVenuePurchase *p = g_ptr_array_index (venue->purchases, i);
      const gint64 figures[] = { p->day, p->qty };

      h = mix_text (h, p->account);
      h = mix_text (h, p->asset);
      h = mix (h, figures, sizeof figures);
    }
  for (guint i = 0; i < venue->settlements->len; i++)
    {
      const CdVenueSettlement *s = g_ptr_array_index (venue->settlements, i);
      const gint64 figures[] = { s->day, s->trades, s->bought, s->sold, s->amount_bought_e4, s->amount_sold_e4 };

      h = mix_text (h, s->account);
      h = mix_text (h, s->state);
      h = mix (h, figures, sizeof figures);
    }
  return h;
}

guint64
cd_venue_hash (const CdVenue *venue)
{
  guint64 h = G_GUINT64_CONSTANT (14695981039346656037);
  const guint64 figures[] = { cd_ledger_hash (venue->ledger), (guint64)venue->now_us, venue->rng, venue->next_order, venue->next_exec, venue->next_receipt, (guint64)venue->open_day, (guint64)venue->day_closed, (guint64)venue->silent };

  h = mix (h, figures, sizeof figures);
  h = mix_orders (h, venue->orders);
  for (guint i = 0; i < venue->books->len; i++)
    h = mix_book (h, g_ptr_array_index (venue->books, i));
  h = mix_registry (h, venue);
  for (guint i = 0; i < venue->blocks->len; i++)
    h = mix_text (h, ((const CdVenueBlock *)g_ptr_array_index (venue->blocks, i))->id);
  for (guint i = 0; i < venue->accounts->len; i++)
    {
      const CdVenueAccount *a = g_ptr_array_index (venue->accounts, i);

      h = mix (h, &a->seq, sizeof a->seq);
      h = mix (h, &a->stopped, sizeof a->stopped);
    }
  return h;
}
