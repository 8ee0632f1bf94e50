/* cd-grid-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One visible row. Figures are drawn from the glyph table; a text that needs Pango has a layout, kept for as long as it stays the
 * same. GTK keeps the render node of a row that did not change.
 */
#include "cd-grid-row.h"

#include <string.h>

/* Assistive technology cannot follow sixty changes a second. */
#define LABEL_US 500000
#define PAD CD_GRID_PAD
/* What changed is marked so long, and so strongly. */
#define FLASH_US 400000
#define FLASH_ALPHA 0.20f

struct _CdGridRow
{
  GtkWidget parent_instance;

  CdGridLayout *layout; /* borrowed from the view */
  GObject *item;        /* (owned) (nullable) */
  gulong changed_id;
  gboolean selected, focused;
  CdGridCell cells[CD_GRID_COLUMNS_MAX];
  PangoLayout *texts[CD_GRID_COLUMNS_MAX];
  gint64 flash_until[CD_GRID_COLUMNS_MAX]; /* frame time; 0 = none */
  guint flash_source;
  gint64 label_us;
  guint label_tick;
  guint drawn; /* times */
};

G_DEFINE_FINAL_TYPE (CdGridRow, cd_grid_row, GTK_TYPE_WIDGET)

static void
tell_label (CdGridRow *self)
{
  const CdGridLayout *l = self->layout;
  g_autoptr (GString) label = g_string_new (NULL);

  for (guint k = 0; self->item && k < l->n; k++)
    {
      guint i = l->order[k];
      const CdGridCell *cell = &self->cells[i];

      if (cell->text[0] == 0 || (!l->shown[i] && !cell->span) || l->columns[i].actions)
        continue;
      if (label->len)
        g_string_append (label, ", ");
      if (!cell->span && l->columns[i].title && *l->columns[i].title)
        g_string_append_printf (label, "%s ", l->columns[i].title);
      g_string_append (label, cell->text);
      if (cell->span)
        break;
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label->str, -1);
}

static void update (CdGridRow *self, gboolean flash);

static gboolean
label_tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  CdGridRow *self = CD_GRID_ROW (widget);
  gint64 now = gdk_frame_clock_get_frame_time (clock);

  if (now - self->label_us < LABEL_US)
    return G_SOURCE_CONTINUE;
  self->label_us = now;
  self->label_tick = 0;
  tell_label (self);
  return G_SOURCE_REMOVE;
}

void
cd_grid_row_relayout (CdGridRow *self)
{
  for (guint i = 0; i < CD_GRID_COLUMNS_MAX; i++)
    g_clear_object (&self->texts[i]);
  update (self, FALSE);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
cd_grid_cell_read (const CdGridLayout *layout, gpointer item, guint column, CdGridCell *cell)
{
  const char *end;

  *cell = (CdGridCell){ .tone = CD_TONE_TEXT };
  if (item)
    layout->func (item, column, cell, layout->data);
  if (layout->stale)
    {
      cell->italic = TRUE;
      cell->bar_tone = CD_TONE_STALE;
      /* What stops or warns does so at any age. */
      if (cell->tone != CD_TONE_BLOCK && cell->tone != CD_TONE_WARN)
        cell->tone = CD_TONE_STALE;
    }
  /* A text that was cut may end in the middle of a character. */
  if (!g_utf8_validate (cell->text, -1, &end))
    cell->text[end - cell->text] = 0;
}

/* --- Flash ----------------------------------------------------------------------------------------------------------- */

static gint64
frame_time (CdGridRow *self)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));

  return clock ? gdk_frame_clock_get_frame_time (clock) : 0;
}

static gboolean
flash_over_cb (gpointer data)
{
  CdGridRow *self = data;
  gint64 now = frame_time (self), next = 0;

  for (guint i = 0; i < self->layout->n; i++)
    if (self->flash_until[i] && self->flash_until[i] <= now + 20000)
      self->flash_until[i] = 0;
    else if (self->flash_until[i])
      next = next ? MIN (next, self->flash_until[i]) : self->flash_until[i];
  self->flash_source = next ? g_timeout_add ((guint)((next - now) / 1000), flash_over_cb, self) : 0;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return G_SOURCE_REMOVE;
}

