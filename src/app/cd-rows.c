/* cd-rows.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-rows.h"

typedef struct
{
  guint revision;
} CdRowPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (CdRow, cd_row, G_TYPE_OBJECT)

static GParamSpec *revision_pspec;

static void
cd_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (pspec == revision_pspec)
    g_value_set_uint (value, cd_row_get_revision (CD_ROW (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cd_row_class_init (CdRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = cd_row_get_property;
  revision_pspec = g_param_spec_uint ("revision", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_property (object_class, 1, revision_pspec);
}

static void
cd_row_init (CdRow *self)
{
}

guint
cd_row_get_revision (CdRow *self)
{
  CdRowPrivate *priv = cd_row_get_instance_private (self);

  return priv->revision;
}

void
cd_row_changed (CdRow *self)
{
  CdRowPrivate *priv = cd_row_get_instance_private (self);

  priv->revision++;
  g_object_notify_by_pspec (G_OBJECT (self), revision_pspec);
}

/* Every row class frees its own strings and leaves the rest to GObject. */
#define DEFINE_ROW(TypeName, type_name)                           \
  G_DEFINE_FINAL_TYPE (TypeName, type_name, CD_TYPE_ROW)          \
  static void type_name##_clear (TypeName *self);                 \
  static void type_name##_finalize (GObject *object)              \
  {                                                               \
    type_name##_clear ((TypeName *)object);                       \
    G_OBJECT_CLASS (type_name##_parent_class)->finalize (object); \
  }                                                               \
  static void type_name##_class_init (TypeName##Class *klass)     \
  {                                                               \
    G_OBJECT_CLASS (klass)->finalize = type_name##_finalize;      \
  }                                                               \
  static void type_name##_init (TypeName *self)                   \
  {                                                               \
  }

DEFINE_ROW (CdQuote, cd_quote)
DEFINE_ROW (CdOrderRow, cd_order_row)
DEFINE_ROW (CdStagedRow, cd_staged_row)
DEFINE_ROW (CdFillRow, cd_fill_row)
DEFINE_ROW (CdHoldingRow, cd_holding_row)
DEFINE_ROW (CdInstructionRow, cd_instruction_row)
DEFINE_ROW (CdRequestRow, cd_request_row)
DEFINE_ROW (CdDeputyRow, cd_deputy_row)
DEFINE_ROW (CdMovementRow, cd_movement_row)
DEFINE_ROW (CdObligationRow, cd_obligation_row)
DEFINE_ROW (CdTapeRow, cd_tape_row)
DEFINE_ROW (CdGapRow, cd_gap_row)
DEFINE_ROW (CdLogRow, cd_log_row)

static void
cd_quote_clear (CdQuote *self)
{
  g_free (self->code);
  g_free (self->name_zh);
  g_free (self->name_en);
  g_free (self->market);
}

static void
cd_gap_row_clear (CdGapRow *self)
{
  g_free (self->account);
  g_free (self->epoch);
}

static void
cd_order_row_clear (CdOrderRow *self)
{
  g_clear_pointer (&self->order, cd_order_free);
  g_free (self->purpose);
  g_free (self->by);
}

static void
cd_staged_row_clear (CdStagedRow *self)
{
  g_free (self->id);
  g_free (self->account);
  g_free (self->instrument);
  g_free (self->listing);
  g_free (self->purpose);
  g_free (self->by);
  g_free (self->plan);
  g_free (self->request_key);
}

static void
cd_request_row_clear (CdRequestRow *self)
{
  char **const texts[] = { &self->id, &self->account, &self->state, &self->hash, &self->by, &self->decided_by, &self->deputy_for, &self->reason, &self->order_key, &self->order_id, &self->order, &self->instrument, &self->listing, &self->purpose };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_clear_pointer (texts[i], g_free);
}

static void
cd_deputy_row_clear (CdDeputyRow *self)
{
  g_free (self->id);
  g_free (self->account);
  g_free (self->by);
  g_free (self->person);
  g_free (self->reason);
}

static void
cd_movement_row_clear (CdMovementRow *self)
{
  g_free (self->account);
  g_free (self->asset);
  g_free (self->cause);
  g_free (self->ref);
  g_free (self->what);
}

static void
cd_fill_row_clear (CdFillRow *self)
{
  g_free (self->exec_id);
  g_free (self->order_id);
  g_free (self->key);
  g_free (self->account);
  g_free (self->instrument);
}

static void
cd_holding_row_clear (CdHoldingRow *self)
{
  g_free (self->account);
  g_free (self->asset);
}

static void
cd_instruction_row_clear (CdInstructionRow *self)
{
  g_free (self->id);
  g_free (self->account);
  g_free (self->kind);
  g_free (self->summary);
  g_free (self->state);
  g_free (self->hash);
  g_free (self->by);
  g_free (self->confirmed_by);
  g_free (self->reason);
  g_free (self->receipt);
  g_free (self->content);
  g_clear_pointer (&self->about, cd_wire_instruction_free);
}

static void
cd_obligation_row_clear (CdObligationRow *self)
{
  g_free (self->account);
  g_free (self->sector);
  g_free (self->name_zh);
  g_free (self->name_en);
  g_free (self->market);
  g_free (self->label_zh);
  g_free (self->label_en);
  g_free (self->receipt);
  g_free (self->problem);
  g_clear_pointer (&self->figures, cd_obligation_free);
}

static void
cd_tape_row_clear (CdTapeRow *self)
{
}

static void
cd_log_row_clear (CdLogRow *self)
{
  g_free (self->source);
  g_free (self->code);
  g_free (self->text);
}

void
cd_row_set_text (char **field, const char *value)
{
  if (g_strcmp0 (*field, value) == 0)
    return;
  g_free (*field);
  *field = g_strdup (value);
}
