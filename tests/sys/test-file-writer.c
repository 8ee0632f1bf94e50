/* test-file-writer.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Killed and refused at every call (fault-files.h). The writing is done by a copy of this process, so that it dies as a program dies.
 */
#include "cd-file-writer.h"
#include "cd-paths.h"
#include "fault-files.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define BIG (200 * 1024)

/* --- A person's folder --------------------------------------------------------------------------------------------------- */

typedef struct
{
  CdEnv *env;
  char *root, *folder, *path, *other, *notes;
  GByteArray *old, *new;
} Fixture;

static GByteArray *
content (guint8 letter)
{
  GByteArray *bytes = g_byte_array_sized_new (BIG);

  g_byte_array_set_size (bytes, BIG);
  memset (bytes->data, letter, BIG);
  return bytes;
}

static void
step_cb (const char *name, gpointer data)
{
  fault_files_tick ();
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *data_home = NULL;

  memset (&fault_files, 0, sizeof fault_files);
  f->env = cd_env_test_new (0, 1);
  f->root = g_dir_make_tmp ("carbondesk-writer-XXXXXX", NULL);
  f->folder = g_build_filename (f->root, "folder of a person", NULL);
  f->path = g_build_filename (f->folder, "report: table.csv", NULL);
  f->other = g_build_filename (f->folder, "other.csv", NULL);
  data_home = g_build_filename (f->root, "data", NULL);
  f->notes = g_build_filename (data_home, "carbondesk", "unfinished", NULL);
  cd_env_test_set_string (f->env, "XDG_DATA_HOME", data_home);
  cd_env_test_set_string (f->env, "XDG_CACHE_HOME", data_home);
  cd_env_set_probe (f->env, step_cb, NULL);
  f->old = content ('o');
  f->new = content ('n');
  g_assert_cmpint (g_mkdir (f->folder, 0700), ==, 0);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  memset (&fault_files, 0, sizeof fault_files);
  g_assert_true (cd_paths_remove_tree (f->root, NULL));
  cd_env_unref (f->env);
  g_byte_array_unref (f->old);
  g_byte_array_unref (f->new);
  g_free (f->root);
  g_free (f->folder);
  g_free (f->path);
  g_free (f->other);
  g_free (f->notes);
}

static gboolean
put (Fixture *f, const char *path, const GByteArray *bytes, GError **error)
{
  return cd_file_write (f->env, path, bytes->data, bytes->len, 0666, error);
}

static guint
count (const char *folder, const char *prefix)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  while (dir && (name = g_dir_read_name (dir)) != NULL)
    n += g_str_has_prefix (name, prefix);
  return n;
}

#define TEMPORARIES(f) count ((f)->folder, ".carbondesk-")
#define NOTES(f) count ((f)->notes, "")

static gboolean
holds (const char *path, const GByteArray *bytes)
{
  g_autofree char *text = NULL;
  gsize len;

  return g_file_get_contents (path, &text, &len, NULL) && len == bytes->len && memcmp (text, bytes->data, len) == 0;
}

static guint
mode_of (const char *path)
{
  struct stat st;

  g_assert_cmpint (lstat (path, &st), ==, 0);
  return st.st_mode & 07777;
}

/* --- Kills ------------------------------------------------------------------------------------------------------------- */

/* What the file system can do. */
typedef struct
{
  const char *name;
  int tmpfile, link;
} Kind;

static const Kind kinds[] = {
  { "unnamed", 0, 0 },
  { "no-unnamed", EOPNOTSUPP, EPERM }, /* as under the portal */
  { "no-links", 0, EACCES },
};

/* FALSE: it came to its end before. */
static gboolean
killed_at (Fixture *f, const Kind *kind, guint at)
{
  pid_t child = fork ();
  int status;

  if (child == 0)
    {
      fault_files.tmpfile = kind->tmpfile;
      fault_files.link = kind->link;
      fault_files_die_at (at);
      _exit (put (f, f->path, f->new, NULL) ? 0 : 1);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  if (WIFSIGNALED (status))
    g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);
  else
    g_assert_cmpint (WEXITSTATUS (status), ==, 0);
  return WIFSIGNALED (status);
}

static void
begin (Fixture *f, gboolean over_old)
{
  g_unlink (f->path);
  if (over_old)
    g_assert_true (put (f, f->path, f->old, NULL));
}

