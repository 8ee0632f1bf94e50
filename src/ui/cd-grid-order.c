/* cd-grid-order.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keys lie in arrays by place in the model, one for each sort key; the index holds places in the model. A million rows cost 4 MB
 * for the index and 8 or 16 for a key. One row more or less shifts the arrays and is put into its place by bisection.
 */
#include "cd-grid-order.h"

#include <string.h>

typedef struct
{
  gint64 number;
  char *text;
  gboolean missing;
} Key;

struct _CdGridOrder
{
  const CdGridOrderCalls *calls;
  gpointer data;

  GListModel *model;   /* (owned) (nullable) */
  GPtrArray *followed; /* (owned items): the model's, while it is small and an order depends on figures */
  CdGridKeyFunc key_func;
  gpointer key_data;
  CdGridFilterFunc filter_func;
  gpointer filter_data;
  CdGridSort sort[CD_GRID_SORT_MAX];
  guint n_sort;
  GArray *keys[CD_GRID_SORT_MAX]; /* Key, by place in the model */
  GArray *index;                  /* guint32; NULL: as the model */
  gboolean frozen, stale;
  guint n_waiting;
};

/* --- Keys ------------------------------------------------------------------------------------------------------------ */

static void
key_clear (gpointer data)
{
  g_free (((Key *)data)->text);
}

static void
make_keys (CdGridOrder *self, guint place, guint n)
{
  for (guint k = 0; k < self->n_sort; k++)
    {
      Key *at;

      if (!self->keys[k])
        {
          self->keys[k] = g_array_new (FALSE, TRUE, sizeof (Key));
          g_array_set_clear_func (self->keys[k], key_clear);
        }
      if (n == 0)
        continue;
      /* Room first, then the values in place. */
      {
        guint before = self->keys[k]->len;

        g_array_set_size (self->keys[k], before + n);
        at = &g_array_index (self->keys[k], Key, place);
        memmove (at + n, at, (before - place) * sizeof (Key));
        memset (at, 0, n * sizeof (Key));
      }
      for (guint i = 0; i < n; i++)
        {
          g_autoptr (GObject) item = g_list_model_get_item (self->model, place + i);
          CdGridKey key = { 0 };

          self->key_func (item, self->sort[k].column, &key, self->key_data);
          at[i] = (Key){ key.number, key.text, key.missing };
        }
    }
}

static void
drop_keys (CdGridOrder *self, guint place, guint n)
{
  for (guint k = 0; k < self->n_sort; k++)
    if (self->keys[k] && n > 0)
      g_array_remove_range (self->keys[k], place, n);
}

static int
compare_places (gconstpointer a, gconstpointer b, gpointer data)
{
  CdGridOrder *self = data;
  guint32 x = *(const guint32 *)a, y = *(const guint32 *)b;

  for (guint k = 0; k < self->n_sort; k++)
    {
      const Key *p = &g_array_index (self->keys[k], Key, x);
      const Key *q = &g_array_index (self->keys[k], Key, y);
      int way = self->sort[k].descending ? -1 : 1;
      int result;

      if (p->missing != q->missing)
        return p->missing ? 1 : -1;
      if (p->number != q->number)
        return p->number < q->number ? -way : way;
      result = g_strcmp0 (p->text, q->text);
      if (result != 0)
        return result < 0 ? -way : way;
    }
  return x < y ? -1 : x > y;
}

static gboolean
passes (CdGridOrder *self, guint place)
{
  g_autoptr (GObject) item = NULL;

  if (!self->filter_func)
    return TRUE;
  item = g_list_model_get_item (self->model, place);
  return self->filter_func (item, self->filter_data);
}

/* --- Following figures ----------------------------------------------------------------------------------------------- */

static void
notify_cb (GObject *item, GParamSpec *pspec, gpointer data)
{
  CdGridOrder *self = data;

  if (self->stale)
    return;
  self->stale = TRUE;
  self->calls->stale (self->data);
}

static void
unfollow (CdGridOrder *self, guint place, guint n)
{
  if (!self->followed)
    return;
  for (guint i = place; i < place + n; i++)
    g_signal_handlers_disconnect_by_func (g_ptr_array_index (self->followed, i), notify_cb, self);
  if (n > 0)
    g_ptr_array_remove_range (self->followed, place, n);
}

