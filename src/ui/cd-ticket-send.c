/* cd-ticket-send.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The way from a press to an order. A press is taken for a slip, and does nothing, right after a change of focus, while a key is
 * held, and after the window stood still: what was clicked then was clicked on a picture that is no more. What is asked about must
 * be pressed a second time, and whatever changes in between makes the first press void.
 */
#include "cd-format.h"
#include "cd-ticket-private.h"

#include <glib/gi18n.h>

#define FOCUS_GUARD_US (300 * 1000)
#define SECOND_PRESS_US (300 * 1000)    /* sooner it is a double click */
#define ARMED_US (10 * CD_USEC_PER_SEC) /* later nobody remembers what was asked */

static gint64
boot_us (CdTicketView *self)
{
  return cd_env_boot_us (cd_desk_get_env (self->desk));
}

/* --- Guards ---------------------------------------------------------------------------------------------------------- */

/* A held Enter on a button is one press. */
static gboolean
held_pressed_cb (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state, gpointer data)
{
  GObject *object = G_OBJECT (controller);
  gpointer down = g_object_get_data (object, "down");

  g_object_set_data (object, "down", GUINT_TO_POINTER (keycode));
  return down == GUINT_TO_POINTER (keycode) ? GDK_EVENT_STOP : GDK_EVENT_PROPAGATE;
}

static void
held_released_cb (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state, gpointer data)
{
  g_object_set_data (G_OBJECT (controller), "down", NULL);
}

void
cd_ticket_view_add_guards (CdTicketView *self)
{
  GtkWidget *const buttons[] = { self->send, self->stage };

  for (gsize i = 0; i < G_N_ELEMENTS (buttons); i++)
    {
      GtkEventController *keys = gtk_event_controller_key_new ();

      gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
      g_signal_connect (keys, "key-pressed", G_CALLBACK (held_pressed_cb), self);
      g_signal_connect (keys, "key-released", G_CALLBACK (held_released_cb), self);
      gtk_widget_add_controller (buttons[i], keys);
    }
}

/* --- Confirmation ---------------------------------------------------------------------------------------------------- */

static gboolean
same_draft (const CdOrderDraft *a, const CdOrderDraft *b)
{
  return a->side == b->side && a->kind == b->kind && a->price_e4 == b->price_e4 && a->qty == b->qty;
}

void
cd_ticket_view_disarm (CdTicketView *self)
{
  if (!self->armed)
    return;
  self->armed = FALSE;
  cd_ticket_view_refresh (self);
}

static gboolean
must_confirm (CdTicketView *self, const CdOrderDraft *draft)
{
  const CdMarket *market = cd_ticket_view_market (self);
  CdDate day = market ? cd_ticket_view_today (self, market) : CD_DATE_NONE;
  const CdModeRule *block = market ? cd_market_mode (market, CD_MODE_BLOCK, day) : NULL;
  const CdRuleValue *min = block ? cd_rule_series_at_practice (block->min_qty, day) : NULL;

  switch (self->confirm)
    {
    case CD_TICKET_CONFIRM_ALWAYS:
      return TRUE;
    case CD_TICKET_CONFIRM_LARGE:
      return draft->kind == CD_KIND_BLOCK || (min && min->has_value && draft->qty >= min->value);
    case CD_TICKET_CONFIRM_NEVER:
      break;
    }
  return FALSE;
}

/* --- The same once more ---------------------------------------------------------------------------------------------- */

/* Whether the only thing in the way is that the same order was just sent. */
static gboolean
only_repeated (CdTicketView *self)
{
  gboolean repeated = FALSE;

  for (gsize i = 0; i < self->n_results; i++)
    if (self->results[i].verdict == CD_CHECK_BLOCK)
      {
        if (self->results[i].id != CD_CHECK_DUPLICATE)
          return FALSE;
        repeated = TRUE;
      }
  return repeated;
}

static gboolean
typed_again (CdTicketView *self, const CdOrderDraft *draft)
{
  const char *const *names = g_get_language_names ();
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->again));
  gint64 qty;

  return *text && cd_number_parse_typed (text, cd_number_style_for_locale (names[0]), 0, &qty, NULL) && qty == draft->qty;
}

/* --- Buttons --------------------------------------------------------------------------------------------------------- */

