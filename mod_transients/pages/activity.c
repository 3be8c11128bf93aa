/* activity.c: what people said last, as far as the reader sees it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#define ROWS 100

static const tr_need_t activity_needs[] = {
    { "activity", "activity_latest", TR_MANY },
    { "out_of_sight", "activity_hidden", TR_ONE },
    { NULL, NULL, TR_ONE },
};

static apr_status_t prepare(tr_request_t *req)
{
    tr_row_set(req->args, "limit", tr_int(ROWS));
    tr_row_set(req->args, "comments_alone", tr_bool(0));
    return APR_SUCCESS;
}

const tr_page_t activity_page = {
    .template = "activity.html",
    .needs = activity_needs,
    .prepare = prepare,
    .brings = "limit comments_alone",
};
