/* cli.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * carbondesk-cli: reads the line by the table below, hands it to a command of src/app, prints what that says, and ends with its status.
 */
#include <errno.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "cd-command.h"

/* --- The options that a command may take; a capital word stands in the help for the value. ------------------------------------ */

typedef struct
{
  CdCommandArgs args;
  gboolean json;
} Line;

static Line line;

static const GOptionEntry options[] = {
  { "market", 0, 0, G_OPTION_ARG_STRING, &line.args.market, N_ ("Market pack, such as cn-cea"), "ID" },
  { "mode", 0, 0, G_OPTION_ARG_STRING, &line.args.mode, N_ ("list, block or auction"), "MODE" },
  { "reference", 0, 0, G_OPTION_ARG_STRING, &line.args.reference, N_ ("Previous close, such as 97.05"), "PRICE" },
  { "instrument", 0, 0, G_OPTION_ARG_STRING, &line.args.instrument, N_ ("Instrument, such as CEA25"), "CODE" },
  { "date", 0, 0, G_OPTION_ARG_STRING, &line.args.date, N_ ("Day, YYYY-MM-DD; today when not given"), "DATE" },
  { "from", 0, 0, G_OPTION_ARG_STRING, &line.args.from, N_ ("First day, YYYY-MM-DD"), "DATE" },
  { "to", 0, 0, G_OPTION_ARG_STRING, &line.args.to, N_ ("Last day, YYYY-MM-DD"), "DATE" },
  { "format", 0, 0, G_OPTION_ARG_STRING, &line.args.format, N_ ("lobster, kraken, binance or okx; of an export csv or json"), "FORMAT" },
  { "levels", 0, 0, G_OPTION_ARG_STRING, &line.args.levels, N_ ("Levels of a rebuilt row"), "N" },
  { "profile", 0, 0, G_OPTION_ARG_STRING, &line.args.profile, N_ ("Profile, such as demo or live/NAME"), "NAME" },
  { "summary", 0, 0, G_OPTION_ARG_NONE, &line.args.summary, N_ ("Instead of rows one line a check, “name: N of M”"), NULL },
  { "year", 0, 0, G_OPTION_ARG_STRING, &line.args.year, N_ ("Compliance year, such as 2025"), "YEAR" },
  { "input", 0, 0, G_OPTION_ARG_FILENAME, &line.args.input, N_ ("Table with a header; columns below"), "FILE" },
  { "at", 0, 0, G_OPTION_ARG_STRING, &line.args.at, N_ ("Time of the market, 2026-12-14T13:20:00; now when not given"), "TIME" },
  { "head", 0, 0, G_OPTION_ARG_FILENAME, &line.args.head, N_ ("Signed head of the journal; beside it when not given"), "FILE" },
  { "key", 0, 0, G_OPTION_ARG_FILENAME, &line.args.key, N_ ("Public key that signed the head; beside it when not given"), "FILE" },
  { "output", 0, 0, G_OPTION_ARG_FILENAME, &line.args.output, N_ ("File that is written whole or not at all"), "FILE" },
  { "ca", 0, 0, G_OPTION_ARG_FILENAME, &line.args.ca, N_ ("The pinned CA of the market"), "FILE" },
  { "crl", 0, 0, G_OPTION_ARG_FILENAME, &line.args.crl, N_ ("Its current revocation list"), "FILE" },
  { "certificate", 0, 0, G_OPTION_ARG_FILENAME, &line.args.certificate, N_ ("Your certificate"), "FILE" },
  { "private-key", 0, 0, G_OPTION_ARG_FILENAME, &line.args.private_key, N_ ("Its key; in the file of the certificate when not given"), "FILE" },
  { "decision", 0, 0, G_OPTION_ARG_STRING, &line.args.decision, N_ ("approve or refuse"), "WORD" },
  { "reason", 0, 0, G_OPTION_ARG_STRING, &line.args.reason, N_ ("Why; compulsory for a refusal"), "TEXT" },
  { "dry-run", 0, 0, G_OPTION_ARG_NONE, &line.args.dry_run, N_ ("Check only, keep nothing"), NULL },
  { "json", 0, 0, G_OPTION_ARG_NONE, &line.json, N_ ("One line of JSON instead of text"), NULL },
};

/* --- The commands -------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  const char *name;
  CdCommandFunc run;
  const char *required, *optional; /* names of options, parted by blanks; --json is everyone's */
  const char *files;               /* (nullable): what stands behind the options, for the help */
  guint min_files, max_files;
  const char *summary;
  const char *about;
} Command;

