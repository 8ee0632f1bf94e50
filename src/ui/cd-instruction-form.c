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

struct _CdInstructionForm
{
  GtkWidget parent_instance;

  CdDesk *desk;    /* (owned) */
  GtkWidget *root; /* child */
  GtkWidget *kind, *asset, *qty, *propose, *message;
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

static void
suggest (CdInstructionForm *self, GArray *allowances, GArray *credits)
{
  CdObligationRow *row = get_obligation (self);

  if (row)
    cd_desk_suggest_surrender (self->desk, row, allowances, credits);
}

static void
describe_surrender (CdInstructionForm *self)
{
  g_autoptr (GArray) allowances = g_array_new (FALSE, FALSE, sizeof (CdSurrenderLine));
  g_autoptr (GArray) credits = g_array_new (FALSE, FALSE, sizeof (CdSurrenderLine));
  g_autoptr (GString) text = g_string_new (NULL);
  GArray *lists[] = { allowances, credits };
  char buf[CD_FORMAT_BUF];

  suggest (self, allowances, credits);
  for (int l = 0; l < 2; l++)
    for (guint i = 0; i < lists[l]->len; i++)
      {
        const CdSurrenderLine *line = &g_array_index (lists[l], CdSurrenderLine, i);

        g_string_append_printf (text, "%s%s %s t", text->len ? " + " : "", line->code, cd_format_units (line->qty, buf));
      }
  say (self, text->len ? text->str : _ ("Nothing in the register can be surrendered yet"), FALSE);
}

void
cd_instruction_form_refresh (CdInstructionForm *self)
{
  fill_assets (self);
  if (get_kind (self) == SURRENDER)
    describe_surrender (self);
}

static void
kind_cb (GtkDropDown *drop, GParamSpec *pspec, CdInstructionForm *self)
{
  say (self, "", FALSE);
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
  suggest (self, allowances, credits);
  return cd_desk_propose_surrender (self->desk, entity->id, row->year, (const CdSurrenderLine *)allowances->data, allowances->len, (const CdSurrenderLine *)credits->data, credits->len, error);
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
      return cd_desk_propose_cancellation (self->desk, entity->id, asset, value, "voluntary", error);
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
      say (self, error->message, TRUE);
      return;
    }
  id = propose (self, value, &error);
  if (!id)
    {
      g_autofree char *words = cd_format_code (error->message, 0, 0);

      say (self, words, TRUE);
      return;
    }
  gtk_editable_set_text (GTK_EDITABLE (self->qty), "");
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
  gtk_box_append (GTK_BOX (line), self->propose);
  gtk_box_append (GTK_BOX (self->root), line);
  gtk_box_append (GTK_BOX (self->root), self->message);
  gtk_widget_set_parent (self->root, GTK_WIDGET (self));
  g_signal_connect (self->kind, "notify::selected", G_CALLBACK (kind_cb), self);
  g_signal_connect (self->propose, "clicked", G_CALLBACK (propose_cb), self);
  g_signal_connect_swapped (self->qty, "activate", G_CALLBACK (gtk_widget_activate), self->propose);
  return GTK_WIDGET (self);
}
