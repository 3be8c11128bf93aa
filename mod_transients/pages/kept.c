/* kept.c: a posted form as one text, to be carried over a login.
 *
 * SPDX-License-Identifier: MIT
 */
#include "kept.h"

#include "../lib/tr_buf.h"
#include "../web/route.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

enum { PATH_MAX_LENGTH = 2000, FIELDS_MAX = 2000 };

int tr_path_is_local(const char *path)
{
    if (path[0] != '/' || path[1] == '/' || strlen(path) > PATH_MAX_LENGTH) {
        return 0;
    }
    for (; *path; path++) {
        if (*path <= ' ' || *path > '~' || *path == '\\') {
            return 0;
        }
    }
    return 1;
}

static const tr_route_t *route_of(const char *path, apr_pool_t *pool)
{
    const char *bare = apr_pstrndup(pool, path, strcspn(path, "?"));

    return tr_route_match(tr_routes, TR_POST, bare, pool).route;
}

int tr_kept_is_path(const char *path, apr_pool_t *pool)
{
    const tr_route_t *route = tr_path_is_local(path) ? route_of(path, pool) : NULL;

    return route && !(route->flags & TR_R_API);
}

static const tr_field_t *field_of(const tr_route_t *route, const char *name)
{
    for (const tr_field_t *f = route ? route->fields : NULL; f && f->name; f++) {
        if (strcmp(f->name, name) == 0) {
            return f;
        }
    }
    return NULL;
}

/* Declared as secret, or called a password by a form that forgot to. */
static int is_secret(const tr_route_t *route, const char *name)
{
    const tr_field_t *field = field_of(route, name);

    return (field && (field->flags & TR_F_SECRET)) || strstr(name, "passw");
}

static void encode(tr_buf_t *out, const char *text, apr_size_t len)
{
    for (apr_size_t i = 0; i < len; i++) {
        if (strchr("%&=+\r\n\t", text[i])) {
            tr_buf_printf(out, "%%%02X", (unsigned char)text[i]);
        }
        else {
            tr_buf_putc(out, text[i]);
        }
    }
}

const char *tr_kept_pack(const tr_request_t *req)
{
    const apr_array_header_t *items = req->input ? req->input->items : NULL;
    tr_buf_t *out = tr_buf_make(0, req->pool);

    for (int i = 0; items && i < items->nelts; i++) {
        const tr_input_item_t *item = &APR_ARRAY_IDX(items, i, tr_input_item_t);
        if (item->is_file || is_secret(req->route, item->name)) {
            continue;
        }
        tr_buf_puts(out, out->len ? "&" : "");
        encode(out, item->name, strlen(item->name));
        tr_buf_putc(out, '=');
        encode(out, item->data, item->len);
        if (out->len > TR_KEPT_MAX) {
            return NULL;
        }
    }
    return out->len ? out->data : "";
}

/* What the page put into the form says nothing to people. */
static int is_shown(const tr_route_t *route, const tr_input_item_t *item)
{
    static const char *const unseen[] = { "request_key", "how", "shown_at", "visible", "go" };
    const tr_field_t *field = field_of(route, item->name);

    for (apr_size_t i = 0; i < sizeof unseen / sizeof unseen[0]; i++) {
        if (strcmp(item->name, unseen[i]) == 0) {
            return 0;
        }
    }
    return item->len > 0 && field && field->label;
}

tr_list_t *tr_kept_list(const char *kept, const char *path, apr_pool_t *pool)
{
    const tr_route_t *route = route_of(path, pool);
    tr_input_t *input = tr_input_make(pool);
    tr_list_t *list = tr_list_make(pool);

    if (tr_input_add_urlencoded(input, kept, strlen(kept), FIELDS_MAX, NULL) != APR_SUCCESS) {
        return list;
    }
    for (int i = 0; i < input->items->nelts; i++) {
        const tr_input_item_t *item = &APR_ARRAY_IDX(input->items, i, tr_input_item_t);
        const tr_field_t *field = field_of(route, item->name);
        tr_row_t *row = tr_list_add(list);
        tr_row_set(row, "name", tr_text(item->name));
        tr_row_set(row, "value", tr_text_n(item->data, item->len));
        tr_row_set(row, "label", tr_text(field && field->label ? field->label : item->name));
        tr_row_set(row, "shown", tr_bool(is_shown(route, item)));
    }
    return list;
}
