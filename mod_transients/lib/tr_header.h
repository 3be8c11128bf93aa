/* tr_header.h: header values such as `form-data; name="png"; filename="x.png"`.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_HEADER_H
#define TR_HEADER_H

#include <apr_tables.h>

/* *word gets what stands before the first ';', in lower case; *params the parameters, names
 * without regard to case. Quoted values are unquoted: \" and \\ lose their backslash, any other
 * backslash stays (a path as old browsers send it). TR_EBAD: a name without value, an open
 * quote, a parameter given twice. */
apr_status_t tr_header_parse(const char *text, const char **word, apr_table_t **params,
                             apr_pool_t *pool);

#endif
