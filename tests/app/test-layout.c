/* test-layout.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * layout.json: what is written is read, older versions are migrated, newer ones are left alone, everything else is refused with
 * its place.
 */
#include "cd-layout.h"

#include <glib/gstdio.h>
#include <string.h>

static CdLayouts *
make_layouts (void)
{
  CdLayouts *layouts = cd_layouts_new ();
  CdLayout *layout;
  CdLayoutTable table = { .id = "working", .zoom = 120, .n_sort = 2, .n_columns = 2 };

  g_strlcpy (table.sort[0].id, "time", CD_LAYOUT_ID_MAX);
  g_strlcpy (table.sort[1].id, "price", CD_LAYOUT_ID_MAX);
  table.sort[1].descending = TRUE;
  table.columns[0] = (CdLayoutColumn){ "price", 88, TRUE };
  table.columns[1] = (CdLayoutColumn){ "time", 74, FALSE };
  cd_layouts_use (layouts, "second", CD_LAYOUT_NARROW)->workspace = 2;
  layout = cd_layouts_use (layouts, "first", CD_LAYOUT_WIDE);
  layout->width = 1600;
  layout->height = 900;
  layout->workspace = 3;
  g_strlcpy (layout->instrument, "CEA24", sizeof layout->instrument);
  cd_layout_set_table (layout, &table);
  cd_layout_set_pane (layout, "left", 250);
  cd_layout_set_pane (layout, "chart", 610);
  cd_layout_set_page (layout, "blotter", "fills");
  return layouts;
}

static void
test_round_trip (void)
{
  g_autoptr (CdLayouts) layouts = make_layouts ();
  g_autofree char *text = cd_layouts_print (layouts);
  g_autoptr (GError) error = NULL;
  g_autoptr (CdLayouts) again = cd_layouts_parse (text, -1, &error);
  g_autofree char *twice = NULL;
  const CdLayout *layout;

  g_assert_no_error (error);
  twice = cd_layouts_print (again);
  g_assert_cmpstr (text, ==, twice);
  layout = cd_layouts_find (again, "first", CD_LAYOUT_WIDE);
  g_assert_cmpint (cd_layout_pane (layout, "chart"), ==, 610);
  g_assert_cmpint (cd_layout_pane (layout, "none"), ==, -1);
  g_assert_cmpuint (cd_layout_table (layout, "working")->n_columns, ==, 2);
  g_assert_cmpstr (cd_layout_page (layout, "blotter"), ==, "fills");
  g_assert_cmpint (cd_layouts_find (again, "second", CD_LAYOUT_NARROW)->workspace, ==, 2);
  g_assert_null (cd_layouts_find (again, "first", CD_LAYOUT_NARROW));
  g_assert_null (cd_layouts_find (again, "third", CD_LAYOUT_WIDE));
  /* The one used last stands first. */
  g_assert_true (layout == g_ptr_array_index (again->screens, 0));
}

static void
test_screens (void)
{
  g_autoptr (CdLayouts) layouts = make_layouts ();
  CdLayout *layout = cd_layouts_find (layouts, "first", CD_LAYOUT_WIDE);
  g_autoptr (CdLayout) copy = cd_layout_copy (layout);

  cd_layout_set_pane (layout, "chart", -1);
  g_assert_cmpint (cd_layout_pane (layout, "chart"), ==, -1);
  g_assert_cmpint (cd_layout_pane (layout, "left"), ==, 250);
  cd_layout_clear (layout);
  g_assert_null (cd_layout_table (layout, "working"));
  g_assert_null (cd_layout_page (layout, "blotter"));
  g_assert_cmpint (layout->width, ==, 1600);
  cd_layout_assign (layout, copy);
  g_assert_cmpint (cd_layout_table (layout, "working")->zoom, ==, 120);
  g_assert_cmpint (cd_layout_pane (layout, "chart"), ==, 610);
  /* Many people at one desk: the oldest screen goes, the used ones stay. */
  for (int i = 0; i < 3 * CD_LAYOUT_SCREENS_MAX; i++)
    {
      g_autofree char *person = g_strdup_printf ("person-%d", i);

      cd_layouts_use (layouts, person, CD_LAYOUT_MIDDLE);
      cd_layouts_use (layouts, "first", CD_LAYOUT_WIDE);
    }
  g_assert_cmpuint (layouts->screens->len, ==, CD_LAYOUT_SCREENS_MAX);
  g_assert_nonnull (cd_layouts_find (layouts, "first", CD_LAYOUT_WIDE));
  g_assert_null (cd_layouts_find (layouts, "second", CD_LAYOUT_NARROW));
  g_assert_cmpint (cd_layout_size_of (1099), ==, CD_LAYOUT_NARROW);
  g_assert_cmpint (cd_layout_size_of (1100), ==, CD_LAYOUT_MIDDLE);
  g_assert_cmpint (cd_layout_size_of (1500), ==, CD_LAYOUT_WIDE);
}

