/* main.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The workstation: reads the options of design 11 and hands over.
 */
#include <glib/gi18n.h>
#include <locale.h>
#include <sys/resource.h>

#include "cd-application.h"

int
main (int argc, char **argv)
{
  gboolean practice = FALSE;
  g_autofree char *profile = NULL, *scenario = NULL, *market_time = NULL, *speed = NULL, *seed = NULL, *certificate = NULL, *key = NULL, *picture = NULL, *size = NULL, *join = NULL, *person = NULL;
  gboolean first_frame = FALSE;
  int workspace = 0;
  const GOptionEntry entries[] = {
    { "practice", 0, 0, G_OPTION_ARG_NONE, &practice, N_ ("Work on the practice market (the default)"), NULL },
    { "profile", 0, 0, G_OPTION_ARG_STRING, &profile, N_ ("Profile to open"), "NAME" },
    { "scenario", 0, 0, G_OPTION_ARG_STRING, &scenario, N_ ("main, beijing-2021, 2025-12-23 or deadline-week"), "ID" },
    { "market-time", 0, 0, G_OPTION_ARG_STRING, &market_time, N_ ("Start of the practice clock, 2026-12-14T13:20:00"), "TIME" },
    { "speed", 0, 0, G_OPTION_ARG_STRING, &speed, N_ ("Speed of the practice clock"), "N" },
    { "seed", 0, 0, G_OPTION_ARG_STRING, &seed, N_ ("Seed of the practice market"), "N" },
    { "certificate", 0, 0, G_OPTION_ARG_STRING, &certificate, N_ ("Own certificate to sign in with: a PEM file or a pkcs11: address"), "WHERE" },
    { "key", 0, 0, G_OPTION_ARG_STRING, &key, N_ ("Its key: a PEM file, with or without passphrase, or a pkcs11: address"), "WHERE" },
    { "join", 0, 0, G_OPTION_ARG_STRING, &join, N_ ("Join the practice market that another profile of this machine runs"), "NAME" },
    { "person", 0, 0, G_OPTION_ARG_STRING, &person, N_ ("Who sits at this desk, by id of the practice market"), "ID" },
    { "screenshot", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, &picture, NULL, NULL },
    { "workspace", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &workspace, NULL, NULL },
    { "first-frame", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &first_frame, NULL, NULL },
    { "size", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &size, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) options = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (CdApplication) application = NULL;
  CdEnv *env = cd_env_default ();
  const char *localedir = cd_env_get_string (env, "CARBONDESK_LOCALEDIR");
  CdShot shot = { .workspace = 0 };
  CdDeskConfig config;

  /* A crash leaves no picture of the memory behind. */
  setrlimit (RLIMIT_CORE, &(struct rlimit){ 0, 0 });
  /* Nothing is resumed between two persons at one desk (see venued.c). */
  g_setenv ("G_TLS_GNUTLS_PRIORITY", "NORMAL:%COMPAT:%NO_TICKETS", TRUE);
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, localedir ? localedir : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_option_context_add_main_entries (options, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (options, &argc, &argv, &error))
    {
      g_printerr ("carbondesk: %s\n", error->message);
      return 2;
    }
  if (picture && !size)
    {
      shot.width = 1920;
      shot.height = 1080;
    }
  if (size && sscanf (size, "%dx%d", &shot.width, &shot.height) != 2)
    {
      g_printerr ("carbondesk: --size %s: expected WIDTHxHEIGHT\n", size);
      return 2;
    }
  config = (CdDeskConfig){ .profile = profile, .scenario = scenario, .market_time = market_time, .speed = speed, .seed = seed, .certificate = certificate, .key = key, .join = join, .person = person };
  shot.path = picture;
  shot.workspace = workspace;
  shot.first_frame = first_frame;
  application = cd_application_new (env, &config, &shot);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
