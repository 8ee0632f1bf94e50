/* cd-pack.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From bytes to a pack, or to the list of everything that is wrong with them.
 */
#include "cd-pack-private.h"

#include <string.h>

GQuark
cd_pack_error_quark (void)
{
  return g_quark_from_static_string ("cd-pack-error-quark");
}

#define RESOURCE_DIR "/io/github/carbondesk/Carbondesk/packs/"
#define VERSION_PARTS 3

void
cd_pack_free (CdPack *pack)
{
  if (!pack)
    return;
  g_free (pack->id);
  g_free (pack->version);
  g_free (pack->origin);
  g_free (pack->sha256);
  g_clear_pointer (&pack->bytes, g_bytes_unref);
  cd_market_free (pack->market);
  cd_scheme_free (pack->scheme);
  g_ptr_array_unref (pack->figures);
  g_ptr_array_unref (pack->examples);
  g_ptr_array_unref (pack->warnings);
  g_free (pack);
}

static void
example_free (gpointer data)
{
  CdPackExample *example = data;

  g_free (example->id);
  g_free (example->kind);
  g_free (example->source);
  g_clear_pointer (&example->given, json_node_unref);
  g_clear_pointer (&example->expect, json_node_unref);
  g_free (example);
}

static CdPack *
pack_new (GBytes *bytes, const char *origin)
{
  CdPack *pack = g_new0 (CdPack, 1);

  pack->bytes = g_bytes_ref (bytes);
  pack->sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  pack->origin = g_strdup (origin);
  pack->published = pack->valid_from = pack->valid_to = CD_DATE_NONE;
  pack->figures = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_rule_series_free);
  pack->examples = g_ptr_array_new_with_free_func (example_free);
  pack->warnings = g_ptr_array_new_with_free_func (g_free);
  pack->market = g_new0 (CdMarket, 1);
  pack->market->instruments = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_instrument_free);
  pack->market->modes = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_mode_rule_free);
  pack->market->composite = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_composite_period_free);
  pack->scheme = g_new0 (CdScheme, 1);
  pack->scheme->leaver_until = CD_DATE_NONE;
  pack->scheme->years = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_compliance_year_free);
  pack->scheme->offsets = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_offset_rule_free);
  pack->scheme->penalties = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_penalty_free);
  pack->scheme->carry_overs = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_carry_over_free);
  pack->scheme->reliefs = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_relief_free);
  pack->scheme->allocations = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_allocation_rule_free);
  pack->scheme->borrowings = g_ptr_array_new_with_free_func ((GDestroyNotify)cd_borrowing_free);
  pack->scheme->report_only_sources = g_ptr_array_new_with_free_func (g_free);
  return pack;
}

/* --- The head ---------------------------------------------------------------------------------------------------------- */

static gboolean
parse_version (const char *text, guint64 parts[VERSION_PARTS])
{
  g_auto (GStrv) pieces = g_strsplit (text, ".", -1);

  if (g_strv_length (pieces) != VERSION_PARTS)
    return FALSE;
  for (int i = 0; i < VERSION_PARTS; i++)
    if (!g_ascii_string_to_unsigned (pieces[i], 10, 0, 999999, &parts[i], NULL) || (pieces[i][0] == '0' && pieces[i][1]))
      return FALSE;
  return TRUE;
}

static int
compare_versions (const char *a, const char *b)
{
  guint64 x[VERSION_PARTS] = { 0 }, y[VERSION_PARTS] = { 0 };

  parse_version (a, x);
  parse_version (b, y);
  for (int i = 0; i < VERSION_PARTS; i++)
    if (x[i] != y[i])
      return x[i] < y[i] ? -1 : 1;
  return 0;
}

/* An address is shown and may be opened: nothing but https, and nothing that hides the host. */
static void
check_url (CdPackReader *reader, const CdJson *at)
{
  g_autoptr (GUri) uri = NULL;
  const char *text;
  gboolean plain = TRUE;

  if (!cd_json_has (at, "url"))
    return;
  if (!cd_json_get_string (at, "url", &text, reader->faults))
    return;
  for (const char *p = text; *p; p++)
    plain &= (guchar)*p > 0x20 && (guchar)*p < 0x7f;
  uri = plain ? g_uri_parse (text, G_URI_FLAGS_NONE, NULL) : NULL;
  if (!uri || g_strcmp0 (g_uri_get_scheme (uri), "https") != 0 || !g_uri_get_host (uri) || !*g_uri_get_host (uri) || g_uri_get_userinfo (uri))
    cd_json_fault (reader->faults, at, "url", "url", "expected an https address without user name, or null");
}

