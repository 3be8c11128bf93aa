/* upload_fields.c: what the upload client sends of a row's values.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"

#include "../../tools/upload/candidate.h"
#include "../../tools/upload/fields.h"

#include <apr_general.h>
#include <math.h>

static void test_numbers(apr_pool_t *pool)
{
    is_str(tr_upload_real(246.99792, pool), "246.99792",
           "a double is written as short as it is");
    is_str(tr_upload_real(247.00791999999998, pool), "247.00791999999998",
           "and as long as it must be");
    is_str(tr_upload_float(0.28805584f, pool), "0.28805584", "a float has a float's digits");
    is_str(tr_upload_float(3.5f, pool), "3.5", "and no more");
    is_str(tr_upload_real(NAN, pool), NULL, "NaN is absent from a double column");
    is_str(tr_upload_float(NAN, pool), NULL, "NaN is absent from a float column");
    is_str(tr_upload_real(INFINITY, pool), "inf",
           "an infinity is sent, for the site to refuse");
}

static void test_texts(apr_pool_t *pool)
{
    is_str(tr_upload_text("  rms  ", pool), "rms", "text is sent without the blanks around it");
    is_str(tr_upload_text("   ", pool), NULL, "blank text is absent");
    is_str(tr_upload_text("\xce\xb8 Car", pool), "\xce\xb8 Car", "UTF-8 is sent as it is");
    is_str(tr_upload_text("M\xfcller", pool), "M\xc3\xbcller", "Latin-1 is sent as UTF-8");
    is_str(tr_upload_text("\xed\xa0\x80", pool), "\xc3\xad\xc2\xa0\xc2\x80",
           "a surrogate is not UTF-8");
    is_str(tr_upload_text("\xc0\xaf", pool), "\xc3\x80\xc2\xaf", "nor is an overlong slash");
}

static void test_sexagesimal(apr_pool_t *pool)
{
    is_str(tr_upload_hms(246.99792, pool), "16:27:59.50", "RA as the old client writes it");
    is_str(tr_upload_dms(-52.58453, pool), "-52:35:04.31", "Dec as the old client writes it");
    is_str(tr_upload_dms(-0.5, pool), "-00:30:00.00", "a Dec of -0.5 keeps its sign");
    is_str(tr_upload_hms(359.99999999, pool), "00:00:00.00", "RA carries over to 0 h");
    is_str(tr_upload_dms(95.0, pool), NULL, "a Dec of 95 has no text");
    is_str(tr_upload_dms(NAN, pool), NULL, "NaN has no text");
}

static void test_form(apr_pool_t *pool)
{
    apr_array_header_t *fields = tr_upload_fields_make(pool);

    tr_upload_fields_add(fields, "ra_deg", "246.99792");
    tr_upload_fields_add(fields, "dec_deg", "-52.5");
    tr_upload_fields_add(fields, "nks_ra_deg", "10");
    tr_upload_fields_add(fields, "nks_ra_hms", "as it came");
    tr_upload_fields_add(fields, "notes", NULL);
    tr_upload_fields_add(fields, "metadata", "a=b & c\xce\xb1");
    fields = tr_upload_fields_complete(fields, pool);
    is_str(tr_upload_fields_encode(fields, pool),
           "ra_deg=246.99792&ra_hms=16%3A27%3A59.50&dec_deg=-52.5&dec_dms=-52%3A30%3A00.00"
           "&nks_ra_deg=10&nks_ra_hms=as+it+came&metadata=a%3Db+%26+c%CE%B1",
           "degrees are followed by their text, unless the table has one; absent is left out");
}

static tr_upload_table_t make_table(apr_array_header_t *row, apr_pool_t *pool)
{
    tr_upload_table_t table = { 0 };

    table.name = "1199052968_vmf.fits";
    table.rows = apr_array_make(pool, 1, sizeof(apr_array_header_t *));
    APR_ARRAY_PUSH(table.rows, apr_array_header_t *) = row;
    return table;
}

static void test_candidate(apr_pool_t *pool)
{
    apr_array_header_t *row = tr_upload_fields_make(pool);
    tr_upload_table_t table = make_table(row, pool);
    const tr_candidate_t *candidate;
    const char *problem;

    tr_upload_fields_add(row, "cand_id", "7");
    tr_upload_fields_add(row, "observation_id", "1199052968.0");
    tr_upload_fields_add(row, "obs_cent_freq", "184.96");
    tr_upload_fields_add(row, "filter_id", "vmf");
    candidate = tr_candidate_of_row(&table, 0, NULL, &problem, pool);
    ok(!candidate, "a row without a project is refused");
    is_str(problem, "no project: column project, or --project",
           "and it is said how to give one");
    candidate = tr_candidate_of_row(&table, 0, "P", &problem, pool);
    is_str(candidate ? tr_upload_fields_encode(candidate->fields, pool) : NULL,
           "obs_id=1199052968&filter_id=vmf&project=P&cand_id=7",
           "observation_id is sent as obs_id, the observation's frequency is not sent");
    is_str(candidate ? tr_candidate_image("d", candidate, "png", pool) : NULL,
           "d/1199052968_vmf_007.png", "its images bear three digits");
}

static void test_hostile_rows(apr_pool_t *pool)
{
    apr_array_header_t *row = tr_upload_fields_make(pool);
    tr_upload_table_t table = make_table(row, pool);
    const char *problem;

    table.filter = "../x";
    table.project = "P";
    tr_upload_fields_add(row, "obs_id", "../../secret");
    ok(!tr_candidate_of_row(&table, 0, NULL, &problem, pool),
       "an id that is a path is refused");
    is_str(problem, "'../../secret' is not an observation's id", "with the reason");
    table.rows = make_table(tr_upload_fields_make(pool), pool).rows;
    table.obs_id = "1199052968";
    ok(!tr_candidate_of_row(&table, 0, NULL, &problem, pool),
       "a filter that is a path is refused");
    ok(!tr_candidate_is_obs_id("0"), "0 is no observation");
    ok(!tr_candidate_is_obs_id("-5"), "-5 is no observation");
    ok(!tr_candidate_is_obs_id("99999999999999999999"), "nor is what no bigint holds");
}

static void test_table_name(apr_pool_t *pool)
{
    const char *obs_id, *filter;

    tr_upload_table_name("1199052968_my_filter.fits", &obs_id, &filter, pool);
    is_str(obs_id, "1199052968", "a table's name tells its observation");
    is_str(filter, "my_filter", "and its filter, up to the ending");
    tr_upload_table_name("candidates.fits", &obs_id, &filter, pool);
    ok(!obs_id && !filter, "another name tells nothing");
    tr_upload_table_name("1199052968_.fits", &obs_id, &filter, pool);
    ok(!obs_id && !filter, "nor does a name without a filter");
}

int main(void)
{
    apr_pool_t *pool;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    test_numbers(pool);
    test_texts(pool);
    test_sexagesimal(pool);
    test_form(pool);
    test_candidate(pool);
    test_hostile_rows(pool);
    test_table_name(pool);
    apr_pool_destroy(pool);
    apr_terminate();
    return done_testing();
}
