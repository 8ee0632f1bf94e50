/* net-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net-fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <time.h>

#include "cd-json.h"
#include "cd-feed.h"

struct _Hostile
{
  char *dir;
  GSubprocess *process;
  GDataInputStream *out;
  CdJsonDoc *table;
  GHashTable *scripts; /* way -> GPtrArray of Script */
};

static void
script_free (gpointer data)
{
  Script *script = data;

  g_free (script->name);
  g_free (script->expect);
  g_free (script);
}

static CdJsonDoc *
read_line (Hostile *hostile)
{
  g_autoptr (GError) error = NULL;
  gsize len;
  g_autofree char *line = g_data_input_stream_read_line (hostile->out, &len, NULL, &error);
  CdJsonDoc *doc;

  g_assert_no_error (error);
  g_assert_nonnull (line);
  doc = cd_json_parse (line, (gssize)len, 1024 * 1024, &error);
  g_assert_no_error (error);
  return doc;
}

static CdJsonDoc *
ask (Hostile *hostile, const char *format, ...)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  va_list args;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);
  g_output_stream_write_all (g_subprocess_get_stdin_pipe (hostile->process), line, strlen (line), NULL, NULL, &error);
  g_assert_no_error (error);
  return read_line (hostile);
}

static void
read_scripts (Hostile *hostile, const CdJson *root, const char *way)
{
  GPtrArray *scripts = g_ptr_array_new_with_free_func (script_free);
  CdJson list;

  g_assert_true (cd_json_get_array (root, way, &list, NULL));
  for (guint i = 0; i < cd_json_length (&list); i++)
    {
      CdJson row = cd_json_at (&list, i);
      Script *script = g_new0 (Script, 1);
      const char *text;
      gint64 n;

      g_assert_true (cd_json_get_string (&row, "name", &text, NULL));
      script->name = g_strdup (text);
      g_assert_true (cd_json_get_string (&row, "expect", &text, NULL));
      script->expect = g_strdup (text);
      g_assert_true (cd_json_get_int (&row, "variants", 1, G_MAXINT, &n, NULL));
      script->variants = (guint)n;
      g_ptr_array_add (scripts, script);
    }
  g_hash_table_insert (hostile->scripts, g_strdup (way), scripts);
}

Hostile *
hostile_new (const char *dir, const char *const *names)
{
  static const char *const ways[] = { "post", "frame", "read", "handshake" };
  Hostile *hostile = g_new0 (Hostile, 1);
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  CdJson root;

  g_ptr_array_add (argv, g_strdup ("python3"));
  g_ptr_array_add (argv, g_build_filename (g_getenv ("CARBONDESK_SRCDIR"), "tests", "net", "hostile.py", NULL));
  g_ptr_array_add (argv, g_strdup (dir));
  for (guint i = 0; names[i]; i++)
    g_ptr_array_add (argv, g_strdup (names[i]));
  g_ptr_array_add (argv, NULL);
  hostile->dir = g_strdup (dir);
  hostile->process = g_subprocess_newv ((const char *const *)argv->pdata, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  g_assert_no_error (error);
  hostile->out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (hostile->process));
  hostile->scripts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  hostile->table = read_line (hostile);
  root = cd_json_root (hostile->table);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    read_scripts (hostile, &root, ways[i]);
  return hostile;
}

void
hostile_free (Hostile *hostile)
{
  g_autoptr (GError) error = NULL;

  g_output_stream_close (g_subprocess_get_stdin_pipe (hostile->process), NULL, NULL);
  g_subprocess_wait (hostile->process, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (hostile->process) && g_subprocess_get_exit_status (hostile->process) == 0);
  g_object_unref (hostile->out);
  g_object_unref (hostile->process);
  g_hash_table_unref (hostile->scripts);
  cd_json_doc_free (hostile->table);
  g_free (hostile->dir);
  g_free (hostile);
}

