/* export.c: which table is wanted, what is said of it, and how it leaves.
 *
 * SPDX-License-Identifier: MIT
 */
#include "export.h"

#include "headers.h"
#include "listing.h"
#include "page.h"
#include "request.h"

#include "../lib/tr_buf.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <util_filter.h>

/* ---- which ---- */

static const struct {
    tr_wants_e wants;
    tr_table_format_e format;
} formats[] = {
    { TR_WANTS_JSON, TR_TABLE_JSON },
    { TR_WANTS_CSV, TR_TABLE_CSV },
    { TR_WANTS_VOTABLE, TR_TABLE_VOTABLE },
    { TR_WANTS_FITS, TR_TABLE_FITS },
};

static tr_table_format_e format_of(tr_wants_e wants)
{
    size_t i = sizeof formats / sizeof formats[0] - 1;

    while (i && formats[i].wants != wants) {
        i--;
    }
    return formats[i].format;
}

/* JSON of one page is a page's; the whole list is a table. */
int tr_export_is_wanted(const tr_request_t *req, const tr_page_t *page)
{
    if (!page->export || req->wants == TR_WANTS_HTML) {
        return 0;
    }
    return req->wants != TR_WANTS_JSON
           || (!page->export->keeps_json && tr_row_is_null(req->args, "rows")
               && tr_row_is_null(req->args, "after"));
}

const tr_export_t *tr_export_of(const tr_request_t *req, const tr_page_t *page)
{
    const tr_export_t *export = page->export;

    while (export && export->when && tr_row_flag(req->args, export->when)) {
        export = export->then;
    }
    return export;
}

const char *tr_export_statement(const tr_request_t *req, const tr_page_t *page,
                                const tr_export_t *export)
{
    if (tr_statement_find(req->site->statements, export->statement)) {
        return export->statement;
    }
    return tr_listing_chosen(req, page->listing, export->statement);
}

/* ---- what is said of it ---- */

static int narrows(const tr_request_t *req, const tr_input_item_t *item)
{
    static const char *const others[] = { "sort", "after", "rows" };

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (!strcmp(others[i], item->name)) {
            return 0;
        }
    }
    return item->len && tr_listing_label(req, item->name);
}

const char *tr_export_parameters(const tr_request_t *req)
{
    tr_buf_t *words = tr_buf_make(0, req->pool);

    for (int i = 0; req->input && i < req->input->items->nelts; i++) {
        const tr_input_item_t *item = &APR_ARRAY_IDX(req->input->items, i, tr_input_item_t);
        if (narrows(req, item)) {
            tr_buf_printf(words, "%s%s: %s", words->len ? "; " : "",
                          tr_listing_label(req, item->name), item->data);
        }
    }
    return words->len ? words->data : "none";
}

static void add_columns(tr_table_head_t *head, const tr_request_t *req, const char *set)
{
    int count;
    const tr_column_t *const *from = tr_columns_set(req->site->columns, set, &count);
    tr_table_column_t *to = apr_pcalloc(req->pool, sizeof *to * (apr_size_t)count);

    for (int i = 0; i < count; i++) {
        to[i].name = from[i]->name;
        to[i].type = from[i]->type;
        to[i].unit = from[i]->unit;
        to[i].ucd = from[i]->ucd;
        to[i].description = from[i]->description;
        to[i].max_len = from[i]->max_len;
    }
    head->columns = to;
    head->column_count = count;
}

static const char *address_of(const tr_request_t *req)
{
    return apr_pstrcat(req->pool, req->site->url, req->r->uri, req->r->args ? "?" : "",
                       req->r->args, NULL);
}

static void add_info(apr_array_header_t *infos, const char *name, const char *value,
                     const char *words)
{
    *(tr_table_info_t *)apr_array_push(infos) = (tr_table_info_t){ name, value, words };
}