static void
start_flash (CdGridRow *self, guint column)
{
  gint64 now = frame_time (self);

  if (now == 0 || !cd_grid_view_get_flashes () || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->flash_until[column] = now + FLASH_US;
  if (!self->flash_source)
    self->flash_source = g_timeout_add (FLASH_US / 1000, flash_over_cb, self);
}

static void
stop_flashes (CdGridRow *self)
{
  memset (self->flash_until, 0, sizeof self->flash_until);
  g_clear_handle_id (&self->flash_source, g_source_remove);
}

gboolean
cd_grid_row_is_flashing (CdGridRow *self, guint column)
{
  return self->flash_until[column] != 0;
}

/* --- Content --------------------------------------------------------------------------------------------------------- */

static gboolean
update_cell (CdGridRow *self, guint i, gboolean flash)
{
  CdGridCell *old = &self->cells[i];
  CdGridCell cell;

  cd_grid_cell_read (self->layout, self->item, i, &cell);
  if (strcmp (cell.text, old->text) != 0 || cell.bold != old->bold || cell.italic != old->italic || cell.span != old->span)
    g_clear_object (&self->texts[i]);
  else if (cell.tone == old->tone && cell.bar_bp == old->bar_bp && cell.bar_tone == old->bar_tone)
    return FALSE;
  if (flash && self->layout->columns[i].flash && old->text[0] && strcmp (cell.text, old->text) != 0)
    start_flash (self, i);
  *old = cell;
  return TRUE;
}

static void
update (CdGridRow *self, gboolean flash)
{
  gboolean changed = FALSE;

  /* The first column may speak for the whole row. */
  for (guint i = 0; i < self->layout->n; i++)
    if (i == 0 || self->layout->shown[i])
      changed |= update_cell (self, i, flash);
  if (!changed)
    return;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    tell_label (self);
  else if (!self->label_tick)
    self->label_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), label_tick_cb, NULL, NULL);
}

void
cd_grid_row_update (CdGridRow *self)
{
  update (self, TRUE);
}

const CdGridCell *
cd_grid_row_get_cell (CdGridRow *self, guint column)
{
  return &self->cells[column];
}

static void
changed_cb (GObject *item, GParamSpec *pspec, gpointer data)
{
  cd_grid_row_update (CD_GRID_ROW (data));
}

void
cd_grid_row_bind (CdGridRow *self, GObject *item, gboolean selected, gboolean focused)
{
  if (self->item != item)
    {
      if (self->item)
        g_signal_handler_disconnect (self->item, self->changed_id);
      g_set_object (&self->item, item);
      stop_flashes (self);
      if (item)
        self->changed_id = g_signal_connect (item, "notify", G_CALLBACK (changed_cb), self);
    }
  if (self->selected != selected || self->focused != focused)
    {
      self->selected = selected;
      self->focused = focused;
      gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_SELECTED, selected, -1);
      gtk_widget_queue_draw (GTK_WIDGET (self));
    }
  update (self, FALSE);
}

GObject *
cd_grid_row_get_item (CdGridRow *self)
{
  return self->item;
}

/* --- Drawing --------------------------------------------------------------------------------------------------------- */

static PangoLayout *
ensure_text (CdGridRow *self, guint i, int width)
{
  const CdGridCell *cell = &self->cells[i];
  PangoAttrList *attributes;

  if (self->texts[i])
    return self->texts[i];
  self->texts[i] = gtk_widget_create_pango_layout (GTK_WIDGET (self), cell->text);
  pango_layout_set_ellipsize (self->texts[i], PANGO_ELLIPSIZE_END);
  pango_layout_set_single_paragraph_mode (self->texts[i], TRUE);
  attributes = pango_attr_list_new ();
  /* Figures of equal width: columns stand still while digits change. */
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  if (cell->bold)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  if (cell->italic)
    pango_attr_list_insert (attributes, pango_attr_style_new (PANGO_STYLE_ITALIC));
  if (self->layout->zoom != 100)
    pango_attr_list_insert (attributes, pango_attr_scale_new (self->layout->zoom / 100.0));
  pango_layout_set_attributes (self->texts[i], attributes);
  pango_attr_list_unref (attributes);
  return self->texts[i];
}

void
cd_grid_layout_clear_glyphs (CdGridLayout *layout)
{
  for (guint i = 0; i < G_N_ELEMENTS (layout->glyphs); i++)
    g_clear_pointer (&layout->glyphs[i], cd_glyph_table_free);
}

static CdGlyphTable *
ensure_glyphs (CdGridRow *self, const CdGridCell *cell)
{
  CdGlyphTable **table = &self->layout->glyphs[(cell->bold ? 1 : 0) + (cell->italic ? 2 : 0)];

  if (!*table)
    *table = cd_glyph_table_new (gtk_widget_get_pango_context (GTK_WIDGET (self)), self->layout->zoom, cell->bold, cell->italic);
  return *table;
}

/* A text that the table cannot draw, or that has to be cut. */
static void
draw_by_pango (CdGridRow *self, GtkSnapshot *snapshot, guint i, int x, int width, int height, gboolean right)
{
  PangoLayout *text = ensure_text (self, i, width);
  int text_width, text_height;

  pango_layout_set_width (text, MAX (width, 1) * PANGO_SCALE);
  pango_layout_set_alignment (text, right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
  pango_layout_get_pixel_size (text, &text_width, &text_height);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, (height - text_height) / 2));
  gtk_snapshot_append_layout (snapshot, text, cd_colours_get (self->cells[i].tone));
  gtk_snapshot_restore (snapshot);
}

