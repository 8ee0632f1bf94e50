/* cd-desk-identity.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The key that the desk signs in with, and how long its certificate is good. All of it fails closed: a key that is not open, a token
 * that was pulled and a certificate that is past its end stop what is new; lines that stand are read on, and what was sent is followed.
 */
#include "cd-desk-private.h"
#include "cd-ws-connect.h"

#include "cd-time.h"

/* Days ahead on which the end of the certificate is told, once each (house rule; no venue publishes one). */
static const int warn_days[] = { 30, 7, 1 };

/* Our clock and the venue's may differ: the later one decides about the end, the earlier one about the beginning. */
static gint64
late_now (CdDesk *self)
{
  return cd_env_real_us (self->env) + MAX (cd_desk_server_offset (self), 0);
}

static gint64
early_now (CdDesk *self)
{
  return cd_env_real_us (self->env) + MIN (cd_desk_server_offset (self), 0);
}

static gboolean
is_ours (CdDesk *self)
{
  return self->identity && g_strcmp0 (cd_identity_get_person (self->identity), self->person) == 0;
}

CdIdentity *
cd_desk_get_identity (CdDesk *self)
{
  return self->identity;
}

int
cd_desk_get_certificate_days (CdDesk *self)
{
  gint64 left = self->certificate_until_us - late_now (self);

  if (!self->certificate_until_us)
    return -1;
  return left <= 0 ? 0 : (int)((left + CD_USEC_PER_DAY - 1) / CD_USEC_PER_DAY);
}

static const char *
identity_reason (CdDesk *self)
{
  if (is_ours (self) && !cd_identity_get_certificate (self->identity))
    return cd_identity_is_faulty (self->identity) ? "token.faulty" : self->token_gone ? "token.gone"
                                                                                      : "key.closed";
  if (self->certificate_until_us && self->certificate_until_us <= late_now (self))
    return "certificate.expired";
  if (self->certificate_from_us > early_now (self))
    return "certificate.early";
  return NULL;
}

const char *
cd_desk_hold_reason (CdDesk *self)
{
  const char *reason = self->held ? self->held : identity_reason (self);

  if (!reason && self->rights_taken)
    reason = "rights.taken";
  return reason ? reason : self->foreign ? "answer.foreign"
                                         : NULL;
}

const char *
cd_desk_get_problem (CdDesk *self)
{
  const char *reason = self->problem ? self->problem : self->store_problem;
  const char *hold = cd_desk_hold_reason (self);

  /* The cause of what the line says. */
  if (self->identity && cd_identity_is_faulty (self->identity))
    return "token.faulty";
  if (!reason || (hold && g_str_has_prefix (hold, "certificate.")))
    reason = hold;
  return reason ? reason : cd_desk_feed_reason (self);
}

void
cd_desk_set_held (CdDesk *self, const char *why)
{
  if (g_strcmp0 (self->held, why) == 0)
    return;
  g_free (self->held);
  self->held = g_strdup (why);
  cd_desk_emit (self, CD_DESK_SIGNAL_STATE);
}

/* --- Its end --------------------------------------------------------------------------------------------------------- */

void
cd_desk_identity_tick (CdDesk *self)
{
  int days = cd_desk_get_certificate_days (self);
  int step = -1;

  if (days < 0)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (warn_days); i++)
    if (days <= warn_days[i])
      step = warn_days[i];
  if (days == 0)
    step = 0;
  if (step < 0 || (self->certificate_told >= 0 && step >= self->certificate_told))
    return;
  self->certificate_told = step;
  cd_desk_alert (self, days <= 1 ? 2 : 1, "desk", days ? "certificate.soon" : "certificate.ended", "%s", "");
  cd_desk_emit (self, CD_DESK_SIGNAL_STATE);
}

static void
take_dates (CdDesk *self, gint64 from_us, gint64 until_us)
{
  if (self->certificate_until_us != until_us)
    self->certificate_told = -1;
  self->certificate_from_us = from_us;
  self->certificate_until_us = until_us;
}

