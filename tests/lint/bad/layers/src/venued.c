/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cd-venue.h"
#include "cd-feed.h"
