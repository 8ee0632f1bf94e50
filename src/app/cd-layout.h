/* cd-layout.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How the screen was left: layout.json in the profile. Plain data, no widget; the views fill it and read it. Nothing here decides
 * about money, so a file that cannot be read is said and the defaults stand; a file of a newer version is never overwritten.
 *
 *   version 1   one sort key a table ("sort": "ID", "descending": true), positions of panes in pixels
 *   version 2   up to two sort keys ("sort": [{"id", "descending"}, …]), shares of panes in thousandths, so that another
 *               window size keeps the proportions
 *
 * Migration goes from one version to the next in memory; the file is written in the newest at the next change. Main thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CD_LAYOUT_VERSION 2
#define CD_LAYOUT_ID_MAX 32
#define CD_LAYOUT_COLUMNS_MAX 24
#define CD_LAYOUT_SORT_MAX 2
#define CD_LAYOUT_BYTES_MAX (256 * 1024)

#define CD_LAYOUT_ERROR (cd_layout_error_quark ())
GQuark cd_layout_error_quark (void);
typedef enum
{
  CD_LAYOUT_ERROR_FILE = 1,    /* cannot be read or written */
  CD_LAYOUT_ERROR_CONTENT = 2, /* not a layout; the message names the JSON path */
  CD_LAYOUT_ERROR_NEWER = 3,   /* written by a newer version: stays as it is */
} CdLayoutError;

typedef struct
{
  char id[CD_LAYOUT_ID_MAX];
  int width; /* pixels at zoom 100 */
  gboolean shown;
} CdLayoutColumn;

typedef struct
{
  char id[CD_LAYOUT_ID_MAX];
  gboolean descending;
} CdLayoutSort;

/**
 * CdLayoutTable:
 * @zoom: per cent, 60–200
 * @columns: in the order shown; a column that is not named keeps its default place
 */
typedef struct
{
  char id[CD_LAYOUT_ID_MAX];
  int zoom;
  guint n_sort;
  CdLayoutSort sort[CD_LAYOUT_SORT_MAX];
  guint n_columns;
  CdLayoutColumn columns[CD_LAYOUT_COLUMNS_MAX];
} CdLayoutTable;

typedef struct
{
  char id[CD_LAYOUT_ID_MAX];
  int share; /* of the first child, in thousandths */
} CdLayoutPane;

typedef struct
{
  int width, height; /* of the window; 0 = not known */
  gboolean maximized;
  int workspace; /* 1–4; 0 = not known */
  char instrument[CD_LAYOUT_ID_MAX];
  GArray *tables; /* CdLayoutTable */
  GArray *panes;  /* CdLayoutPane */
} CdLayout;

CdLayout *cd_layout_new (void);
void cd_layout_free (CdLayout *layout);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdLayout, cd_layout_free)

const CdLayoutTable *cd_layout_table (const CdLayout *layout, const char *id); /* (nullable) */
void cd_layout_set_table (CdLayout *layout, const CdLayoutTable *table);       /* replaces the one of the same id */
int cd_layout_pane (const CdLayout *layout, const char *id);                   /* share, or -1 */
void cd_layout_set_pane (CdLayout *layout, const char *id, int share);

/**
 * cd_layout_parse:
 * Older versions are migrated. Errors: %CD_LAYOUT_ERROR_CONTENT with the JSON path, %CD_LAYOUT_ERROR_NEWER.
 */
CdLayout *cd_layout_parse (const char *text, gssize len, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *cd_layout_print (const CdLayout *layout); /* one line of JSON; (transfer full) */

/**
 * cd_layout_load:
 * A missing file is no error: an empty layout. Errors: the three of #CdLayoutError.
 */
CdLayout *cd_layout_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * cd_layout_save:
 * Replaces the file at once. A file that is there and newer is refused with %CD_LAYOUT_ERROR_NEWER, whoever put it there.
 */
gboolean cd_layout_save (const CdLayout *layout, const char *path, GError **error);

G_END_DECLS
