/* sender.c: several requests to the site at a time, on libcurl's multi interface.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sender.h"

#include "fields.h"

#include <apr_strings.h>
#include <apr_time.h>
#include <curl/curl.h>
#include <string.h>
#include <strings.h>

#ifndef TR_VERSION
#define TR_VERSION "0"
#endif

enum {
    REDIRECTS_MAX = 5,
    BODY_MAX = 256 * 1024, /* bytes of an answer; more is no answer of this site's */
    CONNECT_SECONDS = 10,
    SILENT_SECONDS = 60, /* without a byte either way */
    FAILURES_MAX = 3,    /* of one request by the site itself (500) */
    POLL_MS = 1000
};

/* A job under way: being sent, or waiting for its next try. */
typedef struct {
    tr_job_t *job; /* NULL: a free place */
    CURL *easy;    /* NULL while it waits */
    curl_mime *form;
    struct curl_slist *headers;
    const char *url;
    char *body; /* of the answer */
    size_t body_size;
    char problem[CURL_ERROR_SIZE];
    int tries, redirects;
    apr_time_t due; /* of the next try */
} slot_t;

struct tr_sender_t {
    const tr_sender_config_t *config;
    CURLM *multi;
    slot_t *slot; /* config->parallel of them */
    int under_way;
    int is_stopped;
};

static apr_status_t close_sender(void *data)
{
    tr_sender_t *sender = data;

    curl_multi_cleanup(sender->multi);
    curl_global_cleanup();
    return APR_SUCCESS;
}

tr_sender_t *tr_sender_make(const tr_sender_config_t *config, apr_pool_t *pool)
{
    tr_sender_t *sender = apr_pcalloc(pool, sizeof *sender);

    sender->config = config;
    sender->slot = apr_pcalloc(pool, (apr_size_t)config->parallel * sizeof *sender->slot);
    if (curl_global_init(CURL_GLOBAL_DEFAULT)) {
        return NULL;
    }
    sender->multi = curl_multi_init();
    apr_pool_cleanup_register(pool, sender, close_sender, apr_pool_cleanup_null);
    return sender->multi ? sender : NULL;
}

tr_job_t *tr_job_make(const char *path, apr_pool_t *parent)
{
    apr_pool_t *pool;
    tr_job_t *job;

    apr_pool_create(&pool, parent);
    job = apr_pcalloc(pool, sizeof *job);
    job->pool = pool;
    job->path = path;
    return job;
}

/* --- one try ------------------------------------------------------------------------------ */

static size_t keep_body(char *data, size_t size, size_t count, void *baton)
{
    slot_t *slot = baton;
    size_t length = size * count;

    if (slot->body_size + length > BODY_MAX) {
        return 0; /* ends the transfer */
    }
    memcpy(slot->body + slot->body_size, data, length);
    slot->body_size += length;
    slot->body[slot->body_size] = '\0';
    return length;
}

static void build_multipart(slot_t *slot)
{
    const tr_job_t *job = slot->job;
    const char *files[2][2] = { { "png", job->png }, { "gif", job->gif } };

    slot->form = curl_mime_init(slot->easy);
    for (int i = 0; i < job->fields->nelts; i++) {
        const tr_upload_field_t *field = &APR_ARRAY_IDX(job->fields, i, tr_upload_field_t);
        curl_mimepart *part = curl_mime_addpart(slot->form);
        curl_mime_name(part, field->name);
        curl_mime_data(part, field->value, CURL_ZERO_TERMINATED);
    }
    for (int i = 0; i < 2; i++) {
        curl_mimepart *part = curl_mime_addpart(slot->form);
        curl_mime_name(part, files[i][0]);
        curl_mime_filedata(part, files[i][1]);
    }
    curl_easy_setopt(slot->easy, CURLOPT_MIMEPOST, slot->form);
}

static void build_body(slot_t *slot)
{
    const tr_job_t *job = slot->job;

    if (job->png) {
        build_multipart(slot);
    }
    else {
        curl_easy_setopt(slot->easy, CURLOPT_POSTFIELDS,
                         tr_upload_fields_encode(job->fields, job->pool));
    }
}

static void build_headers(const tr_sender_config_t *config, slot_t *slot)
{
    const char *token = apr_pstrcat(slot->job->pool, "Authorization: Token ", config->token,
                                    NULL);

    slot->headers = curl_slist_append(NULL, token);
    slot->headers = curl_slist_append(slot->headers, "Accept: application/json");
    if (config->is_check) {
        slot->headers = curl_slist_append(slot->headers, "Transients-Check: yes");
    }
    curl_easy_setopt(slot->easy, CURLOPT_HTTPHEADER, slot->headers);
}

/* A proxy that the environment names is not for this machine's own site. */
static int is_local(const char *url)
{
    static const char *const local[] = { "http://localhost", "https://localhost",
                                         "http://127.",      "https://127.",
                                         "http://[::1]",     "https://[::1]" };

    for (size_t i = 0; i < sizeof local / sizeof *local; i++) {
        if (!strncasecmp(url, local[i], strlen(local[i]))) {
            return 1;
        }
    }
    return 0;
}

