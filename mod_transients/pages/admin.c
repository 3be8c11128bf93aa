/* admin.c: /admin: what there is to look after, and what changed last.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

static const tr_need_t overview_needs[] = {
    { "counts", "staff_overview", TR_ONE },
    { "changes", "staff_log_latest", TR_MANY },
    { NULL, NULL, TR_ONE },
};

const tr_page_t admin_page = {
    .template = "admin.html",
    .needs = overview_needs,
};
