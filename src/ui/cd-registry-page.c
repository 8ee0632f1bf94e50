/* cd-registry-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-registry-page.h"

#include <glib/gi18n.h>

#include "cd-columns.h"
#include "cd-format.h"
#include "cd-instruction-form.h"
#include "cd-pane.h"
#include "cd-registry-tables.h"
#include "cd-requests-view.h"
#include "cd-statement-view.h"

struct _CdRegistryPage
{
  GtkWidget parent_instance;

  CdDesk *desk;    /* (owned) */
  GtkWidget *root; /* child */
  GtkWidget *balances, *settlements, *instructions, *form, *message;
  GtkWidget *confirm, *refuse, *withdraw, *pass, *reject, *settle, *object;
  GtkWidget *history, *cash;
  GtkWidget *units_age, *days_age, *instructions_age;
  GtkWidget *stack, *veto;                             /* register, requests; who stopped new orders, and why */
  GtkWidget *reason, *objection;                       /* a refusal goes on record in the person's own words, so these are never filled in */
  GtkFilterListModel *own_holdings, *own_instructions; /* (owned) */
  GListStore *settlement_rows;                         /* (owned) */
};

G_DEFINE_FINAL_TYPE (CdRegistryPage, cd_registry_page, GTK_TYPE_WIDGET)

/* --- Refreshing ------------------------------------------------------------------------------------------------------ */

static gboolean
own_holding (gpointer item, gpointer data)
{
  const CdHoldingRow *row = item;
  const CdEntity *entity = cd_desk_get_entity (data);

  return entity && g_str_equal (row->account, entity->id) && (row->total != 0 || row->bucket[CD_BUCKET_SURRENDERED] != 0);
}

/* The history filter: everything, what waits, what is done, what was refused or withdrawn. */
static gboolean
is_wanted (CdRegistryPage *self, const CdInstructionRow *row)
{
  gboolean done = g_str_equal (row->state, "executed");
  gboolean refused = g_str_equal (row->state, "refused") || g_str_equal (row->state, "rejected") || g_str_equal (row->state, "withdrawn") || g_str_equal (row->state, "lapsed");

  switch (gtk_drop_down_get_selected (GTK_DROP_DOWN (self->history)))
    {
    case 1:
      return row->unknown || (!done && !refused);
    case 2:
      return done;
    case 3:
      return refused;
    default:
      return TRUE;
    }
}

static gboolean
own_instruction (gpointer item, gpointer data)
{
  CdRegistryPage *self = data;
  const CdInstructionRow *row = item;
  const CdEntity *entity = cd_desk_get_entity (self->desk);

  return entity && g_str_equal (row->account, entity->id) && is_wanted (self, row);
}

static void
update_buttons (CdRegistryPage *self)
{
  const CdInstructionRow *row = cd_grid_view_get_selected (CD_GRID_VIEW (self->instructions));
  const CdSettlementRow *day = cd_grid_view_get_selected (CD_GRID_VIEW (self->settlements));
  const CdPerson *person = cd_desk_get_person (self->desk);
  gboolean settled = day && g_str_equal (day->settlement.state, "settled");

  gtk_widget_set_sensitive (self->confirm, row && row->may_confirm);
  gtk_widget_set_sensitive (self->refuse, row && row->may_confirm);
  gtk_widget_set_sensitive (self->withdraw, row && row->may_withdraw);
  gtk_widget_set_visible (self->pass, person && person->may_review);
  gtk_widget_set_visible (self->reject, person && person->may_review);
  gtk_widget_set_sensitive (self->pass, row && row->may_review);
  gtk_widget_set_sensitive (self->reject, row && row->may_review);
  gtk_widget_set_sensitive (self->settle, settled);
  gtk_widget_set_sensitive (self->object, settled);
}

