/* fuzz-md.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Market data: any bytes. What one way of reading accepts, the other reads to the same text.
 */
#include <string.h>

#include "cd-wire-md.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static gboolean
note_cb (const CdMdMsg *msg, gpointer text)
{
  cd_md_write_msg (text, msg);
  return TRUE;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  static CdMdReader *readers[2];
  g_autoptr (GString) fast = g_string_new (NULL);
  g_autoptr (GString) scan = g_string_new (NULL);
  g_autoptr (CdMdRequest) request = NULL;

  for (int i = 0; i < 2; i++)
    if (!readers[i])
      {
        readers[i] = cd_md_reader_new ();
        cd_md_reader_set_fast (readers[i], i == 0);
      }
  g_assert (cd_md_reader_read (readers[0], (const char *)data, size, note_cb, fast, NULL) == cd_md_reader_read (readers[1], (const char *)data, size, note_cb, scan, NULL));
  g_assert (strcmp (fast->str, scan->str) == 0);
  request = cd_md_request_parse ((const char *)data, size, NULL);
  return 0;
}
