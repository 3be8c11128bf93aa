/* tr_db_private.h: what the parts of tr_db share and nobody else includes.
 *
 * From below: tr_db_conn.c waits on one PGconn, tr_db_batch.c sends commands
 * in one round trip, tr_db_error.c and tr_db_result.c turn answers into
 * problems and rows, tr_db.c decides what is tried again.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_DB_PRIVATE_H
#define TR_DB_PRIVATE_H

#include "tr_db.h"

#include <apr_hash.h>

struct tr_db_t {
    apr_pool_t *pool;
    const tr_db_source_t *source;
    const tr_statements_t *statements;
    apr_time_t deadline; /* 0: none */
    void *handle;        /* the source's */
    PGconn *conn;        /* NULL: not open */
    int in_transaction;
    int was_lost; /* the connection, within the transaction */
    int has_reader;
    const char *reader_user;
    const char *reader_projects;
    int has_actor;
    const char *actor[4]; /* values of ACTOR_SQL */
    int round_trips;
    apr_interval_time_t waited;
};

/* ---- tr_db_conn.c ---- */

typedef enum {
    TR_WAIT_DONE,
    TR_WAIT_LOST, /* the connection is gone */
    TR_WAIT_LATE  /* the deadline passed; the connection has been cut */
} tr_wait_e;

typedef enum { TR_PREPARED_NOT, TR_PREPARED, TR_PREPARED_STALE } tr_prepared_e;

/* What is known of one PGconn's session; lives in libpq's instance data. */
typedef struct tr_conn_state_t {
    apr_pool_t *pool;     /* of `prepared`, cleared when libpq reconnects */
    apr_hash_t *prepared; /* key -> tr_prepared_e as a pointer */
    int plan;             /* plan_cache_mode as a tr_plan_e, -1: unknown */
} tr_conn_state_t;

tr_conn_state_t *tr_conn_state(PGconn *conn);
tr_prepared_e tr_conn_prepared(const tr_conn_state_t *session, const char *key);
void tr_conn_set_prepared(tr_conn_state_t *session, const char *key, tr_prepared_e state);
/* Connects anew to `dsn`; *conn is NULL or a connection that works. */
tr_wait_e tr_conn_open(PGconn **conn, const char *dsn, apr_time_t deadline, const char **words,
                       apr_pool_t *pool);
/* Ends the connection on our side; libpq then knows it as bad, whatever was on its way. */
void tr_conn_cut(PGconn *conn);
/* Sends what libpq still holds. */
tr_wait_e tr_conn_flush(PGconn *conn, apr_time_t deadline);
/* The next result, NULL at the end of one command's. */
tr_wait_e tr_conn_result(PGconn *conn, apr_time_t deadline, PGresult **result);

/* ---- tr_db_batch.c ---- */

typedef enum {
    TR_STEP_COMMAND, /* text with values */
    TR_STEP_SCRIPT,  /* several commands; alone in its batch */
    TR_STEP_PREPARE,
    TR_STEP_EXECUTE,
    TR_STEP_DESCRIBE
} tr_step_e;

typedef struct tr_step_t {
    tr_step_e kind;
    const char *text; /* command, or what is to be prepared */
    const char *key;
    int value_count;
    const char *const *values; /* NULL pointers are NULLs */
    PGresult *result;          /* NULL when nothing came */
} tr_step_t;

enum { TR_BATCH_MAX = 8 };

/* Commands that go out together and come back together. */
typedef struct tr_batch_t {
    tr_step_t steps[TR_BATCH_MAX];
    int count;
    int plan; /* that the session has when the batch has succeeded; -2: as before */
    char dealloc[96];
} tr_batch_t;

void tr_batch_make(tr_batch_t *batch);
void tr_batch_add(tr_batch_t *batch, tr_step_e kind, const char *key, const char *text,
                  int value_count, const char *const *values);
/* What must come before the statement is run on this connection as it is. */
void tr_batch_add_preparation(tr_batch_t *batch, const tr_conn_state_t *session,
                              const tr_statement_t *statement);
/* That, and running it. */
void tr_batch_add_statement(tr_batch_t *batch, const tr_conn_state_t *session,
                            const tr_statement_t *statement, const char *const *values);
/* One round trip. Results stay in the steps until tr_batch_clear(). */
tr_wait_e tr_batch_run(tr_batch_t *batch, tr_db_t *db, apr_time_t deadline);
/* The first step that the server refused, NULL for none. */
const tr_step_t *tr_batch_failed(const tr_batch_t *batch);
/* The last step's result. */
const PGresult *tr_batch_last(const tr_batch_t *batch);
void tr_batch_clear(tr_batch_t *batch); /* and makes it empty */

/* ---- tr_db_error.c ---- */

/* Adds what the server refused, in words; gives the status that its SQLSTATE means. */
apr_status_t tr_db_refused(const PGresult *result, const char *statement, const char *sql,
                           tr_problem_t *problem);
/* Adds that the connection was lost or late. `is_sent`: a write may have been stored. */
apr_status_t tr_db_gone(const PGconn *conn, tr_wait_e wait, int is_sent, const char *statement,
                        tr_problem_t *problem);
/* "relation ... does not exist, at: ... FROM candidat c": message and place in the text. */
const char *tr_db_message(const PGresult *result, const char *sql, apr_pool_t *pool);

/* ---- tr_db_result.c ---- */

/* TR_EDB when the result's columns are not those that the statement declares. */
apr_status_t tr_db_check_columns(const PGresult *result, const tr_statement_t *statement,
                                 tr_problem_t *problem);
/* A time as the server writes it, '2026-11-23 17:58:41.5+00', in place as ISO 8601 with Z; its
 * length. */
apr_size_t tr_db_iso_time(char *text, apr_size_t len);

/* The rows of a result, copied. TR_EDB when its columns are not those declared. */
apr_status_t tr_db_to_list(tr_list_t **list, const PGresult *result,
                           const tr_statement_t *statement, tr_problem_t *problem,
                           apr_pool_t *pool);
apr_int64_t tr_db_affected(const PGresult *result);

/* ---- tr_db.c ---- */

/* A statement on its way, with the values of its parameters. */
typedef struct tr_db_call_t {
    const tr_statement_t *statement;
    const char **values;
    tr_batch_t batch;
} tr_db_call_t;

apr_status_t tr_db_call_make(tr_db_call_t *call, tr_db_t *db, const char *name,
                             const tr_row_t *args, tr_problem_t *problem, apr_pool_t *pool);
/* When the statement has to be answered. */
apr_time_t tr_db_call_deadline(const tr_db_call_t *call, const tr_db_t *db);
/* Whether the server has another idea of what is prepared than the session, which then learns
 * it: such a refusal comes before anything is done. */
int tr_db_learn(tr_db_t *db, const char *key, const PGresult *refusal);

/* Opens and, where needed, reconnects. */
apr_status_t tr_db_ensure(tr_db_t *db, int must_be_alive, tr_problem_t *problem);

#endif
