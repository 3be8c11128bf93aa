/* statement.c: statements are read as written, expanded from the column table, and what is
 * wrong with them is said by file and line.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"
#include "tr_statement.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <sys/stat.h>
#include <unistd.h>

static const char table[] =
    "candidate\tra_deg\tfloat8\t-\tdeg\tRA\thms\t-\t0\t360\tpage sort filter\t-\t-\n"
    "candidate\tnotes\ttext\t-\t-\tNotes\t-\t64\t-\t-\tpage\t-\t-\n"
    "candidate\tcan_det_stat\tfloat8\ts.stat\t-\tStat\t-\t-\t-\t-\tsort filter\t-\t-\n";

static apr_pool_t *pool;
static const char *folder;
static const tr_columns_t *columns;

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

static void make_folder(void)
{
    const char *parent = getenv("TMPDIR");
    tr_problem_t *problem = tr_problem_make(pool);

    folder = mkdtemp(apr_pstrcat(pool, parent ? parent : "/tmp", "/statement-XXXXXX", NULL));
    put_file("columns.tsv", table);
    tr_columns_load(&columns, apr_pstrcat(pool, folder, "/columns.tsv", NULL), problem, pool);
    is_str(tr_problem_text(problem, pool), "", "the test's column table is read");
}

/* The complaints about a file of statements, without its folder; "" for none. */
static const char *faults(const char *text, const tr_statements_t **statements)
{
    const tr_statements_t *unused;
    tr_problem_t *problem = tr_problem_make(pool);
    const char *words;

    put_file("a.sql", text);
    tr_statements_load(statements ? statements : &unused, folder, columns, problem, pool);
    drop_file("a.sql");
    words = tr_problem_text(problem, pool);
    return strncmp(words, folder, strlen(folder)) ? words : words + strlen(folder) + 1;
}

/* The SQL of a file's statement "x". */
static const char *sql_of(const char *text)
{
    const tr_statements_t *statements;
    const char *words = faults(text, &statements);
    const tr_statement_t *statement = tr_statement_find(statements, "x");

    return *words ? words : statement ? statement->sql : NULL;
}

static void reads_heads(void)
{
    const tr_statements_t *statements;
    const tr_statement_t *s;
    int count;

    is_str(faults("-- a.sql: for people.\n\n"
                  "-- name: by_id\n"
                  "-- columns: id bigint, names text[]?\n"
                  "-- columns: @candidate.page,\n"
                  "-- columns: at timestamptz\n"
                  "-- plan: generic\n"
                  "-- timeout: 2s\n"
                  "-- One row, of which: this is prose.\n"
                  "SELECT 1 WHERE a = :id::bigint;\n"
                  "\n"
                  "-- name: set_it\n"
                  "-- write\n"
                  "-- plan: custom\n"
                  "-- timeout: 500ms\n"
                  "UPDATE t SET a = :a::text[], b = :_user::bigint\n",
                  &statements),
           "", "a good file has no complaint");
    tr_statements_all(statements, &count);
    is_int(count, 2, "there are two statements");
    s = tr_statement_find(statements, "by_id");
    is_int(s->line, 3, "the line of the name is kept");
    is_int(s->plan, TR_PLAN_GENERIC, "plan");
    is_int(s->timeout_ms, 2000, "timeout in seconds");
    ok(!s->is_write, "a read is no write");
    is_str(s->sql, "SELECT 1 WHERE a = $1::bigint", "the semicolon is left out");
    is_int(s->column_count, 5, "columns of several lines and a set are put together");
    is_str(s->columns[1].type, "text[]", "an array's type");
    ok(s->columns[1].nullable && !s->columns[0].nullable, "the question mark means nullable");
    is_str(s->columns[2].name, "ra_deg", "a set gives its names");
    ok(s->columns[3].nullable, "a set's columns may be NULL");
    is_str(s->columns[4].name, "at", "a comma at a line's end is allowed");
    ok(!strncmp(s->key, "by_id-", 6) && strlen(s->key) == 22, "the key is name and digest");
    is_int(tr_shape_find(tr_statement_shape(s, pool), "ra_deg")->kind, TR_REAL,
           "the shape knows that float8 is a number");
    is_int(tr_shape_find(tr_statement_shape(s, pool), "at")->kind, TR_TEXT,
           "the shape knows that a time is text");

    s = tr_statement_find(statements, "set_it");
    ok(s->is_write && s->plan == TR_PLAN_CUSTOM && s->timeout_ms == 500, "the second head");
    is_str(s->sql, "UPDATE t SET a = $1::text[], b = $2::bigint", "the second text");
    is_int(s->param_count, 2, "its parameters");
    is_str(s->params[0].type, "text[]", "their types");
    is_str(s->params[1].name, "_user", "their names");
    ok(!tr_statement_find(statements, "nothing"), "an unknown name is not found");
}

