/* cd-book.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two sorted arrays with the best level at the end: most changes happen near the best, so little is moved.
 */
#include "cd-book.h"

#include <string.h>

#include "cd-id.h"

typedef struct
{
  CdLevel *levels; /* worst first */
  gsize n;
  gsize capacity;
} Half;

struct _CdBook
{
  int price_scale;
  int size_scale;
  Half half[2]; /* bids, asks */
  char epoch[64];
  guint64 seq;
  gboolean synced;
};

CdBook *
cd_book_new (int price_scale, int size_scale)
{
  CdBook *book = g_new0 (CdBook, 1);

  book->price_scale = price_scale;
  book->size_scale = size_scale;
  return book;
}

void
cd_book_free (CdBook *book)
{
  if (!book)
    return;
  g_free (book->half[0].levels);
  g_free (book->half[1].levels);
  g_free (book);
}

int
cd_book_price_scale (const CdBook *book)
{
  return book->price_scale;
}

int
cd_book_size_scale (const CdBook *book)
{
  return book->size_scale;
}

void
cd_book_clear (CdBook *book)
{
  book->half[0].n = 0;
  book->half[1].n = 0;
}

static inline int
side_index (CdSide side)
{
  return side == CD_SIDE_BUY ? 0 : 1;
}

/* TRUE when @a is a better price than @b on that side. */
static inline gboolean
better (int side, gint64 a, gint64 b)
{
  return side == 0 ? a > b : a < b;
}

/* Where @price stands or would stand, searched from the best: (index from the worst end). */
static gsize
locate (const Half *half, int side, gint64 price, gboolean *found)
{
  gsize i = half->n;

  *found = FALSE;
  if (half->n > 16 && better (side, half->levels[half->n - 16].price, price))
    {
      /* Deep: halve instead of walking. */
      gsize low = 0, high = half->n - 16;

      while (low < high)
        {
          gsize mid = (low + high) / 2;

          if (better (side, price, half->levels[mid].price))
            low = mid + 1;
          else
            high = mid;
        }
      *found = low < half->n && half->levels[low].price == price;
      return low;
    }
  while (i > 0 && better (side, half->levels[i - 1].price, price))
    i--;
  if (i > 0 && half->levels[i - 1].price == price)
    {
      *found = TRUE;
      return i - 1;
    }
  return i;
}

void
cd_book_set (CdBook *book, CdSide side, gint64 price, gint64 qty, gint32 orders)
{
  int s = side_index (side);
  Half *half = &book->half[s];
  gboolean found;
  gsize i = locate (half, s, price, &found);

  if (qty == 0)
    {
      if (found)
        {
          memmove (&half->levels[i], &half->levels[i + 1], (half->n - i - 1) * sizeof (CdLevel));
          half->n--;
        }
      return;
    }
  if (!found)
    {
      if (half->n == half->capacity)
        {
          half->capacity = half->capacity ? half->capacity * 2 : 64;
          half->levels = g_renew (CdLevel, half->levels, half->capacity);
        }
      memmove (&half->levels[i + 1], &half->levels[i], (half->n - i) * sizeof (CdLevel));
      half->n++;
    }
  half->levels[i] = (CdLevel){ price, qty, orders };
}

gsize
cd_book_depth (const CdBook *book, CdSide side)
{
  return book->half[side_index (side)].n;
}

gboolean
cd_book_level (const CdBook *book, CdSide side, gsize index, CdLevel *out)
{
  const Half *half = &book->half[side_index (side)];

  if (index >= half->n)
    return FALSE;
  *out = half->levels[half->n - 1 - index];
  return TRUE;
}

gboolean
cd_book_find (const CdBook *book, CdSide side, gint64 price, CdLevel *out)
{
  int s = side_index (side);
  gboolean found;
  gsize i = locate (&book->half[s], s, price, &found);

  if (found && out)
    *out = book->half[s].levels[i];
  return found;
}

void
cd_book_truncate (CdBook *book, CdSide side, gsize depth)
{
  Half *half = &book->half[side_index (side)];

  if (half->n <= depth)
    return;
  memmove (half->levels, half->levels + (half->n - depth), depth * sizeof (CdLevel));
  half->n = depth;
}

void
cd_book_begin_snapshot (CdBook *book, const char *epoch, guint64 seq)
{
  cd_book_clear (book);
  g_strlcpy (book->epoch, epoch, sizeof book->epoch);
  book->seq = seq;
  book->synced = TRUE;
}

CdBookResult
cd_book_begin_delta (CdBook *book, guint64 prev_seq, guint64 seq)
{
  if (!book->synced)
    return CD_BOOK_RESYNC;
  if (seq <= book->seq)
    return CD_BOOK_SKIPPED;
  if (prev_seq != book->seq)
    {
      book->synced = FALSE;
      return CD_BOOK_RESYNC;
    }
  book->seq = seq;
  return CD_BOOK_APPLIED;
}

guint64
cd_book_seq (const CdBook *book)
{
  return book->seq;
}

gboolean
cd_book_synced (const CdBook *book)
{
  return book->synced;
}

void
cd_book_mark_gap (CdBook *book)
{
  book->synced = FALSE;
}

/* A 64-bit integer in decimal and a colon; returns the bytes written. Two digits a division. */
static gsize
put_number (char *at, gint64 value)
{
  static const char pairs[] = "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
                              "5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";
  char text[24];
  guint64 magnitude = value < 0 ? 0 - (guint64)value : (guint64)value;
  char *first = text + sizeof text;
  gsize len;

  *--first = ':';
  for (; magnitude >= 100; magnitude /= 100)
    {
      first -= 2;
      memcpy (first, pairs + magnitude % 100 * 2, 2);
    }
  if (magnitude >= 10)
    {
      first -= 2;
      memcpy (first, pairs + magnitude * 2, 2);
    }
  else
    *--first = (char)('0' + magnitude);
  if (value < 0)
    *--first = '-';
  len = (gsize)(text + sizeof text - first);
  memcpy (at, first, len);
  return len;
}

guint32
cd_book_crc (const CdBook *book)
{
  char text[2 * 10 * 2 * 22];
  gsize len = 0;

  for (int s = 1; s >= 0; s--)
    {
      const Half *half = &book->half[s];

      for (gsize i = 0; i < 10 && i < half->n; i++)
        {
          const CdLevel *level = &half->levels[half->n - 1 - i];

          len += put_number (text + len, level->price);
          len += put_number (text + len, level->qty);
        }
    }
  return cd_crc32 (0, text, len);
}

gint64
cd_book_cost (const CdBook *book, CdSide taker, gint64 qty, gsize max_levels, gint64 *amount_e4, gint64 *worst)
{
  const Half *half = &book->half[taker == CD_SIDE_BUY ? 1 : 0];
  gint64 got = 0, amount = 0, last = 0;

  for (gsize i = 0; i < half->n && (max_levels == 0 || i < max_levels) && got < qty; i++)
    {
      const CdLevel *level = &half->levels[half->n - 1 - i];
      gint64 take = MIN (level->qty, qty - got);
      gint64 part;

      if (!cd_i64_mul (take, level->price, &part) || !cd_i64_add (amount, part, &amount))
        break;
      got += take;
      last = level->price;
    }
  if (amount_e4)
    *amount_e4 = amount;
  if (worst)
    *worst = last;
  return got;
}
