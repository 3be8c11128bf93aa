/* secrets.h: where the configuration keeps secrets, and whether others can read them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_SECRETS_H
#define TR_SECRETS_H

#include "../lib/tr_problem.h"

/* Looks through the whole configuration of httpd for passwords of the database and of a
 * directory (LDAP), and for keys of certificates. A file with one that others than its owner
 * can read, and a password of the database that is empty or that everybody tries first, are
 * complaints with the file and line of the directive. It depends on files alone. */
void tr_secrets_check(tr_problem_t *problem, apr_pool_t *pool);

#endif
