/* admin_remove.c: taking away a project, an observation, or what an upload run brought.
 *
 * The page shows what would go and asks for its name to be typed; the form
 * carries a stamp of what was shown.  The database function compares it under
 * its locks: what has changed since is shown again, and nothing goes.
 * Pictures go after the commit.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include "../lib/tr_sweep.h"

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

/* Flags that tell templates what it is about, each with its subject in the audit log. */
static const struct {
    const char *flag;
    const char *subject;
} flags[] = {
    { "of_project", "project" },
    { "of_observation", "observation" },
    { "of_run", "upload_run" },
};

#define FLAG_ADDS                                                                              \
    { "of_project", TR_BOOL }, { "of_observation", TR_BOOL },                                  \
    {                                                                                          \
        "of_run", TR_BOOL                                                                      \
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

static const tr_adds_t removal_adds[] = {
    { "heading", TR_TEXT }, { "what", TR_TEXT }, { "is_many", TR_BOOL },
    { "changed", TR_BOOL }, FLAG_ADDS,           { NULL, TR_NULL },
};

#define MANY 20000 /* candidates; more than some seconds' work */

static apr_status_t finish(tr_request_t *req, const removal_t *kind)
{
    const tr_row_t *removal = tr_row_row(req->data, "removal");

    tr_row_set(req->data, "heading", tr_text(kind->heading));
    tr_row_set(req->data, "what", tr_text(kind->what));
    add_flags(req->data, kind->subject);
    tr_row_set(req->data, "is_many", tr_bool(tr_row_int(removal, "candidates", 0) > MANY));
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
        return tr_problem_field(req->problem, "typed",
                                "This is not %s. Nothing was removed. Type: %s", kind->what,
                                name);
    }
    return APR_SUCCESS;
}

static apr_status_t take(tr_db_t *db, void *baton, tr_problem_t *problem)
{
    going_t *going = baton;
    tr_request_t *req = going->req;
    tr_row_t *row;
    apr_status_t status = tr_db_row(db, "removal_patience", NULL, &row, problem, req->pool);

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
