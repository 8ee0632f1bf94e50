/* fuzz-registry.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lists, sessions, instructions and questions by key: any bytes on the registry's and the orders' side.
 */
#include "cd-wire-list.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  const char *text = (const char *)data + 1;
  CdWireClockRequest request;

  if (size < 1)
    return 0;
  size--;
  {
    g_autoptr (CdWireList) list = cd_wire_list_parse (data[0] % (CD_WIRE_LIST_OBLIGATIONS + 1), text, size, NULL);
    g_autoptr (CdWireByKey) by_key = cd_wire_by_key_parse (text, size, NULL);
    g_autoptr (CdWireSession) session = cd_wire_session_parse (text, size, NULL);
    g_autoptr (CdWireBody) body = cd_wire_body_parse (data[0] % (CD_WIRE_OP_INSTRUCTION_REVIEW + 1), text, size, NULL);
    g_autoptr (CdWireInstruction) instruction = cd_wire_instruction_parse (data[0] % (CD_WIRE_OP_INSTRUCTION_REVIEW + 1), text, size, NULL);

    cd_wire_clock_request_parse (text, size, &request, NULL);
  }
  return 0;
}
