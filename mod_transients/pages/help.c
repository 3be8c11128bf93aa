/* help.c: the documentation, a page for each page of the site.
 *
 * /help/NAME is docs/help/NAME.md, which is for those who use the site, or else docs/NAME.md,
 * for those who run and change it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include "../lib/tr_file.h"

#include <apr_file_info.h>
#include <apr_strings.h>
#include <string.h>

static const char *find_file(const tr_request_t *req, const char *name)
{
    static const char *const folders[] = { "help/", "" };
    apr_finfo_t info;

    for (int i = 0; i < 2; i++) {
        const char *path = apr_pstrcat(req->pool, tr_site_docs(req->site), "/", folders[i],
                                       name, ".md", NULL);
        if (apr_stat(&info, path, APR_FINFO_TYPE, req->pool) == APR_SUCCESS
            && info.filetype == APR_REG) {
            return path;
        }
    }
    return NULL;
}

/* The first line, "# Title", is the page's heading; the rest its text. */
static void set_text(tr_request_t *req, char *text)
{
    char *line = text + (text[0] == '#') + (text[0] == '#' && text[1] == ' ');
    char *end = strchr(line, '\n');

    tr_row_set(req->data, "text", tr_text(end ? end + 1 : ""));
    if (end) {
        *end = '\0';
    }
    tr_row_set(req->data, "heading", tr_text(line));
}

static apr_status_t show(tr_request_t *req, const char *name)
{
    const char *path = find_file(req, name);
    char *text;
    apr_status_t status;

    if (!path) {
        return tr_problem_add(req->problem, TR_ENOTFOUND, "The help has no page of that name.");
    }
    status = tr_file_read(&text, NULL, path, req->problem, req->pool);
    if (status == APR_SUCCESS) {
        set_text(req, text);
    }
    return status;
}

static apr_status_t finish(tr_request_t *req)
{
    const char *name = tr_row_text(req->args, "page");

    tr_row_set(req->data, "is_index", tr_bool(name == NULL));
    return show(req, name ? name : "index");
}

static const tr_adds_t help_adds[] = {
    { "heading", TR_TEXT },
    { "text", TR_TEXT },
    { "is_index", TR_BOOL },
    { NULL, TR_NULL },
};

static const tr_need_t help_needs[] = { { NULL, NULL, TR_ONE } };

const tr_page_t help_page = {
    .template = "help.html",
    .needs = help_needs,
    .finish = finish,
    .adds = help_adds,
};

const tr_page_t help_index_page = {
    .template = "help.html",
    .needs = help_needs,
    .finish = finish,
    .adds = help_adds,
};

/* --- pictures ---------------------------------------------------------------------- */

static const struct {
    const char *extension;
    const char *type;
} types[] = {
    { ".png", "image/png" },
    { ".webp", "image/webp" },
    { ".svg", "image/svg+xml" },
};

apr_status_t help_picture(tr_request_t *req)
{
    const char *file = tr_row_text(req->args, "file");
    const char *dot = strrchr(file, '.');

    for (size_t i = 0; dot && i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(dot, types[i].extension) == 0) {
            return tr_reply_docs_file(req, apr_pstrcat(req->pool, "images/", file, NULL),
                                      types[i].type);
        }
    }
    return TR_ENOTFOUND;
}
