/* candidate_list.h: the candidate table from which a candidate was opened: what stands before
 * and after it there, and the way back.
 *
 * The parameter `list` holds the table's query string. It is read as the table reads it, and
 * all addresses are made anew from what was understood: what is no such query string is as good
 * as none.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CANDIDATE_LIST_H
#define CANDIDATE_LIST_H

#include "../web/tr_web.h"

/* Adds `list` to req->data, NULL without one: text (for hidden fields), back (query of the
 * table's page with this candidate), previous_id, previous (its `list`), next_id, next. */
apr_status_t candidate_list_add(tr_request_t *req);

/* What candidate_list_add adds, for a page's .adds. */
#define CANDIDATE_LIST_ADDS                                                                    \
    { "list", TR_ROW }, { "list.text", TR_TEXT }, { "list.back", TR_TEXT },                    \
        { "list.previous_id", TR_INT }, { "list.previous", TR_TEXT },                          \
        { "list.next_id", TR_INT },                                                            \
    {                                                                                          \
        "list.next", TR_TEXT                                                                   \
    }

/* Where a verdict or a skip leads on to within the list: an address of this site, or NULL
 * when the request has no list. Ask before the verdict is stored, which may move the
 * candidate in its list. `how` is "rated" or "skipped". */
const char *candidate_list_onward(tr_request_t *req, const char *how);

#endif
