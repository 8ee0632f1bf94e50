/* cd-trust.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-trust.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>

#include "cd-time.h"
#include "cd-ws-connect.h"

#define FEATURE_STATUS_REQUEST 5 /* RFC 7633: "must staple" */
#define SKEW_S 300               /* a list made by a clock a little ahead of ours */

struct _CdTrust
{
  GTlsDatabase parent_instance;

  CdEnv *env; /* (owned) */
  char *ca_path, *crl_path;
  GMutex lock;
  char *reason; /* (owned) (nullable), under @lock: of the last refusal, which the TLS library does not hand on */
};

G_DEFINE_FINAL_TYPE (CdTrust, cd_trust, G_TYPE_TLS_DATABASE)

/* Everything read for one question. */
typedef struct
{
  gint64 now_s;
  gnutls_x509_crt_t *cas;
  guint n_cas;
  gnutls_x509_crl_t *crls;
  guint n_crls;
  gnutls_x509_crt_t chain[CD_TRUST_CHAIN_MAX];
  guint n_chain;
} Case;

static void
case_clear (Case *c)
{
  for (guint i = 0; i < c->n_cas; i++)
    gnutls_x509_crt_deinit (c->cas[i]);
  for (guint i = 0; i < c->n_crls; i++)
    gnutls_x509_crl_deinit (c->crls[i]);
  for (guint i = 0; i < c->n_chain; i++)
    gnutls_x509_crt_deinit (c->chain[i]);
  gnutls_free (c->cas);
  gnutls_free (c->crls);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Case, case_clear)

static gboolean refuse (GError **error, GTlsCertificateFlags *flags, GTlsCertificateFlags flag, const char *format, ...) G_GNUC_PRINTF (4, 5);

static gboolean
refuse (GError **error, GTlsCertificateFlags *flags, GTlsCertificateFlags flag, const char *format, ...)
{
  va_list args;
  g_autofree char *text = NULL;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  *flags = flag;
  g_set_error_literal (error, CD_NET_ERROR, CD_NET_ERROR_CERTIFICATE, text);
  return FALSE;
}

static gboolean
read_pem (const char *path, const char *what, char **text, gsize *len, GTlsCertificateFlags *flags, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (!path)
    return refuse (error, flags, G_TLS_CERTIFICATE_GENERIC_ERROR, "no %s is configured", what);
  if (!g_file_get_contents (path, text, len, &local))
    return refuse (error, flags, G_TLS_CERTIFICATE_GENERIC_ERROR, "%s: the %s cannot be read: %s", path, what, local->message);
  if (*len == 0 || *len > CD_TRUST_FILE_MAX)
    return refuse (error, flags, G_TLS_CERTIFICATE_GENERIC_ERROR, "%s: the %s has %" G_GSIZE_FORMAT " bytes, expected 1 to %d", path, what, *len, CD_TRUST_FILE_MAX);
  return TRUE;
}

static gboolean
load (CdTrust *self, Case *c, GTlsCertificateFlags *flags, GError **error)
{
  g_autofree char *ca = NULL, *crl = NULL;
  gnutls_datum_t datum;
  gsize len;
  int result;

  c->now_s = cd_env_real_us (self->env) / CD_USEC_PER_SEC;
  if (!read_pem (self->ca_path, "CA", &ca, &len, flags, error))
    return FALSE;
  datum = (gnutls_datum_t){ (guchar *)ca, (unsigned)len };
  result = gnutls_x509_crt_list_import2 (&c->cas, &c->n_cas, &datum, GNUTLS_X509_FMT_PEM, 0);
  if (result < 0 || c->n_cas == 0)
    return refuse (error, flags, G_TLS_CERTIFICATE_UNKNOWN_CA, "%s: expected a CA in PEM form", self->ca_path);
  if (!read_pem (self->crl_path, "revocation list", &crl, &len, flags, error))
    return FALSE;
  datum = (gnutls_datum_t){ (guchar *)crl, (unsigned)len };
  result = gnutls_x509_crl_list_import2 (&c->crls, &c->n_crls, &datum, GNUTLS_X509_FMT_PEM, 0);
  if (result < 0 || c->n_crls == 0)
    return refuse (error, flags, G_TLS_CERTIFICATE_GENERIC_ERROR, "%s: expected a revocation list in PEM form", self->crl_path);
  return TRUE;
}

