/* test-cards.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Signing in at the real venue with more than one certificate in reach: two persons on one card, two cards, one person on both (reliability
 * CE22, CE23); a PIN that can be none (CE25); a module that signs wrongly, from the beginning and in the middle (CE28).
 */
#include "token-fixture.h"

#include "cd-seal.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

/* SoftHSM reads its tokens once, so all of them are made before the first test. */
#define CARD_A "carbondesk-a"
#define CARD_B "carbondesk-b"
#define PIN_A "4093-canary-7716"
#define PIN_B "8855-canary-1201"
#define TRADER "power-trader"  /* on both cards */
#define SECOND "power-second"  /* on A */
#define CEMENT "cement-trader" /* on B */

static char *cert_dir;

static void
begin (Fixture *f, const char *certificate, const char *key, const char *person)
{
  const CdDeskConfig config = { .profile = f->profile, .certificate = certificate, .key = key, .person = person };

  f->desk = cd_desk_new (cd_env_default (), &config);
  cd_desk_start (f->desk);
}

/* The certificates are there once the venue has run. */
static void
prepare (Fixture *f, gconstpointer data)
{
  g_strlcpy (f->profile, "cards", sizeof f->profile);
  if (cert_dir)
    return;
  open_desk (f);
  WAIT_FOR (f, is_live, NULL);
  close_desk (f);
  cert_dir = token_cert_dir (f);
  token_make (CARD_A, PIN_A);
  token_put (CARD_A, PIN_A, cert_dir, TRADER, "trader", "01");
  token_put (CARD_A, PIN_A, cert_dir, SECOND, "second", "02");
  token_make (CARD_B, PIN_B);
  token_put (CARD_B, PIN_B, cert_dir, TRADER, "trader", "01");
  token_put (CARD_B, PIN_B, cert_dir, CEMENT, "cement", "02");
}

static CdIdentity *
identity (Fixture *f)
{
  return cd_desk_get_identity (f->desk);
}

typedef struct
{
  gboolean done;
  CdTokenResult result;
  CdTokenTries tries;
} Opened;

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Opened *o = data;

  o->result = cd_identity_open_finish (CD_IDENTITY (source), result, &o->tries);
  o->done = TRUE;
}

static Opened
try_secret (Fixture *f, const char *secret)
{
  Opened o = { FALSE };

  cd_identity_open_async (identity (f), cd_secret_new (secret), opened_cb, &o);
  WAIT_FOR (f, flag_set, &o.done);
  return o;
}

static gboolean
waits_for_key (Fixture *f, gconstpointer person)
{
  return g_strcmp0 (cd_desk_get_problem (f->desk), "key.closed") == 0 && cd_desk_get_person (f->desk) && g_str_equal (cd_desk_get_person (f->desk)->id, person);
}

static gboolean
has_failed (Fixture *f, gconstpointer part)
{
  return cd_desk_get_state (f->desk) == CD_DESK_FAILED && strstr (cd_desk_get_problem (f->desk), part);
}

typedef struct
{
  const char *certificate, *key, *person;
  const char *parts[3]; /* of what is said */
} Refusal;

static void
check_refusals (Fixture *f, const Refusal *cases, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      if (f->desk)
        close_desk (f);
      begin (f, cases[i].certificate, cases[i].key, cases[i].person);
      WAIT_FOR (f, has_failed, cases[i].parts[0]);
      for (gsize j = 1; j < G_N_ELEMENTS (cases[i].parts) && cases[i].parts[j]; j++)
        g_assert_nonnull (strstr (cd_desk_get_problem (f->desk), cases[i].parts[j]));
      g_assert_null (strstr (cd_desk_get_problem (f->desk), "1234"));
      g_assert_cmpint (cd_desk_get_line (f->desk, CD_LINE_ORDERS, NULL), ==, CD_LINK_IDLE);
    }
}

/* --- Which one ------------------------------------------------------------------------------------------------------- */

