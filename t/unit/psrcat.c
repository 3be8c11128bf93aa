/* psrcat.c: the pulsar catalogue is read, every odd spelling of it and what is wrong with it.
 *
 * With TR_PSRCAT in the environment, the name of the real psrcat.db of version 1.64 (Manchester
 * et al. 2005, AJ 129, 1993), that is read as well.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"
#include "tr_psrcat.h"
#include "tr_sky.h"

#include <apr_general.h>
#include <apr_strings.h>

#define ARCSEC (1.0 / 3600.0)

static apr_pool_t *pool;

static const tr_psrcat_t *read_text(const char *text, apr_size_t len, tr_problem_t **problem)
{
    const tr_psrcat_t *catalogue = NULL;

    *problem = tr_problem_make(pool);
    tr_psrcat_read(&catalogue, text, len, *problem, pool);
    return catalogue;
}

static const tr_psrcat_t *read_string(const char *text)
{
    tr_problem_t *problem;

    return read_text(text, strlen(text), &problem);
}

static char *read_stream(FILE *file, apr_size_t *len)
{
    apr_size_t room = TR_PSRCAT_SIZE_MAX + 1;
    char *text = malloc(room);

    *len = fread(text, 1, room, file);
    fclose(file);
    return text;
}

static const tr_row_t *find(const tr_psrcat_t *catalogue, const char *name)
{
    static const tr_row_t none;

    for (int i = 0; i < catalogue->pulsars->count; i++) {
        if (!strcmp(tr_row_text(catalogue->pulsars->rows[i], "name"), name)) {
            return catalogue->pulsars->rows[i];
        }
    }
    return &none;
}

static void is_at(const tr_psrcat_t *catalogue, const char *name, double ra, double dec,
                  const char *words)
{
    const tr_row_t *row = find(catalogue, name);

    is_real(tr_row_real(row, "raj", -1), ra, 1e-9, "%s: right ascension", words);
    is_real(tr_row_real(row, "decj", -99), dec, 1e-9, "%s: declination", words);
}

static void test_spellings(const tr_psrcat_t *catalogue)
{
    is_at(catalogue, "J0101+0101", 15.260416666667, 1.025069444444, "all three parts");
    is_at(catalogue, "J0202-00", 30.5, -0.5, "no seconds; '-00:' keeps its sign");
    is_at(catalogue, "J0303+57", 45.875, 57, "parts of a minute; degrees only");
    is_at(catalogue, "J04-52", 60, -52, "hours only are hours, not degrees");
    is_at(catalogue, "J0505-2058", 76.280208333333, -20.968333333333, "one digit of seconds");
    is_at(catalogue, "J0606+3016", 91.525, 30.266666666667, "no sign is plus");
    is_at(catalogue, "J0707+0028", 106.779681069954, 0.466824166667,
          "seconds with many digits");
    is_at(catalogue, "J0808-0905", 122.036666666667, -9.08725, "leading blanks");
    is_at(catalogue, "J0909-0000", 137.2875, -0.002083333333, "'-00:00:' keeps its sign");
    is_at(catalogue, "J1010-6304", 359.999999583333, -63.117777777778, "just below 24 h");
    is_at(catalogue, "J1212+1212aa", 183.0505, 12.203366666667,
          "RAJ and DECJ go before ELONG and ELAT");
}

static void test_values(const tr_psrcat_t *catalogue)
{
    const tr_row_t *full = find(catalogue, "J0101+0101"), *bare = find(catalogue, "J0202-00");
    const tr_row_t *twice = find(catalogue, "J04-52"), *wrong = find(catalogue, "J1515+15");

    is_str(tr_row_text(full, "bname"), "B0058+00", "the B name is an alias");
    is_real(tr_row_real(full, "dm", -1), 12.5, 0, "DM is that of its key");
    is_real(tr_row_real(full, "s150", -1), 40, 0, "S150");
    is_real(tr_row_real(full, "s400", -1), 3.25, 0, "S400");
    is_real(tr_row_real(full, "posepoch", -1), 51544, 0, "POSEPOCH");
    is_real(tr_row_real(full, "pmra", -1), 4.5, 0, "PMRA with a plus sign");
    is_real(tr_row_real(full, "pmdec", -1), -3, 0, "PMDEC");
    ok(tr_row_is_null(bare, "dm"), "DM1, DMEPOCH and DIST_DM are not taken for DM");
    is_real(tr_row_real(bare, "p0", -1), 0.25, 0, "F0 becomes the period 1 / F0");
    is_real(tr_row_real(twice, "dm", -1), 45.5, 0, "of a key given twice the last line counts");
    is_real(tr_row_real(twice, "s400", -1), 550, 0, "for each key");
    ok(tr_row_is_null(twice, "p0"), "no period is NULL");
    ok(tr_row_is_null(wrong, "dm") && tr_row_is_null(wrong, "p0")
           && tr_row_is_null(wrong, "s400") && tr_row_is_null(wrong, "raj"),
       "what cannot be read is NULL");
    ok(!tr_row_is_null(find(catalogue, "B1300-13"), "raj"), "a pulsar may have a B name alone");
    ok(tr_row_is_null(find(catalogue, "B1300-13"), "bname"), "which is not its alias as well");
}

static const char *fault_at(const tr_psrcat_t *catalogue, int line)
{
    for (int i = 0; i < catalogue->faults->nelts; i++) {
        const tr_psrcat_fault_t *fault = &APR_ARRAY_IDX(catalogue->faults, i,
                                                        tr_psrcat_fault_t);

        if (fault->line == line) {
            return fault->words;
        }
    }
    return NULL;
}

static void test_faults(const tr_psrcat_t *catalogue)
{
    is_int(catalogue->fault_count, 6, "all faults are counted");
    ok(fault_at(catalogue, 92) && strstr(fault_at(catalogue, 92), "RAJ 15:75:00: "),
       "a position that cannot be read is named with its line");
    is_str(fault_at(catalogue, 94), "DM abc: not a number", "so is what is not a number");
    is_str(fault_at(catalogue, 95), "P0 -1: not more than zero", "and an impossible period");
    is_str(fault_at(catalogue, 96), "S400 has no value", "and a key alone");
    is_str(fault_at(catalogue, 98),
           "PSRJ J0101+0101: the name of an earlier record: this one is left out",
           "and a record of a name twice");
    is_str(fault_at(catalogue, 102), "This record has no name: left out",
           "and one without a name");
}

static void test_small(void)
{
    apr_size_t len;
    char *text = read_stream(tap_open("t/data/psrcat-small.db"), &len);
    tr_problem_t *problem;
    const tr_psrcat_t *catalogue = read_text(text, len, &problem);

    if (!ok(catalogue != NULL, "the small catalogue is read")) {
        return;
    }
    is_str(catalogue->version, "0.01", "its version");
    is_str(catalogue->date, "2026-11-01", "its date");
    is_int(catalogue->pulsars->count, 15, "all records but those that cannot be told apart");
    is_int(catalogue->without_position->nelts, 2,
           "a record without a position does not stop the rest");
    is_str(APR_ARRAY_IDX(catalogue->without_position, 0, const char *), "J1414+14",
           "and is named");
    is_int(catalogue->ecliptic_count, 1, "ecliptic positions are counted");
    /* At longitude 90 and latitude 0 the declination is the obliquity, 84381.406 arcsec. */
    is_real(tr_row_real(find(catalogue, "J1111+0640"), "raj", 0), 90, 0.1 * ARCSEC,
            "the ecliptic is turned: right ascension");
    is_real(tr_row_real(find(catalogue, "J1111+0640"), "decj", 0), 84381.406 / 3600,
            0.1 * ARCSEC, "the ecliptic is turned: declination");
    ok(tr_row_flag(find(catalogue, "J1111+0640"), "ecliptic")
           && !tr_row_flag(find(catalogue, "J1212+1212aa"), "ecliptic"),
       "and told from equatorial ones");
    test_spellings(catalogue);
    test_values(catalogue);
    test_faults(catalogue);
    free(text);
}

