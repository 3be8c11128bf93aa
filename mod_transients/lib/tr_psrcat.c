/* tr_psrcat.c: read the text of the ATNF pulsar catalogue, psrcat.db.
 *
 * Line by line: values are kept as text until their record ends, since what they mean depends
 * on each other (P0 or F0, equatorial or ecliptic).
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_psrcat.h"
#include "tr_sky.h"

#include <apr_hash.h>
#include <apr_strings.h>
#include <string.h>

typedef enum {
    PSRJ,
    PSRB,
    RAJ,
    DECJ,
    ELONG,
    ELAT,
    POSEPOCH,
    PMRA,
    PMDEC,
    DM,
    P0,
    F0,
    S150,
    S400,
    KEYS,
    NO_KEY = KEYS
} key_e;

static const char *const key_names[KEYS] = {
    [PSRJ] = "PSRJ",         [PSRB] = "PSRB", [RAJ] = "RAJ",     [DECJ] = "DECJ",
    [ELONG] = "ELONG",       [ELAT] = "ELAT", [DM] = "DM",       [P0] = "P0",
    [POSEPOCH] = "POSEPOCH", [PMRA] = "PMRA", [PMDEC] = "PMDEC", [F0] = "F0",
    [S150] = "S150",         [S400] = "S400",
};

/* Numbers that go into the row as they are, in the row's order, with what they may be. */
static const struct {
    key_e key;
    const char *name;
    int may_be_negative;
} plain[] = {
    { DM, "dm", 0 },     { S150, "s150", 0 },
    { S400, "s400", 0 }, { POSEPOCH, "posepoch", 0 },
    { PMRA, "pmra", 1 }, { PMDEC, "pmdec", 1 },
};

enum { NAME_MAX_LEN = 32, SHOWN_MAX = 40 };

typedef struct field_t {
    const char *value; /* NULL: not given */
    int line;
} field_t;

typedef struct reader_t {
    apr_pool_t *pool;
    tr_psrcat_t *catalogue;
    apr_hash_t *names; /* of the records so far */
    int line;
    int first_line; /* of the record being read, 0: none is */
    field_t fields[KEYS];
} reader_t;

/* --- faults ------------------------------------------------------------------------- */

/* Text of the file in a message: short, and without bytes that a terminal would act on. */
static const char *shown(const char *text, apr_pool_t *pool)
{
    char *copy = apr_pstrndup(pool, text, SHOWN_MAX);

    for (char *at = copy; *at; at++) {
        if (*at < ' ' || *at > '~') {
            *at = '?';
        }
    }
    return copy;
}

static void add_fault(reader_t *reader, int line, const char *words)
{
    tr_psrcat_t *catalogue = reader->catalogue;

    if (catalogue->fault_count++ < TR_PSRCAT_FAULT_MAX) {
        tr_psrcat_fault_t *fault = apr_array_push(catalogue->faults);

        fault->line = line;
        fault->words = words;
    }
}

static void refuse_value(reader_t *reader, key_e key, const char *why)
{
    const field_t *field = &reader->fields[key];

    add_fault(reader, field->line,
              apr_psprintf(reader->pool, "%s %s: %s", key_names[key],
                           shown(field->value, reader->pool), why));
}

/* --- values ------------------------------------------------------------------------- */

/* False when it is not given, or, as a fault, not a number. */
static int read_number(reader_t *reader, key_e key, double *number)
{
    const char *value = reader->fields[key].value;

    if (!value) {
        return 0;
    }
    if (!tr_real_read(value + (*value == '+'), strlen(value + (*value == '+')), number)) {
        refuse_value(reader, key, "not a number");
        return 0;
    }
    return 1;
}

static tr_value_t plain_value(reader_t *reader, key_e key, int may_be_negative)
{
    double number;

    if (!read_number(reader, key, &number)) {
        return tr_null();
    }
    if (number < 0.0 && !may_be_negative) {
        refuse_value(reader, key, "less than zero");
        return tr_null();
    }
    return tr_real(number);
}

/* P0 where it is given, else 1 / F0. */
static tr_value_t period(reader_t *reader)
{
    key_e key = reader->fields[P0].value ? P0 : F0;
    double number;

    if (!read_number(reader, key, &number)) {
        return tr_null();
    }
    if (!(number > 0.0)) {
        refuse_value(reader, key, "not more than zero");
        return tr_null();
    }
    return tr_real(key == P0 ? number : 1.0 / number); /* of a tiny F0: infinite, so absent */
}

/* --- positions ---------------------------------------------------------------------- */

