/* order.pml
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The life of one intent (reliability D1-D8): a client whose journal survives it, a venue whose table of keys survives it, and a
 * line that loses, repeats, reorders and delays. Both may be killed between any two steps.
 *
 * What is on its way stands in bags, one counter for each kind and key: whatever lies in a bag may be taken next, so that every
 * order of arrival is tried, and what is never taken is lost.
 *
 * Builds: -DEXPIRY is a venue without a fence that enforces the deadline of the order; -DONESEND never writes a second copy.
 * Each -DM_... breaks one rule of the protocol on purpose, and -DREACH=STATE asks whether a state can be reached at all.
 */
#ifdef ONESEND
#define MAX_REPEATS 0
#else
#define MAX_REPEATS 2
#endif
#define MAX_WRITES 4
#define MAX_KILLS 2
#define MAX_RESTARTS 1

/* What the journal says. */
#define DRAFT 0
#define INTENT 1
#define SENDING 2
#define UNKNOWN 3
#define ACCEPTED 4
#define REJECTED 5
#define NOT_PLACED 6

/* To the venue: the order, a query, a query asked after the deadline, a fence. Two keys: a mutant may make a second one. */
#define ORDER 0
#define QUERY 2
#define LATE_QUERY 4
#define FENCE 6
/* To the client. */
#define YES 0
#define NO 2
#define NOT_FOUND 4
#define NOT_FOUND_LATE 6
#define FENCED 8

byte up[8];
byte down[10];

/* Durable at the client. */
byte journal = DRAFT;
byte key = 0;
/* Lost with a kill of the client: whether it runs, and whether a byte of this attempt has left. */
bool alive = true;
bool written = false;

/* Durable at the venue, by key. */
bool placed[2];
bool refused[2];
bool fenced[2];
#ifdef M_FENCEMEM
bool fence_seen[2]; /* lost with a restart of the venue */
#endif
bool late = false; /* the venue's clock has passed the deadline */

/* Ghosts: no step reads them, only the assertions do. */
byte effects = 0;
bool said_no = false;

byte writes = 0, repeats = 0, kills = 0, restarts = 0;

inline write (kind)
{
  writes++;
  up[kind + key]++;
  if
  :: repeats < MAX_REPEATS -> repeats++; up[kind + key]++
  :: true
  fi
}

/* At most two answers of one kind matter: the client takes any of them at any time. */
inline answer (kind, k)
{
  if
  :: down[kind + k] < 2 -> down[kind + k]++
  :: else
  fi
}

inline place (k)
{
  effects++;
  assert (effects <= 1); /* I1: one press of Send has at most one effect */
  assert (!said_no);     /* I3: what was called not placed stays so */
  placed[k] = true;
  answer (YES, k)
}

inline refuse (k)
{
#ifndef M_SOFTREJ
  refused[k] = true;
#endif
  answer (NO, k)
}

inline end_no (state)
{
  assert (effects == 0);
  said_no = true;
  journal = state
}

inline end_yes ()
{
  assert (effects == 1); /* I4 */
  journal = ACCEPTED
}

#ifdef M_NODEDUP
#define KNOWN(k) false
#else
#define KNOWN(k) (placed[k] || refused[k])
#endif
#if defined(M_FENCEMEM)
#define SHUT(k) fence_seen[k]
#elif defined(EXPIRY)
#define SHUT(k) (late && !placed[k] && !refused[k])
#else
#define SHUT(k) fenced[k]
#endif

/* The stored word on a key; @none where there is none. */
#define STORED(k, none) \
  if \
  :: placed[k] -> answer (YES, k) \
  :: !placed[k] && refused[k] -> answer (NO, k) \
  :: else -> none \
  fi

inline take_order (k)
{
  if
  :: SHUT (k) -> answer (FENCED, k)
  :: !SHUT (k) && KNOWN (k) -> STORED (k, skip)
  :: !SHUT (k) && !KNOWN (k) -> if :: place (k) :: refuse (k) fi
  fi
}

inline take_query (k)
{
  STORED (k, if :: fenced[k] -> answer (FENCED, k) :: else -> answer (NOT_FOUND, k) fi)
}

inline shut (k)
{
  fenced[k] = true;
#ifdef M_FENCEMEM
  fence_seen[k] = true;
#endif
  answer (FENCED, k)
}

