/* status.c: is it alive, is it ready.
 *
 * SPDX-License-Identifier: MIT
 */
#include "status.h"

#include "reply.h"
#include "request.h"

#include "../lib/tr_escape.h"
#include "../lib/tr_json.h"
#include "../lib/tr_migrate.h"

#include <ap_mpm.h>
#include <apr_strings.h>

apr_status_t tr_health_answer(tr_request_t *req)
{
    tr_buf_t *body = tr_buf_make(16, req->pool);

    tr_buf_puts(body, "ok\n");
    apr_table_setn(req->r->headers_out, "Cache-Control", "no-store");
    return tr_reply_body(req, HTTP_OK, "text/plain; charset=utf-8", body);
}

typedef struct report_t {
    apr_pool_t *pool;
    tr_buf_t *words; /* JSON texts, comma between */
    int count;
    int is_ready;
} report_t;

static void add_reason(report_t *report, const char *words)
{
    tr_buf_puts(report->words, report->count++ ? "," : "");
    tr_escape_json(report->words, words, strlen(words));
}

/* Most connections that this site opens: a graceful restart may double it for a while. */
static int most_connections(const tr_request_t *req)
{
    int children = 1;

    ap_mpm_query(AP_MPMQ_HARD_LIMIT_DAEMONS, &children);
    return children * req->site->gate;
}

static void judge(report_t *report, const tr_row_t *state, int most)
{
    apr_int64_t needs = tr_row_int(state, "needs_code", 0);
    apr_int64_t room = tr_row_int(state, "max_connections", 0);

    if (tr_row_is_null(state, "migration")) {
        report->is_ready = 0;
        add_reason(report, "the database has no tables: run transients-admin migrate");
    }
    if (needs > TR_CODE_NUMBER) {
        report->is_ready = 0;
        add_reason(report, "the database needs a newer version of the module");
    }
    if (most > room) {
        add_reason(report, apr_psprintf(report->pool,
                                        "the server takes %" APR_INT64_T_FMT " connections, "
                                        "this site may open %d (ServerLimit x TransientsGate)",
                                        room, most));
    }
}

static void copy(tr_row_t *to, const char *name, const tr_row_t *from, const char *column)
{
    const tr_value_t *value = tr_row_get(from, column);

    tr_row_set(to, name, value ? *value : tr_null());
}

static tr_row_t *report_row(const report_t *report, const tr_row_t *state, int most)
{
    tr_row_t *row = tr_row_make(report->pool), *connections = tr_row_make(report->pool);

    tr_row_set(row, "ready", tr_bool(report->is_ready));
    tr_row_set(row, "reasons",
               tr_json(apr_pstrcat(report->pool, "[", report->words->data, "]", NULL)));
    copy(row, "migration", state, "migration");
    tr_row_set(row, "code", tr_int(TR_CODE_NUMBER));
    tr_row_set(connections, "most", tr_int(most));
    copy(connections, "server", state, "max_connections");
    tr_row_set(row, "connections", tr_of_row(connections));
    return row;
}

/* Too few connections on the server is a warning; the rest makes the site not ready. */
apr_status_t tr_ready_answer(tr_request_t *req)
{
    report_t report = { .pool = req->pool,
                        .words = tr_buf_make(256, req->pool),
                        .is_ready = 1 };
    int most = most_connections(req);
    tr_row_t *state = tr_row_make(req->pool);
    tr_buf_t *body = tr_buf_make(512, req->pool);
    apr_status_t status = tr_db_row(req->db, "site_state", req->args, &state, req->problem,
                                    req->pool);

    if (status == APR_SUCCESS) {
        judge(&report, state, most);
    }
    else {
        report.is_ready = 0;
        state = tr_row_make(req->pool);
        add_reason(&report, status == TR_EDB ? "the database has not the tables of this site"
                                             : "the database is not answering");
    }
    tr_json_row(body, report_row(&report, state, most));
    apr_table_setn(req->r->headers_out, "Cache-Control", "no-store");
    return tr_reply_body(req, report.is_ready ? HTTP_OK : HTTP_SERVICE_UNAVAILABLE,
                         "application/json", body);
}
