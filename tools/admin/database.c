/* database.c: the verbs' way to the database.
 *
 * SPDX-License-Identifier: MIT
 */
#include "admin.h"

#include <apr_strings.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Who ran the tool, for the audit log: accounts of the site are not known here. */
static const char *request_name(apr_pool_t *pool)
{
    const struct passwd *user = getpwuid(getuid());

    return apr_pstrcat(pool, "transients-admin:", user ? user->pw_name : "?", NULL);
}

static apr_status_t load_statements(tr_admin_t *admin)
{
    const char *table = apr_pstrcat(admin->pool, admin->schema, "/columns.tsv", NULL);
    const char *queries = apr_pstrcat(admin->pool, admin->schema, "/queries", NULL);
    const tr_columns_t *columns;
    tr_problem_t *problem = admin->is_lenient ? tr_problem_make(admin->pool) : admin->problem;
    apr_status_t table_status = tr_columns_load(&columns, table, problem, admin->pool);
    apr_status_t status = tr_statements_load(&admin->statements, queries, columns, problem,
                                             admin->pool);

    if (admin->is_lenient) {
        return APR_SUCCESS;
    }
    return status == APR_SUCCESS ? table_status : status;
}

apr_status_t tr_admin_open(tr_admin_t *admin)
{
    const tr_db_actor_t actor = { 0, 0, request_name(admin->pool), NULL };
    apr_status_t status = load_statements(admin);

    if (status != APR_SUCCESS) {
        return status;
    }
    admin->db = tr_db_make(tr_db_source_of_dsn(admin->dsn, admin->pool), admin->statements, 0,
                           admin->pool);
    tr_db_set_actor(admin->db, &actor);
    return APR_SUCCESS;
}

tr_row_t *tr_admin_row(tr_admin_t *admin, const char *name, const char *text)
{
    tr_row_t *row = tr_row_make(admin->pool);

    tr_row_set(row, name, tr_text(text));
    return row;
}

apr_status_t tr_admin_missing(tr_admin_t *admin, const char *what, const char *name)
{
    return tr_problem_add(admin->problem, TR_ENOTFOUND, "There is no %s %s.", what, name);
}

void tr_admin_say_constraint(tr_admin_t *admin)
{
    static const struct {
        const char *constraint, *words;
    } meanings[] = {
        { "account_name_key", "A user of that name exists already." },
        { "account_name_form", "A name is 1 to 64 letters, digits and . @ + - _." },
        { "project_name_key", "A project of that name exists already." },
        { "project_name_check", "A project's name has 1 to 64 characters." },
        { "project_description_check", "A description has at most 256 characters." },
        { "project_access_check", "Access is members, listed or public." },
        { "filter_name_key", "A filter of that name exists already." },
        { "filter_name_check", "A filter's name has 1 to 64 characters." },
        { "classification_name_check", "A classification's name has 1 to 64 characters." },
        { "classification_merged", "It was merged into another and stays hidden." },
        { "classification_name_key", "A classification of that name exists already." },
        { "classification_key_letter", "Another classification has that key." },
        { "classification_key_letter_check", "A key is one letter from A to Z." },
        { "token_scopes_check", "Scopes are upload, read and metrics." },
    };
    tr_problem_t *problem = admin->problem;

    for (size_t i = 0; problem->constraint && i < sizeof meanings / sizeof *meanings; i++) {
        if (!strcmp(problem->constraint, meanings[i].constraint)) {
            tr_problem_clear(problem);
            tr_problem_add(problem, TR_ECONFLICT, "%s", meanings[i].words);
        }
    }
}

apr_status_t tr_admin_change(tr_admin_t *admin, const char *statement, const tr_row_t *args,
                             tr_row_t **row)
{
    apr_status_t status = tr_admin_open(admin);

    if (status == APR_SUCCESS) {
        status = tr_db_row(admin->db, statement, args, row, admin->problem, admin->pool);
        tr_admin_say_constraint(admin);
    }
    return status;
}

/* ---- tables ---- */

static int width_of(const char *text)
{
    int width = 0;

    for (; *text; text++) {
        width += (*text & 0xc0) != 0x80;
    }
    return width;
}

/* One line for a terminal: what would move its cursor is masked. */
static const char *cell_text(const tr_value_t *value, apr_pool_t *pool)
{
    char *text = apr_pstrdup(pool, tr_value_to_text(value, pool));

    for (char *at = text; *at; at++) {
        if ((unsigned char)*at < ' ' || *at == 0x7f) {
            *at = '?';
        }
    }
    return *text ? text : "-";
}

static void print_cell(const char *text, int width, int is_last)
{
    printf("%s%*s", text, is_last ? 0 : width - width_of(text) + 2, "");
}

apr_status_t tr_admin_print(tr_admin_t *admin, const char *statement, const tr_row_t *args)
{
    tr_list_t *list;
    int *widths;
    apr_status_t status = tr_admin_open(admin);

    if (status == APR_SUCCESS) {
        status = tr_db_rows(admin->db, statement, args, &list, admin->problem, admin->pool);
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    widths = apr_pcalloc(admin->pool, sizeof *widths * ((apr_size_t)list->width + 1));
    for (int c = 0; c < list->width; c++) {
        widths[c] = width_of(list->names[c]);
        for (int r = 0; r < list->count; r++) {
            int width = width_of(cell_text(&list->rows[r]->values[c], admin->pool));

            widths[c] = width > widths[c] ? width : widths[c];
        }
    }
    for (int r = -1; r < list->count; r++) {
        for (int c = 0; c < list->width; c++) {
            print_cell(r < 0 ? list->names[c]
                             : cell_text(&list->rows[r]->values[c], admin->pool),
                       widths[c], c == list->width - 1);
        }
        putchar('\n');
    }
    return APR_SUCCESS;
}
