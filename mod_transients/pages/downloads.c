/* downloads.c: all tables that can be taken away: what is in them, how large they are, how they
 * are read.
 *
 * Each table is a page of its own, whose export it is; what it shows of its columns is the
 * column table's.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include "../lib/tr_time.h"

#include <apr_strings.h>
#include <string.h>

#define SAMPLE_ROWS  5
#define SAMPLE_BYTES 60 /* of one value, about */

/* --- the tables --------------------------------------------------------------------- */

static const tr_export_t history_export = {
    .statement = "rating_history_export",
    .set = "rating.history",
    .name = "rating-history",
    .title = "Ratings with their history",
};

static const tr_export_t exports[DOWNLOAD_COUNT] = {
    [DOWNLOAD_CANDIDATES] = { .statement = "candidate_all_export",
                              .set = "candidate.export",
                              .name = "candidates",
                              .title = "Candidates" },
    [DOWNLOAD_OBSERVATIONS] = { .statement = "observation_all_export",
                                .set = "observation.export",
                                .name = "observations",
                                .title = "Observations" },
    [DOWNLOAD_RATINGS] = { .statement = "rating_export",
                           .set = "rating.export",
                           .name = "ratings",
                           .title = "Ratings",
                           .when = "history",
                           .then = &history_export },
    [DOWNLOAD_PROJECTS] = { .statement = "project_export",
                            .set = "project.export",
                            .name = "projects",
                            .title = "Projects" },
    [DOWNLOAD_FILTERS] = { .statement = "filter_export",
                           .set = "filter.export",
                           .name = "filters",
                           .title = "Filters" },
    [DOWNLOAD_CLASSIFICATIONS] = { .statement = "classification_export",
                                   .set = "classification.export",
                                   .name = "classifications",
                                   .title = "Classifications" },
    [DOWNLOAD_PULSARS] = { .statement = "pulsar_export",
                           .set = "pulsar.export",
                           .name = "pulsars",
                           .title = "Pulsars of the ATNF catalogue" },
    [DOWNLOAD_ASSOCIATIONS] = { .statement = "association_export",
                                .set = "association.export",
                                .name = "associations",
                                .title = "Candidates matched to pulsars" },
    [DOWNLOAD_UPLOADS] = { .statement = "upload_run_export",
                           .set = "upload_run.export",
                           .name = "uploads",
                           .title = "Upload runs" },
    [DOWNLOAD_SEARCHES] = { .statement = "search_record_export",
                            .set = "search_record.export",
                            .name = "searches",
                            .title = "Search records" },
    [DOWNLOAD_USERS] = { .statement = "user_export",
                         .set = "user.export",
                         .name = "users",
                         .title = "Users" },
};

static const char *const words[DOWNLOAD_COUNT] = {
    [DOWNLOAD_CANDIDATES] = "What the pipelines found, with every measured value. Download on "
                            "the candidate table takes just the rows of its filters.",
    [DOWNLOAD_OBSERVATIONS] = "Pointings, with how many candidates each has and how many of "
                              "them are rated.",
    [DOWNLOAD_RATINGS] = "Who gave which rating and classification. They can be had as they "
                         "stood at any time, and with their whole history.",
    [DOWNLOAD_PROJECTS] = "Collections of candidates that you may see.",
    [DOWNLOAD_FILTERS] = "The pipelines' detection filters.",
    [DOWNLOAD_CLASSIFICATIONS] = "The labels that raters choose from.",
    [DOWNLOAD_PULSARS] = "The catalogue that candidates are compared with.",
    [DOWNLOAD_ASSOCIATIONS] = "Which candidate is matched to which pulsar, and by whom.",
    [DOWNLOAD_UPLOADS] = "Calls of the upload client: who, from where, which table.",
    [DOWNLOAD_SEARCHES] = "Which observation was searched with which filter, with or without "
                          "candidates.",
    [DOWNLOAD_USERS] = "Accounts, for staff alone. Nothing secret is in it.",
};

/* --- how large ---------------------------------------------------------------------- */

/* Bytes that one value of a type takes, about; text as it was met. */
static const struct {
    const char *type;
    int written; /* in CSV */
    int binary;  /* in FITS; text has 8 more for where it stands */
} widths[] = {
    { "bigint", 7, 8 },  { "integer", 3, 4 },       { "smallint", 1, 2 }, { "float8", 12, 8 },
    { "boolean", 4, 1 }, { "timestamptz", 24, 27 }, { "jsonb", 20, 28 },  { "text", 12, 20 },
};

typedef struct row_size_t {
    double csv, json, vot, fits;
} row_size_t;