/* --- Signing in ------------------------------------------------------------------------------------------------------ */

gboolean
cd_desk_identity_apply (CdDesk *self, CdEndpoint *endpoint)
{
  const char *reason;

  if (is_ours (self))
    {
      GTlsCertificate *certificate = cd_identity_get_certificate (self->identity);

      take_dates (self, cd_identity_get_from_us (self->identity), cd_identity_get_until_us (self->identity));
      endpoint->certificate = certificate ? g_object_ref (certificate) : NULL;
    }
  else
    {
      g_autoptr (GTlsCertificate) certificate = cd_endpoint_certificate (endpoint, NULL);
      g_autoptr (GDateTime) from = certificate ? g_tls_certificate_get_not_valid_before (certificate) : NULL;
      g_autoptr (GDateTime) until = certificate ? g_tls_certificate_get_not_valid_after (certificate) : NULL;

      take_dates (self, from ? g_date_time_to_unix (from) * CD_USEC_PER_SEC : 0, until ? g_date_time_to_unix (until) * CD_USEC_PER_SEC : 0);
    }
  /* Not cd_desk_hold_reason(): a locked window sends nothing new, but it may sign in. */
  reason = identity_reason (self);
  if (reason)
    cd_desk_set_state (self, g_str_has_prefix (reason, "certificate.") ? CD_DESK_OFFLINE : CD_DESK_CONNECTING, reason);
  return !reason;
}

static void
opened_cb (CdDesk *self)
{
  gboolean was_gone = self->token_gone;

  self->token_gone = FALSE;
  if (self->ready && is_ours (self) && (!self->client || cd_trade_client_get_state (self->client) == CD_LINK_FAILED))
    cd_desk_open_client (self);
  else if (was_gone)
    cd_desk_reconcile_start (self);
  cd_desk_emit (self, CD_DESK_SIGNAL_STATE);
}

static void
gone_cb (CdDesk *self)
{
  self->token_gone = TRUE;
  cd_desk_alert (self, 2, "desk", cd_identity_is_faulty (self->identity) ? "token.faulty" : "token.gone", "%s", "");
  cd_desk_emit (self, CD_DESK_SIGNAL_STATE);
}

void
cd_desk_identity_new (CdDesk *self, const CdDeskConfig *config)
{
  self->certificate_told = -1;
  if (!config->certificate)
    return;
  self->identity = cd_identity_new (self->env, config->certificate, config->key, config->person, &self->identity_error);
  if (!self->identity)
    return;
  g_signal_connect_object (self->identity, "opened", G_CALLBACK (opened_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->identity, "gone", G_CALLBACK (gone_cb), self, G_CONNECT_SWAPPED);
}

/* The certificate says who sits here; without one --person does, else the first who may enter orders. */
gboolean
cd_desk_take_persons (CdDesk *self, GError **error)
{
  const char *wanted = self->identity ? cd_identity_get_person (self->identity) : self->person_option;

  for (guint i = 0; i < self->ready->persons->len; i++)
    {
      CdVenuePerson *p = g_ptr_array_index (self->ready->persons, i);

      g_ptr_array_add (self->persons, &p->person);
      if (!self->person && (wanted ? g_strcmp0 (wanted, p->person.id) == 0 : p->person.may_enter))
        {
          self->person = g_strdup (p->person.id);
          g_free (self->entity);
          self->entity = g_strdup (p->person.account);
        }
    }
  if (wanted && !self->person)
    {
      g_set_error (error, CD_DESK_ERROR, CD_DESK_ERROR_INPUT, self->identity ? "the venue knows nobody called “%s”, as the certificate says" : "the venue knows nobody called “%s”, as --person says", wanted);
      return FALSE;
    }
  return TRUE;
}

void
cd_desk_identity_free (CdDesk *self)
{
  g_clear_object (&self->identity);
  g_clear_error (&self->identity_error);
}
