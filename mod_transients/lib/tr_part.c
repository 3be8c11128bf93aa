/* tr_part.c: the headers of one part of a multipart body.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_part.h"
#include "tr_escape.h"
#include "tr_header.h"

#include <apr_strings.h>

#include <string.h>
#include <strings.h>

/* The headers that matter, as sent; NULL: not sent. */
typedef struct part_head_t {
    const char *disposition;
    const char *type;
    const char *encoding;
} part_head_t;

static apr_status_t bad_head(tr_problem_t *problem, const char *words)
{
    return tr_problem_add(problem, TR_EBAD, "The multipart body is broken: %s", words);
}

/* Where the header of that name belongs; NULL: nobody asks for it. */
static const char **head_slot(part_head_t *head, const char *name, apr_size_t len)
{
    const struct {
        const char *name;
        const char **slot;
    } slots[] = {
        { "Content-Disposition", &head->disposition },
        { "Content-Type", &head->type },
        { "Content-Transfer-Encoding", &head->encoding },
    };

    for (apr_size_t i = 0; i < sizeof slots / sizeof *slots; i++) {
        if (strlen(slots[i].name) == len && !strncasecmp(slots[i].name, name, len)) {
            return slots[i].slot;
        }
    }
    return NULL;
}

static apr_status_t read_line(part_head_t *head, const char *line, apr_size_t len,
                              tr_problem_t *problem, apr_pool_t *pool)
{
    const char *colon = memchr(line, ':', len), *value;
    const char **slot;

    if (!colon || colon == line || *line == ' ' || *line == '\t') {
        return bad_head(problem, "a part's header line has no name.");
    }
    if (memchr(line, '\0', len) || memchr(line, '\n', len) || memchr(line, '\r', len)) {
        return bad_head(problem, "a part's header line has control characters.");
    }
    slot = head_slot(head, line, (apr_size_t)(colon - line));
    if (!slot) {
        return APR_SUCCESS;
    }
    if (*slot) {
        return bad_head(problem, "a part has a header twice.");
    }
    value = colon + 1 + strspn(colon + 1, " \t");
    *slot = apr_pstrmemdup(pool, value, (apr_size_t)(line + len - value));
    return APR_SUCCESS;
}

static apr_status_t read_lines(part_head_t *head, const char *text, apr_size_t len,
                               tr_problem_t *problem, apr_pool_t *pool)
{
    const char *end = text + len;

    while (text < end) {
        const char *stop = memchr(text, '\n', (apr_size_t)(end - text));
        apr_status_t rv;

        if (!stop || stop == text || stop[-1] != '\r') {
            return bad_head(problem, "a part's header line does not end in CR and LF.");
        }
        rv = read_line(head, text, (apr_size_t)(stop - 1 - text), problem, pool);
        if (rv != APR_SUCCESS) {
            return rv;
        }
        text = stop + 1;
    }
    return APR_SUCCESS;
}

/* For messages only: what is not clean text becomes '_'. */
static const char *clean_copy(const char *text, apr_pool_t *pool)
{
    char *copy = apr_pstrdup(pool, text);
    apr_size_t len = strlen(copy), step;

    for (char *p = copy; len; p += step, len -= step) {
        step = tr_utf8_step(p, len);
        if (!step || !tr_text_is_clean(p, step) || (unsigned char)*p < ' ') {
            step = step ? step : 1;
            memset(p, '_', step);
        }
    }
    return copy;
}

/* RFC 8187: UTF-8''%e2%82%ac.png. NULL when it is in another charset or broken. */
static const char *read_extended(const char *value, apr_pool_t *pool)
{
    const char *quote = strchr(value, '\''), *text;
    apr_size_t len;

    quote = quote ? strchr(quote + 1, '\'') : NULL;
    if (!quote || strncasecmp(value, "UTF-8'", 6) != 0
        || !tr_url_decode(&text, &len, quote + 1, strlen(quote + 1), 0, pool)
        || !tr_text_is_clean(text, len)) {
        return NULL;
    }
    return text;
}

static const char *read_filename(const apr_table_t *params, apr_pool_t *pool)
{
    const char *extended = apr_table_get(params, "filename*");
    const char *filename = apr_table_get(params, "filename");

    extended = extended ? read_extended(extended, pool) : NULL;
    if (extended) {
        return clean_copy(extended, pool);
    }
    return filename ? clean_copy(filename, pool) : NULL;
}

/* RFC 7578, section 4.7: encodings are deprecated; these three change nothing. */
static int is_plain(const char *encoding)
{
    return !encoding || !strcasecmp(encoding, "binary") || !strcasecmp(encoding, "8bit")
           || !strcasecmp(encoding, "7bit");
}

apr_status_t tr_part_read(tr_part_t *part, const char *head, apr_size_t len,
                          tr_problem_t *problem, apr_pool_t *pool)
{
    part_head_t lines = { NULL, NULL, NULL };
    apr_table_t *params;
    const char *word;
    apr_status_t rv = read_lines(&lines, head, len, problem, pool);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    if (!lines.disposition
        || tr_header_parse(lines.disposition, &word, &params, pool) != APR_SUCCESS
        || strcmp(word, "form-data") != 0) {
        return bad_head(problem, "a part has no right Content-Disposition.");
    }
    if (!is_plain(lines.encoding)) {
        return bad_head(problem, "a part has a Content-Transfer-Encoding.");
    }
    part->name = apr_table_get(params, "name");
    if (!part->name || !*part->name || tr_text_fault(part->name, strlen(part->name))) {
        return bad_head(problem, "a part has no name.");
    }
    part->filename = read_filename(params, pool);
    part->type = lines.type ? clean_copy(lines.type, pool) : "";
    return APR_SUCCESS;
}
