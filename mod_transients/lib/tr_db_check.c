/* tr_db_check.c: statements compared with what the server says of them; scripts.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_db_private.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

/* ---- checks ---- */

typedef struct check_t {
    tr_db_t *db;
    tr_problem_t *problem;
    apr_pool_t *pool;
    apr_hash_t *types; /* name -> Oid as a pointer */
} check_t;

/* The type's number on this server; InvalidOid when it knows no such type. */
static apr_status_t find_type(check_t *check, const char *name, Oid *type)
{
    const char *const values[] = { name };
    Oid *known = apr_hash_get(check->types, name, APR_HASH_KEY_STRING);
    tr_batch_t batch;
    tr_wait_e wait;

    if (!known) {
        tr_batch_make(&batch);
        tr_batch_add(&batch, TR_STEP_COMMAND, NULL, "SELECT to_regtype($1::text)::oid", 1,
                     values);
        wait = tr_batch_run(&batch, check->db, check->db->deadline);
        if (wait != TR_WAIT_DONE) {
            tr_batch_clear(&batch);
            return tr_db_gone(check->db->conn, wait, 0, NULL, check->problem);
        }
        known = apr_pcalloc(check->pool, sizeof *known);
        if (!tr_batch_failed(&batch)) {
            *known = (Oid)strtoul(PQgetvalue(tr_batch_last(&batch), 0, 0), NULL, 10);
        }
        tr_batch_clear(&batch);
        apr_hash_set(check->types, name, APR_HASH_KEY_STRING, known);
    }
    *type = *known;
    return APR_SUCCESS;
}

static void complain(check_t *check, const tr_statement_t *statement, const char *words)
{
    tr_problem_at(check->problem, statement->file, statement->line, "%s: %s", statement->name,
                  words);
}

static apr_status_t compare_column(check_t *check, const tr_statement_t *statement, int number,
                                   const PGresult *described)
{
    const tr_result_column_t *declared = &statement->columns[number];
    const char *name = PQfname(described, number);
    Oid type = InvalidOid;
    apr_status_t status = find_type(check, declared->type, &type);

    if (status != APR_SUCCESS) {
        return status;
    }
    if (strcmp(name, declared->name)) {
        complain(check, statement,
                 apr_psprintf(check->pool, "column %d is %s, declared as %s", number + 1, name,
                              declared->name));
    }
    else if (type == InvalidOid || type != PQftype(described, number)) {
        complain(check, statement,
                 apr_psprintf(check->pool, "column %s is of another type than the declared %s",
                              name, declared->type));
    }
    return APR_SUCCESS;
}

static apr_status_t compare(check_t *check, const tr_statement_t *statement,
                            const PGresult *described)
{
    int count = PQnfields(described);

    for (int i = 0; i < count && i < statement->column_count; i++) {
        apr_status_t status = compare_column(check, statement, i, described);

        if (status != APR_SUCCESS) {
            return status;
        }
    }
    if (count != statement->column_count) {
        complain(check, statement,
                 apr_psprintf(check->pool, "%d columns, %d declared", count,
                              statement->column_count));
    }
    return APR_SUCCESS;
}

static apr_status_t check_statement(check_t *check, const tr_statement_t *statement)
{
    tr_batch_t batch;
    tr_wait_e wait;
    const tr_step_t *failed;
    apr_status_t status = APR_SUCCESS;

    tr_batch_make(&batch);
    tr_batch_add(&batch, TR_STEP_PREPARE, "", statement->sql, 0, NULL);
    tr_batch_add(&batch, TR_STEP_DESCRIBE, "", statement->sql, 0, NULL);
    wait = tr_batch_run(&batch, check->db, check->db->deadline);
    failed = tr_batch_failed(&batch);
    if (wait != TR_WAIT_DONE) {
        status = tr_db_gone(check->db->conn, wait, 0, statement->name, check->problem);
    }
    else if (failed) {
        complain(check, statement, tr_db_message(failed->result, statement->sql, check->pool));
    }
    else {
        status = compare(check, statement, tr_batch_last(&batch));
    }
    tr_batch_clear(&batch);
    return status;
}

apr_status_t tr_db_check_statements(tr_db_t *db, tr_problem_t *problem, apr_pool_t *pool)
{
    check_t check = { db, problem, pool, apr_hash_make(pool) };
    int count, before = tr_problem_count(problem);
    const tr_statement_t *const *all = tr_statements_all(db->statements, &count);
    apr_status_t status = tr_db_ensure(db, 1, problem);

    for (int i = 0; status == APR_SUCCESS && i < count; i++) {
        status = check_statement(&check, all[i]);
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    return tr_problem_count(problem) > before ? TR_ESITE : APR_SUCCESS;
}

/* ---- scripts ---- */

/* The line on which the server stopped; 1 when it does not say. */
static int line_of(const PGresult *result, const char *sql)
{
    const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    long characters = position ? strtol(position, NULL, 10) : 0;
    int line = 1;

    for (; *sql && characters > 1; sql++) {
        line += *sql == '\n';
        characters -= (sql[1] & 0xc0) != 0x80;
    }
    return line;
}

static apr_status_t script_refused(const PGresult *result, const char *name, const char *sql,
                                   tr_problem_t *problem)
{
    /* The state's words are for people at a page; a script's reader wants the server's. */
    tr_problem_t *inner = tr_problem_make(problem->pool);

    tr_db_refused(result, name, sql, inner);
    memcpy(problem->sqlstate, inner->sqlstate, sizeof problem->sqlstate);
    problem->statement = name;
    problem->constraint = inner->constraint;
    problem->detail = inner->detail;
    return tr_problem_at(problem, name, line_of(result, sql), "%s",
                         tr_db_message(result, sql, problem->pool));
}

apr_status_t tr_db_script(tr_db_t *db, const char *name, const char *sql, tr_problem_t *problem)
{
    tr_batch_t batch;
    tr_wait_e wait;
    apr_status_t status = tr_db_ensure(db, 1, problem);

    if (status != APR_SUCCESS) {
        return status;
    }
    tr_batch_make(&batch);
    tr_batch_add(&batch, TR_STEP_SCRIPT, NULL, sql, 0, NULL);
    wait = tr_batch_run(&batch, db, db->deadline);
    if (wait != TR_WAIT_DONE) {
        status = tr_db_gone(db->conn, wait, !db->in_transaction, name, problem);
    }
    else if (tr_batch_failed(&batch)) {
        status = script_refused(tr_batch_failed(&batch)->result, name, sql, problem);
    }
    tr_batch_clear(&batch);
    return status;
}
