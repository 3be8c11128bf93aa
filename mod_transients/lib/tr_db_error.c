/* tr_db_error.c: what the database refused, in words.
 *
 * Functions of ours raise with SQLSTATE TR400, TR404 and so on; their message
 * is for people and the COLUMN field names the form's field.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_db_private.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

typedef struct meaning_t {
    const char *state; /* SQLSTATE or its beginning */
    apr_status_t status;
    const char *words; /* NULL: the server's own */
} meaning_t;

/* The first that fits counts: whole states before classes. */
static const meaning_t meanings[] = {
    { "TR400", TR_EBAD, NULL },
    { "TR403", TR_EBAD, NULL },
    { "TR404", TR_ENOTFOUND, NULL },
    { "TR409", TR_ECONFLICT, NULL },
    { "P0", TR_ECONFLICT, NULL },
    { "23505", TR_ECONFLICT, "This exists already." },
    { "23503", TR_ECONFLICT,
      "What it refers to does not exist, or something still refers to it." },
    { "23514", TR_ECONFLICT, "A rule of the data does not allow this." },
    { "40001", TR_EBUSY, "Others changed the same rows at the same moment." },
    { "40P01", TR_EBUSY, "Others changed the same rows at the same moment." },
    { "55P03", TR_EBUSY, "Others are changing the same rows." },
    { "57014", TR_EDBGONE, "The database did not answer in time." },
    { "25006", TR_EDBGONE, "The database takes no changes at the moment." },
    { "53100", TR_EFULL, "No space is left in the database." },
    { "53", TR_EDBGONE, "The database has no room for this at the moment." },
    { "57P", TR_EDBGONE, "The database is going down." },
    { "08", TR_EDBGONE, "The connection to the database was lost." },
    { "", TR_EDB, "The database refused a statement." },
};

static const meaning_t *meaning_of(const char *state)
{
    const meaning_t *meaning = meanings;

    while (strncmp(state, meaning->state, strlen(meaning->state))) {
        meaning++;
    }
    return meaning;
}

static const char *field_copy(const PGresult *result, int code, apr_pool_t *pool)
{
    const char *field = PQresultErrorField(result, code);

    return field ? apr_pstrdup(pool, field) : NULL;
}

/* Where in the text the server stopped, counted in characters from 1; 0: it did not say. */
static long position_of(const PGresult *result)
{
    const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);

    return position ? strtol(position, NULL, 10) : 0;
}

static const char *at_character(const char *text, long position)
{
    while (*text && --position > 0) {
        text++;
        while ((*text & 0xc0) == 0x80) {
            text++;
        }
    }
    return text;
}

const char *tr_db_message(const PGresult *result, const char *sql, apr_pool_t *pool)
{
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    long position = position_of(result);
    const char *at;

    message = message ? message : PQresultErrorMessage(result);
    if (!sql || position <= 0) {
        return apr_pstrdup(pool, message);
    }
    at = at_character(sql, position);
    return apr_psprintf(pool, "%s, at: %.*s", message, (int)strcspn(at, "\n"), at);
}

apr_status_t tr_db_refused(const PGresult *result, const char *statement, const char *sql,
                           tr_problem_t *problem)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const meaning_t *meaning = meaning_of(state ? state : "08");
    const char *words = meaning->words, *field;

    if (!problem) {
        return meaning->status;
    }
    apr_cpystrn(problem->sqlstate, state ? state : "", sizeof problem->sqlstate);
    problem->statement = statement;
    problem->constraint = field_copy(result, PG_DIAG_CONSTRAINT_NAME, problem->pool);
    problem->detail = apr_pstrcat(problem->pool, PQresultErrorMessage(result),
                                  tr_db_message(result, sql, problem->pool), NULL);
    words = words ? words : field_copy(result, PG_DIAG_MESSAGE_PRIMARY, problem->pool);
    field = field_copy(result, PG_DIAG_COLUMN_NAME, problem->pool);
    field = field ? field : problem->constraint;
    if (meaning->status == TR_EBAD && field) {
        return tr_problem_field(problem, field, "%s", words);
    }
    return tr_problem_add(problem, meaning->status, "%s", words);
}

apr_status_t tr_db_gone(const PGconn *conn, tr_wait_e wait, int is_sent, const char *statement,
                        tr_problem_t *problem)
{
    const char *words = wait == TR_WAIT_LATE ? "The database did not answer in time."
                                             : "The connection to the database was lost.";

    if (problem) {
        problem->statement = statement;
        problem->detail = wait == TR_WAIT_LATE
                              ? "no answer by the deadline"
                              : apr_pstrdup(problem->pool, PQerrorMessage(conn));
    }
    if (is_sent) {
        return tr_problem_add(problem, TR_EMAYBE, "%s What was sent may or may not be stored.",
                              words);
    }
    return tr_problem_add(problem, TR_EDBGONE, "%s", words);
}
