/* sender.h: several requests to the site at a time, each until it is answered for good.
 *
 * A job is filled in by the caller and handed over by tr_sender_submit; when its `done` has
 * been called, its pool is destroyed. What may pass is tried again; everything that is sent
 * here may be sent twice, for the site knows what it has.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_UPLOAD_SENDER_H
#define TR_UPLOAD_SENDER_H

#include "answer.h"

#include <apr_pools.h>
#include <apr_tables.h>

typedef struct tr_sender_t tr_sender_t;
typedef struct tr_job_t tr_job_t;

/* How to reach the site. Not copied; lives as long as the sender. */
typedef struct tr_sender_config_t {
    const char *url; /* of the site, without a slash at the end */
    const char *token;
    const char *ca_file; /* certificates to trust, NULL for the system's */
    int parallel;        /* requests at a time */
    int tries;           /* of each request */
    int is_check;        /* ask only what would be answered */
    /* Told of each try that is going to be repeated, and of each answer; either may be NULL. */
    void (*on_retry)(const tr_job_t *job, const char *reason, int seconds, void *baton);
    void (*on_answer)(const tr_job_t *job, const tr_upload_answer_t *answer, void *baton);
    void *baton; /* of these two */
} tr_sender_config_t;

struct tr_job_t {
    apr_pool_t *pool; /* its own */
    const char *path; /* e.g. "/candidate_create/" */
    const char *what; /* in words, for messages */
    const apr_array_header_t *fields;
    const char *png, *gif; /* files of a multipart form; NULL: a plain form */
    void (*done)(tr_job_t *job, const tr_upload_answer_t *answer, void *baton);
    void *baton;
};

/* NULL without memory. */
tr_sender_t *tr_sender_make(const tr_sender_config_t *config, apr_pool_t *pool);

/* A job with a pool of its own. */
tr_job_t *tr_job_make(const char *path, apr_pool_t *parent);

/* Hands a job over; waits while as many as allowed are under way. `done` may be called for
 * other jobs meanwhile, not for this one. */
void tr_sender_submit(tr_sender_t *sender, tr_job_t *job);

/* Waits until this one job, just submitted, is done; others go on. */
void tr_sender_call(tr_sender_t *sender, tr_job_t *job);

/* Waits until all are done. */
void tr_sender_finish(tr_sender_t *sender);

/* No more is sent: what waits is done with TR_UPLOAD_SILENT. */
void tr_sender_stop(tr_sender_t *sender);

#endif
