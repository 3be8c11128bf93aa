/* admin_runs.c: upload runs: which there are, and what came in with one.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

static const tr_need_t runs_needs[] = {
    { "runs", "run_list", TR_MANY },
    { NULL, NULL, TR_ONE },
};

static const tr_listing_t runs_listing = {
    .need = "runs",
    .set = "upload_run.sort",
    .default_sort = "-id",
    .rows = 50,
};

const tr_field_t runs_fields[] = {
    { .name = "find", .max_len = 64, .flags = TR_F_TRIM, .label = "Search" },
    { .name = NULL },
};

static const tr_export_t runs_export = {
    .statement = "run_list_export",
    .set = "upload_run.export",
    .name = "upload_runs",
    .title = "Upload runs",
};

const tr_page_t runs_page = {
    .template = "admin-runs.html",
    .needs = runs_needs,
    .listing = &runs_listing,
    .export = &runs_export,
};

static const tr_need_t run_needs[] = {
    { "run", "run_by_id", TR_ONE },
    { "parts", "run_parts", TR_MANY },
    { "searches", "run_searches", TR_MANY },
    { NULL, NULL, TR_ONE },
};

const tr_page_t run_page = {
    .template = "admin-run.html",
    .needs = run_needs,
};
