/* two-fixture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two desks, two profiles, two persons with a certificate each, against one real venue.
 */
#pragma once

#include "desk-fixture.h"

G_BEGIN_DECLS

typedef struct
{
  Fixture maker; /* power-trader; his desk runs the venue */
  Fixture checker;
} Two;

void two_setup (Two *two, gconstpointer data); /* the checker is power-second; the clock of the market stands */
void two_teardown (Two *two, gconstpointer data);
void open_checker (Two *two, const char *person);

G_END_DECLS
