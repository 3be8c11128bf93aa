/* candidate_rank.h: where a candidate's measured values stand among those of its project and
 * filter.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CANDIDATE_RANK_H
#define CANDIDATE_RANK_H

#include "../web/tr_web.h"

/* Adds to each cell of candidate.measured `rank` { words ("97th percentile"), x (of a mark on a
 * bar of 62), unusual }, NULL where too few others have the value; and to req->data `ranked`
 * { count, is_sample }, NULL where nothing is ranked. A page without ranks is a page all the
 * same: what the database cannot give now is left out. */
void candidate_rank_add(tr_request_t *req);

/* What it adds, for a page's .adds. */
#define CANDIDATE_RANK_ADDS                                                                    \
    { "candidate.measured.rank", TR_ROW }, { "candidate.measured.rank.words", TR_TEXT },       \
        { "candidate.measured.rank.x", TR_REAL },                                              \
        { "candidate.measured.rank.unusual", TR_BOOL }, { "ranked", TR_ROW },                  \
        { "ranked.count", TR_INT },                                                            \
    {                                                                                          \
        "ranked.is_sample", TR_BOOL                                                            \
    }

#endif
