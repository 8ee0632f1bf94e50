/* cd-command.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The commands of carbondesk-cli as functions: what each is given, what it says and with which status it ends. No terminal, no
 * translation, no GTK: src/cli.c reads the line, prints and leaves. Synchronous; one thread.
 */
#pragma once

#include "cd-env.h"
#include "cd-json.h"

G_BEGIN_DECLS

/* The exit status of the program: scripts rely on it. */
typedef enum
{
  CD_COMMAND_DONE = 0,
  CD_COMMAND_NO = 1,    /* the answer is no: a fault in the file, a check that fails, a profile in use */
  CD_COMMAND_USAGE = 2, /* wrong use */
} CdCommandStatus;

CdCommandStatus cd_command_worse (CdCommandStatus a, CdCommandStatus b);

/**
 * CdCommandArgs: the line as it was typed, parted into options; what was not given is %NULL.
 * @files: (array length=n_files): file names as the system writes them, or other positional words
 */
typedef struct
{
  const char *market, *mode, *reference, *date, *from, *to, *year, *input, *format, *profile, *at, *instrument, *levels, *head, *key, *output, *ca, *crl, *certificate, *private_key, *decision, *reason;
  gboolean summary, dry_run;
  char **files;
  guint n_files;
} CdCommandArgs;

/**
 * CdCommandWrite:
 * @error_stream: standard error, else standard output
 * @text: (array length=len): not terminated
 */
typedef void (*CdCommandWrite) (gboolean error_stream, const char *text, gsize len, gpointer data);

/**
 * CdCommandIo: where a command speaks. With @json one line of JSON goes to standard output and nothing else; errors go to standard error
 * in both forms.
 */
typedef struct _CdCommandIo CdCommandIo;

CdCommandIo *cd_command_io_new (CdEnv *env, const char *command, gboolean json, CdCommandWrite write, gpointer data);
/**
 * cd_command_io_free:
 * Writes what waits. With JSON it closes the object: "ok" is whether the status is %CD_COMMAND_DONE, "errors" lists what went to standard
 * error as {"file", "place", "message"}.
 */
void cd_command_io_free (CdCommandIo *io, CdCommandStatus status);

CdEnv *cd_command_env (CdCommandIo *io);
/* Text for standard output; with JSON nothing. */
void cd_command_print (CdCommandIo *io, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* The object of the answer, open; %NULL without JSON. */
CdJsonWriter *cd_command_json (CdCommandIo *io);

/**
 * cd_command_no:
 * @file: (nullable): the file at fault
 * @place: (nullable): row, column or JSON path in it
 * @format: what is wrong and what was expected
 *
 * Returns: %CD_COMMAND_NO
 */
CdCommandStatus cd_command_no (CdCommandIo *io, const char *file, const char *place, const char *format, ...) G_GNUC_PRINTF (4, 5);
/* The same for a line that cannot be understood. Returns: %CD_COMMAND_USAGE */
CdCommandStatus cd_command_usage (CdCommandIo *io, const char *option, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* A remark on standard error that is no error. */
void cd_command_note (CdCommandIo *io, const char *format, ...) G_GNUC_PRINTF (2, 3);

/**
 * CdCommandFunc: one command. Everything that the line must have is there; what it means the command checks.
 */
typedef CdCommandStatus (*CdCommandFunc) (CdCommandIo *io, const CdCommandArgs *args);

CdCommandStatus cd_command_packs_list (CdCommandIo *io, const CdCommandArgs *args);
CdCommandStatus cd_command_packs_check (CdCommandIo *io, const CdCommandArgs *args);
CdCommandStatus cd_command_packs_examples (CdCommandIo *io, const CdCommandArgs *args);
CdCommandStatus cd_command_calendar (CdCommandIo *io, const CdCommandArgs *args);
CdCommandStatus cd_command_band (CdCommandIo *io, const CdCommandArgs *args);
CdCommandStatus cd_command_book_replay (CdCommandIo *io, const CdCommandArgs *args);
CdCommandStatus cd_command_compliance_evaluate (CdCommandIo *io, const CdCommandArgs *args);
CdCommandStatus cd_command_carry_over (CdCommandIo *io, const CdCommandArgs *args);
CdCommandStatus cd_command_allocation (CdCommandIo *io, const CdCommandArgs *args);
CdCommandStatus cd_command_import_quotes (CdCommandIo *io, const CdCommandArgs *args);
CdCommandStatus cd_command_import_allocation (CdCommandIo *io, const CdCommandArgs *args);
CdCommandStatus cd_command_import_holdings (CdCommandIo *io, const CdCommandArgs *args);
CdCommandStatus cd_command_import_fills (CdCommandIo *io, const CdCommandArgs *args);
CdCommandStatus cd_command_export_blotter (CdCommandIo *io, const CdCommandArgs *args);
CdCommandStatus cd_command_export_fills (CdCommandIo *io, const CdCommandArgs *args);
CdCommandStatus cd_command_export_holdings (CdCommandIo *io, const CdCommandArgs *args);
CdCommandStatus cd_command_export_obligations (CdCommandIo *io, const CdCommandArgs *args);
CdCommandStatus cd_command_statement (CdCommandIo *io, const CdCommandArgs *args); /* of accounts: what the desk kept */
CdCommandStatus cd_command_export_evidence (CdCommandIo *io, const CdCommandArgs *args);
CdCommandStatus cd_command_plan (CdCommandIo *io, const CdCommandArgs *args);
CdCommandStatus cd_command_request_show (CdCommandIo *io, const CdCommandArgs *args);
CdCommandStatus cd_command_request_decide (CdCommandIo *io, const CdCommandArgs *args);
CdCommandStatus cd_command_verify_journal (CdCommandIo *io, const CdCommandArgs *args);
CdCommandStatus cd_command_verify_evidence (CdCommandIo *io, const CdCommandArgs *args);

G_END_DECLS
