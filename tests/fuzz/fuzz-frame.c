/* fuzz-frame.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as WebSocket frames, cut at any place: the guard says the same of the whole as of its pieces.
 */
#include "cd-frame-guard-private.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

/* How far the bytes are lawful when they come in pieces of @piece. */
static gsize
scan (CdEnv *env, CdStreamGuard mode, const guint8 *data, gsize size, gsize piece, gboolean *lawful)
{
  CdFrameGuard guard;
  gsize passed = 0, end = 0;

  cd_frame_guard_init (&guard);
  guard.mode = mode;
  guard.message_max = 4096;
  guard.control_per_s_max = 10;
  *lawful = TRUE;
  while (end < size && *lawful)
    {
      g_autoptr (GError) error = NULL;

      end = MIN (end + piece, size);
      passed += cd_frame_guard_scan (&guard, env, data + passed, end - passed, &error);
      g_assert (passed <= end);
      *lawful = error == NULL;
    }
  return passed;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  static CdEnv *env;
  gboolean whole_lawful, piece_lawful;
  gsize whole, pieces;
  CdStreamGuard mode;

  if (!env)
    env = cd_env_test_new (0, 1);
  if (size < 2)
    return 0;
  mode = data[0] % 2 ? CD_STREAM_GUARD_CLIENT : CD_STREAM_GUARD_SERVER;
  whole = scan (env, mode, data + 2, size - 2, size, &whole_lawful);
  pieces = scan (env, mode, data + 2, size - 2, 1 + data[1], &piece_lawful);
  if (whole != pieces || whole_lawful != piece_lawful)
    fuzz_fail ("%" G_GSIZE_FORMAT " bytes are lawful at once, %" G_GSIZE_FORMAT " in pieces of %d", whole, pieces, 1 + data[1]);
  return 0;
}
