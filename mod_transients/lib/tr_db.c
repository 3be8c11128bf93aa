/* tr_db.c: named statements run on a PostgreSQL connection.
 *
 * What is decided here is what may be tried again: a read whose connection was
 * lost, a statement that the server has forgotten, a transaction that lost a
 * race; never a write that was on its way.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_db_private.h"

#include "tr_json.h"

#include <apr_strings.h>
#include <string.h>

static apr_status_t close_at_cleanup(void *baton)
{
    tr_db_close(baton);
    return APR_SUCCESS;
}

tr_db_t *tr_db_make(const tr_db_source_t *source, const tr_statements_t *statements,
                    apr_time_t deadline, apr_pool_t *pool)
{
    tr_db_t *db = apr_pcalloc(pool, sizeof *db);

    db->pool = pool;
    db->source = source;
    db->statements = statements;
    db->deadline = deadline;
    apr_pool_cleanup_register(pool, db, close_at_cleanup, apr_pool_cleanup_null);
    return db;
}

void tr_db_set_deadline(tr_db_t *db, apr_time_t deadline)
{
    db->deadline = deadline;
}

void tr_db_set_reader(tr_db_t *db, apr_int64_t user, const char *projects)
{
    db->has_reader = 1;
    db->reader_user = apr_psprintf(db->pool, "%" APR_INT64_T_FMT, user);
    db->reader_projects = apr_pstrdup(db->pool, projects);
}

int tr_db_round_trips(const tr_db_t *db)
{
    return db->round_trips;
}

apr_interval_time_t tr_db_time(const tr_db_t *db)
{
    return db->waited;
}

void tr_db_close(tr_db_t *db)
{
    int broken;

    if (!db->conn) {
        return;
    }
    tr_db_rollback(db);
    broken = PQstatus(db->conn) != CONNECTION_OK
             || PQtransactionStatus(db->conn) != PQTRANS_IDLE;
    db->source->close(db->source->baton, db->handle, db->conn, broken);
    db->conn = NULL;
    db->handle = NULL;
}

/* ---- a connection that works ---- */

static int setting_is(PGconn *conn, const char *name, const char *begin)
{
    const char *value = PQparameterStatus(conn, name);

    return value && !strncmp(value, begin, strlen(begin));
}

/* Times and text are read as UTC, ISO and UTF-8. Connections come with that from their
 * parameters; one that does not is put right rather than misread. */
static tr_wait_e put_settings(tr_db_t *db)
{
    tr_batch_t batch;
    tr_wait_e wait;

    if ((setting_is(db->conn, "TimeZone", "UTC") || setting_is(db->conn, "TimeZone", "Etc/UTC"))
        && setting_is(db->conn, "DateStyle", "ISO")
        && setting_is(db->conn, "client_encoding", "UTF8")) {
        return TR_WAIT_DONE;
    }
    tr_batch_make(&batch);
    tr_batch_add(&batch, TR_STEP_SCRIPT, NULL,
                 "SET timezone = 'UTC'; SET datestyle = 'ISO'; SET client_encoding = 'UTF8'", 0,
                 NULL);
    wait = tr_batch_run(&batch, db, db->deadline);
    tr_batch_clear(&batch);
    return wait;
}

static apr_status_t reconnect(tr_db_t *db, tr_problem_t *problem)
{
    if (tr_db_reset(db->conn, db->deadline) == APR_SUCCESS) {
        return APR_SUCCESS;
    }
    if (problem) {
        problem->detail = apr_pstrdup(problem->pool, PQerrorMessage(db->conn));
    }
    return tr_problem_add(problem, TR_EDBGONE, "The database cannot be reached.");
}

static apr_status_t open_conn(tr_db_t *db, tr_problem_t *problem)
{
    apr_status_t status = db->source->open(db->source->baton, db->deadline, &db->handle,
                                           &db->conn, problem, db->pool);

    if (status != APR_SUCCESS) {
        db->conn = NULL;
        return status;
    }
    if (tr_db_watch(db->conn) != APR_SUCCESS) {
        tr_db_close(db);
        return tr_problem_add(problem, TR_EDBGONE, "The connection cannot be used.");
    }
    return APR_SUCCESS;
}

