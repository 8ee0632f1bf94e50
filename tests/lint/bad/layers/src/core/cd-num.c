/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cd-num.h"
#include "cd-trade.h"
#include <gio/gio.h>
/* #include "cd-venue.h" is only said here */