#define TAKE(kind, k, act) :: atomic { up[kind + k] > 0 -> up[kind + k]--; act }

active proctype Venue ()
{
end:
  do
  TAKE (ORDER, 0, take_order (0))
  TAKE (ORDER, 1, take_order (1))
  TAKE (QUERY, 0, take_query (0))
  TAKE (QUERY, 1, take_query (1))
  TAKE (LATE_QUERY, 0, STORED (0, answer (NOT_FOUND_LATE, 0)))
  TAKE (LATE_QUERY, 1, STORED (1, answer (NOT_FOUND_LATE, 1)))
  TAKE (FENCE, 0, STORED (0, shut (0)))
  TAKE (FENCE, 1, STORED (1, shut (1)))
#ifdef EXPIRY
  :: !late -> late = true
#endif
  :: atomic { restarts < MAX_RESTARTS ->
       restarts++;
#ifdef M_FENCEMEM
       fence_seen[0] = false;
       fence_seen[1] = false;
#endif
#ifdef M_TTL
       placed[0] = false; refused[0] = false;
       placed[1] = false; refused[1] = false;
#endif
     }
  od
}

#define HEAR(kind, act) :: atomic { alive && journal == UNKNOWN && down[kind + key] > 0 -> down[kind + key]--; act }
#define MAY_WRITE (alive && journal == UNKNOWN && writes < MAX_WRITES)

active proctype Client ()
{
  do
#ifdef M_SENDFIRST
  :: atomic { alive && journal == DRAFT && !written -> write (ORDER); written = true }
  :: atomic { alive && journal == DRAFT && written -> journal = INTENT }
#else
  :: atomic { alive && journal == DRAFT -> journal = INTENT } /* COMMIT 1: the key and the exact bytes */
#endif
  :: atomic { alive && journal == INTENT -> journal = SENDING } /* COMMIT 2 */
  :: atomic { alive && journal == SENDING && !written && writes < MAX_WRITES -> write (ORDER); written = true }
  /* T7: the transport proves that no byte left. */
#ifdef M_GUESSUNWRITTEN
  :: atomic { alive && journal == SENDING && writes < MAX_WRITES -> journal = INTENT; written = false }
#else
  :: atomic { alive && journal == SENDING && !written -> journal = INTENT }
#endif
  :: atomic { alive && journal == SENDING && written -> journal = UNKNOWN } /* T6, until proven otherwise */
#ifdef M_NEWKEY
  :: atomic { MAY_WRITE && key == 0 -> key = 1; write (ORDER) }
#endif

  HEAR (YES, end_yes ())
  HEAR (NO, end_no (REJECTED))
  HEAR (FENCED, end_no (NOT_PLACED))
  HEAR (NOT_FOUND_LATE, end_no (NOT_PLACED))
#ifdef M_NOTFOUND
  HEAR (NOT_FOUND, end_no (NOT_PLACED))
#endif
#ifdef M_TIMEOUT
  :: atomic { alive && journal == UNKNOWN && writes == MAX_WRITES -> end_no (REJECTED) }
#endif

#ifndef ONESEND
  :: atomic { MAY_WRITE -> write (ORDER) } /* T10: the same key, the same bytes */
#endif
  :: atomic { MAY_WRITE -> write (QUERY) }
#ifdef EXPIRY
  :: atomic { MAY_WRITE && late -> write (LATE_QUERY) }
#else
  :: atomic { MAY_WRITE -> write (FENCE) }
#endif

  :: atomic { alive && kills < MAX_KILLS && journal <= UNKNOWN -> /* kill -9, after it the recovery of D4 (T5, T6) */
       kills++;
       if
       :: journal == DRAFT ->
#ifdef M_SENDFIRST
            if :: written && key == 0 -> key = 1 :: else fi; /* nothing was stored: the person presses Send again */
#else
            skip;
#endif
       :: journal == INTENT -> end_no (NOT_PLACED)
       :: journal == SENDING -> journal = UNKNOWN
       :: else
       fi;
       written = false }

  :: journal > UNKNOWN -> break
  :: alive && journal == UNKNOWN && writes == MAX_WRITES -> break /* stays on screen as UNKNOWN */
  od;
#ifdef REACH
  assert (journal != REACH);
#endif
  assert (!(effects == 1 && (journal == REJECTED || journal == NOT_PLACED))) /* I5: what happened is never denied */
}