static void
test_migrates (void)
{
  const char *old = "{\"version\":1,\"width\":1200,\"height\":1000,\"maximized\":true,\"workspace\":2,\"panes\":[{\"id\":\"left\",\"position\":300}],"
                    "\"tables\":[{\"id\":\"fills\",\"zoom\":100,\"sort\":\"time\",\"descending\":true,\"columns\":[]},{\"id\":\"all\",\"zoom\":90,\"columns\":[]}]}";
  const char *second = "{\"version\":2,\"width\":0,\"height\":0,\"maximized\":false,\"workspace\":4,\"instrument\":\"CEA25\",\"panes\":[{\"id\":\"left\",\"share\":300}],\"tables\":[]}";
  g_autoptr (GError) error = NULL;
  g_autoptr (CdLayouts) first = cd_layouts_parse (old, -1, &error);
  g_autoptr (CdLayouts) later = NULL;
  g_autofree char *text = NULL;
  const CdLayout *layout;

  g_assert_no_error (error);
  layout = cd_layouts_find (first, "", CD_LAYOUT_MIDDLE);
  g_assert_cmpint (cd_layout_pane (layout, "left"), ==, 250);
  g_assert_cmpuint (cd_layout_table (layout, "fills")->n_sort, ==, 1);
  g_assert_true (cd_layout_table (layout, "fills")->sort[0].descending);
  g_assert_cmpuint (cd_layout_table (layout, "all")->n_sort, ==, 0);
  text = cd_layouts_print (first);
  g_assert_true (g_str_has_prefix (text, "{\"version\":3,"));
  later = cd_layouts_parse (second, -1, &error);
  g_assert_no_error (error);
  layout = cd_layouts_find (later, "", CD_LAYOUT_WIDE);
  g_assert_cmpint (cd_layout_pane (layout, "left"), ==, 300);
  g_assert_cmpstr (layout->instrument, ==, "CEA25");
}

/* ST4. What nobody knows is passed over, and gone at the next writing. */
static void
test_unknown (void)
{
  const char *text = "{\"version\":3,\"colour\":\"red\",\"screens\":[{\"person\":\"p\",\"size\":\"wide\",\"width\":1600,\"height\":900,\"maximized\":false,\"workspace\":2,"
                     "\"instrument\":\"CEA25\",\"depth\":{\"x\":[1]},\"panes\":[{\"id\":\"left\",\"share\":300,\"hue\":1}],\"tables\":[],\"pages\":[]}]}";
  g_autoptr (GError) error = NULL;
  g_autoptr (CdLayouts) layouts = cd_layouts_parse (text, -1, &error);
  g_autofree char *again = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (cd_layout_pane (cd_layouts_find (layouts, "p", CD_LAYOUT_WIDE), "left"), ==, 300);
  again = cd_layouts_print (layouts);
  g_assert_null (strstr (again, "colour"));
  g_assert_null (strstr (again, "hue"));
}

