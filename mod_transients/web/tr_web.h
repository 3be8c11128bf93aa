/* tr_web.h: what pages see of the web layer: routes, pages as constants, requests.
 *
 * A route names who may come, which values it takes and what answers: a page
 * (needed statements, then a template) or a handler.  The order for each
 * request is fixed (web/dispatch.c): route, user, access, values checked at
 * the door, then the page or the handler.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_WEB_H
#define TR_WEB_H

#include "../lib/tr_db.h"
#include "../lib/tr_form.h"
#include "../lib/tr_multipart.h"

#include <httpd.h>

typedef struct tr_site_t tr_site_t; /* one virtual host's configuration, web/site.h */
typedef struct tr_request_t tr_request_t;
typedef struct tr_route_t tr_route_t;
typedef struct tr_page_t tr_page_t;

/* Who may come. Anything less: to the login form (pages), 401 (API), 403, or 404. */
typedef enum {
    TR_PUBLIC,  /* everybody, logged in or not; no database is asked who it is */
    TR_VISITOR, /* everybody; a session is looked up if there is one */
    TR_READER,  /* any active account; nobody, too, where a project may be read without login:
                 * what it holds is shown, and for everything else the login form */
    TR_MEMBER,  /* any active account */
    TR_STAFF,
    TR_UPLOADER /* a token with scope upload (or, for pages, nobody) */
} tr_access_e;

enum { TR_GET = 1, TR_POST = 2 }; /* HEAD goes with GET; OPTIONS and 405 are the web layer's */

/* Needs: statements run in this order with the request's args; their rows become the page's
 * data under `name`. TR_ONE without a row is 404; TR_MAYBE without a row is NULL. */
typedef enum { TR_NEED_ONE, TR_NEED_MAYBE, TR_NEED_MANY } tr_need_e;
#define TR_ONE   TR_NEED_ONE
#define TR_MAYBE TR_NEED_MAYBE
#define TR_MANY  TR_NEED_MANY

typedef struct tr_need_t {
    const char *name;
    const char *statement; /* one with variants is chosen by the page's listing */
    tr_need_e how;
} tr_need_t;

/* Cells: for each row of `need`, a list called `name` (inside that row) of
 * { name, label, unit, text, absent, description } made from the column table's set: what a
 * page shows of measured values without naming them. They are there when `finish` runs. */
typedef struct tr_cells_t {
    const char *need;
    const char *name;
    const char *set;
    /* Which of the set are shown on this request; NULL: all. */
    int (*shows)(const tr_request_t *req, const tr_column_t *column);
} tr_cells_t;

/* A list that is sorted and paged by key. Adds the parameters sort ("can_det_stat" or
 * "-can_det_stat"), after (opaque cursor) and rows; gives the statement its variant and
 * after_null, after_value, after_id, limit; adds to the data
 *   listing: { sort, descending, first_query (NULL on the first page), next_query (NULL on the
 *              last), query (all parameters but after),
 *              whole_query (those without rows: the downloads'), shown, has_rows,
 *              heads: [ { name, label, unit, description, sorted, descending, sort_query,
 *              cell } ], head: { NAME: the same } }
 * where *_query are encoded query strings for {{...query}}. The statement selects the sort
 * key as column "sort_key" and its row's "id". */
typedef struct tr_listing_t {
    const char *need;
    const char *set;          /* e.g. "candidate.sort" */
    const char *default_sort; /* e.g. "-can_det_stat" */
    int rows;                 /* a page; the parameter rows allows 10..200 */
    /* Set whose columns get NAME_min and NAME_max parameters and a list "ranges" { name, label,
     * unit, min, max, min_name, max_name, min_error, max_error, used }; NULL: none. */
    const char *ranges;
    const char *cells; /* use (e.g. "table") whose heads are marked `cell`; NULL: none */
    /* Parameters that say something once and do not go on to other pages of the list, blanks
     * between; NULL: none. */
    const char *once;
} tr_listing_t;

/* Names that `finish` adds to the data: for the site's compiler. Dots reach inside:
 * "toast", "toast.text". */
typedef struct tr_adds_t {
    const char *name;
    tr_kind_e kind;
} tr_adds_t;

/* A table of the page that can be taken away whole, as CSV, FITS, VOTable or JSON: at the
 * page's address with an extension behind it, by Accept, and as JSON where neither "rows" nor
 * "after" is given. It is made after `prepare` and the needs (without the list), from the same
 * arguments; the statement may also ask for :site_url (tr_site_url) and :limit (NULL: all). */
