/* db.c: statements run on a real server: values both ways, refusals, transactions.
 *
 * TRANSIENTS_TEST_DSN names a database in which the test may make a schema; what it runs is in
 * t/data/db/statements.sql.
 *
 * SPDX-License-Identifier: MIT
 */
#include "db.h"

static void reads_every_kind(void)
{
    tr_db_t *db = make_db();
    tr_row_t *row;

    if (!ok(tr_db_row(db, "kinds", NULL, &row, problem, pool) == APR_SUCCESS,
            "a row is read")) {
        diag("%s", tr_problem_text(problem, pool));
        return;
    }
    ok(tr_row_int(row, "i", 0) == APR_INT64_MAX, "bigint");
    is_int(tr_row_int(row, "s", 0), 7, "smallint");
    is_real(tr_row_real(row, "r", 0), 0.1, 0, "float8 comes with all its digits");
    is_real(tr_row_real(row, "num", 0), 12.5, 0, "numeric is a real");
    ok(tr_row_flag(row, "b"), "boolean");
    is_int(tr_row_get(row, "j")->kind, TR_JSON, "jsonb");
    is_str(tr_row_text(row, "t"), "2020-09-29T19:20:54.5Z", "a time with a fraction");
    is_str(tr_row_text(row, "whole"), "2020-09-29T19:20:54Z", "a time without one");
    is_int((long long)tr_row_get(row, "whole")->as.text.len, 20, "has its length");
    is_str(tr_row_text(row, "x"), "caf\xc3\xa9 '\"", "text");
    is_str(tr_row_text(row, "a"), "{1,2}", "an array is text");
    ok(tr_row_is_null(row, "nan") && tr_row_is_null(row, "inf"), "NaN and infinity are NULL");
    ok(tr_row_is_null(row, "never") && tr_row_is_null(row, "nothing"),
       "never and NULL are NULL");
    tr_db_close(db);
}

static void sends_every_kind(void)
{
    tr_db_t *db = make_db();
    tr_row_t *args = tr_row_make(pool), *row;
    char *large = apr_palloc(pool, 1 << 20);

    memset(large, 'x', 1 << 20);
    large[(1 << 20) - 1] = '\0';
    tr_row_set(args, "i", tr_int(APR_INT64_MIN));
    tr_row_set(args, "r", tr_real(1e-300));
    tr_row_set(args, "b", tr_bool(0));
    tr_row_set(args, "t", tr_text(large));
    tr_row_set(args, "j", tr_json("[1, null]"));
    is_int(tr_db_row(db, "echo", args, &row, problem, pool), APR_SUCCESS, "all are sent");
    ok(tr_row_int(row, "i", 0) == APR_INT64_MIN, "an integer comes back");
    is_real(tr_row_real(row, "r", 0), 1e-300, 0, "a real comes back");
    ok(!tr_row_is_null(row, "b") && !tr_row_flag(row, "b"), "false comes back");
    ok(!strcmp(tr_row_text(row, "t"), large), "a megabyte comes back");
    is_str(tr_row_text(row, "j"), "[1, null]", "JSON comes back");

    tr_row_set(args, "t", tr_text("'; DROP TABLE thing; --"));
    tr_row_set(args, "j", tr_of_row(tr_row_copy(with("a", tr_int(1)), pool)));
    tr_db_row(db, "echo", args, &row, problem, pool);
    is_str(tr_row_text(row, "t"), "'; DROP TABLE thing; --", "a hostile text is a text");
    is_str(tr_row_text(row, "j"), "{\"a\": 1}", "a row is sent as JSON");

    tr_db_row(db, "echo", NULL, &row, problem, pool);
    ok(tr_row_is_null(row, "i") && tr_row_is_null(row, "t"), "what is not given is NULL");
    tr_row_set(args, "t", tr_text_n("a\0b", 3));
    is_int(tr_db_row(db, "echo", args, &row, problem, pool), TR_EBAD, "a NUL is refused");
    ok(tr_problem_words(problem, "t") != NULL, "with the name of the field");
    tr_db_close(db);
}

static void knows_the_reader(void)
{
    tr_db_t *db = make_db();
    tr_row_t *row;

    is_int(tr_db_row(db, "reader", NULL, &row, problem, pool), TR_EDB,
           "a statement that needs the reader does not run without");
    tr_db_set_reader(db, 7, "{1,2}");
    tr_db_row(db, "reader", NULL, &row, problem, pool);
    is_int(tr_row_int(row, "u", 0), 7, "the reader's id");
    is_str(tr_row_text(row, "p"), "{1,2}", "the reader's projects");
    is_str(value_of(db, "reader", with("_user", tr_int(8))), "7",
           "an argument does not replace it");
    tr_db_close(db);
}

