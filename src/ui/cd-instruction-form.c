/* cd-instruction-form.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-instruction-form.h"

#include <glib/gi18n.h>

#include "cd-format.h"

typedef enum
{
  TO_REGISTER,
  TO_TRADING,
  RESERVE,
  RELEASE,
  SURRENDER,
  CANCELLATION,
  CASH_IN,
  CASH_OUT,
  N_KINDS,
} FormKind;

/* One line of a surrender: an allowance free in the register or a credit bound to the offset. */
typedef struct
{
  char *asset; /* (owned) */
  gboolean credit;
  GtkWidget *entry;
} Line;

struct _CdInstructionForm
{
  GtkWidget parent_instance;

  CdDesk *desk;    /* (owned) */
  GtkWidget *root; /* child */
  GtkWidget *kind, *asset, *qty, *why, *propose, *message;
  GtkWidget *lines;  /* of a surrender */
  GArray *line_rows; /* Line */
  gboolean edited;   /* a person's quantities are not suggested over */
  GPtrArray *assets; /* char* behind the drop-down */
};

G_DEFINE_FINAL_TYPE (CdInstructionForm, cd_instruction_form, GTK_TYPE_WIDGET)

static FormKind
get_kind (CdInstructionForm *self)
{
  return (FormKind)MIN (gtk_drop_down_get_selected (GTK_DROP_DOWN (self->kind)), N_KINDS - 1);
}

static const char *
get_asset (CdInstructionForm *self)
{
  guint i = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->asset));

  return i < self->assets->len ? g_ptr_array_index (self->assets, i) : NULL;
}

static CdObligationRow *
get_obligation (CdInstructionForm *self)
{
  const CdEntity *entity = cd_desk_get_entity (self->desk);
  GListModel *rows = cd_desk_get_obligations (self->desk);

  for (guint i = 0; entity && i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (CdObligationRow) row = g_list_model_get_item (rows, i);

      if (g_str_equal (row->account, entity->id) && !row->closed)
        return row;
    }
  return NULL;
}

static CdBucket
source_bucket (FormKind kind)
{
  switch (kind)
    {
    case TO_REGISTER:
      return CD_BUCKET_TRADING;
    case RELEASE:
      return CD_BUCKET_PENDING_OFFSET;
    default:
      return CD_BUCKET_REGISTRY;
    }
}

/* Only what the kind can move. */
static void
fill_assets (CdInstructionForm *self)
{
  const CdEntity *entity = cd_desk_get_entity (self->desk);
  GListModel *holdings = cd_desk_get_holdings (self->desk);
  FormKind kind = get_kind (self);
  g_autofree char *before = g_strdup (get_asset (self));
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  guint selected = 0;
  gboolean uses_asset = kind != SURRENDER && kind != CASH_IN && kind != CASH_OUT;

  g_ptr_array_set_size (self->assets, 0);
  for (guint i = 0; entity && uses_asset && i < g_list_model_get_n_items (holdings); i++)
    {
      g_autoptr (CdHoldingRow) row = g_list_model_get_item (holdings, i);
      gboolean credit_only = kind == RESERVE || kind == RELEASE;
      char buf[CD_FORMAT_BUF];
      g_autofree char *name = NULL;

      if (!g_str_equal (row->account, entity->id) || row->bucket[source_bucket (kind)] <= 0 || (credit_only && row->vintage != 0))
        continue;
      name = g_strdup_printf (_ ("%1$s — %2$s t free"), row->asset, cd_format_units (row->bucket[source_bucket (kind)], buf));
      if (g_strcmp0 (before, row->asset) == 0)
        selected = self->assets->len;
      gtk_string_list_append (list, name);
      g_ptr_array_add (self->assets, g_strdup (row->asset));
    }
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->asset), G_LIST_MODEL (list));
  if (self->assets->len)
    gtk_drop_down_set_selected (GTK_DROP_DOWN (self->asset), selected);
  gtk_widget_set_sensitive (self->asset, uses_asset);
  gtk_widget_set_sensitive (self->qty, kind != SURRENDER);
}

static void
say (CdInstructionForm *self, const char *text, gboolean bad)
{
  gtk_label_set_text (GTK_LABEL (self->message), text);
  if (bad)
    gtk_widget_add_css_class (self->message, "block-text");
  else
    gtk_widget_remove_css_class (self->message, "block-text");
}

/* --- The lines of a surrender ---------------------------------------------------------------------------------------- */

static void
line_clear (gpointer data)
{
  g_free (((Line *)data)->asset);
}