static void
check_whole (Fixture *f, gboolean over_old, guint *n_new)
{
  if (holds (f->path, f->new))
    ++*n_new;
  else if (over_old)
    g_assert_true (holds (f->path, f->old));
  else
    g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS));
}

/* A program that starts: a profile is opened. */
static void
start (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CdPaths) paths = cd_paths_open (f->env, CD_PROFILE_PRACTICE, "p", &error);

  g_assert_no_error (error);
}

/* At every call: the old one whole or the new one whole; and nothing is left behind the next start, nor behind the next write. */
static void
test_kill (Fixture *f, gconstpointer data)
{
  const Kind *kind = data;

  for (guint over_old = 0; over_old < 2; over_old++)
    {
      guint at = 0, n_new = 0, n_left = 0, n_noted = 0;
      gboolean more = TRUE;

      while (more)
        {
          begin (f, over_old);
          more = killed_at (f, kind, ++at);
          check_whole (f, over_old, &n_new);
          n_left += TEMPORARIES (f);
          n_noted += NOTES (f);
          start (f);
          g_assert_cmpuint (TEMPORARIES (f), ==, 0);
          g_assert_cmpuint (NOTES (f), ==, 0);
          /* The same again, with another file written there next. */
          begin (f, over_old);
          killed_at (f, kind, at);
          g_assert_true (put (f, f->other, f->new, NULL));
          g_assert_cmpuint (TEMPORARIES (f), ==, 0);
          check_whole (f, over_old, &n_new);
          start (f); /* a note of what is gone goes too */
          g_assert_cmpuint (NOTES (f), ==, 0);
        }
      g_test_message ("%s, %s: killed at %u points; new content after %u of %u, a temporary file after %u, a note after %u", kind->name,
                      over_old ? "over an old file" : "new", at - 1, n_new, 2 * at, n_left, n_noted);
      g_assert_cmpuint (at, >, 10);
      g_assert_cmpuint (n_new, >, 1);
      g_assert_cmpuint (n_new, <, 2 * at);
      /* Without a name there is nothing to leave; only the step over an old file has one. */
      if (kind == &kinds[0] && !over_old)
        g_assert_cmpuint (n_left + n_noted, ==, 0);
      else
        g_assert_cmpuint (n_left, >, 0);
    }
}

/* --- Not what is being written ----------------------------------------------------------------------------------------------- */

static void
stop_cb (const char *name, gpointer data)
{
  if (g_str_equal (name, "file.named"))
    raise (SIGSTOP);
}

/* Of a live writer, stopped with its name in the folder: neither a start nor a write of another process takes it away. */
static void
test_alive (Fixture *f, gconstpointer data)
{
  pid_t child;
  int status;

  begin (f, TRUE);
  child = fork ();
  if (child == 0)
    {
      fault_files.tmpfile = ((const Kind *)data)->tmpfile;
      cd_env_set_probe (f->env, stop_cb, NULL);
      _exit (put (f, f->path, f->new, NULL) ? 0 : 1);
    }
  g_assert_cmpint (waitpid (child, &status, WUNTRACED), ==, child);
  g_assert_true (WIFSTOPPED (status));
  g_assert_cmpuint (TEMPORARIES (f), ==, 1);
  start (f);
  g_assert_true (put (f, f->other, f->new, NULL));
  g_assert_cmpuint (TEMPORARIES (f), ==, 1);
  g_assert_cmpuint (NOTES (f), ==, 1);
  g_assert_true (holds (f->path, f->old));
  kill (child, SIGCONT);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  g_assert_true (holds (f->path, f->new));
  g_assert_cmpuint (TEMPORARIES (f) + NOTES (f), ==, 0);
}

static void
test_names_of_others (Fixture *f, gconstpointer data)
{
  static const char *const names[] = { ".carbondesk-.part", ".carbondesk-1.part", ".carbondesk-1-.part", ".carbondesk-1-2.part.csv", ".carbondesk-1-x.part", "x.carbondesk-1-2.part" };
  g_autofree char *mine = g_build_filename (f->folder, ".carbondesk-1-2.part", NULL);
  g_autofree char *link = g_build_filename (f->folder, ".carbondesk-1-3.part", NULL);
  g_autofree char *folder = g_build_filename (f->folder, ".carbondesk-1-4.part", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (f->folder, names[i], NULL);

      g_assert_true (g_file_set_contents (path, "x", 1, NULL));
    }
  g_assert_true (g_file_set_contents (mine, "x", 1, NULL));
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  begin (f, TRUE);
  g_assert_true (g_file_test (mine, G_FILE_TEST_EXISTS) == FALSE);
  g_assert_cmpint (symlink (f->path, link), ==, 0);
  g_assert_true (put (f, f->other, f->new, NULL));
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
  g_assert_true (g_file_test (folder, G_FILE_TEST_IS_DIR));
  g_assert_true (holds (f->path, f->old));
  g_assert_cmpuint (TEMPORARIES (f), ==, G_N_ELEMENTS (names) - 1 + 2);
}

