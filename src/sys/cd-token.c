/* cd-token.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-token.h"

#include <p11-kit/p11-kit.h>
#include <p11-kit/uri.h>
#include <string.h>

#define SLOTS_MAX 64

struct _CdToken
{
  P11KitUri *uri;            /* (owned) */
  CK_FUNCTION_LIST **loaded; /* (owned) (nullable): all modules */
  CK_FUNCTION_LIST *module;  /* (nullable): that of the token, with a session */
  CK_SLOT_ID slot;
  CK_SESSION_HANDLE session;
};

CdToken *
cd_token_new (const char *uri, GError **error)
{
  g_autoptr (CdToken) token = g_new0 (CdToken, 1);
  int result;

  token->uri = p11_kit_uri_new ();
  result = p11_kit_uri_parse (uri, P11_KIT_URI_FOR_OBJECT_ON_TOKEN, token->uri);
  if (result != P11_KIT_URI_OK)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "expected the pkcs11: address of a private key: %s", p11_kit_uri_message (result));
      return NULL;
    }
  if (p11_kit_uri_get_pin_value (token->uri) || p11_kit_uri_get_pin_source (token->uri))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "expected a pkcs11: address without pin-value and pin-source");
      return NULL;
    }
  return g_steal_pointer (&token);
}

static void
end_session (CdToken *token)
{
  if (!token->module)
    return;
  token->module->C_Logout (token->session);
  token->module->C_CloseSession (token->session);
  token->module = NULL;
}

/* A token with a PIN; the certificates of the system and an empty slot have none. */
static gboolean
fits (CdToken *token, CK_FUNCTION_LIST *module, CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
  const CK_FLAGS wanted = CKF_TOKEN_INITIALIZED | CKF_LOGIN_REQUIRED;

  return module->C_GetTokenInfo (slot, info) == CKR_OK && p11_kit_uri_match_token_info (token->uri, info) && (info->flags & wanted) == wanted;
}

/* One card may be reached by two modules. */
static gboolean
is_same_card (const CK_TOKEN_INFO *a, const CK_TOKEN_INFO *b)
{
  return memcmp (a->serialNumber, b->serialNumber, sizeof a->serialNumber) == 0 && memcmp (a->label, b->label, sizeof a->label) == 0 && memcmp (a->manufacturerID, b->manufacturerID, sizeof a->manufacturerID) == 0 && memcmp (a->model, b->model, sizeof a->model) == 0;
}

/* Of two cards that fit neither is asked: the PIN of one would cost the other a try. */
static CdTokenResult
find_slot (CdToken *token)
{
  CK_FUNCTION_LIST *found = NULL;
  CK_TOKEN_INFO card;

  if (!token->loaded)
    token->loaded = p11_kit_modules_load_and_initialize (0);
  for (CK_FUNCTION_LIST **module = token->loaded; module && *module; module++)
    {
      CK_SLOT_ID slots[SLOTS_MAX];
      CK_ULONG n = SLOTS_MAX;

      if ((*module)->C_GetSlotList (CK_TRUE, slots, &n) != CKR_OK)
        continue;
      for (CK_ULONG i = 0; i < n; i++)
        {
          CK_TOKEN_INFO info;

          if (!fits (token, *module, slots[i], &info))
            continue;
          if (found && !is_same_card (&card, &info))
            return CD_TOKEN_SEVERAL;
          if (found)
            continue;
          found = *module;
          card = info;
          token->slot = slots[i];
        }
    }
  if (!found || found->C_OpenSession (token->slot, CKF_SERIAL_SESSION, NULL, NULL, &token->session) != CKR_OK)
    return CD_TOKEN_ABSENT;
  token->module = found;
  return CD_TOKEN_OK;
}

/* How many fit, up to two: the library would take any of them. */
static CK_ULONG
count_keys (CdToken *token)
{
  CK_OBJECT_CLASS private_key = CKO_PRIVATE_KEY;
  CK_ATTRIBUTE match[8];
  CK_ULONG n_match = 0, n_given = 0, n = 0;
  CK_ATTRIBUTE *given = p11_kit_uri_get_attributes (token->uri, &n_given);
  CK_OBJECT_HANDLE objects[2];
  CK_RV rv;

  match[n_match++] = (CK_ATTRIBUTE){ CKA_CLASS, &private_key, sizeof private_key };
  for (CK_ULONG i = 0; i < n_given && n_match < G_N_ELEMENTS (match); i++)
    if (given[i].type != CKA_CLASS)
      match[n_match++] = given[i];
  if (token->module->C_FindObjectsInit (token->session, match, n_match) != CKR_OK)
    return 0;
  rv = token->module->C_FindObjects (token->session, objects, G_N_ELEMENTS (objects), &n);
  token->module->C_FindObjectsFinal (token->session);
  return rv == CKR_OK ? n : 0;
}

