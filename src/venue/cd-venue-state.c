/* cd-venue-state.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The whole state after a close as bytes, and back. After a close nothing rests: the books are empty, and what the participants did
 * is forgotten but for what it left in books, bars and ledger. So the bytes hold what accounts of persons have, and the figures.
 *
 * The bytes are tables; a row is its texts and its numbers in the order of the fields below. A field more or less makes rows that
 * do not fit, and the log is replayed instead.
 */
#include <string.h>

#include "cd-venue-private.h"

#define STATE_TYPE "a{sa(amsax)}"

typedef enum
{
  FIELD_TEXT,  /* char *, owned */
  FIELD_WORD,  /* const char *, static */
  FIELD_CHARS, /* char[] */
  FIELD_64,
  FIELD_32,
} FieldKind;

typedef struct
{
  FieldKind kind;
  gsize offset, size;
} Field;

#define F(type, kind, member)                                          \
  {                                                                    \
    kind, G_STRUCT_OFFSET (type, member), sizeof (((type *)0)->member) \
  }
#define N(type, member)                                                                                                   \
  {                                                                                                                       \
    sizeof (((type *)0)->member) == 8 ? FIELD_64 : FIELD_32, G_STRUCT_OFFSET (type, member), sizeof (((type *)0)->member) \
  }
#define T(type, member) F (type, FIELD_TEXT, member)
#define END \
  {         \
    0, 0, 0 \
  }

/* --- Fields ------------------------------------------------------------------------------------------------------------ */

static const Field venue_fields[] = {
  N (CdVenue, now_us), N (CdVenue, step_us), N (CdVenue, start_us), N (CdVenue, rng), N (CdVenue, next_order), N (CdVenue, next_exec), N (CdVenue, next_receipt), N (CdVenue, open_day), N (CdVenue, day_closed), N (CdVenue, silent), END
};
static const Field person_fields[] = { N (CdVenueDemoPerson, roles), END };
static const Field account_fields[] = { N (CdVenueAccount, stopped), N (CdVenueAccount, seq), END };
static const Field book_fields[] = {
  N (CdVenueBook, seq), N (CdVenueBook, trade_seq), N (CdVenueBook, close_e4), N (CdVenueBook, fair_e4), N (CdVenueBook, anchor_e4), N (CdVenueBook, stats.prev_close_e4), N (CdVenueBook, stats.open_e4), N (CdVenueBook, stats.high_e4), N (CdVenueBook, stats.low_e4), N (CdVenueBook, stats.last_e4), N (CdVenueBook, stats.list_volume), N (CdVenueBook, stats.list_amount_e4), N (CdVenueBook, stats.block_volume), N (CdVenueBook, stats.block_amount_e4), N (CdVenueBook, stats.trades), END
};
static const Field trade_fields[] = {
  T (CdWireTradeRow, id), N (CdWireTradeRow, seq), N (CdWireTradeRow, price_e4), N (CdWireTradeRow, qty), N (CdWireTradeRow, side), N (CdWireTradeRow, mode), N (CdWireTradeRow, at_us), END
};
static const Field bar_fields[] = {
  N (CdBar, start_us), N (CdBar, day), N (CdBar, open_e4), N (CdBar, high_e4), N (CdBar, low_e4), N (CdBar, close_e4), N (CdBar, volume), N (CdBar, amount_e4), END
};
static const Field order_fields[] = {
  T (CdVenueOrder, order_id), T (CdVenueOrder, key), T (CdVenueOrder, account), T (CdVenueOrder, instrument), T (CdVenueOrder, by), T (CdVenueOrder, purpose), F (CdVenueOrder, FIELD_WORD, state), T (CdVenueOrder, code), T (CdVenueOrder, reason), N (CdVenueOrder, side), N (CdVenueOrder, kind), N (CdVenueOrder, mode), N (CdVenueOrder, price_e4), N (CdVenueOrder, qty), N (CdVenueOrder, cum), N (CdVenueOrder, cash_available_e4), N (CdVenueOrder, cash_unsettled_e4), N (CdVenueOrder, at_us), N (CdVenueOrder, number), END
};
static const Field exec_fields[] = {
  T (CdVenueExec, exec_id), T (CdVenueExec, order_id), T (CdVenueExec, key), T (CdVenueExec, account), T (CdVenueExec, instrument), N (CdVenueExec, side), N (CdVenueExec, mode), N (CdVenueExec, price_e4), N (CdVenueExec, qty), N (CdVenueExec, cum), N (CdVenueExec, leaves), N (CdVenueExec, amount_e4), N (CdVenueExec, seq), N (CdVenueExec, at_us), N (CdVenueExec, day), END
};
static const Field life_fields[] = {
  F (CdInstruction, FIELD_CHARS, key), T (CdInstruction, account), F (CdInstruction, FIELD_CHARS, hash), T (CdInstruction, maker), T (CdInstruction, checker), F (CdInstruction, FIELD_CHARS, approved_hash), T (CdInstruction, receipt), T (CdInstruction, tx_id), T (CdInstruction, reason), T (CdInstruction, epoch), N (CdInstruction, state), N (CdInstruction, version), N (CdInstruction, approved_version), N (CdInstruction, copies), N (CdInstruction, received_at_us), N (CdInstruction, effective_us), N (CdInstruction, last_answer_us), N (CdInstruction, withdrawal_requested), N (CdInstruction, check), END
};
static const Field request_fields[] = {
  T (CdVenueRequest, id), T (CdVenueRequest, account), T (CdVenueRequest, hash), T (CdVenueRequest, by), T (CdVenueRequest, decided_by), T (CdVenueRequest, deputy_for), T (CdVenueRequest, reason), T (CdVenueRequest, order_key), T (CdVenueRequest, order), T (CdVenueRequest, order_id), F (CdVenueRequest, FIELD_WORD, state), N (CdVenueRequest, version), N (CdVenueRequest, at_us), END
};
static const Field deputy_fields[] = {
  T (CdVenueDeputy, id), T (CdVenueDeputy, account), T (CdVenueDeputy, by), T (CdVenueDeputy, person), T (CdVenueDeputy, reason), N (CdVenueDeputy, from), N (CdVenueDeputy, to), N (CdVenueDeputy, ended), END
};
static const Field obligation_fields[] = {
  T (CdVenueObligation, account), T (CdVenueObligation, sector), T (CdVenueObligation, market), N (CdVenueObligation, year), N (CdVenueObligation, verified_e3), N (CdVenueObligation, approved), N (CdVenueObligation, issued), N (CdVenueObligation, owed), N (CdVenueObligation, surrendered), N (CdVenueObligation, offset), N (CdVenueObligation, closed), END
};
static const Field settlement_fields[] = {
  T (CdVenueSettlement, account), T (CdVenueSettlement, reason), F (CdVenueSettlement, FIELD_WORD, state), N (CdVenueSettlement, day), N (CdVenueSettlement, trades), N (CdVenueSettlement, bought), N (CdVenueSettlement, sold), N (CdVenueSettlement, amount_bought_e4), N (CdVenueSettlement, amount_sold_e4), END
};
static const Field purchase_fields[] = {
  T (CdVenuePurchase, account), T (CdVenuePurchase, asset), N (CdVenuePurchase, day), N (CdVenuePurchase, qty), END
};

