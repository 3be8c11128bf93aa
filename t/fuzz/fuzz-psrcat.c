/* fuzz-psrcat.c: any bytes as a pulsar catalogue.
 *
 * SPDX-License-Identifier: MIT
 */
#include "target.h"
#include "tr_escape.h"
#include "tr_psrcat.h"

#include <math.h>
#include <string.h>

static void must_be_within(const tr_row_t *row, const char *name, double low, double high)
{
    double value = tr_row_real(row, name, low);

    must(isfinite(value) && value >= low && value <= high);
}

static void must_be_sound(const tr_row_t *row)
{
    const char *name = tr_row_text(row, "name"), *alias = tr_row_text(row, "bname");

    must(name && *name && tr_text_is_clean(name, strlen(name)));
    must(!alias || tr_text_is_clean(alias, strlen(alias)));
    must(tr_row_is_null(row, "raj") == tr_row_is_null(row, "decj"));
    must_be_within(row, "raj", 0.0, 360.0);
    must_be_within(row, "decj", -90.0, 90.0);
    must_be_within(row, "dm", 0.0, HUGE_VAL);
    must(tr_row_is_null(row, "p0") || tr_row_real(row, "p0", 0) > 0.0);
}

static void try_input(const uint8_t *data, size_t size, apr_pool_t *pool)
{
    tr_problem_t *problem = tr_problem_make(pool);
    const tr_psrcat_t *catalogue;
    apr_status_t status = tr_psrcat_read(&catalogue, (const char *)data, size, problem, pool);

    must((status == APR_SUCCESS) == (tr_problem_count(problem) == 0));
    must((status == APR_SUCCESS) == (catalogue != NULL));
    if (!catalogue) {
        return;
    }
    must(catalogue->pulsars->count > 0);
    must(catalogue->without_position->nelts + catalogue->ecliptic_count
         <= catalogue->pulsars->count);
    must(catalogue->faults->nelts <= catalogue->fault_count);
    for (int i = 0; i < catalogue->pulsars->count; i++) {
        must_be_sound(catalogue->pulsars->rows[i]);
    }
    for (int i = 0; i < catalogue->faults->nelts; i++) {
        const char *words = APR_ARRAY_IDX(catalogue->faults, i, tr_psrcat_fault_t).words;

        must(tr_text_is_clean(words, strlen(words)));
    }
}

FUZZ_TARGET("psrcat")
