/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libsoup/soup.h>
#include "cd-feed.h"
#include "cd-venue.h"
