/* cd-glyphs.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Figures without shaping: every character a number may hold is shaped once per font, with figures of equal width, and a text of
 * such characters becomes a text node by looking them up. Other texts are left to Pango. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct _CdGlyphs CdGlyphs;

/**
 * cd_glyphs_new:
 * @widget: whose font is used; the table does not follow later changes of it
 *
 * Returns: (transfer full): a table for one style of the font of @widget
 */
CdGlyphs *cd_glyphs_new (GtkWidget *widget, gboolean bold, gboolean italic) G_GNUC_WARN_UNUSED_RESULT;
void cd_glyphs_free (CdGlyphs *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdGlyphs, cd_glyphs_free)

/**
 * cd_glyphs_measure:
 *
 * Returns: the width of @text in pixels, or -1 when a character of it is not in the table (the text needs a layout)
 */
int cd_glyphs_measure (const CdGlyphs *self, const char *text);

/* Height of a line, in pixels. */
int cd_glyphs_get_height (const CdGlyphs *self);

/**
 * cd_glyphs_append:
 * @x: left end
 * @y: top of the line
 *
 * Draws @text. Returns: %FALSE, with nothing drawn, when a character is not in the table.
 */
gboolean cd_glyphs_append (const CdGlyphs *self, GtkSnapshot *snapshot, const char *text, float x, float y, const GdkRGBA *colour);

G_END_DECLS
