/* tr_document.h: the site's own documentation (docs/) as HTML.
 *
 * CommonMark by cmark in its safe mode, and tables written with "|". Headings keep their level
 * and get an id; a link to another file of the documentation becomes its address below /help, a
 * picture of images/ its address there; any other relative link leaves its words.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_DOCUMENT_H
#define TR_DOCUMENT_H

#include "tr_buf.h"

/* Appends `len` bytes of UTF-8 text as HTML. */
void tr_document_write(tr_buf_t *out, const char *text, apr_size_t len);

#endif