static void
fill_settlements (CdRegistryPage *self)
{
  const GArray *list = cd_desk_get_settlements (self->desk);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->settlement_rows));

  if (n != list->len)
    g_list_store_remove_all (self->settlement_rows);
  for (guint i = 0; i < list->len; i++)
    {
      g_autoptr (CdSettlementRow) row = g_list_model_get_item (G_LIST_MODEL (self->settlement_rows), i);

      if (!row)
        {
          row = g_object_new (CD_TYPE_SETTLEMENT_ROW, NULL);
          row->settlement = g_array_index (list, CdSettlement, i);
          g_list_store_append (self->settlement_rows, row);
          continue;
        }
      row->settlement = g_array_index (list, CdSettlement, i);
      cd_row_changed (CD_ROW (row));
    }
}

static void
history_cb (CdRegistryPage *self)
{
  gtk_filter_changed (gtk_filter_list_model_get_filter (self->own_instructions), GTK_FILTER_CHANGE_DIFFERENT);
}

static void
show_cash (CdRegistryPage *self)
{
  const CdEntity *entity = cd_desk_get_entity (self->desk);
  char a[CD_FORMAT_BUF], b[CD_FORMAT_BUF], c[CD_FORMAT_BUF], d[CD_FORMAT_BUF];
  g_autofree char *text = NULL;
  CdCash cash;

  if (!entity)
    return;
  cd_desk_get_cash (self->desk, entity->id, &cash);
  text = g_strdup_printf (_ ("Cash ¥: available %1$s · frozen %2$s · sold today %3$s · withdrawable %4$s"), cd_format_money (cash.available_e4, a), cd_format_money (cash.frozen_e4, b), cd_format_money (cash.unsettled_e4, c), cd_format_money (cash.withdrawable_e4, d));
  gtk_label_set_text (GTK_LABEL (self->cash), text);
}

static void
show_ages (CdRegistryPage *self)
{
  gboolean old = cd_pane_age_show_holdings (self->units_age, self->desk);

  cd_grid_view_set_stale (CD_GRID_VIEW (self->balances), old);
  cd_pane_show_stale (self->cash, old);
  cd_pane_age_show_line (self->days_age, self->desk, CD_LINE_REGISTRY);
  old = cd_pane_age_show_line (self->instructions_age, self->desk, CD_LINE_REGISTRY);
  cd_grid_view_set_stale (CD_GRID_VIEW (self->settlements), old);
  cd_grid_view_set_stale (CD_GRID_VIEW (self->instructions), old);
}

static void
account_cb (CdDesk *desk, CdRegistryPage *self)
{
  cd_requests_show_waiting (self->desk, self->stack, self->veto);
  gtk_filter_changed (gtk_filter_list_model_get_filter (self->own_holdings), GTK_FILTER_CHANGE_DIFFERENT);
  gtk_filter_changed (gtk_filter_list_model_get_filter (self->own_instructions), GTK_FILTER_CHANGE_DIFFERENT);
  fill_settlements (self);
  show_cash (self);
  show_ages (self);
  cd_instruction_form_refresh (CD_INSTRUCTION_FORM (self->form));
  if (!cd_grid_view_get_selected (CD_GRID_VIEW (self->instructions)))
    cd_grid_view_select (CD_GRID_VIEW (self->instructions), 0, FALSE);
  if (!cd_grid_view_get_selected (CD_GRID_VIEW (self->settlements)))
    cd_grid_view_select (CD_GRID_VIEW (self->settlements), 0, FALSE);
  update_buttons (self);
}

static void
clock_cb (CdDesk *desk, CdRegistryPage *self)
{
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  update_buttons (self);
  show_ages (self);
  cd_requests_show_waiting (self->desk, self->stack, self->veto);
}

static void
state_cb (CdDesk *desk, CdRegistryPage *self)
{
  show_ages (self);
}

static void
new_instruction_cb (GListModel *model, guint position, guint removed, guint added, CdRegistryPage *self)
{
  /* What was just proposed is what one looks at next. */
  if (added == 1 && position == 0)
    cd_grid_view_select (CD_GRID_VIEW (self->instructions), 0, TRUE);
}

