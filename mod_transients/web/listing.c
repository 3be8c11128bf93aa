/* listing.c: sort, cursor, ranges, and the addresses that lead on.
 *
 * One row more than a page holds is asked for: whether it came tells whether
 * there is a next page, without counting.
 *
 * SPDX-License-Identifier: MIT
 */
#include "listing.h"

#include "request.h"

#include "../lib/tr_buf.h"
#include "../lib/tr_cursor.h"
#include "../lib/tr_escape.h"

#include <apr_strings.h>

#define ROWS_MIN 10
#define ROWS_MAX 200

/* The sort in force: "-can_det_stat" is can_det_stat, descending. */
typedef struct sort_t {
    const char *text;
    const tr_column_t *column;
    int descending;
} sort_t;

const char *tr_listing_variant(const char *statement, const char *column, int descending,
                               apr_pool_t *pool)
{
    return apr_pstrcat(pool, statement, ".", column, descending ? ".desc" : ".asc", NULL);
}

static sort_t sort_of(const tr_request_t *req, const tr_listing_t *listing)
{
    const char *asked = tr_row_text(req->args, "sort");
    sort_t sort = { .text = asked ? asked : listing->default_sort };
    int count;
    const tr_column_t *const *set = tr_columns_set(req->site->columns, listing->set, &count);

    sort.descending = *sort.text == '-';
    for (int i = 0; i < count; i++) {
        if (!strcmp(set[i]->name, sort.text + sort.descending)) {
            sort.column = set[i];
        }
    }
    return sort;
}

/* ---- fields ---- */

static const char *choices_of(const tr_column_t *const *set, int count, apr_pool_t *pool)
{
    tr_buf_t *choices = tr_buf_make(256, pool);

    for (int i = 0; i < count; i++) {
        tr_buf_printf(choices, "%s%s -%s", i ? " " : "", set[i]->name, set[i]->name);
    }
    return choices->data;
}

static void add_range(apr_array_header_t *fields, const tr_column_t *column, const char *end,
                      const char *words, apr_pool_t *pool)
{
    tr_field_t *field = apr_array_push(fields);
    int is_whole = !strcmp(column->type, "bigint") || !strcmp(column->type, "integer");

    field->name = apr_pstrcat(pool, column->name, end, NULL);
    field->kind = is_whole ? TR_F_INT : TR_F_REAL;
    field->flags = TR_F_TRIM;
    field->label = apr_pstrcat(pool, column->label, words, NULL);
}

static void add_ranges(apr_array_header_t *fields, const tr_listing_t *listing,
                       const tr_columns_t *columns, apr_pool_t *pool)
{
    int count;
    const tr_column_t *const *set = tr_columns_set(columns, listing->ranges, &count);

    for (int i = 0; i < count; i++) {
        add_range(fields, set[i], "_min", ", at least", pool);
        add_range(fields, set[i], "_max", ", at most", pool);
    }
}

void tr_listing_fields(apr_array_header_t *fields, const tr_listing_t *listing,
                       const tr_columns_t *columns, apr_pool_t *pool)
{
    int count;
    const tr_column_t *const *set = tr_columns_set(columns, listing->set, &count);

    *(tr_field_t *)apr_array_push(
        fields) = (tr_field_t){ .name = "sort",
                                .kind = TR_F_CHOICE,
                                .label = "Sort",
                                .choices = choices_of(set, count, pool) };
    *(tr_field_t *)apr_array_push(
        fields) = (tr_field_t){ .name = "after", .kind = TR_F_TEXT, .max_len = TR_CURSOR_MAX };
    *(tr_field_t *)apr_array_push(fields) = (tr_field_t){
        .name = "rows", .kind = TR_F_INT, .min = ROWS_MIN, .max = ROWS_MAX, .label = "Rows"
    };
    if (listing->ranges) {
        add_ranges(fields, listing, columns, pool);
    }
}

/* ---- before the needs ---- */

