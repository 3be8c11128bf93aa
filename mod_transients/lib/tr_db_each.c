/* tr_db_each.c: a statement's rows one by one, in libpq's single-row mode.
 *
 * It runs in a transaction of its own, for which the server's statement_timeout
 * (meant for pages) is replaced by what is left until the deadline.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_db_private.h"

#include <apr_strings.h>
#include <string.h>

/* Room for '2026-11-23 17:58:41.123456+00' with its NUL; years have at most six digits. */
#define TIME_SIZE 40

/* Types by their fixed numbers in pg_type.dat. */
enum { OID_FLOAT4 = 700, OID_FLOAT8 = 701, OID_TIMESTAMPTZ = 1184, OID_NUMERIC = 1700 };

typedef struct stream_t {
    tr_db_t *db;
    tr_db_call_t call;
    tr_db_each_fn *each;
    void *baton;
    tr_problem_t *problem;
    tr_table_cell_t *cells;
    char (*times)[TIME_SIZE]; /* a cell's time as ISO 8601 */
    int given;                /* whether a row was */
    apr_status_t status;      /* what came of giving rows */
    PGresult *refusal;        /* the server's, NULL: none */
} stream_t;

static tr_table_cell_t time_cell(char text[TIME_SIZE], const char *data, int len)
{
    tr_table_cell_t cell = { NULL, 0 };

    if (len < TIME_SIZE && !strstr(data, "infinity")) { /* never is no time */
        memcpy(text, data, (apr_size_t)len + 1);
        cell.data = text;
        cell.len = (int)tr_db_iso_time(text, (apr_size_t)len);
    }
    return cell;
}

/* NaN and the infinities are no values here. */
static int is_number(const char *data)
{
    return !strchr("NI", *data) && strncmp(data, "-I", 2);
}

static tr_table_cell_t cell_of(const PGresult *result, int column, char text[TIME_SIZE])
{
    tr_table_cell_t cell = { PQgetvalue(result, 0, column), PQgetlength(result, 0, column) };

    if (PQgetisnull(result, 0, column)) {
        return (tr_table_cell_t){ NULL, 0 };
    }
    switch (PQftype(result, column)) {
    case OID_TIMESTAMPTZ:
        return time_cell(text, cell.data, cell.len);
    case OID_FLOAT4:
    case OID_FLOAT8:
    case OID_NUMERIC:
        return is_number(cell.data) ? cell : (tr_table_cell_t){ NULL, 0 };
    default:
        return cell;
    }
}

static apr_status_t give(stream_t *stream, const PGresult *result)
{
    if (!stream->given
        && tr_db_check_columns(result, stream->call.statement, stream->problem)) {
        return TR_EDB;
    }
    if (!PQntuples(result)) {
        return APR_SUCCESS; /* the end */
    }
    stream->given = 1;
    for (int i = 0; i < stream->call.statement->column_count; i++) {
        stream->cells[i] = cell_of(result, i, stream->times[i]);
    }
    return stream->each(stream->baton, stream->cells, stream->problem);
}

static void take(stream_t *stream, PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);

    if (status == PGRES_SINGLE_TUPLE || status == PGRES_TUPLES_OK) {
        stream->status = give(stream, result);
        PQclear(result);
    }
    else if (!stream->refusal) {
        stream->refusal = result;
    }
    else {
        PQclear(result);
    }
}

/* All results, to the NULL that ends them. */
static tr_wait_e receive(stream_t *stream, apr_time_t deadline)
{
    PGconn *conn = stream->db->conn;

    for (;;) {
        PGresult *result;
        tr_wait_e wait = tr_conn_result(conn, deadline, &result);

        if (wait != TR_WAIT_DONE || !result) {
            return wait;
        }
        take(stream, result);
        if (stream->status != APR_SUCCESS) {
            tr_conn_cut(conn); /* a million rows more may be on their way */
            return TR_WAIT_DONE;
        }
        if (PQstatus(conn) != CONNECTION_OK) {
            return TR_WAIT_LOST;
        }
    }
}