/* J0030+0451 and J0613-0200 as catalogue 1.64 has them, and where they are. */
static void test_ecliptic(void)
{
    const tr_psrcat_t *catalogue = read_string("PSRJ A\nELONG 8.910354709\nELAT 1.4456968\n@-\n"
                                               "PSRJ B\nELONG 93.79900756\n"
                                               "ELAT -25.40713682\n@-\n");
    tr_sky_position_t want;
    const char *why;

    tr_sky_parse_pair(&want, "00:30:27.43 +04:51:39.7", &why);
    is_real(tr_sky_separation(want.ra.deg, want.dec.deg,
                              tr_row_real(catalogue->pulsars->rows[0], "raj", 0),
                              tr_row_real(catalogue->pulsars->rows[0], "decj", 0)),
            0, 0.2 * ARCSEC, "longitude 8.91, latitude 1.45 is 00:30:27.43 +04:51:39.7");
    tr_sky_parse_pair(&want, "06:13:43.98 -02:00:47.2", &why);
    is_real(tr_sky_separation(want.ra.deg, want.dec.deg,
                              tr_row_real(catalogue->pulsars->rows[1], "raj", 0),
                              tr_row_real(catalogue->pulsars->rows[1], "decj", 0)),
            0, 0.2 * ARCSEC, "longitude 93.80, latitude -25.41 is 06:13:43.98 -02:00:47.2");
}