#define A_CERT "pkcs11:token=" CARD_A ";type=cert"
#define A_KEY "pkcs11:token=" CARD_A ";type=private"

static void
test_persons (Fixture *f, gconstpointer data)
{
  static const Refusal cases[] = {
    { A_CERT, A_KEY, NULL, { "several persons", "“" SECOND "”, “" TRADER "”" } },
    { A_CERT, A_KEY, "nobody", { "expected the certificate of “nobody”", "“" SECOND "”, “" TRADER "”" } },
    { A_CERT ";object=trader", A_KEY, SECOND, { "expected the certificate of “" SECOND "”, found those of “" TRADER "”" } },
    { A_CERT "?pin-value=1234", A_KEY, TRADER, { "without pin-value" } },
    { "pkcs11:token=nobody;type=cert", A_KEY, TRADER, { "plugged in" } },
  };
  Opened o;

  check_refusals (f, cases, G_N_ELEMENTS (cases));
  close_desk (f);
  /* By person; the key that belongs to the certificate, not the first one. */
  begin (f, A_CERT, A_KEY, SECOND);
  WAIT_FOR (f, waits_for_key, SECOND);
  o = try_secret (f, PIN_A);
  g_assert_cmpint (o.result, ==, CD_TOKEN_OK);
  WAIT_FOR (f, is_live, NULL);
  WAIT_FOR (f, person_is, SECOND);
  close_desk (f);
  /* One address for both. */
  begin (f, A_CERT, NULL, TRADER);
  WAIT_FOR (f, waits_for_key, TRADER);
  o = try_secret (f, PIN_A);
  g_assert_cmpint (o.result, ==, CD_TOKEN_OK);
  WAIT_FOR (f, person_is, TRADER);
  close_desk (f);
  /* The key of the other person, given on purpose: seen before any line is opened. */
  begin (f, A_CERT ";object=trader", A_KEY ";object=second", NULL);
  WAIT_FOR (f, waits_for_key, TRADER);
  o = try_secret (f, PIN_A);
  g_assert_cmpint (o.result, ==, CD_TOKEN_SIGNS_WRONG);
  g_assert_true (cd_desk_is_locked (f->desk));
  g_assert_null (cd_identity_get_certificate (identity (f)));
  g_assert_cmpint (cd_desk_get_line (f->desk, CD_LINE_ORDERS, NULL), ==, CD_LINK_IDLE);
}

/* A file says whose it is as well: --person that names another is a mistake of somebody. */
static void
test_person_of_file (Fixture *f, gconstpointer data)
{
  g_autofree char *cert = g_strdup_printf ("%s/person-%s.pem", cert_dir, TRADER);
  g_autofree char *key = g_strdup_printf ("%s/person-%s.key", cert_dir, TRADER);
  const Refusal cases[] = { { cert, key, SECOND, { "expected the certificate of “" SECOND "”, found that of “" TRADER "”" } } };

  check_refusals (f, cases, G_N_ELEMENTS (cases));
  close_desk (f);
  begin (f, cert, key, TRADER);
  WAIT_FOR (f, person_is, TRADER);
}

