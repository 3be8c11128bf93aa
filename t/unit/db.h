/* db.h: what db.c and db_lost.c share: a schema of one's own in the test's database.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef UNIT_DB_H
#define UNIT_DB_H

#include "tap.h"
#include "tr_db.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <unistd.h>

static apr_pool_t *pool;
static const char *dsn; /* with the test's own schema first in the search path */
static const tr_statements_t *statements;
static const tr_db_source_t *source;
static tr_problem_t *problem;

static inline apr_time_t in_ms(int ms)
{
    return apr_time_now() + apr_time_from_msec(ms);
}

static inline void load_statements(void)
{
    const char *top = getenv("TR_SRCDIR");
    const tr_columns_t *columns;

    top = top ? top : "../..";
    tr_columns_load(&columns, apr_pstrcat(pool, top, "/schema/columns.tsv", NULL), problem,
                    pool);
    tr_statements_load(&statements, apr_pstrcat(pool, top, "/t/data/db", NULL), columns,
                       problem, pool);
    is_str(tr_problem_text(problem, pool), "", "the test's statements are read");
}

static inline tr_db_t *make_db(void)
{
    tr_problem_clear(problem);
    return tr_db_make(source, statements, in_ms(20000), pool);
}

/* One value of one row as text; what went wrong, in brackets, when there is none. */
static inline const char *value_of(tr_db_t *db, const char *statement, const tr_row_t *args)
{
    tr_row_t *row;
    apr_status_t status = tr_db_row(db, statement, args, &row, problem, pool);

    return status == APR_SUCCESS ? tr_value_to_text(&row->values[0], pool)
                                 : apr_psprintf(pool, "[%s]", tr_problem_text(problem, pool));
}

static inline const tr_row_t *with(const char *name, tr_value_t value)
{
    tr_row_t *row = tr_row_make(pool);

    tr_row_set(row, name, value);
    return row;
}

/* Makes the schema; false: there is no database. */
static inline int set_up(void)
{
    const char *given = getenv("TRANSIENTS_TEST_DSN");
    const char *schema;
    tr_db_t *db;

    if (!given) {
        return 0;
    }
    apr_initialize();
    apr_pool_create(&pool, NULL);
    problem = tr_problem_make(pool);
    schema = apr_psprintf(pool, "unit_db_%d", (int)getpid());
    dsn = apr_psprintf(pool, "%s options='-c search_path=%s'", given, schema);
    source = tr_db_source_of_dsn(dsn, pool);
    load_statements();
    db = make_db();
    tr_db_script(db, "set-up", apr_psprintf(pool, "CREATE SCHEMA %s", schema), problem);
    tr_db_script(db, "set-up",
                 "CREATE TABLE thing (id bigint PRIMARY KEY, name text NOT NULL\n"
                 "    CONSTRAINT thing_name CHECK (name <> 'bad'));\n"
                 "CREATE FUNCTION raise(state text, words text, field text) RETURNS void\n"
                 "LANGUAGE plpgsql AS $$ BEGIN\n"
                 "RAISE EXCEPTION '%', words USING ERRCODE = state, COLUMN = field; END $$",
                 problem);
    is_str(tr_problem_text(problem, pool), "", "a script of several commands runs");
    tr_db_close(db);
    return 1;
}

static inline int tear_down(void)
{
    tr_db_t *db = make_db();
    const char *sql = apr_psprintf(pool, "DROP SCHEMA unit_db_%d CASCADE", (int)getpid());

    is_int(tr_db_script(db, "tear-down", sql, problem), APR_SUCCESS, "it is taken away again");
    tr_db_close(db);
    apr_pool_destroy(pool);
    apr_terminate();
    return done_testing();
}

#endif
