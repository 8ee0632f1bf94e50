/* SPDX-License-Identifier: GPL-3.0-or-later */
const char *a = _ ("Translated");
const char *b = _ ("Untranslated");
const char *c = C_ ("side", "Fuzzy");
const char *d = _ ("New since the template");
const char *e = ngettext ("%d wrong", "%d wrongs", 2);