static void add_width(row_size_t *size, const tr_column_t *column)
{
    size_t i = sizeof widths / sizeof widths[0] - 1;

    while (i && strcmp(widths[i].type, column->type)) {
        i--;
    }
    size->csv += widths[i].written + 1;
    size->json += widths[i].written + (double)strlen(column->name) + 4;
    size->vot += widths[i].written + 9; /* <TD></TD> */
    size->fits += widths[i].binary;
}

static row_size_t row_size(const tr_request_t *req, const char *set)
{
    int count;
    const tr_column_t *const *columns = tr_columns_set(tr_site_columns(req->site), set, &count);
    row_size_t size = { 0, 0, 0, 0 };

    for (int i = 0; i < count; i++) {
        add_width(&size, columns[i]);
    }
    return size;
}

static const char *size_words(double bytes, apr_pool_t *pool)
{
    static const char *const units[] = { "kB", "MB", "GB" };
    size_t unit = 0;
    double size = bytes / 1000;

    while (size >= 1000 && unit < 2) {
        size /= 1000;
        unit++;
    }
    return size < 1 ? "under 1 kB"
                    : apr_psprintf(pool, size < 10 ? "%.1f %s" : "%.0f %s", size, units[unit]);
}

static void add_formats(tr_row_t *row, const tr_request_t *req, const char *set,
                        apr_int64_t rows)
{
    const row_size_t size = row_size(req, set);
    const struct {
        const char *extension, *name;
        double bytes;
    } formats[] = {
        { "fits", "FITS", 20000 + (double)rows * size.fits },
        { "csv", "CSV", (double)rows * size.csv },
        { "vot", "VOTable", 8000 + (double)rows * size.vot },
        { "json", "JSON", 8000 + (double)rows * size.json },
    };
    tr_list_t *list = tr_list_make(req->pool);

    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        tr_row_t *format = tr_list_add(list);

        tr_row_set(format, "extension", tr_text(formats[i].extension));
        tr_row_set(format, "format", tr_text(formats[i].name));
        tr_row_set(format, "size", tr_text(size_words(formats[i].bytes, req->pool)));
    }
    tr_row_set(row, "formats", tr_of_list(list));
}

/* --- one table ---------------------------------------------------------------------- */

static int kind_of(const tr_request_t *req)
{
    return (int)(req->route->page - download_pages);
}

static const tr_row_t *count_of(const tr_request_t *req, const char *name)
{
    const tr_list_t *counts = tr_row_list(req->data, "counts");

    for (int i = 0; counts && i < counts->count; i++) {
        const char *its = tr_row_text(counts->rows[i], "name");
        if (its && !strcmp(its, name)) {
            return counts->rows[i];
        }
    }
    return NULL;
}

static void describe(tr_row_t *row, const tr_request_t *req, int kind, const char *set)
{
    const tr_row_t *count = count_of(req, exports[kind].name);
    apr_int64_t rows = count ? tr_row_int(count, "row_count", 0) : 0;

    tr_row_set(row, "name", tr_text(exports[kind].name));
    tr_row_set(row, "title", tr_text(exports[kind].title));
    tr_row_set(row, "about", tr_text(words[kind]));
    tr_row_set(row, "row_count", tr_int(rows > 10000 ? 10000 : rows));
    tr_row_set(row, "capped", tr_bool(count && tr_row_flag(count, "capped")));
    add_formats(row, req, set, rows);
}

static void add_columns(const tr_request_t *req, const char *set)
{
    int count;
    const tr_column_t *const *columns = tr_columns_set(tr_site_columns(req->site), set, &count);
    tr_list_t *list = tr_list_make(req->pool);

    for (int i = 0; i < count; i++) {
        tr_row_t *row = tr_list_add(list);

        tr_row_set(row, "name", tr_text(columns[i]->name));
        tr_row_set(row, "type", tr_text(columns[i]->type));
        tr_row_set(row, "unit", tr_text(columns[i]->unit));
        tr_row_set(row, "ucd", tr_text(columns[i]->ucd));
        tr_row_set(row, "description", tr_text(columns[i]->description));
    }
    tr_row_set(req->data, "columns", tr_of_list(list));
}

/* A value as short text; cut between letters. */
static const char *sample_text(const tr_value_t *value, apr_pool_t *pool)
{
    const char *text = tr_value_to_text(value, pool);
    apr_size_t len = strlen(text);

    if (len <= SAMPLE_BYTES) {
        return text;
    }
    for (len = SAMPLE_BYTES; len && ((unsigned char)text[len] & 0xc0) == 0x80;) {
        len--;
    }
    return apr_pstrcat(pool, apr_pstrmemdup(pool, text, len), "…", NULL);
}

