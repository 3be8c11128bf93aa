/* tr_cursor.c: writes and reads cursors.
 *
 * A value goes back into a statement as a typed parameter, so that nothing can
 * be injected; it is checked by type so that a mangled one is the reader's
 * error (400) and not the database's.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_cursor.h"

#include "tr_escape.h"
#include "tr_problem.h"
#include "tr_time.h"

#include <apr_encode.h>
#include <apr_strings.h>
#include <string.h>

const char *tr_cursor_write(const tr_cursor_t *cursor, apr_pool_t *pool)
{
    const char *plain = apr_psprintf(pool, "1 %s %" APR_INT64_T_FMT " %s%s", cursor->sort,
                                     cursor->id, cursor->value ? "=" : "-",
                                     cursor->value ? cursor->value : "");

    return apr_pencode_base64(pool, plain, APR_ENCODE_STRING, APR_ENCODE_BASE64URL, NULL);
}

static int is_whole(const char *value, apr_int64_t most)
{
    apr_int64_t integer;

    return tr_int_read(value, strlen(value), &integer) == TR_INT_OK
           && value[strspn(value, "-0123456789")] == '\0' && integer <= most
           && integer >= -most - 1;
}

/* Each of these gives the value as PostgreSQL takes it, or NULL. */

static const char *read_bigint(const char *value, apr_pool_t *pool)
{
    (void)pool;
    return is_whole(value, APR_INT64_MAX) ? value : NULL;
}

static const char *read_integer(const char *value, apr_pool_t *pool)
{
    (void)pool;
    return is_whole(value, APR_INT32_MAX) ? value : NULL;
}

static const char *read_smallint(const char *value, apr_pool_t *pool)
{
    (void)pool;
    return is_whole(value, APR_INT16_MAX) ? value : NULL;
}

/* Written anew: PostgreSQL refuses a number that is too small for it (1e-400); it is 0 here. */
static const char *read_real(const char *value, apr_pool_t *pool)
{
    char *room = apr_palloc(pool, TR_NUMBER_ROOM);
    double real;

    if (!tr_real_read(value, strlen(value), &real)) {
        return NULL;
    }
    tr_real_print(room, real);
    return room;
}

static const char *read_bool(const char *value, apr_pool_t *pool)
{
    (void)pool;
    return !strcmp(value, "true") || !strcmp(value, "false") || !strcmp(value, "t")
                   || !strcmp(value, "f")
               ? value
               : NULL;
}

static const char *read_time(const char *value, apr_pool_t *pool)
{
    tr_utc_t utc;
    const char *why;

    (void)pool;
    return tr_time_parse(&utc, value, &why) == APR_SUCCESS ? value : NULL;
}

static const struct {
    const char *type;
    const char *(*read)(const char *value, apr_pool_t *pool);
} types[] = {
    { "bigint", read_bigint }, { "integer", read_integer }, { "smallint", read_smallint },
    { "float8", read_real },   { "boolean", read_bool },    { "timestamptz", read_time },
};

static const char *read_value(const char *value, const char *type, apr_pool_t *pool)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (!strcmp(types[i].type, type)) {
            return types[i].read(value, pool);
        }
    }
    return value;
}

/* Takes the next word off *rest; NULL at the end. */
static char *next_word(char **rest)
{
    char *word = *rest, *space = strchr(word, ' ');

    if (!space) {
        return NULL;
    }
    *space = '\0';
    *rest = space + 1;
    return word;
}

apr_status_t tr_cursor_read(tr_cursor_t *cursor, const char *text, const char *sort,
                            const char *type, apr_pool_t *pool)
{
    apr_size_t len;
    const char *plain;
    char *rest, *version, *sorted, *id;

    if (strlen(text) > TR_CURSOR_MAX) {
        return TR_EBAD;
    }
    plain = apr_pdecode_base64(pool, text, APR_ENCODE_STRING, APR_ENCODE_NONE, &len);
    if (!plain || !tr_text_is_clean(plain, len)) {
        return TR_EBAD;
    }
    rest = apr_pstrmemdup(pool, plain, len);
    if (!(version = next_word(&rest)) || !(sorted = next_word(&rest))
        || !(id = next_word(&rest)) || strcmp(version, "1") || strcmp(sorted, sort)) {
        return TR_EBAD;
    }
    if (!read_bigint(id, pool) || tr_int_read(id, strlen(id), &cursor->id) != TR_INT_OK
        || (*rest != '=' && *rest != '-') || (*rest == '-' && rest[1])) {
        return TR_EBAD;
    }
    cursor->sort = sorted;
    cursor->value = *rest == '=' ? read_value(rest + 1, type, pool) : NULL;
    return cursor->value || *rest == '-' ? APR_SUCCESS : TR_EBAD;
}