static void counts_rows(void)
{
    tr_db_t *db = make_db();
    tr_list_t *rows;
    tr_row_t *row;
    apr_int64_t affected = -1;

    is_int(tr_db_rows(db, "series", with("n", tr_int(20000)), &rows, problem, pool),
           APR_SUCCESS, "many rows are read");
    is_int(rows->count, 20000, "all of them");
    is_str(tr_row_text(rows->rows[19999], "t"), "row 20000", "the last is right");
    tr_row_set(rows->rows[0], "more", tr_int(1));
    ok(!tr_row_get(rows->rows[1], "more"), "a name added to one row is not in the next");
    is_int(tr_db_rows(db, "series", with("n", tr_int(0)), &rows, problem, pool), APR_SUCCESS,
           "no rows are no error");
    is_int(rows->count, 0, "but an empty list");
    is_int(tr_db_row(db, "series", with("n", tr_int(0)), &row, problem, pool), TR_ENOTFOUND,
           "no row is not found");
    is_int(tr_problem_count(problem), 0, "without a complaint");
    tr_db_run(db, "series", with("n", tr_int(3)), &affected, problem, pool);
    is_int(affected, 3, "rows are counted");
    is_int(tr_db_rows(db, "nonsense", NULL, &rows, problem, pool), TR_EDB,
           "an unknown statement is a defect");
    tr_problem_clear(problem);
    is_int(tr_db_rows(db, "undeclared", NULL, &rows, problem, pool), TR_EDB,
           "a column of another name is a defect");
    is_int(tr_db_rows(db, "too_few", NULL, &rows, problem, pool), TR_EDB,
           "a column too many is a defect");
    tr_db_close(db);
}

static void takes_one_round_trip(void)
{
    static const struct {
        const char *statement, *mode;
    } steps[] = {
        { "plan_generic", "force_generic_plan" },
        { "plan_generic", "force_generic_plan" },
        { "plan_custom", "force_custom_plan" },
        { "plan_auto", "auto" },
        { "plan_auto", "auto" },
        { "plan_generic", "force_generic_plan" },
    };
    tr_db_t *db = make_db();

    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        is_str(value_of(db, steps[i].statement, with("x", tr_text(""))), steps[i].mode,
               "step %d runs with its plan", (int)i);
        is_int(tr_db_round_trips(db), (int)i + 1, "in one round trip");
    }
    ok(tr_db_time(db) > 0, "time is counted");

    tr_db_begin(db, problem);
    value_of(db, "plan_custom", with("x", tr_text("")));
    tr_db_rollback(db);
    is_str(value_of(db, "plan_custom", with("x", tr_text(""))), "force_custom_plan",
           "a rollback that takes a plan back is noticed");
    value_of(db, "divide", with("n", tr_int(0)));
    tr_problem_clear(problem);
    is_str(value_of(db, "plan_custom", with("x", tr_text(""))), "force_custom_plan",
           "an error that takes a plan back is noticed");
    is_str(value_of(db, "divide", with("n", tr_int(1))), "1",
           "what was prepared before it failed stays prepared");
    tr_db_close(db);
}

