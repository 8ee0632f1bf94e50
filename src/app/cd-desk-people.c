/* cd-desk-people.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who sits at the desk and for whom, and where their screens are kept.
 */
#include "cd-desk-private.h"

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