/* All that is sent: what was, what will be, and what of it is filled and cannot be changed any more. */
static char *
amend_words (const CdOrder *o, const CdOrderDraft *draft)
{
  char price[CD_FORMAT_BUF], qty[CD_FORMAT_BUF], old_price[CD_FORMAT_BUF], old_qty[CD_FORMAT_BUF], filled[CD_FORMAT_BUF], left[CD_FORMAT_BUF];

  cd_format_units (o->qty, old_qty);
  cd_format_units (draft->qty, qty);
  cd_format_price (o->price_e4, old_price);
  cd_format_price (draft->price_e4, price);
  if (o->cum > 0)
    /* Translators: an order of ours that is filled in part is changed: "Change 1234 CEA25: 500 → 400 t, 97.05 → 97.10; 150 t filled, 250 t stay" */
    return g_strdup_printf (_ ("Change %1$s %2$s: %3$s → %4$s t, %5$s → %6$s; %7$s t filled, %8$s t stay"), o->order_id, draft->instrument, old_qty, qty, old_price, price, cd_format_units (o->cum, filled), cd_format_units (MAX (draft->qty - o->cum, 0), left));
  /* Translators: an order of ours is changed: "Change 1234 CEA25: 500 → 400 t, 97.05 → 97.10" */
  return g_strdup_printf (_ ("Change %1$s %2$s: %3$s → %4$s t, %5$s → %6$s"), o->order_id, draft->instrument, old_qty, qty, old_price, price);
}

/* What stops a new order stops a change too, but for what the order itself has locked already. */
static gboolean
stops_change (CdCheckId id)
{
  switch (id)
    {
    case CD_CHECK_SESSION:
    case CD_CHECK_INSTRUMENT:
    case CD_CHECK_TICK:
    case CD_CHECK_BAND:
    case CD_CHECK_LOT:
    case CD_CHECK_MAX_QTY:
    case CD_CHECK_MIN_QTY:
    case CD_CHECK_RIGHTS:
    case CD_CHECK_STALE:
    case CD_CHECK_OVERFLOW:
      return TRUE;
    case CD_CHECK_KIND:
    case CD_CHECK_CASH:
    case CD_CHECK_UNITS:
    case CD_CHECK_T_PLUS:
    case CD_CHECK_LEVEL:
    case CD_CHECK_SELF:
    case CD_CHECK_LIMIT:
    case CD_CHECK_DUPLICATE:
    case CD_CHECK_POSITION:
    case CD_CHECK_DEADLINE:
    case CD_CHECK_OFFSET_ROOM:
    case CD_CHECK_ELIGIBLE:
      break;
    }
  return FALSE;
}

static gboolean
is_blocked (CdTicketView *self)
{
  for (gsize i = 0; i < self->n_results; i++)
    if (self->results[i].verdict == CD_CHECK_BLOCK && (!self->amend || stops_change (self->results[i].id)))
      return TRUE;
  return FALSE;
}

static char *
words (CdTicketView *self, const CdOrderDraft *draft)
{
  char price[CD_FORMAT_BUF], qty[CD_FORMAT_BUF];

  if (self->amend)
    return amend_words (self->amend->order, draft);
  /* Translators: "Pick buy 10,000 t CEA25 @ 97.05" */
  return g_strdup_printf (_ ("%1$s %2$s %3$s t %4$s @ %5$s"),
                          cd_format_kind (draft->kind),
                          cd_format_side (draft->side),
                          cd_format_units (draft->qty, qty),
                          draft->instrument,
                          cd_format_price (draft->price_e4, price));
}

