/* report.c: what the user is told: messages, progress, and the summary at the end.
 *
 * SPDX-License-Identifier: MIT
 */
#include "report.h"

#include <apr_strings.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { EVERY = 100 }; /* candidates between two lines of progress, off a terminal */

typedef struct {
    const char *name;
    tr_report_level_e level;
} name_t;

/* The old client's names. */
static const name_t names[] = {
    { "debug", TR_REPORT_DEBUG },     { "info", TR_REPORT_INFO },
    { "warning", TR_REPORT_WARNING }, { "warn", TR_REPORT_WARNING },
    { "error", TR_REPORT_ERROR },     { "critical", TR_REPORT_ERROR },
};

int tr_report_level(const char *name)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!strcasecmp(names[i].name, name)) {
            return (int)names[i].level;
        }
    }
    return -1;
}

tr_report_t *tr_report_make(tr_report_level_e level, int is_check, apr_pool_t *pool)
{
    tr_report_t *report = apr_pcalloc(pool, sizeof *report);

    report->pool = pool;
    report->level = level;
    report->is_check = is_check;
    report->refusals = apr_array_make(pool, 16, sizeof(const char *));
    return report;
}

static void clear_line(tr_report_t *report)
{
    if (report->shows_line) {
        fputs("\r\033[K", stderr);
        report->shows_line = 0;
    }
}

void tr_report_log(tr_report_t *report, tr_report_level_e level, const char *format, ...)
{
    va_list arguments;

    if (level < report->level) {
        return;
    }
    clear_line(report);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

static void show_progress(tr_report_t *report)
{
    long refused = report->refused[TR_REPORT_CANDIDATE];
    long done = report->added[TR_REPORT_CANDIDATE] + report->known[TR_REPORT_CANDIDATE]
                + refused;

    if (report->level > TR_REPORT_INFO) {
        return;
    }
    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r\033[K%ld of %ld candidates, %ld refused", done, report->total,
                refused);
        fflush(stderr);
        report->shows_line = 1;
    }
    else if (done % EVERY == 0) {
        fprintf(stderr, "%ld of %ld candidates, %ld refused\n", done, report->total, refused);
    }
}

void tr_report_count(tr_report_t *report, tr_report_thing_e thing, tr_upload_verdict_e verdict)
{
    if (verdict == TR_UPLOAD_KNOWN) {
        report->known[thing]++;
    }
    else {
        report->added[thing]++;
    }
    if (thing == TR_REPORT_CANDIDATE) {
        show_progress(report);
    }
}

void tr_report_refuse(tr_report_t *report, tr_report_thing_e thing, const char *what,
                      const char *reason)
{
    const char *line = apr_pstrcat(report->pool, what, ": ", reason, NULL);

    report->refused[thing]++;
    APR_ARRAY_PUSH(report->refusals, const char *) = line;
    tr_report_log(report, TR_REPORT_WARNING, "refused: %s", line);
    if (thing == TR_REPORT_CANDIDATE) {
        show_progress(report);
    }
}

long tr_report_refused(const tr_report_t *report)
{
    long refused = 0;

    for (int i = 0; i < TR_REPORT_THINGS; i++) {
        refused += report->refused[i];
    }
    return refused;
}

static void summarise(const tr_report_t *report, tr_report_thing_e thing, const char *name)
{
    printf("%s: %ld %s, %ld known already, %ld refused\n", name, report->added[thing],
           report->is_check ? "would be new" : "new", report->known[thing],
           report->refused[thing]);
}

void tr_report_summary(tr_report_t *report, const char *failure)
{
    long done = report->added[TR_REPORT_CANDIDATE] + report->known[TR_REPORT_CANDIDATE]
                + report->refused[TR_REPORT_CANDIDATE];

    clear_line(report);
    summarise(report, TR_REPORT_OBSERVATION, "Observations");
    printf("Searches: %ld %s, %ld refused\n", report->added[TR_REPORT_SEARCH],
           report->is_check ? "would be recorded" : "recorded",
           report->refused[TR_REPORT_SEARCH]);
    summarise(report, TR_REPORT_CANDIDATE, "Candidates");
    for (int i = 0; i < report->refusals->nelts; i++) {
        printf("  refused: %s\n", APR_ARRAY_IDX(report->refusals, i, const char *));
    }
    if (failure) {
        printf("Not sent: %ld candidates. %s\n"
               "What was stored is safe; the same command again adds only what is missing.\n",
               report->total > done ? report->total - done : 0, failure);
    }
    fflush(stdout);
}
