/* cd-obligation-offsets.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The offset half of the evaluation: how much room there is and which units count within it. What was accepted by the authority is
 * a fact and takes room first; then what is submitted, what is reserved, what is only held. Nothing counts beyond a cap.
 */
#include "cd-obligation-private.h"

/* The order in which units of a lot take room. */
typedef enum
{
  CLAIM_SUBMITTED,
  CLAIM_RESERVED,
  CLAIM_HELD,
  N_CLAIMS,
} Claim;

typedef struct
{
  gint64 room;      /* left of the cap */
  gint64 *sub_room; /* left of each sub-cap */
} Rooms;

gboolean
cd_offset_sub_cap_covers (const CdOffsetSubCap *cap, const CdCreditHolding *lot)
{
  if (cap->origin_not && g_strcmp0 (cap->origin_not, lot->origin) == 0)
    return FALSE;
  return !cap->type_only || g_strcmp0 (cap->type_only, lot->type) == 0;
}

static guint
count_sub_caps (const CdOffsetRule *rule, const CdCreditHolding *lot)
{
  guint n = 0;

  for (guint i = 0; i < rule->sub_caps->len; i++)
    n += cd_offset_sub_cap_covers (g_ptr_array_index (rule->sub_caps, i), lot);
  return n;
}

static gboolean
open_rooms (CdObligationEval *e, GError **error)
{
  CdObligation *o = e->out;
  g_autofree char *inputs = NULL;

  if (!cd_offset_cap (e->rule, e->rule->cap_bp, e->in, &o->offset_cap, error))
    return FALSE;
  inputs = g_strdup_printf ("cap=%d bp; base=%s; verified=%" G_GINT64_FORMAT " kg; issued=%" G_GINT64_FORMAT " t", e->rule->cap_bp, cd_cap_base_name (e->rule->base), e->in->verified.e3, e->in->issued);
  cd_obligation_trace_units (e, "offset.cap", e->rule->source, o->offset_cap, inputs);
  for (guint i = 0; i < e->rule->sub_caps->len; i++)
    {
      const CdOffsetSubCap *cap = g_ptr_array_index (e->rule->sub_caps, i);
      CdSubRoom *room = g_new0 (CdSubRoom, 1);
      g_autofree char *sub_inputs = g_strdup_printf ("id=%s; cap=%d bp; base=%s", cap->id, cap->cap_bp, cd_cap_base_name (e->rule->base));

      room->id = g_strdup (cap->id);
      g_ptr_array_add (o->sub_rooms, room);
      if (!cd_offset_cap (e->rule, cap->cap_bp, e->in, &room->cap, error))
        return FALSE;
      cd_obligation_trace_units (e, "offset.sub_cap", cap->source, room->cap, sub_inputs);
    }
  return TRUE;
}

/* Facts: what is used, submitted or reserved, whether or not it may be. */
static void
sum_used (CdObligationEval *e)
{
  CdObligation *o = e->out;

  for (gsize i = 0; i < e->in->n_credits; i++)
    {
      const CdCreditHolding *lot = &e->in->credits[i];
      gint64 used = lot->used + lot->submitted + lot->reserved;

      o->offset_used += used;
      for (guint k = 0; k < o->sub_rooms->len; k++)
        if (cd_offset_sub_cap_covers (g_ptr_array_index (e->rule->sub_caps, k), lot))
          ((CdSubRoom *)g_ptr_array_index (o->sub_rooms, k))->used += used;
    }
  o->offset_room = MAX (0, o->offset_cap - o->offset_used);
  for (guint k = 0; k < o->sub_rooms->len; k++)
    {
      CdSubRoom *room = g_ptr_array_index (o->sub_rooms, k);

      room->room = MAX (0, room->cap - room->used);
    }
}

static void
take_accepted (CdObligationEval *e, Rooms *rooms)
{
  rooms->room = e->out->offset_cap;
  for (guint k = 0; k < e->out->sub_rooms->len; k++)
    rooms->sub_room[k] = ((CdSubRoom *)g_ptr_array_index (e->out->sub_rooms, k))->cap;
  for (gsize i = 0; i < e->in->n_credits; i++)
    {
      const CdCreditHolding *lot = &e->in->credits[i];

      rooms->room = MAX (0, rooms->room - lot->used);
      for (guint k = 0; k < e->out->sub_rooms->len; k++)
        if (cd_offset_sub_cap_covers (g_ptr_array_index (e->rule->sub_caps, k), lot))
          rooms->sub_room[k] = MAX (0, rooms->sub_room[k] - lot->used);
    }
}

static gint64
claimed_units (const CdCreditHolding *lot, Claim claim)
{
  switch (claim)
    {
    case CLAIM_SUBMITTED:
      return lot->submitted;
    case CLAIM_RESERVED:
      return lot->reserved;
    case CLAIM_HELD:
    case N_CLAIMS:
      break;
    }
  return lot->trading + lot->registry + lot->bought_today;
}

