/* tr_db_batch.c: commands that go out together and come back together.
 *
 * One command goes as it is; several go in libpq's pipeline mode with one sync
 * at the end, which is one round trip and, outside a transaction, one
 * transaction: all of it or nothing.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_db_private.h"

#include <apr_strings.h>
#include <string.h>

enum { PLAN_UNKNOWN = -1, PLAN_AS_BEFORE = -2 };

void tr_batch_make(tr_batch_t *batch)
{
    batch->count = 0;
    batch->plan = PLAN_AS_BEFORE;
}

void tr_batch_add(tr_batch_t *batch, tr_step_e kind, const char *key, const char *text,
                  int value_count, const char *const *values)
{
    tr_step_t *step = &batch->steps[batch->count++];

    step->kind = kind;
    step->key = key;
    step->text = text;
    step->value_count = value_count;
    step->values = values;
    step->result = NULL;
}

/* A statement's plan is the session's plan_cache_mode when it runs. It is set only when it
 * differs, in the same round trip; without parameters all plans are one. */
static void add_plan(tr_batch_t *batch, const tr_conn_state_t *session,
                     const tr_statement_t *statement)
{
    static const char *const commands[] = {
        [TR_PLAN_AUTO] = "SET plan_cache_mode = auto",
        [TR_PLAN_GENERIC] = "SET plan_cache_mode = force_generic_plan",
        [TR_PLAN_CUSTOM] = "SET plan_cache_mode = force_custom_plan",
    };

    if (statement->param_count && session->plan != (int)statement->plan) {
        tr_batch_add(batch, TR_STEP_COMMAND, NULL, commands[statement->plan], 0, NULL);
        batch->plan = (int)statement->plan;
    }
}

void tr_batch_add_preparation(tr_batch_t *batch, const tr_conn_state_t *session,
                              const tr_statement_t *statement)
{
    tr_prepared_e state = tr_conn_prepared(session, statement->key);

    add_plan(batch, session, statement);
    if (state == TR_PREPARED_STALE) {
        apr_snprintf(batch->dealloc, sizeof batch->dealloc, "DEALLOCATE \"%s\"",
                     statement->key);
        tr_batch_add(batch, TR_STEP_COMMAND, NULL, batch->dealloc, 0, NULL);
    }
    if (state != TR_PREPARED) {
        tr_batch_add(batch, TR_STEP_PREPARE, statement->key, statement->sql, 0, NULL);
    }
}

void tr_batch_add_statement(tr_batch_t *batch, const tr_conn_state_t *session,
                            const tr_statement_t *statement, const char *const *values)
{
    tr_batch_add_preparation(batch, session, statement);
    tr_batch_add(batch, TR_STEP_EXECUTE, statement->key, statement->sql, statement->param_count,
                 values);
}

static int send_step(PGconn *conn, const tr_step_t *step)
{
    switch (step->kind) {
    case TR_STEP_SCRIPT:
        return PQsendQuery(conn, step->text);
    case TR_STEP_COMMAND:
        return PQsendQueryParams(conn, step->text, step->value_count, NULL, step->values, NULL,
                                 NULL, 0);
    case TR_STEP_PREPARE:
        return PQsendPrepare(conn, step->key, step->text, 0, NULL);
    case TR_STEP_EXECUTE:
        return PQsendQueryPrepared(conn, step->key, step->value_count, step->values, NULL, NULL,
                                   0);
    case TR_STEP_DESCRIBE:
        return PQsendDescribePrepared(conn, step->key);
    }
    return 0;
}

static tr_wait_e send_all(tr_batch_t *batch, PGconn *conn, apr_time_t deadline)
{
    int is_pipeline = batch->count > 1;

    if (is_pipeline && !PQenterPipelineMode(conn)) {
        return TR_WAIT_LOST;
    }
    for (int i = 0; i < batch->count; i++) {
        if (!send_step(conn, &batch->steps[i])) {
            return TR_WAIT_LOST;
        }
    }
    if (is_pipeline && !PQpipelineSync(conn)) {
        return TR_WAIT_LOST;
    }
    return tr_conn_flush(conn, deadline);
}

static int is_error(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);

    return status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK
           && status != PGRES_EMPTY_QUERY;
}

/* Keeps the step's first error, else its last result. */
static void keep(tr_step_t *step, PGresult *result)
{
    if (step->result && is_error(step->result)) {
        PQclear(result);
        return;
    }
    PQclear(step->result);
    step->result = result;
}

