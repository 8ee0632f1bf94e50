/* cd-venue-people.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who may do what where: roles, deputies between two dates, and the veto that stops new orders of an account.
 */
#include "cd-venue-private.h"

#include <string.h>

const CdVenueRoleName cd_venue_role_names[] = {
  { CD_ROLE_VIEW, "view" }, { CD_ROLE_ENTER, "enter" }, { CD_ROLE_APPROVE, "approve" }, { CD_ROLE_CASH, "cash" }, { CD_ROLE_REVIEW, "review" }, { CD_ROLE_STAGE, "stage" }, { 0, NULL }
};

void
cd_venue_deputy_free (gpointer data)
{
  CdVenueDeputy *d = data;

  g_free (d->id);
  g_free (d->account);
  g_free (d->by);
  g_free (d->person);
  g_free (d->reason);
  g_free (d);
}

/* Without deputies. */
static guint
own_roles (const CdVenue *venue, const char *person, const char *account)
{
  const CdVenueDemoPerson *p = cd_venue_person (venue, person);
  const CdVenueAccount *a = cd_venue_account (venue, account);

  if (person && *person == '\0')
    return a && a->participant ? CD_ROLE_VIEW | CD_ROLE_ENTER : 0;
  if (!p || !a || a->participant || (*p->account != 0 && !g_str_equal (p->account, account)))
    return 0;
  return p->roles;
}

guint
cd_venue_roles (const CdVenue *venue, const char *person, const char *account, const char **deputy_for)
{
  guint roles = own_roles (venue, person, account);
  CdDate today = cd_venue_today (venue);

  if (roles & CD_ROLE_APPROVE)
    return roles;
  for (guint i = 0; i < venue->deputies->len; i++)
    {
      const CdVenueDeputy *d = g_ptr_array_index (venue->deputies, i);

      if (d->ended || today < d->from || today > d->to || !g_str_equal (d->person, person) || !g_str_equal (d->account, account))
        continue;
      /* Nobody stands in for a right that is not there any more. */
      if (!(own_roles (venue, d->by, account) & CD_ROLE_APPROVE))
        continue;
      if (deputy_for)
        *deputy_for = d->by;
      return roles | CD_ROLE_VIEW | CD_ROLE_APPROVE;
    }
  return roles;
}

gboolean
cd_venue_may_see (const CdVenue *venue, const char *person, const char *account)
{
  return cd_venue_roles (venue, person, account, NULL) != 0;
}

/* --- Deputies ---------------------------------------------------------------------------------------------------------- */

static void
tell_deputy (CdVenue *venue, const CdVenueDeputy *d)
{
  CdWireEvent *event = cd_venue_event_new (venue, CD_WIRE_EVENT_DEPUTY, d->account);

  event->id = g_strdup (d->id);
  event->state = g_strdup (d->ended ? "ended" : "appointed");
  event->by = g_strdup (d->by);
  event->person = g_strdup (d->person);
  event->from = d->from;
  event->to = d->to;
  event->reason = g_strdup (d->reason);
  cd_venue_emit (venue, event);
}

/* By whom the deputy stands in for, from one day to another: never for longer than a year, never for the past. */
static void
appoint (CdVenue *venue, const char *person, const CdWireCommand *command, const CdWireBody *body, CdWireAnswer *answer)
{
  const CdVenueDemoPerson *deputy = cd_venue_person (venue, body->person);
  CdVenueDeputy *d;

  if (!(own_roles (venue, person, command->account) & CD_ROLE_APPROVE))
    cd_venue_reject (answer, "rights.missing");
  else if (g_str_equal (person, body->person))
    cd_venue_reject (answer, "instruction.same_person");
  else if (!deputy || *deputy->account == 0)
    cd_venue_reject (answer, "person.unknown");
  else if (body->to < body->from || body->to < cd_venue_today (venue) || body->to - body->from > 366)
    cd_venue_reject (answer, "deputy.dates");
  if (answer->verdict == CD_WIRE_REJECTED)
    return;
  d = g_new0 (CdVenueDeputy, 1);
  d->id = g_strdup (command->key);
  d->account = g_strdup (command->account);
  d->by = g_strdup (person);
  d->person = g_strdup (body->person);
  d->from = body->from;
  d->to = body->to;
  g_ptr_array_add (venue->deputies, d);
  answer->id = g_strdup (d->id);
  tell_deputy (venue, d);
}

