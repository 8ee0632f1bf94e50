/* cd-venue-start.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a folder is, and how its market comes back: identity, session, log.
 */
#include <string.h>

#include "cd-venue-server-private.h"

static char *
describe_packs (const CdVenueServerConfig *config)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < config->n_packs; i++)
    g_string_append_printf (text, "%s %s\n", config->packs[i]->id, config->packs[i]->sha256);
  return g_string_free (text, FALSE);
}

/* "2026-12-14T13:20:00" on the wall of the first market. */
static gboolean
parse_start (const CdVenueServerConfig *config, const char *option, const char *text, gint64 *out, GError **error)
{
  CdDate date;
  int second;
  g_auto (GStrv) parts = NULL;

  *out = 0;
  if (!text)
    return TRUE;
  parts = g_strsplit (text, "T", -1);
  if (g_strv_length (parts) != 2 || !cd_date_parse (parts[0], &date, NULL) || !cd_time_of_day_parse (parts[1], &second, NULL))
    {
      g_set_error (error, CD_VENUE_SERVER_ERROR, CD_VENUE_SERVER_ERROR_OPTION, "%s %s: expected a time of the market's zone like 2026-12-14T13:20:00", option, text);
      return FALSE;
    }
  *out = cd_zone_to_us (cd_calendar_zone (config->packs[0]->market->calendar), date, second);
  return TRUE;
}

/* The start that the options ask for; what the session says holds where they are silent. */
static gboolean
asked_start (CdVenueServer *self, const CdVenueServerConfig *config, gint64 *out, GError **error)
{
  const CdVenueSessionFile *session = self->session;
  gint64 of_session = session ? session->start_us : 0;
  char has[CD_INSTANT_BUF], asked[CD_INSTANT_BUF];
  g_autofree char *head = session ? g_strdup_printf ("%s:1: market_time", session->path) : NULL;

  if (!parse_start (config, "--market-time", config->market_time, out, error))
    return FALSE;
  if (session && session->market_time && !parse_start (config, head, session->market_time, &of_session, error))
    return FALSE;
  if (session && *out != 0 && *out != of_session)
    {
      g_set_error (error, CD_VENUE_SERVER_ERROR, CD_VENUE_SERVER_ERROR_OPTION, "--market-time: expected %s, where the session of %s begins, not %s", cd_instant_print (of_session, has), session->path, cd_instant_print (*out, asked));
      return FALSE;
    }
  if (*out == 0)
    *out = of_session;
  return TRUE;
}

/* What a session was recorded under is what it means something under. */
static gboolean
check_session (CdVenueServer *self, const CdVenueServerConfig *config, GError **error)
{
  const CdVenueSessionFile *session = self->session;
  g_autofree char *packs = describe_packs (config);
  const char *what = NULL;

  if (!session)
    return TRUE;
  if (session->packs && strcmp (session->packs, packs) != 0)
    what = "the packs it was recorded under, the same and in the same order";
  else if (session->scenario && config->scenario && strcmp (session->scenario, config->scenario) != 0)
    what = "the scenario it was recorded in";
  else if (session->packs && config->seed >= 0 && config->seed != session->seed)
    what = "the seed it was recorded with";
  if (!what)
    return TRUE;
  g_set_error (error, CD_VENUE_SERVER_ERROR, CD_VENUE_SERVER_ERROR_OPTION, "--replay %s: expected %s", session->path, what);
  return FALSE;
}

/* A session begins with its market and stays with it. */
static gboolean
is_same_session (CdVenueServer *self, GError **error)
{
  const CdVenueSessionFile *session = self->session;
  g_autofree char *sha256 = NULL;
  gboolean quiet;

  if (!cd_venue_db_session (self->db, &sha256, &quiet, error))
    return FALSE;
  if (!session || g_strcmp0 (sha256, session->sha256) == 0)
    return TRUE;
  g_set_error (error, CD_VENUE_SERVER_ERROR, CD_VENUE_SERVER_ERROR_DATA, "%s: holds a practice market %s, expected that of --replay %s; another one needs an empty folder", self->data_dir, sha256 ? "with another session" : "without a session", session->path);
  return FALSE;
}

static gboolean
settle_session (CdVenueServer *self, gboolean is_new, gboolean *quiet, GError **error)
{
  const CdVenueSessionFile *session = self->session;
  g_autofree char *sha256 = NULL;

  if (!is_new || !session)
    return cd_venue_db_session (self->db, &sha256, quiet, error);
  *quiet = session->quiet;
  return cd_venue_db_set_session (self->db, session->sha256, session->quiet, error);
}

