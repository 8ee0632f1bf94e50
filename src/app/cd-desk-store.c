/* cd-desk-store.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What trouble of the disk means for trading: a journal that cannot be written stops everything that would have to be written
 * first; little room stops new orders, and leaves the rest to cancels and answers. Looked at four times a second; the lock itself
 * asks the store each time.
 */
#include "cd-desk-private.h"

#include <string.h>

#include "cd-desk-kept.h"

#define LOOK_EVERY 20             /* ticks: five seconds */
#define OFFSET_STEP_US (1 * 1000) /* a change of the venue's clock that is worth keeping */

char *
cd_desk_store_reason (CdDesk *self)
{
  char *reason = self->store ? cd_store_get_problem (self->store) : NULL;

  if (!reason && self->store && cd_store_get_space (self->store) == CD_SPACE_LOW)
    return g_strdup ("disk.low");
  return reason;
}

gboolean
cd_desk_store_is_readable_only (CdDesk *self)
{
  g_autofree char *problem = self->store ? cd_store_get_problem (self->store) : NULL;

  return problem != NULL;
}

static void
tell_space (CdDesk *self, CdSpace space)
{
  if (space == self->space)
    return;
  if (space > self->space)
    cd_desk_alert (self, space == CD_SPACE_LOW ? 2 : 1, "store", space == CD_SPACE_LOW ? "disk.low" : "disk.warn", "%s", "");
  self->space = space;
}

void
cd_desk_store_offset (CdDesk *self)
{
  gint64 offset = cd_desk_server_offset (self);

  if (!self->store || !self->status.market_boot_us || ABS (offset - self->store_offset_us) < OFFSET_STEP_US)
    return;
  cd_store_set_offset (self->store, offset);
  self->store_offset_us = offset;
}

void
cd_desk_store_tick (CdDesk *self)
{
  g_autofree char *reason = cd_desk_store_reason (self);

  if (!self->store || self->stop_task)
    return;
  if (self->look_ticks++ % LOOK_EVERY == 0)
    cd_store_look (self->store);
  cd_desk_store_offset (self);
  tell_space (self, cd_store_get_space (self->store));
  if (g_strcmp0 (reason, self->store_problem) == 0)
    return;
  g_free (self->store_problem);
  self->store_problem = g_steal_pointer (&reason);
  if (self->store_problem && !g_str_equal (self->store_problem, "disk.low"))
    cd_desk_alert (self, 2, "store", "journal.readonly", "%s", self->store_problem);
  cd_desk_emit (self, CD_DESK_SIGNAL_STATE);
}

/* After the start: what the store found wrong with the end of the journal. Of a journal that is damaged only a beginning was read: what it
 * does not say may have happened all the same, as with an old copy. */
void
cd_desk_store_opened (CdDesk *self)
{
  g_autofree char *warning = cd_store_dup_warning (self->store);
  g_autofree char *salvage = cd_store_dup_salvage (self->store);

  if (warning)
    cd_desk_alert (self, 2, "store", "journal.restored", "%s", warning);
  if (salvage)
    cd_desk_alert (self, 1, "store", "journal.saved", "%s", salvage);
  self->restored = warning != NULL || cd_desk_store_is_readable_only (self);
}

/* --- For whoever asks later -------------------------------------------------------------------------------------------------- */

typedef struct
{
  const char *prefix; /* of the name of the value */
  char *account;
  GBytes *text;
  gint64 at_us;
} Kept;

static void
kept_free (gpointer data)
{
  Kept *kept = data;

  g_free (kept->account);
  g_bytes_unref (kept->text);
  g_free (kept);
}

static gboolean
keep_account (CdCache *cache, const Kept *kept, GError **error)
{
  g_autoptr (GBytes) index = cd_cache_get_value (cache, CD_DESK_KEPT_ACCOUNTS, NULL, NULL);
  g_autofree char *names = index ? g_strndup (g_bytes_get_data (index, NULL), g_bytes_get_size (index)) : g_strdup ("");
  g_auto (GStrv) known = g_strsplit (names, "\n", -1);
  g_autofree char *more = g_strconcat (names, kept->account, "\n", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new (more, strlen (more));

  return g_strv_contains ((const char *const *)known, kept->account) || cd_cache_put_value (cache, CD_DESK_KEPT_ACCOUNTS, kept->at_us, bytes, error);
}

static gpointer
keep_func (CdJournal *journal, CdCache *cache, gpointer data, GError **error)
{
  const Kept *kept = data;
  g_autofree char *name = g_strconcat (kept->prefix, kept->account, NULL);

  return cd_cache_put_value (cache, name, kept->at_us, kept->text, error) && keep_account (cache, kept, error) ? GINT_TO_POINTER (TRUE) : NULL;
}

/* Trouble of the cache is nobody's business here: the list comes again. */
void
cd_desk_store_keep (CdDesk *self, const char *prefix, const char *account, const CdWireList *list)
{
  GString *text;
  Kept *kept;

  if (!self->store)
    return;
  text = g_string_new (NULL);
  cd_wire_list_write (text, list);
  if (text->len > CD_WIRE_LIST_BYTES_MAX)
    {
      g_string_free (text, TRUE); /* it could not be read back: what was kept before stays, with its age */
      return;
    }
  kept = g_new0 (Kept, 1);
  kept->prefix = prefix;
  kept->account = g_strdup (account);
  kept->text = g_string_free_to_bytes (text);
  kept->at_us = cd_env_real_us (self->env);
  cd_store_run_async (self->store, keep_func, kept, kept_free, NULL, NULL, NULL, NULL);
}