/* --- Failures -------------------------------------------------------------------------------------------------------------- */

static void
expect (Fixture *f, CdFileWriteError code, int reason)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *first = g_strconcat (f->path, ": ", NULL);

  g_assert_false (put (f, f->path, f->new, &error));
  g_assert_error (error, CD_FILE_WRITE_ERROR, (int)code);
  g_assert_true (g_str_has_prefix (error->message, first));
  g_assert_true (g_str_has_suffix (error->message, g_strerror (reason)));
  g_assert_cmpuint (TEMPORARIES (f) + NOTES (f), ==, 0);
}

/* Whatever fails, with or without unnamed files: the old one stays, and nothing beside it. */
static void
test_failures (Fixture *f, gconstpointer data)
{
  begin (f, TRUE);
  for (guint i = 0; i < 2; i++)
    {
      fault_files.tmpfile = i ? EISDIR : 0;
      fault_files.write = ENOSPC;
      expect (f, CD_FILE_WRITE_ERROR_CONTENT, ENOSPC);
      fault_files.write = 0;
      fault_files.fsync = EIO;
      expect (f, CD_FILE_WRITE_ERROR_SYNC, EIO);
      fault_files.fsync = 0;
      fault_files.rename = EBUSY; /* a single file that was lent */
      expect (f, CD_FILE_WRITE_ERROR_REPLACE, EBUSY);
      fault_files.rename = 0;
      g_assert_true (holds (f->path, f->old));
    }
  /* No locks: it is written all the same, and nothing that may be alive is swept. */
  fault_files.flock = ENOLCK;
  g_assert_true (put (f, f->path, f->new, NULL));
  g_assert_true (holds (f->path, f->new));
  g_assert_cmpuint (TEMPORARIES (f) + NOTES (f), ==, 0);
}

static void
test_targets (Fixture *f, gconstpointer data)
{
  g_autofree char *inside = g_build_filename (f->path, "x.csv", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (f->path, 0700), ==, 0);
  expect (f, CD_FILE_WRITE_ERROR_TARGET, EISDIR);
  g_assert_cmpint (g_rmdir (f->path), ==, 0);
  g_assert_false (put (f, inside, f->new, &error));
  g_assert_error (error, CD_FILE_WRITE_ERROR, CD_FILE_WRITE_ERROR_FOLDER);
  g_assert_cmpint (mkfifo (f->path, 0600), ==, 0);
  expect (f, CD_FILE_WRITE_ERROR_TARGET, EEXIST);
  /* A link is replaced; what it led to stays. */
  g_assert_cmpint (g_unlink (f->path), ==, 0);
  g_assert_true (put (f, f->other, f->old, NULL));
  g_assert_cmpint (symlink (f->other, f->path), ==, 0);
  g_assert_true (put (f, f->path, f->new, NULL));
  g_assert_false (g_file_test (f->path, G_FILE_TEST_IS_SYMLINK));
  g_assert_true (holds (f->path, f->new));
  g_assert_true (holds (f->other, f->old));
}

static void
test_permissions (Fixture *f, gconstpointer data)
{
  mode_t before = umask (027);

  for (guint i = 0; i < 2; i++)
    {
      fault_files.tmpfile = i ? EOPNOTSUPP : 0;
      g_unlink (f->path);
      g_assert_true (put (f, f->path, f->new, NULL));
      g_assert_cmpuint (mode_of (f->path), ==, 0640);
      g_assert_cmpint (g_chmod (f->path, 0664), ==, 0);
      g_assert_true (put (f, f->path, f->new, NULL));
      g_assert_cmpuint (mode_of (f->path), ==, 0664);
      /* A private file does not become readable by what stood there. */
      g_assert_true (cd_file_write (NULL, f->path, "x", 1, 0600, NULL));
      g_assert_cmpuint (mode_of (f->path), ==, 0600);
      g_assert_true (put (f, f->path, f->new, NULL));
      g_assert_cmpuint (mode_of (f->path), ==, 0600);
    }
  umask (before);
}

