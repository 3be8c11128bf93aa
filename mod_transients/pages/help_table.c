/* help_table.c: which page of the help tells of which pages of the site.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../web/tr_web.h"

const tr_help_t tr_help[] = {
    { "/candidates/{", "rating" },
    { "/candidates", "table" },
    { "/next", "rating" },
    { "/back", "rating" },
    { "/ratings", "rating" },
    { "/activity", "comments" },
    { "/comments", "comments" },
    { "/observations", "observations" },
    { "/pulsars", "catalogue" },
    { "/downloads", "downloads" },
    { "/settings", "settings" },
    { "/account", "account" },
    { "/login", "account" },
    { "/kept", "account" },
    { "/invite", "account" },
    { "/admin", "admin" },
    { NULL, NULL },
};
