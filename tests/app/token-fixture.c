/* token-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "token-fixture.h"

#include <dlfcn.h>
#include <glib/gstdio.h>
#include <string.h>

static char *home;
static const char *shim_path;

void *dlopen (const char *file, int flags);

/* p11-kit reads no configuration of the user's when it runs as root. So the system's entry stays, and what it loads is another. */
void *
dlopen (const char *file, int flags)
{
  static void *(*next) (const char *, int);

  if (!next)
    *(void **)&next = dlsym (RTLD_NEXT, "dlopen");
  return next (file && shim_path && strstr (file, "libsofthsm2.so") ? shim_path : file, flags);
}

static void
write_text (const char *path, const char *text)
{
  g_autofree char *dir = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (dir, 0700), ==, 0);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static const char *
softhsm (void)
{
  static const char *const paths[] = { "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so" };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    if (g_file_test (paths[i], G_FILE_TEST_EXISTS))
      return paths[i];
  g_error ("SoftHSM is not installed");
  return NULL;
}

void
token_init (const char *shim)
{
  g_autofree char *conf = NULL, *tokens = NULL, *text = NULL, *pulled = NULL, *lies = NULL;

  home = g_dir_make_tmp ("carbondesk-token-XXXXXX", NULL);
  conf = g_build_filename (home, "softhsm2.conf", NULL);
  tokens = g_build_filename (home, "tokens", NULL);
  pulled = g_build_filename (home, "pulled", NULL);
  lies = g_build_filename (home, "lies", NULL);
  g_assert_cmpint (g_mkdir (tokens, 0700), ==, 0);
  text = g_strdup_printf ("directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n", tokens);
  write_text (conf, text);
  shim_path = shim;
  g_assert_true (g_setenv ("SOFTHSM2_CONF", conf, TRUE) && g_setenv ("CARBONDESK_TOKEN_PULLED", pulled, TRUE) && g_setenv ("CARBONDESK_TOKEN_LIES", lies, TRUE) && g_setenv ("CARBONDESK_SOFTHSM", softhsm (), TRUE));
  /* As main.c: nothing is resumed, each line proves the key anew. */
  g_setenv ("G_TLS_GNUTLS_PRIORITY", "NORMAL:%COMPAT:%NO_TICKETS", TRUE);
}

void
token_run (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *said = NULL, *wrong = NULL;
  int status;

  g_assert_true (g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &said, &wrong, &status, &error));
  g_assert_no_error (error);
  if (status != 0)
    g_error ("%s: %s %s", argv[0], said, wrong);
}

void
token_make (const char *label, const char *pin)
{
  const char *const make[] = { "softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", "12345678", "--pin", pin, NULL };

  token_run (make);
}

void
token_put (const char *label, const char *pin, const char *cert_dir, const char *person, const char *object, const char *id)
{
  g_autofree char *key = g_strdup_printf ("%s/person-%s.key", cert_dir, person);
  g_autofree char *cert = g_strdup_printf ("%s/person-%s.pem", cert_dir, person);
  g_autofree char *token = g_strconcat ("pkcs11:token=", label, NULL);
  const char *const put_key[] = { "p11tool", "--batch", "--login", "--set-pin", pin, "--write", "--load-privkey", key, "--label", object, "--id", id, token, NULL };
  const char *const put_cert[] = { "p11tool", "--batch", "--login", "--set-pin", pin, "--write", "--load-certificate", cert, "--label", object, "--id", id, token, NULL };

  token_run (put_key);
  token_run (put_cert);
}

void
token_fill (const char *cert_dir)
{
  token_make ("carbondesk-test", TOKEN_PIN);
  token_put ("carbondesk-test", TOKEN_PIN, cert_dir, TOKEN_PERSON, "trader", "01");
}

static void
set_file (const char *path, gboolean there)
{
  if (there)
    write_text (path, "");
  else
    g_assert_cmpint (g_remove (path), ==, 0);
}

void
token_pull (gboolean pulled)
{
  set_file (g_getenv ("CARBONDESK_TOKEN_PULLED"), pulled);
}

void
token_lie (gboolean lies)
{
  set_file (g_getenv ("CARBONDESK_TOKEN_LIES"), lies);
}

char *
token_cert_dir (Fixture *f)
{
  return g_build_filename (g_get_user_data_dir (), "carbondesk", "practice", f->profile, "venue", "main", "certs", NULL);
}
