/* tr_problem.h: what went wrong, in words.
 *
 * Functions that can fail take a tr_problem_t *, which collects complaints.
 * A complaint about input names the field; one about the site's own files
 * names file and line; one from the database carries SQLSTATE and statement.
 * Readers see `words`; `detail` is for the log and the development page.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_PROBLEM_H
#define TR_PROBLEM_H

#include <apr_errno.h>
#include <apr_tables.h>

/* Our own statuses, in APR's user range. The web layer maps them to HTTP in one place. */
typedef enum {
    TR_EBAD = APR_OS_START_USERERR + 7000, /* the input is wrong: words say which and why */
    TR_ENOTFOUND,    /* nothing there, or nothing that this reader may see */
    TR_ECONFLICT,    /* it would break a rule of the data (unique, referenced, newer text) */
    TR_ETOOLARGE,    /* a limit on size */
    TR_EUNSUPPORTED, /* a type that we do not read */
    TR_EDB,          /* the database refused a statement: a defect of ours */
    TR_EDBGONE,      /* the database cannot be reached or did not answer in time */
    TR_EBUSY,        /* no connection became free in time */
    TR_EMAYBE,       /* a write was on its way when the connection was lost */
    TR_EFULL,        /* no space left */
    TR_ESITE         /* the site's own files are wrong */
} tr_status_e;

typedef struct tr_complaint_t {
    const char *field; /* form field or JSON key, NULL for the whole */
    const char *words; /* for people */
    const char *file;  /* of the site, NULL for none */
    int line;
} tr_complaint_t;

typedef struct tr_problem_t {
    apr_pool_t *pool;
    apr_status_t status;            /* the first that was set */
    apr_array_header_t *complaints; /* of tr_complaint_t */
    const char *statement;          /* its name, when a statement failed */
    char sqlstate[6];
    const char *constraint; /* that refused the row, NULL for none */
    const char *detail;     /* the database's whole message, or errno's words */
} tr_problem_t;

tr_problem_t *tr_problem_make(apr_pool_t *pool);
/* As newly made: for another try. */
void tr_problem_clear(tr_problem_t *problem);
/* Each adds a complaint and gives back `status`, so that a caller may `return` it. `field` and
 * `file` are not copied. `problem` may be NULL where nobody asks why. */
apr_status_t tr_problem_add(tr_problem_t *problem, apr_status_t status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
apr_status_t tr_problem_field(tr_problem_t *problem, const char *field, const char *format, ...)
    __attribute__((format(printf, 3, 4))); /* status is TR_EBAD */
apr_status_t tr_problem_at(tr_problem_t *problem, const char *file, int line,
                           const char *format, ...)
    __attribute__((format(printf, 4, 5))); /* status is TR_ESITE */
int tr_problem_count(const tr_problem_t *problem);
/* The first complaint about a field, NULL for none. */
const char *tr_problem_words(const tr_problem_t *problem, const char *field);
/* All complaints, one a line: "file:line: words" or "field: words" or words. */
const char *tr_problem_text(const tr_problem_t *problem, apr_pool_t *pool);

#endif
