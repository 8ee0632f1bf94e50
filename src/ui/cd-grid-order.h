/* cd-grid-order.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which row stands where in a table: sort and filter over a model by an array of integers of our own. No row object is copied or
 * kept; a table without sort and filter has no array at all. Rows that are equal keep the order of the model. Main thread.
 *
 * While frozen nothing moves: new rows wait and are counted, and the place of a row that left stays empty until the thaw.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CdGridKey: what a cell is sorted by. Missing values stand last in both directions. @text is compared as given: hand over a
 * collation key for words; it is freed by the order.
 */
typedef struct
{
  gint64 number;
  char *text; /* (nullable) (owned): compared after the numbers */
  gboolean missing;
} CdGridKey;

typedef void (*CdGridKeyFunc) (gpointer item, guint column, CdGridKey *key, gpointer data);
typedef gboolean (*CdGridFilterFunc) (gpointer item, gpointer data);

#define CD_GRID_SORT_MAX 2
/* Up to here the order follows rows whose figures change; beyond it, rows that come and go. */
#define CD_GRID_FOLLOW_MAX 4096
#define CD_GRID_NO_PLACE G_MAXUINT32

typedef struct
{
  guint column;
  gboolean descending;
} CdGridSort;

typedef struct _CdGridOrder CdGridOrder;

/**
 * cd_grid_order_new:
 * @changed: after every change of places or of the rows that wait; what the model said, or three times 0 after a new sort or filter
 * @stale: once after a followed row changed; refresh soon
 */
typedef struct
{
  void (*changed) (gpointer data, guint place, guint removed, guint added);
  void (*stale) (gpointer data);
} CdGridOrderCalls;

CdGridOrder *cd_grid_order_new (const CdGridOrderCalls *calls, gpointer data);
void cd_grid_order_free (CdGridOrder *order);

void cd_grid_order_set_model (CdGridOrder *order, GListModel *model); /* (nullable) */
void cd_grid_order_set_key_func (CdGridOrder *order, CdGridKeyFunc func, gpointer data);
void cd_grid_order_set_filter (CdGridOrder *order, CdGridFilterFunc func, gpointer data); /* (nullable) */
void cd_grid_order_set_sort (CdGridOrder *order, const CdGridSort *sort, guint n);
guint cd_grid_order_get_sort (CdGridOrder *order, CdGridSort *sort); /* CD_GRID_SORT_MAX of them */

guint cd_grid_order_n (CdGridOrder *order);
/* (transfer full) (nullable): NULL at a place whose row left while frozen. */
gpointer cd_grid_order_get (CdGridOrder *order, guint place);
/* No sort, no filter, nothing moved while frozen: places are those of the model. */
gboolean cd_grid_order_is_plain (CdGridOrder *order);
/* Place in the model, or %CD_GRID_NO_PLACE. */
guint cd_grid_order_model_place (CdGridOrder *order, guint place);
/* Place in the table of a place in the model, or %CD_GRID_NO_PLACE: filtered out, or waiting. */
guint cd_grid_order_find (CdGridOrder *order, guint model_place);

void cd_grid_order_freeze (CdGridOrder *order);
void cd_grid_order_thaw (CdGridOrder *order);
gboolean cd_grid_order_is_frozen (CdGridOrder *order);
guint cd_grid_order_n_waiting (CdGridOrder *order);

/* Figures or the filter's own terms changed: sort and filter again, now or at the thaw. */
void cd_grid_order_refresh (CdGridOrder *order);
/* Whether a followed row changed since the last refresh. */
gboolean cd_grid_order_is_stale (CdGridOrder *order);

G_END_DECLS