static apr_status_t add_infos(tr_table_head_t *head, tr_request_t *req, const tr_page_t *page,
                              const tr_export_t *export)
{
    apr_array_header_t *infos = apr_array_make(req->pool, 8, sizeof(tr_table_info_t));
    const char *sort = page->listing ? tr_row_text(req->args, "sort") : NULL;
    tr_row_t *state;
    apr_status_t status = tr_db_row(req->db, "site_state", req->args, &state, req->problem,
                                    req->pool);

    if (status != APR_SUCCESS) {
        return status;
    }
    add_info(infos, "SITE", req->site->url, "where it comes from");
    add_info(infos, "ADDRESS", address_of(req), "the address asked");
    add_info(infos, "FILTERS", export->words ? export->words(req) : tr_export_parameters(req),
             "what the rows are narrowed by");
    if (page->listing) {
        add_info(infos, "ORDER", sort ? sort : page->listing->default_sort,
                 "what the rows are sorted by; - is descending");
    }
    add_info(infos, "VERSION", req->site->version, "of the site's software");
    add_info(infos, "SCHEMA", tr_value_to_text(tr_row_get(state, "migration"), req->pool),
             "number of the database's last migration");
    add_info(infos, "TIMESYS", "GPS", "what columns of GPS seconds count by");
    head->infos = (const tr_table_info_t *)infos->elts;
    head->info_count = infos->nelts;
    return APR_SUCCESS;
}

static apr_status_t describe(tr_table_head_t *head, tr_request_t *req, const tr_page_t *page,
                             const tr_export_t *export)
{
    const char *dot = strchr(export->set, '.');

    head->name = apr_pstrmemdup(req->pool, export->set, (apr_size_t)(dot - export->set));
    head->title = export->title;
    add_columns(head, req, export->set);
    return add_infos(head, req, page, export);
}

/* ---- out ---- */

static void set_headers(tr_request_t *req, const tr_export_t *export, tr_table_format_e format)
{
    request_rec *r = req->r;
    apr_time_exp_t t;

    apr_time_exp_gmt(&t, apr_time_now());
    tr_headers_private(req);
    apr_table_mergen(r->headers_out, "Vary", "Accept");
    /* As it stands: with its length, and by sendfile where that is on. */
    apr_table_setn(r->subprocess_env, "no-gzip", "1");
    if (format != TR_TABLE_JSON) {
        tr_reply_header(req, "Content-Disposition",
                        apr_psprintf(req->pool,
                                     "attachment; filename=\"%s-%04d%02d%02dT%02d%02dZ.%s\"",
                                     export->name, t.tm_year + 1900, t.tm_mon + 1, t.tm_mday,
                                     t.tm_hour, t.tm_min, tr_table_extension(format)));
    }
    ap_set_content_type(r, tr_table_media_type(format));
}

static apr_status_t send_file(tr_request_t *req, const tr_export_file_t *file)
{
    request_rec *r = req->r;
    apr_bucket_brigade *bb = apr_brigade_create(r->pool, r->connection->bucket_alloc);

    if (file) {
        ap_set_content_length(r, file->size);
        apr_brigade_insert_file(bb, file->file, 0, file->size, r->pool);
    }
    APR_BRIGADE_INSERT_TAIL(bb, apr_bucket_eos_create(r->connection->bucket_alloc));
    req->replied = 1;
    r->status = HTTP_OK;
    ap_pass_brigade(r->output_filters, bb);
    return APR_SUCCESS;
}

/* What statements of exports may ask for besides the page's arguments. */
static void add_arguments(tr_request_t *req)
{
    tr_row_set(req->args, "site_url", tr_text(req->site->url));
    tr_row_set(req->args, "limit", tr_null());
}

apr_status_t tr_export_answer(tr_request_t *req, const tr_page_t *page)
{
    const tr_export_t *export = tr_export_of(req, page);
    tr_table_format_e format = format_of(req->wants);
    tr_table_head_t head = { export->name, export->title, 0, NULL, 0, NULL };
    tr_export_file_t file = { NULL, 0, 0 };
    apr_status_t status = tr_page_begin(req, page);

    if (status != APR_SUCCESS || req->replied) {
        return status;
    }
    if (req->r->header_only) { /* the size is known only when all is read */
        tr_db_close(req->db);
        set_headers(req, export, format);
        return send_file(req, NULL);
    }
    add_arguments(req);
    status = describe(&head, req, page, export);
    if (status == APR_SUCCESS) {
        status = tr_export_file_make(&file, req, tr_export_statement(req, page, export), format,
                                     &head);
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    set_headers(req, export, format);
    return send_file(req, &file);
}
