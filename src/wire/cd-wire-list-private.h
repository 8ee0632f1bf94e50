/* cd-wire-list-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to wire/: one row type of a list.
 */
#pragma once

#include "cd-wire-fields.h"
#include "cd-wire-list.h"

G_BEGIN_DECLS

typedef struct
{
  gsize size;
  const CdField *fields;
} CdWireRowType;

const CdWireRowType *cd_wire_row_type (CdWireListKind kind);

G_END_DECLS
