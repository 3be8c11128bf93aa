/* tr_template_html.c: follow literal HTML, so that it is known where a value would stand.
 *
 * The states are those of the HTML Standard's tokenizer ("13.2.5 Tokenization") as far
 * as they matter; where a browser would repair what is written, the template is
 * refused instead. tr_template_url.c follows the addresses in attributes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_template_private.h"

#include <apr_strings.h>

#include <string.h>

static const char no_gap[] = "White space must stand before the next attribute.";
static const char stray_mark[] = "A tag may not hold \"=\", quotes or \"<\" here.";
static const char no_value[] = "An attribute's value is missing after \"=\".";
static const char cdata[] = "<![CDATA[ is not understood.";
static const char script_comment[] = "\"<!\" inside a script cannot be followed.";
static const char text_only[] = "Only text may stand here: write &lt; for \"<\".";
static const char refresh[] = "<meta http-equiv> may not have a value in content.";
static const char plaintext[] = "<plaintext> is not understood.";

/* ---- elements and attributes ---- */

/* Names in lower case, each list ended by NULL. */
static const char *const raw_elements[] = { "script",  "style",    "xmp", "iframe",
                                            "noembed", "noframes", NULL };
static const char *const text_elements[] = { "title", "textarea", NULL };

/* They set other elements' attributes to what theirs say. */
static const char *const setters[] = { "animate", "animatemotion", "animatetransform", "set",
                                       NULL };

static const char *const address[] = { "action",   "background",  "cite",   "classid",
                                       "codebase", "data",        "dynsrc", "formaction",
                                       "href",     "hx-delete",   "hx-get", "hx-patch",
                                       "hx-post",  "hx-push-url", "hx-put", "hx-replace-url",
                                       "icon",     "longdesc",    "lowsrc", "manifest",
                                       "poster",   "src",         "usemap", NULL };
static const char *const addresses[] = { "archive", "attributionsrc", "imagesrcset", "ping",
                                         "profile", "srcset",         NULL };
/* Besides on... and hx-on...: they hold script, style or markup. */
static const char *const refused[] = { "http-equiv", "hx-headers", "hx-request",
                                       "hx-trigger", "hx-vals",    "hx-vars",
                                       "srcdoc",     "style",      NULL };

static int is_in(const char *const *list, const char *name)
{
    for (; *list; list++) {
        if (!strcmp(*list, name)) {
            return 1;
        }
    }
    return 0;
}

static int begins_with(const char *text, const char *start)
{
    return !strncmp(text, start, strlen(start));
}

static tr_attr_e attribute_class(const char *name)
{
    const char *colon = strrchr(name, ':');

    if (begins_with(name, "data-hx-")) {
        name += strlen("data-");
    }
    if (begins_with(name, "on") || begins_with(name, "hx-on")) {
        return TR_ATTR_REFUSED;
    }
    if (colon) { /* xlink:href and the like */
        name = colon + 1;
    }
    if (is_in(refused, name)) {
        return TR_ATTR_REFUSED;
    }
    if (is_in(addresses, name)) {
        return TR_ATTR_URLS;
    }
    return is_in(address, name) ? TR_ATTR_URL : TR_ATTR_PLAIN;
}

static tr_place_e element_content(const char *tag)
{
    if (is_in(raw_elements, tag)) {
        return TR_PLACE_RAW;
    }
    return is_in(text_elements, tag) ? TR_PLACE_RCDATA : TR_PLACE_TEXT;
}

/* ---- characters ---- */

static char lower(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return (char)(c - 'A' + 'a');
    }
    return c;
}

static int is_letter(char c)
{
    return lower(c) >= 'a' && lower(c) <= 'z';
}

static int is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static void begin_name(char *name, char c)
{
    name[0] = '\0';
    tr_place_name_add(name, c);
}

/* ---- tags ---- */

static const char *end_tag(tr_place_t *place)
{
    place->progress = place->is_refresh = place->has_content_value = 0;
    place->state = place->closing ? TR_PLACE_TEXT : element_content(place->tag);
    return !place->closing && !strcmp(place->tag, "plaintext") ? plaintext : NULL;
}

static const char *begin_tag(tr_place_t *place, char c, int closing)
{
    place->state = TR_PLACE_TAG_NAME;
    place->closing = closing;
    place->assigned = place->is_refresh = place->has_content_value = 0;
    begin_name(place->tag, c);
    return NULL;
}

/* Common to all states between "<name" and ">" outside values; *done: nothing is left to do. */
static const char *step_tag_common(tr_place_t *place, char c, int *done)
{
    *done = 1;
    if (c == '>') {
        return end_tag(place);
    }
    if (c == '"' || c == '\'' || c == '<') {
        return stray_mark;
    }
    if (c == '/') {
        place->state = TR_PLACE_TAG;
        return NULL;
    }
    *done = 0;
    return NULL;
}