static const Command commands[] = {
  { "packs list", cd_command_packs_list, "", "", NULL, 0, 0, N_ ("List the built-in market packs"),
    N_ ("A line a pack: id, version, day of publication, name in Chinese and in English, parted by tabs.\n"
        "JSON: packs[{id, version, published, name_zh, name_en, origin, sha256, examples}].") },
  { "packs check", cd_command_packs_check, "", "", "FILE…", 1, G_MAXUINT, N_ ("Check pack files: form, meaning, worked examples"),
    N_ ("Each fault is a line on standard error: file, JSON path, what was expected.\n"
        "JSON: files[{file, id, version, faults, passed, all}], errors[{file, place, message}].") },
  { "packs examples", cd_command_packs_examples, "", "", "[ID…]", 0, G_MAXUINT, N_ ("Compute the worked examples of built-in packs"),
    N_ ("A line a pack: “id: N of M”.\n"
        "JSON: packs[{id, results[{id, kind, passed, expected, got}], passed, all}].") },
  { "calendar", cd_command_calendar, "market from to", "", NULL, 0, 0, N_ ("List trading days, one a line"),
    N_ ("A period that touches a year without a calendar is refused as a whole.\n"
        "JSON: market, from, to, days[], trading_days.") },
  { "band", cd_command_band, "market mode reference", "date instrument", NULL, 0, 0, N_ ("Price limits of a day: “low high”"),
    N_ ("A band that is not verified is refused; the message names what the practice market assumes.\n"
        "JSON: market, mode, date, reference, low, high, band_pct, status, source.") },
  { "book replay", cd_command_book_replay, "format", "levels summary", "FILE…", 1, G_MAXUINT, N_ ("Rebuild recorded order books and compare them"),
    N_ ("Which file is which shows in its contents, not in its name; .xz files are unpacked.\n"
        "  lobster  message file (six columns) and order-book file (four columns a level). Rows come in the column form of the order-book\n"
        "           file, so that diff compares them with it. Messages alone: the book of the orders in them, compared with nothing.\n"
        "  binance  diffs (receive time, message) and snapshots (receive time, symbol, answer): the sequence of the diffs, and the best\n"
        "           prices of bookTicker messages. Without snapshots only the sequence.\n"
        "  kraken, okx  receive time and message, parted by a tab: the checksum of every update.\n"
        "A row of a feed: line, receive time, symbol, then ask price, ask size, bid price, bid size a level, best first (10 levels).\n"
        "Mismatches are counted on standard error. JSON: format, rows[], n_rows, checked, matched.") },
  { "compliance evaluate", cd_command_compliance_evaluate, "market year input", "at", NULL, 0, 0, N_ ("Evaluate obligations, a row an entity"),
    N_ ("Table, UTF-8 or GB 18030, parted by comma, semicolon or tab. An entity's figures stand on one of its rows:\n"
        "  entity, sector, verified (t), approved (units); if wanted issued, prev_year (t), final (yes/no), price (average for penalties),\n"
        "  cover_price (best ask).\n"
        "Holdings, one a row: item (instrument or lot), quantity, bucket; vintage for allowances that no pack has; type, project_type, origin,\n"
        "registered, generated for credits that no pack has. Or a column an instrument: CEA25, CEA25.trading.\n"
        "  Buckets: registry (when not given), trading, bought_today, submitted; of allowances order_locked, other_frozen, surrendered; of\n"
        "  credits reserved, used.\n"
        "The answer begins with a header; what is not verified is empty, never 0. A stage of penalties has its place between semicolons.\n"
        "JSON: market, year, at, entities[{entity, sector, year, figures as in the header, lots[], sub_rooms[], penalties[], deadlines[],\n"
        "reasons, trace[]}].") },
  { "carry-over", cd_command_carry_over, "market input", "year date", NULL, 0, 0, N_ ("Compute what may be carried over"),
    N_ ("Table: entity, sold, bought (units in the window of sales), then holding, or its parts trading, registry, judicial, submitted; if\n"
        "wanted applied (units applied for before) and failed (yes: an earlier year was not surrendered in time). --year is the year into\n"
        "which units go; the newest rule when not given. The best further sale is named only while sales still count (--date).\n"
        "JSON: entities[{figures as in the header, trace[]}].") },
  { "allocation", cd_command_allocation, "market input", "year", NULL, 0, 0, N_ ("Compute allocations by benchmark"),
    N_ ("Table, a unit a row: entity, sector, verified (t); year here or as --year; if wanted unit (a name), as_verified (yes: allocated as\n"
        "verified by rule), pre_allocated (units) or prev_year (t, of which the rule pre-allocates a share).\n"
        "  power: class (I, II, III, IV), output (MWh, sent out to 2022, generated from 2023), heat (GJ), load (percent); to 2022 heat_ratio\n"
        "         (percent) and cooling (water, air).\n"
        "  steel, cement, aluminium: intensity, balance (the balance value published after verification).\n"
        "Units, then the entity with its relief and its gap. A rule that is only proposed is computed and says so in its status; one that is\n"
        "not verified is refused. JSON: entities[{entity, year, sector, units[], kind, figures as in the header, trace[]}].") },
  { "plan", cd_command_plan, "market input", "year date", NULL, 0, 0, N_ ("Cover a shortfall at the least cost"),
    N_ ("Table, an offer a row: instrument, price, quantity; if wanted kind (allowance, credit, or group for units of the group) and entity;\n"
        "shortfall and offset_room stand on one of an entity's rows. Offers of one entity are its own: they are not shared with another.\n"
        "Only as many levels of a book are used as the pack says can be picked on --date. With --year an allowance that may not be\n"
        "surrendered for it is refused.\n"
        "The answer: orders, then total, missing (units no offer holds), at_market (allowances of the market alone) and saving.\n"
        "JSON: entities[{entity, shortfall, offset_room, orders[], cost, units, offset_units, missing, at_market_units, at_market_cost,\n"
        "saving, trace[]}].") },
  { "import quotes", cd_command_import_quotes, "profile", "instrument", "FILE", 1, 1, N_ ("Import daily quotes into a profile"),
    N_ ("A table (CSV, UTF-8 or GB 18030) or the exchange's own JSON. All of it or nothing; the bytes are kept by their SHA-256 with a\n"
        "record in the journal. --profile NAME is practice/NAME unless written as live/NAME; a new practice profile is made. --instrument\n"
        "names the instrument of a file that does not; else its name does, up to the first _, - or point.\n"
        "A profile that is open elsewhere is in use: status 1.\n"
        "JSON: profile, sha256, record, rows, instruments[{code, rows, from, to}], warnings[{row, column, message}].") },
  { "import allocation", cd_command_import_allocation, "profile", "dry-run", "FILE", 1, 1, N_ ("Import what the authority allotted"),
    N_ ("Table, a row an allotment: account, year, quantity (units); if wanted instrument, sector, document. Account, year and instrument once.\n"
        "All of it or nothing, every bad row named; the bytes are kept by their SHA-256 with a record in the journal. The same file again\n"
        "adds nothing.\n"
        "JSON: profile, what, sha256, record, rows, known, again, dry_run.") },
  { "import holdings", cd_command_import_holdings, "profile", "dry-run", "FILE", 1, 1, N_ ("Import a statement of holdings"),
    N_ ("Table, a row a balance: account, asset, quantity (units), as_of (day); if wanted bucket (registry when not given). Account, asset and\n"
        "bucket once. The rest as with “import allocation”.") },
  { "import fills", cd_command_import_fills, "profile", "dry-run", "FILE", 1, 1, N_ ("Import a statement of trades"),
    N_ ("Table, a row a trade: exec_id, account, instrument, side (buy or sell), price, quantity, date; if wanted order_id and amount, which must be\n"
        "price times quantity. A trade that an earlier statement has is known; with other figures it is refused. The rest as with\n"
        "“import allocation”.") },
  { "export blotter", cd_command_export_blotter, "profile", "format output", NULL, 0, 0, N_ ("Export the orders of a profile"),
    N_ ("An order a row: key, order_id, account, instrument, side, kind, price, quantity, filled, leaves, amount, state, unknown, code, purpose,\n"
        "by, created_at, source (here, venue, file), record (of the journal), known_at. In CSV no text is a formula for a spreadsheet: one that\n"
        "could be has an apostrophe in front. --output is replaced at once; a link is refused.\n"
        "JSON: profile, records, n_rows, rows[].") },
  { "export fills", cd_command_export_fills, "profile", "format output", NULL, 0, 0, N_ ("Export the trades of a profile"),
    N_ ("A trade a row, those of the venue and of imported statements, each once: exec_id, account, instrument, side, price, quantity, amount, at,\n"
        "order_id, key, source, record, known_at. The rest as with “export blotter”.") },
  { "export holdings", cd_command_export_holdings, "profile", "format output", NULL, 0, 0, N_ ("Export the holdings of a profile"),
    N_ ("A balance a row: account, asset, bucket, quantity, as_of, source, record, known_at: the venue's last lists, and the newest imported\n"
        "statement. The rest as with “export blotter”.") },
  { "export obligations", cd_command_export_obligations, "profile", "format output", NULL, 0, 0, N_ ("Export the obligations of a profile"),
    N_ ("A year of an account a row: account, year, owed, surrendered, offset, closed as the registry said last; or approved, of the newest\n"
        "imported allocation; source, record, known_at. The rest as with “export blotter”.") },
  { "statement", cd_command_statement, "profile", "format output", NULL, 0, 0, N_ ("List the movements of units and cash of a profile's accounts"),
    N_ ("A movement a row, as the venue listed it to the workstation last: number, at, account, asset, bucket, movement, balance (in the bucket\n"
        "afterwards), cause, ref, what; as_of (time of the market up to which the list goes), old (yes: the profile knows of later events of the\n"
        "account, or of another database of the market), source, record, known_at. Nothing is asked of the market. The rest as with\n"
        "“export blotter”.") },
  { "export evidence", cd_command_export_evidence, "profile output", "", NULL, 0, 0, N_ ("Export the journal to be checked by others"),
    N_ ("Lines of JSON: every record with its hash, then a signed head of this moment. The public key lies beside the journal as journal.db.pub:\n"
        "hand it out by another way. JSON: file, records.") },
  { "request show", cd_command_request_show, "ca crl", "", "FILE", 1, 1, N_ ("Check a signed request or decision and show it"),
    N_ ("Checks form, hash, signature, certificate against the CA and its list, and time. Nothing is written.\n"
        "JSON: kind, profile, market, account, what, id, version, hash, content, decision, reason, by, at, expires.") },
  { "request decide", cd_command_request_decide, "ca crl profile certificate decision output", "private-key reason", "FILE", 1, 1, N_ ("Decide on a signed request"),
    N_ ("Writes a signed decision for the one who asked, and a record of it into the journal of --profile, which is yours. What was decided before is\n"
        "written again; otherwise it is refused. A key behind a PIN or a passphrase is used in the workstation only. Whether you may approve for the\n"
        "account today is checked by the desk that asked, when it takes the decision. JSON: file, decision, request.") },
  { "verify evidence", cd_command_verify_evidence, "", "key", "FILE", 1, 1, N_ ("Check an exported journal"),
    N_ ("Computes every hash anew and names the first line that does not hold; compares the signed head with the records, and its signature with\n"
        "--key. JSON: file, records, head_seq, head_key, signature_checked.") },
  { "verify journal", cd_command_verify_journal, "", "head key", "FILE", 1, 1, N_ ("Check the hash chain of a journal.db"),
    N_ ("Names the first bad record, and a cut end where a signed head says how far the journal went. Nothing is written.\n"
        "JSON: file, records, first_bad, head_seq, head_key.") },
};

