/* audit.c: refused requests, for the audit log.
 *
 * A line says what was asked for by method and path alone: a query may hold what
 * somebody typed into the wrong box.
 *
 * SPDX-License-Identifier: MIT
 */
#include "audit.h"

#include <apr_strings.h>
#include <http_log.h>

APLOG_USE_MODULE(transients);

#define WHAT_MAX 200 /* bytes of method and path: enough for every address of ours */

/* Not every path is text that the database takes. */
static const char *what_of(const tr_request_t *req)
{
    const char *path = req->r->uri ? req->r->uri : "";
    char *what = apr_psprintf(req->pool, "%.16s %.*s", req->r->method, WHAT_MAX, path);

    for (char *at = what; *at; at++) {
        if (*at < ' ' || *at > '~') {
            *at = '?';
        }
    }
    return what;
}

static tr_db_actor_t actor_of(const tr_request_t *req, const tr_row_t *who)
{
    const tr_db_actor_t actor = {
        .user = who ? tr_row_int(who, "id", 0) : req->reader.id,
        .token = who ? tr_row_int(who, "token_id", 0) : req->reader.token_id,
        .request = req->id,
        .address = req->r->useragent_ip,
    };

    return actor;
}

static apr_status_t store(tr_db_t *db, void *baton, tr_problem_t *problem)
{
    return tr_db_run(db, "access_refused", baton, NULL, problem, problem->pool);
}

void tr_audit_refused(tr_request_t *req, const char *subject, const char *reason,
                      const tr_row_t *who)
{
    tr_problem_t *problem = tr_problem_make(req->pool);
    const tr_db_actor_t actor = actor_of(req, who);
    tr_row_t *row = tr_row_make(req->pool);

    tr_row_set(row, "subject", tr_text(subject));
    tr_row_set(row, "what", tr_text(what_of(req)));
    tr_row_set(row, "reason", tr_text(reason));
    tr_db_set_actor(req->db, &actor);
    if (tr_db_transaction(req->db, store, row, problem) != APR_SUCCESS) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, req->r, "access_refused: %s",
                      tr_problem_text(problem, req->pool));
    }
}
