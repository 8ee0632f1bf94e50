/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cd-num.h"
#include "cd-trade-private.h"