static void
read_source (CdPackReader *reader, const CdJson *sources, const char *key)
{
  g_autofree char *document = NULL;
  g_autofree char *number = NULL;
  g_autofree char *text = NULL;
  CdDate day = CD_DATE_NONE;
  char buf[CD_DATE_BUF];
  CdJson at;

  if (!cd_json_get_object (sources, key, &at, reader->faults))
    return;
  cd_json_only_members (&at, reader->faults, "document", "number", "date", "url", "note", NULL);
  if (!cd_pack_read_text (reader, &at, "document", &document))
    return;
  cd_pack_read_date_or_null (reader, &at, "date", &day);
  if (cd_json_has (&at, "number"))
    cd_pack_read_text (reader, &at, "number", &number);
  if (cd_json_has (&at, "note"))
    cd_pack_read_text (reader, &at, "note", &text);
  g_clear_pointer (&text, g_free);
  check_url (reader, &at);
  text = g_strdup_printf ("%s%s%s", document, number ? ", " : "", number ? number : "");
  g_hash_table_insert (reader->sources, g_strdup (key), day == CD_DATE_NONE ? g_strdup (text) : g_strdup_printf ("%s (%s)", text, cd_date_print (day, buf)));
}

static void
read_sources (CdPackReader *reader, const CdJson *root)
{
  g_autoptr (GList) keys = NULL;
  CdJson sources;

  if (!cd_json_get_object (root, "sources", &sources, reader->faults))
    return;
  keys = cd_json_members (&sources);
  for (GList *l = keys; l; l = l->next)
    read_source (reader, &sources, l->data);
}

static void
read_currency (CdPackReader *reader, const CdJson *root)
{
  static const char *const known[] = { "CNY", "EUR", "GBP", "USD", "KRW", "JPY", "NZD", "CAD", "AUD", "CHF", "HKD", "SGD", NULL };
  CdMarket *market = reader->pack->market;
  gint64 decimals;
  int word;

  if (cd_pack_read_word (reader, root, "currency", known, &word) && !cd_currency_parse (known[word], &market->ccy))
    cd_json_fault (reader->faults, root, "currency", "word", "expected a currency code");
  if (cd_json_get_int (root, "price_decimals", 0, 9, &decimals, reader->faults))
    reader->pack->price_decimals = (int)decimals;
}

/* The market's zone; Shanghai stands in after a fault, so that the rest can still be checked. */
static void
read_zone (CdPackReader *reader, const CdJson *root)
{
  g_autoptr (CdZone) zone = NULL;
  const char *name;

  if (cd_json_get_string (root, "zone", &name, reader->faults))
    {
      zone = cd_zone_new (name, NULL);
      if (!zone)
        cd_json_fault (reader->faults, root, "zone", "zone", "expected the name of a time zone such as Asia/Shanghai, found “%.40s”", name);
    }
  if (!zone)
    zone = cd_zone_new ("UTC", NULL);
  reader->pack->market->calendar = cd_calendar_new (zone);
  reader->pack->scheme->zone = g_steal_pointer (&zone);
}

static void
read_mass (CdPackReader *reader, const CdJson *root)
{
  g_autofree char *unit = NULL;
  gint64 num, den;
  CdJson mass;

  if (!cd_json_get_object (root, "mass", &mass, reader->faults))
    return;
  cd_json_only_members (&mass, reader->faults, "unit", "tonnes_num", "tonnes_den", NULL);
  cd_pack_read_text (reader, &mass, "unit", &unit);
  if (cd_json_get_i64 (&mass, "tonnes_num", &num, reader->faults) && num < 1)
    cd_json_fault (reader->faults, &mass, "tonnes_num", "range", "expected at least 1");
  if (cd_json_get_i64 (&mass, "tonnes_den", &den, reader->faults) && den < 1)
    cd_json_fault (reader->faults, &mass, "tonnes_den", "range", "expected at least 1");
}

