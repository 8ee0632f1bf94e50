/* cd-format-words.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Codes and states as words and sentences.
 */
#include "cd-format-private.h"

#include <glib/gi18n.h>
#include <string.h>

const char *
cd_format_lookup (const CdFormatWord *words, gsize n, const char *code)
{
  for (gsize i = 0; code && i < n; i++)
    if (g_str_equal (words[i].code, code))
      return _ (words[i].text);
  return code ? code : "";
}

const char *
cd_format_side (CdSide side)
{
  return side == CD_SIDE_BUY ? C_ ("side", "Buy") : C_ ("side", "Sell");
}

const char *
cd_format_kind (CdOrderKind kind)
{
  switch (kind)
    {
    case CD_KIND_LIST:
      return C_ ("order kind", "List");
    case CD_KIND_PICK:
      return C_ ("order kind", "Pick");
    case CD_KIND_LIMIT:
      return C_ ("order kind", "Limit");
    case CD_KIND_BLOCK:
      return C_ ("order kind", "Block");
    case CD_KIND_AUCTION_BID:
      return C_ ("order kind", "Auction bid");
    }
  return "";
}

const char *
cd_format_mode (CdMode mode)
{
  switch (mode)
    {
    case CD_MODE_LIST:
      return C_ ("trading mode", "Listed");
    case CD_MODE_BLOCK:
      return C_ ("trading mode", "Block");
    case CD_MODE_AUCTION:
      return C_ ("trading mode", "Auction");
    }
  return "";
}

const char *
cd_format_session (CdSessionState state)
{
  switch (state)
    {
    case CD_SESSION_OPEN:
      return C_ ("session", "open");
    case CD_SESSION_BREAK:
      return C_ ("session", "break");
    case CD_SESSION_CLOSED:
      return C_ ("session", "closed");
    case CD_SESSION_UNKNOWN:
      return C_ ("session", "unknown");
    }
  return "";
}

const char *
cd_format_link (CdLinkState state)
{
  switch (state)
    {
    case CD_LINK_IDLE:
      return C_ ("connection", "off");
    case CD_LINK_CONNECTING:
      return C_ ("connection", "connecting");
    case CD_LINK_LIVE:
      return C_ ("connection", "live");
    case CD_LINK_STALE:
      return C_ ("connection", "stale");
    case CD_LINK_BACKOFF:
      return C_ ("connection", "lost");
    case CD_LINK_FAILED:
      return C_ ("connection", "refused");
    }
  return "";
}

const char *
cd_format_bucket (CdBucket bucket)
{
  static const CdFormatWord words[] = {
    { "trading", N_ ("Free, trading") },
    { "registry", N_ ("Free, register") },
    { "order_locked", N_ ("In orders") },
    { "bought_today", N_ ("Bought today") },
    { "sold_today", N_ ("Sold today") },
    { "judicial", N_ ("Court freeze") },
    { "submitted", N_ ("Submitted") },
    { "carry_frozen", N_ ("Carry-over freeze") },
    { "pledged", N_ ("Pledged") },
    { "cash_available", N_ ("Cash available") },
    { "cash_frozen", N_ ("Cash frozen for orders") },
    { "cash_unsettled", N_ ("Cash from today's sales") },
    { "cash_pending_out", N_ ("Cash on its way out") },
    { "pending_offset", N_ ("Pending offset") },
    { "regulator", N_ ("Regulator's freeze") },
    { "surrendered", N_ ("Surrendered") },
    { "cancelled", N_ ("Cancelled units") },
    { "in_transfer", N_ ("In transfer") },
  };

  return cd_format_lookup (words, G_N_ELEMENTS (words), cd_bucket_name (bucket));
}

const char *
cd_format_instruction_kind (const char *kind)
{
  static const CdFormatWord words[] = {
    { "transfer", N_ ("Transfer") },
    { "reserve", N_ ("Reserve for offset") },
    { "release", N_ ("Release from offset") },
    { "surrender", N_ ("Surrender") },
    { "cancel", N_ ("Voluntary cancellation") },
    { "cash_in", N_ ("Cash in") },
    { "cash_out", N_ ("Cash out") },
  };

  return cd_format_lookup (words, G_N_ELEMENTS (words), kind);
}

