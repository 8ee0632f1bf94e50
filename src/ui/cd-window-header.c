/* cd-window-header.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who, where, what time it is in the market, and whether the lines are up.
 */
#include <glib/gi18n.h>

#include "cd-format.h"
#include "cd-window-private.h"
#include "cd-wizard-view.h"

static GtkWidget *
header_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new ("");

  gtk_widget_add_css_class (label, "header-item");
  if (css_class)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
set_label (GtkWidget *widget, const char *label)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

/* --- People ---------------------------------------------------------------------------------------------------------- */

static void
entity_cb (GtkDropDown *drop, GParamSpec *pspec, CdWindow *self)
{
  const GPtrArray *entities = cd_desk_get_entities (self->desk);
  guint i = gtk_drop_down_get_selected (drop);

  if (!self->filling && i < entities->len)
    cd_desk_set_entity (self->desk, ((CdEntity *)g_ptr_array_index (entities, i))->id);
}

static void
person_cb (GtkDropDown *drop, GParamSpec *pspec, CdWindow *self)
{
  const GPtrArray *persons = cd_desk_get_persons (self->desk);
  guint i = gtk_drop_down_get_selected (drop);

  if (!self->filling && i < persons->len)
    cd_desk_switch_person (self->desk, ((CdPerson *)g_ptr_array_index (persons, i))->id);
}

static void
setup_name_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  GtkWidget *label = gtk_label_new ("");

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (GTK_LABEL (label), 5);
  gtk_list_item_set_child (item, label);
}

static void
bind_name_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), gtk_string_object_get_string (gtk_list_item_get_item (item)));
}

/* A long name is cut on the button, and whole in the list that it opens. */
static GtkWidget *
name_drop (const char *label)
{
  GtkWidget *drop = gtk_drop_down_new (NULL, NULL);
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  gtk_drop_down_set_list_factory (GTK_DROP_DOWN (drop), gtk_drop_down_get_factory (GTK_DROP_DOWN (drop)));
  g_signal_connect (factory, "setup", G_CALLBACK (setup_name_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_name_cb), NULL);
  gtk_drop_down_set_factory (GTK_DROP_DOWN (drop), factory);
  g_object_unref (factory);
  set_label (drop, label);
  return drop;
}

static void
fill_drop (GtkWidget *drop, GPtrArray *names, guint selected)
{
  g_autoptr (GtkStringList) list = NULL;

  g_ptr_array_add (names, NULL);
  list = gtk_string_list_new ((const char *const *)names->pdata);
  gtk_drop_down_set_model (GTK_DROP_DOWN (drop), G_LIST_MODEL (list));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (drop), selected);
}

void
cd_window_update_people (CdWindow *self)
{
  const GPtrArray *entities = cd_desk_get_entities (self->desk);
  const GPtrArray *persons = cd_desk_get_persons (self->desk);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GPtrArray) people = g_ptr_array_new ();
  guint selected = GTK_INVALID_LIST_POSITION;
  guint person = GTK_INVALID_LIST_POSITION;

  for (guint i = 0; i < entities->len; i++)
    {
      const CdEntity *entity = g_ptr_array_index (entities, i);

      g_ptr_array_add (names, (char *)cd_format_pick (entity->name_zh, entity->name));
      if (entity == cd_desk_get_entity (self->desk))
        selected = i;
    }
  for (guint i = 0; i < persons->len; i++)
    {
      const CdPerson *p = g_ptr_array_index (persons, i);

      g_ptr_array_add (people, (char *)cd_format_pick (p->name_zh, p->name));
      if (p == cd_desk_get_person (self->desk))
        person = i;
    }
  self->filling = TRUE;
  fill_drop (self->entity_drop, names, selected);
  fill_drop (self->person_drop, people, person);
  self->filling = FALSE;
}

/* --- Clock and lines ------------------------------------------------------------------------------------------------- */