static gboolean
add_chain (Case *c, GTlsCertificate *certificate, GTlsCertificateFlags *flags, GError **error)
{
  for (GTlsCertificate *at = certificate; at; at = g_tls_certificate_get_issuer (at))
    {
      g_autoptr (GByteArray) der = NULL;
      gnutls_datum_t datum;

      if (c->n_chain == CD_TRUST_CHAIN_MAX)
        return refuse (error, flags, G_TLS_CERTIFICATE_GENERIC_ERROR, "more than %d certificates in the chain", CD_TRUST_CHAIN_MAX);
      g_object_get (at, "certificate", &der, NULL);
      if (!der || gnutls_x509_crt_init (&c->chain[c->n_chain]) < 0)
        return refuse (error, flags, G_TLS_CERTIFICATE_GENERIC_ERROR, "a certificate of the chain cannot be read");
      datum = (gnutls_datum_t){ der->data, der->len };
      if (gnutls_x509_crt_import (c->chain[c->n_chain++], &datum, GNUTLS_X509_FMT_DER) < 0)
        return refuse (error, flags, G_TLS_CERTIFICATE_GENERIC_ERROR, "a certificate of the chain cannot be read");
    }
  return TRUE;
}

/* "“localhost”": the name a person would know it by. */
static char *
name_of (gnutls_x509_crt_t crt)
{
  char cn[256];
  gsize size = sizeof cn;

  return gnutls_x509_crt_get_dn_by_oid (crt, GNUTLS_OID_X520_COMMON_NAME, 0, 0, cn, &size) < 0 ? g_strdup ("a certificate without a name") : g_strdup_printf ("the certificate of “%s”", cn);
}

static char *
day_of (gint64 unix_s)
{
  g_autoptr (GDateTime) at = g_date_time_new_from_unix_utc (unix_s);

  return at ? g_date_time_format (at, "%Y-%m-%d %H:%M:%S UTC") : g_strdup ("an unknown time");
}

static gboolean
refuse_time (const Case *c, gnutls_x509_crt_t crt, gint64 limit_s, gboolean ended, GTlsCertificateFlags *flags, GError **error)
{
  g_autofree char *name = name_of (crt), *limit = day_of (limit_s), *now = day_of (c->now_s);

  return refuse (error, flags, ended ? G_TLS_CERTIFICATE_EXPIRED : G_TLS_CERTIFICATE_NOT_ACTIVATED, "%s %s %s, and it is %s here: set the clock if it is wrong, else the certificate must be renewed",
                 name, ended ? "ended at" : "does not hold before", limit, now);
}

static gboolean
check_time (const Case *c, gnutls_x509_crt_t crt, GTlsCertificateFlags *flags, GError **error)
{
  gint64 from = gnutls_x509_crt_get_activation_time (crt), to = gnutls_x509_crt_get_expiration_time (crt);

  if (from < 0 || to < 0)
    return refuse (error, flags, G_TLS_CERTIFICATE_GENERIC_ERROR, "a certificate without dates");
  if (c->now_s < from)
    return refuse_time (c, crt, from, FALSE, flags, error);
  if (c->now_s >= to)
    return refuse_time (c, crt, to, TRUE, flags, error);
  return TRUE;
}

