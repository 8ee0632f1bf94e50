/* cd-command.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-command-private.h"

#include <string.h>

#define PROGRAM "carbondesk-cli"
#define FLUSH_AT (64 * 1024)
#define ERRORS_MAX 1000

typedef struct
{
  char *file, *place, *message;
} Complaint;

struct _CdCommandIo
{
  CdEnv *env;
  char *command;
  CdCommandWrite write;
  gpointer data;
  GString *out;
  CdJsonWriter *json; /* (nullable) */
  GPtrArray *errors;  /* Complaint */
};

CdCommandStatus
cd_command_worse (CdCommandStatus a, CdCommandStatus b)
{
  return MAX (a, b);
}

static void
complaint_free (gpointer data)
{
  Complaint *complaint = data;

  g_free (complaint->file);
  g_free (complaint->place);
  g_free (complaint->message);
  g_free (complaint);
}

CdCommandIo *
cd_command_io_new (CdEnv *env, const char *command, gboolean json, CdCommandWrite write, gpointer data)
{
  CdCommandIo *io = g_new0 (CdCommandIo, 1);

  io->env = cd_env_ref (env);
  io->command = g_strdup (command);
  io->write = write;
  io->data = data;
  io->out = g_string_new (NULL);
  io->errors = g_ptr_array_new_with_free_func (complaint_free);
  if (!json)
    return io;
  io->json = cd_json_writer_new ();
  cd_json_writer_begin_object (io->json, NULL);
  cd_json_writer_string (io->json, "command", command);
  return io;
}

static void
flush (CdCommandIo *io)
{
  if (io->out->len > 0)
    io->write (FALSE, io->out->str, io->out->len, io->data);
  g_string_truncate (io->out, 0);
}

static void
finish_json (CdCommandIo *io, CdCommandStatus status)
{
  g_autofree char *text = NULL;

  cd_json_writer_bool (io->json, "ok", status == CD_COMMAND_DONE);
  cd_json_writer_begin_array (io->json, "errors");
  for (guint i = 0; i < io->errors->len; i++)
    {
      const Complaint *complaint = g_ptr_array_index (io->errors, i);

      cd_json_writer_begin_object (io->json, NULL);
      cd_json_writer_string (io->json, "file", complaint->file);
      cd_json_writer_string (io->json, "place", complaint->place);
      cd_json_writer_string (io->json, "message", complaint->message);
      cd_json_writer_end_object (io->json);
    }
  cd_json_writer_end_array (io->json);
  cd_json_writer_end_object (io->json);
  text = cd_json_writer_finish (io->json);
  g_string_append (io->out, text);
  g_string_append_c (io->out, '\n');
}

void
cd_command_io_free (CdCommandIo *io, CdCommandStatus status)
{
  if (io->json)
    finish_json (io, status);
  flush (io);
  g_clear_pointer (&io->json, cd_json_writer_free);
  g_string_free (io->out, TRUE);
  g_ptr_array_unref (io->errors);
  g_free (io->command);
  cd_env_unref (io->env);
  g_free (io);
}

CdEnv *
cd_command_env (CdCommandIo *io)
{
  return io->env;
}

void
cd_command_print (CdCommandIo *io, const char *format, ...)
{
  va_list args;

  if (io->json)
    return;
  va_start (args, format);
  g_string_append_vprintf (io->out, format, args);
  va_end (args);
  if (io->out->len > FLUSH_AT)
    flush (io);
}

CdJsonWriter *
cd_command_json (CdCommandIo *io)
{
  return io->json;
}

/* --- Errors ------------------------------------------------------------------------------------------------------------ */

/* One line, whatever stands in the file: what is no character or would move the cursor is written as a question mark. */
static char *
one_line (const char *text)
{
  char *valid = g_utf8_make_valid (text, -1);

  for (char *p = valid; *p; p++)
    if ((guchar)*p < 0x20 || *p == 0x7f)
      *p = '?';
  return valid;
}

static void
complain (CdCommandIo *io, const char *file, const char *place, const char *message)
{
  Complaint *complaint = g_new0 (Complaint, 1);
  g_autoptr (GString) line = g_string_new (PROGRAM ": ");

  complaint->file = file ? one_line (file) : NULL;
  complaint->place = place ? one_line (place) : NULL;
  complaint->message = one_line (message);
  if (complaint->file)
    g_string_append_printf (line, "%s: ", complaint->file);
  if (complaint->place)
    g_string_append_printf (line, "%s: ", complaint->place);
  g_string_append_printf (line, "%s\n", complaint->message);
  flush (io);
  io->write (TRUE, line->str, line->len, io->data);
  if (io->errors->len < ERRORS_MAX)
    g_ptr_array_add (io->errors, complaint);
  else
    complaint_free (complaint);
}

CdCommandStatus
cd_command_no (CdCommandIo *io, const char *file, const char *place, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  complain (io, file, place, message);
  return CD_COMMAND_NO;
}

CdCommandStatus
cd_command_usage (CdCommandIo *io, const char *option, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  complain (io, NULL, option, message);
  return CD_COMMAND_USAGE;
}

void
cd_command_note (CdCommandIo *io, const char *format, ...)
{
  g_autofree char *message = NULL;
  g_autofree char *clean = NULL;
  g_autofree char *line = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  clean = one_line (message);
  line = g_strdup_printf (PROGRAM ": %s\n", clean);
  flush (io);
  io->write (TRUE, line, strlen (line), io->data);
}

/* --- Options ------------------------------------------------------------------------------------------------------------- */

CdPack *
cd_command_pack (CdCommandIo *io, const CdCommandArgs *args)
{
  g_autoptr (GError) error = NULL;
  CdPack *pack = cd_pack_load_builtin (args->market, &error);

  if (!pack)
    cd_command_usage (io, "--market", "%s", error->message);
  return pack;
}

gboolean
cd_command_date (CdCommandIo *io, const char *option, const char *text, CdDate *out)
{
  if (cd_date_parse (text, out, NULL))
    return TRUE;
  cd_command_usage (io, option, "“%.40s”: expected a day as YYYY-MM-DD", text);
  return FALSE;
}

gboolean
cd_command_day (CdCommandIo *io, const CdCommandArgs *args, const CdZone *zone, CdDate *out)
{
  if (args->date)
    return cd_command_date (io, "--date", args->date, out);
  *out = cd_zone_date_of (zone, cd_env_real_us (io->env), NULL);
  return TRUE;
}
