/* cd-identity.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-identity.h"

#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <string.h>

#include "cd-card.h"
#include "cd-id.h"
#include "cd-seal.h"
#include "cd-time.h"
#include "cd-ws-connect.h"

#define LOOK_MS 1000
/* A card that has not answered for so long is taken for pulled. */
#define LOOKS_MAX 5
#define WORKER "token"
#define KEY_FILE_MAX (64 * 1024)
/* Nothing that a key signs elsewhere begins so. */
#define PROOF "carbondesk: this key is open "

struct _CdIdentity
{
  GObject parent_instance;

  CdEnv *env; /* (owned) */
  char *certificate_name, *key_name;
  char *person, *fingerprint;
  gint64 from_us, until_us;
  CdGuard guard;
  char *certificate_pem;        /* (nullable): of a file */
  CdToken *token;               /* (owned) (nullable): the worker's */
  GTlsCertificate *certificate; /* (owned) (nullable): with its key: open */
  guint64 timer;
  guint unanswered; /* looks at the token */
  gboolean checking, faulty;
};

G_DEFINE_FINAL_TYPE (CdIdentity, cd_identity, G_TYPE_OBJECT)

enum
{
  OPENED,
  GONE,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* What goes to the worker and comes back. */
typedef struct
{
  CdIdentity *identity; /* (owned) */
  GTask *task;          /* (owned) (nullable): of opening */
  CdSecret *secret;     /* (owned) (nullable) */
  CdTokenResult result;
  CdTokenTries tries;
  GTlsCertificate *certificate; /* (owned) (nullable) */
  gboolean ready;
  GMainContext *context; /* (owned): where it came from */
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  g_clear_object (&work->certificate);
  g_clear_object (&work->task);
  g_clear_object (&work->identity);
  g_clear_pointer (&work->context, g_main_context_unref);
  cd_secret_free (work->secret);
  g_free (work);
}

static Work *
work_new (CdIdentity *self)
{
  Work *work = g_new0 (Work, 1);

  work->identity = g_object_ref (self);
  work->context = g_main_context_ref_thread_default ();
  return work;
}

/* Never inline on the worker, as g_main_context_invoke() would while nobody iterates the context. */
static void
send_back (Work *work, GSourceFunc func)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, work, work_free);
  g_source_attach (source, work->context);
}

/* --- Looking at the token -------------------------------------------------------------------------------------------- */

static void
lose (CdIdentity *self)
{
  cd_env_clear_timer (self->env, &self->timer);
  if (!self->certificate)
    return;
  g_clear_object (&self->certificate);
  g_signal_emit (self, signals[GONE], 0);
}

static gboolean
looked_cb (gpointer data)
{
  Work *work = data;
  CdIdentity *self = work->identity;

  self->unanswered = 0;
  if (!work->ready)
    lose (self);
  return G_SOURCE_REMOVE;
}

static void
look (gpointer data)
{
  Work *work = data;

  work->ready = cd_token_is_ready (work->identity->token);
  send_back (work, looked_cb);
}

static gboolean
timer_cb (gpointer data)
{
  CdIdentity *self = data;

  if (self->unanswered >= LOOKS_MAX)
    lose (self);
  else if (self->unanswered++ == 0)
    cd_env_run_task (self->env, WORKER, look, work_new (self));
  return self->timer ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* --- Opening --------------------------------------------------------------------------------------------------------- */

static GTlsCertificate *
certificate_from_pem (const char *certificate_pem, const char *key_pem)
{
  return g_initable_new (g_tls_backend_get_certificate_type (g_tls_backend_get_default ()), NULL, NULL, "certificate-pem", certificate_pem, "private-key-pem", key_pem, NULL);
}

/* The key in the clear exists between these lines only, and in the TLS library. */
static CdTokenResult
open_file (CdIdentity *self, Work *work)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gnutls_x509_privkey_t key = NULL;
  gnutls_datum_t in, pem = { NULL, 0 };
  CdTokenResult result = CD_TOKEN_PIN_WRONG;
  gsize len;

  if (!g_file_get_contents (self->key_name, &text, &len, &error))
    return CD_TOKEN_ABSENT;
  in = (gnutls_datum_t){ (unsigned char *)text, (unsigned)len };
  if (gnutls_x509_privkey_init (&key) < 0)
    return CD_TOKEN_FAULT;
  if (gnutls_x509_privkey_import2 (key, &in, GNUTLS_X509_FMT_PEM, work->secret ? cd_secret_peek (work->secret, NULL) : NULL, 0) >= 0)
    {
      result = CD_TOKEN_FAULT;
      if (gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &pem) >= 0)
        work->certificate = certificate_from_pem (self->certificate_pem, (const char *)pem.data);
      if (work->certificate)
        result = CD_TOKEN_OK;
    }
  gnutls_x509_privkey_deinit (key);
  if (pem.data)
    gnutls_memset (pem.data, 0, pem.size);
  gnutls_free (pem.data);
  gnutls_memset (text, 0, len);
  return result;
}

