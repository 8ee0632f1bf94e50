/* ticket-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ticket-fixture.h"

#include <string.h>

/* --- Reading the window ---------------------------------------------------------------------------------------------- */

typedef struct
{
  const char *part;
  GType type;
  GtkWidget *found;
} Search;

static void
search_cb (GtkWidget *widget, gpointer data)
{
  Search *s = data;
  const char *text = GTK_IS_LABEL (widget) ? gtk_label_get_text (GTK_LABEL (widget)) : NULL;

  if (!s->found && G_TYPE_CHECK_INSTANCE_TYPE (widget, s->type) && (!s->part || (text && strstr (text, s->part) && gtk_widget_get_mapped (widget))))
    s->found = widget;
}

gboolean
says (GtkWidget *root, const char *part)
{
  Search s = { part, GTK_TYPE_LABEL, NULL };

  test_walk (root, search_cb, &s);
  return s.found != NULL;
}

typedef struct
{
  const char *name;
  GtkWidget *found;
} Named;

static void
named_cb (GtkWidget *widget, gpointer data)
{
  Named *n = data;
  g_autofree char *wrong = gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, n->name);

  if (!n->found && !wrong)
    n->found = widget;
}

GtkWidget *
named (GtkWidget *root, const char *name)
{
  Named n = { name, NULL };

  test_walk (root, named_cb, &n);
  if (!n.found)
    g_error ("nothing is called “%s”", name);
  return n.found;
}

void
type_in (GtkWidget *root, const char *name, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (named (root, name)), text);
}

static gboolean
passed (gpointer until)
{
  return g_get_monotonic_time () >= *(gint64 *)until;
}

void
let_guards_pass (void)
{
  gint64 until = g_get_monotonic_time () + 450 * 1000;

  test_wait (passed, &until, "the guards against slips have passed");
}

guint
n_orders (Fixture *f)
{
  return g_list_model_get_n_items (cd_desk_get_orders (f->desk));
}

/* --- Ticket ---------------------------------------------------------------------------------------------------------- */

void
ticket_setup (Ticket *t, gconstpointer data)
{
  setup (&t->f, data);
  t->ticket = cd_ticket_view_new (t->f.desk);
  t->window = test_window_new (t->ticket, 420, 800);
  cd_ticket_view_set_instrument (CD_TICKET_VIEW (t->ticket), "CEA25");
  let_guards_pass ();
}

void
ticket_teardown (Ticket *t, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (t->window));
  teardown (&t->f, data);
}
