/* table.c: writes fixed rows in all four formats, for other programs to read (table.t).
 *
 *   table DIR          DIR/full.* and DIR/empty.*: rows with everything that is hard; none
 *   table DIR ROWS     DIR/many.*: many rows; says how many a second of processor time
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_table.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static apr_pool_t *pool;

static const tr_table_info_t infos[] = {
    { "SITE", "https://transients.example/", "the site" },
    { "QUERY", "/candidates.fits?has_notes=yes&note=%22%3C%3E%22&sort=-can_det_stat&project=1",
      "the address asked" },
    { "FILTERS",
      "Notes: \"<&>]]>\" f\xc3\xbcr \xe2\x89\xa5 2 Leute; 'quoted'; a value longer "
      "than one card of a FITS header, so that it goes on and on over several of them",
      "the filters in words" },
    { "EMPTY", "", "nothing" },
    { "TIMESYS", "GPS", "what columns of GPS seconds count by" },
};

static const tr_table_column_t columns[] = {
    { "id", "bigint", "", "meta.id;meta.main", "Number of the candidate.", 0 },
    { "rank", "smallint", "", "meta.code", "A small number.", 0 },
    { "count", "integer", "", "meta.number", "A number.", 0 },
    { "ra_deg", "float8", "deg", "pos.eq.ra;meta.main", "Right ascension, ICRS.", 0 },
    { "area", "float8", "pixel\xc2\xb2", "phys.angArea", "Area \xe2\x89\xa5 0.", 0 },
    { "peak_time", "float8", "s", "time.epoch", "GPS seconds & more.", 0 },
    { "mid_mjd", "float8", "d", "time.epoch", "Middle, UTC.", 0 },
    { "sigma", "float8", "sigma", "", "Whole values only.", 0 },
    { "close", "boolean", "", "meta.code", "Whether it is close.", 0 },
    { "uploaded_at", "timestamptz", "", "time.creation", "When it came.", 0 },
    { "short", "text", "", "", "At most eight characters.", 8 },
    { "notes", "text", "", "meta.note", "", 0 },
    { "extra", "jsonb", "", "", "Whatever else.", 0 },
};

enum { COLUMNS = sizeof columns / sizeof *columns };

/* table.py has the same rows as they must be read. */
static const char *const rows[][COLUMNS] = {
    { "1", "2", "3", "132.818041", "12.5", "1285442472.25", "59121.806", "3", "t",
      "2026-11-23 20:15:00.25+00", "abc", "plain", "{\"a\": [1, null, \"x\"]}" },
    { NULL },
    { "9223372036854775807", "32767", "2147483647", "1e-320", "5e+300", "-0", "0", "310", "f",
      "2026-11-23T20:15:00Z", "", "", "{}" },
    { "-9223372036854775807", "-32767", "-2147483647", "0.1", "2.2250738585072014e-308",
      "1.7976931348623157e+308", "5e-324", "-12", "t", "1999-12-31 23:59:59.999999+00",
      "🛰🛰🛰🛰🛰🛰🛰🛰", "grüß dich, 日本 🔭 \xe2\x80\xa8 end",
      "\"\xc3\xa9\"" },
    { "5", "0", "0", "0", "NaN", "Infinity", "-Infinity", "0", "f", "infinity", "a,b",
      "say \"hi\", 'there'\nsecond line\r\nthird\ttab", "[1, 2]" },
    { "51", NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, " ", "  two blanks  ", "1" },
    { "6", NULL, "6", NULL, "1", NULL, "1", NULL, NULL, NULL, "<&>]]>",
      "<b>&amp;</b> ]]> <![CDATA[x]]> \\ C:\\new \\u0041 \\", "\"<&>]]>\\\\\"" },
    { "7", "1", NULL, "359.99999999999994", NULL, "1", NULL, "2", "t", "2020-02-29 00:00:00+00",
      NULL, "=1+1", "null" },
    { "8", "1", "1", "1", "1", "1", "1", "1", "t", "2020-02-29 00:00:00+00", "nan", "None",
      "false" },
};

enum { ROWS = sizeof rows / sizeof *rows };

static const tr_table_head_t fixed_head = {
    "candidate", "Candidates", COLUMNS, columns, sizeof infos / sizeof *infos, infos,
};

static void set_cells(tr_table_cell_t *cells, const char *const *values, int count)
{
    for (int i = 0; i < count; i++) {
        cells[i].data = values[i];
        cells[i].len = values[i] ? (int)strlen(values[i]) : 0;
    }
}

static void fail(const tr_problem_t *problem)
{
    fprintf(stderr, "table: %s\n", tr_problem_text(problem, pool));
    exit(1);
}

