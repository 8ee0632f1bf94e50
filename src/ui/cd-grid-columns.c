/* cd-grid-columns.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Width, place and sort of columns, as designed, as arranged by the user, and as kept in layout.json.
 */
#include "cd-grid-private.h"

#include <string.h>

#define WIDTH_MIN 24
#define WIDTH_MAX 1200

/* --- Columns --------------------------------------------------------------------------------------------------------- */

const char *
cd_grid_column_id (CdGridView *self, guint column, char *buf)
{
  if (self->layout.columns[column].id)
    return self->layout.columns[column].id;
  g_snprintf (buf, CD_LAYOUT_ID_MAX, "%u", column);
  return buf;
}

static guint
column_of (CdGridView *self, const char *id)
{
  char buf[CD_LAYOUT_ID_MAX];

  for (guint i = 0; i < self->layout.n; i++)
    if (g_str_equal (cd_grid_column_id (self, i, buf), id))
      return i;
  return CD_GRID_NO_PLACE;
}

static void
as_designed (CdGridView *self)
{
  for (guint i = 0; i < self->layout.n; i++)
    {
      self->layout.order[i] = i;
      self->layout.shown[i] = !self->layout.columns[i].hidden;
      self->layout.wanted[i] = 0;
    }
  self->arranged = FALSE;
}

void
cd_grid_columns_init (CdGridView *self, const CdGridColumn *columns, guint n)
{
  self->layout.n = n;
  self->layout.zoom = 100;
  for (guint i = 0; i < n; i++)
    {
      self->layout.columns[i] = columns[i];
      self->layout.columns[i].title = g_strdup (columns[i].title);
      self->layout.columns[i].help = g_strdup (columns[i].help);
    }
  as_designed (self);
}

void
cd_grid_columns_clear (CdGridView *self)
{
  for (guint i = 0; i < self->layout.n; i++)
    {
      g_free ((char *)self->layout.columns[i].title);
      g_free ((char *)self->layout.columns[i].help);
    }
  self->layout.n = 0;
}

void
cd_grid_columns_place (CdGridView *self, int width)
{
  CdGridLayout *l = &self->layout;
  int x;

  cd_grid_fit_columns (self, width);
  x = 0;
  for (guint k = 0; k < l->n; k++)
    x += l->width[l->order[k]];
  self->content = x;
  self->left = CLAMP (self->left, 0, MAX (x - width, 0));
  x = -self->left;
  for (guint k = 0; k < l->n; k++)
    {
      l->x[l->order[k]] = x;
      x += l->width[l->order[k]];
    }
}

guint
cd_grid_columns_at (CdGridView *self, int x)
{
  for (guint i = 0; i < self->layout.n; i++)
    if (self->layout.width[i] > 0 && x >= self->layout.x[i] && x < self->layout.x[i] + self->layout.width[i])
      return i;
  return CD_GRID_NO_PLACE;
}

static guint
rank_of (CdGridView *self, guint column)
{
  guint k = 0;

  while (k < self->layout.n && self->layout.order[k] != column)
    k++;
  return k;
}

guint
cd_grid_columns_neighbour (CdGridView *self, guint column, int by)
{
  for (int k = (int)rank_of (self, column) + by; k >= 0 && k < (int)self->layout.n; k += by)
    if (self->layout.width[self->layout.order[k]] > 0)
      return self->layout.order[k];
  return column;
}