/* One number alone is hours here. */
static int read_ra(reader_t *reader, double *ra)
{
    tr_sky_angle_t angle;
    const char *why;

    if (tr_sky_parse_ra(&angle, reader->fields[RAJ].value, &why) != APR_SUCCESS) {
        refuse_value(reader, RAJ, why);
        return 0;
    }
    if (angle.form == TR_SKY_DEGREES) {
        if (!(angle.deg < 24.0)) {
            refuse_value(reader, RAJ, "not below 24 hours");
            return 0;
        }
        angle.deg *= 15.0;
    }
    *ra = angle.deg;
    return 1;
}

static int read_dec(reader_t *reader, double *dec)
{
    tr_sky_angle_t angle;
    const char *why;

    if (tr_sky_parse_dec(&angle, reader->fields[DECJ].value, &why) != APR_SUCCESS) {
        refuse_value(reader, DECJ, why);
        return 0;
    }
    *dec = angle.deg;
    return 1;
}

static int is_pair(const reader_t *reader, key_e first, key_e second)
{
    return reader->fields[first].value && reader->fields[second].value;
}

static int read_equatorial(reader_t *reader, double *ra, double *dec)
{
    return is_pair(reader, RAJ, DECJ) && read_ra(reader, ra) && read_dec(reader, dec);
}

static int read_ecliptic(reader_t *reader, double *ra, double *dec)
{
    double lon, lat;

    if (!is_pair(reader, ELONG, ELAT) || !read_number(reader, ELONG, &lon)
        || !read_number(reader, ELAT, &lat)) {
        return 0;
    }
    if (!(lon >= -360.0 && lon <= 360.0)) {
        refuse_value(reader, ELONG, "not an angle in degrees");
        return 0;
    }
    if (!(lat >= -90.0 && lat <= 90.0)) {
        refuse_value(reader, ELAT, "not from -90 to 90 degrees");
        return 0;
    }
    tr_sky_from_ecliptic(ra, dec, lon, lat);
    return 1;
}

static void set_position(reader_t *reader, tr_row_t *row, const char *name)
{
    tr_psrcat_t *catalogue = reader->catalogue;
    double ra = 0.0, dec = 0.0;
    int is_known = read_equatorial(reader, &ra, &dec);
    int is_ecliptic = !is_known && read_ecliptic(reader, &ra, &dec);

    catalogue->ecliptic_count += is_ecliptic;
    is_known |= is_ecliptic;
    if (!is_known) {
        APR_ARRAY_PUSH(catalogue->without_position, const char *) = name;
    }
    tr_row_set(row, "raj", is_known ? tr_real(ra) : tr_null());
    tr_row_set(row, "decj", is_known ? tr_real(dec) : tr_null());
    tr_row_set(row, "ecliptic", tr_bool(is_ecliptic));
}

/* --- records ------------------------------------------------------------------------ */

/* Letters, digits and the signs that names have. */
static int is_name(const char *text)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789+-._";

    return text && *text && strlen(text) <= NAME_MAX_LEN && text[strspn(text, allowed)] == '\0';
}

/* PSRJ, or PSRB where there is no other; NULL: the record cannot be told from others. */
static const char *name_of(reader_t *reader)
{
    key_e key = reader->fields[PSRJ].value ? PSRJ : PSRB;
    const char *name = reader->fields[key].value;

    if (!name) {
        add_fault(reader, reader->first_line, "This record has no name: left out");
        return NULL;
    }
    if (!is_name(name)) {
        refuse_value(reader, key, "no name of a pulsar: the record is left out");
        return NULL;
    }
    if (apr_hash_get(reader->names, name, APR_HASH_KEY_STRING)) {
        refuse_value(reader, key, "the name of an earlier record: this one is left out");
        return NULL;
    }
    return name;
}

static const char *alias_of(reader_t *reader, const char *name)
{
    const char *alias = reader->fields[PSRB].value;

    if (alias && !is_name(alias)) {
        refuse_value(reader, PSRB, "no name of a pulsar");
        return NULL;
    }
    return alias && strcmp(alias, name) != 0 ? alias : NULL;
}

static void fill_row(reader_t *reader, const char *name)
{
    tr_row_t *row = tr_list_add(reader->catalogue->pulsars);

    apr_hash_set(reader->names, name, APR_HASH_KEY_STRING, name);
    tr_row_set(row, "name", tr_text(name));
    tr_row_set(row, "bname", tr_text(alias_of(reader, name)));
    set_position(reader, row, name);
    tr_row_set(row, "p0", period(reader));
    for (apr_size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        tr_row_set(row, plain[i].name,
                   plain_value(reader, plain[i].key, plain[i].may_be_negative));
    }
}

static void end_record(reader_t *reader)
{
    if (reader->first_line) {
        const char *name = name_of(reader);

        if (name) {
            fill_row(reader, name);
        }
    }
    memset(reader->fields, 0, sizeof reader->fields);
    reader->first_line = 0;
}

/* --- lines -------------------------------------------------------------------------- */

static key_e find_key(const char *word, apr_size_t len)
{
    for (int key = 0; key < KEYS; key++) {
        if (strlen(key_names[key]) == len && !memcmp(key_names[key], word, len)) {
            return (key_e)key;
        }
    }
    return NO_KEY;
}

