/* cd-card.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-card.h"

#include <gnutls/pkcs11.h>
#include <gnutls/x509.h>
#include <p11-kit/uri.h>
#include <string.h>

#include "cd-time.h"
#include "cd-ws-connect.h"

#define NAME_LEN_MAX 256
#define PERSONS_TOLD 8

typedef struct
{
  char *person;
  P11KitUri *uri; /* (owned) */
  gint64 until_us;
  gboolean is_good; /* today */
} Found;

static void
found_free (gpointer data)
{
  Found *found = data;

  g_free (found->person);
  if (found->uri)
    p11_kit_uri_free (found->uri);
  g_free (found);
}

static gboolean
fail (GError **error, const char *text)
{
  g_set_error_literal (error, CD_NET_ERROR, CD_NET_ERROR_CERTIFICATE, text);
  return FALSE;
}

static P11KitUri *
parse (const char *address, P11KitUriType type, GError **error)
{
  P11KitUri *uri = p11_kit_uri_new ();
  int rc = p11_kit_uri_parse (address, type, uri);

  /* The address itself is not repeated: it may hold what must not be in a log. */
  if (rc != P11_KIT_URI_OK)
    g_set_error (error, CD_NET_ERROR, CD_NET_ERROR_CERTIFICATE, "expected a pkcs11: address: %s", p11_kit_uri_message (rc));
  else if (p11_kit_uri_get_pin_value (uri) || p11_kit_uri_get_pin_source (uri))
    fail (error, "expected a pkcs11: address without pin-value and pin-source");
  else
    return uri;
  p11_kit_uri_free (uri);
  return NULL;
}

/* --- What there is --------------------------------------------------------------------------------------------------- */

static Found *
read_one (gnutls_pkcs11_obj_t object, gint64 now_us)
{
  Found *found = g_new0 (Found, 1);
  gnutls_x509_crt_t crt = NULL;
  char name[NAME_LEN_MAX], *url = NULL;
  size_t len = sizeof name;
  unsigned critical, is_ca = 0;
  gint64 from_us = 0;
  gboolean ok = gnutls_x509_crt_init (&crt) >= 0 && gnutls_x509_crt_import_pkcs11 (crt, object) >= 0 && gnutls_x509_crt_get_dn_by_oid (crt, GNUTLS_OID_X520_COMMON_NAME, 0, 0, name, &len) >= 0;

  if (ok)
    {
      found->person = g_strndup (name, len);
      from_us = (gint64)gnutls_x509_crt_get_activation_time (crt) * CD_USEC_PER_SEC;
      found->until_us = (gint64)gnutls_x509_crt_get_expiration_time (crt) * CD_USEC_PER_SEC;
      /* Of an issuer; cards carry the chain. */
      ok = gnutls_x509_crt_get_basic_constraints (crt, &critical, &is_ca, NULL) < 0 || !is_ca;
    }
  found->is_good = from_us <= now_us && now_us < found->until_us;
  if (ok && gnutls_pkcs11_obj_export_url (object, GNUTLS_PKCS11_URL_GENERIC, &url) >= 0)
    found->uri = parse (url, P11_KIT_URI_FOR_OBJECT_ON_TOKEN, NULL);
  gnutls_free (url);
  if (crt)
    gnutls_x509_crt_deinit (crt);
  if (found->uri)
    return found;
  found_free (found);
  return NULL;
}

static GPtrArray *
list (const char *address, gint64 now_us)
{
  GPtrArray *all = g_ptr_array_new_with_free_func (found_free);
  gnutls_pkcs11_obj_t *objects = NULL;
  unsigned n = 0;

  if (gnutls_pkcs11_obj_list_import_url4 (&objects, &n, address, GNUTLS_PKCS11_OBJ_FLAG_CRT) < 0)
    return all;
  for (unsigned i = 0; i < n; i++)
    {
      Found *found = read_one (objects[i], now_us);

      if (found)
        g_ptr_array_add (all, found);
      gnutls_pkcs11_obj_deinit (objects[i]);
    }
  gnutls_free (objects);
  return all;
}

/* --- Choosing -------------------------------------------------------------------------------------------------------- */

static char *
person_list (const GPtrArray *all)
{
  g_autoptr (GHashTable) set = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GList) sorted = NULL;
  GString *text = g_string_new (NULL);
  guint n = 0;

  for (guint i = 0; i < all->len; i++)
    g_hash_table_add (set, ((const Found *)g_ptr_array_index (all, i))->person);
  sorted = g_list_sort (g_hash_table_get_keys (set), (GCompareFunc)strcmp);
  for (const GList *l = sorted; l && n < PERSONS_TOLD; l = l->next, n++)
    g_string_append_printf (text, "%s“%s”", n ? ", " : "", (const char *)l->data);
  if (g_hash_table_size (set) > n)
    g_string_append (text, ", …");
  return g_string_free (text, FALSE);
}

