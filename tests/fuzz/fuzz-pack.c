/* fuzz-pack.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as a market pack: loaded as a whole, or refused with the place of each fault.
 */
#include "cd-pack.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (CdJsonFaults) faults = cd_json_faults_new ();
  g_autoptr (CdPack) pack = cd_pack_load_bytes (bytes, "fuzz", NULL, faults, &error);
  if (!pack && !error)
    fuzz_fail ("refused without a word");
  if (pack && cd_json_faults_count (faults) > 0)
    fuzz_fail ("loaded in spite of a fault");
  return 0;
}
