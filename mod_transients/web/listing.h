/* listing.h: lists that are sorted, narrowed by ranges, and paged by key.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_LISTING_H
#define TR_LISTING_H

#include "site.h"

/* The listing's parameters as fields, added to `fields` (of tr_field_t): sort, after, rows, and
 * NAME_min, NAME_max for each column of the ranges. */
void tr_listing_fields(apr_array_header_t *fields, const tr_listing_t *listing,
                       const tr_columns_t *columns, apr_pool_t *pool);
/* Adds "listing" and "ranges" to a page's shape. */
void tr_listing_shape(tr_shape_t *shape, const tr_listing_t *listing,
                      const tr_columns_t *columns, apr_pool_t *pool);
/* The name of the statement's variant for one column and direction. */
const char *tr_listing_variant(const char *statement, const char *column, int descending,
                               apr_pool_t *pool);

/* The variant of the sort that the request asks for. */
const char *tr_listing_chosen(const tr_request_t *req, const tr_listing_t *listing,
                              const char *statement);
/* Before the needs: sets after_null, after_value, after_id and limit in req->args, and gives
 * the variant to be run instead of `statement`. TR_EBAD, complained of at "after": no cursor of
 * ours. */
apr_status_t tr_listing_begin(tr_request_t *req, const tr_listing_t *listing,
                              const char *statement, const char **variant);
/* After the needs: takes the row away that only told that there are more, and adds "listing"
 * and "ranges" to req->data. */
void tr_listing_end(tr_request_t *req, const tr_listing_t *listing);

#endif