static void
read_head (CdPackReader *reader, const CdJson *root)
{
  CdPack *pack = reader->pack;
  guint64 parts[VERSION_PARTS];
  const char *format;

  cd_json_only_members (root, reader->faults, "format", "id", "version", "published", "valid_from", "valid_to", "name", "currency", "price_decimals", "mass", "zone", "sources", "market", "scheme", "examples", NULL);
  if (cd_json_get_string (root, "format", &format, reader->faults) && strcmp (format, CD_PACK_FORMAT) != 0)
    cd_json_fault (reader->faults, root, "format", "word", "expected “%s”", CD_PACK_FORMAT);
  cd_pack_read_id (reader, root, "id", &pack->id);
  if (cd_pack_read_text (reader, root, "version", &pack->version) && !parse_version (pack->version, parts))
    cd_json_fault (reader->faults, root, "version", "syntax", "expected three numbers such as 2026.11.1");
  cd_json_get_date (root, "published", &pack->published, reader->faults);
  cd_pack_read_date_or_null (reader, root, "valid_from", &pack->valid_from);
  cd_pack_read_date_or_null (reader, root, "valid_to", &pack->valid_to);
  if (pack->valid_to != CD_DATE_NONE && pack->valid_to < pack->valid_from)
    cd_json_fault (reader->faults, root, "valid_to", "period", "expected a last day not before valid_from");
  cd_pack_read_name (reader, root, "name", &pack->market->name_zh, &pack->market->name_en);
  read_currency (reader, root);
  read_mass (reader, root);
  read_zone (reader, root);
  read_sources (reader, root);
  pack->market->id = g_strdup (pack->id);
  pack->scheme->id = g_strdup (pack->id);
}

/* --- Loading ------------------------------------------------------------------------------------------------------------ */

static CdPack *
fail_invalid (CdJsonFaults *faults, const char *origin, GError **error)
{
  g_autoptr (GError) first = NULL;

  cd_json_faults_to_error (faults, &first);
  g_set_error (error, CD_PACK_ERROR, CD_PACK_ERROR_INVALID, "%s: %s", origin, first->message);
  return NULL;
}

CdPack *
cd_pack_load_bytes (GBytes *bytes, const char *origin, const char *expected_sha256, CdJsonFaults *faults, GError **error)
{
  g_autoptr (CdPack) pack = pack_new (bytes, origin);
  g_autoptr (CdJsonFaults) own = faults ? NULL : cd_json_faults_new ();
  g_autoptr (GHashTable) sources = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  CdPackReader reader = { pack, faults ? faults : own, sources };
  g_autoptr (GError) local = NULL;
  g_autoptr (CdJsonDoc) doc = NULL;
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);
  CdJson root;

  if (expected_sha256 && g_ascii_strcasecmp (expected_sha256, pack->sha256) != 0)
    {
      cd_json_fault (reader.faults, NULL, NULL, "hash", "expected bytes with the SHA-256 %s, found %s", expected_sha256, pack->sha256);
      g_set_error (error, CD_PACK_ERROR, CD_PACK_ERROR_HASH, "%s: expected bytes with the SHA-256 %s, found %s", origin, expected_sha256, pack->sha256);
      return NULL;
    }
  doc = cd_json_parse (text ? text : "", (gssize)size, CD_PACK_SIZE_MAX, &local);
  if (!doc)
    {
      cd_json_fault (reader.faults, NULL, NULL, g_error_matches (local, CD_JSON_ERROR, CD_JSON_ERROR_SIZE) ? "size" : "json", "%s", local->message);
      return fail_invalid (reader.faults, origin, error);
    }
  root = cd_json_root (doc);
  if (!cd_json_get_object (&root, NULL, &root, reader.faults))
    return fail_invalid (reader.faults, origin, error);
  read_head (&reader, &root);
  cd_pack_read_market (&reader, &root);
  cd_pack_read_scheme (&reader, &root);
  cd_pack_read_examples (&reader, &root);
  if (cd_json_faults_count (reader.faults) > 0)
    return fail_invalid (reader.faults, origin, error);
  return g_steal_pointer (&pack);
}