/* --- Verbs ----------------------------------------------------------------------------------------------------------- */

static void
report (CdRegistryPage *self, const GError *error)
{
  g_autofree char *words = error ? cd_format_code (error->message, 0, 0) : g_strdup ("");

  cd_pane_say (self->message, words);
}

/* The words of the person who refuses, or %NULL (and the entry takes the focus) when there are none. */
static const char *
given_reason (CdRegistryPage *self, GtkWidget *entry)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (entry));

  while (g_ascii_isspace (*text))
    text++;
  if (*text)
    return text;
  cd_pane_say (self->message, _ ("Write the reason first: it goes on record"));
  gtk_widget_grab_focus (entry);
  return NULL;
}

static void
instruction_clicked_cb (GtkWidget *button, CdRegistryPage *self)
{
  CdInstructionRow *row = cd_grid_view_get_selected (CD_GRID_VIEW (self->instructions));
  const char *reason = NULL;
  g_autoptr (GError) error = NULL;

  if (!row)
    return;
  if ((button == self->refuse || button == self->reject) && !(reason = given_reason (self, self->reason)))
    return;
  if (button == self->confirm)
    cd_desk_confirm_instruction (self->desk, row, &error);
  else if (button == self->refuse)
    cd_desk_refuse_instruction (self->desk, row, reason, &error);
  else if (button == self->withdraw)
    cd_desk_withdraw_instruction (self->desk, row, &error);
  else if (button == self->pass)
    cd_desk_review_instruction (self->desk, row, TRUE, NULL, &error);
  else
    cd_desk_review_instruction (self->desk, row, FALSE, reason, &error);
  if (reason && !error)
    gtk_editable_set_text (GTK_EDITABLE (self->reason), "");
  report (self, error);
}

static void
settlement_clicked_cb (GtkWidget *button, CdRegistryPage *self)
{
  CdSettlementRow *row = cd_grid_view_get_selected (CD_GRID_VIEW (self->settlements));
  const char *reason = NULL;
  g_autoptr (GError) error = NULL;

  if (!row)
    return;
  if (button == self->object && !(reason = given_reason (self, self->objection)))
    return;
  if (button == self->settle)
    cd_desk_confirm_settlement (self->desk, row->settlement.day, &error);
  else
    cd_desk_object_settlement (self->desk, row->settlement.day, reason, &error);
  if (reason && !error)
    gtk_editable_set_text (GTK_EDITABLE (self->objection), "");
  report (self, error);
}

/* --- Layout ---------------------------------------------------------------------------------------------------------- */

static GtkWidget *
button (CdRegistryPage *self, GtkWidget *bar, const char *label, GCallback callback)
{
  GtkWidget *widget = gtk_button_new_with_label (label);

  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_set_sensitive (widget, FALSE);
  g_signal_connect (widget, "clicked", callback, self);
  gtk_box_append (GTK_BOX (bar), widget);
  return widget;
}

static GtkWidget *
reason_entry (GtkWidget *bar, const char *label)
{
  GtkWidget *entry = gtk_entry_new ();

  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 16);
  gtk_widget_set_hexpand (entry, TRUE);
  gtk_entry_set_max_length (GTK_ENTRY (entry), 200);
  gtk_box_append (GTK_BOX (bar), entry);
  return entry;
}

/* @age: (nullable): how old what stands below is. */
static GtkWidget *
title_bar (const char *title, GtkWidget *age)
{
  GtkWidget *bar = cd_pane_bar_new ();
  GtkWidget *label = gtk_label_new (title);

  gtk_widget_add_css_class (label, "pane-title-text");
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (bar), label);
  if (age)
    gtk_box_append (GTK_BOX (bar), age);
  return bar;
}

