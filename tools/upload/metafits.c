/* metafits.c: an observation's metadata from the metafits file that the MWA makes of it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "metafits.h"

#include "observation.h"

#include "tr_value.h"

#include <apr_fnmatch.h>
#include <apr_strings.h>
#include <fitsio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const endings[] = { "_metafits.fits", ".metafits", "_metafits_ppds.fits" };

const char *tr_upload_metafits_find(const char *folder, const char *obs_id, apr_pool_t *pool)
{
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        const char *path = apr_pstrcat(pool, folder, "/", obs_id, endings[i], NULL);

        if (!access(path, R_OK)) {
            return path;
        }
    }
    return NULL;
}

int tr_upload_metafits_is_name(const char *name)
{
    size_t length = strlen(name);

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t end = strlen(endings[i]);

        if (length > end && !strcmp(name + length - end, endings[i])) {
            return 1;
        }
    }
    return 0;
}

/* --- keywords ----------------------------------------------------------------------- */

/* A keyword's text, also one that goes on over several cards; NULL: absent or empty. */
static const char *read_text(fitsfile *file, const char *key, apr_pool_t *pool)
{
    char *value = NULL;
    int status = 0, ignored = 0;
    const char *text = NULL;

    if (!fits_read_key_longstr(file, key, &value, NULL, &status)) {
        text = tr_upload_text(value, pool);
    }
    fits_free_memory(value, &ignored);
    return text;
}

static int read_number(fitsfile *file, const char *key, double *number)
{
    int status = 0;

    return !fits_read_key(file, TDOUBLE, key, number, NULL, &status) && isfinite(*number);
}

static void add_number(apr_array_header_t *fields, const char *name, fitsfile *file,
                       const char *key, apr_pool_t *pool)
{
    double number;

    if (read_number(file, key, &number)) {
        tr_upload_fields_add(fields, name, tr_upload_real(number, pool));
    }
}

static const char *whole(double number, apr_pool_t *pool)
{
    return apr_psprintf(pool, "%" APR_INT64_T_FMT, (apr_int64_t)llround(number));
}

/* --- fields ------------------------------------------------------------------------- */

/* "133,134,...,156" as the list that the service's answer is sent as; *first and *last are 0
 * when it is no list of numbers. */
static const char *list_of(const char *channels, long *first, long *last, apr_pool_t *pool)
{
    const char *list = "[", *at = channels;

    *first = *last = 0;
    for (;;) {
        char *end;

        *last = strtol(at, &end, 10);
        if (end == at || *last < 1 || *last > 100000) {
            *first = *last = 0;
            return NULL;
        }
        *first = *first ? *first : *last;
        list = apr_psprintf(pool, "%s%s%ld", list, list[1] ? ", " : "", *last);
        end += strspn(end, " ");
        if (*end != ',') {
            return *end ? NULL : apr_pstrcat(pool, list, "]", NULL);
        }
        at = end + 1;
    }
}

static void add_channels(apr_array_header_t *fields, fitsfile *file, apr_pool_t *pool)
{
    const char *channels = read_text(file, "CHANNELS", pool);
    long first = 0, last = 0;
    double centre;

    if (channels && strlen(channels) < 4096) {
        tr_upload_fields_add(fields, "frequency_channels",
                             list_of(channels, &first, &last, pool));
    }
    if (read_number(file, "FREQCENT", &centre)) {
        tr_upload_fields_add(fields, "cent_freq", tr_upload_real(centre, pool));
    }
    else if (first) {
        tr_upload_fields_add(
            fields, "cent_freq",
            tr_upload_real(tr_upload_observation_centre((double)first, (double)last), pool));
    }
}

static apr_array_header_t *collect(fitsfile *file, double start, apr_pool_t *pool)
{
    apr_array_header_t *fields = tr_upload_fields_make(pool);
    double exposure;

    tr_upload_fields_add(fields, "observation_id", whole(start, pool));
    tr_upload_fields_add(fields, "obsname", read_text(file, "FILENAME", pool));
    tr_upload_fields_add(fields, "starttime", whole(start, pool));
    if (read_number(file, "EXPOSURE", &exposure) && exposure >= 0 && exposure < 1e7) {
        tr_upload_fields_add(fields, "stoptime", whole(start + exposure, pool));
    }
    add_number(fields, "ra_tile_dec", file, "RA", pool);
    add_number(fields, "dec_tile_dec", file, "DEC", pool);
    tr_upload_observation_add_sexagesimal(fields, pool);
    tr_upload_fields_add(fields, "projectid", read_text(file, "PROJECT", pool));
    add_number(fields, "azimuth", file, "AZIMUTH", pool);
    add_number(fields, "elevation", file, "ALTITUDE", pool);
    add_channels(fields, file, pool);
    add_number(fields, "freq_res", file, "FINECHAN", pool);
    add_number(fields, "int_time", file, "INTTIME", pool);
    return fields;
}

static apr_array_header_t *read_header(fitsfile *file, const char *obs_id, const char **problem,
                                       apr_pool_t *pool)
{
    double start;

    if (!read_number(file, "GPSTIME", &start) || !(start >= 1 && start < 1e15)) {
        *problem = "no GPSTIME in its header: not a metafits";
        return NULL;
    }
    if (strcmp(whole(start, pool), obs_id) != 0) {
        *problem = apr_psprintf(pool, "it is observation %s's metafits", whole(start, pool));
        return NULL;
    }
    return collect(file, start, pool);
}

apr_array_header_t *tr_upload_metafits_fields(const char *path, const char *obs_id,
                                              const char **problem, apr_pool_t *pool)
{
    apr_array_header_t *fields = NULL;
    char words[FLEN_STATUS];
    fitsfile *file = NULL;
    int status = 0, closing = 0;

    *problem = NULL;
    if (fits_open_diskfile(&file, path, READONLY, &status)) {
        fits_get_errstatus(status, words);
        *problem = apr_psprintf(pool, "not readable as FITS: %s", words);
    }
    else {
        fields = read_header(file, obs_id, problem, pool);
        fits_close_file(file, &closing);
    }
    if (!fields) {
        *problem = apr_psprintf(pool, "%s: %s", path, *problem);
    }
    return fields;
}