static const char *step_in_tag(tr_place_t *place, char c)
{
    switch (place->state) {
    case TR_PLACE_TAG_NAME:
        tr_place_name_add(place->tag, c);
        return NULL;
    case TR_PLACE_GAP:
        return no_gap;
    case TR_PLACE_ATTR_NAME:
        tr_place_name_add(place->attr, c);
        return NULL;
    default: /* TAG, ATTR_AFTER */
        place->state = TR_PLACE_ATTR_NAME;
        begin_name(place->attr, c);
        return NULL;
    }
}

static const char *begin_value(tr_place_t *place)
{
    place->state = TR_PLACE_BEFORE_VALUE;
    place->assigned++;
    place->attr_class = attribute_class(place->attr);
    place->url = TR_URL_START;
    if (!strcmp(place->attr, "http-equiv")) {
        place->is_refresh = 1;
    }
    return place->is_refresh && place->has_content_value ? refresh : NULL;
}

static const char *step_tag(tr_place_t *place, char c)
{
    int done;
    const char *words = step_tag_common(place, c, &done);
    int after_name = place->state == TR_PLACE_ATTR_NAME || place->state == TR_PLACE_ATTR_AFTER;

    if (words || done) {
        return words;
    }
    if (is_space(c)) {
        place->state = after_name ? TR_PLACE_ATTR_AFTER : TR_PLACE_TAG;
        return NULL;
    }
    if (c == '=' && place->state != TR_PLACE_TAG_NAME) {
        return after_name ? begin_value(place) : stray_mark;
    }
    return step_in_tag(place, c);
}

static const char *step_before_value(tr_place_t *place, char c)
{
    if (is_space(c)) {
        return NULL;
    }
    if (c == '>') {
        return no_value;
    }
    place->state = c == '"' || c == '\'' ? TR_PLACE_QUOTED : TR_PLACE_UNQUOTED;
    place->quote = c;
    return NULL;
}

static int is_url(const tr_place_t *place)
{
    return place->attr_class == TR_ATTR_URL || place->attr_class == TR_ATTR_URLS;
}

static const char *step_quoted(tr_place_t *place, char c)
{
    if (c == place->quote) {
        place->state = TR_PLACE_GAP;
        return NULL;
    }
    return is_url(place) ? tr_url_text(place, c) : NULL;
}

static const char *step_unquoted(tr_place_t *place, char c)
{
    if (c == '>') {
        return end_tag(place);
    }
    if (is_space(c)) {
        place->state = TR_PLACE_TAG;
    }
    return NULL;
}

/* ---- text, comments, declarations ---- */

static const char *step_lt(tr_place_t *place, char c)
{
    if (is_letter(c)) {
        return begin_tag(place, c, 0);
    }
    switch (c) {
    case '/':
        place->state = TR_PLACE_CLOSE_LT;
        break;
    case '!':
        place->state = TR_PLACE_MARKUP;
        break;
    case '?':
        place->state = TR_PLACE_DECLARATION;
        break;
    default:
        place->state = c == '<' ? TR_PLACE_LT : TR_PLACE_TEXT;
        break;
    }
    return NULL;
}

static const char *step_close_lt(tr_place_t *place, char c)
{
    if (is_letter(c)) {
        return begin_tag(place, c, 1);
    }
    place->state = c == '>' ? TR_PLACE_TEXT : TR_PLACE_DECLARATION;
    return NULL;
}

static const char *step_declaration(tr_place_t *place, char c)
{
    place->state = c == '>' ? TR_PLACE_TEXT : TR_PLACE_DECLARATION;
    return NULL;
}

static const char *step_markup(tr_place_t *place, char c)
{
    if (c == '[') {
        return cdata;
    }
    place->state = c == '-' ? TR_PLACE_MARKUP_DASH : TR_PLACE_DECLARATION;
    return c == '>' ? step_declaration(place, c) : NULL;
}

static const char *step_markup_dash(tr_place_t *place, char c)
{
    place->state = c == '-' ? TR_PLACE_COMMENT : TR_PLACE_DECLARATION;
    place->progress = 2; /* <!--> is a whole comment */
    return c == '>' ? step_declaration(place, c) : NULL;
}

/* progress: dashes so far, 3 for "--!". */
static const char *step_comment(tr_place_t *place, char c)
{
    if (c == '>' && place->progress >= 2) {
        place->state = TR_PLACE_TEXT;
    }
    else if (c == '-') {
        place->progress = place->progress == 0 || place->progress == 3 ? 1 : 2;
    }
    else {
        place->progress = c == '!' && place->progress == 2 ? 3 : 0;
    }
    return NULL;
}

