/* fuzz-approval.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Requests and decisions in files. What is accepted is written again to the same bytes.
 */
#include "cd-approval-file.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (CdApprovalFile) file = cd_approval_file_parse (bytes, NULL);

  if (file)
    {
      g_autoptr (GBytes) again = NULL;

      cd_approval_file_text (file);
      again = cd_approval_file_finish (file, file->signature);
      g_assert_true (g_bytes_equal (again, bytes));
    }
  return 0;
}
