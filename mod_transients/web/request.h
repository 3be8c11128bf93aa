/* request.h: one request's state, and how what it sent is read and checked.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_REQUEST_H
#define TR_REQUEST_H

#include "site.h"

/* A query this long or with so many values is no form of ours. */
#define TR_QUERY_MAX       8192
#define TR_QUERY_MAX_ITEMS 200

/* What the web layer keeps besides what pages see. */
typedef struct tr_state_t {
    tr_request_t req;     /* first: a tr_request_t * is this */
    int allowed;          /* methods of this address: TR_GET, TR_POST; 0: no route of ours */
    int is_api;           /* errors are JSON */
    const tr_page_t *ran; /* whose needs are in req.data */
    const tr_page_t *prepared; /* whose `prepare` has run, and the needs of its export */
    int own_words;             /* the words of a 503 or 507 are for people */
    int without_listing;       /* the parameters were wrong: the list stays empty */
    const char *next_query;    /* of the listing, NULL on its last page */
    int closes_unread;         /* the connection ends unless the whole body is read */
    int result;                /* what the handler tells httpd */
} tr_state_t;

tr_state_t *tr_state_of(tr_request_t *req);

/* Finds the route and what the client wants; false: the address is not one of ours. */
int tr_request_route(tr_request_t *req);
/* TR_GET (also for HEAD), TR_POST, 0 for anything else. */
int tr_request_method(const request_rec *r);

/* Whether what is wrong is told as JSON: to who wants JSON, and to programs that want a
 * table. */
int tr_request_tells_json(const tr_request_t *req);

/* Reads the query (GET) or the body (POST) into req->input and req->multipart. A body is read
 * once, within limits, and without a database connection being held. TR_EBAD, TR_ETOOLARGE,
 * TR_EUNSUPPORTED, TR_EFULL with words; a lost client: req->replied is set. */
apr_status_t tr_request_read(tr_request_t *req);
/* Checks the input against the route's fields into req->args. TR_EBAD: every wrong field is
 * complained of, the right ones are in args. */
apr_status_t tr_request_check(tr_request_t *req);
/* The route's fields, with those of its page's listing; ended by a NULL name. */
const tr_field_t *tr_request_fields(const tr_request_t *req);

/* `bytes` random bytes as lower-case hexadecimal. */
const char *tr_random_hex(int bytes, apr_pool_t *pool);

#endif
