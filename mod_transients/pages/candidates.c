/* candidates.c: the candidate table.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include "candidate_filter.h"

#include <string.h>

static const tr_need_t candidates_needs[] = {
    { "candidates", "candidate_list", TR_MANY },      { "total", "candidate_count", TR_ONE },
    { "projects", "project_choices", TR_MANY },       { "filters", "filter_choices", TR_MANY },
    { "classes", "classification_choices", TR_MANY }, { NULL, NULL, TR_ONE },
};

static const tr_cells_t candidates_cells[] = {
    { "candidates", "cells", "candidate.table" },
    { NULL, NULL, NULL },
};

static const tr_listing_t candidates_listing = {
    .need = "candidates",
    .set = "candidate.sort",
    .default_sort = "-can_det_stat",
    .rows = 50,
    .ranges = "candidate.filter",
    .cells = "table",
};

/* One chip for each filter in force, with the address that takes it away. Without a project in
 * the address the reader's own is in force: all of them have to be asked for. */
static void add_chips(tr_request_t *req)
{
    tr_list_t *chips = candidate_filter_list(req);

    for (int i = 0; i < chips->count; i++) {
        const char *names = tr_row_text(chips->rows[i], "names");
        const char *query = strcmp(names, "project") == 0
                                ? tr_listing_query_with(req, NULL, "project", "0")
                                : tr_listing_query_but(req, names);

        tr_row_set(chips->rows[i], "query", tr_text(query));
    }
    tr_row_set(req->data, "chips", tr_of_list(chips));
}

static apr_status_t finish(tr_request_t *req)
{
    candidate_filter_add_form(req);
    add_chips(req);
    return APR_SUCCESS;
}

static const tr_adds_t candidates_adds[] = {
    { "rated_choices", TR_LIST },
    { "rated_choices.value", TR_TEXT },
    { "rated_choices.words", TR_TEXT },
    { "rated_choices.chosen", TR_BOOL },
    { "flag_choices", TR_LIST },
    { "flag_choices.name", TR_TEXT },
    { "flag_choices.label", TR_TEXT },
    { "flag_choices.error", TR_TEXT },
    { "flag_choices.options", TR_LIST },
    { "flag_choices.options.value", TR_TEXT },
    { "flag_choices.options.words", TR_TEXT },
    { "flag_choices.options.chosen", TR_BOOL },
    { "missing_choices", TR_LIST },
    { "missing_choices.value", TR_TEXT },
    { "missing_choices.words", TR_TEXT },
    { "missing_choices.chosen", TR_BOOL },
    { "classes.chosen", TR_BOOL },
    { "chips", TR_LIST },
    { "chips.label", TR_TEXT },
    { "chips.value", TR_TEXT },
    { "chips.query", TR_TEXT },
    { NULL, TR_NULL },
};

static const tr_export_t candidates_export = {
    .statement = "candidate_export",
    .set = "candidate.export",
    .name = "candidates",
    .title = "Candidates",
    .words = candidate_filter_words,
};

const tr_page_t candidates_page = {
    .template = "candidates.html",
    .needs = candidates_needs,
    .cells = candidates_cells,
    .listing = &candidates_listing,
    .export = &candidates_export,
    .prepare = candidate_filter_prepare,
    .brings = CANDIDATE_FILTER_BRINGS,
    .finish = finish,
    .adds = candidates_adds,
};