static void says_what_is_refused(void)
{
    static const struct {
        const char *state;
        apr_status_t status;
    } cases[] = {
        { "TR404", TR_ENOTFOUND }, { "TR400", TR_EBAD },      { "TR409", TR_ECONFLICT },
        { "TR403", TR_EBAD },      { "P0001", TR_ECONFLICT }, { "57014", TR_EDBGONE },
        { "53100", TR_EFULL },     { "53200", TR_EDBGONE },   { "40001", TR_EBUSY },
        { "55P03", TR_EBUSY },     { "22012", TR_EDB },       { "42501", TR_EDB },
    };
    tr_db_t *db = make_db();
    tr_row_t *args = tr_row_make(pool), *row;

    tr_row_set(args, "words", tr_text("Not today."));
    tr_row_set(args, "field", tr_text("rating"));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tr_problem_clear(problem);
        tr_row_set(args, "state", tr_text(cases[i].state));
        is_int(tr_db_row(db, "raise", args, &row, problem, pool), cases[i].status,
               "%s has its status", cases[i].state);
        is_str(problem->sqlstate, cases[i].state, "and is kept");
        is_int(problem->status, cases[i].status, "in the problem too");
    }
    tr_problem_clear(problem);
    tr_row_set(args, "state", tr_text("TR400"));
    tr_db_row(db, "raise", args, &row, problem, pool);
    is_str(tr_problem_words(problem, "rating"), "Not today.",
           "a field's complaint has its words");
    ok(problem->detail && strstr(problem->detail, "function raise("),
       "the detail tells the context");
    is_str(problem->statement, "raise", "and the statement is named");

    tr_row_set(args, "id", tr_int(1));
    tr_row_set(args, "name", tr_text("one"));
    tr_problem_clear(problem);
    is_int(tr_db_run(db, "add", args, NULL, problem, pool), APR_SUCCESS, "a row is added");
    is_int(tr_db_run(db, "add", args, NULL, problem, pool), TR_ECONFLICT, "not a second time");
    is_str(problem->constraint, "thing_pkey", "the constraint is named");
    tr_row_set(args, "id", tr_int(2));
    tr_row_set(args, "name", tr_text("bad"));
    is_int(tr_db_run(db, "add", args, NULL, problem, pool), TR_ECONFLICT, "a check refuses");
    is_str(problem->constraint, "thing_name", "and is named");
    is_int(tr_db_rows(db, "no_table", NULL, &(tr_list_t *){ NULL }, problem, pool), TR_EDB,
           "a missing table is a defect");
    ok(strstr(problem->detail, "at: nothing"), "the detail tells the place");
    tr_db_close(db);
}

static void keeps_transactions(void)
{
    tr_db_t *db = make_db();
    const tr_db_actor_t actor = { 5, 6, "request-1", NULL };
    tr_row_t *args = tr_row_make(pool), *row;
    const char *before = value_of(db, "count", NULL);
    int trips;

    tr_row_set(args, "id", tr_int(20));
    tr_row_set(args, "name", tr_text("twenty"));
    is_int(tr_db_commit(db, problem), TR_EDB, "there is nothing to commit");
    tr_problem_clear(problem);
    tr_db_begin(db, problem);
    is_int(tr_db_begin(db, problem), TR_EDB, "transactions do not nest");
    tr_db_run(db, "add", args, NULL, problem, pool);
    tr_db_rollback(db);
    is_str(value_of(db, "count", NULL), before, "a rollback stores nothing");
    tr_db_begin(db, problem);
    tr_db_run(db, "add", args, NULL, problem, pool);
    tr_db_close(db);
    is_str(value_of(db, "count", NULL), before, "closing stores nothing");
    tr_db_begin(db, problem);
    value_of(db, "divide", with("n", tr_int(0)));
    is_int(tr_db_commit(db, problem), TR_EDB, "a failed transaction is not said to be stored");

    tr_db_set_actor(db, &actor);
    trips = tr_db_round_trips(db);
    tr_db_begin(db, problem);
    is_int(tr_db_round_trips(db), trips + 1, "BEGIN with its actor is one round trip");
    tr_db_row(db, "actor", NULL, &row, problem, pool);
    is_str(tr_row_text(row, "actor"), "5", "the actor is known in the transaction");
    is_str(tr_row_text(row, "request"), "request-1", "and the request");
    is_str(tr_row_text(row, "address"), "", "no address is empty");
    tr_problem_clear(problem);
    is_int(tr_db_commit(db, problem), APR_SUCCESS, "it is committed");
    is_str(value_of(db, "actor", NULL), "", "after it there is none");
    trips = tr_db_round_trips(db);
    is_str(value_of(db, "actor_writing", NULL), "5", "a write alone has its actor");
    is_int(tr_db_round_trips(db), trips + 1, "in the same round trip");
    is_str(value_of(db, "actor", NULL), "", "and for itself alone");
    tr_db_close(db);
}

/* Fails as often as `left` says, then adds a row. */
typedef struct race_t {
    const char *statement;
    const tr_row_t *args;
    int left, calls;
} race_t;

static apr_status_t race(tr_db_t *db, void *baton, tr_problem_t *why)
{
    race_t *r = baton;
    tr_row_t *row;

    r->calls++;
    if (r->left-- > 0) {
        return tr_db_row(db, r->statement, r->args, &row, why, pool);
    }
    return tr_db_run(db, "add", r->args, NULL, why, pool);
}

