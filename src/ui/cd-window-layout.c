/* cd-window-layout.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How the screen was left, in layout.json of the profile: one screen a person and size class of the window. Tables, dividers and
 * switchers are found by the name of their widget, so that a new pane is kept as soon as it has one. Written at each change half
 * a second later and once more at the end, never only then.
 */
#include <glib/gi18n.h>

#include "cd-grid-view.h"
#include "cd-split.h"
#include "cd-window-private.h"

#include <string.h>

#define SAVE_MS 500

/* GTK names a widget after its type when nobody has. */
static gboolean
is_named (GtkWidget *widget)
{
  return g_strcmp0 (gtk_widget_get_name (widget), G_OBJECT_TYPE_NAME (widget)) != 0;
}

static void
walk (CdWindow *self, GtkWidget *widget, void (*visit) (CdWindow *self, GtkWidget *widget))
{
  if ((CD_IS_GRID_VIEW (widget) || CD_IS_SPLIT (widget) || GTK_IS_STACK (widget)) && is_named (widget))
    visit (self, widget);
  if (CD_IS_GRID_VIEW (widget))
    return;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    walk (self, child, visit);
}

/* --- Keeping --------------------------------------------------------------------------------------------------------- */

static void
collect (CdWindow *self, GtkWidget *widget)
{
  const char *id = gtk_widget_get_name (widget);

  if (CD_IS_GRID_VIEW (widget))
    {
      CdLayoutTable table = { .zoom = 100 };

      g_strlcpy (table.id, id, sizeof table.id);
      cd_grid_view_get_layout (CD_GRID_VIEW (widget), &table);
      cd_layout_set_table (self->screen, &table);
    }
  else if (CD_IS_SPLIT (widget))
    cd_layout_set_pane (self->screen, id, cd_split_get_share (CD_SPLIT (widget)));
  else if (gtk_stack_get_visible_child_name (GTK_STACK (widget)))
    cd_layout_set_page (self->screen, id, gtk_stack_get_visible_child_name (GTK_STACK (widget)));
}

static int
workspace_number (CdWindow *self)
{
  GtkWidget *const pages[] = { self->trade, self->comply, self->registry, self->recon };
  GtkWidget *visible = gtk_stack_get_visible_child (GTK_STACK (self->stack));

  for (int i = 0; i < (int)G_N_ELEMENTS (pages); i++)
    if (pages[i] == visible)
      return i + 1;
  return 1;
}

static void
collect_all (CdWindow *self)
{
  const char *code = cd_trade_page_get_instrument (CD_TRADE_PAGE (self->trade));

  gtk_window_get_default_size (GTK_WINDOW (self), &self->screen->width, &self->screen->height);
  self->screen->width = CLAMP (self->screen->width, 0, 32767);
  self->screen->height = CLAMP (self->screen->height, 0, 32767);
  self->screen->maximized = gtk_window_is_maximized (GTK_WINDOW (self));
  self->screen->workspace = workspace_number (self);
  if (code && strlen (code) < sizeof self->screen->instrument)
    g_strlcpy (self->screen->instrument, code, sizeof self->screen->instrument);
  walk (self, GTK_WIDGET (self), collect);
}

static void
save_now (CdWindow *self)
{
  g_autoptr (GError) error = NULL;

  collect_all (self);
  if (cd_layouts_save (self->layouts, self->layout_file, &error))
    return;
  /* Said once: what cannot be written now cannot be written half a second later either. */
  if (g_error_matches (error, CD_LAYOUT_ERROR, CD_LAYOUT_ERROR_NEWER))
    cd_desk_tell (self->desk, 1, "layout.newer", "");
  else
    cd_desk_tell (self->desk, 1, "layout.unsaved", error->message);
  g_clear_pointer (&self->layout_file, g_free);
}

static gboolean
save_cb (gpointer data)
{
  CdWindow *self = data;

  self->layout_source = 0;
  if (self->layout_file)
    save_now (self);
  return G_SOURCE_REMOVE;
}

static void
save_soon (CdWindow *self)
{
  if (!self->layout_file || self->arranging)
    return;
  g_clear_handle_id (&self->layout_source, g_source_remove);
  self->layout_source = g_timeout_add (SAVE_MS, save_cb, self);
}