/* What stands in no struct of its own. */
typedef struct
{
  char *a, *b, *c;
  gint64 x, y;
} Loose;
static const Field loose_fields[] = { T (Loose, a), T (Loose, b), T (Loose, c), N (Loose, x), N (Loose, y), END };

static void
loose_clear (gpointer data)
{
  Loose *loose = data;

  g_free (loose->a);
  g_free (loose->b);
  g_free (loose->c);
}

/* Arrays of pointers that are tables as they stand. */
static const struct
{
  const char *name;
  gsize offset; /* of the GPtrArray in the venue */
  gsize size;   /* of an element */
  const Field *fields;
} arrays[] = {
  { "orders", G_STRUCT_OFFSET (CdVenue, orders), sizeof (CdVenueOrder), order_fields },
  { "execs", G_STRUCT_OFFSET (CdVenue, execs), sizeof (CdVenueExec), exec_fields },
  { "requests", G_STRUCT_OFFSET (CdVenue, requests), sizeof (CdVenueRequest), request_fields },
  { "deputies", G_STRUCT_OFFSET (CdVenue, deputies), sizeof (CdVenueDeputy), deputy_fields },
  { "obligations", G_STRUCT_OFFSET (CdVenue, obligations), sizeof (CdVenueObligation), obligation_fields },
  { "settlements", G_STRUCT_OFFSET (CdVenue, settlements), sizeof (CdVenueSettlement), settlement_fields },
  { "purchases", G_STRUCT_OFFSET (CdVenue, purchases), sizeof (CdVenuePurchase), purchase_fields },
};

/* --- Writing ----------------------------------------------------------------------------------------------------------- */

