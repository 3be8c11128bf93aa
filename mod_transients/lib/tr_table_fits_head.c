/* tr_table_fits_head.c: the header of a table in FITS, made by cfitsio in memory.
 *
 * cfitsio sees no path, so that none of its file name syntax can take effect,
 * and no row.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_table_fits.h"

#include <apr_strings.h>
#include <fitsio.h>
#include <stdlib.h>
#include <string.h>

enum { CARD = 80, STEP = 28800 }; /* bytes: a line of a header, and how the memory grows */

static const char hex_digits[] = "0123456789ABCDEF";

static void put_escape(tr_buf_t *out, apr_uint32_t character)
{
    int digits = character > 0xffff ? 8 : 4;

    tr_buf_putc(out, '\\');
    tr_buf_putc(out, digits == 8 ? 'U' : 'u');
    while (digits-- > 0) {
        tr_buf_putc(out, hex_digits[character >> (digits * 4) & 15]);
    }
}

void tr_table_fits_text(tr_buf_t *out, const char *text, apr_size_t len)
{
    apr_size_t start = 0, i = 0;

    while (i < len) {
        apr_uint32_t character;
        apr_size_t step = tr_table_character(text + i, len - i, &character);

        if (character < ' ' || character > '~' || character == '\\') {
            tr_buf_put(out, text + start, i - start);
            if (character == '\\') {
                tr_buf_put(out, "\\\\", 2);
            }
            else {
                put_escape(out, character);
            }
            start = i + step;
        }
        i += step;
    }
    tr_buf_put(out, text + start, len - start);
}

static const char *escaped(const char *text, apr_pool_t *pool)
{
    tr_buf_t *out = tr_buf_make(128, pool);

    tr_table_fits_text(out, text ? text : "", text ? strlen(text) : 0);
    return out->data;
}

/* ------------------------------------------------------------------ cards */

/* What stands in place of absent whole numbers. */
static LONGLONG lowest(tr_table_kind_e kind)
{
    return kind == TR_TABLE_SMALLINT  ? INT16_MIN
           : kind == TR_TABLE_INTEGER ? INT32_MIN
                                      : INT64_MIN;
}

/* Columns 12 to 79 of a card hold a text between its quotes; the rest goes on in CONTINUE
 * cards, where '&' says so. cfitsio's own fits_write_key_longstr (4.2.0) never comes back from
 * some texts with many quotes, and some of this text is a reader's. */
enum { ROOM = 68, SHORT = 20 };

/* How many bytes of a text, quotes doubled, fit into `room`. */
static apr_size_t fitting(const char *text, apr_size_t room)
{
    apr_size_t len = 0, used = 0;

    while (text[len] && used + (text[len] == '\'' ? 2 : 1) <= room) {
        used += text[len++] == '\'' ? 2 : 1;
    }
    return len;
}

static const char *quoted(const char *text, apr_size_t len, const char *mark, apr_pool_t *pool)
{
    tr_buf_t *out = tr_buf_make(ROOM + 3, pool);

    tr_buf_putc(out, '\'');
    for (apr_size_t i = 0; i < len; i++) {
        tr_buf_puts(out, text[i] == '\'' ? "'" : "");
        tr_buf_putc(out, text[i]);
    }
    tr_buf_printf(out, "%s'", mark);
    return out->data;
}

static void write_text(fitsfile *file, const char *name, const char *value, const char *words,
                       apr_pool_t *pool, int *status)
{
    const char *text = escaped(value, pool), *what = escaped(words, pool);
    const char *start = apr_psprintf(pool, "%-8s= ", name), *card;
    apr_size_t len = fitting(text, ROOM);

    while (text[len]) {
        len = fitting(text, ROOM - 1);
        card = apr_pstrcat(pool, start, quoted(text, len, "&", pool), NULL);
        fits_write_record(file, card, status);
        start = "CONTINUE  ";
        text += len;
        len = fitting(text, ROOM);
    }
    card = apr_psprintf(pool, "%s%-*s%s%s", start, SHORT, quoted(text, len, "", pool),
                        *what ? " / " : "", what);
    fits_write_record(file, apr_pstrndup(pool, card, CARD), status);
}

static void write_column(fitsfile *file, int i, const tr_table_t *table, int *status)
{
    const tr_table_column_t *column = &table->head->columns[i];
    tr_table_kind_e kind = table->kinds[i];
    char key[FLEN_KEYWORD];

    if (kind <= TR_TABLE_BIGINT) {
        LONGLONG null = lowest(kind);

        fits_make_keyn("TNULL", i + 1, key, status);
        fits_write_key(file, TLONGLONG, key, &null, "absent", status);
    }
    if (column->ucd && *column->ucd) {
        fits_make_keyn("TUCD", i + 1, key, status);
        write_text(file, key, column->ucd, "what it is (UCD1+)", table->pool, status);
    }
    if (column->description && *column->description) {
        fits_make_keyn("TCOMM", i + 1, key, status);
        write_text(file, key, column->description, "", table->pool, status);
    }
}

typedef struct {
    tr_table_system_e system;
    const char *name;
    const char *value;
    const char *words;
} system_card_t;

