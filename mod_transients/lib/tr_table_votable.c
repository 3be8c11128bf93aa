/* tr_table_votable.c: a table as VOTable 1.4 with TABLEDATA.
 *
 * An absent value is an empty TD, which VOTable has taken for all types since
 * version 1.3; so an empty text and an absent one look alike. Characters that
 * XML 1.0 has no place for become U+FFFD.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_table_private.h"

#include <string.h>

/* How each kind is declared. */
static const char *const datatypes[TR_TABLE_KINDS] = {
    [TR_TABLE_SMALLINT] = "datatype=\"short\"",
    [TR_TABLE_INTEGER] = "datatype=\"int\"",
    [TR_TABLE_BIGINT] = "datatype=\"long\"",
    [TR_TABLE_REAL] = "datatype=\"double\"",
    [TR_TABLE_BOOLEAN] = "datatype=\"boolean\"",
    [TR_TABLE_TIME] = "datatype=\"char\" arraysize=\"*\" xtype=\"timestamp\"",
    [TR_TABLE_TEXT] = "datatype=\"unicodeChar\" arraysize=\"*\"",
    [TR_TABLE_DOCUMENT] = "datatype=\"unicodeChar\" arraysize=\"*\"",
};

/* ------------------------------------------------------------------ text */

/* Ends of lines and tabs as references: readers turn bare ones into LF and blanks. */
static const char *entity_of(apr_uint32_t character)
{
    switch (character) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\t':
        return "&#9;";
    case '\n':
        return "&#10;";
    case '\r':
        return "&#13;";
    default:
        return NULL;
    }
}

/* XML 1.0, production 2: Char. Surrogates aren't UTF-8 to begin with. */
static int is_forbidden(apr_uint32_t character)
{
    return character < ' ' || (character & 0xfffe) == 0xfffe;
}

static const char *replacement(apr_uint32_t character, apr_size_t step)
{
    const char *entity = entity_of(character);

    if (entity) {
        return entity;
    }
    return is_forbidden(character) || (character == 0xfffd && step == 1) ? "\xef\xbf\xbd"
                                                                         : NULL;
}

static void put_text(tr_buf_t *out, const char *text, apr_size_t len)
{
    apr_size_t start = 0, i = 0;

    while (i < len) {
        apr_uint32_t character;
        apr_size_t step = tr_table_character(text + i, len - i, &character);
        const char *instead = replacement(character, step);

        if (instead) {
            tr_buf_put(out, text + start, i - start);
            tr_buf_puts(out, instead);
            start = i + step;
        }
        i += step;
    }
    tr_buf_put(out, text + start, len - start);
}

static void put_attribute(tr_buf_t *out, const char *name, const char *value)
{
    if (value && *value) {
        tr_buf_putc(out, ' ');
        tr_buf_puts(out, name);
        tr_buf_puts(out, "=\"");
        put_text(out, value, strlen(value));
        tr_buf_putc(out, '"');
    }
}

static void put_element(tr_buf_t *out, const char *name, const char *text)
{
    if (text && *text) {
        tr_buf_printf(out, "<%s>", name);
        put_text(out, text, strlen(text));
        tr_buf_printf(out, "</%s>\n", name);
    }
}

/* An INFO needs its value, even an empty one. */
static void put_info(tr_buf_t *out, const tr_table_info_t *info)
{
    tr_buf_puts(out, "<INFO");
    put_attribute(out, "name", info->name);
    tr_buf_puts(out, " value=\"");
    put_text(out, info->value, strlen(info->value));
    tr_buf_puts(out, "\">");
    put_text(out, info->words ? info->words : "", info->words ? strlen(info->words) : 0);
    tr_buf_puts(out, "</INFO>\n");
}

/* ------------------------------------------------------------------ systems */

typedef struct {
    const char *id;
    const char *element;
} system_t;

/* GPS seconds count from 1980-01-06, which is JD 2444244.5. */
static const system_t systems[TR_TABLE_SYSTEMS] = {
    [TR_TABLE_ICRS] = { "icrs", "<COOSYS ID=\"icrs\" system=\"ICRS\"/>\n" },
    [TR_TABLE_GPS] = { "gps", "<TIMESYS ID=\"gps\" timescale=\"GPS\" "
                              "refposition=\"TOPOCENTER\" timeorigin=\"2444244.5\"/>\n" },
    [TR_TABLE_MJD] = { "mjd", "<TIMESYS ID=\"mjd\" timescale=\"UTC\" "
                              "refposition=\"TOPOCENTER\" timeorigin=\"MJD-origin\"/>\n" },
};

