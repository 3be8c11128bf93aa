/* tr_db_conn.c: one PGconn: its session's state, waiting for it, connecting it.
 *
 * Everything waits by poll() with a deadline: a server that accepts and is
 * silent must cost a bounded wait.  After a deadline the socket is shut down,
 * for an answer that comes later must never be taken for the next one's.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_db_private.h"

#include <apr_strings.h>
#include <errno.h>
#include <libpq-events.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* ms to wait after unasked-for bytes on an idle connection: a farewell is followed by the end
 * of the stream, mere notices are not. */
enum { FAREWELL_MS = 10 };

/* ---- the session's state ---- */

static void forget(tr_conn_state_t *session)
{
    apr_pool_clear(session->pool);
    session->prepared = apr_hash_make(session->pool);
    session->plan = TR_PLAN_AUTO;
}

static tr_conn_state_t *make_session(void)
{
    tr_conn_state_t *session = calloc(1, sizeof *session);

    /* A connection may outlive any pool that is at hand. */
    if (session && apr_pool_create_unmanaged(&session->pool) == APR_SUCCESS) {
        forget(session);
        return session;
    }
    free(session);
    return NULL;
}

static void drop_session(tr_conn_state_t *session)
{
    if (session) {
        apr_pool_destroy(session->pool);
        free(session);
    }
}

static int on_event(PGEventId id, void *info, void *baton)
{
    tr_conn_state_t *session;

    (void)baton;
    switch (id) {
    case PGEVT_REGISTER:
        session = make_session();
        return session && PQsetInstanceData(((PGEventRegister *)info)->conn, on_event, session);
    case PGEVT_CONNRESET:
        forget(PQinstanceData(((PGEventConnReset *)info)->conn, on_event));
        return 1;
    case PGEVT_CONNDESTROY:
        drop_session(PQinstanceData(((PGEventConnDestroy *)info)->conn, on_event));
        return 1;
    default:
        return 1;
    }
}

apr_status_t tr_db_watch(PGconn *conn)
{
    if (!PQinstanceData(conn, on_event)
        && !PQregisterEventProc(conn, on_event, "mod_transients", NULL)) {
        return APR_ENOMEM;
    }
    return PQsetnonblocking(conn, 1) ? TR_EDBGONE : APR_SUCCESS;
}

tr_conn_state_t *tr_conn_state(PGconn *conn)
{
    return PQinstanceData(conn, on_event);
}

tr_prepared_e tr_conn_prepared(const tr_conn_state_t *session, const char *key)
{
    return (tr_prepared_e)(uintptr_t)apr_hash_get(session->prepared, key, APR_HASH_KEY_STRING);
}

void tr_conn_set_prepared(tr_conn_state_t *session, const char *key, tr_prepared_e state)
{
    if (!apr_hash_get(session->prepared, key, APR_HASH_KEY_STRING)) {
        key = apr_pstrdup(session->pool, key);
    }
    apr_hash_set(session->prepared, key, APR_HASH_KEY_STRING, (void *)(uintptr_t)state);
}

/* ---- waiting ---- */

/* ms until the deadline for poll(), rounded up; -1 for ever. */
static int ms_left(apr_time_t deadline)
{
    apr_interval_time_t left;

    if (!deadline) {
        return -1;
    }
    left = deadline - apr_time_now();
    if (left <= 0) {
        return 0;
    }
    return left / 1000 >= INT_MAX ? INT_MAX : (int)((left + 999) / 1000);
}

/* poll() on the connection's socket: > 0 what is ready, 0 time is up, < 0 no socket. */
static int poll_socket(const PGconn *conn, short events, int ms)
{
    struct pollfd item = { PQsocket(conn), events, 0 };
    int count;

    if (item.fd < 0) {
        return -1;
    }
    do {
        count = poll(&item, 1, ms);
    } while (count < 0 && errno == EINTR);
    return count > 0 ? item.revents : count;
}

void tr_conn_cut(PGconn *conn)
{
    int fd = PQsocket(conn);

    if (fd >= 0) {
        shutdown(fd, SHUT_RDWR);
    }
    for (int i = 0; i < 1000 && PQstatus(conn) == CONNECTION_OK && PQconsumeInput(conn); i++) {
        /* an end of stream makes it fail */
    }
}

static tr_wait_e wait_for(PGconn *conn, short events, apr_time_t deadline)
{
    int ready = poll_socket(conn, events, ms_left(deadline));

    if (ready == 0) {
        tr_conn_cut(conn);
        return TR_WAIT_LATE;
    }
    return ready < 0 ? TR_WAIT_LOST : TR_WAIT_DONE;
}

