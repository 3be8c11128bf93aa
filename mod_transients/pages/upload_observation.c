/* upload_observation.c: POST /observation_create/: an observation from a pipeline.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include "../lib/tr_column_fields.h"
#include "../lib/tr_json.h"

#include <math.h>
#include <string.h>

static const tr_field_t first[] = {
    { .name = "observation_id",
      .kind = TR_F_INT,
      .flags = TR_F_REQUIRED,
      .min = 1,
      .max = INFINITY },
    { .name = "starttime", .kind = TR_F_INT, .flags = TR_F_REQUIRED },
    { .name = "stoptime", .kind = TR_F_INT, .flags = TR_F_REQUIRED },
    { .name = NULL },
};

/* What the old site said, to the letter: clients out there compare it. */
static const char known[] = "\"Observation already created so skipping\"";

static int is_check(const tr_request_t *req)
{
    const char *check = apr_table_get(req->r->headers_in, "Transients-Check");

    return check && strcmp(check, "yes") == 0;
}

typedef struct upload_t {
    tr_request_t *req;
    tr_row_t *args;
    tr_row_t *answer; /* NULL: it was known */
} upload_t;

static apr_status_t insert(tr_db_t *db, void *baton, tr_problem_t *problem)
{
    upload_t *upload = baton;
    apr_pool_t *pool = upload->req->pool;
    tr_row_t *row;
    apr_status_t status = tr_db_row(db, "observation_insert", upload->args, &row, problem,
                                    pool);

    if (status == TR_ENOTFOUND) {
        return APR_SUCCESS;
    }
    if (status == APR_SUCCESS) {
        status = tr_db_row(db, "observation_answer", upload->args, &upload->answer, problem,
                           pool);
    }
    return status == APR_SUCCESS && is_check(upload->req) ? TR_ENOTFOUND : status;
}

static apr_status_t answer(tr_request_t *req, const tr_row_t *row)
{
    tr_buf_t *json = tr_buf_make(2048, req->pool);
    int status = is_check(req) ? 200 : 201;

    if (!row) {
        tr_reply_header(req, "Transients-Known", "yes");
        return tr_reply_json(req, status, known, strlen(known));
    }
    tr_json_row(json, row);
    return tr_reply_json(req, status, json->data, json->len);
}

apr_status_t upload_observation(tr_request_t *req)
{
    const tr_field_t *fields = tr_column_fields(tr_site_columns(req->site),
                                                "observation.upload", first, req->pool);
    upload_t upload = { .req = req };
    apr_status_t status = tr_form_check(&upload.args, fields, req->input, req->problem,
                                        req->pool);

    if (status == APR_SUCCESS) {
        status = tr_db_transaction(req->db, insert, &upload, req->problem);
    }
    if (status == TR_ENOTFOUND && is_check(req)) { /* rolled back on purpose */
        status = APR_SUCCESS;
    }
    return status == APR_SUCCESS ? answer(req, upload.answer) : status;
}