static gboolean
is_text (const Field *field)
{
  return field->kind == FIELD_TEXT || field->kind == FIELD_WORD || field->kind == FIELD_CHARS;
}

static void
begin_table (GVariantBuilder *state, const char *name)
{
  g_variant_builder_open (state, G_VARIANT_TYPE ("{sa(amsax)}"));
  g_variant_builder_add (state, "s", name);
  g_variant_builder_open (state, G_VARIANT_TYPE ("a(amsax)"));
}

static void
end_table (GVariantBuilder *state)
{
  g_variant_builder_close (state);
  g_variant_builder_close (state);
}

static void
put_row (GVariantBuilder *state, const Field *fields, gconstpointer row)
{
  g_variant_builder_open (state, G_VARIANT_TYPE ("(amsax)"));
  g_variant_builder_open (state, G_VARIANT_TYPE ("ams"));
  for (const Field *f = fields; f->size; f++)
    if (is_text (f))
      g_variant_builder_add (state, "ms", f->kind == FIELD_CHARS ? G_STRUCT_MEMBER_P (row, f->offset) : G_STRUCT_MEMBER (char *, row, f->offset));
  g_variant_builder_close (state);
  g_variant_builder_open (state, G_VARIANT_TYPE ("ax"));
  for (const Field *f = fields; f->size; f++)
    if (!is_text (f))
      g_variant_builder_add (state, "x", f->kind == FIELD_64 ? G_STRUCT_MEMBER (gint64, row, f->offset) : (gint64)G_STRUCT_MEMBER (gint32, row, f->offset));
  g_variant_builder_close (state);
  g_variant_builder_close (state);
}

static void
put_loose (GVariantBuilder *state, const char *a, const char *b, const char *c, gint64 x, gint64 y)
{
  const Loose loose = { (char *)a, (char *)b, (char *)c, x, y };

  put_row (state, loose_fields, &loose);
}

static void
put_ledger_cell (const char *account, const char *asset, CdBucket bucket, gint64 balance, gpointer data)
{
  put_loose (data, account, asset, NULL, (gint64)bucket, balance);
}

static void
put_book (GVariantBuilder *state, const CdVenueBook *book)
{
  g_autofree char *trades = g_strconcat ("trades ", book->instrument->code, NULL);
  g_autofree char *bars = g_strconcat ("bars ", book->instrument->code, NULL);
  g_autofree char *figures = g_strconcat ("book ", book->instrument->code, NULL);

  begin_table (state, figures);
  put_row (state, book_fields, book);
  end_table (state);
  begin_table (state, trades);
  for (guint i = 0; i < book->trades->len; i++)
    put_row (state, trade_fields, &g_array_index (book->trades, CdWireTradeRow, i));
  end_table (state);
  begin_table (state, bars);
  for (guint i = 0; i < book->bars->len; i++)
    put_row (state, bar_fields, &g_array_index (book->bars, CdBar, i));
  end_table (state);
}

static void
put_account (GVariantBuilder *state, const CdVenueAccount *account)
{
  g_autofree char *figures = g_strconcat ("account ", account->id, NULL);
  g_autofree char *events = g_strconcat ("events ", account->id, NULL);
  g_autofree char *changes = g_strconcat ("changes ", account->id, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  GHashTableIter iter;
  gpointer asset, seq;

  begin_table (state, figures);
  put_row (state, account_fields, account);
  end_table (state);
  begin_table (state, events);
  for (guint i = 0; i < account->events->len; i++)
    {
      g_string_truncate (text, 0);
      cd_wire_event_write (text, g_ptr_array_index (account->events, i));
      put_loose (state, text->str, NULL, NULL, 0, 0);
    }
  end_table (state);
  begin_table (state, changes);
  g_hash_table_iter_init (&iter, account->balance_seq);
  while (g_hash_table_iter_next (&iter, &asset, &seq))
    put_loose (state, asset, NULL, NULL, (gint64)GPOINTER_TO_SIZE (seq), 0);
  end_table (state);
}

static void
put_keys (GVariantBuilder *state, const CdVenue *venue)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GHashTableIter iter;
  gpointer name, value;

  begin_table (state, "keys");
  g_hash_table_iter_init (&iter, venue->keys);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      const CdVenueKey *key = value;

      g_string_truncate (text, 0);
      if (key->answer)
        cd_wire_answer_write (text, key->answer);
      put_loose (state, name, key->body_sha256, key->answer ? text->str : NULL, key->fenced, 0);
    }
  end_table (state);
}

