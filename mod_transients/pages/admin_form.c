/* admin_form.c: see admin_form.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "admin_form.h"

#include "../lib/tr_time.h"

#include <string.h>

const tr_field_t admin_no_fields[] = { { .name = NULL } };

/* ---- forms ---- */

static const tr_field_t *field_named(const tr_field_t *fields, const char *name)
{
    while (fields->name && strcmp(fields->name, name)) {
        fields++;
    }
    return fields;
}

/* Whether this request's form has that field: then what was typed counts. */
static int is_typed(const tr_request_t *req, const admin_form_t *form, const char *name)
{
    if (!req->input) {
        return 0;
    }
    return form->is_raw ? req->r->method_number == M_POST : tr_listing_label(req, name) != NULL;
}

static const char *value_of(const tr_request_t *req, const admin_form_t *form, const char *name)
{
    const tr_row_t *stored = form->stored ? tr_row_row(req->data, form->stored) : NULL;
    const tr_value_t *value = stored ? tr_row_get(stored, name) : NULL;

    if (is_typed(req, form, name)) {
        const tr_input_item_t *item = tr_input_get(req->input, name);
        return item && !tr_text_fault(item->data, item->len) ? item->data : "";
    }
    return value ? tr_value_to_text(value, req->pool) : "";
}

static void add_options(tr_row_t *row, const admin_look_t *look, const char *value)
{
    tr_list_t *list = tr_list_make(row->pool);

    for (const admin_choice_t *choice = look->choices; choice && choice->value; choice++) {
        tr_row_t *option = tr_list_add(list);

        tr_row_set(option, "value", tr_text(choice->value));
        tr_row_set(option, "words", tr_text(choice->words));
        tr_row_set(option, "chosen", tr_bool(!strcmp(choice->value, value)));
    }
    tr_row_set(row, "options", tr_of_list(list));
}

static void add_kind(tr_row_t *row, admin_kind_e kind)
{
    tr_row_set(row, "is_text", tr_bool(kind == ADMIN_TEXT || kind == ADMIN_MONO));
    tr_row_set(row, "is_mono", tr_bool(kind == ADMIN_MONO));
    tr_row_set(row, "is_area", tr_bool(kind == ADMIN_AREA));
    tr_row_set(row, "is_select", tr_bool(kind == ADMIN_SELECT));
    tr_row_set(row, "is_check", tr_bool(kind == ADMIN_CHECK));
    tr_row_set(row, "is_secret", tr_bool(kind == ADMIN_SECRET));
}

static void add_field(tr_list_t *list, const tr_request_t *req, const admin_form_t *form,
                      const admin_look_t *look)
{
    const tr_field_t *field = field_named(form->fields, look->name);
    const char *value = look->kind == ADMIN_SECRET ? "" : value_of(req, form, look->name);
    tr_row_t *row = tr_list_add(list);

    tr_row_set(row, "name", tr_text(look->name));
    tr_row_set(row, "label", tr_text(field->label ? field->label : look->name));
    tr_row_set(row, "unit", tr_text(look->unit));
    tr_row_set(row, "hint", tr_text(look->hint));
    tr_row_set(row, "error", tr_text(tr_problem_words(req->problem, look->name)));
    tr_row_set(row, "value", tr_text(value));
    tr_row_set(row, "max_len", field->max_len ? tr_int(field->max_len) : tr_null());
    tr_row_set(row, "required", tr_bool(field->flags & TR_F_REQUIRED));
    tr_row_set(row, "checked", tr_bool(!strcmp(value, "1") || !strcmp(value, "true")));
    add_kind(row, look->kind);
    add_options(row, look, value);
}

void admin_form_add(tr_request_t *req, const admin_form_t *form)
{
    tr_list_t *list = tr_list_make(req->pool);

    for (const admin_look_t *look = form->looks; look->name; look++) {
        add_field(list, req, form, look);
    }
    tr_row_set(req->data, "fields", tr_of_list(list));
    admin_saved_add(req);
}

