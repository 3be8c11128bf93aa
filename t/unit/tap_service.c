/* tap_service.c: what SIMBAD's TAP service is asked, and which answers are read.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"
#include "tr_form.h"
#include "tr_tap.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <string.h>

#define HEAD                                                                                   \
    "{\"metadata\":[{\"name\":\"main_id\",\"datatype\":\"char\"},{\"name\":\"otype\"},"        \
    "{\"name\":\"ra\",\"unit\":\"deg\"},{\"name\":\"dec\"},{\"name\":\"apart\"}],\"data\":"

static void asks(apr_pool_t *pool)
{
    const tr_tap_t tap = { "https://simbad.example/sync", 5000, 500, 1000 };
    const tr_tap_t other = { "http://127.0.0.1/tap?key=1", 5000, 7, 1000 };
    const tr_cone_t cone = { 0.00001, -89.5, 2.0 / 60 };
    const char *address = tr_tap_address(&tap, &cone, pool), *text;
    apr_size_t len;

    is_str(apr_pstrndup(pool, address, 44), "https://simbad.example/sync?REQUEST=doQuery&",
           "the address is the configured one");
    ok(strstr(address, "&LANG=ADQL&FORMAT=json&MAXREC=500&QUERY=SELECT%20TOP%20500%20") != NULL,
       "with a limit on rows");
    ok(tr_url_decode(&text, &len, address, strlen(address), 0, pool)
           && strstr(text, "CIRCLE('ICRS', 0.0000100, -89.5000000, 0.0333333)) = 1") != NULL,
       "numbers have neither exponents nor commas");
    ok(strchr(strstr(address, "QUERY="), ' ') == NULL
           && strchr(strstr(address, "QUERY="), '\'') == NULL,
       "and the question is encoded");
    ok(strncmp(tr_tap_address(&other, &cone, pool), "http://127.0.0.1/tap?key=1&REQUEST", 34)
           == 0,
       "a query in the configured address stays");
}

static apr_status_t read_text(tr_list_t **objects, const char *text, apr_pool_t *pool)
{
    return tr_tap_read(objects, text, strlen(text), 3, tr_problem_make(pool), pool);
}

static void reads(apr_pool_t *pool)
{
    tr_list_t *objects = NULL;

    ok(read_text(&objects, HEAD "[]}", pool) == APR_SUCCESS && objects->count == 0,
       "no object is an answer");
    ok(read_text(&objects,
                 HEAD "[[\"PSR J0437-4715\",\"Psr\",69.31623,-47.25253,0.01],"
                      "[\"<b>\\u00e9\",null,0,90,1]]}",
                 pool)
           == APR_SUCCESS,
       "two objects are read");
    is_int(objects->count, 2, "both");
    is_str(tr_row_text(objects->rows[0], "name"), "PSR J0437-4715", "the name");
    is_str(tr_row_text(objects->rows[0], "type"), "Psr", "the type");
    ok(tr_row_real(objects->rows[0], "dec_deg", 0) == -47.25253, "the position");
    ok(tr_row_is_null(objects->rows[1], "type"), "a type may be absent");
    is_str(tr_row_text(objects->rows[1], "name"), "<b>\xc3\xa9", "a name is text, as it is");
}

static void refuses(const char *text, apr_status_t wanted, const char *what, apr_pool_t *pool)
{
    tr_list_t *objects = NULL;

    ok(read_text(&objects, text, pool) == wanted, "%s", what);
}

static void refuses_others(apr_pool_t *pool)
{
    refuses("", TR_EBAD, "nothing is no answer", pool);
    refuses("<?xml version='1.0'?><VOTABLE/>", TR_EBAD, "a VOTable is none", pool);
    refuses("[]", TR_EBAD, "a list is none", pool);
    refuses("{}", TR_EBAD, "nor an object without data", pool);
    refuses(HEAD "[]", TR_EBAD, "nor half an object", pool);
    refuses(HEAD "{}}", TR_EBAD, "nor data that is no list", pool);
    refuses(HEAD "[[\"a\",\"b\",1,2]]}", TR_EBAD, "a row has as many values as columns", pool);
    refuses(HEAD "[{\"main_id\":\"a\"}]}", TR_EBAD, "a row is a list", pool);
    refuses(HEAD "[[1,\"b\",1,2,3]]}", TR_EBAD, "a name is text", pool);
    refuses(HEAD "[[\"\",\"b\",1,2,3]]}", TR_EBAD, "a name is not empty", pool);
    refuses(HEAD "[[\"a\\u0001\",\"b\",1,2,3]]}", TR_EBAD, "nor has it control characters",
            pool);
    refuses(HEAD "[[\"a\",\"b\",\"1\",2,3]]}", TR_EBAD, "an angle is a number", pool);
    refuses(HEAD "[[\"a\",\"b\",400,2,3]]}", TR_EBAD, "RA is at most 360", pool);
    refuses(HEAD "[[\"a\",\"b\",1,-95,3]]}", TR_EBAD, "Dec is at least -90", pool);
    refuses(HEAD "[[\"a\",\"b\",null,2,3]]}", TR_EBAD, "an object has a position", pool);
    refuses("{\"metadata\":[{\"name\":\"ra\"}],\"data\":[]}", TR_EBAD, "other columns", pool);
    refuses(HEAD "[[\"a\",\"b\",1,2,3],[\"a\",\"b\",1,2,3],[\"a\",\"b\",1,2,3],"
                 "[\"a\",\"b\",1,2,3]]}",
            TR_ETOOLARGE, "more rows than asked for", pool);
}

int main(void)
{
    apr_pool_t *pool;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    asks(pool);
    reads(pool);
    refuses_others(pool);
    apr_pool_destroy(pool);
    apr_terminate();
    return done_testing();
}
