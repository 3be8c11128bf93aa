/* admin_ratings.c: the verdicts that stand and the pulsars that candidates are matched to;
 * either may be taken back.
 *
 * A verdict that staff take back stays as an event; one more event says that
 * it was taken back, and the audit log by whom.
 *
 * SPDX-License-Identifier: MIT
 */
#include "admin_form.h"
#include "pages.h"

static const tr_adds_t form_adds[] = { ADMIN_FORM_ADDS, { NULL, TR_NULL } };

/* ---- verdicts ---- */

const tr_field_t admin_ratings_fields[] = {
    { .name = "user", .flags = TR_F_TRIM, .max_len = 64, .label = "User" },
    { .name = "candidate",
      .kind = TR_F_INT,
      .flags = TR_F_TRIM,
      .min = 0,
      .max = 9e18,
      .label = "Candidate" },
    { .name = "rating", .kind = TR_F_INT, .min = 1, .max = 5, .label = "Rating" },
    { .name = "from", .flags = TR_F_TRIM, .max_len = 32, .label = "From, UTC" },
    { .name = "before", .flags = TR_F_TRIM, .max_len = 32, .label = "Before, UTC" },
    { .name = "project", .kind = TR_F_INT, .min = 0, .max = 9e18, .label = "Project" },
    { .name = "class", .kind = TR_F_INT, .min = 0, .max = 9e18, .label = "Classification" },
    { .name = NULL },
};
static const admin_choice_t ratings[] = {
    { "", "any" }, { "1", "1" }, { "2", "2" },   { "3", "3" },
    { "4", "4" },  { "5", "5" }, { NULL, NULL },
};
static const admin_look_t looks[] = {
    { .name = "user" },
    { .name = "candidate", .kind = ADMIN_MONO },
    { .name = "rating", .kind = ADMIN_SELECT, .choices = ratings },
    { .name = "from", .kind = ADMIN_MONO, .hint = "2026-11-23, or with 19:20" },
    { .name = "before", .kind = ADMIN_MONO },
    { .name = NULL },
};
static const admin_form_t form = { admin_ratings_fields, looks, NULL, 0 };

static const tr_need_t needs[] = {
    { "ratings", "staff_rating_list", TR_MANY },
    { "projects", "project_choices", TR_MANY },
    { "classes", "staff_class_choices", TR_MANY },
    { NULL, NULL, TR_ONE },
};
static const tr_listing_t listing = {
    .need = "ratings",
    .set = "staff_rating.sort",
    .default_sort = "-at",
    .rows = 50,
};

static apr_status_t prepare(tr_request_t *req)
{
    static const char *const names[] = { "project", "class" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (tr_row_int(req->args, names[i], 0) == 0) {
            tr_row_set(req->args, names[i], tr_null());
        }
    }
    return admin_who_and_when(req);
}

static apr_status_t finish(tr_request_t *req)
{
    admin_form_add(req, &form);
    return APR_SUCCESS;
}

const tr_page_t admin_ratings_page = {
    .template = "admin-ratings.html",
    .needs = needs,
    .listing = &listing,
    .prepare = prepare,
    .brings = "user_id",
    .finish = finish,
    .adds = form_adds,
};

const tr_field_t admin_take_back_fields[] = {
    { .name = "request_key", .flags = TR_F_REQUIRED, .max_len = 64 },
    { .name = NULL },
};

apr_status_t admin_rating_take_back(tr_request_t *req)
{
    return admin_change(req, "staff_rating_take_back", "/admin/candidates");
}

/* ---- associations ---- */

const tr_field_t admin_associations_fields[] = {
    { .name = "find", .max_len = 64, .flags = TR_F_TRIM, .label = "Candidate or pulsar" },
    { .name = NULL },
};

static const tr_need_t associations_needs[] = {
    { "associations", "staff_association_list", TR_MANY },
    { NULL, NULL, TR_ONE },
};
static const tr_listing_t associations_listing = {
    .need = "associations",
    .set = "staff_association.sort",
    .default_sort = "-at",
    .rows = 50,
};

const tr_page_t admin_associations_page = {
    .template = "admin-associations.html",
    .needs = associations_needs,
    .listing = &associations_listing,
    .finish = admin_finish_saved,
    .adds = admin_saved_adds,
};

apr_status_t admin_association_drop(tr_request_t *req)
{
    return admin_change_listed(req, "staff_association_drop", "/admin/associations");
}
