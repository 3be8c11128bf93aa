/* accept.c: reads the Accept header (RFC 9110, 12.5.1) for pages and tables.
 *
 * SPDX-License-Identifier: MIT
 */
#include "accept.h"

#include <apr_lib.h>
#include <string.h>

typedef struct range_t {
    const char *text; /* "text/html;q=0.8" */
    size_t len;
} range_t;

static range_t next_range(const char **accept)
{
    range_t range;

    while (apr_isspace(**accept) || **accept == ',') {
        (*accept)++;
    }
    range.text = *accept;
    range.len = strcspn(*accept, ",");
    *accept += range.len;
    return range;
}

static int is_type(const range_t *range, const char *type)
{
    size_t len = strlen(type);

    return range->len >= len && !strncasecmp(range->text, type, len)
           && (range->len == len || range->text[len] == ';' || apr_isspace(range->text[len]));
}

/* "0.8" in thousandths; a weight is at most 1 and has at most three digits. */
static int read_weight(const char *text)
{
    int thousandths = *text == '1' ? 1000 : 0;
    int place = 100;

    if (*text != '0' || text[1] != '.') {
        return thousandths;
    }
    for (text += 2; place && apr_isdigit(*text); text++, place /= 10) {
        thousandths += (*text - '0') * place;
    }
    return thousandths;
}

static int weight(const range_t *range)
{
    const char *end = range->text + range->len;

    for (const char *p = range->text; p < end; p++) {
        if (*p != ';') {
            continue;
        }
        do {
            p++;
        } while (*p == ' ');
        if ((p[0] == 'q' || p[0] == 'Q') && p[1] == '=') {
            return read_weight(p + 2);
        }
    }
    return 1000;
}

static const struct {
    const char *type;
    tr_wants_e wants;
} types[] = {
    { "application/json", TR_WANTS_JSON },
    { "text/csv", TR_WANTS_CSV },
    { "application/x-votable+xml", TR_WANTS_VOTABLE },
    { "application/fits", TR_WANTS_FITS },
};

static int is_page(const range_t *range)
{
    return is_type(range, "text/html") || is_type(range, "*/*") || is_type(range, "text/*");
}

tr_wants_e tr_accept(const char *accept, int has_table)
{
    tr_wants_e wants = TR_WANTS_HTML;
    int most = 0, html = 0;

    while (accept && *accept) {
        range_t range = next_range(&accept);
        int its = weight(&range);

        if (is_page(&range)) {
            html = its > html ? its : html;
        }
        for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
            if (is_type(&range, types[i].type) && its > most
                && (has_table || types[i].wants == TR_WANTS_JSON)) {
                most = its;
                wants = types[i].wants;
            }
        }
    }
    return most > html ? wants : TR_WANTS_HTML;
}

int tr_accept_html(const char *accept)
{
    while (accept && *accept) {
        range_t range = next_range(&accept);
        if (is_type(&range, "text/html")) {
            return 1;
        }
    }
    return 0;
}
