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
  if (state == CD_MD_BLOCK_OPEN)
    return;
  if (block->ref != 0 && cd_match_cancel (cd_venue_find_book (venue, block->code)->blocks, block->ref) != CD_MATCH_OK)
    g_error ("intent %s: it should stand", block->id);
  g_ptr_array_remove (venue->blocks, block);
}

CdMatchResult
cd_venue_block_open (CdVenue *venue, CdVenueBook *book, const CdVenueDraft *draft, CdVenueOrder *order)
{
  CdVenueBlock *block = g_new0 (CdVenueBlock, 1);
  const CdMatchOrder m = cd_venue_match_order (venue, book, draft, block);
  CdMatchResult result = book->blocks ? cd_match_enter (book->blocks, &m, &block->ref) : CD_MATCH_NOT_HERE;

  if (result != CD_MATCH_OK)
    {
      g_free (block);
      return result;
    }
  block->id = g_strdup_printf ("B%" G_GUINT64_FORMAT, ++venue->next_receipt);
  block->code = g_strdup (book->instrument->code);
  block->party = g_strdup (draft->account);
  block->side = draft->side;
  block->price_e4 = draft->price_e4;
  block->qty = draft->qty;
  block->order = order;
  g_ptr_array_add (venue->blocks, block);
  cd_venue_block_done (venue, block, CD_MD_BLOCK_OPEN);
  return CD_MATCH_OK;
}

static CdVenueBlock *
find_block (CdVenue *venue, const CdVenueBook *book, const char *id)
{
  for (guint i = 0; id && i < venue->blocks->len; i++)
    {
      CdVenueBlock *block = g_ptr_array_index (venue->blocks, i);

      if (g_str_equal (block->id, id) && g_str_equal (block->code, book->instrument->code))
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

CdMatchResult
cd_venue_block_probe (CdVenue *venue, CdVenueBook *book, const CdVenueDraft *draft)
{
  const CdVenueBlock *block = find_block (venue, book, draft->listing);
  const CdMatchOrder m = cd_venue_match_order (venue, book, draft, NULL);

  return block ? cd_match_probe (book->blocks, &m, block->ref) : CD_MATCH_GONE;
}

/* A block order takes an open intent whole, at its price. */
CdMatchResult
cd_venue_block_take (CdVenue *venue, CdVenueBook *book, CdVenueOrder *taker, const char *listing)
{
  CdVenueBlock *block = find_block (venue, book, listing);
  const CdVenueDraft draft = { .account = taker->account, .side = taker->side, .price_e4 = taker->price_e4, .qty = taker->qty };
  const CdMatchOrder m = cd_venue_match_order (venue, book, &draft, taker);
  CdVenueOrder *maker;
  CdMatchResult result;
  CdMatchExec exec;

  if (!block)
    return CD_MATCH_GONE;
  result = cd_match_probe (book->blocks, &m, block->ref);
  if (result != CD_MATCH_OK)
    return result;
  maker = block->order;
  if (!maker)
    {
      /* Clients lock when they declare an intent, participants when it is taken. */
      const CdVenueDraft declared = { .account = block->party, .by = block->party, .side = block->side, .kind = CD_KIND_BLOCK, .price_e4 = block->price_e4, .qty = block->qty };

      maker = cd_venue_announce (venue, book, &declared);
    }
  if (!maker)
    return CD_MATCH_GONE;
  cd_match_take (book->blocks, &m, block->ref);
  block->ref = 0;
  while (cd_match_next_exec (book->blocks, &exec))
    cd_venue_fill (venue, book, maker, taker, exec.qty);
  cd_venue_block_done (venue, block, CD_MD_BLOCK_DONE);
  return CD_MATCH_OK;
}