static void finds_parameters_alone(void)
{
    is_str(sql_of("-- name: x\nSELECT :a::bigint, :b::text, :a::bigint, a::text"),
           "SELECT $1::bigint, $2::text, $1::bigint, a::text", "a name has one number");
    is_str(sql_of("-- name: x\n"
                  "SELECT ':a::int', 'it''s :b::int', \":c\", $$:d::int$$, $q$ $$ :e $q$"),
           "SELECT ':a::int', 'it''s :b::int', \":c\", $$:d::int$$, $q$ $$ :e $q$",
           "quoted text has none");
    is_str(
        sql_of("-- name: x\nSELECT E'\\':a', e'\\\\', name':b' -- :c\n, 1 /* :d /* :e */ */"),
        "SELECT E'\\':a', e'\\\\', name':b'  \n, 1", "escaped strings and comments have none");
    is_str(sql_of("-- name: x\nSELECT a[1:2], b[:n::int:3], c @> d, @ -1, 'a' || :t::text"),
           "SELECT a[1:2], b[$1::int:3], c @> d, @ -1, 'a' || $2::text",
           "slices and operators stay");
    is_str(sql_of("-- name: x\nSELECT :a::numeric(10,2)[], :b::public.mood, t$1"),
           "SELECT $1::numeric(10,2)[], $2::public.mood, t$1", "types of more than one word");
    is_str(sql_of("-- name: x\nSELECT 1 FROM t WHERE id = :id::bigint FOR NO KEY UPDATE"),
           "SELECT 1 FROM t WHERE id = $1::bigint FOR NO KEY UPDATE", "a lock is no write");
}

static void expands_the_column_table(void)
{
    const tr_statements_t *statements;
    const tr_statement_t *s;
    int count;

    is_str(sql_of("-- name: x\nSELECT @list(candidate.page, f(c.%n, ')', '%n %t')) FROM c"),
           "SELECT f(c.ra_deg, ')', 'ra_deg float8'), f(c.notes, ')', 'notes text') FROM c",
           "@list joins by commas");
    is_str(sql_of("-- name: x\nSELECT 1 WHERE true\n"
                  "@each(candidate.filter, AND (:%n_min::%t IS NULL OR %e >= :%n_min::%t))"),
           "SELECT 1 WHERE true\n"
           "AND ($1::float8 IS NULL OR c.ra_deg >= $1::float8) "
           "AND ($2::float8 IS NULL OR s.stat >= $2::float8)",
           "@each makes parameters");
    is_str(sql_of("-- fragment: part\n-- prose\nAND a = :a::int @list(candidate.page, %n)\n"
                  "-- name: x\nSELECT @use(part), :a::int"),
           "SELECT AND a = $1::int ra_deg, notes , $1::int", "@use takes a fragment in");

    is_str(faults("-- fragment: f\nORDER BY %sort %dir\n"
                  "-- name: page\n-- variants: sort = candidate.sort, dir\n"
                  "-- columns: key %sorttype?\n"
                  "SELECT '%sortname', %sort WHERE %sort %after :a::%sorttype @use(f)\n"
                  "-- name: up\n-- variants: sort = candidate.sort\nSELECT %sort\n",
                  &statements),
           "", "variants have no complaint");
    tr_statements_all(statements, &count);
    is_int(count, 6, "two columns in two directions and two in one");
    s = tr_statement_find(statements, "page.can_det_stat.desc");
    is_str(s ? s->sql : NULL,
           "SELECT 'can_det_stat', s.stat WHERE s.stat < $1::float8 "
           "ORDER BY s.stat DESC",
           "a variant is expanded, fragments too");
    is_str(s ? s->columns[0].type : NULL, "float8", "and its columns");
    ok(tr_statement_find(statements, "up.ra_deg") != NULL, "a variant without direction");
    ok(!tr_statement_find(statements, "page"), "the bare name is no statement");
}

