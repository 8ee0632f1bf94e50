/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gtk/gtk.h>
#include <libsoup/soup.h>
#include "../net/cd-feed.h"