static gint64
suggested_qty (const GArray *list, const char *asset)
{
  for (guint i = 0; i < list->len; i++)
    if (g_str_equal (g_array_index (list, CdSurrenderLine, i).code, asset))
      return g_array_index (list, CdSurrenderLine, i).qty;
  return 0;
}

/* The quantities as they stand; FALSE with @error when one of them is no number. */
static gboolean
read_lines (CdInstructionForm *self, GArray *allowances, GArray *credits, GError **error)
{
  const char *const *names = g_get_language_names ();

  for (guint i = 0; i < self->line_rows->len; i++)
    {
      const Line *line = &g_array_index (self->line_rows, Line, i);
      const char *text = gtk_editable_get_text (GTK_EDITABLE (line->entry));
      CdSurrenderLine out = { line->asset, 0 };

      if (!*text)
        continue;
      if (!cd_number_parse_typed (text, cd_number_style_for_locale (names[0]), 0, &out.qty, error))
        return FALSE;
      if (out.qty != 0)
        g_array_append_val (line->credit ? credits : allowances, out);
    }
  return TRUE;
}

static void
append_lines (GString *text, const GArray *list)
{
  char buf[CD_FORMAT_BUF];

  for (guint i = 0; i < list->len; i++)
    {
      const CdSurrenderLine *line = &g_array_index (list, CdSurrenderLine, i);

      g_string_append_printf (text, "%s%s %s t", text->len ? " + " : "", line->code, cd_format_units (line->qty, buf));
    }
}

/* What would be proposed, and the reason that stops it, before anything is sent. */
static gboolean
describe_surrender (CdInstructionForm *self)
{
  g_autoptr (GArray) allowances = g_array_new (FALSE, FALSE, sizeof (CdSurrenderLine));
  g_autoptr (GArray) credits = g_array_new (FALSE, FALSE, sizeof (CdSurrenderLine));
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  CdObligationRow *row = get_obligation (self);
  gboolean good = FALSE;

  if (!row)
    say (self, _ ("No open obligation of this entity"), TRUE);
  else if (!read_lines (self, allowances, credits, &error))
    say (self, error->message, TRUE);
  else if (allowances->len + credits->len == 0)
    say (self, _ ("Nothing in the register can be surrendered yet"), TRUE);
  else
    {
      append_lines (text, allowances);
      append_lines (text, credits);
      good = cd_desk_check_surrender (self->desk, row, (const CdSurrenderLine *)allowances->data, allowances->len, (const CdSurrenderLine *)credits->data, credits->len, &error);
      if (!good)
        {
          g_autofree char *words = cd_format_refusal (error->message);

          g_string_append_printf (text, "\n%s", words);
        }
      say (self, text->str, !good);
    }
  gtk_widget_set_sensitive (self->propose, good);
  return good;
}

static void
line_changed_cb (CdInstructionForm *self)
{
  self->edited = TRUE;
  describe_surrender (self);
}

static void
add_line (CdInstructionForm *self, const CdHoldingRow *holding, gboolean credit, gint64 qty)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  Line line = { .asset = g_strdup (holding->asset), .credit = credit, .entry = gtk_entry_new () };
  gint64 there = holding->bucket[credit ? CD_BUCKET_PENDING_OFFSET : CD_BUCKET_REGISTRY];
  char buf[CD_FORMAT_BUF];
  g_autofree char *name = g_strdup_printf (credit ? _ ("%1$s — %2$s t bound to the offset") : _ ("%1$s — %2$s t free in the register"), holding->asset, cd_format_units (there, buf));
  g_autofree char *number = qty ? g_strdup_printf ("%" G_GINT64_FORMAT, qty) : g_strdup ("");
  GtkWidget *label = gtk_label_new (name);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_entry_set_alignment (GTK_ENTRY (line.entry), 1);
  gtk_editable_set_text (GTK_EDITABLE (line.entry), number);
  gtk_accessible_update_property (GTK_ACCESSIBLE (line.entry), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_swapped (line.entry, "changed", G_CALLBACK (line_changed_cb), self);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), line.entry);
  gtk_box_append (GTK_BOX (self->lines), box);
  g_array_append_val (self->line_rows, line);
}

static void
clear_lines (CdInstructionForm *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->lines)))
    gtk_box_remove (GTK_BOX (self->lines), child);
  g_array_set_size (self->line_rows, 0);
  self->edited = FALSE;
}

