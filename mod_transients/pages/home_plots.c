/* home_plots.c: the curve of a project's progress, the bars of one's own days, and the last
 * sitting in words for a log.
 *
 * SPDX-License-Identifier: MIT
 */
#include "home.h"

#include "../lib/tr_buf.h"

#include <apr_strings.h>
#include <math.h>
#include <string.h>

/* The curve's picture, in units of its viewBox (home.html): left of the axis stand numbers,
 * right of the last point names. */
#define LEFT        44.0
#define RIGHT       352.0
#define TOP         12.0
#define BOTTOM      172.0
#define LABEL_APART 14.0 /* two names never touch */

/* The bars': 28 of them. */
#define BAR_STEP   11.0
#define BAR_HEIGHT 56.0

/* --- the curve ---------------------------------------------------------------------- */

typedef struct scale_t {
    int count;
    double top;
} scale_t;

static double x_of(const scale_t *scale, int i)
{
    return LEFT + (RIGHT - LEFT) * i / (scale->count > 1 ? scale->count - 1 : 1);
}

static double y_of(const scale_t *scale, double value)
{
    return BOTTOM - (BOTTOM - TOP) * value / scale->top;
}

static double value_of(const tr_list_t *rows, int i, const char *name)
{
    return (double)tr_row_int(rows->rows[i], name, 0);
}

/* Of 1, 2, 5, 10, 20, ... the least that gives four steps or fewer. */
static double step_of(double top)
{
    double power = pow(10, floor(log10(fmax(top / 4, 1))));
    double times = top / 4 / power;

    return power * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
}

/* Uploads come by the run: their line goes in steps, that of ratings straight on. */
static const char *line_of(tr_request_t *req, const tr_list_t *rows, const char *name,
                           const scale_t *scale, int in_steps)
{
    tr_buf_t *path = tr_buf_make(512, req->pool);

    for (int i = 0; i < rows->count; i++) {
        double x = x_of(scale, i), y = y_of(scale, value_of(rows, i, name));

        if (i > 0 && in_steps) {
            tr_buf_printf(path, "H%.1f", x);
        }
        tr_buf_printf(path, i == 0 ? "M%.1f %.1f" : "L%.1f %.1f", x, y);
    }
    return path->data;
}

static void add_ticks(tr_request_t *req, tr_row_t *curve, const scale_t *scale)
{
    tr_list_t *ticks = tr_list_make(req->pool);
    double step = step_of(scale->top);

    for (double at = 0; at <= scale->top; at += step) {
        tr_row_t *tick = tr_list_add(ticks);

        tr_row_set(tick, "y", tr_real(round(y_of(scale, at) * 10) / 10));
        tr_row_set(tick, "count", tr_int((apr_int64_t)at));
    }
    tr_row_set(curve, "ticks", tr_of_list(ticks));
}

static void add_names(tr_row_t *curve, const tr_list_t *rows, const scale_t *scale)
{
    int last = rows->count - 1;
    double uploaded = y_of(scale, value_of(rows, last, "uploaded"));
    double rated = y_of(scale, value_of(rows, last, "rated"));

    rated = fmax(rated, uploaded + LABEL_APART);
    if (rated > BOTTOM) {
        uploaded -= rated - BOTTOM;
        rated = BOTTOM;
    }
    tr_row_set(curve, "uploaded_y", tr_real(round(uploaded * 10) / 10));
    tr_row_set(curve, "rated_y", tr_real(round(rated * 10) / 10));
    tr_row_set(curve, "uploaded", *tr_row_get(rows->rows[last], "uploaded"));
    tr_row_set(curve, "rated", *tr_row_get(rows->rows[last], "rated"));
    tr_row_set(curve, "first_day", *tr_row_get(rows->rows[0], "date"));
    tr_row_set(curve, "middle_day", *tr_row_get(rows->rows[last / 2], "date"));
    tr_row_set(curve, "last_day", *tr_row_get(rows->rows[last], "date"));
}

static double top_of(const tr_list_t *rows)
{
    double top = 0;

    for (int i = 0; i < rows->count; i++) {
        top = fmax(top, fmax(value_of(rows, i, "uploaded"), value_of(rows, i, "rated")));
    }
    return top;
}

