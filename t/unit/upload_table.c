/* upload_table.c: every kind of FITS column as the upload client sends it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"

#include "../../tools/upload/table.h"

#include <apr_general.h>
#include <fitsio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const names[] = { "obs_id", "cand_id", "ra_deg", "flux",  "close",
                                     "notes",  "list",    "bits",   "count", "words" };
static const char *const forms[] = { "1K",  "1J", "1D", "1E", "1L",
                                     "12A", "3E", "4X", "1I", "8A4" };

enum { COLUMNS = sizeof names / sizeof *names };

static void write_first_row(fitsfile *file, int *status)
{
    LONGLONG id = 1199052968;
    int number = 7, count = 60000;
    double ra = 246.99792;
    float flux = 0.28805584f, list[] = { 1.5f, NAN, 3.0f };
    char close = 1;
    char *notes[] = { (char *)"  a note" }, *words[] = { (char *)"ab", (char *)"cd" };

    fits_write_col(file, TLONGLONG, 1, 1, 1, 1, &id, status);
    fits_write_col(file, TINT, 2, 1, 1, 1, &number, status);
    fits_write_col(file, TDOUBLE, 3, 1, 1, 1, &ra, status);
    fits_write_col(file, TFLOAT, 4, 1, 1, 1, &flux, status);
    fits_write_col(file, TLOGICAL, 5, 1, 1, 1, &close, status);
    fits_write_col(file, TSTRING, 6, 1, 1, 1, notes, status);
    fits_write_col(file, TFLOAT, 7, 1, 1, 3, list, status);
    fits_write_col(file, TINT, 9, 1, 1, 1, &count, status);
    fits_write_col(file, TSTRING, 10, 1, 1, 2, words, status);
}

/* The second row has nothing but its id. */
static void write_second_row(fitsfile *file, int *status)
{
    LONGLONG id = 1199052968;

    fits_write_col(file, TLONGLONG, 1, 2, 1, 1, &id, status);
    for (int column = 2; column <= 5; column++) {
        fits_write_col_null(file, column, 2, 1, 1, status);
    }
    fits_write_col_null(file, 9, 2, 1, 1, status);
}

static int write_table(const char *path, int rows)
{
    fitsfile *file;
    int status = 0;
    int null = -1, zero = 32768, small_null = 99;
    long empty[2] = { 0, 0 };

    fits_create_diskfile(&file, path, &status);
    fits_create_img(file, BYTE_IMG, 0, empty, &status);
    fits_create_tbl(file, BINARY_TBL, 0, COLUMNS, (char **)names, (char **)forms, NULL, "T",
                    &status);
    fits_write_key(file, TINT, "TNULL2", &null, NULL, &status);
    fits_write_key(file, TINT, "TZERO9", &zero, NULL, &status);
    fits_write_key(file, TINT, "TNULL9", &small_null, NULL, &status);
    fits_write_key(file, TSTRING, "PROJECT", (char *)"P", NULL, &status);
    fits_set_hdustruc(file, &status);
    if (rows) {
        write_first_row(file, &status);
        write_second_row(file, &status);
    }
    fits_close_file(file, &status);
    return status;
}

static const char *row_text(const tr_upload_table_t *table, int row, apr_pool_t *pool)
{
    return tr_upload_fields_encode(APR_ARRAY_IDX(table->rows, row, apr_array_header_t *), pool);
}

static void test_rows(const char *path, apr_pool_t *pool)
{
    const char *problem;
    const tr_upload_table_t *table;

    is_int(write_table(path, 2), 0, "a table can be written");
    table = tr_upload_table_read(path, &problem, pool);
    if (!ok(table && table->rows->nelts == 2, "and read: two rows")) {
        diag("%s", problem ? problem : "");
        return;
    }
    is_str(
        row_text(table, 0, pool),
        "obs_id=1199052968&cand_id=7&ra_deg=246.99792&flux=0.28805584&close=True&notes=a+note"
        "&list=%5B1.5%2C+null%2C+3%5D&count=60000&words=%5Bab%2C+cd%5D",
        "each type is written as the old client does");
    is_str(APR_ARRAY_IDX(table->skipped, 0, const char *), "bits", "bits can't be sent");
    is_str(tr_upload_fields_get(APR_ARRAY_IDX(table->rows, 1, apr_array_header_t *), "obs_id"),
           "1199052968", "a row may have an id alone");
    for (int i = 1; i < 6; i++) {
        is_str(
            tr_upload_fields_get(APR_ARRAY_IDX(table->rows, 1, apr_array_header_t *), names[i]),
            NULL, "an absent value of %s is not sent", names[i]);
    }
    is_str(table->project, "P", "the header tells the project");
    is_str(table->filter, "a[1]", "the file's name tells the filter, brackets and all");
    is_int(tr_upload_table_count(path), 2, "rows can be counted beforehand");
}

static void test_other_files(const char *path, apr_pool_t *pool)
{
    const char *problem;
    const tr_upload_table_t *table;
    FILE *file;

    unlink(path);
    is_int(write_table(path, 0), 0, "a table without rows can be written");
    table = tr_upload_table_read(path, &problem, pool);
    ok(table && table->rows->nelts == 0, "and read");
    file = fopen(path, "w");
    fputs("not FITS", file);
    fclose(file);
    ok(!tr_upload_table_read(path, &problem, pool), "what is not FITS is refused");
    ok(strstr(problem, "not readable as FITS"), "and that is told");
    is_int(tr_upload_table_count(path), 0, "and counts for nothing");
    unlink(path);
    ok(!tr_upload_table_read(path, &problem, pool), "what is not there is refused");
}

int main(void)
{
    char dir[] = "/tmp/upload-table-XXXXXX";
    char path[64];
    apr_pool_t *pool;

    if (!mkdtemp(dir)) {
        return skip_all("no folder for temporary files");
    }
    snprintf(path, sizeof path, "%s/1199052968_a[1].fits", dir);
    apr_initialize();
    apr_pool_create(&pool, NULL);
    test_rows(path, pool);
    test_other_files(path, pool);
    unlink(path);
    rmdir(dir);
    apr_pool_destroy(pool);
    apr_terminate();
    return done_testing();
}
