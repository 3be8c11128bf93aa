/* admin_lists.c: the two lists that candidates refer to: classifications and filters.
 *
 * What something refers to is not deleted: a classification is hidden, either
 * is merged into another.
 *
 * SPDX-License-Identifier: MIT
 */
#include "admin_form.h"
#include "pages.h"

static const tr_adds_t form_adds[] = { ADMIN_FORM_ADDS, { NULL, TR_NULL } };

/* ---- classifications: few, so that their list is whole ---- */

static const tr_need_t classifications_needs[] = {
    { "classifications", "staff_classification_list", TR_MANY },
    { NULL, NULL, TR_ONE },
};

const tr_page_t admin_classifications_page = {
    .template = "admin-classifications.html",
    .needs = classifications_needs,
    .finish = admin_finish_saved,
    .adds = admin_saved_adds,
};

const tr_field_t admin_classification_fields[] = {
    { .name = "name", .flags = TR_F_REQUIRED | TR_F_TRIM, .max_len = 64, .label = "Name" },
    { .name = "description", .flags = TR_F_TRIM, .max_len = 256, .label = "Description" },
    { .name = "key_letter", .flags = TR_F_TRIM, .max_len = 1, .label = "Key" },
    { .name = "position",
      .kind = TR_F_INT,
      .min = 0,
      .max = 1000000,
      .label = "Place in the order" },
    { .name = "hidden", .kind = TR_F_BOOL, .label = "Hidden" },
    { .name = NULL },
};
static const admin_look_t classification_looks[] = {
    { .name = "name", .hint = "Downloads carry it, of old verdicts as well." },
    { .name = "description",
      .kind = ADMIN_AREA,
      .hint = "How one knows it: raters read it where they choose." },
    { .name = "key_letter",
      .kind = ADMIN_MONO,
      .hint = "One letter, pressed to choose it. Empty: none." },
    { .name = "position", .kind = ADMIN_MONO, .hint = "Smaller comes first. Empty: last." },
    { .name = "hidden",
      .kind = ADMIN_CHECK,
      .hint = "Nobody may choose it any more; verdicts that have it keep it." },
    { .name = NULL },
};
static const admin_form_t classification_form = { admin_classification_fields,
                                                  classification_looks, "classification" };
static const admin_form_t classification_new_form = { admin_classification_fields,
                                                      classification_looks, NULL };

static apr_status_t finish_classification(tr_request_t *req)
{
    admin_form_add(req, &classification_form);
    return APR_SUCCESS;
}

static apr_status_t finish_classification_new(tr_request_t *req)
{
    admin_form_add(req, &classification_new_form);
    return APR_SUCCESS;
}

static const tr_need_t classification_needs[] = {
    { "classification", "staff_classification_by_id", TR_ONE },
    { "others", "staff_classification_others", TR_MANY },
    { NULL, NULL, TR_ONE },
};

const tr_page_t admin_classification_page = {
    .template = "admin-classification.html",
    .needs = classification_needs,
    .finish = finish_classification,
    .adds = form_adds,
};

const tr_page_t admin_classification_new_page = {
    .template = "admin-classification-new.html",
    .finish = finish_classification_new,
    .adds = form_adds,
};

apr_status_t admin_classification_save(tr_request_t *req)
{
    return admin_change(req, "staff_classification_save", "/admin/classifications");
}

/* ---- merging ---- */

const tr_field_t admin_merge_fields[] = {
    { .name = "into",
      .kind = TR_F_INT,
      .flags = TR_F_REQUIRED,
      .min = 1,
      .max = 9e18,
      .label = "Merge into" },
    { .name = NULL },
};

apr_status_t admin_classification_merge(tr_request_t *req)
{
    return admin_change_many(req, "staff_classification_merge", "/admin/classifications");
}

apr_status_t admin_filter_merge(tr_request_t *req)
{
    return admin_change_many(req, "staff_filter_merge", "/admin/filters");
}

/* ---- filters ---- */

static const tr_need_t filters_needs[] = {
    { "filters", "staff_filter_list", TR_MANY },
    { NULL, NULL, TR_ONE },
};
static const tr_listing_t filters_listing = {
    .need = "filters",
    .set = "staff_filter.sort",
    .default_sort = "name",
    .rows = 50,
};

const tr_page_t admin_filters_page = {
    .template = "admin-filters.html",
    .needs = filters_needs,
    .listing = &filters_listing,
};

const tr_field_t admin_filter_fields[] = {
    { .name = "name", .flags = TR_F_REQUIRED | TR_F_TRIM, .max_len = 64, .label = "Name" },
    { .name = "description", .flags = TR_F_TRIM, .max_len = 1000, .label = "Description" },
    { .name = NULL },
};
static const admin_look_t filter_looks[] = {
    { .name = "name",
      .hint =
          "What pipelines send. One that goes on sending the old name makes a new filter of "
          "that name, with candidates of its own: merge the two instead." },
    { .name = "description",
      .kind = ADMIN_AREA,
      .hint = "What it looks for, and what its detection statistic means." },
    { .name = NULL },
};
static const admin_form_t filter_form = { admin_filter_fields, filter_looks, "filter" };
static const admin_form_t filter_new_form = { admin_filter_fields, filter_looks, NULL };

static apr_status_t finish_filter(tr_request_t *req)
{
    admin_form_add(req, &filter_form);
    return APR_SUCCESS;
}

static apr_status_t finish_filter_new(tr_request_t *req)
{
    admin_form_add(req, &filter_new_form);
    return APR_SUCCESS;
}

static const tr_need_t filter_needs[] = {
    { "filter", "staff_filter_by_id", TR_ONE },
    { "others", "staff_filter_others", TR_MANY },
    { NULL, NULL, TR_ONE },
};

const tr_page_t admin_filter_page = {
    .template = "admin-filter.html",
    .needs = filter_needs,
    .finish = finish_filter,
    .adds = form_adds,
};

const tr_page_t admin_filter_new_page = {
    .template = "admin-filter-new.html",
    .finish = finish_filter_new,
    .adds = form_adds,
};

apr_status_t admin_filter_save(tr_request_t *req)
{
    return admin_change(req, "staff_filter_save", "/admin/filters");
}
