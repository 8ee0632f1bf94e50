/* cd-head.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-head.h"

#include "cd-paths.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIGNATURE_LEN 64
#define PEM_MAX 8192
#define SIGNED_FORMAT "{\"journal_head\":\"1\",\"seq\":\"%" G_GINT64_FORMAT "\",\"hash\":\"%s\",\"at_us\":\"%" G_GINT64_FORMAT "\",\"key\":\"%s\","
#define SIGNATURE_KEY "\"signature\":\""

struct _CdSigner
{
  char *path; /* (owned) of the heads */
  gnutls_privkey_t key;
  char key_id[CD_HEAD_KEY_ID_BUF];
  guint slot; /* written next */
};

static void
to_hex (const guint8 *bytes, gsize len, char *out)
{
  static const char digits[] = "0123456789abcdef";

  for (gsize i = 0; i < len; i++)
    {
      out[2 * i] = digits[bytes[i] >> 4];
      out[2 * i + 1] = digits[bytes[i] & 15];
    }
  out[2 * len] = '\0';
}

/* Only the form that to_hex() writes: a signed line has one spelling. */
static gboolean
from_hex (const char *text, gsize len, guint8 *out)
{
  for (gsize i = 0; i < 2 * len; i++)
    if (!g_ascii_isxdigit (text[i]) || g_ascii_isupper (text[i]))
      return FALSE;
  for (gsize i = 0; i < len; i++)
    out[i] = (guint8)(g_ascii_xdigit_value (text[2 * i]) << 4 | g_ascii_xdigit_value (text[2 * i + 1]));
  return TRUE;
}

static gboolean
check (int rc, const char *path, const char *what, GError **error)
{
  if (rc >= 0)
    return TRUE;
  g_set_error (error, CD_STORE_ERROR, CD_STORE_ERROR_KEY, "%s: %s: %s", path, what, gnutls_strerror (rc));
  return FALSE;
}

/* --- Keys ------------------------------------------------------------------------------------------------------------- */

static gboolean
key_id_of (gnutls_pubkey_t key, const char *path, char out[CD_HEAD_KEY_ID_BUF], GError **error)
{
  guint8 id[32];
  size_t len = sizeof id;

  if (!check (gnutls_pubkey_get_key_id (key, GNUTLS_KEYID_USE_SHA256, id, &len), path, "key id", error))
    return FALSE;
  to_hex (id, sizeof id, out);
  return TRUE;
}

static gboolean
write_pem (gnutls_datum_t *pem, const char *path, GError **error)
{
  gboolean ok = cd_paths_write_file (path, pem->data, pem->size, error);

  gnutls_memset (pem->data, 0, pem->size);
  gnutls_free (pem->data);
  return ok;
}

static gboolean
make_key (const char *path, GError **error)
{
  gnutls_x509_privkey_t key;
  gnutls_datum_t pem;
  gboolean ok;

  if (!check (gnutls_x509_privkey_init (&key), path, "key", error))
    return FALSE;
  ok = check (gnutls_x509_privkey_generate (key, GNUTLS_PK_EDDSA_ED25519, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_ED25519), 0), path, "key cannot be made", error) && check (gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &pem), path, "key cannot be made", error) && write_pem (&pem, path, error);
  gnutls_x509_privkey_deinit (key);
  return ok;
}

