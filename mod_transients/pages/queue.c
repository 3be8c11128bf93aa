/* queue.c: the reader's queue of candidates to rate: its order, its filter, what comes next.
 *
 * SPDX-License-Identifier: MIT
 */
#include "queue.h"

#include "../lib/tr_buf.h"
#include "../lib/tr_secret.h"

#include <apr_strings.h>
#include <string.h>

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

void tr_queue_args(tr_request_t *req, apr_int64_t project)
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

/* Keys beyond which nothing stands, as the mark of a queue that is worked off. */
#define KEY_LAST 9e18

/* What the mark's statements ask for. */
static void set_mark_args(tr_request_t *req, const order_t *order)
{
    int is_up = strcmp(order->dir, "asc") == 0;

    tr_row_set(req->args, "sort", tr_text(order->sort));
    tr_row_set(req->args, "dir", tr_text(is_up ? "ASC" : "DESC"));
    tr_row_set(req->args, "key", tr_real(is_up ? KEY_LAST : -KEY_LAST));
}

/* Whether nothing was left a short while ago. */
static apr_status_t is_spent(tr_request_t *req, int *spent)
{
    tr_row_t *row;
    apr_status_t status = tr_db_row(req->db, "queue_mark_get", req->args, &row, req->problem,
                                    req->pool);

    *spent = status == APR_SUCCESS && tr_row_flag(row, "is_spent");
    return status == TR_ENOTFOUND ? APR_SUCCESS : status;
}

/* A mark only saves time: a failure to move it is no failure of the request. */
static void move_mark(tr_request_t *req)
{
    tr_problem_t *unheard = tr_problem_make(req->pool);

    (void)tr_db_run(req->db, "queue_mark_set", req->args, NULL, unheard, req->pool);
}

/* The first one of the queue in its order; TR_ENOTFOUND: none, and the mark says so. */
static apr_status_t find_first(tr_request_t *req, const order_t *order, tr_row_t **row)
{
    const char *statement = apr_psprintf(req->pool, "next_%s.%s.%s",
                                         queue_filters[filter_index(req)].name, order->sort,
                                         order->dir);
    int is_random = order == &orders[0], spent;
    apr_status_t status;

    set_mark_args(req, order);
    status = is_spent(req, &spent);
    if (status != APR_SUCCESS) {
        return status;
    }
    tr_row_set(req->args, "start", is_random && !spent ? tr_real(random_start()) : tr_null());
    tr_row_set(req->args, "whole", tr_bool(0));
    status = tr_db_row(req->db, statement, req->args, row, req->problem, req->pool);
    if (status == TR_ENOTFOUND && !spent) {
        tr_row_set(req->args, "whole", tr_bool(1));
        status = tr_db_row(req->db, statement, req->args, row, req->problem, req->pool);
        if (status == TR_ENOTFOUND) {
            move_mark(req);
        }
    }
    else if (status == APR_SUCCESS && !is_random && tr_row_flag(*row, "is_ahead")
             && !tr_row_is_null(*row, "key")) {
        tr_row_set(req->args, "key", *tr_row_get(*row, "key"));
        move_mark(req);
    }
    return status;
}

/* The first one in the queue's order, then those that were skipped; *words: why it comes. */
static apr_status_t find(tr_request_t *req, tr_row_t **row, const char **words)
{
    apr_status_t status = find_first(req, order_of(req), row);

    *words = tr_queue_words(req);
    if (status == TR_ENOTFOUND) {
        status = tr_db_row(req->db, "next_skipped", req->args, row, req->problem, req->pool);
        *words = apr_pstrcat(req->pool, tr_queue_filter_words(req), ", skipped before", NULL);
    }
    return status;
}

/* A token reads, and puts nothing before anybody. */
static apr_status_t take(tr_request_t *req, apr_int64_t id, const char *words, int *taken)
{
    tr_row_t *row;
    apr_status_t status;

    *taken = req->reader.token_id != 0;
    if (*taken) {
        return APR_SUCCESS;
    }
    tr_row_set(req->args, "next_id", tr_int(id));
    tr_row_set(req->args, "words", tr_text(words));
    status = tr_db_row(req->db, "lease_take", req->args, &row, req->problem, req->pool);
    *taken = status == APR_SUCCESS && tr_row_flag(row, "taken");
    return status == TR_ENOTFOUND ? APR_SUCCESS : status;
}

/* Whoever asks at the same moment may be quicker: then it is the next one's turn. */
enum { TRIES = 20 };

apr_status_t tr_queue_next(tr_request_t *req, apr_int64_t not_id, apr_int64_t *id)
{
    tr_row_set(req->args, "not_id", tr_int(not_id));
    *id = 0;
    for (int i = 0; i < TRIES; i++) {
        const char *words;
        tr_row_t *row;
        int taken = 0;
        apr_status_t status = find(req, &row, &words);

        if (status == APR_SUCCESS) {
            *id = tr_row_int(row, "id", 0);
            status = take(req, *id, words, &taken);
        }
        if (status != APR_SUCCESS || taken) {
            *id = status == APR_SUCCESS ? *id : 0;
            return status == TR_ENOTFOUND ? APR_SUCCESS : status;
        }
    }
    return tr_problem_add(req->problem, TR_EBUSY,
                          "Many ask for the next candidate at this moment.");
}

void tr_queue_hold(tr_request_t *req, apr_int64_t id)
{
    tr_problem_t *problem = req->problem;
    int taken;

    req->problem = tr_problem_make(req->pool);
    (void)take(req, id, "taken back", &taken);
    req->problem = problem;
}

apr_status_t tr_queue_see(tr_request_t *req, apr_int64_t id, apr_int64_t done)
{
    const char *tail = done ? apr_psprintf(req->pool, "?rated=%" APR_INT64_T_FMT, done) : "";

    return id ? tr_reply_see_other(req, "/candidates/%" APR_INT64_T_FMT "%s", id, tail)
              : tr_reply_see_other(req, "/next%s", tail);
}

apr_status_t tr_queue_go_on(tr_request_t *req, apr_int64_t from, apr_int64_t done)
{
    apr_int64_t id;
    apr_status_t status = tr_queue_next(req, from, &id);

    return status == APR_SUCCESS ? tr_queue_see(req, id, done) : status;
}

const char *tr_queue_words(const tr_request_t *req)
{
    return apr_psprintf(req->pool, "%s, %s", queue_filters[filter_index(req)].words,
                        order_of(req)->name);
}

const char *tr_queue_filter_words(const tr_request_t *req)
{
    return queue_filters[filter_index(req)].words;
}

const char *tr_queue_mode(const tr_request_t *req)
{
    return apr_psprintf(req->pool, "%s %s", queue_filters[filter_index(req)].name,
                        order_of(req)->name);
}

const char *tr_queue_left_out(const tr_request_t *req)
{
    const char *array = tr_row_text(req->reader.row, "left_out");
    tr_buf_t *out = tr_buf_make(64, req->pool);

    for (; array && *array; array++) {
        if (*array == ',') {
            tr_buf_puts(out, ", ");
        }
        else if (*array != '{' && *array != '}') {
            tr_buf_putc(out, *array);
        }
    }
    return out->len ? out->data : NULL;
}
