/* tr_identity.c: what makes two uploads the same candidate.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_identity.h"

#include "tr_buf.h"

#include <apr_strings.h>
#include <math.h>

/* A changed canonical form needs a new number here and a migration of the stored identities. */
#define FORM_VERSION 1

/* 1e-7 degrees is 0.36 milliarcseconds: finer than any survey, coarser than what a text with
 * seven decimals loses. */
static void put_angle(tr_buf_t *out, const char *name, double degrees)
{
    if (!isnan(degrees)) {
        tr_buf_printf(out, "|%s=%lld", name, llround(degrees * 1e7));
    }
}

static void put_value(tr_buf_t *out, const char *name, const tr_value_t *value)
{
    switch (value->kind) {
    case TR_BOOL:
        tr_buf_printf(out, "|%s=%d", name, value->as.flag != 0);
        break;
    case TR_INT:
        tr_buf_printf(out, "|%s=%" APR_INT64_T_FMT, name, value->as.integer);
        break;
    case TR_REAL: /* + 0.0f turns -0 into 0; %a is exact and the same in every locale */
        tr_buf_printf(out, "|%s=%a", name, (double)((float)value->as.real + 0.0f));
        break;
    default:
        break;
    }
}

const char *tr_identity_of(const tr_columns_t *columns, const tr_row_t *candidate,
                           apr_int64_t obs_id, apr_int64_t project_id, apr_int64_t filter_id,
                           apr_pool_t *pool)
{
    int n;
    const tr_column_t *const *column = tr_columns_set(columns, "candidate.identity", &n);
    tr_buf_t *form = tr_buf_make(2048, pool);
    char digest[TR_DIGEST_HEX];

    tr_buf_printf(form, "%d|%" APR_INT64_T_FMT "|%" APR_INT64_T_FMT "|%" APR_INT64_T_FMT,
                  FORM_VERSION, obs_id, project_id, filter_id);
    put_angle(form, "ra_deg", tr_row_real(candidate, "ra_deg", NAN));
    put_angle(form, "dec_deg", tr_row_real(candidate, "dec_deg", NAN));
    for (int i = 0; i < n; i++) {
        const tr_value_t *value = tr_row_get(candidate, column[i]->name);

        if (value) {
            put_value(form, column[i]->name, value);
        }
    }
    tr_digest_hex(form->data, form->len, digest);
    return apr_pstrdup(pool, digest);
}