void
cd_window_layout_end (CdWindow *self)
{
  if (self->layout_source && self->layout_file)
    save_now (self);
  g_clear_handle_id (&self->layout_source, g_source_remove);
  g_clear_handle_id (&self->layout_follow, g_source_remove);
  self->screen = NULL;
  g_clear_pointer (&self->layouts, cd_layouts_free);
  g_clear_pointer (&self->layout_file, g_free);
}

/* --- Bringing back --------------------------------------------------------------------------------------------------- */

static void
show_page (GtkStack *stack, const char *name)
{
  g_autoptr (GListModel) pages = G_LIST_MODEL (gtk_stack_get_pages (stack));
  g_autoptr (GObject) first = g_list_model_get_item (pages, 0);

  if (name && gtk_stack_get_child_by_name (stack, name))
    gtk_stack_set_visible_child_name (stack, name);
  else if (first)
    gtk_stack_set_visible_child (stack, gtk_stack_page_get_child (GTK_STACK_PAGE (first)));
}

static void
restore (CdWindow *self, GtkWidget *widget)
{
  const char *id = gtk_widget_get_name (widget);

  if (CD_IS_GRID_VIEW (widget))
    {
      const CdLayoutTable *table = cd_layout_table (self->screen, id);

      if (table)
        cd_grid_view_set_layout (CD_GRID_VIEW (widget), table);
      else
        cd_grid_view_reset_columns (CD_GRID_VIEW (widget));
    }
  else if (CD_IS_SPLIT (widget))
    cd_split_set_share (CD_SPLIT (widget), cd_layout_pane (self->screen, id));
  else
    show_page (GTK_STACK (widget), cd_layout_page (self->screen, id));
}

static void
restore_all (CdWindow *self)
{
  self->arranging = TRUE;
  walk (self, GTK_WIDGET (self), restore);
  self->arranging = FALSE;
}

static const char *
person_now (CdWindow *self)
{
  const CdPerson *person = cd_desk_get_person (self->desk);

  if (person)
    return person->id;
  /* Nobody has come yet: most likely it is who was here last. */
  return self->layouts->screens->len > 0 ? ((CdLayout *)g_ptr_array_index (self->layouts->screens, 0))->person : "";
}

/* Of this person and this size class? */
static gboolean
is_shown (CdWindow *self)
{
  const CdLayout *screen = self->screen;

  return screen->size == cd_layout_size_of (gtk_widget_get_width (GTK_WIDGET (self))) && strncmp (screen->person, person_now (self), sizeof screen->person - 1) == 0;
}

/* Another person, or another size class: their screen. Page and instrument stay: they belong to what is being done. */
static void
follow (CdWindow *self)
{
  const char *person = person_now (self);
  CdLayoutSize size = cd_layout_size_of (gtk_widget_get_width (GTK_WIDGET (self)));
  CdLayout *old = self->screen;
  gboolean known;

  /* A locked window has no content: the next size that it gets with it asks again. */
  if (is_shown (self) || !gtk_widget_get_root (self->toasts))
    return;
  collect_all (self);
  if (*old->person == 0 && *person && !cd_layouts_find (self->layouts, person, old->size))
    g_strlcpy (old->person, person, sizeof old->person);
  known = cd_layouts_find (self->layouts, person, size) != NULL;
  self->screen = cd_layouts_use (self->layouts, person, size);
  /* A size seen for the first time: the same tables; only the places of the dividers mean nothing there. */
  if (!known && g_str_equal (old->person, self->screen->person))
    {
      cd_layout_assign (self->screen, old);
      g_array_set_size (self->screen->panes, 0);
    }
  if (self->screen != old)
    restore_all (self);
  save_soon (self);
}

static gboolean
follow_cb (gpointer data)
{
  CdWindow *self = data;

  self->layout_follow = 0;
  follow (self);
  return G_SOURCE_REMOVE;
}

static void
person_cb (CdWindow *self)
{
  if (self->screen)
    follow (self);
}

void
cd_window_layout_resized (CdWindow *self)
{
  if (self->screen && !self->layout_follow && !is_shown (self))
    self->layout_follow = g_idle_add_full (G_PRIORITY_HIGH_IDLE, follow_cb, self, NULL);
}

/* --- Reset ----------------------------------------------------------------------------------------------------------- */

