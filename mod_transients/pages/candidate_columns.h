/* candidate_columns.h: which columns the candidate table shows.
 *
 * The address says it (columns=a,b or columns=a&columns=b); without, the site's choice is
 * shown. Beside the values of the column table (set candidate.list) there are columns that the
 * template places by itself.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CANDIDATE_COLUMNS_H
#define CANDIDATE_COLUMNS_H

#include "../web/tr_web.h"

/* Reads the choice into req->data; after candidate_filter_prepare. TR_EBAD, at "columns": there
 * is no such column. */
apr_status_t candidate_columns_prepare(tr_request_t *req);

/* Whether a value of the column table is shown, for tr_cells_t. */
int candidate_columns_shows(const tr_request_t *req, const tr_column_t *column);

/* After the listing: adds `cell_heads` (the heads of the cells shown; sort_query is NULL where
 * the table is not sorted by it), `column_choices` { name, label, unit, chosen } and
 * `columns_chosen`. */
void candidate_columns_add(tr_request_t *req);

/* What the two above add, for a page's .adds. */
#define CANDIDATE_COLUMNS_ADDS                                                                 \
    { "show", TR_ROW }, { "show.rating_mean", TR_BOOL }, { "show.rating_count", TR_BOOL },     \
        { "show.mostly", TR_BOOL }, { "show.class_counts", TR_BOOL },                          \
        { "show.my_rating", TR_BOOL }, { "show.sep", TR_BOOL }, { "show.ra_deg", TR_BOOL },    \
        { "show.dec_deg", TR_BOOL }, { "show.obs_id", TR_BOOL },                               \
        { "show.obs_starttime", TR_BOOL }, { "show.obs_cent_freq", TR_BOOL },                  \
        { "show.filter", TR_BOOL }, { "show.project", TR_BOOL }, { "show.pulsar", TR_BOOL },   \
        { "show.metadata", TR_BOOL }, { "show.notes", TR_BOOL }, { "cell_heads", TR_LIST },    \
        { "cell_heads.label", TR_TEXT }, { "cell_heads.unit", TR_TEXT },                       \
        { "cell_heads.description", TR_TEXT }, { "cell_heads.sorted", TR_BOOL },               \
        { "cell_heads.descending", TR_BOOL }, { "cell_heads.sort_query", TR_TEXT },            \
        { "column_choices", TR_LIST }, { "column_choices.name", TR_TEXT },                     \
        { "column_choices.label", TR_TEXT }, { "column_choices.unit", TR_TEXT },               \
        { "column_choices.chosen", TR_BOOL },                                                  \
    {                                                                                          \
        "columns_chosen", TR_BOOL                                                              \
    }

#endif
