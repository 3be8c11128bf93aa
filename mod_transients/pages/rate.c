/* rate.c: the candidate page, its verdicts, and what comes next.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include "../lib/tr_secret.h"
#include "../lib/tr_sky.h"
#include "../lib/tr_time.h"

#include <apr_strings.h>
#include <string.h>

/* --- the candidate page ------------------------------------------------------------ */

static const tr_need_t candidate_needs[] = {
    { "candidate", "candidate_by_id", TR_ONE },
    { "words", "candidate_rating_words", TR_MANY },
    { "classes", "classification_choices", TR_MANY },
    { "rated", "rating_mine", TR_MAYBE },
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
    { "galactic", TR_ROW },     { "galactic.l", TR_REAL },     { "galactic.b", TR_REAL },
    { "queue_words", TR_TEXT }, { "classes.chosen", TR_BOOL }, { "not_close", TR_BOOL },
    { NULL, TR_NULL },
};

const tr_field_t candidate_fields[] = {
    { .name = "rated", .kind = TR_F_INT, .min = 1, .max = 9e18 },
    { .name = NULL },
};

/* --- the reader's queue ------------------------------------------------------------ */

typedef struct order_t {
    const char *name; /* as in the settings */
    const char *sort; /* variant of the next_... statements */
    const char *dir;
} order_t;

static const order_t orders[] = {
    { "random", "shuffle", "asc" },         { "newest", "obs_starttime", "desc" },
    { "oldest", "obs_starttime", "asc" },   { "brightest", "can_peak_flux", "desc" },
    { "faintest", "can_peak_flux", "asc" },
};

static const struct {
    const char *name; /* as in the settings */
    const char *words;
} queue_filters[] = {
    { "unrated", "unrated" },
    { "week", "not rated for 7 days" },
    { "mine", "not rated by me" },
};

static const order_t *order_of(const tr_request_t *req)
{
    const char *name = tr_reader_setting(req, "queue_order");

    for (size_t i = 0; name && i < sizeof orders / sizeof orders[0]; i++) {
        if (strcmp(orders[i].name, name) == 0) {
            return &orders[i];
        }
    }
    return &orders[0];
}

static int filter_index(const tr_request_t *req)
{
    const char *name = tr_reader_setting(req, "queue_filter");

    for (int i = 0; name && i < 3; i++) {
        if (strcmp(queue_filters[i].name, name) == 0) {
            return i;
        }
    }
    return 0;
}

/* What the queue's statements ask for; `project` is used where the reader chose none. */
static void set_queue_args(tr_request_t *req, apr_int64_t project)
{
    apr_int64_t chosen = tr_row_int(req->reader.row, "project_id", 0);
    const char *left_out = tr_row_text(req->reader.row, "left_out");

    tr_row_set(req->args, "project",
               chosen    ? tr_int(chosen)
               : project ? tr_int(project)
                         : tr_null());
    tr_row_set(req->args, "queue_filter", tr_text(queue_filters[filter_index(req)].name));
    tr_row_set(req->args, "left_out", tr_text(left_out ? left_out : "{}"));
}

/* A point of [0, 1) where a random walk through the queue starts. Without random bytes any
 * point will do: nothing secret hangs on it. */
static double random_start(void)
{
    apr_uint64_t bits = 0;

    tr_random_bytes(&bits, sizeof bits);
    return (double)(bits >> 11) * 0x1p-53; /* a double holds 53 bits */
}

/* The next candidate of the reader's queue but `not_id`; *id is 0 when none is left. */
static apr_status_t find_next(tr_request_t *req, apr_int64_t not_id, apr_int64_t *id)
{
    const order_t *order = order_of(req);
    int is_random = order == &orders[0];
    const char *statement = apr_psprintf(req->pool, "next_%s.%s.%s",
                                         queue_filters[filter_index(req)].name, order->sort,
                                         order->dir);
    tr_row_t *row;
    apr_status_t status;

    tr_row_set(req->args, "not_id", tr_int(not_id));
    tr_row_set(req->args, "start", is_random ? tr_real(random_start()) : tr_null());
    status = tr_db_row(req->db, statement, req->args, &row, req->problem, req->pool);
    if (status == TR_ENOTFOUND) {
        status = tr_db_row(req->db, "next_skipped", req->args, &row, req->problem, req->pool);
    }
    *id = status == APR_SUCCESS ? tr_row_int(row, "id", 0) : 0;
    return status == TR_ENOTFOUND ? APR_SUCCESS : status;
}

