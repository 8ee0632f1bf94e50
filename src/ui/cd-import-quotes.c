/* cd-import-quotes.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-import-quotes.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "cd-format.h"
#include "cd-import.h"

#define CHUNK (256 * 1024)
#define FAULTS_SHOWN 200

/* One import: lives as long as its window or its work, whichever is longer. */
typedef struct
{
  grefcount refs;
  CdDesk *desk; /* (owned) */
  GFile *file;  /* (owned) */
  char *name, *instrument;
  GCancellable *cancellable;
  GInputStream *stream; /* (nullable) */
  GByteArray *bytes;
  goffset size;
  GtkWidget *window, *bar, *label, *content, *close; /* NULL once the window is gone */
} Job;

static void
job_unref (Job *job)
{
  if (!g_ref_count_dec (&job->refs))
    return;
  g_clear_object (&job->stream);
  g_clear_pointer (&job->bytes, g_byte_array_unref);
  g_object_unref (job->cancellable);
  g_object_unref (job->desk);
  g_object_unref (job->file);
  g_free (job->name);
  g_free (job->instrument);
  g_free (job);
}

static Job *
job_ref (Job *job)
{
  g_ref_count_inc (&job->refs);
  return job;
}

static gboolean
gone (Job *job)
{
  return job->window == NULL;
}

/* --- Outcome --------------------------------------------------------------------------------------------------------- */

static void
show_result (Job *job, const char *heading, gboolean good)
{
  if (gone (job))
    return;
  gtk_label_set_text (GTK_LABEL (job->label), heading);
  gtk_widget_add_css_class (job->label, good ? "pass-text" : "block-text");
  gtk_widget_set_visible (job->bar, FALSE);
  gtk_button_set_label (GTK_BUTTON (job->close), _ ("Close"));
}

static void
add_line (GtkWidget *list, const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_selectable (GTK_LABEL (label), FALSE);
  gtk_list_box_append (GTK_LIST_BOX (list), label);
}

static void
show_faults (Job *job, const GPtrArray *faults)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *list = gtk_list_box_new ();

  if (gone (job) || faults->len == 0)
    return;
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Bad rows"), -1);
  for (guint i = 0; i < MIN (faults->len, FAULTS_SHOWN); i++)
    {
      const CdImportFault *fault = g_ptr_array_index (faults, i);
      g_autofree char *text = NULL;

      if (fault->column)
        text = g_strdup_printf (_ ("Row %1$u, column %2$s: “%3$s”, expected %4$s"), fault->row, fault->column, fault->found ? fault->found : "", fault->expected);
      else
        text = g_strdup_printf (_ ("Row %1$u: “%2$s”, expected %3$s"), fault->row, fault->found ? fault->found : "", fault->expected);
      add_line (list, text);
    }
  if (faults->len > FAULTS_SHOWN)
    {
      g_autofree char *more = g_strdup_printf (_ ("and %u more"), faults->len - FAULTS_SHOWN);

      add_line (list, more);
    }
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), list);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_widget_set_size_request (scroller, -1, 240);
  gtk_box_insert_child_after (GTK_BOX (job->content), scroller, job->label);
}

static void
imported_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Job *job = data;
  g_autoptr (GPtrArray) faults = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  CdDeskImported done;

  if (cd_desk_import_quotes_finish (CD_DESK (source), result, &done, &faults, &error))
    {
      char from[CD_DATE_BUF], to[CD_DATE_BUF];

      text = g_strdup_printf (_ ("Taken: %1$u days of %2$u instruments; %3$s from %4$s to %5$s. Rows that look odd but were taken: %6$u."), done.rows, done.instruments, done.code, cd_date_print (done.from, from), cd_date_print (done.to, to), done.warnings);
    }
  else if (faults->len > 0)
    text = g_strdup_printf (_ ("Nothing was taken: %u bad rows."), faults->len);
  else
    text = g_strdup_printf (_ ("Nothing was taken: %s"), error->message);
  show_result (job, text, error == NULL);
  show_faults (job, faults);
  job_unref (job);
}

/* --- Reading --------------------------------------------------------------------------------------------------------- */

static void
fail (Job *job, const GError *error)
{
  g_autofree char *text = g_strdup_printf (_ ("Nothing was taken: %s"), error->message);

  show_result (job, text, FALSE);
  job_unref (job);
}

static void
show_progress (Job *job)
{
  if (gone (job))
    return;
  if (job->size > 0)
    gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (job->bar), MIN ((double)job->bytes->len / (double)job->size, 1));
  else
    gtk_progress_bar_pulse (GTK_PROGRESS_BAR (job->bar));
}

