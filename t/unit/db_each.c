/* db_each.c: rows one by one: their cells, their end, and what happens when something breaks.
 *
 * TRANSIENTS_TEST_DSN names a database in which the test may make a schema; what it runs is in
 * t/data/db/statements.sql.
 *
 * SPDX-License-Identifier: MIT
 */
#include "db.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct seen_t {
    int rows;
    int stop_at;     /* 0: never */
    long long total; /* of the first cell */
    int cells;       /* to be kept of a row */
    const char *kept[16];
} seen_t;

static apr_status_t see(void *baton, const tr_table_cell_t *cells, tr_problem_t *why)
{
    seen_t *seen = baton;

    for (int i = 0; i < seen->cells; i++) {
        seen->kept[i] = cells[i].data
                            ? apr_pstrmemdup(pool, cells[i].data, (apr_size_t)cells[i].len)
                            : NULL;
    }
    seen->total += cells[0].data ? atoll(cells[0].data) : 0;
    seen->rows++;
    return seen->rows == seen->stop_at ? tr_problem_add(why, TR_EFULL, "full") : APR_SUCCESS;
}

static void gives_cells_as_text(void)
{
    static const char *const expected[] = {
        "9223372036854775807",
        "7",
        "0.1",
        "12.50",
        "t",
        "{\"a\": 1}",
        "2020-09-29T19:20:54.5Z",
        "2020-09-29T19:20:54Z",
        "caf\xc3\xa9 '\"",
        "{1,2}",
        NULL,
        NULL,
        NULL,
        NULL,
    };
    seen_t seen = { .cells = sizeof expected / sizeof *expected };
    tr_db_t *db = make_db();

    is_int(tr_db_each(db, "kinds", NULL, see, &seen, problem, pool), APR_SUCCESS,
           "a row of every kind is given");
    is_int(seen.rows, 1, "once");
    for (int i = 0; i < seen.cells; i++) {
        if (expected[i]) {
            is_str(seen.kept[i] ? seen.kept[i] : "(null)", expected[i], "cell %d", i);
        }
        else {
            ok(!seen.kept[i], "cell %d is NULL", i);
        }
    }
    tr_db_close(db);
}

/* kB of memory that this process holds. */
static long resident(void)
{
    char line[128];
    long size = 0;
    FILE *file = fopen("/proc/self/status", "r");

    while (file && fgets(line, sizeof line, file)) {
        sscanf(line, "VmRSS: %ld", &size);
    }
    if (file) {
        fclose(file);
    }
    return size;
}

/* What a million rows may leave behind, kB: next to nothing. AddressSanitizer keeps what was
 * freed, up to 256 MB, and books about it. */
#ifdef __SANITIZE_ADDRESS__
#define MEMORY_MAX 600000
#else
#define MEMORY_MAX 4096
#endif

static void holds_one_row_at_a_time(void)
{
    seen_t seen = { 0 };
    tr_db_t *db = make_db();
    long before = resident();

    is_int(tr_db_each(db, "series", with("n", tr_int(1000000)), see, &seen, problem, pool),
           APR_SUCCESS, "a million rows are given");
    is_int(seen.rows, 1000000, "all of them");
    ok(seen.total == 500000500000LL, "each once");
    if (!ok(resident() - before < MEMORY_MAX, "in hardly more memory")) {
        diag("%ld kB", resident() - before);
    }
    seen = (seen_t){ 0 };
    is_int(tr_db_each(db, "series", with("n", tr_int(0)), see, &seen, problem, pool),
           APR_SUCCESS, "no rows are no error");
    is_int(seen.rows, 0, "and none is given");
    is_str(value_of(db, "divide", with("n", tr_int(1))), "1", "the next statement runs");
    tr_db_close(db);
}

