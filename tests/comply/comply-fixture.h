/* comply-fixture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rules as china-rules 4 to 8 have them, built by hand: the tests of this layer must not depend on the pack reader.
 */
#pragma once

#include "cd-cover.h"
#include "cd-obligation.h"
#include "market-fixture.h"

/* (transfer full). Power, cement; 2023, 2024, 2025 and 2026 (whose vintages nobody knows here). */
CdScheme *scheme_fixture_national (void);
/* (transfer full). 2020, base of the cap is what was issued, CCER from elsewhere at most 2.5 %; and 2021, of which nothing is known. */
CdScheme *scheme_fixture_beijing (void);
/* The fixture's market with every year from 2021 to 2026 in its calendar. */
CdMarket *scheme_fixture_market (void);

/* The rule of @year, to be bent by a test. */
CdOffsetRule *scheme_fixture_offset (CdScheme *scheme, int year);
CdComplianceYear *scheme_fixture_year (CdScheme *scheme, int year, const char *sector);
CdTask *scheme_fixture_task (CdScheme *scheme, int year, const char *sector, const char *id);
void scheme_fixture_add_sub_cap (CdOffsetRule *rule, const char *id, const char *origin_not, const char *type_only, int cap_bp);

/* An evaluation that must succeed. */
CdObligation *obligation_fixture_evaluate (const CdObligationInput *input);
/* The step of the trace that gives @rule the result @result; (nullable). */
const CdTraceStep *obligation_fixture_step (const CdTrace *trace, const char *rule, const char *result);
const CdDeadline *obligation_fixture_deadline (const CdObligation *o, const char *id);
const CdLotVerdict *obligation_fixture_lot (const CdObligation *o, const char *code);
/* Everything of @o in one text, for comparing two evaluations. */
char *obligation_fixture_dump (const CdObligation *o);
