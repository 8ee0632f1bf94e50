/* cd-application.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-application.h"

#include <glib/gi18n.h>

#include "cd-instance.h"
#include "cd-lock-shade.h"
#include "cd-lock-watch.h"
#include "cd-ui-resources.h"
#include "cd-window.h"

#define SETTINGS_ID "io.github.carbondesk.Carbondesk"
#define SHOT_TICKS 40 /* quarter seconds after the desk is live: enough trades to look at */

struct _CdApplication
{
  AdwApplication parent_instance;

  CdDesk *desk;         /* (owned) */
  CdWindow *window;     /* borrowed */
  GSettings *settings;  /* (owned) (nullable) */
  CdLock *lock;         /* (owned) */
  CdLockWatch *watch;   /* (owned) (nullable) */
  CdInstance *instance; /* (owned) (nullable): for pictures and measurements none is needed */
  CdEnv *env;           /* (owned) */
  char *profile;        /* (owned) */
  CdShot shot;
  char *shot_path;
  guint live_ticks;
  gboolean stopping;
};

G_DEFINE_FINAL_TYPE (CdApplication, cd_application, ADW_TYPE_APPLICATION)

static void
stopped_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CdApplication) self = data;

  cd_desk_stop_finish (CD_DESK (source), result, NULL);
  g_application_release (G_APPLICATION (self));
  g_application_quit (G_APPLICATION (self));
}

/* Everything is on disk before the program ends. */
static void
stop (CdApplication *self)
{
  if (self->stopping)
    return;
  self->stopping = TRUE;
  if (self->instance)
    cd_instance_close (self->instance);
  g_application_hold (G_APPLICATION (self));
  cd_desk_stop_async (self->desk, stopped_cb, g_object_ref (self));
}

static gboolean
close_request_cb (GtkWindow *window, CdApplication *self)
{
  stop (self);
  return FALSE;
}

static void
quit_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  CdApplication *self = data;

  if (self->window)
    gtk_window_close (GTK_WINDOW (self->window));
}

/* Only right after a frame is everything drawn. */
static void
after_paint_cb (GdkFrameClock *clock, CdApplication *self)
{
  g_signal_handlers_disconnect_by_func (clock, after_paint_cb, self);
  if (!cd_window_shoot (self->window, self->shot_path))
    g_printerr ("%s: the picture could not be written\n", self->shot_path);
  gtk_window_close (GTK_WINDOW (self->window));
}

/* How long the start takes is measured from outside: ./dev bench waits for this line. */
static void
first_frame_cb (GdkFrameClock *clock, CdApplication *self)
{
  g_signal_handlers_disconnect_by_func (clock, first_frame_cb, self);
  g_print ("first-frame\n");
  gtk_window_close (GTK_WINDOW (self->window));
}

static void
shot_tick_cb (CdDesk *desk, CdApplication *self)
{
  if (cd_desk_get_state (desk) != CD_DESK_LIVE || ++self->live_ticks != SHOT_TICKS)
    return;
  g_signal_connect (gtk_widget_get_frame_clock (GTK_WIDGET (self->window)), "after-paint", G_CALLBACK (after_paint_cb), self);
  gtk_widget_queue_draw (GTK_WIDGET (self->window));
}

static void
load_style (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider, "/io/github/carbondesk/Carbondesk/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider), GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

/* As large as the first monitor allows, at most what four workspaces can use. */
static void
choose_size (CdApplication *self, GdkRectangle *size)
{
  g_autoptr (GdkMonitor) monitor = g_list_model_get_item (gdk_display_get_monitors (gdk_display_get_default ()), 0);

  *size = (GdkRectangle){ 0, 0, 1600, 960 };
  if (monitor)
    gdk_monitor_get_geometry (monitor, size);
  size->width = MIN (size->width, 1920);
  size->height = MIN (size->height, 1080);
  if (self->shot_path || self->shot.width)
    {
      size->width = self->shot.width;
      size->height = self->shot.height;
    }
}

/* --- Lock ------------------------------------------------------------------------------------------------------------ */

/* Inside a sandbox the desktop's portal says it, and GTK passes it on. */
static void
screensaver_cb (CdApplication *self)
{
  gboolean active;

  g_object_get (self, "screensaver-active", &active, NULL);
  if (active)
    cd_lock_close (self->lock, CD_LOCK_SESSION);
}

/* Without a bus (a bare machine, a sandbox) nothing is heard from there; the time without input always counts. */
static void
start_lock (CdApplication *self)
{
  g_autoptr (GDBusConnection) session = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GDBusConnection) system = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, NULL);

  self->watch = cd_lock_watch_new (cd_desk_get_env (self->desk), self->lock, session, system);
  g_signal_connect (self, "notify::screensaver-active", G_CALLBACK (screensaver_cb), NULL);
  cd_lock_shade_attach (ADW_APPLICATION_WINDOW (self->window), self->desk, self->lock, self->settings);
}

/* --- One window to a profile ----------------------------------------------------------------------------------------- */

static void
raise_cb (const char *token, gpointer data)
{
  CdApplication *self = data;

  /* Before there is a window it comes by itself. */
  if (!self->window)
    return;
  if (*token)
    gtk_window_set_startup_id (GTK_WINDOW (self->window), token);
  gtk_window_present (GTK_WINDOW (self->window));
}

