/* SPDX-License-Identifier: GPL-3.0-or-later */
static double drawn = 1.5;
