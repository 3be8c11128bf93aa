/* tr_template_scan.c: find a template's tags, pair them, and see which stand alone.
 *
 * A tag that stands alone on its line takes the line's white space and end
 * along, so that it leaves no empty line behind. The pair of a parent counts as one
 * tag, on however many lines; what overrides a block begins after the end of the
 * line that its opening tag ends.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_template_private.h"

#include <apr_strings.h>

#include <stdarg.h>
#include <string.h>

typedef struct scan_t {
    tr_source_t *source;
    apr_pool_t *pool;
    apr_array_header_t *tags;
    const char *at;
    int line;
} scan_t;

void tr_template_complain(tr_problem_t *problem, const char *file, int line, const char *format,
                          ...)
{
    const tr_complaint_t *known = (const tr_complaint_t *)problem->complaints->elts;
    const char *words;
    va_list args;

    va_start(args, format);
    words = apr_pvsprintf(problem->pool, format, args);
    va_end(args);
    for (int i = 0; i < problem->complaints->nelts; i++) {
        if (known[i].line == line && known[i].file && !strcmp(known[i].file, file)
            && !strcmp(known[i].words, words)) {
            return;
        }
    }
    tr_problem_at(problem, file, line, "%s", words);
}

static int is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static int is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
           || c == '_' || c == '-';
}

/* Parts of name characters with `mark` between them. */
static int is_parts(const char *name, char mark)
{
    int in_part = 0;

    for (; *name; name++) {
        if (is_name_char(*name)) {
            in_part = 1;
        }
        else if (*name != mark || !in_part) {
            return 0;
        }
        else {
            in_part = 0;
        }
    }
    return in_part;
}

static int is_good_name(tr_tag_e kind, const char *name)
{
    apr_size_t len = strlen(name);

    switch (kind) {
    case TR_TAG_COMMENT:
    case TR_TAG_CLOSE: /* compared with the name that it closes */
        return 1;
    case TR_TAG_PARTIAL:
    case TR_TAG_PARENT:
        if (len > 5 && !strcmp(name + len - 5, ".html")) {
            return name[len - 6] != '/' && strspn(name, "./") == 0 && !strstr(name, "..");
        }
        return is_parts(name, '/');
    case TR_TAG_BLOCK:
        return is_parts(name, '\0');
    case TR_TAG_VALUE: /* {{.f2}} is the innermost value through a formatter */
        return !strcmp(name, ".") || is_parts(name[0] == '.' ? name + 1 : name, '.');
    default:
        return !strcmp(name, ".") || is_parts(name, '.');
    }
}

static const struct {
    char sign;
    tr_tag_e kind;
} signs[] = {
    { '#', TR_TAG_SECTION }, { '^', TR_TAG_INVERTED }, { '>', TR_TAG_PARTIAL },
    { '<', TR_TAG_PARENT },  { '$', TR_TAG_BLOCK },    { '/', TR_TAG_CLOSE },
    { '!', TR_TAG_COMMENT },
};

static tr_tag_e tag_kind(char sign)
{
    for (apr_size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (signs[i].sign == sign) {
            return signs[i].kind;
        }
    }
    return TR_TAG_VALUE;
}

static void count_lines(scan_t *scan, const char *to)
{
    for (; scan->at < to; scan->at++) {
        scan->line += *scan->at == '\n';
    }
}

static void complain(scan_t *scan, int line, const char *words)
{
    tr_template_complain(scan->source->problem, scan->source->file, line, "%s", words);
}

/* Tags that would put in a value unescaped, or change what a tag is. */
static const struct {
    char sign;
    const char *words;
} refused[] = {
    { '{', "{{{...}}} is refused: every value is escaped by where it stands." },
    { '&', "{{&...}} is refused: every value is escaped by where it stands." },
    { '=', "{{=...=}} is refused: delimiters cannot be changed." },
};

static int refuse_sign(scan_t *scan, char sign)
{
    for (apr_size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        if (refused[i].sign == sign) {
            complain(scan, scan->line, refused[i].words);
            return 1;
        }
    }
    return 0;
}

static const char *trimmed(const char *from, const char *to, apr_pool_t *pool)
{
    while (from < to && is_space(*from)) {
        from++;
    }
    while (to > from && is_space(to[-1])) {
        to--;
    }
    return apr_pstrmemdup(pool, from, (apr_size_t)(to - from));
}

static void add_tag(scan_t *scan, const char *start, const char *inner, const char *end)
{
    tr_tag_t *tag = apr_array_push(scan->tags);
    int has_sign;

    tag->kind = tag_kind(*inner);
    has_sign = tag->kind != TR_TAG_VALUE;
    tag->name = trimmed(inner + has_sign, end - 2, scan->pool);
    tag->start = tag->from = start;
    tag->end = tag->to = end;
    tag->line = scan->line;
    tag->match = tag->owner = -1;
    if (!is_good_name(tag->kind, tag->name)) {
        complain(scan, scan->line,
                 apr_psprintf(scan->pool,
                              "\"%s\" is not a name that a tag "
                              "can have.",
                              tag->name));
    }
}

