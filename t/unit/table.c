/* table.c: a table is written whole in each format, or its failure is told.
 *
 * What other programs make of the files is t/spec/table.t's.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"
#include "tr_escape.h"
#include "tr_table.h"
#include "tr_table_private.h"

#include <apr_file_io.h>
#include <apr_general.h>
#include <apr_strings.h>
#include <fitsio.h>
#include <jansson.h>
#include <unistd.h>

static apr_pool_t *pool;
static const char *folder;

static const tr_table_info_t infos[] = { { "SITE", "a \"b\" & <c>", "the site" } };

static const tr_table_column_t columns[] = {
    { "id", "bigint", "", "meta.id", "The id.", 0 },
    { "flux", "float8", "Jy s", "phot.fluence", "Its fluence.", 0 },
    { "ok", "boolean", "", "", "", 0 },
    { "at", "timestamptz", "", "time.creation", "", 0 },
    { "note", "text", "", "", "A note, \"so\".", 0 },
};

enum { COLUMNS = sizeof columns / sizeof *columns };

static const tr_table_head_t head = { "thing", "Things", COLUMNS, columns, 1, infos };

static int path_count;

static const char *fresh_path(void)
{
    return apr_psprintf(pool, "%s/%d", folder, path_count++);
}

static void remove_all(void)
{
    while (path_count > 0) {
        apr_file_remove(apr_psprintf(pool, "%s/%d", folder, --path_count), pool);
    }
    apr_dir_remove(folder, pool);
}

static void set_cells(tr_table_cell_t *cells, const char *const *values, int count)
{
    for (int i = 0; i < count; i++) {
        cells[i].data = values[i];
        cells[i].len = values[i] ? (int)strlen(values[i]) : 0;
    }
}

static char *read_whole(const char *path, apr_size_t *len)
{
    apr_file_t *file;
    apr_finfo_t info;
    char *text;

    if (apr_file_open(&file, path, APR_FOPEN_READ, 0, pool)) {
        return NULL;
    }
    apr_file_info_get(&info, APR_FINFO_SIZE, file);
    text = apr_pcalloc(pool, (apr_size_t)info.size + 1);
    apr_file_read_full(file, text, (apr_size_t)info.size, len);
    apr_file_close(file);
    return text;
}

/* The file with these rows of `columns`; NULL when it failed. */
static char *written(tr_table_format_e format, const char *const (*rows)[COLUMNS], int count,
                     apr_size_t *len)
{
    tr_problem_t *problem = tr_problem_make(pool);
    const char *path = fresh_path();
    tr_table_cell_t cells[COLUMNS];
    tr_table_t *table;

    if (tr_table_open(&table, format, &head, path, problem, pool)) {
        diag("%s", tr_problem_text(problem, pool));
        return NULL;
    }
    for (int i = 0; i < count; i++) {
        set_cells(cells, rows[i], COLUMNS);
        tr_table_add(table, cells, problem);
    }
    return tr_table_close(table, NULL, problem) ? NULL : read_whole(path, len);
}

static const char *const rows[][COLUMNS] = {
    { "9223372036854775807", "310", "t", "2026-11-23 20:15:00.25+00", "a, \"b\"\n" },
    { NULL, NULL, NULL, NULL, NULL },
    { "-1", "1e-320", "f", "2026-11-23T20:15:00Z", "" },
    { "0", "NaN", "f", "infinity", " x" },
};

enum { ROWS = sizeof rows / sizeof *rows };

static void csv_is_csv(void)
{
    apr_size_t len = 0;

    is_str(written(TR_TABLE_CSV, rows, ROWS, &len),
           "id,flux,ok,at,note\n"
           "9223372036854775807,310.0,true,2026-11-23T20:15:00.25Z,\"a, \"\"b\"\"\n\"\n"
           ",,,,\n"
           "-1,1e-320,false,2026-11-23T20:15:00Z,\"\"\n"
           "0,,false,,\" x\"\n",
           "CSV: absent is nothing, empty is quoted, quotes are doubled");
    is_str(written(TR_TABLE_CSV, rows, 0, &len), "id,flux,ok,at,note\n",
           "CSV without rows is its names");
}

