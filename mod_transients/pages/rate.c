/* rate.c: the candidate page, its verdicts, and what comes next.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include "bulk.h"
#include "candidate_list.h"
#include "candidate_rank.h"
#include "candidate_sky.h"
#include "queue.h"
#include "verdict.h"

#include "../lib/tr_json.h"

#include <apr_strings.h>

/* --- the candidate page ------------------------------------------------------------ */

static const tr_need_t candidate_needs[] = {
    { "candidate", "candidate_by_id", TR_ONE },
    { "words", "candidate_rating_words", TR_MANY },
    { "classes", "classification_choices", TR_MANY },
    { "quick", "quick_choices", TR_MANY },
    { "rated", "rating_mine", TR_MAYBE },
    { "undone", "event_words", TR_MAYBE },
    { "lease", "lease_mine", TR_MAYBE },
    { "queue", "queue_left", TR_ONE },
    { "sitting", "sitting_count", TR_ONE },
    { NULL, NULL, TR_ONE },
};

static const tr_cells_t candidate_cells[] = {
    { "candidate", "measured", "candidate.measured" },
    { "candidate", "known", "candidate.known" },
    { NULL, NULL, NULL },
};

static const tr_adds_t candidate_adds[] = {
    CANDIDATE_SKY_ADDS,       CANDIDATE_RANK_ADDS,
    { "first", TR_BOOL },     { "classes.chosen", TR_BOOL },
    { "not_close", TR_BOOL }, { "has_attached", TR_BOOL },
    CANDIDATE_LIST_ADDS,      { NULL, TR_NULL },
};

const tr_field_t candidate_fields[] = {
    { .name = "rated", .kind = TR_F_INT, .min = 1, .max = 9e18 },
    { .name = "undone", .kind = TR_F_INT, .min = 1, .max = 9e18 },
    { .name = "first", .kind = TR_F_BOOL },
    { .name = "list" },
    { .name = NULL },
};

/* --- the page ---------------------------------------------------------------------- */

static apr_status_t candidate_prepare(tr_request_t *req)
{
    apr_int64_t undone = tr_row_int(req->args, "undone", 0);

    tr_queue_args(req, 0);
    tr_row_set(req->args, "event_id", undone ? tr_int(undone) : tr_null());
    return APR_SUCCESS;
}

/* A classification is marked only where a refused verdict brought one: never preset, never
 * carried over from the candidate before. */
static void mark_classes(tr_request_t *req)
{
    tr_list_t *classes = tr_row_list(req->data, "classes");
    const tr_input_item_t *sent = req->input ? tr_input_get(req->input, "classification")
                                             : NULL;
    apr_int64_t typed = sent ? apr_strtoi64(sent->data, NULL, 10) : 0;

    for (int i = 0; classes && i < classes->count; i++) {
        tr_row_t *row = classes->rows[i];

        tr_row_set(row, "chosen", tr_bool(typed && tr_row_int(row, "id", 0) == typed));
    }
}

/* The pipeline said so; where it said nothing, nothing is claimed. */
static int is_not_close(const tr_row_t *candidate)
{
    const tr_value_t *close = tr_row_get(candidate, "can_nks_is_close");

    return close && close->kind == TR_BOOL && !close->as.flag;
}

static apr_status_t candidate_finish(tr_request_t *req)
{
    const tr_row_t *candidate = tr_row_row(req->data, "candidate");

    mark_classes(req);
    tr_row_set(req->data, "not_close", tr_bool(is_not_close(candidate)));
    tr_row_set(
        req->data, "has_attached",
        tr_bool(tr_row_flag(candidate, "has_metadata") || !tr_row_is_null(candidate, "extra")));
    candidate_sky_add(req);
    candidate_rank_add(req);
    tr_row_set(req->data, "first", tr_bool(tr_row_flag(req->args, "first")));
    return candidate_list_add(req);
}

const tr_page_t candidate_page = {
    .template = "candidate.html",
    .needs = candidate_needs,
    .cells = candidate_cells,
    .prepare = candidate_prepare,
    .brings = "project queue_filter left_out event_id",
    .finish = candidate_finish,
    .adds = candidate_adds,
};

/* --- verdicts ---------------------------------------------------------------------- */

const tr_field_t rating_fields[] = {
    { .name = "rating", .kind = TR_F_INT, .min = 1, .max = 5, .label = "Rating" },
    { .name = "quick", .max_len = 1, .label = "Quick verdict" },
    { .name = "classification",
      .kind = TR_F_INT,
      .min = 1,
      .max = 9e18,
      .label = "Classification" },
    { .name = "also", .kind = TR_F_INTS, .min = 1, .max = 9e18, .label = "Candidates near by" },
    { .name = "request_key", .max_len = 128 },
    { .name = "how", .kind = TR_F_CHOICE, .choices = "page key" },
    { .name = "shown_at", .max_len = 40 },
    { .name = "visible", .kind = TR_F_BOOL },
    { .name = "list" },
    { .name = NULL },
};

