/* journal-fixture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What somebody with the sqlite3 shell can do to a journal, and journals of past versions.
 */
#pragma once

#include "cd-head.h"

/* A journal as version 1 of the schema left it, with @n records of the chain of that time. */
void journal_fixture_make_v1 (const char *path, gint64 n);

/* Runs @sql with the guards taken away, and puts them back: the schema is then the right one again. No sync. */
void journal_fixture_edit (const char *path, const char *sql);

/* Plain copy, mode 0600, of the file alone; a log beside @to goes. */
void journal_fixture_copy (const char *from, const char *to);

/* The hash of a record by the written rule, from its columns; for forging. @source: (nullable): of version 1 */
void journal_fixture_hash (const guint8 prev[32], gint64 seq, gint64 at_us, const char *kind, const char *key, const void *body, gsize len, gint64 boot_us, gint64 offset_us, const char *source, guint8 out[32]);

/* Writes the history anew from record @from on: its body is replaced, every later hash made right. */
void journal_fixture_rewrite (const char *path, gint64 from, const char *body);
