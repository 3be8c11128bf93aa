/* tr_escape.c: text made safe for the place where it will stand.
 *
 * Each walks over runs of harmless bytes and writes a run at once.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_escape.h"

#include <string.h>

static const char hex_digits[] = "0123456789ABCDEF";

static const char *html_entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void tr_escape_html(tr_buf_t *out, const char *text, apr_size_t len)
{
    apr_size_t start = 0;

    for (apr_size_t i = 0; i < len; i++) {
        const char *entity = html_entity(text[i]);

        if (entity) {
            tr_buf_put(out, text + start, i - start);
            tr_buf_puts(out, entity);
            start = i + 1;
        }
    }
    tr_buf_put(out, text + start, len - start);
}

static void put_percent(tr_buf_t *out, unsigned char c)
{
    const char escape[3] = { '%', hex_digits[c >> 4], hex_digits[c & 15] };

    tr_buf_put(out, escape, sizeof escape);
}

/* RFC 3986, section 2.3; not isalnum(), which depends on the locale. */
static int is_unreserved(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
           || c == '-' || c == '.' || c == '_' || c == '~';
}

void tr_escape_url(tr_buf_t *out, const char *text, apr_size_t len)
{
    for (apr_size_t i = 0; i < len; i++) {
        if (is_unreserved((unsigned char)text[i])) {
            tr_buf_putc(out, text[i]);
        }
        else {
            put_percent(out, (unsigned char)text[i]);
        }
    }
}

void tr_escape_query(tr_buf_t *out, const char *text, apr_size_t len)
{
    for (apr_size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c == '&') {
            tr_buf_puts(out, "&amp;");
        }
        else if (c <= ' ' || c >= 0x7f || strchr("\"'<>#`\\", c)) {
            put_percent(out, c);
        }
        else {
            tr_buf_putc(out, (char)c);
        }
    }
}

static int is_tail(unsigned char c)
{
    return (c & 0xc0) == 0x80;
}

/* RFC 3629: the second byte's range keeps out overlong forms, surrogates and what lies
 * beyond U+10FFFF. */
apr_size_t tr_utf8_step(const char *text, apr_size_t len)
{
    const unsigned char *p = (const unsigned char *)text;
    unsigned char low = 0x80, high = 0xbf;
    apr_size_t step;

    if (!len) {
        return 0;
    }
    if (p[0] < 0x80) {
        return 1;
    }
    step = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
    if (p[0] < 0xc2 || p[0] > 0xf4 || len < step) {
        return 0;
    }
    low = p[0] == 0xe0 ? 0xa0 : p[0] == 0xf0 ? 0x90 : low;
    high = p[0] == 0xed ? 0x9f : p[0] == 0xf4 ? 0x8f : high;
    if (p[1] < low || p[1] > high) {
        return 0;
    }
    return (step < 3 || is_tail(p[2])) && (step < 4 || is_tail(p[3])) ? step : 0;
}

apr_size_t tr_utf8_count(const char *text, apr_size_t len)
{
    apr_size_t count = 0;

    for (apr_size_t i = 0; i < len; i++) {
        count += !is_tail((unsigned char)text[i]);
    }
    return count;
}

static const char *json_short(unsigned char c)
{
    switch (c) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    default:
        return NULL;
    }
}

/* The escape for the character of `step` bytes, NULL when it may stand as it is. */
static const char *json_escape(const char *text, apr_size_t step, char room[7])
{
    unsigned char c = (unsigned char)*text;
    const char *escape = json_short(c);

    if (!step) {
        return "\\ufffd";
    }
    if (escape) {
        return escape;
    }
    if (step == 3 && !memcmp(text, "\xe2\x80", 2) && ((unsigned char)text[2] | 1) == 0xa9) {
        return (unsigned char)text[2] == 0xa8 ? "\\u2028" : "\\u2029";
    }
    if (c >= ' ' && c != 0x7f && c != '<' && c != '>' && c != '&') {
        return NULL;
    }
    memcpy(room, "\\u00", 4);
    room[4] = hex_digits[c >> 4];
    room[5] = hex_digits[c & 15];
    room[6] = '\0';
    return room;
}

void tr_escape_json(tr_buf_t *out, const char *text, apr_size_t len)
{
    apr_size_t start = 0, i = 0;
    char room[7];

    tr_buf_putc(out, '"');
    while (i < len) {
        apr_size_t step = tr_utf8_step(text + i, len - i);
        const char *escape = json_escape(text + i, step, room);

        if (escape) {
            tr_buf_put(out, text + start, i - start);
            tr_buf_puts(out, escape);
            start = i + (step ? step : 1);
        }
        i += step ? step : 1;
    }
    tr_buf_put(out, text + start, len - start);
    tr_buf_putc(out, '"');
}

/* Unicode's Cc but for tab, CR and LF: C0, DEL, and C1 as two bytes. */
static int is_control(const char *text)
{
    unsigned char c = (unsigned char)*text;

    if (c < ' ') {
        return c != '\t' && c != '\r' && c != '\n';
    }
    return c == 0x7f || (c == 0xc2 && (unsigned char)text[1] < 0xa0);
}

int tr_text_is_clean(const char *text, apr_size_t len)
{
    apr_size_t i = 0;

    while (i < len) {
        apr_size_t step = tr_utf8_step(text + i, len - i);

        if (!step || is_control(text + i)) {
            return 0;
        }
        i += step;
    }
    return 1;
}