static void repeats_transactions(void)
{
    tr_db_t *db = make_db();
    tr_row_t *args = tr_row_make(pool);
    race_t twice = { "raise", args, 2, 0 }, always = { "raise", args, 99, 0 },
           lost = { "die_writing", args, 1, 0 }, wrong = { "divide", args, 1, 0 };

    tr_row_set(args, "state", tr_text("40001"));
    tr_row_set(args, "words", tr_text("could not serialize"));
    tr_row_set(args, "field", tr_text(""));
    tr_row_set(args, "n", tr_int(0));
    tr_row_set(args, "id", tr_int(30));
    tr_row_set(args, "name", tr_text("thirty"));
    is_int(tr_db_transaction(db, race, &twice, problem), APR_SUCCESS,
           "a lost race is run again");
    is_int(twice.calls, 3, "as often as needed");
    is_int(tr_problem_count(problem), 0, "and leaves no complaint");
    is_int(tr_db_transaction(db, race, &always, problem), TR_EBUSY, "at last it is given up");
    is_int(always.calls, 4, "after three more tries");
    tr_row_set(args, "state", tr_text("40P01"));
    tr_row_set(args, "id", tr_int(31));
    tr_problem_clear(problem);
    is_int(tr_db_transaction(db, race, &lost, problem), APR_SUCCESS,
           "a connection lost before COMMIT is no loss");
    is_int(lost.calls, 2, "it is run once more");
    is_int(tr_db_transaction(db, race, &wrong, problem), TR_EDB, "another error ends it");
    is_int(wrong.calls, 1, "at once");
    tr_db_close(db);
}

static void has_one_connection_a_source(void)
{
    tr_db_t *db = make_db(), *second = tr_db_make(source, statements, in_ms(1000), pool);
    tr_row_t *row;

    value_of(db, "pid", NULL);
    is_int(tr_db_row(second, "pid", NULL, &row, problem, pool), TR_EBUSY,
           "a source lends its connection once");
    tr_db_close(db);
    is_int(tr_db_row(second, "pid", NULL, &row, problem, pool), APR_SUCCESS, "and again");
    tr_db_close(second);
}

static void puts_settings_right(void)
{
    const tr_db_source_t *strange = tr_db_source_of_dsn(
        apr_pstrcat(pool, dsn,
                    " options='-c timezone=Asia/Tokyo "
                    "-c datestyle=German'",
                    NULL),
        pool);
    tr_db_t *db = tr_db_make(strange, statements, in_ms(5000), pool);
    tr_row_t *row;

    tr_problem_clear(problem);
    if (ok(tr_db_row(db, "kinds", NULL, &row, problem, pool) == APR_SUCCESS,
           "a connection with other settings is put right")) {
        is_str(tr_row_text(row, "whole"), "2020-09-29T19:20:54Z", "its times are UTC");
    }
    tr_db_close(db);
}

static void compares_declarations(void)
{
    tr_db_t *db = make_db();
    const char *words;

    is_int(tr_db_check_statements(db, problem, pool), TR_ESITE, "wrong statements are found");
    words = tr_problem_text(problem, pool);
    if (!is_int(tr_problem_count(problem), 4, "all four of them")) {
        diag("%s", words);
    }
    ok(strstr(words, "undeclared: column 1 is b, declared as a"), "by name");
    ok(strstr(words, "too_few: 2 columns, 1 declared"), "by number");
    ok(strstr(words, "wrong_type: column a is of another type than the declared bigint"),
       "by type");
    ok(strstr(words, "no_table: relation \"nothing\" does not exist, at: nothing"),
       "by what the server says");
    ok(strstr(words, "/statements.sql:"), "each with its file");

    tr_problem_clear(problem);
    is_int(tr_db_script(db, "x.sql", "SELECT 1;\nSELECT 'caf\xc3\xa9',\n  nonsense", problem),
           TR_ESITE, "a wrong script is refused");
    is_str(tr_problem_text(problem, pool),
           "x.sql:3: column \"nonsense\" does not exist, at: nonsense", "with its line");
    tr_problem_clear(problem);
    ok(tr_db_script(db, "x.sql", "COPY thing FROM STDIN", problem) != APR_SUCCESS,
       "a script that waits for more input is ended");
    tr_problem_clear(problem);
    is_str(value_of(db, "divide", with("n", tr_int(1))), "1", "and the next statement runs");
    tr_db_close(db);
}

int main(void)
{
    if (!set_up()) {
        return skip_all("TRANSIENTS_TEST_DSN names no database");
    }
    reads_every_kind();
    sends_every_kind();
    knows_the_reader();
    counts_rows();
    takes_one_round_trip();
    says_what_is_refused();
    keeps_transactions();
    repeats_transactions();
    has_one_connection_a_source();
    puts_settings_right();
    compares_declarations();
    return tear_down();
}
