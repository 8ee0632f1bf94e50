/* fuzz-replay.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any text as a recorded order book, in each form.
 */
#include "cd-replay.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *)data + 1, size ? size - 1 : 0);
  CdReplayResult result = { 0 };

  switch (size ? data[0] % 4 : 0)
    {
    case 0:
      cd_replay_lobster_messages (text, &result, NULL);
      break;
    case 1:
      cd_replay_kraken (text, &result, NULL);
      break;
    case 2:
      cd_replay_binance (text, &result, NULL);
      break;
    default:
      cd_replay_okx (text, &result, NULL);
      break;
    }
  g_assert (result.matched <= result.checked);
  cd_replay_result_clear (&result);
  return 0;
}
