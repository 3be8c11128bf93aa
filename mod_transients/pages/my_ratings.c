/* my_ratings.c: one's own verdicts that stand, each with the way to its candidate and to undo.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include "../lib/tr_time.h"

const tr_field_t my_ratings_fields[] = {
    { .name = "project", .kind = TR_F_INT, .min = 0, .max = 9e18, .label = "Project" },
    { .name = "rating", .kind = TR_F_INT, .min = 0, .max = 5, .label = "Rating" },
    { .name = "class", .kind = TR_F_INT, .min = 0, .max = 9e18, .label = "Classification" },
    { .name = "from", .flags = TR_F_TRIM, .max_len = 32, .label = "From, UTC" },
    { .name = "before", .flags = TR_F_TRIM, .max_len = 32, .label = "Before, UTC" },
    { .name = NULL },
};

static const tr_need_t needs[] = {
    { "ratings", "my_rating_list", TR_MANY },
    { "projects", "project_choices", TR_MANY },
    { "classes", "my_rating_classes", TR_MANY },
    { NULL, NULL, TR_ONE },
};

static const tr_listing_t listing = {
    .need = "ratings",
    .set = "my_rating.sort",
    .default_sort = "-at",
    .rows = 50,
};

/* A form sends 0 for 'any'. */
static void drop_any(tr_request_t *req)
{
    static const char *const names[] = { "project", "rating", "class" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (tr_row_int(req->args, names[i], 0) == 0) {
            tr_row_set(req->args, names[i], tr_null());
        }
    }
}

static apr_status_t prepare(tr_request_t *req)
{
    static const char *const names[] = { "from", "before" };
    apr_status_t status = APR_SUCCESS;

    drop_any(req);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *text = tr_row_text(req->args, names[i]), *why;
        tr_utc_t utc;

        if (text && tr_time_parse(&utc, text, &why) != APR_SUCCESS) {
            status = tr_problem_field(req->problem, names[i], "%s", why);
        }
    }
    return status;
}

static const tr_adds_t adds[] = {
    { "marks", TR_LIST },
    { "marks.rating", TR_INT },
    { "marks.chosen", TR_BOOL },
    { NULL, TR_NULL },
};

static apr_status_t finish(tr_request_t *req)
{
    tr_list_t *marks = tr_list_make(req->pool);

    for (int rating = 1; rating <= 5; rating++) {
        tr_row_t *row = tr_list_add(marks);

        tr_row_set(row, "rating", tr_int(rating));
        tr_row_set(row, "chosen", tr_bool(tr_row_int(req->args, "rating", 0) == rating));
    }
    tr_row_set(req->data, "marks", tr_of_list(marks));
    return APR_SUCCESS;
}

static const tr_export_t export = {
    .statement = "my_rating_export",
    .set = "rating.export",
    .name = "my_ratings",
    .title = "My ratings",
};

const tr_page_t my_ratings_page = {
    .template = "my-ratings.html",
    .needs = needs,
    .listing = &listing,
    .export = &export,
    .prepare = prepare,
    .finish = finish,
    .adds = adds,
};
