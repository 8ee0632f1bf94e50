/* cd-command-packs.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * packs list, packs check, packs examples.
 */
#include "cd-command-private.h"

CdCommandStatus
cd_command_packs_list (CdCommandIo *io, const CdCommandArgs *args)
{
  g_auto (GStrv) ids = cd_pack_list_builtin ();
  CdJsonWriter *json = cd_command_json (io);
  CdCommandStatus status = CD_COMMAND_DONE;

  if (json)
    cd_json_writer_begin_array (json, "packs");
  for (guint i = 0; ids[i]; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CdPack) pack = cd_pack_load_builtin (ids[i], &error);
      char day[CD_DATE_BUF];

      if (!pack)
        {
          status = cd_command_no (io, ids[i], NULL, "%s", error->message);
          continue;
        }
      cd_command_print (io, "%s\t%s\t%s\t%s\t%s\n", pack->id, pack->version, cd_date_print (pack->published, day), pack->market->name_zh, pack->market->name_en);
      if (!json)
        continue;
      cd_json_writer_begin_object (json, NULL);
      cd_json_writer_string (json, "id", pack->id);
      cd_json_writer_string (json, "version", pack->version);
      cd_json_writer_date (json, "published", pack->published);
      cd_json_writer_string (json, "name_zh", pack->market->name_zh);
      cd_json_writer_string (json, "name_en", pack->market->name_en);
      cd_json_writer_string (json, "origin", pack->origin);
      cd_json_writer_string (json, "sha256", pack->sha256);
      cd_json_writer_int (json, "examples", pack->examples->len);
      cd_json_writer_end_object (json);
    }
  if (json)
    cd_json_writer_end_array (json);
  return status;
}

/* --- Examples ---------------------------------------------------------------------------------------------------------- */

typedef struct
{
  guint passed, all;
} Count;

static Count
run_examples (CdCommandIo *io, const CdPack *pack, const char *file, gboolean with_results)
{
  g_autoptr (GPtrArray) results = cd_pack_run_examples (pack);
  CdJsonWriter *json = cd_command_json (io);
  Count count = { 0, results->len };

  if (json && with_results)
    cd_json_writer_begin_array (json, "results");
  for (guint i = 0; i < results->len; i++)
    {
      const CdPackExampleResult *result = g_ptr_array_index (results, i);

      count.passed += result->passed;
      if (!result->passed)
        {
          g_autofree char *place = g_strdup_printf ("$.examples[%u]", i);

          cd_command_no (io, file, place, "%s (%s): expected %s, got %s", result->id, result->kind, result->expected, result->got);
        }
      if (!json || !with_results)
        continue;
      cd_json_writer_begin_object (json, NULL);
      cd_json_writer_string (json, "id", result->id);
      cd_json_writer_string (json, "kind", result->kind);
      cd_json_writer_bool (json, "passed", result->passed);
      cd_json_writer_string (json, "expected", result->expected);
      cd_json_writer_string (json, "got", result->got);
      cd_json_writer_end_object (json);
    }
  if (json && with_results)
    cd_json_writer_end_array (json);
  return count;
}

static CdCommandStatus
examples_of (CdCommandIo *io, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CdPack) pack = cd_pack_load_builtin (id, &error);
  CdJsonWriter *json = cd_command_json (io);
  Count count;

  if (!pack)
    return cd_command_usage (io, NULL, "%s", error->message);
  if (json)
    {
      cd_json_writer_begin_object (json, NULL);
      cd_json_writer_string (json, "id", pack->id);
    }
  count = run_examples (io, pack, pack->id, TRUE);
  cd_command_print (io, "%s: %u of %u\n", pack->id, count.passed, count.all);
  if (json)
    {
      cd_json_writer_int (json, "passed", count.passed);
      cd_json_writer_int (json, "all", count.all);
      cd_json_writer_end_object (json);
    }
  return count.passed == count.all ? CD_COMMAND_DONE : CD_COMMAND_NO;
}

CdCommandStatus
cd_command_packs_examples (CdCommandIo *io, const CdCommandArgs *args)
{
  g_auto (GStrv) all = cd_pack_list_builtin ();
  char **ids = args->n_files > 0 ? args->files : all;
  CdJsonWriter *json = cd_command_json (io);
  CdCommandStatus status = CD_COMMAND_DONE;

  if (json)
    cd_json_writer_begin_array (json, "packs");
  for (guint i = 0; ids[i]; i++)
    status = cd_command_worse (status, examples_of (io, ids[i]));
  if (json)
    cd_json_writer_end_array (json);
  return status;
}

/* --- Check ---------------------------------------------------------------------------------------------------------------- */

static guint
say_faults (CdCommandIo *io, const char *file, const CdJsonFaults *faults)
{
  for (guint i = 0; i < cd_json_faults_count (faults); i++)
    {
      const CdJsonFault *fault = cd_json_faults_get (faults, i);

      cd_command_no (io, file, fault->path, "%s (%s)", fault->expected, fault->code);
    }
  return cd_json_faults_count (faults);
}

static CdCommandStatus
check_file (CdCommandIo *io, const char *path)
{
  g_autofree char *shown = g_filename_display_name (path);
  g_autoptr (CdJsonFaults) faults = cd_json_faults_new ();
  g_autoptr (GBytes) bytes = cd_command_read (io, path, CD_PACK_SIZE_MAX);
  g_autoptr (CdPack) pack = NULL;
  CdJsonWriter *json = cd_command_json (io);
  guint n_faults;
  Count count = { 0 };

  if (!bytes)
    return CD_COMMAND_NO;
  pack = cd_pack_load_bytes (bytes, shown, NULL, faults, NULL);
  n_faults = say_faults (io, shown, faults);
  if (json)
    {
      cd_json_writer_begin_object (json, NULL);
      cd_json_writer_string (json, "file", shown);
      cd_json_writer_string (json, "id", pack ? pack->id : NULL);
      cd_json_writer_string (json, "version", pack ? pack->version : NULL);
      cd_json_writer_int (json, "faults", n_faults);
    }
  if (pack)
    count = run_examples (io, pack, shown, FALSE);
  if (json)
    {
      cd_json_writer_int (json, "passed", count.passed);
      cd_json_writer_int (json, "all", count.all);
      cd_json_writer_end_object (json);
    }
  if (pack)
    cd_command_print (io, "%s: %s %s, examples: %u of %u\n", shown, pack->id, pack->version, count.passed, count.all);
  else
    cd_command_print (io, "%s: faults: %u\n", shown, n_faults);
  return pack && count.passed == count.all ? CD_COMMAND_DONE : CD_COMMAND_NO;
}

CdCommandStatus
cd_command_packs_check (CdCommandIo *io, const CdCommandArgs *args)
{
  CdJsonWriter *json = cd_command_json (io);
  CdCommandStatus status = CD_COMMAND_DONE;

  if (json)
    cd_json_writer_begin_array (json, "files");
  for (guint i = 0; i < args->n_files; i++)
    status = cd_command_worse (status, check_file (io, args->files[i]));
  if (json)
    cd_json_writer_end_array (json);
  return status;
}
