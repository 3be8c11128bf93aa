/* compile.c: the site's compiler.
 *
 * Column table, statements, routes' fields, then each page: its needs, its
 * shape, its template, and whether every parameter of its statements has a
 * source.
 *
 * SPDX-License-Identifier: MIT
 */
#include "compile.h"

#include "config.h"
#include "error.h"
#include "listing.h"
#include "page.h"
#include "route.h"

#include "../lib/tr_template.h"

#include <apr_strings.h>

/* Statements that the web layer runs itself. */
static const char *const own_statements[] = {
    "account_for_name",  "account_for_newcomer", "account_for_session",
    "account_for_token", "login_account",        "login_passed",
    "login_purge",       "login_refused",        "login_rehash",
    "login_try",         "login_wait",           "session_begin",
    "session_end",       "session_keep",         "projects_for_visitor",
    "session_purge",     "session_seen",         "site_state",
    "token_seen",
};

typedef struct compiler_t {
    tr_site_t *site;
    tr_template_set_t *set;
    tr_problem_t *problem;
    apr_pool_t *pool;
} compiler_t;

/* ---- routes ---- */

static void check_route(const compiler_t *c, const tr_route_t *route)
{
    const char *fault = tr_route_fault(route->path);

    if (fault) {
        tr_problem_add(c->problem, TR_ESITE, "route %s %s", route->path, fault);
    }
    if (!route->methods || (!route->handler && (!route->page || route->methods != TR_GET))) {
        tr_problem_add(c->problem, TR_ESITE, "route %s is answered by nothing", route->path);
    }
    for (const tr_route_t *other = tr_routes; other < route; other++) {
        if ((other->methods & route->methods) && tr_route_same(other->path, route->path)) {
            tr_problem_add(c->problem, TR_ESITE, "route %s is there twice (as %s)", route->path,
                           other->path);
        }
    }
}

/* A route's fields with its listing's, in one array ended by a NULL name. */
static const tr_field_t *fields_of(const compiler_t *c, const tr_route_t *route)
{
    apr_array_header_t *fields = apr_array_make(c->pool, 16, sizeof(tr_field_t));
    const tr_listing_t *listing = route->page ? route->page->listing : NULL;

    for (const tr_field_t *field = route->fields; field && field->name; field++) {
        *(tr_field_t *)apr_array_push(fields) = *field;
    }
    if (listing) {
        tr_listing_fields(fields, listing, c->site->columns, c->pool);
    }
    *(tr_field_t *)apr_array_push(fields) = (tr_field_t){ .name = NULL };
    return (const tr_field_t *)fields->elts;
}

static void compile_routes(const compiler_t *c)
{
    for (const tr_route_t *route = tr_routes; route->path; route++) {
        const tr_route_t **key = apr_pmemdup(c->pool, &route, sizeof route);
        check_route(c, route);
        apr_hash_set(c->site->fields, key, sizeof *key, fields_of(c, route));
    }
}

/* ---- exports ---- */

/* What it runs; of one with variants any. NULL when there is none. */
static const tr_statement_t *export_statement(const compiler_t *c, const tr_page_t *page,
                                              const tr_export_t *export)
{
    const tr_need_t need = { page->listing ? page->listing->need : "", export->statement,
                             TR_NEED_MANY };
    const tr_statement_t *statement = tr_statement_find(c->site->statements, export->statement);

    return statement ? statement : tr_page_statement(c->site, page, &need, c->pool);
}

static void check_export_columns(const compiler_t *c, const tr_export_t *export,
                                 const tr_statement_t *statement)
{
    int count;
    const tr_column_t *const *set = tr_columns_set(c->site->columns, export->set, &count);

    if (!count || count != statement->column_count) {
        tr_problem_at(c->problem, statement->file, statement->line,
                      "statement %s gives %d columns, and the set %s of its export has %d",
                      statement->name, statement->column_count, export->set, count);
        return;
    }
    for (int i = 0; i < count; i++) {
        if (strcmp(set[i]->name, statement->columns[i].name)
            || strcmp(set[i]->type, statement->columns[i].type)) {
            tr_problem_at(c->problem, statement->file, statement->line,
                          "statement %s: column %d is %s %s, and in the set %s %s %s",
                          statement->name, i + 1, statement->columns[i].name,
                          statement->columns[i].type, export->set, set[i]->name, set[i]->type);
        }
    }
}

