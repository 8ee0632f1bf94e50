/* venue-fixture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A practice venue without sockets, driven by commands.
 */
#pragma once

#include "cd-venue.h"

typedef struct
{
  CdPack *packs[2];
  gsize n;
  CdVenue *venue;
  guint64 key; /* number of the last key used */
  guint trades;
} VenueFixture;

/* @data: scenario, NULL = "main". */
void venue_fixture_setup (VenueFixture *f, gconstpointer data);
void venue_fixture_teardown (VenueFixture *f, gconstpointer data);
/* The national packs with the listed mode matched by price and time. */
void venue_fixture_setup_price_time (VenueFixture *f, gconstpointer data);
/* The national packs, each @from in the text of the first one replaced by @to. @start_us: 0 = the scenario's own. */
void venue_fixture_setup_changed (VenueFixture *f, const char *from, const char *to, gint64 start_us);
void venue_fixture_skip (VenueFixture *f, const char *to);

/* With a key of its own. */
CdWireAnswer *venue_fixture_send (VenueFixture *f, const char *person, CdWireOp op, const char *account, const char *body);
/* Sends @format and asserts the verdict: @code NULL = accepted. Returns the order or instruction id, if any. */
char *venue_fixture_try (VenueFixture *f, const char *person, CdWireOp op, const char *account, const char *code, const char *format, ...) G_GNUC_PRINTF (6, 7);
/* Proposes as @maker and confirms as @checker. */
char *venue_fixture_instruct (VenueFixture *f, const char *account, const char *maker, const char *checker, const char *body);
char *venue_fixture_confirm_body (const char *id, int version, const char *hashed_body);
gint64 venue_fixture_balance (VenueFixture *f, const char *account, const char *asset, CdBucket bucket);
/* Price of the best level; 0 = none. */
gint64 venue_fixture_best (VenueFixture *f, const char *code, CdSide side);