static void test_hostile(void)
{
    static const char *const nothing[] = {
        "", "\n", "@-\n@-\n", "<html>502</html>\n", "PSRJ J1\nRAJ 1\n", "PSRJ <script>\n@-\n"
    };
    char *text = apr_palloc(pool, 5001);
    const tr_psrcat_t *catalogue;
    tr_problem_t *problem;

    for (apr_size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) {
        ok(!read_text(nothing[i], strlen(nothing[i]), &problem) && problem->status == TR_EBAD
               && tr_problem_count(problem) == 1,
           "no record is no catalogue, and said once: %d", (int)i);
    }
    memset(text, 'x', 5000);
    memcpy(text, "PSRJ A\nDM 1\n", 12);
    memcpy(text + 4990, "\n@-\nPSRJ B", 10);
    catalogue = read_text(text, 5000, &problem);
    ok(catalogue && catalogue->pulsars->count == 1, "a long line is left out");
    ok(catalogue && fault_at(catalogue, 3) && strstr(fault_at(catalogue, 3), "longer"),
       "and reported");
    ok(catalogue && catalogue->is_cut, "a record without an end: the catalogue was cut off");
    catalogue = read_text("PSRJ A\nDM 1\0 2\n@-\n", 18, &problem);
    ok(catalogue && tr_row_is_null(catalogue->pulsars->rows[0], "dm"), "NUL is no text");
    catalogue = read_string("PSRJ A\r\nDM 7\r\nDM1 8\r\n@-\r\n");
    is_real(tr_row_real(catalogue->pulsars->rows[0], "dm", 0), 7, 0,
            "lines may end as DOS has");
    catalogue = read_string("PSRJ A\nRAJ 25\nDECJ 1\n@-\nPSRJ B\nRAJ 1\nDECJ 95\n@-\n"
                            "PSRJ C\nELONG 1\nELAT 91\n@-\nPSRJ D\nRAJ 1\nELAT 1\n@-\n"
                            "PSRJ E\nRAJ 12\nDECJ nan\nELONG 0\nELAT 0\n@-\n");
    is_int(catalogue->without_position->nelts, 4, "impossible and half positions are none");
    is_int(catalogue->fault_count, 4, "and each is a fault");
    ok(tr_row_flag(catalogue->pulsars->rows[4], "ecliptic"),
       "an ecliptic position stands in for one that cannot be read");
    catalogue = read_string("PSRJ A\nF0 1e-320\nDM 1e999\nS400 inf\nPMRA 0x10\n@-\n");
    ok(tr_row_is_null(catalogue->pulsars->rows[0], "p0")
           && tr_row_is_null(catalogue->pulsars->rows[0], "dm")
           && tr_row_is_null(catalogue->pulsars->rows[0], "s400")
           && tr_row_is_null(catalogue->pulsars->rows[0], "pmra"),
       "nothing infinite becomes a value");
}

static void test_many_faults(void)
{
    char *text = apr_palloc(pool, 200000), *at = text;
    const tr_psrcat_t *catalogue;

    for (int i = 0; i < 1000; i++) {
        at += sprintf(at, "PSRJ J%d\nDM x\n@-\n", i);
    }
    catalogue = read_string(text);
    is_int(catalogue->fault_count, 1000, "a thousand faults are counted");
    is_int(catalogue->faults->nelts, TR_PSRCAT_FAULT_MAX, "and the first of them kept");
    is_int(catalogue->pulsars->count, 1000, "and no record is lost");
}

static void test_real(void)
{
    const char *path = getenv("TR_PSRCAT");
    const tr_psrcat_t *catalogue;
    tr_problem_t *problem;
    apr_size_t len;
    FILE *file;
    char *text;

    if (!path) {
        skip("the real catalogue is read", "TR_PSRCAT does not name psrcat.db");
        return;
    }
    file = fopen(path, "r");
    if (!ok(file != NULL, "%s can be opened", path)) {
        return;
    }
    text = read_stream(file, &len);
    catalogue = read_text(text, len, &problem);
    free(text);
    if (!ok(catalogue != NULL, "the real catalogue is read")) {
        return;
    }
    is_str(catalogue->version, "1.64", "its version");
    is_int(catalogue->pulsars->count, 2872, "2,872 records");
    is_int(catalogue->without_position->nelts, 0, "all with a position");
    is_int(catalogue->ecliptic_count, 244, "244 of them ecliptic");
    is_int(catalogue->fault_count, 0, "without a fault");
    for (int i = 0; i < catalogue->faults->nelts; i++) {
        diag("%d: %s", APR_ARRAY_IDX(catalogue->faults, i, tr_psrcat_fault_t).line,
             APR_ARRAY_IDX(catalogue->faults, i, tr_psrcat_fault_t).words);
    }
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    test_small();
    test_ecliptic();
    test_hostile();
    test_many_faults();
    test_real();
    apr_pool_destroy(pool);
    return done_testing();
}
