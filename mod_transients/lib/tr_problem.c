/* tr_problem.c: what went wrong, in words.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_problem.h"
#include "tr_buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

tr_problem_t *tr_problem_make(apr_pool_t *pool)
{
    tr_problem_t *problem = apr_pcalloc(pool, sizeof *problem);

    problem->pool = pool;
    problem->complaints = apr_array_make(pool, 2, sizeof(tr_complaint_t));
    return problem;
}

void tr_problem_clear(tr_problem_t *problem)
{
    apr_pool_t *pool = problem->pool;
    apr_array_header_t *complaints = problem->complaints;

    memset(problem, 0, sizeof *problem);
    problem->pool = pool;
    problem->complaints = complaints;
    apr_array_clear(complaints);
}

/* Not apr_pvsprintf(), which knows fewer conversions (%zu) than the compiler checks for. */
static const char *format_words(apr_pool_t *pool, const char *format, va_list args)
{
    va_list again;
    int len;
    char *words;

    va_copy(again, args);
    len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (len < 0) {
        return format;
    }
    words = apr_palloc(pool, (apr_size_t)len + 1);
    vsnprintf(words, (apr_size_t)len + 1, format, args);
    return words;
}

static tr_complaint_t *complain(tr_problem_t *problem, apr_status_t status, const char *format,
                                va_list args)
{
    tr_complaint_t *complaint = apr_array_push(problem->complaints);

    memset(complaint, 0, sizeof *complaint);
    complaint->words = format_words(problem->pool, format, args);
    if (problem->status == APR_SUCCESS) {
        problem->status = status;
    }
    return complaint;
}

apr_status_t tr_problem_add(tr_problem_t *problem, apr_status_t status, const char *format, ...)
{
    va_list args;

    if (!problem) {
        return status;
    }
    va_start(args, format);
    complain(problem, status, format, args);
    va_end(args);
    return status;
}

apr_status_t tr_problem_field(tr_problem_t *problem, const char *field, const char *format, ...)
{
    va_list args;

    if (!problem) {
        return TR_EBAD;
    }
    va_start(args, format);
    complain(problem, TR_EBAD, format, args)->field = field;
    va_end(args);
    return TR_EBAD;
}

apr_status_t tr_problem_at(tr_problem_t *problem, const char *file, int line,
                           const char *format, ...)
{
    tr_complaint_t *complaint;
    va_list args;

    if (!problem) {
        return TR_ESITE;
    }
    va_start(args, format);
    complaint = complain(problem, TR_ESITE, format, args);
    va_end(args);
    complaint->file = file;
    complaint->line = line;
    return TR_ESITE;
}

int tr_problem_count(const tr_problem_t *problem)
{
    return problem->complaints->nelts;
}

const char *tr_problem_words(const tr_problem_t *problem, const char *field)
{
    for (int i = 0; i < problem->complaints->nelts; i++) {
        const tr_complaint_t *complaint = &APR_ARRAY_IDX(problem->complaints, i,
                                                         tr_complaint_t);

        if (complaint->field && !strcmp(complaint->field, field)) {
            return complaint->words;
        }
    }
    return NULL;
}

static void put_complaint(tr_buf_t *out, const tr_complaint_t *complaint)
{
    if (complaint->file) {
        tr_buf_printf(out, "%s:%d: ", complaint->file, complaint->line);
    }
    else if (complaint->field) {
        tr_buf_printf(out, "%s: ", complaint->field);
    }
    tr_buf_puts(out, complaint->words);
}

const char *tr_problem_text(const tr_problem_t *problem, apr_pool_t *pool)
{
    tr_buf_t *out = tr_buf_make(256, pool);

    for (int i = 0; i < problem->complaints->nelts; i++) {
        if (i) {
            tr_buf_putc(out, '\n');
        }
        put_complaint(out, &APR_ARRAY_IDX(problem->complaints, i, tr_complaint_t));
    }
    return out->data;
}