/* To a candidate's page, or where there is none (0) to /next, which says so; `done` was rated
 * just now (0: nothing was). */
static apr_status_t see_candidate(tr_request_t *req, apr_int64_t id, apr_int64_t done)
{
    const char *tail = done ? apr_psprintf(req->pool, "?rated=%" APR_INT64_T_FMT, done) : "";

    return id ? tr_reply_see_other(req, "/candidates/%" APR_INT64_T_FMT "%s", id, tail)
              : tr_reply_see_other(req, "/next%s", tail);
}

/* On to the next one but `from`. */
static apr_status_t go_on(tr_request_t *req, apr_int64_t from, apr_int64_t done)
{
    apr_int64_t id;
    apr_status_t status = find_next(req, from, &id);

    return status == APR_SUCCESS ? see_candidate(req, id, done) : status;
}

/* --- the page ---------------------------------------------------------------------- */

static apr_status_t candidate_prepare(tr_request_t *req)
{
    set_queue_args(req, 0);
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

static tr_row_t *galactic_of(const tr_row_t *candidate, apr_pool_t *pool)
{
    tr_row_t *galactic = tr_row_make(pool);
    double l, b;

    if (tr_row_is_null(candidate, "ra_deg")) {
        return NULL;
    }
    tr_sky_galactic(&l, &b, tr_row_real(candidate, "ra_deg", 0),
                    tr_row_real(candidate, "dec_deg", 0));
    tr_row_set(galactic, "l", tr_real(l));
    tr_row_set(galactic, "b", tr_real(b));
    return galactic;
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
    tr_row_set(req->data, "galactic", tr_of_row(galactic_of(candidate, req->pool)));
    tr_row_set(req->data, "queue_words",
               tr_text(apr_psprintf(req->pool, "%s, %s", queue_filters[filter_index(req)].words,
                                    order_of(req)->name)));
    return APR_SUCCESS;
}

const tr_page_t candidate_page = {
    .template = "candidate.html",
    .needs = candidate_needs,
    .cells = candidate_cells,
    .prepare = candidate_prepare,
    .brings = "project queue_filter left_out",
    .finish = candidate_finish,
    .adds = candidate_adds,
};

/* --- verdicts ---------------------------------------------------------------------- */

const tr_field_t rating_fields[] = {
    { .name = "rating",
      .kind = TR_F_INT,
      .flags = TR_F_REQUIRED,
      .min = 1,
      .max = 5,
      .label = "Rating" },
    { .name = "classification",
      .kind = TR_F_INT,
      .min = 1,
      .max = 9e18,
      .label = "Classification" },
    { .name = "request_key", .max_len = 128 },
    { .name = "how", .kind = TR_F_CHOICE, .choices = "page key" },
    { .name = "shown_at", .max_len = 40 },
    { .name = "visible", .kind = TR_F_BOOL },
    { .name = NULL },
};

/* The time that a page was made, as the page gave it back; anything else is as good as none. */
static const char *clean_time(const char *text)
{
    tr_utc_t utc;
    const char *why;

    return text && tr_time_parse(&utc, text, &why) == APR_SUCCESS ? text : NULL;
}

/* As many bytes as the table keeps of a request key. */
#define REQUEST_KEY_MAX 128

static void set_rating_args(tr_request_t *req)
{
    const char *key = tr_row_text(req->args, "request_key");
    const char *how = tr_row_text(req->args, "how");

    tr_row_set(req->args, "request_key", tr_text(key && strlen(key) >= 8 ? key : req->id));
    tr_row_set(req->args, "how", tr_text(how ? how : "page"));
    tr_row_set(req->args, "shown_at", tr_text(clean_time(tr_row_text(req->args, "shown_at"))));
    tr_row_set(req->args, "queue_mode",
               tr_text(apr_psprintf(req->pool, "%s %s", queue_filters[filter_index(req)].name,
                                    order_of(req)->name)));
    if (req->reader.token_id) {
        tr_row_set(req->args, "token", tr_int(req->reader.token_id));
        tr_row_set(req->args, "how", tr_text("api"));
    }
}

/* A form comes again with its key when the answer was lost, which is fine, and when the browser
 * brought the page back and the rater chose otherwise: that must not pass for stored. */
static apr_status_t check_same(tr_db_t *db, tr_request_t *req, const tr_row_t *event,
                               tr_problem_t *problem)
{
    tr_row_t *said;
    apr_status_t status = tr_db_row(db, "rating_said", event, &said, problem, req->pool);

    if (status != APR_SUCCESS) {
        return status;
    }
    if (tr_row_int(said, "rating", 0) == tr_row_int(req->args, "rating", 0)
        && tr_row_int(said, "classification_id", 0)
               == tr_row_int(req->args, "classification", 0)) {
        return APR_SUCCESS;
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

    return status == APR_SUCCESS && !tr_row_flag(event, "is_new")
               ? check_same(db, req, event, problem)
               : status;
}

static apr_status_t project_of(tr_request_t *req, apr_int64_t *project)
{
    tr_row_t *row;
    apr_status_t status = tr_db_row(req->db, "candidate_project", req->args, &row, req->problem,
                                    req->pool);

    *project = status == APR_SUCCESS ? tr_row_int(row, "project_id", 0) : 0;
    return status;
}

apr_status_t candidate_rate(tr_request_t *req)
{
    apr_int64_t id = tr_row_int(req->args, "id", 0), project;
    apr_status_t status;

    set_rating_args(req);
    if (strlen(tr_row_text(req->args, "request_key")) > REQUEST_KEY_MAX) {
        return tr_problem_field(req->problem, "request_key",
                                "Ensure this field has no more than %d bytes.",
                                REQUEST_KEY_MAX);
    }
    status = tr_db_transaction(req->db, store_rating, req, req->problem);
    if (status != APR_SUCCESS) {
        return status;
    }
    status = project_of(req, &project);
    if (status == APR_SUCCESS) {
        set_queue_args(req, project);
        status = go_on(req, id, id);
    }
    /* It is stored: a queue that can't be read now must not look like a lost verdict. */
    return status == APR_SUCCESS ? APR_SUCCESS : see_candidate(req, 0, id);
}

/* --- skip and next ----------------------------------------------------------------- */

const tr_field_t skip_fields[] = { { .name = NULL } };

apr_status_t candidate_skip(tr_request_t *req)
{
    apr_int64_t id = tr_row_int(req->args, "id", 0), project;
    apr_status_t status = project_of(req, &project);

    if (status == APR_SUCCESS) {
        status = tr_db_run(req->db, "skip_add", req->args, NULL, req->problem, req->pool);
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    set_queue_args(req, project);
    return go_on(req, id, 0);
}

static const tr_need_t next_needs[] = {
    { "rated", "rating_mine", TR_MAYBE },
    { "work", "project_work", TR_MANY },
    { "sitting", "sitting_count", TR_ONE },
    { NULL, NULL, TR_ONE },
};

static const tr_adds_t next_adds[] = {
    { "chosen", TR_BOOL },
    { "queue_words", TR_TEXT },
    { NULL, TR_NULL },
};

/* With a project chosen and something left in its queue the page is never shown. */
static apr_status_t next_prepare(tr_request_t *req)
{
    apr_int64_t id = 0;
    apr_status_t status;

    set_queue_args(req, 0);
    if (tr_row_is_null(req->args, "project")) {
        return APR_SUCCESS;
    }
    status = find_next(req, 0, &id);
    if (status != APR_SUCCESS || id == 0) {
        return status;
    }
    return see_candidate(req, id, tr_row_int(req->args, "rated", 0));
}

static apr_status_t next_finish(tr_request_t *req)
{
    tr_row_set(req->data, "chosen", tr_bool(!tr_row_is_null(req->args, "project")));
    tr_row_set(req->data, "queue_words", tr_text(queue_filters[filter_index(req)].words));
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
