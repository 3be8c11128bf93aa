/* tr_extra.c: columns of an uploaded table that we do not know, kept as one JSON object.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_extra.h"

#include "tr_json.h"

#include <string.h>

/* Names that mean something else: a client may send them, they are not kept. */
static const char *const ignored[] = {
    "id",           "obs_id",      "project",        "project_id",
    "filter_id",    "filter",      "upload_run",     "png",
    "gif",          "png_path",    "gif_path",       "png_hash",
    "gif_hash",     "thumb_hash",  "identity",       "extra",
    "uploaded_at",  "uploaded_by", "shuffle",        "rating",
    "rating_count", "rating_mean", "observation_id", "csrfmiddlewaretoken",
};

static const char *const absent[] = { "", "nan", "none", "null", "--" };

static int is_in(const char *name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcasecmp(list[i], name) == 0) {
            return 1;
        }
    }
    return 0;
}

/* A finite decimal number stays a number, a whole one exactly; anything else is text. */
static tr_value_t value_of(const tr_input_item_t *item)
{
    apr_int64_t whole;
    double real;

    if (tr_int_read(item->data, item->len, &whole) == TR_INT_OK) {
        return tr_int(whole);
    }
    return tr_real_read(item->data, item->len, &real) ? tr_real(real)
                                                      : tr_text_n(item->data, item->len);
}

static int is_kept(const tr_columns_t *columns, const tr_input_item_t *item)
{
    return !item->is_file && item->name[0]
           && !is_in(item->name, ignored, sizeof ignored / sizeof ignored[0])
           && !is_in(item->data, absent, sizeof absent / sizeof absent[0])
           && !tr_columns_find(columns, "candidate", item->name);
}

const char *tr_extra_of(const tr_columns_t *columns, const tr_input_t *input, apr_pool_t *pool)
{
    tr_row_t *row = tr_row_make(pool);
    tr_buf_t *json;

    for (int i = 0; input && i < input->items->nelts; i++) {
        const tr_input_item_t *item = &APR_ARRAY_IDX(input->items, i, tr_input_item_t);

        if (is_kept(columns, item)) {
            tr_row_set(row, item->name, value_of(item));
        }
    }
    if (row->count == 0) {
        return NULL;
    }
    json = tr_buf_make(1024, pool);
    tr_json_row(json, row);
    return json->data;
}
