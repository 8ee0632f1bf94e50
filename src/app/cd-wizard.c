/* cd-wizard.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-wizard.h"

#include <string.h>

#include "cd-pinyin.h"

static void
item_free (CdWizardItem *item)
{
  g_free (item->id);
  g_free (item->text);
  g_free (item);
}

/* Without case, blanks and full-width forms. */
static char *
plain (const char *text)
{
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);
  g_autofree char *fold = g_utf8_casefold (normal ? normal : "", -1);
  GString *out = g_string_new (NULL);

  for (const char *p = fold; *p; p = g_utf8_next_char (p))
    if (!g_unichar_isspace (g_utf8_get_char (p)))
      g_string_append_unichar (out, g_utf8_get_char (p));
  return g_string_free (out, FALSE);
}

static int
rank_code (const char *want, const char *code)
{
  g_autofree char *have = plain (code);

  if (g_str_equal (have, want))
    return 0;
  if (g_str_has_prefix (have, want))
    return 1;
  return strstr (have, want) ? 4 : -1;
}

static int
rank_name (const char *want, const char *name)
{
  g_autofree char *have = plain (name);
  int at;

  if (g_str_has_prefix (have, want))
    return 2;
  at = cd_pinyin_match (name, want);
  if (at == 0)
    return 3;
  if (strstr (have, want))
    return 4;
  return at > 0 ? 5 : -1;
}

int
cd_wizard_rank (const char *typed, const char *code, const char *const *names)
{
  g_autofree char *want = plain (typed);
  int best = -1;

  if (!*want)
    return -1;
  if (code)
    best = rank_code (want, code);
  for (; names && *names; names++)
    {
      int rank = rank_name (want, *names);

      if (rank >= 0 && (best < 0 || rank < best))
        best = rank;
    }
  return best;
}

static void
add (GPtrArray *items, CdWizardKind kind, const char *typed, const char *id, const char *code, const char *const *names, char *text)
{
  int rank = cd_wizard_rank (typed, code, names);
  CdWizardItem *item;

  if (rank < 0)
    {
      g_free (text);
      return;
    }
  item = g_new (CdWizardItem, 1);
  *item = (CdWizardItem){ kind, g_strdup (id), text, rank };
  g_ptr_array_add (items, item);
}

static void
add_orders (CdDesk *desk, const char *typed, GPtrArray *items)
{
  GListModel *orders = cd_desk_get_orders (desk);

  for (guint i = 0; i < g_list_model_get_n_items (orders); i++)
    {
      g_autoptr (CdOrderRow) row = g_list_model_get_item (orders, i);
      const char *number = row->order->order_id;

      if (number)
        add (items, CD_WIZARD_ORDER, typed, number, number, NULL, g_strdup_printf ("%s %s", number, row->order->instrument));
    }
}

/* Better ones first; of equal ones instruments, entities, orders, commands, each in the order of the desk. */
static int
compare (gconstpointer a, gconstpointer b)
{
  const CdWizardItem *x = *(CdWizardItem *const *)a, *y = *(CdWizardItem *const *)b;

  return x->rank != y->rank ? x->rank - y->rank : (int)x->kind - (int)y->kind;
}

GPtrArray *
cd_wizard_search (CdDesk *desk, const char *typed, const CdWizardCommand *commands, gsize n_commands, guint max)
{
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify)item_free);
  GListModel *quotes = cd_desk_get_quotes (desk);
  const GPtrArray *entities = cd_desk_get_entities (desk);

  for (guint i = 0; i < g_list_model_get_n_items (quotes); i++)
    {
      g_autoptr (CdQuote) quote = g_list_model_get_item (quotes, i);
      const char *const names[] = { quote->name_zh, quote->name_en, NULL };

      add (items, CD_WIZARD_INSTRUMENT, typed, quote->code, quote->code, names, g_strdup_printf ("%s %s · %s", quote->code, quote->name_zh, quote->name_en));
    }
  for (guint i = 0; i < entities->len; i++)
    {
      const CdEntity *entity = g_ptr_array_index (entities, i);
      const char *const names[] = { entity->name_zh, entity->name, NULL };

      add (items, CD_WIZARD_ENTITY, typed, entity->id, entity->id, names, g_strdup_printf ("%s · %s", entity->name_zh, entity->name));
    }
  add_orders (desk, typed, items);
  for (gsize i = 0; i < n_commands; i++)
    {
      const char *const names[] = { commands[i].text, commands[i].other, NULL };

      add (items, CD_WIZARD_COMMAND, typed, commands[i].action, NULL, names, g_strdup (commands[i].text));
    }
  g_ptr_array_sort (items, compare);
  if (items->len > max)
    g_ptr_array_set_size (items, (int)max);
  return items;
}