static void says_what_is_wrong(void)
{
    static const struct {
        const char *text, *words, *name;
    } cases[] = {
        { "SELECT 1\n", "a.sql:1: SQL stands before the first \"-- name:\"",
          "SQL without a name" },
        { "-- name: X y\nSELECT 1",
          "a.sql:1: a name is lower-case letters, digits and underscores", "a bad name" },
        { "-- name: x\n-- colums: a int\nSELECT 1",
          "a.sql:2: there is no directive \"colums:\"", "a misspelt directive" },
        { "-- name: x\n-- plan: fast\nSELECT 1", "a.sql:2: a plan is generic or custom",
          "a plan" },
        { "-- name: x\n-- timeout: 5\nSELECT 1",
          "a.sql:2: a timeout is written 500ms or 5s and is at most an hour", "a timeout" },
        { "-- name: x\n-- variants: sort = candidate.sort, direction\nSELECT 1",
          "a.sql:2: variants are written sort = SET or sort = SET, dir", "variants" },
        { "-- name: x\n-- variants: sort = candidate.none\nSELECT 1",
          "a.sql:1: x: there is no set of columns \"candidate.none\"", "variants of no set" },
        { "-- name: x\n\n-- name: y\nSELECT 1", "a.sql:1: x has no SQL", "an empty block" },
        { "-- name: x\nSELECT 1\n-- name: x\nSELECT 1", NULL, "a name twice" },
        { "-- name: x\nSELECT\n :a", "a.sql:3: :a has no type: write :a::type", "no type" },
        { "-- name: x\nSELECT :a::int,\n:a::text", "a.sql:3: :a is text here and int before",
          "two types" },
        { "-- name: x\nSELECT :a::double precision",
          "a.sql:2: the type of :a is one word: float8, text", "a type of two words" },
        { "-- name: x\nSELECT :_user::int",
          "a.sql:2: only :_user::bigint and :_projects::bigint[] begin with _",
          "reserved type" },
        { "-- name: x\nSELECT :_other::bigint",
          "a.sql:2: only :_user::bigint and :_projects::bigint[] begin with _",
          "reserved name" },
        { "-- name: x\nSELECT $1", "a.sql:2: write :name::type instead of $1", "a number" },
        { "-- name: x\nSELECT 1\n, 'a",
          "a.sql:3: a quote or comment that begins here does not end", "an open quote" },
        { "-- name: x\nSELECT 1;\nSELECT 2",
          "a.sql:3: a block is one statement: more follows the semicolon", "two statements" },
        { "-- name: x\nSELECT @some(candidate.page, %n)", "a.sql:2: there is no macro @some",
          "an unknown macro" },
        { "-- name: x\nSELECT\n@list(candidate.none, %n)",
          "a.sql:3: there is no set of columns \"candidate.none\"", "an unknown set" },
        { "-- name: x\nSELECT @list(candidate.page)",
          "a.sql:2: \"candidate.page\": a macro has the form (SET, PATTERN)", "no pattern" },
        { "-- name: x\nSELECT @list(candidate.page, (%n)",
          "a.sql:2: the parenthesis of @list does not close", "an open macro" },
        { "-- name: x\nSELECT @use(f)", "a.sql:2: there is no fragment \"f\"", "no fragment" },
        { "-- fragment: f\n\nSELECT :b\n-- name: x\nSELECT @use(f)",
          "a.sql:3: :b has no type: write :b::type", "a fragment's fault at its own line" },
        { "-- fragment: f\n@use(f)\n-- name: x\nSELECT @use(f)",
          "a.sql:2: macros and fragments stand more than 4 deep", "a fragment of itself" },
        { "-- name: x\n-- columns: a int, b\nSELECT 1",
          "a.sql:2: x: a column is declared \"name type\" or \"name type?\", not \"b \"",
          "a column without type" },
        { "-- name: x\n-- columns: a int, a int\nSELECT 1",
          "a.sql:2: x: column a is declared twice", "a column twice" },
        { "-- name: x\n-- columns: hms text\nSELECT 1",
          "a.sql:2: x: column hms bears a formatter's name", "a column named as a formatter" },
        { "-- name: x\n-- columns: @candidate.none\nSELECT 1",
          "a.sql:2: x: there is no set of columns \"candidate.none\"", "columns of no set" },
        { "-- name: x\nWITH a AS (DELETE FROM t RETURNING 1) SELECT 1",
          "a.sql:1: x changes rows: its head needs \"-- write\"",
          "a write that does not say so" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *words = faults(cases[i].text, NULL);

        if (cases[i].words) {
            is_str(words, cases[i].words, "refused: %s", cases[i].name);
        }
        else {
            ok(strstr(words, "a.sql:3: x is in ") && strstr(words, "a.sql:1 already"),
               "refused: %s", cases[i].name);
        }
    }
}

static void reads_all_files(void)
{
    const tr_statements_t *statements;
    const tr_statement_t *const *all;
    int count;

    put_file("0.sql", "-- name: first\nSELECT @use(late)");
    put_file("z.sql", "-- fragment: late\n1");
    is_str(faults("-- name: x\nSELECT :a", &statements),
           "a.sql:2: :a has no type: write :a::type",
           "a file's fault does not hide the others");
    all = tr_statements_all(statements, &count);
    is_str(all[0]->name, "first", "files come in order");
    is_str(all[0]->sql, "SELECT 1", "a fragment may stand in a later file");
    drop_file("0.sql");
    drop_file("z.sql");
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    make_folder();
    reads_heads();
    finds_parameters_alone();
    expands_the_column_table();
    says_what_is_wrong();
    reads_all_files();
    drop_file("columns.tsv");
    rmdir(folder);
    apr_pool_destroy(pool);
    apr_terminate();
    return done_testing();
}