tr_wait_e tr_conn_flush(PGconn *conn, apr_time_t deadline)
{
    for (;;) {
        int rest = PQflush(conn);
        tr_wait_e wait;

        if (rest <= 0) {
            return rest == 0 ? TR_WAIT_DONE : TR_WAIT_LOST;
        }
        /* Reading too: the server may wait for us to take its answers. */
        wait = wait_for(conn, POLLIN | POLLOUT, deadline);
        if (wait != TR_WAIT_DONE) {
            return wait;
        }
        if (poll_socket(conn, POLLIN, 0) > 0 && !PQconsumeInput(conn)) {
            return TR_WAIT_LOST;
        }
    }
}

tr_wait_e tr_conn_result(PGconn *conn, apr_time_t deadline, PGresult **result)
{
    *result = NULL;
    while (PQisBusy(conn)) {
        tr_wait_e wait = wait_for(conn, POLLIN, deadline);

        if (wait != TR_WAIT_DONE) {
            return wait;
        }
        if (!PQconsumeInput(conn)) {
            /* The server's last words, if it had any, are a result still. */
            break;
        }
    }
    *result = PQgetResult(conn);
    return TR_WAIT_DONE;
}

int tr_db_is_alive(PGconn *conn)
{
    int ms = 0;

    while (PQstatus(conn) == CONNECTION_OK) {
        int ready = poll_socket(conn, POLLIN, ms);

        if (ready == 0) {
            return 1;
        }
        if (ready < 0 || !PQconsumeInput(conn)) {
            return 0;
        }
        ms = FAREWELL_MS;
    }
    return 0;
}

/* ---- connecting ---- */

static tr_wait_e connect_by(PGconn *conn, PostgresPollingStatusType (*go_on)(PGconn *),
                            apr_time_t deadline)
{
    PostgresPollingStatusType state = PGRES_POLLING_WRITING;

    for (;;) {
        int ready;

        if (state == PGRES_POLLING_OK) {
            return TR_WAIT_DONE;
        }
        if (state == PGRES_POLLING_FAILED) {
            return TR_WAIT_LOST;
        }
        ready = poll_socket(conn, state == PGRES_POLLING_READING ? POLLIN : POLLOUT,
                            ms_left(deadline));
        if (ready <= 0) {
            return ready == 0 ? TR_WAIT_LATE : TR_WAIT_LOST;
        }
        state = go_on(conn);
    }
}

apr_status_t tr_db_reset(PGconn *conn, apr_time_t deadline)
{
    if (!PQresetStart(conn) || PQstatus(conn) == CONNECTION_BAD) {
        return TR_EDBGONE;
    }
    if (connect_by(conn, PQresetPoll, deadline) != TR_WAIT_DONE) {
        return TR_EDBGONE;
    }
    /* A new connection blocks again. */
    return PQsetnonblocking(conn, 1) ? TR_EDBGONE : APR_SUCCESS;
}

/* The dsn's own "options", with ours before them so that the dsn's win. */
static const char *session_options(const char *dsn, apr_pool_t *pool)
{
    static const char ours[] = "-c timezone=UTC -c datestyle=ISO -c jit=off "
                               "-c client_min_messages=warning";
    PQconninfoOption *all = PQconninfoParse(dsn, NULL);
    const char *result = ours;

    for (PQconninfoOption *option = all; option && option->keyword; option++) {
        if (!strcmp(option->keyword, "options") && option->val) {
            result = apr_pstrcat(pool, ours, " ", option->val, NULL);
        }
    }
    PQconninfoFree(all);
    return result;
}

tr_wait_e tr_conn_open(PGconn **conn, const char *dsn, apr_time_t deadline, const char **words,
                       apr_pool_t *pool)
{
    const char *const names[] = { "dbname", "options", "client_encoding", NULL };
    const char *const values[] = { dsn, session_options(dsn, pool), "UTF8", NULL };
    tr_wait_e wait = TR_WAIT_LOST;

    *conn = PQconnectStartParams(names, values, 1);
    *words = "out of memory";
    if (!*conn) {
        return TR_WAIT_LOST;
    }
    if (PQstatus(*conn) != CONNECTION_BAD) {
        wait = connect_by(*conn, PQconnectPoll, deadline);
    }
    if (wait == TR_WAIT_DONE && tr_db_watch(*conn) == APR_SUCCESS) {
        return TR_WAIT_DONE;
    }
    *words = wait == TR_WAIT_LATE ? "no answer in time"
                                  : apr_pstrdup(pool, PQerrorMessage(*conn));
    PQfinish(*conn);
    *conn = NULL;
    return wait == TR_WAIT_DONE ? TR_WAIT_LOST : wait;
}
