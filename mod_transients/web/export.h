/* export.h: tables that can be taken away: made into a file, then sent as one.
 *
 * The database's part ends before the first byte leaves: a slow reader holds a
 * file that has no name any more, and nothing that others need.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_EXPORT_H
#define TR_EXPORT_H

#include "site.h"

/* What one child may make at once; NULL when there is no memory for a lock. */
tr_export_limits_t *tr_export_limits_make(const tr_site_t *site, apr_pool_t *pool);

/* Whether the client wants the page's export: a table's form, or JSON of the whole list. */
int tr_export_is_wanted(const tr_request_t *req, const tr_page_t *page);
/* Makes it and sends it. TR_EBUSY: as many as may be are being made; TR_EFULL: no space. */
apr_status_t tr_export_answer(tr_request_t *req, const tr_page_t *page);

/* A table in a file of its own, whose name is gone already. */
typedef struct tr_export_file_t {
    apr_file_t *file; /* open for reading, until the request's pool goes */
    apr_off_t size;
    apr_int64_t rows;
} tr_export_file_t;

/* Runs the statement into a file, within the child's limits; the disk's room counts as taken
 * until the request's pool goes. */
apr_status_t tr_export_file_make(tr_export_file_t *out, tr_request_t *req,
                                 const char *statement, tr_table_format_e format,
                                 const tr_table_head_t *head);

#endif
