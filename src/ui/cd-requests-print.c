/* cd-requests-print.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-requests-print.h"

#include <cairo-pdf.h>
#include <glib/gi18n.h>
#include <string.h>

#include "cd-format.h"
#include "cd-requests-sheet.h"

#define A4_WIDTH 595.28
#define A4_HEIGHT 841.89
#define MARGIN 48
#define NAMES 150
#define SIGNATURE 44

/* A page in points. */
typedef struct
{
  cairo_t *cr;
  PangoLayout *layout;
  double width, y;
} Paper;

static void
text_at (Paper *p, double x, double width, const char *font, const char *text)
{
  g_autoptr (PangoFontDescription) description = pango_font_description_from_string (font);
  int height;

  pango_layout_set_font_description (p->layout, description);
  pango_layout_set_width (p->layout, (int)(width * PANGO_SCALE));
  pango_layout_set_wrap (p->layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_text (p->layout, text, -1);
  cairo_move_to (p->cr, x, p->y);
  pango_cairo_show_layout (p->cr, p->layout);
  pango_layout_get_pixel_size (p->layout, NULL, &height);
  p->y += height;
}

static void
rule_off (Paper *p)
{
  p->y += 4;
  cairo_set_line_width (p->cr, 0.5);
  cairo_move_to (p->cr, MARGIN, p->y);
  cairo_line_to (p->cr, p->width - MARGIN, p->y);
  cairo_stroke (p->cr);
  p->y += 4;
}

static void
heading (Paper *p, const char *text)
{
  p->y += 8;
  text_at (p, MARGIN, p->width - 2 * MARGIN, "Sans Bold 10", text);
  rule_off (p);
}

static void
figure_func (const char *name, const char *value, CdTone tone, gpointer data)
{
  Paper *p = data;
  double top = p->y, after;

  text_at (p, MARGIN, NAMES - 8, "Sans 9", name);
  after = p->y;
  p->y = top;
  /* A hash in one line: it is compared by eye. */
  text_at (p, MARGIN + NAMES, p->width - 2 * MARGIN - NAMES, strlen (value) == 64 ? "Monospace 7" : "Sans Bold 9", value);
  p->y = MAX (p->y, after) + 2;
}

static void
check_func (const char *mark, const char *text, CdTone tone, gpointer data)
{
  Paper *p = data;
  double top = p->y;

  text_at (p, MARGIN, 20, "Sans Bold 9", mark);
  p->y = top;
  text_at (p, MARGIN + 20, p->width - 2 * MARGIN - 20, "Sans 9", text);
  p->y += 1;
}

static void
sign_here (Paper *p, const char *who, double x)
{
  double top = p->y;

  text_at (p, x, 220, "Sans 9", who);
  cairo_move_to (p->cr, x, top + SIGNATURE);
  cairo_line_to (p->cr, x + 210, top + SIGNATURE);
  cairo_stroke (p->cr);
  p->y = top;
}

static void
draw (CdDesk *desk, gpointer row, Paper *p)
{
  g_autofree char *at = cd_format_date_time (NULL, cd_desk_get_market_time (desk));
  g_autofree char *printed = g_strdup_printf (_ ("Practice market. Printed at %s, market time."), at);
  const char *by = CD_IS_REQUEST_ROW (row) ? ((CdRequestRow *)row)->by : ((CdInstructionRow *)row)->by;
  const char *second = CD_IS_REQUEST_ROW (row) ? ((CdRequestRow *)row)->decided_by : ((CdInstructionRow *)row)->confirmed_by;
  g_autofree char *maker = g_strdup_printf (_ ("Asked by: %s"), cd_format_person (desk, by));
  g_autofree char *checker = g_strdup_printf (_ ("Second person: %s"), second ? cd_format_person (desk, second) : "");

  p->y = MARGIN;
  text_at (p, MARGIN, p->width - 2 * MARGIN, "Sans Bold 16", _ ("Approval sheet"));
  text_at (p, MARGIN, p->width - 2 * MARGIN, "Sans 9", printed);
  heading (p, _ ("Figures of the request"));
  cd_requests_each_figure (desk, row, TRUE, figure_func, p);
  if (CD_IS_REQUEST_ROW (row))
    {
      heading (p, _ ("Checks of this moment"));
      cd_requests_each_check (desk, row, check_func, p);
      heading (p, _ ("What the hash is of"));
      text_at (p, MARGIN, p->width - 2 * MARGIN, "Monospace 8", ((CdRequestRow *)row)->order);
    }
  heading (p, _ ("Signatures"));
  sign_here (p, maker, MARGIN);
  sign_here (p, checker, MARGIN + 250);
}

gboolean
cd_requests_print_pdf (CdDesk *desk, gpointer row, const char *path, GError **error)
{
  cairo_surface_t *surface = cairo_pdf_surface_create (path, A4_WIDTH, A4_HEIGHT);
  cairo_t *cr = cairo_create (surface);
  Paper paper = { cr, pango_cairo_create_layout (cr), A4_WIDTH, 0 };
  cairo_status_t status;

  /* One point of the font is one point of the paper. */
  pango_cairo_context_set_resolution (pango_layout_get_context (paper.layout), 72);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, _ ("Approval sheet"));
  draw (desk, row, &paper);
  cairo_show_page (cr);
  g_object_unref (paper.layout);
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: %s", path, cairo_status_to_string (status));
  return FALSE;
}

/* --- Printing -------------------------------------------------------------------------------------------------------- */

typedef struct
{
  CdDesk *desk; /* (owned) */
  gpointer row; /* (owned) */
} Job;

static void
job_free (gpointer data, GClosure *closure)
{
  Job *job = data;

  g_object_unref (job->desk);
  g_object_unref (job->row);
  g_free (job);
}

static void
page_cb (GtkPrintOperation *operation, GtkPrintContext *context, int number, Job *job)
{
  Paper paper = { gtk_print_context_get_cairo_context (context), gtk_print_context_create_pango_layout (context), gtk_print_context_get_width (context), 0 };

  draw (job->desk, job->row, &paper);
  g_object_unref (paper.layout);
}

void
cd_requests_print (GtkWindow *parent, CdDesk *desk, gpointer row)
{
  g_autoptr (GtkPrintOperation) operation = gtk_print_operation_new ();
  Job *job = g_new0 (Job, 1);

  job->desk = g_object_ref (desk);
  job->row = g_object_ref (row);
  gtk_print_operation_set_n_pages (operation, 1);
  gtk_print_operation_set_unit (operation, GTK_UNIT_POINTS);
  gtk_print_operation_set_job_name (operation, _ ("Approval sheet"));
  gtk_print_operation_set_allow_async (operation, TRUE);
  g_signal_connect_data (operation, "draw-page", G_CALLBACK (page_cb), job, job_free, 0);
  gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG, parent, NULL);
}
