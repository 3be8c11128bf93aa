/* observation.c: an observation's metadata, as the MWA's service answers it, made into a form.
 *
 * SPDX-License-Identifier: MIT
 */
#include "observation.h"

#include <apr_file_io.h>
#include <apr_strings.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { METADATA_MAX = 4 * 1024 * 1024 }; /* bytes; the service's answers have some 100 kB */

static const double channel_mhz = 1.28;

/* A member of an object, or of the object `inside` it. */
typedef struct {
    const char *field;
    const char *inside; /* NULL: at the top */
    const char *member;
} member_t;

/* In the order in which the old client sends them; what it works out stands between. */
static const member_t first[] = {
    { "obsname", NULL, "obsname" },
    { "starttime", NULL, "starttime" },
    { "stoptime", NULL, "stoptime" },
    { "ra_tile_dec", "metadata", "ra_pointing" },
    { "dec_tile_dec", "metadata", "dec_pointing" },
};

static const member_t second[] = {
    { "projectid", NULL, "projectid" },
    { "azimuth", "metadata", "azimuth_pointing" },
    { "elevation", "metadata", "elevation_pointing" },
};

static const member_t last[] = {
    { "freq_res", NULL, "freq_res" },
    { "int_time", NULL, "int_time" },
};

static const char *write_value(const json_t *value, apr_pool_t *pool)
{
    switch (value ? json_typeof(value) : JSON_NULL) {
    case JSON_STRING:
        return tr_upload_text(json_string_value(value), pool);
    case JSON_INTEGER:
        return apr_psprintf(pool, "%" APR_INT64_T_FMT, (apr_int64_t)json_integer_value(value));
    case JSON_REAL:
        return tr_upload_real(json_real_value(value), pool);
    default:
        return NULL;
    }
}

static void add_members(apr_array_header_t *fields, const json_t *answer,
                        const member_t *members, size_t count, apr_pool_t *pool)
{
    for (size_t i = 0; i < count; i++) {
        const json_t *object = members[i].inside ? json_object_get(answer, members[i].inside)
                                                 : answer;
        tr_upload_fields_add(fields, members[i].field,
                             write_value(json_object_get(object, members[i].member), pool));
    }
}

void tr_upload_observation_add_sexagesimal(apr_array_header_t *fields, apr_pool_t *pool)
{
    const char *ra = tr_upload_fields_get(fields, "ra_tile_dec");
    const char *dec = tr_upload_fields_get(fields, "dec_tile_dec");

    if (ra) {
        tr_upload_fields_add(fields, "ra_tile_hms", tr_upload_hms(strtod(ra, NULL), pool));
    }
    if (dec) {
        tr_upload_fields_add(fields, "dec_tile_dms", tr_upload_dms(strtod(dec, NULL), pool));
    }
}

static const json_t *find_channels(const json_t *answer)
{
    const json_t *stream = json_object_get(json_object_get(answer, "rfstreams"), "0");

    return json_object_get(stream, "frequencies");
}

double tr_upload_observation_centre(double first_channel, double last_channel)
{
    return round((first_channel + last_channel) * channel_mhz * 1e6 / 2.0) / 1e6;
}

/* The list as Python prints it, and the centre. */
static void add_channels(apr_array_header_t *fields, const json_t *channels, apr_pool_t *pool)
{
    size_t count = json_array_size(channels);
    const char *list = "[";
    double first_channel, last_channel;

    for (size_t i = 0; i < count; i++) {
        const char *channel = write_value(json_array_get(channels, i), pool);
        list = apr_pstrcat(pool, list, i ? ", " : "", channel ? channel : "null", NULL);
    }
    if (count) {
        first_channel = json_number_value(json_array_get(channels, 0));
        last_channel = json_number_value(json_array_get(channels, count - 1));
        tr_upload_fields_add(fields, "frequency_channels", apr_pstrcat(pool, list, "]", NULL));
        tr_upload_fields_add(
            fields, "cent_freq",
            tr_upload_real(tr_upload_observation_centre(first_channel, last_channel), pool));
    }
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

static apr_array_header_t *collect(const json_t *answer, const char *obs_id, apr_pool_t *pool)
{
    apr_array_header_t *fields = tr_upload_fields_make(pool);

    tr_upload_fields_add(fields, "observation_id", obs_id);
    add_members(fields, answer, first, COUNT(first), pool);
    tr_upload_observation_add_sexagesimal(fields, pool);
    add_members(fields, answer, second, COUNT(second), pool);
    add_channels(fields, find_channels(answer), pool);
    add_members(fields, answer, last, COUNT(last), pool);
    return fields;
}

apr_array_header_t *tr_upload_observation_fields(const char *json, size_t length,
                                                 const char *obs_id, const char **problem,
                                                 apr_pool_t *pool)
{
    json_error_t error;
    json_t *answer = json_loadb(json, length, 0, &error);
    apr_array_header_t *fields = NULL;
    const char *start;

    *problem = NULL;
    if (!answer) {
        *problem = apr_psprintf(pool, "not JSON: line %d: %s", error.line, error.text);
        return NULL;
    }
    start = write_value(json_object_get(answer, "starttime"), pool);
    if (!json_is_object(answer)) {
        *problem = "not an observation's metadata";
    }
    else if (start && strcmp(start, obs_id)) {
        *problem = apr_psprintf(pool, "it is observation %s's metadata", start);
    }
    else {
        fields = collect(answer, obs_id, pool);
    }
    json_decref(answer);
    return fields;
}

/* All of a file, or NULL. */
static const char *read_file(const char *path, apr_size_t *length, const char **problem,
                             apr_pool_t *pool)
{
    apr_file_t *file;
    char *text = NULL;
    char words[120];
    apr_finfo_t info;
    apr_status_t status = apr_file_open(&file, path, APR_FOPEN_READ, 0, pool);

    if (status == APR_SUCCESS) {
        status = apr_file_info_get(&info, APR_FINFO_SIZE, file);
        if (status == APR_SUCCESS && info.size <= METADATA_MAX) {
            text = apr_palloc(pool, (apr_size_t)info.size + 1);
            status = apr_file_read_full(file, text, (apr_size_t)info.size, length);
        }
        apr_file_close(file);
    }
    if (status != APR_SUCCESS) {
        *problem = apr_pstrdup(pool, apr_strerror(status, words, sizeof words));
        return NULL;
    }
    if (!text) {
        *problem = "larger than 4 MB";
    }
    return text;
}

apr_array_header_t *tr_upload_observation_read(const char *dir, const char *obs_id,
                                               const char **problem, apr_pool_t *pool)
{
    const char *path = apr_psprintf(pool, "%s/%s.json", dir, obs_id);
    apr_size_t length = 0;
    const char *json = read_file(path, &length, problem, pool);
    apr_array_header_t *fields = json ? tr_upload_observation_fields(json, length, obs_id,
                                                                     problem, pool)
                                      : NULL;

    if (!fields) {
        *problem = apr_psprintf(pool, "%s: %s", path, *problem);
    }
    return fields;
}
