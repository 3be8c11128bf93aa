/* error_words.c: short, plain, exact: what happened, what is safe, what to do.
 *
 * SPDX-License-Identifier: MIT
 */
#include "error_words.h"

#include "../lib/tr_problem.h"

#include <stddef.h>

static const char stored_is_safe[] = "What was stored before is safe.";
static const char send_again[] =
    "Send it again: what has been stored already is not stored a second time.";

/* clang-format off */
static const tr_error_words_t table[] = {
    { 503, TR_EMAYBE, "It may or may not be stored",
      "The database went away while it was storing this.", stored_is_safe, send_again, 2 },
    { 503, TR_EBUSY, "Too many ask at once",
      "All connections to the database are in use.", stored_is_safe,
      "Try again in a moment.", 1 },
    { 503, TR_EDBGONE, "The database is not answering",
      "This page needs it. The rest of the site is up.", stored_is_safe,
      "Try again in a moment.", 2 },
    { 400, 0, "This can't be read", "Something in the address, or in what was sent, is wrong.",
      NULL, NULL, 0 },
    { 401, 0, "Log in first", "This page is for those who are logged in.", NULL, NULL, 0 },
    { 403, 0, "Not allowed", "This account may not do that.", NULL,
      "Ask whoever runs this site.", 0 },
    { 404, 0, "Nothing here",
      "There is no such page, or it belongs to a project that this account can't see.", NULL,
      NULL, 0 },
    { 405, 0, "Not that way", "This address does not take that kind of request.", NULL,
      NULL, 0 },
    { 408, 0, "Too slow", "What was sent did not arrive in time.", stored_is_safe,
      send_again, 1 },
    { 409, 0, "Changed meanwhile", "Something else was stored since this page was made.",
      stored_is_safe, "Look at the page as it is now.", 0 },
    { 410, 0, "Gone", "The old site had this address; this one leaves it out.",
      "Nothing of what was sent is stored.",
      "VOEvents are left out because nothing ever filled them. Passwords are set by staff, "
      "never by e-mail. A form of the old site is to be filled in on the page that took its "
      "place.",
      0 },
    { 413, 0, "Too large", "What was sent is larger than this site takes.", NULL, NULL, 0 },
    { 414, 0, "Too long", "The address is longer than this site reads.", NULL, NULL, 0 },
    { 415, 0, "Not a type that is read here", "What was sent is of a type that this site does "
      "not read.", NULL, NULL, 0 },
    { 416, 0, "Not that part", "The file is shorter than the part that was asked for.", NULL,
      NULL, 0 },
    { 421, 0, "Another address", "This site does not answer by the name in the address.", NULL,
      "Use the address that you were given for it.", 0 },
    { 422, 0, "Not stored yet", "Some of what was sent is wrong.", "Nothing of it was stored.",
      NULL, 0 },
    { 429, 0, "Too many tries", "Too many tries in a short time.", NULL, "Wait a while.", 60 },
    { 500, 0, "A defect of this site", "This page could not be made.", stored_is_safe,
      "Tell whoever runs this site the line below.", 0 },
    { 503, 0, "Not available", "The site can't answer now.", stored_is_safe,
      "Try again in a moment.", 2 },
    { 507, 0, "No space left", "The disk is full.", stored_is_safe,
      "Tell whoever runs this site.", 0 },
};
/* clang-format on */

static const tr_error_words_t other_client = {
    400, 0, "Refused", "The server refused this request.", NULL, NULL, 0,
};
static const tr_error_words_t other_server = {
    500,
    0,
    "Not available",
    "The server could not answer this request.",
    "What was stored before is safe.",
    NULL,
    0,
};

const tr_error_words_t *tr_error_words(int http, apr_status_t status)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (table[i].http == http && (!table[i].status || table[i].status == status)) {
            return &table[i];
        }
    }
    return http < 500 ? &other_client : &other_server;
}
