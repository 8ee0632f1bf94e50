/* cd-requests-figures.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is said of something that waits for a second person: the same on the sheet and on paper.
 */
#include "cd-requests-sheet.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cd-format.h"
#include "cd-requests-files.h"

#define CHECKS_MAX 32

/* --- Words ----------------------------------------------------------------------------------------------------------- */

char *
cd_requests_content (gpointer row)
{
  char price[CD_FORMAT_BUF], qty[CD_FORMAT_BUF];

  if (CD_IS_REQUEST_ROW (row))
    {
      const CdRequestRow *r = row;

      if (!r->readable)
        return g_strdup (_ ("cannot be read"));
      return g_strdup_printf (_ ("%1$s %2$s %3$s t at %4$s"), cd_format_side (r->side), r->instrument, cd_format_units (r->qty, qty), cd_format_price (r->price_e4, price));
    }
  return g_strdup (((const CdInstructionRow *)row)->summary ? ((const CdInstructionRow *)row)->summary : "");
}

const char *
cd_requests_state (gpointer row)
{
  static const struct
  {
    const char *state, *words;
  } words[] = {
    { "proposed", N_ ("waits for the second person") },
    { "approved", N_ ("approved, not sent") },
    { "placed", N_ ("sent") },
    { "refused", N_ ("refused") },
    { "withdrawn", N_ ("taken back") },
    { "lapsed", N_ ("lapsed") },
  };

  if (!CD_IS_REQUEST_ROW (row))
    {
      const CdInstructionRow *in = row;

      return cd_format_instruction_state (in->unknown ? "unknown" : in->state);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (words[i].state, ((CdRequestRow *)row)->state))
      return ((CdRequestRow *)row)->unknown ? _ ("sent, no answer") : _ (words[i].words);
  return ((CdRequestRow *)row)->state;
}

int
cd_requests_version (gpointer row)
{
  return CD_IS_REQUEST_ROW (row) ? ((CdRequestRow *)row)->version : ((CdInstructionRow *)row)->version;
}

const char *
cd_requests_hash (gpointer row)
{
  return CD_IS_REQUEST_ROW (row) ? ((CdRequestRow *)row)->hash : ((CdInstructionRow *)row)->hash;
}

/* --- Figures --------------------------------------------------------------------------------------------------------- */

typedef struct
{
  CdDesk *desk;
  gpointer row;
  gboolean whole; /* the hash in full */
  CdRequestsFunc func;
  gpointer data;
} Out;

static void
add (Out *self, const char *name, const char *value)
{
  self->func (name, value, CD_TONE_TEXT, self->data);
}

static void
add_hand (Out *self, const char *by, const char *decided_by, const char *deputy_for, const char *reason, gint64 at_us)
{
  g_autofree char *at = cd_format_date_time (NULL, at_us);
  g_autofree char *version = g_strdup_printf ("%d", cd_requests_version (self->row));
  g_autofree char *hash = NULL;

  add (self, _ ("Asked by"), cd_format_person (self->desk, by));
  if (decided_by)
    add (self, _ ("Decided by"), cd_format_person (self->desk, decided_by));
  if (deputy_for)
    add (self, _ ("as deputy of"), cd_format_person (self->desk, deputy_for));
  if (reason && *reason)
    add (self, _ ("Reason"), reason);
  add (self, _ ("State"), cd_requests_state (self->row));
  add (self, _ ("Last change"), at);
  add (self, _ ("Version"), version);
  /* On the screen the beginning, enough to compare; on paper all of it. */
  hash = g_strdup_printf (self->whole ? "%s" : "%.16s…", cd_requests_hash (self->row) ? cd_requests_hash (self->row) : "–");
  add (self, _ ("SHA-256"), hash);
}

