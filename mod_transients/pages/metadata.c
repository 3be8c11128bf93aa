/* metadata.c: the text that the pipeline attached to a candidate, as a page of its own.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

static const tr_need_t metadata_needs[] = {
    { "candidate", "candidate_metadata", TR_ONE },
    { NULL, NULL, TR_ONE },
};

const tr_page_t metadata_page = { .template = "metadata.html", .needs = metadata_needs };
