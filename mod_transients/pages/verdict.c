/* verdict.c: how a verdict came about, as its event keeps it, and what is said of it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "verdict.h"

#include "queue.h"

#include "../lib/tr_json.h"
#include "../lib/tr_time.h"

#include <apr_strings.h>
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

const char *tr_verdict_words(const char *verb, const tr_row_t *said, apr_pool_t *pool)
{
    const char *class = tr_row_text(said, "classification");

    return apr_psprintf(pool, "%s %" APR_INT64_T_FMT ": %" APR_INT64_T_FMT "%s%s", verb,
                        tr_row_int(said, "candidate_id", 0), tr_row_int(said, "rating", 0),
                        class ? ", " : "", class ? class : "");
}

/* --- answers as JSON ------------------------------------------------------------------ */

/* One of the numbers that a statement's row gives, NULL where it can't be had. */
static void add_count(tr_request_t *req, tr_row_t *answer, const char *statement,
                      const char *const names[][2])
{
    tr_problem_t *unheard = tr_problem_make(req->pool);
    tr_row_t *row = NULL;

    if (tr_db_row(req->db, statement, req->args, &row, unheard, req->pool) != APR_SUCCESS) {
        row = NULL;
    }
    for (int i = 0; names[i][0]; i++) {
        const tr_value_t *value = row ? tr_row_get(row, names[i][1]) : NULL;

        tr_row_set(answer, names[i][0], value ? *value : tr_null());
    }
}

apr_status_t tr_verdict_reply(tr_request_t *req, tr_row_t *answer, apr_int64_t project)
{
    static const char *const sitting[][2] = { { "sitting", "done" }, { NULL, NULL } };
    static const char *const left[][2] = { { "left", "left_over" },
                                           { "left_capped", "capped" },
                                           { NULL, NULL } };
    tr_buf_t *out = tr_buf_make(512, req->pool);

    tr_queue_args(req, project);
    add_count(req, answer, "sitting_count", sitting);
    add_count(req, answer, "queue_left", left);
    tr_json_row(out, answer);
    return tr_reply_json(req, 200, out->data, out->len);
}

static tr_row_t *undo_row(apr_int64_t event, apr_pool_t *pool)
{
    tr_row_t *undo = tr_row_make(pool);

    tr_row_set(undo, "address",
               tr_text(apr_psprintf(pool, "/ratings/%" APR_INT64_T_FMT "/undo", event)));
    return undo;
}

apr_status_t tr_verdict_reply_rated(tr_request_t *req)
{
    tr_row_t *answer = tr_row_make(req->pool), *said;
    apr_status_t status = tr_db_row(req->db, "event_words", req->args, &said, req->problem,
                                    req->pool);

    if (status != APR_SUCCESS) {
        return status;
    }
    tr_row_set(answer, "stored", tr_bool(1));
    tr_row_set(answer, "event", *tr_row_get(said, "event_id"));
    tr_row_set(answer, "candidate", *tr_row_get(said, "candidate_id"));
    tr_row_set(answer, "rating", *tr_row_get(said, "rating"));
    tr_row_set(answer, "classification", *tr_row_get(said, "classification"));
    tr_row_set(answer, "words", tr_text(tr_verdict_words("Rated", said, req->pool)));
    tr_row_set(answer, "undo", tr_of_row(undo_row(tr_row_int(said, "event_id", 0), req->pool)));
    return tr_verdict_reply(req, answer, tr_row_int(said, "project_id", 0));
}