/* progress: how much of "</name" has been read. */
static const char *step_raw(tr_place_t *place, char c)
{
    int name_len = (int)strlen(place->tag);
    int is_text = place->state == TR_PLACE_RCDATA;

    if (place->progress == name_len + 2 && (c == '>' || c == '/' || is_space(c))) {
        place->closing = 1;
        place->state = c == '>' ? TR_PLACE_TEXT : TR_PLACE_TAG;
        return NULL;
    }
    if (place->progress == 1 && c == '!' && !is_text) {
        return script_comment;
    }
    if (place->progress == 1 && is_letter(c) && is_text) {
        return text_only;
    }
    if (c == '<') {
        place->progress = 1;
    }
    else if ((place->progress == 1 && c == '/')
             || (place->progress >= 2 && place->progress < name_len + 2
                 && lower(c) == place->tag[place->progress - 2])) {
        place->progress++;
    }
    else {
        place->progress = 0;
    }
    return NULL;
}

static const char *step(tr_place_t *place, char c)
{
    switch (place->state) {
    case TR_PLACE_TEXT:
        place->state = c == '<' ? TR_PLACE_LT : TR_PLACE_TEXT;
        return NULL;
    case TR_PLACE_LT:
        return step_lt(place, c);
    case TR_PLACE_CLOSE_LT:
        return step_close_lt(place, c);
    case TR_PLACE_MARKUP:
        return step_markup(place, c);
    case TR_PLACE_MARKUP_DASH:
        return step_markup_dash(place, c);
    case TR_PLACE_DECLARATION:
        return step_declaration(place, c);
    case TR_PLACE_COMMENT:
        return step_comment(place, c);
    case TR_PLACE_BEFORE_VALUE:
        return step_before_value(place, c);
    case TR_PLACE_QUOTED:
        return step_quoted(place, c);
    case TR_PLACE_UNQUOTED:
        return step_unquoted(place, c);
    case TR_PLACE_RCDATA:
    case TR_PLACE_RAW:
        return step_raw(place, c);
    default:
        return step_tag(place, c);
    }
}

void tr_place_init(tr_place_t *place, int untracked)
{
    memset(place, 0, sizeof *place);
    place->untracked = untracked;
}

const char *tr_place_text(tr_place_t *place, const char *text, apr_size_t len, int *line)
{
    for (apr_size_t i = 0; i < len && !place->untracked; i++) {
        const char *words = step(place, text[i]);

        if (words) {
            return words;
        }
        *line += text[i] == '\n';
    }
    return NULL;
}

/* ---- values ---- */

static const char *value_in_attribute(tr_place_t *place, tr_output_e output,
                                      tr_escape_e *escape, apr_pool_t *pool)
{
    int is_content = !strcmp(place->tag, "meta") && !strcmp(place->attr, "content");

    *escape = TR_ESCAPE_HTML;
    if (place->attr_class == TR_ATTR_REFUSED || is_in(setters, place->tag)
        || (is_content && place->is_refresh)) {
        return apr_psprintf(pool,
                            "A value cannot stand in %s= of <%s>: no escaping is safe "
                            "there.",
                            place->attr, place->tag);
    }
    place->has_content_value |= is_content;
    return is_url(place) ? tr_url_value(place, output, escape, pool) : NULL;
}

const char *tr_place_value(tr_place_t *place, tr_output_e output, tr_escape_e *escape,
                           apr_pool_t *pool)
{
    int is_safe = output == TR_OUTPUT_HTML || output == TR_OUTPUT_SAFE;

    if (output == TR_OUTPUT_HTML && place->state != TR_PLACE_TEXT) {
        return apr_psprintf(pool, "A formatter that makes HTML may stand in text only, not %s.",
                            tr_place_words(place, pool));
    }
    *escape = is_safe ? TR_ESCAPE_NONE : TR_ESCAPE_HTML;
    if (place->state == TR_PLACE_TEXT
        || (place->state == TR_PLACE_RCDATA && !place->progress)) {
        return NULL;
    }
    if (place->state == TR_PLACE_QUOTED) {
        tr_escape_e by_place;
        const char *words = value_in_attribute(place, output, &by_place, pool);

        *escape = by_place == TR_ESCAPE_HTML ? *escape : by_place;
        return words;
    }
    return apr_psprintf(pool, "A value cannot stand %s.", tr_place_words(place, pool));
}

/* ---- edges of sections ---- */

void tr_place_edge(tr_place_t *place)
{
    if (place->state == TR_PLACE_TAG_NAME || place->state == TR_PLACE_ATTR_NAME) {
        place->state = TR_PLACE_GAP;
    }
    else if (place->state == TR_PLACE_ATTR_AFTER) {
        place->state = TR_PLACE_TAG;
    }
}

