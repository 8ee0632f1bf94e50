/* SPDX-License-Identifier: GPL-3.0-or-later */
static void
just_right (void)
{
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
}

static void
too_long (void)
{
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
  step ();
}

static const int table[] =
{
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
  1,
};
