/* admin_form.h: what the staff pages share: forms as tables, changes that lead back to a page.
 *
 * A form is two tables: what is accepted (tr_field_t, checked at the door) and
 * how it looks (admin_look_t).  admin_form_add() puts both together with what
 * was typed, or else with what is stored, for the partial admin-fields.html.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef ADMIN_FORM_H
#define ADMIN_FORM_H

#include "../web/tr_web.h"

typedef enum {
    ADMIN_TEXT,
    ADMIN_MONO, /* what one copies: ids, numbers, dates */
    ADMIN_AREA, /* several lines */
    ADMIN_SELECT,
    ADMIN_CHECK,
    ADMIN_SECRET, /* a new password: never shown again */
} admin_kind_e;

typedef struct admin_choice_t {
    const char *value; /* NULL ends a table of them */
    const char *words;
} admin_choice_t;

typedef struct admin_look_t {
    const char *name; /* of its tr_field_t; NULL ends a table of them */
    admin_kind_e kind;
    const char *hint;              /* below the field; NULL: none */
    const admin_choice_t *choices; /* of ADMIN_SELECT */
    const char *unit;              /* after the label; NULL: none */
} admin_look_t;

typedef struct admin_form_t {
    const tr_field_t *fields; /* label, length, required */
    const admin_look_t *looks;
    const char *stored; /* the need whose row holds what is stored; NULL: nothing is */
    int is_raw;         /* its route has TR_R_RAW_FIELDS: everything posted is this form's */
} admin_form_t;

/* Adds to the data the list `fields` and the flag `saved`: whether a change led here. */
void admin_form_add(tr_request_t *req, const admin_form_t *form);
void admin_saved_add(tr_request_t *req);

/* For a page's `adds`. */
#define ADMIN_SAVED_ADDS                                                                       \
    {                                                                                          \
        "saved", TR_BOOL                                                                       \
    }
#define ADMIN_FORM_ADDS                                                                        \
    { "fields", TR_LIST }, { "fields.name", TR_TEXT }, { "fields.label", TR_TEXT },            \
        { "fields.unit", TR_TEXT }, { "fields.hint", TR_TEXT }, { "fields.error", TR_TEXT },   \
        { "fields.value", TR_TEXT }, { "fields.max_len", TR_INT },                             \
        { "fields.required", TR_BOOL }, { "fields.checked", TR_BOOL },                         \
        { "fields.is_text", TR_BOOL }, { "fields.is_mono", TR_BOOL },                          \
        { "fields.is_area", TR_BOOL }, { "fields.is_select", TR_BOOL },                        \
        { "fields.is_check", TR_BOOL }, { "fields.is_secret", TR_BOOL },                       \
        { "fields.options", TR_LIST }, { "fields.options.value", TR_TEXT },                    \
        { "fields.options.words", TR_TEXT }, { "fields.options.chosen", TR_BOOL },             \
        ADMIN_SAVED_ADDS

/* Page's `finish` for one that only says whether something was saved. */
apr_status_t admin_finish_saved(tr_request_t *req);
/* For pages with nothing of their own but that. */
extern const tr_adds_t admin_saved_adds[];

/* Runs a writing statement with the request's args in a transaction. *row is its row;
 * TR_ENOTFOUND without one. */
apr_status_t admin_write(tr_request_t *req, const char *statement, tr_row_t **row);
/* The same, then 303 to `base` followed by the row's id, with the word that it is saved. */
apr_status_t admin_change(tr_request_t *req, const char *statement, const char *base);
/* The same for what may change very many rows: the route's deadline alone limits it, not the
 * server's statement_timeout, which is meant for pages. */
apr_status_t admin_change_many(tr_request_t *req, const char *statement, const char *base);
/* The same, then 303 to `list` itself. */
apr_status_t admin_change_listed(tr_request_t *req, const char *statement, const char *list);

/* For `prepare` of lists that are narrowed by who and when: checks the parameters `from` and
 * `before`, if any, as times (a date, or date and time, UTC), and gives the number of the user
 * whose name is the parameter `user` as `user_id`: NULL without one, 0 where nobody has it. */
apr_status_t admin_who_and_when(tr_request_t *req);

/* No fields: for changes that take everything from their path. */
extern const tr_field_t admin_no_fields[];

#endif
