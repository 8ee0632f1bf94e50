/* venue-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "venue-fixture.h"

#include "cd-id.h"

#include <string.h>

/* The history of a market is the same for every test of a program: it is played once, then brought back. */
static void
start (VenueFixture *f, const char *scenario, gint64 start_us)
{
  static GHashTable *states, *hashes;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_strdup_printf ("%s %s %" G_GINT64_FORMAT, scenario, f->packs[0]->sha256, start_us);
  gint64 close_us;
  guint64 hash;

  if (!states)
    {
      states = g_hash_table_new (g_str_hash, g_str_equal);
      hashes = g_hash_table_new (g_str_hash, g_str_equal);
    }
  if (g_hash_table_contains (states, name))
    {
      f->venue = cd_venue_restore (f->packs, f->n, scenario, "e1", g_hash_table_lookup (states, name), *(guint64 *)g_hash_table_lookup (hashes, name), &error);
      g_assert_no_error (error);
      return;
    }
  f->venue = cd_venue_new (f->packs, f->n, scenario, 7, start_us, "e1", &error);
  g_assert_no_error (error);
  g_hash_table_insert (states, g_strdup (name), g_bytes_ref (cd_venue_close_state (f->venue, &close_us, &hash)));
  g_hash_table_insert (hashes, g_strdup (name), g_memdup2 (&hash, sizeof hash));
}

void
venue_fixture_setup (VenueFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const char *scenario = data ? data : "main";
  gboolean beijing = g_str_equal (scenario, "beijing-2021");

  f->packs[f->n++] = cd_pack_load_builtin (beijing ? "cn-bj" : "cn-cea", &error);
  g_assert_no_error (error);
  if (!beijing)
    f->packs[f->n++] = cd_pack_load_builtin ("cn-ccer", &error);
  g_assert_no_error (error);
  start (f, scenario, 0);
}

void
venue_fixture_setup_price_time (VenueFixture *f, gconstpointer data)
{
  venue_fixture_setup_changed (f, "\"quote_pick\"", "\"price_time\"", 0);
}

void
venue_fixture_skip (VenueFixture *f, const char *to)
{
  gint64 target = cd_venue_skip_target (f->venue, to);

  g_assert_cmpint (target, !=, 0);
  cd_venue_advance (f->venue, target);
}

void
venue_fixture_setup_changed (VenueFixture *f, const char *from, const char *to, gint64 start_us)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CdPack) plain = cd_pack_load_builtin ("cn-cea", &error);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) parts = NULL;
  gsize len;

  g_assert_no_error (error);
  text = g_strndup (g_bytes_get_data (plain->bytes, &len), g_bytes_get_size (plain->bytes));
  parts = g_strsplit (text, from, -1);
  g_assert_cmpuint (g_strv_length (parts), >, 1);
  g_free (text);
  text = g_strjoinv (to, parts);
  bytes = g_bytes_new (text, strlen (text));
  f->packs[f->n++] = cd_pack_load_bytes (bytes, "test", NULL, NULL, &error);
  g_assert_no_error (error);
  f->packs[f->n++] = cd_pack_load_builtin ("cn-ccer", &error);
  g_assert_no_error (error);
  start (f, "main", start_us);
}

void
venue_fixture_teardown (VenueFixture *f, gconstpointer data)
{
  cd_venue_free (f->venue);
  for (gsize i = 0; i < f->n; i++)
    cd_pack_free (f->packs[i]);
}

CdWireAnswer *
venue_fixture_send (VenueFixture *f, const char *person, CdWireOp op, const char *account, const char *body)
{
  guint8 random[16] = { 0 };
  char key[CD_KEY_BUF];
  g_autoptr (CdWireCommand) command = NULL;

  f->key++;
  memcpy (random, &f->key, sizeof f->key);
  command = cd_wire_command_new (op, cd_key_make (CD_KEY_PRACTICE, random, key), account, 0, body);
  return cd_venue_command (f->venue, person, command, 0);
}

char *
venue_fixture_try (VenueFixture *f, const char *person, CdWireOp op, const char *account, const char *code, const char *format, ...)
{
  g_autofree char *body = NULL;
  g_autoptr (CdWireAnswer) answer = NULL;
  va_list args;

  va_start (args, format);
  body = g_strdup_vprintf (format, args);
  va_end (args);
  answer = venue_fixture_send (f, person, op, account, body);
  g_test_message ("%s %s -> %s %s", cd_wire_op_name (op), body, answer->code ? answer->code : "accepted", answer->detail ? answer->detail : "");
  g_assert_cmpstr (answer->code, ==, code);
  g_assert_cmpint (answer->verdict, ==, code ? CD_WIRE_REJECTED : CD_WIRE_ACCEPTED);
  return g_strdup (answer->order_id ? answer->order_id : answer->id);
}

char *
venue_fixture_confirm_body (const char *id, int version, const char *hashed_body)
{
  g_autofree char *hash = cd_sha256_hex (hashed_body, strlen (hashed_body));

  return g_strdup_printf ("{\"id\":\"%s\",\"version\":%d,\"hash\":\"%s\"}", id, version, hash);
}

char *
venue_fixture_instruct (VenueFixture *f, const char *account, const char *maker, const char *checker, const char *body)
{
  char *id = venue_fixture_try (f, maker, CD_WIRE_OP_INSTRUCTION_PROPOSE, account, NULL, "%s", body);
  g_autofree char *confirm = venue_fixture_confirm_body (id, 1, body);

  g_free (venue_fixture_try (f, checker, CD_WIRE_OP_INSTRUCTION_CONFIRM, account, NULL, "%s", confirm));
  return id;
}

gint64
venue_fixture_balance (VenueFixture *f, const char *account, const char *asset, CdBucket bucket)
{
  CdWireListKind kind = bucket >= CD_BUCKET_CASH_AVAILABLE ? CD_WIRE_LIST_CASH : CD_WIRE_LIST_HOLDINGS;
  g_autoptr (CdWireList) list = cd_venue_list (f->venue, kind, account, NULL, FALSE, 0, 0);

  for (guint i = 0; i < list->items->len; i++)
    {
      const CdWireBalanceRow *row = &g_array_index (list->items, CdWireBalanceRow, i);

      if (row->bucket == bucket && g_str_equal (row->asset, asset))
        return row->balance;
    }
  return 0;
}

gint64
venue_fixture_best (VenueFixture *f, const char *code, CdSide side)
{
  CdLevel level;

  return cd_book_level (cd_venue_book (f->venue, code), side, 0, &level) ? level.price : 0;
}