/* Of the token's text, which PKCS#11 pads with spaces. */
static char *
token_text (const Found *found)
{
  const CK_TOKEN_INFO *info = p11_kit_uri_get_token_info (found->uri);
  g_autofree char *label = g_strndup ((const char *)info->label, sizeof info->label);
  g_autofree char *serial = g_strndup ((const char *)info->serialNumber, sizeof info->serialNumber);

  return g_strdup_printf ("token=%s;serial=%s", g_strchomp (label), g_strchomp (serial));
}

static gboolean
is_before (const Found *a, const Found *b)
{
  return a->is_good != b->is_good ? b->is_good : a->until_us < b->until_us;
}

static const Found *
choose (const GPtrArray *all, const char *address, const char *person, GError **error)
{
  g_autofree char *persons = person_list (all), *one = NULL, *other = NULL;
  const Found *best = NULL, *same = NULL;

  for (guint i = 0; i < all->len; i++)
    {
      const Found *found = g_ptr_array_index (all, i);

      if (!person && !g_str_equal (found->person, ((const Found *)g_ptr_array_index (all, 0))->person))
        {
          g_set_error (error, CD_NET_ERROR, CD_NET_ERROR_CERTIFICATE, "%s: fits the certificates of several persons, %s: expected one of them named, or the address of one certificate", address, persons);
          return NULL;
        }
      if (person && !g_str_equal (found->person, person))
        continue;
      if (!best || is_before (best, found))
        best = found, same = NULL;
      else if (!is_before (found, best))
        same = found;
    }
  if (!best && all->len > 0)
    g_set_error (error, CD_NET_ERROR, CD_NET_ERROR_CERTIFICATE, "%s: expected the certificate of “%s”, found those of %s", address, person, persons);
  else if (!best)
    g_set_error (error, CD_NET_ERROR, CD_NET_ERROR_CERTIFICATE, "%s: expected a certificate in a token that is plugged in", address);
  if (!same)
    return best;
  one = token_text (best);
  other = token_text (same);
  g_set_error (error, CD_NET_ERROR, CD_NET_ERROR_CERTIFICATE, "%s: fits several certificates of “%s” that end on the same day, in %s and %s: expected the address of one", address, best->person, one, other);
  return NULL;
}

/* --- The key that belongs to it --------------------------------------------------------------------------------------- */

static char *
key_address (const Found *found, const char *certificate, const char *key, GError **error)
{
  const char *given = g_str_equal (key, certificate) ? "pkcs11:" : key;
  CK_OBJECT_CLASS private_key = CKO_PRIVATE_KEY;
  const CK_ATTRIBUTE class = { CKA_CLASS, &private_key, sizeof private_key };
  CK_ATTRIBUTE *id = p11_kit_uri_get_attribute (found->uri, CKA_ID);
  CK_ATTRIBUTE *label = p11_kit_uri_get_attribute (found->uri, CKA_LABEL);
  P11KitUri *uri = parse (given, P11_KIT_URI_FOR_OBJECT_ON_TOKEN, error);
  char *text = NULL;

  if (!uri)
    return NULL;
  if (!p11_kit_uri_match_token_info (uri, p11_kit_uri_get_token_info (found->uri)))
    {
      g_autofree char *token = token_text (found);

      g_set_error (error, CD_NET_ERROR, CD_NET_ERROR_CERTIFICATE, "the address of the key names another token than that of the certificate of “%s”, %s", found->person, token);
      p11_kit_uri_free (uri);
      return NULL;
    }
  *p11_kit_uri_get_token_info (uri) = *p11_kit_uri_get_token_info (found->uri);
  /* Certificate and key of a pair have the same id; what the user says of the key goes before that. */
  if (!p11_kit_uri_get_attribute (uri, CKA_ID) && !p11_kit_uri_get_attribute (uri, CKA_LABEL) && (id || label))
    p11_kit_uri_set_attribute (uri, id ? id : label);
  p11_kit_uri_set_attribute (uri, (CK_ATTRIBUTE *)&class);
  if (p11_kit_uri_format (uri, P11_KIT_URI_FOR_OBJECT_ON_TOKEN, &text) != P11_KIT_URI_OK)
    fail (error, "the address of the key cannot be written");
  p11_kit_uri_free (uri);
  return text;
}

gboolean
cd_card_find (const char *certificate, const char *key, const char *person, gint64 now_us, char **certificate_found, char **key_found, GError **error)
{
  P11KitUri *asked = parse (certificate, P11_KIT_URI_FOR_OBJECT_ON_TOKEN, error);
  g_autoptr (GPtrArray) all = NULL;
  const Found *found;
  g_autofree char *url = NULL;

  if (!asked)
    return FALSE;
  p11_kit_uri_free (asked);
  all = list (certificate, now_us);
  found = choose (all, certificate, person, error);
  if (!found)
    return FALSE;
  if (p11_kit_uri_format (found->uri, P11_KIT_URI_FOR_OBJECT_ON_TOKEN, &url) != P11_KIT_URI_OK)
    return fail (error, "the address of the certificate cannot be written");
  *key_found = g_str_has_prefix (key, "pkcs11:") ? key_address (found, certificate, key, error) : g_strdup (key);
  if (!*key_found)
    return FALSE;
  *certificate_found = g_steal_pointer (&url);
  return TRUE;
}
