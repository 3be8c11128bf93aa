/* tr_multipart.h: multipart/form-data (RFC 7578), streamed, limits first.
 *
 * Bytes are pushed in pieces of any size; text parts are kept in memory, file
 * parts are written to unlinked-on-cleanup temporary files as they arrive.
 * Nothing is trusted: a file's name and type as sent are kept as text only.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_MULTIPART_H
#define TR_MULTIPART_H

#include "tr_form.h"

#include <apr_file_io.h>

typedef struct tr_multipart_limits_t {
    int max_parts;
    apr_size_t max_header; /* bytes of one part's headers */
    apr_size_t max_text;   /* bytes of one text part */
    apr_size_t max_texts;  /* bytes of all text parts */
    apr_off_t max_file;    /* bytes of one file part */
    const char *folder;    /* for spooled files; same file system as their later home */
} tr_multipart_limits_t;

typedef struct tr_upload_t {
    const char *name;     /* the field */
    const char *filename; /* as sent, for messages only; cleaned of controls */
    const char *type;     /* as sent */
    const char *path;     /* spooled here, mode 0600; removed with the pool unless moved */
    apr_off_t size;
} tr_upload_t;

typedef struct tr_multipart_t tr_multipart_t;

/* `content_type` is the request header. TR_EUNSUPPORTED when it is not multipart/form-data,
 * TR_EBAD when its boundary is missing or not 1..70 characters that RFC 2046 allows. */
apr_status_t tr_multipart_make(tr_multipart_t **out, const char *content_type,
                               const tr_multipart_limits_t *limits, tr_problem_t *problem,
                               apr_pool_t *pool);
/* TR_EBAD for what is not multipart, TR_ETOOLARGE for a limit, TR_EFULL for a full disk.
 * After an error nothing more may be pushed. */
apr_status_t tr_multipart_push(tr_multipart_t *parser, const char *data, apr_size_t len,
                               tr_problem_t *problem);
/* The end of the body: TR_EBAD when the last boundary did not come, or for unclean text. */
apr_status_t tr_multipart_end(tr_multipart_t *parser, tr_problem_t *problem);
/* Every part in order, files with is_file set. tr_multipart_end() has complained of each text
 * that is not clean UTF-8 (at its field) and given TR_EBAD. */
const tr_input_t *tr_multipart_input(const tr_multipart_t *parser);
/* The last file of that field; NULL: none. A part is a file when it has a filename. */
const tr_upload_t *tr_multipart_file(const tr_multipart_t *parser, const char *name);

#endif
