/* store-fixture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A profile of its own with a store in it.
 */
#pragma once

#include "cd-store.h"

#define LIMIT_MS 30000

typedef struct
{
  char *dir;
  char *data_root;
  char *cache_root;
  CdEnv *env;
  CdPaths *paths;
} Fixture;

gboolean limit_cb (gpointer data);

#define WAIT_FOR(condition)                                   \
  do                                                          \
    {                                                         \
      guint limit = g_timeout_add (LIMIT_MS, limit_cb, NULL); \
      while (!(condition))                                    \
        g_main_context_iteration (NULL, TRUE);                \
      g_source_remove (limit);                                \
    }                                                         \
  while (0)

void set_up (Fixture *f, gconstpointer data); /* @data: (nullable): not NULL for the driven environment */
void tear_down (Fixture *f, gconstpointer data);
void result_cb (GObject *source, GAsyncResult *result, gpointer data); /* @data: GAsyncResult ** */
CdStore *open_store (Fixture *f, GError **error);
CdStore *open_ok (Fixture *f);
void close_store (CdStore *store);

typedef struct
{
  CdStore *store;
  gint64 next; /* number that the next callback must bring */
  guint n;
  guint failed;
  int code;
} Answers;

void appended_cb (GObject *source, GAsyncResult *result, gpointer data); /* @data: Answers */
void append (Answers *answers, const char *body);
