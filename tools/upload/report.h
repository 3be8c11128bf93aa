/* report.h: what the user is told: messages, progress, and the summary at the end.
 *
 * Messages and progress go to standard error, the summary to standard output.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_UPLOAD_REPORT_H
#define TR_UPLOAD_REPORT_H

#include "answer.h"

#include <apr_pools.h>
#include <apr_tables.h>

typedef enum tr_report_level_e {
    TR_REPORT_DEBUG,
    TR_REPORT_INFO,
    TR_REPORT_WARNING,
    TR_REPORT_ERROR
} tr_report_level_e;

/* What is counted. */
typedef enum tr_report_thing_e {
    TR_REPORT_OBSERVATION,
    TR_REPORT_SEARCH,
    TR_REPORT_CANDIDATE,
    TR_REPORT_TABLE, /* only ever refused */
    TR_REPORT_THINGS
} tr_report_thing_e;

typedef struct tr_report_t {
    apr_pool_t *pool;
    tr_report_level_e level;
    int is_check;
    long total; /* candidates expected */
    long added[TR_REPORT_THINGS], known[TR_REPORT_THINGS], refused[TR_REPORT_THINGS];
    apr_array_header_t *refusals; /* of const char *: "what: why" */
    int shows_line;               /* a progress line stands at the bottom of a terminal */
} tr_report_t;

tr_report_t *tr_report_make(tr_report_level_e level, int is_check, apr_pool_t *pool);

/* The level of a name such as "debug" or "WARNING"; -1 for none. */
int tr_report_level(const char *name);

void tr_report_log(tr_report_t *report, tr_report_level_e level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Counts one thing, NEW or KNOWN. */
void tr_report_count(tr_report_t *report, tr_report_thing_e thing, tr_upload_verdict_e verdict);

/* Counts one as refused, says so and keeps the reason for the end. */
void tr_report_refuse(tr_report_t *report, tr_report_thing_e thing, const char *what,
                      const char *reason);

/* What came of it. `failure` is why it ended early, NULL when it did not. */
void tr_report_summary(tr_report_t *report, const char *failure);

/* How many of anything were refused. */
long tr_report_refused(const tr_report_t *report);

#endif
