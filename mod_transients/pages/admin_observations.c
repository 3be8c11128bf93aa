/* admin_observations.c: observations added and corrected by hand, checked as uploads are.
 *
 * The fields are those that the upload API takes: a column of the column table
 * stands here as soon as it has the use `upload`.
 *
 * SPDX-License-Identifier: MIT
 */
#include "admin_form.h"
#include "pages.h"

#include "../lib/tr_column_fields.h"

#include <math.h>
#include <string.h>

static const tr_need_t list_needs[] = {
    { "observations", "observation_list", TR_MANY },
    { "total", "observation_count", TR_ONE },
    { NULL, NULL, TR_ONE },
};
static const tr_listing_t listing = {
    .need = "observations",
    .set = "observation.sort",
    .default_sort = "-starttime",
    .rows = 50,
};

/* Counts are of all projects. */
static apr_status_t prepare_list(tr_request_t *req)
{
    tr_row_set(req->args, "project", tr_null());
    return APR_SUCCESS;
}

const tr_page_t admin_observations_page = {
    .template = "admin-observations.html",
    .needs = list_needs,
    .listing = &listing,
    .prepare = prepare_list,
    .brings = "project",
};

/* ---- the form, made from the column table ---- */

/* The id of one that exists is the path's. */
static const tr_field_t first[] = {
    { .name = "observation_id",
      .kind = TR_F_INT,
      .flags = TR_F_REQUIRED,
      .min = 1,
      .max = INFINITY,
      .label = "Observation id" },
    { .name = "starttime",
      .kind = TR_F_INT,
      .flags = TR_F_REQUIRED,
      .label = "Start, GPS seconds" },
    { .name = "stoptime",
      .kind = TR_F_INT,
      .flags = TR_F_REQUIRED,
      .label = "Stop, GPS seconds" },
    { .name = NULL },
};

static const tr_field_t *fields_of(const tr_request_t *req)
{
    return tr_column_fields(tr_site_columns(req->site), "observation.upload", first, req->pool);
}

/* A look for each field but the id of an observation that exists. */
static const admin_look_t *looks_of(const tr_request_t *req, const tr_field_t *fields,
                                    int has_id)
{
    const tr_columns_t *columns = tr_site_columns(req->site);
    apr_array_header_t *looks = apr_array_make(req->pool, 20, sizeof(admin_look_t));

    for (; fields->name; fields++) {
        const tr_column_t *column = tr_columns_find(columns, "observation", fields->name);
        admin_look_t look = { .name = fields->name, .kind = ADMIN_MONO };

        if (!has_id && !strcmp(fields->name, "observation_id")) {
            continue;
        }
        look.kind = fields->max_len > 200          ? ADMIN_AREA
                    : strcmp(column->type, "text") ? ADMIN_MONO
                                                   : ADMIN_TEXT;
        look.unit = *column->unit ? column->unit : NULL;
        look.hint = column->description;
        APR_ARRAY_PUSH(looks, admin_look_t) = look;
    }
    APR_ARRAY_PUSH(looks, admin_look_t) = (admin_look_t){ .name = NULL };
    return (const admin_look_t *)looks->elts;
}

static apr_status_t add_form(tr_request_t *req, const char *stored)
{
    const tr_field_t *fields = fields_of(req);
    const admin_form_t form = { fields, looks_of(req, fields, !stored), stored, 1 };

    admin_form_add(req, &form);
    return APR_SUCCESS;
}

static apr_status_t finish_one(tr_request_t *req)
{
    return add_form(req, "observation");
}

static apr_status_t finish_new(tr_request_t *req)
{
    return add_form(req, NULL);
}

static const tr_adds_t form_adds[] = { ADMIN_FORM_ADDS, { NULL, TR_NULL } };
static const tr_need_t one_needs[] = {
    { "observation", "staff_observation_by_id", TR_ONE },
    { NULL, NULL, TR_ONE },
};

const tr_page_t admin_observation_page = {
    .template = "admin-observation.html",
    .needs = one_needs,
    .finish = finish_one,
    .adds = form_adds,
};

const tr_page_t admin_observation_new_page = {
    .template = "admin-observation-new.html",
    .finish = finish_new,
    .adds = form_adds,
};

/* ---- changes ---- */

/* The checked fields join the args; what the path says stands. */
static apr_status_t check(tr_request_t *req, const tr_field_t *fields)
{
    const tr_input_t *input = req->input ? req->input : tr_input_make(req->pool);
    tr_row_t *checked;
    apr_status_t status = tr_form_check(&checked, fields, input, req->problem, req->pool);

    for (int i = 0; checked && i < checked->count; i++) {
        tr_row_set(req->args, checked->names[i], checked->values[i]);
    }
    return status;
}

apr_status_t admin_observation_save(tr_request_t *req)
{
    apr_status_t status = check(req, fields_of(req) + 1); /* all but the id */

    if (status != APR_SUCCESS) {
        return status;
    }
    return admin_change(req, "staff_observation_save", "/admin/observations");
}

apr_status_t admin_observation_make(tr_request_t *req)
{
    tr_row_t *row;
    apr_status_t status = check(req, fields_of(req));

    if (status == APR_SUCCESS) {
        status = admin_write(req, "observation_insert", &row);
    }
    if (status == TR_ENOTFOUND) {
        return tr_problem_field(req->problem, "observation_id",
                                "This observation exists already.");
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    return tr_reply_see_other(req, "/admin/observations/%" APR_INT64_T_FMT "?saved=1",
                              tr_row_int(row, "observation_id", 0));
}