static const Command *
find_command (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i].name, name))
      return &commands[i];
  return NULL;
}

static gboolean
takes (const char *names, const char *option)
{
  g_auto (GStrv) words = g_strsplit (names, " ", -1);

  return g_strv_contains ((const char *const *)words, option);
}

/* --- Usage ------------------------------------------------------------------------------------------------------------------------ */

static void
print_commands (FILE *to, const char *group)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (!group || (g_str_has_prefix (commands[i].name, group) && commands[i].name[strlen (group)] == ' '))
      fprintf (to, "  %-22s %s\n", commands[i].name, _ (commands[i].summary));
}

static int
usage (FILE *to, const char *group, int status)
{
  fprintf (to, _ ("usage: carbondesk-cli COMMAND [OPTION…] [FILE…]\n"));
  print_commands (to, group);
  fprintf (to, _ ("Each takes --json and --help. Exit status: 0 done, 1 the answer is no, 2 wrong use. --version prints the version.\n"));
  return status;
}

static gboolean
is_group (const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_has_prefix (commands[i].name, word) && commands[i].name[strlen (word)] == ' ')
      return TRUE;
  return FALSE;
}

static int
unknown (const char *word, const char *group)
{
  g_autofree char *shown = g_utf8_make_valid (word, -1);

  fprintf (stderr, _ ("carbondesk-cli: “%.60s”: expected one of these commands\n"), shown);
  print_commands (stderr, group);
  return CD_COMMAND_USAGE;
}

