/* cd-wire-md.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "cd-wire-md-private.h"
#include "cd-wire-md.h"

CdMdReader *
cd_md_reader_new (void)
{
  CdMdReader *reader = g_new0 (CdMdReader, 1);

  reader->fast = TRUE;
  return reader;
}

void
cd_md_reader_free (CdMdReader *reader)
{
  g_free (reader);
}

void
cd_md_reader_set_fast (CdMdReader *reader, gboolean fast)
{
  reader->fast = fast;
}

void
cd_md_reader_get_stats (const CdMdReader *reader, CdMdReaderStats *stats)
{
  *stats = reader->stats;
}

static inline const char *
blank (const char *p, const char *end)
{
  while (p < end && (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r'))
    p++;
  return p;
}

/* Where the object that begins at @p ends, by its brackets alone: the strict reader then judges exactly these bytes. */
static const char *
object_end (const char *p, const char *end)
{
  gsize depth = 0;

  for (; p < end; p++)
    {
      if (*p == '"')
        {
          for (p++; p < end && *p != '"'; p++)
            if (*p == '\\')
              p++;
          if (p >= end)
            return NULL;
        }
      else if (*p == '{' || *p == '[')
        depth++;
      else if ((*p == '}' || *p == ']') && --depth == 0)
        return p + 1;
    }
  return NULL;
}

static gboolean
fail (GError **error, CdWireError code, const char *start, const char *p, const char *expected)
{
  g_set_error (error, CD_WIRE_ERROR, code, "byte %" G_GSIZE_FORMAT ": expected %s", (gsize)(p - start), expected);
  return FALSE;
}

/* Reads the object at *@p; *@deliver says whether there is something to hand on. */
static gboolean
read_object (CdMdReader *reader, const char *start, const char **p, const char *end, gboolean *deliver, GError **error)
{
  const char *stop;

  *deliver = TRUE;
  reader->msg.hello = NULL;
  reader->msg.stats = NULL;
  reader->msg.clock = NULL;
  reader->msg.hb = NULL;
  reader->msg.block = NULL;
  if (reader->fast && cd_md_fast (reader, p, end) == CD_SCAN_DONE)
    {
      reader->stats.fast++;
      return TRUE;
    }
  if (cd_md_scan (reader, p, end) == CD_SCAN_DONE)
    return TRUE;
  stop = *p < end && **p == '{' ? object_end (*p, end) : NULL;
  if (!stop)
    return fail (error, CD_WIRE_ERROR_SYNTAX, start, *p, "a whole object");
  if (!cd_md_slow (reader, *p, (gsize)(stop - *p), error))
    return FALSE;
  if (reader->msg.type == CD_MD_UNKNOWN)
    {
      reader->stats.unknown_types++;
      *deliver = FALSE;
    }
  *p = stop;
  return TRUE;
}

gboolean
cd_md_reader_read (CdMdReader *reader, const char *text, gsize len, CdMdFunc func, gpointer data, GError **error)
{
  const char *end = text + len;
  const char *p = blank (text, end);
  gboolean is_array = p < end && *p == '[';

  reader->stats.frames++;
  if (len > CD_MD_FRAME_MAX)
    return fail (error, CD_WIRE_ERROR_LIMIT, text, end, "at most 1 MiB in a frame");
  if (is_array)
    p = blank (p + 1, end);
  for (guint n = 0;; n++)
    {
      gboolean deliver;

      if (n == CD_MD_BATCH_MAX)
        return fail (error, CD_WIRE_ERROR_LIMIT, text, p, "at most 50 messages in a frame");
      if (!read_object (reader, text, &p, end, &deliver, error))
        return FALSE;
      reader->stats.messages++;
      if (deliver && !func (&reader->msg, data))
        return TRUE;
      p = blank (p, end);
      if (!is_array)
        break;
      if (p < end && *p == ']')
        {
          p = blank (p + 1, end);
          break;
        }
      if (p >= end || *p != ',')
        return fail (error, CD_WIRE_ERROR_SYNTAX, text, p, "',' or ']'");
      p = blank (p + 1, end);
    }
  return p == end || fail (error, CD_WIRE_ERROR_SYNTAX, text, p, "the end of the frame");
}
