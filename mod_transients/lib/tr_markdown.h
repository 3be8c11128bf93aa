/* tr_markdown.h: what people write (notes, descriptions) as HTML.
 *
 * CommonMark by cmark, with rules for text that anyone may have typed:
 * HTML in it is shown, not obeyed; images become links; links go only to http,
 * https, mailto and this site's own paths and say rel="nofollow noopener";
 * headings become bold paragraphs, since the page has its own; a line's end is
 * a line's end.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_MARKDOWN_H
#define TR_MARKDOWN_H

#include "tr_buf.h"

/* Bytes. Longer text (and what nests deeper than the limit below) is shown as it is, in one
 * paragraph: the time to parse it stays bounded. */
#define TR_MARKDOWN_MAX ((apr_size_t)64 * 1024)
/* Quotes in lists in quotes ...: browsers and people give up at about the same depth. */
#define TR_MARKDOWN_DEPTH 40

/* Appends `len` bytes of UTF-8 text as HTML, safe in any element that may hold blocks. */
void tr_markdown_write(tr_buf_t *out, const char *text, apr_size_t len);

#endif