/* At most one byte more than a pack may have, so that a huge file costs no memory. */
static GBytes *
read_file (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) in = NULL;
  g_autofree char *buffer = g_malloc (CD_PACK_SIZE_MAX + 1);
  g_autoptr (GError) local = NULL;
  gsize n = 0;

  in = g_file_read (file, NULL, &local);
  if (!in || !g_input_stream_read_all (G_INPUT_STREAM (in), buffer, CD_PACK_SIZE_MAX + 1, &n, NULL, &local))
    {
      g_set_error (error, CD_PACK_ERROR, CD_PACK_ERROR_READ, "%s: %s", path, local->message);
      return NULL;
    }
  return g_bytes_new (buffer, n);
}

CdPack *
cd_pack_load_file (const char *path, const char *expected_sha256, CdJsonFaults *faults, GError **error)
{
  g_autoptr (GBytes) bytes = read_file (path, error);
  g_autofree char *origin = g_path_get_basename (path);

  return bytes ? cd_pack_load_bytes (bytes, origin, expected_sha256, faults, error) : NULL;
}

CdJsonFaults *
cd_pack_check_file (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = read_file (path, error);
  g_autoptr (CdPack) pack = NULL;
  CdJsonFaults *faults;

  if (!bytes)
    return NULL;
  faults = cd_json_faults_new ();
  pack = cd_pack_load_bytes (bytes, path, NULL, faults, NULL);
  return faults;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

char **
cd_pack_list_builtin (void)
{
  g_auto (GStrv) names = g_resources_enumerate_children (RESOURCE_DIR, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  GPtrArray *ids = g_ptr_array_new ();

  for (char **name = names; name && *name; name++)
    if (g_str_has_suffix (*name, ".json"))
      g_ptr_array_add (ids, g_strndup (*name, strlen (*name) - strlen (".json")));
  g_ptr_array_sort (ids, compare_names);
  g_ptr_array_add (ids, NULL);
  return (char **)g_ptr_array_free (ids, FALSE);
}

CdPack *
cd_pack_load_builtin (const char *id, GError **error)
{
  g_autofree char *path = g_strconcat (RESOURCE_DIR, id, ".json", NULL);
  g_autoptr (GBytes) bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  if (!bytes)
    {
      g_auto (GStrv) ids = cd_pack_list_builtin ();
      g_autofree char *list = g_strjoinv (", ", ids);

      g_set_error (error, CD_PACK_ERROR, CD_PACK_ERROR_UNKNOWN, "“%.60s”: expected one of the built-in packs %s", id, list);
      return NULL;
    }
  return cd_pack_load_bytes (bytes, "built-in", NULL, NULL, error);
}

/* --- In use ---------------------------------------------------------------------------------------------------------------- */

CdPackState
cd_pack_state_on (const CdPack *pack, CdDate day)
{
  if (pack->valid_from != CD_DATE_NONE && day < pack->valid_from)
    return CD_PACK_NOT_YET;
  if (pack->valid_to != CD_DATE_NONE && day > pack->valid_to)
    return CD_PACK_EXPIRED;
  if (cd_calendar_day_kind (pack->market->calendar, day) == CD_DAY_UNKNOWN)
    return CD_PACK_CALENDAR_GAP;
  return CD_PACK_USABLE;
}

gboolean
cd_pack_may_replace (const CdPack *installed, const CdPack *pack, GError **error)
{
  int order = compare_versions (installed->version, pack->version);

  if (strcmp (installed->id, pack->id) != 0)
    {
      g_set_error (error, CD_PACK_ERROR, CD_PACK_ERROR_OLDER, "%s: expected a pack of the market %s", pack->id, installed->id);
      return FALSE;
    }
  if (order > 0 || (order == 0 && strcmp (installed->sha256, pack->sha256) != 0))
    {
      g_set_error (error, CD_PACK_ERROR, CD_PACK_ERROR_OLDER, "%s %s: expected a version after %s", pack->id, pack->version, installed->version);
      return FALSE;
    }
  return TRUE;
}

const CdRuleSeries *
cd_pack_figure (const CdPack *pack, const char *path)
{
  for (guint i = 0; i < pack->figures->len; i++)
    {
      const CdRuleSeries *series = g_ptr_array_index (pack->figures, i);

      if (strcmp (series->id, path) == 0)
        return series;
    }
  return NULL;
}
