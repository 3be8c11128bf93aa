/* admin_log.c: the audit log: who changed what, when, from where, by which request.
 *
 * SPDX-License-Identifier: MIT
 */
#include "admin_form.h"
#include "pages.h"

const tr_field_t admin_log_fields[] = {
    { .name = "user", .flags = TR_F_TRIM, .max_len = 64, .label = "Who" },
    { .name = "action", .flags = TR_F_TRIM, .max_len = 64, .label = "Action" },
    { .name = "subject", .flags = TR_F_TRIM, .max_len = 64, .label = "What" },
    { .name = "subject_id", .flags = TR_F_TRIM, .max_len = 64, .label = "Its number" },
    { .name = "address", .flags = TR_F_TRIM, .max_len = 64, .label = "Address" },
    { .name = "from", .flags = TR_F_TRIM, .max_len = 32, .label = "From, UTC" },
    { .name = "before", .flags = TR_F_TRIM, .max_len = 32, .label = "Before, UTC" },
    { .name = NULL },
};

#define PLAIN(word)                                                                            \
    {                                                                                          \
        word, word                                                                             \
    }

static const admin_choice_t actions[] = {
    { "", "any" },   PLAIN("insert"), PLAIN("update"),  PLAIN("delete"),
    PLAIN("remove"), PLAIN("clear"),  PLAIN("merge"),   PLAIN("take back"),
    PLAIN("login"),  PLAIN("logout"), PLAIN("refused"), { NULL, NULL },
};
static const admin_choice_t subjects[] = {
    { "", "any" },
    PLAIN("account"),
    PLAIN("token"),
    PLAIN("project"),
    PLAIN("project_member"),
    PLAIN("classification"),
    PLAIN("filter"),
    PLAIN("observation"),
    PLAIN("candidate"),
    PLAIN("candidates"),
    PLAIN("pulsar_catalogue"),
    PLAIN("rating"),
    PLAIN("association"),
    PLAIN("upload_run"),
    PLAIN("search_record"),
    PLAIN("invite"),
    PLAIN("login"),
    PLAIN("access"),
    PLAIN("cross-site"),
    { NULL, NULL },
};
static const admin_look_t looks[] = {
    { .name = "user" },
    { .name = "action", .kind = ADMIN_SELECT, .choices = actions },
    { .name = "subject", .kind = ADMIN_SELECT, .choices = subjects },
    { .name = "subject_id", .kind = ADMIN_MONO },
    { .name = "address", .kind = ADMIN_MONO, .hint = "192.0.2.7" },
    { .name = "from", .kind = ADMIN_MONO, .hint = "2026-11-23, or with 19:20" },
    { .name = "before", .kind = ADMIN_MONO },
    { .name = NULL },
};
static const admin_form_t form = { admin_log_fields, looks, NULL, 0 };

static const tr_need_t list_needs[] = {
    { "lines", "staff_log_list", TR_MANY },
    { NULL, NULL, TR_ONE },
};
static const tr_listing_t listing = {
    .need = "lines",
    .set = "staff_log.sort",
    .default_sort = "-at",
    .rows = 50,
};

/* A number alone is many things': the index begins with what it is. */
static apr_status_t prepare(tr_request_t *req)
{
    if (tr_row_text(req->args, "subject_id") && !tr_row_text(req->args, "subject")) {
        return tr_problem_field(req->problem, "subject",
                                "Choose what it is the number of, too.");
    }
    return admin_who_and_when(req);
}

static apr_status_t finish(tr_request_t *req)
{
    admin_form_add(req, &form);
    return APR_SUCCESS;
}

static const tr_adds_t form_adds[] = { ADMIN_FORM_ADDS, { NULL, TR_NULL } };

const tr_page_t admin_log_page = {
    .template = "admin-log.html",
    .needs = list_needs,
    .listing = &listing,
    .prepare = prepare,
    .brings = "user_id",
    .finish = finish,
    .adds = form_adds,
};

static const tr_need_t line_needs[] = {
    { "line", "staff_log_by_id", TR_ONE },
    { "changes", "staff_log_changes", TR_MANY },
    { NULL, NULL, TR_ONE },
};

const tr_page_t admin_log_line_page = {
    .template = "admin-log-line.html",
    .needs = line_needs,
};
