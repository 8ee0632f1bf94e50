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

static CdLayout *
make_layout (void)
{
  CdLayout *layout = cd_layout_new ();
  CdLayoutTable table = { .id = "working", .zoom = 120, .n_sort = 2, .n_columns = 2 };

  g_strlcpy (table.sort[0].id, "time", CD_LAYOUT_ID_MAX);
  g_strlcpy (table.sort[1].id, "price", CD_LAYOUT_ID_MAX);
  table.sort[1].descending = TRUE;
  table.columns[0] = (CdLayoutColumn){ "price", 88, TRUE };
  table.columns[1] = (CdLayoutColumn){ "time", 74, FALSE };
  layout->width = 1600;
  layout->height = 900;
  layout->workspace = 3;
  g_strlcpy (layout->instrument, "CEA24", sizeof layout->instrument);
  cd_layout_set_table (layout, &table);
  cd_layout_set_pane (layout, "left", 250);
  cd_layout_set_pane (layout, "chart", 610);
  return layout;
}

static void
test_round_trip (void)
{
  g_autoptr (CdLayout) layout = make_layout ();
  g_autofree char *text = cd_layout_print (layout);
  g_autoptr (GError) error = NULL;
  g_autoptr (CdLayout) again = cd_layout_parse (text, -1, &error);
  g_autofree char *twice = NULL;

  g_assert_no_error (error);
  twice = cd_layout_print (again);
  g_assert_cmpstr (text, ==, twice);
  g_assert_cmpint (cd_layout_pane (again, "chart"), ==, 610);
  g_assert_cmpint (cd_layout_pane (again, "none"), ==, -1);
  g_assert_cmpuint (cd_layout_table (again, "working")->n_columns, ==, 2);
}

static void
test_migrates (void)
{
  const char *old = "{\"version\":1,\"width\":2000,\"height\":1000,\"maximized\":true,\"workspace\":2,\"panes\":[{\"id\":\"left\",\"position\":500}],"
                    "\"tables\":[{\"id\":\"fills\",\"zoom\":100,\"sort\":\"time\",\"descending\":true,\"columns\":[]},{\"id\":\"all\",\"zoom\":90,\"columns\":[]}]}";
  g_autoptr (GError) error = NULL;
  g_autoptr (CdLayout) layout = cd_layout_parse (old, -1, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (cd_layout_pane (layout, "left"), ==, 250);
  g_assert_cmpuint (cd_layout_table (layout, "fills")->n_sort, ==, 1);
  g_assert_true (cd_layout_table (layout, "fills")->sort[0].descending);
  g_assert_cmpuint (cd_layout_table (layout, "all")->n_sort, ==, 0);
  text = cd_layout_print (layout);
  g_assert_true (g_str_has_prefix (text, "{\"version\":2,"));
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
    { "{\"version\":3,\"anything\":1}", "$.version", CD_LAYOUT_ERROR_NEWER },
    { "{\"version\":2,\"width\":-1,\"height\":1,\"maximized\":false,\"workspace\":1,\"panes\":[],\"tables\":[]}", "$.width", CD_LAYOUT_ERROR_CONTENT },
    { "{\"version\":2,\"width\":1,\"height\":1,\"maximized\":false,\"workspace\":1,\"panes\":[{\"id\":\"left\",\"share\":1001}],\"tables\":[]}", "$.panes[0].share", CD_LAYOUT_ERROR_CONTENT },
    { "{\"version\":2,\"width\":1,\"height\":1,\"maximized\":false,\"workspace\":1,\"panes\":[],\"tables\":[{\"id\":\"\"}]}", "$.tables[0].id", CD_LAYOUT_ERROR_CONTENT },
    { "{\"version\":2,\"width\":1,\"height\":1,\"maximized\":false,\"workspace\":1,\"panes\":[],\"tables\":[{\"id\":\"a\",\"zoom\":1e9,\"sort\":[],\"columns\":[]}]}", "$.tables[0].zoom", CD_LAYOUT_ERROR_CONTENT },
  };
  g_autoptr (CdLayout) whole = make_layout ();
  g_autofree char *text = cd_layout_print (whole);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (cd_layout_parse (cases[i].text, -1, &error));
      g_assert_error (error, CD_LAYOUT_ERROR, cases[i].code);
      g_assert_nonnull (strstr (error->message, cases[i].place));
    }
  /* Cut anywhere, it is refused and nothing falls over. */
  for (gsize len = 0; len < strlen (text); len++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (cd_layout_parse (text, (gssize)len, &error));
      g_assert_error (error, CD_LAYOUT_ERROR, CD_LAYOUT_ERROR_CONTENT);
    }
}

static void
test_newer_file_stays (void)
{
  g_autofree char *dir = g_dir_make_tmp ("carbondesk-layout-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "layout.json", NULL);
  g_autoptr (CdLayout) layout = make_layout ();
  g_autoptr (CdLayout) none = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  const char *newer = "{\"version\":99}";

  none = cd_layout_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (none->width, ==, 0);
  g_assert_true (g_file_set_contents (path, newer, -1, NULL));
  g_assert_false (cd_layout_save (layout, path, &error));
  g_assert_error (error, CD_LAYOUT_ERROR, CD_LAYOUT_ERROR_NEWER);
  g_clear_error (&error);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, newer);
  /* A damaged one holds nothing that could be lost. */
  g_assert_true (g_file_set_contents (path, "{\"vers", -1, NULL));
  g_assert_true (cd_layout_save (layout, path, &error));
  g_assert_no_error (error);
  g_remove (path);
  g_rmdir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/layout/round-trip", test_round_trip);
  g_test_add_func ("/layout/migrates", test_migrates);
  g_test_add_func ("/layout/refuses", test_refuses);
  g_test_add_func ("/layout/newer-file-stays", test_newer_file_stays);
  return g_test_run ();
}
