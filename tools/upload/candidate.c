/* candidate.c: a table's row made into the form of one candidate.
 *
 * SPDX-License-Identifier: MIT
 */
#include "candidate.h"

#include "tr_value.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_MAX = 99999999 };

/* Columns that are not sent as they are: named otherwise, the observation's, or ours. */
static const char *const held_back[] = { "obs_id",        "observation_id",
                                         "filter_id",     "project",
                                         "obs_cent_freq", "upload_run",
                                         "png",           "gif" };

static int is_held_back(const char *name)
{
    for (size_t i = 0; i < sizeof held_back / sizeof *held_back; i++) {
        if (!strcmp(held_back[i], name)) {
            return 1;
        }
    }
    return 0;
}

int tr_candidate_is_obs_id(const char *text)
{
    size_t length = strlen(text);

    return length > 0 && length < 19 && strspn(text, "0123456789") == length
           && strspn(text, "0") < length;
}

static const char *first_of(const char *a, const char *b, const char *c)
{
    return a ? a : b ? b : c;
}

/* Also a real column may hold it: 1199052968.0. */
static const char *whole_number(const char *text, apr_pool_t *pool)
{
    apr_int64_t number;

    if (text && tr_int_read(text, strlen(text), &number) == TR_INT_OK) {
        return apr_psprintf(pool, "%" APR_INT64_T_FMT, number);
    }
    return text;
}

static int number_of(const apr_array_header_t *row, int index)
{
    const char *text = tr_upload_fields_get(row, "cand_id");
    apr_int64_t number;

    if (text && tr_int_read(text, strlen(text), &number) == TR_INT_OK && number >= 0
        && number <= NUMBER_MAX) {
        return (int)number;
    }
    return index;
}

static const char *find_fault(const tr_candidate_t *candidate, apr_pool_t *pool)
{
    if (!candidate->obs_id) {
        return "no observation: column obs_id or observation_id";
    }
    if (!tr_candidate_is_obs_id(candidate->obs_id)) {
        return apr_psprintf(pool, "'%s' is not an observation's id", candidate->obs_id);
    }
    if (!candidate->filter) {
        return "no filter: column filter_id";
    }
    if (strchr(candidate->filter, '/')) {
        return "a filter's name with a slash can't be part of an image's name";
    }
    return candidate->project ? NULL : "no project: column project, or --project";
}

/* In the order in which the old client sends them. */
static const apr_array_header_t *make_form(const tr_candidate_t *candidate,
                                           const apr_array_header_t *row, apr_pool_t *pool)
{
    apr_array_header_t *form = tr_upload_fields_make(pool);

    tr_upload_fields_add(form, "obs_id", candidate->obs_id);
    tr_upload_fields_add(form, "filter_id", candidate->filter);
    tr_upload_fields_add(form, "project", candidate->project);
    for (int i = 0; i < row->nelts; i++) {
        const tr_upload_field_t *field = &APR_ARRAY_IDX(row, i, tr_upload_field_t);
        if (!is_held_back(field->name)) {
            tr_upload_fields_add(form, field->name, field->value);
        }
    }
    return tr_upload_fields_complete(form, pool);
}

const tr_candidate_t *tr_candidate_of_row(const tr_upload_table_t *table, int index,
                                          const char *project, const char **problem,
                                          apr_pool_t *pool)
{
    const apr_array_header_t *row = APR_ARRAY_IDX(table->rows, index, apr_array_header_t *);
    tr_candidate_t *candidate = apr_pcalloc(pool, sizeof *candidate);
    const char *obs_id = first_of(tr_upload_fields_get(row, "obs_id"),
                                  tr_upload_fields_get(row, "observation_id"), table->obs_id);

    candidate->obs_id = whole_number(obs_id, pool);
    candidate->filter = first_of(tr_upload_fields_get(row, "filter_id"), table->filter, NULL);
    candidate->project = first_of(tr_upload_fields_get(row, "project"), table->project,
                                  project);
    candidate->number = number_of(row, index);
    *problem = find_fault(candidate, pool);
    if (*problem) {
        return NULL;
    }
    candidate->fields = make_form(candidate, row, pool);
    return candidate;
}

const char *tr_candidate_image(const char *dir, const tr_candidate_t *candidate,
                               const char *extension, apr_pool_t *pool)
{
    return apr_psprintf(pool, "%s/%s_%s_%03d.%s", dir, candidate->obs_id, candidate->filter,
                        candidate->number, extension);
}
