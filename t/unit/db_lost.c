/* db_lost.c: statements run whatever happens to the connection, and every call ends in time.
 *
 * TRANSIENTS_TEST_DSN names a database in which the test may make a schema; what it runs is in
 * t/data/db/statements.sql.
 *
 * SPDX-License-Identifier: MIT
 */
#include "db.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>

static void outlives_lost_connections(void)
{
    const tr_db_source_t *other_source = tr_db_source_of_dsn(dsn, pool);
    tr_db_t *other = tr_db_make(other_source, statements, in_ms(20000), pool);
    tr_db_t *db = make_db();
    tr_row_t *args = tr_row_make(pool), *row;
    const char *pid = value_of(db, "pid", NULL);

    tr_row_set(args, "id", tr_int(10));
    tr_row_set(args, "name", tr_text("ten"));
    is_str(value_of(other, "kill", with("pid", tr_text(pid))), "true", "a backend is ended");
    is_str(value_of(db, "plan_generic", with("x", tr_text(""))), "force_generic_plan",
           "a read is run on a new connection");
    ok(strcmp(value_of(db, "pid", NULL), pid), "which is another");

    value_of(other, "kill", with("pid", tr_text(value_of(db, "pid", NULL))));
    is_int(tr_db_run(db, "add", args, NULL, problem, pool), APR_SUCCESS,
           "a write to a connection that is known to be dead goes to a new one");
    value_of(other, "kill", with("pid", tr_text(value_of(db, "pid", NULL))));
    is_int(tr_db_begin(db, problem), APR_SUCCESS, "so does BEGIN");

    value_of(other, "kill", with("pid", tr_text(value_of(db, "pid", NULL))));
    is_int(tr_db_row(db, "pid", NULL, &row, problem, pool), TR_EDBGONE,
           "within a transaction nothing is tried again");
    is_int(tr_db_row(db, "pid", NULL, &row, problem, pool), TR_EDBGONE, "and it stays lost");
    is_int(tr_db_commit(db, problem), TR_EDBGONE, "COMMIT too says that nothing is stored");

    tr_problem_clear(problem);
    is_int(tr_db_row(db, "die_writing", NULL, &row, problem, pool), TR_EMAYBE,
           "a write that was on its way may be stored");
    is_int(tr_db_row(db, "die_reading", NULL, &row, problem, pool), TR_EDBGONE,
           "a read that ends each connection is given up");
    tr_problem_clear(problem);
    is_str(value_of(db, "divide", with("n", tr_int(1))), "1", "the next statement runs");
    tr_db_close(other);
    tr_db_close(db);
}

static void ends_by_the_deadline(void)
{
    tr_db_t *db = make_db();
    tr_row_t *row;
    apr_time_t start = apr_time_now();

    tr_db_set_deadline(db, in_ms(200));
    is_int(tr_db_row(db, "sleep", NULL, &row, problem, pool), TR_EDBGONE, "a slow read ends");
    ok(apr_time_now() - start < apr_time_from_msec(2000), "by the deadline");
    is_int(tr_db_row(db, "pid", NULL, &row, problem, pool), TR_EDBGONE,
           "after it nothing runs");
    tr_db_set_deadline(db, in_ms(10000));
    tr_problem_clear(problem);
    is_str(value_of(db, "divide", with("n", tr_int(1))), "1", "with a new deadline it does");

    start = apr_time_now();
    is_int(tr_db_row(db, "sleep_briefly", NULL, &row, problem, pool), TR_EDBGONE,
           "a statement's own timeout counts");
    ok(apr_time_now() - start < apr_time_from_msec(2000), "for it alone");
    tr_problem_clear(problem);
    tr_db_set_deadline(db, in_ms(200));
    is_int(tr_db_row(db, "sleep_writing", NULL, &row, problem, pool), TR_EMAYBE,
           "a late write may be stored");
    tr_db_set_deadline(db, in_ms(10000));
    tr_problem_clear(problem);
    is_str(value_of(db, "divide", with("n", tr_int(1))), "1", "and the next statement runs");
    tr_db_close(db);
}