/* Once, before anything depends on it: else a wrong signature is first seen as a line that the venue cuts off without a word. */
static CdTokenResult
prove_key (CdIdentity *self, GTlsCertificate *certificate)
{
  g_autofree char *text = NULL, *signature = NULL;
  guint8 bytes[16];
  gsize len;

  cd_env_random_bytes (self->env, bytes, sizeof bytes);
  text = g_strdup_printf ("%s%016" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x", PROOF, *(const guint64 *)bytes, *(const guint64 *)(bytes + 8));
  len = strlen (text);
  signature = cd_seal_sign (certificate, text, len, NULL);
  if (signature)
    return CD_TOKEN_OK;
  return cd_token_is_ready (self->token) ? CD_TOKEN_SIGNS_WRONG : CD_TOKEN_ABSENT;
}

static CdTokenResult
open_token (CdIdentity *self, Work *work)
{
  CdTokenResult result = cd_token_login (self->token, work->secret, &work->tries);

  if (result == CD_TOKEN_OK)
    {
      work->certificate = self->certificate_pem ? g_initable_new (g_tls_backend_get_certificate_type (g_tls_backend_get_default ()), NULL, NULL, "certificate-pem", self->certificate_pem, "private-key-pkcs11-uri", self->key_name, NULL)
                                                : g_tls_certificate_new_from_pkcs11_uris (self->certificate_name, self->key_name, NULL);
      result = work->certificate ? prove_key (self, work->certificate) : CD_TOKEN_FAULT;
      if (result != CD_TOKEN_OK)
        cd_token_logout (self->token);
    }
  return result;
}

static gboolean
checked_cb (gpointer data)
{
  Work *work = data;
  CdIdentity *self = work->identity;

  self->checking = FALSE;
  /* Another one may have been opened meanwhile. */
  if (work->result == CD_TOKEN_OK || work->certificate != self->certificate)
    return G_SOURCE_REMOVE;
  self->faulty = work->result == CD_TOKEN_SIGNS_WRONG;
  lose (self);
  return G_SOURCE_REMOVE;
}

static void
check_now (gpointer data)
{
  Work *work = data;

  work->result = prove_key (work->identity, work->certificate);
  send_back (work, checked_cb);
}

void
cd_identity_check (CdIdentity *self)
{
  Work *work;

  if (!self->token || !self->certificate || self->checking)
    return;
  self->checking = TRUE;
  work = work_new (self);
  work->certificate = g_object_ref (self->certificate);
  cd_env_run_task (self->env, WORKER, check_now, work);
}

gboolean
cd_identity_is_faulty (CdIdentity *self)
{
  return self->faulty;
}

static gboolean
opened_cb (gpointer data)
{
  Work *work = data;
  CdIdentity *self = work->identity;

  if (work->result != CD_TOKEN_PIN_SIGNS)
    self->faulty = work->result == CD_TOKEN_SIGNS_WRONG;
  if (work->result == CD_TOKEN_OK)
    {
      g_set_object (&self->certificate, work->certificate);
      self->unanswered = 0;
      if (self->guard == CD_GUARD_PIN && !self->timer)
        self->timer = cd_env_timer_add_full (self->env, NULL, LOOK_MS, TRUE, timer_cb, self, NULL);
      g_signal_emit (self, signals[OPENED], 0);
    }
  else if (self->guard == CD_GUARD_PIN && work->result != CD_TOKEN_PIN_SIGNS)
    lose (self);
  g_object_set_data (G_OBJECT (work->task), "tries", GINT_TO_POINTER (work->tries));
  g_task_return_int (work->task, work->result);
  return G_SOURCE_REMOVE;
}

static void
open_now (gpointer data)
{
  Work *work = data;
  CdIdentity *self = work->identity;

  work->result = self->token ? open_token (self, work) : open_file (self, work);
  g_clear_pointer (&work->secret, cd_secret_free);
  send_back (work, opened_cb);
}

void
cd_identity_open_async (CdIdentity *self, CdSecret *secret, GAsyncReadyCallback callback, gpointer data)
{
  Work *work = work_new (self);

  work->task = g_task_new (self, NULL, callback, data);
  work->secret = secret ? secret : cd_secret_new ("");
  cd_env_run_task (self->env, WORKER, open_now, work);
}

CdTokenResult
cd_identity_open_finish (CdIdentity *self, GAsyncResult *result, CdTokenTries *tries)
{
  gssize value = g_task_propagate_int (G_TASK (result), NULL);

  if (tries)
    *tries = (CdTokenTries)GPOINTER_TO_INT (g_object_get_data (G_OBJECT (result), "tries"));
  return value < 0 ? CD_TOKEN_FAULT : (CdTokenResult)value;
}

/* --- The certificate ------------------------------------------------------------------------------------------------- */

static gboolean
describe (CdIdentity *self, GTlsCertificate *certificate, GError **error)
{
  g_autoptr (GByteArray) der = NULL;
  g_autoptr (GDateTime) from = g_tls_certificate_get_not_valid_before (certificate);
  g_autoptr (GDateTime) until = g_tls_certificate_get_not_valid_after (certificate);
  gnutls_x509_crt_t crt = NULL;
  char name[256];
  size_t len = sizeof name;
  gnutls_datum_t datum;
  gboolean ok;

  g_object_get (certificate, "certificate", &der, NULL);
  if (!der || !from || !until || gnutls_x509_crt_init (&crt) < 0)
    return FALSE;
  datum = (gnutls_datum_t){ der->data, der->len };
  ok = gnutls_x509_crt_import (crt, &datum, GNUTLS_X509_FMT_DER) >= 0 && gnutls_x509_crt_get_dn_by_oid (crt, GNUTLS_OID_X520_COMMON_NAME, 0, 0, name, &len) >= 0;
  gnutls_x509_crt_deinit (crt);
  if (!ok)
    {
      g_set_error (error, CD_NET_ERROR, CD_NET_ERROR_CERTIFICATE, "%s: expected a subject with a common name", self->certificate_name);
      return FALSE;
    }
  self->person = g_strndup (name, len);
  self->fingerprint = cd_sha256_hex (der->data, der->len);
  self->from_us = g_date_time_to_unix (from) * CD_USEC_PER_SEC;
  self->until_us = g_date_time_to_unix (until) * CD_USEC_PER_SEC;
  return TRUE;
}

static gboolean
read_certificate (CdIdentity *self, const char *person, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GTlsCertificate) certificate = NULL;

  if (g_str_has_prefix (self->certificate_name, "pkcs11:"))
    {
      g_autofree char *found = NULL, *key = NULL;

      if (!cd_card_find (self->certificate_name, self->key_name, person, cd_env_real_us (self->env), &found, &key, error))
        return FALSE;
      g_free (self->certificate_name);
      self->certificate_name = g_steal_pointer (&found);
      g_free (self->key_name);
      self->key_name = g_steal_pointer (&key);
      certificate = g_tls_certificate_new_from_pkcs11_uris (self->certificate_name, NULL, &local);
    }
  else
    certificate = g_tls_certificate_new_from_file (self->certificate_name, &local);
  if (!certificate)
    {
      g_set_error (error, CD_NET_ERROR, CD_NET_ERROR_CERTIFICATE, "%s: expected a certificate in PEM form, or one in a token that is plugged in: %s", self->certificate_name, local->message);
      return FALSE;
    }
  if (!g_str_has_prefix (self->certificate_name, "pkcs11:"))
    g_object_get (certificate, "certificate-pem", &self->certificate_pem, NULL);
  if (!describe (self, certificate, error))
    return FALSE;
  if (person && !g_str_equal (person, self->person))
    {
      g_set_error (error, CD_NET_ERROR, CD_NET_ERROR_CERTIFICATE, "%s: expected the certificate of “%s”, found that of “%s”", self->certificate_name, person, self->person);
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_key (CdIdentity *self, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) local = NULL;
  gsize len;

  if (g_str_has_prefix (self->key_name, "pkcs11:"))
    {
      self->guard = CD_GUARD_PIN;
      self->token = cd_token_new (self->key_name, &local);
      /* The address itself is not repeated: it may hold what must not be in a log. */
      if (!self->token)
        g_set_error (error, CD_NET_ERROR, CD_NET_ERROR_CERTIFICATE, "key: %s", local->message);
      return self->token != NULL;
    }
  if (!self->certificate_pem || !g_file_get_contents (self->key_name, &text, &len, &local) || len > KEY_FILE_MAX || !strstr (text, "PRIVATE KEY-----"))
    {
      g_set_error (error, CD_NET_ERROR, CD_NET_ERROR_CERTIFICATE, "%s: expected a private key in PEM form%s%s", self->key_name, local ? ": " : "", local ? local->message : "");
      return FALSE;
    }
  if (strstr (text, "BEGIN ENCRYPTED PRIVATE KEY") || strstr (text, "Proc-Type: 4,ENCRYPTED"))
    {
      self->guard = CD_GUARD_PASSPHRASE;
      gnutls_memset (text, 0, len);
      return TRUE;
    }
  self->certificate = certificate_from_pem (self->certificate_pem, text);
  gnutls_memset (text, 0, len);
  if (!self->certificate)
    g_set_error (error, CD_NET_ERROR, CD_NET_ERROR_CERTIFICATE, "%s: expected the private key of %s", self->key_name, self->certificate_name);
  return self->certificate != NULL;
}

CdIdentity *
cd_identity_new (CdEnv *env, const char *certificate, const char *key, const char *person, GError **error)
{
  g_autoptr (CdIdentity) self = g_object_new (CD_TYPE_IDENTITY, NULL);

  self->env = cd_env_ref (env);
  self->certificate_name = g_strdup (certificate);
  self->key_name = g_strdup (key ? key : certificate);
  if (!read_certificate (self, person, error) || !read_key (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

CdGuard
cd_identity_get_guard (CdIdentity *self)
{
  return self->guard;
}

const char *
cd_identity_get_person (CdIdentity *self)
{
  return self->person;
}

const char *
cd_identity_get_fingerprint (CdIdentity *self)
{
  return self->fingerprint;
}

gint64
cd_identity_get_from_us (CdIdentity *self)
{
  return self->from_us;
}

gint64
cd_identity_get_until_us (CdIdentity *self)
{
  return self->until_us;
}

GTlsCertificate *
cd_identity_get_certificate (CdIdentity *self)
{
  return self->certificate;
}

static void
cd_identity_dispose (GObject *object)
{
  CdIdentity *self = CD_IDENTITY (object);

  if (self->env)
    cd_env_clear_timer (self->env, &self->timer);
  g_clear_object (&self->certificate);
  G_OBJECT_CLASS (cd_identity_parent_class)->dispose (object);
}

static void
cd_identity_finalize (GObject *object)
{
  CdIdentity *self = CD_IDENTITY (object);

  cd_token_free (self->token);
  g_free (self->certificate_name);
  g_free (self->key_name);
  g_free (self->certificate_pem);
  g_free (self->person);
  g_free (self->fingerprint);
  g_clear_pointer (&self->env, cd_env_unref);
  G_OBJECT_CLASS (cd_identity_parent_class)->finalize (object);
}

static void
cd_identity_class_init (CdIdentityClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = cd_identity_dispose;
  object_class->finalize = cd_identity_finalize;
  signals[OPENED] = g_signal_new ("opened", CD_TYPE_IDENTITY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[GONE] = g_signal_new ("gone", CD_TYPE_IDENTITY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cd_identity_init (CdIdentity *self)
{
}
