/* fuzz.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* g_error() ends in a trap, of which libFuzzer keeps no input; an abort it does. */
#define fuzz_fail(...)        \
  G_STMT_START                \
  {                           \
    g_printerr (__VA_ARGS__); \
    g_printerr ("\n");        \
    abort ();                 \
  }                           \
  G_STMT_END

static char *fuzz_folder;

/* libFuzzer ends a run by exit(). */
static inline void
fuzz_folder_remove (void)
{
  const char *argv[] = { "rm", "-rf", fuzz_folder, NULL };

  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  g_clear_pointer (&fuzz_folder, g_free);
}

/* A folder of this run, in memory where there is one: the files are written at every input. */
static inline const char *
fuzz_dir (void)
{
  if (!fuzz_folder)
    {
      const char *top = access ("/dev/shm", W_OK) == 0 ? "/dev/shm" : g_get_tmp_dir ();

      fuzz_folder = g_build_filename (top, "carbondesk-fuzz-XXXXXX", NULL);
      if (!g_mkdtemp (fuzz_folder))
        fuzz_fail ("no folder in %s", top);
      atexit (fuzz_folder_remove);
    }
  return fuzz_folder;
}

/**
 * fuzz_patch:
 * One way of reading an input: its first byte odd = the rest as it is, else written over @good from the place in the next three
 * bytes on. (transfer full)
 */
static inline guint8 *
fuzz_patch (const guint8 *data, gsize size, const void *good, gsize good_len, gsize *len)
{
  guint8 *bytes;
  gsize at;

  if (size < 4 || data[0] % 2)
    {
      *len = size > 4 ? size - 4 : 0;
      return g_memdup2 (size > 4 ? data + 4 : (const guint8 *)"", MAX (*len, 1));
    }
  bytes = g_memdup2 (good, good_len);
  at = (gsize)(data[1] | data[2] << 8 | data[3] << 16) % good_len;
  memcpy (bytes + at, data + 4, MIN (size - 4, good_len - at));
  *len = good_len;
  return bytes;
}