/* The backend does not run, so that nobody takes what is sent. */
static void bounds_a_stopped_server(void)
{
    tr_db_t *db = make_db();
    tr_row_t *row;
    apr_size_t size = 32 << 20;
    char *large = apr_palloc(pool, size);
    pid_t pid;
    apr_time_t start;

    /* A reset connection first: libpq makes it block again. */
    tr_db_row(db, "die_reading", NULL, &row, problem, pool);
    pid = (pid_t)atoi(value_of(db, "pid", NULL));
    if (kill(pid, SIGSTOP)) {
        skip("a server that is stopped is given up", "its processes cannot be stopped");
        tr_db_close(db);
        return;
    }
    memset(large, 'x', size);
    large[size - 1] = '\0';
    start = apr_time_now();
    tr_db_set_deadline(db, in_ms(300));
    tr_problem_clear(problem);
    is_int(tr_db_row(db, "echo", with("t", tr_text(large)), &row, problem, pool), TR_EDBGONE,
           "a server that is stopped is given up while it is sent to");
    ok(apr_time_now() - start < apr_time_from_msec(2000), "by the deadline");
    kill(pid, SIGCONT);
    tr_db_set_deadline(db, in_ms(10000));
    tr_problem_clear(problem);
    is_str(value_of(db, "divide", with("n", tr_int(1))), "1", "a new connection is made");
    tr_db_close(db);
}

static void bounds_a_silent_server(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    apr_time_t start = apr_time_now();
    tr_row_t *row;
    tr_db_t *db;

    if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 5)
        || getsockname(fd, (struct sockaddr *)&address, &len)) {
        ok(0, "a port can be listened on");
        return;
    }
    db = tr_db_make(
        tr_db_source_of_dsn(
            apr_psprintf(pool, "host=127.0.0.1 port=%d", ntohs(address.sin_port)), pool),
        statements, in_ms(300), pool);
    is_int(tr_db_row(db, "pid", NULL, &row, problem, pool), TR_EDBGONE,
           "a server that accepts and is silent is given up");
    ok(apr_time_now() - start < apr_time_from_msec(2000), "by the deadline");
    close(fd);
    tr_db_close(db);
    db = tr_db_make(tr_db_source_of_dsn("host=/nonexistent", pool), statements, in_ms(300),
                    pool);
    is_int(tr_db_row(db, "pid", NULL, &row, problem, pool), TR_EDBGONE,
           "no server is no server");
    ok(problem->detail && strstr(problem->detail, "/nonexistent"), "the detail tells which");
    tr_db_close(db);
}

static void prepares_again(void)
{
    tr_db_t *db = make_db();
    tr_row_t *row;

    value_of(db, "count", NULL);
    tr_db_script(db, "forget", "DEALLOCATE ALL", problem);
    is_int(tr_db_row(db, "count", NULL, &row, problem, pool), APR_SUCCESS,
           "a statement that the server has forgotten is prepared again");
    value_of(db, "all_of", NULL);
    tr_db_script(db, "change", "ALTER TABLE thing ALTER name TYPE varchar(20)", problem);
    is_int(tr_db_row(db, "all_of", NULL, &row, problem, pool), APR_SUCCESS,
           "a statement whose columns have changed is prepared again");
    is_int(tr_db_row(db, "all_of", NULL, &row, problem, pool), APR_SUCCESS, "and stays so");
    is_str(tr_problem_text(problem, pool), "", "without a complaint");
    tr_db_close(db);
}

int main(void)
{
    if (!set_up()) {
        return skip_all("TRANSIENTS_TEST_DSN names no database");
    }
    outlives_lost_connections();
    ends_by_the_deadline();
    bounds_a_stopped_server();
    bounds_a_silent_server();
    prepares_again();
    return tear_down();
}
