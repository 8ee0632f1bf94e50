/* cd-grid-export.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A table as a file: all its rows in the order and with the columns in which they are shown.
 */
#include "cd-grid-private.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "cd-csv.h"
#include "cd-file-writer.h"
#include "cd-format.h"

/* UI texts write a true minus; a spreadsheet takes only the hyphen for one. */
static void
append_cell (GString *csv, const char *text, gboolean first)
{
  g_autoptr (GString) plain = g_string_new (text);
  g_autofree char *inert = NULL;

  g_string_replace (plain, "\u2212", "-", 0);
  /* A signed figure is no formula. */
  inert = plain->str[strspn (plain->str, "+-0123456789,. %")] ? cd_csv_inert (plain->str) : g_strdup (plain->str);
  if (!first)
    g_string_append_c (csv, ',');
  cd_csv_append (csv, inert);
}

char *
cd_grid_view_dup_csv (CdGridView *self)
{
  guint columns[CD_GRID_COLUMNS_MAX];
  guint n_columns = cd_grid_view_get_column_order (self, columns);
  g_autoptr (GString) csv = g_string_new ("\ufeff"); /* or spreadsheets in China read it as GBK */

  for (guint c = 0; c < n_columns; c++)
    if (!self->layout.columns[columns[c]].actions)
      append_cell (csv, self->layout.columns[columns[c]].title, csv->len == strlen ("\ufeff"));
  append_cell (csv, _ ("As shown"), FALSE);
  g_string_append (csv, "\r\n");
  for (guint i = 0; i < cd_grid_view_n_rows (self); i++)
    {
      g_autoptr (GObject) item = cd_grid_order_get (self->order, i);
      gboolean stale = self->layout.stale, first = TRUE;

      for (guint c = 0; item && c < n_columns; c++)
        {
          CdGridCell cell;

          if (self->layout.columns[columns[c]].actions)
            continue;
          cd_grid_cell_read (&self->layout, item, columns[c], &cell);
          stale = stale || cell.tone == CD_TONE_STALE;
          append_cell (csv, cell.text, first);
          first = FALSE;
        }
      /* A figure that is grey on the screen must not be taken for a live one in the file. */
      append_cell (csv, stale ? _ ("old figures") : "", first);
      g_string_append (csv, "\r\n");
    }
  return g_string_free (g_steal_pointer (&csv), FALSE);
}

static void
tell (GtkWindow *parent, const char *heading, const char *body)
{
  GtkWidget *dialog = adw_message_dialog_new (parent, heading, body);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWindow) parent = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  if (cd_file_write_finish (G_FILE (source), result, &error))
    return;
  words = cd_format_write_error (G_FILE (source), error);
  tell (parent, _ ("The table could not be written"), words);
}

void
cd_grid_view_export_to (CdGridView *self, GFile *file)
{
  char *csv = cd_grid_view_dup_csv (self);
  g_autoptr (GBytes) bytes = g_bytes_new_take (csv, strlen (csv));
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  /* A table belongs to no desk; a file is written in the real world whatever feeds the rows. */
  cd_file_write_async (cd_env_default (), file, bytes, written_cb, g_object_ref (root));
}

static void
response_cb (GtkNativeDialog *chooser, int response, CdGridView *self)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;

  if (file && gtk_widget_get_root (GTK_WIDGET (self)))
    cd_grid_view_export_to (self, file);
  g_object_unref (chooser);
}

void
cd_grid_view_export (CdGridView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (_ ("Export the table"), GTK_WINDOW (root), GTK_FILE_CHOOSER_ACTION_SAVE, _ ("Export"), _ ("Cancel"));
  g_autofree char *name = g_strdup_printf ("%s.csv", self->label);

  g_strdelimit (name, "/\\:", '-');
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), name);
  g_signal_connect_object (chooser, "response", G_CALLBACK (response_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}
