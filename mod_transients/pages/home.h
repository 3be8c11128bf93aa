/* home.h: the drawn parts of the first page.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOME_H
#define HOME_H

#include "../web/tr_web.h"

/* From the lists `progress`, `days` and the row `sitting` of req->data: their plots, and the
 * sitting as text. */
void home_plots_add(tr_request_t *req);

/* What home_plots_add adds, for a page's .adds. */
#define HOME_PLOTS_ADDS                                                                        \
    { "curve", TR_ROW }, { "curve.uploaded_path", TR_TEXT }, { "curve.rated_path", TR_TEXT },  \
        { "curve.rated_area", TR_TEXT }, { "curve.ticks", TR_LIST },                           \
        { "curve.ticks.y", TR_REAL }, { "curve.ticks.count", TR_INT },                         \
        { "curve.uploaded", TR_INT }, { "curve.rated", TR_INT },                               \
        { "curve.uploaded_y", TR_REAL }, { "curve.rated_y", TR_REAL },                         \
        { "curve.first_day", TR_TEXT }, { "curve.middle_day", TR_TEXT },                       \
        { "curve.last_day", TR_TEXT }, { "days.x", TR_REAL }, { "days.y", TR_REAL },           \
        { "days.height", TR_REAL }, { "days.is_today", TR_BOOL }, { "days_total", TR_INT },    \
        { "first_day", TR_TEXT },                                                              \
    {                                                                                          \
        "sitting_text", TR_TEXT                                                                \
    }

/* From the lists `pointings` and `best`: where they stand on the map, and its grid. */
void home_sky_add(tr_request_t *req);

#define HOME_SKY_ADDS                                                                          \
    { "sky", TR_ROW }, { "sky.meridians", TR_TEXT }, { "sky.parallels", TR_TEXT },             \
        { "sky.plane", TR_TEXT }, { "sky.plane_edges", TR_TEXT }, { "sky.labels", TR_LIST },   \
        { "sky.labels.x", TR_REAL }, { "sky.labels.y", TR_REAL },                              \
        { "sky.labels.text", TR_TEXT }, { "sky.observations", TR_INT },                        \
        { "pointings.path", TR_TEXT }, { "pointings.target", TR_TEXT }, { "marks", TR_LIST },  \
        { "marks.id", TR_INT }, { "marks.x", TR_REAL }, { "marks.y", TR_REAL },                \
        { "marks.mean", TR_REAL },                                                             \
    {                                                                                          \
        "marks.rating_count", TR_INT                                                           \
    }

#endif
