/* cd-desk-obligation-rows.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The rows of the obligations: what the registry says is owed, evaluated, with the price of covering it now.
 */
#include "cd-desk-private.h"

#define TICKS_AN_UPDATE 4

static CdObligationRow *
find_row (CdDesk *self, const char *account, int year)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->obligations));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdObligationRow) row = g_list_model_get_item (G_LIST_MODEL (self->obligations), i);

      if (row->year == year && g_strcmp0 (row->account, account) == 0)
        return row;
    }
  return NULL;
}

static const CdEntity *
find_entity (CdDesk *self, const char *account)
{
  for (guint i = 0; i < self->entities->len; i++)
    {
      const CdEntity *entity = g_ptr_array_index (self->entities, i);

      if (g_strcmp0 (entity->id, account) == 0)
        return entity;
    }
  return NULL;
}

void
cd_desk_obligations_apply (CdDesk *self, const char *account, const CdWireList *list)
{
  const CdEntity *entity = find_entity (self, account);

  for (guint i = 0; i < list->items->len; i++)
    {
      const CdWireObligationRow *item = &g_array_index (list->items, CdWireObligationRow, i);
      CdObligationRow *row = find_row (self, account, item->year);

      if (!row)
        {
          row = g_object_new (CD_TYPE_OBLIGATION_ROW, NULL);
          row->account = g_strdup (account);
          row->sector = g_strdup (item->sector);
          row->market = g_strdup (entity ? entity->market : "");
          row->name_zh = g_strdup (entity ? entity->name_zh : account);
          row->name_en = g_strdup (entity ? entity->name : account);
          row->year = item->year;
          g_list_store_append (self->obligations, row);
          g_object_unref (row);
        }
      row->verified.e3 = item->verified_e3;
      row->approved = item->approved;
      row->issued = item->issued;
      row->closed = item->closed;
    }
  self->registry_boot_us = cd_env_boot_us (self->env);
  cd_desk_obligations_update (self);
}

static void
mark_eligibility (CdDesk *self, CdObligationRow *row)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->quotes));
  const CdPack *pack = cd_desk_get_pack (self, row->market);
  const CdOffsetRule *rule = pack ? cd_scheme_offset_rule (pack->scheme, row->year) : NULL;
  CdDate today = pack ? cd_zone_date_of (pack->scheme->zone, cd_desk_get_market_time (self), NULL) : 0;

  for (guint i = 0; rule && i < n; i++)
    {
      g_autoptr (CdQuote) quote = g_list_model_get_item (G_LIST_MODEL (self->quotes), i);

      if (quote->instrument && quote->instrument->kind == CD_INSTRUMENT_CREDIT)
        {
          const CdCreditHolding lot = {
            .code = quote->code,
            .type = "CCER",
            .project_type = quote->instrument->project_type,
            .origin = quote->instrument->origin,
            .registered = quote->instrument->registered,
            .generated = CD_DATE_NONE,
          };

          quote->offset_ineligible = cd_offset_eligibility (rule, &lot, today, NULL) != CD_ELIGIBLE;
        }
    }
}

static void
update_row (CdDesk *self, CdObligationRow *row)
{
  const CdPack *pack = cd_desk_get_pack (self, row->market);
  const CdComplianceYear *year = pack && pack->scheme ? cd_scheme_year (pack->scheme, row->year, row->sector) : NULL;
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&row->figures, cd_obligation_free);
  g_clear_pointer (&row->problem, g_free);
  row->has_cover_now = FALSE;
  row->now_us = cd_desk_get_market_time (self);
  if (year && !row->label_zh)
    {
      row->label_zh = g_strdup (year->label_zh);
      row->label_en = g_strdup (year->label_en);
    }
  row->figures = cd_desk_evaluate (self, row, NULL, 0, &error);
  if (!row->figures)
    row->problem = g_strdup (error->message);
  else
    cd_desk_cover_row (self, row);
  cd_row_changed (CD_ROW (row));
}

void
cd_desk_obligations_update (CdDesk *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->obligations));
  CdObligationRow *due = cd_desk_current_obligation (self, self->entity);

  if (due)
    mark_eligibility (self, due);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CdObligationRow) row = g_list_model_get_item (G_LIST_MODEL (self->obligations), i);

      update_row (self, row);
    }
}

void
cd_desk_obligations_tick (CdDesk *self)
{
  if (self->obligations_tick++ % TICKS_AN_UPDATE == 0 && cd_desk_get_market_time (self) != 0)
    cd_desk_obligations_update (self);
}

/* Own and earlier vintages first, then later ones only as far as the year's own do not reach: never by default. */
void
cd_desk_suggest_surrender (CdDesk *self, CdObligationRow *row, GArray *allowances, GArray *credits)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->holdings));
  const CdPack *pack = cd_desk_get_pack (self, row->market);
  const CdComplianceYear *year = pack && pack->scheme ? cd_scheme_year (pack->scheme, row->year, row->sector) : NULL;
  gint64 left = row->figures ? row->figures->remaining : 0;

  for (guint i = 0; i < n && left > 0; i++)
    {
      g_autoptr (CdHoldingRow) holding = g_list_model_get_item (G_LIST_MODEL (self->holdings), i);
      CdSurrenderLine line = { holding->asset, 0 };
      gint64 ours[CD_HOLDING_BUCKETS];

      if (g_strcmp0 (holding->account, row->account) != 0)
        continue;
      cd_desk_bound_for (self, holding, row->year, ours);
      line.qty = MIN (ours[CD_BUCKET_PENDING_OFFSET], left);
      if (line.qty <= 0)
        continue;
      g_array_append_val (credits, line);
      left -= line.qty;
    }
  for (guint i = 0; year && i < n && left > 0; i++)
    {
      g_autoptr (CdHoldingRow) holding = g_list_model_get_item (G_LIST_MODEL (self->holdings), i);
      gint64 qty = MIN (holding->bucket[CD_BUCKET_REGISTRY], left);
      const CdSurrenderLine line = { holding->asset, qty };

      if (qty <= 0 || holding->vintage == 0 || holding->vintage > row->year || g_strcmp0 (holding->account, row->account) != 0 || !cd_compliance_year_accepts (year, holding->vintage))
        continue;
      g_array_append_val (allowances, line);
      left -= qty;
    }
}
