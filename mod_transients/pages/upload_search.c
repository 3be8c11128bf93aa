/* upload_search.c: POST /searches: 'this observation was searched', with or without candidates.
 *
 * Gives the upload run that the table's candidates name.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include "../lib/tr_json.h"

#include <math.h>
#include <string.h>

static const tr_field_t fields[] = {
    { .name = "obs_id", .kind = TR_F_INT, .flags = TR_F_REQUIRED, .min = 1, .max = INFINITY },
    { .name = "project", .flags = TR_F_REQUIRED, .max_len = 64 },
    { .name = "filter_id", .flags = TR_F_REQUIRED, .max_len = 64 },
    { .name = "client", .max_len = 128 },
    { .name = "pipeline_version", .max_len = 128 },
    { .name = "host", .max_len = 255 },
    { .name = "table_name", .max_len = 255 },
    { .name = "table_sha256", .max_len = 64 },
    { .name = "row_count", .kind = TR_F_INT, .min = 0, .max = 2147483647 },
    { .name = "noise", .kind = TR_F_REAL, .flags = TR_F_NAN_IS_NULL },
    { .name = NULL },
};

typedef struct search_t {
    tr_request_t *req;
    tr_row_t *args;
    tr_row_t *answer;
    int is_check;
} search_t;

/* Sets `name` in the args to the id that a statement gives, or complains about a field. */
static apr_status_t look_up(search_t *search, const char *statement, const char *name,
                            const char *field, tr_db_t *db, tr_problem_t *problem)
{
    tr_row_t *row;
    apr_status_t status = tr_db_row(db, statement, search->args, &row, problem,
                                    search->req->pool);

    if (status == TR_ENOTFOUND && field) {
        return tr_problem_field(problem, field, "Invalid value - object does not exist.");
    }
    if (status == APR_SUCCESS) {
        tr_row_set(search->args, name, row->values[0]);
    }
    return status;
}

static apr_status_t ensure_filter(search_t *search, tr_db_t *db, tr_problem_t *problem)
{
    static const char *const tries[] = { "filter_by_name", "filter_insert", "filter_by_name" };
    apr_status_t status = TR_ENOTFOUND;

    for (int i = 0; i < 3 && status == TR_ENOTFOUND; i++) {
        status = look_up(search, tries[i], "filter", NULL, db, problem);
    }
    return status;
}

static apr_status_t store(tr_db_t *db, void *baton, tr_problem_t *problem)
{
    search_t *search = baton;
    apr_status_t status = look_up(search, "upload_observation", "obs_id", "obs_id", db,
                                  problem);

    if (status == APR_SUCCESS) {
        status = look_up(search, "upload_project", "project_id", "project", db, problem);
    }
    if (status == APR_SUCCESS) {
        status = ensure_filter(search, db, problem);
    }
    if (status == APR_SUCCESS) {
        status = look_up(search, "upload_run_add", "upload_run", NULL, db, problem);
    }
    if (status == APR_SUCCESS) {
        status = tr_db_row(db, "search_record_add", search->args, &search->answer, problem,
                           search->req->pool);
    }
    return status == APR_SUCCESS && search->is_check ? TR_ENOTFOUND : status;
}

apr_status_t upload_search(tr_request_t *req)
{
    const char *check = apr_table_get(req->r->headers_in, "Transients-Check");
    search_t search = { .req = req, .is_check = check && strcmp(check, "yes") == 0 };
    tr_buf_t *json = tr_buf_make(256, req->pool);
    apr_status_t status = tr_form_check(&search.args, fields, req->input, req->problem,
                                        req->pool);

    if (status == APR_SUCCESS) {
        status = tr_db_transaction(req->db, store, &search, req->problem);
    }
    if (status != APR_SUCCESS
        && !(status == TR_ENOTFOUND && search.is_check && search.answer)) {
        return status;
    }
    tr_json_row(json, search.answer);
    return tr_reply_json(req, search.is_check ? 200 : 201, json->data, json->len);
}