static void
put_instructions (GVariantBuilder *state, const CdVenue *venue)
{
  begin_table (state, "instructions");
  for (guint i = 0; i < venue->instructions->len; i++)
    put_row (state, life_fields, ((const CdVenueInstruction *)g_ptr_array_index (venue->instructions, i))->life);
  end_table (state);
  begin_table (state, "contents");
  for (guint i = 0; i < venue->instructions->len; i++)
    {
      const CdVenueInstruction *in = g_ptr_array_index (venue->instructions, i);
      g_autofree char *content = cd_wire_instruction_print (CD_WIRE_OP_INSTRUCTION_PROPOSE, in->content);

      put_loose (state, content, in->deputy_for, NULL, in->at_us, in->deadline_us);
    }
  end_table (state);
}

GBytes *
cd_venue_state_write (const CdVenue *venue)
{
  g_auto (GVariantBuilder) state = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE (STATE_TYPE));
  g_autoptr (GVariant) whole = NULL;

  begin_table (&state, "venue");
  put_row (&state, venue_fields, venue);
  end_table (&state);
  begin_table (&state, "persons");
  for (gsize i = 0; i < venue->n_persons; i++)
    put_row (&state, person_fields, &venue->persons[i]);
  end_table (&state);
  for (guint i = 0; i < venue->accounts->len; i++)
    put_account (&state, g_ptr_array_index (venue->accounts, i));
  for (guint i = 0; i < venue->books->len; i++)
    put_book (&state, g_ptr_array_index (venue->books, i));
  for (gsize a = 0; a < G_N_ELEMENTS (arrays); a++)
    {
      const GPtrArray *rows = G_STRUCT_MEMBER (GPtrArray *, venue, arrays[a].offset);

      begin_table (&state, arrays[a].name);
      for (guint i = 0; i < rows->len; i++)
        put_row (&state, arrays[a].fields, g_ptr_array_index (rows, i));
      end_table (&state);
    }
  put_instructions (&state, venue);
  put_keys (&state, venue);
  begin_table (&state, "ledger");
  cd_ledger_foreach (venue->ledger, put_ledger_cell, &state);
  end_table (&state);
  whole = g_variant_ref_sink (g_variant_builder_end (&state));
  return g_variant_get_data_as_bytes (whole);
}

/* --- Reading ----------------------------------------------------------------------------------------------------------- */

static gboolean
bad (GError **error, const char *table, const char *expected)
{
  g_set_error (error, CD_VENUE_ERROR, CD_VENUE_ERROR_STATE, "table “%s”: expected %s", table, expected);
  return FALSE;
}

static GVariant *
find_table (GVariant *state, const char *name, GError **error)
{
  GVariant *table = g_variant_lookup_value (state, name, G_VARIANT_TYPE ("a(amsax)"));

  if (!table)
    bad (error, name, "to be there");
  return table;
}

/* Into @row, whose texts are free to be set. */
static gboolean
get_row (GVariant *table, gsize index, const Field *fields, gpointer row)
{
  g_autoptr (GVariant) pair = g_variant_get_child_value (table, index);
  g_autoptr (GVariant) texts = g_variant_get_child_value (pair, 0);
  g_autoptr (GVariant) numbers = g_variant_get_child_value (pair, 1);
  gsize n_numbers, t = 0, n = 0;
  const gint64 *number = g_variant_get_fixed_array (numbers, &n_numbers, sizeof *number);

  for (const Field *f = fields; f->size; f++)
    *(is_text (f) ? &t : &n) += 1;
  if (g_variant_n_children (texts) != t || n_numbers != n)
    return FALSE;
  t = 0;
  for (const Field *f = fields; f->size; f++)
    {
      g_autoptr (GVariant) maybe = is_text (f) ? g_variant_get_child_value (texts, t++) : NULL;
      const char *text = NULL;

      if (maybe)
        g_variant_get (maybe, "m&s", &text);
      if (f->kind == FIELD_TEXT)
        G_STRUCT_MEMBER (char *, row, f->offset) = g_strdup (text);
      else if (f->kind == FIELD_WORD)
        G_STRUCT_MEMBER (const char *, row, f->offset) = g_intern_string (text);
      else if (f->kind == FIELD_CHARS)
        g_strlcpy (G_STRUCT_MEMBER_P (row, f->offset), text ? text : "", f->size);
      else if (f->kind == FIELD_64)
        G_STRUCT_MEMBER (gint64, row, f->offset) = *number++;
      else
        G_STRUCT_MEMBER (gint32, row, f->offset) = (gint32)*number++;
    }
  return TRUE;
}