typedef struct tr_export_t {
    const char *statement; /* one with variants is chosen by the page's listing */
    const char *set;       /* its columns, in order: "candidate.export" of the column table */
    const char *name;      /* of the table and the file: "candidates" */
    const char *title;     /* for people: "Candidates" */
    /* The filters in force, for people; NULL: all parameters as "label: value". */
    const char *(*words)(tr_request_t *req);
    int keeps_json; /* .json is the page's own, which has all of it */
    /* Where the flag `when` is among the arguments and true, `then` is made instead. */
    const char *when;
    const struct tr_export_t *then;
} tr_export_t;

struct tr_page_t {
    const char *template; /* "candidate.html" */
    const tr_need_t *needs;
    const tr_cells_t *cells;     /* may be NULL */
    const tr_listing_t *listing; /* may be NULL */
    const tr_export_t *export;   /* may be NULL */
    /* Before the needs: sets or changes req->args. May answer by itself (tr_reply_...). */
    apr_status_t (*prepare)(tr_request_t *req);
    /* Statements' parameters that `prepare` gives beside fields and path, blanks between: for
     * the site's compiler, which refuses a page whose statements ask for more. */
    const char *brings;
    /* After the needs: adds to req->data what `adds` declares. */
    apr_status_t (*finish)(tr_request_t *req);
    const tr_adds_t *adds;
};

struct tr_route_t {
    int methods;      /* TR_GET, TR_POST or both */
    const char *path; /* "/candidates/{id:int}"; kinds: int (>= 0), word ([A-Za-z0-9_.-]+) */
    tr_access_e access;
    const tr_page_t *page; /* answers GET; also shown again (422) when a POST is refused */
    apr_status_t (*handler)(tr_request_t *req); /* answers POST, or GET without a page */
    const tr_field_t *fields; /* of the query (GET) or the body (POST); path values are checked
                                 * by their kinds and stand in args as well */
    const char *nav;          /* which entry of the navigation is current */
    int flags;
    int deadline_ms; /* for the database; 0: the site's TransientsDeadline */
};

enum {
    TR_R_API = 1,        /* errors are JSON always; a token is asked for, never a login form */
    TR_R_MULTIPART = 2,  /* takes multipart/form-data with files */
    TR_R_JSON_BODY = 4,  /* takes application/json */
    TR_R_RAW_FIELDS = 8, /* the handler checks req->input itself */
    TR_R_ASKS = 32, /* a GET refused shows its page (400), which looks at req->problem */
    TR_R_PERSON = 64,    /* for people alone: no token opens it */
    TR_R_LIST = 16       /* a handler that also answers at path + ".json" */
};

/* Who reads. `projects` is a PostgreSQL array literal of the projects that may be seen. */
typedef struct tr_reader_t {
    apr_int64_t id; /* 0: nobody */
    const char *name;
    const char *role; /* rater, staff, service; NULL for nobody */
    const char *projects;
    apr_int64_t token_id; /* 0: a session or nobody */
    const char *scopes;   /* of the token: "{upload,read}"; NULL for a session */
    tr_row_t *row; /* statement account_for_session's or _for_token's row; empty: nobody */
} tr_reader_t;

typedef enum {
    TR_WANTS_HTML,
    TR_WANTS_JSON,
    TR_WANTS_CSV,
    TR_WANTS_VOTABLE,
    TR_WANTS_FITS
} tr_wants_e;

struct tr_request_t {
    request_rec *r;
    apr_pool_t *pool;
    const tr_site_t *site;
    const tr_route_t *route;
    const char *id; /* request id: in every log line, error page and audit row */
    tr_reader_t reader;
    tr_db_t *db; /* reader and actor are set; connects on first use */
    tr_wants_e wants;
    const tr_input_t *input;   /* as sent; NULL for GET without a query */
    tr_multipart_t *multipart; /* NULL without files */
    tr_row_t *args;            /* checked values: path, then fields */
    tr_row_t *data;            /* the page's data; common names: see docs/developer.md */
    tr_problem_t *problem;
    int replied; /* a tr_reply_* was called */
};

/* Gives the database its whole time from now on, where something else took some of it. */
void tr_request_renew_time(tr_request_t *req);

/* --- replies: each ends the work on a request -------------------------------------- */

