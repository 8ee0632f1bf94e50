/* cd-desk-new.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parts that a desk owns, made and unmade.
 */
#include "cd-approval-file.h"
#include "cd-desk-private.h"

static void
desk_cash_free (gpointer data)
{
  g_free (data);
}

void
cd_desk_parts_new (CdDesk *self)
{
  self->imports = g_ptr_array_new_with_free_func (g_free);
  self->cancellable = g_cancellable_new ();
  self->packs = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_pack_free);
  self->box = cd_feed_box_new ();
  self->update = cd_feed_update_new ();
  self->quotes = g_list_store_new (CD_TYPE_QUOTE);
  self->quote_by_code = g_hash_table_new (g_str_hash, g_str_equal);
  self->series = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)cd_desk_series_free);
  self->blocks = g_array_new (FALSE, FALSE, sizeof (CdFeedBlock));
  self->listings = g_array_new (FALSE, FALSE, sizeof (CdListing));
  self->persons = g_ptr_array_new ();
  self->entities = g_ptr_array_new ();
  self->orders = g_list_store_new (CD_TYPE_ORDER_ROW);
  self->order_by_key = g_hash_table_new (g_str_hash, g_str_equal);
  self->order_by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->staged = g_list_store_new (CD_TYPE_STAGED_ROW);
  self->own_rules = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, cd_desk_own_free);
  self->differences = g_list_store_new (CD_TYPE_DIFFERENCE_ROW);
  self->sighted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->ledger = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  cd_desk_periodic_init (self);
  self->plan_day = CD_DATE_NONE;
  self->fills = g_list_store_new (CD_TYPE_FILL_ROW);
  self->gaps = g_list_store_new (CD_TYPE_GAP_ROW);
  self->fill_by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->requests = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)cd_desk_request_free);
  self->last_seq = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->holdings = g_list_store_new (CD_TYPE_HOLDING_ROW);
  self->instructions = g_list_store_new (CD_TYPE_INSTRUCTION_ROW);
  self->instruction_by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->obligations = g_list_store_new (CD_TYPE_OBLIGATION_ROW);
  self->holdings_asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->cash = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, desk_cash_free);
  self->settlements = g_array_new (FALSE, FALSE, sizeof (CdSettlement));
  self->approvals = g_list_store_new (CD_TYPE_REQUEST_ROW);
  self->deputies = g_list_store_new (CD_TYPE_DEPUTY_ROW);
  self->vetoes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, cd_desk_veto_free);
  self->movements = g_list_store_new (CD_TYPE_MOVEMENT_ROW);
  self->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, cd_desk_file_free);
  self->decided = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)cd_approval_file_free);
  self->log = g_list_store_new (CD_TYPE_LOG_ROW);
  cd_desk_newest_new (self);
}

void
cd_desk_parts_free (CdDesk *self)
{
  /* Waits for what is being read. */
  g_clear_pointer (&self->reader, cd_worker_free);
  g_clear_pointer (&self->imports, g_ptr_array_unref);
  g_clear_pointer (&self->requests, g_hash_table_unref);
  g_clear_pointer (&self->quote_by_code, g_hash_table_unref);
  g_clear_object (&self->quotes);
  g_clear_pointer (&self->series, g_hash_table_unref);
  g_clear_pointer (&self->blocks, g_array_unref);
  g_clear_pointer (&self->listings, g_array_unref);
  g_clear_pointer (&self->persons, g_ptr_array_unref);
  g_clear_pointer (&self->entities, g_ptr_array_unref);
  g_clear_pointer (&self->order_by_key, g_hash_table_unref);
  g_clear_pointer (&self->order_by_id, g_hash_table_unref);
  g_clear_object (&self->orders);
  g_clear_pointer (&self->fill_by_id, g_hash_table_unref);
  g_clear_object (&self->differences);
  g_clear_pointer (&self->sighted, g_hash_table_unref);
  g_clear_pointer (&self->ledger, g_hash_table_unref);
  g_clear_object (&self->staged);
  g_clear_pointer (&self->own_rules, g_hash_table_unref);
  g_clear_object (&self->fills);
  g_clear_object (&self->gaps);
  g_clear_pointer (&self->last_seq, g_hash_table_unref);
  g_clear_object (&self->holdings);
  g_clear_pointer (&self->instruction_by_id, g_hash_table_unref);
  g_clear_object (&self->instructions);
  g_clear_object (&self->obligations);
  g_clear_pointer (&self->holdings_asked, g_hash_table_unref);
  g_clear_pointer (&self->cash, g_hash_table_unref);
  g_clear_pointer (&self->settlements, g_array_unref);
  g_clear_object (&self->approvals);
  g_clear_object (&self->deputies);
  g_clear_pointer (&self->vetoes, g_hash_table_unref);
  g_clear_object (&self->movements);
  g_clear_pointer (&self->statement_epoch, g_free);
  g_clear_pointer (&self->files, g_hash_table_unref);
  g_clear_pointer (&self->decided, g_hash_table_unref);
  g_clear_object (&self->log);
  cd_desk_newest_free (self);
  g_clear_pointer (&self->update, cd_feed_update_free);
  g_clear_pointer (&self->box, cd_feed_box_unref);
  g_clear_pointer (&self->packs, g_ptr_array_unref);
  g_clear_pointer (&self->ready, cd_venue_ready_free);
  g_clear_pointer (&self->level_code, g_free);
}
