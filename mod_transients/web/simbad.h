/* simbad.h: SIMBAD's objects around a position: remembered, or asked within limits.
 *
 * SIMBAD is somebody else's and far away: a site works without it.  What it
 * answered is kept in the database; it is asked again when that is old, by at
 * most TransientsSimbadMax requests of a child at once, none of which holds a
 * database connection meanwhile.  After it kept one waiting in vain, a child
 * leaves it alone for a while.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_SIMBAD_H
#define TR_SIMBAD_H

#include "tr_web.h"

#define TR_SIMBAD_RADIUS_MAX 60.0 /* arcmin */

typedef struct tr_simbad_t {
    tr_list_t *objects; /* { name, type, ra_deg, dec_deg, separation }, the nearest first; NULL:
                         * nothing is known */
    const char *asked_at; /* ISO 8601; NULL with objects */
    double age;           /* seconds */
    int is_cut;           /* there may be more within the radius */
    const char *remark; /* why it could not be asked, in words; NULL: it was, or need not be */
    int http;           /* 200, also with an old answer; without one 502, 503 or 504 */
} tr_simbad_t;

/* What one child knows of SIMBAD: for child_init. */
struct tr_simbad_state_t *tr_simbad_state_make(apr_pool_t *pool);

/* Whether this site asks SIMBAD at all. */
int tr_simbad_is_on(const tr_site_t *site);

/* Angles in degrees, radius at most TR_SIMBAD_RADIUS_MAX arcmin. That SIMBAD is silent is no
 * error: it stands in `answer`. A visitor is answered from what is remembered alone. */
apr_status_t tr_simbad_near(tr_request_t *req, double ra, double dec, double radius,
                            tr_simbad_t *answer);
/* Lets the next tr_simbad_near() of this place ask again. */
apr_status_t tr_simbad_forget(tr_request_t *req, double ra, double dec, double radius);

#endif
