/* cd-layout.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-layout.h"

#include <glib/gstdio.h>
#include <string.h>

#include "cd-paths.h"

#define TABLES_MAX 64
#define PANES_MAX 64

G_DEFINE_QUARK (cd - layout - error - quark, cd_layout_error)

CdLayoutSize
cd_layout_size_of (int width)
{
  if (width <= 0 || width >= 1500)
    return CD_LAYOUT_WIDE;
  return width >= 1100 ? CD_LAYOUT_MIDDLE : CD_LAYOUT_NARROW;
}

CdLayout *
cd_layout_new (const char *person, CdLayoutSize size)
{
  CdLayout *layout = g_new0 (CdLayout, 1);

  g_strlcpy (layout->person, person ? person : "", sizeof layout->person);
  layout->size = size;
  layout->tables = g_array_new (FALSE, TRUE, sizeof (CdLayoutTable));
  layout->panes = g_array_new (FALSE, TRUE, sizeof (CdLayoutPane));
  layout->pages = g_array_new (FALSE, TRUE, sizeof (CdLayoutPage));
  return layout;
}

void
cd_layout_free (CdLayout *layout)
{
  g_array_unref (layout->tables);
  g_array_unref (layout->panes);
  g_array_unref (layout->pages);
  g_free (layout);
}

void
cd_layout_clear (CdLayout *layout)
{
  g_array_set_size (layout->tables, 0);
  g_array_set_size (layout->panes, 0);
  g_array_set_size (layout->pages, 0);
}

static void
assign_array (GArray *to, const GArray *from)
{
  g_array_set_size (to, 0);
  if (from->len > 0)
    g_array_append_vals (to, from->data, from->len);
}

void
cd_layout_assign (CdLayout *to, const CdLayout *from)
{
  to->width = from->width;
  to->height = from->height;
  to->maximized = from->maximized;
  to->workspace = from->workspace;
  memcpy (to->instrument, from->instrument, sizeof to->instrument);
  assign_array (to->tables, from->tables);
  assign_array (to->panes, from->panes);
  assign_array (to->pages, from->pages);
}

CdLayout *
cd_layout_copy (const CdLayout *layout)
{
  CdLayout *copy = cd_layout_new (layout->person, layout->size);

  cd_layout_assign (copy, layout);
  return copy;
}

const CdLayoutTable *
cd_layout_table (const CdLayout *layout, const char *id)
{
  for (guint i = 0; i < layout->tables->len; i++)
    {
      const CdLayoutTable *table = &g_array_index (layout->tables, CdLayoutTable, i);

      if (g_str_equal (table->id, id))
        return table;
    }
  return NULL;
}

void
cd_layout_set_table (CdLayout *layout, const CdLayoutTable *table)
{
  CdLayoutTable *old = (CdLayoutTable *)cd_layout_table (layout, table->id);

  if (old)
    *old = *table;
  else if (layout->tables->len < TABLES_MAX)
    g_array_append_val (layout->tables, *table);
}

static CdLayoutPane *
find_pane (const CdLayout *layout, const char *id)
{
  for (guint i = 0; i < layout->panes->len; i++)
    {
      CdLayoutPane *pane = &g_array_index (layout->panes, CdLayoutPane, i);

      if (g_str_equal (pane->id, id))
        return pane;
    }
  return NULL;
}

int
cd_layout_pane (const CdLayout *layout, const char *id)
{
  const CdLayoutPane *pane = find_pane (layout, id);

  return pane ? pane->share : -1;
}

void
cd_layout_set_pane (CdLayout *layout, const char *id, int share)
{
  CdLayoutPane *pane = find_pane (layout, id);
  CdLayoutPane fresh = { .share = share };

  if (pane && share < 0)
    g_array_remove_index (layout->panes, (guint)(pane - (CdLayoutPane *)layout->panes->data));
  else if (pane)
    pane->share = share;
  if (pane || share < 0 || layout->panes->len >= PANES_MAX)
    return;
  g_strlcpy (fresh.id, id, sizeof fresh.id);
  g_array_append_val (layout->panes, fresh);
}

static CdLayoutPage *
find_page (const CdLayout *layout, const char *id)
{
  for (guint i = 0; i < layout->pages->len; i++)
    {
      CdLayoutPage *page = &g_array_index (layout->pages, CdLayoutPage, i);

      if (g_str_equal (page->id, id))
        return page;
    }
  return NULL;
}

const char *
cd_layout_page (const CdLayout *layout, const char *id)
{
  const CdLayoutPage *page = find_page (layout, id);

  return page ? page->page : NULL;
}

void
cd_layout_set_page (CdLayout *layout, const char *id, const char *name)
{
  CdLayoutPage *page = find_page (layout, id);
  CdLayoutPage fresh = { .id = "" };

  if (page)
    g_strlcpy (page->page, name, sizeof page->page);
  if (page || layout->pages->len >= PANES_MAX)
    return;
  g_strlcpy (fresh.id, id, sizeof fresh.id);
  g_strlcpy (fresh.page, name, sizeof fresh.page);
  g_array_append_val (layout->pages, fresh);
}

/* --- Screens --------------------------------------------------------------------------------------------------------- */