/* One row of a table that has one row. */
static gboolean
get_one (GVariant *state, const char *kind, const char *name, const Field *fields, gpointer row, GError **error)
{
  g_autofree char *full = g_strconcat (kind, name, NULL);
  g_autoptr (GVariant) table = find_table (state, full, error);

  if (!table)
    return FALSE;
  return (g_variant_n_children (table) == 1 && get_row (table, 0, fields, row)) || bad (error, full, "one row of our fields");
}

/* (element-type Loose) */
static GArray *
get_loose (GVariant *state, const char *kind, const char *name, GError **error)
{
  g_autofree char *full = g_strconcat (kind, name, NULL);
  g_autoptr (GVariant) table = find_table (state, full, error);
  g_autoptr (GArray) rows = g_array_new (FALSE, TRUE, sizeof (Loose));

  g_array_set_clear_func (rows, loose_clear);
  if (!table)
    return NULL;
  g_array_set_size (rows, (guint)g_variant_n_children (table));
  for (guint i = 0; i < rows->len; i++)
    if (!get_row (table, i, loose_fields, &g_array_index (rows, Loose, i)))
      {
        bad (error, full, "rows of our fields");
        return NULL;
      }
  return g_steal_pointer (&rows);
}

static gboolean
get_structs (GVariant *state, const char *kind, const char *name, const Field *fields, GArray *rows, GError **error)
{
  g_autofree char *full = g_strconcat (kind, name, NULL);
  g_autoptr (GVariant) table = find_table (state, full, error);

  if (!table)
    return FALSE;
  g_array_set_size (rows, 0);
  g_array_set_size (rows, (guint)g_variant_n_children (table));
  for (guint i = 0; i < rows->len; i++)
    if (!get_row (table, i, fields, rows->data + (gsize)i * g_array_get_element_size (rows)))
      return bad (error, full, "rows of our fields");
  return TRUE;
}

static gboolean
get_array (CdVenue *venue, GVariant *state, gsize a, GError **error)
{
  GPtrArray *rows = G_STRUCT_MEMBER (GPtrArray *, venue, arrays[a].offset);
  g_autoptr (GVariant) table = find_table (state, arrays[a].name, error);

  if (!table)
    return FALSE;
  g_ptr_array_set_size (rows, 0);
  for (gsize i = 0; i < g_variant_n_children (table); i++)
    {
      gpointer row = g_malloc0 (arrays[a].size);

      g_ptr_array_add (rows, row);
      if (!get_row (table, i, arrays[a].fields, row))
        return bad (error, arrays[a].name, "rows of our fields");
    }
  return TRUE;
}

static gboolean
get_account (CdVenueAccount *account, GVariant *state, GError **error)
{
  g_autoptr (GArray) events = get_loose (state, "events ", account->id, error);
  g_autoptr (GArray) changes = events ? get_loose (state, "changes ", account->id, error) : NULL;

  if (!changes || !get_one (state, "account ", account->id, account_fields, account, error))
    return FALSE;
  g_ptr_array_set_size (account->events, 0);
  for (guint i = 0; i < events->len; i++)
    {
      const char *text = g_array_index (events, Loose, i).a;
      CdWireEvent *event = text ? cd_wire_event_parse (text, strlen (text), NULL) : NULL;

      if (!event)
        return bad (error, "events", "events");
      g_ptr_array_add (account->events, event);
    }
  g_hash_table_remove_all (account->balance_seq);
  for (guint i = 0; i < changes->len; i++)
    {
      const Loose *row = &g_array_index (changes, Loose, i);

      g_hash_table_replace (account->balance_seq, g_strdup (row->a ? row->a : ""), GSIZE_TO_POINTER ((gsize)row->x));
    }
  return account->events->len == account->seq || bad (error, "events", "as many as were numbered");
}

static gboolean
get_keys (CdVenue *venue, GVariant *state, GError **error)
{
  g_autoptr (GArray) rows = get_loose (state, "keys", "", error);

  g_hash_table_remove_all (venue->keys);
  for (guint i = 0; rows && i < rows->len; i++)
    {
      Loose *row = &g_array_index (rows, Loose, i);
      CdVenueKey *key = g_new0 (CdVenueKey, 1);

      key->body_sha256 = g_strdup (row->b);
      key->fenced = row->x != 0;
      g_hash_table_insert (venue->keys, g_strdup (row->a ? row->a : ""), key);
      if (row->c && !(key->answer = cd_wire_answer_parse (row->c, strlen (row->c), NULL)))
        return bad (error, "keys", "answers");
    }
  return rows != NULL;
}

