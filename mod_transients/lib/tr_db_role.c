/* tr_db_role.c: the password of a database role.
 *
 * The server is told the verifier that SCRAM-SHA-256 is checked with, made here: the
 * password itself is in no statement, and so in no log of the server.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_db_private.h"

#include <apr_strings.h>
#include <string.h>

/* ALTER ROLE takes no parameters: both are quoted by libpq. */
static apr_status_t alter(tr_db_t *db, const char *role, const char *verifier,
                          tr_problem_t *problem)
{
    char *name = PQescapeIdentifier(db->conn, role, strlen(role));
    char *secret = PQescapeLiteral(db->conn, verifier, strlen(verifier));
    apr_status_t status = name && secret
                              ? tr_db_script(db, "role password",
                                             apr_psprintf(db->pool, "ALTER ROLE %s PASSWORD %s",
                                                          name, secret),
                                             problem)
                              : tr_problem_add(problem, TR_EBAD, "The role's name is no text.");

    PQfreemem(name);
    PQfreemem(secret);
    return status;
}

apr_status_t tr_db_set_role_password(tr_db_t *db, const char *role, const char *password,
                                     tr_problem_t *problem)
{
    apr_status_t status = tr_db_ensure(db, 1, problem);
    char *verifier;

    if (status != APR_SUCCESS) {
        return status;
    }
    verifier = PQencryptPasswordConn(db->conn, password, role, "scram-sha-256");
    if (!verifier) {
        return tr_problem_add(problem, TR_EDB, "The password can't be used: %s",
                              PQerrorMessage(db->conn));
    }
    status = alter(db, role, verifier, problem);
    PQfreemem(verifier);
    return status;
}
