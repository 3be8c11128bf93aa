/* tr_template_url.c: follow an address in an attribute until scheme and host are fixed.
 *
 * A value is percent-encoded, so it never holds ":", "/" or "\"; but it may be
 * empty. So "/{{a}}/{{b}}" could begin with "//" and name a host: after "/" and a value,
 * a second "/" is refused. Where it is unclear what a browser would make of the
 * text, the address is lost, and so are values in it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_template_private.h"

#include <apr_strings.h>

#include <string.h>

static const char two_slashes[] = "An empty value would make this address begin with \"//\".";

static char lower(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return (char)(c - 'A' + 'a');
    }
    return c;
}

void tr_place_name_add(char *name, char c)
{
    apr_size_t len = strlen(name);

    if (len < TR_PLACE_NAME_MAX) {
        name[len] = lower(c);
        name[len + 1] = '\0';
    }
}

static int is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static int is_word_char(char c)
{
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '_'
           || c == '-';
}

static tr_url_e url_after_colon(const char *scheme)
{
    if (!strcmp(scheme, "https") || !strcmp(scheme, "http")) {
        return TR_URL_AUTHORITY;
    }
    return !strcmp(scheme, "mailto") || !strcmp(scheme, "tel") ? TR_URL_FIXED : TR_URL_LOST;
}

static tr_url_e url_start(tr_place_t *place, char c)
{
    switch (c) {
    case ' ':
        return TR_URL_START;
    case '/':
        return TR_URL_SLASH;
    case '?':
        return TR_URL_QUERY;
    case '#':
        return TR_URL_FIXED;
    case '.':
        return TR_URL_DOT;
    default:
        place->scheme[0] = '\0';
        tr_place_name_add(place->scheme, c);
        return is_word_char(c) ? TR_URL_RELATIVE : TR_URL_LOST;
    }
}

/* Before a host can have begun: what ends the part so far. */
static tr_url_e url_relative(tr_place_t *place, char c)
{
    switch (c) {
    case '/':
    case '#':
        return TR_URL_FIXED;
    case '?':
        return TR_URL_QUERY;
    case ':':
        return place->url == TR_URL_DOT ? TR_URL_LOST : url_after_colon(place->scheme);
    case '.':
        tr_place_name_add(place->scheme, c);
        return place->url;
    case '\\':
        return TR_URL_LOST;
    default:
        tr_place_name_add(place->scheme, c);
        return place->url == TR_URL_DOT ? TR_URL_LOST : TR_URL_RELATIVE;
    }
}

static tr_url_e url_host(tr_url_e url, char c)
{
    switch (c) {
    case '/':
    case '\\': /* as browsers read it */
        return url == TR_URL_HOST ? TR_URL_FIXED : TR_URL_AUTHORITY;
    case '?':
        return url == TR_URL_HOST ? TR_URL_QUERY : TR_URL_LOST;
    case '#':
        return url == TR_URL_HOST ? TR_URL_FIXED : TR_URL_LOST;
    default:
        return TR_URL_HOST;
    }
}

static tr_url_e url_slash(char c)
{
    switch (c) {
    case '/':
        return TR_URL_AUTHORITY;
    case '\\':
        return TR_URL_LOST;
    case '?':
        return TR_URL_QUERY;
    default:
        return TR_URL_FIXED;
    }
}

static tr_url_e url_next(tr_place_t *place, char c)
{
    switch (place->url) {
    case TR_URL_START:
        return url_start(place, c);
    case TR_URL_SLASH:
    case TR_URL_SLASH_VALUE:
        return url_slash(c);
    case TR_URL_DOT:
    case TR_URL_RELATIVE:
        return url_relative(place, c);
    case TR_URL_AUTHORITY:
    case TR_URL_HOST:
        return url_host(place->url, c);
    case TR_URL_FIXED:
        return c == '?' ? TR_URL_QUERY : TR_URL_FIXED;
    case TR_URL_QUERY:
        return c == '#' ? TR_URL_FIXED : TR_URL_QUERY;
    case TR_URL_LOST:
        break;
    }
    return TR_URL_LOST;
}

const char *tr_url_text(tr_place_t *place, char c)
{
    int is_fixed = place->url == TR_URL_FIXED || place->url == TR_URL_QUERY;

    if (place->attr_class == TR_ATTR_URLS && (is_space(c) || c == ',')) {
        place->url = TR_URL_START;
        return NULL;
    }
    if (is_space(c) && c != ' ') { /* browsers drop these wherever they stand */
        return NULL;
    }
    if (place->url == TR_URL_SLASH_VALUE && (c == '/' || c == '\\' || c == '&')) {
        return two_slashes;
    }
    /* A character reference could spell anything. */
    place->url = c == '&' && !is_fixed ? TR_URL_LOST : url_next(place, c);
    return NULL;
}

const char *tr_url_value(tr_place_t *place, tr_output_e output, tr_escape_e *escape,
                         apr_pool_t *pool)
{
    if (output == TR_OUTPUT_QUERY && place->url != TR_URL_QUERY) {
        return apr_psprintf(pool,
                            "An encoded query must stand after a \"?\" that is written in "
                            "the template (%s=).",
                            place->attr);
    }
    if (place->url == TR_URL_SLASH) {
        place->url = TR_URL_SLASH_VALUE;
    }
    else if (place->url != TR_URL_FIXED && place->url != TR_URL_QUERY
             && place->url != TR_URL_SLASH_VALUE) {
        return apr_psprintf(pool,
                            "The address in %s= must begin with text that fixes it: \"/\", "
                            "\"./\", \"?\", \"#\" or \"https://host/\".",
                            place->attr);
    }
    *escape = output == TR_OUTPUT_QUERY ? TR_ESCAPE_QUERY : TR_ESCAPE_URL;
    return NULL;
}