static void
set_class (GtkWidget *widget, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

/* What stands in the way, in the words of the button; NULL when it may leave. */
static char *
obstacle (CdTicketView *self, const CdOrderDraft *draft, const CdTicketFigures *figures, gboolean complete)
{
  if (!complete)
    return g_strdup (_ ("Enter price and quantity"));
  if (cd_desk_is_locked (self->desk))
    return g_strdup (_ ("Sending is locked"));
  if (figures->until_us)
    return g_strdup (_ ("Orders lapse at the close: stage it"));
  if (self->amend && draft->qty <= self->amend->order->cum)
    return g_strdup (_ ("as much is filled already"));
  if (self->amend && draft->qty == self->amend->order->qty && draft->price_e4 == self->amend->order->price_e4)
    return g_strdup (_ ("nothing is changed"));
  return NULL;
}

void
cd_ticket_view_show_buttons (CdTicketView *self, const CdOrderDraft *draft, const CdTicketFigures *figures, gboolean complete)
{
  g_autofree char *stop = obstacle (self, draft, figures, complete);
  g_autofree char *order = complete ? words (self, draft) : NULL;
  g_autofree char *text = NULL;
  gboolean repeated = complete && !stop && !self->amend && only_repeated (self);
  gboolean blocked = complete && is_blocked (self) && !(repeated && typed_again (self, draft));
  const gboolean may_leave = !stop;

  /* A book that went stale, a check that fails now, another text: what was asked about is not what would be sent. */
  if (self->armed && (stop || blocked || boot_us (self) - self->armed_us > ARMED_US || !same_draft (draft, &self->armed_draft) || g_strcmp0 (order, self->armed_text) != 0))
    self->armed = FALSE;
  gtk_widget_set_visible (self->again_box, repeated);
  if (!repeated)
    gtk_editable_set_text (GTK_EDITABLE (self->again), "");
  if (self->armed)
    /* Translators: the button after the first press */
    text = g_strdup_printf (_ ("Press again: %s"), order);
  else if (stop && !complete)
    text = g_steal_pointer (&stop);
  else
    text = stop ? g_strdup_printf ("%s · %s", order, stop) : g_steal_pointer (&order);
  gtk_label_set_text (GTK_LABEL (self->send_label), text);
  gtk_widget_set_tooltip_text (self->send, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->send), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_widget_set_sensitive (self->send, may_leave && !blocked);
  gtk_widget_set_sensitive (self->stage, complete && !self->amend);
  set_class (self->send, "armed", self->armed);
  set_class (self->send, "side-buy", draft->side == CD_SIDE_BUY);
  set_class (self->send, "side-sell", draft->side == CD_SIDE_SELL);
}

/* --- Verbs ----------------------------------------------------------------------------------------------------------- */

static void
sent (CdTicketView *self)
{
  self->armed = FALSE;
  g_clear_pointer (&self->listing, g_free);
  g_clear_object (&self->amend);
  self->filling = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->amount), "");
  gtk_editable_set_text (GTK_EDITABLE (self->until), "");
  gtk_editable_set_text (GTK_EDITABLE (self->again), "");
  cd_ticket_view_set_qty (self, 0);
  self->filling = FALSE;
  cd_ticket_view_refresh (self);
}

static gboolean
send_now (CdTicketView *self, const CdOrderDraft *draft, GError **error)
{
  if (self->amend)
    return cd_desk_replace (self->desk, self->amend, draft->price_e4, draft->qty, error);
  if (only_repeated (self) && typed_again (self, draft))
    return cd_desk_submit_again (self->desk, draft, cd_ticket_view_purpose (self), error) != NULL;
  return cd_desk_submit (self->desk, draft, cd_ticket_view_purpose (self), error) != NULL;
}

static void
say_error (CdTicketView *self, const GError *error)
{
  g_autofree char *text = cd_format_code (error->message, 0, 0);

  cd_ticket_view_say (self, text);
}

void
cd_ticket_view_send (CdTicketView *self)
{
  g_autoptr (GError) error = NULL;
  CdTicketFigures figures;
  CdOrderDraft draft;
  gint64 now = boot_us (self);

  if (now - self->focus_us < FOCUS_GUARD_US || cd_desk_has_stood (self->desk))
    return;
  cd_ticket_view_refresh (self);
  if (!gtk_widget_get_sensitive (self->send) || !cd_ticket_view_draft (self, &draft, &figures) || draft.qty <= 0 || draft.price_e4 <= 0)
    return;
  if (self->armed && now - self->armed_us < SECOND_PRESS_US)
    return;
  if (!self->armed && must_confirm (self, &draft))
    {
      self->armed = TRUE;
      self->armed_us = now;
      self->armed_draft = draft;
      g_free (self->armed_text);
      self->armed_text = words (self, &draft);
      cd_ticket_view_refresh (self);
      return;
    }
  if (send_now (self, &draft, &error))
    sent (self);
  else
    {
      self->armed = FALSE;
      cd_ticket_view_refresh (self);
      say_error (self, error);
    }
}

void
cd_ticket_view_stage (CdTicketView *self)
{
  g_autoptr (GError) error = NULL;
  CdTicketFigures figures;
  CdOrderDraft draft;

  if (self->amend || cd_desk_has_stood (self->desk) || !cd_ticket_view_draft (self, &draft, &figures) || draft.qty <= 0 || draft.price_e4 <= 0)
    return;
  if (cd_desk_stage (self->desk, &draft, cd_ticket_view_purpose (self), NULL, figures.until_us, &error))
    sent (self);
  else
    say_error (self, error);
}

void
cd_ticket_send_clicked_cb (CdTicketView *self)
{
  cd_ticket_view_send (self);
}

void
cd_ticket_stage_clicked_cb (CdTicketView *self)
{
  cd_ticket_view_stage (self);
}