static void
test_refuses (void)
{
  static const struct
  {
    const char *text, *place;
    int code;
  } cases[] = {
    { "", "", CD_LAYOUT_ERROR_CONTENT },
    { "[]", "$", CD_LAYOUT_ERROR_CONTENT },
    { "{}", "$.version", CD_LAYOUT_ERROR_CONTENT },
    { "{\"version\":0}", "$.version", CD_LAYOUT_ERROR_CONTENT },
    { "{\"version\":\"2\"}", "$.version", CD_LAYOUT_ERROR_CONTENT },
    { "{\"version\":4,\"anything\":1}", "$.version", CD_LAYOUT_ERROR_NEWER },
    { "{\"version\":2,\"width\":-1,\"height\":1,\"maximized\":false,\"workspace\":1,\"panes\":[],\"tables\":[]}", "$.width", CD_LAYOUT_ERROR_CONTENT },
    { "{\"version\":2,\"width\":1,\"height\":1,\"maximized\":false,\"workspace\":1,\"panes\":[{\"id\":\"left\",\"share\":1001}],\"tables\":[]}", "$.panes[0].share", CD_LAYOUT_ERROR_CONTENT },
    { "{\"version\":2,\"width\":1,\"height\":1,\"maximized\":false,\"workspace\":1,\"panes\":[],\"tables\":[{\"id\":\"\"}]}", "$.tables[0].id", CD_LAYOUT_ERROR_CONTENT },
    { "{\"version\":2,\"width\":1,\"height\":1,\"maximized\":false,\"workspace\":1,\"panes\":[],\"tables\":[{\"id\":\"a\",\"zoom\":1e9,\"sort\":[],\"columns\":[]}]}", "$.tables[0].zoom", CD_LAYOUT_ERROR_CONTENT },
    { "{\"version\":3}", "$.screens", CD_LAYOUT_ERROR_CONTENT },
    { "{\"version\":3,\"screens\":[{\"person\":null,\"size\":\"huge\"}]}", "$.screens[0].size", CD_LAYOUT_ERROR_CONTENT },
    { "{\"version\":3,\"screens\":[{\"size\":\"wide\",\"width\":1,\"height\":1,\"maximized\":false,\"workspace\":1,\"panes\":[],\"tables\":[]}]}", "$.screens[0].pages", CD_LAYOUT_ERROR_CONTENT },
  };
  g_autoptr (CdLayouts) whole = make_layouts ();
  g_autofree char *text = cd_layouts_print (whole);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (cd_layouts_parse (cases[i].text, -1, &error));
      g_assert_error (error, CD_LAYOUT_ERROR, cases[i].code);
      g_assert_nonnull (strstr (error->message, cases[i].place));
    }
  /* Cut anywhere, it is refused and nothing falls over. */
  for (gsize len = 0; len < strlen (text); len++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (cd_layouts_parse (text, (gssize)len, &error));
      g_assert_error (error, CD_LAYOUT_ERROR, CD_LAYOUT_ERROR_CONTENT);
    }
}

static void
test_newer_file_stays (void)
{
  g_autofree char *dir = g_dir_make_tmp ("carbondesk-layout-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "layout.json", NULL);
  g_autoptr (CdLayouts) layouts = make_layouts ();
  g_autoptr (CdLayouts) none = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  const char *newer = "{\"version\":99}";

  none = cd_layouts_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->screens->len, ==, 0);
  g_assert_true (g_file_set_contents (path, newer, -1, NULL));
  g_assert_false (cd_layouts_save (layouts, path, &error));
  g_assert_error (error, CD_LAYOUT_ERROR, CD_LAYOUT_ERROR_NEWER);
  g_clear_error (&error);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, newer);
  /* A damaged one holds nothing that could be lost. */
  g_assert_true (g_file_set_contents (path, "{\"vers", -1, NULL));
  g_assert_true (cd_layouts_save (layouts, path, &error));
  g_assert_no_error (error);
  g_remove (path);
  g_rmdir (dir);
}

static void
test_kept_aside (void)
{
  g_autofree char *dir = g_dir_make_tmp ("carbondesk-layout-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "layout.json", NULL);
  const char *const names[] = { "layout.json.damaged", "layout.json.damaged-2", "layout.json.damaged-3" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *bytes = g_strdup_printf ("damage %d", (int)i);
      g_autofree char *name = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (path, bytes, -1, NULL));
      name = cd_layouts_keep_aside (path, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (name, ==, names[i]);
      g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *aside = g_build_filename (dir, names[i], NULL);
      g_autofree char *bytes = g_strdup_printf ("damage %d", (int)i);
      g_autofree char *text = NULL;

      g_assert_true (g_file_get_contents (aside, &text, NULL, NULL));
      g_assert_cmpstr (text, ==, bytes);
      g_remove (aside);
    }
  g_rmdir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/layout/round-trip", test_round_trip);
  g_test_add_func ("/layout/screens", test_screens);
  g_test_add_func ("/layout/kept-aside", test_kept_aside);
  g_test_add_func ("/layout/migrates", test_migrates);
  g_test_add_func ("/layout/unknown", test_unknown);
  g_test_add_func ("/layout/refuses", test_refuses);
  g_test_add_func ("/layout/newer-file-stays", test_newer_file_stays);
  return g_test_run ();
}
