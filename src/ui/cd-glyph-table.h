/* cd-glyph-table.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shaping is what a table of figures costs: a layout for each new text takes ten times as long as its glyphs take to draw. Here
 * each character is shaped once for a font, and a text becomes text nodes from the table. That is right only for writing without
 * joins and without kerning between figures: ASCII, punctuation, marks, and Chinese characters. Everything else stays with Pango.
 * Main thread.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct _CdGlyphTable CdGlyphTable;

/**
 * cd_glyph_table_new:
 * @context: whose font is taken, with figures of equal width; the table is of no use when it changes
 * @zoom: per cent of the font's size
 * @bold, @italic: in place of what the font says
 */
CdGlyphTable *cd_glyph_table_new (PangoContext *context, int zoom, gboolean bold, gboolean italic) G_GNUC_WARN_UNUSED_RESULT;
void cd_glyph_table_free (CdGlyphTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdGlyphTable, cd_glyph_table_free)

/**
 * cd_glyph_table_measure:
 * @text: UTF-8
 *
 * Returns: the width in pixels, rounded up; -1 when the text needs Pango
 */
int cd_glyph_table_measure (CdGlyphTable *table, const char *text);

/**
 * cd_glyph_table_draw:
 * @text: UTF-8 that cd_glyph_table_measure() could measure
 * @x: left end in pixels
 * @height: of the line, in whose middle the text stands
 */
void cd_glyph_table_draw (CdGlyphTable *table, GtkSnapshot *snapshot, const char *text, const GdkRGBA *colour, int x, int height);

G_END_DECLS
