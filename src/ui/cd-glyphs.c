/* cd-glyphs.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-glyphs.h"

/* Characters of numbers, times and changes. */
static const char *const alphabet[] = {
  "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", ".", ",", ":", "-", "+", "%", "/", " ", "−", "–", "\xc2\xa0", "\xe2\x80\xaf", "¥"
};

typedef struct
{
  gunichar character; /* 0: the font does not have it */
  PangoGlyphInfo glyph;
} Entry;

struct _CdGlyphs
{
  PangoFont *font; /* (owned) */
  int height, baseline;
  Entry entries[G_N_ELEMENTS (alphabet)];
};

static PangoLayout *
shape (GtkWidget *widget, const char *text, gboolean bold, gboolean italic)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (widget, text);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  if (bold)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  if (italic)
    pango_attr_list_insert (attributes, pango_attr_style_new (PANGO_STYLE_ITALIC));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  return layout;
}

CdGlyphs *
cd_glyphs_new (GtkWidget *widget, gboolean bold, gboolean italic)
{
  CdGlyphs *self = g_new0 (CdGlyphs, 1);

  for (gsize i = 0; i < G_N_ELEMENTS (alphabet); i++)
    {
      g_autoptr (PangoLayout) layout = shape (widget, alphabet[i], bold, italic);
      PangoLayoutLine *line = pango_layout_get_line_readonly (layout, 0);
      PangoGlyphItem *run = line->runs ? line->runs->data : NULL;

      if (!run || line->runs->next || run->glyphs->num_glyphs != 1)
        continue;
      if (i == 0)
        {
          self->font = g_object_ref (run->item->analysis.font);
          self->baseline = pango_layout_get_baseline (layout);
          pango_layout_get_pixel_size (layout, NULL, &self->height);
        }
      /* A character that only another font has would be drawn as a wrong glyph of this one. */
      if (run->item->analysis.font != self->font || (run->glyphs->glyphs[0].glyph & PANGO_GLYPH_UNKNOWN_FLAG))
        continue;
      self->entries[i].character = g_utf8_get_char (alphabet[i]);
      self->entries[i].glyph = run->glyphs->glyphs[0];
    }
  return self;
}

void
cd_glyphs_free (CdGlyphs *self)
{
  g_clear_object (&self->font);
  g_free (self);
}

static const Entry *
find (const CdGlyphs *self, gunichar character)
{
  /* Digits stand first, in order. */
  if (character >= '0' && character <= '9')
    return self->entries[character - '0'].character ? &self->entries[character - '0'] : NULL;
  for (gsize i = 10; i < G_N_ELEMENTS (alphabet); i++)
    if (self->entries[i].character == character)
      return &self->entries[i];
  return NULL;
}

int
cd_glyphs_measure (const CdGlyphs *self, const char *text)
{
  int width = 0;

  for (const char *p = text; *p; p = g_utf8_next_char (p))
    {
      const Entry *entry = find (self, g_utf8_get_char (p));

      if (!entry)
        return -1;
      width += entry->glyph.geometry.width;
    }
  return PANGO_PIXELS_CEIL (width);
}

int
cd_glyphs_get_height (const CdGlyphs *self)
{
  return self->height;
}

gboolean
cd_glyphs_append (const CdGlyphs *self, GtkSnapshot *snapshot, const char *text, float x, float y, const GdkRGBA *colour)
{
  PangoGlyphString *glyphs;
  GskRenderNode *node;
  int n = 0;

  if (!self->font || cd_glyphs_measure (self, text) < 0)
    return FALSE;
  glyphs = pango_glyph_string_new ();
  pango_glyph_string_set_size (glyphs, (int) g_utf8_strlen (text, -1));
  for (const char *p = text; *p; p = g_utf8_next_char (p))
    {
      glyphs->glyphs[n] = find (self, g_utf8_get_char (p))->glyph;
      glyphs->log_clusters[n] = (int) (p - text);
      n++;
    }
  /* No node for a text without ink. */
  node = gsk_text_node_new (self->font, glyphs, colour, &GRAPHENE_POINT_INIT (x, y + (float) self->baseline / PANGO_SCALE));
  if (node)
    {
      gtk_snapshot_append_node (snapshot, node);
      gsk_render_node_unref (node);
    }
  pango_glyph_string_free (glyphs);
  return TRUE;
}