static void json_is_json(void)
{
    apr_size_t len = 0;
    const char *text = written(TR_TABLE_JSON, rows, ROWS, &len);
    json_t *all = json_loads(text, 0, NULL), *list = json_object_get(all, "rows");
    json_t *first = json_array_get(list, 0), *second = json_array_get(list, 1);

    ok(all != NULL, "JSON can be read");
    is_int(json_array_size(list), ROWS, "and has all rows");
    is_int(json_integer_value(json_object_get(first, "id")), INT64_MAX,
           "whole numbers exactly");
    ok(json_is_real(json_object_get(first, "flux")), "a whole value of a real is a real");
    ok(json_is_true(json_object_get(first, "ok")), "a boolean is one");
    is_str(json_string_value(json_object_get(first, "at")), "2026-11-23T20:15:00.25Z",
           "a time is ISO 8601 with Z");
    is_str(json_string_value(json_object_get(first, "note")), "a, \"b\"\n", "text is itself");
    ok(json_is_null(json_object_get(second, "id"))
           && json_is_null(json_object_get(second, "at"))
           && json_is_null(json_object_get(second, "note")),
       "what is absent is null");
    ok(json_is_null(json_object_get(json_array_get(list, 3), "flux")), "NaN is null");
    is_int(strlen(json_string_value(json_object_get(json_object_get(all, "meta"), "DATE"))), 20,
           "meta says when");
    is_int(json_integer_value(json_object_get(all, "rows_total")), ROWS,
           "the rows are counted");
    ok(json_is_null(json_object_get(all, "next")), "there is no next page");
    is_str(json_string_value(json_object_get(json_object_get(all, "meta"), "SITE")),
           infos[0].value, "meta has the infos");
    is_str(json_string_value(
               json_object_get(json_array_get(json_object_get(all, "columns"), 1), "unit")),
           "Jy.s", "columns have the standard's units");
    json_decref(all);
    all = json_loads(written(TR_TABLE_JSON, rows, 0, &len), 0, NULL);
    ok(all && json_array_size(json_object_get(all, "rows")) == 0, "JSON without rows is valid");
    json_decref(all);
}

static void votable_is_xml(void)
{
    apr_size_t len = 0;
    const char *text = written(TR_TABLE_VOTABLE, rows, ROWS, &len);

    ok(strstr(text, "<TR><TD></TD><TD></TD><TD></TD><TD></TD><TD></TD></TR>") != NULL,
       "VOTable: absent is an empty TD");
    ok(strstr(text, "<TD>a, &quot;b&quot;&#10;</TD>") != NULL, "text is escaped");
    ok(strstr(text, "value=\"a &quot;b&quot; &amp; &lt;c&gt;\"") != NULL, "so are infos");
    ok(strstr(text, "<INFO name=\"ROWS\" value=\"4\">") != NULL, "the rows are counted");
}

static void fits_has_whole_blocks(void)
{
    apr_size_t len = 1;
    const char *text = written(TR_TABLE_FITS, rows, ROWS, &len);

    is_int(len % 2880, 0, "FITS has whole blocks");
    ok(strstr(text, "NAXIS2  =                    4") != NULL, "and as many rows as came");
    written(TR_TABLE_FITS, rows, 0, &len);
    is_int(len % 2880, 0, "also without rows");
}

/* What cfitsio reads of the first info of a table; NULL: no such file. */
static const char *info_read(const char *path)
{
    fitsfile *file;
    char *value = NULL;
    const char *copy = NULL;
    int status = 0;

    if (fits_open_table(&file, path, READONLY, &status)) {
        return NULL;
    }
    if (!fits_read_key_longstr(file, infos[0].name, &value, NULL, &status)) {
        copy = apr_pstrdup(pool, value);
        fits_free_memory(value, &status);
    }
    fits_close_file(file, &status);
    return copy;
}

static int is_read_again(const char *value)
{
    tr_problem_t *problem = tr_problem_make(pool);
    tr_table_info_t info = { infos[0].name, value, infos[0].words };
    tr_table_head_t own = { "thing", "Things", COLUMNS, columns, 1, &info };
    const char *path = fresh_path(), *got;
    tr_table_t *table;

    if (tr_table_open(&table, TR_TABLE_FITS, &own, path, problem, pool)
        || tr_table_close(table, NULL, problem)) {
        return 0;
    }
    got = info_read(path);
    return got && !strcmp(got, value);
}