static void
show_preview (Out *self, const CdPreview *p)
{
  char a[CD_FORMAT_BUF], b[CD_FORMAT_BUF];

  if (p->has_amount)
    add (self, _ ("Amount ¥"), cd_format_money (p->amount.e4, a));
  add (self, _ ("Cash after ¥"), cd_format_money (p->cash_after_e4, a));
  add (self, _ ("Holding after t"), cd_format_units (p->holding_after, a));
  if (p->has_obligation)
    {
      g_autofree char *coverage = g_strdup_printf ("%s → %s", cd_format_bp (p->coverage_before_bp, a), cd_format_bp (p->coverage_after_bp, b));
      g_autofree char *deadline = p->deadline_us ? cd_format_deadline (NULL, p->deadline_us) : g_strdup (_ ("not verified"));

      add (self, _ ("Coverage"), coverage);
      add (self, _ ("Short after t"), cd_format_units (p->shortfall_after, a));
      add (self, _ ("Deadline"), deadline);
    }
  if (p->is_credit)
    add (self, _ ("Stranded after t"), cd_format_units (p->stranded_after, a));
}

static void
show_request (Out *self, CdRequestRow *row)
{
  CdCheckResult results[CHECKS_MAX];
  CdPreview preview = { 0 };
  char a[CD_FORMAT_BUF];

  cd_desk_request_check (self->desk, row, results, CHECKS_MAX, &preview);
  add (self, _ ("Account"), row->account);
  if (row->readable)
    {
      g_autofree char *kind = g_strdup_printf ("%s · %s", cd_format_side (row->side), cd_format_kind (row->kind));

      add (self, _ ("Order"), kind);
      add (self, _ ("Instrument"), row->instrument);
      add (self, _ ("Price ¥"), cd_format_price (row->price_e4, a));
      add (self, _ ("Quantity t"), cd_format_units (row->qty, a));
      show_preview (self, &preview);
    }
  add_hand (self, row->by, row->decided_by, row->deputy_for, row->reason, row->at_us);
}

/* What is free of the assets that the instruction names, here and now. */
static void
show_balances (Out *self, const CdInstructionRow *row)
{
  GListModel *holdings = cd_desk_get_holdings (self->desk);
  char a[CD_FORMAT_BUF], b[CD_FORMAT_BUF];

  for (guint i = 0; row->summary && i < g_list_model_get_n_items (holdings); i++)
    {
      g_autoptr (CdHoldingRow) h = g_list_model_get_item (holdings, i);
      g_autofree char *name = NULL, *value = NULL;

      if (!g_str_equal (h->account, row->account) || !strstr (row->summary, h->asset))
        continue;
      name = g_strdup_printf (_ ("%s free: register, trading t"), h->asset);
      value = g_strdup_printf ("%s, %s", cd_format_units (h->bucket[CD_BUCKET_REGISTRY], a), cd_format_units (h->bucket[CD_BUCKET_TRADING], b));
      add (self, name, value);
    }
}

static void
show_instruction (Out *self, CdInstructionRow *row)
{
  g_autofree char *content = cd_requests_content (row);
  g_autofree char *file = cd_requests_file_words (self->desk, row);

  add (self, _ ("Account"), row->account);
  add (self, _ ("Instruction"), cd_format_instruction_kind (row->kind));
  add (self, _ ("Content"), content);
  show_balances (self, row);
  if (row->receipt)
    add (self, _ ("Receipt"), row->receipt);
  if (*file)
    add (self, _ ("In a file"), file);
  add_hand (self, row->by, row->confirmed_by, NULL, row->reason, row->at_us);
}

void
cd_requests_each_figure (CdDesk *desk, gpointer row, gboolean whole, CdRequestsFunc func, gpointer data)
{
  Out out = { desk, row, whole, func, data };

  if (CD_IS_REQUEST_ROW (row))
    show_request (&out, row);
  else if (CD_IS_INSTRUCTION_ROW (row))
    show_instruction (&out, row);
}

void
cd_requests_each_check (CdDesk *desk, gpointer row, CdRequestsFunc func, gpointer data)
{
  CdCheckResult results[CHECKS_MAX];
  CdPreview preview;
  gsize n = CD_IS_REQUEST_ROW (row) ? cd_desk_request_check (desk, row, results, CHECKS_MAX, &preview) : 0;

  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *text = cd_format_check (&results[i]);
      gboolean block = results[i].verdict == CD_CHECK_BLOCK, warn = results[i].verdict == CD_CHECK_WARN;

      func (block ? "✗" : warn ? "!"
                               : "✓",
            text, block ? CD_TONE_BLOCK : warn ? CD_TONE_WARN
                                               : CD_TONE_DIM,
            data);
    }
}