static void
follow (CdGridOrder *self, guint place, guint n)
{
  for (guint i = 0; self->followed && i < n; i++)
    {
      GObject *item = g_list_model_get_item (self->model, place + i);

      g_signal_connect (item, "notify", G_CALLBACK (notify_cb), self);
      g_ptr_array_insert (self->followed, (int)(place + i), item);
    }
}

static void
stop_following (CdGridOrder *self)
{
  if (self->followed)
    unfollow (self, 0, self->followed->len);
  g_clear_pointer (&self->followed, g_ptr_array_unref);
}

static void
choose_following (CdGridOrder *self)
{
  guint n = self->model ? g_list_model_get_n_items (self->model) : 0;
  gboolean wanted = self->model && n <= CD_GRID_FOLLOW_MAX && (self->n_sort > 0 || self->filter_func);

  if (wanted && !self->followed)
    {
      self->followed = g_ptr_array_new_with_free_func (g_object_unref);
      follow (self, 0, n);
    }
  else if (!wanted)
    stop_following (self);
}

/* --- Places ---------------------------------------------------------------------------------------------------------- */

static void
make_index (CdGridOrder *self)
{
  guint n = g_list_model_get_n_items (self->model);

  g_clear_pointer (&self->index, g_array_unref);
  self->index = g_array_sized_new (FALSE, FALSE, sizeof (guint32), n);
  for (guint32 i = 0; i < n; i++)
    if (passes (self, i))
      g_array_append_val (self->index, i);
}

static void
rebuild (CdGridOrder *self)
{
  for (guint k = 0; k < CD_GRID_SORT_MAX; k++)
    g_clear_pointer (&self->keys[k], g_array_unref);
  self->stale = FALSE;
  self->n_waiting = 0;
  choose_following (self);
  if (!self->model || (self->n_sort == 0 && !self->filter_func))
    {
      g_clear_pointer (&self->index, g_array_unref);
      return;
    }
  make_keys (self, 0, g_list_model_get_n_items (self->model));
  make_index (self);
  if (self->n_sort > 0)
    g_qsort_with_data (self->index->data, (int)self->index->len, sizeof (guint32), compare_places, self);
}

