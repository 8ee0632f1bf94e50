/* SPDX-License-Identifier: GPL-3.0-or-later */
static const char *place = "/x/cd-good-view.ui";
