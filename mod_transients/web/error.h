/* error.h: from what went wrong to what the reader sees.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_ERROR_H
#define TR_ERROR_H

#include "site.h"

/* The HTTP status of one of our statuses (tr_status_e) or APR's, for this request. */
int tr_error_http(const tr_request_t *req, apr_status_t status);
/* Answers with an error page or JSON, and logs what is ours to mend. */
apr_status_t tr_error_answer(tr_request_t *req, apr_status_t status);
/* The same by HTTP status, with the words of req->problem if there are any. */
apr_status_t tr_error_answer_http(tr_request_t *req, int http_status);
/* What error.html may use, besides what every page has. */
tr_shape_t *tr_error_shape(const tr_site_t *site, apr_pool_t *pool);

#define TR_ERROR_TEMPLATE "error.html"

#endif
