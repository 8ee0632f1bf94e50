/* cd-ledger.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-ledger.h"

#include <string.h>

GQuark
cd_ledger_error_quark (void)
{
  return g_quark_from_static_string ("cd-ledger-error-quark");
}

typedef struct
{
  char *account;
  char *asset;
  CdBucket bucket;
  gint64 balance;
} Cell;

struct _CdLedger
{
  GHashTable *cells; /* Cell -> itself */
};

static const struct
{
  CdBucket bucket;
  const char *name;
} buckets[] = { CD_BUCKET_NAMES };

static guint
cell_hash (gconstpointer data)
{
  const Cell *cell = data;

  return g_str_hash (cell->account) * 31 + g_str_hash (cell->asset) * 7 + (guint)cell->bucket;
}

static gboolean
cell_equal (gconstpointer a, gconstpointer b)
{
  const Cell *x = a, *y = b;

  return x->bucket == y->bucket && g_str_equal (x->asset, y->asset) && g_str_equal (x->account, y->account);
}

static void
cell_free (gpointer data)
{
  Cell *cell = data;

  g_free (cell->account);
  g_free (cell->asset);
  g_free (cell);
}

CdLedger *
cd_ledger_new (void)
{
  CdLedger *ledger = g_new0 (CdLedger, 1);

  ledger->cells = g_hash_table_new_full (cell_hash, cell_equal, NULL, cell_free);
  return ledger;
}

void
cd_ledger_free (CdLedger *ledger)
{
  if (!ledger)
    return;
  g_hash_table_unref (ledger->cells);
  g_free (ledger);
}

static Cell *
find (const CdLedger *ledger, const char *account, const char *asset, CdBucket bucket)
{
  const Cell probe = { (char *)account, (char *)asset, bucket, 0 };

  return g_hash_table_lookup (ledger->cells, &probe);
}

gint64
cd_ledger_balance (const CdLedger *ledger, const char *account, const char *asset, CdBucket bucket)
{
  const Cell *cell = find (ledger, account, asset, bucket);

  return cell ? cell->balance : 0;
}

/* The legs of one asset add up to nothing. */
static gboolean
check_balanced (const CdLeg *legs, gsize n, GError **error)
{
  for (gsize i = 0; i < n; i++)
    {
      gint64 sum = 0;

      for (gsize k = 0; k < n; k++)
        if (g_str_equal (legs[k].asset, legs[i].asset) && !cd_i64_add (sum, legs[k].delta, &sum))
          {
            g_set_error (error, CD_LEDGER_ERROR, CD_LEDGER_ERROR_RANGE, "posting of %s: the sum does not fit", legs[i].asset);
            return FALSE;
          }
      if (sum != 0)
        {
          g_set_error (error, CD_LEDGER_ERROR, CD_LEDGER_ERROR_UNBALANCED, "posting of %s: the legs sum to %" G_GINT64_FORMAT ", expected 0", legs[i].asset, sum);
          return FALSE;
        }
    }
  return TRUE;
}

/* What the cell of leg @i holds after all legs that touch it. */
static gboolean
check_leg (const CdLedger *ledger, const CdLeg *legs, gsize n, gsize i, GError **error)
{
  gint64 after = cd_ledger_balance (ledger, legs[i].account, legs[i].asset, legs[i].bucket);
  gint64 before = after;

  for (gsize k = 0; k < n; k++)
    {
      if (legs[k].bucket != legs[i].bucket || !g_str_equal (legs[k].asset, legs[i].asset) || !g_str_equal (legs[k].account, legs[i].account))
        continue;
      if (!cd_i64_add (after, legs[k].delta, &after))
        {
          g_set_error (error, CD_LEDGER_ERROR, CD_LEDGER_ERROR_RANGE, "%s %s %s: the balance does not fit", legs[i].account, legs[i].asset, cd_bucket_name (legs[i].bucket));
          return FALSE;
        }
    }
  if (legs[i].bucket != CD_BUCKET_WORLD && after < 0)
    {
      g_set_error (error, CD_LEDGER_ERROR, CD_LEDGER_ERROR_INSUFFICIENT, "%s %s %s: has %" G_GINT64_FORMAT ", would become %" G_GINT64_FORMAT, legs[i].account, legs[i].asset, cd_bucket_name (legs[i].bucket), before, after);
      return FALSE;
    }
  return TRUE;
}

