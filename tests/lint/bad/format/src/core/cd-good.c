/* SPDX-License-Identifier: GPL-3.0-or-later */
int
good (int a)
{
  return a + 1;
}
