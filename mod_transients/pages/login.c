/* login.c: log in, log out, and give back what was typed when a session had ended.
 *
 * A form that comes without a session is answered by the login form, which
 * carries what was typed in hidden fields.  After the login the session carries
 * it, /kept shows it, and one button posts it again to where it was meant for,
 * with the same request key, so that it is stored once.
 *
 * SPDX-License-Identifier: MIT
 */
#include "login.h"

#include "../web/authn.h"
#include "../web/session.h"
#include "kept.h"

#include <apr_strings.h>
#include <string.h>

/* --- the page ---------------------------------------------------------------------- */

static const tr_adds_t login_adds[] = {
    { "next", TR_TEXT },        /* where to go on; begins with "/" */
    { "typed_name", TR_TEXT },  /* the user name of a refused login */
    { "login_words", TR_TEXT }, /* why it was refused */
    { "login_waits", TR_BOOL }, /* too many wrong passwords */
    { "has_ended", TR_BOOL },   /* there was a session, now there is none */
    { "is_kept", TR_BOOL },     /* what was posted is carried along */
    { "is_set", TR_BOOL },      /* a password was just set by a link */
    { "is_lost", TR_BOOL },     /* it was too long for that, or had files */
    { "kept_path", TR_TEXT },
    { "kept_fields", TR_TEXT },
    { "kept_items", TR_LIST },
    { "kept_items.name", TR_TEXT },
    { "kept_items.value", TR_TEXT },
    { "kept_items.label", TR_TEXT },
    { "kept_items.shown", TR_BOOL },
    { NULL, TR_NULL },
};

/* clang-format off */
const tr_field_t tr_login_query[] = {
    { .name = "next", .kind = TR_F_TEXT, .max_len = 2000, .label = "Next" },
    { .name = "said", .kind = TR_F_CHOICE, .choices = "password-set", .label = "Said" },
    { .name = NULL },
};

/* None is required: a login without a name is a wrong login, not a form with faults. */
const tr_field_t tr_login_fields[] = {
    { .name = "name", .kind = TR_F_TEXT, .flags = TR_F_TRIM, .max_len = 200,
      .label = "User name" },
    { .name = "password", .kind = TR_F_TEXT, .flags = TR_F_SECRET, .max_len = 4096,
      .label = "Password" },
    { .name = "next", .kind = TR_F_TEXT, .max_len = 2000 },
    { .name = TR_KEPT_PATH, .kind = TR_F_TEXT, .max_len = 2000 },
    { .name = TR_KEPT_FIELDS, .kind = TR_F_TEXT, .max_len = TR_KEPT_MAX },
    { .name = NULL },
};
/* clang-format on */

static const char *local_or_home(const char *path)
{
    return path && tr_path_is_local(path) ? path : "/";
}

/* Nobody who is logged in needs the form, nor where httpd asks in another way: there, the page
 * that was wanted makes it ask. */
static apr_status_t login_prepare(tr_request_t *req)
{
    if (req->r->method_number == M_GET && (req->reader.id || !tr_session_is_form(req->r))
        && req->route->page == &tr_login_page) {
        return tr_reply_see_other(req, "%s", local_or_home(tr_row_text(req->args, "next")));
    }
    return APR_SUCCESS;
}

/* Handlers have set what they know; the address says the rest. */
static apr_status_t login_finish(tr_request_t *req)
{
    if (req->r->method_number == M_GET) {
        tr_row_set(req->data, "is_set", tr_bool(tr_row_text(req->args, "said") != NULL));
    }
    if (!tr_row_text(req->data, "next")) {
        tr_row_set(req->data, "next", tr_text(local_or_home(tr_row_text(req->args, "next"))));
    }
    return APR_SUCCESS;
}

const tr_page_t tr_login_page = {
    .template = "login.html",
    .prepare = login_prepare,
    .finish = login_finish,
    .adds = login_adds,
};

static void carry(tr_request_t *req, const char *path, const char *fields)
{
    tr_row_set(req->data, "is_kept", tr_bool(1));
    tr_row_set(req->data, "kept_path", tr_text(path));
    tr_row_set(req->data, "kept_fields", tr_text(fields));
    tr_row_set(req->data, "kept_items", tr_of_list(tr_kept_list(fields, path, req->pool)));
}

/* --- a request of nobody ----------------------------------------------------------- */

/* Bodies with files are not read for nobody. */
static int has_files(const tr_request_t *req)
{
    const char *type = apr_table_get(req->r->headers_in, "Content-Type");

    return type && strncasecmp(type, "multipart/", 10) == 0;
}

static void carry_post(tr_request_t *req)
{
    const char *fields = tr_kept_pack(req);
    const char *path = req->r->unparsed_uri;

    if (fields && *fields && tr_kept_is_path(path, req->pool)) {
        carry(req, path, fields);
    }
    tr_row_set(req->data, "is_lost", tr_bool(!fields || has_files(req)));
}

apr_status_t tr_login_required(tr_request_t *req)
{
    int is_post = req->r->method_number == M_POST;

    tr_row_set(req->data, "has_ended", tr_bool(tr_session_of(req->r)->id_hash != NULL));
    if (is_post) {
        carry_post(req);
    }
    tr_row_set(req->data, "next", tr_text(is_post ? "/" : local_or_home(req->r->unparsed_uri)));
    return tr_reply_page(req, HTTP_UNAUTHORIZED, &tr_login_page);
}