gboolean
cd_ledger_post (CdLedger *ledger, const CdLeg *legs, gsize n_legs, GError **error)
{
  if (!check_balanced (legs, n_legs, error))
    return FALSE;
  for (gsize i = 0; i < n_legs; i++)
    if (!check_leg (ledger, legs, n_legs, i, error))
      return FALSE;
  for (gsize i = 0; i < n_legs; i++)
    {
      Cell *cell = find (ledger, legs[i].account, legs[i].asset, legs[i].bucket);

      if (!cell)
        {
          cell = g_new0 (Cell, 1);
          cell->account = g_strdup (legs[i].account);
          cell->asset = g_strdup (legs[i].asset);
          cell->bucket = legs[i].bucket;
          g_hash_table_insert (ledger->cells, cell, cell);
        }
      cell->balance += legs[i].delta;
    }
  return TRUE;
}

gint64
cd_ledger_sum (const CdLedger *ledger, const char *asset)
{
  GHashTableIter iter;
  gpointer value;
  __int128 sum = 0;

  g_hash_table_iter_init (&iter, ledger->cells);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Cell *cell = value;

      if (g_str_equal (cell->asset, asset))
        sum += cell->balance;
    }
  return (gint64)sum;
}

static int
compare_cells (gconstpointer a, gconstpointer b)
{
  const Cell *x = *(const Cell *const *)a;
  const Cell *y = *(const Cell *const *)b;
  int c = strcmp (x->account, y->account);

  if (c == 0)
    c = strcmp (x->asset, y->asset);
  return c ? c : (int)x->bucket - (int)y->bucket;
}

void
cd_ledger_foreach (const CdLedger *ledger, CdLedgerFunc func, gpointer data)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, ledger->cells);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (cells, value);
  g_ptr_array_sort (cells, compare_cells);
  for (guint i = 0; i < cells->len; i++)
    {
      const Cell *cell = g_ptr_array_index (cells, i);

      if (cell->balance != 0)
        func (cell->account, cell->asset, cell->bucket, cell->balance, data);
    }
}

static guint64
mix (guint64 h, const void *data, gsize len)
{
  const guint8 *p = data;

  for (gsize i = 0; i < len; i++)
    h = (h ^ p[i]) * G_GUINT64_CONSTANT (1099511628211);
  return h;
}

static void
hash_cell (const char *account, const char *asset, CdBucket bucket, gint64 balance, gpointer data)
{
  guint64 *sum = data;
  guint64 h = G_GUINT64_CONSTANT (14695981039346656037);
  gint32 number = bucket;

  h = mix (h, account, strlen (account) + 1);
  h = mix (h, asset, strlen (asset) + 1);
  h = mix (h, &number, sizeof number);
  *sum += mix (h, &balance, sizeof balance);
}

guint64
cd_ledger_hash (const CdLedger *ledger)
{
  guint64 sum = 0;

  cd_ledger_foreach (ledger, hash_cell, &sum);
  return sum;
}

const char *
cd_bucket_name (CdBucket bucket)
{
  for (gsize i = 0; i < G_N_ELEMENTS (buckets); i++)
    if (buckets[i].bucket == bucket)
      return buckets[i].name;
  return "unknown";
}

gboolean
cd_bucket_parse (const char *name, CdBucket *out)
{
  for (gsize i = 0; i < G_N_ELEMENTS (buckets); i++)
    if (g_strcmp0 (buckets[i].name, name) == 0)
      {
        *out = buckets[i].bucket;
        return TRUE;
      }
  return FALSE;
}

CdHoldingFigures
cd_ledger_figures (const CdLedger *ledger, const char *account, const char *asset)
{
  CdHoldingFigures figures = { { 0 }, { 0 }, { 0 }, { 0 } };

  for (gsize i = 0; i < G_N_ELEMENTS (buckets); i++)
    {
      CdBucket bucket = buckets[i].bucket;

      if (bucket == CD_BUCKET_WORLD || bucket == CD_BUCKET_SURRENDERED || bucket == CD_BUCKET_CANCELLED)
        continue;
      figures.total.n += cd_ledger_balance (ledger, account, asset, bucket);
    }
  figures.to_sell.n = cd_ledger_balance (ledger, account, asset, CD_BUCKET_TRADING);
  figures.to_surrender.n = cd_ledger_balance (ledger, account, asset, CD_BUCKET_REGISTRY);
  figures.to_pledge.n = figures.to_surrender.n;
  return figures;
}
