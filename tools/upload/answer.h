/* answer.h: what an answer of the site means for the upload. Pure functions.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_UPLOAD_ANSWER_H
#define TR_UPLOAD_ANSWER_H

#include <apr_pools.h>

typedef enum tr_upload_verdict_e {
    TR_UPLOAD_NEW,     /* stored now, or would be */
    TR_UPLOAD_KNOWN,   /* was there already */
    TR_UPLOAD_REFUSED, /* this one can't be stored; others may */
    TR_UPLOAD_LATER,   /* the site is busy or failed: worth trying again */
    TR_UPLOAD_MOVED,   /* 307, 308: send the same again to another address */
    TR_UPLOAD_DENIED,  /* the token isn't good: nothing more can be stored */
    TR_UPLOAD_ABSENT,  /* the site has no such address */
    TR_UPLOAD_SILENT   /* no answer after all tries */
} tr_upload_verdict_e;

/* An answer as received. `body` is NUL-terminated, never NULL. */
typedef struct tr_upload_answer_t {
    long status; /* HTTP; 0: none came */
    tr_upload_verdict_e verdict;
    const char *body;
    const char *reason; /* in words, for all but NEW and KNOWN */
} tr_upload_answer_t;

/* What a status and body mean; `known` is whether the header Transients-Known says yes. */
tr_upload_verdict_e tr_upload_judge(long status, int known, const char *body);

/* Why, in words: "ra_deg: A valid number is required." from the JSON of a refusal, else the
 * status. */
const char *tr_upload_reason(long status, const char *body, apr_pool_t *pool);

/* Whether a refusal complains of this field alone. */
int tr_upload_refuses_only(const char *body, const char *field);

/* A number of the answer's JSON object as text, NULL when it isn't there. */
const char *tr_upload_answer_id(const char *body, const char *name, apr_pool_t *pool);

/* Seconds to wait before try number `attempt` + 1 (the first try is 1), -1 for no more than
 * `most` tries. `asked` is what the server's Retry-After wants, 0 for nothing. */
int tr_upload_delay(int attempt, int most, long asked);

/* The longest wait that a server may ask for, seconds. */
enum { TR_UPLOAD_WAIT_MAX = 60 };

/* Where a redirected request goes: `location` resolved against `from`. NULL with a reason when
 * it may not be followed: only to the same host and port, or from http to https there. */
const char *tr_upload_redirect(const char *from, const char *location, const char **problem,
                               apr_pool_t *pool);

#endif
