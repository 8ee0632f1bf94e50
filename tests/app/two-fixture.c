/* two-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "two-fixture.h"

static gboolean
both_live (Fixture *f, gconstpointer data)
{
  Two *two = (Two *)data;

  return is_live (&two->maker, NULL) && is_live (&two->checker, NULL);
}

void
open_checker (Two *two, const char *person)
{
  const CdDeskConfig config = { .profile = two->checker.profile, .join = two->maker.profile, .person = person };

  two->checker.desk = cd_desk_new (cd_env_default (), &config);
  cd_desk_start (two->checker.desk);
  WAIT_FOR (&two->checker, both_live, two);
  g_assert_cmpstr (cd_desk_get_person (two->checker.desk)->id, ==, person);
}

void
two_setup (Two *two, gconstpointer data)
{
  setup (&two->maker, data);
  g_snprintf (two->checker.profile, sizeof two->checker.profile, "%s-b", two->maker.profile);
  cd_desk_clock_set_paused (two->maker.desk, TRUE);
  open_checker (two, "power-second");
  WAIT_FOR (&two->checker, has_book, "CEA25");
}

void
two_teardown (Two *two, gconstpointer data)
{
  close_desk (&two->checker);
  close_desk (&two->maker);
}
