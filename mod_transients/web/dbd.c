/* dbd.c: lends PostgreSQL connections out of mod_dbd's pool.
 *
 * mod_dbd owns the connections; this file sees to it that nobody waits for one
 * without a limit.  ap_dbd_open() may connect, and does so under a lock that
 * giving back needs as well: so one thread at a time goes in, and what others
 * give back meanwhile waits with the gate.  What comes out is looked at, and
 * reset without blocking where its server has gone.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dbd.h"

#include "gate.h"

#include <apr_dbd.h>

#include <apr_strings.h>
#include <http_log.h>
#include <mod_dbd.h>

#include <libpq-events.h>
#include <sys/socket.h>

APLOG_USE_MODULE(transients);

typedef struct pool_t {
    server_rec *server;
    tr_gate_t *gate;
    APR_OPTIONAL_FN_TYPE(ap_dbd_open) * open;
    APR_OPTIONAL_FN_TYPE(ap_dbd_close) * close;
} pool_t;

/* One connection on loan. */
typedef struct loan_t {
    ap_dbd_t *dbd;
    tr_pass_t pass;
    apr_time_t deadline;
} loan_t;

int tr_dbd_is_there(void)
{
    return APR_RETRIEVE_OPTIONAL_FN(ap_dbd_open) != NULL;
}

/* ---- new connections ---- */

static int is_postgresql(const ap_dbd_t *dbd)
{
    return !strcmp(apr_dbd_name(dbd->driver), "pgsql");
}

/* Bears the pool's size with the connection; see narrow(). */
static int note_pool_size(PGEventId id, void *info, void *baton)
{
    if (id == PGEVT_REGISTER) {
        PQsetInstanceData(((PGEventRegister *)info)->conn, note_pool_size, baton);
    }
    return 1;
}

/* Without it one silent server keeps everybody who waits for a new connection. */
static int has_timeout(PGconn *conn)
{
    PQconninfoOption *all = PQconninfo(conn);
    int found = 0;

    for (PQconninfoOption *option = all; option && option->keyword; option++) {
        if (!strcmp(option->keyword, "connect_timeout")) {
            found = option->val && atoi(option->val) > 0;
        }
    }
    PQconninfoFree(all);
    return found;
}

static apr_status_t greet(apr_pool_t *pool, dbd_cfg_t *cfg, ap_dbd_t *dbd)
{
    PGconn *conn;

    (void)pool;
    if (!is_postgresql(dbd)) {
        return APR_SUCCESS;
    }
    conn = apr_dbd_native_handle(dbd->driver, dbd->handle);
    if (!has_timeout(conn)) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, cfg->server,
                     "DBDParams has no connect_timeout: write connect_timeout=2");
    }
    PQregisterEventProc(conn, note_pool_size, "transients pool", &cfg->nmax);
    return tr_db_watch(conn);
}

/* A gate with more permits than the pool has connections would let threads wait in the pool. */
static void narrow(const pool_t *pool, const PGconn *conn)
{
    const int *most = PQinstanceData(conn, note_pool_size);

    if (most) {
        tr_gate_narrow(pool->gate, *most);
    }
}

/* ---- giving back ---- */

static void tell_turn(const pool_t *pool, tr_gate_turn_e turn)
{
    if (turn == TR_GATE_SHUT) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, pool->server,
                     "the database does not answer: pages answer 503, and one request a second "
                     "asks it again");
    }
    else if (turn == TR_GATE_HEALED) {
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, pool->server, "the database answers again");
    }
}

static void pool_out(const pool_t *pool)
{
    ap_dbd_t *dbd;

    while ((dbd = tr_gate_pool_out(pool->gate))) {
        pool->close(pool->server, dbd);
    }
}

static void give_back(const pool_t *pool, ap_dbd_t *dbd)
{
    if (tr_gate_pool_in_or_park(pool->gate, dbd)) {
        pool->close(pool->server, dbd);
        pool_out(pool);
    }
}

/* mod_dbd has no way to throw a connection away: with its socket shut, the next one who gets it
 * finds it dead and resets it. */
static void spoil(PGconn *conn)
{
    int socket = PQsocket(conn);

    if (socket >= 0) {
        shutdown(socket, SHUT_RDWR);
    }
}