static apr_status_t set_cursor(tr_request_t *req, const sort_t *sort)
{
    const char *after = tr_row_text(req->args, "after");
    tr_cursor_t cursor;

    if (!after) {
        return APR_SUCCESS;
    }
    if (tr_cursor_read(&cursor, after, sort->text, sort->column->type, req->pool)) {
        return tr_problem_field(req->problem, "after",
                                "This is not a place in this list. Begin at its first page.");
    }
    tr_row_set(req->args, "after_null", tr_bool(!cursor.value));
    tr_row_set(req->args, "after_value", tr_text(cursor.value));
    tr_row_set(req->args, "after_id", tr_int(cursor.id));
    return APR_SUCCESS;
}

static int rows_of(const tr_request_t *req, const tr_listing_t *listing)
{
    return (int)tr_row_int(req->args, "rows", listing->rows);
}

apr_status_t tr_listing_begin(tr_request_t *req, const tr_listing_t *listing,
                              const char *statement, const char **variant)
{
    sort_t sort = sort_of(req, listing);

    tr_row_set(req->args, "limit", tr_int(rows_of(req, listing) + 1));
    *variant = tr_listing_variant(statement, sort.column->name, sort.descending, req->pool);
    return set_cursor(req, &sort);
}

const char *tr_listing_chosen(const tr_request_t *req, const tr_listing_t *listing,
                              const char *statement)
{
    sort_t sort = sort_of(req, listing);

    return tr_listing_variant(statement, sort.column->name, sort.descending, req->pool);
}

/* ---- addresses ---- */

static int is_declared(const tr_field_t *fields, const char *name)
{
    while (fields->name && strcmp(fields->name, name)) {
        fields++;
    }
    return fields->name != NULL;
}

static void add_parameter(tr_buf_t *query, const char *name, const char *value, apr_size_t len)
{
    if (query->len) {
        tr_buf_putc(query, '&');
    }
    tr_escape_url(query, name, strlen(name));
    tr_buf_putc(query, '=');
    tr_escape_url(query, value, len);
}

/* Whether `name` is one of `words`, blanks between (NULL: none). */
static int is_among(const char *name, const char *words)
{
    apr_size_t len = strlen(name), word;

    for (; words && *words; words += word + strspn(words + word, " ")) {
        word = strcspn(words, " ");
        if (word == len && !strncmp(words, name, len)) {
            return 1;
        }
    }
    return 0;
}

/* Whether a parameter goes on to other pages of this list. */
static int is_kept(const tr_request_t *req, const tr_input_item_t *item, const char *left_out)
{
    const tr_page_t *page = req->route->page;
    const char *once = page && page->listing ? page->listing->once : NULL;

    return item->len && strcmp(item->name, "after") && !is_among(item->name, once)
           && !is_among(item->name, left_out)
           && is_declared(tr_request_fields(req), item->name);
}

/* All parameters as they came but `after` and `left_out` (names, blanks between, or NULL). */
static tr_buf_t *query_but(const tr_request_t *req, const char *left_out)
{
    tr_buf_t *query = tr_buf_make(256, req->pool);
    const apr_array_header_t *items = req->input ? req->input->items : NULL;

    for (int i = 0; items && i < items->nelts; i++) {
        const tr_input_item_t *item = &APR_ARRAY_IDX(items, i, tr_input_item_t);
        if (is_kept(req, item, left_out)) {
            add_parameter(query, item->name, item->data, item->len);
        }
    }
    return query;
}

static tr_buf_t *query_of(const tr_request_t *req, const char *other_sort)
{
    tr_buf_t *query = query_but(req, other_sort ? "sort" : NULL);

    if (other_sort) {
        add_parameter(query, "sort", other_sort, strlen(other_sort));
    }
    return query;
}

const char *tr_listing_query_but(const tr_request_t *req, const char *left_out)
{
    return query_but(req, left_out)->data;
}

const char *tr_listing_query_with(const tr_request_t *req, const char *left_out,
                                  const char *name, const char *value)
{
    tr_buf_t *query = query_but(
        req, apr_pstrcat(req->pool, left_out ? left_out : "", " ", name, NULL));

    add_parameter(query, name, value, strlen(value));
    return query->data;
}