static void
test_two_cards (Fixture *f, gconstpointer data)
{
  static const Refusal cases[] = {
    { "pkcs11:type=cert", NULL, NULL, { "several persons", "“" CEMENT "”" } },
    { "pkcs11:type=cert", NULL, TRADER, { "fits several certificates of “" TRADER "”", "token=" CARD_A ";serial=", "token=" CARD_B ";serial=" } },
    { "pkcs11:object=trader;type=cert", "pkcs11:type=private", NULL, { "fits several certificates of “" TRADER "”" } },
    { "pkcs11:object=second;type=cert", "pkcs11:token=" CARD_B ";type=private", NULL, { "names another token", "token=" CARD_A } },
  };
  g_autofree char *file = g_strdup_printf ("%s/person-%s.pem", cert_dir, TRADER);
  Opened o;

  check_refusals (f, cases, G_N_ELEMENTS (cases));
  close_desk (f);
  /* By person, and the PIN goes to that person's card: the one of the other card is wrong there. */
  begin (f, "pkcs11:type=cert", "pkcs11:type=private", CEMENT);
  WAIT_FOR (f, waits_for_key, CEMENT);
  o = try_secret (f, PIN_A);
  g_assert_cmpint (o.result, ==, CD_TOKEN_PIN_WRONG);
  o = try_secret (f, PIN_B);
  g_assert_cmpint (o.result, ==, CD_TOKEN_OK);
  WAIT_FOR (f, person_is, CEMENT);
  close_desk (f);
  /* The certificate in a file: which card cannot be told, and none is asked, however often. */
  begin (f, file, "pkcs11:object=trader;type=private", NULL);
  WAIT_FOR (f, waits_for_key, TRADER);
  for (int i = 0; i < 4; i++)
    {
      o = try_secret (f, "0000");
      g_assert_cmpint (o.result, ==, CD_TOKEN_SEVERAL);
      g_assert_cmpint (o.tries, ==, CD_TOKEN_TRIES_UNSAID);
    }
  close_desk (f);
  /* Nor which of two keys on one card. */
  begin (f, file, "pkcs11:token=" CARD_A ";type=private", NULL);
  WAIT_FOR (f, waits_for_key, TRADER);
  o = try_secret (f, PIN_A);
  g_assert_cmpint (o.result, ==, CD_TOKEN_SEVERAL);
  g_assert_null (cd_identity_get_certificate (identity (f)));
  close_desk (f);
  begin (f, file, "pkcs11:token=" CARD_B ";object=trader;type=private", NULL);
  WAIT_FOR (f, waits_for_key, TRADER);
  o = try_secret (f, PIN_B);
  g_assert_cmpint (o.result, ==, CD_TOKEN_OK);
  WAIT_FOR (f, is_live, NULL);
}

/* --- What is no PIN -------------------------------------------------------------------------------------------------- */

static void
test_pin_signs (Fixture *f, gconstpointer data)
{
  static const char *const none[] = { "", " ", "40 93", " 4093", "4093 ", "4093\t", "4093\n", "\1774093", "４０９３", "密码", "4093\xff", "\302\2404093" };
  Opened o;

  begin (f, A_CERT, A_KEY, TRADER);
  WAIT_FOR (f, waits_for_key, TRADER);
  for (gsize i = 0; i < G_N_ELEMENTS (none); i++)
    {
      o = try_secret (f, none[i]);
      g_assert_cmpint (o.result, ==, CD_TOKEN_PIN_SIGNS);
      g_assert_cmpint (o.tries, ==, CD_TOKEN_TRIES_UNSAID);
    }
  /* The card has three tries: not one of them is gone. */
  o = try_secret (f, "0000");
  g_assert_cmpint (o.result, ==, CD_TOKEN_PIN_WRONG);
  g_assert_cmpint (o.tries, ==, CD_TOKEN_TRIES_FEWER);
  o = try_secret (f, PIN_A);
  g_assert_cmpint (o.result, ==, CD_TOKEN_OK);
  WAIT_FOR (f, is_live, NULL);
  /* The card was not asked, so it is as open as before. */
  o = try_secret (f, "40 93");
  g_assert_cmpint (o.result, ==, CD_TOKEN_PIN_SIGNS);
  g_assert_nonnull (cd_identity_get_certificate (identity (f)));
  g_assert_false (cd_desk_is_locked (f->desk));
}

/* --- A module that signs wrongly -------------------------------------------------------------------------------------- */

static gboolean
is_working (Fixture *f, gconstpointer row)
{
  return ((const CdOrderRow *)row)->is_working && ((const CdOrderRow *)row)->order->order_id;
}

static CdOrderRow *
send_far (Fixture *f, gint64 qty, GError **error)
{
  const CdOrderDraft draft = { .account = "HD-POWER", .instrument = "CEA25", .side = CD_SIDE_BUY, .kind = CD_KIND_LIST, .price_e4 = cd_desk_get_quote (f->desk, "CEA25")->feed.stats.limit_low_e4, .qty = qty };

  return cd_desk_submit (f->desk, &draft, "cover", error);
}