/* Pieces of all sizes, and given up half way. */
static void
test_pieces (Fixture *f, gconstpointer data)
{
  g_autoptr (CdFileWriter) writer = cd_file_writer_new (f->env, f->path, 0666, NULL);
  gsize done = 0;

  for (gsize len = 1; done < f->new->len; done += len, len *= 3)
    {
      len = MIN (len, f->new->len - done);
      g_assert_true (cd_file_writer_add (writer, f->new->data + done, len, NULL));
      g_assert_true (cd_file_writer_add (writer, NULL, 0, NULL));
    }
  g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS));
  g_assert_true (cd_file_writer_finish (writer, NULL));
  g_assert_true (holds (f->path, f->new));
  g_clear_pointer (&writer, cd_file_writer_free);
  fault_files.tmpfile = EOPNOTSUPP;
  writer = cd_file_writer_new (f->env, f->path, 0666, NULL);
  g_assert_true (cd_file_writer_add (writer, f->old->data, f->old->len, NULL));
  g_assert_cmpuint (TEMPORARIES (f), ==, 1);
  g_clear_pointer (&writer, cd_file_writer_free);
  g_assert_cmpuint (TEMPORARIES (f) + NOTES (f), ==, 0);
  g_assert_true (holds (f->path, f->new));
}

typedef struct
{
  gboolean done, ok;
  GError *error;
} Answer;

static void
answer_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;

  answer->ok = cd_file_write_finish (G_FILE (source), result, &answer->error);
  answer->done = TRUE;
}

/* By a worker: the last one, since a copy of a process has only one of its threads. */
static void
test_async (Fixture *f, gconstpointer data)
{
  g_autoptr (GFile) file = g_file_new_for_path (f->path);
  g_autoptr (GBytes) bytes = g_bytes_new (f->new->data, f->new->len);
  g_autofree char *data_home = g_build_filename (f->root, "data", NULL);

  g_assert_true (g_setenv ("XDG_DATA_HOME", data_home, TRUE));
  for (guint i = 0; i < 2; i++)
    {
      Answer answer = { 0 };

      cd_file_write_async (cd_env_default (), file, bytes, answer_cb, &answer);
      while (!answer.done)
        g_main_context_iteration (NULL, TRUE);
      g_assert_no_error (answer.error);
      g_assert_true (answer.ok);
      g_assert_true (holds (f->path, f->new));
    }
  /* A start sweeps by the same worker. */
  {
    g_autofree char *left = g_build_filename (f->folder, ".carbondesk-1-2.part", NULL);
    g_autofree char *note = g_build_filename (f->notes, ".carbondesk-1-2.part", NULL);

    g_assert_true (g_file_set_contents (left, "x", 1, NULL));
    g_assert_cmpint (g_mkdir_with_parents (f->notes, 0700), ==, 0);
    g_assert_cmpint (symlink (left, note), ==, 0);
    cd_file_sweep_noted (cd_env_default ());
    g_assert_cmpuint (TEMPORARIES (f) + NOTES (f), ==, 0);
  }
  {
    g_autofree char *nowhere = g_build_filename (f->path, "x", NULL);
    g_autoptr (GFile) bad = g_file_new_for_path (nowhere);
    Answer answer = { 0 };

    cd_file_write_async (cd_env_default (), bad, bytes, answer_cb, &answer);
    while (!answer.done)
      g_main_context_iteration (NULL, TRUE);
    g_assert_false (answer.ok);
    g_assert_error (answer.error, CD_FILE_WRITE_ERROR, CD_FILE_WRITE_ERROR_FOLDER);
    g_clear_error (&answer.error);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *kill = g_strdup_printf ("/file-writer/killed/%s", kinds[i].name);

      g_test_add (kill, Fixture, &kinds[i], set_up, test_kill, tear_down);
    }
  g_test_add ("/file-writer/alive/unnamed", Fixture, &kinds[0], set_up, test_alive, tear_down);
  g_test_add ("/file-writer/alive/named", Fixture, &kinds[1], set_up, test_alive, tear_down);
#define ADD(path, func) g_test_add ("/file-writer/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("names-of-others", test_names_of_others);
  ADD ("failures", test_failures);
  ADD ("targets", test_targets);
  ADD ("permissions", test_permissions);
  ADD ("pieces", test_pieces);
  ADD ("worker/async", test_async);
  return g_test_run ();
}
