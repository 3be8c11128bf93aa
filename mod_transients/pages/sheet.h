/* sheet.h: the contact sheet, as the pages know it that rate what was selected there.
 *
 * Their parameter `list` holds the sheet's query string. It is read as the sheet reads it, and
 * all addresses are made anew from what was understood.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_PAGES_SHEET_H
#define TR_PAGES_SHEET_H

#include "../web/tr_web.h"

/* The query of the sheet that the request's `list` names; "" where it names none. */
const char *tr_sheet_query(const tr_request_t *req);

/* 303 to that sheet, with `name`=`value` at the end of its address; value NULL: without. */
apr_status_t tr_sheet_again(tr_request_t *req, const char *name, const char *value);

#endif