void
cd_grid_columns_changed (CdGridView *self)
{
  cd_grid_layout_clear_glyphs (&self->layout);
  for (guint i = 0; self->rows && i < self->rows->len; i++)
    cd_grid_row_relayout (g_ptr_array_index (self->rows, i));
  cd_grid_header_update (self->header);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/* What is seen now becomes what the user wants. */
static void
arrange (CdGridView *self)
{
  if (!self->arranged)
    for (guint i = 0; i < self->layout.n; i++)
      if (self->layout.shown[i] && self->layout.width[i] == 0 && self->n_dropped > 0)
        self->layout.shown[i] = FALSE;
  self->arranged = TRUE;
}

void
cd_grid_view_resize_column (CdGridView *self, guint column, int width)
{
  g_return_if_fail (column < self->layout.n);

  arrange (self);
  self->layout.wanted[column] = CLAMP (width, WIDTH_MIN, WIDTH_MAX);
  cd_grid_columns_changed (self);
  cd_grid_emit_layout_changed (self);
}

int
cd_grid_view_get_column_width (CdGridView *self, guint column)
{
  return column < self->layout.n ? self->layout.width[column] : 0;
}

void
cd_grid_view_move_column (CdGridView *self, guint column, int by)
{
  CdGridLayout *l = &self->layout;

  g_return_if_fail (column < l->n);

  arrange (self);
  for (int step = by > 0 ? 1 : -1; by != 0; by -= step)
    {
      int k = (int)rank_of (self, column);
      int to = k + step;

      /* Past the hidden ones, or the move would not be seen. */
      while (to > 0 && to < (int)l->n - 1 && !l->shown[l->order[to]])
        to += step;
      if (to < 0 || to >= (int)l->n)
        break;
      for (; k != to; k += step)
        {
          l->order[k] = l->order[k + step];
          l->order[k + step] = column;
        }
    }
  cd_grid_columns_changed (self);
  cd_grid_emit_layout_changed (self);
}

void
cd_grid_view_show_column (CdGridView *self, guint column, gboolean show)
{
  guint n = 0;

  g_return_if_fail (column < self->layout.n);

  arrange (self);
  for (guint i = 0; i < self->layout.n; i++)
    n += self->layout.shown[i] != 0;
  /* A table without columns could not be brought back by its header. */
  if (!show && n <= 1)
    return;
  self->layout.shown[column] = show;
  cd_grid_columns_changed (self);
  cd_grid_emit_layout_changed (self);
}

void
cd_grid_view_reset_columns (CdGridView *self)
{
  as_designed (self);
  self->left = 0;
  cd_grid_order_set_sort (self->order, &self->default_sort, self->has_default_sort ? 1 : 0);
  cd_grid_view_set_zoom (self, 100);
  cd_grid_columns_changed (self);
  cd_grid_emit_layout_changed (self);
}

guint
cd_grid_view_get_column_order (CdGridView *self, guint *columns)
{
  guint n = 0;

  for (guint k = 0; k < self->layout.n; k++)
    if (self->layout.shown[self->layout.order[k]])
      columns[n++] = self->layout.order[k];
  return n;
}

/* --- Sort ------------------------------------------------------------------------------------------------------------ */

void
cd_grid_view_set_sort_func (CdGridView *self, CdGridSortFunc func, gpointer data)
{
  self->sort_func = func;
  self->sort_data = data;
}

void
cd_grid_view_set_default_sort (CdGridView *self, const char *id, gboolean descending)
{
  guint column = column_of (self, id);

  g_return_if_fail (column != CD_GRID_NO_PLACE);

  self->default_sort = (CdGridSort){ column, descending };
  self->has_default_sort = TRUE;
  cd_grid_order_set_sort (self->order, &self->default_sort, 1);
  cd_grid_header_update (self->header);
}

guint
cd_grid_view_get_sort (CdGridView *self, CdGridSort *sort)
{
  return cd_grid_order_get_sort (self->order, sort);
}

static void
apply_sort (CdGridView *self, const CdGridSort *sort, guint n)
{
  cd_grid_order_set_sort (self->order, sort, n);
  cd_grid_header_update (self->header);
  cd_grid_emit_layout_changed (self);
}

void
cd_grid_view_toggle_sort (CdGridView *self, guint column, gboolean add)
{
  CdGridSort sort[CD_GRID_SORT_MAX];
  guint n = cd_grid_order_get_sort (self->order, sort);
  guint k = 0;

  g_return_if_fail (column < self->layout.n);

  if (self->layout.columns[column].actions)
    return;
  while (k < n && sort[k].column != column)
    k++;
  if (k < n && !sort[k].descending)
    sort[k].descending = TRUE;
  else if (k < n)
    {
      memmove (&sort[k], &sort[k + 1], (n - k - 1) * sizeof sort[0]);
      n--;
      k = n;
    }
  else
    {
      k = add ? MIN (n, CD_GRID_SORT_MAX - 1) : 0;
      sort[k] = (CdGridSort){ column, FALSE };
      n = k + 1;
    }
  /* Without Shift the clicked column alone decides. */
  if (!add && k < n)
    {
      sort[0] = sort[k];
      n = 1;
    }
  apply_sort (self, sort, n);
}

/* --- Layout ---------------------------------------------------------------------------------------------------------- */

void
cd_grid_view_get_layout (CdGridView *self, CdLayoutTable *out)
{
  CdGridSort sort[CD_GRID_SORT_MAX];
  char buf[CD_LAYOUT_ID_MAX];

  G_STATIC_ASSERT (CD_LAYOUT_COLUMNS_MAX >= CD_GRID_COLUMNS_MAX && CD_LAYOUT_SORT_MAX >= CD_GRID_SORT_MAX);
  out->zoom = self->layout.zoom;
  out->n_sort = cd_grid_order_get_sort (self->order, sort);
  for (guint i = 0; i < out->n_sort; i++)
    {
      g_strlcpy (out->sort[i].id, cd_grid_column_id (self, sort[i].column, buf), CD_LAYOUT_ID_MAX);
      out->sort[i].descending = sort[i].descending;
    }
  out->n_columns = 0;
  /* Nothing arranged: a later version may design better. */
  for (guint k = 0; self->arranged && k < self->layout.n; k++)
    {
      guint i = self->layout.order[k];
      CdLayoutColumn *column = &out->columns[out->n_columns++];

      g_strlcpy (column->id, cd_grid_column_id (self, i, buf), CD_LAYOUT_ID_MAX);
      column->width = self->layout.wanted[i] ? self->layout.wanted[i] : MAX (self->layout.columns[i].width, WIDTH_MIN);
      column->shown = self->layout.shown[i];
    }
}

void
cd_grid_view_set_layout (CdGridView *self, const CdLayoutTable *layout)
{
  CdGridSort sort[CD_GRID_SORT_MAX];
  guint n_sort = 0, n = 0;
  gboolean placed[CD_GRID_COLUMNS_MAX] = { FALSE };

  as_designed (self);
  for (guint i = 0; i < layout->n_columns; i++)
    {
      guint column = column_of (self, layout->columns[i].id);

      /* A column of another version, or named twice. */
      if (column == CD_GRID_NO_PLACE || placed[column])
        continue;
      placed[column] = TRUE;
      self->layout.order[n++] = column;
      self->layout.shown[column] = layout->columns[i].shown;
      if (layout->columns[i].width != self->layout.columns[column].width)
        self->layout.wanted[column] = CLAMP (layout->columns[i].width, WIDTH_MIN, WIDTH_MAX);
      self->arranged = TRUE;
    }
  for (guint i = 0; i < self->layout.n; i++)
    if (!placed[i])
      self->layout.order[n++] = i;
  for (guint i = 0; i < layout->n_sort; i++)
    {
      guint column = column_of (self, layout->sort[i].id);

      if (column != CD_GRID_NO_PLACE)
        sort[n_sort++] = (CdGridSort){ column, layout->sort[i].descending };
    }
  cd_grid_order_set_sort (self->order, sort, n_sort);
  cd_grid_view_set_zoom (self, layout->zoom);
  cd_grid_columns_changed (self);
}