static gboolean
says (Fixture *f, gconstpointer code)
{
  return g_strcmp0 (cd_desk_get_problem (f->desk), code) == 0;
}

/* Every connection of this process is cut, as by a cable. */
static void
cut_lines (void)
{
  for (int fd = 3; fd < 1024; fd++)
    {
      struct sockaddr_storage peer;
      socklen_t len = sizeof peer;

      if (getpeername (fd, (struct sockaddr *)&peer, &len) == 0 && (peer.ss_family == AF_INET || peer.ss_family == AF_INET6))
        shutdown (fd, SHUT_RDWR);
    }
}

static void
test_lies (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint n;
  Opened o;

  /* From the beginning: it is said, and no line is opened. */
  token_lie (TRUE);
  begin (f, A_CERT, A_KEY, TRADER);
  WAIT_FOR (f, waits_for_key, TRADER);
  o = try_secret (f, PIN_A);
  g_assert_cmpint (o.result, ==, CD_TOKEN_SIGNS_WRONG);
  g_assert_true (cd_desk_is_locked (f->desk));
  g_assert_null (cd_identity_get_certificate (identity (f)));
  g_assert_cmpint (cd_desk_get_line (f->desk, CD_LINE_ORDERS, NULL), ==, CD_LINK_IDLE);
  token_lie (FALSE);
  o = try_secret (f, PIN_A);
  g_assert_cmpint (o.result, ==, CD_TOKEN_OK);
  WAIT_FOR (f, is_live, NULL);
  WAIT_FOR (f, has_book, "CEA25");
  g_assert_true (is_working (f, send_far (f, 700, &error)) || !error);
  g_assert_no_error (error);
  n = g_list_model_get_n_items (cd_desk_get_orders (f->desk));
  /* In the middle: a file is not sealed with it, and the next line is refused by the venue; nothing new leaves. */
  token_lie (TRUE);
  g_assert_null (cd_seal_sign (cd_identity_get_certificate (identity (f)), "text", 4, &error));
  g_assert_nonnull (strstr (error->message, "does not fit the certificate"));
  g_clear_error (&error);
  cut_lines ();
  WAIT_FOR (f, says, "token.faulty");
  g_assert_null (cd_identity_get_certificate (identity (f)));
  g_assert_true (cd_desk_is_locked (f->desk));
  g_assert_null (send_far (f, 800, &error));
  g_assert_error (error, CD_DESK_ERROR, CD_DESK_ERROR_LOCKED);
  g_assert_cmpuint (g_list_model_get_n_items (cd_desk_get_orders (f->desk)), ==, n);
  /* Only the PIN opens it again, and not as long as it lies. */
  o = try_secret (f, PIN_A);
  g_assert_cmpint (o.result, ==, CD_TOKEN_SIGNS_WRONG);
  g_assert_true (says (f, "token.faulty"));
  token_lie (FALSE);
  o = try_secret (f, PIN_A);
  g_assert_cmpint (o.result, ==, CD_TOKEN_OK);
  WAIT_FOR (f, is_live, NULL);
}

int
main (int argc, char **argv)
{
  int status;

  token_init (g_getenv ("CARBONDESK_TOKEN_SHIM"));
  desk_tests_init (&argc, &argv);
  g_test_add ("/cards/persons", Fixture, NULL, prepare, test_persons, teardown);
  g_test_add ("/cards/person-of-file", Fixture, NULL, prepare, test_person_of_file, teardown);
  g_test_add ("/cards/two", Fixture, NULL, prepare, test_two_cards, teardown);
  g_test_add ("/cards/pin-signs", Fixture, NULL, prepare, test_pin_signs, teardown);
  g_test_add ("/cards/lies", Fixture, NULL, prepare, test_lies, teardown);
  status = g_test_run ();
  g_free (cert_dir);
  return status;
}