apr_status_t tr_db_ensure(tr_db_t *db, int must_be_alive, tr_problem_t *problem)
{
    int is_new = !db->conn;
    apr_status_t status = is_new ? open_conn(db, problem) : APR_SUCCESS;

    if (status != APR_SUCCESS) {
        return status;
    }
    if (db->in_transaction) {
        return PQstatus(db->conn) == CONNECTION_OK
                   ? APR_SUCCESS
                   : tr_db_gone(db->conn, TR_WAIT_LOST, 0, NULL, problem);
    }
    if ((is_new || must_be_alive) ? !tr_db_is_alive(db->conn)
                                  : PQstatus(db->conn) != CONNECTION_OK) {
        is_new = 1;
        status = reconnect(db, problem);
        if (status != APR_SUCCESS) {
            return status;
        }
    }
    if (is_new && put_settings(db) != TR_WAIT_DONE) {
        return tr_db_gone(db->conn, TR_WAIT_LOST, 0, NULL, problem);
    }
    return APR_SUCCESS;
}

/* ---- one statement ---- */

static const char *value_text(const tr_value_t *value, apr_pool_t *pool)
{
    tr_buf_t *json;

    switch (value->kind) {
    case TR_NULL:
        return NULL;
    case TR_TEXT:
    case TR_JSON:
        return value->as.text.data;
    case TR_ROW:
    case TR_LIST:
        json = tr_buf_make(0, pool);
        tr_json_value(json, value);
        return json->data;
    default:
        return tr_value_to_text(value, pool);
    }
}

static apr_status_t bind_param(tr_db_t *db, const tr_db_call_t *call, int number,
                               const tr_row_t *args, tr_problem_t *problem, apr_pool_t *pool)
{
    const char *name = call->statement->params[number].name;
    const tr_value_t *value;

    if (*name == '_') {
        if (!db->has_reader) {
            return tr_problem_add(problem, TR_EDB, "%s runs before it is known who reads.",
                                  call->statement->name);
        }
        call->values[number] = !strcmp(name, "_user") ? db->reader_user : db->reader_projects;
        return APR_SUCCESS;
    }
    value = args ? tr_row_get(args, name) : NULL;
    call->values[number] = value ? value_text(value, pool) : NULL;
    if (value && (value->kind == TR_TEXT || value->kind == TR_JSON)
        && strlen(call->values[number]) != value->as.text.len) {
        return tr_problem_field(problem, name, "Null characters are not allowed.");
    }
    return APR_SUCCESS;
}

apr_status_t tr_db_call_make(tr_db_call_t *call, tr_db_t *db, const char *name,
                             const tr_row_t *args, tr_problem_t *problem, apr_pool_t *pool)
{
    tr_batch_make(&call->batch);
    call->statement = tr_statement_find(db->statements, name);
    if (!call->statement) {
        return tr_problem_add(problem, TR_EDB, "There is no statement %s.", name);
    }
    call->values = apr_palloc(pool, sizeof *call->values
                                        * ((apr_size_t)call->statement->param_count + 1));
    for (int i = 0; i < call->statement->param_count; i++) {
        apr_status_t status = bind_param(db, call, i, args, problem, pool);

        if (status != APR_SUCCESS) {
            return status;
        }
    }
    return APR_SUCCESS;
}

/* Who acts, for the audit log: lasts for the transaction. */
static void add_actor(tr_batch_t *batch, const tr_db_t *db)
{
    static const char sql[] = "SELECT set_config('transients.actor', $1::text, true), "
                              "set_config('transients.token', $2::text, true), "
                              "set_config('transients.request', $3::text, true), "
                              "set_config('transients.address', $4::text, true)";

    if (db->has_actor) {
        tr_batch_add(batch, TR_STEP_COMMAND, NULL, sql, 4, db->actor);
    }
}

apr_time_t tr_db_call_deadline(const tr_db_call_t *call, const tr_db_t *db)
{
    int ms = call->statement->timeout_ms;

    return ms ? apr_time_now() + apr_time_from_msec(ms) : db->deadline;
}

static tr_wait_e send_call(tr_db_call_t *call, tr_db_t *db)
{
    const tr_statement_t *statement = call->statement;
    apr_time_t deadline = tr_db_call_deadline(call, db);

    tr_batch_clear(&call->batch);
    if (statement->is_write && !db->in_transaction) {
        add_actor(&call->batch, db);
    }
    tr_batch_add_statement(&call->batch, tr_conn_state(db->conn), statement, call->values);
    return tr_batch_run(&call->batch, db, deadline);
}

