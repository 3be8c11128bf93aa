/* common.c: what every page has: data and its shape side by side.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common.h"

#include "../lib/tr_file.h"
#include "request.h"

#include <apr_strings.h>

#define KEY_BYTES 16 /* 128 random bits */

/* ---- data ---- */

static void set(tr_request_t *req, const char *name, tr_row_t *row)
{
    tr_row_set(req->data, name, tr_of_row(row));
}

/* Why the tree as it was last saved isn't the site that answers; NULL where it is. */
static const char *build_words(const tr_request_t *req)
{
    tr_problem_t *problem = tr_problem_make(req->pool);
    char *text = NULL;

    if (!req->site->development || !*req->site->build_log) {
        return NULL;
    }
    if (tr_file_read(&text, NULL, req->site->build_log, problem, req->pool) != APR_SUCCESS) {
        return NULL; /* none was written yet */
    }
    return *text ? text : NULL;
}

static tr_row_t *site_row(const tr_request_t *req)
{
    tr_row_t *row = tr_row_make(req->pool);

    tr_row_set(row, "title", tr_text(req->site->title));
    tr_row_set(row, "version", tr_text(req->site->version));
    tr_row_set(row, "development", tr_bool(req->site->development));
    tr_row_set(row, "broken", tr_text(build_words(req)));
    return row;
}

static tr_row_t *user_row(const tr_request_t *req)
{
    tr_row_t *row;

    if (!req->reader.row || !req->reader.id) {
        return NULL;
    }
    row = tr_row_copy(req->reader.row, req->pool);
    tr_row_set(row, "is_staff",
               tr_bool(req->reader.role && !strcmp(req->reader.role, "staff")));
    return row;
}

static const char *now_text(apr_pool_t *pool)
{
    apr_time_exp_t t;

    apr_time_exp_gmt(&t, apr_time_now());
    return apr_psprintf(pool, "%04d-%02d-%02dT%02d:%02d:%02dZ", t.tm_year + 1900, t.tm_mon + 1,
                        t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec);
}

/* The page of the help that tells of this one. */
static const char *help_page(const tr_request_t *req)
{
    const char *path = req->route ? req->route->path : "";

    for (const tr_help_t *help = tr_help; help->prefix; help++) {
        if (!strncmp(path, help->prefix, strlen(help->prefix))) {
            return help->page;
        }
    }
    return !strcmp(path, "/") ? "home" : "index";
}

static tr_row_t *request_row(const tr_request_t *req)
{
    tr_row_t *row = tr_row_make(req->pool);
    const char *query = req->r->args ? req->r->args : "";
    const char *path = req->r->uri ? req->r->uri : "/";

    tr_row_set(row, "id", tr_text(req->id));
    tr_row_set(row, "path", tr_text(path));
    tr_row_set(row, "query", tr_text(query));
    tr_row_set(row, "here",
               tr_text(apr_pstrcat(req->pool, path, *query ? "?" : "", query, NULL)));
    tr_row_set(row, "key", tr_text(tr_random_hex(KEY_BYTES, req->pool)));
    tr_row_set(row, "now", tr_text(now_text(req->pool)));
    tr_row_set(row, "help", tr_text(help_page(req)));
    return row;
}

static tr_row_t *nav_row(const tr_request_t *req)
{
    tr_row_t *row = tr_row_make(req->pool);

    if (req->route && req->route->nav) {
        tr_row_set(row, req->route->nav, tr_bool(1));
    }
    return row;
}

static tr_row_t *form_row(const tr_request_t *req)
{
    if (!req->route || !req->input) {
        return tr_row_make(req->pool);
    }
    return tr_form_typed(tr_request_fields(req), req->input, req->pool);
}

/* What people call a field: its label, or else its name. */
static const char *label_of(const tr_request_t *req, const char *field)
{
    const char *label = req->route && field ? tr_listing_label(req, field) : NULL;

    return label ? label : field;
}

static void add_complaints(tr_request_t *req)
{
    const apr_array_header_t *all = req->problem->complaints;
    tr_row_t *errors = tr_row_make(req->pool);
    tr_list_t *list = tr_list_make(req->pool);

    for (int i = 0; all && i < all->nelts; i++) {
        const tr_complaint_t *complaint = &APR_ARRAY_IDX(all, i, tr_complaint_t);
        tr_row_t *row = tr_list_add(list);
        tr_row_set(row, "field", tr_text(complaint->field));
        tr_row_set(row, "label", tr_text(label_of(req, complaint->field)));
        tr_row_set(row, "words", tr_text(complaint->words));
        if (complaint->field && tr_row_index(errors, complaint->field) < 0) {
            tr_row_set(errors, complaint->field, tr_text(complaint->words));
        }
    }
    set(req, "errors", errors);
    tr_row_set(req->data, "complaints", tr_of_list(list));
    tr_row_set(req->data, "has_complaints", tr_bool(list->count > 0));
}