CdLayouts *
cd_layouts_new (void)
{
  CdLayouts *layouts = g_new0 (CdLayouts, 1);

  layouts->screens = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_layout_free);
  return layouts;
}

void
cd_layouts_free (CdLayouts *layouts)
{
  g_ptr_array_unref (layouts->screens);
  g_free (layouts);
}

CdLayout *
cd_layouts_find (const CdLayouts *layouts, const char *person, CdLayoutSize size)
{
  for (guint i = 0; i < layouts->screens->len; i++)
    {
      CdLayout *screen = g_ptr_array_index (layouts->screens, i);

      if (screen->size == size && (!person || strncmp (screen->person, person, sizeof screen->person - 1) == 0))
        return screen;
    }
  return NULL;
}

CdLayout *
cd_layouts_use (CdLayouts *layouts, const char *person, CdLayoutSize size)
{
  CdLayout *screen = cd_layouts_find (layouts, person ? person : "", size);
  guint place;

  if (screen && g_ptr_array_find (layouts->screens, screen, &place))
    g_ptr_array_steal_index (layouts->screens, place);
  else
    screen = cd_layout_new (person, size);
  g_ptr_array_insert (layouts->screens, 0, screen);
  if (layouts->screens->len > CD_LAYOUT_SCREENS_MAX)
    g_ptr_array_set_size (layouts->screens, CD_LAYOUT_SCREENS_MAX);
  return screen;
}

/* --- File ------------------------------------------------------------------------------------------------------------ */

CdLayouts *
cd_layouts_load (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) fault = NULL;
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE, NULL, &fault);
  CdLayouts *layouts;
  gsize len = 0;

  if (!info && g_error_matches (fault, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return cd_layouts_new ();
  if (info && (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR || g_file_info_get_size (info) > CD_LAYOUT_BYTES_MAX))
    {
      g_set_error (error, CD_LAYOUT_ERROR, CD_LAYOUT_ERROR_CONTENT, "%s: expected a file of at most %d bytes", path, CD_LAYOUT_BYTES_MAX);
      return NULL;
    }
  if (!info || !g_file_get_contents (path, &text, &len, (g_clear_error (&fault), &fault)))
    {
      g_set_error (error, CD_LAYOUT_ERROR, CD_LAYOUT_ERROR_FILE, "%s: %s", path, fault->message);
      return NULL;
    }
  layouts = cd_layouts_parse (text, (gssize)len, error);
  if (!layouts)
    g_prefix_error (error, "%s: ", path);
  return layouts;
}

gboolean
cd_layouts_save (const CdLayouts *layouts, const char *path, GError **error)
{
  g_autofree char *text = cd_layouts_print (layouts);
  g_autoptr (GError) fault = NULL;
  g_autoptr (CdLayouts) there = cd_layouts_load (path, &fault);

  if (g_error_matches (fault, CD_LAYOUT_ERROR, CD_LAYOUT_ERROR_NEWER))
    {
      g_propagate_error (error, g_steal_pointer (&fault));
      return FALSE;
    }
  g_clear_error (&fault);
  if (cd_paths_write_file (path, text, strlen (text), &fault))
    return TRUE;
  g_set_error (error, CD_LAYOUT_ERROR, CD_LAYOUT_ERROR_FILE, "%s", fault->message);
  return FALSE;
}

char *
cd_layouts_keep_aside (const char *path, GError **error)
{
  for (int i = 1; i < 1000; i++)
    {
      g_autofree char *aside = i == 1 ? g_strdup_printf ("%s.damaged", path) : g_strdup_printf ("%s.damaged-%d", path, i);

      if (g_file_test (aside, G_FILE_TEST_EXISTS))
        continue;
      if (g_rename (path, aside) == 0)
        return g_path_get_basename (aside);
      break;
    }
  g_set_error (error, CD_LAYOUT_ERROR, CD_LAYOUT_ERROR_FILE, "%s: cannot be renamed", path);
  return NULL;
}
