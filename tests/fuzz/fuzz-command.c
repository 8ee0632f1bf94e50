/* fuzz-command.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a peer may send on the private side. What is accepted is written and read again to the same bytes.
 */
#include <string.h>

#include "cd-wire-list.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  const char *text = (const char *)data;
  g_autoptr (CdWireCommand) command = cd_wire_command_parse (text, size, NULL);
  g_autoptr (CdWireAnswer) answer = cd_wire_answer_parse (text, size, NULL);
  g_autoptr (CdWireEvent) event = cd_wire_event_parse (text, size, NULL);
  g_autoptr (CdWireList) list = cd_wire_list_parse (CD_WIRE_LIST_ORDERS, text, size, NULL);
  g_autoptr (CdWireHello) hello = cd_wire_hello_parse (text, size, NULL);
  g_autoptr (CdWireProblem) problem = cd_wire_problem_parse (text, size, NULL);

  if (command)
    {
      g_autoptr (GString) out = g_string_new (NULL);
      g_autoptr (CdWireCommand) again = NULL;
      g_autoptr (CdWireBody) body = cd_wire_body_parse (command->op, command->body, strlen (command->body), NULL);
      g_autoptr (CdWireInstruction) instruction = cd_wire_instruction_parse ((int)command->op, command->body, strlen (command->body), NULL);

      cd_wire_command_write (out, command);
      again = cd_wire_command_parse (out->str, out->len, NULL);
      g_assert (again && strcmp (again->body, command->body) == 0 && again->deadline_us == command->deadline_us);
    }
  return 0;
}