static void close_loan(const pool_t *pool, loan_t *loan, PGconn *conn, tr_gate_news_e news)
{
    if (news != TR_GATE_GOOD && conn) {
        spoil(conn);
    }
    if (loan->dbd) {
        give_back(pool, loan->dbd);
    }
    tell_turn(pool, tr_gate_leave(pool->gate, &loan->pass, news));
}

/* What breaks before its time was closed by the other side; that says little. */
static tr_gate_news_e news_of(const loan_t *loan, int broken)
{
    if (!broken) {
        return TR_GATE_GOOD;
    }
    return apr_time_now() >= loan->deadline ? TR_GATE_SILENT : TR_GATE_LOST;
}

static void source_close(void *baton, void *handle, PGconn *conn, int broken)
{
    close_loan(baton, handle, conn, news_of(handle, broken));
}

/* ---- lending ---- */

static apr_status_t refuse(tr_problem_t *problem, apr_status_t status)
{
    return tr_problem_add(problem, status,
                          status == TR_EBUSY ? "Too many requests wait for the database."
                                             : "The database is not answering.");
}

static apr_status_t take(const pool_t *pool, loan_t *loan, apr_time_t deadline,
                         apr_pool_t *scratch)
{
    apr_status_t status = tr_gate_pool_in(pool->gate, deadline, &loan->pass);

    if (status != APR_SUCCESS) {
        return status;
    }
    loan->dbd = pool->open(scratch, pool->server);
    pool_out(pool);
    return loan->dbd ? APR_SUCCESS : TR_EDBGONE;
}

static apr_status_t take_alive(const pool_t *pool, loan_t *loan, apr_time_t deadline,
                               PGconn **conn, apr_pool_t *scratch)
{
    apr_status_t status = take(pool, loan, deadline, scratch);

    if (status != APR_SUCCESS) {
        return status;
    }
    if (!is_postgresql(loan->dbd)) {
        return TR_EDBGONE;
    }
    *conn = apr_dbd_native_handle(loan->dbd->driver, loan->dbd->handle);
    narrow(pool, *conn);
    if (PQstatus(*conn) == CONNECTION_OK && tr_db_is_alive(*conn)) {
        return APR_SUCCESS;
    }
    return tr_db_reset(*conn, deadline);
}

static apr_status_t source_open(void *baton, apr_time_t deadline, void **handle, PGconn **conn,
                                tr_problem_t *problem, apr_pool_t *pool)
{
    pool_t *from = baton;
    loan_t *loan = apr_pcalloc(pool, sizeof *loan);
    apr_status_t status = tr_gate_enter(from->gate, deadline, &loan->pass);

    *conn = NULL;
    loan->deadline = deadline;
    if (status != APR_SUCCESS) {
        return refuse(problem, status);
    }
    status = take_alive(from, loan, deadline, conn, pool);
    if (status != APR_SUCCESS) {
        if (*conn && problem && !problem->detail) {
            problem->detail = apr_pstrdup(problem->pool, PQerrorMessage(*conn));
        }
        close_loan(from, loan, *conn, status == TR_EBUSY ? TR_GATE_LOST : TR_GATE_SILENT);
        return refuse(problem, status == TR_EBUSY ? TR_EBUSY : TR_EDBGONE);
    }
    *handle = loan;
    return APR_SUCCESS;
}

const tr_db_source_t *tr_dbd_source_make(tr_site_t *site, apr_pool_t *pool)
{
    pool_t *from = apr_pcalloc(pool, sizeof *from);
    tr_db_source_t *source = apr_pcalloc(pool, sizeof *source);

    from->server = site->server;
    from->open = APR_RETRIEVE_OPTIONAL_FN(ap_dbd_open);
    from->close = APR_RETRIEVE_OPTIONAL_FN(ap_dbd_close);
    from->gate = tr_gate_make(site->gate, site->gate_queue, site->gate_wait_ms, pool);
    source->open = source_open;
    source->close = source_close;
    source->baton = from;
    site->limits = from->gate;
    return from->gate ? source : NULL;
}

void tr_dbd_hooks(apr_pool_t *pool)
{
    (void)pool;
    APR_OPTIONAL_HOOK(dbd, post_connect, greet, NULL, NULL, APR_HOOK_MIDDLE);
}
