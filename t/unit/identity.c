/* identity.c: a candidate has one identity however it was spelt; another has another.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"
#include "tr_identity.h"

#include <apr_general.h>
#include <apr_strings.h>

static apr_pool_t *pool;
static const tr_columns_t *columns;

/* The column table of the site itself. */
static void load(void)
{
    const char *top = getenv("TR_SRCDIR");
    const char *path = apr_pstrcat(pool, top ? top : ".", "/schema/columns.tsv", NULL);
    tr_problem_t *problem = tr_problem_make(pool);

    if (tr_columns_load(&columns, path, problem, pool) != APR_SUCCESS) {
        printf("Bail out!  %s\n", tr_problem_text(problem, pool));
        exit(1);
    }
}

static tr_row_t *candidate(void)
{
    tr_row_t *row = tr_row_make(pool);

    tr_row_set(row, "ra_deg", tr_real(246.99792));
    tr_row_set(row, "dec_deg", tr_real(-52.58453));
    tr_row_set(row, "can_peak_flux", tr_real(0.28805584));
    tr_row_set(row, "can_nks_is_close", tr_bool(0));
    tr_row_set(row, "nks_res", tr_null());
    tr_row_set(row, "notes", tr_text("seen"));
    return row;
}

static const char *identity(const tr_row_t *row)
{
    return tr_identity_of(columns, row, 1199052968, 1, 2, pool);
}

/* The identity of the candidate with one value changed. */
static const char *with(const char *name, tr_value_t value)
{
    tr_row_t *row = candidate();

    tr_row_set(row, name, value);
    return identity(row);
}

static void is_the_same(const char *name, tr_value_t value, const char *what)
{
    is_str(with(name, value), identity(candidate()), "%s makes no other candidate", what);
}

static void is_another(const char *name, tr_value_t value, const char *what)
{
    ok(strcmp(with(name, value), identity(candidate())) != 0, "%s makes another candidate",
       what);
}

/* The digest is that of the text (in one line)
 *   1|1199052968|1|2|ra_deg=2469979200|dec_deg=-525845300
 *   |can_peak_flux=0x1.26f81cp-2|can_nks_is_close=0
 * by sha256sum. */
static void keeps(void)
{
    is_int((long long)strlen(identity(candidate())), 64, "an identity is a sha256 in hex");
    is_str(identity(candidate()), identity(candidate()), "the same values have one identity");
    is_str(identity(candidate()),
           "44212bc5d00c564ccbbd7442f4bdb46c496108dbcbb593ba37e7186a202fbc23",
           "the canonical form is the one that stored identities were made from");
    is_the_same("notes", tr_text("another word"), "a note");
    is_the_same("metadata", tr_text("{}"), "metadata");
    is_the_same("png_hash", tr_text("ff"), "another picture");
    is_the_same("ra_hms", tr_text("16:27:59.50"), "a position as text");
    is_the_same("cand_id", tr_int(7), "the row's number in its table");
    is_the_same("ra_deg", tr_real(246.99792 + 3e-8), "a third of 1e-7 degrees");
    is_the_same("can_peak_flux", tr_real(0.288055841), "what float4 does not tell apart");
    is_the_same("nks_flux", tr_null(), "an absent value");
    is_the_same("column_of_later", tr_real(1), "a column that the table does not have");
}

static void tells_apart(void)
{
    tr_row_t *row = candidate();

    is_another("ra_deg", tr_real(246.99792 + 2e-7), "2e-7 degrees in right ascension");
    is_another("dec_deg", tr_real(-52.5845302), "2e-7 degrees in declination");
    is_another("can_peak_flux", tr_real(0.288056), "another flux");
    is_another("can_peak_flux", tr_null(), "a flux that is not given");
    is_another("can_nks_is_close", tr_bool(1), "another boolean");
    is_another("can_nks_is_close", tr_null(), "a boolean that is not given");
    is_another("nks_res", tr_real(0), "zero instead of nothing");
    is_another("peak_time", tr_real(1199053000), "a time");
    ok(strcmp(tr_identity_of(columns, row, 1199052969, 1, 2, pool), identity(row)) != 0,
       "another observation makes another candidate");
    ok(strcmp(tr_identity_of(columns, row, 1199052968, 2, 2, pool), identity(row)) != 0,
       "another project makes another candidate");
    ok(strcmp(tr_identity_of(columns, row, 1199052968, 1, 1, pool), identity(row)) != 0,
       "another filter makes another candidate");
    ok(strcmp(tr_identity_of(columns, row, 1199052968, 2, 1, pool),
              tr_identity_of(columns, row, 1199052968, 1, 2, pool))
           != 0,
       "project and filter are not mixed up");
}

static void spells_numbers_alike(void)
{
    tr_row_t *row = tr_row_make(pool), *other = tr_row_make(pool);

    tr_row_set(row, "nks_res", tr_real(0.0));
    tr_row_set(other, "nks_res", tr_real(-0.0));
    is_str(identity(other), identity(row), "-0 is 0");
    row = tr_row_make(pool);
    other = tr_row_make(pool);
    tr_row_set(row, "dec_deg", tr_real(1e-9));
    tr_row_set(other, "dec_deg", tr_real(-1e-9));
    is_str(identity(other), identity(row), "a declination just below 0 is the one just above");
    tr_row_set(row, "can_fluence", tr_real(1e300));
    ok(identity(row) != NULL, "a value beyond float4 has an identity");
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    load();
    keeps();
    tells_apart();
    spells_numbers_alike();
    apr_pool_destroy(pool);
    apr_terminate();
    return done_testing();
}
