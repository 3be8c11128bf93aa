/* user.c: transients-admin user.
 *
 * SPDX-License-Identifier: MIT
 */
#include "admin.h"

#include "tr_invite.h"

#include <apr_strings.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- add ---- */

static int join_project(void *baton, const char *option, const char *project)
{
    tr_admin_t *admin = ((void **)baton)[0];
    tr_row_t *args = ((void **)baton)[1], *row;
    apr_status_t status;

    (void)option;
    tr_row_set(args, "project", tr_text(project));
    status = tr_db_row(admin->db, "account_join", args, &row, admin->problem, admin->pool);
    if (status == TR_ENOTFOUND) {
        tr_admin_missing(admin, "project", project);
    }
    return status == APR_SUCCESS; /* apr_table_do() goes on while true */
}

/* Within the transaction, the account's id in `id`: all of its projects. */
static apr_status_t join_projects(tr_admin_t *admin, apr_int64_t id)
{
    tr_row_t *args = tr_admin_row(admin, "project", NULL);
    void *baton[] = { admin, args };

    tr_row_set(args, "account", tr_int(id));
    if (!apr_table_do(join_project, baton, admin->options, "project", NULL)) {
        return admin->problem->status;
    }
    return APR_SUCCESS;
}

typedef struct new_user_t {
    tr_admin_t *admin;
    tr_row_t *args;
} new_user_t;

static apr_status_t store_user(tr_db_t *db, void *baton, tr_problem_t *problem)
{
    new_user_t *new_user = baton;
    tr_admin_t *admin = new_user->admin;
    tr_row_t *row;
    apr_status_t status = tr_db_row(db, "account_add", new_user->args, &row, problem,
                                    admin->pool);

    return status == APR_SUCCESS ? join_projects(admin, tr_row_int(row, "id", 0)) : status;
}

static const char *role_of(const tr_admin_t *admin)
{
    return tr_admin_option(admin, "service") ? "service"
           : tr_admin_option(admin, "staff") ? "staff"
                                             : "rater";
}

/* ---- invite ---- */

static apr_status_t hours_of(tr_admin_t *admin, tr_row_t *args)
{
    const char *text = tr_admin_option(admin, "hours");
    char *end = NULL;
    long hours = text ? strtol(text, &end, 10) : TR_INVITE_HOURS;

    if (text && (!*text || *end || hours < 1 || hours > TR_INVITE_HOURS_MAX)) {
        return tr_problem_add(admin->problem, TR_EBAD, "--hours is a number from 1 to %d.",
                              TR_INVITE_HOURS_MAX);
    }
    tr_row_set(args, "hours", tr_int(hours));
    return APR_SUCCESS;
}

/* The link alone on its line, for scripts. */
static apr_status_t invite(tr_admin_t *admin)
{
    const char *name = tr_admin_arg(admin, 0), *site = tr_admin_option(admin, "url"), *link;
    tr_row_t *args = tr_admin_row(admin, "name", name), *row;
    apr_status_t status = hours_of(admin, args);

    if (status == APR_SUCCESS) {
        status = tr_invite_make(&link, site ? site : "", args, admin->problem, admin->pool);
    }
    if (status == APR_SUCCESS) {
        status = tr_admin_change(admin, "invite_make", args, &row);
    }
    if (status == TR_ENOTFOUND) {
        return tr_admin_missing(admin, "user", name);
    }
    if (status == APR_SUCCESS) {
        printf(
            "user %s: sets a password once until %s by this link, which is shown this once%s:\n"
            "%s\n",
            name, tr_row_text(row, "expires_at"),
            site ? "" : " (put the site's address before it)", link);
    }
    return status;
}

/* ---- adding ---- */

/* For scripts that set a site up, and run again and again. */
static apr_status_t add_unless_staff(tr_admin_t *admin, new_user_t *new_user)
{
    tr_row_t *row;
    apr_status_t status = APR_SUCCESS;

    if (tr_admin_option(admin, "unless-staff")) {
        status = tr_db_row(admin->db, "staff_first", NULL, &row, admin->problem, admin->pool);
        if (status == APR_SUCCESS) {
            printf("%s is a member of staff: nothing added\n", tr_row_text(row, "name"));
            return APR_SUCCESS;
        }
        if (status != TR_ENOTFOUND) {
            return status;
        }
    }
    status = tr_db_transaction(admin->db, store_user, new_user, admin->problem);
    tr_admin_say_constraint(admin);
    if (status == APR_SUCCESS) {
        printf("user %s: added as %s\n", tr_row_text(new_user->args, "name"), role_of(admin));
    }
    return status;
}

