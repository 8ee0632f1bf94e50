/* cd-desk-kept.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the desk keeps in the cache for whoever asks when it is not there, and for itself when the line is gone: the last list of
 * holdings and the last statement of each account, as cd_wire_list_write() has them, under its name; and which accounts there
 * are, a line each.
 */
#pragma once

#define CD_DESK_HOLDINGS_VALUE "holdings."
#define CD_DESK_STATEMENT_VALUE "statement."
#define CD_DESK_KEPT_ACCOUNTS "holdings-accounts" /* of either */