void admin_saved_add(tr_request_t *req)
{
    int is_get = req->r->method_number == M_GET;

    tr_row_set(req->data, "saved",
               tr_bool(is_get && req->input && tr_input_get(req->input, "saved")));
}

const tr_adds_t admin_saved_adds[] = { ADMIN_SAVED_ADDS, { NULL, TR_NULL } };

apr_status_t admin_finish_saved(tr_request_t *req)
{
    admin_saved_add(req);
    return APR_SUCCESS;
}

/* ---- changes ---- */

typedef struct change_t {
    tr_request_t *req;
    const char *statement;
    int is_long; /* longer than the server lets a page's statement run */
    tr_row_t *row;
} change_t;

static apr_status_t run_change(tr_db_t *db, void *baton, tr_problem_t *problem)
{
    change_t *change = baton;
    apr_status_t status = APR_SUCCESS;

    if (change->is_long) {
        status = tr_db_row(db, "staff_patience", NULL, &change->row, problem,
                           change->req->pool);
    }
    return status == APR_SUCCESS ? tr_db_row(db, change->statement, change->req->args,
                                             &change->row, problem, change->req->pool)
                                 : status;
}

apr_status_t admin_write(tr_request_t *req, const char *statement, tr_row_t **row)
{
    change_t change = { req, statement, 0, NULL };
    apr_status_t status = tr_db_transaction(req->db, run_change, &change, req->problem);

    *row = change.row;
    return status;
}

static apr_status_t see_saved(tr_request_t *req, const char *base, const tr_row_t *row)
{
    return tr_reply_see_other(req, "%s/%" APR_INT64_T_FMT "?saved=1", base,
                              tr_row_int(row, "id", 0));
}

apr_status_t admin_change(tr_request_t *req, const char *statement, const char *base)
{
    tr_row_t *row;
    apr_status_t status = admin_write(req, statement, &row);

    return status == APR_SUCCESS ? see_saved(req, base, row) : status;
}

apr_status_t admin_change_many(tr_request_t *req, const char *statement, const char *base)
{
    change_t change = { req, statement, 1, NULL };
    apr_status_t status = tr_db_transaction(req->db, run_change, &change, req->problem);

    return status == APR_SUCCESS ? see_saved(req, base, change.row) : status;
}

apr_status_t admin_change_listed(tr_request_t *req, const char *statement, const char *list)
{
    tr_row_t *row;
    apr_status_t status = admin_write(req, statement, &row);

    return status == APR_SUCCESS ? tr_reply_see_other(req, "%s?saved=1", list) : status;
}

/* ---- who and when ---- */

static apr_status_t check_times(tr_request_t *req)
{
    static const char *const names[] = { "from", "before" };
    apr_status_t status = APR_SUCCESS;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *text = tr_row_text(req->args, names[i]), *why;
        tr_utc_t utc;

        if (text && tr_time_parse(&utc, text, &why) != APR_SUCCESS) {
            status = tr_problem_field(req->problem, names[i], "%s", why);
        }
    }
    return status;
}

/* By a number the planner knows how many rows are somebody's; of a name it would guess. */
static apr_status_t find_user(tr_request_t *req)
{
    tr_row_t *row = NULL;
    apr_status_t status = APR_SUCCESS;

    if (tr_row_text(req->args, "user")) {
        status = tr_db_row(req->db, "staff_account_named", req->args, &row, req->problem,
                           req->pool);
        tr_row_set(req->args, "user_id", tr_int(row ? tr_row_int(row, "id", 0) : 0));
    }
    return status == TR_ENOTFOUND ? APR_SUCCESS : status;
}

apr_status_t admin_who_and_when(tr_request_t *req)
{
    apr_status_t status = check_times(req);

    return status == APR_SUCCESS ? find_user(req) : status;
}
