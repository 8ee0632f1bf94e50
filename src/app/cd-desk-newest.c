/* cd-desk-newest.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which of two readings is the newer one. Answers travel on lines of their own and events on another, so what comes last need not be what
 * the venue said last. Every list carries the number of the account's last event when the venue looked (as_of_seq), every event its own: an
 * older list is not shown after a newer one, and takes nothing back that an event has told since. Numbers are those of one database.
 */
#include "cd-desk-private.h"

typedef struct
{
  guint64 seq;
  guint64 ask; /* of what changes without an event the later question has the newer answer */
} Shown;

guint64
cd_desk_newest_ask (CdDesk *self)
{
  return ++self->n_asked;
}

gboolean
cd_desk_newest_list (CdDesk *self, const char *account, const CdWireList *list, guint64 ask)
{
  g_autofree char *id = g_strdup_printf ("%d/%s", (int)list->kind, account);
  Shown *shown = g_hash_table_lookup (self->newest_list, id);

  if (shown && (list->as_of_seq < shown->seq || (list->as_of_seq == shown->seq && ask < shown->ask)))
    return FALSE;
  shown = g_new (Shown, 1);
  *shown = (Shown){ list->as_of_seq, ask };
  g_hash_table_insert (self->newest_list, g_steal_pointer (&id), shown);
  return TRUE;
}

guint64
cd_desk_newest_seq (CdDesk *self, CdWireListKind kind, const char *account)
{
  g_autofree char *id = g_strdup_printf ("%d/%s", (int)kind, account);
  const Shown *shown = g_hash_table_lookup (self->newest_list, id);

  return shown ? shown->seq : 0;
}

void
cd_desk_newest_told (CdDesk *self, const char *id, guint64 seq)
{
  const guint64 *told = g_hash_table_lookup (self->newest_event, id);

  if (seq > 0 && (!told || *told < seq))
    g_hash_table_insert (self->newest_event, g_strdup (id), g_memdup2 (&seq, sizeof seq));
}

gboolean
cd_desk_newest_row (CdDesk *self, const char *id, guint64 as_of_seq)
{
  const guint64 *told = g_hash_table_lookup (self->newest_event, id);

  return !told || *told <= as_of_seq;
}

void
cd_desk_newest_forget (CdDesk *self)
{
  g_hash_table_remove_all (self->newest_list);
  g_hash_table_remove_all (self->newest_event);
}

void
cd_desk_newest_new (CdDesk *self)
{
  self->newest_list = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->newest_event = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

void
cd_desk_newest_free (CdDesk *self)
{
  g_clear_pointer (&self->newest_list, g_hash_table_unref);
  g_clear_pointer (&self->newest_event, g_hash_table_unref);
}