/* 303 to a path of this site, printf-like; the result must begin with one "/". */
apr_status_t tr_reply_see_other(tr_request_t *req, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A page with the data so far; status e.g. 200, 422. */
apr_status_t tr_reply_page(tr_request_t *req, int status, const tr_page_t *page);
/* JSON text with a status. */
apr_status_t tr_reply_json(tr_request_t *req, int status, const char *json, apr_size_t len);
/* One of our media files: httpd's default handler sends it (ranges, 304, sendfile). `path` is
 * below the site's media folder. */
apr_status_t tr_reply_media(tr_request_t *req, const char *path, const char *type);
/* A picture of the help: `path` is below the site's docs folder. TR_ENOTFOUND: it has none of
 * that name. */
apr_status_t tr_reply_docs_file(tr_request_t *req, const char *path, const char *type);
void tr_reply_header(tr_request_t *req, const char *name, const char *value);

/* --- lists, for pages -------------------------------------------------------------- */

/* The query string of this list's first page without some parameters (names, blanks between, or
 * NULL): taking a filter away. */
const char *tr_listing_query_but(const tr_request_t *req, const char *left_out);
/* The same with `name`=`value` at its end instead of what it was. */
const char *tr_listing_query_with(const tr_request_t *req, const char *left_out,
                                  const char *name, const char *value);
/* The query of the page that begins behind a row (its sort_key and id); NULL: the first
 * page. */
const char *tr_listing_query_after(const tr_request_t *req, const tr_row_t *row);
/* A statement's variant for this list's sort: "NAME.SORT.asc". TR_BACK: the other
 * direction; TR_NO_DIRECTION: "NAME.SORT". */
typedef enum { TR_ON, TR_BACK, TR_NO_DIRECTION } tr_way_e;
const char *tr_listing_variant_of(const tr_request_t *req, const char *statement, tr_way_e way);
/* Sets what a statement asks for that goes on from a row (NULL: from the first one). */
void tr_listing_set_after(tr_request_t *req, const tr_row_t *row);
/* Another page's list, read again from its query string: a request whose args, input and
 * problem are that list's, checked and prepared; its `data` is empty. TR_EBAD: it was no
 * such query. */
apr_status_t tr_listing_read(tr_request_t **list, const tr_request_t *req,
                             const tr_page_t *page, const char *query);
/* The parameters that those queries would have, as rows { name, value }: hidden fields. */
tr_list_t *tr_listing_items(const tr_request_t *req, const char *left_out);
/* What a declared parameter is called for people; NULL: it is not declared. */
const char *tr_listing_label(const tr_request_t *req, const char *name);

/* --- exports, for pages ------------------------------------------------------------ */

/* The export that the request's arguments choose; NULL: the page has none. */
const tr_export_t *tr_export_of(const tr_request_t *req, const tr_page_t *page);
/* The statement that it runs: the variant of the page's listing where there are variants. */
const char *tr_export_statement(const tr_request_t *req, const tr_page_t *page,
                                const tr_export_t *export);
/* The parameters in force, "label: value; label: value", "none" without any. */
const char *tr_export_parameters(const tr_request_t *req);

/* --- the site, for pages ----------------------------------------------------------- */

const tr_columns_t *tr_site_columns(const tr_site_t *site);
const char *tr_site_media(const tr_site_t *site); /* folder of the media files */
const char *tr_site_docs(const tr_site_t *site);  /* folder of the help */
/* Seconds without a request that end a login. */
int tr_site_session_idle(const tr_site_t *site);
const char *tr_site_url(const tr_site_t *site);   /* "https://host", no slash at the end */
/* Hashes a new password at this site's cost. No database connection is held meanwhile, and the
 * time that it takes is not the database's. */
apr_status_t tr_site_hash(tr_request_t *req, const char **hash, const char *password);
/* A value of the reader's settings, e.g. "brightest"; see statement account_for_session. */
const char *tr_reader_setting(const tr_request_t *req, const char *name);

/* pages/help_table.c: the page of the help for routes that begin with `prefix`, the longest
 * prefixes first; ended by a NULL prefix. Any other route's is "index". */
typedef struct tr_help_t {
    const char *prefix;
    const char *page;
} tr_help_t;
extern const tr_help_t tr_help[];

/* pages/routes.c: the table of contents; ended by a NULL path. */
extern const tr_route_t tr_routes[];

#endif
