/* token.c: transients-admin token.
 *
 * SPDX-License-Identifier: MIT
 */
#include "admin.h"

#include "tr_secret.h"

#include <apr_strings.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HINT_LEN = 8, /* characters that tell tokens apart in lists: "mwt_" and four of its own */
    DAYS_MAX = 36500 /* a century */
};

/* Whole days from 1 on; 0 when the text is none. */
static long days_of(const char *text)
{
    char *end;
    long days = strtol(text, &end, 10);

    return *text && !*end && days >= 1 && days <= DAYS_MAX ? days : 0;
}

static apr_status_t fill(tr_admin_t *admin, tr_row_t *args, const char *secret)
{
    const char *name = tr_admin_option(admin, "name"), *scope = tr_admin_option(admin, "scope");
    const char *expires = tr_admin_option(admin, "expires");
    char hash[TR_DIGEST_HEX];

    if (expires && !days_of(expires)) {
        return tr_problem_add(admin->problem, TR_EBAD, "--expires is a number of days.");
    }
    tr_digest_hex(secret, strlen(secret), hash);
    tr_row_set(args, "hash", tr_text(apr_pstrdup(admin->pool, hash)));
    tr_row_set(args, "hint", tr_text(apr_pstrndup(admin->pool, secret, HINT_LEN)));
    tr_row_set(args, "token_name", tr_text(name ? name : "made by transients-admin"));
    tr_row_set(args, "scopes", tr_text(scope ? scope : "upload,read"));
    tr_row_set(args, "days", expires ? tr_int(days_of(expires)) : tr_null());
    return APR_SUCCESS;
}

static apr_status_t add(tr_admin_t *admin)
{
    const char *user = tr_admin_arg(admin, 0), *secret;
    tr_row_t *args = tr_admin_row(admin, "name", user), *row;
    apr_status_t status = tr_secret_make(&secret, "mwt_", admin->pool);

    if (status != APR_SUCCESS) {
        return tr_problem_add(admin->problem, status, "The system gives no random numbers.");
    }
    status = fill(admin, args, secret);
    if (status == APR_SUCCESS) {
        status = tr_admin_change(admin, "token_add", args, &row);
    }
    if (status == TR_ENOTFOUND) {
        return tr_admin_missing(admin, "active user", user);
    }
    if (status == APR_SUCCESS) {
        const char *until = tr_row_text(row, "expires_at");

        printf("token %ld of %s%s%s; it is shown this once:\n%s\n",
               (long)tr_row_int(row, "id", 0), user, until ? ", valid until " : "",
               until ? until : "", secret);
    }
    return status;
}

static int is_number(const char *text)
{
    return *text && strlen(text) <= 18 && strspn(text, "0123456789") == strlen(text);
}

static apr_status_t revoke_token(tr_admin_t *admin)
{
    const char *which = tr_admin_arg(admin, 0);
    int is_id = is_number(which) && !tr_admin_option(admin, "user");
    tr_row_t *args = tr_admin_row(admin, "name", is_id ? NULL : which);
    tr_list_t *rows;
    apr_status_t status = tr_admin_open(admin);

    tr_row_set(args, "id", is_id ? tr_int(apr_atoi64(which)) : tr_null());
    if (status == APR_SUCCESS) {
        status = tr_db_rows(admin->db, "token_revoke", args, &rows, admin->problem,
                            admin->pool);
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    if (!rows->count) {
        return tr_admin_missing(admin, is_id ? "valid token" : "valid token of", which);
    }
    for (int i = 0; i < rows->count; i++) {
        printf("token %ld (%s...): revoked\n", (long)tr_row_int(rows->rows[i], "id", 0),
               tr_row_text(rows->rows[i], "hint"));
    }
    return APR_SUCCESS;
}

static apr_status_t list(tr_admin_t *admin)
{
    return tr_admin_print(admin, "token_list",
                          tr_admin_row(admin, "name", tr_admin_arg(admin, 0)));
}

static const tr_admin_option_t add_options[] = {
    { "name", "TEXT", "what it is for, shown in lists" },
    { "scope", "LIST", "of upload, read, metrics (upload,read)" },
    { "expires", "DAYS", "ends by itself after so many days" },
    { NULL, NULL, NULL },
};

static const tr_admin_option_t revoke_options[] = {
    { "user", NULL, "the argument is a user, even if it is a number" },
    { NULL, NULL, NULL },
};

const tr_verb_t tr_verbs_token[] = {
    { "token", "add", "USER", 1, 1, add_options, add, "makes a key to the API",
      "The key is the last line printed. It is stored as a digest and cannot be shown again." },
    { "token", "revoke", "ID|USER", 1, 1, revoke_options, revoke_token,
      "ends one token, or all of a user", NULL },
    { "token", "list", "[USER]", 0, 1, NULL, list, "lists tokens, never the keys", NULL },
    { NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL },
};
