/* cd-format-log.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What happened, in words: alerts, and the rows of the log.
 */
#include "cd-format-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cd-file-writer.h"

/* @text: how many orders are UNKNOWN and how many differences are open. */
static char *
reconciled_words (const char *text)
{
  guint n = text ? (guint)g_ascii_strtoull (text, NULL, 10) : 0;

  if (n == 0)
    return g_strdup (_ ("Reconciled: nothing is in doubt"));
  return g_strdup_printf (ngettext ("Reconciled: %u thing is in doubt", "Reconciled: %u things are in doubt", n), n);
}

/* What a record says in words of the program is said in the person's. */
static char *
reason_words (const char *code, const char *text)
{
  g_auto (GStrv) parts = NULL;

  if (g_str_equal (code, "settlement"))
    return g_strdup (cd_format_settlement_state (text));
  if (!g_str_equal (code, "instruction"))
    return cd_format_code (text, 0, 0);
  parts = g_strsplit (text, " ", 2);
  return g_strdup_printf ("%s · %s", cd_format_instruction_kind (parts[0]), parts[0] && parts[1] ? cd_format_instruction_state (parts[1]) : "");
}

char *
cd_format_write_error (GFile *file, const GError *error)
{
  static const char *const what[] = {
    [CD_FILE_WRITE_ERROR_TARGET] = N_ ("expected a new name or a regular file"),
    [CD_FILE_WRITE_ERROR_FOLDER] = N_ ("no file can be made in its folder: choose another"),
    [CD_FILE_WRITE_ERROR_CONTENT] = N_ ("its content could not be written; what was there before is unchanged"),
    [CD_FILE_WRITE_ERROR_SYNC] = N_ ("the disk did not confirm its content; what was there before is unchanged"),
    [CD_FILE_WRITE_ERROR_REPLACE] = N_ ("the old file cannot be replaced and is unchanged: choose another name or folder"),
    [CD_FILE_WRITE_ERROR_FOLDER_SYNC] = N_ ("it was written, but the disk did not confirm its name: save it again"),
  };
  g_autofree char *name = g_file_get_parse_name (file);
  const char *reason = strrchr (error->message, ':');

  if (error->domain != CD_FILE_WRITE_ERROR || error->code < 1 || error->code >= (int)G_N_ELEMENTS (what) || !reason)
    return g_strdup_printf ("%s: %s", name, error->message);
  return g_strdup_printf (_ ("%1$s: %2$s (%3$s)"), name, _ (what[error->code]), reason + strspn (reason, ": "));
}

char *
cd_format_alert (const char *code, const char *text)
{
  static const CdFormatWord words[] = {
    { "fill", N_ ("Filled") },
    { "rejected", N_ ("Refused") },
    { "unknown", N_ ("UNKNOWN: sent, no answer") },
    { "connected", N_ ("Connected") },
    { "disconnected", N_ ("Connection lost") },
    { "difference", N_ ("Difference found") },
    { "instruction", N_ ("Registry") },
    { "settlement", N_ ("Settlement") },
    { "obligation.closed", N_ ("Obligation closed") },
    { "imported", N_ ("Imported") },
    { "clock", N_ ("Practice clock") },
    { "venue.behind", N_ ("The exchange no longer has all that it told before: look at the orders in doubt") },
    { "window.stood", N_ ("The window stood still: what was pressed meanwhile was dropped") },
    { "clock.slept", N_ ("The computer was asleep: all is read again before anything new is sent") },
    { "clock.stepped", N_ ("The computer's clock was set: all is read again before anything new is sent") },
    { "person", N_ ("Person") },
    { "venue", N_ ("Practice venue") },
    { "journal.readonly", N_ ("The journal cannot be written: nothing new is sent") },
    { "journal.restored", N_ ("The journal is older than it was: open orders are UNKNOWN until reconciled") },
    { "journal.saved", N_ ("The records that hold were saved as text") },
    { "external", N_ ("An order that this workstation did not send stands on the account") },
    { "journal.lost", N_ ("The venue has an order that the journal lost") },
    { "disk.warn", N_ ("Less than 500 MB free on the disk") },
    { "cancel.phone", N_ ("A cancel cannot leave and the order still stands: phone the exchange's trading desk") },
    { "disk.low", N_ ("Less than 64 MB free on the disk: new orders are locked, cancels pass") },
    { "staged", N_ ("Staged") },
    { "staged.waits", N_ ("Staged; it waits on page Registry, under Requests") },
    { "request", N_ ("Request") },
    { "file.approved", N_ ("Approved in a file by") },
    { "file.refused", N_ ("Refused in a file by") },
    { "veto", N_ ("New orders stopped by") },
    { "rights", N_ ("Rights were changed of") },
    { "veto.released", N_ ("New orders let go again by") },
    { "layout.damaged", N_ ("The kept layout could not be read; the screen is as designed, and the file is kept as") },
    { "layout.newer", N_ ("The layout was kept by a newer version: it stays as it is, and changes are not kept") },
    { "layout.unsaved", N_ ("The layout cannot be kept") },
    { "resolved", N_ ("Difference resolved") },
    { "token.gone", N_ ("The token was pulled: nothing new is sent") },
    { "token.faulty", N_ ("The token signs wrongly: nothing new is sent") },
    { "certificate.soon", N_ ("Your certificate ends soon: ask its issuer for a new one") },
    { "certificate.ended", N_ ("Your certificate has expired: nothing new is sent; ask its issuer for a new one and start with it") },
  };
  g_autofree char *reason = NULL;

  if (g_str_equal (code, "reconciled"))
    return reconciled_words (text);
  reason = text ? reason_words (code, text) : NULL;
  if (!reason || !*reason)
    return g_strdup (cd_format_lookup (words, G_N_ELEMENTS (words), code));
  return g_strdup_printf (_ ("%1$s: %2$s"), cd_format_lookup (words, G_N_ELEMENTS (words), code), reason);
}

char *
cd_format_log (const CdLogRow *row)
{
  return cd_format_alert (row->code, row->text);
}

const char *
cd_format_source (const char *source)
{
  static const CdFormatWord words[] = {
    { "clock", N_ ("Clock") },
    { "desk", N_ ("Desk") },
    { "file", N_ ("File") },
    { "orders", N_ ("Orders") },
    { "reconcile", N_ ("Reconcile") },
    { "registry", N_ ("Registry") },
    { "screen", N_ ("Screen") },
    { "store", N_ ("Journal") },
    { "venue", N_ ("Venue") },
    { "window", N_ ("Window") },
  };

  return cd_format_lookup (words, G_N_ELEMENTS (words), source);
}
