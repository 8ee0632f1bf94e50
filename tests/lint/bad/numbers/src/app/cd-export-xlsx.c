/* SPDX-License-Identifier: GPL-3.0-or-later */
static double cell = 1.5;
