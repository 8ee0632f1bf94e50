/* cd-grid-sort.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The table and its order: what a cell is sorted by, and what to do when places change.
 */
#include "cd-grid-private.h"

/* Figures that decide the order are looked at again so often. */
#define RESORT_MS 250

static void
order_changed (gpointer data, guint place, guint removed, guint added)
{
  CdGridView *self = data;

  /* Who reads further down keeps the rows before his eyes. */
  if (self->top > 0 && place <= self->top && added > removed && cd_grid_order_is_plain (self->order))
    self->top += added - removed;
  cd_grid_follow_selection (self, place, removed, added);
  cd_grid_fit (self);
  cd_grid_update_bar (self);
  cd_grid_bind (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gboolean
resort_cb (gpointer data)
{
  CdGridView *self = data;

  if (cd_grid_order_is_frozen (self->order))
    return G_SOURCE_CONTINUE;
  self->stale_source = 0;
  if (cd_grid_order_is_stale (self->order))
    cd_grid_order_refresh (self->order);
  return G_SOURCE_REMOVE;
}

static void
order_stale (gpointer data)
{
  CdGridView *self = data;

  if (!self->stale_source)
    self->stale_source = g_timeout_add (RESORT_MS, resort_cb, self);
}

/* A figure as it is written: grouped, signed, with up to four decimals. FALSE when there is none. */
static gboolean
read_figure (const char *text, gint64 *out)
{
  gint64 value = 0;
  int decimals = -1;
  gboolean negative = FALSE, any = FALSE;

  for (const char *p = text; *p; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!any && (c == '-' || c == 0x2212))
        negative = TRUE;
      else if (c >= '0' && c <= '9' && value < G_MAXINT64 / 1000000 && decimals < 4)
        {
          value = value * 10 + (c - '0');
          decimals += decimals >= 0;
          any = TRUE;
        }
      else if (c == '.' && any && decimals < 0)
        decimals = 0;
      else if (any && c != ',' && c != 0xa0 && c != 0x202f)
        break;
    }
  for (int i = MAX (decimals, 0); i < 4; i++)
    value *= 10;
  *out = negative ? -value : value;
  return any;
}

static void
key_func (gpointer item, guint column, CdGridKey *key, gpointer data)
{
  CdGridView *self = data;
  CdGridCell cell;

  if (self->sort_func && self->sort_func (item, column, key, self->sort_data))
    return;
  cd_grid_cell_read (&self->layout, item, column, &cell);
  if (self->layout.columns[column].right && !cell.span)
    {
      key->missing = !read_figure (cell.text, &key->number);
      return;
    }
  key->missing = cell.text[0] == 0;
  key->text = g_utf8_collate_key (cell.text, -1);
}

void
cd_grid_view_set_filter (CdGridView *self, CdGridFilterFunc func, gpointer data)
{
  cd_grid_order_set_filter (self->order, func, data);
}

void
cd_grid_view_refilter (CdGridView *self)
{
  cd_grid_order_refresh (self->order);
}

void
cd_grid_sort_init (CdGridView *self)
{
  static const CdGridOrderCalls calls = { order_changed, order_stale };

  self->order = cd_grid_order_new (&calls, self);
  cd_grid_order_set_key_func (self->order, key_func, self);
}
