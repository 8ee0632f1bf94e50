/* SPDX-License-Identifier: GPL-3.0-or-later */
static void
flash (void)
{
  g_timeout_add_once (10, dim_cb, NULL);
  use (g_get_monotonic_time ());
}
