/* tr_tap.h: what an astronomical database knows around a position, asked by TAP.
 *
 * TAP (IVOA Table Access Protocol 1.1) takes a question in ADQL by HTTP.  Here it
 * is one question: the objects of SIMBAD's table `basic` within a cone.  The
 * address comes from the site's configuration, the numbers are printed here,
 * and whatever comes back is data: limited, parsed strictly, never trusted.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_TAP_H
#define TR_TAP_H

#include "tr_problem.h"
#include "tr_value.h"

typedef struct tr_tap_t {
    const char *url; /* the sync address: "https://.../sim-tap/sync" */
    int timeout_ms;  /* for everything: name, connection, answer */
    int max_rows;    /* the nearest so many are asked for */
    apr_size_t max_bytes;
} tr_tap_t;

/* A cone on the sky: degrees, ICRS. */
typedef struct tr_cone_t {
    double ra, dec, radius;
} tr_cone_t;

/* Once in a process, before there are threads. */
apr_status_t tr_tap_start(void);

/* Asks, and waits at most timeout_ms. *objects gets rows { name text, type text or NULL,
 * ra_deg, dec_deg }, as they came. May be called by many threads.
 * APR_TIMEUP: no answer in time. APR_ECONNREFUSED: it can't be reached. TR_ETOOLARGE: more
 * than max_bytes or max_rows. TR_EBAD: answered with something else. Words for the log in
 * `problem`. */
apr_status_t tr_tap_cone(tr_list_t **objects, const tr_tap_t *tap, const tr_cone_t *cone,
                         tr_problem_t *problem, apr_pool_t *pool);

/* The parts, for tests: the address that is asked, and the reading of an answer (JSON as TAP
 * services of CDS write it: metadata naming the columns, data with a list for each row). */
const char *tr_tap_address(const tr_tap_t *tap, const tr_cone_t *cone, apr_pool_t *pool);
apr_status_t tr_tap_read(tr_list_t **objects, const char *json, apr_size_t len, int max_rows,
                         tr_problem_t *problem, apr_pool_t *pool);

#endif
