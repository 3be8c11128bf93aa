/* error_words.h: what is said of each kind of error.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_ERROR_WORDS_H
#define TR_ERROR_WORDS_H

#include <apr_errno.h>

typedef struct tr_error_words_t {
    int http;
    apr_status_t status; /* 0: any */
    const char *title;
    const char *words; /* what happened */
    const char *safe;  /* what is safe; may be NULL */
    const char *hint;  /* what to do; may be NULL */
    int retry_after;   /* seconds; 0: trying again makes no sense */
} tr_error_words_t;

/* Never NULL. */
const tr_error_words_t *tr_error_words(int http, apr_status_t status);

#endif