static void
undo_cb (AdwToast *toast, CdWindow *self)
{
  const CdLayout *before = g_object_get_data (G_OBJECT (toast), "before");

  if (!self->screen || before->size != self->screen->size || !g_str_equal (before->person, self->screen->person))
    return;
  cd_layout_assign (self->screen, before);
  restore_all (self);
  save_soon (self);
}

void
cd_window_reset_layout (CdWindow *self)
{
  AdwToast *toast = adw_toast_new (_ ("The screen is as designed again"));

  if (!self->screen)
    {
      self->layouts = cd_layouts_new ();
      self->screen = cd_layouts_use (self->layouts, "", cd_layout_size_of (gtk_widget_get_width (GTK_WIDGET (self))));
    }
  collect_all (self);
  adw_toast_set_button_label (toast, _ ("Undo"));
  g_object_set_data_full (G_OBJECT (toast), "before", cd_layout_copy (self->screen), (GDestroyNotify)cd_layout_free);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (undo_cb), self, 0);
  cd_layout_clear (self->screen);
  restore_all (self);
  save_soon (self);
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (self->toasts), toast);
}

/* --- Start ----------------------------------------------------------------------------------------------------------- */

static void
watch (CdWindow *self, GtkWidget *widget)
{
  const char *signal = CD_IS_GRID_VIEW (widget) ? "layout-changed" : CD_IS_SPLIT (widget) ? "moved"
                                                                                          : "notify::visible-child";

  g_signal_connect_object (widget, signal, G_CALLBACK (save_soon), self, G_CONNECT_SWAPPED);
}

/* Nothing of money or rules is in it: whatever is wrong with it, the screen opens. */
static void
load (CdWindow *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) fault = NULL;
  g_autofree char *aside = NULL;

  self->layouts = cd_layouts_load (self->layout_file, &error);
  if (self->layouts)
    return;
  self->layouts = cd_layouts_new ();
  if (g_error_matches (error, CD_LAYOUT_ERROR, CD_LAYOUT_ERROR_NEWER))
    {
      cd_desk_tell (self->desk, 1, "layout.newer", "");
      g_clear_pointer (&self->layout_file, g_free);
      return;
    }
  g_message ("%s", error->message);
  aside = cd_layouts_keep_aside (self->layout_file, &fault);
  if (aside)
    {
      cd_desk_tell (self->desk, 1, "layout.damaged", aside);
      return;
    }
  cd_desk_tell (self->desk, 1, "layout.unsaved", error->message);
  g_clear_pointer (&self->layout_file, g_free);
}

void
cd_window_keep_layout (CdWindow *self, const char *path, CdWindowRestore what)
{
  const CdLayout *last;
  int width, height;

  g_return_if_fail (!self->layouts);

  if (!path)
    return;
  self->layout_file = g_strdup (path);
  load (self);
  last = self->layouts->screens->len > 0 ? g_ptr_array_index (self->layouts->screens, 0) : NULL;
  if (last && what & CD_WINDOW_RESTORE_SIZE && last->width > 0 && last->height > 0)
    gtk_window_set_default_size (GTK_WINDOW (self), last->width, last->height);
  if (last && what & CD_WINDOW_RESTORE_SIZE && last->maximized)
    gtk_window_maximize (GTK_WINDOW (self));
  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  self->screen = cd_layouts_use (self->layouts, person_now (self), last && what & CD_WINDOW_RESTORE_SIZE ? last->size : cd_layout_size_of (width));
  if (what & CD_WINDOW_RESTORE_PLACE && self->screen->workspace > 0)
    cd_window_set_workspace (self, self->screen->workspace);
  if (what & CD_WINDOW_RESTORE_PLACE && *self->screen->instrument)
    cd_trade_page_set_instrument (CD_TRADE_PAGE (self->trade), self->screen->instrument);
  restore_all (self);
  walk (self, GTK_WIDGET (self), watch);
  g_signal_connect_object (self->desk, "account-changed", G_CALLBACK (person_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->trade, "chosen", G_CALLBACK (save_soon), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->stack, "notify::visible-child", G_CALLBACK (save_soon), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self, "notify::default-width", G_CALLBACK (save_soon), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self, "notify::default-height", G_CALLBACK (save_soon), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self, "notify::maximized", G_CALLBACK (save_soon), self, G_CONNECT_SWAPPED);
}
