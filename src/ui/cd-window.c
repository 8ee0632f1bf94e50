/* cd-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-window.h"

#include <glib/gi18n.h>

#include "cd-colours.h"
#include "cd-compliance-strip.h"
#include "cd-comply-page.h"
#include "cd-first-run.h"
#include "cd-format.h"
#include "cd-grid-view.h"
#include "cd-recon-page.h"
#include "cd-registry-page.h"
#include "cd-requests-view.h"
#include "cd-stall-guard.h"
#include "cd-window-private.h"

/* From here on the line at the bottom says it all the time. */
#define CERTIFICATE_DAYS 30

G_DEFINE_FINAL_TYPE (CdWindow, cd_window, ADW_TYPE_APPLICATION_WINDOW)

void
cd_window_set_workspace (CdWindow *self, int number)
{
  static const char *const names[] = { "trade", "comply", "registry", "recon" };

  if (number >= 1 && number <= 4)
    gtk_stack_set_visible_child_name (GTK_STACK (self->stack), names[number - 1]);
}

/* --- Style ----------------------------------------------------------------------------------------------------------- */

/* A child keeps its picture until it is told: colours changed for all of them. */
static void
redraw (GtkWidget *widget)
{
  gtk_widget_queue_draw (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    redraw (child);
}

static void
set_row_height (GtkWidget *widget, int height)
{
  if (CD_IS_GRID_VIEW (widget))
    {
      cd_grid_view_set_row_height (CD_GRID_VIEW (widget), height);
      return;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    set_row_height (child, height);
}

void
cd_window_set_row_height (CdWindow *self, int height)
{
  set_row_height (GTK_WIDGET (self), height);
}

static void
update_style (CdWindow *self)
{
  static const char *const classes[] = { "dark", "light", "red-up", "green-up", "blind", NULL };
  const char *wanted[2] = { cd_colours_is_dark () ? "dark" : "light", NULL };
  int height = 22;

  if (self->settings)
    {
      static const AdwColorScheme schemes[] = { ADW_COLOR_SCHEME_PREFER_DARK, ADW_COLOR_SCHEME_FORCE_DARK, ADW_COLOR_SCHEME_FORCE_LIGHT };

      cd_colours_set_market ((CdMarketColours)g_settings_get_enum (self->settings, "market-colours"));
      adw_style_manager_set_color_scheme (adw_style_manager_get_default (), schemes[CLAMP (g_settings_get_enum (self->settings, "colour-scheme"), 0, 2)]);
      height = g_settings_get_int (self->settings, "row-height");
      cd_grid_view_set_flashes (!g_settings_get_boolean (self->settings, "reduced-flash"));
      wanted[0] = cd_colours_is_dark () ? "dark" : "light";
    }
  switch (cd_colours_get_market ())
    {
    case CD_MARKET_COLOURS_MAINLAND:
      wanted[1] = "red-up";
      break;
    case CD_MARKET_COLOURS_COLOUR_BLIND:
      wanted[1] = "blind";
      break;
    case CD_MARKET_COLOURS_AUTO:
    case CD_MARKET_COLOURS_INTERNATIONAL:
      wanted[1] = "green-up";
      break;
    }
  for (int i = 0; classes[i]; i++)
    gtk_widget_remove_css_class (GTK_WIDGET (self), classes[i]);
  gtk_widget_add_css_class (GTK_WIDGET (self), wanted[0]);
  gtk_widget_add_css_class (GTK_WIDGET (self), wanted[1]);
  set_row_height (GTK_WIDGET (self), height);
  redraw (GTK_WIDGET (self));
}

/* --- Desk ------------------------------------------------------------------------------------------------------------ */

static const char *
state_words (CdWindow *self)
{
  switch (cd_desk_get_state (self->desk))
    {
    case CD_DESK_STARTING:
      return _ ("Starting the practice market…");
    case CD_DESK_CONNECTING:
      return _ ("Connecting…");
    case CD_DESK_RECONCILING:
      return _ ("Reconciling: new orders are locked");
    case CD_DESK_LIVE:
      return cd_desk_get_stopped (self->desk) ? _ ("Sending is stopped") : _ ("Live on the practice market");
    case CD_DESK_OFFLINE:
      return _ ("Line lost: figures are old, new orders are locked");
    case CD_DESK_FAILED:
      return _ ("Cannot go on");
    }
  return "";
}

static void
update_state (CdWindow *self)
{
  const char *problem = cd_desk_get_problem (self->desk);
  int days = cd_desk_get_certificate_days (self->desk);
  g_autofree char *words = problem ? cd_format_code (problem, 0, 0) : NULL;
  const CdEntity *entity = cd_desk_get_entity (self->desk);
  g_autofree char *veto = cd_requests_veto_words (self->desk, entity ? entity->id : NULL);
  g_autofree char *text = NULL;

  if (!words && *veto)
    words = g_steal_pointer (&veto);
  if (!words && days > 0 && days <= CERTIFICATE_DAYS)
    words = g_strdup_printf (ngettext ("your certificate ends in %d day: ask its issuer for a new one", "your certificate ends in %d days: ask its issuer for a new one", (gulong)days), days);
  text = words ? g_strdup_printf ("%s — %s", state_words (self), words) : g_strdup (state_words (self));

  gtk_label_set_text (GTK_LABEL (self->state_label), text);
  cd_window_update_clock (self);
}

static void
clock_cb (CdDesk *desk, CdWindow *self)
{
  cd_window_update_clock (self);
}

void
cd_window_say (CdWindow *self, const char *text)
{
  AdwToast *toast = adw_toast_new (text);

  adw_toast_set_timeout (toast, 3);
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (self->toasts), toast);
}

static void
alert_cb (CdDesk *desk, int level, const char *code, const char *text, CdWindow *self)
{
  g_autofree char *words = cd_format_alert (code, text);

  gtk_label_set_text (GTK_LABEL (self->status_label), words);
  if (level > 0 || g_str_equal (code, "fill") || g_str_equal (code, "staged.waits") || g_str_equal (code, "obligation.closed"))
    cd_window_say (self, words);
}

/* --- Building -------------------------------------------------------------------------------------------------------- */

static void
add_page (CdWindow *self, GtkWidget *page, const char *name, const char *title)
{
  gtk_stack_add_titled (GTK_STACK (self->stack), page, name, title);
}

static GtkWidget *
build_status (CdWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 16);

  self->state_label = gtk_label_new ("");
  self->status_label = gtk_label_new ("");
  gtk_label_set_ellipsize (GTK_LABEL (self->state_label), PANGO_ELLIPSIZE_END);
  gtk_label_set_ellipsize (GTK_LABEL (self->status_label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (self->state_label), 0);
  gtk_widget_set_hexpand (self->state_label, TRUE);
  gtk_widget_add_css_class (box, "status");
  self->lines_label = gtk_label_new ("");
  gtk_widget_add_css_class (self->lines_label, "header-item");
  gtk_box_append (GTK_BOX (box), self->state_label);
  gtk_box_append (GTK_BOX (box), self->status_label);
  gtk_box_append (GTK_BOX (box), self->lines_label);
  return box;
}

static void
build (CdWindow *self)
{
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->stack = gtk_stack_new ();
  gtk_stack_set_vhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_widget_set_vexpand (self->stack, TRUE);
  self->trade = cd_trade_page_new (self->desk);
  self->comply = cd_comply_page_new (self->desk);
  self->registry = cd_registry_page_new (self->desk);
  self->recon = cd_recon_page_new (self->desk);
  add_page (self, self->trade, "trade", _ ("1 Trade"));
  add_page (self, self->comply, "comply", _ ("2 Comply"));
  add_page (self, self->registry, "registry", _ ("3 Registry"));
  add_page (self, self->recon, "recon", _ ("4 Reconcile"));
  self->strip = cd_compliance_strip_new (self->desk);
  gtk_box_append (GTK_BOX (content), cd_window_build_header (self));
  gtk_box_append (GTK_BOX (content), self->strip);
  gtk_box_append (GTK_BOX (content), self->stack);
  gtk_box_append (GTK_BOX (content), build_status (self));
  self->toasts = adw_toast_overlay_new ();
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (self->toasts), cd_key_hints_wrap (GTK_WINDOW (self), content));
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self), self->toasts);
}

