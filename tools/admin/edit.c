/* edit.c: transients-admin project, classification, filter and user: edit and merge.
 *
 * SPDX-License-Identifier: MIT
 */
#include "admin.h"

#include <apr_strings.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- values of options ---- */

static apr_status_t set_yes_no(tr_admin_t *admin, tr_row_t *args, const char *option)
{
    const char *value = tr_admin_option(admin, option);

    if (value && strcmp(value, "yes") && strcmp(value, "no")) {
        return tr_problem_add(admin->problem, TR_EBAD, "--%s is yes or no.", option);
    }
    tr_row_set(args, option, value ? tr_bool(!strcmp(value, "yes")) : tr_null());
    return APR_SUCCESS;
}

static apr_status_t set_position(tr_admin_t *admin, tr_row_t *args)
{
    const char *value = tr_admin_option(admin, "position");
    char *end = NULL;
    long number = value ? strtol(value, &end, 10) : 0;

    if (value && (!*value || *end || number < 0 || number > 1000000)) {
        return tr_problem_add(admin->problem, TR_EBAD,
                              "--position is a whole number up to a million.");
    }
    tr_row_set(args, "position", value ? tr_int(number) : tr_null());
    return APR_SUCCESS;
}

static apr_status_t set_words(tr_admin_t *admin, tr_row_t *args)
{
    const char *value = tr_admin_option(admin, "words");
    int commas = 0;

    for (const char *at = value; at && *at; at++) {
        commas += *at == ',';
    }
    if (value && commas != 4) {
        return tr_problem_add(admin->problem, TR_EBAD,
                              "--words are five, for 1 to 5, with commas between.");
    }
    tr_row_set(args, "words", tr_text(value));
    return APR_SUCCESS;
}

/* The thing's name, and the options that are text. */
static tr_row_t *args_of(tr_admin_t *admin)
{
    static const char *const texts[] = { "rename", "description", "access", "key" };
    tr_row_t *args = tr_admin_row(admin, "name", tr_admin_arg(admin, 0));

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        tr_row_set(args, texts[i], tr_text(tr_admin_option(admin, texts[i])));
    }
    return args;
}

static apr_status_t report(tr_admin_t *admin, apr_status_t status)
{
    const char *noun = admin->verb->noun, *name = tr_admin_arg(admin, 0);

    if (status == TR_ENOTFOUND) {
        return tr_admin_missing(admin, noun, name);
    }
    if (status == APR_SUCCESS) {
        printf("%s %s: changed\n", noun, name);
    }
    return status;
}

/* ---- projects ---- */

typedef struct edit_t {
    tr_admin_t *admin;
    tr_row_t *args;
    apr_status_t status;
} edit_t;

static int change_member(void *baton, const char *option, const char *user)
{
    edit_t *edit = baton;
    tr_admin_t *admin = edit->admin;
    int is_add = !strcmp(option, "add");
    tr_row_t *row;

    tr_row_set(edit->args, "user", tr_text(user));
    edit->status = tr_db_row(admin->db, is_add ? "project_member_add" : "project_member_drop",
                             edit->args, &row, admin->problem, admin->pool);
    if (edit->status == TR_ENOTFOUND) {
        edit->status = tr_problem_add(admin->problem, TR_EBAD,
                                      is_add ? "There is no user %s." : "%s is no member.",
                                      user);
    }
    return edit->status == APR_SUCCESS;
}

static apr_status_t store_project(tr_db_t *db, void *baton, tr_problem_t *problem)
{
    edit_t *edit = baton;
    tr_admin_t *admin = edit->admin;
    tr_row_t *row;
    apr_status_t status = tr_db_row(db, "project_edit", edit->args, &row, problem, admin->pool);

    if (status != APR_SUCCESS) {
        return status;
    }
    tr_row_set(edit->args, "project", *tr_row_get(row, "id"));
    edit->status = APR_SUCCESS;
    apr_table_do(change_member, edit, admin->options, "add", "drop", NULL);
    return edit->status;
}

