/* catalogue.c: the pulsars of the simulated sky in the form of the ATNF's psrcat.db.
 *
 * SPDX-License-Identifier: MIT
 */
#include "files.h"

#include "tr_sky.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void write_record(FILE *file, const tr_sim_pulsar_t *pulsar)
{
    char ra[TR_SKY_TEXT_SIZE], dec[TR_SKY_TEXT_SIZE];

    tr_sky_write_hms(ra, pulsar->ra_deg, 2);
    tr_sky_write_dms(dec, pulsar->dec_deg, 1);
    fprintf(file, "PSRJ     %s\nRAJ      %s\nDECJ     %s\nP0       %g\nDM       %g\n",
            pulsar->name, ra, dec, pulsar->period, pulsar->dm);
    if (pulsar->s400 > 0) {
        fprintf(file, "S400     %g\n", pulsar->s400);
    }
    fputs("@-----------------------------------------------------------------\n", file);
}

int tr_sim_catalogue_write(const char *dir)
{
    char path[4096];
    FILE *file;
    int failed;

    snprintf(path, sizeof path, "%s/psrcat.db", dir);
    file = fopen(path, "w");
    if (file) {
        fputs("#CATALOGUE excerpt-of-1.64\n", file);
        for (int i = 0; i < TR_SIM_PULSARS; i++) {
            write_record(file, &tr_sim_pulsars[i]);
        }
    }
    failed = !file || ferror(file);
    failed |= file && fclose(file);
    if (failed) {
        fprintf(stderr, "transients-simulate: %s: %s\n", path, strerror(errno));
    }
    return failed ? -1 : 0;
}