/* All results of one step, to the NULL that ends them. */
static tr_wait_e receive_step(tr_step_t *step, PGconn *conn, apr_time_t deadline)
{
    for (;;) {
        PGresult *result;
        tr_wait_e wait = tr_conn_result(conn, deadline, &result);
        int is_copy;

        if (wait != TR_WAIT_DONE || !result) {
            return wait;
        }
        is_copy = PQresultStatus(result) == PGRES_COPY_IN
                  || PQresultStatus(result) == PGRES_COPY_OUT;
        keep(step, result);
        /* A COPY would go on for ever: nothing here feeds or reads one. */
        if (is_copy || PQstatus(conn) != CONNECTION_OK) {
            return TR_WAIT_LOST;
        }
    }
}

static tr_wait_e receive_sync(PGconn *conn, apr_time_t deadline)
{
    PGresult *result;
    tr_wait_e wait = tr_conn_result(conn, deadline, &result);
    int is_sync = PQresultStatus(result) == PGRES_PIPELINE_SYNC;

    PQclear(result);
    if (wait != TR_WAIT_DONE) {
        return wait;
    }
    return is_sync && PQexitPipelineMode(conn) ? TR_WAIT_DONE : TR_WAIT_LOST;
}

static tr_wait_e receive_all(tr_batch_t *batch, PGconn *conn, apr_time_t deadline)
{
    for (int i = 0; i < batch->count; i++) {
        tr_wait_e wait = receive_step(&batch->steps[i], conn, deadline);

        if (wait != TR_WAIT_DONE) {
            return wait;
        }
    }
    return batch->count > 1 ? receive_sync(conn, deadline) : TR_WAIT_DONE;
}

/* What the session has learnt. A refusal takes a SET of its transaction back. */
static void remember(const tr_batch_t *batch, tr_conn_state_t *session)
{
    const tr_step_t *failed = tr_batch_failed(batch);

    for (int i = 0; i < batch->count && &batch->steps[i] != failed; i++) {
        const tr_step_t *step = &batch->steps[i];

        if (step->kind == TR_STEP_PREPARE && *step->key) {
            tr_conn_set_prepared(session, step->key, TR_PREPARED);
        }
        if (step->kind == TR_STEP_COMMAND && step->text == batch->dealloc) {
            /* gone, whatever becomes of what follows */
            tr_conn_set_prepared(session, step[1].key, TR_PREPARED_NOT);
        }
    }
    if (failed) {
        session->plan = PLAN_UNKNOWN;
    }
    else if (batch->plan != PLAN_AS_BEFORE) {
        session->plan = batch->plan;
    }
}

/* The server's farewell is an error like others, but the connection is gone with it. */
static int is_farewell(const PGresult *result)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

    return is_error(result)
           && (!state || !strncmp(state, "57P", 3) || !strncmp(state, "08", 2));
}

tr_wait_e tr_batch_run(tr_batch_t *batch, tr_db_t *db, apr_time_t deadline)
{
    apr_time_t start = apr_time_now();
    tr_wait_e wait = send_all(batch, db->conn, deadline);
    const tr_step_t *failed;

    if (wait != TR_WAIT_LATE) {
        /* Also when sending failed: the server may have said why. */
        tr_wait_e received = receive_all(batch, db->conn, deadline);

        wait = wait == TR_WAIT_DONE ? received : wait;
    }
    db->round_trips++;
    db->waited += apr_time_now() - start;
    failed = tr_batch_failed(batch);
    if (wait == TR_WAIT_DONE
        && (PQstatus(db->conn) != CONNECTION_OK || (failed && is_farewell(failed->result)))) {
        wait = TR_WAIT_LOST;
    }
    if (wait == TR_WAIT_LOST && PQstatus(db->conn) == CONNECTION_OK) {
        tr_conn_cut(db->conn); /* out of step with us: of no more use */
    }
    if (wait == TR_WAIT_DONE) {
        remember(batch, tr_conn_state(db->conn));
    }
    return wait;
}

const tr_step_t *tr_batch_failed(const tr_batch_t *batch)
{
    for (int i = 0; i < batch->count; i++) {
        const PGresult *result = batch->steps[i].result;

        if (result && is_error(result) && PQresultStatus(result) != PGRES_PIPELINE_ABORTED) {
            return &batch->steps[i];
        }
    }
    return NULL;
}

const PGresult *tr_batch_last(const tr_batch_t *batch)
{
    return batch->steps[batch->count - 1].result;
}

void tr_batch_clear(tr_batch_t *batch)
{
    for (int i = 0; i < batch->count; i++) {
        PQclear(batch->steps[i].result);
        batch->steps[i].result = NULL;
    }
    tr_batch_make(batch);
}