const char *
cd_format_instruction_state (const char *state)
{
  static const CdFormatWord words[] = {
    { "draft", N_ ("Draft") },
    { "sending", N_ ("Sending") },
    { "unknown", N_ ("UNKNOWN") },
    { "proposed", N_ ("Waits for the second person") },
    { "confirmed", N_ ("Confirmed") },
    { "review", N_ ("Under provincial review") },
    { "in_review", N_ ("Under provincial review") },
    { "approved", N_ ("Approved") },
    { "executed", N_ ("Done") },
    { "refused", N_ ("Refused") },
    { "withdrawn", N_ ("Withdrawn") },
    { "lapsed", N_ ("Lapsed") },
    { "rejected", N_ ("Rejected") },
  };

  return cd_format_lookup (words, G_N_ELEMENTS (words), state);
}

const char *
cd_format_settlement_state (const char *state)
{
  static const CdFormatWord words[] = {
    { "pending", N_ ("Settles after the close") },
    { "settled", N_ ("Settled, to be confirmed") },
    { "confirmed", N_ ("Confirmed") },
    { "deemed", N_ ("Deemed confirmed") },
    { "objected", N_ ("Objected") },
  };

  return cd_format_lookup (words, G_N_ELEMENTS (words), state);
}

const char *
cd_format_owner (CdDutyOwner owner)
{
  switch (owner)
    {
    case CD_OWNER_OURS:
      return C_ ("duty owner", "We");
    case CD_OWNER_AUTHORITY:
      return C_ ("duty owner", "Authority");
    case CD_OWNER_VERIFIER:
      return C_ ("duty owner", "Verifier");
    case CD_OWNER_REGISTER:
      return C_ ("duty owner", "Register");
    }
  return "";
}

const char *
cd_format_eligibility (CdEligibility eligibility)
{
  switch (eligibility)
    {
    case CD_ELIGIBLE:
      return _ ("Eligible");
    case CD_INELIGIBLE_TYPE:
      return _ ("Type not accepted");
    case CD_INELIGIBLE_REGISTERED:
      return _ ("Registered too early");
    case CD_INELIGIBLE_GENERATED:
      return _ ("Generated too early");
    case CD_INELIGIBLE_EXPIRED:
      return _ ("No longer usable");
    case CD_INELIGIBLE_PROJECT:
      return _ ("Project type excluded");
    case CD_INELIGIBLE_UNKNOWN:
      return _ ("Date not known");
    }
  return "";
}

char *
cd_format_settle_step (const CdFillRow *fill)
{
  switch (fill->step)
    {
    case CD_SETTLE_TRADED:
      return g_strdup_printf ("●○○ %s", C_ ("settlement step", "traded"));
    case CD_SETTLE_SETTLED:
      return g_strdup_printf ("●●○ %s", C_ ("settlement step", "settled"));
    case CD_SETTLE_CONFIRMED:
      return g_strdup_printf ("●●● %s", fill->deemed ? C_ ("settlement step", "deemed confirmed") : C_ ("settlement step", "confirmed"));
    case CD_SETTLE_OBJECTED:
      return g_strdup_printf ("●●✗ %s", C_ ("settlement step", "objected"));
    }
  return g_strdup ("");
}

char *
cd_format_deadline_name (const char *id)
{
  static const CdFormatWord words[] = {
    { "surrender", N_ ("Surrender") },
    { "last_buy_list", N_ ("Last safe purchase") },
    { "last_transfer", N_ ("Last safe transfer") },
    { "report", N_ ("Emission report") },
    { "verify", N_ ("Verification") },
    { "pre_issue", N_ ("Pre-allocation") },
    { "approve", N_ ("Approved allocation") },
    { "issue", N_ ("Final issue") },
    { "offset_apply", N_ ("Offset application") },
    { "apply", N_ ("Applications for adjustment") },
    { "carry_over_notice", N_ ("Notice of the carry-over") },
    { "carry_over_apply", N_ ("Application for carry-over") },
    { "carry_over_batch1", N_ ("Carry-over, first batch") },
    { "carry_over_batch2", N_ ("Carry-over, second batch") },
    { "verifier_evaluation", N_ ("Evaluation of the verifiers") },
    { "dq_plan", N_ ("Data-quality control plan") },
    { "surrender_95", N_ ("Surrender by 95 per cent of the units") },
    { "list", N_ ("List of key emitting units") },
    { "report_stamped", N_ ("Stamped paper report") },
    { "new_facility_apply", N_ ("Application for new facilities") },
    { "adjust_apply", N_ ("Application for adjustment") },
    { "auto_collect", N_ ("Automatic collection") },
    { "enforce_report", N_ ("Enforcement: report") },
    { "enforce_verify", N_ ("Enforcement: verification") },
    { "enforce_surrender", N_ ("Enforcement: surrender") },
  };

  return g_strdup (cd_format_lookup (words, G_N_ELEMENTS (words), id));
}