tr_list_t *tr_listing_items(const tr_request_t *req, const char *left_out)
{
    tr_list_t *list = tr_list_make(req->pool);
    const apr_array_header_t *items = req->input ? req->input->items : NULL;

    for (int i = 0; items && i < items->nelts; i++) {
        const tr_input_item_t *item = &APR_ARRAY_IDX(items, i, tr_input_item_t);
        if (is_kept(req, item, left_out) && tr_text_is_clean(item->data, item->len)) {
            tr_row_t *row = tr_list_add(list);
            tr_row_set(row, "name", tr_text(item->name));
            tr_row_set(row, "value", tr_text_n(item->data, item->len));
        }
    }
    return list;
}

const char *tr_listing_label(const tr_request_t *req, const char *name)
{
    const tr_field_t *fields = tr_request_fields(req);

    while (fields->name && strcmp(fields->name, name)) {
        fields++;
    }
    return fields->name ? (fields->label ? fields->label : fields->name) : NULL;
}

static const char *next_query(const tr_request_t *req, const sort_t *sort, const tr_row_t *last)
{
    tr_cursor_t cursor = { sort->text, NULL, tr_row_int(last, "id", 0) };
    const tr_value_t *key = tr_row_get(last, "sort_key");
    tr_buf_t *query = query_of(req, NULL);
    const char *text;

    if (key && key->kind != TR_NULL) {
        cursor.value = tr_value_to_text(key, req->pool);
    }
    text = tr_cursor_write(&cursor, req->pool);
    add_parameter(query, "after", text, strlen(text));
    return query->data;
}

/* ---- a list from elsewhere ---- */

const char *tr_listing_query_after(const tr_request_t *req, const tr_row_t *row)
{
    sort_t sort = sort_of(req, req->route->page->listing);

    return row ? next_query(req, &sort, row) : query_but(req, NULL)->data;
}

const char *tr_listing_variant_of(const tr_request_t *req, const char *statement, tr_way_e way)
{
    sort_t sort = sort_of(req, req->route->page->listing);

    if (way == TR_NO_DIRECTION) {
        return apr_pstrcat(req->pool, statement, ".", sort.column->name, NULL);
    }
    return tr_listing_variant(statement, sort.column->name,
                              way == TR_ON ? sort.descending : !sort.descending, req->pool);
}

void tr_listing_set_after(tr_request_t *req, const tr_row_t *row)
{
    const tr_value_t *key = tr_row_get(row, "sort_key");
    int is_null = !key || key->kind == TR_NULL;

    tr_row_set(req->args, "after_null", row ? tr_bool(is_null) : tr_null());
    tr_row_set(req->args, "after_value", is_null ? tr_null() : *key);
    tr_row_set(req->args, "after_id", row ? tr_int(tr_row_int(row, "id", 0)) : tr_null());
}

/* The route that shows a page. */
static const tr_route_t *route_of(const tr_page_t *page)
{
    const tr_route_t *route = tr_routes;

    while (route->path && !(route->page == page && route->methods & TR_GET)) {
        route++;
    }
    return route->path ? route : NULL;
}

apr_status_t tr_listing_read(tr_request_t **list, const tr_request_t *req,
                             const tr_page_t *page, const char *query)
{
    tr_request_t *copy = apr_pmemdup(req->pool, req, sizeof *req);
    tr_input_t *input = tr_input_make(req->pool);
    apr_status_t status;

    *list = copy;
    copy->route = route_of(page);
    copy->input = input;
    copy->args = tr_row_make(req->pool);
    copy->data = tr_row_make(req->pool);
    copy->problem = tr_problem_make(req->pool);
    if (!copy->route || strlen(query) > TR_QUERY_MAX) {
        return TR_EBAD;
    }
    status = tr_input_add_urlencoded(input, query, strlen(query), TR_QUERY_MAX_ITEMS,
                                     copy->problem);
    if (status == APR_SUCCESS) {
        status = tr_form_check(&copy->args, tr_request_fields(copy), input, copy->problem,
                               req->pool);
    }
    if (status == APR_SUCCESS) {
        sort_t sort = sort_of(copy, page->listing);
        status = set_cursor(copy, &sort);
    }
    return status == APR_SUCCESS && page->prepare ? page->prepare(copy) : status;
}