/* The marks of a cell, one in each slot: "✎ ✕". A blank slot is a "·". */
static void
draw_actions (CdGridRow *self, GtkSnapshot *snapshot, guint i, int x, int width, int height)
{
  g_auto (GStrv) marks = g_strsplit (self->cells[i].text, " ", (int)self->layout->columns[i].actions);
  int slot = width / (int)self->layout->columns[i].actions;

  for (guint k = 0; marks[k]; k++)
    {
      g_autoptr (PangoLayout) text = NULL;
      int text_width, text_height;

      if (g_str_equal (marks[k], "·"))
        continue;
      text = gtk_widget_create_pango_layout (GTK_WIDGET (self), marks[k]);
      pango_layout_get_pixel_size (text, &text_width, &text_height);
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x + (int)k * slot + (slot - text_width) / 2, (height - text_height) / 2));
      gtk_snapshot_append_layout (snapshot, text, cd_colours_get (self->cells[i].tone));
      gtk_snapshot_restore (snapshot);
    }
}

static void
draw_cell (CdGridRow *self, GtkSnapshot *snapshot, guint i, int x, int width, int height)
{
  const CdGridCell *cell = &self->cells[i];
  gboolean right = self->layout->columns[i].right && !cell->span;
  CdGlyphTable *glyphs;
  int text_width;

  if (cell->bar_bp > 0)
    {
      GdkRGBA bar = *cd_colours_get (cell->bar_tone);
      float length = (float)width * MIN (cell->bar_bp, 10000) / 10000.0f;

      bar.alpha = 0.22f;
      gtk_snapshot_append_color (snapshot, &bar, &GRAPHENE_RECT_INIT (x + width - length, 2, length, height - 4));
    }
  if (self->flash_until[i])
    {
      GdkRGBA flash = *cd_colours_get (cell->tone == CD_TONE_TEXT ? CD_TONE_LINK : cell->tone);

      flash.alpha = FLASH_ALPHA;
      gtk_snapshot_append_color (snapshot, &flash, &GRAPHENE_RECT_INIT (x, 0, width, height));
    }
  if (cell->text[0] == 0)
    return;
  if (self->layout->columns[i].actions)
    {
      draw_actions (self, snapshot, i, x, width, height);
      return;
    }
  glyphs = ensure_glyphs (self, cell);
  text_width = cd_glyph_table_measure (glyphs, cell->text);
  x += PAD;
  width -= 2 * PAD;
  if (text_width > width && !cell->span)
    cd_grid_fit_ask (self->layout, i, cell->text, text_width + 2 * PAD, gtk_widget_get_parent (GTK_WIDGET (self)));
  if (text_width < 0 || text_width > width)
    draw_by_pango (self, snapshot, i, x, width, height, right);
  else
    cd_glyph_table_draw (glyphs, snapshot, cell->text, cd_colours_get (cell->tone), right ? x + width - text_width : x, height);
}

/* GTK compares what was drawn with what is to be drawn, and gives up and draws the whole window when more than thirty places
 * differ: six rows of five figures are enough. A mark that nobody sees, other each time, makes a row one place. */
static void
mark_changed (CdGridRow *self, GtkSnapshot *snapshot, int width, int height)
{
  const GdkRGBA mark = { (float)(++self->drawn % 2), 0, 0, 0 };

  gtk_snapshot_append_color (snapshot, &mark, &GRAPHENE_RECT_INIT (0, 0, width, height));
}

static void
cd_grid_row_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  CdGridRow *self = CD_GRID_ROW (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  GdkRGBA line = *cd_colours_get (CD_TONE_LINE);

  if (!self->item)
    return;
  mark_changed (self, snapshot, width, height);
  if (self->selected)
    gtk_snapshot_append_color (snapshot, cd_colours_get (CD_TONE_SELECTED), &GRAPHENE_RECT_INIT (0, 0, width, height));
  line.alpha = 0.5f;
  gtk_snapshot_append_color (snapshot, &line, &GRAPHENE_RECT_INIT (0, height - 1, width, 1));
  if (self->cells[0].span)
    draw_cell (self, snapshot, 0, 0, width, height);
  else
    for (guint i = 0; i < self->layout->n; i++)
      if (self->layout->width[i] > 0)
        draw_cell (self, snapshot, i, self->layout->x[i], self->layout->width[i], height);
  if (self->focused)
    {
      const GdkRGBA *ring = cd_colours_get (CD_TONE_LINK);

      gtk_snapshot_append_color (snapshot, ring, &GRAPHENE_RECT_INIT (0, 0, 2, height));
    }
}

static void
cd_grid_row_dispose (GObject *object)
{
  CdGridRow *self = CD_GRID_ROW (object);

  if (self->item)
    g_signal_handler_disconnect (self->item, self->changed_id);
  g_clear_object (&self->item);
  stop_flashes (self);
  for (guint i = 0; i < CD_GRID_COLUMNS_MAX; i++)
    g_clear_object (&self->texts[i]);
  G_OBJECT_CLASS (cd_grid_row_parent_class)->dispose (object);
}

static void
cd_grid_row_class_init (CdGridRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = cd_grid_row_dispose;
  widget_class->snapshot = cd_grid_row_snapshot;
  gtk_widget_class_set_css_name (widget_class, "gridrow");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ROW);
}

static void
cd_grid_row_init (CdGridRow *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

GtkWidget *
cd_grid_row_new (CdGridLayout *layout)
{
  CdGridRow *self = g_object_new (CD_TYPE_GRID_ROW, NULL);

  self->layout = layout;
  return GTK_WIDGET (self);
}
