/* test-pin.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The real window over the real venue with a key of one's own: locked until PIN or passphrase, wrong ones told in words, the token
 * pulled in the middle. The token is SoftHSM behind the shim.
 */
#include "cd-lock-shade.h"
#include "cd-pin-entry.h"
#include "cd-pin-field.h"
#include "cd-ui-resources.h"
#include "cd-window.h"
#include "token-fixture.h"
#include "ui-fixture.h"

#include <string.h>

#define PASSPHRASE "canary-passphrase-5150"

static AdwApplication *application;

typedef struct
{
  Fixture f;
  CdLock *lock;
  GtkWidget *window;
} Pin;

static char *
person_file (Pin *t, const char *suffix)
{
  g_autofree char *dir = token_cert_dir (&t->f);

  return g_strdup_printf ("%s/person-%s.%s", dir, TOKEN_PERSON, suffix);
}

static void
pin_setup (Pin *t, gconstpointer data)
{
  static int number;

  g_snprintf (t->f.profile, sizeof t->f.profile, "pin-%d", ++number);
  open_desk (&t->f);
  WAIT_FOR (&t->f, is_live, NULL);
  close_desk (&t->f);
}

static void
open_window (Pin *t, const char *certificate, const char *key)
{
  const CdDeskConfig config = { .profile = t->f.profile, .certificate = certificate, .key = key };

  t->f.desk = cd_desk_new (cd_env_default (), &config);
  t->lock = cd_lock_new (cd_env_default ());
  t->window = cd_window_new (GTK_APPLICATION (application), t->f.desk, NULL, 1366, 768);
  cd_lock_shade_attach (ADW_APPLICATION_WINDOW (t->window), t->f.desk, t->lock, NULL);
  gtk_window_present (GTK_WINDOW (t->window));
  cd_desk_start (t->f.desk);
}

static void
pin_teardown (Pin *t, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (t->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&t->lock);
  teardown (&t->f, data);
}

/* --- The window ------------------------------------------------------------------------------------------------------ */

typedef struct
{
  GType type;
  const char *part;
  GtkWidget *found;
} Search;

static void
search_cb (GtkWidget *widget, gpointer data)
{
  Search *s = data;
  const char *text = GTK_IS_LABEL (widget) ? gtk_label_get_text (GTK_LABEL (widget)) : NULL;

  if (!s->found && g_type_is_a (G_OBJECT_TYPE (widget), s->type) && (!s->part || (text && strstr (text, s->part) && gtk_widget_get_visible (widget))))
    s->found = widget;
}

static GtkWidget *
find (Pin *t, GType type, const char *part)
{
  Search s = { type, part, NULL };

  test_walk (t->window, search_cb, &s);
  return s.found;
}

static gboolean
shows (Fixture *f, gconstpointer part)
{
  return find ((Pin *)f, GTK_TYPE_LABEL, part) != NULL;
}

static void
figure_cb (GtkWidget *widget, gpointer data)
{
  const char *text = GTK_IS_LABEL (widget) ? gtk_label_get_text (GTK_LABEL (widget)) : GTK_IS_EDITABLE (widget) ? gtk_editable_get_text (GTK_EDITABLE (widget))
                                                                                                                : "";

  if (strpbrk (text, "0123456789"))
    (*(guint *)data)++;
}

static guint
n_figures (Pin *t)
{
  guint n = 0;

  test_walk (t->window, figure_cb, &n);
  return n;
}

static GtkWidget *
entry_of (Pin *t)
{
  return find (t, CD_TYPE_PIN_FIELD, NULL);
}

static gboolean
may_type (Fixture *f, gconstpointer data)
{
  GtkWidget *entry = entry_of ((Pin *)f);

  return entry && !cd_pin_field_get_busy (CD_PIN_FIELD (entry));
}

static void
type_secret (Pin *t, const char *secret)
{
  WAIT_FOR (&t->f, may_type, NULL);
  for (const char *p = secret; *p; p++)
    test_key (entry_of (t), gdk_unicode_to_keyval ((guint)*p), 0);
  g_assert_null (find (t, GTK_TYPE_LABEL, secret));
  test_key (entry_of (t), GDK_KEY_x, 0);
  test_key (entry_of (t), GDK_KEY_BackSpace, 0);
  test_key (entry_of (t), GDK_KEY_Return, 0);
  /* Taken out at once. */
  g_assert_true (!entry_of (t) || cd_pin_field_is_empty (CD_PIN_FIELD (entry_of (t))));
}

static gboolean
is_reason (Fixture *f, gconstpointer reason)
{
  return cd_lock_get_reason (((Pin *)f)->lock) == (CdLockReason)GPOINTER_TO_INT (reason);
}