static void set_limits(const tr_sender_config_t *config, slot_t *slot)
{
    curl_easy_setopt(slot->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(slot->easy, CURLOPT_FOLLOWLOCATION, 0L); /* see follow() */
    curl_easy_setopt(slot->easy, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    curl_easy_setopt(slot->easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(slot->easy, CURLOPT_LOW_SPEED_TIME, (long)SILENT_SECONDS);
    curl_easy_setopt(slot->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(slot->easy, CURLOPT_USERAGENT, "transients-upload/" TR_VERSION);
    if (config->ca_file) {
        curl_easy_setopt(slot->easy, CURLOPT_CAINFO, config->ca_file);
    }
    if (is_local(slot->url)) {
        curl_easy_setopt(slot->easy, CURLOPT_PROXY, "");
    }
}

static void start(tr_sender_t *sender, slot_t *slot)
{
    slot->easy = curl_easy_init();
    slot->body_size = 0;
    slot->body[0] = slot->problem[0] = '\0';
    slot->tries++;
    curl_easy_setopt(slot->easy, CURLOPT_URL, slot->url);
    curl_easy_setopt(slot->easy, CURLOPT_PRIVATE, slot);
    curl_easy_setopt(slot->easy, CURLOPT_ERRORBUFFER, slot->problem);
    curl_easy_setopt(slot->easy, CURLOPT_WRITEFUNCTION, keep_body);
    curl_easy_setopt(slot->easy, CURLOPT_WRITEDATA, slot);
    set_limits(sender->config, slot);
    build_headers(sender->config, slot);
    build_body(slot);
    curl_multi_add_handle(sender->multi, slot->easy);
}

static void end_try(tr_sender_t *sender, slot_t *slot)
{
    if (slot->easy) {
        curl_multi_remove_handle(sender->multi, slot->easy);
        curl_easy_cleanup(slot->easy);
        curl_mime_free(slot->form);
        curl_slist_free_all(slot->headers);
        slot->easy = NULL;
        slot->form = NULL;
        slot->headers = NULL;
    }
}

/* --- answers ------------------------------------------------------------------------------ */

/* The place is free again before `done`, which may submit the next job. */
static void finish(tr_sender_t *sender, slot_t *slot, const tr_upload_answer_t *answer)
{
    tr_job_t *job = slot->job;

    slot->job = NULL;
    sender->under_way--;
    if (sender->config->on_answer) {
        sender->config->on_answer(job, answer, sender->config->baton);
    }
    job->done(job, answer, job->baton);
    apr_pool_destroy(job->pool);
}

static int header_is(CURL *easy, const char *name, const char *wanted)
{
    struct curl_header *header;

    return curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK
           && !strcasecmp(header->value, wanted);
}

/* A wrong certificate or address does not get better by waiting. */
static int may_pass(CURLcode code)
{
    static const CURLcode final[] = {
        CURLE_URL_MALFORMAT,      CURLE_UNSUPPORTED_PROTOCOL, CURLE_PEER_FAILED_VERIFICATION,
        CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,     CURLE_OUT_OF_MEMORY
    };

    for (size_t i = 0; i < sizeof final / sizeof *final; i++) {
        if (final[i] == code) {
            return 0;
        }
    }
    return 1;
}

/* What came, before it is known whether to try again, and the wait that was asked for. */
static tr_upload_answer_t read_answer(slot_t *slot, CURLcode code, long *asked)
{
    tr_upload_answer_t answer = { 0, TR_UPLOAD_LATER, slot->body, NULL };
    curl_off_t wait = 0;

    if (code != CURLE_OK) {
        answer.verdict = code == CURLE_READ_ERROR ? TR_UPLOAD_REFUSED /* of its own files */
                         : may_pass(code)         ? TR_UPLOAD_LATER
                                                  : TR_UPLOAD_SILENT;
        answer.reason = apr_pstrdup(
            slot->job->pool, slot->problem[0] ? slot->problem : curl_easy_strerror(code));
        return answer;
    }
    curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &answer.status);
    curl_easy_getinfo(slot->easy, CURLINFO_RETRY_AFTER, &wait);
    *asked = (long)wait;
    answer.verdict = tr_upload_judge(
        answer.status, header_is(slot->easy, "Transients-Known", "yes"), slot->body);
    answer.reason = tr_upload_reason(answer.status, slot->body, slot->job->pool);
    return answer;
}

/* Where a redirect leads, or a refusal. */
static void follow(slot_t *slot, tr_upload_answer_t *answer)
{
    struct curl_header *location = NULL;
    const char *target = NULL, *problem = "redirected too often";

    curl_easy_header(slot->easy, "Location", 0, CURLH_HEADER, -1, &location);
    if (slot->redirects++ < REDIRECTS_MAX) {
        target = tr_upload_redirect(slot->url, location ? location->value : NULL, &problem,
                                    slot->job->pool);
    }
    if (target) {
        slot->url = target;
        slot->tries--;
    }
    else {
        answer->verdict = TR_UPLOAD_ABSENT;
        answer->reason = problem;
    }
}

/* A failure that stays may be this request's own fault (500), or the site's. */
static void give_up(tr_upload_answer_t *answer)
{
    answer->verdict = answer->status == 500 ? TR_UPLOAD_REFUSED : TR_UPLOAD_SILENT;
}

static void take_answer(tr_sender_t *sender, slot_t *slot, CURLcode code)
{
    long asked = 0;
    tr_upload_answer_t answer = read_answer(slot, code, &asked);
    int delay = -1;

    if (answer.verdict == TR_UPLOAD_MOVED) {
        follow(slot, &answer);
        delay = answer.verdict == TR_UPLOAD_MOVED ? 0 : -1;
    }
    else if (answer.verdict == TR_UPLOAD_LATER) {
        int most = sender->config->tries;
        if (answer.status == 500 && most > FAILURES_MAX) {
            most = FAILURES_MAX;
        }
        delay = sender->is_stopped ? -1 : tr_upload_delay(slot->tries, most, asked);
        if (delay < 0) {
            give_up(&answer);
        }
        else if (sender->config->on_retry) {
            sender->config->on_retry(slot->job, answer.reason, delay, sender->config->baton);
        }
    }
    end_try(sender, slot);
    slot->due = apr_time_now() + apr_time_from_sec(delay);
    if (delay < 0) {
        finish(sender, slot, &answer);
    }
}

/* --- the loop ----------------------------------------------------------------------------- */

/* Starts what is due; gives the milliseconds until the next is. */
static int start_due(tr_sender_t *sender)
{
    apr_time_t now = apr_time_now();
    int wait = POLL_MS;

    for (int i = 0; i < sender->config->parallel; i++) {
        slot_t *slot = &sender->slot[i];
        if (!slot->job || slot->easy) {
            continue;
        }
        if (slot->due <= now) {
            start(sender, slot);
        }
        else if (apr_time_as_msec(slot->due - now) < wait) {
            wait = (int)apr_time_as_msec(slot->due - now) + 1;
        }
    }
    return wait;
}

static int take_answers(tr_sender_t *sender)
{
    CURLMsg *message;
    int left, taken = 0;

    while ((message = curl_multi_info_read(sender->multi, &left))) {
        if (message->msg == CURLMSG_DONE) {
            slot_t *slot = NULL;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&slot);
            take_answer(sender, slot, message->data.result);
            taken++;
        }
    }
    return taken;
}

/* One turn: start, send and receive, answer; waits only when there was nothing to answer. */
static void turn(tr_sender_t *sender)
{
    int wait = start_due(sender);
    int running;

    curl_multi_perform(sender->multi, &running);
    if (!take_answers(sender) && sender->under_way) {
        curl_multi_poll(sender->multi, NULL, 0, wait, NULL);
    }
}

static void silence(tr_sender_t *sender, slot_t *slot)
{
    static const tr_upload_answer_t none = { 0, TR_UPLOAD_SILENT, "", "not sent" };

    end_try(sender, slot);
    finish(sender, slot, &none);
}

static slot_t *free_slot(tr_sender_t *sender)
{
    for (int i = 0; i < sender->config->parallel; i++) {
        if (!sender->slot[i].job) {
            return &sender->slot[i];
        }
    }
    return NULL;
}

/* Puts a job into a free place. */
static slot_t *take_job(tr_sender_t *sender, tr_job_t *job)
{
    slot_t *slot;

    while (!(slot = free_slot(sender))) {
        turn(sender);
    }
    memset(slot, 0, sizeof *slot);
    slot->job = job;
    slot->url = apr_pstrcat(job->pool, sender->config->url, job->path, NULL);
    slot->body = apr_palloc(job->pool, BODY_MAX + 1);
    slot->body[0] = '\0';
    sender->under_way++;
    return slot;
}

void tr_sender_submit(tr_sender_t *sender, tr_job_t *job)
{
    slot_t *slot = take_job(sender, job);

    if (sender->is_stopped) {
        silence(sender, slot);
    }
    else {
        start_due(sender);
    }
}

void tr_sender_call(tr_sender_t *sender, tr_job_t *job)
{
    slot_t *slot = take_job(sender, job);

    if (sender->is_stopped) {
        silence(sender, slot);
    }
    while (slot->job == job) {
        turn(sender);
    }
}

void tr_sender_finish(tr_sender_t *sender)
{
    while (sender->under_way) {
        turn(sender);
    }
}

void tr_sender_stop(tr_sender_t *sender)
{
    sender->is_stopped = 1;
    for (int i = 0; i < sender->config->parallel; i++) {
        slot_t *slot = &sender->slot[i];
        if (slot->job && !slot->easy) {
            silence(sender, slot); /* it waited for another try */
        }
    }
}
