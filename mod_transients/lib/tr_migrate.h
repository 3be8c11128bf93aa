/* tr_migrate.h: the database's schema, brought up to date from the files of schema/.
 *
 * FOLDER/NNNN-name.sql are applied once, in order, each in a transaction of its
 * own unless it has a line "-- no transaction" (then statement by statement, to
 * be written so that it may be run again).  Each has a line "-- needs code: N":
 * the oldest code (TR_CODE_NUMBER) that still runs on the schema it leaves.
 * The files of FOLDER/functions are run again, all in one transaction, whenever
 * one of them has changed.  FOLDER/grants.sql is run each time; in it :"site" is the
 * site's role.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_MIGRATE_H
#define TR_MIGRATE_H

#include "tr_db.h"

/* Raised by one with each release whose code needs a schema that older code cannot run on. */
#define TR_CODE_NUMBER 1

typedef struct tr_migrate_t {
    const char *folder;
    const char *site_role; /* made when it is missing; must not be the role that migrates */
    void (*say)(void *baton, const char *words); /* progress, one line each; may be NULL */
    void *baton;
} tr_migrate_t;

/* Applies what is missing. `db` is the owner's connection, with a deadline long enough or none,
 * and the statements of schema/queries/migrate.sql. TR_ESITE: the files are wrong (edited after
 * they were applied, out of order, refused by the server: file:line); TR_EBUSY: another one
 * migrates, or a lock was not to be had. What was applied before an error stays. */
apr_status_t tr_migrate_run(tr_db_t *db, const tr_migrate_t *how, tr_problem_t *problem,
                            apr_pool_t *pool);
/* Compares files and database, changes nothing: TR_ESITE with a complaint for each migration
 * that is missing or was edited, and for functions that have changed. */
apr_status_t tr_migrate_check(tr_db_t *db, const char *folder, tr_problem_t *problem,
                              apr_pool_t *pool);
/* The oldest code that the database may be used with: more than TR_CODE_NUMBER means that this
 * code is too old. TR_EDB (SQLSTATE 42P01) when there is no schema yet. */
apr_status_t tr_migrate_needs(tr_db_t *db, int *code, tr_problem_t *problem, apr_pool_t *pool);

#endif
