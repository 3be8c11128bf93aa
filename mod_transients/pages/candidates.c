/* candidates.c: the candidate table.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include <apr_strings.h>
#include <stdlib.h>
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

const tr_field_t candidates_fields[] = {
    { .name = "project", .kind = TR_F_INT, .min = 0, .max = 9e18, .label = "Project" },
    { .name = "obs_id", .kind = TR_F_INT, .min = 1, .max = 9e18, .label = "Observation" },
    { .name = "filter", .kind = TR_F_INT, .min = 1, .max = 9e18, .label = "Filter" },
    { .name = "class", .kind = TR_F_INT, .min = 1, .max = 9e18, .label = "Classification" },
    { .name = "rated", .kind = TR_F_CHOICE, .choices = "yes no me not-me", .label = "Rated" },
    { .name = "notes", .kind = TR_F_BOOL, .label = "Has notes" },
    { .name = "ra", .kind = TR_F_REAL, .min = 0, .max = 360, .label = "RA" },
    { .name = "dec", .kind = TR_F_REAL, .min = -90, .max = 90, .label = "Dec" },
    { .name = "radius", .kind = TR_F_REAL, .min = 1e-6, .max = 30, .label = "Radius" },
    { .name = NULL },
};

/* A cone is whole or not there at all. */
static apr_status_t check_cone(tr_request_t *req)
{
    static const char *const parts[] = { "ra", "dec", "radius" };
    int given = 0;

    for (int i = 0; i < 3; i++) {
        given += !tr_row_is_null(req->args, parts[i]);
    }
    for (int i = 0; i < 3 && given && given < 3; i++) {
        if (tr_row_is_null(req->args, parts[i])) {
            tr_problem_field(req->problem, parts[i],
                             "A search by position needs RA, Dec and a radius, in degrees.");
        }
    }
    return given && given < 3 ? TR_EBAD : APR_SUCCESS;
}

/* No project asked for: the reader's own choice. Zero: all that the reader may see. */
static apr_status_t prepare(tr_request_t *req)
{
    const tr_value_t *chosen = tr_row_get(req->reader.row, "project_id");

    if (tr_row_is_null(req->args, "project")) {
        tr_row_set(req->args, "project", chosen ? *chosen : tr_null());
    }
    else if (tr_row_int(req->args, "project", 0) == 0) {
        tr_row_set(req->args, "project", tr_null());
    }
    return check_cone(req);
}

/* --- what the table is narrowed by, in words --------------------------------------- */

static const struct {
    const char *value;
    const char *words;
} rated_words[] = {
    { "no", "by nobody" },
    { "yes", "by somebody" },
    { "me", "by me" },
    { "not-me", "not by me" },
};

/* Parameters whose value is an id in one of the page's lists. */
static const struct {
    const char *name;
    const char *list;
} choices[] = {
    { "project", "projects" },
    { "filter", "filters" },
    { "class", "classes" },
};

static void add_rated_choices(tr_request_t *req)
{
    const char *now = tr_row_text(req->args, "rated");
    tr_list_t *list = tr_list_make(req->pool);

    for (size_t i = 0; i < sizeof rated_words / sizeof rated_words[0]; i++) {
        tr_row_t *row = tr_list_add(list);

        tr_row_set(row, "value", tr_text(rated_words[i].value));
        tr_row_set(row, "words", tr_text(rated_words[i].words));
        tr_row_set(row, "chosen", tr_bool(now && strcmp(now, rated_words[i].value) == 0));
    }
    tr_row_set(req->data, "rated_choices", tr_of_list(list));
}

static void mark_classes(tr_request_t *req)
{
    tr_list_t *classes = tr_row_list(req->data, "classes");
    apr_int64_t class = tr_row_int(req->args, "class", 0);

    for (int i = 0; classes && i < classes->count; i++) {
        tr_row_set(classes->rows[i], "chosen",
                   tr_bool(tr_row_int(classes->rows[i], "id", -1) == class));
    }
}

static const char *name_in(const tr_list_t *list, apr_int64_t id)
{
    for (int i = 0; list && i < list->count; i++) {
        if (tr_row_int(list->rows[i], "id", 0) == id) {
            return tr_row_text(list->rows[i], "name");
        }
    }
    return NULL;
}

/* A parameter's value as people know it. */
static const char *value_words(const tr_request_t *req, const tr_input_item_t *item)
{
    const char *words = NULL;

    for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
        if (strcmp(choices[i].name, item->name) == 0) {
            words = name_in(tr_row_list(req->data, choices[i].list),
                            strtoll(item->data, NULL, 10));
        }
    }
    for (size_t i = 0; i < sizeof rated_words / sizeof rated_words[0]; i++) {
        if (strcmp("rated", item->name) == 0 && strcmp(rated_words[i].value, item->data) == 0) {
            words = rated_words[i].words;
        }
    }
    return words ? words : item->data;
}

static int is_filter(const tr_request_t *req, const tr_input_item_t *item)
{
    static const char *const others[] = { "sort", "after", "rows" };

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (strcmp(others[i], item->name) == 0) {
            return 0;
        }
    }
    return item->len && tr_listing_label(req, item->name)
           && !(strcmp(item->name, "project") == 0 && strcmp(item->data, "0") == 0);
}

/* One chip for each filter in force, with the address that takes it away. */
static void add_chips(tr_request_t *req)
{
    tr_list_t *chips = tr_list_make(req->pool);

    for (int i = 0; req->input && i < req->input->items->nelts; i++) {
        const tr_input_item_t *item = &APR_ARRAY_IDX(req->input->items, i, tr_input_item_t);
        tr_row_t *chip;

        if (!is_filter(req, item)) {
            continue;
        }
        chip = tr_list_add(chips);
        tr_row_set(chip, "label", tr_text(tr_listing_label(req, item->name)));
        tr_row_set(chip, "value", tr_text(value_words(req, item)));
        tr_row_set(chip, "query", tr_text(tr_listing_query_but(req, item->name)));
    }
    tr_row_set(req->data, "chips", tr_of_list(chips));
}

static apr_status_t finish(tr_request_t *req)
{
    add_rated_choices(req);
    mark_classes(req);
    add_chips(req);
    return APR_SUCCESS;
}

static const tr_adds_t candidates_adds[] = {
    { "rated_choices", TR_LIST },       { "rated_choices.value", TR_TEXT },
    { "rated_choices.words", TR_TEXT }, { "rated_choices.chosen", TR_BOOL },
    { "classes.chosen", TR_BOOL },      { "chips", TR_LIST },
    { "chips.label", TR_TEXT },         { "chips.value", TR_TEXT },
    { "chips.query", TR_TEXT },         { NULL, TR_NULL },
};

const tr_page_t candidates_page = {
    .template = "candidates.html",
    .needs = candidates_needs,
    .cells = candidates_cells,
    .listing = &candidates_listing,
    .prepare = prepare,
    .finish = finish,
    .adds = candidates_adds,
};
