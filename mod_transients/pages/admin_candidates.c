/* admin_candidates.c: candidates as staff see them: all that is stored; moved to another
 * project; their metadata corrected.
 *
 * What the pipeline measured is not edited here: it is part of a candidate's
 * identity, and a table that is sent again would bring the old values back as
 * a new candidate.  Candidates are added by uploads alone.
 *
 * SPDX-License-Identifier: MIT
 */
#include "admin_form.h"
#include "pages.h"

#include "../lib/tr_identity.h"

#include <string.h>

/* ---- the lists ---- */

const tr_field_t admin_candidates_fields[] = {
    { .name = "find",
      .kind = TR_F_INT,
      .flags = TR_F_TRIM,
      .min = 0,
      .max = 9e18,
      .label = "Candidate or observation" },
    { .name = "project", .kind = TR_F_INT, .min = 0, .max = 9e18, .label = "Project" },
    { .name = NULL },
};

static const tr_need_t list_needs[] = {
    { "candidates", "staff_candidate_list", TR_MANY },
    { "projects", "project_choices", TR_MANY },
    { NULL, NULL, TR_ONE },
};
static const tr_listing_t listing = {
    .need = "candidates",
    .set = "staff_candidate.sort",
    .default_sort = "-id",
    .rows = 50,
};

static apr_status_t prepare_list(tr_request_t *req)
{
    if (tr_row_int(req->args, "project", 0) == 0) {
        tr_row_set(req->args, "project", tr_null());
    }
    return APR_SUCCESS;
}

const tr_page_t admin_candidates_page = {
    .template = "admin-candidates.html",
    .needs = list_needs,
    .listing = &listing,
    .prepare = prepare_list,
};

const tr_field_t admin_metadatas_fields[] = {
    { .name = "find",
      .kind = TR_F_INT,
      .flags = TR_F_TRIM,
      .min = 0,
      .max = 9e18,
      .label = "Candidate or observation" },
    { .name = NULL },
};

static const tr_need_t metadatas_needs[] = {
    { "candidates", "staff_metadata_list", TR_MANY },
    { NULL, NULL, TR_ONE },
};
static const tr_listing_t metadatas_listing = {
    .need = "candidates",
    .set = "staff_candidate.sort",
    .default_sort = "-id",
    .rows = 50,
};

const tr_page_t admin_metadatas_page = {
    .template = "admin-metadatas.html",
    .needs = metadatas_needs,
    .listing = &metadatas_listing,
};

/* ---- one ---- */

static const tr_need_t one_needs[] = {
    { "candidate", "staff_candidate_by_id", TR_ONE },
    { "events", "staff_candidate_events", TR_MANY },
    { "others", "staff_candidate_projects", TR_MANY },
    { NULL, NULL, TR_ONE },
};
static const tr_cells_t one_cells[] = {
    { "candidate", "cells", "candidate.page" },
    { NULL, NULL, NULL },
};

const tr_page_t admin_candidate_page = {
    .template = "admin-candidate.html",
    .needs = one_needs,
    .cells = one_cells,
    .finish = admin_finish_saved,
    .adds = admin_saved_adds,
};

/* ---- to another project ---- */

const tr_field_t admin_move_fields[] = {
    { .name = "project",
      .kind = TR_F_INT,
      .flags = TR_F_REQUIRED,
      .min = 1,
      .max = 9e18,
      .label = "Project" },
    { .name = NULL },
};

/* In its new project a candidate is who it would be if it had been sent there. */
static apr_status_t move(tr_db_t *db, void *baton, tr_problem_t *problem)
{
    tr_request_t *req = baton;
    tr_row_t *row;
    apr_status_t status = tr_db_row(db, "staff_candidate_by_id", req->args, &row, problem,
                                    req->pool);

    if (status != APR_SUCCESS) {
        return status;
    }
    tr_row_set(
        req->args, "identity",
        tr_text(tr_identity_of(tr_site_columns(req->site), row, tr_row_int(row, "obs_id", 0),
                               tr_row_int(req->args, "project", 0),
                               tr_row_int(row, "filter_id", 0), req->pool)));
    return tr_db_row(db, "staff_candidate_move", req->args, &row, problem, req->pool);
}

apr_status_t admin_candidate_move(tr_request_t *req)
{
    apr_status_t status = tr_db_transaction(req->db, move, req, req->problem);

    if (status != APR_SUCCESS) {
        return status;
    }
    return tr_reply_see_other(req, "/admin/candidates/%" APR_INT64_T_FMT "?saved=1",
                              tr_row_int(req->args, "id", 0));
}

/* ---- metadata ---- */

const tr_field_t admin_metadata_fields[] = {
    { .name = "metadata", .flags = TR_F_KEEP_EMPTY, .max_len = 65536, .label = "Metadata" },
    /* md5 of the text that the form was filled with */
    { .name = "seen", .flags = TR_F_REQUIRED, .max_len = 32 },
    { .name = NULL },
};
static const admin_look_t metadata_looks[] = {
    { .name = "metadata",
      .kind = ADMIN_AREA,
      .hint = "Text, often JSON, of at most 64 kB. Empty: none." },
    { .name = NULL },
};
static const admin_form_t metadata_form = { admin_metadata_fields, metadata_looks, "candidate",
                                            0 };

static const tr_need_t metadata_needs[] = {
    { "candidate", "staff_candidate_by_id", TR_ONE },
    { NULL, NULL, TR_ONE },
};

static apr_status_t finish_metadata(tr_request_t *req)
{
    admin_form_add(req, &metadata_form);
    tr_row_set(req->data, "conflict", tr_bool(tr_row_flag(req->args, "conflict")));
    return APR_SUCCESS;
}

static const tr_adds_t metadata_adds[] = {
    ADMIN_FORM_ADDS,
    { "conflict", TR_BOOL },
    { NULL, TR_NULL },
};

const tr_page_t admin_metadata_page = {
    .template = "admin-metadata.html",
    .needs = metadata_needs,
    .finish = finish_metadata,
    .adds = metadata_adds,
};

/* Who changes a text that somebody else has changed meanwhile is shown both. */
apr_status_t admin_metadata_save(tr_request_t *req)
{
    apr_status_t status = admin_change(req, "staff_metadata_save", "/admin/candidates");

    if (status == TR_ECONFLICT) {
        tr_row_set(req->args, "conflict", tr_bool(1));
    }
    return status;
}
