/* password.c: another password, and what that ends.
 *
 * The database itself ends all sessions of an account whose password changes
 * (schema/functions/session.sql), whoever changes it.  The browser that asks for
 * the change gets a session under a new id, with the end that it had.
 *
 * SPDX-License-Identifier: MIT
 */
#include "password.h"

#include "session_store.h"

typedef struct change_t {
    tr_request_t *req;
    tr_row_t *args; /* id_hash, old_hash, new_hash, new_id_hash */
    int others;
    int has_session; /* httpd may know the reader without one */
} change_t;

static apr_status_t look_at_sessions(tr_db_t *db, change_t *change, tr_row_t **own,
                                     tr_problem_t *problem)
{
    apr_pool_t *pool = change->req->pool;
    tr_row_t *count;
    apr_status_t status = tr_db_row(db, "session_others", change->args, &count, problem, pool);

    if (status != APR_SUCCESS) {
        return status;
    }
    change->others = (int)tr_row_int(count, "others", 0);
    status = tr_db_row(db, "session_own", change->args, own, problem, pool);
    change->has_session = status == APR_SUCCESS;
    return status == TR_ENOTFOUND ? APR_SUCCESS : status;
}

static apr_status_t set_password(tr_db_t *db, change_t *change, tr_problem_t *problem)
{
    tr_row_t *account;
    apr_status_t status = tr_db_row(db, "account_password_set", change->args, &account, problem,
                                    change->req->pool);

    return status == TR_ENOTFOUND ? tr_problem_add(
               problem, TR_ECONFLICT, "The password was changed by somebody else meanwhile.")
                                  : status;
}

static apr_status_t renew(tr_db_t *db, const change_t *change, const tr_row_t *own,
                          tr_problem_t *problem)
{
    static const char *const kept[] = { "data", "expires_at", "address", "agent" };

    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        tr_row_set(change->args, kept[i], *tr_row_get(own, kept[i]));
    }
    return tr_db_run(db, "session_renew", change->args, NULL, problem, change->req->pool);
}

static apr_status_t work(tr_db_t *db, void *baton, tr_problem_t *problem)
{
    change_t *change = baton;
    tr_row_t *own;
    apr_status_t status = look_at_sessions(db, change, &own, problem);

    if (status == APR_SUCCESS) {
        status = set_password(db, change, problem);
    }
    return status == APR_SUCCESS && change->has_session ? renew(db, change, own, problem)
                                                        : status;
}

apr_status_t tr_password_change(tr_request_t *req, const char *old_hash, const char *new_hash,
                                int *ended)
{
    change_t change = { .req = req, .args = tr_row_make(req->pool) };
    const char *id, *id_hash;
    apr_status_t status = tr_session_make_id(req, &id, &id_hash);

    if (status != APR_SUCCESS) {
        return status;
    }
    tr_row_set(change.args, "id_hash", tr_text(tr_session_of(req->r)->id_hash));
    tr_row_set(change.args, "new_id_hash", tr_text(id_hash));
    tr_row_set(change.args, "old_hash", tr_text(old_hash));
    tr_row_set(change.args, "new_hash", tr_text(new_hash));
    tr_row_set(change.args, "idle", tr_real(req->site->session_idle));
    status = tr_db_transaction(req->db, work, &change, req->problem);
    if (status == APR_SUCCESS && change.has_session) {
        tr_session_go_by(req, id, id_hash);
    }
    *ended = change.others;
    return status;
}