static int has_tag(const tr_place_t *place)
{
    return place->state >= TR_PLACE_TAG_NAME;
}

static int is_in_value(const tr_place_t *place)
{
    return place->state == TR_PLACE_BEFORE_VALUE || place->state == TR_PLACE_QUOTED
           || place->state == TR_PLACE_UNQUOTED;
}

static int equal_but_state(const tr_place_t *a, const tr_place_t *b)
{
    if (has_tag(a) && (strcmp(a->tag, b->tag) != 0 || a->closing != b->closing)) {
        return 0;
    }
    if (is_in_value(a)
        && (a->attr_class != b->attr_class || strcmp(a->attr, b->attr) != 0
            || (a->state == TR_PLACE_QUOTED && a->quote != b->quote))) {
        return 0;
    }
    return (a->state != TR_PLACE_COMMENT && a->state != TR_PLACE_RCDATA
            && a->state != TR_PLACE_RAW)
           || a->progress == b->progress;
}

static int equal_url(const tr_place_t *a, const tr_place_t *b)
{
    return a->url == b->url && (a->url != TR_URL_RELATIVE || !strcmp(a->scheme, b->scheme));
}

int tr_place_equal(const tr_place_t *a, const tr_place_t *b)
{
    return a->state == b->state && a->untracked == b->untracked && equal_but_state(a, b)
           && (a->state != TR_PLACE_QUOTED || equal_url(a, b)) && a->is_refresh == b->is_refresh
           && a->has_content_value == b->has_content_value;
}

static const char *join_tag(tr_place_t *out, const tr_place_t *start, const tr_place_t *end)
{
    int open_name = end->state == TR_PLACE_ATTR_NAME;

    /* Repeated, its first attribute's name would grow onto its last. */
    if (open_name && start->state == TR_PLACE_TAG && end->assigned > start->assigned) {
        return "must hold the white space before its first attribute";
    }
    if (out->state == TR_PLACE_TAG && start->state == TR_PLACE_GAP) {
        out->state = TR_PLACE_GAP;
    }
    return NULL;
}

static int is_between(const tr_place_t *place)
{
    return place->state == TR_PLACE_TAG || place->state == TR_PLACE_GAP;
}

const char *tr_place_join(tr_place_t *out, const tr_place_t *start, const tr_place_t *end,
                          apr_pool_t *pool)
{
    tr_place_t edge = *end;
    int same;

    tr_place_edge(&edge);
    *out = edge;
    out->is_refresh |= start->is_refresh;
    out->has_content_value |= start->has_content_value;
    same = edge.state == start->state || (is_between(&edge) && is_between(start));
    same = same && equal_but_state(&edge, start);
    if (same && edge.state == TR_PLACE_QUOTED && !equal_url(&edge, start)) {
        same = start->url >= TR_URL_FIXED && start->url <= TR_URL_QUERY
               && edge.url >= TR_URL_FIXED && edge.url <= TR_URL_QUERY;
        out->url = TR_URL_FIXED;
    }
    if (!same) {
        *out = *start;
        return apr_psprintf(pool, "begins %s and ends %s", tr_place_words(start, pool),
                            tr_place_words(end, pool));
    }
    return is_between(&edge) ? join_tag(out, start, end) : NULL;
}

const char *tr_place_words(const tr_place_t *place, apr_pool_t *pool)
{
    static const char *const words[] = {
        [TR_PLACE_TEXT] = "in text",
        [TR_PLACE_LT] = "right after \"<\"",
        [TR_PLACE_CLOSE_LT] = "right after \"</\"",
        [TR_PLACE_MARKUP] = "inside a declaration",
        [TR_PLACE_MARKUP_DASH] = "inside a declaration",
        [TR_PLACE_DECLARATION] = "inside a declaration",
        [TR_PLACE_COMMENT] = "inside a comment",
        [TR_PLACE_TAG_NAME] = "in a tag's name",
        [TR_PLACE_TAG] = "inside a tag",
        [TR_PLACE_GAP] = "inside a tag",
        [TR_PLACE_ATTR_NAME] = "in an attribute's name",
        [TR_PLACE_ATTR_AFTER] = "inside a tag",
        [TR_PLACE_BEFORE_VALUE] = "in an attribute without quotes",
        [TR_PLACE_UNQUOTED] = "in an attribute without quotes",
    };

    switch (place->state) {
    case TR_PLACE_QUOTED:
        return apr_psprintf(pool, "in the attribute %s=", place->attr);
    case TR_PLACE_RAW:
        return apr_psprintf(pool, "inside <%s>", place->tag);
    case TR_PLACE_RCDATA:
        return apr_psprintf(
            pool, place->progress ? "in the closing tag of <%s>" : "inside <%s>", place->tag);
    default:
        return words[place->state];
    }
}
