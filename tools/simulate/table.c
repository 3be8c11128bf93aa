/* table.c: a pipeline's table of candidates as FITS.
 *
 * Columns bear the data dictionary's names; n_frames and image_rms are the pipeline's own and
 * unknown to the site. What is absent is NaN, an undefined logical, or an empty text.
 *
 * SPDX-License-Identifier: MIT
 */
#include "files.h"

#include <fitsio.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Where a column's value comes from. */
typedef enum {
    OBS_ID,
    PROJECT,
    FILTER,
    FRAMES,
    INTEGER, /* these four lie in the candidate */
    REAL,
    TEXT,
    LOGICAL
} source_t;

typedef struct {
    const char *name;
    const char *form; /* TFORM: D and E reals, K and J whole numbers, L logical, nA text */
    const char *unit;
    source_t source;
    size_t offset; /* in the candidate */
} column_t;

#define REAL_COLUMN(name, form, unit)                                                          \
    {                                                                                          \
#name, form, unit, REAL, offsetof(tr_sim_candidate_t, name)                            \
    }

static const column_t columns[] = {
    { "obs_id", "1K", "s", OBS_ID, 0 },
    { "project", "64A", "", PROJECT, 0 },
    { "filter_id", "16A", "", FILTER, 0 },
    { "cand_id", "1J", "", INTEGER, offsetof(tr_sim_candidate_t, cand_id) },
    REAL_COLUMN(x_pix, "1E", "pixel"),
    REAL_COLUMN(y_pix, "1E", "pixel"),
    REAL_COLUMN(ra_deg, "1D", "deg"),
    REAL_COLUMN(dec_deg, "1D", "deg"),
    REAL_COLUMN(cent_sep_deg, "1E", "deg"),
    REAL_COLUMN(rad_pix, "1E", "pixel"),
    REAL_COLUMN(rad_deg, "1E", "deg"),
    REAL_COLUMN(area_pix, "1E", "pixel**2"),
    REAL_COLUMN(can_peak_flux, "1E", "Jy"),
    REAL_COLUMN(can_fluence, "1E", "Jy s"),
    REAL_COLUMN(can_beam, "1E", ""),
    REAL_COLUMN(can_det_stat, "1E", ""),
    REAL_COLUMN(can_mod_ind, "1E", ""),
    { "nks_name", "32A", "", TEXT, offsetof(tr_sim_candidate_t, nks_name) },
    REAL_COLUMN(nks_x_pix, "1E", "pixel"),
    REAL_COLUMN(nks_y_pix, "1E", "pixel"),
    REAL_COLUMN(nks_ra_deg, "1D", "deg"),
    REAL_COLUMN(nks_dec_deg, "1D", "deg"),
    REAL_COLUMN(nks_flux, "1E", "Jy"),
    REAL_COLUMN(nks_res, "1E", "Jy"),
    REAL_COLUMN(nks_res_dif, "1E", ""),
    REAL_COLUMN(nks_det_stat, "1E", ""),
    REAL_COLUMN(nks_sep_pix, "1E", "pixel"),
    REAL_COLUMN(nks_sep_deg, "1E", "deg"),
    REAL_COLUMN(can_nks_flux_rat, "1E", ""),
    { "can_nks_is_close", "1L", "", LOGICAL, offsetof(tr_sim_candidate_t, can_nks_is_close) },
    REAL_COLUMN(peak_time, "1D", "s"),
    REAL_COLUMN(peak_time_err, "1E", "s"),
    { "metadata", "200A", "", TEXT, offsetof(tr_sim_candidate_t, metadata) },
    { "notes", "80A", "", TEXT, offsetof(tr_sim_candidate_t, notes) },
    { "n_frames", "1J", "", FRAMES, 0 },
    { "image_rms", "1E", "Jy", REAL, offsetof(tr_sim_candidate_t, noise) },
};

enum { COLUMNS = sizeof columns / sizeof *columns };

