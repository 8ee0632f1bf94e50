/* market-fixture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The national market as china-rules 2.1 has it, built by hand: the tests of this layer must not depend on the pack reader.
 */
#pragma once

#include "cd-market.h"

/* (transfer full). Instruments CEA24, CEA25, CEA26 (not listed yet) and the composite; list and block mode. */
CdMarket *market_fixture_new (void);
/* An instant of the market's civil time. */
gint64 market_fixture_at (const CdMarket *market, const char *date, const char *time);
CdDate market_fixture_day (const char *date);
/* The mode's rule, to be bent by a test. */
CdModeRule *market_fixture_mode (CdMarket *market, CdMode mode);
CdRuleSeries *market_fixture_series (const char *id, gint64 value);