/* A form comes again with its key when the answer was lost, which is fine, and when the browser
 * brought the page back and the rater chose otherwise: that must not pass for stored. */
static apr_status_t check_same(tr_db_t *db, tr_request_t *req, tr_problem_t *problem)
{
    tr_row_t *said;
    apr_status_t status = tr_db_row(db, "rating_said", req->args, &said, problem, req->pool);

    if (status != APR_SUCCESS || tr_row_flag(said, "agrees")) {
        return status;
    }
    return tr_problem_add(problem, TR_ECONFLICT,
                          "Another verdict was stored from the same page before, and it "
                          "stands. To change it, rate once more.");
}

static apr_status_t store_rating(tr_db_t *db, void *baton, tr_problem_t *problem)
{
    tr_request_t *req = baton;
    tr_row_t *event;
    apr_status_t status = tr_db_row(db, "rating_give", req->args, &event, problem, req->pool);

    if (status != APR_SUCCESS) {
        return status;
    }
    tr_row_set(req->args, "event_id", *tr_row_get(event, "event_id"));
    tr_row_set(req->args, "is_again", tr_bool(!tr_row_flag(event, "is_new")));
    return tr_row_flag(event, "is_new") ? APR_SUCCESS : check_same(db, req, problem);
}

static apr_status_t project_of(tr_request_t *req, apr_int64_t *project)
{
    tr_row_t *row;
    apr_status_t status = tr_db_row(req->db, "candidate_project", req->args, &row, req->problem,
                                    req->pool);

    *project = status == APR_SUCCESS ? tr_row_int(row, "project_id", 0) : 0;
    return status;
}

/* The same request again leads where the first one did, as far as that is still open. */
static apr_status_t go_again(tr_request_t *req, apr_int64_t id)
{
    tr_row_t *row;
    apr_status_t status;

    if (!tr_row_flag(req->args, "is_again")) {
        return TR_ENOTFOUND;
    }
    status = tr_db_row(req->db, "lease_after", req->args, &row, req->problem, req->pool);
    return status == APR_SUCCESS ? tr_queue_see(req, tr_row_int(row, "id", 0), id) : status;
}

/* On in the list, or in the queue. It is stored: a queue that can't be read now must not look
 * like a lost verdict. */
static apr_status_t go_on(tr_request_t *req, const char *onward)
{
    apr_int64_t id = tr_row_int(req->args, "id", 0), project;
    apr_status_t status;

    if (onward) {
        return tr_reply_see_other(req, "%s", onward);
    }
    status = project_of(req, &project);
    if (status == APR_SUCCESS) {
        tr_queue_args(req, project);
        status = go_again(req, id);
        status = status == TR_ENOTFOUND ? tr_queue_go_on(req, id, id) : status;
    }
    return status == APR_SUCCESS ? APR_SUCCESS : tr_queue_see(req, 0, id);
}

/* What a key of the project says is looked up when it is used, for a page may be older than the
 * staff's last change: then it is told apart from a candidate that is not there. */
static apr_status_t read_quick(tr_request_t *req)
{
    tr_row_t *row;
    apr_status_t status = tr_db_row(req->db, "quick_meant", req->args, &row, req->problem,
                                    req->pool);

    if (status != APR_SUCCESS) {
        return status;
    }
    if (tr_row_is_null(row, "classification")) {
        return tr_problem_field(req->problem, "rating",
                                "%s is the key of no quick verdict of this project any more.",
                                tr_row_text(req->args, "quick"));
    }
    tr_row_set(req->args, "rating", *tr_row_get(row, "rating"));
    tr_row_set(req->args, "classification", *tr_row_get(row, "classification"));
    return APR_SUCCESS;
}

/* A verdict is a rating, or a key that stands for one. */
static apr_status_t read_rating(tr_request_t *req)
{
    if (!tr_row_is_null(req->args, "quick")) {
        return read_quick(req);
    }
    return tr_row_is_null(req->args, "rating")
               ? tr_problem_field(req->problem, "rating", "This field is required.")
               : APR_SUCCESS;
}