/* Where @place belongs among the places of the index. */
static guint
bisect (CdGridOrder *self, guint32 place)
{
  guint low = 0, high = self->index->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (compare_places (&g_array_index (self->index, guint32, middle), &place, self) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static void
shift_index (CdGridOrder *self, guint place, guint removed, guint added)
{
  guint32 *at = (guint32 *)(gpointer)self->index->data;
  guint kept = 0, gone = 0;

  for (guint i = 0; i < self->index->len; i++)
    {
      guint32 value = at[i];

      if (value == CD_GRID_NO_PLACE || value < place)
        at[kept++] = value;
      else if (value >= place + removed)
        at[kept++] = value - removed + added;
      else
        {
          gone++;
          if (self->frozen)
            at[kept++] = CD_GRID_NO_PLACE;
        }
    }
  /* Those that left without having had a place were waiting for one. */
  if (!self->filter_func)
    self->n_waiting -= MIN (self->n_waiting, removed - gone);
  g_array_set_size (self->index, kept);
}

static void
insert_places (CdGridOrder *self, guint place, guint added)
{
  for (guint32 i = place; i < place + added; i++)
    if (passes (self, i))
      {
        if (self->frozen)
          self->n_waiting++;
        else
          g_array_insert_val (self->index, bisect (self, i), i);
      }
}

static void
items_changed_cb (GListModel *model, guint place, guint removed, guint added, gpointer data)
{
  CdGridOrder *self = data;
  guint n = g_list_model_get_n_items (model);

  unfollow (self, place, removed);
  follow (self, place, added);
  /* What is frozen needs an index even where the order is the model's. */
  if (self->frozen && !self->index)
    {
      guint before = n - added + removed;

      self->index = g_array_sized_new (FALSE, FALSE, sizeof (guint32), before);
      for (guint32 i = 0; i < before; i++)
        g_array_append_val (self->index, i);
    }
  if (self->index && !self->frozen && added > 64 && added > n / 16)
    rebuild (self);
  else if (self->index)
    {
      drop_keys (self, place, removed);
      make_keys (self, place, added);
      shift_index (self, place, removed, added);
      insert_places (self, place, added);
    }
  if (!self->frozen && (self->followed != NULL) != (n <= CD_GRID_FOLLOW_MAX && (self->n_sort > 0 || self->filter_func)))
    choose_following (self);
  self->calls->changed (self->data, place, removed, added);
}

/* --- Public ---------------------------------------------------------------------------------------------------------- */

CdGridOrder *
cd_grid_order_new (const CdGridOrderCalls *calls, gpointer data)
{
  CdGridOrder *self = g_new0 (CdGridOrder, 1);

  self->calls = calls;
  self->data = data;
  return self;
}

void
cd_grid_order_set_model (CdGridOrder *self, GListModel *model)
{
  if (self->model == model)
    return;
  stop_following (self);
  if (self->model)
    g_signal_handlers_disconnect_by_func (self->model, items_changed_cb, self);
  g_set_object (&self->model, model);
  self->frozen = FALSE;
  if (model)
    g_signal_connect (model, "items-changed", G_CALLBACK (items_changed_cb), self);
  rebuild (self);
}

void
cd_grid_order_free (CdGridOrder *self)
{
  cd_grid_order_set_model (self, NULL);
  for (guint k = 0; k < CD_GRID_SORT_MAX; k++)
    g_clear_pointer (&self->keys[k], g_array_unref);
  g_clear_pointer (&self->index, g_array_unref);
  g_free (self);
}

void
cd_grid_order_set_key_func (CdGridOrder *self, CdGridKeyFunc func, gpointer data)
{
  self->key_func = func;
  self->key_data = data;
}

void
cd_grid_order_set_filter (CdGridOrder *self, CdGridFilterFunc func, gpointer data)
{
  self->filter_func = func;
  self->filter_data = data;
  cd_grid_order_refresh (self);
}

void
cd_grid_order_set_sort (CdGridOrder *self, const CdGridSort *sort, guint n)
{
  g_return_if_fail (n <= CD_GRID_SORT_MAX && (n == 0 || self->key_func));

  self->n_sort = n;
  for (guint i = 0; i < n; i++)
    self->sort[i] = sort[i];
  /* Sorting is the user's own wish: it ends the freeze. */
  self->frozen = FALSE;
  cd_grid_order_refresh (self);
}

guint
cd_grid_order_get_sort (CdGridOrder *self, CdGridSort *sort)
{
  for (guint i = 0; i < self->n_sort; i++)
    sort[i] = self->sort[i];
  return self->n_sort;
}

guint
cd_grid_order_n (CdGridOrder *self)
{
  if (!self->model)
    return 0;
  return self->index ? self->index->len : g_list_model_get_n_items (self->model);
}

gboolean
cd_grid_order_is_plain (CdGridOrder *self)
{
  return !self->index;
}

guint
cd_grid_order_model_place (CdGridOrder *self, guint place)
{
  if (place >= cd_grid_order_n (self))
    return CD_GRID_NO_PLACE;
  return self->index ? g_array_index (self->index, guint32, place) : place;
}

gpointer
cd_grid_order_get (CdGridOrder *self, guint place)
{
  guint at = cd_grid_order_model_place (self, place);

  return at == CD_GRID_NO_PLACE ? NULL : g_list_model_get_item (self->model, at);
}

guint
cd_grid_order_find (CdGridOrder *self, guint model_place)
{
  if (!self->index)
    return self->model && model_place < g_list_model_get_n_items (self->model) ? model_place : CD_GRID_NO_PLACE;
  for (guint i = 0; i < self->index->len; i++)
    if (g_array_index (self->index, guint32, i) == model_place && model_place != CD_GRID_NO_PLACE)
      return i;
  return CD_GRID_NO_PLACE;
}

void
cd_grid_order_freeze (CdGridOrder *self)
{
  self->frozen = TRUE;
}

void
cd_grid_order_thaw (CdGridOrder *self)
{
  if (!self->frozen)
    return;
  self->frozen = FALSE;
  rebuild (self);
  self->calls->changed (self->data, 0, 0, 0);
}

gboolean
cd_grid_order_is_frozen (CdGridOrder *self)
{
  return self->frozen;
}

guint
cd_grid_order_n_waiting (CdGridOrder *self)
{
  return self->n_waiting;
}

void
cd_grid_order_refresh (CdGridOrder *self)
{
  if (self->frozen)
    {
      self->stale = TRUE;
      return;
    }
  rebuild (self);
  self->calls->changed (self->data, 0, 0, 0);
}

gboolean
cd_grid_order_is_stale (CdGridOrder *self)
{
  return self->stale;
}