static const char *path_of(const char *folder, const char *name, tr_table_format_e format)
{
    return apr_psprintf(pool, "%s/%s.%s", folder, name, tr_table_extension(format));
}

static void write_fixed(const char *folder, const char *name, tr_table_format_e format,
                        int count)
{
    tr_problem_t *problem = tr_problem_make(pool);
    tr_table_cell_t cells[COLUMNS];
    tr_table_t *table;

    if (tr_table_open(&table, format, &fixed_head, path_of(folder, name, format), problem,
                      pool)) {
        fail(problem);
    }
    for (int i = 0; i < count; i++) {
        set_cells(cells, rows[i], COLUMNS);
        tr_table_add(table, cells, problem);
    }
    if (tr_table_close(table, NULL, problem)) {
        fail(problem);
    }
}

/* ------------------------------------------------------------------ many rows */

enum { MANY_COLUMNS = 45, VARIANTS = 64 };

/* Of the candidate table: whole numbers, short texts, a note now and then, and reals. */
static const char *many_type(int column)
{
    return column < 4    ? "bigint"
           : column < 12 ? "text"
           : column < 13 ? "boolean"
           : column < 14 ? "timestamptz"
                         : "float8";
}

static const char *many_value(int column, int variant)
{
    const char *type = many_type(column);

    if ((column + variant) % 9 == 0) {
        return NULL;
    }
    if (*type == 'f') {
        return apr_psprintf(pool, "%.15g", (column + 1) * 1.2345678901 / (variant + 1));
    }
    if (*type == 'b') {
        return type[1] == 'o' ? "t" : apr_psprintf(pool, "%d", 1285442472 + variant * column);
    }
    if (type[1] == 'i') {
        return "2026-11-23 20:15:00.25+00";
    }
    return apr_psprintf(pool, "GLEAM J%06d-%06d%s", variant, column,
                        column == 11 && variant % 8 == 0 ? " f\xc3\xbcr sp\xc3\xa4ter" : "");
}

static tr_table_head_t *many_head(void)
{
    tr_table_head_t *head = apr_pmemdup(pool, &fixed_head, sizeof *head);
    tr_table_column_t *made = apr_pcalloc(pool, MANY_COLUMNS * sizeof *made);

    for (int i = 0; i < MANY_COLUMNS; i++) {
        made[i].name = apr_psprintf(pool, "column_%d", i);
        made[i].type = many_type(i);
        made[i].unit = made[i].ucd = made[i].description = "";
    }
    head->columns = made;
    head->column_count = MANY_COLUMNS;
    return head;
}

static void write_many(const char *folder, tr_table_format_e format, int count,
                       tr_table_cell_t cells[VARIANTS][MANY_COLUMNS])
{
    tr_problem_t *problem = tr_problem_make(pool);
    clock_t began = clock();
    tr_table_t *table;
    double seconds;

    if (tr_table_open(&table, format, many_head(), path_of(folder, "many", format), problem,
                      pool)) {
        fail(problem);
    }
    for (int i = 0; i < count; i++) {
        tr_table_add(table, cells[i % VARIANTS], problem);
    }
    if (tr_table_close(table, NULL, problem)) {
        fail(problem);
    }
    seconds = (double)(clock() - began) / CLOCKS_PER_SEC;
    printf("%-4s %8.0f rows/s  %.0f MB/s\n", tr_table_extension(format), count / seconds,
           (double)tr_table_size(table) / seconds / 1e6);
}

static void write_all_many(const char *folder, int count)
{
    static tr_table_cell_t cells[VARIANTS][MANY_COLUMNS];

    for (int variant = 0; variant < VARIANTS; variant++) {
        for (int column = 0; column < MANY_COLUMNS; column++) {
            const char *value = many_value(column, variant);

            set_cells(&cells[variant][column], &value, 1);
        }
    }
    for (int format = TR_TABLE_CSV; format <= TR_TABLE_FITS; format++) {
        write_many(folder, (tr_table_format_e)format, count, cells);
    }
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "table DIR [ROWS]\n");
        return 2;
    }
    apr_initialize();
    apr_pool_create(&pool, NULL);
    if (argc > 2) {
        write_all_many(argv[1], atoi(argv[2]));
        return 0;
    }
    for (int format = TR_TABLE_CSV; format <= TR_TABLE_FITS; format++) {
        write_fixed(argv[1], "full", (tr_table_format_e)format, ROWS);
        write_fixed(argv[1], "empty", (tr_table_format_e)format, 0);
    }
    apr_pool_destroy(pool);
    return 0;
}