static apr_status_t edit_project(tr_admin_t *admin)
{
    edit_t edit = { admin, args_of(admin), APR_SUCCESS };
    apr_status_t status = set_yes_no(admin, edit.args, "required");

    if (status == APR_SUCCESS) {
        status = set_yes_no(admin, edit.args, "blind");
    }
    if (status == APR_SUCCESS) {
        status = set_words(admin, edit.args);
    }
    if (status == APR_SUCCESS) {
        status = tr_admin_open(admin);
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    status = tr_db_transaction(admin->db, store_project, &edit, admin->problem);
    tr_admin_say_constraint(admin);
    return report(admin, status);
}

/* ---- classifications and filters ---- */

static apr_status_t edit_classification(tr_admin_t *admin)
{
    tr_row_t *args = args_of(admin), *row;
    int hide = tr_admin_option(admin, "hide") != NULL;
    int is_shown = tr_admin_option(admin, "show") != NULL;
    apr_status_t status = set_position(admin, args);

    if (status == APR_SUCCESS && hide && is_shown) {
        status = tr_problem_add(admin->problem, TR_EBAD, "Either --hide or --show.");
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    tr_row_set(args, "hidden", hide || is_shown ? tr_bool(hide) : tr_null());
    return report(admin, tr_admin_change(admin, "classification_edit", args, &row));
}

static apr_status_t edit_filter(tr_admin_t *admin)
{
    tr_row_t *row;

    return report(admin, tr_admin_change(admin, "filter_edit", args_of(admin), &row));
}

static apr_status_t merge(tr_admin_t *admin)
{
    const char *noun = admin->verb->noun, *from = tr_admin_arg(admin, 0);
    const char *into = tr_admin_arg(admin, 1);
    tr_row_t *args = tr_admin_row(admin, "name", from), *row;
    apr_status_t status;

    tr_row_set(args, "into", tr_text(into));
    status = tr_admin_change(admin, apr_pstrcat(admin->pool, noun, "_merge", NULL), args, &row);
    if (status == TR_ENOTFOUND) {
        return tr_problem_add(admin->problem, TR_ENOTFOUND, "There are no two %ss %s and %s.",
                              noun, from, into);
    }
    if (status == APR_SUCCESS) {
        printf("%s %s: part of %s, %ld %s moved\n", noun, from, into,
               (long)tr_row_int(row, "moved", 0),
               strcmp(noun, "filter") ? "ratings" : "candidates");
    }
    return status;
}

/* ---- users ---- */

static apr_status_t edit_user(tr_admin_t *admin)
{
    const char *role = tr_admin_option(admin, "role"), *name = tr_admin_arg(admin, 0);
    tr_row_t *args = tr_admin_row(admin, "name", name), *row;
    apr_status_t status;

    if (!role || (strcmp(role, "rater") && strcmp(role, "staff"))) {
        return tr_problem_add(admin->problem, TR_EBAD, "--role is rater or staff.");
    }
    tr_row_set(args, "role", tr_text(role));
    status = tr_admin_change(admin, "account_set_role", args, &row);
    if (status == TR_ENOTFOUND
        && tr_db_row(admin->db, "account_by_name", args, &row, admin->problem, admin->pool)
               == APR_SUCCESS) {
        return tr_problem_add(admin->problem, TR_ECONFLICT,
                              strcmp(tr_row_text(row, "role"), "service")
                                  ? "%s is the last member of staff and stays."
                                  : "%s is a service and cannot be %s.",
                              name, role);
    }
    return report(admin, status);
}

/* ---- the verbs ---- */

static const tr_admin_option_t project_options[] = {
    { "rename", "NAME", "another name" },
    { "description", "TEXT", "at most 256 characters" },
    { "access", "WHO", "members: every user; listed: its members; public" },
    { "words", "A,B,C,D,E", "what the ratings 1 to 5 are called" },
    { "required", "yes|no", "whether a rating needs a classification" },
    { "blind", "yes|no", "whether others' verdicts are hidden until one has rated" },
    { "add", "USER", "makes a member; may be repeated" },
    { "drop", "USER", "ends a membership; may be repeated" },
    { NULL, NULL, NULL },
};

static const tr_admin_option_t classification_options[] = {
    { "rename", "NAME", "another name" },
    { "description", "TEXT", "what raters are to take it for" },
    { "key", "LETTER", "that chooses it on the rating page; '' for none" },
    { "position", "NUMBER", "its place in the list" },
    { "hide", NULL, "no longer to be chosen; what was said stays" },
    { "show", NULL, "to be chosen again" },
    { NULL, NULL, NULL },
};

static const tr_admin_option_t filter_options[] = {
    { "rename", "NAME", "another name: clients have to use it from now on" },
    { "description", "TEXT", "what it looks for" },
    { NULL, NULL, NULL },
};

static const tr_admin_option_t user_options[] = {
    { "role", "ROLE", "rater or staff; ends the user's sessions" },
    { NULL, NULL, NULL },
};

const tr_verb_t tr_verbs_edit[] = {
    { "project", "edit", "NAME", 1, 1, project_options, edit_project, "changes a project",
      NULL },
    { "classification", "edit", "NAME", 1, 1, classification_options, edit_classification,
      "changes a classification", NULL },
    { "classification", "merge", "FROM INTO", 2, 2, NULL, merge, "makes one part of another",
      "Standing ratings of FROM count as INTO. The history keeps what was said, and FROM\n"
      "stays as a hidden name for it." },
    { "filter", "edit", "NAME", 1, 1, filter_options, edit_filter, "changes a detection filter",
      NULL },
    { "filter", "merge", "FROM INTO", 2, 2, NULL, merge, "makes one part of another",
      "Candidates and searches of FROM become INTO's. What is uploaded as FROM goes to INTO,\n"
      "and what was uploaded before is known again." },
    { "user", "edit", "NAME", 1, 1, user_options, edit_user, "changes a user's role", NULL },
    { NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL },
};
