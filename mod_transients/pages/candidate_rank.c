/* candidate_rank.c: percentile bars.
 *
 * Quantiles are kept, and made anew by whoever reads them when they are old: a short wait for
 * one reader in many minutes, and none for all others.
 *
 * SPDX-License-Identifier: MIT
 */
#include "candidate_rank.h"

#include <apr_strings.h>
#include <math.h>
#include <string.h>

enum {
    SAMPLE = 2000,   /* candidates: a percentile is then right to 1 or so */
    STALE_AFTER = 20 /* minutes */
};

#define FEWEST  20   /* below, a percentile says nothing */
#define UNUSUAL 5.0  /* percent at either end */
#define BAR     62.0 /* units of the template's drawing */

static apr_status_t read_ranks(tr_request_t *req, tr_list_t **ranks, tr_problem_t *problem)
{
    return tr_db_rows(req->db, "candidate_ranks", req->args, ranks, problem, req->pool);
}

static int is_stale(const tr_list_t *ranks)
{
    for (int i = 0; i < ranks->count; i++) {
        if (tr_row_flag(ranks->rows[i], "stale")) {
            return 1;
        }
    }
    return 0;
}

static apr_status_t fresh_ranks(tr_request_t *req, tr_list_t **ranks, tr_problem_t *problem)
{
    apr_status_t status;
    tr_list_t *made;

    tr_row_set(req->args, "minutes", tr_int(STALE_AFTER));
    tr_row_set(req->args, "sample", tr_int(SAMPLE));
    status = read_ranks(req, ranks, problem);
    if (status == APR_SUCCESS && is_stale(*ranks)
        && tr_db_rows(req->db, "quantiles_make", req->args, &made, problem, req->pool)
               == APR_SUCCESS) {
        status = read_ranks(req, ranks, problem);
    }
    return status;
}

static const char *ordinal(int number, apr_pool_t *pool)
{
    static const char *const ends[] = { "th", "st", "nd", "rd" };
    int last = number % 10, is_teen = number / 10 % 10 == 1;

    return apr_psprintf(pool, "%d%s", number, ends[is_teen || last > 3 ? 0 : last]);
}

static tr_row_t *rank_row(double percentile, apr_pool_t *pool)
{
    tr_row_t *row = tr_row_make(pool);

    tr_row_set(
        row, "words",
        tr_text(apr_psprintf(pool, "%s percentile", ordinal((int)lround(percentile), pool))));
    tr_row_set(row, "x", tr_real(round(percentile / 100.0 * BAR * 10.0) / 10.0));
    tr_row_set(row, "unusual", tr_bool(percentile < UNUSUAL || percentile > 100.0 - UNUSUAL));
    return row;
}

static const tr_row_t *rank_of(const tr_list_t *ranks, const char *name)
{
    for (int i = 0; name && i < ranks->count; i++) {
        if (strcmp(tr_row_text(ranks->rows[i], "name"), name) == 0) {
            return ranks->rows[i];
        }
    }
    return NULL;
}

/* The most values that any of the ranked columns has. */
static apr_int64_t add_to_cells(tr_list_t *cells, const tr_list_t *ranks, apr_pool_t *pool)
{
    apr_int64_t most = 0;

    for (int i = 0; cells && i < cells->count; i++) {
        const tr_row_t *rank = rank_of(ranks, tr_row_text(cells->rows[i], "name"));
        apr_int64_t count = rank ? tr_row_int(rank, "count", 0) : 0;
        int is_ranked = count >= FEWEST && !tr_row_is_null(rank, "percentile");

        tr_row_set(
            cells->rows[i], "rank",
            tr_of_row(is_ranked ? rank_row(tr_row_real(rank, "percentile", 0), pool) : NULL));
        most = is_ranked && count > most ? count : most;
    }
    return most;
}

void candidate_rank_add(tr_request_t *req)
{
    tr_row_t *candidate = tr_row_row(req->data, "candidate"), *ranked = NULL;
    tr_list_t *ranks = NULL;
    apr_int64_t most = 0;

    if (fresh_ranks(req, &ranks, tr_problem_make(req->pool)) == APR_SUCCESS) {
        most = add_to_cells(tr_row_list(candidate, "measured"), ranks, req->pool);
    }
    if (most) {
        ranked = tr_row_make(req->pool);
        tr_row_set(ranked, "count", tr_int(most));
        tr_row_set(ranked, "is_sample", tr_bool(most >= SAMPLE));
    }
    tr_row_set(req->data, "ranked", tr_of_row(ranked));
}
