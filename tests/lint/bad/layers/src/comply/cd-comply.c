/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cd-trade.h"
#include "cd-trade-private.h"
