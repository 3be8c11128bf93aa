/* gate.h: how many requests of one child may ask one site's database at once.
 *
 * Three things in one place, since they share a lock and wake each other:
 * permits, so that only so many threads ever wait for the database; the pool's
 * door, so that only one thread at a time is inside mod_dbd's pool, where
 * connecting happens under a lock; the breaker, so that a database that does
 * not answer is asked by one request a second and the others are told at once.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_GATE_H
#define TR_GATE_H

#include "../lib/tr_problem.h"

#include <apr_time.h>

typedef struct tr_gate_t tr_gate_t;

/* One request's stay. */
typedef struct tr_pass_t {
    apr_time_t since;
    int is_probe; /* it asks whether the database is back */
} tr_pass_t;

/* What was learnt of the database. */
typedef enum {
    TR_GATE_GOOD,  /* it answered */
    TR_GATE_LOST,  /* the connection was closed: says little */
    TR_GATE_SILENT /* it could not be reached, or did not answer in time */
} tr_gate_news_e;

/* What that changed. */
typedef enum { TR_GATE_SAME, TR_GATE_SHUT, TR_GATE_HEALED } tr_gate_turn_e;

tr_gate_t *tr_gate_make(int permits, int queue, int wait_ms, apr_pool_t *pool);
/* At most so many permits from now on: the pool has no more connections. */
void tr_gate_narrow(tr_gate_t *gate, int permits);

/* Waits for a permit. TR_EBUSY: the queue is full, or none came free in time; TR_EDBGONE at
 * once while the database is known to be silent. */
apr_status_t tr_gate_enter(tr_gate_t *gate, apr_time_t deadline, tr_pass_t *pass);
tr_gate_turn_e tr_gate_leave(tr_gate_t *gate, const tr_pass_t *pass, tr_gate_news_e news);

/* Waits until nobody else is inside the pool. Errors as above. */
apr_status_t tr_gate_pool_in(tr_gate_t *gate, apr_time_t deadline, const tr_pass_t *pass);
/* For giving a handle back: true when nobody else is inside (now the caller is); otherwise the
 * handle is kept here, and whoever is inside gives it back. */
int tr_gate_pool_in_or_park(tr_gate_t *gate, void *handle);
/* A parked handle, to be given back to the pool before leaving; NULL: the caller is outside. */
void *tr_gate_pool_out(tr_gate_t *gate);

#endif