CdEndpoint *
hostile_endpoint (Hostile *hostile, const char *name)
{
  CdEndpoint *endpoint = g_new0 (CdEndpoint, 1);
  CdJson root = cd_json_root (hostile->table), ports;
  gint64 port;

  g_assert_true (cd_json_get_object (&root, "ports", &ports, NULL));
  g_assert_true (cd_json_get_int (&ports, name, 1, 65535, &port, NULL));
  endpoint->url = g_strdup_printf ("https://localhost:%" G_GINT64_FORMAT, port);
  endpoint->ca_path = g_build_filename (hostile->dir, "ca.crt", NULL);
  endpoint->crl_path = g_build_filename (hostile->dir, "ca.crl", NULL);
  endpoint->cert_path = g_build_filename (hostile->dir, "person.crt", NULL);
  endpoint->key_path = g_build_filename (hostile->dir, "person.key", NULL);
  return endpoint;
}

GPtrArray *
hostile_scripts (Hostile *hostile, const char *way)
{
  return g_hash_table_lookup (hostile->scripts, way);
}

void
hostile_set (Hostile *hostile, const char *what, const char *mode)
{
  cd_json_doc_free (ask (hostile, "%s %s\n", what, mode));
}

guint
hostile_copies (Hostile *hostile, const char *key)
{
  CdJsonDoc *doc = ask (hostile, "copies %s\n", key);
  CdJson root = cd_json_root (doc);
  gint64 n;

  g_assert_true (cd_json_get_int (&root, "n", 0, G_MAXINT, &n, NULL));
  cd_json_doc_free (doc);
  return (guint)n;
}

char *
certs_folder (Certs **certs)
{
  g_autoptr (GError) error = NULL;
  char *dir = g_dir_make_tmp ("carbondesk-net-XXXXXX", &error);

  g_assert_no_error (error);
  *certs = certs_new (dir);
  certs_make (*certs, &(CertSpec){ .name = "good", .dns = "localhost", .purpose = CERT_SERVER });
  certs_make (*certs, &(CertSpec){ .name = "person", .purpose = CERT_CLIENT });
  return dir;
}

/* --- The loop ---------------------------------------------------------------------------------------------------------- */

static gboolean
late_cb (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
nudge_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

void
run_until (Condition condition, gconstpointer data, guint limit_s)
{
  gboolean late = FALSE;
  guint timer = g_timeout_add_seconds (limit_s, late_cb, &late);
  guint nudge = g_timeout_add (10, nudge_cb, NULL);

  while (!late && !condition (data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (nudge);
  g_assert_false (late);
  g_source_remove (timer);
}

void
outcome_cb (CdTradeClient *client, const char *key, CdSendOutcome outcome, const CdWireAnswer *answer, gpointer data)
{
  Outcome *seen = data;

  seen->outcome = outcome;
  seen->n++;
}

gboolean
has_outcome (gconstpointer data)
{
  return ((const Outcome *)data)->n > 0;
}

/* --- Cost -------------------------------------------------------------------------------------------------------------- */

static gint64
status_kib (const char *member)
{
  g_autofree char *text = NULL;
  const char *at;

  g_assert_true (g_file_get_contents ("/proc/self/status", &text, NULL, NULL));
  at = strstr (text, member);
  g_assert_nonnull (at);
  return g_ascii_strtoll (at + strlen (member), NULL, 10);
}

static gint64
cpu_us (void)
{
  struct timespec t;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &t);
  return (gint64)t.tv_sec * G_USEC_PER_SEC + t.tv_nsec / 1000;
}

static gboolean
beat_cb (gpointer data)
{
  Cost *cost = data;
  gint64 cpu = cpu_us (), now = g_get_monotonic_time ();

  cost->gap_cpu_us = MAX (cost->gap_cpu_us, cpu - cost->last_cpu_us);
  cost->gap_us = MAX (cost->gap_us, now - cost->last_us);
  cost->last_cpu_us = cpu;
  cost->last_us = now;
  return G_SOURCE_CONTINUE;
}

void
cost_start (Cost *cost)
{
  FILE *refs = g_fopen ("/proc/self/clear_refs", "w");

  memset (cost, 0, sizeof *cost);
  g_assert_nonnull (refs);
  fputs ("5", refs); /* the highest resident size counts anew */
  fclose (refs);
  cost->rss_start_kib = status_kib ("VmRSS:");
  cost->last_cpu_us = cpu_us ();
  cost->last_us = g_get_monotonic_time ();
  cost->source = g_timeout_add_full (G_PRIORITY_HIGH, 1, beat_cb, cost, NULL);
}

void
cost_end (Cost *cost)
{
  beat_cb (cost);
  g_source_remove (cost->source);
  cost->rss_peak_kib = status_kib ("VmHWM:");
}
