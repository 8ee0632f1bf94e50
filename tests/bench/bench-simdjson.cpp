/* bench-simdjson.cpp
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "bench-simdjson.h"

#include <cstring>
#include <memory>
#include <simdjson.h>
#include <string_view>

struct _BenchSimdjson
{
  simdjson::ondemand::parser parser;
  simdjson::padded_string room{ 64 * 1024 };
};

static gint64
integer_of (std::string_view text)
{
  gint64 value = 0;

  for (char c : text)
    value = value * 10 + (c - '0');
  return value;
}

/* 10⁻⁴: up to four decimals. */
static gint64
price_of (std::string_view text)
{
  gint64 value = 0;
  int decimals = -1;

  for (char c : text)
    {
      if (c == '.')
        {
          decimals = 0;
          continue;
        }
      value = value * 10 + (c - '0');
      if (decimals >= 0)
        decimals++;
    }
  for (int i = decimals < 0 ? 0 : decimals; i < 4; i++)
    value *= 10;
  return value;
}

static guint
levels_of (simdjson::ondemand::value list, BenchLevel *out)
{
  guint n = 0;

  for (auto level : list.get_array ())
    {
      int column = 0;

      for (auto item : level.get_array ())
        {
          if (column == 0)
            out[n].price = price_of (item.get_string ().value ());
          else if (column == 1)
            out[n].qty = integer_of (item.get_string ().value ());
          else
            out[n].orders = (gint32)(gint64)item.get_int64 ().value ();
          column++;
        }
      n++;
    }
  return n;
}

BenchSimdjson *
bench_simdjson_new (void)
{
  return new BenchSimdjson ();
}

void
bench_simdjson_free (BenchSimdjson *parser)
{
  delete parser;
}

gboolean
bench_simdjson_read (BenchSimdjson *self, const char *text, gsize len, BenchBook *out)
{
  try
    {
      std::memcpy (self->room.data (), text, len);
      auto document = self->parser.iterate (self->room.data (), len, self->room.size () + simdjson::SIMDJSON_PADDING);

      for (auto field : document.get_object ())
        {
          /* As written: the keys of these messages need no unescaping. */
          simdjson::ondemand::raw_json_string key = field.key ();

          if (key == "seq")
            out->seq = (guint64)field.value ().get_uint64 ().value ();
          else if (key == "crc")
            out->crc = (guint32)(guint64)field.value ().get_uint64 ().value ();
          else if (key == "b")
            out->n_bids = levels_of (field.value ().value (), out->bids);
          else if (key == "a")
            out->n_asks = levels_of (field.value ().value (), out->asks);
        }
      return TRUE;
    }
  catch (const simdjson::simdjson_error &)
    {
      return FALSE;
    }
}