/* --- One line ----------------------------------------------------------------------------------------------------------------------- */

static void
write_text (gboolean error_stream, const char *text, gsize len, gpointer data)
{
  FILE *to = error_stream ? stderr : stdout;

  if (error_stream)
    fflush (stdout);
  fwrite (text, 1, len, to);
}

static GOptionContext *
context_of (const Command *command)
{
  g_autofree char *parameters = g_strdup_printf ("%s%s", command->files ? command->files : "", "");
  GOptionContext *context = g_option_context_new (*parameters ? parameters : NULL);
  GOptionEntry entries[G_N_ELEMENTS (options) + 1] = { { NULL } };
  gsize n = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    if (g_str_equal (options[i].long_name, "json") || takes (command->required, options[i].long_name) || takes (command->optional, options[i].long_name))
      entries[n++] = options[i];
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, _ (command->summary));
  g_option_context_set_description (context, _ (command->about));
  return context;
}

static const char *
missing_option (const Command *command)
{
  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    if (options[i].arg != G_OPTION_ARG_NONE && takes (command->required, options[i].long_name) && !*(char **)options[i].arg_data)
      return options[i].long_name;
  return NULL;
}

static int
wrong_use (const Command *command, const char *message)
{
  fprintf (stderr, "carbondesk-cli: %s: %s\n", command->name, message);
  fprintf (stderr, _ ("carbondesk-cli: see “carbondesk-cli %s --help”\n"), command->name);
  return CD_COMMAND_USAGE;
}