/* --- Sentences ------------------------------------------------------------------------------------------------------- */

static const char *
check_name (CdCheckId id, gboolean pass)
{
  switch (id)
    {
    case CD_CHECK_SESSION:
      return _ ("Session open");
    case CD_CHECK_INSTRUMENT:
      return _ ("Instrument tradable");
    case CD_CHECK_KIND:
      return _ ("Kind of order allowed");
    case CD_CHECK_TICK:
      return _ ("Price step");
    case CD_CHECK_BAND:
      return _ ("Price band");
    case CD_CHECK_LOT:
      return _ ("Quantity step");
    case CD_CHECK_MAX_QTY:
      return _ ("Largest order");
    case CD_CHECK_MIN_QTY:
      return _ ("Smallest order");
    case CD_CHECK_CASH:
      return _ ("Cash");
    case CD_CHECK_UNITS:
      return _ ("Free units");
    case CD_CHECK_T_PLUS:
      return _ ("Same-day resale");
    case CD_CHECK_LEVEL:
      return _ ("Quote to pick");
    case CD_CHECK_SELF:
      return pass ? _ ("No own quote opposite") : _ ("Own quote opposite");
    case CD_CHECK_RIGHTS:
      return _ ("Right to enter orders");
    case CD_CHECK_LIMIT:
      return _ ("Operator's limit");
    case CD_CHECK_DUPLICATE:
      return pass ? _ ("No same order within 10 s") : _ ("Same order within 10 s");
    case CD_CHECK_STALE:
      return _ ("Fresh prices");
    case CD_CHECK_POSITION:
      return _ ("Holding limit");
    case CD_CHECK_DEADLINE:
      return _ ("Compliance deadline");
    case CD_CHECK_OFFSET_ROOM:
      return _ ("Offset room");
    case CD_CHECK_ELIGIBLE:
      return _ ("Usable for surrender");
    case CD_CHECK_OVERFLOW:
      return _ ("Amount");
    }
  return "";
}

static char *
check_figures (const CdCheckResult *r)
{
  char a[CD_FORMAT_BUF], b[CD_FORMAT_BUF];

  switch (r->id)
    {
    case CD_CHECK_BAND:
      return g_strdup_printf ("%s – %s", cd_format_price (r->a, a), cd_format_price (r->b, b));
    case CD_CHECK_TICK:
      /* Translators: the two prices that would be right */
      return r->verdict == CD_CHECK_BLOCK ? g_strdup_printf (_ ("%s or %s"), cd_format_price (r->a, a), cd_format_price (r->b, b)) : NULL;
    case CD_CHECK_CASH:
    case CD_CHECK_LIMIT:
      return g_strdup_printf (_ ("needs ¥%s, has ¥%s"), cd_format_money (r->a, a), cd_format_money (r->b, b));
    case CD_CHECK_UNITS:
    case CD_CHECK_LEVEL:
      return g_strdup_printf (_ ("needs %s t, there are %s t"), cd_format_units (r->a, a), cd_format_units (r->b, b));
    case CD_CHECK_T_PLUS:
      return r->a ? g_strdup_printf (_ ("%s t bought today cannot be sold today"), cd_format_units (r->a, a)) : NULL;
    case CD_CHECK_MAX_QTY:
      return g_strdup_printf (_ ("less than %s t"), cd_format_units (r->a, a));
    case CD_CHECK_MIN_QTY:
      return g_strdup_printf (_ ("at least %s t"), cd_format_units (r->a, a));
    case CD_CHECK_POSITION:
      return g_strdup_printf (_ ("limit %s t, would be %s t"), cd_format_units (r->a, a), cd_format_units (r->b, b));
    case CD_CHECK_OFFSET_ROOM:
      if (r->b > 0)
        return g_strdup_printf (_ ("room %s t, %s t would be stranded"), cd_format_units (r->a, a), cd_format_units (r->b, b));
      return g_strdup_printf (_ ("room %s t"), cd_format_units (r->a, a));
    case CD_CHECK_DEADLINE:
      if (r->b > 0)
        return g_strdup_printf (_ ("%s t would be short at the deadline"), cd_format_units (r->b, b));
      return NULL;
    case CD_CHECK_ELIGIBLE:
      return r->a ? g_strdup_printf (_ ("tradable, not for the surrender of %d"), (int)r->a) : NULL;
    default:
      return NULL;
    }
}

