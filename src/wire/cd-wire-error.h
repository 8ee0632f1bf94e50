/* cd-wire-error.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The error domain of the codecs. The message names the member (as a path, "items[3].px") and what was expected.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CD_WIRE_ERROR (cd_wire_error_quark ())
GQuark cd_wire_error_quark (void);

/* Frozen: they appear in logs. Append only. */
typedef enum
{
  CD_WIRE_ERROR_SYNTAX = 1,    /* not strict JSON */
  CD_WIRE_ERROR_TYPE = 2,      /* another JSON type than the contract has, e.g. a number where a string is due */
  CD_WIRE_ERROR_MISSING = 3,   /* a required member is not there */
  CD_WIRE_ERROR_VALUE = 4,     /* right type, but no value of the kind: a decimal, an instant, a name of the list */
  CD_WIRE_ERROR_RANGE = 5,     /* a number that does not fit */
  CD_WIRE_ERROR_DUPLICATE = 6, /* a member twice, or an order twice in a list */
  CD_WIRE_ERROR_LIMIT = 7,     /* more items, levels, bytes or nesting than the contract allows */
  CD_WIRE_ERROR_DIGEST = 8,    /* a list whose count or digest is not that of its items */
} CdWireError;

G_END_DECLS
