/* surrender.pml
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One registry instruction (reliability D9): two workstations, two persons who may sit at either, two versions of the text, and a
 * registry that has the last word. Requests to run or to withdraw it may be lost, repeated, delayed and overtake each other.
 *
 * As in order.pml whatever is on its way lies in bags. -DM_... breaks a rule on purpose; some rules stand on two legs, so that
 * breaking one of them alone must not be enough. -DREACH=STATE and -DREACH_EFFECT ask whether a state, and a
 * surrender, can be reached at all.
 */
#define VERSIONS 2
#define STEPS 4 /* of each workstation */
#define MAX_REPEATS 1

#define DRAFT 0
#define PROPOSED 1
#define APPROVED 2
#define WITHDRAWN 3

/* The instruction as the registry keeps it. */
byte state = DRAFT;
byte version = 0;
byte maker = 0;
byte checker = 0;
byte approved = 0; /* the version that was approved; 0 = none */
bool fenced = false;
/* Keys under which something ran. Nothing else remembers it: a workstation that has not heard of it still sees an approved
 * instruction and may edit, approve and send it again. */
bool used[VERSIONS + 1];

/* What each workstation shows to the person in front of it: the version that was opened for review. */
byte seen[2];

/* On its way: "run this version under this key", and "withdraw". */
byte run_request[6]; /* (key - 1) * 3 + version; keys 1 and 2 */
byte withdraw_request = 0;
byte repeats = 0;

/* Ghosts. */
byte effects = 0;
bool told_withdrawn = false;

#define RUN(k, v) run_request[((k) - 1) * 3 + (v)]

inline effect (v)
{
  effects++;
  assert (effects <= 1);                         /* never twice */
  assert (v == approved);                        /* I12: what runs is what was approved */
  assert (maker != checker && checker != 0);     /* I13: two persons */
  assert (!told_withdrawn)                       /* a withdrawal that was shown holds */
}

/* The registry checks for itself that the version is the current and the approved one. */
#ifdef M_NOBIND
#define BOUND(v) (state == APPROVED)
#define RUNS(v) version
#else
#define BOUND(v) (state == APPROVED && (v) == approved && (v) == version)
#define RUNS(v) (v)
#endif

inline take_run (k, v)
{
  if
  :: !used[k] && !fenced && BOUND (v) -> used[k] = true; effect (RUNS (v))
  :: else
  fi
}

#define TAKE_RUN(k, v) :: atomic { RUN (k, v) > 0 -> RUN (k, v)--; take_run (k, v) }

active proctype Registry ()
{
end:
  do
  TAKE_RUN (1, 0)
  TAKE_RUN (1, 1)
  TAKE_RUN (1, 2)
  TAKE_RUN (2, 0)
  TAKE_RUN (2, 1)
  TAKE_RUN (2, 2)
  :: atomic { withdraw_request > 0 ->
       withdraw_request--;
       if
       :: !used[1] && !used[2] && state != DRAFT -> fenced = true; state = WITHDRAWN; told_withdrawn = true
       :: else
       fi }
  od
}

#if defined(M_PERSTATION)
#define KEY(station) (1 + (station))
#elif defined(M_KEYPERVERSION)
#define KEY(station) approved
#else
#define KEY(station) 1
#endif

#ifdef M_SAMEPERSON
#define MAY_APPROVE(me, station) (version == seen[station])
#elif defined(M_STALEREVIEW)
#define MAY_APPROVE(me, station) ((me) != maker)
#else
#define MAY_APPROVE(me, station) ((me) != maker && version == seen[station])
#endif

inline ask_to_run (station)
{
  RUN (KEY (station), approved)++;
  if
  :: repeats < MAX_REPEATS -> repeats++; RUN (KEY (station), approved)++
  :: true
  fi
}

proctype Workstation (byte station)
{
  byte me;
  byte steps = 0;

  do
  :: steps < STEPS ->
       steps++;
       if :: me = 1 :: me = 2 fi; /* whoever sits here now */
       if
       :: atomic { state == DRAFT -> maker = me; version = 1; state = PROPOSED }
       :: atomic { state == PROPOSED -> seen[station] = version }
       :: atomic { state == PROPOSED && seen[station] != 0 ->
            if
            :: MAY_APPROVE (me, station) -> approved = seen[station]; checker = me; state = APPROVED
            :: else -> seen[station] = 0
            fi }
       :: atomic { (state == PROPOSED || state == APPROVED) && me == maker && version < VERSIONS ->
            version++;
#ifndef M_EDITKEEPS
            state = PROPOSED; approved = 0; checker = 0;
#endif
          }
       :: atomic { state == APPROVED -> ask_to_run (station) }
       :: atomic { state != DRAFT && me == maker ->
#ifdef M_LOCALWDR
            if :: !used[1] && !used[2] -> told_withdrawn = true :: else fi
#else
            withdraw_request++
#endif
          }
       :: true
       fi
  :: steps == STEPS -> break
  od
#ifdef REACH
  ; assert (state != REACH)
#endif
#ifdef REACH_EFFECT
  ; assert (effects == 0)
#endif
}

init
{
  atomic { run Workstation (0); run Workstation (1) }
}
