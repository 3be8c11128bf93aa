/* candidates.c: the candidate table.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include "candidate_columns.h"
#include "candidate_filter.h"

#include <apr_strings.h>
#include <string.h>

static const tr_need_t candidates_needs[] = {
    { "candidates", "candidate_list", TR_MANY },
    { "total", "candidate_count", TR_ONE },
    { "class_totals", "candidate_class_totals", TR_MANY },
    { "projects", "project_choices", TR_MANY },
    { "filters", "filter_choices", TR_MANY },
    { "classes", "classification_choices", TR_MANY },
    { NULL, NULL, TR_ONE },
};

static const tr_cells_t candidates_cells[] = {
    { "candidates", "cells", "candidate.list", candidate_columns_shows },
    { NULL, NULL, NULL, NULL },
};

static const tr_listing_t candidates_listing = {
    .need = "candidates",
    .set = "candidate.sort",
    .default_sort = "-can_det_stat",
    .rows = 50,
    .ranges = "candidate.filter",
    .once = "at end done",
};

static apr_status_t prepare(tr_request_t *req)
{
    apr_status_t filter = candidate_filter_prepare(req);
    apr_status_t columns = candidate_columns_prepare(req);
    apr_status_t sort = filter == APR_SUCCESS ? candidate_filter_check_sort(req) : APR_SUCCESS;

    return filter != APR_SUCCESS ? filter : columns != APR_SUCCESS ? columns : sort;
}

/* --- what stands above the table ---------------------------------------------------- */

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
    tr_row_set(req->data, "is_narrowed", tr_bool(chips->count > 0));
}

/* Hidden fields: what the filter's form does not ask, and what the columns' form does not. */
static void add_hidden(tr_request_t *req)
{
    static const char *const others[] = { "columns", "rows", "counts" };
    const char *after = tr_row_text(req->args, "after");
    tr_list_t *all = tr_listing_items(req, "columns");
    tr_list_t *kept = tr_list_make(req->pool), *items = tr_listing_items(req, NULL);

    for (int i = 0; i < items->count; i++) {
        const char *name = tr_row_text(items->rows[i], "name");
        if (strcmp(name, others[0]) == 0 || strcmp(name, others[1]) == 0
            || strcmp(name, others[2]) == 0) {
            tr_list_append(kept, items->rows[i]);
        }
    }
    if (after) {
        tr_row_t *row = tr_list_add(all);
        tr_row_set(row, "name", tr_text("after"));
        tr_row_set(row, "value", tr_text(after));
    }
    tr_row_set(req->data, "filter_hidden", tr_of_list(kept));
    tr_row_set(req->data, "columns_hidden", tr_of_list(all));
    tr_row_set(req->data, "usual_query", tr_text(tr_listing_query_but(req, "columns")));
}

static int is_word(const char *word, const char *words)
{
    apr_size_t len = strlen(word);
    const char *at = strstr(words, word);

    while (at && ((at > words && at[-1] != ' ') || (at[len] && at[len] != ' '))) {
        at = strstr(at + 1, word);
    }
    return at != NULL;
}

/* Detection statistics have the units of the filter that made them: where a table is sorted by
 * them over several filters, it offers each alone. */
static void add_scales(tr_request_t *req)
{
    const tr_row_t *total = tr_row_row(req->data, "total");
    const tr_row_t *listing = tr_row_row(req->data, "listing");
    const char *ids = tr_row_text(total, "filter_ids");
    const char *sort = tr_row_text(listing, "sort");
    tr_list_t *filters = tr_row_list(req->data, "filters");
    tr_list_t *scales = tr_list_make(req->pool);

    for (int i = 0; ids && strchr(ids, ' ') && strcmp(sort, "can_det_stat") == 0 && filters
                    && i < filters->count;
         i++) {
        apr_int64_t id = tr_row_int(filters->rows[i], "id", 0);
        const char *text = apr_psprintf(req->pool, "%" APR_INT64_T_FMT, id);
        tr_row_t *row;

        if (!is_word(text, ids)) {
            continue;
        }
        row = tr_list_add(scales);
        tr_row_set(row, "name", tr_text(tr_row_text(filters->rows[i], "name")));
        tr_row_set(row, "query", tr_text(tr_listing_query_with(req, "filter", "filter", text)));
    }
    tr_row_set(req->data, "scales", tr_of_list(scales));
    tr_row_set(req->data, "has_scales", tr_bool(scales->count > 1));
}

/* --- rows --------------------------------------------------------------------------- */

/* What a candidate's page is told of the list that it was opened from: this page and its
 * row. */
static void add_places(tr_request_t *req)
{
    const char *after = tr_row_text(req->args, "after");
    const char *page = after ? tr_listing_query_with(req, NULL, "after", after)
                             : tr_listing_query_but(req, NULL);
    tr_list_t *rows = tr_row_list(req->data, "candidates");

    for (int i = 0; req->wants == TR_WANTS_HTML && rows && i < rows->count; i++) {
        tr_row_set(
            rows->rows[i], "list",
            tr_text(apr_psprintf(req->pool, "%s%sat=%d", page, *page ? "&" : "", i + 1)));
    }
}

/* A classification's count leads to the candidates that have it. */
static void add_class_queries(tr_request_t *req)
{
    tr_list_t *totals = tr_row_list(req->data, "class_totals");

    for (int i = 0; totals && i < totals->count; i++) {
        const char *id = apr_psprintf(req->pool, "%" APR_INT64_T_FMT,
                                      tr_row_int(totals->rows[i], "id", 0));

        tr_row_set(totals->rows[i], "query",
                   tr_text(tr_listing_query_with(req, "class", "class", id)));
    }
}

static apr_status_t finish(tr_request_t *req)
{
    const char *end = tr_row_text(req->args, "end");

    candidate_filter_add_form(req);
    candidate_columns_add(req);
    add_chips(req);
    add_hidden(req);
    add_scales(req);
    add_places(req);
    tr_row_set(req->data, "counted", tr_bool(tr_row_flag(req->args, "counts")));
    tr_row_set(req->data, "count_query",
               tr_text(tr_listing_query_with(req, NULL, "counts", "1")));
    add_class_queries(req);
    tr_row_set(req->data, "ended", tr_bool(end && strcmp(end, "none") != 0));
    tr_row_set(req->data, "was_rated", tr_bool(end && strcmp(end, "rated") == 0));
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
    { "is_narrowed", TR_BOOL },
    { "chips", TR_LIST },
    { "chips.label", TR_TEXT },
    { "chips.value", TR_TEXT },
    { "chips.query", TR_TEXT },
    { "filter_hidden", TR_LIST },
    { "filter_hidden.name", TR_TEXT },
    { "filter_hidden.value", TR_TEXT },
    { "columns_hidden", TR_LIST },
    { "columns_hidden.name", TR_TEXT },
    { "columns_hidden.value", TR_TEXT },
    { "usual_query", TR_TEXT },
    { "has_scales", TR_BOOL },
    { "scales", TR_LIST },
    { "scales.name", TR_TEXT },
    { "scales.query", TR_TEXT },
    { "candidates.list", TR_TEXT },
    { "counted", TR_BOOL },
    { "count_query", TR_TEXT },
    { "class_totals.query", TR_TEXT },
    { "ended", TR_BOOL },
    { "was_rated", TR_BOOL },
    CANDIDATE_COLUMNS_ADDS,
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
    .prepare = prepare,
    .brings = CANDIDATE_FILTER_BRINGS,
    .finish = finish,
    .adds = candidates_adds,
};