apr_status_t candidate_rate(tr_request_t *req)
{
    int is_json = req->wants == TR_WANTS_JSON;
    const char *onward;
    apr_status_t status = read_rating(req);

    if (status != APR_SUCCESS) {
        return status;
    }
    if (!tr_row_is_null(req->args, "also")) {
        return tr_bulk_show_first(req);
    }
    onward = is_json ? NULL : candidate_list_onward(req, "rated");
    status = tr_verdict_args(req);
    if (status == APR_SUCCESS) {
        status = tr_db_transaction(req->db, store_rating, req, req->problem);
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    return is_json ? tr_verdict_reply_rated(req) : go_on(req, onward);
}

/* --- skip, lease and next ----------------------------------------------------------------- */

const tr_field_t skip_fields[] = {
    { .name = "list" },
    { .name = NULL },
};

static apr_status_t reply_skipped(tr_request_t *req, apr_int64_t project)
{
    apr_int64_t id = tr_row_int(req->args, "id", 0);
    tr_row_t *answer = tr_row_make(req->pool);

    tr_row_set(answer, "stored", tr_bool(1));
    tr_row_set(answer, "skipped", tr_bool(1));
    tr_row_set(answer, "candidate", tr_int(id));
    tr_row_set(answer, "words",
               tr_text(apr_psprintf(req->pool, "Skipped %" APR_INT64_T_FMT, id)));
    return tr_verdict_reply(req, answer, project);
}

apr_status_t candidate_skip(tr_request_t *req)
{
    int is_json = req->wants == TR_WANTS_JSON;
    apr_int64_t id = tr_row_int(req->args, "id", 0), project;
    const char *onward = is_json ? NULL : candidate_list_onward(req, "skipped");
    apr_status_t status = project_of(req, &project);

    if (status == APR_SUCCESS) {
        status = tr_db_run(req->db, "skip_add", req->args, NULL, req->problem, req->pool);
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    if (is_json) {
        return reply_skipped(req, project);
    }
    if (onward) {
        return tr_reply_see_other(req, "%s", onward);
    }
    tr_queue_args(req, project);
    return tr_queue_go_on(req, id, 0);
}

apr_status_t candidate_lease(tr_request_t *req)
{
    tr_buf_t *out = tr_buf_make(128, req->pool);
    tr_row_t *row;
    apr_status_t status = tr_db_row(req->db, "lease_keep", req->args, &row, req->problem,
                                    req->pool);

    if (status != APR_SUCCESS) {
        return status;
    }
    tr_json_row(out, row);
    return tr_reply_json(req, 200, out->data, out->len);
}

const tr_field_t next_fields[] = {
    { .name = "rated", .kind = TR_F_INT, .min = 1, .max = 9e18 },
    { .name = "ahead", .kind = TR_F_INT, .min = 1, .max = 9e18 },
    { .name = "list" },
    { .name = NULL },
};

static const tr_need_t next_needs[] = {
    { "rated", "rating_mine", TR_MAYBE },       { "work", "project_work", TR_MANY },
    { "sitting", "sitting_count", TR_ONE },     { "held", "lease_held", TR_MANY },
    { "elsewhere", "lease_elsewhere", TR_ONE }, { NULL, NULL, TR_ONE },
};

static const tr_adds_t next_adds[] = {
    { "chosen", TR_BOOL },
    { "queue_words", TR_TEXT },
    { "left_out", TR_TEXT },
    { NULL, TR_NULL },
};

/* What comes after the candidate `ahead`, which is still looked at: the next one of its list,
 * or *project, whose queue is asked. */
static apr_status_t look_ahead(tr_request_t *req, apr_int64_t ahead, apr_int64_t *project)
{
    const char *onward;

    tr_row_set(req->args, "id", tr_int(ahead));
    onward = candidate_list_onward(req, "skipped");
    return onward ? tr_reply_see_other(req, "%s", onward) : project_of(req, project);
}

/* With a project chosen and something left in its queue the page is never shown. */
static apr_status_t next_prepare(tr_request_t *req)
{
    apr_int64_t ahead = tr_row_int(req->args, "ahead", 0), project = 0, id = 0;
    apr_status_t status = ahead ? look_ahead(req, ahead, &project) : APR_SUCCESS;

    if (status != APR_SUCCESS || req->replied) {
        return status;
    }
    tr_queue_args(req, project);
    if (tr_row_is_null(req->args, "project")) {
        return APR_SUCCESS;
    }
    status = tr_queue_next(req, ahead, &id);
    if (status != APR_SUCCESS || id == 0) {
        return status;
    }
    return tr_queue_see(req, id, tr_row_int(req->args, "rated", 0));
}

static apr_status_t next_finish(tr_request_t *req)
{
    tr_row_set(req->data, "chosen", tr_bool(!tr_row_is_null(req->args, "project")));
    tr_row_set(req->data, "queue_words", tr_text(tr_queue_filter_words(req)));
    tr_row_set(req->data, "left_out", tr_text(tr_queue_left_out(req)));
    return APR_SUCCESS;
}

const tr_page_t next_page = {
    .template = "next.html",
    .needs = next_needs,
    .prepare = next_prepare,
    .brings = "project queue_filter left_out",
    .finish = next_finish,
    .adds = next_adds,
};
