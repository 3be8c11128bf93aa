/* verdict.c: how a verdict came about, as its event keeps it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "verdict.h"

#include "queue.h"

#include "../lib/tr_time.h"

#include <string.h>

/* As many bytes as the table keeps of a request key. */
#define REQUEST_KEY_MAX 128

/* The time that a page was made, as the page gave it back; anything else is as good as none. */
static const char *clean_time(const char *text)
{
    tr_utc_t utc;
    const char *why;

    return text && tr_time_parse(&utc, text, &why) == APR_SUCCESS ? text : NULL;
}

apr_status_t tr_verdict_args(tr_request_t *req)
{
    const char *key = tr_row_text(req->args, "request_key");
    const char *how = tr_row_text(req->args, "how");

    tr_row_set(req->args, "request_key", tr_text(key && strlen(key) >= 8 ? key : req->id));
    tr_row_set(req->args, "how", tr_text(how ? how : "page"));
    tr_row_set(req->args, "shown_at", tr_text(clean_time(tr_row_text(req->args, "shown_at"))));
    tr_row_set(req->args, "queue_mode", tr_text(tr_queue_mode(req)));
    if (req->reader.token_id) {
        tr_row_set(req->args, "token", tr_int(req->reader.token_id));
        tr_row_set(req->args, "how", tr_text("api"));
    }
    if (key && strlen(key) > REQUEST_KEY_MAX) {
        return tr_problem_field(req->problem, "request_key",
                                "Ensure this field has no more than %d bytes.",
                                REQUEST_KEY_MAX);
    }
    return APR_SUCCESS;
}
