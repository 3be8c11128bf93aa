/* tr_db_source.c: a source with one connection of its own, for tools and tests.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_db_private.h"

#include <apr_strings.h>

typedef struct single_t {
    tr_db_source_t source;
    apr_pool_t *pool;
    const char *dsn;
    PGconn *conn;
    int is_lent;
} single_t;

static void keep_quiet(void *baton, const char *message)
{
    (void)baton;
    (void)message;
}

static apr_status_t open_single(void *baton, apr_time_t deadline, void **handle, PGconn **conn,
                                tr_problem_t *problem, apr_pool_t *pool)
{
    single_t *single = baton;
    const char *words;

    (void)pool;
    if (single->is_lent) {
        return tr_problem_add(problem, TR_EBUSY, "The only connection is in use.");
    }
    if (!single->conn
        && tr_conn_open(&single->conn, single->dsn, deadline, &words, single->pool)
               != TR_WAIT_DONE) {
        if (problem) {
            problem->detail = words;
        }
        return tr_problem_add(problem, TR_EDBGONE, "The database cannot be reached.");
    }
    PQsetNoticeProcessor(single->conn, keep_quiet, NULL);
    single->is_lent = 1;
    *handle = single;
    *conn = single->conn;
    return APR_SUCCESS;
}

static void close_single(void *baton, void *handle, PGconn *conn, int broken)
{
    single_t *single = baton;

    (void)handle;
    single->is_lent = 0;
    if (broken) {
        PQfinish(conn);
        single->conn = NULL;
    }
}

static apr_status_t finish_single(void *baton)
{
    single_t *single = baton;

    PQfinish(single->conn);
    single->conn = NULL;
    return APR_SUCCESS;
}

const tr_db_source_t *tr_db_source_of_dsn(const char *dsn, apr_pool_t *pool)
{
    single_t *single = apr_pcalloc(pool, sizeof *single);

    single->source.open = open_single;
    single->source.close = close_single;
    single->source.baton = single;
    single->pool = pool;
    single->dsn = apr_pstrdup(pool, dsn);
    apr_pool_cleanup_register(pool, single, finish_single, apr_pool_cleanup_null);
    return &single->source;
}
