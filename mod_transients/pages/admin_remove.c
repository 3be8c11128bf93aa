/* admin_remove.c: taking away a project, an observation, what an upload run brought, or the
 * candidates that the table's filters leave.
 *
 * The page shows what would go and asks for its name to be typed; the form
 * carries a stamp of what was shown.  The database function compares it under
 * its locks: what has changed since is shown again, and nothing goes.
 * Pictures go after the commit.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include "../lib/tr_escape.h"
#include "../lib/tr_sweep.h"
#include "candidate_filter.h"

#include <apr_strings.h>
#include <string.h>

/* What one kind of removal runs, and its words. */
typedef struct removal_t {
    const char *preview; /* statement: name, counts, stamp */
    const char *remove;  /* statement: the line in the audit log */
    const char *heading; /* "Remove project" */
    const char *what;    /* what is to be typed: "the project's name" */
    const char *subject; /* in the audit log */
} removal_t;

static const removal_t of_project = { "removal_of_project", "project_remove", "Remove project",
                                      "the project's name", "project" };
static const removal_t of_observation = { "removal_of_observation", "observation_remove",
                                          "Remove observation", "the observation's id",
                                          "observation" };
static const removal_t of_run = { "removal_of_run", "upload_run_remove", "Take back upload run",
                                  "the run's number", "upload_run" };
static const removal_t of_list = { "removal_of_list", "candidates_remove", "Remove candidates",
                                   "how many they are", "candidates" };

/* Flags that tell templates what it is about, each with its subject in the audit log. */
static const struct {
    const char *flag;
    const char *subject;
} flags[] = {
    { "of_project", "project" },
    { "of_observation", "observation" },
    { "of_run", "upload_run" },
    { "of_list", "candidates" },
};

#define FLAG_ADDS                                                                              \
    { "of_project", TR_BOOL }, { "of_observation", TR_BOOL }, { "of_run", TR_BOOL },           \
    {                                                                                          \
        "of_list", TR_BOOL                                                                     \
    }

static void add_flags(tr_row_t *data, const char *subject)
{
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        tr_row_set(data, flags[i].flag, tr_bool(strcmp(flags[i].subject, subject) == 0));
    }
}

const tr_field_t removal_fields[] = {
    { .name = "typed",
      .flags = TR_F_REQUIRED | TR_F_TRIM,
      .max_len = 64,
      .label = "What is to go" },
    { .name = "stamp", .flags = TR_F_REQUIRED, .max_len = 200, .label = "Stamp" },
    { .name = NULL },
};

/* --- what would go ----------------------------------------------------------------- */

#define COMMON_ADDS                                                                            \
    { "heading", TR_TEXT }, { "what", TR_TEXT }, { "is_many", TR_BOOL },                       \
        { "changed", TR_BOOL }, { "typed", TR_TEXT }, { "typed_error", TR_TEXT }, FLAG_ADDS

static const tr_adds_t removal_adds[] = {
    COMMON_ADDS,
    { NULL, TR_NULL },
};

#define MANY 20000 /* candidates; more than some seconds' work */

/* What was typed, if it is text at all. */
static const char *typed_of(const tr_request_t *req)
{
    const tr_input_item_t *typed = req->input ? tr_input_get(req->input, "typed") : NULL;

    return typed && tr_text_is_clean(typed->data, typed->len) ? typed->data : "";
}

static apr_status_t finish(tr_request_t *req, const removal_t *kind)
{
    const tr_row_t *removal = tr_row_row(req->data, "removal");

    tr_row_set(req->data, "heading", tr_text(kind->heading));
    tr_row_set(req->data, "what", tr_text(kind->what));
    add_flags(req->data, kind->subject);
    tr_row_set(req->data, "is_many", tr_bool(tr_row_int(removal, "candidates", 0) > MANY));
    tr_row_set(req->data, "typed", tr_text(typed_of(req)));
    tr_row_set(req->data, "typed_error", tr_text(tr_problem_words(req->problem, "typed")));
    tr_row_set(req->data, "changed", tr_bool(req->problem->status == TR_ECONFLICT));
    return APR_SUCCESS;
}

static apr_status_t finish_project(tr_request_t *req)
{
    return finish(req, &of_project);
}

