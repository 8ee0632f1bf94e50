/* cd-command-file.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files of a command: bounded, unpacked when they are .xz, and text before anything reads them.
 */
#include "cd-command-private.h"

#include <errno.h>
#include <lzma.h>
#include <string.h>
#include <sys/stat.h>

#define CHUNK (256 * 1024)
#define XZ_MEMORY_MAX (256 * 1024 * 1024)

static const guint8 xz_head[6] = { 0xfd, '7', 'z', 'X', 'Z', 0 };

char *
cd_command_display_name (const char *path)
{
  return g_filename_display_basename (path);
}

/* --- .xz ----------------------------------------------------------------------------------------------------------------- */

static const char *
xz_reason (lzma_ret ret)
{
  switch (ret)
    {
    case LZMA_MEMLIMIT_ERROR:
      return "needs more than 256 MiB to unpack";
    case LZMA_FORMAT_ERROR:
    case LZMA_OPTIONS_ERROR:
      return "expected an .xz file, found another format";
    case LZMA_BUF_ERROR:
      return "ends early: expected a whole .xz file";
    case LZMA_DATA_ERROR:
      return "damaged: expected a whole .xz file";
    default:
      return "cannot be unpacked";
    }
}

static GBytes *
unpack (CdCommandIo *io, const char *path, const guint8 *packed, gsize len, gsize max)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autofree guint8 *chunk = g_malloc (CHUNK);
  lzma_stream stream = LZMA_STREAM_INIT;
  lzma_ret ret = lzma_stream_decoder (&stream, XZ_MEMORY_MAX, LZMA_CONCATENATED);

  stream.next_in = packed;
  stream.avail_in = len;
  while (ret == LZMA_OK && out->len <= max)
    {
      stream.next_out = chunk;
      stream.avail_out = CHUNK;
      ret = lzma_code (&stream, LZMA_FINISH);
      g_byte_array_append (out, chunk, (guint)(CHUNK - stream.avail_out));
    }
  lzma_end (&stream);
  if (out->len > max)
    {
      cd_command_no (io, path, NULL, "unpacks to more than %" G_GSIZE_FORMAT " bytes, expected at most so many", max);
      return NULL;
    }
  if (ret != LZMA_STREAM_END)
    {
      cd_command_no (io, path, NULL, "%s", xz_reason (ret));
      return NULL;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

/* --- Bytes ----------------------------------------------------------------------------------------------------------------- */

/* Grows with what is read: a size that is only claimed costs nothing, and a pipe has none. */
static GByteArray *
read_all (GInputStream *in, gsize max, GError **error)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autofree guint8 *chunk = g_malloc (CHUNK);
  gssize n;

  while (out->len <= max && (n = g_input_stream_read (in, chunk, CHUNK, NULL, error)) != 0)
    {
      if (n < 0)
        return NULL;
      g_byte_array_append (out, chunk, (guint)n);
    }
  return g_steal_pointer (&out);
}

GBytes *
cd_command_read (CdCommandIo *io, const char *path, gsize max)
{
  g_autofree char *shown = g_filename_display_name (path);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInputStream) in = g_file_read (file, NULL, &error);
  g_autoptr (GByteArray) bytes = in ? read_all (G_INPUT_STREAM (in), max, &error) : NULL;

  if (!bytes)
    {
      cd_command_no (io, shown, NULL, "cannot be read: %s", error->message);
      return NULL;
    }
  if (bytes->len > max)
    {
      cd_command_no (io, shown, NULL, "expected at most %" G_GSIZE_FORMAT " bytes", max);
      return NULL;
    }
  if (bytes->len >= sizeof xz_head && memcmp (bytes->data, xz_head, sizeof xz_head) == 0)
    return unpack (io, shown, bytes->data, bytes->len, max);
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

/* A pipe or a device would be waited for, and a link or a folder of /proc says something else each time. */
GBytes *
cd_command_read_settled (CdCommandIo *io, const char *path, gsize max)
{
  g_autofree char *shown = g_filename_display_name (path);
  g_autoptr (GBytes) bytes = NULL;
  struct stat before, after;

  if (stat (path, &before) != 0)
    {
      cd_command_no (io, shown, NULL, "cannot be read: %s", g_strerror (errno));
      return NULL;
    }
  if (!S_ISREG (before.st_mode))
    {
      cd_command_no (io, shown, NULL, "expected a file, found a folder, a pipe or a device");
      return NULL;
    }
  bytes = cd_command_read (io, path, max);
  if (!bytes)
    return NULL;
  if (stat (path, &after) == 0 && after.st_ino == before.st_ino && after.st_size == before.st_size && after.st_mtim.tv_sec == before.st_mtim.tv_sec && after.st_mtim.tv_nsec == before.st_mtim.tv_nsec)
    return g_steal_pointer (&bytes);
  cd_command_no (io, shown, NULL, "changed while it was read, expected a file that nobody writes");
  return NULL;
}

/* --- Lines ------------------------------------------------------------------------------------------------------------------- */

static gboolean
check_line (CdCommandIo *io, const char *shown, guint row, const char *line, gsize len)
{
  g_autofree char *place = g_strdup_printf ("line %u", row);

  if (len > CD_COMMAND_LINE_MAX)
    cd_command_no (io, shown, place, "expected at most %d bytes in a line", CD_COMMAND_LINE_MAX);
  else if (memchr (line, 0, len))
    cd_command_no (io, shown, place, "a zero byte, expected text");
  else if (!g_utf8_validate_len (line, len, NULL))
    cd_command_no (io, shown, place, "a byte that is no character, expected UTF-8");
  else
    return TRUE;
  return FALSE;
}

char *
cd_command_read_lines (CdCommandIo *io, const char *path)
{
  g_autoptr (GBytes) bytes = cd_command_read (io, path, CD_COMMAND_RECORDING_MAX);
  g_autofree char *shown = g_filename_display_name (path);
  g_autofree char *text = NULL;
  gsize len, at = 0;
  guint row = 1;

  if (!bytes)
    return NULL;
  text = g_bytes_unref_to_data (g_steal_pointer (&bytes), &len);
  text = g_realloc (text, len + 1);
  text[len] = 0;
  while (at < len)
    {
      const char *end = memchr (text + at, '\n', len - at);
      gsize n = end ? (gsize)(end - (text + at)) : len - at;

      if (!check_line (io, shown, row++, text + at, n))
        return NULL;
      at += n + 1;
    }
  return g_steal_pointer (&text);
}
