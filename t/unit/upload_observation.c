/* upload_observation.c: the MWA's metadata made into an observation's form.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"

#include "../../tools/upload/observation.h"

#include <apr_general.h>
#include <string.h>

static const char answer[] =
    "{\"obsname\": \"shadow\", \"starttime\": 1199052968, \"stoptime\": 1199053264,"
    " \"projectid\": \"G0034\", \"freq_res\": 10, \"int_time\": 0.5, \"unknown\": {},"
    " \"metadata\": {\"ra_pointing\": 251.9263538846139, \"dec_pointing\": -45.70992271387941,"
    "  \"azimuth_pointing\": 128.66, \"elevation_pointing\": null},"
    " \"rfstreams\": {\"0\": {\"frequencies\": [133, 134, 156]}}}";

static apr_array_header_t *read_text(const char *json, const char *id, const char **problem,
                                     apr_pool_t *pool)
{
    return tr_upload_observation_fields(json, strlen(json), id, problem, pool);
}

static void test_fields(apr_pool_t *pool)
{
    const char *problem;
    const apr_array_header_t *fields = read_text(answer, "1199052968", &problem, pool);

    is_str(fields ? tr_upload_fields_encode(fields, pool) : problem,
           "observation_id=1199052968&obsname=shadow&starttime=1199052968&stoptime=1199053264"
           "&ra_tile_dec=251.9263538846139&dec_tile_dec=-45.70992271387941"
           "&ra_tile_hms=16%3A47%3A42.32&dec_tile_dms=-45%3A42%3A35.72&projectid=G0034"
           "&azimuth=128.66&frequency_channels=%5B133%2C+134%2C+156%5D&cent_freq=184.96"
           "&freq_res=10&int_time=0.5",
           "the fields come in the old client's order and form; null is left out");
}

static void test_poor_answers(apr_pool_t *pool)
{
    const char *problem;
    const apr_array_header_t *fields = read_text("{}", "5", &problem, pool);

    is_str(fields ? tr_upload_fields_encode(fields, pool) : problem, "observation_id=5",
           "an empty answer leaves the id");
    fields = read_text("{\"rfstreams\": {\"0\": {\"frequencies\": []}}, \"metadata\": 3}", "5",
                       &problem, pool);
    is_str(fields ? tr_upload_fields_encode(fields, pool) : problem, "observation_id=5",
           "no channels give no frequency");
    ok(!read_text("[1]", "5", &problem, pool), "a list is refused");
    ok(!read_text("{", "5", &problem, pool), "broken JSON is refused");
    ok(strstr(problem, "line 1"), "and its line is told");
    ok(!read_text(answer, "1199052969", &problem, pool), "another observation's is refused");
    is_str(problem, "it is observation 1199052968's metadata", "and it is said whose it is");
    ok(!tr_upload_observation_read("/nonexistent", "5", &problem, pool),
       "no file is no metadata");
    ok(strstr(problem, "/nonexistent/5.json: "), "and the file's name is told");
}

int main(void)
{
    apr_pool_t *pool;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    test_fields(pool);
    test_poor_answers(pool);
    apr_pool_destroy(pool);
    apr_terminate();
    return done_testing();
}