/* What lies before the market time has been played, and stands in the log. */
static gboolean
find_place (CdVenueServer *self, GError **error)
{
  gint64 now = cd_venue_market_time (self->venue);

  for (self->session_next = 0; self->session && self->session_next < self->session->entries->len; self->session_next++)
    {
      const CdVenueSessionEntry *entry = g_ptr_array_index (self->session->entries, self->session_next);

      if (entry->at_us < cd_venue_start_time (self->venue))
        {
          g_autofree char *place = cd_venue_session_file_place (self->session, entry->line);
          char begins[CD_INSTANT_BUF];

          g_set_error (error, CD_VENUE_SERVER_ERROR, CD_VENUE_SERVER_ERROR_OPTION, "%s: at: expected no time before %s, where the market begins", place, cd_instant_print (cd_venue_start_time (self->venue), begins));
          return FALSE;
        }
      if (entry->at_us > now)
        break;
    }
  return TRUE;
}

static gboolean
refuse (GError **error, const CdVenueServerConfig *config, const char *what, const char *has, const char *asked)
{
  g_set_error (error, CD_VENUE_SERVER_ERROR, CD_VENUE_SERVER_ERROR_DATA, "%s: holds a practice market with %s %s, expected %s; another one needs an empty folder", config->data_dir, what, has, asked);
  return FALSE;
}

/* What the folder is, or becomes. A log only means something together with what it was written under. */
static gboolean
settle_identity (CdVenueServer *self, const CdVenueServerConfig *config, CdVenueIdentity *identity, gboolean *is_new, GError **error)
{
  g_autofree char *packs = describe_packs (config);
  const CdVenueSessionFile *session = self->session;
  g_autoptr (GError) local = NULL;
  guint8 random[16];
  char key[CD_KEY_BUF];
  gint64 start_us;

  *is_new = FALSE;
  if (!asked_start (self, config, &start_us, error))
    return FALSE;
  if (cd_venue_db_identity (self->db, identity, &local))
    {
      g_autofree char *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, identity->seed);
      g_autofree char *asked_seed = g_strdup_printf ("%" G_GINT64_FORMAT, config->seed);
      char has[CD_INSTANT_BUF], asked[CD_INSTANT_BUF];

      if (!is_same_session (self, error))
        return FALSE;
      if (config->scenario && strcmp (config->scenario, identity->scenario) != 0)
        return refuse (error, config, "scenario", identity->scenario, config->scenario);
      if (config->seed >= 0 && (guint64)config->seed != identity->seed)
        return refuse (error, config, "seed", seed, asked_seed);
      if (start_us != 0 && start_us != identity->start_us)
        return refuse (error, config, "start", cd_instant_print (identity->start_us, has), cd_instant_print (start_us, asked));
      if (strcmp (packs, identity->packs) != 0)
        return refuse (error, config, "packs", g_strdelimit (identity->packs, "\n", ' '), g_strdelimit (packs, "\n", ' '));
      return TRUE;
    }
  if (local)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  cd_env_random_bytes (self->env, random, sizeof random);
  cd_key_make (CD_KEY_PRACTICE, random, key);
  identity->epoch = g_strdup_printf ("E%s", key + 2);
  identity->packs = g_steal_pointer (&packs);
  identity->scenario = g_strdup (config->scenario ? config->scenario : session && session->scenario ? session->scenario
                                                                                                    : "main");
  identity->seed = config->seed >= 0 ? (guint64)config->seed : session && session->seed >= 0 ? (guint64)session->seed
                                                                                             : 1;
  identity->start_us = start_us;
  *is_new = TRUE;
  return TRUE;
}

static gboolean
replay_cb (const CdVenueLogRow *row, gpointer data, GError **error)
{
  CdVenueServer *self = data;
  g_autoptr (CdWireAnswer) answer = NULL;
  g_autofree char *outcome = NULL;

  cd_venue_server_move (self, row->market_us, row->n - 1);
  answer = cd_venue_command (self->venue, row->person, row->command, row->server_us);
  outcome = cd_venue_server_outcome (answer);
  if (strcmp (outcome, row->outcome) == 0)
    return TRUE;
  g_set_error (error, CD_VENUE_SERVER_ERROR, CD_VENUE_SERVER_ERROR_DATA, "%s/venue.db: command %" G_GINT64_FORMAT " gives \"%s\", expected \"%s\" as it was answered", self->data_dir, row->n, outcome, row->outcome);
  return FALSE;
}

/* --- Snapshots --------------------------------------------------------------------------------------------------------- */

void
cd_venue_server_move (CdVenueServer *self, gint64 market_us, gint64 commands)
{
  gint64 close_us;
  guint64 hash;

  cd_venue_advance (self->venue, market_us);
  cd_venue_close_state (self->venue, &close_us, &hash);
  if (close_us == self->close_us)
    return;
  self->close_us = close_us;
  self->close_after = commands;
}

gboolean
cd_venue_server_keep (CdVenueServer *self, GError **error)
{
  CdVenueSnapshot snapshot = { .version = CD_VENUE_STATE_VERSION, .after = self->close_after };

  snapshot.state = cd_venue_close_state (self->venue, &snapshot.market_us, &snapshot.hash);
  if (!snapshot.state || self->close_us == self->stored_us)
    return TRUE;
  self->stored_us = self->close_us;
  return cd_venue_db_put_snapshot (self->db, &snapshot, error);
}