static char *
describe_session (CdWindow *self)
{
  const CdEntity *entity = cd_desk_get_entity (self->desk);
  const char *market = entity ? entity->market : "cn-cea";
  gint64 next = 0;
  CdSessionState state = cd_desk_get_session (self->desk, market, CD_MODE_LIST, &next);
  g_autofree char *left = next ? cd_format_countdown (next - cd_desk_get_market_time (self->desk)) : NULL;

  if (!left)
    return g_strdup_printf ("%s", cd_format_session (state));
  if (state == CD_SESSION_OPEN)
    return g_strdup_printf (_ ("● open · closes in %s"), left);
  return g_strdup_printf (_ ("○ %1$s · opens in %2$s"), cd_format_session (state), left);
}

static char *
describe_lines (CdWindow *self)
{
  static const char *const names[CD_N_LINES] = { "MD", "ORD", "REG" };
  g_autoptr (GString) text = g_string_new (NULL);

  for (int i = 0; i < CD_N_LINES; i++)
    {
      gint64 age;
      CdLinkState state = cd_desk_get_line (self->desk, (CdLine)i, &age);
      g_autofree char *words = cd_format_age (age);

      if (i)
        g_string_append (text, "  ");
      if (state == CD_LINK_LIVE)
        g_string_append_printf (text, "%s ● %s", names[i], words);
      else
        g_string_append_printf (text, "%s ○ %s", names[i], cd_format_link (state));
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

void
cd_window_update_clock (CdWindow *self)
{
  gint64 now = cd_desk_get_market_time (self->desk);
  g_autofree char *date = cd_format_date (NULL, now);
  g_autofree char *session = describe_session (self);
  g_autofree char *lines = describe_lines (self);
  char time[CD_FORMAT_BUF];
  g_autofree char *clock = NULL;
  gint64 rate = cd_desk_get_rate_e3 (self->desk) / 1000;

  cd_format_time (NULL, now, time);
  if (rate > 1)
    clock = g_strdup_printf ("%s %s ×%d", date, time, (int)rate);
  else
    clock = g_strdup_printf ("%s %s", date, time);
  gtk_label_set_text (GTK_LABEL (self->clock_label), now ? clock : _ ("starting…"));
  gtk_label_set_text (GTK_LABEL (self->session_label), session);
  gtk_label_set_text (GTK_LABEL (self->lines_label), lines);
  gtk_button_set_icon_name (GTK_BUTTON (self->pause_button), cd_desk_get_paused (self->desk) ? "media-playback-start-symbolic" : "media-playback-pause-symbolic");
}

/* --- Menus ----------------------------------------------------------------------------------------------------------- */

static GMenuModel *
clock_menu (void)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) skip = g_menu_new ();
  g_autoptr (GMenu) speed = g_menu_new ();
  const char *const rates[] = { "1", "10", "60", "600" };

  cd_key_map_menu_append (skip, _ ("Skip to the next session"), "win.clock-skip('session')");
  cd_key_map_menu_append (skip, _ ("Skip to the close"), "win.clock-skip('close')");
  cd_key_map_menu_append (skip, _ ("Skip to the next trading day"), "win.clock-skip('next_day')");
  cd_key_map_menu_append (skip, _ ("Skip to the deadline"), "win.clock-skip('deadline')");
  for (gsize i = 0; i < G_N_ELEMENTS (rates); i++)
    {
      g_autofree char *label = g_strdup_printf (_ ("Speed ×%s"), rates[i]);
      g_autofree char *action = g_strdup_printf ("win.clock-rate('%s')", rates[i]);

      g_menu_append (speed, label, action);
    }
  g_menu_append_section (menu, NULL, G_MENU_MODEL (skip));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (speed));
  return G_MENU_MODEL (menu);
}

static GMenuModel *
main_menu (void)
{
  GMenu *menu = g_menu_new ();

  cd_key_map_menu_append (menu, _ ("Reconcile now"), "win.reconcile");
  cd_key_map_menu_append (menu, _ ("Explain the figure"), "win.explain");
  cd_key_map_menu_append (menu, _ ("Import quotes…"), "win.import-quotes");
  cd_key_map_menu_append (menu, _ ("Reset layout"), "win.reset-layout");
  cd_key_map_menu_append (menu, _ ("Preferences"), "win.preferences");
  cd_key_map_menu_append (menu, _ ("Keyboard shortcuts"), "win.shortcuts");
  cd_key_map_menu_append (menu, _ ("Lock the workstation"), "win.lock");
  cd_key_map_menu_append (menu, _ ("Quit"), "app.quit");
  return G_MENU_MODEL (menu);
}