static gboolean
check_path (const Case *c, GTlsCertificateFlags *flags, GError **error)
{
  gnutls_x509_trust_list_t list = NULL;
  guint status = ~0u;
  int result;

  for (guint i = 0; i < c->n_chain; i++)
    if (!check_time (c, c->chain[i], flags, error))
      return FALSE;
  for (guint i = 0; i < c->n_cas; i++)
    if (!check_time (c, c->cas[i], flags, error))
      return FALSE;
  if (gnutls_x509_trust_list_init (&list, 0) < 0)
    return refuse (error, flags, G_TLS_CERTIFICATE_GENERIC_ERROR, "out of memory");
  result = gnutls_x509_trust_list_add_cas (list, c->cas, c->n_cas, GNUTLS_TL_NO_DUPLICATES);
  /* The dates are ours to judge, by the one clock. */
  if (result >= 0)
    result = gnutls_x509_trust_list_verify_crt2 (list, (gnutls_x509_crt_t *)c->chain, c->n_chain, NULL, 0,
                                                 GNUTLS_VERIFY_DISABLE_TIME_CHECKS | GNUTLS_PROFILE_TO_VFLAGS (GNUTLS_PROFILE_MEDIUM), &status, NULL);
  gnutls_x509_trust_list_deinit (list, 0);
  if (result < 0)
    return refuse (error, flags, G_TLS_CERTIFICATE_GENERIC_ERROR, "the chain cannot be checked: %s", gnutls_strerror (result));
  if (status & GNUTLS_CERT_INSECURE_ALGORITHM)
    return refuse (error, flags, G_TLS_CERTIFICATE_INSECURE, "a certificate with a weak key or signature: the venue must make a new one");
  if (status & (GNUTLS_CERT_SIGNER_NOT_FOUND | GNUTLS_CERT_SIGNER_NOT_CA))
    return refuse (error, flags, G_TLS_CERTIFICATE_UNKNOWN_CA, "the chain does not end at the pinned CA: another server answers, or the venue has a new CA, which must be compared with the venue and then put in place of the old one");
  if (status != 0)
    return refuse (error, flags, G_TLS_CERTIFICATE_GENERIC_ERROR, "a chain that does not hold (0x%x)", status);
  return TRUE;
}

/* @purpose must be named: a certificate without any is for nobody in particular. */
static gboolean
check_purpose (gnutls_x509_crt_t crt, const char *purpose, GTlsCertificateFlags *flags, GError **error)
{
  gboolean found = FALSE;
  guint usage = 0, critical;

  for (guint i = 0; !found; i++)
    {
      char oid[64];
      gsize size = sizeof oid;

      if (gnutls_x509_crt_get_key_purpose_oid (crt, i, oid, &size, &critical) < 0)
        break;
      found = strcmp (oid, purpose) == 0;
    }
  if (!found)
    return refuse (error, flags, G_TLS_CERTIFICATE_GENERIC_ERROR, "a certificate for another purpose: it cannot stand for this side");
  if (gnutls_x509_crt_get_ca_status (crt, &critical) > 0)
    return refuse (error, flags, G_TLS_CERTIFICATE_GENERIC_ERROR, "the certificate of a CA where one of a peer is due");
  if (gnutls_x509_crt_get_key_usage (crt, &usage, &critical) >= 0 && !(usage & GNUTLS_KEY_DIGITAL_SIGNATURE))
    return refuse (error, flags, G_TLS_CERTIFICATE_GENERIC_ERROR, "a certificate whose key may not sign");
  return TRUE;
}

static gboolean
check_staple (gnutls_x509_crt_t crt, GTlsCertificateFlags *flags, GError **error)
{
  gnutls_x509_tlsfeatures_t features;
  guint feature, critical;
  gboolean demanded = FALSE;

  if (gnutls_x509_tlsfeatures_init (&features) < 0)
    return refuse (error, flags, G_TLS_CERTIFICATE_GENERIC_ERROR, "out of memory");
  if (gnutls_x509_crt_get_tlsfeatures (crt, features, 0, &critical) >= 0)
    for (guint i = 0; gnutls_x509_tlsfeatures_get (features, i, &feature) >= 0; i++)
      demanded |= feature == FEATURE_STATUS_REQUEST;
  gnutls_x509_tlsfeatures_deinit (features);
  return !demanded || refuse (error, flags, G_TLS_CERTIFICATE_GENERIC_ERROR, "a certificate that demands a stapled answer, which this TLS library does not hand on");
}

