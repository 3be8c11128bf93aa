/* candidate_columns.c: reads the choice of columns, and gives heads and choices to the page.
 *
 * SPDX-License-Identifier: MIT
 */
#include "candidate_columns.h"

#include "../web/cells.h"
#include "candidate_filter.h"

#include <apr_strings.h>
#include <string.h>

/* Columns that the template places by itself. */
static const struct {
    const char *name;
    const char *label;
    int is_default;
} placed[] = {
    { "rating_mean", "Mean rating", 1 },
    { "rating_count", "Number of ratings", 0 },
    { "mostly", "Mostly", 1 },
    { "class_counts", "Classifications, counted", 0 },
    { "my_rating", "My rating", 0 },
    { "sep", "Separation", 0 }, /* wherever a position is searched around, only there */
    { "ra_deg", "RA", 1 },
    { "dec_deg", "Dec", 1 },
    { "obs_id", "Observation", 1 },
    { "obs_starttime", "Date", 1 },
    { "obs_cent_freq", "Frequency", 1 },
    { "filter", "Filter", 1 },
    { "project", "Project", 0 }, /* wherever all projects are listed */
    { "pulsar", "Pulsar", 0 },
    { "metadata", "Metadata", 0 },
    { "notes", "Notes", 0 },
};
enum { PLACED = sizeof placed / sizeof placed[0] };

static int is_placed(const char *name)
{
    for (int i = 0; i < PLACED; i++) {
        if (strcmp(placed[i].name, name) == 0) {
            return 1;
        }
    }
    return 0;
}

static const tr_column_t *const *values_of(const tr_request_t *req, int *count)
{
    return tr_columns_set(tr_site_columns(req->site), "candidate.list", count);
}

/* --- the choice -------------------------------------------------------------------- */

/* The name as it lives with the site; NULL: there is no such column. */
static const char *known_name(const tr_request_t *req, const char *word)
{
    int count;
    const tr_column_t *const *set = values_of(req, &count);

    for (int i = 0; i < PLACED; i++) {
        if (strcmp(placed[i].name, word) == 0) {
            return placed[i].name;
        }
    }
    for (int i = 0; i < count; i++) {
        if (strcmp(set[i]->name, word) == 0) {
            return set[i]->name;
        }
    }
    return NULL;
}

static apr_status_t choose(tr_request_t *req, tr_row_t *chosen, const char *words)
{
    char *state = NULL, *rest = apr_pstrdup(req->pool, words);

    for (char *word = apr_strtok(rest, ", ", &state); word;
         word = apr_strtok(NULL, ", ", &state)) {
        const char *name = known_name(req, word);

        if (!name) {
            return tr_problem_field(req->problem, "columns", "\"%.64s\" is no column.", word);
        }
        tr_row_set(chosen, name, tr_bool(1));
    }
    return APR_SUCCESS;
}

/* columns may be repeated: a form's check boxes are. */
static apr_status_t read_choice(tr_request_t *req, tr_row_t *chosen)
{
    apr_status_t status = APR_SUCCESS;

    for (int i = 0; req->input && i < req->input->items->nelts; i++) {
        const tr_input_item_t *item = &APR_ARRAY_IDX(req->input->items, i, tr_input_item_t);

        if (strcmp(item->name, "columns") == 0 && tr_text_fault(item->data, item->len) == NULL
            && status == APR_SUCCESS) {
            status = choose(req, chosen, item->data);
        }
    }
    return status;
}

static void choose_default(tr_request_t *req, tr_row_t *chosen)
{
    int count;
    const tr_column_t *const *set = values_of(req, &count);

    for (int i = 0; i < PLACED; i++) {
        if (placed[i].is_default) {
            tr_row_set(chosen, placed[i].name, tr_bool(1));
        }
    }
    for (int i = 0; i < count; i++) {
        if (tr_column_has_use(set[i], "table")) {
            tr_row_set(chosen, set[i]->name, tr_bool(1));
        }
    }
    tr_row_set(chosen, "sep", tr_bool(1));
    tr_row_set(chosen, "project", tr_bool(tr_row_is_null(req->args, "project")));
}

apr_status_t candidate_columns_prepare(tr_request_t *req)
{
    tr_row_t *chosen = tr_row_make(req->pool);
    apr_status_t status = read_choice(req, chosen);

    tr_row_set(req->data, "columns_chosen", tr_bool(chosen->count > 0));
    if (chosen->count == 0) {
        choose_default(req, chosen);
    }
    tr_row_set(chosen, "sep",
               tr_bool(tr_row_flag(chosen, "sep") && candidate_filter_has_cone(req)));
    tr_row_set(req->data, "show", tr_of_row(chosen));
    return status;
}

int candidate_columns_shows(const tr_request_t *req, const tr_column_t *column)
{
    return !is_placed(column->name) && tr_row_flag(tr_row_row(req->data, "show"), column->name);
}

/* --- for the page ------------------------------------------------------------------ */

static void add_heads(tr_request_t *req)
{
    int count;
    const tr_column_t *const *set = values_of(req, &count);
    const tr_row_t *sorts = tr_row_row(tr_row_row(req->data, "listing"), "head");
    tr_list_t *heads = tr_list_make(req->pool);

    for (int i = 0; i < count; i++) {
        const tr_row_t *sort = sorts ? tr_row_row(sorts, set[i]->name) : NULL;
        tr_row_t *head;

        if (!candidate_columns_shows(req, set[i])) {
            continue;
        }
        head = tr_list_add(heads);
        tr_row_set(head, "label", tr_text(set[i]->label));
        tr_row_set(head, "unit", tr_text(tr_cells_unit(set[i])));
        tr_row_set(head, "description", tr_text(set[i]->description));
        tr_row_set(head, "sorted", tr_bool(sort && tr_row_flag(sort, "sorted")));
        tr_row_set(head, "descending", tr_bool(sort && tr_row_flag(sort, "descending")));
        tr_row_set(head, "sort_query", tr_text(sort ? tr_row_text(sort, "sort_query") : NULL));
    }
    tr_row_set(req->data, "cell_heads", tr_of_list(heads));
}

static void add_choice(tr_list_t *list, const tr_request_t *req, const char *name,
                       const char *label, const char *unit)
{
    tr_row_t *row = tr_list_add(list);

    tr_row_set(row, "name", tr_text(name));
    tr_row_set(row, "label", tr_text(label));
    tr_row_set(row, "unit", tr_text(unit));
    tr_row_set(row, "chosen", tr_bool(tr_row_flag(tr_row_row(req->data, "show"), name)));
}

static void add_choices(tr_request_t *req)
{
    int count;
    const tr_column_t *const *set = values_of(req, &count);
    tr_list_t *list = tr_list_make(req->pool);

    for (int i = 0; i < PLACED; i++) {
        add_choice(list, req, placed[i].name, placed[i].label, "");
    }
    for (int i = 0; i < count; i++) {
        if (!is_placed(set[i]->name)) {
            add_choice(list, req, set[i]->name, set[i]->label, tr_cells_unit(set[i]));
        }
    }
    tr_row_set(req->data, "column_choices", tr_of_list(list));
}

void candidate_columns_add(tr_request_t *req)
{
    add_heads(req);
    add_choices(req);
}
