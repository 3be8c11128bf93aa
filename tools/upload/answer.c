/* answer.c: what an answer of the site means for the upload.
 *
 * SPDX-License-Identifier: MIT
 */
#include "answer.h"

#include <apr_strings.h>
#include <curl/curl.h>
#include <jansson.h>
#include <string.h>
#include <strings.h>

static const char already[] = "Observation already created";

typedef struct {
    long status;
    tr_upload_verdict_e verdict;
    const char *words;
} meaning_t;

/* What is not said here: other 2xx are good, other 5xx may pass, the rest are refusals. */
static const meaning_t meanings[] = {
    { 301, TR_UPLOAD_ABSENT, "the site redirects, and an upload would not follow" },
    { 302, TR_UPLOAD_ABSENT, "the site redirects, and an upload would not follow" },
    { 303, TR_UPLOAD_ABSENT, "the site redirects, and an upload would not follow" },
    { 307, TR_UPLOAD_MOVED, "the address has moved" },
    { 308, TR_UPLOAD_MOVED, "the address has moved" },
    { 401, TR_UPLOAD_DENIED, "the token was not accepted" },
    { 403, TR_UPLOAD_REFUSED, "this token may not do that" },
    { 404, TR_UPLOAD_ABSENT, "there is no such address on this site" },
    { 405, TR_UPLOAD_ABSENT, "this site takes no uploads at this address" },
    { 408, TR_UPLOAD_LATER, "the site waited too long for the request" },
    { 410, TR_UPLOAD_ABSENT, "this address is gone" },
    { 413, TR_UPLOAD_REFUSED, "larger than the site allows" },
    { 425, TR_UPLOAD_LATER, "too early" },
    { 429, TR_UPLOAD_LATER, "too many requests" },
    { 500, TR_UPLOAD_LATER, "the site failed" },
    { 501, TR_UPLOAD_REFUSED, "the site can't do that" },
    { 502, TR_UPLOAD_LATER, "the site behind a gateway is not answering" },
    { 503, TR_UPLOAD_LATER, "the site is not available" },
    { 504, TR_UPLOAD_LATER, "the site behind a gateway is not answering" },
    { 507, TR_UPLOAD_LATER, "the site has no space left" },
};

static const meaning_t *find_meaning(long status)
{
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
        if (meanings[i].status == status) {
            return &meanings[i];
        }
    }
    return NULL;
}

static json_t *parse(const char *body)
{
    return json_loads(body, JSON_DECODE_ANY, NULL);
}

static int says_already(const char *body)
{
    json_t *json = parse(body);
    const char *text = json_string_value(json);
    int already_there = text && !strncmp(text, already, sizeof already - 1);

    json_decref(json);
    return already_there;
}

tr_upload_verdict_e tr_upload_judge(long status, int known, const char *body)
{
    const meaning_t *meaning = find_meaning(status);

    if (meaning) {
        return meaning->verdict;
    }
    if (status >= 200 && status < 300) {
        return known || says_already(body) ? TR_UPLOAD_KNOWN : TR_UPLOAD_NEW;
    }
    return status >= 500 ? TR_UPLOAD_LATER : TR_UPLOAD_REFUSED;
}

/* A text, or the texts of a list, one after the other. */
static const char *join_texts(const json_t *value, apr_pool_t *pool)
{
    const char *joined = "";

    if (json_is_string(value)) {
        return apr_pstrdup(pool, json_string_value(value));
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        const char *text = json_string_value(json_array_get(value, i));
        if (text) {
            joined = apr_pstrcat(pool, joined, *joined ? " " : "", text, NULL);
        }
    }
    return joined;
}

static const char *join_fields(json_t *object, apr_pool_t *pool)
{
    const char *joined = "";
    const char *name;
    json_t *value;

    json_object_foreach(object, name, value)
    {
        const char *words = join_texts(value, pool);
        int whole = !strcmp(name, "detail") || !strcmp(name, "non_field_errors");
        joined = apr_pstrcat(pool, joined, *joined ? "; " : "", whole ? "" : name,
                             whole ? "" : ": ", words, NULL);
    }
    return joined;
}