static void add_sample_row(tr_list_t *sample, const tr_row_t *from, apr_pool_t *pool)
{
    tr_list_t *cells = tr_list_make(pool);

    for (int i = 0; i < from->count; i++) {
        tr_row_t *cell = tr_list_add(cells);

        tr_row_set(cell, "text", tr_text(sample_text(&from->values[i], pool)));
        tr_row_set(cell, "absent", tr_bool(from->values[i].kind == TR_NULL));
    }
    tr_row_set(tr_list_add(sample), "cells", tr_of_list(cells));
}

static apr_status_t add_sample(tr_request_t *req, const tr_export_t *export)
{
    tr_list_t *rows, *sample = tr_list_make(req->pool);
    apr_status_t status;

    tr_row_set(req->data, "sample", tr_of_list(sample));
    if (tr_problem_count(req->problem)) {
        return APR_SUCCESS; /* what was asked for is wrong: nothing else is shown instead */
    }
    tr_row_set(req->args, "site_url", tr_text(tr_site_url(req->site)));
    tr_row_set(req->args, "limit", tr_int(SAMPLE_ROWS));
    status = tr_db_rows(req->db, tr_export_statement(req, req->route->page, export), req->args,
                        &rows, req->problem, req->pool);
    for (int i = 0; status == APR_SUCCESS && i < rows->count; i++) {
        add_sample_row(sample, rows->rows[i], req->pool);
    }
    tr_row_set(req->data, "has_sample", tr_bool(sample->count > 0));
    return status;
}

/* What the links to the files carry on: the options in force. */
static const char *query_of(const tr_request_t *req)
{
    const char *query = tr_listing_query_but(req, NULL);

    return *query ? query : NULL;
}

static apr_status_t finish(tr_request_t *req)
{
    const tr_export_t *export = tr_export_of(req, req->route->page);
    tr_row_t *table = tr_row_make(req->pool);
    int kind = kind_of(req);

    describe(table, req, kind, export->set);
    tr_row_set(table, "query", tr_text(query_of(req)));
    tr_row_set(table, "has_project",
               tr_bool(kind == DOWNLOAD_CANDIDATES || kind == DOWNLOAD_OBSERVATIONS
                       || kind == DOWNLOAD_RATINGS));
    tr_row_set(table, "has_history", tr_bool(kind == DOWNLOAD_RATINGS));
    tr_row_set(table, "history", tr_bool(tr_row_flag(req->args, "history")));
    tr_row_set(table, "mine", tr_bool(tr_row_text(req->args, "user") != NULL));
    tr_row_set(req->data, "table", tr_of_row(table));
    tr_row_set(req->data, "site_url", tr_text(tr_site_url(req->site)));
    add_columns(req, export->set);
    return add_sample(req, export);
}

/* --- what is asked ------------------------------------------------------------------ */

const tr_field_t download_project_fields[] = {
    { .name = "project", .kind = TR_F_INT, .min = 0, .max = 9e18, .label = "Project" },
    { .name = NULL },
};

const tr_field_t download_rating_fields[] = {
    { .name = "project", .kind = TR_F_INT, .min = 0, .max = 9e18, .label = "Project" },
    { .name = "user", .kind = TR_F_CHOICE, .choices = "me", .label = "User" },
    { .name = "history", .kind = TR_F_BOOL, .label = "With history" },
    { .name = "as_of",
      .max_len = TR_TIME_TEXT_SIZE - 1,
      .flags = TR_F_TRIM,
      .label = "As of, UTC" },
    { .name = NULL },
};

static void set_project(tr_request_t *req)
{
    if (tr_row_int(req->args, "project", 0) == 0) {
        tr_row_set(req->args, "project", tr_null());
    }
}

static apr_status_t prepare(tr_request_t *req)
{
    set_project(req);
    return APR_SUCCESS;
}

static apr_status_t prepare_ratings(tr_request_t *req)
{
    const char *text = tr_row_text(req->args, "as_of"), *why;
    char *iso = apr_palloc(req->pool, TR_TIME_TEXT_SIZE);
    tr_utc_t utc;

    set_project(req);
    if (!text) {
        return APR_SUCCESS;
    }
    if (tr_time_parse(&utc, text, &why) != APR_SUCCESS) {
        tr_row_set(req->args, "as_of", tr_null());
        return tr_problem_field(req->problem, "as_of", "%s", why);
    }
    tr_time_write(iso, &utc, TR_TIME_ISO, TR_TIME_DIGITS_MAX);
    tr_row_set(req->args, "as_of", tr_text(iso));
    return APR_SUCCESS;
}

/* To anybody else it is not there. */
static apr_status_t prepare_users(tr_request_t *req)
{
    set_project(req);
    return req->reader.role && !strcmp(req->reader.role, "staff") ? APR_SUCCESS : TR_ENOTFOUND;
}

/* --- the pages ---------------------------------------------------------------------- */

static const tr_need_t download_needs[] = {
    { "counts", "download_counts", TR_MANY },
    { "projects", "project_choices", TR_MANY },
    { NULL, NULL, TR_ONE },
};

