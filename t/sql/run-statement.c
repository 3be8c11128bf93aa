/* run-statement.c: runs one named statement for the tests in t/sql, as the site would.
 *
 *   run-statement SCHEMA DSN USER PROJECTS                    lists all statements, one a line:
 *                                                             name, write or read, parameters
 *   run-statement SCHEMA DSN USER PROJECTS NAME [ARG=TEXT...] its rows, one JSON object a line
 *   run-statement SCHEMA DSN USER PROJECTS NAME -             the same for each line of input
 *                                                             (arguments, blanks between), an
 *                                                             empty line after each
 *
 * SCHEMA is the folder with columns.tsv and queries/; USER and PROJECTS ("{1,2}") are the
 * reader.
 * A statement that changes something is rolled back.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_db.h"
#include "tr_json.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_S 30

static apr_pool_t *pool;

static int fail(const tr_problem_t *problem)
{
    fprintf(stderr, "%s", tr_problem_text(problem, pool));
    if (problem->detail) {
        fprintf(stderr, "\n%s", problem->detail);
    }
    fputc('\n', stderr);
    return 1;
}

static const tr_statements_t *load(const char *schema, tr_problem_t *problem)
{
    const tr_columns_t *columns;
    const tr_statements_t *statements;

    if (tr_columns_load(&columns, apr_pstrcat(pool, schema, "/columns.tsv", NULL), problem,
                        pool)
            != APR_SUCCESS
        || tr_statements_load(&statements, apr_pstrcat(pool, schema, "/queries", NULL), columns,
                              problem, pool)
               != APR_SUCCESS) {
        return NULL;
    }
    return statements;
}

static int list(const tr_statements_t *statements)
{
    int count;
    const tr_statement_t *const *all = tr_statements_all(statements, &count);

    for (int i = 0; i < count; i++) {
        printf("%s %s", all[i]->name, all[i]->is_write ? "write" : "read");
        for (int j = 0; j < all[i]->param_count; j++) {
            printf(" %s::%s", all[i]->params[j].name, all[i]->params[j].type);
        }
        putchar('\n');
    }
    return 0;
}

/* The kind that a parameter of this type takes: text is understood by all but these. */
static tr_value_t value_of(const char *type, const char *text)
{
    if (strcmp(type, "bigint") == 0 || strcmp(type, "integer") == 0) {
        return tr_int(apr_atoi64(text));
    }
    if (strcmp(type, "float8") == 0) {
        return tr_real(strtod(text, NULL));
    }
    if (strcmp(type, "boolean") == 0) {
        return tr_bool(text[0] == 't');
    }
    return tr_text(text);
}

static tr_row_t *args_of(const tr_statement_t *statement, char **given)
{
    tr_row_t *args = tr_row_make(pool);

    for (; *given; given++) {
        char *equals = strchr(*given, '=');

        for (int i = 0; equals && i < statement->param_count; i++) {
            const char *name = statement->params[i].name;

            if (strlen(name) == (size_t)(equals - *given)
                && strncmp(name, *given, (size_t)(equals - *given)) == 0) {
                tr_row_set(args, name, value_of(statement->params[i].type, equals + 1));
            }
        }
    }
    return args;
}

static void print(const tr_list_t *rows)
{
    for (int i = 0; rows && i < rows->count; i++) {
        tr_buf_t *json = tr_buf_make(4096, pool);

        tr_json_row(json, rows->rows[i]);
        puts(json->data);
    }
}

/* Runs it for each line of the input. */
static apr_status_t run_lines(tr_db_t *db, const tr_statement_t *statement,
                              tr_problem_t *problem)
{
    char line[4096], *words[64];
    apr_status_t status = APR_SUCCESS;

    while (status == APR_SUCCESS && fgets(line, sizeof line, stdin)) {
        char *state = NULL;
        int count = 0;
        tr_list_t *rows = NULL;

        for (char *word = apr_strtok(line, " \n", &state); word && count < 63;
             word = apr_strtok(NULL, " \n", &state)) {
            words[count++] = word;
        }
        words[count] = NULL;
        status = tr_db_rows(db, statement->name, args_of(statement, words), &rows, problem,
                            pool);
        print(rows);
        putchar('\n');
    }
    return status;
}

static int run(const tr_statements_t *statements, char **argv, tr_problem_t *problem)
{
    const tr_statement_t *statement = tr_statement_find(statements, argv[5]);
    tr_db_t *db = tr_db_make(tr_db_source_of_dsn(argv[2], pool), statements,
                             apr_time_now() + apr_time_from_sec(LIMIT_S), pool);
    tr_list_t *rows = NULL;
    apr_status_t status;

    if (!statement) {
        fprintf(stderr, "there is no statement %s\n", argv[5]);
        return 1;
    }
    tr_db_set_reader(db, apr_atoi64(argv[3]), argv[4]);
    status = tr_db_begin(db, problem);
    if (status == APR_SUCCESS && argv[6] && strcmp(argv[6], "-") == 0) {
        status = run_lines(db, statement, problem);
    }
    else if (status == APR_SUCCESS) {
        tr_row_t *args = args_of(statement, argv + 6);

        status = statement->column_count
                     ? tr_db_rows(db, statement->name, args, &rows, problem, pool)
                     : tr_db_run(db, statement->name, args, NULL, problem, pool);
    }
    tr_db_rollback(db);
    print(rows);
    tr_db_close(db);
    return status == APR_SUCCESS ? 0 : fail(problem);
}

int main(int argc, char **argv)
{
    const tr_statements_t *statements;
    tr_problem_t *problem;
    int status;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    problem = tr_problem_make(pool);
    if (argc < 5) {
        fputs("run-statement SCHEMA DSN USER PROJECTS [NAME [ARG=TEXT...|-]]\n", stderr);
        return 2;
    }
    statements = load(argv[1], problem);
    status = !statements ? fail(problem)
             : argc == 5 ? list(statements)
                         : run(statements, argv, problem);
    apr_pool_destroy(pool);
    apr_terminate();
    return status;
}
