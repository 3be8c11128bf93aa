/* sessions.c: where one is logged in, and ending it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include "../web/session.h"

static const tr_need_t sessions_needs[] = {
    { "sessions", "session_mine", TR_MANY },
    { NULL, NULL, TR_ONE },
};

/* This browser's own session is marked, and stays when the others end. */
static apr_status_t prepare(tr_request_t *req)
{
    tr_row_set(req->args, "own_hash", tr_text(tr_session_of(req->r)->id_hash));
    tr_row_set(req->args, "idle", tr_real(tr_site_session_idle(req->site)));
    return APR_SUCCESS;
}

const tr_page_t sessions_page = {
    .template = "sessions.html",
    .needs = sessions_needs,
    .prepare = prepare,
    .brings = "own_hash idle",
};

const tr_field_t session_end_fields[] = {
    /* the beginning of a session's digest, as the list gives it; none: all but this one */
    { .name = "session", .max_len = 16, .label = "Session" },
    { .name = NULL },
};

static apr_status_t store_end(tr_db_t *db, void *baton, tr_problem_t *problem)
{
    tr_request_t *req = baton;

    return tr_db_run(db, "session_end_mine", req->args, NULL, problem, req->pool);
}

apr_status_t session_end_own(tr_request_t *req)
{
    apr_status_t status = prepare(req);

    if (status == APR_SUCCESS) {
        status = tr_db_transaction(req->db, store_end, req, req->problem);
    }
    return status == APR_SUCCESS ? tr_reply_see_other(req, "/account/sessions") : status;
}