/* --- logging in and out ------------------------------------------------------------ */

static const char *wait_words(const tr_request_t *req, int wait_s)
{
    const char *unit = wait_s < 120 ? "s" : "min";
    int count = wait_s < 120 ? wait_s : (wait_s + 59) / 60;

    return apr_psprintf(req->pool, "Too many wrong passwords: try again in %d %s.", count,
                        unit);
}

static const char *refusal_words(tr_request_t *req, const tr_login_t *login)
{
    if (login->wait_s > 0) {
        tr_reply_header(req, "Retry-After", apr_itoa(req->pool, login->wait_s));
        return wait_words(req, login->wait_s);
    }
    if (login->unknown) {
        return "The password is right, but this site has no account of that name. Ask a staff "
               "member of the site for one.";
    }
    return "User name or password is wrong.";
}

/* The form again, with all but the password. */
static apr_status_t refuse(tr_request_t *req, const tr_login_t *login)
{
    const char *path = tr_row_text(req->args, TR_KEPT_PATH);
    const char *fields = tr_row_text(req->args, TR_KEPT_FIELDS);

    tr_row_set(req->data, "typed_name", tr_text(tr_row_text(req->args, "name")));
    tr_row_set(req->data, "login_words", tr_text(refusal_words(req, login)));
    tr_row_set(req->data, "login_waits", tr_bool(login->wait_s > 0));
    if (path && fields && tr_kept_is_path(path, req->pool)) {
        carry(req, path, fields);
    }
    return tr_reply_page(req, login->unknown ? HTTP_FORBIDDEN : HTTP_UNAUTHORIZED,
                         &tr_login_page);
}

/* Into mod_session's record before the login stores it. */
static int keep_over_login(tr_request_t *req)
{
    const char *path = tr_row_text(req->args, TR_KEPT_PATH);
    const char *fields = tr_row_text(req->args, TR_KEPT_FIELDS);

    if (!path || !fields || !tr_kept_is_path(path, req->pool)) {
        return 0;
    }
    tr_session_set(req, TR_KEPT_PATH, path);
    tr_session_set(req, TR_KEPT_FIELDS, fields);
    return 1;
}

apr_status_t tr_login_submit(tr_request_t *req)
{
    const char *name = tr_row_text(req->args, "name");
    const char *password = tr_row_text(req->args, "password");
    int is_kept = keep_over_login(req);
    tr_login_t login = { 0 };
    apr_status_t status = APR_SUCCESS;

    if (name && password) {
        status = tr_authn_login(req, name, password, &login);
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    if (!login.passed) {
        return refuse(req, &login);
    }
    return tr_reply_see_other(
        req, "%s", is_kept ? "/kept" : local_or_home(tr_row_text(req->args, "next")));
}

apr_status_t tr_login_logout(tr_request_t *req)
{
    apr_status_t status = tr_session_end(req);

    return status == APR_SUCCESS ? tr_reply_see_other(req, "/login") : status;
}

/* --- what was kept ----------------------------------------------------------------- */

static const tr_adds_t kept_adds[] = {
    { "has_kept", TR_BOOL },
    { "kept_first", TR_TEXT }, /* the first part of the path that it goes to */
    { "kept_parts", TR_LIST }, /* and the further ones */
    { "kept_parts.part", TR_TEXT },
    { "kept_items", TR_LIST },
    { "kept_items.name", TR_TEXT },
    { "kept_items.value", TR_TEXT },
    { "kept_items.label", TR_TEXT },
    { "kept_items.shown", TR_BOOL },
    { NULL, TR_NULL },
};

/* A template writes a path part by part, each encoded. */
static void set_path(tr_request_t *req, const char *path)
{
    tr_list_t *parts = tr_list_make(req->pool);
    char *rest = apr_pstrndup(req->pool, path, strcspn(path, "?"));
    char *state;
    const char *part = apr_strtok(rest, "/", &state);

    tr_row_set(req->data, "kept_first", tr_text(part ? part : ""));
    while (part && (part = apr_strtok(NULL, "/", &state))) {
        tr_row_set(tr_list_add(parts), "part", tr_text(part));
    }
    tr_row_set(req->data, "kept_parts", tr_of_list(parts));
}

static apr_status_t kept_finish(tr_request_t *req)
{
    const char *path = tr_session_get(req, TR_KEPT_PATH);
    const char *fields = tr_session_get(req, TR_KEPT_FIELDS);

    if (!path || !fields || !tr_kept_is_path(path, req->pool)) {
        tr_row_set(req->data, "has_kept", tr_bool(0));
        return APR_SUCCESS;
    }
    tr_row_set(req->data, "has_kept", tr_bool(1));
    set_path(req, path);
    tr_row_set(req->data, "kept_items", tr_of_list(tr_kept_list(fields, path, req->pool)));
    return APR_SUCCESS;
}

const tr_page_t tr_kept_page = {
    .template = "kept.html",
    .finish = kept_finish,
    .adds = kept_adds,
};

/* The other button: the reader does not want it any more. */
apr_status_t tr_kept_drop(tr_request_t *req)
{
    tr_session_set(req, TR_KEPT_PATH, NULL);
    tr_session_set(req, TR_KEPT_FIELDS, NULL);
    return tr_reply_see_other(req, "/");
}