/* Nobody, who sees what may be read without login. */
static int is_visitor(const tr_reader_t *reader)
{
    return !reader->id && reader->projects && strcmp(reader->projects, "{}") != 0;
}

void tr_common_data(tr_request_t *req)
{
    tr_row_set(req->data, "is_member", tr_bool(req->reader.id != 0));
    tr_row_set(req->data, "is_visitor", tr_bool(is_visitor(&req->reader)));
    set(req, "site", site_row(req));
    set(req, "user", user_row(req));
    set(req, "request", request_row(req));
    set(req, "nav", nav_row(req));
    set(req, "form", form_row(req));
    add_complaints(req);
}

/* ---- shape ---- */

typedef struct item_t {
    const char *name;
    tr_kind_e kind;
} item_t;

static const item_t site_items[] = {
    { "title", TR_TEXT },
    { "version", TR_TEXT },
    { "development", TR_BOOL },
    { "broken", TR_TEXT },
    { NULL, TR_NULL },
};
static const item_t request_items[] = {
    { "id", TR_TEXT },  { "path", TR_TEXT }, { "query", TR_TEXT }, { "here", TR_TEXT },
    { "key", TR_TEXT }, { "now", TR_TEXT },  { "help", TR_TEXT },
    { NULL, TR_NULL },
};
static const item_t complaint_items[] = {
    { "label", TR_TEXT },
    { "field", TR_TEXT },
    { "words", TR_TEXT },
    { NULL, TR_NULL },
};

static tr_shape_t *shape_of(const item_t *items, apr_pool_t *pool)
{
    tr_shape_t *shape = tr_shape_make(pool);

    for (; items->name; items++) {
        tr_shape_add(shape, items->name, items->kind, NULL);
    }
    return shape;
}

static tr_shape_t *user_shape(const tr_site_t *site, apr_pool_t *pool)
{
    const tr_statement_t *statement = tr_statement_find(site->statements,
                                                        "account_for_session");
    const tr_shape_t *all = statement ? tr_statement_shape(statement, pool) : NULL;
    tr_shape_t *shape = tr_shape_make(pool);

    for (int i = 0; all && i < all->count; i++) {
        tr_shape_add(shape, all->items[i].name, all->items[i].kind, NULL);
    }
    tr_shape_add(shape, "is_staff", TR_BOOL, NULL);
    return shape;
}

static tr_shape_t *nav_shape(apr_pool_t *pool)
{
    tr_shape_t *shape = tr_shape_make(pool);

    for (const tr_route_t *route = tr_routes; route->path; route++) {
        if (route->nav) {
            tr_shape_add(shape, route->nav, TR_BOOL, NULL);
        }
    }
    return shape;
}

/* The names of every route's fields: a page may be shown by several routes. */
static tr_shape_t *fields_shape(const tr_site_t *site, apr_pool_t *pool)
{
    tr_shape_t *shape = tr_shape_make(pool);

    for (const tr_route_t *route = tr_routes; route->path; route++) {
        const tr_field_t *field = apr_hash_get(site->fields, &route, sizeof route);
        for (; field && field->name; field++) {
            tr_shape_add(shape, field->name, TR_TEXT, NULL);
        }
    }
    return shape;
}

tr_shape_t *tr_common_shape(const tr_site_t *site, apr_pool_t *pool)
{
    tr_shape_t *shape = tr_shape_make(pool);
    const tr_shape_t *fields = fields_shape(site, pool);

    tr_shape_add(shape, "site", TR_ROW, shape_of(site_items, pool));
    tr_shape_add(shape, "user", TR_ROW, user_shape(site, pool));
    tr_shape_add(shape, "request", TR_ROW, shape_of(request_items, pool));
    tr_shape_add(shape, "is_member", TR_BOOL, NULL);
    tr_shape_add(shape, "is_visitor", TR_BOOL, NULL);
    tr_shape_add(shape, "nav", TR_ROW, nav_shape(pool));
    tr_shape_add(shape, "form", TR_ROW, fields);
    tr_shape_add(shape, "errors", TR_ROW, fields);
    tr_shape_add(shape, "complaints", TR_LIST, shape_of(complaint_items, pool));
    tr_shape_add(shape, "has_complaints", TR_BOOL, NULL);
    return shape;
}
