/* cd-pack-examples.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Worked examples: a pack proves itself with them. Each is computed by the functions that trade and comply with the pack, and
 * the answer is compared member by member with what the rulebook's example says.
 */
#include "cd-pack-compute-private.h"

#include <string.h>

static const struct
{
  const char *kind;
  CdPackCompute compute;
} kinds[] = {
  { "band", cd_pack_compute_band },
  { "order", cd_pack_compute_order },
  { "session", cd_pack_compute_session },
  { "calendar", cd_pack_compute_calendar },
  { "close", cd_pack_compute_close },
  { "composite", cd_pack_compute_composite },
  { "first_reference", cd_pack_compute_first_reference },
  { "carry_over", cd_pack_compute_carry_over },
  { "offset_cap", cd_pack_compute_offset_cap },
  { "eligibility", cd_pack_compute_eligibility },
  { "surrender_matrix", cd_pack_compute_surrender_matrix },
  { "deadline", cd_pack_compute_deadline },
  { "relief", cd_pack_compute_relief },
  { "pre_allocation", cd_pack_compute_pre_allocation },
  { "verification_gate", cd_pack_compute_verification_gate },
  { "penalty", cd_pack_compute_penalty },
  { "allocation", cd_pack_compute_allocation },
  { "borrowing", cd_pack_compute_borrowing },
  { "collar", cd_pack_compute_collar },
};

static CdPackCompute
find_kind (const char *kind)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i].kind, kind) == 0)
      return kinds[i].compute;
  return NULL;
}

static void
read_example (CdPackReader *reader, const CdJson *at, GHashTable *ids)
{
  CdPackExample *example = g_new0 (CdPackExample, 1);
  CdJson given, expect;

  g_ptr_array_add (reader->pack->examples, example);
  cd_json_only_members (at, reader->faults, "id", "kind", "source", "clause", "given", "expect", NULL);
  if (!cd_pack_read_id (reader, at, "id", &example->id))
    example->id = g_strdup ("");
  else if (!g_hash_table_add (ids, g_strdup (example->id)))
    cd_json_fault (reader->faults, at, "id", "duplicate", "expected each example once");
  if (!cd_pack_read_id (reader, at, "kind", &example->kind))
    example->kind = g_strdup ("");
  else if (!find_kind (example->kind))
    cd_json_fault (reader->faults, at, "kind", "word", "expected a kind of example that the program can compute");
  example->source = cd_pack_read_source (reader, at);
  if (cd_json_get_object (at, "given", &given, reader->faults))
    example->given = json_node_ref (given.node);
  if (!cd_json_get_object (at, "expect", &expect, reader->faults))
    return;
  example->expect = json_node_ref (expect.node);
  if (json_object_get_size (json_node_get_object (expect.node)) == 0)
    cd_json_fault (reader->faults, at, "expect", "empty", "expected at least one figure: an example that expects nothing proves nothing");
}

void
cd_pack_read_examples (CdPackReader *reader, const CdJson *root)
{
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  CdJson list;

  if (!cd_json_get_array (root, "examples", &list, reader->faults))
    return;
  if (cd_json_length (&list) == 0)
    cd_json_fault (reader->faults, &list, NULL, "empty", "expected worked examples: a pack without them is refused");
  for (guint i = 0; i < cd_json_length (&list); i++)
    {
      CdJson item = cd_json_at (&list, i);

      read_example (reader, &item, ids);
    }
}

/* "expect" may name only some of the figures; those have to be equal. */
static gboolean
agrees (JsonNode *expect, const char *got)
{
  g_autoptr (CdJsonDoc) doc = cd_json_parse (got, -1, 0, NULL);
  JsonObject *want = json_node_get_object (expect);
  g_autoptr (GList) members = json_object_get_members (want);
  CdJson root;

  if (!doc)
    return FALSE;
  root = cd_json_root (doc);
  for (GList *l = members; l; l = l->next)
    {
      CdJson value;

      if (!cd_json_find (&root, l->data, &value) || !json_node_equal (json_object_get_member (want, l->data), value.node))
        return FALSE;
    }
  return TRUE;
}

char *
cd_pack_example_compute (const CdPack *pack, const CdPackExample *example, GError **error)
{
  g_autoptr (CdJsonFaults) faults = cd_json_faults_new ();
  g_autoptr (CdJsonWriter) out = cd_json_writer_new ();
  CdJson given = { example->given, NULL, NULL, -1 };
  CdPackCompute compute = find_kind (example->kind);
  gboolean ok;

  if (!compute)
    {
      g_set_error (error, CD_PACK_ERROR, CD_PACK_ERROR_INVALID, "%s: unknown kind of example", example->kind);
      return NULL;
    }
  cd_json_writer_begin_object (out, NULL);
  ok = compute (pack, &given, out, faults, error);
  cd_json_writer_end_object (out);
  if (ok && !cd_json_faults_to_error (faults, error))
    ok = FALSE;
  if (!ok && error && !*error)
    cd_json_faults_to_error (faults, error);
  return ok ? cd_json_writer_finish (out) : NULL;
}

void
cd_pack_example_result_free (CdPackExampleResult *result)
{
  g_free (result->id);
  g_free (result->kind);
  g_free (result->expected);
  g_free (result->got);
  g_free (result);
}

GPtrArray *
cd_pack_run_examples (const CdPack *pack)
{
  GPtrArray *results = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_pack_example_result_free);

  for (guint i = 0; i < pack->examples->len; i++)
    {
      const CdPackExample *example = g_ptr_array_index (pack->examples, i);
      CdPackExampleResult *result = g_new0 (CdPackExampleResult, 1);
      g_autoptr (GError) error = NULL;

      result->id = g_strdup (example->id);
      result->kind = g_strdup (example->kind);
      result->expected = json_to_string (example->expect, FALSE);
      result->got = cd_pack_example_compute (pack, example, &error);
      result->passed = result->got && agrees (example->expect, result->got);
      if (!result->got)
        result->got = g_strdup (error ? error->message : "not computable");
      g_ptr_array_add (results, result);
    }
  return results;
}