/* GPS seconds count from 1980-01-06, which is MJD 44244. */
static const system_card_t system_cards[] = {
    { TR_TABLE_ICRS, "RADESYS", "'ICRS'", "of all positions" },
    { TR_TABLE_GPS, "TIMESYS", "'GPS'", "of times in seconds" },
    { TR_TABLE_GPS, "TREFPOS", "'TOPOCENTER'", "where they are measured" },
    { TR_TABLE_GPS, "TIMEUNIT", "'s'", "their unit" },
    { TR_TABLE_GPS, "MJDREF", "44244.0", "their zero, 1980-01-06" },
};

static int has_info(const tr_table_head_t *head, const char *name)
{
    for (int i = 0; i < head->info_count; i++) {
        if (!strcmp(head->infos[i].name, name)) {
            return 1;
        }
    }
    return 0;
}

/* A card stands once: what the caller says goes first. */
static void write_systems(fitsfile *file, const tr_table_head_t *head, int *status)
{
    for (size_t i = 0; i < sizeof system_cards / sizeof *system_cards; i++) {
        const system_card_t *card = &system_cards[i];
        char text[FLEN_CARD];

        if (tr_table_uses(head, card->system) && !has_info(head, card->name)) {
            apr_snprintf(text, sizeof text, "%-8s= %-20s / %s", card->name, card->value,
                         card->words);
            fits_write_record(file, text, status);
        }
    }
}

static const char *const remarks[] = {
    "Texts have printable ASCII only. Another character is written as \\uXXXX",
    "or \\UXXXXXXXX, its Unicode number in hex; a backslash is doubled.",
    "An absent text has no characters, an empty one is a single blank.",
    "An absent logical is a zero byte, which some readers take for false.",
    "Times as text are UTC, ISO 8601.",
};

static void write_infos(fitsfile *file, const tr_table_t *table, int *status)
{
    const tr_table_head_t *head = table->head;
    LONGLONG rows = 0;

    fits_write_key(file, TSTRING, "DATE", (void *)table->date, "UTC, when this file was made",
                   status);
    fits_write_key(file, TLONGLONG, "ROWS", &rows, "number of rows", status);
    write_text(file, "OBJECT", head->title, "what the rows are", table->pool, status);
    for (int i = 0; i < head->info_count; i++) {
        write_text(file, head->infos[i].name, head->infos[i].value, head->infos[i].words,
                   table->pool, status);
    }
    write_systems(file, head, status);
    for (size_t i = 0; i < sizeof remarks / sizeof *remarks; i++) {
        fits_write_comment(file, remarks[i], status);
    }
}

/* ------------------------------------------------------------------ the header */

static void write_all(fitsfile *file, const tr_table_t *table, char **forms, int *status)
{
    const tr_table_head_t *head = table->head;
    apr_size_t size = (apr_size_t)head->column_count * sizeof(char *) + 1;
    char **names = apr_pcalloc(table->pool, size), **units = apr_pcalloc(table->pool, size);

    for (int i = 0; i < head->column_count; i++) {
        names[i] = apr_pstrdup(table->pool, head->columns[i].name);
        units[i] = apr_pstrdup(table->pool, tr_table_unit(head->columns[i].unit));
    }
    fits_create_img(file, BYTE_IMG, 0, NULL, status);
    fits_create_tbl(file, BINARY_TBL, 0, head->column_count, names, forms, units, head->name,
                    status);
    fits_write_key_longwarn(file, status);
    write_infos(file, table, status);
    for (int i = 0; i < head->column_count; i++) {
        write_column(file, i, table, status);
    }
}

static apr_status_t failed(int status, tr_problem_t *problem)
{
    char words[FLEN_STATUS];

    fits_get_errstatus(status, words);
    return tr_problem_add(problem, TR_ESITE, "The header of the FITS table: %s", words);
}

apr_status_t tr_table_fits_head(char **header, apr_size_t *len, const tr_table_t *table,
                                char **forms, tr_problem_t *problem)
{
    fitsfile *file = NULL;
    void *block = NULL;
    size_t size = 0;
    LONGLONG data = 0;
    int status = 0, closing = 0;

    if (!fits_is_reentrant()) {
        return tr_problem_add(problem, TR_ESITE,
                              "cfitsio was built without --enable-reentrant");
    }
    fits_create_memfile(&file, &block, &size, STEP, realloc, &status);
    if (!status) {
        write_all(file, table, forms, &status);
        fits_flush_file(file, &status);
        fits_get_hduaddrll(file, NULL, &data, NULL, &status);
        fits_close_file(file, &closing);
    }
    status = status ? status : closing;
    if (!status) {
        *len = (apr_size_t)data;
        *header = apr_pmemdup(table->pool, block, *len);
    }
    free(block);
    return status ? failed(status, problem) : APR_SUCCESS;
}

/* Columns 11 to 30 of a card hold a number, to the right. */
void tr_table_fits_set(char *header, apr_size_t len, const char *name, apr_int64_t value)
{
    char start[11], number[21];

    apr_snprintf(start, sizeof start, "%-8s= ", name);
    apr_snprintf(number, sizeof number, "%20" APR_INT64_T_FMT, value);
    for (apr_size_t at = 0; at + CARD <= len; at += CARD) {
        if (!memcmp(header + at, start, 10)) {
            memcpy(header + at + 10, number, 20);
        }
    }
}