int tr_db_learn(tr_db_t *db, const char *key, const PGresult *refusal)
{
    static const struct {
        const char *state;
        tr_prepared_e prepared;
    } lessons[] = {
        { "26000", TR_PREPARED_NOT },   /* no such prepared statement */
        { "42P05", TR_PREPARED },       /* it is there already */
        { "0A000", TR_PREPARED_STALE }, /* its columns are of other types now */
    };
    const char *state = PQresultErrorField(refusal, PG_DIAG_SQLSTATE);

    for (size_t i = 0; key && state && i < sizeof lessons / sizeof *lessons; i++) {
        if (!strcmp(state, lessons[i].state)) {
            tr_conn_set_prepared(tr_conn_state(db->conn), key, lessons[i].prepared);
            return 1;
        }
    }
    return 0;
}

static apr_status_t run_call(tr_db_call_t *call, tr_db_t *db, tr_problem_t *problem)
{
    const tr_statement_t *statement = call->statement;

    for (int is_first = 1;; is_first = 0) {
        const tr_step_t *failed;
        tr_wait_e wait;
        apr_status_t status = tr_db_ensure(db, statement->is_write, problem);

        if (status != APR_SUCCESS) {
            return status;
        }
        wait = send_call(call, db);
        if (wait == TR_WAIT_LOST && is_first && !statement->is_write && !db->in_transaction) {
            continue;
        }
        if (wait != TR_WAIT_DONE) {
            db->was_lost = wait == TR_WAIT_LOST;
            return tr_db_gone(db->conn, wait, statement->is_write && !db->in_transaction,
                              statement->name, problem);
        }
        failed = tr_batch_failed(&call->batch);
        if (!failed) {
            return APR_SUCCESS;
        }
        if (tr_db_learn(db, failed->key, failed->result) && is_first && !db->in_transaction) {
            continue;
        }
        return tr_db_refused(failed->result, statement->name, failed->text, problem);
    }
}

apr_status_t tr_db_rows(tr_db_t *db, const char *statement, const tr_row_t *args,
                        tr_list_t **rows, tr_problem_t *problem, apr_pool_t *pool)
{
    tr_db_call_t call;
    apr_status_t status = tr_db_call_make(&call, db, statement, args, problem, pool);

    *rows = NULL;
    if (status == APR_SUCCESS) {
        status = run_call(&call, db, problem);
    }
    if (status == APR_SUCCESS) {
        status = tr_db_to_list(rows, tr_batch_last(&call.batch), call.statement, problem, pool);
    }
    tr_batch_clear(&call.batch);
    return status;
}

apr_status_t tr_db_row(tr_db_t *db, const char *statement, const tr_row_t *args, tr_row_t **row,
                       tr_problem_t *problem, apr_pool_t *pool)
{
    tr_list_t *rows;
    apr_status_t status = tr_db_rows(db, statement, args, &rows, problem, pool);

    *row = NULL;
    if (status != APR_SUCCESS) {
        return status;
    }
    if (!rows->count) {
        return TR_ENOTFOUND;
    }
    *row = rows->rows[0];
    return APR_SUCCESS;
}

apr_status_t tr_db_run(tr_db_t *db, const char *statement, const tr_row_t *args,
                       apr_int64_t *affected, tr_problem_t *problem, apr_pool_t *pool)
{
    tr_db_call_t call;
    apr_status_t status = tr_db_call_make(&call, db, statement, args, problem, pool);

    if (status == APR_SUCCESS) {
        status = run_call(&call, db, problem);
    }
    if (affected) {
        *affected = status == APR_SUCCESS ? tr_db_affected(tr_batch_last(&call.batch)) : 0;
    }
    tr_batch_clear(&call.batch);
    return status;
}

/* ---- transactions ---- */

void tr_db_set_actor(tr_db_t *db, const tr_db_actor_t *actor)
{
    db->has_actor = 1;
    db->actor[0] = apr_psprintf(db->pool, "%" APR_INT64_T_FMT, actor->user);
    db->actor[1] = apr_psprintf(db->pool, "%" APR_INT64_T_FMT, actor->token);
    db->actor[2] = apr_pstrdup(db->pool, actor->request ? actor->request : "");
    db->actor[3] = apr_pstrdup(db->pool, actor->address ? actor->address : "");
}