/* Every holding that could be on a line, the suggestion filled in; a wrong vintage may be typed, and is refused with its reason. */
static void
fill_lines (CdInstructionForm *self)
{
  g_autoptr (GArray) allowances = g_array_new (FALSE, FALSE, sizeof (CdSurrenderLine));
  g_autoptr (GArray) credits = g_array_new (FALSE, FALSE, sizeof (CdSurrenderLine));
  CdObligationRow *row = get_obligation (self);
  GListModel *holdings = cd_desk_get_holdings (self->desk);

  clear_lines (self);
  if (!row)
    return;
  cd_desk_suggest_surrender (self->desk, row, allowances, credits);
  for (guint i = 0; i < g_list_model_get_n_items (holdings); i++)
    {
      g_autoptr (CdHoldingRow) holding = g_list_model_get_item (holdings, i);
      gboolean credit = holding->vintage == 0;

      if (g_str_equal (holding->account, row->account) && holding->bucket[credit ? CD_BUCKET_PENDING_OFFSET : CD_BUCKET_REGISTRY] > 0)
        add_line (self, holding, credit, suggested_qty (credit ? credits : allowances, holding->asset));
    }
}

void
cd_instruction_form_refresh (CdInstructionForm *self)
{
  fill_assets (self);
  if (get_kind (self) == SURRENDER)
    {
      if (!self->edited)
        fill_lines (self);
      describe_surrender (self);
    }
}

static void
kind_cb (GtkDropDown *drop, GParamSpec *pspec, CdInstructionForm *self)
{
  FormKind kind = get_kind (self);

  say (self, "", FALSE);
  clear_lines (self);
  gtk_widget_set_visible (self->lines, kind == SURRENDER);
  gtk_widget_set_visible (self->why, kind == CANCELLATION);
  gtk_widget_set_visible (self->asset, kind != SURRENDER && kind != CASH_IN && kind != CASH_OUT);
  gtk_widget_set_visible (self->qty, kind != SURRENDER);
  gtk_widget_set_sensitive (self->propose, TRUE);
  cd_instruction_form_refresh (self);
}

static char *
propose_surrender (CdInstructionForm *self, const CdEntity *entity, GError **error)
{
  g_autoptr (GArray) allowances = g_array_new (FALSE, FALSE, sizeof (CdSurrenderLine));
  g_autoptr (GArray) credits = g_array_new (FALSE, FALSE, sizeof (CdSurrenderLine));
  CdObligationRow *row = get_obligation (self);

  if (!row)
    {
      g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_STATE, "year.closed");
      return NULL;
    }
  if (!read_lines (self, allowances, credits, error))
    return NULL;
  return cd_desk_propose_surrender (self->desk, entity->id, row->year, (const CdSurrenderLine *)allowances->data, allowances->len, (const CdSurrenderLine *)credits->data, credits->len, error);
}

/* Units that are cancelled never come back: why is asked first. */
static char *
propose_cancellation (CdInstructionForm *self, const char *account, const char *asset, gint64 qty, GError **error)
{
  g_autofree char *why = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->why))));

  if (!*why)
    {
      g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_INPUT, "difference.reason");
      gtk_widget_grab_focus (self->why);
      return NULL;
    }
  return cd_desk_propose_cancellation (self->desk, account, asset, qty, why, error);
}

static char *
propose (CdInstructionForm *self, gint64 value, GError **error)
{
  const CdEntity *entity = cd_desk_get_entity (self->desk);
  CdObligationRow *row = get_obligation (self);
  const char *asset = get_asset (self);
  FormKind kind = get_kind (self);
  int year = row ? row->year : 0;

  if (!entity || (!asset && kind != SURRENDER && kind != CASH_IN && kind != CASH_OUT))
    {
      g_set_error_literal (error, CD_DESK_ERROR, CD_DESK_ERROR_INPUT, _ ("choose an asset"));
      return NULL;
    }
  switch (kind)
    {
    case TO_REGISTER:
    case TO_TRADING:
      return cd_desk_propose_transfer (self->desk, entity->id, asset, value, kind == TO_REGISTER, error);
    case RESERVE:
      return cd_desk_propose_reserve (self->desk, entity->id, asset, value, year, error);
    case RELEASE:
      return cd_desk_propose_release (self->desk, entity->id, asset, value, year, error);
    case SURRENDER:
      return propose_surrender (self, entity, error);
    case CANCELLATION:
      return propose_cancellation (self, entity->id, asset, value, error);
    case CASH_IN:
    case CASH_OUT:
      return cd_desk_propose_cash (self->desk, entity->id, value, kind == CASH_IN, error);
    case N_KINDS:
      break;
    }
  return NULL;
}

