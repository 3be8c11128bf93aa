/* migrate.c: a schema is brought up to date once, in order, and what cannot be is said.
 *
 * TRANSIENTS_TEST_DSN names a database in which the test may make tables and a role.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"
#include "tr_migrate.h"
#include "tr_migrate_files.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROLE "unit \"migrate\" site"

static apr_pool_t *pool;
static const char *folder;
static tr_problem_t *problem;
static tr_db_t *db;
static const char *said;

static void put_file(const char *name, const char *text)
{
    FILE *file = fopen(apr_pstrcat(pool, folder, "/", name, NULL), "w");

    if (!file || fputs(text, file) < 0 || fclose(file)) {
        printf("Bail out!  %s/%s cannot be written\n", folder, name);
        exit(1);
    }
}

static void drop_file(const char *name)
{
    unlink(apr_pstrcat(pool, folder, "/", name, NULL));
}

static void note(void *baton, const char *words)
{
    (void)baton;
    said = apr_pstrcat(pool, said, words, "; ", NULL);
}

/* What went wrong, without the folder; "" for nothing. */
static const char *migrate(void)
{
    const tr_migrate_t how = { folder, ROLE, note, NULL };
    const char *words;
    apr_status_t status;

    said = "";
    tr_problem_clear(problem);
    status = tr_migrate_run(db, &how, problem, pool);
    words = tr_problem_text(problem, pool);
    ok((status == APR_SUCCESS) == !*words, "the status agrees with the complaints");
    return strncmp(words, folder, strlen(folder)) ? words : words + strlen(folder) + 1;
}

static const char *check(void)
{
    const char *words;

    tr_problem_clear(problem);
    tr_migrate_check(db, folder, problem, pool);
    words = tr_problem_text(problem, pool);
    return strncmp(words, folder, strlen(folder)) ? words : words + strlen(folder) + 1;
}

static int has(const char *sql)
{
    apr_status_t status;

    tr_problem_clear(problem);
    status = tr_db_script(db, "has", sql, problem);
    return status == APR_SUCCESS;
}

static void clean(void)
{
    tr_db_script(db, "clean",
                 "DROP TABLE IF EXISTS schema_migration, schema_part, unit_a, unit_b CASCADE;"
                 "DROP FUNCTION IF EXISTS unit_f()",
                 problem);
    tr_db_script(db, "clean", "DROP OWNED BY \"unit \"\"migrate\"\" site\"", problem);
    tr_db_script(db, "clean", "DROP ROLE IF EXISTS \"unit \"\"migrate\"\" site\"", problem);
    tr_problem_clear(problem);
}

static void applies_what_is_missing(void)
{
    put_file("0001-first.sql",
             "-- needs code: 1\nCREATE TABLE unit_a (id integer); -- ; begin\n"
             "INSERT INTO unit_a VALUES (1);\n");
    put_file("functions/f.sql",
             "CREATE OR REPLACE FUNCTION unit_f() RETURNS integer LANGUAGE sql\n"
             "AS $$ SELECT count(*)::integer FROM unit_a; $$;");
    put_file("grants.sql", "-- no : here\nGRANT SELECT ON unit_a TO :\"site\";\n"
                           "GRANT SELECT ON schema_migration TO :\"site\"");
    ok(strstr(check(), "schema_migration\" does not exist")
           || !strcmp(problem->sqlstate, "42P01"),
       "an empty database has no schema");
    is_str(migrate(), "", "an empty database is brought up to date");
    is_str(said,
           "0001-first: applied; functions: replaced; role " ROLE
           ": made, without a password; ",
           "and each step is said");
    ok(has("SELECT unit_f()"), "the function is there");
    ok(has("SET ROLE \"unit \"\"migrate\"\" site\"; SELECT * FROM unit_a; RESET ROLE"),
       "the site's role may read");
    ok(!has("SET ROLE \"unit \"\"migrate\"\" site\"; DELETE FROM unit_a"), "and nothing else");
    tr_db_script(db, "reset", "RESET ROLE", problem);
    is_str(migrate(), "", "a second time");
    is_str(said, "", "nothing is left to do");
    is_str(check(), "", "and nothing is found");
}

static void applies_what_is_new(void)
{
    put_file("0002-second.sql",
             "-- no transaction\n-- needs code: 1\n\n"
             "CREATE INDEX CONCURRENTLY IF NOT EXISTS unit_i ON unit_a (id);\n"
             "-- a comment; with a semicolon\n"
             "CREATE TABLE IF NOT EXISTS unit_b (t text DEFAULT ';');");
    is_str(check(), "0002-second.sql:1: it is not applied yet", "a new one is found missing");
    is_str(migrate(), "", "it is applied");
    is_str(said, "0002-second: applied; functions: replaced; ", "outside a transaction");
    ok(has("SELECT t FROM unit_b"), "all of it");

    put_file("functions/f.sql",
             "CREATE OR REPLACE FUNCTION unit_f() RETURNS integer LANGUAGE sql\n"
             "AS $$ SELECT 7 $$;");
    ok(strstr(check(), "functions:1: the database has other functions"),
       "a new function is found");
    is_str(migrate(), "", "it is put in");
    is_str(said, "functions: replaced; ", "and nothing else is done");
}