static GtkWidget *
menu_button (const char *icon, const char *label)
{
  GtkWidget *button = gtk_menu_button_new ();

  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), icon);
  gtk_widget_set_tooltip_text (button, label);
  set_label (button, label);
  return button;
}

/* Made anew when a key changes: they carry their keys themselves. */
void
cd_window_fill_menus (CdWindow *self)
{
  g_autoptr (GMenuModel) menu = main_menu ();
  g_autoptr (GMenuModel) clock = clock_menu ();

  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->menu_button), menu);
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->clock_button), clock);
}

static GtkWidget *
workspace_switcher (CdWindow *self)
{
  GtkWidget *switcher = gtk_stack_switcher_new ();

  gtk_stack_switcher_set_stack (GTK_STACK_SWITCHER (switcher), GTK_STACK (self->stack));
  gtk_widget_add_css_class (switcher, "workspaces");
  set_label (switcher, _ ("Workspaces"));
  return switcher;
}

GtkWidget *
cd_window_build_header (CdWindow *self)
{
  GtkWidget *bar = adw_header_bar_new ();
  GtkWidget *banner = gtk_label_new (_ ("PRACTICE"));
  GtkWidget *times = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->entity_drop = name_drop (_ ("Entity"));
  self->person_drop = name_drop (_ ("Person"));
  gtk_widget_set_tooltip_text (self->person_drop, _ ("Practice only: who sits at the desk"));
  g_signal_connect (self->entity_drop, "notify::selected", G_CALLBACK (entity_cb), self);
  g_signal_connect (self->person_drop, "notify::selected", G_CALLBACK (person_cb), self);
  gtk_widget_add_css_class (banner, "practice-banner");
  gtk_widget_set_valign (banner, GTK_ALIGN_CENTER);
  self->clock_label = header_label ("clock");
  self->session_label = header_label (NULL);
  /* A narrow window cuts the words and the date, never the time. */
  gtk_label_set_ellipsize (GTK_LABEL (self->clock_label), PANGO_ELLIPSIZE_START);
  gtk_label_set_width_chars (GTK_LABEL (self->clock_label), 9);
  gtk_label_set_ellipsize (GTK_LABEL (self->session_label), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (times), self->clock_label);
  gtk_box_append (GTK_BOX (times), self->session_label);
  gtk_widget_set_valign (times, GTK_ALIGN_CENTER);
  self->pause_button = gtk_button_new_from_icon_name ("media-playback-pause-symbolic");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->pause_button), "win.clock-pause");
  set_label (self->pause_button, _ ("Pause or run the practice clock"));
  gtk_widget_add_css_class (bar, "desk");
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (bar), workspace_switcher (self));
  adw_header_bar_set_centering_policy (ADW_HEADER_BAR (bar), ADW_CENTERING_POLICY_LOOSE);
  adw_header_bar_pack_start (ADW_HEADER_BAR (bar), banner);
  adw_header_bar_pack_start (ADW_HEADER_BAR (bar), self->entity_drop);
  adw_header_bar_pack_start (ADW_HEADER_BAR (bar), self->person_drop);
  self->menu_button = menu_button ("open-menu-symbolic", _ ("Main menu"));
  self->clock_button = menu_button ("media-seek-forward-symbolic", _ ("Practice clock"));
  cd_window_fill_menus (self);
  self->wizard = cd_wizard_view_new (self->desk);
  cd_key_hints_mark (self->menu_button, "win.menu");
  cd_key_hints_mark (self->pause_button, "win.clock-pause");
  cd_key_hints_mark (self->wizard, "win.wizard");
  adw_header_bar_pack_start (ADW_HEADER_BAR (bar), self->wizard);
  adw_header_bar_pack_end (ADW_HEADER_BAR (bar), self->menu_button);
  adw_header_bar_pack_end (ADW_HEADER_BAR (bar), self->clock_button);
  adw_header_bar_pack_end (ADW_HEADER_BAR (bar), self->pause_button);
  adw_header_bar_pack_end (ADW_HEADER_BAR (bar), times);
  return bar;
}
