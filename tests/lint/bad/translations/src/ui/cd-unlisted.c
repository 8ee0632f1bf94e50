/* SPDX-License-Identifier: GPL-3.0-or-later */
/* _ ("only said here") */
const char *a = _ ("Unlisted");
