/* tr_tap.c: asks a TAP service by libcurl.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_tap.h"

#include "tr_buf.h"
#include "tr_escape.h"

#include <apr_strings.h>
#include <curl/curl.h>
#include <string.h>

#ifndef TR_VERSION
#define TR_VERSION "0"
#endif

enum { REDIRECTS_MAX = 3 };

apr_status_t tr_tap_start(void)
{
    return curl_global_init(CURL_GLOBAL_DEFAULT) ? APR_EGENERAL : APR_SUCCESS;
}

/* ---- the question ---- */

/* Seven digits of a degree are a third of a milliarcsecond. */
static const char *question(const tr_tap_t *tap, const tr_cone_t *cone, apr_pool_t *pool)
{
    tr_buf_t *text = tr_buf_make(512, pool);

    tr_buf_printf(
        text,
        "SELECT TOP %d main_id, otype, ra, dec, "
        "DISTANCE(POINT('ICRS', ra, dec), POINT('ICRS', %.7f, %.7f)) AS apart "
        "FROM basic "
        "WHERE CONTAINS(POINT('ICRS', ra, dec), CIRCLE('ICRS', %.7f, %.7f, %.7f)) = 1 "
        "ORDER BY apart",
        tap->max_rows, cone->ra, cone->dec, cone->ra, cone->dec, cone->radius);
    return text->data;
}

/* By GET: a redirect then repeats the whole question. */
const char *tr_tap_address(const tr_tap_t *tap, const tr_cone_t *cone, apr_pool_t *pool)
{
    const char *adql = question(tap, cone, pool);
    tr_buf_t *address = tr_buf_make(1024, pool);

    tr_buf_puts(address, tap->url);
    tr_buf_putc(address, strchr(tap->url, '?') ? '&' : '?');
    tr_buf_printf(address,
                  "REQUEST=doQuery&LANG=ADQL&FORMAT=json&MAXREC=%d&QUERY=", tap->max_rows);
    tr_escape_url(address, adql, strlen(adql));
    return address->data;
}

/* ---- the way there and back ---- */

typedef struct answer_t {
    tr_buf_t *body;
    apr_size_t max_bytes;
    int is_too_large;
    char why[CURL_ERROR_SIZE];
} answer_t;

static size_t take(char *data, size_t size, size_t count, void *baton)
{
    answer_t *answer = baton;
    size_t len = size * count;

    if (answer->body->len + len > answer->max_bytes) {
        answer->is_too_large = 1;
        return 0; /* ends the transfer */
    }
    tr_buf_put(answer->body, data, len);
    return len;
}

/* No proxy of the environment: where the questions go is the configuration's to say. A
 * redirect may lead to https from http, never the other way, nor to any other scheme. A
 * resolver that hangs is left behind (QUICK_EXIT), so that the time is kept. */
static void set_limits(CURL *easy, const tr_tap_t *tap)
{
    int is_https = !strncmp(tap->url, "https:", 6);

    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, is_https ? "https" : "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)tap->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)tap->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "mod_transients/" TR_VERSION);
}

static apr_status_t status_of(CURLcode code, const answer_t *answer)
{
    if (answer->is_too_large) {
        return TR_ETOOLARGE;
    }
    return code == CURLE_OPERATION_TIMEDOUT ? APR_TIMEUP : APR_ECONNREFUSED;
}

static apr_status_t judge(CURL *easy, CURLcode code, const answer_t *answer,
                          tr_problem_t *problem)
{
    long http = 0;

    if (code != CURLE_OK) {
        return tr_problem_add(problem, status_of(code, answer), "%s",
                              *answer->why ? answer->why : curl_easy_strerror(code));
    }
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &http);
    return http == 200 ? APR_SUCCESS
                       : tr_problem_add(problem, TR_EBAD, "it answered with status %ld", http);
}

static apr_status_t fetch(answer_t *answer, const tr_tap_t *tap, const char *address,
                          tr_problem_t *problem)
{
    CURL *easy = curl_easy_init();
    apr_status_t status;

    if (!easy) {
        return tr_problem_add(problem, APR_ENOMEM, "libcurl has no room");
    }
    curl_easy_setopt(easy, CURLOPT_URL, address);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, answer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, answer->why);
    set_limits(easy, tap);
    status = judge(easy, curl_easy_perform(easy), answer, problem);
    curl_easy_cleanup(easy);
    return status;
}

apr_status_t tr_tap_cone(tr_list_t **objects, const tr_tap_t *tap, const tr_cone_t *cone,
                         tr_problem_t *problem, apr_pool_t *pool)
{
    answer_t answer = { .body = tr_buf_make(0, pool), .max_bytes = tap->max_bytes };
    apr_status_t status = fetch(&answer, tap, tr_tap_address(tap, cone, pool), problem);

    return status == APR_SUCCESS ? tr_tap_read(objects, answer.body->data, answer.body->len,
                                               tap->max_rows, problem, pool)
                                 : status;
}