static const char blanks[] = " \t\r";

static const char *next_word(const char **at, apr_size_t *len)
{
    const char *word = *at + strspn(*at, blanks);

    *len = strcspn(word, blanks);
    *at = word + *len;
    return word;
}

/* '#CATALOGUE 1.64', maybe with a date after it. */
static void read_comment(reader_t *reader, const char *text)
{
    static const char word[] = "#CATALOGUE";
    tr_psrcat_t *catalogue = reader->catalogue;
    const char *version, *date;
    apr_size_t version_len, date_len;

    if (strncmp(text, word, sizeof word - 1) != 0 || catalogue->version) {
        return;
    }
    text += sizeof word - 1;
    version = next_word(&text, &version_len);
    date = next_word(&text, &date_len);
    if (version_len && version_len <= NAME_MAX_LEN) {
        catalogue->version = shown(apr_pstrmemdup(reader->pool, version, version_len),
                                   reader->pool);
    }
    if (date_len == 10 && strspn(date, "0123456789-") >= 10 && date[4] == '-'
        && date[7] == '-') {
        catalogue->date = apr_pstrmemdup(reader->pool, date, date_len);
    }
}

static void read_field(reader_t *reader, const char *text)
{
    apr_size_t len;
    const char *word = next_word(&text, &len), *value;
    key_e key;

    if (!len) {
        return; /* an empty line */
    }
    if (!reader->first_line) {
        reader->first_line = reader->line;
    }
    key = find_key(word, len);
    if (key == NO_KEY) {
        return;
    }
    value = next_word(&text, &len);
    if (!len) {
        add_fault(reader, reader->line,
                  apr_psprintf(reader->pool, "%s has no value", key_names[key]));
        return;
    }
    reader->fields[key].value = apr_pstrmemdup(reader->pool, value, len);
    reader->fields[key].line = reader->line;
}

static void read_line(reader_t *reader, const char *line, apr_size_t len)
{
    char text[TR_PSRCAT_LINE_MAX + 1];

    reader->line++;
    if (len > TR_PSRCAT_LINE_MAX) {
        add_fault(reader, reader->line, "This line is longer than 1,024 bytes: left out");
        return;
    }
    if (memchr(line, '\0', len)) {
        add_fault(reader, reader->line, "This line is not text: left out");
        return;
    }
    memcpy(text, line, len);
    text[len] = '\0';
    if (text[0] == '#') {
        read_comment(reader, text);
    }
    else if (text[0] == '@') {
        end_record(reader);
    }
    else {
        read_field(reader, text);
    }
}

static tr_psrcat_t *make_catalogue(apr_pool_t *pool)
{
    tr_psrcat_t *catalogue = apr_pcalloc(pool, sizeof *catalogue);

    catalogue->pulsars = tr_list_make(pool);
    catalogue->without_position = apr_array_make(pool, 8, sizeof(const char *));
    catalogue->faults = apr_array_make(pool, 8, sizeof(tr_psrcat_fault_t));
    return catalogue;
}

static void read_lines(reader_t *reader, const char *text, apr_size_t len)
{
    const char *end = text + len;

    while (text < end && reader->catalogue->pulsars->count <= TR_PSRCAT_RECORD_MAX) {
        const char *line_end = memchr(text, '\n', (apr_size_t)(end - text));

        line_end = line_end ? line_end : end;
        read_line(reader, text, (apr_size_t)(line_end - text));
        text = line_end + 1;
    }
    if (reader->first_line) {
        reader->catalogue->is_cut = 1;
        add_fault(reader, reader->first_line, "This last record has no end: left out");
    }
}

apr_status_t tr_psrcat_read(const tr_psrcat_t **catalogue, const char *text, apr_size_t len,
                            tr_problem_t *problem, apr_pool_t *pool)
{
    reader_t reader = { 0 };

    *catalogue = NULL;
    if (len > TR_PSRCAT_SIZE_MAX) {
        return tr_problem_add(problem, TR_ETOOLARGE, "This is larger than 64 MB.");
    }
    reader.pool = pool;
    reader.catalogue = make_catalogue(pool);
    reader.names = apr_hash_make(pool);
    read_lines(&reader, text, len);
    if (reader.catalogue->pulsars->count > TR_PSRCAT_RECORD_MAX) {
        return tr_problem_add(problem, TR_ETOOLARGE, "These are more than 100,000 records.");
    }
    if (!reader.catalogue->pulsars->count) {
        return tr_problem_add(problem, TR_EBAD,
                              "There is no record of a pulsar in it: a catalogue is text with "
                              "PSRJ, RAJ, DECJ ... and records that end with '@-'.");
    }
    *catalogue = reader.catalogue;
    return APR_SUCCESS;
}