apr_status_t tr_db_begin(tr_db_t *db, tr_problem_t *problem)
{
    tr_batch_t batch;
    tr_wait_e wait = TR_WAIT_LOST;
    apr_status_t status = APR_SUCCESS;

    if (db->in_transaction) {
        return tr_problem_add(problem, TR_EDB, "A transaction is open already.");
    }
    db->was_lost = 0;
    tr_batch_make(&batch);
    /* Nothing is stored by BEGIN: it may be said again. */
    for (int tries = 0; tries < 2 && wait == TR_WAIT_LOST; tries++) {
        status = tr_db_ensure(db, 1, problem);
        if (status != APR_SUCCESS) {
            return status;
        }
        tr_batch_clear(&batch);
        tr_batch_add(&batch, TR_STEP_COMMAND, NULL, "BEGIN", 0, NULL);
        add_actor(&batch, db);
        wait = tr_batch_run(&batch, db, db->deadline);
    }
    if (wait != TR_WAIT_DONE) {
        status = tr_db_gone(db->conn, wait, 0, "BEGIN", problem);
    }
    else if (tr_batch_failed(&batch)) {
        status = tr_db_refused(tr_batch_failed(&batch)->result, "BEGIN", NULL, problem);
    }
    tr_batch_clear(&batch);
    db->in_transaction = 1;
    if (status != APR_SUCCESS) {
        tr_db_rollback(db);
    }
    return status;
}

/* An aborted transaction answers COMMIT with "ROLLBACK" and no error. */
static apr_status_t commit_status(const tr_batch_t *batch, tr_problem_t *problem)
{
    const tr_step_t *failed = tr_batch_failed(batch);

    if (failed) {
        return tr_db_refused(failed->result, "COMMIT", NULL, problem);
    }
    if (strcmp(PQcmdStatus((PGresult *)tr_batch_last(batch)), "COMMIT")) {
        return tr_problem_add(problem, TR_EDB, "The transaction was rolled back.");
    }
    return APR_SUCCESS;
}

apr_status_t tr_db_commit(tr_db_t *db, tr_problem_t *problem)
{
    tr_batch_t batch;
    tr_wait_e wait;
    apr_status_t status;

    if (!db->in_transaction) {
        return tr_problem_add(problem, TR_EDB, "There is no transaction to commit.");
    }
    status = tr_db_ensure(db, 0, problem);
    if (status != APR_SUCCESS) {
        db->in_transaction = 0;
        return status;
    }
    tr_batch_make(&batch);
    tr_batch_add(&batch, TR_STEP_COMMAND, NULL, "COMMIT", 0, NULL);
    wait = tr_batch_run(&batch, db, db->deadline);
    status = wait == TR_WAIT_DONE ? commit_status(&batch, problem)
                                  : tr_db_gone(db->conn, wait, 1, "COMMIT", problem);
    tr_batch_clear(&batch);
    db->in_transaction = 0;
    if (status != APR_SUCCESS) {
        tr_conn_state(db->conn)->plan = -1;
    }
    return status;
}

void tr_db_rollback(tr_db_t *db)
{
    /* The deadline may have passed, which is often why we are here. */
    apr_time_t deadline = apr_time_now() + apr_time_from_sec(1);
    tr_batch_t batch;

    if (!db->in_transaction) {
        return;
    }
    db->in_transaction = 0;
    if (PQstatus(db->conn) != CONNECTION_OK) {
        return;
    }
    tr_batch_make(&batch);
    tr_batch_add(&batch, TR_STEP_COMMAND, NULL, "ROLLBACK", 0, NULL);
    tr_batch_run(&batch, db, deadline);
    tr_batch_clear(&batch);
    tr_conn_state(db->conn)->plan = -1; /* a SET within it is taken back */
}

/* What came out of one try at a transaction. */
static apr_status_t try_transaction(tr_db_t *db, tr_db_work_fn *work, void *baton,
                                    tr_problem_t *problem)
{
    apr_status_t status = tr_db_begin(db, problem);

    if (status != APR_SUCCESS) {
        return status;
    }
    status = work(db, baton, problem);
    if (status == APR_SUCCESS) {
        return tr_db_commit(db, problem);
    }
    tr_db_rollback(db);
    return status;
}

/* Whether the same again may go better and nothing of this try is stored. */
static int is_worth_another_try(const tr_db_t *db, apr_status_t status,
                                const tr_problem_t *problem)
{
    static const char *const states[] = { "40001", "40P01", "26000", "0A000" };

    if (status == TR_EMAYBE || (db->deadline && apr_time_now() >= db->deadline)) {
        return 0;
    }
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        if (!strcmp(problem->sqlstate, states[i])) {
            return 1;
        }
    }
    return status == TR_EDBGONE && db->was_lost;
}

apr_status_t tr_db_transaction(tr_db_t *db, tr_db_work_fn *work, void *baton,
                               tr_problem_t *problem)
{
    for (int again = 3;; again--) {
        apr_status_t status = try_transaction(db, work, baton, problem);

        if (status == APR_SUCCESS || !again || !is_worth_another_try(db, status, problem)) {
            return status;
        }
        tr_problem_clear(problem);
    }
}
