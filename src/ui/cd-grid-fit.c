/* cd-grid-fit.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How wide columns are. No figure and no code is ever cut: a cell that would have to be asks for more when it is drawn, and its column
 * has it in the next frame; words give way, down to their title or three fifths of what is designed; what has no room then is scrolled
 * to. Nothing is measured as long as everything has room.
 */
#include "cd-grid-private.h"

#include <string.h>

/* Words are still read when so much of their column is left. In per cent. */
#define WORDS_MIN 60

static int
zoomed (const CdGridLayout *l, int width)
{
  return width * l->zoom / 100;
}

static int
full_width (CdGridView *self, guint i)
{
  const CdGridLayout *l = &self->layout;
  /* A title that is cut says nothing. */
  int width = l->wanted[i] ? l->wanted[i] : MAX (MAX (l->columns[i].width, self->title_width[i]), l->need[i]);

  return zoomed (l, width);
}

static int
least_width (CdGridView *self, guint i)
{
  const CdGridLayout *l = &self->layout;
  int words = l->columns[i].right ? 0 : l->columns[i].width * WORDS_MIN / 100;

  if (l->width[i] == 0 || l->wanted[i])
    return l->width[i];
  return MIN (l->width[i], zoomed (l, MAX (MAX (words, self->title_width[i]), l->need[i])));
}

/* Optional columns go, the last one first, until the rest has room. */
static int
drop_columns (CdGridView *self, int fixed, int width)
{
  CdGridLayout *l = &self->layout;

  self->n_dropped = 0;
  for (guint k = l->n; !self->arranged && fixed > width && k-- > 0;)
    {
      guint i = l->order[k];

      if (!l->shown[i] || !l->columns[i].optional)
        continue;
      fixed -= l->width[i];
      l->width[i] = 0;
      self->n_dropped++;
    }
  return fixed;
}

static void
squeeze (CdGridView *self, int excess)
{
  CdGridLayout *l = &self->layout;
  int slack = 0;

  for (guint i = 0; i < l->n; i++)
    slack += l->width[i] - least_width (self, i);
  if (slack < excess)
    return;
  for (guint i = 0; i < l->n && slack > 0; i++)
    {
      int own = l->width[i] - least_width (self, i), less = excess * own / slack;

      l->width[i] -= less;
      excess -= less;
      slack -= own;
    }
}

void
cd_grid_fit_columns (CdGridView *self, int width)
{
  CdGridLayout *l = &self->layout;
  int fixed = 0;
  guint n_expand = 0;

  l->fit_asked = FALSE;
  for (guint i = 0; i < l->n; i++)
    {
      l->width[i] = l->shown[i] ? full_width (self, i) : 0;
      fixed += l->width[i];
    }
  fixed = drop_columns (self, fixed, width);
  if (fixed > width && !self->arranged)
    squeeze (self, fixed - width);
  for (guint i = 0; i < l->n; i++)
    n_expand += l->columns[i].expand && l->width[i] > 0;
  for (guint i = 0; i < l->n && fixed < width; i++)
    if (l->columns[i].expand && l->width[i] > 0)
      l->width[i] += (width - fixed) / (int)n_expand;
}

/* --- What is asked for ------------------------------------------------------------------------------------------------- */

static gboolean
fit_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  cd_grid_columns_changed (CD_GRID_VIEW (widget));
  return G_SOURCE_REMOVE;
}

/* A code has no blank, and a part of it is another code. */
static gboolean
is_code (const char *text)
{
  gboolean digit = FALSE;

  for (const char *at = text; *at; at++)
    {
      if (*at == ' ' || (guchar)*at >= 0x80)
        return FALSE;
      digit |= g_ascii_isdigit (*at);
    }
  return digit;
}

void
cd_grid_fit_ask (CdGridLayout *layout, guint column, const char *text, int width, GtkWidget *view)
{
  int need = (width * 100 + layout->zoom - 1) / layout->zoom;

  if (layout->wanted[column] || layout->need[column] >= need || !(layout->columns[column].right || is_code (text)))
    return;
  layout->need[column] = need;
  /* Not while it is drawn: places are given out before the next frame. */
  if (!layout->fit_asked)
    gtk_widget_add_tick_callback (view, fit_cb, NULL, NULL);
  layout->fit_asked = TRUE;
}

void
cd_grid_fit_forget (CdGridView *self)
{
  memset (self->title_width, 0, sizeof self->title_width);
  memset (self->layout.need, 0, sizeof self->layout.need);
}