static void check_exports(const compiler_t *c, const tr_page_t *page)
{
    for (const tr_export_t *export = page->export; export; export = export->then) {
        const tr_statement_t *statement = export_statement(c, page, export);

        if (!strchr(export->set, '.')) {
            tr_problem_add(c->problem, TR_ESITE, "%s: its export's set %s is not TABLE.USE",
                           page->template, export->set);
        }
        if (!statement) {
            tr_problem_add(c->problem, TR_ESITE, "%s: its export needs a statement %s",
                           page->template, export->statement);
            continue;
        }
        check_export_columns(c, export, statement);
    }
}

/* ---- parameters ---- */

static int is_field(const tr_field_t *fields, const char *name)
{
    while (fields && fields->name && strcmp(fields->name, name)) {
        fields++;
    }
    return fields && fields->name;
}

static int is_listing_parameter(const tr_page_t *page, const char *name)
{
    static const char *const names[] = { "after_null", "after_value", "after_id", "limit" };

    for (size_t i = 0; page->listing && i < sizeof names / sizeof names[0]; i++) {
        if (!strcmp(names[i], name)) {
            return 1;
        }
    }
    return 0;
}

/* Whether the page's own code gives it: a word of `brings`. */
static int is_brought(const tr_page_t *page, const char *name)
{
    apr_size_t len;

    for (const char *word = page->brings; word && *word; word += len + (word[len] == ' ')) {
        len = strcspn(word, " ");
        if (strlen(name) == len && !strncmp(word, name, len)) {
            return 1;
        }
    }
    return 0;
}

static void check_parameter(const compiler_t *c, const tr_route_t *route,
                            const tr_statement_t *statement, const char *name)
{
    const tr_field_t *fields = apr_hash_get(c->site->fields, &route, sizeof route);

    if (*name == ':' || *name == '_' || is_field(fields, name)
        || is_listing_parameter(route->page, name) || is_brought(route->page, name)
        || is_field(tr_route_path_fields(route->path, c->pool), name)) {
        return;
    }
    tr_problem_at(c->problem, statement->file, statement->line,
                  "statement %s: nothing gives its parameter :%s on the page %s",
                  statement->name, name, route->path);
}

static int is_export_parameter(const char *name)
{
    return !strcmp(name, "site_url") || !strcmp(name, "limit");
}

static void check_export_parameters(const compiler_t *c, const tr_route_t *route)
{
    for (const tr_export_t *export = route->page->export; export; export = export->then) {
        const tr_statement_t *statement = export_statement(c, route->page, export);

        for (int i = 0; statement && i < statement->param_count; i++) {
            if (!is_export_parameter(statement->params[i].name)) {
                check_parameter(c, route, statement, statement->params[i].name);
            }
        }
    }
}

static void check_parameters(const compiler_t *c, const tr_route_t *route)
{
    for (const tr_need_t *need = route->page->needs; need && need->name; need++) {
        const tr_statement_t *statement = tr_page_statement(c->site, route->page, need,
                                                            c->pool);
        for (int i = 0; statement && i < statement->param_count; i++) {
            check_parameter(c, route, statement, statement->params[i].name);
        }
    }
    check_export_parameters(c, route);
}

/* ---- listings ---- */

static int has_column(const tr_statement_t *statement, const char *name)
{
    for (int i = 0; i < statement->column_count; i++) {
        if (!strcmp(statement->columns[i].name, name)) {
            return 1;
        }
    }
    return 0;
}

static void check_variant(const compiler_t *c, const tr_page_t *page, const tr_need_t *need,
                          const tr_column_t *column, int descending)
{
    const char *name = tr_listing_variant(need->statement, column->name, descending, c->pool);
    const tr_statement_t *statement = tr_statement_find(c->site->statements, name);

    if (!statement) {
        tr_problem_add(c->problem, TR_ESITE, "%s: its list needs a statement %s",
                       page->template, name);
    }
    else if (!has_column(statement, "id") || !has_column(statement, "sort_key")) {
        tr_problem_at(c->problem, statement->file, statement->line,
                      "statement %s: a list needs the columns id and sort_key", name);
    }
}