/* One tag from scan->at, which is at its braces. */
static void scan_tag(scan_t *scan)
{
    const char *start = scan->at;
    const char *inner = start + 2;
    const char *end = strstr(inner, "}}");

    if (!end) {
        complain(scan, scan->line, "A tag begins here and never ends.");
        count_lines(scan, start + strlen(start));
        return;
    }
    while (inner < end && is_space(*inner)) {
        inner++;
    }
    end += 2;
    if (refuse_sign(scan, *inner)) {
        end += *end == '}';
    }
    else {
        add_tag(scan, start, inner, end);
    }
    count_lines(scan, end);
}

static int opens(tr_tag_e kind)
{
    return kind == TR_TAG_SECTION || kind == TR_TAG_INVERTED || kind == TR_TAG_PARENT
           || kind == TR_TAG_BLOCK;
}

static void pair_close(scan_t *scan, tr_tag_t *tags, int close, int open)
{
    if (open < 0) {
        complain(scan, tags[close].line,
                 apr_psprintf(scan->pool, "{{/%s}} closes nothing.", tags[close].name));
        return;
    }
    if (strcmp(tags[open].name, tags[close].name) != 0) {
        complain(scan, tags[close].line,
                 apr_psprintf(scan->pool, "{{/%s}} stands where \"%s\" of line %d must close.",
                              tags[close].name, tags[open].name, tags[open].line));
    }
    tags[open].match = close;
    tags[close].match = open;
    tags[close].owner = tags[open].owner;
}

static void pair_tags(scan_t *scan)
{
    tr_tag_t *tags = (tr_tag_t *)scan->tags->elts;
    int open = -1;

    for (int i = 0; i < scan->tags->nelts; i++) {
        tags[i].owner = open;
        if (tags[i].kind == TR_TAG_CLOSE) {
            pair_close(scan, tags, i, open);
            open = open < 0 ? -1 : tags[open].owner;
        }
        else if (opens(tags[i].kind)) {
            open = i;
        }
    }
    for (; open >= 0; open = tags[open].owner) {
        complain(scan, tags[open].line,
                 apr_psprintf(scan->pool, "\"%s\" is never closed.", tags[open].name));
    }
}

/* The line's beginning when only blanks stand before the tag on it, else NULL. */
static const char *blank_before(const scan_t *scan, const tr_tag_t *tag)
{
    const char *at = tag->start;

    while (at > scan->source->text && (at[-1] == ' ' || at[-1] == '\t')) {
        at--;
    }
    return at == scan->source->text || at[-1] == '\n' ? at : NULL;
}

/* The next line's beginning when only blanks stand behind the tag on its line, else NULL. */
static const char *blank_after(const tr_tag_t *tag)
{
    const char *at = tag->end + strspn(tag->end, " \t");

    if (*at == '\r' && at[1] == '\n') {
        at++;
    }
    if (*at == '\n') {
        return at + 1;
    }
    return *at ? NULL : at;
}

static void clear_before(tr_tag_t *tag, const char *from)
{
    if (from) {
        tag->from = from;
        tag->clears_before = 1;
    }
}

static void clear_after(tr_tag_t *tag, const char *to)
{
    if (to) {
        tag->to = to;
        tag->clears_after = 1;
    }
}

static void clear_pair(const scan_t *scan, tr_tag_t *open, tr_tag_t *close)
{
    const char *before = blank_before(scan, open);
    const char *after = blank_after(close);

    if (before && after) {
        clear_before(open, before);
        clear_after(close, after);
    }
}

static void clear_tag(const scan_t *scan, tr_tag_t *tags, tr_tag_t *tag)
{
    const tr_tag_t *open = tag->kind == TR_TAG_CLOSE ? &tags[tag->match] : tag;
    int overrides = open->kind == TR_TAG_BLOCK && open->owner >= 0
                    && tags[open->owner].kind == TR_TAG_PARENT;

    if (tag->kind == TR_TAG_VALUE) {
        return;
    }
    if (open->kind == TR_TAG_PARENT) {
        if (tag == open) {
            clear_pair(scan, tag, &tags[tag->match]);
        }
    }
    else if (!overrides) {
        clear_pair(scan, tag, tag);
    }
    else if (tag == open) {
        clear_after(tag, blank_after(tag));
    }
    else {
        clear_before(tag, blank_before(scan, tag));
    }
}

apr_array_header_t *tr_template_scan(tr_source_t *source, apr_pool_t *pool)
{
    scan_t scan = { source, pool, apr_array_make(pool, 64, sizeof(tr_tag_t)), source->text, 1 };
    const char *next;

    while ((next = strstr(scan.at, "{{"))) {
        count_lines(&scan, next);
        scan_tag(&scan);
    }
    pair_tags(&scan);
    if (!tr_problem_count(source->problem)) {
        tr_tag_t *tags = (tr_tag_t *)scan.tags->elts;

        for (int i = 0; i < scan.tags->nelts; i++) {
            clear_tag(&scan, tags, &tags[i]);
        }
    }
    return scan.tags;
}