static void
end_deputy (CdVenue *venue, const char *person, const CdWireCommand *command, const CdWireBody *body, CdWireAnswer *answer)
{
  for (guint i = 0; i < venue->deputies->len; i++)
    {
      CdVenueDeputy *d = g_ptr_array_index (venue->deputies, i);

      if (!g_str_equal (d->id, body->id) || !g_str_equal (d->account, command->account))
        continue;
      answer->id = g_strdup (d->id);
      /* Whoever stands in may give it back, too. */
      if (!g_str_equal (d->by, person) && !g_str_equal (d->person, person))
        cd_venue_reject (answer, "rights.missing");
      else if (d->ended)
        cd_venue_reject (answer, "instruction.state");
      else
        {
          d->ended = TRUE;
          d->reason = g_strdup (body->reason);
          tell_deputy (venue, d);
        }
      return;
    }
  cd_venue_reject (answer, "instruction.state");
}

/* --- Veto -------------------------------------------------------------------------------------------------------------- */

/* Stops new orders and changes of them. What rests goes on resting: a veto never cancels. */
static void
stop (CdVenue *venue, const char *person, const CdWireCommand *command, const CdWireBody *body, CdWireAnswer *answer)
{
  CdVenueAccount *account = cd_venue_account (venue, command->account);
  gboolean stopped = command->op == CD_WIRE_OP_ACCOUNT_STOP;
  g_autofree char *reason = g_strstrip (g_strdup (body->reason));
  CdWireEvent *event;

  if (!(cd_venue_roles (venue, person, command->account, NULL) & CD_ROLE_APPROVE))
    cd_venue_reject (answer, "rights.missing");
  else if (!*reason)
    cd_venue_reject (answer, "reason.missing");
  else if (account->stopped == stopped)
    cd_venue_reject (answer, "account.state");
  if (answer->verdict == CD_WIRE_REJECTED)
    return;
  account->stopped = stopped;
  event = cd_venue_event_new (venue, CD_WIRE_EVENT_ACCOUNT, account->id);
  event->state = g_strdup (stopped ? "stopped" : "released");
  event->by = g_strdup (person);
  event->reason = g_strdup (reason);
  cd_venue_emit (venue, event);
}

/* --- Roles ------------------------------------------------------------------------------------------------------------- */

static gboolean
parse_roles (const char *text, guint *out)
{
  g_auto (GStrv) names = g_strsplit (text, " ", -1);

  *out = 0;
  for (guint i = 0; names[i]; i++)
    {
      guint role = 0;

      if (!*names[i])
        continue;
      for (const CdVenueRoleName *r = cd_venue_role_names; r->name; r++)
        if (g_str_equal (r->name, names[i]))
          role = r->role;
      if (role == 0)
        return FALSE;
      *out |= role;
    }
  return TRUE;
}

/* Who may less than before must not find it out by a refusal. */
static void
tell_rights (CdVenue *venue, const CdVenueDemoPerson *who, const char *by)
{
  CdWireEvent *event = cd_venue_event_new (venue, CD_WIRE_EVENT_RIGHTS, who->account);

  event->person = g_strdup (who->id);
  event->by = g_strdup (by);
  cd_venue_emit (venue, event);
}

/* Practice only: the authority's person plays the administrator who gives and takes rights. */
static void
set_roles (CdVenue *venue, const char *person, const CdWireCommand *command, const CdWireBody *body, CdWireAnswer *answer)
{
  CdVenueDemoPerson *who = (CdVenueDemoPerson *)cd_venue_person (venue, body->person);
  guint roles;

  if (*cd_venue_person (venue, person)->account != 0)
    cd_venue_reject (answer, "rights.missing");
  else if (!who || !g_str_equal (who->account, command->account))
    cd_venue_reject (answer, "person.unknown");
  else if (!parse_roles (body->roles, &roles))
    {
      cd_venue_reject (answer, "request.malformed");
      answer->detail = g_strdup ("roles: expected names of view, enter, approve, cash, review, stage with a blank between them");
    }
  else if (who->roles != roles)
    {
      who->roles = roles;
      tell_rights (venue, who, person);
    }
}

void
cd_venue_people (CdVenue *venue, const char *person, const CdWireCommand *command, const CdWireBody *body, CdWireAnswer *answer)
{
  switch (command->op)
    {
    case CD_WIRE_OP_DEPUTY_APPOINT:
      appoint (venue, person, command, body, answer);
      break;
    case CD_WIRE_OP_DEPUTY_END:
      end_deputy (venue, person, command, body, answer);
      break;
    case CD_WIRE_OP_PRACTICE_ROLES:
      set_roles (venue, person, command, body, answer);
      break;
    default:
      stop (venue, person, command, body, answer);
      break;
    }
}
