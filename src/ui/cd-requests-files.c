/* cd-requests-files.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-requests-files.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "cd-file-writer.h"
#include "cd-format.h"

/* --- Words ----------------------------------------------------------------------------------------------------------- */

char *
cd_requests_file_error (const GError *error)
{
  static const struct
  {
    int code;
    const char *words;
  } words[] = {
    { CD_FILE_ERROR_FORM, N_ ("This is no request or decision of this program, or it was changed on its way") },
    { CD_FILE_ERROR_SIGNATURE, N_ ("The signature does not hold") },
    { CD_FILE_ERROR_PROFILE, N_ ("Practice is never taken for live") },
    { CD_FILE_ERROR_MARKET, N_ ("It is of another market") },
    { CD_FILE_ERROR_ACCOUNT, N_ ("It is of another account") },
    { CD_FILE_ERROR_EXPIRED, N_ ("Its time is over, or has not come") },
    { CD_FILE_ERROR_SELF, N_ ("Nobody decides on his own request") },
    { CD_FILE_ERROR_RIGHTS, N_ ("This person may not approve here") },
    { CD_FILE_ERROR_DEPUTY, N_ ("This deputy may not approve today") },
    { CD_FILE_ERROR_DECIDED, N_ ("It was decided before, and that stands") },
    { CD_FILE_ERROR_UNKNOWN, N_ ("It answers nothing that waits here") },
    { CD_FILE_ERROR_CHANGED, N_ ("What stands here is not what was decided on") },
    { CD_FILE_ERROR_REASON, N_ ("Write the reason first: it goes on record") },
    { CD_FILE_ERROR_STATE, N_ ("Not possible now") },
  };

  for (gsize i = 0; error->domain == CD_FILE_ERROR && i < G_N_ELEMENTS (words); i++)
    if (error->code == words[i].code)
      {
        g_autofree char *detail = error->code == CD_FILE_ERROR_STATE ? cd_format_code (error->message, 0, 0) : g_strdup (error->message);

        return g_strdup_printf (_ ("%1$s. (%2$s)"), _ (words[i].words), detail);
      }
  return g_strdup (error->message);
}

char *
cd_requests_file_words (CdDesk *desk, gpointer row)
{
  const CdApprovalFile *decision = NULL;

  switch (cd_desk_get_file_state (desk, row, &decision))
    {
    case CD_FILE_STATE_WAITING:
      return g_strdup (_ ("asked for in a file, no decision yet"));
    case CD_FILE_STATE_APPROVED:
      return g_strdup_printf (_ ("approved in a file by %s"), cd_format_person (desk, decision->by));
    case CD_FILE_STATE_REFUSED:
      return g_strdup_printf (_ ("refused in a file by %1$s: %2$s"), cd_format_person (desk, decision->by), decision->reason);
    case CD_FILE_STATE_CHANGED:
      return g_strdup (_ ("changed since it was asked for in a file: ask again"));
    case CD_FILE_STATE_EXPIRED:
      return g_strdup (_ ("the time of its file is over: ask again"));
    default:
      return g_strdup ("");
    }
}

static void
tell (GtkWidget *widget, const char *heading, const char *body)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *dialog = adw_message_dialog_new (root ? GTK_WINDOW (root) : NULL, heading, body);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
tell_error (GtkWidget *widget, const char *heading, const GError *error)
{
  g_autofree char *words = cd_requests_file_error (error);

  tell (widget, heading, words);
}

/* --- Where to -------------------------------------------------------------------------------------------------------- */

typedef struct
{
  GtkWidget *owner;
  void (*then) (GtkWidget *owner, GFile *file, gpointer data);
  gpointer data;
} Ask;

static void
where_cb (GtkNativeDialog *chooser, int response, GtkWidget *owner)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;
  const Ask *ask = g_object_get_data (G_OBJECT (chooser), "ask");

  if (file && gtk_widget_get_root (owner))
    ask->then (owner, file, ask->data);
  g_object_unref (chooser);
}

