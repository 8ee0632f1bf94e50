/* token-shim.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A PKCS#11 module before SoftHSM that does what a card does and a file cannot: it is pulled while the file CARBONDESK_TOKEN_PULLED
 * exists, its sessions and its log-in end with that, it has three tries for the PIN and says so, and while the file
 * CARBONDESK_TOKEN_LIES exists one bit of each signature is wrong.
 */
#include <dlfcn.h>
#include <p11-kit/pkcs11.h>
#include <stdlib.h>
#include <unistd.h>

#define TRIES 3

static CK_FUNCTION_LIST *real;
static CK_FUNCTION_LIST shim;
static int wrong;
static int was_pulled;

static int
pulled (void)
{
  const char *path = getenv ("CARBONDESK_TOKEN_PULLED");
  int is = path && access (path, F_OK) == 0;

  if (is && !was_pulled)
    {
      CK_SLOT_ID slots[16];
      CK_ULONG n = 16;

      if (real->C_GetSlotList (CK_TRUE, slots, &n) == CKR_OK)
        for (CK_ULONG i = 0; i < n; i++)
          real->C_CloseAllSessions (slots[i]);
    }
  was_pulled = is;
  return is;
}

static CK_RV
get_slot_list (CK_BBOOL present, CK_SLOT_ID *slots, CK_ULONG *n)
{
  if (!pulled () || !present)
    return real->C_GetSlotList (present, slots, n);
  *n = 0;
  return CKR_OK;
}

static CK_RV
get_token_info (CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
  CK_RV rv;

  if (pulled ())
    return CKR_TOKEN_NOT_PRESENT;
  rv = real->C_GetTokenInfo (slot, info);
  if (rv == CKR_OK && wrong > 0)
    info->flags |= CKF_USER_PIN_COUNT_LOW;
  if (rv == CKR_OK && wrong == TRIES - 1)
    info->flags |= CKF_USER_PIN_FINAL_TRY;
  if (rv == CKR_OK && wrong >= TRIES)
    info->flags |= CKF_USER_PIN_LOCKED;
  return rv;
}

static CK_RV
open_session (CK_SLOT_ID slot, CK_FLAGS flags, void *data, CK_NOTIFY notify, CK_SESSION_HANDLE *session)
{
  return pulled () ? CKR_TOKEN_NOT_PRESENT : real->C_OpenSession (slot, flags, data, notify, session);
}

static CK_RV
get_session_info (CK_SESSION_HANDLE session, CK_SESSION_INFO *info)
{
  return pulled () ? CKR_DEVICE_REMOVED : real->C_GetSessionInfo (session, info);
}

static CK_RV
login (CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR *pin, CK_ULONG len)
{
  CK_RV rv;

  if (pulled ())
    return CKR_DEVICE_REMOVED;
  if (wrong >= TRIES)
    return CKR_PIN_LOCKED;
  rv = real->C_Login (session, user, pin, len);
  if (rv == CKR_PIN_INCORRECT)
    wrong++;
  else if (rv == CKR_OK)
    wrong = 0;
  return rv;
}

static CK_RV
find_objects_init (CK_SESSION_HANDLE session, CK_ATTRIBUTE *attributes, CK_ULONG n)
{
  return pulled () ? CKR_DEVICE_REMOVED : real->C_FindObjectsInit (session, attributes, n);
}

static CK_RV
sign_init (CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
  return pulled () ? CKR_DEVICE_REMOVED : real->C_SignInit (session, mechanism, key);
}

static CK_RV
sign (CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG data_len, CK_BYTE *signature, CK_ULONG *len)
{
  const char *path = getenv ("CARBONDESK_TOKEN_LIES");
  CK_RV rv = real->C_Sign (session, data, data_len, signature, len);

  if (rv == CKR_OK && signature && *len > 0 && path && access (path, F_OK) == 0)
    signature[*len - 1] ^= 1;
  return rv;
}

CK_RV
C_GetFunctionList (CK_FUNCTION_LIST **list)
{
  /* Not dlopen(): that is the fixture's, and would bring us here again. */
  void *library = dlmopen (LM_ID_BASE, getenv ("CARBONDESK_SOFTHSM"), RTLD_NOW);
  CK_RV (*get)
  (CK_FUNCTION_LIST **);

  get = library ? (CK_RV (*) (CK_FUNCTION_LIST **))dlsym (library, "C_GetFunctionList") : NULL;
  if (!get || get (&real) != CKR_OK)
    return CKR_GENERAL_ERROR;
  shim = *real;
  shim.C_GetFunctionList = C_GetFunctionList;
  shim.C_GetSlotList = get_slot_list;
  shim.C_GetTokenInfo = get_token_info;
  shim.C_OpenSession = open_session;
  shim.C_GetSessionInfo = get_session_info;
  shim.C_Login = login;
  shim.C_FindObjectsInit = find_objects_init;
  shim.C_SignInit = sign_init;
  shim.C_Sign = sign;
  *list = &shim;
  return CKR_OK;
}