static GtkWidget *
build_left (CdRegistryPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *bar;

  self->units_age = cd_pane_age_new ("balances-age");
  self->days_age = cd_pane_age_new ("settlements-age");
  bar = title_bar (_ ("Settlement"), self->days_age);
  self->balances = cd_balances_table_new (self->desk, G_LIST_MODEL (self->own_holdings));
  self->settlements = cd_settlements_table_new (self->desk, G_LIST_MODEL (self->settlement_rows));
  self->settle = button (self, bar, _ ("Confirm settlement"), G_CALLBACK (settlement_clicked_cb));
  self->objection = reason_entry (bar, _ ("Reason for the objection"));
  self->object = button (self, bar, _ ("Object to settlement"), G_CALLBACK (settlement_clicked_cb));
  cd_grid_view_set_fit (CD_GRID_VIEW (self->balances), 3, 14);
  gtk_widget_set_vexpand (self->settlements, TRUE);
  gtk_box_append (GTK_BOX (box), title_bar (_ ("Balances in the register and at the exchange"), self->units_age));
  gtk_box_append (GTK_BOX (box), self->balances);
  self->cash = gtk_label_new ("");
  gtk_label_set_xalign (GTK_LABEL (self->cash), 0);
  gtk_label_set_wrap (GTK_LABEL (self->cash), TRUE);
  gtk_widget_add_css_class (self->cash, "cash");
  gtk_widget_set_name (self->cash, "registry-cash");
  gtk_box_append (GTK_BOX (box), self->cash);
  gtk_box_append (GTK_BOX (box), bar);
  gtk_box_append (GTK_BOX (box), self->settlements);
  return box;
}

static GtkWidget *
build_right (CdRegistryPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *bar = cd_pane_bar_new (), *reason = cd_pane_bar_new ();
  GtkWidget *head;

  self->form = cd_instruction_form_new (self->desk);
  self->instructions = cd_instructions_table_new (self->desk, G_LIST_MODEL (self->own_instructions));
  self->confirm = button (self, bar, _ ("Confirm instruction"), G_CALLBACK (instruction_clicked_cb));
  self->refuse = button (self, bar, _ ("Refuse instruction"), G_CALLBACK (instruction_clicked_cb));
  self->withdraw = button (self, bar, _ ("Withdraw instruction"), G_CALLBACK (instruction_clicked_cb));
  /* A line of its own: five buttons leave no room for a sentence. */
  self->reason = reason_entry (reason, _ ("Reason for a refusal"));
  self->pass = button (self, bar, _ ("Review: pass"), G_CALLBACK (instruction_clicked_cb));
  self->reject = button (self, bar, _ ("Review: refuse"), G_CALLBACK (instruction_clicked_cb));
  self->message = gtk_label_new ("");
  gtk_widget_set_visible (self->message, FALSE);
  gtk_widget_add_css_class (self->message, "block-text");
  gtk_widget_set_vexpand (self->instructions, TRUE);
  gtk_box_append (GTK_BOX (box), title_bar (_ ("New instruction"), NULL));
  gtk_box_append (GTK_BOX (box), self->form);
  self->instructions_age = cd_pane_age_new ("instructions-age");
  head = title_bar (_ ("Instructions: proposed, confirmed by another person, reviewed"), self->instructions_age);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->history), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Which instructions"), -1);
  g_signal_connect_swapped (self->history, "notify::selected", G_CALLBACK (history_cb), self);
  gtk_box_append (GTK_BOX (head), self->history);
  gtk_box_append (GTK_BOX (box), head);
  gtk_box_append (GTK_BOX (box), self->instructions);
  gtk_box_append (GTK_BOX (box), self->message);
  gtk_box_append (GTK_BOX (box), reason);
  gtk_box_append (GTK_BOX (box), bar);
  return box;
}

