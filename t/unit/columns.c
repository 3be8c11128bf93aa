/* columns.c: the column table is read as written, and what is wrong with it is said by line.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"
#include "tr_columns.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <unistd.h>

static apr_pool_t *pool;

static const char *write_table(const char *text)
{
    static int number;
    const char *folder = getenv("TMPDIR");
    const char *path = apr_psprintf(pool, "%s/columns-%d-%d.tsv", folder ? folder : "/tmp",
                                    (int)getpid(), number++);
    FILE *file = fopen(path, "w");

    if (!file || fputs(text, file) < 0 || fclose(file)) {
        printf("Bail out!  %s cannot be written\n", path);
        exit(1);
    }
    return path;
}

/* The complaints about a table, without its path; "" for none. */
static const char *faults(const char *text, const tr_columns_t **columns)
{
    const tr_columns_t *unused;
    tr_problem_t *problem = tr_problem_make(pool);
    const char *path = write_table(text), *words;
    apr_status_t status = tr_columns_load(columns ? columns : &unused, path, problem, pool);

    unlink(path);
    words = tr_problem_text(problem, pool);
    ok((status == APR_SUCCESS) == !*words, "the status agrees with the complaints");
    return strncmp(words, path, strlen(path)) ? words : words + strlen(path);
}

static void reads_what_is_written(void)
{
    const tr_columns_t *columns;
    const tr_column_t *column, *const *set;
    int count;

    is_str(
        faults("#table\tname\n\n"
               "candidate\tra_deg\tfloat8\t-\tdeg\tRA\thms\t-\t0\t360\tpage sort\tpos.eq.ra\t"
               "Right ascension.\n"
               "candidate\tnotes\ttext\t-\t-\tNotes\t-\t64\t-\t-\tpage\t-\tShared notes.\n"
               "observation\tobsname\ttext\tlower(o.obsname)\t-\tName\t-\t-\t-\t-\tsort\t-\t-\n"
               "queue\tshuffle\tfloat8\t-\t-\tRandom\t-\t-\t-\t-\t-\t-\t-\n",
               &columns),
        "", "a good table has no complaint");

    column = tr_columns_find(columns, "candidate", "ra_deg");
    ok(column != NULL, "a column is found by table and name");
    if (!column) {
        return;
    }
    is_str(column->expr, "c.ra_deg", "a candidate's column is read from c");
    is_str(column->unit, "deg", "the unit is kept");
    is_str(column->format, "hms", "the format is kept");
    is_real(column->min, 0, 0, "the minimum is kept");
    is_real(column->max, 360, 0, "the maximum is kept");
    is_int(column->max_len, 0, "no limit on length is 0");
    ok(tr_column_has_use(column, "sort") && tr_column_has_use(column, "page"),
       "uses are found");
    ok(!tr_column_has_use(column, "sor") && !tr_column_has_use(column, "sorts"),
       "a part of a use is no use");

    column = tr_columns_find(columns, "candidate", "notes");
    is_str(column->unit, "", "a dash is an empty field");
    is_int(column->max_len, 64, "the longest text is kept");
    ok(isinf(column->min) && column->min < 0 && isinf(column->max), "no range is infinite");
    is_str(tr_columns_find(columns, "observation", "obsname")->expr, "lower(o.obsname)",
           "an expression is kept");
    is_str(tr_columns_find(columns, "queue", "shuffle")->expr, "shuffle",
           "another table's column is read by its name");
    ok(!tr_columns_find(columns, "observation", "notes"),
       "another table's column is not found");

    set = tr_columns_set(columns, "candidate.page", &count);
    is_int(count, 2, "a set has the columns of its table and use");
    is_str(set[0]->name, "ra_deg", "in the file's order");
    tr_columns_set(columns, "candidate.all", &count);
    is_int(count, 2, "\"all\" is every column of the table");
    ok(!tr_columns_set(columns, "candidate.none", &count) && count == 0,
       "an unknown set is empty");
}

static void says_what_is_wrong(void)
{
    is_str(faults("candidate\tx\tfloat8\n", NULL),
           ":1: 3 fields instead of 13 (parted by single tabs, \"-\" for an empty one)",
           "a short line is refused");
    is_str(faults("# a\n#b\ncandidate\tX\tfloat8\t-\t-\tX\t-\t-\t-\t-\t-\t-\t-\n", NULL),
           ":3: table and name are lower-case letters, digits and underscores",
           "a name with capitals is refused");
    ok(strstr(faults("candidate\tx\tdouble\t-\t-\tX\t-\t-\t-\t-\t-\t-\t-\n", NULL),
              ":1: type \"double\" is none of"),
       "an unknown type is refused");
    is_str(faults("candidate\tx\ttext\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\n", NULL),
           ":1: a column needs a label", "a column without a label is refused");
    is_str(faults("candidate\tx\ttext\t-\t-\tX\t-\t12x\t-\t-\t-\t-\t-\n", NULL),
           ":1: max_len is a whole number above 0 or \"-\", not \"12x\"",
           "a length that is no number is refused");
    is_str(faults("candidate\tx\tfloat8\t-\t-\tX\t-\t-\tnan\t-\t-\t-\t-\n", NULL),
           ":1: min is a number or \"-\", not \"nan\"", "NaN is no minimum");
    is_str(faults("candidate\tx\tfloat8\t-\t-\tX\t-\t-\t2\t1\t-\t-\t-\n", NULL),
           ":1: min is above max", "a range without a value is refused");
    is_str(faults("candidate\tx\tfloat8\t-\t-\tX\tmiles\t-\t-\t-\t-\t-\t-\n", NULL),
           ":1: there is no formatter \"miles\"", "an unknown formatter is refused");
    is_str(faults("candidate\tx\tfloat8\t-\t-\tX\t-\t-\t-\t-\tall\t-\t-\n", NULL),
           ":1: \"all\" cannot be the name of a use", "the name of all columns is no use");
    is_str(faults("candidate\tx\ttext\t-\t-\tX\t-\t-\t-\t-\t-\t-\t-\n"
                  "candidate\tx\ttext\t-\t-\tX\t-\t-\t-\t-\t-\t-\t-\n",
                  NULL),
           ":2: candidate.x is there already", "a column twice is refused");
}

static void says_that_a_file_is_missing(void)
{
    const tr_columns_t *columns;
    tr_problem_t *problem = tr_problem_make(pool);

    is_int(tr_columns_load(&columns, "/nonexistent/columns.tsv", problem, pool), TR_ESITE,
           "a missing file is an error of the site");
    ok(strstr(tr_problem_text(problem, pool), "/nonexistent/columns.tsv:1: it cannot be read"),
       "and the complaint names it");
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    reads_what_is_written();
    says_what_is_wrong();
    says_that_a_file_is_missing();
    apr_pool_destroy(pool);
    apr_terminate();
    return done_testing();
}
