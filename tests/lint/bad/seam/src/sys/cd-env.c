/* SPDX-License-Identifier: GPL-3.0-or-later */
static gint64
now (void)
{
  return g_get_real_time ();
}