static void
build_stack (CdRegistryPage *self)
{
  GtkWidget *left = build_left (self), *right = build_right (self), *columns;
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8), *switcher = gtk_stack_switcher_new ();

  columns = cd_columns_new ("registry", (CdColumn[]){
                                            { "balances", _ ("Balances and settlement"), left, { CD_SPLIT_SHARE_START, 500, 420, 0 } },
                                            { "instructions", _ ("Instructions"), right, { CD_SPLIT_SHARE_START, 0, 0, 0 } },
                                        },
                            2);
  self->stack = gtk_stack_new ();
  gtk_stack_add_titled (GTK_STACK (self->stack), columns, "register", _ ("Register"));
  gtk_stack_add_titled (GTK_STACK (self->stack), cd_requests_view_new (self->desk), "requests", _ ("Requests"));
  gtk_stack_add_titled (GTK_STACK (self->stack), cd_statement_view_new (self->desk), "statement", _ ("Statement"));
  gtk_stack_switcher_set_stack (GTK_STACK_SWITCHER (switcher), GTK_STACK (self->stack));
  gtk_widget_add_css_class (switcher, "compact");
  self->veto = g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, "ellipsize", PANGO_ELLIPSIZE_END, "hexpand", TRUE, NULL);
  gtk_widget_add_css_class (self->veto, "block-text");
  gtk_widget_add_css_class (head, "pane-title");
  gtk_box_append (GTK_BOX (head), switcher);
  gtk_box_append (GTK_BOX (head), self->veto);
  self->root = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_vexpand (self->stack, TRUE);
  gtk_box_append (GTK_BOX (self->root), head);
  gtk_box_append (GTK_BOX (self->root), self->stack);
}

static void
cd_registry_page_dispose (GObject *object)
{
  CdRegistryPage *self = CD_REGISTRY_PAGE (object);

  g_clear_pointer (&self->root, gtk_widget_unparent);
  g_clear_object (&self->own_holdings);
  g_clear_object (&self->own_instructions);
  g_clear_object (&self->settlement_rows);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (cd_registry_page_parent_class)->dispose (object);
}

static void
cd_registry_page_class_init (CdRegistryPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cd_registry_page_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
cd_registry_page_init (CdRegistryPage *self)
{
}

void
cd_registry_page_show_requests (CdRegistryPage *self)
{
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "requests");
  gtk_widget_child_focus (gtk_stack_get_visible_child (GTK_STACK (self->stack)), GTK_DIR_TAB_FORWARD);
}

void
cd_registry_page_surrender (CdRegistryPage *self)
{
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "register");
  cd_instruction_form_surrender (CD_INSTRUCTION_FORM (self->form));
}

GtkWidget *
cd_registry_page_new (CdDesk *desk)
{
  const char *const histories[] = { _ ("All"), _ ("Waiting"), _ ("Done"), _ ("Refused or withdrawn"), NULL };
  CdRegistryPage *self = g_object_new (CD_TYPE_REGISTRY_PAGE, NULL);

  self->desk = g_object_ref (desk);
  self->history = gtk_drop_down_new_from_strings (histories);
  self->settlement_rows = g_list_store_new (CD_TYPE_SETTLEMENT_ROW);
  self->own_holdings = gtk_filter_list_model_new (g_object_ref (cd_desk_get_holdings (desk)), GTK_FILTER (gtk_custom_filter_new (own_holding, desk, NULL)));
  self->own_instructions = gtk_filter_list_model_new (g_object_ref (cd_desk_get_instructions (desk)), GTK_FILTER (gtk_custom_filter_new (own_instruction, self, NULL)));
  build_stack (self);
  gtk_widget_set_parent (self->root, GTK_WIDGET (self));
  g_signal_connect_swapped (self->instructions, "selected", G_CALLBACK (update_buttons), self);
  g_signal_connect_swapped (self->settlements, "selected", G_CALLBACK (update_buttons), self);
  g_signal_connect_object (desk, "account-changed", G_CALLBACK (account_cb), self, 0);
  g_signal_connect_object (desk, "clock-changed", G_CALLBACK (clock_cb), self, 0);
  g_signal_connect_object (desk, "state-changed", G_CALLBACK (state_cb), self, 0);
  g_signal_connect_object (self->own_instructions, "items-changed", G_CALLBACK (new_instruction_cb), self, 0);
  return GTK_WIDGET (self);
}