/* An address is a reader's to choose, and cfitsio's own writer never came back from some. */
static void quotes_in_infos_are_kept(void)
{
    char text[9001];
    int wrong = 0;

    alarm(30); /* what hangs must not hang the tests */
    for (int quotes = 0; quotes < 300; quotes++) {
        for (int plain = 0; plain < 3; plain++) {
            int before = plain * 33;

            memset(text, 'a', (size_t)before);
            memset(text + before, '\'', (size_t)quotes);
            strcpy(text + before + quotes, plain == 1 ? "&" : "b&b");
            wrong += !is_read_again(text);
        }
    }
    is_int(wrong, 0, "quotes in what is said of a table are kept, however many");
    memset(text, '\'', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    ok(is_read_again(text), "also where there is nothing else");
    alarm(0);
}

/* ------------------------------------------------------------------ widths */

enum { NARROW = 16, WIDE = 48, MANY = 1500 }; /* bytes of a text, rows */

static const tr_table_column_t named_columns[] = {
    { "id", "bigint", "", "", "", 0 },
    { "name", "text", "", "", "", 8 },
    { "rank", "smallint", "", "", "", 0 },
};
static const tr_table_head_t named_head = { "name", "Names", 3, named_columns, 0, NULL };

/* Row 700 alone has a name that escapes make wide, if any has. */
static const char *named_table(const char *wide_name, apr_size_t *len)
{
    tr_problem_t *problem = tr_problem_make(pool);
    const char *path = fresh_path();
    tr_table_cell_t cells[3];
    tr_table_t *table;

    tr_table_open(&table, TR_TABLE_FITS, &named_head, path, problem, pool);
    for (int i = 0; i < MANY; i++) {
        const char *values[] = { apr_psprintf(pool, "%d", i), i == 700 ? wide_name : "plain",
                                 "7" };

        set_cells(cells, values, 3);
        tr_table_add(table, cells, problem);
    }
    return tr_table_close(table, NULL, problem) ? NULL : read_whole(path, len);
}

/* How many rows are as they must be: the id's last two bytes, the name, the rank's last one. */
static int right_rows(const char *rows_at, int width, const char *wide_name)
{
    int row = 8 + width + 2, count = 0;

    for (int i = 0; i < MANY; i++) {
        const unsigned char *at = (const unsigned char *)rows_at + i * row;
        const char *name = i == 700 ? wide_name : "plain";

        count += (at[6] << 8 | at[7]) == i && at[8 + width + 1] == 7
                 && !strncmp((const char *)at + 8, name, (size_t)width);
    }
    return count;
}

/* Headers fill their blocks: rows begin at the first block after the second END. */
static const char *rows_of(const char *text, apr_size_t len)
{
    int ends = 0;

    for (apr_size_t at = 0; at + 80 <= len; at += 80) {
        ends += !memcmp(text + at, "END     ", 8);
        if (ends == 2) {
            return text + (at / 2880 + 1) * 2880;
        }
    }
    return NULL;
}

static void columns_are_as_wide_as_needed(void)
{
    apr_size_t len = 0;
    const char *text = named_table("short", &len);

    ok(strstr(text, "'16A     '") != NULL, "a short text has its declared width");
    is_int(right_rows(rows_of(text, len), NARROW, "short"), MANY, "all rows are right");
    text = named_table("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9",
                       &len);
    ok(strstr(text, "'48A     '") != NULL, "escapes widen a column");
    is_int(right_rows(rows_of(text, len), WIDE,
                      "\\u00E9\\u00E9\\u00E9\\u00E9\\u00E9\\u00E9\\u00E9\\u00E9"),
           MANY, "all rows are right then, too");
    is_int(len % 2880, 0, "and the file has whole blocks");
}

/* ------------------------------------------------------------------ hostile text */

static unsigned next_random(unsigned *state)
{
    *state = *state * 1103515245u + 12345u;
    return *state >> 16;
}

static void random_row(tr_table_cell_t *cells, char *room, int size, unsigned *state)
{
    static const char *const plain[] = { "1", "2.5", "t", "2026-11-23 20:15:00+00" };

    set_cells(cells, plain, 4);
    for (int i = 0; i < size; i++) {
        unsigned byte = next_random(state);

        room[i] = next_random(state) % 3 ? (char)byte : "\\\"<&,\n\xc3\xf0"[i & 7];
    }
    cells[4].data = room;
    cells[4].len = size;
}

static int is_utf8(const char *text, apr_size_t len)
{
    for (apr_size_t i = 0, step; i < len; i += step) {
        step = tr_utf8_step(text + i, len - i);
        if (!step) {
            return 0;
        }
    }
    return 1;
}

static int is_printable(const char *text, apr_size_t len)
{
    for (apr_size_t i = 0; i < len; i++) {
        if (text[i] < ' ' || text[i] > '~') {
            return 0;
        }
    }
    return 1;
}

/* No character of XML 1.0's forbidden ones; everything else is the parser's in table.t. */
static int is_xml_text(const char *text, apr_size_t len)
{
    for (apr_size_t i = 0; i < len; i++) {
        if ((unsigned char)text[i] < ' ' && text[i] != '\n') {
            return 0;
        }
    }
    return strstr(text, "\xef\xbf\xbe") == NULL && strstr(text, "\xef\xbf\xbf") == NULL
           && is_utf8(text, len);
}

static char *random_table(tr_table_format_e format, apr_size_t *len)
{
    tr_problem_t *problem = tr_problem_make(pool);
    const char *path = fresh_path();
    tr_table_cell_t cells[COLUMNS];
    tr_table_t *table;
    unsigned state = 42;
    char room[300];

    tr_table_open(&table, format, &head, path, problem, pool);
    for (int i = 0; i < 400; i++) {
        random_row(cells, room, i % (int)sizeof room, &state);
        tr_table_add(table, cells, problem);
    }
    return tr_table_close(table, NULL, problem) ? NULL : read_whole(path, len);
}

static void bytes_of_any_kind_spoil_nothing(void)
{
    apr_size_t len = 0;
    const char *text = random_table(TR_TABLE_CSV, &len);
    json_t *all;
    const char *heap;

    ok(is_utf8(text, len), "CSV of random bytes is UTF-8");
    text = random_table(TR_TABLE_VOTABLE, &len);
    ok(is_xml_text(text, len), "VOTable of random bytes has only XML's characters");
    text = random_table(TR_TABLE_JSON, &len);
    all = json_loadb(text, len, JSON_ALLOW_NUL, NULL);
    ok(all != NULL, "JSON of random bytes can be read");
    is_int(json_array_size(json_object_get(all, "rows")), 400, "and has all rows");
    json_decref(all);
    text = random_table(TR_TABLE_FITS, &len);
    heap = text + len;
    while (heap > text && !heap[-1]) {
        heap--;
    }
    ok(heap - text > 100000 && is_printable(heap - 100000, 100000),
       "FITS of random bytes has only FITS's characters");
}

/* ------------------------------------------------------------------ failures */

static void failures_are_told(void)
{
    tr_problem_t *problem = tr_problem_make(pool);
    tr_table_column_t odd = { "x", "money", "", "", "", 0 };
    tr_table_head_t odd_head = { "odd", "Odd", 1, &odd, 0, NULL };
    tr_table_t *table;
    apr_finfo_t info;
    const char *path = fresh_path();

    is_int(tr_table_open(&table, TR_TABLE_CSV, &odd_head, path, problem, pool), TR_ESITE,
           "a type that no format knows is refused");
    ok(apr_stat(&info, path, APR_FINFO_TYPE, pool) != APR_SUCCESS, "and no file is made");
    ok(tr_table_open(&table, TR_TABLE_CSV, &head, path, problem, pool) == APR_SUCCESS
           && tr_table_close(table, NULL, problem) == APR_SUCCESS,
       "a file is made");
    apr_stat(&info, path, APR_FINFO_PROT, pool);
    is_int(info.protection, APR_FPROT_UREAD | APR_FPROT_UWRITE, "for its owner alone");
    ok(APR_STATUS_IS_EEXIST(tr_table_open(&table, TR_TABLE_CSV, &head, path, problem, pool)),
       "a file that exists is not written over");
}

/* Linux's device that is always full. */
static void a_full_disk_is_told(void)
{
    for (int format = TR_TABLE_CSV; format <= TR_TABLE_FITS; format++) {
        tr_problem_t *problem = tr_problem_make(pool);
        tr_table_t *table;
        apr_file_t *full;
        tr_table_cell_t cells[COLUMNS];
        apr_status_t status;

        if (apr_file_open(&full, "/dev/full", APR_FOPEN_WRITE, 0, pool)) {
            skip("a full disk is TR_EFULL", "no /dev/full here");
            return;
        }
        tr_table_open(&table, (tr_table_format_e)format, &head, fresh_path(), problem, pool);
        table->file = full;
        set_cells(cells, rows[0], COLUMNS);
        for (int i = 0; i < 20000; i++) {
            tr_table_add(table, cells, problem);
        }
        status = tr_table_close(table, NULL, problem);
        is_int(status, TR_EFULL, "a full disk is TR_EFULL: %s",
               tr_table_extension((tr_table_format_e)format));
    }
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    folder = apr_pstrdup(pool, "/tmp/transients-table-XXXXXX");
    if (!mkdtemp((char *)folder)) {
        return skip_all("no folder for files");
    }
    csv_is_csv();
    json_is_json();
    votable_is_xml();
    fits_has_whole_blocks();
    quotes_in_infos_are_kept();
    columns_are_as_wide_as_needed();
    bytes_of_any_kind_spoil_nothing();
    failures_are_told();
    a_full_disk_is_told();
    remove_all();
    apr_pool_destroy(pool);
    apr_terminate();
    return done_testing();
}