static CdTokenTries
tries_left (CdToken *token)
{
  CK_TOKEN_INFO info;

  if (!token->module || token->module->C_GetTokenInfo (token->slot, &info) != CKR_OK)
    return CD_TOKEN_TRIES_UNSAID;
  if (info.flags & CKF_USER_PIN_LOCKED)
    return CD_TOKEN_TRIES_NONE;
  if (info.flags & CKF_USER_PIN_FINAL_TRY)
    return CD_TOKEN_TRIES_LAST;
  return info.flags & CKF_USER_PIN_COUNT_LOW ? CD_TOKEN_TRIES_FEWER : CD_TOKEN_TRIES_UNSAID;
}

static CdTokenResult
result_of (CK_RV rv)
{
  switch (rv)
    {
    case CKR_OK:
      return CD_TOKEN_OK;
    case CKR_PIN_INCORRECT:
    case CKR_PIN_INVALID:
    case CKR_PIN_LEN_RANGE:
      return CD_TOKEN_PIN_WRONG;
    case CKR_PIN_LOCKED:
    case CKR_PIN_EXPIRED:
      return CD_TOKEN_PIN_BLOCKED;
    case CKR_TOKEN_NOT_PRESENT:
    case CKR_DEVICE_REMOVED:
    case CKR_SESSION_HANDLE_INVALID:
    case CKR_SESSION_CLOSED:
    case CKR_SLOT_ID_INVALID:
      return CD_TOKEN_ABSENT;
    default:
      return CD_TOKEN_FAULT;
    }
}

/* Signs that can be seen, of ASCII: what cards take, and what their keypads have. */
static gboolean
may_be_pin (const char *text, gsize len)
{
  for (gsize i = 0; i < len; i++)
    if (!g_ascii_isgraph (text[i]))
      return FALSE;
  return len > 0;
}

CdTokenResult
cd_token_login (CdToken *token, const CdSecret *pin, CdTokenTries *tries)
{
  CdTokenResult result;
  gsize len;
  const char *text = cd_secret_peek (pin, &len);

  *tries = CD_TOKEN_TRIES_UNSAID;
  if (!may_be_pin (text, len))
    return CD_TOKEN_PIN_SIGNS;
  /* Another session each time: the old one may belong to a token that was pulled and put back. */
  end_session (token);
  result = find_slot (token);
  if (result != CD_TOKEN_OK)
    return result;
  token->module->C_Logout (token->session);
  result = result_of (token->module->C_Login (token->session, CKU_USER, (CK_UTF8CHAR *)text, len));
  *tries = tries_left (token);
  if (result == CD_TOKEN_OK)
    {
      CK_ULONG n = count_keys (token);

      result = n == 1 ? CD_TOKEN_OK : n ? CD_TOKEN_SEVERAL
                                        : CD_TOKEN_NO_KEY;
    }
  if (result != CD_TOKEN_OK)
    end_session (token);
  return result;
}

void
cd_token_logout (CdToken *token)
{
  end_session (token);
}

gboolean
cd_token_is_ready (CdToken *token)
{
  CK_TOKEN_INFO info;
  CK_SESSION_INFO session;

  if (!token->module || token->module->C_GetTokenInfo (token->slot, &info) != CKR_OK || !p11_kit_uri_match_token_info (token->uri, &info))
    return FALSE;
  if (token->module->C_GetSessionInfo (token->session, &session) != CKR_OK || (session.state != CKS_RO_USER_FUNCTIONS && session.state != CKS_RW_USER_FUNCTIONS))
    return FALSE;
  return count_keys (token) == 1;
}

void
cd_token_free (CdToken *token)
{
  if (!token)
    return;
  end_session (token);
  if (token->loaded)
    p11_kit_modules_finalize_and_release (token->loaded);
  p11_kit_uri_free (token->uri);
  g_free (token);
}
