/* tr_buf.h: bytes written in order, kept in one growing block.
 *
 * The block is malloc'ed and freed with the pool; a failed allocation ends the
 * process, as APR's pools do.  `data` is NUL-terminated after every write.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_BUF_H
#define TR_BUF_H

#include <apr_pools.h>
#include <stdarg.h>

typedef struct tr_buf_t {
    char *data;
    apr_size_t len;
    apr_size_t size;
    apr_pool_t *pool;
} tr_buf_t;

/* A buffer with room for `hint` bytes (0: a page's worth). */
tr_buf_t *tr_buf_make(apr_size_t hint, apr_pool_t *pool);
void tr_buf_clear(tr_buf_t *buf);
void tr_buf_put(tr_buf_t *buf, const char *data, apr_size_t len);
void tr_buf_puts(tr_buf_t *buf, const char *text);
void tr_buf_putc(tr_buf_t *buf, char c);
void tr_buf_printf(tr_buf_t *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Room for `len` more bytes at data + len; the caller adds to len afterwards. */
char *tr_buf_reserve(tr_buf_t *buf, apr_size_t len);

#endif