static const char *words_of_body(const char *body, apr_pool_t *pool)
{
    json_t *json = parse(body);
    const char *words = json_is_object(json) ? join_fields(json, pool) : join_texts(json, pool);

    json_decref(json);
    return words;
}

const char *tr_upload_reason(long status, const char *body, apr_pool_t *pool)
{
    const meaning_t *meaning = find_meaning(status);
    const char *words = words_of_body(body, pool);

    if (*words && (!meaning || meaning->verdict == TR_UPLOAD_REFUSED)) {
        return words;
    }
    if (meaning && *words) {
        return apr_psprintf(pool, "%s (%ld: %s)", meaning->words, status, words);
    }
    if (meaning) {
        return apr_psprintf(pool, "%s (%ld)", meaning->words, status);
    }
    return apr_psprintf(pool, "the site answered %ld", status);
}

int tr_upload_refuses_only(const char *body, const char *field)
{
    json_t *json = parse(body);
    int only = json_is_object(json) && json_object_size(json) == 1
               && json_object_get(json, field);

    json_decref(json);
    return only;
}

const char *tr_upload_answer_id(const char *body, const char *name, apr_pool_t *pool)
{
    json_t *json = parse(body);
    const json_t *value = json_object_get(json, name);
    const char *id = NULL;

    if (json_is_integer(value)) {
        id = apr_psprintf(pool, "%" APR_INT64_T_FMT, (apr_int64_t)json_integer_value(value));
    }
    json_decref(json);
    return id;
}

int tr_upload_delay(int attempt, int most, long asked)
{
    int delay = attempt < 6 ? 1 << (attempt - 1) : 30; /* 1, 2, 4, 8, 16, 30 ... s */

    if (attempt >= most) {
        return -1;
    }
    if (asked > delay) {
        delay = asked < TR_UPLOAD_WAIT_MAX ? (int)asked : TR_UPLOAD_WAIT_MAX;
    }
    return delay;
}

typedef struct {
    char *scheme, *host, *port; /* curl's memory */
} origin_t;

static int get_origin(CURLU *url, origin_t *origin)
{
    return curl_url_get(url, CURLUPART_SCHEME, &origin->scheme, 0)
           || curl_url_get(url, CURLUPART_HOST, &origin->host, 0)
           || curl_url_get(url, CURLUPART_PORT, &origin->port, CURLU_DEFAULT_PORT);
}

static void free_origin(origin_t *origin)
{
    curl_free(origin->scheme);
    curl_free(origin->host);
    curl_free(origin->port);
}

/* The token goes along: to the same place, or to the same host's encrypted side. */
static int may_follow(const origin_t *from, const origin_t *to)
{
    if (strcasecmp(from->host, to->host)) {
        return 0;
    }
    if (!strcasecmp(from->scheme, to->scheme)) {
        return !strcmp(from->port, to->port);
    }
    return !strcasecmp(from->scheme, "http") && !strcasecmp(to->scheme, "https");
}

const char *tr_upload_redirect(const char *from, const char *location, const char **problem,
                               apr_pool_t *pool)
{
    CURLU *url = curl_url();
    origin_t before = { NULL, NULL, NULL }, after = { NULL, NULL, NULL };
    const char *target = NULL;
    char *whole = NULL;

    *problem = "the redirect's address can't be read";
    if (url && !curl_url_set(url, CURLUPART_URL, from, 0) && !get_origin(url, &before)
        && location && !curl_url_set(url, CURLUPART_URL, location, 0)
        && !get_origin(url, &after) && !curl_url_get(url, CURLUPART_URL, &whole, 0)) {
        if (may_follow(&before, &after)) {
            target = apr_pstrdup(pool, whole);
        }
        *problem = target ? NULL
                          : apr_psprintf(pool, "redirected to %s, where the token may not go",
                                         whole);
    }
    curl_free(whole);
    free_origin(&before);
    free_origin(&after);
    curl_url_cleanup(url);
    return target;
}