void
cd_requests_files_ask_where (GtkWidget *owner, const char *title, const char *name, void (*then) (GtkWidget *owner, GFile *file, gpointer data), gpointer data)
{
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (title, GTK_WINDOW (gtk_widget_get_root (owner)), GTK_FILE_CHOOSER_ACTION_SAVE, _ ("Save"), _ ("Cancel"));
  Ask *ask = g_new0 (Ask, 1);

  ask->owner = owner;
  ask->then = then;
  ask->data = data;
  g_object_set_data_full (G_OBJECT (chooser), "ask", ask, g_free);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), name);
  g_signal_connect_object (chooser, "response", G_CALLBACK (where_cb), owner, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

/* --- Asking ---------------------------------------------------------------------------------------------------------- */

typedef struct
{
  GtkWidget *widget; /* (owned) */
  CdDesk *desk;      /* (owned) */
  GFile *file;       /* (owned) (nullable) */
  gpointer row;      /* (owned) (nullable) */
} Way;

static Way *
way_new (GtkWidget *widget, CdDesk *desk, GFile *file, gpointer row)
{
  Way *way = g_new0 (Way, 1);

  way->widget = g_object_ref (widget);
  way->desk = g_object_ref (desk);
  way->file = file ? g_object_ref (file) : NULL;
  way->row = row ? g_object_ref (row) : NULL;
  return way;
}

static void
way_free (gpointer data)
{
  Way *way = data;

  g_clear_object (&way->widget);
  g_clear_object (&way->desk);
  g_clear_object (&way->file);
  g_clear_object (&way->row);
  g_free (way);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Way, way_free)

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Way) way = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  if (cd_file_write_finish (G_FILE (source), result, &error))
    return;
  words = cd_format_write_error (G_FILE (source), error);
  tell (way->widget, _ ("The request could not be written: save it again"), words);
}

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Way) way = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = cd_desk_export_request_finish (way->desk, result, &error);

  if (!bytes)
    tell_error (way->widget, _ ("The request was not made"), error);
  else
    {
      CdEnv *env = cd_desk_get_env (way->desk);
      GFile *file = way->file;

      cd_file_write_async (env, file, bytes, written_cb, g_steal_pointer (&way));
    }
}

void
cd_requests_files_export_to (GtkWidget *widget, CdDesk *desk, gpointer row, GFile *file)
{
  cd_desk_export_request_async (desk, row, CD_FILE_VALID_US, exported_cb, way_new (widget, desk, file, row));
}

static void
export_there (GtkWidget *owner, GFile *file, gpointer data)
{
  const Way *way = g_object_get_data (G_OBJECT (owner), "cd-request-way");

  if (way)
    cd_requests_files_export_to (owner, way->desk, way->row, file);
}

void
cd_requests_files_export (GtkWidget *widget, CdDesk *desk, gpointer row)
{
  Way *way = way_new (widget, desk, NULL, row);

  g_clear_object (&way->widget); /* or it would hold itself */
  g_object_set_data_full (G_OBJECT (widget), "cd-request-way", way, way_free);
  cd_requests_files_ask_where (widget, _ ("Ask for approval in a file"), CD_IS_STAGED_ROW (row) ? "order.request.json" : "instruction.request.json", export_there, NULL);
}

/* --- Opening --------------------------------------------------------------------------------------------------------- */

static void
take (GtkWidget *widget, CdDesk *desk, const CdOpenedFile *opened)
{
  const CdApprovalFile *file = opened->file;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;
  gboolean again;

  if (!cd_desk_take_decision (desk, opened, &again, &error))
    {
      tell_error (widget, _ ("The decision was not taken"), error);
      return;
    }
  words = g_strdup_printf (file->approve ? _ ("%1$s approved it. %2$s") : _ ("%1$s refused it: %2$s"), cd_format_person (desk, file->by), file->reason);
  tell (widget, again ? _ ("This decision was taken before: nothing has changed") : _ ("The decision is on record"), words);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Way) way = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  g_autoptr (CdOpenedFile) opened = bytes ? cd_desk_open_file (way->desk, bytes, &error) : NULL;
  GtkRoot *root = gtk_widget_get_root (way->widget);

  g_input_stream_close (G_INPUT_STREAM (source), NULL, NULL);
  if (!opened)
    tell_error (way->widget, _ ("The file was not opened"), error);
  else if (opened->file->kind == CD_APPROVAL_DECISION)
    take (way->widget, way->desk, opened);
  else
    gtk_window_present (GTK_WINDOW (cd_request_file_window_new (root ? GTK_WINDOW (root) : NULL, way->desk, g_steal_pointer (&opened))));
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Way) way = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInputStream) in = g_file_read_finish (G_FILE (source), result, &error);

  if (!in)
    tell_error (way->widget, _ ("The file was not opened"), error);
  else
    /* One byte more than there may be: then it is refused for its size. */
    g_input_stream_read_bytes_async (G_INPUT_STREAM (in), CD_APPROVAL_FILE_MAX + 1, G_PRIORITY_DEFAULT, NULL, read_cb, g_steal_pointer (&way));
}

void
cd_requests_files_open (GtkWidget *widget, CdDesk *desk, GFile *file)
{
  g_file_read_async (file, G_PRIORITY_DEFAULT, NULL, opened_cb, way_new (widget, desk, file, NULL));
}

static void
chosen_cb (GtkNativeDialog *chooser, int response, GtkWidget *widget)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;

  if (file && gtk_widget_get_root (widget))
    cd_requests_files_open (widget, g_object_get_data (G_OBJECT (chooser), "desk"), file);
  g_object_unref (chooser);
}

void
cd_requests_files_choose (GtkWidget *widget, CdDesk *desk)
{
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (_ ("Open a request or a decision"), GTK_WINDOW (gtk_widget_get_root (widget)), GTK_FILE_CHOOSER_ACTION_OPEN, _ ("Open"), _ ("Cancel"));

  g_object_set_data_full (G_OBJECT (chooser), "desk", g_object_ref (desk), g_object_unref);
  g_signal_connect_object (chooser, "response", G_CALLBACK (chosen_cb), widget, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}
