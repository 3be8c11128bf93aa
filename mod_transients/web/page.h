/* page.h: pages: needs, then a template or JSON.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_PAGE_H
#define TR_PAGE_H

#include "site.h"

/* Runs what has not been run yet for this page, and sends it with this HTTP status in the form
 * that the client wants. TR_ENOTFOUND: a TR_ONE need has no row; nothing is sent then. */
apr_status_t tr_page_answer(tr_request_t *req, int http_status, const tr_page_t *page);

/* Whether a GET with wrong parameters is answered by the page itself. */
int tr_page_shows_faults(const tr_request_t *req, const tr_page_t *page);
/* For a page's export: `prepare` and the needs, without the list. */
apr_status_t tr_page_begin(tr_request_t *req, const tr_page_t *page);

/* The compiler's side: a page's whole shape, with every complaint about its needs. */
tr_shape_t *tr_page_shape(const tr_site_t *site, const tr_page_t *page, tr_problem_t *problem,
                          apr_pool_t *pool);
/* The statement that a need runs; of one with variants any. NULL when there is none. */
const tr_statement_t *tr_page_statement(const tr_site_t *site, const tr_page_t *page,
                                        const tr_need_t *need, apr_pool_t *pool);

#endif