static gint64
take_room (CdObligationEval *e, Rooms *rooms, const CdCreditHolding *lot, gint64 units)
{
  gint64 taken = MIN (units, rooms->room);

  for (guint k = 0; k < e->rule->sub_caps->len; k++)
    if (cd_offset_sub_cap_covers (g_ptr_array_index (e->rule->sub_caps, k), lot))
      taken = MIN (taken, rooms->sub_room[k]);
  rooms->room -= taken;
  for (guint k = 0; k < e->rule->sub_caps->len; k++)
    if (cd_offset_sub_cap_covers (g_ptr_array_index (e->rule->sub_caps, k), lot))
      rooms->sub_room[k] -= taken;
  return taken;
}

/* Lots under few sub-caps go first: a unit that takes room of two sub-caps at once could keep two others out. */
static void
claim_room (CdObligationEval *e, Rooms *rooms, Claim claim, gint64 *counted)
{
  for (guint n = 0; n <= e->rule->sub_caps->len; n++)
    for (gsize i = 0; i < e->in->n_credits; i++)
      {
        const CdCreditHolding *lot = &e->in->credits[i];
        const CdLotVerdict *verdict = g_ptr_array_index (e->out->lots, i);

        if (verdict->eligible == CD_ELIGIBLE && count_sub_caps (e->rule, lot) == n)
          counted[i] += take_room (e, rooms, lot, claimed_units (lot, claim));
      }
}

static void
judge_lots (CdObligationEval *e)
{
  for (gsize i = 0; i < e->in->n_credits; i++)
    {
      const CdCreditHolding *lot = &e->in->credits[i];
      CdLotVerdict *verdict = g_new0 (CdLotVerdict, 1);

      verdict->code = g_strdup (lot->code);
      verdict->eligible = cd_offset_eligibility (e->rule, lot, e->today, e->out->trace);
      for (guint k = 0; k < e->rule->sub_caps->len && !verdict->sub_cap; k++)
        {
          const CdOffsetSubCap *cap = g_ptr_array_index (e->rule->sub_caps, k);

          if (cd_offset_sub_cap_covers (cap, lot))
            verdict->sub_cap = g_strdup (cap->id);
        }
      g_ptr_array_add (e->out->lots, verdict);
    }
}

static void
count_lots (CdObligationEval *e)
{
  CdObligation *o = e->out;
  gsize n = MAX (e->in->n_credits, 1);
  g_autofree gint64 *pending = g_new0 (gint64, n);
  g_autofree gint64 *held = g_new0 (gint64, n);
  g_autofree gint64 *sub_room = g_new0 (gint64, MAX (o->sub_rooms->len, 1));
  Rooms rooms = { .sub_room = sub_room };

  take_accepted (e, &rooms);
  claim_room (e, &rooms, CLAIM_SUBMITTED, pending);
  claim_room (e, &rooms, CLAIM_RESERVED, pending);
  claim_room (e, &rooms, CLAIM_HELD, held);
  for (gsize i = 0; i < e->in->n_credits; i++)
    {
      const CdCreditHolding *lot = &e->in->credits[i];
      CdLotVerdict *verdict = g_ptr_array_index (o->lots, i);
      gint64 owned = 0;

      for (Claim claim = CLAIM_SUBMITTED; claim < N_CLAIMS; claim++)
        owned += claimed_units (lot, claim);
      verdict->counted = pending[i] + held[i];
      verdict->held = held[i];
      verdict->stranded = owned - verdict->counted;
      o->offset_pending += pending[i];
      o->offset_countable += held[i];
      o->offset_stranded += verdict->stranded;
    }
}

static void
trace_room (CdObligationEval *e)
{
  const CdObligation *o = e->out;
  g_autofree char *room = g_strdup_printf ("cap=%" G_GINT64_FORMAT "; used, submitted and reserved=%" G_GINT64_FORMAT, o->offset_cap, o->offset_used);
  g_autofree char *counted = g_strdup_printf ("pending=%" G_GINT64_FORMAT "; held=%" G_GINT64_FORMAT "; beyond the room or not eligible=%" G_GINT64_FORMAT, o->offset_pending, o->offset_countable, o->offset_stranded);

  cd_obligation_trace_units (e, "offset.room", e->rule->source, o->offset_room, room);
  cd_obligation_trace_units (e, "offset.counted", e->rule->source, o->offset_pending + o->offset_countable, counted);
}

gboolean
cd_obligation_count_offsets (CdObligationEval *e, GError **error)
{
  /* The authority accepted these under whatever rule it had. */
  for (gsize i = 0; i < e->in->n_credits; i++)
    e->out->surrendered += e->in->credits[i].used;
  e->out->offset_status = e->rule ? e->rule->status : CD_RULE_UNVERIFIED;
  if (!e->rule || e->rule->status == CD_RULE_UNVERIFIED)
    {
      cd_trace_add (e->out->trace, "offset.cap", e->rule ? e->rule->source : e->in->scheme->id, "not verified", "no offset is counted without a verified rule; year=%d", e->in->year);
      return TRUE;
    }
  if (!open_rooms (e, error))
    return FALSE;
  sum_used (e);
  judge_lots (e);
  count_lots (e);
  trace_room (e);
  return TRUE;
}