static void create(fitsfile *file, int *status)
{
    char *names[COLUMNS], *forms[COLUMNS], *units[COLUMNS];

    for (int i = 0; i < COLUMNS; i++) {
        names[i] = (char *)columns[i].name;
        forms[i] = (char *)columns[i].form;
        units[i] = (char *)columns[i].unit;
    }
    fits_create_tbl(file, BINARY_TBL, 0, COLUMNS, names, forms, units, "CANDIDATES", status);
}

/* What a table without rows needs, so that it is known what was searched. */
static void write_keywords(fitsfile *file, const tr_sim_plan_t *plan,
                           const tr_sim_table_t *table, int *status)
{
    LONGLONG id = plan->observation[table->observation].id;

    fits_write_key(file, TLONGLONG, "OBSID", &id, "observation, GPS seconds", status);
    fits_write_key(file, TSTRING, "PROJECT", (void *)plan->project[table->project],
                   "project on the site", status);
    fits_write_key(file, TSTRING, "FILTER", (void *)tr_sim_filters[table->filter],
                   "detection filter", status);
    fits_write_key(file, TSTRING, "PIPEVER", (char *)"demo 1.0", "pipeline and version",
                   status);
}

static void write_text(fitsfile *file, int column, LONGLONG row, const char *text, int *status)
{
    char *cell[1] = { (char *)text };

    fits_write_col(file, TSTRING, column, row, 1, 1, cell, status);
}

static void write_integer(fitsfile *file, int column, LONGLONG row, LONGLONG value, int *status)
{
    fits_write_col(file, TLONGLONG, column, row, 1, 1, &value, status);
}

static void write_logical(fitsfile *file, int column, LONGLONG row, int value, int *status)
{
    char cell = (char)value;

    if (value < 0) {
        fits_write_col_null(file, column, row, 1, 1, status);
    }
    else {
        fits_write_col(file, TLOGICAL, column, row, 1, 1, &cell, status);
    }
}

static void write_cell(fitsfile *file, int column, LONGLONG row, const tr_sim_plan_t *plan,
                       const tr_sim_candidate_t *candidate, int *status)
{
    const tr_sim_table_t *table = &plan->table[candidate->table];
    const tr_sim_observation_t *observation = &plan->observation[table->observation];
    const column_t *from = &columns[column - 1];
    const char *value = (const char *)candidate + from->offset;

    switch (from->source) {
    case OBS_ID:
        write_integer(file, column, row, observation->id, status);
        break;
    case PROJECT:
        write_text(file, column, row, plan->project[table->project], status);
        break;
    case FILTER:
        write_text(file, column, row, tr_sim_filters[table->filter], status);
        break;
    case FRAMES:
        write_integer(file, column, row, tr_sim_lengths[observation->length].frames, status);
        break;
    case INTEGER:
        write_integer(file, column, row, *(const int *)value, status);
        break;
    case REAL:
        fits_write_col(file, TDOUBLE, column, row, 1, 1, (void *)value, status);
        break;
    case TEXT:
        write_text(file, column, row, value, status);
        break;
    case LOGICAL:
        write_logical(file, column, row, *(const int *)value, status);
        break;
    }
}

static void write_rows(fitsfile *file, const tr_sim_plan_t *plan, const tr_sim_table_t *table,
                       int *status)
{
    for (int i = 0; i < table->count; i++) {
        for (int column = 1; column <= COLUMNS; column++) {
            write_cell(file, column, i + 1, plan, &plan->candidate[table->first + i], status);
        }
    }
}

int tr_sim_table_write(const tr_sim_plan_t *plan, const tr_sim_table_t *table, const char *dir)
{
    char path[4096], words[FLEN_STATUS];
    fitsfile *file = NULL;
    int status = 0, close_status = 0;

    snprintf(path, sizeof path, "%s/%lld_%s.fits", dir,
             (long long)plan->observation[table->observation].id,
             tr_sim_filters[table->filter]);
    if (fits_create_diskfile(&file, path, &status) == 0) {
        create(file, &status);
        write_keywords(file, plan, table, &status);
        write_rows(file, plan, table, &status);
        fits_close_file(file, &close_status);
        status = status ? status : close_status;
    }
    if (status) {
        fits_get_errstatus(status, words);
        fprintf(stderr, "transients-simulate: %s: %s\n", path, words);
    }
    return status ? -1 : 0;
}