char *
cd_format_check (const CdCheckResult *result)
{
  g_autofree char *figures = check_figures (result);

  return figures ? g_strdup_printf ("%s: %s", check_name (result->id, result->verdict == CD_CHECK_PASS), figures) : g_strdup (check_name (result->id, result->verdict == CD_CHECK_PASS));
}

char *
cd_format_code (const char *code, gint64 a, gint64 b)
{
  static const CdFormatWord words[] = {
    { "book.full", N_ ("the book has no room for another order") },
    { "pick.gone", N_ ("already picked by somebody else") },
    { "key.mismatch", N_ ("the venue knows this key with other contents") },
    { "key.fenced", N_ ("fenced: it will never be executed") },
    { "deadline.passed", N_ ("it arrived after its deadline and was not executed") },
    { "desk.locked", N_ ("trading was locked before it left; nothing was sent") },
    { "feed.foreign", N_ ("the prices come from another database of the venue than the orders") },
    { "window.stood", N_ ("the window stood still when this was pressed, so it was dropped: look, and press again") },
    { "never.sent", N_ ("it never left this workstation") },
    { "store.failed", N_ ("the journal could not be written; nothing was sent") },
    { "refused.before_intake", N_ ("the venue refused it before taking it in") },
    { "order.unknown", N_ ("the venue does not know this order") },
    { "order.final", N_ ("the order is already closed") },
    { "rights.missing", N_ ("the right for this is missing") },
    { "person.changed", N_ ("another person sits here now; nothing was sent") },
    { "instruction.stale", N_ ("it was changed in the meantime: look at it again") },
    { "instruction.same_person", N_ ("the second person must be another one") },
    { "instruction.state", N_ ("not possible in its present state") },
    { "reason.missing", N_ ("a reason is needed") },
    { "request.not_approved", N_ ("a second person has not approved this order") },
    { "key.closed", N_ ("the key is not open yet") },
    { "token.gone", N_ ("the token is not plugged in: plug it in and enter the PIN") },
    { "token.faulty", N_ ("what the token signs does not fit your certificate: another certificate’s key, or faulty software of the token") },
    { "rights.taken", N_ ("a right was taken from you: nothing new is sent until you reconcile or sign in anew") },
    { "answer.foreign", N_ ("an answer of the registry was not ours: nothing new is sent until somebody reconciles") },
    { "certificate.expired", N_ ("your certificate has expired: ask its issuer for a new one and start with it") },
    { "certificate.early", N_ ("your certificate is not valid yet: check the clock of this computer") },
    { "account.stopped", N_ ("new orders of this account are stopped") },
    { "balance.stale", N_ ("the balance has changed in the meantime: look at it again") },
    { "obligation.changed", N_ ("the verified emissions are other ones now") },
    { "deputy.dates", N_ ("these dates are not possible for a deputy") },
    { "balance.insufficient", N_ ("not enough free units") },
    { "offset.room", N_ ("beyond the offset limit") },
    { "offset.ineligible", N_ ("this credit is not eligible for the year") },
    { "vintage.not_usable", N_ ("this vintage cannot be surrendered for the year") },
    { "surrender.more_than_owed", N_ ("more than is owed") },
    { "year.closed", N_ ("the year is already closed") },
    { "session.closed", N_ ("the session is closed") },
    { "price.band", N_ ("outside the price band") },
    { "price.tick", N_ ("not on the price step") },
    { "qty.max", N_ ("too large for this mode") },
    { "qty.min", N_ ("too small for this mode") },
    { "cash.insufficient", N_ ("not enough cash") },
    { "units.insufficient", N_ ("not enough free units") },
    { "units.bought_today", N_ ("bought today, not sellable today") },
    { "pick.level", N_ ("beyond the best five levels, or larger than the quotes there") },
    { "self.trade", N_ ("it would trade with an own quote") },
    { "order.duplicate", N_ ("the same order was sent within the last ten seconds") },
    { "book.stale", N_ ("the prices are not fresh") },
    { "replay.expired", N_ ("the venue no longer has these events") },
    { "staged.expired", N_ ("its time is over: stage it again") },
    { "staged.asked", N_ ("a second person was asked for it: wait, or take the request back") },
    { "file.waiting", N_ ("it was asked for in a file: the decision has not come back") },
    { "file.refused", N_ ("it was refused in a file") },
    { "file.changed", N_ ("it was changed since it was asked for in a file: ask again") },
    { "file.expired", N_ ("the time of its file is over: ask again") },
    { "staged.gone", N_ ("it was sent or discarded already") },
    { "staged.there", N_ ("it is staged already") },
    { "cover.nothing", N_ ("the live books offer nothing that covers") },
    { "difference.resolved", N_ ("it is resolved already") },
    { "difference.reason", N_ ("write the reason first: it goes on record") },
    { "difference.unknown", N_ ("what is UNKNOWN is closed by evidence only: ask again or fence it") },
    { "difference.open", N_ ("locked: a difference of this instrument is not resolved") },
    { "request.malformed", N_ ("the venue could not read the request") },
  };

  return g_strdup (cd_format_lookup (words, G_N_ELEMENTS (words), code));
}