static tr_wait_e send_and_receive(stream_t *stream)
{
    const tr_statement_t *statement = stream->call.statement;
    PGconn *conn = stream->db->conn;
    apr_time_t start = apr_time_now(),
               deadline = tr_db_call_deadline(&stream->call, stream->db);
    tr_wait_e wait = TR_WAIT_LOST;

    if (PQsendQueryPrepared(conn, statement->key, statement->param_count, stream->call.values,
                            NULL, NULL, 0)
        && PQsetSingleRowMode(conn)) {
        wait = tr_conn_flush(conn, deadline);
    }
    if (wait == TR_WAIT_DONE) {
        wait = receive(stream, deadline);
    }
    stream->db->round_trips++;
    stream->db->waited += apr_time_now() - start;
    return wait;
}

/* ms until the deadline, for the server; 0: no limit. */
static const char *ms_left(const stream_t *stream)
{
    apr_time_t deadline = tr_db_call_deadline(&stream->call, stream->db);
    apr_interval_time_t left = deadline - apr_time_now();

    if (!deadline) {
        return "0";
    }
    return apr_psprintf(stream->db->pool, "%" APR_TIME_T_FMT,
                        left < 1000 ? 1 : apr_time_as_msec(left));
}

/* The limit, the plan, and the statement prepared: one round trip. */
static tr_wait_e prepare(stream_t *stream)
{
    static const char sql[] = "SELECT set_config('statement_timeout', $1::text, true)";
    const char *values[] = { ms_left(stream) };
    tr_batch_t *batch = &stream->call.batch;
    const tr_step_t *failed;
    tr_wait_e wait;

    tr_batch_clear(batch);
    tr_batch_add(batch, TR_STEP_COMMAND, NULL, sql, 1, values);
    tr_batch_add_preparation(batch, tr_conn_state(stream->db->conn), stream->call.statement);
    wait = tr_batch_run(batch, stream->db, stream->db->deadline);
    failed = wait == TR_WAIT_DONE ? tr_batch_failed(batch) : NULL;
    if (failed) {
        stream->refusal = failed->result;
        batch->steps[failed - batch->steps].result = NULL; /* kept */
    }
    tr_batch_clear(batch);
    return wait;
}

static apr_status_t finish(stream_t *stream, tr_wait_e wait)
{
    const char *name = stream->call.statement->name;

    if (stream->status != APR_SUCCESS) {
        return stream->status;
    }
    if (wait != TR_WAIT_DONE) {
        return tr_db_gone(stream->db->conn, wait, 0, name, stream->problem);
    }
    if (stream->refusal) {
        return tr_db_refused(stream->refusal, name, stream->call.statement->sql,
                             stream->problem);
    }
    return tr_db_commit(stream->db, stream->problem);
}

/* Whether nothing was given yet and the same again may go better. */
static int is_worth_another_try(stream_t *stream, tr_wait_e wait)
{
    if (stream->given || stream->status != APR_SUCCESS) {
        return 0;
    }
    return wait == TR_WAIT_LOST
           || (stream->refusal
               && tr_db_learn(stream->db, stream->call.statement->key, stream->refusal));
}

static apr_status_t run(stream_t *stream)
{
    for (int is_first = 1;; is_first = 0) {
        apr_status_t status = tr_db_begin(stream->db, stream->problem);
        tr_wait_e wait;

        if (status != APR_SUCCESS) {
            return status;
        }
        wait = prepare(stream);
        if (wait == TR_WAIT_DONE && !stream->refusal) {
            wait = send_and_receive(stream);
        }
        if (!is_first || !is_worth_another_try(stream, wait)) {
            status = finish(stream, wait);
            PQclear(stream->refusal);
            tr_db_rollback(stream->db);
            return status;
        }
        PQclear(stream->refusal);
        stream->refusal = NULL;
        tr_db_rollback(stream->db);
    }
}

apr_status_t tr_db_each(tr_db_t *db, const char *statement, const tr_row_t *args,
                        tr_db_each_fn *each, void *baton, tr_problem_t *problem,
                        apr_pool_t *pool)
{
    stream_t stream = { .db = db, .each = each, .baton = baton, .problem = problem };
    apr_status_t status = tr_db_call_make(&stream.call, db, statement, args, problem, pool);
    apr_size_t width;

    if (status != APR_SUCCESS) {
        return status;
    }
    width = (apr_size_t)stream.call.statement->column_count + 1;
    stream.cells = apr_pcalloc(pool, width * sizeof *stream.cells);
    stream.times = apr_palloc(pool, width * sizeof *stream.times);
    return run(&stream);
}