static apr_status_t finish_observation(tr_request_t *req)
{
    return finish(req, &of_observation);
}

static apr_status_t finish_run(tr_request_t *req)
{
    return finish(req, &of_run);
}

static const tr_need_t project_needs[] = {
    { "removal", "removal_of_project", TR_ONE },
    { "sample", "removal_sample_project", TR_MANY },
    { NULL, NULL, TR_ONE },
};

static const tr_need_t observation_needs[] = {
    { "removal", "removal_of_observation", TR_ONE },
    { "sample", "removal_sample_observation", TR_MANY },
    { NULL, NULL, TR_ONE },
};

static const tr_need_t run_needs[] = {
    { "removal", "removal_of_run", TR_ONE },
    { "sample", "removal_sample_run", TR_MANY },
    { NULL, NULL, TR_ONE },
};

const tr_page_t project_removal_page = {
    .template = "admin-remove.html",
    .needs = project_needs,
    .finish = finish_project,
    .adds = removal_adds,
};

const tr_page_t observation_removal_page = {
    .template = "admin-remove.html",
    .needs = observation_needs,
    .finish = finish_observation,
    .adds = removal_adds,
};

const tr_page_t run_removal_page = {
    .template = "admin-remove.html",
    .needs = run_needs,
    .finish = finish_run,
    .adds = removal_adds,
};

/* --- a filtered list of candidates ------------------------------------------------- */

static const tr_need_t list_needs[] = {
    { "sample", "candidate_list", TR_MANY },
    { "removal", "removal_of_list", TR_ONE },
    { NULL, NULL, TR_ONE },
};

static const tr_listing_t list_listing = {
    .need = "sample",
    .set = "candidate.sort",
    .default_sort = "-can_det_stat",
    .rows = 10,
    .ranges = "candidate.filter",
};

static const tr_adds_t list_adds[] = {
    COMMON_ADDS,
    { "words", TR_TEXT },
    { "is_read", TR_BOOL },
    { "is_all", TR_BOOL },
    { "kept", TR_LIST },
    { "kept.name", TR_TEXT },
    { "kept.value", TR_TEXT },
    { NULL, TR_NULL },
};

static int asks_all(const tr_request_t *req)
{
    return req->input && tr_input_get(req->input, "all");
}

/* The filters, read once; without any, all of it has to be asked for. */
static apr_status_t read_list(tr_request_t *req)
{
    apr_status_t status = APR_SUCCESS;
    int is_fine, is_all;

    if (tr_row_flag(req->args, "is_read")) {
        return APR_SUCCESS;
    }
    if (tr_problem_count(req->problem) == 0) {
        status = candidate_filter_prepare(req);
    }
    is_fine = status == APR_SUCCESS && tr_problem_count(req->problem) == 0;
    is_all = is_fine && candidate_filter_list(req)->count == 0 && !asks_all(req);
    tr_row_set(req->args, "words", tr_text(candidate_filter_words(req)));
    tr_row_set(req->args, "is_all", tr_bool(is_all));
    tr_row_set(req->args, "is_read", tr_bool(is_fine && !is_all));
    return status;
}

/* The filters as they were sent: the form sends them again. */
static tr_list_t *kept_of(const tr_request_t *req)
{
    static const char *const others[] = { "typed", "stamp", "sort", "after", "rows" };
    tr_list_t *kept = tr_list_make(req->pool);

    for (int i = 0; req->input && i < req->input->items->nelts; i++) {
        const tr_input_item_t *item = &APR_ARRAY_IDX(req->input->items, i, tr_input_item_t);
        int is_other = item->len == 0;
        tr_row_t *row;

        for (size_t o = 0; o < sizeof others / sizeof others[0]; o++) {
            is_other |= strcmp(others[o], item->name) == 0;
        }
        if (is_other) {
            continue;
        }
        row = tr_list_add(kept);
        tr_row_set(row, "name", tr_text(item->name));
        tr_row_set(row, "value", tr_text(item->data));
    }
    return kept;
}

static apr_status_t finish_list(tr_request_t *req)
{
    tr_row_set(req->data, "words", tr_text(tr_row_text(req->args, "words")));
    tr_row_set(req->data, "is_read", tr_bool(tr_row_flag(req->args, "is_read")));
    tr_row_set(req->data, "kept", tr_of_list(kept_of(req)));
    tr_row_set(req->data, "is_all", tr_bool(tr_row_flag(req->args, "is_all")));
    return finish(req, &of_list);
}