static void check_default_sort(const compiler_t *c, const tr_page_t *page,
                               const tr_column_t *const *set, int count)
{
    const char *name = page->listing->default_sort;

    name += *name == '-';
    for (int i = 0; i < count; i++) {
        if (!strcmp(set[i]->name, name)) {
            return;
        }
    }
    tr_problem_add(c->problem, TR_ESITE, "%s: its list begins sorted by %s, which is not in %s",
                   page->template, name, page->listing->set);
}

static void check_listing(const compiler_t *c, const tr_page_t *page)
{
    int count;
    const tr_column_t *const *set;
    const tr_need_t *need = page->needs;

    if (!page->listing) {
        return;
    }
    set = tr_columns_set(c->site->columns, page->listing->set, &count);
    while (need && need->name && strcmp(need->name, page->listing->need)) {
        need++;
    }
    if (!need || !need->name) {
        tr_problem_add(c->problem, TR_ESITE, "%s: its list %s is none of its needs",
                       page->template, page->listing->need);
        return;
    }
    check_default_sort(c, page, set, count);
    for (int i = 0; i < count; i++) {
        check_variant(c, page, need, set[i], 0);
        check_variant(c, page, need, set[i], 1);
    }
}

/* ---- templates ---- */

static void compile_template(const compiler_t *c, const char *name, const tr_shape_t *shape)
{
    const tr_template_t *template = apr_hash_get(c->site->compiled, name, APR_HASH_KEY_STRING);

    if (!template && tr_template_compile(&template, c->set, name, c->problem) != APR_SUCCESS) {
        return;
    }
    apr_hash_set(c->site->compiled, name, APR_HASH_KEY_STRING, template);
    tr_template_check(template, shape, c->problem);
}

static int was_compiled(const tr_route_t *route)
{
    for (const tr_route_t *other = tr_routes; other < route; other++) {
        if (other->page == route->page) {
            return 1;
        }
    }
    return 0;
}

static void compile_page(const compiler_t *c, const tr_page_t *page)
{
    check_listing(c, page);
    check_exports(c, page);
    compile_template(c, page->template, tr_page_shape(c->site, page, c->problem, c->pool));
}

static void compile_pages(const compiler_t *c)
{
    for (const tr_route_t *route = tr_routes; route->path; route++) {
        if (!route->page) {
            continue;
        }
        if (!was_compiled(route)) {
            compile_page(c, route->page);
        }
        if (route->methods & TR_GET) {
            check_parameters(c, route);
        }
    }
    compile_template(c, TR_ERROR_TEMPLATE, tr_error_shape(c->site, c->pool));
}

/* ---- the whole ---- */

static void check_own_statements(const compiler_t *c)
{
    for (size_t i = 0; i < sizeof own_statements / sizeof own_statements[0]; i++) {
        if (!tr_statement_find(c->site->statements, own_statements[i])) {
            tr_problem_add(c->problem, TR_ESITE, "%s/queries: there is no statement %s",
                           c->site->schema, own_statements[i]);
        }
    }
}

void tr_compile_site(tr_site_t *site, tr_problem_t *problem, apr_pool_t *pool)
{
    compiler_t c = { site, NULL, problem, pool };
    const char *table, *queries;

    tr_config_finish(site, problem, pool);
    table = apr_pstrcat(pool, site->schema, "/columns.tsv", NULL);
    queries = apr_pstrcat(pool, site->schema, "/queries", NULL);
    site->compiled = apr_hash_make(pool);
    site->fields = apr_hash_make(pool);
    if (tr_columns_load(&site->columns, table, problem, pool) != APR_SUCCESS) {
        return; /* everything else is made of it: its errors would only repeat these */
    }
    if (tr_statements_load(&site->statements, queries, site->columns, problem, pool)) {
        return;
    }
    c.set = tr_template_set_of_folder(site->templates, pool);
    check_own_statements(&c);
    compile_routes(&c);
    compile_pages(&c);
}
