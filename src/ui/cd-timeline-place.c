/* cd-timeline-place.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-timeline-place.h"

#define GAP 4     /* between a stem and its text */
#define AIR 3     /* between a text and a foreign line */
#define BETWEEN 8 /* between two texts in one lane */
#define STEPS_MAX 300000

gboolean
cd_timeline_covers (const CdTimelineLabel *label, double x, int lane)
{
  return lane <= label->lane && x > label->from - AIR && x < label->from + label->width + AIR;
}

static gboolean
meets_text (const CdTimelineLabel *labels, guint n, const CdTimelineLabel *label)
{
  for (guint i = 0; i < n; i++)
    if (label->lane == labels[i].lane && label->from < labels[i].from + labels[i].width + BETWEEN && labels[i].from < label->from + label->width + BETWEEN)
      return TRUE;
  return FALSE;
}

static gboolean
is_inside (const CdTimelineLabel *label, double width)
{
  return label->from >= 0 && label->from + label->width <= width;
}

static gboolean
is_good (const CdTimelineLabel *labels, guint n, const CdTimelineLabel *label, double width, double now_x)
{
  if (!is_inside (label, width) || cd_timeline_covers (label, now_x, 0) || meets_text (labels, n, label))
    return FALSE;
  /* Past on the left of today, future on its right. */
  if ((label->x <= now_x) != (label->from < now_x))
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (cd_timeline_covers (label, labels[i].x, labels[i].lane) || cd_timeline_covers (&labels[i], label->x, label->lane))
      return FALSE;
  return TRUE;
}

typedef struct
{
  CdTimelineLabel *labels;
  guint n;
  int lanes;
  double width, now_x;
  guint steps;
} Search;

static gboolean
place_from (Search *s, guint i)
{
  CdTimelineLabel *label = &s->labels[i];

  if (i == s->n)
    return TRUE;
  for (int left = 0; left < 2; left++)
    for (int lane = 0; lane < s->lanes; lane++)
      {
        if (++s->steps > STEPS_MAX)
          return FALSE;
        label->lane = lane;
        label->from = left ? label->x - GAP - label->width : label->x + GAP;
        if (is_good (s->labels, i, label, s->width, s->now_x) && place_from (s, i + 1))
          return TRUE;
      }
  return FALSE;
}

/* Without a way round the lines: no text upon another at least. The drawer leaves gaps in the lines. */
static gboolean
place_one (Search *s, guint i, gboolean strict)
{
  CdTimelineLabel *label = &s->labels[i];

  for (int left = 0; left < 2; left++)
    for (int lane = 0; lane < s->lanes; lane++)
      {
        label->lane = lane;
        label->from = left ? label->x - GAP - label->width : label->x + GAP;
        if (strict ? is_good (s->labels, i, label, s->width, s->now_x) : is_inside (label, s->width) && !meets_text (s->labels, i, label))
          return TRUE;
      }
  return FALSE;
}

static void
place_anyhow (Search *s)
{
  for (guint i = 0; i < s->n; i++)
    {
      CdTimelineLabel *label = &s->labels[i];

      if (place_one (s, i, TRUE) || place_one (s, i, FALSE))
        continue;
      label->lane = (int)(i % (guint)s->lanes);
      label->from = CLAMP (label->x + GAP, 0, MAX (s->width - label->width, 0));
    }
}

static gboolean
place_part (CdTimelineLabel *labels, guint n, int lanes, double width, double now_x)
{
  Search search = { labels, n, lanes, width, now_x, 0 };

  if (place_from (&search, 0))
    return TRUE;
  place_anyhow (&search);
  return FALSE;
}

/* No text crosses the line of today, so the two sides of it are two puzzles: a crowd on one does not spoil the other. */
gboolean
cd_timeline_place (CdTimelineLabel *labels, guint n, int lanes, double width, double now_x)
{
  guint past = 0;
  gboolean left, right;

  while (past < n && labels[past].x <= now_x)
    past++;
  left = place_part (labels, past, MAX (lanes, 1), width, now_x);
  right = place_part (labels + past, n - past, MAX (lanes, 1), width, now_x);
  return left && right;
}