const tr_page_t list_removal_page = {
    .template = "admin-remove-list.html",
    .needs = list_needs,
    .listing = &list_listing,
    .prepare = read_list,
    .brings = CANDIDATE_FILTER_BRINGS,
    .finish = finish_list,
    .adds = list_adds,
};

/* --- it goes ----------------------------------------------------------------------- */

typedef struct going_t {
    tr_request_t *req;
    const removal_t *kind;
    apr_int64_t line; /* of the audit log */
} going_t;

static apr_status_t check_typed(tr_request_t *req, const removal_t *kind)
{
    const char *typed = tr_row_text(req->args, "typed"), *name;
    tr_row_t *row;
    apr_status_t status = tr_db_row(req->db, kind->preview, req->args, &row, req->problem,
                                    req->pool);

    if (status != APR_SUCCESS) {
        return status;
    }
    name = tr_row_text(row, "name");
    if (strcmp(typed, name) != 0) {
        return tr_problem_field(req->problem, "typed", "This is not %s. Type: %s", kind->what,
                                name);
    }
    return APR_SUCCESS;
}

static apr_status_t take(tr_db_t *db, void *baton, tr_problem_t *problem)
{
    going_t *going = baton;
    tr_request_t *req = going->req;
    tr_row_t *row;
    apr_status_t status = tr_db_row(db, "staff_patience", NULL, &row, problem, req->pool);

    if (status == APR_SUCCESS) {
        status = tr_db_row(db, going->kind->remove, req->args, &row, problem, req->pool);
    }
    if (status == APR_SUCCESS) {
        going->line = tr_row_int(row, "line", 0);
    }
    return status;
}

/* The rows are gone for good: pictures that cannot be taken away now are for the next sweep. */
static void sweep(tr_request_t *req)
{
    int removed;

    tr_sweep(req->db, tr_site_media(req->site), &removed, tr_problem_make(req->pool),
             req->pool);
}

static apr_status_t remove_it(tr_request_t *req, const removal_t *kind)
{
    going_t going = { req, kind, 0 };
    apr_status_t status = check_typed(req, kind);

    if (status == APR_SUCCESS) {
        status = tr_db_transaction(req->db, take, &going, req->problem);
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    sweep(req);
    return tr_reply_see_other(req, "/admin/removals/%" APR_INT64_T_FMT, going.line);
}

apr_status_t project_removal(tr_request_t *req)
{
    return remove_it(req, &of_project);
}

apr_status_t observation_removal(tr_request_t *req)
{
    return remove_it(req, &of_observation);
}

apr_status_t run_removal(tr_request_t *req)
{
    return remove_it(req, &of_run);
}

/* The filters are the route's fields; what was typed comes beside them. */
apr_status_t list_removal(tr_request_t *req)
{
    apr_status_t status = read_list(req);
    tr_row_t *typed;

    if (status == APR_SUCCESS && tr_row_flag(req->args, "is_all")) {
        return tr_problem_add(req->problem, TR_EBAD, "No filter is set.");
    }
    if (status == APR_SUCCESS) {
        status = tr_form_check(&typed, removal_fields, req->input, req->problem, req->pool);
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    tr_row_set(req->args, "typed", *tr_row_get(typed, "typed"));
    tr_row_set(req->args, "stamp", *tr_row_get(typed, "stamp"));
    return remove_it(req, &of_list);
}

/* --- what went --------------------------------------------------------------------- */

static const tr_need_t removed_needs[] = {
    { "removal", "removal_by_id", TR_ONE },
    { NULL, NULL, TR_ONE },
};

static const tr_adds_t removed_adds[] = {
    FLAG_ADDS,
    { NULL, TR_NULL },
};

static apr_status_t finish_removed(tr_request_t *req)
{
    add_flags(req->data, tr_row_text(tr_row_row(req->data, "removal"), "subject"));
    return APR_SUCCESS;
}

const tr_page_t removal_page = {
    .template = "admin-removal.html",
    .needs = removed_needs,
    .finish = finish_removed,
    .adds = removed_adds,
};
