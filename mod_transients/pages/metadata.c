/* metadata.c: what the pipeline attached to a candidate, as a page of its own: JSON as a nested
 * table, anything else as it is.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include "../lib/tr_outline.h"

#include <string.h>

static const tr_need_t metadata_needs[] = {
    { "candidate", "candidate_metadata", TR_ONE },
    { NULL, NULL, TR_ONE },
};

#define ATTACHED_ADDS(name)                                                                    \
    { name, TR_ROW }, { name ".text", TR_TEXT }, { name ".rows", TR_LIST },                    \
        { name ".rows.name", TR_TEXT }, { name ".rows.value", TR_TEXT },                       \
        { name ".rows.group", TR_BOOL },                                                       \
    {                                                                                          \
        name ".rows.depth", TR_INT                                                             \
    }

static const tr_adds_t metadata_adds[] = {
    ATTACHED_ADDS("metadata"),
    ATTACHED_ADDS("extra"),
    { NULL, TR_NULL },
};

/* { rows } of JSON, { text } of anything else; NULL for nothing. */
static tr_row_t *attached(const char *text, apr_pool_t *pool)
{
    tr_row_t *row = tr_row_make(pool);
    tr_list_t *rows;

    if (!text) {
        return NULL;
    }
    if (tr_outline_of_json(&rows, text, strlen(text), pool) == APR_SUCCESS && rows->count) {
        tr_row_set(row, "rows", tr_of_list(rows));
        tr_row_set(row, "text", tr_null());
    }
    else {
        tr_row_set(row, "rows", tr_null());
        tr_row_set(row, "text", tr_text(text));
    }
    return row;
}

static apr_status_t finish(tr_request_t *req)
{
    const tr_row_t *candidate = tr_row_row(req->data, "candidate");

    tr_row_set(req->data, "metadata",
               tr_of_row(attached(tr_row_text(candidate, "metadata"), req->pool)));
    tr_row_set(req->data, "extra",
               tr_of_row(attached(tr_row_text(candidate, "extra"), req->pool)));
    return APR_SUCCESS;
}

const tr_page_t metadata_page = {
    .template = "metadata.html",
    .needs = metadata_needs,
    .finish = finish,
    .adds = metadata_adds,
};