static int
run_command (const Command *command, int argc, char **argv)
{
  g_autoptr (GOptionContext) context = context_of (command);
  g_autofree char *program = g_strdup_printf ("carbondesk-cli %s", command->name);
  g_autofree char *message = NULL;
  g_autoptr (GError) error = NULL;
  CdCommandStatus status;
  CdCommandIo *io;

  g_set_prgname (program);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return wrong_use (command, error->message);
  if (argc > 1 && g_str_equal (argv[1], "--"))
    {
      argv++;
      argc--;
    }
  line.args.files = argv + 1;
  line.args.n_files = (guint)MAX (argc - 1, 0);
  if (missing_option (command))
    message = g_strdup_printf (_ ("expected --%s"), missing_option (command));
  else if (line.args.n_files < command->min_files || line.args.n_files > command->max_files)
    message = g_strdup_printf (command->files ? _ ("expected %s") : _ ("expected options only"), command->files);
  if (message)
    return wrong_use (command, message);
  io = cd_command_io_new (cd_env_default (), command->name, line.json, write_text, NULL);
  status = command->run (io, &line.args);
  cd_command_io_free (io, status);
  if (fflush (stdout) != 0 || ferror (stdout))
    {
      fprintf (stderr, _ ("carbondesk-cli: standard output: %s\n"), g_strerror (errno));
      return CD_COMMAND_NO;
    }
  return status;
}

/* The words of a command stand first; --json may stand before them. */
static int
dispatch (int argc, char **argv)
{
  g_autofree char *two = NULL;
  const Command *command;

  if (argc > 1 && g_str_equal (argv[1], "--json"))
    {
      line.json = TRUE;
      argv++;
      argc--;
    }
  if (argc < 2)
    return usage (stderr, NULL, CD_COMMAND_USAGE);
  if (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h") || g_str_equal (argv[1], "help"))
    return usage (stdout, NULL, CD_COMMAND_DONE);
  if (g_str_equal (argv[1], "--version"))
    return printf ("carbondesk-cli %s\n", CD_VERSION) < 0 ? CD_COMMAND_NO : CD_COMMAND_DONE;
  command = find_command (argv[1]);
  if (command)
    return run_command (command, argc - 1, argv + 1);
  if (!is_group (argv[1]))
    return unknown (argv[1], NULL);
  if (argc < 3)
    return usage (stderr, argv[1], CD_COMMAND_USAGE);
  if (g_str_equal (argv[2], "--help") || g_str_equal (argv[2], "-h"))
    return usage (stdout, argv[1], CD_COMMAND_DONE);
  two = g_strdup_printf ("%s %s", argv[1], argv[2]);
  command = find_command (two);
  return command ? run_command (command, argc - 2, argv + 2) : unknown (two, argv[1]);
}

int
main (int argc, char **argv)
{
  const char *localedir = cd_env_get_string (cd_env_default (), "CARBONDESK_LOCALEDIR");

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, localedir ? localedir : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  return dispatch (argc, argv);
}
