/* tr_escape.h: text made safe for the place where it will stand.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_ESCAPE_H
#define TR_ESCAPE_H

#include "tr_buf.h"

/* & < > " ' as entities: for HTML text and quoted attributes alike. */
void tr_escape_html(tr_buf_t *out, const char *text, apr_size_t len);
/* Everything but RFC 3986's unreserved characters as %XX: a part of a URL. */
void tr_escape_url(tr_buf_t *out, const char *text, apr_size_t len);
/* For a query string that is encoded already: only what could end the attribute or
 * the query is encoded: quotes, <, >, #, backslash, space, controls and non-ASCII as %XX, & as
 * &amp;. */
void tr_escape_query(tr_buf_t *out, const char *text, apr_size_t len);
/* A JSON string with its quotes; also safe inside HTML (<, >, &, U+2028/9 as \u). A byte
 * that is not UTF-8 becomes \ufffd. */
void tr_escape_json(tr_buf_t *out, const char *text, apr_size_t len);

/* Whether text is well-formed UTF-8 without NUL and without control characters other
 * than tab, CR and LF: what every value from outside must be. */
int tr_text_is_clean(const char *text, apr_size_t len);
/* Bytes of the UTF-8 character that text begins with, 0 when it is not well-formed. */
apr_size_t tr_utf8_step(const char *text, apr_size_t len);
/* Characters (code points) in well-formed UTF-8. */
apr_size_t tr_utf8_count(const char *text, apr_size_t len);

#endif