static apr_status_t add(tr_admin_t *admin)
{
    const char *name = tr_admin_arg(admin, 0), *hash = NULL;
    new_user_t new_user = { admin, tr_admin_row(admin, "name", name) };
    apr_status_t status = APR_SUCCESS;

    if (tr_admin_option(admin, "service") && tr_admin_option(admin, "staff")) {
        return tr_problem_add(admin->problem, TR_EBAD,
                              "A service has tokens alone and cannot be staff.");
    }
    if (!tr_admin_option(admin, "service") && !tr_admin_option(admin, "no-password")) {
        status = tr_admin_read_password(admin, name, &hash);
    }
    if (status == APR_SUCCESS) {
        status = tr_admin_open(admin);
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    tr_row_set(new_user.args, "role", tr_text(role_of(admin)));
    tr_row_set(new_user.args, "password_hash", tr_text(hash));
    return add_unless_staff(admin, &new_user);
}

/* ---- the others ---- */

static apr_status_t passwd(tr_admin_t *admin)
{
    const char *name = tr_admin_arg(admin, 0), *hash;
    tr_row_t *args = tr_admin_row(admin, "name", name), *row;
    apr_status_t status = tr_admin_read_password(admin, name, &hash);

    if (status != APR_SUCCESS) {
        return status;
    }
    tr_row_set(args, "password_hash", tr_text(hash));
    status = tr_admin_change(admin, "account_set_password", args, &row);
    if (status == TR_ENOTFOUND) {
        return tr_admin_missing(admin, "user with a password:", name);
    }
    if (status == APR_SUCCESS) {
        printf("user %s: password changed, sessions ended\n", name);
    }
    return status;
}

static apr_status_t disable(tr_admin_t *admin)
{
    const char *name = tr_admin_arg(admin, 0);
    tr_row_t *args = tr_admin_row(admin, "name", name), *row;
    apr_status_t status = tr_admin_change(admin, "account_disable", args, &row);

    if (status == TR_ENOTFOUND) {
        status = tr_db_row(admin->db, "account_by_name", args, &row, admin->problem,
                           admin->pool);
        return status == TR_ENOTFOUND
                   ? tr_admin_missing(admin, "user", name)
                   : tr_problem_add(admin->problem, TR_ECONFLICT,
                                    "%s is the last member of staff and stays.", name);
    }
    if (status == APR_SUCCESS) {
        printf("user %s: disabled, sessions ended\n", name);
    }
    return status;
}

static apr_status_t enable(tr_admin_t *admin)
{
    const char *name = tr_admin_arg(admin, 0);
    tr_row_t *row;
    apr_status_t status = tr_admin_change(admin, "account_enable",
                                          tr_admin_row(admin, "name", name), &row);

    if (status == TR_ENOTFOUND) {
        return tr_admin_missing(admin, "user", name);
    }
    if (status == APR_SUCCESS) {
        printf("user %s: enabled\n", name);
    }
    return status;
}

static apr_status_t list(tr_admin_t *admin)
{
    return tr_admin_print(admin, "account_list", NULL);
}

static const tr_admin_option_t add_options[] = {
    { "staff", NULL, "may administer" },
    { "service", NULL, "a program: no password, tokens alone" },
    { "no-password", NULL, "no password yet: make a link by 'user invite'" },
    { "project", "NAME", "makes it a member of this project; may be repeated" },
    { "unless-staff", NULL, "adds nobody where an active member of staff is there" },
    { NULL, NULL, NULL },
};

static const tr_admin_option_t invite_options[] = {
    { "url", "ADDRESS", "the site's address, https://host, to print a whole link" },
    { "hours", "NUMBER", "how long it works (72)" },
    { NULL, NULL, NULL },
};

#define PASSWORD_WORDS                                                                         \
    "The password is asked for twice; when standard input is no terminal, its first line is\n" \
    "the password, or a hash as htpasswd -nB prints it."

const tr_verb_t tr_verbs_user[] = {
    { "user", "add", "NAME", 1, 1, add_options, add, "adds a user", PASSWORD_WORDS },
    { "user", "passwd", "NAME", 1, 1, NULL, passwd, "changes a password, ends all sessions",
      PASSWORD_WORDS },
    { "user", "invite", "NAME", 1, 1, invite_options, invite,
      "makes a link by which a user sets a password",
      "It works once. Another one, another password, or disabling the user ends it; until\n"
      "then the present password stays. Its secret stands behind the #, which browsers send\n"
      "to no server." },
    { "user", "list", "", 0, 0, NULL, list, "lists users", NULL },
    { "user", "disable", "NAME", 1, 1, NULL, disable, "keeps a user out, at once",
      "Users are never deleted: what they rated stays theirs." },
    { "user", "enable", "NAME", 1, 1, NULL, enable, "lets a user in again", NULL },
    { NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL },
};