static const tr_adds_t download_adds[] = {
    { "table", TR_ROW },
    { "table.name", TR_TEXT },
    { "table.title", TR_TEXT },
    { "table.about", TR_TEXT },
    { "table.row_count", TR_INT },
    { "table.capped", TR_BOOL },
    { "table.query", TR_TEXT },
    { "table.has_project", TR_BOOL },
    { "table.has_history", TR_BOOL },
    { "table.history", TR_BOOL },
    { "table.mine", TR_BOOL },
    { "table.formats", TR_LIST },
    { "table.formats.extension", TR_TEXT },
    { "table.formats.format", TR_TEXT },
    { "table.formats.size", TR_TEXT },
    { "columns", TR_LIST },
    { "columns.name", TR_TEXT },
    { "columns.type", TR_TEXT },
    { "columns.unit", TR_TEXT },
    { "columns.ucd", TR_TEXT },
    { "columns.description", TR_TEXT },
    { "has_sample", TR_BOOL },
    { "sample", TR_LIST },
    { "sample.cells", TR_LIST },
    { "sample.cells.text", TR_TEXT },
    { "sample.cells.absent", TR_BOOL },
    { "site_url", TR_TEXT },
    { NULL, TR_NULL },
};

/* clang-format off */
#define PAGE(kind, prepares)                                                                  \
    { .template = "download.html", .needs = download_needs, .export = &exports[kind],         \
      .prepare = prepares, .brings = "project", .finish = finish, .adds = download_adds }
/* clang-format on */

const tr_page_t download_pages[DOWNLOAD_COUNT] = {
    [DOWNLOAD_CANDIDATES] = PAGE(DOWNLOAD_CANDIDATES, prepare),
    [DOWNLOAD_OBSERVATIONS] = PAGE(DOWNLOAD_OBSERVATIONS, prepare),
    [DOWNLOAD_RATINGS] = PAGE(DOWNLOAD_RATINGS, prepare_ratings),
    [DOWNLOAD_PROJECTS] = PAGE(DOWNLOAD_PROJECTS, prepare),
    [DOWNLOAD_FILTERS] = PAGE(DOWNLOAD_FILTERS, prepare),
    [DOWNLOAD_CLASSIFICATIONS] = PAGE(DOWNLOAD_CLASSIFICATIONS, prepare),
    [DOWNLOAD_PULSARS] = PAGE(DOWNLOAD_PULSARS, prepare),
    [DOWNLOAD_ASSOCIATIONS] = PAGE(DOWNLOAD_ASSOCIATIONS, prepare),
    [DOWNLOAD_UPLOADS] = PAGE(DOWNLOAD_UPLOADS, prepare),
    [DOWNLOAD_SEARCHES] = PAGE(DOWNLOAD_SEARCHES, prepare),
    [DOWNLOAD_USERS] = PAGE(DOWNLOAD_USERS, prepare_users),
};

/* --- all of them -------------------------------------------------------------------- */

static const tr_need_t index_needs[] = {
    { "counts", "download_counts", TR_MANY },
    { NULL, NULL, TR_ONE },
};

/* What names people is not for nobody; the table of contents says which those are. */
static int is_shown(tr_request_t *req, int kind)
{
    const tr_route_t *route = tr_routes;

    if (kind == DOWNLOAD_USERS) {
        return prepare_users(req) == APR_SUCCESS;
    }
    while (route->path && route->page != &download_pages[kind]) {
        route++;
    }
    return req->reader.id || route->access == TR_READER;
}

static apr_status_t finish_index(tr_request_t *req)
{
    tr_list_t *tables = tr_list_make(req->pool);

    for (int kind = 0; kind < DOWNLOAD_COUNT; kind++) {
        if (is_shown(req, kind)) {
            describe(tr_list_add(tables), req, kind, exports[kind].set);
        }
    }
    tr_row_set(req->data, "tables", tr_of_list(tables));
    tr_row_set(req->data, "site_url", tr_text(tr_site_url(req->site)));
    return APR_SUCCESS;
}

static const tr_adds_t index_adds[] = {
    { "tables", TR_LIST },
    { "tables.name", TR_TEXT },
    { "tables.title", TR_TEXT },
    { "tables.about", TR_TEXT },
    { "tables.row_count", TR_INT },
    { "tables.capped", TR_BOOL },
    { "tables.formats", TR_LIST },
    { "tables.formats.extension", TR_TEXT },
    { "tables.formats.format", TR_TEXT },
    { "tables.formats.size", TR_TEXT },
    { "site_url", TR_TEXT },
    { NULL, TR_NULL },
};

const tr_page_t downloads_page = {
    .template = "downloads.html",
    .needs = index_needs,
    .finish = finish_index,
    .adds = index_adds,
};
