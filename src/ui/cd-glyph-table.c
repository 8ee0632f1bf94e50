/* cd-glyph-table.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-glyph-table.h"

#define RUN_MAX 64 /* glyphs of one text node; a longer text becomes several */

typedef struct
{
  PangoFont *font; /* (owned); NULL: this character needs Pango */
  PangoGlyphInfo info;
} Glyph;

struct _CdGlyphTable
{
  PangoContext *context;     /* (owned) */
  PangoAttrList *attributes; /* (owned) */
  GHashTable *glyphs;        /* character -> Glyph */
  Glyph *ascii[128];         /* the same, without the look-up */
  int ascent, line_height;   /* Pango units */
  PangoGlyphString *run;
};

static void
glyph_free (gpointer data)
{
  Glyph *glyph = data;

  g_clear_object (&glyph->font);
  g_free (glyph);
}

CdGlyphTable *
cd_glyph_table_new (PangoContext *context, int zoom, gboolean bold, gboolean italic)
{
  CdGlyphTable *table = g_new0 (CdGlyphTable, 1);
  PangoFontDescription *font = pango_font_description_copy (pango_context_get_font_description (context));
  PangoFontMetrics *metrics;

  if (pango_font_description_get_size_is_absolute (font))
    pango_font_description_set_absolute_size (font, pango_font_description_get_size (font) * zoom / 100.0);
  else
    pango_font_description_set_size (font, pango_font_description_get_size (font) * zoom / 100);
  if (bold)
    pango_font_description_set_weight (font, PANGO_WEIGHT_BOLD);
  if (italic)
    pango_font_description_set_style (font, PANGO_STYLE_ITALIC);
  table->context = g_object_ref (context);
  table->attributes = pango_attr_list_new ();
  pango_attr_list_insert (table->attributes, pango_attr_font_desc_new (font));
  /* Figures of equal width: columns stand still while digits change. */
  pango_attr_list_insert (table->attributes, pango_attr_font_features_new ("tnum=1"));
  metrics = pango_context_get_metrics (context, font, pango_context_get_language (context));
  table->ascent = pango_font_metrics_get_ascent (metrics);
  table->line_height = table->ascent + pango_font_metrics_get_descent (metrics);
  pango_font_metrics_unref (metrics);
  pango_font_description_free (font);
  table->glyphs = g_hash_table_new_full (NULL, NULL, NULL, glyph_free);
  table->run = pango_glyph_string_new ();
  pango_glyph_string_set_size (table->run, RUN_MAX);
  return table;
}

void
cd_glyph_table_free (CdGlyphTable *table)
{
  g_hash_table_unref (table->glyphs);
  pango_glyph_string_free (table->run);
  pango_attr_list_unref (table->attributes);
  g_object_unref (table->context);
  g_free (table);
}

/* Characters that look the same whatever stands beside them. */
static gboolean
stands_alone (gunichar c)
{
  return (c >= 0x20 && c < 0x7f)          /* ASCII */
         || (c >= 0xa0 && c <= 0xbf)      /* Latin punctuation, ¥ £ ± · */
         || (c >= 0x2010 && c <= 0x2027)  /* dashes, quotation marks, … */
         || (c >= 0x2190 && c <= 0x22ff)  /* arrows, minus and other operators */
         || (c >= 0x25a0 && c <= 0x27bf)  /* ● ▲ ▸ ★ ✓ */
         || (c >= 0x3000 && c <= 0x301f)  /* Chinese punctuation */
         || (c >= 0x4e00 && c <= 0x9fff)  /* Chinese characters */
         || (c >= 0xff01 && c <= 0xff5e); /* full width */
}

static Glyph *
shape (CdGlyphTable *table, gunichar c)
{
  Glyph *glyph = g_new0 (Glyph, 1);
  PangoGlyphString *shaped = pango_glyph_string_new ();
  char text[8];
  int len = g_unichar_to_utf8 (c, text);
  GList *items = pango_itemize (table->context, text, 0, len, table->attributes, NULL);

  if (items && !items->next)
    {
      PangoItem *item = items->data;

      pango_shape_item (item, text, len, NULL, shaped, PANGO_SHAPE_ROUND_POSITIONS);
      if (shaped->num_glyphs == 1 && !(shaped->glyphs[0].glyph & PANGO_GLYPH_UNKNOWN_FLAG))
        {
          glyph->font = g_object_ref (item->analysis.font);
          glyph->info = shaped->glyphs[0];
        }
    }
  g_list_free_full (items, (GDestroyNotify)pango_item_free);
  pango_glyph_string_free (shaped);
  g_hash_table_insert (table->glyphs, GUINT_TO_POINTER (c), glyph);
  if (c < G_N_ELEMENTS (table->ascii))
    table->ascii[c] = glyph;
  return glyph;
}

/* Returns NULL when the character needs Pango. */
static const Glyph *
find (CdGlyphTable *table, gunichar c)
{
  Glyph *glyph;

  if (!stands_alone (c))
    return NULL;
  glyph = c < G_N_ELEMENTS (table->ascii) ? table->ascii[c] : g_hash_table_lookup (table->glyphs, GUINT_TO_POINTER (c));
  if (!glyph)
    glyph = shape (table, c);
  return glyph->font ? glyph : NULL;
}

int
cd_glyph_table_measure (CdGlyphTable *table, const char *text)
{
  int width = 0;

  for (const char *at = text; *at; at = g_utf8_next_char (at))
    {
      const Glyph *glyph = find (table, g_utf8_get_char (at));

      if (!glyph)
        return -1;
      width += glyph->info.geometry.width;
    }
  return PANGO_PIXELS_CEIL (width);
}

static int
draw_run (CdGlyphTable *table, GtkSnapshot *snapshot, PangoFont *font, int n, const GdkRGBA *colour, int x, int y)
{
  graphene_point_t offset = GRAPHENE_POINT_INIT ((float)x / PANGO_SCALE, (float)y);
  GskRenderNode *node;
  int width = 0;

  for (int i = 0; i < n; i++)
    width += table->run->glyphs[i].geometry.width;
  table->run->num_glyphs = n;
  node = gsk_text_node_new (font, table->run, colour, &offset);
  table->run->num_glyphs = RUN_MAX;
  /* NULL for blanks. */
  if (node)
    {
      gtk_snapshot_append_node (snapshot, node);
      gsk_render_node_unref (node);
    }
  return x + width;
}

void
cd_glyph_table_draw (CdGlyphTable *table, GtkSnapshot *snapshot, const char *text, const GdkRGBA *colour, int x, int height)
{
  int y = (height - PANGO_PIXELS (table->line_height)) / 2 + PANGO_PIXELS (table->ascent);
  PangoFont *font = NULL;
  int at = x * PANGO_SCALE, n = 0;

  for (const char *c = text; *c; c = g_utf8_next_char (c))
    {
      const Glyph *glyph = find (table, g_utf8_get_char (c));

      if (!glyph)
        continue;
      if (n > 0 && (glyph->font != font || n == RUN_MAX))
        {
          at = draw_run (table, snapshot, font, n, colour, at, y);
          n = 0;
        }
      font = glyph->font;
      table->run->glyphs[n++] = glyph->info;
    }
  if (n > 0)
    draw_run (table, snapshot, font, n, colour, at, y);
}
