/* tr_buf.c: bytes written in order, kept in one growing block.
 *
 * The block is malloc'ed, not taken from the pool: a pool would keep every
 * block that was outgrown until the request ends.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE_HINT = 16 * 1024 }; /* bytes: most pages fit without growing */

static apr_status_t buf_free(void *baton)
{
    tr_buf_t *buf = baton;

    free(buf->data);
    buf->data = NULL;
    return APR_SUCCESS;
}

tr_buf_t *tr_buf_make(apr_size_t hint, apr_pool_t *pool)
{
    tr_buf_t *buf = apr_pcalloc(pool, sizeof *buf);

    buf->pool = pool;
    buf->size = (hint ? hint : PAGE_HINT) + 1;
    buf->data = malloc(buf->size);
    if (!buf->data) {
        abort();
    }
    buf->data[0] = '\0';
    apr_pool_cleanup_register(pool, buf, buf_free, apr_pool_cleanup_null);
    return buf;
}

void tr_buf_clear(tr_buf_t *buf)
{
    buf->len = 0;
    buf->data[0] = '\0';
}

/* Doubles, so that writing n bytes copies at most 2 n. */
static void buf_grow(tr_buf_t *buf, apr_size_t needed)
{
    apr_size_t size = buf->size;
    char *data;

    while (size < needed) {
        size = size > ((apr_size_t)-1) / 2 ? needed : size * 2;
    }
    data = realloc(buf->data, size);
    if (!data) {
        abort();
    }
    buf->data = data;
    buf->size = size;
}

char *tr_buf_reserve(tr_buf_t *buf, apr_size_t len)
{
    if (len >= (apr_size_t)-1 - buf->len) {
        abort();
    }
    if (buf->len + len + 1 > buf->size) {
        buf_grow(buf, buf->len + len + 1);
    }
    return buf->data + buf->len;
}

void tr_buf_put(tr_buf_t *buf, const char *data, apr_size_t len)
{
    char *to = tr_buf_reserve(buf, len);

    if (len) {
        memcpy(to, data, len);
    }
    to[len] = '\0';
    buf->len += len;
}

void tr_buf_puts(tr_buf_t *buf, const char *text)
{
    tr_buf_put(buf, text, strlen(text));
}

void tr_buf_putc(tr_buf_t *buf, char c)
{
    tr_buf_put(buf, &c, 1);
}

void tr_buf_printf(tr_buf_t *buf, const char *format, ...)
{
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0) {
        abort();
    }
    tr_buf_reserve(buf, (apr_size_t)len);
    va_start(args, format);
    vsnprintf(buf->data + buf->len, (apr_size_t)len + 1, format, args);
    va_end(args);
    buf->len += (apr_size_t)len;
}
