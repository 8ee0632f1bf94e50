/* cd-timeline-place.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-timeline-place.h"

#define GAP 4     /* between a stem and its text */
#define AIR 3     /* between a text and a foreign line */
#define BETWEEN 8 /* between two texts in one lane */
#define STEPS_MAX 20000

gboolean
cd_timeline_covers (const CdTimelineLabel *label, double x, int lane)
{
  return lane <= label->lane && x > label->from - AIR && x < label->from + label->width + AIR;
}

static gboolean
is_good (const CdTimelineLabel *labels, guint n, const CdTimelineLabel *label, double width, double now_x)
{
  if (label->from < 0 || label->from + label->width > width || cd_timeline_covers (label, now_x, 0))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      const CdTimelineLabel *other = &labels[i];

      if (cd_timeline_covers (label, other->x, other->lane) || cd_timeline_covers (other, label->x, label->lane))
        return FALSE;
      if (label->lane == other->lane && label->from < other->from + other->width + BETWEEN && other->from < label->from + label->width + BETWEEN)
        return FALSE;
    }
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

/* The best that one look at each label can do. */
static void
place_anyhow (Search *s)
{
  for (guint i = 0; i < s->n; i++)
    {
      CdTimelineLabel *label = &s->labels[i];
      gboolean good = FALSE;

      for (int left = 0; left < 2 && !good; left++)
        for (int lane = 0; lane < s->lanes && !good; lane++)
          {
            label->lane = lane;
            label->from = left ? label->x - GAP - label->width : label->x + GAP;
            good = is_good (s->labels, i, label, s->width, s->now_x);
          }
      if (good)
        continue;
      label->lane = (int)(i % (guint)s->lanes);
      label->from = CLAMP (label->x + GAP, 0, MAX (s->width - label->width, 0));
    }
}

gboolean
cd_timeline_place (CdTimelineLabel *labels, guint n, int lanes, double width, double now_x)
{
  Search search = { labels, n, MAX (lanes, 1), width, now_x, 0 };

  if (place_from (&search, 0))
    return TRUE;
  place_anyhow (&search);
  return FALSE;
}
