/* SPDX-License-Identifier: GPL-3.0-or-later */
/* time (NULL) and getenv ("HOME") in a comment */
static void
ask (Feed *feed)
{
  gint64 a = g_get_real_time ();
  gint64 b = g_get_monotonic_time ();
  g_autoptr (GDateTime) c = g_date_time_new_now_utc ();
  time_t d = time (NULL);
  guint32 e = g_random_int ();
  GRand *f = g_rand_new ();
  GRand *seeded = g_rand_new_with_seed (7);
  const char *g = g_getenv ("HOME");
  const char *h = getenv ("HOME");
  int i = rand ();
  clock_gettime (CLOCK_REALTIME, NULL);
  gettimeofday (NULL, NULL);
  g_timeout_add (10, tick_cb, NULL);
  feed->time (feed);
  cd_env_time (feed->env);
  session_time (feed);
  g_message ("getenv (%s)", "time (");
}
