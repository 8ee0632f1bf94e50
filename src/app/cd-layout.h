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
 *   version 3   several screens, one a person and size class of the window ("screens": [{"person", "size", …}, …]), the one
 *               used last first; the pages of switchers
 *
 * Migration goes from one version to the next in memory; the file is written in the newest at the next change. Main thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CD_LAYOUT_VERSION 3
#define CD_LAYOUT_ID_MAX 32
#define CD_LAYOUT_COLUMNS_MAX 24
#define CD_LAYOUT_SORT_MAX 2
#define CD_LAYOUT_SCREENS_MAX 24
#define CD_LAYOUT_BYTES_MAX (1024 * 1024)

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
  char id[CD_LAYOUT_ID_MAX];
  char page[CD_LAYOUT_ID_MAX];
} CdLayoutPage;

/* Size class of the window: what fits on one is no use on another. */
typedef enum
{
  CD_LAYOUT_NARROW, /* below 1100 pixels: one column a page */
  CD_LAYOUT_MIDDLE,
  CD_LAYOUT_WIDE, /* 1500 and more */
  CD_LAYOUT_N_SIZES
} CdLayoutSize;
CdLayoutSize cd_layout_size_of (int width); /* 0 = not known: wide */

/* One screen. */
typedef struct
{
  char person[CD_LAYOUT_ID_MAX]; /* "" = before it was known who sits there */
  CdLayoutSize size;
  int width, height; /* of the window; 0 = not known */
  gboolean maximized;
  int workspace; /* 1–4; 0 = not known */
  char instrument[CD_LAYOUT_ID_MAX];
  GArray *tables; /* CdLayoutTable */
  GArray *panes;  /* CdLayoutPane */
  GArray *pages;  /* CdLayoutPage */
} CdLayout;

CdLayout *cd_layout_new (const char *person, CdLayoutSize size); /* @person: (nullable) */
CdLayout *cd_layout_copy (const CdLayout *layout);
void cd_layout_free (CdLayout *layout);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdLayout, cd_layout_free)
/* Everything but whose and which size. @to gets what @from has. */
void cd_layout_assign (CdLayout *to, const CdLayout *from);
/* Tables, panes and pages as designed. */
void cd_layout_clear (CdLayout *layout);

const CdLayoutTable *cd_layout_table (const CdLayout *layout, const char *id); /* (nullable) */
void cd_layout_set_table (CdLayout *layout, const CdLayoutTable *table);       /* replaces the one of the same id */
int cd_layout_pane (const CdLayout *layout, const char *id);                   /* share, or -1 */
void cd_layout_set_pane (CdLayout *layout, const char *id, int share);         /* -1: forgotten */
const char *cd_layout_page (const CdLayout *layout, const char *id);           /* (nullable) */
void cd_layout_set_page (CdLayout *layout, const char *id, const char *page);

/* All screens of a profile, the one used last first. */
typedef struct
{
  GPtrArray *screens; /* CdLayout */
} CdLayouts;

CdLayouts *cd_layouts_new (void);
void cd_layouts_free (CdLayouts *layouts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CdLayouts, cd_layouts_free)

/* (nullable) (transfer none). A @person of %NULL is any. */
CdLayout *cd_layouts_find (const CdLayouts *layouts, const char *person, CdLayoutSize size);
/* Makes it the one used last; a new one when there is none. Beyond %CD_LAYOUT_SCREENS_MAX the oldest is forgotten. (transfer none) */
CdLayout *cd_layouts_use (CdLayouts *layouts, const char *person, CdLayoutSize size);

/**
 * cd_layouts_parse:
 * Older versions are migrated. Errors: %CD_LAYOUT_ERROR_CONTENT with the JSON path, %CD_LAYOUT_ERROR_NEWER.
 */
CdLayouts *cd_layouts_parse (const char *text, gssize len, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *cd_layouts_print (const CdLayouts *layouts); /* one line of JSON; (transfer full) */

/**
 * cd_layouts_load:
 * A missing file is no error: no screens. Errors: the three of #CdLayoutError.
 */
CdLayouts *cd_layouts_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * cd_layouts_save:
 * Replaces the file at once. A file that is there and newer is refused with %CD_LAYOUT_ERROR_NEWER, whoever put it there.
 */
gboolean cd_layouts_save (const CdLayouts *layouts, const char *path, GError **error);

/**
 * cd_layouts_keep_aside:
 *
 * Renames a damaged file to "….damaged", or "….damaged-2" and so on: an earlier one is never replaced.
 *
 * Returns: (transfer full) (nullable): its new name without the folder; %NULL with @error
 */
char *cd_layouts_keep_aside (const char *path, GError **error);

G_END_DECLS