void
cd_window_ask_once (CdWindow *self)
{
  GtkWidget *bar = cd_first_run_new (self->settings);

  if (bar)
    gtk_box_insert_child_after (GTK_BOX (gtk_widget_get_parent (self->strip)), bar, gtk_widget_get_prev_sibling (self->strip));
}

gboolean
cd_window_shoot (CdWindow *self, const char *path)
{
  GtkWidget *widget = GTK_WIDGET (self);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  gdk_paintable_snapshot (paintable, GDK_SNAPSHOT (snapshot), width, height);
  node = gtk_snapshot_free_to_node (snapshot);
  if (!node)
    return FALSE;
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (self)), node, &GRAPHENE_RECT_INIT (0, 0, width, height));
  return gdk_texture_save_to_png (texture, path);
}

static void
cd_window_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GTK_WIDGET_CLASS (cd_window_parent_class)->size_allocate (widget, width, height, baseline);
  cd_window_layout_resized (CD_WINDOW (widget));
}

static void
cd_window_dispose (GObject *object)
{
  CdWindow *self = CD_WINDOW (object);

  cd_window_layout_end (self);
  g_clear_object (&self->settings);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (cd_window_parent_class)->dispose (object);
}

static void
cd_window_class_init (CdWindowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cd_window_dispose;
  GTK_WIDGET_CLASS (klass)->size_allocate = cd_window_size_allocate;
}

static void
cd_window_init (CdWindow *self)
{
}

static void
update_keys (CdWindow *self)
{
  const CdKeyMap map = (CdKeyMap)g_settings_get_enum (self->settings, "key-map");

  /* A person's own keys are those of the map in force. */
  cd_key_map_apply (NULL, map);
  cd_key_own_load (self->settings);
  cd_key_map_apply (gtk_window_get_application (GTK_WINDOW (self)), map);
  cd_window_fill_menus (self);
}

GtkWidget *
cd_window_new (GtkApplication *application, CdDesk *desk, GSettings *settings, int width, int height)
{
  CdWindow *self = g_object_new (CD_TYPE_WINDOW, "application", application, "title", _ ("Carbondesk"), "default-width", width, "default-height", height, NULL);

  self->desk = g_object_ref (desk);
  self->settings = settings ? g_object_ref (settings) : NULL;
  build (self);
  cd_window_add_actions (self);
  cd_window_add_keys (self);
  cd_stall_guard_attach (GTK_WINDOW (self), desk);
  if (settings)
    {
      g_signal_connect_object (settings, "changed", G_CALLBACK (update_style), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (settings, "changed::key-map", G_CALLBACK (update_keys), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (settings, "changed::own-keys-gnome", G_CALLBACK (update_keys), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (settings, "changed::own-keys-mainland", G_CALLBACK (update_keys), self, G_CONNECT_SWAPPED);
      update_keys (self);
    }
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (update_style), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "state-changed", G_CALLBACK (update_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "account-changed", G_CALLBACK (cd_window_update_people), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "clock-changed", G_CALLBACK (clock_cb), self, 0);
  g_signal_connect_object (desk, "alert", G_CALLBACK (alert_cb), self, 0);
  update_style (self);
  update_state (self);
  return GTK_WIDGET (self);
}