/* No curve where there is nothing yet. */
static void add_curve(tr_request_t *req)
{
    const tr_list_t *rows = tr_row_list(req->data, "progress");
    scale_t scale = { rows ? rows->count : 0, rows ? top_of(rows) : 0 };
    tr_row_t *curve = tr_row_make(req->pool);
    const char *rated;

    if (scale.top <= 0) {
        tr_row_set(req->data, "curve", tr_null());
        return;
    }
    rated = line_of(req, rows, "rated", &scale, 0);
    tr_row_set(curve, "uploaded_path", tr_text(line_of(req, rows, "uploaded", &scale, 1)));
    tr_row_set(curve, "rated_path", tr_text(rated));
    tr_row_set(curve, "rated_area",
               tr_text(apr_psprintf(req->pool, "%sV%.1fH%.1fZ", rated, BOTTOM, LEFT)));
    add_ticks(req, curve, &scale);
    add_names(curve, rows, &scale);
    tr_row_set(req->data, "curve", tr_of_row(curve));
}

/* --- one's own days ----------------------------------------------------------------- */

static void add_days(tr_request_t *req)
{
    tr_list_t *days = tr_row_list(req->data, "days");
    apr_int64_t most = 1, total = 0;

    for (int i = 0; i < days->count; i++) {
        apr_int64_t done = tr_row_int(days->rows[i], "done", 0);

        most = done > most ? done : most;
        total += done;
    }
    for (int i = 0; i < days->count; i++) {
        double height = BAR_HEIGHT * (double)tr_row_int(days->rows[i], "done", 0)
                        / (double)most;

        tr_row_set(days->rows[i], "x", tr_real(i * BAR_STEP));
        tr_row_set(days->rows[i], "y", tr_real(round((BAR_HEIGHT - height) * 10) / 10));
        tr_row_set(days->rows[i], "height", tr_real(round(height * 10) / 10));
        tr_row_set(days->rows[i], "is_today", tr_bool(i == days->count - 1));
    }
    tr_row_set(req->data, "days_total", tr_int(total));
    tr_row_set(req->data, "first_day",
               days->count ? *tr_row_get(days->rows[0], "date") : tr_null());
}

/* --- the last sitting, as a log wants it -------------------------------------------- */

/* "2026-11-22 14:10-15:02 UTC": the day of the end where it is another one. */
static void write_times(tr_buf_t *text, const tr_row_t *sitting)
{
    const char *begun = tr_row_text(sitting, "begun"), *ended = tr_row_text(sitting, "ended");
    int is_one_day = strncmp(begun, ended, 10) == 0;

    tr_buf_printf(text, "%.10s %.5s\u2013", begun, begun + 11);
    if (!is_one_day) {
        tr_buf_printf(text, "%.10s ", ended);
    }
    tr_buf_printf(text, "%.5s UTC\n", ended + 11);
}

static void write_counts(tr_buf_t *text, const tr_row_t *sitting)
{
    static const char *const names[] = { "n1", "n2", "n3", "n4", "n5" };
    const char *fives = tr_row_text(sitting, "fives");

    tr_buf_printf(text,
                  "%" APR_INT64_T_FMT " rated, %" APR_INT64_T_FMT " skipped, %" APR_INT64_T_FMT
                  " undone\n",
                  tr_row_int(sitting, "rated", 0), tr_row_int(sitting, "skipped", 0),
                  tr_row_int(sitting, "undone", 0));
    for (int i = 0; i < 5; i++) {
        tr_buf_printf(text, "%s%d: %" APR_INT64_T_FMT, i ? "  " : "", i + 1,
                      tr_row_int(sitting, names[i], 0));
    }
    if (fives) {
        tr_buf_printf(text, "\n5s: %s", fives);
    }
}

static void add_sitting(tr_request_t *req)
{
    const tr_row_t *sitting = tr_row_row(req->data, "sitting");
    tr_buf_t *text = tr_buf_make(256, req->pool);
    const char *modes;

    if (!sitting) {
        tr_row_set(req->data, "sitting_text", tr_null());
        return;
    }
    modes = tr_row_text(sitting, "modes");
    write_times(text, sitting);
    tr_buf_puts(text, tr_row_text(sitting, "projects"));
    tr_buf_printf(text, "%s%s\n", modes ? ", " : "", modes ? modes : "");
    write_counts(text, sitting);
    tr_row_set(req->data, "sitting_text", tr_text(text->data));
}

void home_plots_add(tr_request_t *req)
{
    add_curve(req);
    add_days(req);
    add_sitting(req);
}
