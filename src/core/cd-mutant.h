/* cd-mutant.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rules of the protocol that a test program breaks one at a time, at the very place where they are kept, to see whether the simulator
 * finds out. The names are those of the models in tests/models. Only that program is built with CD_MUTANTS; in what is shipped
 * CD_MUTANT() is the constant 0, and a test looks into the programs for it.
 */
#pragma once

typedef enum
{
  /* tests/models/order.pml */
  CD_MUTANT_NEWKEY,    /* silence: once more, with a new key */
  CD_MUTANT_TIMEOUT,   /* silence is a no */
  CD_MUTANT_NOTFOUND,  /* not found before the deadline is a no */
  CD_MUTANT_SENDFIRST, /* written before the intent is durable */
  CD_MUTANT_NODEDUP,   /* a venue without a table of keys */
  CD_MUTANT_FENCEMEM,  /* a fence that a restart of the venue forgets */
  CD_MUTANT_TTL,       /* keys that the venue forgets after a while */
  CD_MUTANT_SOFTREJ,   /* a refusal that the venue does not keep */
  /* tests/models/surrender.pml */
  CD_MUTANT_KEYPERVERSION, /* each version of a request has a key of its own */
  CD_MUTANT_PERSTATION,    /* each sending of what was approved has one */
  CD_MUTANT_SAMEPERSON,    /* who asked may approve */
  CD_MUTANT_LOCALWDR,      /* withdrawn as soon as the button was pressed */
  CD_MUTANT_NOBIND,        /* what is executed need not be what was approved */
  CD_MUTANT_EDITKEEPS,     /* an approval outlives an edit */
  CD_MUTANT_STALEREVIEW,   /* an approval counts for whatever version stands there now */
  CD_N_MUTANTS,
} CdMutant;

#ifdef CD_MUTANTS
extern unsigned int cd_mutants; /* bits */
#define CD_MUTANT(name) ((cd_mutants & (1u << CD_MUTANT_##name)) != 0)
#else
#define CD_MUTANT(name) 0
#endif
