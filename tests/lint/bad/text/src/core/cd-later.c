/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TO@@DO: later */
/* FIX@@ME too */
int mastodont; /* not a promise: TO@@DOS */
static const char *place = "/wo@@rk/main/data";
static const char *home = "/ro@@ot/x";
static const char *fine = "a/wo@@rk/b";
