/* tr_format.h: values written for people: the last part of {{ra_deg.hms}}.
 *
 * One constant table of formatters, each by name. The template compiler looks
 * a name up once; rendering calls tr_format_write, which allocates nothing but
 * room in `out` (markdown and document, by cmark, excepted). What one reads has the true
 * minus sign U+2212; what one copies (hms, dms, deg5, json) is ASCII.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_FORMAT_H
#define TR_FORMAT_H

#include "tr_buf.h"
#include "tr_value.h"

/* What a formatter's output still needs, by where it stands. */
typedef enum {
    TR_OUTPUT_SAFE, /* letters, digits, punctuation without & < > " ': as it is in HTML text
                     * and quoted attributes, percent-encoded in a URL */
    TR_OUTPUT_TEXT, /* anything: escaped by where it stands */
    TR_OUTPUT_HTML, /* elements, made safe already: only in HTML text, as it is */
    TR_OUTPUT_QUERY /* an encoded query string: tr_escape_query in a URL, else as text */
} tr_output_e;

typedef struct tr_format_t tr_format_t;
struct tr_format_t {
    const char *name;
    unsigned kinds; /* bit 1u << tr_kind_e for each kind that it takes; TR_NULL always is */
    tr_output_e output;
    const char *absent; /* what stands for TR_NULL: an en dash, "" for texts, null for json */
    int digits;         /* of the fraction, or significant ones for g3 and g4 */
    int style;          /* tr_time_style_e for times */
    /* Appends a value of its kinds; false, and nothing appended, when it has no such form. */
    int (*write)(tr_buf_t *out, const tr_value_t *in, const tr_format_t *format);
};

/* The formatter of that name, NULL when there is none:
 *   f0 .. f6         fixed digits after the point; U+2212 for minus, never "-0"
 *   g3 g4            significant digits; below 1e-4 and from 1e6 as 1.23×10⁻⁵
 *   n                whole number with separators: 1,284
 *   hms hms0         degrees as hours of right ascension: 16:27:59.50, 16:28:00
 *   dms dms0         degrees of declination: -52:35:04.3, -52:35:04 (ASCII, for copying)
 *   deg5             degrees as they are, 5 digits, ASCII
 *   arcmin arcsec    degrees as minutes (2 digits), seconds of arc (1 digit)
 *   utc              2020-09-29 19:20:54      } a number is GPS seconds, a text is an
 *   isoutc           2020-09-29T19:20:54Z     } ISO 8601 UTC time as the database gives it;
 *   time_utc         2020-09-29 19:20         } GPS seconds are rounded to the second for
 *   day              2020-09-29               } the first two, all else is cut off
 *   clock            19:20:54                 of an ISO 8601 text
 *   mjd              59121.80618 (UTC)
 *   yesno            yes, no
 *   markdown         text as HTML, tr_markdown.h
 *   document         our own documentation as HTML, tr_document.h
 *   json             any value as JSON
 *   upper lower      A-Z and a-z only
 *   slug             a name as part of a class: "Known RFI" is known-rfi
 *   band             MHz as the band's name: 88 118 154 185 200 216, else other
 *   query            a query string that is encoded already
 * What cannot be converted (Dec 95, a time before 1980, another kind than it takes) is written
 * as the plain value, never as absent. */
const tr_format_t *tr_format_find(const char *name);
/* All of them, ended by a NULL name: for checks that no column bears such a name. */
const tr_format_t *tr_format_all(void);

/* Whether it takes values of that kind. */
int tr_format_takes(const tr_format_t *format, tr_kind_e kind);

/* Appends `in` (NULL counts as TR_NULL). The result always keeps what `output` promises. */
void tr_format_write(const tr_format_t *format, tr_buf_t *out, const tr_value_t *in);

#endif
