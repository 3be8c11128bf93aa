/* tr_db.h: named statements run on a PostgreSQL connection.
 *
 * A tr_db_t is one borrowed connection.  It is opened by a tr_db_source_t (the
 * module's pool, or PQconnectdb in tools and tests) on first use and given
 * back by tr_db_close(), also when its pool goes.  Not for two threads at once.
 *
 * Statements are prepared on first use for each connection, in the same round
 * trip.  A read on a lost connection is run once more after reconnecting; a
 * write that was on its way is not: TR_EMAYBE.  Every call ends by the deadline
 * (of the statement's "-- timeout:" where it has one): after it TR_EDBGONE, or
 * TR_EMAYBE for a write outside a transaction and for COMMIT.  Within a
 * transaction nothing is stored before COMMIT: a loss is TR_EDBGONE.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_DB_H
#define TR_DB_H

#include "tr_statement.h"
#include "tr_table.h"

#include <apr_time.h>
#include <libpq-fe.h>

typedef struct tr_db_t tr_db_t;

/* Where connections come from. `open` gives a usable handle by the deadline or fails with
 * TR_EDBGONE or TR_EBUSY; `close` takes it back; broken: it must not be used again as it is. */
typedef struct tr_db_source_t {
    apr_status_t (*open)(void *baton, apr_time_t deadline, void **handle, PGconn **conn,
                         tr_problem_t *problem, apr_pool_t *pool);
    void (*close)(void *baton, void *handle, PGconn *conn, int broken);
    void *baton;
} tr_db_source_t;

/* A source with one connection of its own to `dsn`, kept until the pool goes. */
const tr_db_source_t *tr_db_source_of_dsn(const char *dsn, apr_pool_t *pool);

/* Nothing is connected yet. The deadline bounds everything done on this tr_db_t; 0 (for
 * tools): none. */
tr_db_t *tr_db_make(const tr_db_source_t *source, const tr_statements_t *statements,
                    apr_time_t deadline, apr_pool_t *pool);
void tr_db_set_deadline(tr_db_t *db, apr_time_t deadline);
/* Gives the connection back; an open transaction is rolled back. May be used again. */
void tr_db_close(tr_db_t *db);

/* Many rows. Parameters are taken from `args` by name; a parameter that args lacks is NULL,
 * except ":_user" and ":_projects", which must be set by tr_db_set_reader(). */
apr_status_t tr_db_rows(tr_db_t *db, const char *statement, const tr_row_t *args,
                        tr_list_t **rows, tr_problem_t *problem, apr_pool_t *pool);
/* The first row; TR_ENOTFOUND (no complaint added) when there is none. */
apr_status_t tr_db_row(tr_db_t *db, const char *statement, const tr_row_t *args, tr_row_t **row,
                       tr_problem_t *problem, apr_pool_t *pool);
/* For statements whose rows do not matter; *affected may be NULL. */
apr_status_t tr_db_run(tr_db_t *db, const char *statement, const tr_row_t *args,
                       apr_int64_t *affected, tr_problem_t *problem, apr_pool_t *pool);
/* A row on its way, its cells as tr_table.h has them; they are gone when this returns. Anything
 * but APR_SUCCESS ends it all with that status: the rest of the rows is not read, and the
 * connection is given up for it. */
typedef apr_status_t tr_db_each_fn(void *baton, const tr_table_cell_t *cells,
                                   tr_problem_t *problem);
/* Each row as it comes, in bounded memory, from one snapshot. The server's own limit on how
 * long a statement may run gives way to the deadline. A connection that is lost before the
 * first row was given is tried once more. For reads. */
apr_status_t tr_db_each(tr_db_t *db, const char *statement, const tr_row_t *args,
                        tr_db_each_fn *each, void *baton, tr_problem_t *problem,
                        apr_pool_t *pool);

/* What the reserved parameters mean: the reader's id (0: nobody) and the projects that the
 * reader may see, as a PostgreSQL array literal such as "{1,2}". */
void tr_db_set_reader(tr_db_t *db, apr_int64_t user, const char *projects);
/* Written with BEGIN, and with a write outside a transaction, for the audit log's triggers:
 * transients.actor, .token, .request, .address. */
typedef struct tr_db_actor_t {
    apr_int64_t user;    /* 0: nobody */
    apr_int64_t token;   /* 0: none */
    const char *request; /* request id, may be NULL */
    const char *address; /* client's address, may be NULL */
} tr_db_actor_t;
void tr_db_set_actor(tr_db_t *db, const tr_db_actor_t *actor);

/* BEGIN with the actor's settings in one round trip. Nested calls are an error. */
apr_status_t tr_db_begin(tr_db_t *db, tr_problem_t *problem);
apr_status_t tr_db_commit(tr_db_t *db, tr_problem_t *problem); /* lost: TR_EMAYBE */
void tr_db_rollback(tr_db_t *db);

/* Runs work() in a transaction, again up to 3 times after 40001 and 40P01 and after a
 * connection lost before COMMIT; commits when it gives APR_SUCCESS, else rolls back and gives
 * its status. The problem is cleared between. */
typedef apr_status_t tr_db_work_fn(tr_db_t *db, void *baton, tr_problem_t *problem);
apr_status_t tr_db_transaction(tr_db_t *db, tr_db_work_fn *work, void *baton,
                               tr_problem_t *problem);

/* Compares each statement's declared columns with what the server says (PQdescribePrepared). */
apr_status_t tr_db_check_statements(tr_db_t *db, tr_problem_t *problem, apr_pool_t *pool);
/* Text of scripts (migrations), not statements: several commands, no parameters. */
apr_status_t tr_db_script(tr_db_t *db, const char *name, const char *sql,
                          tr_problem_t *problem);

/* Sets the password that a role connects with. TR_EDB: the server refused, or libpq can't use
 * it. */
apr_status_t tr_db_set_role_password(tr_db_t *db, const char *role, const char *password,
                                     tr_problem_t *problem);

/* Statement round trips since tr_db_make, and the time spent waiting for them. */
int tr_db_round_trips(const tr_db_t *db);
apr_interval_time_t tr_db_time(const tr_db_t *db);

/* For web/dbd.c: to be called once for each new PGconn, so that what is prepared on it is
 * forgotten when libpq resets it. */
apr_status_t tr_db_watch(PGconn *conn);
/* Reconnects a PGconn without blocking past the deadline. */
apr_status_t tr_db_reset(PGconn *conn, apr_time_t deadline);
/* Whether the peer has closed it (polls; reads what is there). */
int tr_db_is_alive(PGconn *conn);

#endif
