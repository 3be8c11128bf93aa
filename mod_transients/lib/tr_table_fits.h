/* tr_table_fits.h: what the sources of the FITS writer share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_TABLE_FITS_H
#define TR_TABLE_FITS_H

#include "tr_table_private.h"

/* The first byte of a cell whose text did not fit: then its length (4 bytes) and its place in
 * the heap (8), big-endian. */
#define TR_FITS_MARK '\1'

typedef struct tr_fits_column_t {
    int width;   /* bytes in a row */
    int is_text; /* of a fixed width */
    int needed;  /* bytes for the longest text so far, at least width */
} tr_fits_column_t;

typedef struct tr_fits_t {
    char *header;
    apr_size_t header_len;
    tr_fits_column_t *columns;
    int too_narrow;     /* some text did not fit its column */
    apr_file_t *heap;   /* texts, in order */
    tr_buf_t *texts;    /* on their way there */
    apr_int64_t before; /* bytes of the heap in its file */
} tr_fits_t;

/* Makes the header for the columns' widths. */
apr_status_t tr_table_fits_begin(tr_table_t *table, tr_problem_t *problem);
/* Gives the columns the widths that they need, in the file, which has all rows. */
apr_status_t tr_table_fits_widen(tr_table_t *table, tr_problem_t *problem);

/* The FITS header (both units, whole blocks) of an empty table whose columns have these forms
 * (TFORM). */
apr_status_t tr_table_fits_head(char **header, apr_size_t *len, const tr_table_t *table,
                                char **forms, tr_problem_t *problem);
/* Puts a whole number into each card of this name, e.g. "NAXIS2". */
void tr_table_fits_set(char *header, apr_size_t len, const char *name, apr_int64_t value);
/* Text in FITS's characters: what isn't printable ASCII as \uXXXX or \UXXXXXXXX, a backslash
 * doubled. */
void tr_table_fits_text(tr_buf_t *out, const char *text, apr_size_t len);

#endif