static gboolean
has_person (Fixture *f, gconstpointer data)
{
  return cd_desk_get_person (f->desk) != NULL;
}

/* --- Tests ----------------------------------------------------------------------------------------------------------- */

static void
test_pin (Pin *t, gconstpointer data)
{
  g_autofree char *dir = token_cert_dir (&t->f);

  token_fill (dir);
  open_window (t, TOKEN_CERTIFICATE, TOKEN_KEY);
  g_assert_cmpint (cd_lock_get_reason (t->lock), ==, CD_LOCK_START);
  g_assert_cmpuint (cd_lock_get_minutes (t->lock), ==, 10);
  WAIT_FOR (&t->f, has_person, NULL);
  g_assert_cmpuint (n_figures (t), ==, 0);
  g_assert_null (find (t, GTK_TYPE_LABEL, "Practice has no secret"));
  type_secret (t, "no-such-pin");
  WAIT_FOR (&t->f, shows, "Fewer tries are left");
  type_secret (t, "neither this");
  WAIT_FOR (&t->f, shows, "no try is gone");
  type_secret (t, "neither-this");
  WAIT_FOR (&t->f, shows, "One try is left");
  g_assert_cmpuint (n_figures (t), ==, 0);
  type_secret (t, TOKEN_PIN);
  WAIT_FOR (&t->f, is_reason, GINT_TO_POINTER (CD_LOCK_NOT));
  WAIT_FOR (&t->f, is_live, NULL);
  WAIT_FOR (&t->f, has_book, "CEA25");
  test_wait_frames (t->window, 3);
  g_assert_cmpuint (n_figures (t), >, 20);
  /* By hand: only the PIN opens. */
  cd_lock_close (t->lock, CD_LOCK_HAND);
  g_assert_cmpuint (n_figures (t), ==, 0);
  type_secret (t, "wrong");
  WAIT_FOR (&t->f, shows, "Fewer tries are left");
  g_assert_cmpint (cd_lock_get_reason (t->lock), !=, CD_LOCK_NOT);
  type_secret (t, TOKEN_PIN);
  WAIT_FOR (&t->f, is_reason, GINT_TO_POINTER (CD_LOCK_NOT));
  /* Pulled: locked, and the PIN alone does not help. */
  token_pull (TRUE);
  WAIT_FOR (&t->f, is_reason, GINT_TO_POINTER (CD_LOCK_TOKEN));
  g_assert_cmpuint (n_figures (t), ==, 0);
  g_assert_nonnull (find (t, GTK_TYPE_LABEL, "the token was removed"));
  type_secret (t, TOKEN_PIN);
  WAIT_FOR (&t->f, shows, "plug it in");
  token_pull (FALSE);
  type_secret (t, TOKEN_PIN);
  WAIT_FOR (&t->f, is_reason, GINT_TO_POINTER (CD_LOCK_NOT));
  WAIT_FOR (&t->f, is_live, NULL);
}

static void
test_passphrase (Pin *t, gconstpointer data)
{
  g_autofree char *cert = person_file (t, "pem");
  g_autofree char *plain = person_file (t, "key");
  g_autofree char *key = g_strdup_printf ("%s.guarded", plain);
  const char *const argv[] = { "certtool", "--to-p8", "--pkcs-cipher=aes-256", "--password=" PASSPHRASE, "--load-privkey", plain, "--outfile", key, NULL };

  token_run (argv);
  open_window (t, cert, key);
  g_assert_cmpint (cd_lock_get_reason (t->lock), ==, CD_LOCK_START);
  g_assert_nonnull (find (t, GTK_TYPE_CHECK_BUTTON, NULL));
  WAIT_FOR (&t->f, has_person, NULL);
  type_secret (t, "wrong");
  WAIT_FOR (&t->f, shows, "Wrong passphrase");
  g_assert_cmpuint (n_figures (t), ==, 0);
  type_secret (t, PASSPHRASE);
  WAIT_FOR (&t->f, is_reason, GINT_TO_POINTER (CD_LOCK_NOT));
  WAIT_FOR (&t->f, is_live, NULL);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int status;

  token_init (g_getenv ("CARBONDESK_TOKEN_SHIM"));
  desk_tests_init (&argc, &argv);
  g_resources_register (cd_ui_get_resource ());
  application = adw_application_new ("io.github.carbondesk.Carbondesk.PinTest", G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);
  g_test_add ("/pin/token", Pin, NULL, pin_setup, test_pin, pin_teardown);
  g_test_add ("/pin/passphrase", Pin, NULL, pin_setup, test_passphrase, pin_teardown);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
