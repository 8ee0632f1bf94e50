/* cd-desk-people.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who sits at the desk and for whom, and where their screens are kept.
 */
#include "cd-desk-private.h"

#include <string.h>

const GPtrArray *
cd_desk_get_persons (CdDesk *self)
{
  return self->persons;
}

const CdPerson *
cd_desk_get_person (CdDesk *self)
{
  for (guint i = 0; i < self->persons->len; i++)
    {
      const CdPerson *person = g_ptr_array_index (self->persons, i);

      if (g_strcmp0 (person->id, self->person) == 0)
        return person;
    }
  return NULL;
}

static void
entity_free (gpointer data)
{
  CdEntity *entity = data;

  g_free (entity->id);
  g_free (entity->name);
  g_free (entity->name_zh);
  g_free (entity->market);
  g_free (entity->sector);
  g_free (entity);
}

static gboolean
has_role (const CdWireSession *session, const char *role)
{
  return g_ptr_array_find_with_equal_func (session->roles, role, g_str_equal, NULL);
}

/* What the person may do was read when the venue was found; it may have been changed since. The venue decides in any case. */
static void
take_roles (CdDesk *self, const CdWireSession *session)
{
  for (guint i = 0; i < self->persons->len; i++)
    {
      CdPerson *person = g_ptr_array_index (self->persons, i);
      CdPerson now = *person;

      if (g_strcmp0 (person->id, session->person) != 0)
        continue;
      now.may_enter = has_role (session, "enter");
      now.may_approve = has_role (session, "approve");
      now.may_cash = has_role (session, "cash");
      now.may_review = has_role (session, "review");
      if (memcmp (&now, person, sizeof now) == 0)
        continue;
      /* What is on the screen was arranged by one who could do more (fault F45). */
      if (self->signed_in && g_strcmp0 (person->id, self->person) == 0 && ((person->may_enter && !now.may_enter) || (person->may_approve && !now.may_approve) || (person->may_cash && !now.may_cash) || (person->may_review && !now.may_review)))
        self->rights_taken = TRUE;
      *person = now;
      cd_desk_requests_rights (self);
      cd_desk_alert (self, 1, "desk", "rights", "%s", person->id);
    }
}

/* A session that is on its way may be of before it: all is asked anew. */
void
cd_desk_rights_changed (CdDesk *self)
{
  self->reconciled = FALSE;
  cd_desk_reconcile_start (self);
}

void
cd_desk_take_session (CdDesk *self, const CdWireSession *session)
{
  self->session_time_us = session->server_time_us;
  self->session_boot_us = cd_env_boot_us (self->env);
  g_ptr_array_set_free_func (self->entities, entity_free);
  g_ptr_array_set_size (self->entities, 0);
  for (guint i = 0; i < session->accounts->len; i++)
    {
      const CdWireAccount *account = &g_array_index (session->accounts, CdWireAccount, i);
      CdEntity *entity = g_new0 (CdEntity, 1);

      entity->id = g_strdup (account->id);
      entity->name = g_strdup (account->name);
      entity->name_zh = g_strdup (account->name_zh);
      entity->market = g_strdup (account->market);
      entity->sector = g_strdup (account->sector ? account->sector : "all");
      g_ptr_array_add (self->entities, entity);
      cd_desk_requests_session (self, account);
    }
  take_roles (self, session);
  self->signed_in |= g_strcmp0 (session->person, self->person) == 0;
  if (!cd_desk_get_entity (self) && self->entities->len > 0)
    {
      const CdEntity *first = g_ptr_array_index (self->entities, 0);

      g_free (self->entity);
      self->entity = g_strdup (first->id);
    }
}

const GPtrArray *
cd_desk_get_entities (CdDesk *self)
{
  return self->entities;
}

const CdEntity *
cd_desk_get_entity (CdDesk *self)
{
  for (guint i = 0; i < self->entities->len; i++)
    {
      const CdEntity *entity = g_ptr_array_index (self->entities, i);

      if (g_strcmp0 (entity->id, self->entity) == 0)
        return entity;
    }
  return NULL;
}

void
cd_desk_set_entity (CdDesk *self, const char *account)
{
  if (g_strcmp0 (self->entity, account) == 0)
    return;
  g_free (self->entity);
  self->entity = g_strdup (account);
  g_array_set_size (self->settlements, 0);
  cd_desk_statement_forget (self);
  cd_desk_statement_recall (self);
  cd_desk_refresh_soon (self);
  cd_desk_emit (self, CD_DESK_SIGNAL_ACCOUNT);
}

void
cd_desk_set_stopped (CdDesk *self, gboolean stopped)
{
  if (self->stopped == stopped)
    return;
  self->stopped = stopped;
  cd_desk_emit (self, CD_DESK_SIGNAL_STATE);
}

gboolean
cd_desk_get_stopped (CdDesk *self)
{
  return self->stopped;
}

char *
cd_desk_dup_layout_file (CdDesk *self)
{
  return self->paths ? g_strdup (cd_paths_layout_file (self->paths)) : NULL;
}

void
cd_desk_tell (CdDesk *self, int level, const char *code, const char *text)
{
  cd_desk_alert (self, level, "screen", code, "%s", text);
}