static void
chunk_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Job *job = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) chunk = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  gsize len;
  const void *bytes = chunk ? g_bytes_get_data (chunk, &len) : NULL;

  if (!chunk)
    {
      fail (job, error);
      return;
    }
  if (len > 0 && job->bytes->len + len <= CD_IMPORT_BYTES_MAX)
    {
      g_byte_array_append (job->bytes, bytes, (guint)len);
      show_progress (job);
      g_input_stream_read_bytes_async (job->stream, CHUNK, G_PRIORITY_DEFAULT_IDLE, job->cancellable, chunk_cb, job);
      return;
    }
  if (len > 0)
    {
      g_set_error (&error, CD_IMPORT_ERROR, CD_IMPORT_ERROR_SIZE, _ ("the file has more than %d MiB"), CD_IMPORT_BYTES_MAX / 1024 / 1024);
      fail (job, error);
      return;
    }
  {
    g_autoptr (GBytes) whole = g_byte_array_free_to_bytes (g_steal_pointer (&job->bytes));

    cd_desk_import_quotes_async (job->desk, whole, job->name, job->instrument, job->cancellable, imported_cb, job);
  }
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Job *job = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInputStream) stream = g_file_read_finish (G_FILE (source), result, &error);
  g_autoptr (GFileInfo) info = stream ? g_file_input_stream_query_info (stream, G_FILE_ATTRIBUTE_STANDARD_SIZE, NULL, NULL) : NULL;

  if (!stream)
    {
      fail (job, error);
      return;
    }
  job->size = info ? g_file_info_get_size (info) : 0;
  job->stream = G_INPUT_STREAM (g_steal_pointer (&stream));
  g_input_stream_read_bytes_async (job->stream, CHUNK, G_PRIORITY_DEFAULT_IDLE, job->cancellable, chunk_cb, job);
}

/* --- Window ---------------------------------------------------------------------------------------------------------- */

static void
destroyed_cb (GtkWidget *window, Job *job)
{
  job->window = job->bar = job->label = job->content = job->close = NULL;
  g_cancellable_cancel (job->cancellable);
  job_unref (job);
}

static void
build (Job *job, GtkWindow *parent)
{
  GtkWidget *outer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_autofree char *text = g_strdup_printf (_ ("Reading %s…"), job->name);

  job->window = adw_window_new ();
  gtk_window_set_title (GTK_WINDOW (job->window), _ ("Import quotes"));
  gtk_window_set_default_size (GTK_WINDOW (job->window), 620, -1);
  gtk_window_set_transient_for (GTK_WINDOW (job->window), parent);
  job->content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  gtk_widget_add_css_class (job->content, "import-body");
  job->label = gtk_label_new (text);
  gtk_label_set_xalign (GTK_LABEL (job->label), 0);
  gtk_label_set_wrap (GTK_LABEL (job->label), TRUE);
  job->bar = gtk_progress_bar_new ();
  gtk_accessible_update_property (GTK_ACCESSIBLE (job->bar), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Progress of the import"), -1);
  job->close = gtk_button_new_with_label (_ ("Cancel"));
  gtk_widget_set_halign (job->close, GTK_ALIGN_END);
  g_signal_connect_swapped (job->close, "clicked", G_CALLBACK (gtk_window_destroy), job->window);
  gtk_box_append (GTK_BOX (job->content), job->label);
  gtk_box_append (GTK_BOX (job->content), job->bar);
  gtk_box_append (GTK_BOX (job->content), job->close);
  gtk_box_append (GTK_BOX (outer), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (outer), job->content);
  adw_window_set_content (ADW_WINDOW (job->window), outer);
  g_signal_connect (job->window, "destroy", G_CALLBACK (destroyed_cb), job_ref (job));
  gtk_window_present (GTK_WINDOW (job->window));
}

GtkWindow *
cd_import_quotes_file (GtkWindow *parent, CdDesk *desk, GFile *file, const char *instrument)
{
  Job *job = g_new0 (Job, 1);
  g_autofree char *base = g_file_get_basename (file);

  g_ref_count_init (&job->refs);
  job->desk = g_object_ref (desk);
  job->file = g_object_ref (file);
  job->name = base ? g_filename_display_name (base) : g_strdup ("quotes");
  job->instrument = g_strdup (instrument);
  job->cancellable = g_cancellable_new ();
  job->bytes = g_byte_array_new ();
  build (job, parent);
  g_file_read_async (file, G_PRIORITY_DEFAULT_IDLE, job->cancellable, opened_cb, job);
  return GTK_WINDOW (job->window);
}

static void
response_cb (GtkNativeDialog *chooser, int response, gpointer data)
{
  GtkWindow *parent = gtk_native_dialog_get_transient_for (chooser);
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;

  if (file)
    cd_import_quotes_file (parent, CD_DESK (data), file, g_object_get_data (G_OBJECT (chooser), "instrument"));
  g_object_unref (chooser);
}

void
cd_import_quotes_choose (GtkWindow *parent, CdDesk *desk, const char *instrument)
{
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (_ ("Import daily quotes"), parent, GTK_FILE_CHOOSER_ACTION_OPEN, _ ("Import"), _ ("Cancel"));
  g_autoptr (GtkFileFilter) tables = gtk_file_filter_new ();
  g_autoptr (GtkFileFilter) all = gtk_file_filter_new ();

  gtk_file_filter_set_name (tables, _ ("Quotes (CSV, JSON)"));
  gtk_file_filter_add_suffix (tables, "csv");
  gtk_file_filter_add_suffix (tables, "txt");
  gtk_file_filter_add_suffix (tables, "json");
  gtk_file_filter_set_name (all, _ ("All files"));
  gtk_file_filter_add_pattern (all, "*");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), tables);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), all);
  g_object_set_data_full (G_OBJECT (chooser), "instrument", g_strdup (instrument), g_free);
  g_signal_connect_object (chooser, "response", G_CALLBACK (response_cb), desk, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}