static gboolean
get_instructions (CdVenue *venue, GVariant *state, GError **error)
{
  g_autoptr (GVariant) lives = find_table (state, "instructions", error);
  g_autoptr (GArray) contents = lives ? get_loose (state, "contents", "", error) : NULL;

  if (!contents)
    return FALSE;
  if (g_variant_n_children (lives) != contents->len)
    return bad (error, "contents", "one for each instruction");
  for (guint i = 0; i < contents->len; i++)
    {
      const Loose *row = &g_array_index (contents, Loose, i);
      CdVenueInstruction *in = g_new0 (CdVenueInstruction, 1);

      in->life = cd_instruction_new ("", NULL);
      in->content = row->a ? cd_wire_instruction_parse (CD_WIRE_OP_INSTRUCTION_PROPOSE, row->a, strlen (row->a), NULL) : NULL;
      in->deputy_for = g_strdup (row->b);
      in->at_us = row->x;
      in->deadline_us = row->y;
      if (!in->content)
        in->content = cd_wire_instruction_new ();
      g_ptr_array_add (venue->instructions, in);
      if (in->content->kind == CD_WIRE_INSTRUCTION_NONE || !get_row (lives, i, life_fields, in->life))
        return bad (error, "instructions", "instructions");
      g_hash_table_insert (venue->instruction_by_id, g_strdup (in->life->key), in);
    }
  return TRUE;
}

static gboolean
get_ledger (CdVenue *venue, GVariant *state, GError **error)
{
  g_autoptr (GArray) rows = get_loose (state, "ledger", "", error);
  g_autoptr (GArray) legs = g_array_new (FALSE, FALSE, sizeof (CdLeg));

  if (!rows)
    return FALSE;
  cd_ledger_free (venue->ledger);
  venue->ledger = cd_ledger_new ();
  for (guint i = 0; i < rows->len; i++)
    {
      const Loose *row = &g_array_index (rows, Loose, i);
      const CdLeg leg = { row->a ? row->a : "", row->b ? row->b : "", (CdBucket)row->x, row->y };

      g_array_append_val (legs, leg);
    }
  return cd_ledger_post (venue->ledger, (const CdLeg *)legs->data, legs->len, error);
}

static gboolean
get_books (CdVenue *venue, GVariant *state, GError **error)
{
  for (guint i = 0; i < venue->books->len; i++)
    {
      CdVenueBook *book = g_ptr_array_index (venue->books, i);
      const char *code = book->instrument->code;

      if (!get_one (state, "book ", code, book_fields, book, error) || !get_structs (state, "trades ", code, trade_fields, book->trades, error) || !get_structs (state, "bars ", code, bar_fields, book->bars, error))
        return FALSE;
      cd_book_begin_snapshot (book->book, venue->epoch, book->seq);
      /* The rules of the day and its last close decide how large the ladders are. */
      cd_venue_book_begin_day (venue, book);
    }
  return TRUE;
}

gboolean
cd_venue_state_read (CdVenue *venue, GBytes *bytes, GError **error)
{
  g_autoptr (GVariant) state = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (STATE_TYPE), bytes, FALSE));
  g_autoptr (GVariant) persons = NULL;

  if (!g_variant_is_normal_form (state))
    return bad (error, "*", "whole tables");
  persons = find_table (state, "persons", error);
  if (!persons || !get_one (state, "venue", "", venue_fields, venue, error))
    return FALSE;
  for (gsize i = 0; i < venue->n_persons; i++)
    if (g_variant_n_children (persons) != venue->n_persons || !get_row (persons, i, person_fields, &venue->persons[i]))
      return bad (error, "persons", "those of the scenario");
  for (guint i = 0; i < venue->accounts->len; i++)
    if (!get_account (g_ptr_array_index (venue->accounts, i), state, error))
      return FALSE;
  for (gsize a = 0; a < G_N_ELEMENTS (arrays); a++)
    if (!get_array (venue, state, a, error))
      return FALSE;
  for (guint i = 0; i < venue->orders->len; i++)
    g_hash_table_insert (venue->order_by_id, ((CdVenueOrder *)g_ptr_array_index (venue->orders, i))->order_id, g_ptr_array_index (venue->orders, i));
  return get_books (venue, state, error) && get_instructions (venue, state, error) && get_keys (venue, state, error) && get_ledger (venue, state, error);
}
