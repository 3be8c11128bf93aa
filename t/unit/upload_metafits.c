/* upload_metafits.c: the MWA's metafits made into an observation's form.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"

#include "../../tools/upload/metafits.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <fitsio.h>
#include <string.h>
#include <unistd.h>

static apr_pool_t *pool;
static char dir[] = "/tmp/metafits-XXXXXX";

typedef enum { WHOLE, REAL, TEXT } kind_e;

typedef struct {
    const char *key;
    kind_e kind;
    double number;
    const char *text;
} card_t;

/* As the MWA writes them: CHANNELS goes on over several cards. */
static const card_t full[] = {
    { "GPSTIME", WHOLE, 1285442472, NULL },
    { "EXPOSURE", WHOLE, 120, NULL },
    { "FILENAME", TEXT, 0, "high_season1_2459122" },
    { "PROJECT", TEXT, 0, "G0008" },
    { "RA", REAL, 251.92635, NULL },
    { "DEC", REAL, -45.70992, NULL },
    { "RAPHASE", REAL, 10, NULL },
    { "AZIMUTH", REAL, 128.66, NULL },
    { "ALTITUDE", REAL, 63.7, NULL },
    { "FREQCENT", REAL, 184.96, NULL },
    { "FINECHAN", WHOLE, 40, NULL },
    { "INTTIME", REAL, 0.5, NULL },
    { "CHANNELS", TEXT, 0,
      "133,134,135,136,137,138,139,140,141,142,143,144,145,146,147,148,149,150,151,152,153,154,"
      "155,156" },
    { NULL, WHOLE, 0, NULL },
};

static const card_t bare[] = {
    { "GPSTIME", REAL, 1285442472, NULL },
    { "CHANNELS", TEXT, 0, "133, 134,156" },
    { "AZIMUTH", TEXT, 0, "north" },
    { NULL, WHOLE, 0, NULL },
};

static const card_t odd[] = {
    { "GPSTIME", WHOLE, 1285442472, NULL },
    { "EXPOSURE", REAL, -5, NULL },
    { "FILENAME", TEXT, 0, "   " },
    { "CHANNELS", TEXT, 0, "133,abc" },
    { NULL, WHOLE, 0, NULL },
};

static const card_t other[] = {
    { "OBSID", WHOLE, 1285442472, NULL },
    { NULL, WHOLE, 0, NULL },
};

static void write_card(fitsfile *file, const card_t *card, int *status)
{
    long long whole = (long long)card->number;
    double number = card->number;

    if (card->kind == TEXT) {
        fits_update_key_longstr(file, card->key, card->text, NULL, status);
    }
    else {
        fits_update_key(file, card->kind == WHOLE ? TLONGLONG : TDOUBLE, card->key,
                        card->kind == WHOLE ? (void *)&whole : (void *)&number, NULL, status);
    }
}

static const char *make_metafits(const char *name, const card_t *cards)
{
    const char *path = apr_pstrcat(pool, dir, "/", name, NULL);
    fitsfile *file;
    int status = 0;

    unlink(path);
    fits_create_diskfile(&file, path, &status);
    fits_create_img(file, BYTE_IMG, 0, NULL, &status);
    for (; cards->key; cards++) {
        write_card(file, cards, &status);
    }
    fits_close_file(file, &status);
    ok(!status, "%s is made", name);
    return path;
}

static const char *form_of(const char *path, const char *id)
{
    const char *problem;
    const apr_array_header_t *fields = tr_upload_metafits_fields(path, id, &problem, pool);

    return fields ? tr_upload_fields_encode(fields, pool) : problem;
}

static void test_fields(void)
{
    const char *path = make_metafits("1285442472_metafits.fits", full);

    is_str(
        form_of(path, "1285442472"),
        "observation_id=1285442472&obsname=high_season1_2459122&starttime=1285442472"
        "&stoptime=1285442592&ra_tile_dec=251.92635&dec_tile_dec=-45.70992"
        "&ra_tile_hms=16%3A47%3A42.32&dec_tile_dms=-45%3A42%3A35.71&projectid=G0008"
        "&azimuth=128.66&elevation=63.7"
        "&frequency_channels=%5B133%2C+134%2C+135%2C+136%2C+137%2C+138%2C+139%2C+140%2C+141"
        "%2C+142%2C+143%2C+144%2C+145%2C+146%2C+147%2C+148%2C+149%2C+150%2C+151%2C+152%2C+153"
        "%2C+154%2C+155%2C+156%5D&cent_freq=184.96&freq_res=40&int_time=0.5",
        "the header gives what the service would");
    is_str(form_of(path, "1285442473"),
           apr_pstrcat(pool, path, ": it is observation 1285442472's metafits", NULL),
           "another observation's is refused");
}

static void test_poor_headers(void)
{
    const char *path = make_metafits("1285442472.metafits", bare);

    is_str(form_of(path, "1285442472"),
           "observation_id=1285442472&starttime=1285442472"
           "&frequency_channels=%5B133%2C+134%2C+156%5D&cent_freq=184.96",
           "what is absent or of another type is left out; the channels give the frequency");
    path = make_metafits("odd.metafits", odd);
    is_str(form_of(path, "1285442472"), "observation_id=1285442472&starttime=1285442472",
           "impossible values are left out");
    path = make_metafits("other.metafits", other);
    ok(strstr(form_of(path, "1285442472"), "no GPSTIME"), "a file of another kind is refused");
    ok(strstr(form_of("/nonexistent", "5"), "/nonexistent: not readable as FITS"),
       "so is none at all");
}

static void test_names(void)
{
    const char *found = tr_upload_metafits_find(dir, "1285442472", pool);

    ok(found && strstr(found, "/1285442472_metafits.fits"), "a metafits is found by its name");
    unlink(found);
    found = tr_upload_metafits_find(dir, "1285442472", pool);
    ok(found && strstr(found, "/1285442472.metafits"), "by either of them");
    ok(!tr_upload_metafits_find(dir, "1285442473", pool), "that of another is not");
    ok(tr_upload_metafits_is_name("1285442472_metafits.fits")
           && tr_upload_metafits_is_name("1285442472_metafits_ppds.fits"),
       "a metafits is no table of candidates");
    ok(!tr_upload_metafits_is_name("1285442472_vmf.fits")
           && !tr_upload_metafits_is_name("_metafits.fits"),
       "a table is");
}

static void clean(void)
{
    static const char *const names[] = { "1285442472.metafits", "odd.metafits",
                                         "other.metafits" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        unlink(apr_pstrcat(pool, dir, "/", names[i], NULL));
    }
    rmdir(dir);
}

int main(void)
{
    if (!mkdtemp(dir)) {
        return skip_all("no folder for temporary files");
    }
    apr_initialize();
    apr_pool_create(&pool, NULL);
    test_fields();
    test_poor_headers();
    test_names();
    clean();
    apr_pool_destroy(pool);
    return done_testing();
}
