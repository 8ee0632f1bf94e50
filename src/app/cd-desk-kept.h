/* cd-desk-kept.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the desk keeps in the cache for whoever asks when it is not there: the last list of holdings of each account, as
 * cd_wire_list_write() has it, under its name; and which accounts there are, a line each.
 */
#pragma once

#define CD_DESK_HOLDINGS_VALUE "holdings."
#define CD_DESK_HOLDINGS_ACCOUNTS "holdings-accounts"