static gboolean
read_key (CdSigner *signer, const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  guint8 bytes[PEM_MAX];
  gnutls_datum_t pem = { bytes, 0 };
  struct stat st;
  ssize_t n;
  gboolean ok;

  if (fd < 0 || fstat (fd, &st) != 0 || (n = read (fd, bytes, sizeof bytes)) < 0)
    {
      g_set_error (error, CD_STORE_ERROR, CD_STORE_ERROR_KEY, "%s: %s", path, g_strerror (errno));
      if (fd >= 0)
        close (fd);
      return FALSE;
    }
  close (fd);
  pem.size = (unsigned)n;
  if (!S_ISREG (st.st_mode) || (st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    {
      g_set_error (error, CD_STORE_ERROR, CD_STORE_ERROR_KEY, "%s: others may use the key; run: chmod 600 %s", path, path);
      return FALSE;
    }
  ok = check (gnutls_privkey_init (&signer->key), path, "key", error) && check (gnutls_privkey_import_x509_raw (signer->key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0), path, "key", error);
  gnutls_memset (bytes, 0, sizeof bytes);
  if (ok && gnutls_privkey_get_pk_algorithm (signer->key, NULL) != GNUTLS_PK_EDDSA_ED25519)
    {
      g_set_error (error, CD_STORE_ERROR, CD_STORE_ERROR_KEY, "%s: expected an Ed25519 key", path);
      ok = FALSE;
    }
  return ok;
}

/* The public half lies beside, so that whoever verifies need not touch the key. */
static gboolean
publish (CdSigner *signer, const char *path, GError **error)
{
  gnutls_pubkey_t key;
  gnutls_datum_t pem = { 0 };
  g_autofree char *old = NULL;
  gsize len;
  gboolean ok;

  if (!check (gnutls_pubkey_init (&key), path, "key", error))
    return FALSE;
  ok = check (gnutls_pubkey_import_privkey (key, signer->key, 0, 0), path, "key", error) && key_id_of (key, path, signer->key_id, error) && check (gnutls_pubkey_export2 (key, GNUTLS_X509_FMT_PEM, &pem), path, "key", error);
  gnutls_pubkey_deinit (key);
  if (!ok)
    return FALSE;
  if (g_file_get_contents (path, &old, &len, NULL) && len == pem.size && memcmp (old, pem.data, len) == 0)
    {
      gnutls_free (pem.data);
      return TRUE;
    }
  return write_pem (&pem, path, error);
}

CdSigner *
cd_signer_open (const char *journal_path, GError **error)
{
  g_autofree char *key_path = g_strconcat (journal_path, ".key", NULL);
  g_autofree char *public_path = g_strconcat (journal_path, ".pub", NULL);
  g_autoptr (CdSigner) signer = g_new0 (CdSigner, 1);
  CdHead head;

  signer->path = g_strconcat (journal_path, ".head", NULL);
  if (!g_file_test (key_path, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK) && !make_key (key_path, error))
    return NULL;
  if (!read_key (signer, key_path, error) || !publish (signer, public_path, error))
    return NULL;
  /* The newest head must not be the one that is written over. */
  if (cd_head_read (journal_path, NULL, NULL, &head, NULL) && head.anchor.seq > 0)
    {
      g_autofree char *line = cd_signer_sign (signer, &head.anchor, head.at_us);
      g_autofree char *bytes = NULL;
      if (g_file_get_contents (signer->path, &bytes, NULL, NULL))
        signer->slot = g_str_has_prefix (bytes, line) ? 1 : 0;
    }
  return g_steal_pointer (&signer);
}

void
cd_signer_free (CdSigner *signer)
{
  if (signer == NULL)
    return;
  if (signer->key != NULL)
    gnutls_privkey_deinit (signer->key);
  g_free (signer->path);
  g_free (signer);
}

const char *
cd_signer_key_id (CdSigner *signer)
{
  return signer->key_id;
}

/* --- Writing ---------------------------------------------------------------------------------------------------------- */

char *
cd_signer_sign (CdSigner *signer, const CdJournalAnchor *anchor, gint64 at_us)
{
  char hash[2 * CD_JOURNAL_HASH_LEN + 1];
  char hex[2 * SIGNATURE_LEN + 1];
  g_autofree char *text = NULL;
  gnutls_datum_t data, signature;
  int rc;

  to_hex (anchor->hash, CD_JOURNAL_HASH_LEN, hash);
  text = g_strdup_printf (SIGNED_FORMAT, anchor->seq, hash, at_us, signer->key_id);
  data = (gnutls_datum_t){ (unsigned char *)text, (unsigned)strlen (text) };
  rc = gnutls_privkey_sign_data2 (signer->key, GNUTLS_SIGN_EDDSA_ED25519, 0, &data, &signature);
  g_assert (rc == 0 && signature.size == SIGNATURE_LEN);
  to_hex (signature.data, SIGNATURE_LEN, hex);
  gnutls_free (signature.data);
  return g_strconcat (text, SIGNATURE_KEY, hex, "\"}", NULL);
}

gboolean
cd_signer_write (CdSigner *signer, const CdJournalAnchor *anchor, gint64 at_us, gboolean durable, GError **error)
{
  g_autofree char *line = cd_signer_sign (signer, anchor, at_us);
  char slot[CD_HEAD_LINE_MAX];
  int fd = open (signer->path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  gboolean ok;

  g_assert (strlen (line) < sizeof slot);
  memset (slot, ' ', sizeof slot);
  memcpy (slot, line, strlen (line));
  slot[sizeof slot - 1] = '\n';
  ok = fd >= 0 && pwrite (fd, slot, sizeof slot, (off_t)(signer->slot * sizeof slot)) == (ssize_t)sizeof slot && (!durable || fsync (fd) == 0);
  if (!ok)
    g_set_error (error, CD_STORE_ERROR, CD_STORE_ERROR_HEAD, "%s: cannot be written: %s", signer->path, g_strerror (errno));
  if (fd >= 0)
    close (fd);
  signer->slot = 1 - signer->slot;
  return ok;
}

/* --- Reading ---------------------------------------------------------------------------------------------------------- */

static gboolean
bad_head (GError **error, const char *what)
{
  g_set_error (error, CD_STORE_ERROR, CD_STORE_ERROR_HEAD, "signed head: %s", what);
  return FALSE;
}

static gboolean
check_signature (const char *line, gsize signed_len, const guint8 signature[SIGNATURE_LEN], const char *key_id, const char *public_pem, GError **error)
{
  gnutls_datum_t pem = { (unsigned char *)public_pem, (unsigned)strlen (public_pem) };
  gnutls_datum_t data = { (unsigned char *)line, (unsigned)signed_len };
  gnutls_datum_t sig = { (unsigned char *)signature, SIGNATURE_LEN };
  char own_id[CD_HEAD_KEY_ID_BUF] = "";
  gnutls_pubkey_t key;
  gboolean ok;

  if (gnutls_pubkey_init (&key) < 0)
    return bad_head (error, "the public key cannot be read");
  if (gnutls_pubkey_import (key, &pem, GNUTLS_X509_FMT_PEM) < 0 || !key_id_of (key, "public key", own_id, NULL))
    ok = bad_head (error, "the public key cannot be read");
  else if (strcmp (own_id, key_id) != 0)
    ok = bad_head (error, "signed with another key");
  else if (gnutls_pubkey_verify_data2 (key, GNUTLS_SIGN_EDDSA_ED25519, 0, &data, &sig) < 0)
    ok = bad_head (error, "the signature does not hold");
  else
    ok = TRUE;
  gnutls_pubkey_deinit (key);
  return ok;
}

gboolean
cd_head_parse (const char *line, const char *public_pem, CdHead *out, GError **error)
{
  char hash[2 * CD_JOURNAL_HASH_LEN + 1];
  guint8 signature[SIGNATURE_LEN];
  g_autofree char *again = NULL;
  const char *tail;
  CdHead head = { 0 };

  if (sscanf (line, "{\"journal_head\":\"1\",\"seq\":\"%20" G_GINT64_MODIFIER "d\",\"hash\":\"%64[0-9a-f]\",\"at_us\":\"%20" G_GINT64_MODIFIER "d\",\"key\":\"%64[0-9a-f]\",", &head.anchor.seq, hash, &head.at_us, head.key_id) != 4)
    return bad_head (error, "not of the expected form");
  /* One spelling only: what is read must be what would be written. */
  again = g_strdup_printf (SIGNED_FORMAT, head.anchor.seq, hash, head.at_us, head.key_id);
  if (!g_str_has_prefix (line, again) || head.anchor.seq < 0 || strlen (hash) != sizeof hash - 1 || strlen (head.key_id) != 64 || !from_hex (hash, CD_JOURNAL_HASH_LEN, head.anchor.hash))
    return bad_head (error, "not of the expected form");
  tail = line + strlen (again);
  if (!g_str_has_prefix (tail, SIGNATURE_KEY) || strlen (tail) < strlen (SIGNATURE_KEY) + 2 * SIGNATURE_LEN + 2 || !from_hex (tail + strlen (SIGNATURE_KEY), SIGNATURE_LEN, signature) || strncmp (tail + strlen (SIGNATURE_KEY) + 2 * SIGNATURE_LEN, "\"}", 2) != 0)
    return bad_head (error, "not of the expected form");
  if (public_pem != NULL && !check_signature (line, strlen (again), signature, head.key_id, public_pem, error))
    return FALSE;
  *out = head;
  return TRUE;
}

gboolean
cd_head_read (const char *journal_path, const char *head_path, const char *public_path, CdHead *out, GError **error)
{
  g_autofree char *own_head = g_strconcat (journal_path, ".head", NULL);
  g_autofree char *own_public = g_strconcat (journal_path, ".pub", NULL);
  g_autofree char *bytes = NULL;
  g_autofree char *pem = NULL;
  g_autoptr (GError) local = NULL;
  g_auto (GStrv) lines = NULL;
  gboolean any = FALSE;

  *out = (CdHead){ 0 };
  if (head_path == NULL && !g_file_test (own_head, G_FILE_TEST_EXISTS))
    return TRUE;
  if (!g_file_get_contents (head_path ? head_path : own_head, &bytes, NULL, &local) || !g_file_get_contents (public_path ? public_path : own_public, &pem, NULL, &local))
    {
      g_set_error (error, CD_STORE_ERROR, CD_STORE_ERROR_HEAD, "%s", local->message);
      return FALSE;
    }
  lines = g_strsplit (bytes, "\n", 3);
  for (guint i = 0; lines[i] != NULL && i < 2; i++)
    {
      CdHead head;
      g_autoptr (GError) why = NULL;

      if (*g_strstrip (lines[i]) == '\0')
        continue;
      if (!cd_head_parse (lines[i], pem, &head, &why))
        {
          if (local == NULL)
            local = g_steal_pointer (&why);
          continue;
        }
      any = TRUE;
      if (head.anchor.seq >= out->anchor.seq)
        *out = head;
    }
  if (any)
    return TRUE;
  g_set_error (error, CD_STORE_ERROR, CD_STORE_ERROR_HEAD, "%s: %s", head_path ? head_path : own_head, local ? local->message : "holds no head");
  return FALSE;
}

/* --- Verifying a file ------------------------------------------------------------------------------------------------- */

static gboolean
count_record (const CdJournalRow *row, gpointer data)
{
  CdJournalReport *report = data;

  report->records = row->seq;
  if (row->seq == 1)
    report->first_at_us = row->at_us;
  report->last_at_us = row->at_us;
  return TRUE;
}

gboolean
cd_journal_verify_file (CdEnv *env, const char *path, const char *head_path, const char *public_path, CdJournalReport *report, GError **error)
{
  g_autoptr (CdJournal) journal = NULL;
  CdHead head;
  gboolean ok;

  *report = (CdJournalReport){ 0 };
  journal = cd_journal_open_read_only (env, path, error);
  if (journal == NULL)
    return FALSE;
  /* The records first: a head that does not hold must not hide which record is bad. */
  ok = cd_journal_foreach (journal, 1, count_record, report, error);
  if (ok)
    ok = cd_head_read (path, head_path, public_path, &head, error);
  if (ok && head.anchor.seq > 0)
    {
      report->head_seq = head.anchor.seq;
      report->head_at_us = head.at_us;
      g_strlcpy (report->key_id, head.key_id, sizeof report->key_id);
      ok = cd_journal_verify_tail (journal, 0, &head.anchor, error);
    }
  report->first_bad = ok ? 0 : cd_journal_bad_seq (journal);
  return ok;
}