char *
cd_format_refusal (const char *message)
{
  const char *colon = strchr (message, ':');
  g_autofree char *code = colon ? g_strndup (message, (gsize)(colon - message)) : g_strdup (message);
  g_autofree char *words = cd_format_code (code, 0, 0);

  if (!colon || g_str_equal (words, code))
    return g_strdup (colon ? message : words);
  return g_strdup_printf ("%s — %s", words, colon + 1);
}

static const char *
state_words (CdOrderState state)
{
  switch (state)
    {
    case CD_ORDER_DRAFT:
    case CD_ORDER_CHECKED:
      return C_ ("order state", "Storing");
    case CD_ORDER_DENIED:
      return C_ ("order state", "Denied here");
    case CD_ORDER_INTENT:
    case CD_ORDER_SENDING:
      return C_ ("order state", "Sending");
    case CD_ORDER_UNKNOWN:
      return C_ ("order state", "UNKNOWN");
    case CD_ORDER_REJECTED:
      return C_ ("order state", "Refused");
    case CD_ORDER_NOT_PLACED:
      return C_ ("order state", "Not placed");
    case CD_ORDER_PENDING_NEW:
      return C_ ("order state", "Received");
    case CD_ORDER_WORKING:
      return C_ ("order state", "Working");
    case CD_ORDER_PARTIAL:
      return C_ ("order state", "Part filled");
    case CD_ORDER_SUSPENDED:
      return C_ ("order state", "Suspended");
    case CD_ORDER_FILLED:
      return C_ ("order state", "Filled");
    case CD_ORDER_CANCELLED:
      return C_ ("order state", "Cancelled");
    case CD_ORDER_EXPIRED:
      return C_ ("order state", "Lapsed at the close");
    case CD_ORDER_N_STATES:
      break;
    }
  return "";
}

const char *
cd_format_order_label (const CdOrder *order)
{
  switch (cd_order_label (order))
    {
    case CD_LABEL_CHECK:
      return C_ ("order state", "CHECK");
    case CD_LABEL_UNKNOWN_NEW:
      return C_ ("order state", "UNKNOWN");
    case CD_LABEL_UNKNOWN_REPLACE:
      return C_ ("order state", "UNKNOWN change");
    case CD_LABEL_UNKNOWN_CANCEL:
      return C_ ("order state", "UNKNOWN cancel");
    case CD_LABEL_CANCELLING:
      return C_ ("order state", "Cancelling");
    case CD_LABEL_REPLACING:
      return C_ ("order state", "Changing");
    case CD_LABEL_SENDING:
      return C_ ("order state", "Sending");
    default:
      break;
    }
  return state_words (order->state);
}
