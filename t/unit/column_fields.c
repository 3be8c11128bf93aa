/* column_fields.c: form fields are made from the column table, after those that are given.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"
#include "tr_column_fields.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <unistd.h>

static apr_pool_t *pool;

static const char table[] =
    "candidate\ta_real\tfloat8\t-\tJy\tReal\tf2\t-\t-\t-\tupload\t-\t-\n"
    "candidate\ta_whole\tbigint\t-\t-\tWhole\t-\t-\t-\t-\tupload\t-\t-\n"
    "candidate\ta_flag\tboolean\t-\t-\tFlag\t-\t-\t-\t-\tupload\t-\t-\n"
    "candidate\ta_text\ttext\t-\t-\tText\t-\t32\t-\t-\tupload\t-\t-\n"
    "candidate\tat_least\tfloat8\t-\t-\tLeast\t-\t-\t0\t-\tupload\t-\t-\n"
    "candidate\tan_angle\tfloat8\t-\tdeg\tAngle\t-\t-\t-90\t90\tupload\t-\t-\n"
    "candidate\tnot_sent\tfloat8\t-\t-\tNot sent\t-\t-\t-\t-\tpage\t-\t-\n"
    "observation\telsewhere\tfloat8\t-\t-\tElse\t-\t-\t-\t-\tupload\t-\t-\n";

static const tr_columns_t *load(void)
{
    char path[] = "/tmp/tr-column-fields-XXXXXX";
    int fd = mkstemp(path);
    const tr_columns_t *columns;
    tr_problem_t *problem = tr_problem_make(pool);
    ssize_t written = write(fd, table, sizeof table - 1);
    apr_status_t status = tr_columns_load(&columns, path, problem, pool);

    close(fd);
    unlink(path);
    if (written != (ssize_t)(sizeof table - 1) || status != APR_SUCCESS) {
        printf("Bail out!  %s\n", tr_problem_text(problem, pool));
        exit(1);
    }
    return columns;
}

static const tr_field_t *find(const tr_field_t *fields, const char *name)
{
    for (; fields->name; fields++) {
        if (strcmp(fields->name, name) == 0) {
            return fields;
        }
    }
    return NULL;
}

static void makes_fields(const tr_columns_t *columns)
{
    const tr_field_t *fields = tr_column_fields(columns, "candidate.upload", NULL, pool);
    int count = 0;

    while (fields[count].name) {
        count++;
    }
    is_int(count, 6, "each column of the set is a field, and nothing else is");
    is_str(fields[0].name, "a_real", "they stand in the table's order");
    is_int(find(fields, "a_real")->kind, TR_F_REAL, "float8 is a real");
    is_int(find(fields, "a_whole")->kind, TR_F_INT, "bigint is a whole number");
    is_int(find(fields, "a_flag")->kind, TR_F_BOOL, "boolean is a flag");
    is_int(find(fields, "a_text")->kind, TR_F_TEXT, "text is text");
    is_int(find(fields, "a_text")->max_len, 32, "the longest text is the table's");
    is_str(find(fields, "a_text")->label, "Text", "so is the label");
    is_int(find(fields, "a_real")->flags, TR_F_NAN_IS_NULL,
           "each is optional, and NaN is absent");
    ok(find(fields, "a_real")->min == 0 && find(fields, "a_real")->max == 0,
       "no range is written 0, 0");
    ok(find(fields, "at_least")->min == 0 && isinf(find(fields, "at_least")->max),
       "an open end stays open");
    is_real(find(fields, "an_angle")->min, -90, 0, "a minimum is the table's");
    is_real(find(fields, "an_angle")->max, 90, 0, "a maximum is the table's");
}

static void puts_given_ones_first(const tr_columns_t *columns)
{
    static const tr_field_t first[] = {
        { .name = "project", .flags = TR_F_REQUIRED, .max_len = 64 },
        { .name = "a_whole", .kind = TR_F_INT, .flags = TR_F_REQUIRED, .min = 1, .max = 5 },
        { .name = NULL },
    };
    const tr_field_t *fields = tr_column_fields(columns, "candidate.upload", first, pool);
    int whole = 0;

    is_str(fields[0].name, "project", "the given fields come first");
    for (const tr_field_t *field = fields; field->name; field++) {
        whole += strcmp(field->name, "a_whole") == 0;
    }
    is_int(whole, 1, "a given field replaces the column's own");
    is_int(find(fields, "a_whole")->flags, TR_F_REQUIRED, "with its own rules");
    ok(find(fields, "an_angle") != NULL, "the others follow");
    fields = tr_column_fields(columns, "candidate.nothing", first, pool);
    ok(fields[1].name && !fields[2].name, "an unknown set adds nothing");
}

static void is_checked(const tr_columns_t *columns)
{
    const tr_field_t *fields = tr_column_fields(columns, "candidate.upload", NULL, pool);
    static const char sent[] = "a_real=NaN&a_whole=3&a_flag=maybe&at_least=-1&an_angle=90";
    tr_problem_t *problem = tr_problem_make(pool);
    tr_input_t *input = tr_input_make(pool);
    tr_row_t *row;

    tr_input_add_urlencoded(input, sent, sizeof sent - 1, 20, problem);
    is_int(tr_form_check(&row, fields, input, problem, pool), TR_EBAD,
           "wrong values are refused");
    is_int(tr_problem_count(problem), 2, "each with one complaint");
    is_str(tr_problem_words(problem, "a_flag"), "Must be a valid boolean.",
           "that names the field");
    ok(tr_problem_words(problem, "at_least") != NULL, "a range of the table is kept to");
    ok(tr_row_is_null(row, "a_real"), "NaN is absent");
    is_int(tr_row_int(row, "a_whole", 0), 3, "a right value is taken");
    is_real(tr_row_real(row, "an_angle", 0), 90, 0, "the end of a range belongs to it");
}

int main(void)
{
    const tr_columns_t *columns;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    columns = load();
    makes_fields(columns);
    puts_given_ones_first(columns);
    is_checked(columns);
    apr_pool_destroy(pool);
    apr_terminate();
    return done_testing();
}
