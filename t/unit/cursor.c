/* cursor.c: cursors read back as they were written, and nothing else is read.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"
#include "tr_cursor.h"
#include "tr_problem.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <string.h>

static void reads_back(const char *value, const char *type, apr_pool_t *pool)
{
    tr_cursor_t in = { "-flux", value, APR_INT64_C(9223372036854775807) }, out;
    const char *text = tr_cursor_write(&in, pool);
    apr_status_t status = tr_cursor_read(&out, text, "-flux", type, pool);

    ok(status == APR_SUCCESS, "a %s cursor is read: %s", type, value ? value : "(none)");
    ok(status == APR_SUCCESS && out.id == in.id
           && (value ? out.value && !strcmp(out.value, value) : !out.value),
       "and is what was written");
    ok(strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
           == strlen(text),
       "in letters that need no escaping in an address");
}

static void is_refused(const char *value, const char *type, apr_pool_t *pool)
{
    tr_cursor_t in = { "flux", value, 1 }, out;

    ok(tr_cursor_read(&out, tr_cursor_write(&in, pool), "flux", type, pool) == TR_EBAD,
       "%s is refused as %s", value, type);
}

static void is_read_as(const char *value, const char *wanted, const char *type,
                       apr_pool_t *pool)
{
    tr_cursor_t in = { "flux", value, 1 }, out = { 0 };

    ok(tr_cursor_read(&out, tr_cursor_write(&in, pool), "flux", type, pool) == APR_SUCCESS,
       "%s is read as %s", value, type);
    is_str(out.value, wanted, "for the database it is %s", wanted);
}

int main(void)
{
    static const char *const not_cursors[] = { "",         "x",   "MQ",          "====",
                                               "\xff\xfe", "a b", "MSBmbHV4IDEg" };
    tr_cursor_t cursor, other = { "name", "x", 1 };
    apr_pool_t *pool;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    reads_back("1.25e-07", "float8", pool);
    reads_back("-42", "bigint", pool);
    reads_back("true", "boolean", pool);
    reads_back("2020-09-29 19:20:54.123456+00", "timestamptz", pool);
    reads_back("a b = c\xc3\xa9", "text", pool);
    reads_back("", "text", pool);
    reads_back(NULL, "float8", pool);
    is_refused("1.5", "bigint", pool);
    is_refused("1e3", "integer", pool);
    is_refused("2147483648", "integer", pool);
    is_refused("-2147483649", "integer", pool);
    is_refused("32768", "smallint", pool);
    is_refused("9223372036854775808", "bigint", pool);
    is_refused("NaN", "float8", pool);
    is_refused("1e400", "float8", pool);
    is_read_as("1e-400", "0", "float8", pool); /* PostgreSQL would refuse it */
    is_read_as("-2147483648", "-2147483648", "integer", pool);
    is_refused("", "float8", pool);
    is_refused("1; DROP TABLE candidate", "float8", pool);
    is_refused("yesterday", "timestamptz", pool);
    for (size_t i = 0; i < sizeof not_cursors / sizeof not_cursors[0]; i++) {
        ok(tr_cursor_read(&cursor, not_cursors[i], "flux", "text", pool) == TR_EBAD,
           "what is no cursor is refused (%d)", (int)i);
    }
    ok(tr_cursor_read(&cursor, tr_cursor_write(&other, pool), "-name", "text", pool) == TR_EBAD,
       "a cursor of another sort is refused");
    return done_testing();
}
