/* tr_migrate.c: the database's schema, brought up to date from the files of schema/.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_migrate.h"

#include "tr_file.h"
#include "tr_migrate_files.h"

#include <apr_strings.h>
#include <string.h>

/* The advisory lock of all migrations: "transien" read as a number, which nothing else uses. */
static const apr_int64_t lock_key = APR_INT64_C(0x7472616e7369656e);

enum {
    LOCK_TRIES = 120, /* half a second each: as long as one migration may well take */
    WAIT_TRIES = 20   /* for locks on tables, each after 5 s and a pause of one */
};

typedef struct run_t {
    tr_db_t *db;
    const tr_migrate_t *how;
    tr_problem_t *problem;
    apr_pool_t *pool;
    int applied; /* migrations of this run */
} run_t;

static void say(const run_t *run, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void say(const run_t *run, const char *format, ...)
{
    va_list args;

    if (run->how->say) {
        va_start(args, format);
        run->how->say(run->how->baton, apr_pvsprintf(run->pool, format, args));
        va_end(args);
    }
}

/* ---- comparing files with the database ---- */

static const tr_row_t *applied_row(const tr_list_t *applied, int id)
{
    for (int i = 0; i < applied->count; i++) {
        if (tr_row_int(applied->rows[i], "id", 0) == id) {
            return applied->rows[i];
        }
    }
    return NULL;
}

static int last_applied(const tr_list_t *applied)
{
    return applied->count ? (int)tr_row_int(applied->rows[applied->count - 1], "id", 0) : 0;
}

/* Whether it is yet to be applied; complains when it cannot be. */
static int is_pending(const tr_migration_t *migration, const tr_list_t *applied,
                      tr_problem_t *problem)
{
    const tr_row_t *row = applied_row(applied, migration->id);

    if (row && strcmp(tr_row_text(row, "sha256"), migration->sha256)) {
        tr_problem_at(problem, migration->path, 1,
                      "it was changed after it had been applied to this database: released "
                      "migrations stay as they are, a change is a new one");
    }
    if (!row && migration->id < last_applied(applied)) {
        tr_problem_at(problem, migration->path, 1,
                      "a later one has been applied already: give this one a higher number");
    }
    return !row;
}

static apr_status_t check_code(const tr_list_t *applied, tr_problem_t *problem)
{
    for (int i = 0; i < applied->count; i++) {
        const tr_row_t *row = applied->rows[i];

        if (tr_row_int(row, "needs_code", 0) > TR_CODE_NUMBER) {
            return tr_problem_add(problem, TR_ESITE,
                                  "The database has %s, which needs code %d; this is code %d.",
                                  tr_row_text(row, "name"),
                                  (int)tr_row_int(row, "needs_code", 0), TR_CODE_NUMBER);
        }
    }
    return APR_SUCCESS;
}

/* ---- applying ---- */

static tr_row_t *args_of_migration(const tr_migration_t *migration, apr_pool_t *pool)
{
    tr_row_t *args = tr_row_make(pool);

    tr_row_set(args, "id", tr_int(migration->id));
    tr_row_set(args, "name", tr_text(migration->name));
    tr_row_set(args, "sha256", tr_text(migration->sha256));
    tr_row_set(args, "needs_code", tr_int(migration->needs_code));
    return args;
}

static apr_status_t ask_lock(run_t *run, const char *statement, int *got)
{
    tr_row_t *args = tr_row_make(run->pool), *row;
    apr_status_t status;

    tr_row_set(args, "key", tr_int(lock_key));
    status = tr_db_row(run->db, statement, args, &row, run->problem, run->pool);
    *got = status == APR_SUCCESS && tr_row_flag(row, "got");
    return status;
}

/* The session's lock goes with its connection: each transaction makes sure of it. */
static apr_status_t keep_lock(run_t *run)
{
    int got;
    apr_status_t status = ask_lock(run, "migration_lock_again", &got);

    if (status == APR_SUCCESS && !got) {
        return tr_problem_add(run->problem, TR_EBUSY, "Another migration has begun meanwhile.");
    }
    return status;
}

typedef apr_status_t step_fn(run_t *run, const void *what);

static apr_status_t try_step(run_t *run, step_fn *step, const void *what)
{
    apr_status_t status = tr_db_begin(run->db, run->problem);

    if (status != APR_SUCCESS) {
        return status;
    }
    status = tr_db_script(run->db, "migrate", "SET LOCAL lock_timeout = '5s'", run->problem);
    if (status == APR_SUCCESS) {
        status = keep_lock(run);
    }
    if (status == APR_SUCCESS) {
        status = step(run, what);
    }
    if (status == APR_SUCCESS) {
        return tr_db_commit(run->db, run->problem);
    }
    tr_db_rollback(run->db);
    return status;
}

/* In one transaction; again while a lock is not to be had, so that a migration that waits never
 * makes the site wait behind it for long. */
static apr_status_t in_transaction(run_t *run, const char *name, step_fn *step,
                                   const void *what)
{
    for (int tries = 1;; tries++) {
        apr_status_t status = try_step(run, step, what);

        if (strcmp(run->problem->sqlstate, "55P03") || status == APR_SUCCESS) {
            return status;
        }
        if (tries == WAIT_TRIES) {
            return TR_EBUSY;
        }
        say(run, "%s: a lock is held by others; trying again", name);
        tr_problem_clear(run->problem);
        apr_sleep(apr_time_from_sec(1));
    }
}

static apr_status_t apply_whole(run_t *run, const void *what)
{
    const tr_migration_t *migration = what;
    apr_status_t status = tr_db_script(run->db, migration->path, migration->text, run->problem);

    if (status != APR_SUCCESS) {
        return status;
    }
    return tr_db_run(run->db, "migration_add", args_of_migration(migration, run->pool), NULL,
                     run->problem, run->pool);
}

/* Statement by statement, for a script of several would be one transaction to the server. */
static apr_status_t apply_bare(run_t *run, const tr_migration_t *migration)
{
    const apr_array_header_t *parts = tr_script_split(migration->text, run->pool);

    for (int i = 0; i < parts->nelts; i++) {
        apr_status_t status = tr_db_script(run->db, migration->path,
                                           APR_ARRAY_IDX(parts, i, const char *), run->problem);

        if (status != APR_SUCCESS) {
            return status;
        }
    }
    return tr_db_run(run->db, "migration_add", args_of_migration(migration, run->pool), NULL,
                     run->problem, run->pool);
}

static apr_status_t apply_pending(run_t *run, const apr_array_header_t *migrations,
                                  const tr_list_t *applied)
{
    for (int i = 0; i < migrations->nelts; i++) {
        const tr_migration_t *migration = &APR_ARRAY_IDX(migrations, i, tr_migration_t);
        apr_status_t status;

        if (applied_row(applied, migration->id)) {
            continue;
        }
        status = migration->is_bare
                     ? apply_bare(run, migration)
                     : in_transaction(run, migration->name, apply_whole, migration);
        if (status != APR_SUCCESS) {
            return status;
        }
        say(run, "%s: applied", migration->name);
        run->applied++;
    }
    return APR_SUCCESS;
}

static apr_status_t run_migrations(run_t *run)
{
    apr_array_header_t *migrations;
    tr_list_t *applied;
    int before = tr_problem_count(run->problem);
    apr_status_t status = tr_migrations_read(&migrations, run->how->folder, run->problem,
                                             run->pool);

    if (status == APR_SUCCESS) {
        status = tr_db_rows(run->db, "migration_list", NULL, &applied, run->problem, run->pool);
    }
    if (status == APR_SUCCESS) {
        status = check_code(applied, run->problem);
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    for (int i = 0; i < migrations->nelts; i++) {
        is_pending(&APR_ARRAY_IDX(migrations, i, tr_migration_t), applied, run->problem);
    }
    if (tr_problem_count(run->problem) > before) {
        return TR_ESITE;
    }
    return apply_pending(run, migrations, applied);
}

/* ---- functions ---- */

typedef struct functions_t {
    apr_array_header_t *files;
    char sha256[TR_DIGEST_HEX];
} functions_t;

static apr_status_t apply_functions(run_t *run, const void *what)
{
    const functions_t *functions = what;
    tr_row_t *args = tr_row_make(run->pool);

    for (int i = 0; i < functions->files->nelts; i++) {
        const tr_sql_file_t *file = &APR_ARRAY_IDX(functions->files, i, tr_sql_file_t);
        apr_status_t status = tr_db_script(run->db, file->path, file->text, run->problem);

        if (status != APR_SUCCESS) {
            return status;
        }
    }
    tr_row_set(args, "name", tr_text("functions"));
    tr_row_set(args, "sha256", tr_text(functions->sha256));
    return tr_db_run(run->db, "schema_part_set", args, NULL, run->problem, run->pool);
}

/* Whether the database has exactly these. */
static apr_status_t has_functions(tr_db_t *db, const char *sha256, int *has,
                                  tr_problem_t *problem, apr_pool_t *pool)
{
    tr_row_t *args = tr_row_make(pool), *row;
    apr_status_t status;

    tr_row_set(args, "name", tr_text("functions"));
    status = tr_db_row(db, "schema_part", args, &row, problem, pool);
    *has = status == APR_SUCCESS && !strcmp(tr_row_text(row, "sha256"), sha256);
    return status == TR_ENOTFOUND ? APR_SUCCESS : status;
}

static apr_status_t run_functions(run_t *run)
{
    functions_t functions;
    int has = 0;
    apr_status_t status = tr_functions_read(&functions.files, functions.sha256,
                                            run->how->folder, run->problem, run->pool);

    if (status == APR_SUCCESS) {
        status = has_functions(run->db, functions.sha256, &has, run->problem, run->pool);
    }
    /* After a migration in any case: they may stand on what it has changed. */
    if (status != APR_SUCCESS || (has && !run->applied)) {
        return status;
    }
    status = in_transaction(run, "functions", apply_functions, &functions);
    if (status == APR_SUCCESS) {
        say(run, "functions: replaced");
    }
    return status;
}

/* ---- the site's role ---- */

static apr_status_t run_filled(run_t *run, const void *what)
{
    const tr_sql_file_t *file = what;
    const char *sql;
    apr_status_t status = tr_grants_fill(&sql, file, run->how->site_role, run->problem,
                                         run->pool);

    return status == APR_SUCCESS ? tr_db_script(run->db, file->path, sql, run->problem)
                                 : status;
}

static apr_status_t create_role(run_t *run, const void *what)
{
    apr_status_t status = run_filled(run, what);

    if (status == APR_SUCCESS) {
        say(run, "role %s: made, without a password", run->how->site_role);
    }
    return status;
}

/* Roles belong to the server: another database's migration may have made it a moment ago. */
static int is_there_already(const tr_problem_t *problem)
{
    return !strcmp(problem->sqlstate, "42710") || !strcmp(problem->sqlstate, "23505");
}

static apr_status_t run_role(run_t *run)
{
    static const tr_sql_file_t create = { "migrate", "CREATE ROLE :\"site\" LOGIN" };
    tr_row_t *args = tr_row_make(run->pool), *row;
    apr_status_t status;

    tr_row_set(args, "name", tr_text(run->how->site_role));
    status = tr_db_row(run->db, "role_by_name", args, &row, run->problem, run->pool);
    if (status != APR_SUCCESS) {
        return status;
    }
    if (tr_row_flag(row, "is_self")) {
        return tr_problem_add(
            run->problem, TR_EBAD,
            "The site's role \"%s\" is the one that migrates: the site's role "
            "owns nothing. Name another one.",
            run->how->site_role);
    }
    if (tr_row_flag(row, "is_super")) {
        say(run, "warning: role %s is a superuser; the site's role should not be",
            run->how->site_role);
    }
    if (tr_row_flag(row, "exists")) {
        return APR_SUCCESS;
    }
    status = in_transaction(run, "role", create_role, &create);
    if (status != APR_SUCCESS && is_there_already(run->problem)) {
        tr_problem_clear(run->problem);
        return APR_SUCCESS;
    }
    return status;
}

static apr_status_t run_grants(run_t *run)
{
    tr_sql_file_t file = { apr_pstrcat(run->pool, run->how->folder, "/grants.sql", NULL),
                           NULL };
    char *text;
    apr_status_t status = tr_file_read(&text, NULL, file.path, run->problem, run->pool);

    file.text = text;
    return status == APR_SUCCESS ? in_transaction(run, "grants", run_filled, &file) : status;
}

/* ---- from outside ---- */

static apr_status_t take_lock(run_t *run)
{
    for (int tries = 0; tries < LOCK_TRIES; tries++) {
        int got;
        apr_status_t status = ask_lock(run, "migration_lock", &got);

        if (status != APR_SUCCESS || got) {
            return status;
        }
        if (tries == 0) {
            say(run, "another migration is running; waiting for it");
        }
        apr_sleep(apr_time_from_msec(500));
    }
    return tr_problem_add(run->problem, TR_EBUSY, "Another migration is still running.");
}

static apr_status_t make_tables(run_t *run)
{
    apr_status_t status = tr_db_run(run->db, "migration_table", NULL, NULL, run->problem,
                                    run->pool);

    if (status != APR_SUCCESS) {
        return status;
    }
    return tr_db_run(run->db, "migration_part_table", NULL, NULL, run->problem, run->pool);
}

apr_status_t tr_migrate_run(tr_db_t *db, const tr_migrate_t *how, tr_problem_t *problem,
                            apr_pool_t *pool)
{
    static apr_status_t (*const parts[])(run_t *) = { make_tables, run_migrations,
                                                      run_functions, run_role, run_grants };
    run_t run = { db, how, problem, pool, 0 };
    tr_row_t *args = tr_row_make(pool);
    apr_status_t status = tr_db_script(db, "migrate", "SET statement_timeout = 0", problem);

    if (status == APR_SUCCESS) {
        status = take_lock(&run);
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    for (size_t i = 0; status == APR_SUCCESS && i < sizeof parts / sizeof *parts; i++) {
        status = parts[i](&run);
    }
    tr_row_set(args, "key", tr_int(lock_key));
    tr_db_run(db, "migration_unlock", args, NULL, tr_problem_make(pool), pool);
    return status;
}

apr_status_t tr_migrate_check(tr_db_t *db, const char *folder, tr_problem_t *problem,
                              apr_pool_t *pool)
{
    apr_array_header_t *migrations;
    functions_t functions;
    tr_list_t *applied;
    int before = tr_problem_count(problem), has = 0;

    if (tr_migrations_read(&migrations, folder, problem, pool) != APR_SUCCESS
        || tr_functions_read(&functions.files, functions.sha256, folder, problem, pool)
               != APR_SUCCESS
        || tr_db_rows(db, "migration_list", NULL, &applied, problem, pool) != APR_SUCCESS
        || has_functions(db, functions.sha256, &has, problem, pool) != APR_SUCCESS) {
        return problem->status;
    }
    check_code(applied, problem);
    for (int i = 0; i < migrations->nelts; i++) {
        const tr_migration_t *migration = &APR_ARRAY_IDX(migrations, i, tr_migration_t);

        if (is_pending(migration, applied, problem)) {
            tr_problem_at(problem, migration->path, 1, "it is not applied yet");
        }
    }
    if (!has) {
        tr_problem_at(problem, apr_pstrcat(pool, folder, "/functions", NULL), 1,
                      "the database has other functions");
    }
    return tr_problem_count(problem) > before ? TR_ESITE : APR_SUCCESS;
}

apr_status_t tr_migrate_needs(tr_db_t *db, int *code, tr_problem_t *problem, apr_pool_t *pool)
{
    tr_row_t *row;
    apr_status_t status = tr_db_row(db, "migration_needs", NULL, &row, problem, pool);

    *code = status == APR_SUCCESS ? (int)tr_row_int(row, "needs_code", 0) : 0;
    return status;
}
