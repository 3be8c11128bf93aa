/* gate.c: permits, the pool's door, and the breaker.
 *
 * SPDX-License-Identifier: MIT
 */
#include "gate.h"

#include <apr_thread_cond.h>
#include <apr_thread_mutex.h>

/* How long nobody asks a database that was silent just now. */
#define QUIET APR_USEC_PER_SEC
/* How long others wait for what the one who asks finds out: a database that is back answers in
 * much less, one that is not keeps them no longer. */
#define GRACE (APR_USEC_PER_SEC / 4)

struct tr_gate_t {
    apr_thread_mutex_t *mutex;
    apr_thread_cond_t *changed;
    int permits, in_use;
    int queue, queued; /* for a permit */
    int waiting;       /* for anything */
    apr_interval_time_t wait;
    int is_inside; /* somebody is in the pool */
    void **parked; /* handles to be given back by whoever is inside */
    int parked_count;
    int is_silent; /* the database; then, of all requests, one a second asks it again */
    int is_probing;
    apr_time_t probe_ends; /* others wait for it until then */
    apr_time_t quiet_until;
    apr_time_t last_good;
};

tr_gate_t *tr_gate_make(int permits, int queue, int wait_ms, apr_pool_t *pool)
{
    tr_gate_t *gate = apr_pcalloc(pool, sizeof *gate);

    gate->permits = permits;
    gate->queue = queue;
    gate->wait = apr_time_from_msec(wait_ms);
    gate->parked = apr_pcalloc(pool, (apr_size_t)permits * sizeof *gate->parked);
    if (apr_thread_mutex_create(&gate->mutex, APR_THREAD_MUTEX_DEFAULT, pool) != APR_SUCCESS
        || apr_thread_cond_create(&gate->changed, pool) != APR_SUCCESS) {
        return NULL;
    }
    return gate;
}

static void lock(tr_gate_t *gate)
{
    apr_thread_mutex_lock(gate->mutex);
}

static void unlock(tr_gate_t *gate)
{
    apr_thread_mutex_unlock(gate->mutex);
}

static void tell(tr_gate_t *gate)
{
    if (gate->waiting) {
        apr_thread_cond_broadcast(gate->changed);
    }
}

void tr_gate_narrow(tr_gate_t *gate, int permits)
{
    lock(gate);
    if (permits > 0 && permits < gate->permits) {
        gate->permits = permits;
    }
    unlock(gate);
}

/* Whether a request must not even ask; *until is when that may change. */
static int is_shut(const tr_gate_t *gate, apr_time_t *until)
{
    if (!gate->is_silent) {
        return 0;
    }
    *until = gate->is_probing ? gate->probe_ends : 0;
    return gate->is_probing || apr_time_now() < gate->quiet_until;
}

/* Sleeps until something changed; false once `until` has passed. */
static int sleep_until(tr_gate_t *gate, apr_time_t until)
{
    apr_interval_time_t left = until - apr_time_now();

    if (left <= 0) {
        return 0;
    }
    gate->waiting++;
    apr_thread_cond_timedwait(gate->changed, gate->mutex, left);
    gate->waiting--;
    return 1;
}

/* One more in the queue; false when it is full or `until` has passed. */
static int wait_in_queue(tr_gate_t *gate, apr_time_t until)
{
    int in_time;

    if (gate->queued >= gate->queue) {
        return 0;
    }
    gate->queued++;
    in_time = sleep_until(gate, until);
    gate->queued--;
    return in_time;
}

static apr_status_t wait_for_permit(tr_gate_t *gate, apr_time_t until)
{
    apr_time_t opens;

    for (;;) {
        if (is_shut(gate, &opens)) {
            if (!wait_in_queue(gate, opens < until ? opens : until)) {
                return TR_EDBGONE;
            }
        }
        else if (gate->in_use < gate->permits) {
            return APR_SUCCESS;
        }
        else if (!wait_in_queue(gate, until)) {
            return TR_EBUSY;
        }
    }
}

apr_status_t tr_gate_enter(tr_gate_t *gate, apr_time_t deadline, tr_pass_t *pass)
{
    apr_time_t now = apr_time_now();
    apr_time_t until = now + gate->wait < deadline ? now + gate->wait : deadline;
    apr_status_t status;

    pass->since = now;
    lock(gate);
    status = wait_for_permit(gate, until);
    pass->is_probe = status == APR_SUCCESS && gate->is_silent;
    if (status == APR_SUCCESS) {
        gate->in_use++;
    }
    if (pass->is_probe) {
        gate->is_probing = 1;
        gate->probe_ends = apr_time_now() + GRACE;
    }
    unlock(gate);
    return status;
}

/* One slow statement among others that are answered does not make the database silent. */
static tr_gate_turn_e note_silence(tr_gate_t *gate, const tr_pass_t *pass)
{
    int was_silent = gate->is_silent;

    if (!pass->is_probe && gate->last_good > pass->since) {
        return TR_GATE_SAME;
    }
    gate->is_silent = 1;
    gate->quiet_until = apr_time_now() + QUIET;
    return was_silent ? TR_GATE_SAME : TR_GATE_SHUT;
}

static tr_gate_turn_e note_answer(tr_gate_t *gate, const tr_pass_t *pass)
{
    gate->last_good = apr_time_now();
    if (!pass->is_probe || !gate->is_silent) {
        return TR_GATE_SAME;
    }
    gate->is_silent = 0;
    return TR_GATE_HEALED;
}

tr_gate_turn_e tr_gate_leave(tr_gate_t *gate, const tr_pass_t *pass, tr_gate_news_e news)
{
    tr_gate_turn_e turn = TR_GATE_SAME;

    lock(gate);
    gate->in_use--;
    if (news == TR_GATE_SILENT) {
        turn = note_silence(gate, pass);
    }
    else if (news == TR_GATE_GOOD) {
        turn = note_answer(gate, pass);
    }
    if (pass->is_probe) {
        gate->is_probing = 0;
    }
    tell(gate);
    unlock(gate);
    return turn;
}

apr_status_t tr_gate_pool_in(tr_gate_t *gate, apr_time_t deadline, const tr_pass_t *pass)
{
    apr_status_t status = APR_SUCCESS;

    lock(gate);
    while (gate->is_inside && status == APR_SUCCESS) {
        if (!sleep_until(gate, deadline)) {
            status = TR_EBUSY;
        }
        else if (gate->is_silent && !pass->is_probe) {
            status = TR_EDBGONE;
        }
    }
    if (status == APR_SUCCESS) {
        gate->is_inside = 1;
    }
    unlock(gate);
    return status;
}

int tr_gate_pool_in_or_park(tr_gate_t *gate, void *handle)
{
    int is_in;

    lock(gate);
    is_in = !gate->is_inside;
    if (is_in) {
        gate->is_inside = 1;
    }
    else {
        gate->parked[gate->parked_count++] = handle;
    }
    unlock(gate);
    return is_in;
}

void *tr_gate_pool_out(tr_gate_t *gate)
{
    void *handle = NULL;

    lock(gate);
    if (gate->parked_count) {
        handle = gate->parked[--gate->parked_count];
    }
    else {
        gate->is_inside = 0;
        tell(gate);
    }
    unlock(gate);
    return handle;
}