static void
propose_cb (GtkButton *button, CdInstructionForm *self)
{
  const char *const *names = g_get_language_names ();
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  gint64 value = 0;
  FormKind kind = get_kind (self);
  int scale = kind == CASH_IN || kind == CASH_OUT ? 4 : 0;

  if (kind != SURRENDER && !cd_number_parse_typed (gtk_editable_get_text (GTK_EDITABLE (self->qty)), cd_number_style_for_locale (names[0]), scale, &value, &error))
    {
      g_autofree char *words = cd_format_typed_error (error, gtk_editable_get_text (GTK_EDITABLE (self->qty)));

      say (self, words, TRUE);
      return;
    }
  id = propose (self, value, &error);
  if (!id)
    {
      g_autofree char *words = cd_format_refusal (error->message);

      say (self, words, TRUE);
      return;
    }
  gtk_editable_set_text (GTK_EDITABLE (self->qty), "");
  gtk_editable_set_text (GTK_EDITABLE (self->why), "");
  self->edited = FALSE;
  say (self, _ ("Proposed: a second person must confirm"), FALSE);
}

void
cd_instruction_form_surrender (CdInstructionForm *self)
{
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->kind), SURRENDER);
  gtk_widget_grab_focus (self->propose);
}

static GtkWidget *
named (GtkWidget *widget, const char *label)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  return widget;
}

static void
cd_instruction_form_dispose (GObject *object)
{
  CdInstructionForm *self = CD_INSTRUCTION_FORM (object);

  g_clear_pointer (&self->root, gtk_widget_unparent);
  g_clear_pointer (&self->assets, g_ptr_array_unref);
  g_clear_pointer (&self->line_rows, g_array_unref);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (cd_instruction_form_parent_class)->dispose (object);
}

static void
cd_instruction_form_class_init (CdInstructionFormClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cd_instruction_form_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
cd_instruction_form_init (CdInstructionForm *self)
{
  self->assets = g_ptr_array_new_with_free_func (g_free);
  self->line_rows = g_array_new (FALSE, TRUE, sizeof (Line));
  g_array_set_clear_func (self->line_rows, line_clear);
}

GtkWidget *
cd_instruction_form_new (CdDesk *desk)
{
  const char *const kinds[] = { _ ("Transfer to the register"), _ ("Transfer to trading"), _ ("Reserve for offset"), _ ("Release from offset"), _ ("Surrender"), _ ("Voluntary cancellation"), _ ("Cash in"), _ ("Cash out"), NULL };
  CdInstructionForm *self = g_object_new (CD_TYPE_INSTRUCTION_FORM, NULL);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  g_autoptr (GtkStringList) list = gtk_string_list_new (kinds);

  self->desk = g_object_ref (desk);
  self->root = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  self->kind = named (gtk_drop_down_new (G_LIST_MODEL (g_object_ref (list)), NULL), _ ("Instruction kind"));
  self->asset = named (gtk_drop_down_new (NULL, NULL), _ ("Instruction asset"));
  self->qty = named (gtk_entry_new (), _ ("Instruction quantity"));
  self->why = named (gtk_entry_new (), _ ("Reason for the cancellation"));
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->why), _ ("Reason for the cancellation"));
  gtk_entry_set_max_length (GTK_ENTRY (self->why), 200);
  gtk_widget_set_hexpand (self->why, TRUE);
  gtk_widget_set_visible (self->why, FALSE);
  self->lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  gtk_widget_set_visible (self->lines, FALSE);
  self->propose = named (gtk_button_new_with_label (_ ("Propose")), _ ("Propose"));
  self->message = gtk_label_new ("");
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->qty), _ ("Quantity t, or ¥"));
  gtk_entry_set_alignment (GTK_ENTRY (self->qty), 1);
  gtk_widget_set_hexpand (self->asset, TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->message), 0);
  gtk_label_set_wrap (GTK_LABEL (self->message), TRUE);
  gtk_widget_add_css_class (self->propose, "suggested-action");
  gtk_widget_add_css_class (self->root, "form");
  gtk_box_append (GTK_BOX (line), self->kind);
  gtk_box_append (GTK_BOX (line), self->asset);
  gtk_box_append (GTK_BOX (line), self->qty);
  gtk_box_append (GTK_BOX (line), self->why);
  gtk_box_append (GTK_BOX (line), self->propose);
  gtk_box_append (GTK_BOX (self->root), line);
  gtk_box_append (GTK_BOX (self->root), self->lines);
  gtk_box_append (GTK_BOX (self->root), self->message);
  gtk_widget_set_parent (self->root, GTK_WIDGET (self));
  g_signal_connect (self->kind, "notify::selected", G_CALLBACK (kind_cb), self);
  g_signal_connect (self->propose, "clicked", G_CALLBACK (propose_cb), self);
  g_signal_connect_swapped (self->qty, "activate", G_CALLBACK (gtk_widget_activate), self->propose);
  return GTK_WIDGET (self);
}