static void refuses_what_is_wrong(void)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        { "CREATE TABLE x (id integer)",
          "0003-x.sql:1: a migration needs a line \"-- needs code: N\"" },
        { "-- needs code: 99\nSELECT 1",
          "0003-x.sql:1: it needs code 99 and this program is code 1" },
        { "-- needs code: 1\nSELECT 1;\nCOMMIT;",
          "0003-x.sql:3: a migration neither begins nor ends a transaction by itself" },
        { "-- needs code: 1\nCREATE TABLE x (id integer);\nSELECT nothing FROM x;",
          "0003-x.sql:3: column \"nothing\" does not exist, at: nothing FROM x;" },
        { "-- no transaction\n-- needs code: 1\nSELECT 1;\n\nSELECT a,\n b FROM y;",
          "0003-x.sql:6: relation \"y\" does not exist, at: y;" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put_file("0003-x.sql", cases[i].text);
        is_str(migrate(), cases[i].words, "refused: %s", cases[i].words);
    }
    ok(!has("SELECT 1 FROM x"), "a migration that fails leaves nothing behind");
    drop_file("0003-x.sql");

    put_file("third.sql", "SELECT 1");
    is_str(migrate(), "third.sql:1: a migration is named NNNN-lower-case-words.sql",
           "a bad name");
    drop_file("third.sql");
    put_file("0002-again.sql", "-- needs code: 1\n");
    is_str(migrate(), "0002-second.sql:1: its number is taken already", "a number twice");
    drop_file("0002-again.sql");
    put_file("grants.sql", "SELECT 1;\nGRANT SELECT ON unit_a TO :role");
    is_str(migrate(), "grants.sql:2: the only variable is :\"site\"", "another variable");
    put_file("grants.sql", "");

    put_file("0001-first.sql", "-- needs code: 1\nCREATE TABLE unit_a (id bigint);");
    ok(strstr(migrate(), "0001-first.sql:1: it was changed after it had been applied"),
       "a migration that was edited");
    ok(strstr(check(), "0001-first.sql:1: it was changed after"), "is found by the check too");
    tr_db_script(db, "skip", "DELETE FROM schema_migration WHERE id = 1", problem);
    ok(strstr(migrate(), "0001-first.sql:1: a later one has been applied already"),
       "a migration before others");
    tr_db_script(db, "newer",
                 "INSERT INTO schema_migration (id, name, sha256, needs_code) "
                 "VALUES (9, '0009-new', '', 2)",
                 problem);
    is_str(migrate(), "The database has 0009-new, which needs code 2; this is code 1.",
           "a database of newer code");
}

static void leaves_the_owner_alone(const char *dsn)
{
    PGconn *conn = PQconnectdb(dsn);
    const tr_migrate_t how = { folder, PQuser(conn), NULL, NULL };

    clean();
    put_file("0001-first.sql", "-- needs code: 1\nCREATE TABLE unit_a (id integer)");
    is_int(tr_migrate_run(db, &how, problem, pool), TR_EBAD,
           "the owner's role is not the site's");
    PQfinish(conn);
}

static void tells_what_code_it_needs(void)
{
    int code = -1;

    clean();
    is_int(tr_migrate_needs(db, &code, problem, pool), TR_EDB, "no schema is no number");
    is_str(problem->sqlstate, "42P01", "but a missing table");
    migrate();
    is_int(tr_migrate_needs(db, &code, problem, pool), APR_SUCCESS, "a schema has one");
    is_int(code, 1, "which the migrations tell");
}

static void runs_once_at_a_time(const char *dsn, const tr_statements_t *statements)
{
    tr_db_t *other = tr_db_make(tr_db_source_of_dsn(dsn, pool), statements, 0, pool);
    tr_row_t *args = tr_row_make(pool), *row;

    tr_row_set(args, "key", tr_int(APR_INT64_C(0x7472616e7369656e)));
    tr_db_row(other, "migration_lock", args, &row, problem, pool);
    ok(tr_row_flag(row, "got"), "the lock is free after a run");
    tr_db_set_deadline(db, apr_time_now() + apr_time_from_sec(1));
    ok(*migrate() != '\0', "while another one has it, a run waits until its deadline");
    is_str(said, "another migration is running; waiting for it; ", "and says so");
    tr_db_set_deadline(db, 0);
    tr_db_close(other);
}

int main(void)
{
    const char *dsn = getenv("TRANSIENTS_TEST_DSN");
    const char *parent = getenv("TMPDIR"), *top = getenv("TR_SRCDIR");
    const tr_columns_t *columns;
    const tr_statements_t *statements;

    if (!dsn) {
        return skip_all("TRANSIENTS_TEST_DSN names no database");
    }
    apr_initialize();
    apr_pool_create(&pool, NULL);
    problem = tr_problem_make(pool);
    folder = mkdtemp(apr_pstrcat(pool, parent ? parent : "/tmp", "/migrate-XXXXXX", NULL));
    mkdir(apr_pstrcat(pool, folder, "/functions", NULL), 0700);
    top = top ? top : "../..";
    tr_columns_load(&columns, apr_pstrcat(pool, top, "/schema/columns.tsv", NULL), problem,
                    pool);
    tr_statements_load(&statements, apr_pstrcat(pool, top, "/schema/queries", NULL), columns,
                       problem, pool);
    db = tr_db_make(tr_db_source_of_dsn(dsn, pool), statements, 0, pool);
    clean();
    applies_what_is_missing();
    applies_what_is_new();
    refuses_what_is_wrong();
    leaves_the_owner_alone(dsn);
    tells_what_code_it_needs();
    runs_once_at_a_time(dsn, statements);
    clean();
    drop_file("functions/f.sql");
    drop_file("0001-first.sql");
    drop_file("0002-second.sql");
    drop_file("grants.sql");
    rmdir(apr_pstrcat(pool, folder, "/functions", NULL));
    rmdir(folder);
    apr_pool_destroy(pool);
    apr_terminate();
    return done_testing();
}