/* A desk that could not have the profile keeps nobody from opening it. */
static void
state_cb (CdDesk *desk, CdApplication *self)
{
  g_autofree char *open = cd_desk_dup_layout_file (desk);

  if (cd_desk_get_state (desk) == CD_DESK_FAILED && !open)
    g_clear_pointer (&self->instance, cd_instance_free);
}

/* TRUE: another window has the profile and was raised. */
static gboolean
is_elsewhere (CdApplication *self)
{
  g_autoptr (GDBusConnection) session = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  CdInstanceClaim claim;

  self->instance = cd_instance_claim (self->env, session, SETTINGS_ID, self->profile, raise_cb, self, &claim);
  if (claim == CD_INSTANCE_RAISED)
    g_printerr (_ ("carbondesk: the profile %s is open already; its window was raised, and nothing was started.\n"), self->profile);
  return claim == CD_INSTANCE_RAISED;
}

/* Before anything of a desk or a window exists. */
static gboolean
cd_application_local_command_line (GApplication *application, char ***arguments, int *status)
{
  CdApplication *self = CD_APPLICATION (application);

  if (!self->shot_path && !self->shot.first_frame && is_elsewhere (self))
    {
      *status = 1;
      return TRUE;
    }
  return G_APPLICATION_CLASS (cd_application_parent_class)->local_command_line (application, arguments, status);
}

static void
cd_application_activate (GApplication *application)
{
  CdApplication *self = CD_APPLICATION (application);
  GdkRectangle size;

  if (self->window)
    {
      gtk_window_present (GTK_WINDOW (self->window));
      return;
    }
  load_style ();
  choose_size (self, &size);
  self->window = CD_WINDOW (cd_window_new (GTK_APPLICATION (self), self->desk, self->settings, size.width, size.height));
  g_signal_connect (self->window, "close-request", G_CALLBACK (close_request_cb), self);
  start_lock (self);
  if (self->shot_path)
    g_signal_connect_object (self->desk, "clock-changed", G_CALLBACK (shot_tick_cb), self, 0);
  if (!self->shot_path && !self->shot.first_frame)
    cd_window_ask_once (self->window);
  if (!self->settings)
    cd_key_map_apply (GTK_APPLICATION (self), CD_KEY_MAP_AUTO);
  gtk_window_present (GTK_WINDOW (self->window));
  if (self->shot.first_frame)
    g_signal_connect (gtk_widget_get_frame_clock (GTK_WIDGET (self->window)), "after-paint", G_CALLBACK (first_frame_cb), self);
  cd_desk_start (self->desk);
  /* Before the first frame is drawn, so that nothing jumps. Pictures and measurements show the screen as designed. */
  if (!self->shot_path && !self->shot.first_frame)
    {
      g_autofree char *file = cd_desk_dup_layout_file (self->desk);

      cd_window_keep_layout (self->window, file, (self->shot.width ? 0 : CD_WINDOW_RESTORE_SIZE) | (self->shot.workspace ? 0 : CD_WINDOW_RESTORE_PLACE));
    }
  if (self->shot.workspace > 0)
    cd_window_set_workspace (self->window, self->shot.workspace);
}

static void
cd_application_startup (GApplication *application)
{
  static const GActionEntry entries[] = { { "quit", quit_cb } };
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = source ? g_settings_schema_source_lookup (source, SETTINGS_ID, TRUE) : NULL;
  CdApplication *self = CD_APPLICATION (application);

  g_resources_register (cd_ui_get_resource ());
  G_APPLICATION_CLASS (cd_application_parent_class)->startup (application);
  g_action_map_add_action_entries (G_ACTION_MAP (application), entries, G_N_ELEMENTS (entries), application);
  /* Preferences are a convenience: without the schema the program works with its defaults. */
  if (schema)
    self->settings = g_settings_new (SETTINGS_ID);
  else
    adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_PREFER_DARK);
}

static void
cd_application_finalize (GObject *object)
{
  CdApplication *self = CD_APPLICATION (object);

  g_clear_pointer (&self->watch, cd_lock_watch_free);
  g_clear_object (&self->lock);
  g_clear_object (&self->desk);
  /* After the desk, which gives the lock of the profile back: who waits for the name finds it open. */
  g_clear_pointer (&self->instance, cd_instance_free);
  g_clear_object (&self->settings);
  cd_env_unref (self->env);
  g_free (self->profile);
  g_free (self->shot_path);
  G_OBJECT_CLASS (cd_application_parent_class)->finalize (object);
}

static void
cd_application_class_init (CdApplicationClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cd_application_finalize;
  G_APPLICATION_CLASS (klass)->activate = cd_application_activate;
  G_APPLICATION_CLASS (klass)->startup = cd_application_startup;
  G_APPLICATION_CLASS (klass)->local_command_line = cd_application_local_command_line;
}

static void
cd_application_init (CdApplication *self)
{
}

CdApplication *
cd_application_new (CdEnv *env, const CdDeskConfig *config, const CdShot *shot)
{
  CdApplication *self = g_object_new (CD_TYPE_APPLICATION, "application-id", SETTINGS_ID, "flags", G_APPLICATION_NON_UNIQUE, "register-session", TRUE, NULL);

  self->env = cd_env_ref (env);
  self->profile = g_strdup (config->profile ? config->profile : CD_DESK_PROFILE);
  self->desk = cd_desk_new (env, config);
  g_signal_connect_object (self->desk, "state-changed", G_CALLBACK (state_cb), self, 0);
  self->lock = cd_lock_new (env);
  if (shot)
    {
      self->shot = *shot;
      self->shot_path = g_strdup (shot->path);
    }
  return self;
}