static void ends_when_told(void)
{
    seen_t seen = { .stop_at = 5 };
    tr_db_t *db = make_db();
    apr_time_t start = apr_time_now();

    is_int(tr_db_each(db, "series", with("n", tr_int(1000000)), see, &seen, problem, pool),
           TR_EFULL, "what the receiver says is what comes of it");
    is_int(seen.rows, 5, "no more rows are given");
    is_str(tr_problem_text(problem, pool), "full", "its words stand alone");
    ok(apr_time_now() - start < apr_time_from_sec(5), "the rest is not waited for");
    tr_problem_clear(problem);
    is_str(value_of(db, "divide", with("n", tr_int(1))), "1", "the next statement runs");
    tr_db_close(db);
}

static void tells_what_is_wrong(void)
{
    seen_t seen = { 0 };
    tr_db_t *db = make_db();

    is_int(tr_db_each(db, "nonsense", NULL, see, &seen, problem, pool), TR_EDB,
           "an unknown statement is a defect");
    is_int(tr_db_each(db, "undeclared", NULL, see, &seen, problem, pool), TR_EDB,
           "so is a column of another name");
    tr_problem_clear(problem);
    is_int(tr_db_each(db, "divide", with("n", tr_int(0)), see, &seen, problem, pool), TR_EDB,
           "what the server refuses is told");
    is_str(problem->sqlstate, "22012", "with its state");
    is_int(seen.rows, 0, "nothing was given");
    tr_problem_clear(problem);
    is_str(value_of(db, "plan_custom", with("x", tr_text(""))), "force_custom_plan",
           "the next statement runs with its plan");
    tr_db_close(db);
}

static void outlives_a_lost_connection(void)
{
    tr_db_t *other = tr_db_make(tr_db_source_of_dsn(dsn, pool), statements, in_ms(20000), pool);
    tr_db_t *db = make_db();
    seen_t seen = { 0 };

    value_of(other, "kill", with("pid", tr_text(value_of(db, "pid", NULL))));
    is_int(tr_db_each(db, "series", with("n", tr_int(3)), see, &seen, problem, pool),
           APR_SUCCESS, "a connection that is dead already is made anew");
    is_int(seen.rows, 3, "and each row comes once");
    is_int(tr_db_each(db, "die_reading", NULL, see, &seen, problem, pool), TR_EDBGONE,
           "a statement that ends each connection is given up");
    tr_problem_clear(problem);
    is_str(value_of(db, "divide", with("n", tr_int(1))), "1", "the next statement runs");
    tr_db_close(db);
    tr_db_close(other);
}

static void has_the_deadline_for_its_limit(void)
{
    seen_t seen = { 0 };
    tr_db_t *db = make_db();
    apr_time_t start = apr_time_now();

    tr_db_script(db, "set-up", "SET statement_timeout = 50", problem);
    is_int(tr_db_each(db, "sleep_shortly", NULL, see, &seen, problem, pool), APR_SUCCESS,
           "the server's own limit gives way");
    is_str(value_of(db, "limit_now", NULL), "50ms", "and is back afterwards");
    tr_db_script(db, "set-up", "SET statement_timeout = 0", problem);
    tr_db_set_deadline(db, in_ms(200));
    is_int(tr_db_each(db, "sleep", NULL, see, &seen, problem, pool), TR_EDBGONE,
           "a slow statement ends");
    ok(apr_time_now() - start < apr_time_from_msec(4000), "by the deadline");
    tr_db_set_deadline(db, in_ms(10000));
    tr_problem_clear(problem);
    is_str(value_of(db, "divide", with("n", tr_int(1))), "1", "the next statement runs");
    tr_db_close(db);
}

int main(void)
{
    if (!set_up()) {
        return skip_all("TRANSIENTS_TEST_DSN names no database");
    }
    gives_cells_as_text();
    holds_one_row_at_a_time();
    ends_when_told();
    tells_what_is_wrong();
    outlives_a_lost_connection();
    has_the_deadline_for_its_limit();
    return tear_down();
}
