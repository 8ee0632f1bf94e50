/* cd-instance.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-instance.h"

#include "cd-paths.h"

#define CALL_MS 5000
#define ENDING_MS 10000
#define OBJECT "/io/github/carbondesk/Instance"
#define INTERFACE "io.github.carbondesk.Instance"
#define DIGITS 16 /* of the hash of the folder: two profiles of one person never meet by chance */

static const char interface_xml[] = "<node><interface name='" INTERFACE "'>"
                                    "<method name='Raise'><arg name='token' type='s' direction='in'/><arg name='raised' type='b' direction='out'/></method>"
                                    "</interface></node>";

struct _CdInstance
{
  CdEnv *env;           /* (owned) */
  GDBusConnection *bus; /* (owned) (nullable) */
  guint object;         /* 0 = none */
  guint name;           /* 0 = none */
  CdInstanceRaise raise;
  gpointer data;
  gboolean closing;

  /* While it is claimed. */
  gboolean answered, owned;
};

static void
called_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *method, GVariant *parameters, GDBusMethodInvocation *invocation, gpointer data)
{
  CdInstance *self = data;
  const char *token;

  g_variant_get (parameters, "(&s)", &token);
  if (!self->closing)
    self->raise (token, self->data);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(b)", !self->closing));
}

static void
acquired_cb (GDBusConnection *bus, const char *name, gpointer data)
{
  CdInstance *self = data;

  self->answered = self->owned = TRUE;
}

static void
lost_cb (GDBusConnection *bus, const char *name, gpointer data)
{
  CdInstance *self = data;

  self->answered = TRUE;
  self->owned = FALSE;
}

static gboolean
late_cb (gpointer data)
{
  gboolean *late = data;

  *late = TRUE;
  return G_SOURCE_REMOVE;
}

/* Lets the bus speak until @what is so. */
static gboolean
await (CdInstance *self, GMainContext *context, const gboolean *what, guint limit_ms)
{
  gboolean late = FALSE;
  guint64 timer = cd_env_timer_add (self->env, context, limit_ms, late_cb, &late);

  while (!*what && !late)
    g_main_context_iteration (context, TRUE);
  cd_env_timer_cancel (self->env, timer);
  return *what;
}

/* FALSE in @raised: it is about to end. */
static gboolean
ask (CdInstance *self, const char *name, const char *token, gboolean *raised)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (self->bus, name, OBJECT, INTERFACE, "Raise", g_variant_new ("(s)", token ? token : ""), G_VARIANT_TYPE ("(b)"),
                                                             G_DBUS_CALL_FLAGS_NO_AUTO_START, CALL_MS, NULL, NULL);

  if (answer)
    g_variant_get (answer, "(b)", raised);
  return answer != NULL;
}

/* The object stands before the name is asked for: who finds the name finds somebody to talk to. */
static gboolean
offer (CdInstance *self)
{
  static const GDBusInterfaceVTable vtable = { .method_call = called_cb };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (interface_xml, NULL);

  self->object = g_dbus_connection_register_object (self->bus, OBJECT, node->interfaces[0], &vtable, self, NULL, NULL);
  return self->object != 0;
}

static CdInstanceClaim
claim_name (CdInstance *self, GMainContext *context, const char *name, const char *token)
{
  gboolean raised = FALSE;

  self->name = g_bus_own_name_on_connection (self->bus, name, G_BUS_NAME_OWNER_FLAGS_NONE, acquired_cb, lost_cb, self, NULL);
  if (!await (self, context, &self->answered, CALL_MS))
    return CD_INSTANCE_SILENT;
  if (self->owned)
    return CD_INSTANCE_FIRST;
  /* We stand in line for the name, so that nobody comes between when its owner ends. */
  if (!ask (self, name, token, &raised))
    return self->owned ? CD_INSTANCE_FIRST : CD_INSTANCE_SILENT;
  if (raised)
    return CD_INSTANCE_RAISED;
  return await (self, context, &self->owned, ENDING_MS) ? CD_INSTANCE_FIRST : CD_INSTANCE_SILENT;
}

char *
cd_instance_dup_name (CdEnv *env, const char *app_id, const char *profile)
{
  g_autofree char *dir = cd_paths_dup_data_dir (env, CD_PROFILE_PRACTICE, profile);
  g_autofree char *hash = dir ? g_compute_checksum_for_string (G_CHECKSUM_SHA256, dir, -1) : NULL;

  return hash ? g_strdup_printf ("%s.profile.p%.*s", app_id, DIGITS, hash) : NULL;
}

CdInstance *
cd_instance_claim (CdEnv *env, GDBusConnection *bus, const char *app_id, const char *profile, CdInstanceRaise raise, gpointer data, CdInstanceClaim *claim)
{
  CdInstance *self = g_new0 (CdInstance, 1);
  g_autofree char *name = cd_instance_dup_name (env, app_id, profile);
  const char *token = cd_env_get_string (env, "XDG_ACTIVATION_TOKEN");

  if (!token)
    token = cd_env_get_string (env, "DESKTOP_STARTUP_ID");
  self->env = cd_env_ref (env);
  self->raise = raise;
  self->data = data;
  *claim = CD_INSTANCE_SILENT;
  if (!bus || !name)
    return self;
  self->bus = g_object_ref (bus);
  if (!offer (self))
    return self;
  /* A context of its own: nothing else of the program runs before it is known whether it runs at all. */
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_main_context_push_thread_default (context);
  *claim = claim_name (self, context, name, token);
  g_main_context_pop_thread_default (context);
  if (*claim != CD_INSTANCE_FIRST)
    g_clear_handle_id (&self->name, g_bus_unown_name);
  return self;
}

void
cd_instance_close (CdInstance *self)
{
  self->closing = TRUE;
}

void
cd_instance_free (CdInstance *self)
{
  if (self->name)
    g_bus_unown_name (self->name);
  if (self->object)
    g_dbus_connection_unregister_object (self->bus, self->object);
  g_clear_object (&self->bus);
  cd_env_unref (self->env);
  g_free (self);
}
