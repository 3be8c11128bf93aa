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

    return apr_pencode_base64(pool, plain, APR_ENCODE_STRING,
                              APR_ENCODE_BASE64URL | APR_ENCODE_NOPADDING, NULL);
}

static int is_int(const char *value)
{
    apr_int64_t integer;

    return tr_int_read(value, strlen(value), &integer) == TR_INT_OK
           && value[strspn(value, "-0123456789")] == '\0';
}

static int is_real(const char *value)
{
    double real;

    return tr_real_read(value, strlen(value), &real);
}

static int is_bool(const char *value)
{
    return !strcmp(value, "true") || !strcmp(value, "false") || !strcmp(value, "t")
           || !strcmp(value, "f");
}

static int is_time(const char *value)
{
    tr_utc_t utc;
    const char *why;

    return tr_time_parse(&utc, value, &why) == APR_SUCCESS;
}

static const struct {
    const char *type;
    int (*fits)(const char *value);
} types[] = {
    { "bigint", is_int },  { "integer", is_int },  { "smallint", is_int },
    { "float8", is_real }, { "boolean", is_bool }, { "timestamptz", is_time },
};

static int fits(const char *value, const char *type)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (!strcmp(types[i].type, type)) {
            return types[i].fits(value);
        }
    }
    return 1;
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
    if (!is_int(id) || tr_int_read(id, strlen(id), &cursor->id) != TR_INT_OK
        || (*rest != '=' && *rest != '-') || (*rest == '-' && rest[1])) {
        return TR_EBAD;
    }
    cursor->sort = sorted;
    cursor->value = *rest == '=' ? rest + 1 : NULL;
    return !cursor->value || fits(cursor->value, type) ? APR_SUCCESS : TR_EBAD;
}
