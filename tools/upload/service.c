/* service.c: the MWA's metadata service, asked for one observation.
 *
 * SPDX-License-Identifier: MIT
 */
#include "service.h"

#include "observation.h"

#include <apr_strings.h>
#include <apr_time.h>
#include <curl/curl.h>
#include <string.h>
#include <strings.h>

#ifndef TR_VERSION
#define TR_VERSION "0"
#endif

enum {
    CONNECT_SECONDS = 10,
    WHOLE_SECONDS = 30,
    REDIRECTS_MAX = 5,
    ANSWER_MAX = 4 * 1024 * 1024, /* bytes; the service's answers have some 100 kB */
    WAIT_MAX = 16                 /* seconds between two tries */
};

typedef struct {
    char *body;
    size_t size;
    int is_too_large;
    long status; /* 0: none came */
    const char *problem;
} answer_t;

static size_t keep(char *data, size_t size, size_t count, void *baton)
{
    answer_t *answer = baton;
    size_t length = size * count;

    if (length > ANSWER_MAX - answer->size) {
        answer->is_too_large = 1;
        return 0;
    }
    memcpy(answer->body + answer->size, data, length);
    answer->size += length;
    return length;
}

/* A proxy that the environment names is not for this machine. */
static int is_local(const char *url)
{
    const char *host = strstr(url, "://");

    host = host ? host + 3 : url;
    return !strncasecmp(host, "localhost", 9) || !strncmp(host, "127.", 4)
           || !strncmp(host, "[::1]", 5);
}

/* A redirect may lead to https from http, never the other way, nor to any other scheme. */
static void set_options(CURL *easy, const tr_upload_service_t *service, answer_t *answer)
{
    int is_https = !strncasecmp(service->url, "https:", 6);

    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, is_https ? "https" : "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)WHOLE_SECONDS);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "transients-upload/" TR_VERSION);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, answer);
    if (service->ca_file) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, service->ca_file);
    }
    if (is_local(service->url)) {
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
    }
}

/* No token goes along: this is not the site. */
static void ask_once(const tr_upload_service_t *service, const char *url, answer_t *answer,
                     apr_pool_t *pool)
{
    char words[CURL_ERROR_SIZE] = "";
    CURL *easy = curl_easy_init();
    CURLcode code = CURLE_FAILED_INIT;

    answer->size = 0;
    answer->status = 0;
    answer->is_too_large = 0;
    answer->problem = NULL;
    if (easy) {
        set_options(easy, service, answer);
        curl_easy_setopt(easy, CURLOPT_URL, url);
        curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, words);
        code = curl_easy_perform(easy);
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer->status);
        curl_easy_cleanup(easy);
    }
    if (answer->is_too_large) {
        answer->problem = "its answer is larger than 4 MB";
    }
    else if (code != CURLE_OK) {
        answer->status = 0;
        answer->problem = apr_pstrdup(pool, *words ? words : curl_easy_strerror(code));
    }
    else if (answer->status != 200) {
        answer->problem = apr_psprintf(pool, "it answered %ld", answer->status);
    }
}

static int may_pass(const answer_t *answer)
{
    return answer->problem && !answer->is_too_large
           && (answer->status == 0 || answer->status == 429 || answer->status >= 500);
}

static void ask(const tr_upload_service_t *service, const char *obs_id, answer_t *answer,
                apr_pool_t *pool)
{
    const char *url = apr_pstrcat(pool, service->url, strchr(service->url, '?') ? "&" : "?",
                                  "obsid=", obs_id, NULL);
    int wait = 1;

    for (int tries = 1;; tries++) {
        ask_once(service, url, answer, pool);
        if (!may_pass(answer) || tries >= service->tries) {
            return;
        }
        if (service->on_retry) {
            service->on_retry(obs_id, answer->problem, wait, service->baton);
        }
        apr_sleep(apr_time_from_sec(wait));
        wait = wait < WAIT_MAX ? 2 * wait : WAIT_MAX;
    }
}

apr_array_header_t *tr_upload_service_ask(const tr_upload_service_t *service,
                                          const char *obs_id, int *is_silent,
                                          const char **problem, apr_pool_t *pool)
{
    apr_array_header_t *fields = NULL;
    answer_t answer = { NULL };
    apr_pool_t *body_pool;

    apr_pool_create(&body_pool, pool);
    answer.body = apr_palloc(body_pool, ANSWER_MAX);

    ask(service, obs_id, &answer, pool);
    *is_silent = may_pass(&answer);
    *problem = answer.problem;
    if (!answer.problem) {
        fields = tr_upload_observation_fields(answer.body, answer.size, obs_id, problem, pool);
    }
    if (!fields) {
        *problem = apr_psprintf(pool, "%s: %s", service->url, *problem);
    }
    apr_pool_destroy(body_pool);
    return fields;
}
