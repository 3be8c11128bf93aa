/* admin_projects.c: projects, and who is a member of which.
 *
 * SPDX-License-Identifier: MIT
 */
#include "admin_form.h"
#include "pages.h"

/* ---- the list ---- */

const tr_field_t admin_find_fields[] = {
    { .name = "find", .max_len = 64, .flags = TR_F_TRIM, .label = "Name or description" },
    { .name = NULL },
};

static const tr_need_t list_needs[] = {
    { "projects", "staff_project_list", TR_MANY },
    { NULL, NULL, TR_ONE },
};
static const tr_listing_t listing = {
    .need = "projects",
    .set = "staff_project.sort",
    .default_sort = "name",
    .rows = 50,
};

const tr_page_t admin_projects_page = {
    .template = "admin-projects.html",
    .needs = list_needs,
    .listing = &listing,
};

/* ---- one, or a new one ---- */

#define WORD(number, words)                                                                    \
    {                                                                                          \
        .name = "word_" number, .flags = TR_F_REQUIRED | TR_F_TRIM, .max_len = 32,             \
        .label = words                                                                         \
    }

const tr_field_t admin_project_fields[] = {
    { .name = "name", .flags = TR_F_REQUIRED | TR_F_TRIM, .max_len = 64, .label = "Name" },
    { .name = "description", .flags = TR_F_TRIM, .max_len = 256, .label = "Description" },
    { .name = "access",
      .kind = TR_F_CHOICE,
      .flags = TR_F_REQUIRED,
      .choices = "members listed public",
      .label = "Who may see it" },
    { .name = "classification_required",
      .kind = TR_F_BOOL,
      .label = "A classification is required" },
    { .name = "blind",
      .kind = TR_F_BOOL,
      .label = "Others' verdicts are hidden until one has rated" },
    WORD("1", "Rating 1"),
    WORD("2", "Rating 2"),
    WORD("3", "Rating 3"),
    WORD("4", "Rating 4"),
    WORD("5", "Rating 5"),
    { .name = NULL },
};

static const admin_choice_t accesses[] = {
    { "members", "every user" },
    { "listed", "its members and staff" },
    { "public", "everybody, without login" },
    { NULL, NULL },
};

static const admin_look_t looks[] = {
    { .name = "name",
      .hint = "Pipelines send it with every candidate: after a change they must send the new "
              "one, or their uploads are refused." },
    { .name = "description", .kind = ADMIN_AREA },
    { .name = "access", .kind = ADMIN_SELECT, .choices = accesses },
    { .name = "classification_required", .kind = ADMIN_CHECK },
    { .name = "blind", .kind = ADMIN_CHECK },
    { .name = "word_1", .hint = "Surely not a real astronomical transient, in your words." },
    { .name = "word_2" },
    { .name = "word_3" },
    { .name = "word_4" },
    { .name = "word_5", .hint = "Surely a real one." },
    { .name = NULL },
};
static const admin_form_t one_form = { admin_project_fields, looks, "project" };
static const admin_form_t new_form = { admin_project_fields, looks, "defaults" };

static const tr_adds_t form_adds[] = { ADMIN_FORM_ADDS, { NULL, TR_NULL } };

/* The list of classifications marks the one that a refused form had. */
static apr_status_t prepare_one(tr_request_t *req)
{
    static const char *const names[] = { "quick_class", "quick_rating" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const tr_value_t *typed = tr_row_get(req->args, names[i]);

        tr_row_set(req->args, names[i], typed ? *typed : tr_null());
    }
    return APR_SUCCESS;
}

static apr_status_t finish_one(tr_request_t *req)
{
    admin_form_add(req, &one_form);
    return APR_SUCCESS;
}

static apr_status_t finish_new(tr_request_t *req)
{
    admin_form_add(req, &new_form);
    return APR_SUCCESS;
}

static const tr_need_t one_needs[] = {
    { "project", "staff_project_by_id", TR_ONE },
    { "members", "staff_project_members", TR_MANY },
    { "quick", "staff_quick_list", TR_MANY },
    { "quick_classes", "staff_quick_classes", TR_MANY },
    { "quick_ratings", "staff_quick_ratings", TR_MANY },
    { NULL, NULL, TR_ONE },
};

const tr_page_t admin_project_page = {
    .template = "admin-project.html",
    .needs = one_needs,
    .prepare = prepare_one,
    .brings = "quick_class quick_rating",
    .finish = finish_one,
    .adds = form_adds,
};

static const tr_need_t new_needs[] = {
    { "defaults", "staff_project_defaults", TR_ONE },
    { NULL, NULL, TR_ONE },
};

const tr_page_t admin_project_new_page = {
    .template = "admin-project-new.html",
    .needs = new_needs,
    .finish = finish_new,
    .adds = form_adds,
};

apr_status_t admin_project_save(tr_request_t *req)
{
    return admin_change(req, "staff_project_save", "/admin/projects");
}

/* ---- members ---- */

const tr_field_t admin_member_fields[] = {
    { .name = "member", .flags = TR_F_REQUIRED | TR_F_TRIM, .max_len = 64, .label = "Member" },
    { .name = NULL },
};

apr_status_t admin_member_add(tr_request_t *req)
{
    return admin_change(req, "staff_member_add", "/admin/projects");
}

apr_status_t admin_member_remove(tr_request_t *req)
{
    return admin_change(req, "staff_member_remove", "/admin/projects");
}

/* ---- quick verdicts ---- */

const tr_field_t admin_quick_fields[] = {
    { .name = "quick_key", .flags = TR_F_REQUIRED | TR_F_TRIM, .max_len = 1, .label = "Key" },
    { .name = "quick_rating",
      .kind = TR_F_INT,
      .flags = TR_F_REQUIRED,
      .min = 1,
      .max = 5,
      .label = "Rating" },
    { .name = "quick_class",
      .kind = TR_F_INT,
      .flags = TR_F_REQUIRED,
      .min = 1,
      .max = 9e18,
      .label = "Classification" },
    { .name = NULL },
};

apr_status_t admin_quick_set(tr_request_t *req)
{
    return admin_change(req, "staff_quick_set", "/admin/projects");
}

apr_status_t admin_quick_drop(tr_request_t *req)
{
    return admin_change(req, "staff_quick_drop", "/admin/projects");
}