/* ---- after the needs ---- */

/* A click on the sorted column turns it round; on another, its largest values come first. */
static const char *sort_query(const tr_request_t *req, const sort_t *sort,
                              const tr_column_t *column)
{
    int descending = column != sort->column || !sort->descending;
    const char *text = apr_pstrcat(req->pool, descending ? "-" : "", column->name, NULL);

    return query_of(req, text)->data;
}

static void fill_head(tr_row_t *head, const tr_request_t *req, const tr_listing_t *listing,
                      const sort_t *sort, const tr_column_t *column)
{
    int sorted = column == sort->column;

    tr_row_set(head, "name", tr_text(column->name));
    tr_row_set(head, "label", tr_text(column->label));
    tr_row_set(head, "unit", tr_text(column->unit));
    tr_row_set(head, "description", tr_text(column->description));
    tr_row_set(head, "sorted", tr_bool(sorted));
    tr_row_set(head, "descending", tr_bool(sorted && sort->descending));
    tr_row_set(head, "sort_query", tr_text(sort_query(req, sort, column)));
    tr_row_set(head, "cell",
               tr_bool(listing->cells && tr_column_has_use(column, listing->cells)));
}

/* The heads of all columns, in order and by name. */
static void add_heads(tr_row_t *row, const tr_request_t *req, const tr_listing_t *listing,
                      const sort_t *sort)
{
    int count;
    const tr_column_t *const *set = tr_columns_set(req->site->columns, listing->set, &count);
    tr_list_t *heads = tr_list_make(req->pool);
    tr_row_t *by_name = tr_row_make(req->pool);

    for (int i = 0; i < count; i++) {
        tr_row_t *head = tr_list_add(heads);

        fill_head(head, req, listing, sort, set[i]);
        tr_row_set(by_name, set[i]->name, tr_of_row(head));
    }
    tr_row_set(row, "heads", tr_of_list(heads));
    tr_row_set(row, "head", tr_of_row(by_name));
}

static tr_value_t typed(const tr_request_t *req, const char *name)
{
    const tr_input_item_t *item = req->input ? tr_input_get(req->input, name) : NULL;

    return tr_text(item ? item->data : "");
}

static void add_range_row(tr_list_t *ranges, const tr_request_t *req, const tr_column_t *column)
{
    const char *min = apr_pstrcat(req->pool, column->name, "_min", NULL);
    const char *max = apr_pstrcat(req->pool, column->name, "_max", NULL);
    tr_row_t *row = tr_list_add(ranges);
    tr_value_t from = typed(req, min), to = typed(req, max);

    tr_row_set(row, "name", tr_text(column->name));
    tr_row_set(row, "label", tr_text(column->label));
    tr_row_set(row, "unit", tr_text(column->unit));
    tr_row_set(row, "min", from);
    tr_row_set(row, "max", to);
    tr_row_set(row, "min_name", tr_text(min));
    tr_row_set(row, "max_name", tr_text(max));
    tr_row_set(row, "min_error", tr_text(tr_problem_words(req->problem, min)));
    tr_row_set(row, "max_error", tr_text(tr_problem_words(req->problem, max)));
    tr_row_set(row, "used", tr_bool(*from.as.text.data || *to.as.text.data));
}

static tr_list_t *ranges_of(const tr_request_t *req, const tr_listing_t *listing)
{
    int count;
    const tr_column_t *const *set = tr_columns_set(req->site->columns, listing->ranges, &count);
    tr_list_t *ranges = tr_list_make(req->pool);

    for (int i = 0; i < count; i++) {
        add_range_row(ranges, req, set[i]);
    }
    return ranges;
}

/* The query of the next page, NULL on the last; the row too many goes. */
static const char *cut(const tr_request_t *req, const tr_listing_t *listing, const sort_t *sort,
                       tr_list_t *rows)
{
    int most = rows_of(req, listing);

    if (!rows || rows->count <= most) {
        return NULL;
    }
    rows->count = most;
    return next_query(req, sort, rows->rows[most - 1]);
}

