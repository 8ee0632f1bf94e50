/* cd-venue-blocks.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Block agreements: intents that stand until a counterparty takes one whole.
 */
#include "cd-venue-private.h"

void
cd_venue_block_done (CdVenue *venue, CdVenueBlock *block, CdMdBlockState state)
{
  CdMdBlock md = { .side = block->side, .price_e4 = block->price_e4, .qty = block->qty, .state = state };

  g_strlcpy (md.id, block->id, sizeof md.id);
  g_strlcpy (md.party, block->party, sizeof md.party);
  if (venue->sink.block)
    venue->sink.block (block->code, &md, venue->sink_data);
  if (state != CD_MD_BLOCK_OPEN)
    g_ptr_array_remove (venue->blocks, block);
}

void
cd_venue_block_open (CdVenue *venue, const char *party, const char *code, CdSide side, gint64 price_e4, gint64 qty, CdVenueOrder *order)
{
  CdVenueBlock *block = g_new0 (CdVenueBlock, 1);

  block->id = g_strdup_printf ("B%" G_GUINT64_FORMAT, ++venue->next_receipt);
  block->code = g_strdup (code);
  block->party = g_strdup (party);
  block->side = side;
  block->price_e4 = price_e4;
  block->qty = qty;
  block->order = order;
  g_ptr_array_add (venue->blocks, block);
  cd_venue_block_done (venue, block, CD_MD_BLOCK_OPEN);
}

static CdVenueBlock *
find_block (CdVenue *venue, const char *id)
{
  for (guint i = 0; id && i < venue->blocks->len; i++)
    {
      CdVenueBlock *block = g_ptr_array_index (venue->blocks, i);

      if (g_str_equal (block->id, id))
        return block;
    }
  return NULL;
}

void
cd_venue_block_withdraw (CdVenue *venue, const CdVenueOrder *order)
{
  for (guint i = 0; i < venue->blocks->len; i++)
    {
      CdVenueBlock *block = g_ptr_array_index (venue->blocks, i);

      if (block->order != order)
        continue;
      cd_venue_block_done (venue, block, CD_MD_BLOCK_WITHDRAWN);
      return;
    }
}

gboolean
cd_venue_block_fits (CdVenue *venue, const char *id, const char *code, const char *taker, CdSide side, gint64 price_e4, gint64 qty)
{
  const CdVenueBlock *block = find_block (venue, id);

  return block && g_str_equal (block->code, code) && block->side != side && block->price_e4 == price_e4 && block->qty == qty && !g_str_equal (block->party, taker);
}

/* A block order takes an open intent whole, at its price. */
const char *
cd_venue_take_block (CdVenue *venue, CdVenueBook *book, CdVenueOrder *taker, const char *listing)
{
  CdVenueBlock *block = find_block (venue, listing);
  CdVenueOrder *maker;

  if (!cd_venue_block_fits (venue, listing, taker->instrument, taker->account, taker->side, taker->price_e4, taker->qty))
    return "pick.gone";
  /* Clients lock when they declare an intent, participants when it is taken. */
  maker = block->order ? block->order : cd_venue_enter (venue, block->party, block->code, block->side, CD_KIND_BLOCK, block->price_e4, block->qty, NULL, block->party, NULL);
  if (!maker)
    return "pick.gone";
  cd_venue_fill (venue, book, maker, taker, taker->qty);
  cd_venue_block_done (venue, block, CD_MD_BLOCK_DONE);
  return NULL;
}
