/* fuzz-multipart.c: a body read in pieces gives what it gives in one.
 *
 * The first byte is the size of a piece, the rest the body; its boundary is B.
 *
 * SPDX-License-Identifier: MIT
 */
#include "target.h"
#include "tr_escape.h"
#include "tr_multipart.h"

#include <string.h>

typedef struct reading_t {
    apr_status_t status;
    tr_problem_t *problem;
    tr_multipart_t *parser;
} reading_t;

static reading_t read_in_pieces(const char *body, size_t len, size_t piece, apr_pool_t *pool)
{
    static const tr_multipart_limits_t limits = { .max_parts = 8,
                                                  .max_header = 256,
                                                  .max_text = 64,
                                                  .max_texts = 128,
                                                  .max_file = 64,
                                                  .folder = "/tmp" };
    reading_t reading = { .problem = tr_problem_make(pool) };

    reading.status = tr_multipart_make(&reading.parser, "multipart/form-data; boundary=B",
                                       &limits, reading.problem, pool);
    while (reading.status == APR_SUCCESS && len) {
        size_t count = len < piece ? len : piece;

        reading.status = tr_multipart_push(reading.parser, body, count, reading.problem);
        body += count;
        len -= count;
    }
    if (reading.status == APR_SUCCESS) {
        reading.status = tr_multipart_end(reading.parser, reading.problem);
    }
    return reading;
}

static void must_be_alike(const tr_input_item_t *one, const tr_input_item_t *other)
{
    must(!strcmp(one->name, other->name));
    must(one->is_file == other->is_file);
    must(one->is_file || (one->len == other->len && !memcmp(one->data, other->data, one->len)));
}

static void must_be_clean(const reading_t *reading, const tr_input_item_t *item)
{
    const tr_upload_t *upload;

    must(*item->name && tr_text_is_clean(item->name, strlen(item->name)));
    must(item->data[item->len] == '\0');
    if (!item->is_file) {
        must(reading->status != APR_SUCCESS || tr_text_is_clean(item->data, item->len));
        return;
    }
    upload = tr_multipart_file(reading->parser, item->name);
    must(upload && upload->size <= 64);
    must(tr_text_is_clean(upload->filename, strlen(upload->filename)));
    must(tr_text_is_clean(upload->type, strlen(upload->type)));
}

static void try_input(const uint8_t *data, size_t size, apr_pool_t *pool)
{
    const char *body = (const char *)data + 1;
    reading_t whole, pieces;

    if (size < 2) {
        return;
    }
    whole = read_in_pieces(body, size - 1, size, pool);
    pieces = read_in_pieces(body, size - 1, data[0] ? data[0] : 1, pool);
    must(whole.status == pieces.status);
    must((whole.status == APR_SUCCESS) == (tr_problem_count(whole.problem) == 0));
    if (whole.status == APR_SUCCESS) {
        const apr_array_header_t *items = tr_multipart_input(whole.parser)->items;
        const apr_array_header_t *others = tr_multipart_input(pieces.parser)->items;

        must(items->nelts == others->nelts);
        for (int i = 0; i < items->nelts; i++) {
            must_be_alike(&APR_ARRAY_IDX(items, i, tr_input_item_t),
                          &APR_ARRAY_IDX(others, i, tr_input_item_t));
            must_be_clean(&whole, &APR_ARRAY_IDX(items, i, tr_input_item_t));
        }
    }
}

FUZZ_TARGET("multipart")