void tr_listing_end(tr_request_t *req, const tr_listing_t *listing)
{
    sort_t sort = sort_of(req, listing);
    tr_list_t *rows = tr_row_list(req->data, listing->need);
    const char *next = cut(req, listing, &sort, rows);
    const char *query = query_of(req, NULL)->data;
    tr_row_t *row = tr_row_make(req->pool);

    tr_row_set(row, "sort", tr_text(sort.column->name));
    tr_row_set(row, "descending", tr_bool(sort.descending));
    tr_row_set(row, "first_query", tr_text(tr_row_text(req->args, "after") ? query : NULL));
    tr_row_set(row, "next_query", tr_text(next));
    tr_row_set(row, "query", tr_text(query));
    tr_row_set(row, "whole_query", tr_text(tr_listing_query_but(req, "rows")));
    tr_row_set(row, "shown", tr_int(rows ? rows->count : 0));
    tr_row_set(row, "has_rows", tr_bool(rows && rows->count));
    add_heads(row, req, listing, &sort);
    tr_row_set(req->data, "listing", tr_of_row(row));
    if (listing->ranges) {
        tr_row_set(req->data, "ranges", tr_of_list(ranges_of(req, listing)));
    }
    tr_state_of(req)->next_query = next;
}

/* ---- shape ---- */

typedef struct item_t {
    const char *name;
    tr_kind_e kind;
} item_t;

static const item_t listing_items[] = {
    { "sort", TR_TEXT },       { "descending", TR_BOOL }, { "first_query", TR_TEXT },
    { "next_query", TR_TEXT }, { "query", TR_TEXT },      { "whole_query", TR_TEXT },
    { "shown", TR_INT },       { "has_rows", TR_BOOL },   { NULL, TR_NULL },
};
static const item_t head_items[] = {
    { "name", TR_TEXT },        { "label", TR_TEXT },  { "unit", TR_TEXT },
    { "description", TR_TEXT }, { "sorted", TR_BOOL }, { "descending", TR_BOOL },
    { "sort_query", TR_TEXT },  { "cell", TR_BOOL },   { NULL, TR_NULL },
};
static const item_t range_items[] = {
    { "name", TR_TEXT },     { "label", TR_TEXT },     { "unit", TR_TEXT },
    { "min", TR_TEXT },      { "max", TR_TEXT },       { "min_name", TR_TEXT },
    { "max_name", TR_TEXT }, { "min_error", TR_TEXT }, { "max_error", TR_TEXT },
    { "used", TR_BOOL },     { NULL, TR_NULL },
};

static tr_shape_t *shape_of(const item_t *items, apr_pool_t *pool)
{
    tr_shape_t *shape = tr_shape_make(pool);

    for (; items->name; items++) {
        tr_shape_add(shape, items->name, items->kind, NULL);
    }
    return shape;
}

static tr_shape_t *head_shape(const tr_listing_t *listing, const tr_columns_t *columns,
                              const tr_shape_t *head, apr_pool_t *pool)
{
    int count;
    const tr_column_t *const *set = tr_columns_set(columns, listing->set, &count);
    tr_shape_t *shape = tr_shape_make(pool);

    for (int i = 0; i < count; i++) {
        tr_shape_add(shape, set[i]->name, TR_ROW, head);
    }
    return shape;
}

void tr_listing_shape(tr_shape_t *shape, const tr_listing_t *listing,
                      const tr_columns_t *columns, apr_pool_t *pool)
{
    tr_shape_t *inner = shape_of(listing_items, pool);
    tr_shape_t *head = shape_of(head_items, pool);

    tr_shape_add(inner, "heads", TR_LIST, head);
    tr_shape_add(inner, "head", TR_ROW, head_shape(listing, columns, head, pool));
    tr_shape_add(shape, "listing", TR_ROW, inner);
    if (listing->ranges) {
        tr_shape_add(shape, "ranges", TR_LIST, shape_of(range_items, pool));
    }
}