/* The name in the CN is not looked at, although the library would fall back on it. */
static gboolean
check_name (gnutls_x509_crt_t crt, const char *host, GTlsCertificateFlags *flags, GError **error)
{
  gboolean is_address = g_hostname_is_ip_address (host);
  gboolean has_name = FALSE;

  for (guint i = 0; !has_name; i++)
    {
      char name[512];
      gsize size = sizeof name;
      int type = gnutls_x509_crt_get_subject_alt_name (crt, i, name, &size, NULL);

      if (type == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
        break;
      has_name = type == (is_address ? GNUTLS_SAN_IPADDRESS : GNUTLS_SAN_DNSNAME);
    }
  if (!has_name || !gnutls_x509_crt_check_hostname2 (crt, host, GNUTLS_VERIFY_DO_NOT_ALLOW_WILDCARDS))
    return refuse (error, flags, G_TLS_CERTIFICATE_BAD_IDENTITY, "a certificate for another name than %s: check the address of the venue", host);
  return TRUE;
}

static gnutls_x509_crt_t
issuer_of (const Case *c, gnutls_x509_crt_t crt)
{
  for (guint i = 0; i < c->n_cas; i++)
    if (gnutls_x509_crt_check_issuer (crt, c->cas[i]))
      return c->cas[i];
  for (guint i = 0; i < c->n_chain; i++)
    if (c->chain[i] != crt && gnutls_x509_crt_check_issuer (crt, c->chain[i]))
      return c->chain[i];
  return NULL;
}

static gboolean
crl_is_current (const Case *c, gnutls_x509_crl_t crl, gnutls_x509_crt_t issuer)
{
  gint64 from = gnutls_x509_crl_get_this_update (crl), to = gnutls_x509_crl_get_next_update (crl);
  guint status = ~0u;

  if (from < 0 || to < 0 || c->now_s + SKEW_S < from || c->now_s >= to)
    return FALSE;
  return gnutls_x509_crl_verify (crl, &issuer, 1, GNUTLS_VERIFY_DISABLE_TIME_CHECKS | GNUTLS_PROFILE_TO_VFLAGS (GNUTLS_PROFILE_MEDIUM), &status) >= 0 && status == 0;
}

/* Unknown is refused: without a current list of its issuer nobody can say that a certificate still holds. */
static gboolean
check_revocation (const Case *c, gnutls_x509_crt_t crt, GTlsCertificateFlags *flags, GError **error)
{
  gnutls_x509_crt_t issuer = issuer_of (c, crt);
  gboolean known = FALSE;

  if (!issuer)
    return refuse (error, flags, G_TLS_CERTIFICATE_UNKNOWN_CA, "a certificate whose issuer is not known");
  for (guint i = 0; i < c->n_crls; i++)
    {
      if (!gnutls_x509_crl_check_issuer (c->crls[i], issuer))
        continue;
      if (gnutls_x509_crt_check_revocation (crt, &c->crls[i], 1) != 0)
        {
          g_autofree char *name = name_of (crt);

          return refuse (error, flags, G_TLS_CERTIFICATE_REVOKED, "%s was revoked: nothing is sent with it or to it; ask the venue for a new one", name);
        }
      known |= crl_is_current (c, c->crls[i], issuer);
    }
  return known || refuse (error, flags, G_TLS_CERTIFICATE_GENERIC_ERROR, "no current revocation list of the issuer, so nobody can say whether the certificate still holds: put a new list of the venue in place of the old one");
}

/* A root that was sent along is one of the pinned ones; it has no list above it. */
static gboolean
check_lists (const Case *c, GTlsCertificateFlags *flags, GError **error)
{
  guint n = c->n_chain > 1 && gnutls_x509_crt_check_issuer (c->chain[c->n_chain - 1], c->chain[c->n_chain - 1]) ? c->n_chain - 1 : c->n_chain;

  for (guint i = 0; i < n; i++)
    if (!check_revocation (c, c->chain[i], flags, error))
      return FALSE;
  return TRUE;
}

static gboolean
check (CdTrust *self, GTlsCertificate *chain, const char *host, GTlsCertificateFlags *flags, GError **error)
{
  g_auto (Case) c = { 0 };

  if (!load (self, &c, flags, error) || !add_chain (&c, chain, flags, error) || !check_path (&c, flags, error))
    return FALSE;
  if (!check_purpose (c.chain[0], GNUTLS_KP_TLS_WWW_SERVER, flags, error) || !check_staple (c.chain[0], flags, error) || !check_name (c.chain[0], host, flags, error))
    return FALSE;
  return check_lists (&c, flags, error);
}

gboolean
cd_trust_check (CdTrust *self, GTlsCertificate *chain, const char *host, GError **error)
{
  GTlsCertificateFlags flags = 0;

  return check (self, chain, host, &flags, error);
}

gboolean
cd_trust_check_own (CdTrust *self, GTlsCertificate *certificate, GError **error)
{
  g_auto (Case) c = { 0 };
  GTlsCertificateFlags flags = 0;

  if (!load (self, &c, &flags, error) || !add_chain (&c, certificate, &flags, error))
    return FALSE;
  if (!check_time (&c, c.chain[0], &flags, error) || !check_purpose (c.chain[0], GNUTLS_KP_TLS_WWW_CLIENT, &flags, error))
    return FALSE;
  /* The venue may take people's certificates from another CA; of that one we have no list, and the venue has. */
  return !issuer_of (&c, c.chain[0]) || check_revocation (&c, c.chain[0], &flags, error);
}

gboolean
cd_trust_check_signer (CdTrust *self, GTlsCertificate *chain, GError **error)
{
  g_auto (Case) c = { 0 };
  GTlsCertificateFlags flags = 0;

  return load (self, &c, &flags, error) && add_chain (&c, chain, &flags, error) && check_path (&c, &flags, error) && check_purpose (c.chain[0], GNUTLS_KP_TLS_WWW_CLIENT, &flags, error) && check_lists (&c, &flags, error);
}

gboolean
cd_trust_check_line (CdTrust *self, GIOStream *base, const char *host, GError **error)
{
  GTlsCertificate *peer = G_IS_TLS_CONNECTION (base) ? g_tls_connection_get_peer_certificate (G_TLS_CONNECTION (base)) : NULL;
  GTlsCertificate *own = G_IS_TLS_CONNECTION (base) ? g_tls_connection_get_certificate (G_TLS_CONNECTION (base)) : NULL;

  if (!peer)
    {
      g_set_error (error, CD_NET_ERROR, CD_NET_ERROR_CERTIFICATE, "the line has no certificate");
      return FALSE;
    }
  return cd_trust_check (self, peer, host, error) && (!own || cd_trust_check_own (self, own, error));
}

/* --- As the TLS library sees it ---------------------------------------------------------------------------------------- */

static GTlsCertificateFlags
cd_trust_verify_chain (GTlsDatabase *database, GTlsCertificate *chain, const char *purpose, GSocketConnectable *identity, GTlsInteraction *interaction, GTlsDatabaseVerifyFlags verify_flags, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  GTlsCertificateFlags flags = G_TLS_CERTIFICATE_GENERIC_ERROR;
  const char *host = G_IS_NETWORK_ADDRESS (identity) ? g_network_address_get_hostname (G_NETWORK_ADDRESS (identity)) : NULL;

  if (G_IS_NETWORK_SERVICE (identity))
    host = g_network_service_get_domain (G_NETWORK_SERVICE (identity));
  if (!host)
    return G_TLS_CERTIFICATE_BAD_IDENTITY;
  if (check (CD_TRUST (database), chain, host, &flags, &local))
    return G_TLS_CERTIFICATE_NO_FLAGS;
  g_mutex_lock (&CD_TRUST (database)->lock);
  g_free (CD_TRUST (database)->reason);
  CD_TRUST (database)->reason = g_strdup (local->message);
  g_mutex_unlock (&CD_TRUST (database)->lock);
  return flags;
}

char *
cd_trust_dup_reason (CdTrust *self)
{
  char *reason;

  g_mutex_lock (&self->lock);
  reason = g_strdup (self->reason);
  g_mutex_unlock (&self->lock);
  return reason;
}

static void
cd_trust_finalize (GObject *object)
{
  CdTrust *self = CD_TRUST (object);

  cd_env_unref (self->env);
  g_free (self->ca_path);
  g_free (self->crl_path);
  g_free (self->reason);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (cd_trust_parent_class)->finalize (object);
}

static void
cd_trust_class_init (CdTrustClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cd_trust_finalize;
  G_TLS_DATABASE_CLASS (klass)->verify_chain = cd_trust_verify_chain;
}

static void
cd_trust_init (CdTrust *self)
{
  g_mutex_init (&self->lock);
}

CdTrust *
cd_trust_new (CdEnv *env, const CdEndpoint *endpoint)
{
  CdTrust *self = g_object_new (CD_TYPE_TRUST, NULL);

  self->env = cd_env_ref (env);
  self->ca_path = g_strdup (endpoint->ca_path);
  self->crl_path = g_strdup (endpoint->crl_path);
  return self;
}