/* From the newest snapshot that is whole and of our version. @after: (out): the log goes on after so many commands. */
static void
restore (CdVenueServer *self, const CdVenueServerConfig *config, const CdVenueIdentity *identity, gint64 *after)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) snapshots = cd_venue_db_snapshots (self->db, &error);

  for (guint i = 0; snapshots && i < snapshots->len && !self->venue; i++)
    {
      const CdVenueSnapshot *s = &g_array_index (snapshots, CdVenueSnapshot, i);

      g_clear_error (&error);
      if (!s->is_whole)
        g_set_error (&error, CD_VENUE_ERROR, CD_VENUE_ERROR_STATE, "its bytes are damaged");
      else if (s->version != CD_VENUE_STATE_VERSION)
        g_set_error (&error, CD_VENUE_ERROR, CD_VENUE_ERROR_STATE, "it is of version %" G_GINT64_FORMAT ", expected %d", s->version, CD_VENUE_STATE_VERSION);
      else if (s->after > cd_venue_db_count (self->db))
        g_set_error (&error, CD_VENUE_ERROR, CD_VENUE_ERROR_STATE, "it knows of commands that the log does not have");
      else
        self->venue = cd_venue_restore (config->packs, config->n_packs, identity->scenario, identity->epoch, s->state, s->hash, &error);
      if (self->venue)
        {
          *after = s->after;
          self->close_us = self->stored_us = s->market_us;
          self->close_after = s->after;
        }
      else if (self->note)
        {
          char when[CD_INSTANT_BUF];

          self->note (self->failed_data, "%s/venue.db: the snapshot of %s is not used: %s; %s is replayed instead", self->data_dir, cd_instant_print (s->market_us, when), error->message, i + 1 < snapshots->len ? "more of the log" : "the whole log");
        }
    }
  if (!snapshots && self->note)
    self->note (self->failed_data, "%s/venue.db: the snapshots are not used: %s; the whole log is replayed instead", self->data_dir, error->message);
}

static gboolean
make_engine (CdVenueServer *self, const CdVenueServerConfig *config, const CdVenueIdentity *identity, gboolean is_new, gint64 *after, GError **error)
{
  guint64 hash;

  *after = 0;
  self->start = is_new ? "new" : "log";
  if (!is_new)
    restore (self, config, identity, after);
  if (self->venue)
    {
      self->start = "snapshot";
      return TRUE;
    }
  self->venue = cd_venue_new (config->packs, config->n_packs, identity->scenario, identity->seed, identity->start_us, identity->epoch, error);
  if (self->venue)
    cd_venue_close_state (self->venue, &self->close_us, &hash);
  return self->venue != NULL;
}

gboolean
cd_venue_start_engine (CdVenueServer *self, const CdVenueServerConfig *config, GError **error)
{
  g_autofree char *path = g_build_filename (config->data_dir, "venue.db", NULL);
  g_auto (CdVenueIdentity) identity = { NULL };
  CdVenueClockState clock = { 0, 1000, FALSE };
  g_autoptr (GError) local = NULL;
  gboolean is_new, quiet;
  gint64 after;

  if (config->replay && !(self->session = cd_venue_session_file_read (self->env, config->replay, error)))
    {
      g_prefix_error (error, "--replay: ");
      return FALSE;
    }
  self->db = cd_venue_db_open (self->env, path, error);
  if (!self->db || !check_session (self, config, error) || !settle_identity (self, config, &identity, &is_new, error))
    return FALSE;
  if (!settle_session (self, is_new, &quiet, error) || !make_engine (self, config, &identity, is_new, &after, error))
    return FALSE;
  if (quiet)
    cd_venue_silence (self->venue);
  if (is_new && !find_place (self, error))
    return FALSE;
  /* Only now: a scenario that does not start leaves a folder that may still become another one. */
  if (is_new && !cd_venue_db_set_identity (self->db, &identity, error))
    return FALSE;
  if (!cd_venue_db_clock (self->db, &clock, &local) && local)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!cd_venue_db_replay (self->db, after, replay_cb, self, error))
    return FALSE;
  cd_venue_server_move (self, clock.market_us, cd_venue_db_count (self->db));
  if (!is_new && !find_place (self, error))
    return FALSE;
  self->rate_e3 = config->rate_e3 > 0 ? config->rate_e3 : clock.rate_e3;
  self->paused = clock.paused;
  cd_venue_server_rebase (self, cd_venue_market_time (self->venue));
  clock.rate_e3 = self->rate_e3;
  clock.market_us = cd_venue_market_time (self->venue);
  return cd_venue_server_keep (self, error) && cd_venue_db_commit (self->db, &clock, error);
}