static void put_systems(tr_buf_t *out, const tr_table_head_t *head)
{
    for (int i = 0; i < TR_TABLE_SYSTEMS; i++) {
        if (systems[i].element && tr_table_uses(head, (tr_table_system_e)i)) {
            tr_buf_puts(out, systems[i].element);
        }
    }
}

/* ------------------------------------------------------------------ the table */

static void put_field(tr_buf_t *out, tr_table_kind_e kind, const tr_table_column_t *column)
{
    tr_buf_puts(out, "<FIELD");
    put_attribute(out, "name", column->name);
    tr_buf_putc(out, ' ');
    tr_buf_puts(out, datatypes[kind]);
    put_attribute(out, "unit", tr_table_unit(column->unit));
    put_attribute(out, "ucd", column->ucd);
    put_attribute(out, "ref", systems[tr_table_system(column)].id);
    tr_buf_puts(out, ">\n");
    put_element(out, "DESCRIPTION", column->description);
    tr_buf_puts(out, "</FIELD>\n");
}

static apr_status_t begin(tr_table_t *table, tr_problem_t *problem)
{
    const tr_table_head_t *head = table->head;
    tr_buf_t *out = table->out;

    (void)problem;
    tr_buf_puts(out,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                "<VOTABLE version=\"1.4\" xmlns=\"http://www.ivoa.net/xml/VOTable/v1.3\">\n"
                "<RESOURCE>\n");
    tr_buf_printf(out, "<INFO name=\"DATE\" value=\"%sZ\">when this file was made</INFO>\n",
                  table->date);
    for (int i = 0; i < head->info_count; i++) {
        put_info(out, &head->infos[i]);
    }
    put_systems(out, head);
    tr_buf_puts(out, "<TABLE");
    put_attribute(out, "name", head->name);
    tr_buf_puts(out, ">\n");
    put_element(out, "DESCRIPTION", head->title);
    for (int i = 0; i < head->column_count; i++) {
        put_field(out, table->kinds[i], &head->columns[i]);
    }
    tr_buf_puts(out, "<DATA>\n<TABLEDATA>\n");
    return APR_SUCCESS;
}

static void put_cell(tr_buf_t *out, tr_table_kind_e kind, const tr_table_cell_t *cell)
{
    switch (kind) {
    case TR_TABLE_BOOLEAN:
        tr_buf_putc(out, tr_table_is_true(cell) ? 'T' : 'F');
        return;
    case TR_TABLE_TIME:
        tr_table_put_time(out, cell);
        return;
    case TR_TABLE_TEXT:
    case TR_TABLE_DOCUMENT:
        put_text(out, cell->data, (apr_size_t)cell->len);
        return;
    default:
        tr_buf_put(out, cell->data, (apr_size_t)cell->len);
        return;
    }
}

static apr_status_t add(tr_table_t *table, const tr_table_cell_t *cells, tr_problem_t *problem)
{
    (void)problem;
    tr_buf_put(table->out, "<TR>", 4);
    for (int i = 0; i < table->head->column_count; i++) {
        tr_buf_put(table->out, "<TD>", 4);
        if (!tr_table_is_absent(table->kinds[i], &cells[i])) {
            put_cell(table->out, table->kinds[i], &cells[i]);
        }
        tr_buf_put(table->out, "</TD>", 5);
    }
    tr_buf_put(table->out, "</TR>\n", 6);
    return APR_SUCCESS;
}

static apr_status_t end(tr_table_t *table, tr_problem_t *problem)
{
    (void)problem;
    tr_buf_printf(table->out,
                  "</TABLEDATA>\n</DATA>\n"
                  "<INFO name=\"ROWS\" value=\"%" APR_INT64_T_FMT "\">Number of rows</INFO>\n"
                  "</TABLE>\n</RESOURCE>\n</VOTABLE>\n",
                  table->rows);
    return APR_SUCCESS;
}

const tr_table_writer_t tr_table_votable = { "vot", "application/x-votable+xml", begin, add,
                                             end };
