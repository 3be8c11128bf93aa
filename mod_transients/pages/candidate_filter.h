/* candidate_filter.h: what the candidate table can be narrowed by: fields, their checks, and
 * the filters in force in words.
 *
 * The statements' fragments candidate_filters and cone take their arguments from here, so that
 * whatever works on 'the filtered list' (table, downloads, a removal) means the same rows.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CANDIDATE_FILTER_H
#define CANDIDATE_FILTER_H

#include "../web/tr_web.h"

/* The parameters of the candidate table but those that its listing adds (sort, after, rows and
 * the ranges); ended by a NULL name. */
extern const tr_field_t candidate_filter_fields[];

/* What candidate_filter_prepare gives to the fragments' statements: for a page's .brings. */
#define CANDIDATE_FILTER_BRINGS "cone_ra cone_dec radius_deg date_min date_max"

/* Reads what one field alone cannot tell (position, dates, project) within req->args.
 * TR_EBAD with a complaint at each wrong field; what is wrong narrows nothing. */
apr_status_t candidate_filter_prepare(tr_request_t *req);

/* Whether a position is among the filters; after candidate_filter_prepare. */
int candidate_filter_has_cone(const tr_request_t *req);

/* After candidate_filter_prepare. TR_EBAD with a complaint: the list can't be sorted so. */
apr_status_t candidate_filter_check_sort(tr_request_t *req);

/* The filters in force, a row each: label, value (for people), names (of the parameters, blanks
 * between). After candidate_filter_prepare; may ask the database for names. */
tr_list_t *candidate_filter_list(tr_request_t *req);

/* The same as one line: "Project P; Fluence, at least 5"; "none" without any. */
const char *candidate_filter_words(tr_request_t *req);

/* Adds to req->data what a form of these fields offers: rated_choices { value, words, chosen },
 * flag_choices { name, label, options { value, words, chosen } } and missing_choices { value,
 * words, chosen }; and marks the chosen one in the list `classes`. */
void candidate_filter_add_form(tr_request_t *req);

#endif
