/* tr_multipart.c: multipart/form-data, streamed, limits first.
 *
 * The delimiter (CR LF "--" boundary) holds a CR at its beginning only, so that
 * after a match of its first k bytes has failed, none of them can begin
 * another: they are content, and the byte at hand is looked at afresh.  So
 * nothing is read twice, and between two pushes only k has to be kept.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_multipart.h"
#include "tr_buf.h"
#include "tr_header.h"
#include "tr_part.h"

#include <apr_strings.h>

#include <string.h>

enum { MOST_BOUNDARY = 70 }; /* characters: RFC 2046, section 5.1.1 */

typedef enum {
    IN_PREAMBLE,
    AFTER_DELIMITER, /* "--" ends the body, blanks and CR LF begin a part */
    IN_HEAD,
    IN_TEXT,
    IN_FILE,
    IN_EPILOGUE,
    FAILED
} state_e;

struct tr_multipart_t {
    apr_pool_t *pool;
    tr_multipart_limits_t limits;
    state_e state;
    char delimiter[4 + MOST_BOUNDARY + 1];
    apr_size_t delimiter_len;
    apr_size_t matched; /* bytes of the delimiter seen at the end of what was pushed */
    apr_size_t skip;    /* those of them that are not content if the match fails */
    char after;         /* the last byte after a delimiter, NUL for none yet */
    int parts;
    apr_size_t texts; /* bytes of all text parts */
    tr_buf_t *head;
    tr_buf_t *text;
    tr_part_t part;
    tr_upload_t *upload;
    apr_file_t *file;
    tr_input_t *input;
    apr_array_header_t *uploads; /* of tr_upload_t * */
};

static int is_boundary(const char *text)
{
    static const char allowed[] =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
        "'()+_,-./:=? ";
    apr_size_t len = strlen(text);

    return len > 0 && len <= MOST_BOUNDARY && strspn(text, allowed) == len
           && text[len - 1] != ' ';
}

apr_status_t tr_multipart_make(tr_multipart_t **out, const char *content_type,
                               const tr_multipart_limits_t *limits, tr_problem_t *problem,
                               apr_pool_t *pool)
{
    tr_multipart_t *parser = apr_pcalloc(pool, sizeof *parser);
    const char *word = "", *boundary;
    apr_table_t *params;
    apr_status_t rv = tr_header_parse(content_type ? content_type : "", &word, &params, pool);

    if (strcmp(word, "multipart/form-data") != 0) {
        return tr_problem_add(problem, TR_EUNSUPPORTED, "This is not multipart/form-data.");
    }
    boundary = rv == APR_SUCCESS ? apr_table_get(params, "boundary") : NULL;
    if (!boundary || !is_boundary(boundary)) {
        return tr_problem_add(problem, TR_EBAD, "The multipart boundary is missing or wrong.");
    }
    parser->pool = pool;
    parser->limits = *limits;
    parser->delimiter_len = 4 + strlen(boundary);
    memcpy(parser->delimiter, "\r\n--", 4);
    memcpy(parser->delimiter + 4, boundary, strlen(boundary));
    parser->matched = parser->skip = 2; /* the body begins as a line does */
    parser->head = tr_buf_make(512, pool);
    parser->text = tr_buf_make(1024, pool);
    parser->input = tr_input_make(pool);
    parser->uploads = apr_array_make(pool, 2, sizeof(tr_upload_t *));
    *out = parser;
    return APR_SUCCESS;
}

static apr_status_t broken(tr_problem_t *problem, const char *words)
{
    return tr_problem_add(problem, TR_EBAD, "The multipart body is broken: %s", words);
}

static apr_status_t add_text(tr_multipart_t *parser, const char *data, apr_size_t len,
                             tr_problem_t *problem)
{
    if (len > parser->limits.max_text - parser->text->len) {
        return tr_problem_add(problem, TR_ETOOLARGE, "%s: the text is longer than %lu bytes.",
                              parser->part.name, (unsigned long)parser->limits.max_text);
    }
    if (len > parser->limits.max_texts - parser->texts) {
        return tr_problem_add(problem, TR_ETOOLARGE, "All texts are longer than %lu bytes.",
                              (unsigned long)parser->limits.max_texts);
    }
    parser->texts += len;
    tr_buf_put(parser->text, data, len);
    return APR_SUCCESS;
}

static apr_status_t add_bytes(tr_multipart_t *parser, const char *data, apr_size_t len,
                              tr_problem_t *problem)
{
    apr_status_t rv;

    if ((apr_off_t)len > parser->limits.max_file - parser->upload->size) {
        return tr_problem_add(problem, TR_ETOOLARGE, "%s: the file is larger than %ld bytes.",
                              parser->part.name, (long)parser->limits.max_file);
    }
    rv = tr_spool_write(parser->file, data, len, problem);
    parser->upload->size += (apr_off_t)len;
    return rv;
}

/* Content between two delimiters. */
static apr_status_t content(tr_multipart_t *parser, const char *data, apr_size_t len,
                            tr_problem_t *problem)
{
    if (!len || parser->state == IN_PREAMBLE) {
        return APR_SUCCESS;
    }
    return parser->state == IN_FILE ? add_bytes(parser, data, len, problem)
                                    : add_text(parser, data, len, problem);
}

static void add_item(tr_multipart_t *parser, const char *data, apr_size_t len, int is_file)
{
    tr_input_item_t *item;

    tr_input_add(parser->input, parser->part.name, data, len);
    item = &APR_ARRAY_IDX(parser->input->items, parser->input->items->nelts - 1,
                          tr_input_item_t);
    item->is_file = is_file;
}

/* The delimiter was seen: what was being read is whole. */
static apr_status_t end_part(tr_multipart_t *parser, tr_problem_t *problem)
{
    apr_status_t rv = APR_SUCCESS;

    if (parser->state == IN_TEXT) {
        apr_size_t len = parser->text->len;

        add_item(parser, apr_pstrmemdup(parser->pool, parser->text->data, len), len, 0);
        tr_buf_clear(parser->text);
    }
    if (parser->state == IN_FILE) {
        rv = apr_file_close(parser->file);
        parser->file = NULL;
        add_item(parser, parser->upload->path, strlen(parser->upload->path), 1);
    }
    parser->matched = 0;
    parser->skip = 0;
    parser->after = '\0';
    parser->state = AFTER_DELIMITER;
    return rv == APR_SUCCESS ? rv
                             : tr_problem_add(problem, rv, "The file could not be stored.");
}

static apr_status_t begin_file(tr_multipart_t *parser, tr_problem_t *problem)
{
    tr_upload_t *upload = apr_pcalloc(parser->pool, sizeof *upload);

    upload->name = parser->part.name;
    upload->filename = parser->part.filename;
    upload->type = parser->part.type;
    parser->upload = upload;
    APR_ARRAY_PUSH(parser->uploads, tr_upload_t *) = upload;
    return tr_spool_open(&parser->file, &upload->path, parser->limits.folder, problem,
                         parser->pool);
}

/* The headers are whole. */
static apr_status_t begin_part(tr_multipart_t *parser, tr_problem_t *problem)
{
    apr_status_t rv = tr_part_read(&parser->part, parser->head->data, parser->head->len - 2,
                                   problem, parser->pool);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    parser->matched = parser->skip = 2; /* the empty line's CR LF may begin a delimiter */
    if (parser->part.filename) {
        parser->state = IN_FILE;
        return begin_file(parser, problem);
    }
    parser->state = IN_TEXT;
    return APR_SUCCESS;
}

/* How much of [data, end) is content before the delimiter or before what may begin one. */
static apr_size_t content_before(const tr_multipart_t *parser, const char *data,
                                 const char *end)
{
    const char *p = data;

    while ((p = memchr(p, '\r', (apr_size_t)(end - p)))) {
        apr_size_t left = (apr_size_t)(end - p);
        apr_size_t len = left < parser->delimiter_len ? left : parser->delimiter_len;

        if (!memcmp(p, parser->delimiter, len)) {
            return (apr_size_t)(p - data);
        }
        p++;
    }
    return (apr_size_t)(end - data);
}

/* Goes on with a delimiter that has begun. */
static apr_size_t go_on_matching(tr_multipart_t *parser, const char *data, apr_size_t len)
{
    apr_size_t i = 0;

    while (i < len && parser->matched < parser->delimiter_len
           && data[i] == parser->delimiter[parser->matched]) {
        parser->matched++;
        i++;
    }
    return i;
}

typedef apr_status_t step_fn(tr_multipart_t *parser, const char **data, const char *end,
                             tr_problem_t *problem);

/* The delimiter's beginning was seen, but not the rest: it is content. */
static apr_status_t give_back(tr_multipart_t *parser, tr_problem_t *problem)
{
    apr_size_t skip = parser->skip, len = parser->matched - skip;

    parser->matched = 0;
    parser->skip = 0;
    return content(parser, parser->delimiter + skip, len, problem);
}

/* Preamble, text and file: content up to the next delimiter. */
static apr_status_t step_content(tr_multipart_t *parser, const char **data, const char *end,
                                 tr_problem_t *problem)
{
    if (!parser->matched) {
        apr_size_t len = content_before(parser, *data, end);
        apr_status_t rv = content(parser, *data, len, problem);

        if (rv != APR_SUCCESS) {
            return rv;
        }
        *data += len;
    }
    *data += go_on_matching(parser, *data, (apr_size_t)(end - *data));
    if (parser->matched == parser->delimiter_len) {
        return end_part(parser, problem);
    }
    return *data < end ? give_back(parser, problem) : APR_SUCCESS;
}

static apr_status_t begin_head(tr_multipart_t *parser, tr_problem_t *problem)
{
    if (++parser->parts > parser->limits.max_parts) {
        return tr_problem_add(problem, TR_ETOOLARGE, "There are more than %d parts.",
                              parser->limits.max_parts);
    }
    tr_buf_clear(parser->head);
    parser->state = IN_HEAD;
    return APR_SUCCESS;
}

/* One byte after a delimiter. */
static apr_status_t step_after(tr_multipart_t *parser, const char **data, const char *end,
                               tr_problem_t *problem)
{
    char before = parser->after, c = *(*data)++;

    (void)end;
    parser->after = c;
    if (before == '\r' && c == '\n') {
        return begin_head(parser, problem);
    }
    if (before == '-' && c == '-') {
        parser->state = IN_EPILOGUE;
        return APR_SUCCESS;
    }
    if (before != '\r' && before != '-' && (c == ' ' || c == '\t' || c == '\r')) {
        return APR_SUCCESS;
    }
    if (before == '\0' && c == '-') {
        return APR_SUCCESS;
    }
    return broken(problem, "something else stands after a boundary.");
}

static int ends_with(const tr_buf_t *buf, const char *text)
{
    apr_size_t len = strlen(text);

    return buf->len >= len && !memcmp(buf->data + buf->len - len, text, len);
}

/* A header line, or the part of it that is there. */
static apr_status_t step_head(tr_multipart_t *parser, const char **data, const char *end,
                              tr_problem_t *problem)
{
    tr_buf_t *head = parser->head;
    const char *lf = memchr(*data, '\n', (apr_size_t)(end - *data));
    apr_size_t len = (apr_size_t)((lf ? lf + 1 : end) - *data);

    if (len > parser->limits.max_header - head->len) {
        return tr_problem_add(problem, TR_ETOOLARGE,
                              "The headers of a part are longer than %lu bytes.",
                              (unsigned long)parser->limits.max_header);
    }
    tr_buf_put(head, *data, len);
    *data += len;
    if (lf && !ends_with(head, "\r\n")) {
        return broken(problem, "a part's header line does not end in CR and LF.");
    }
    if (ends_with(head, "\r\n\r\n") || (head->len == 2 && ends_with(head, "\r\n"))) {
        return begin_part(parser, problem);
    }
    return APR_SUCCESS;
}

static apr_status_t step_epilogue(tr_multipart_t *parser, const char **data, const char *end,
                                  tr_problem_t *problem)
{
    (void)parser;
    (void)problem;
    *data = end;
    return APR_SUCCESS;
}

static apr_status_t step_failed(tr_multipart_t *parser, const char **data, const char *end,
                                tr_problem_t *problem)
{
    (void)parser;
    (void)data;
    (void)end;
    return broken(problem, "it was refused already.");
}

static step_fn *const steps[] = {
    [IN_PREAMBLE] = step_content, [AFTER_DELIMITER] = step_after, [IN_HEAD] = step_head,
    [IN_TEXT] = step_content,     [IN_FILE] = step_content,       [IN_EPILOGUE] = step_epilogue,
    [FAILED] = step_failed,
};

apr_status_t tr_multipart_push(tr_multipart_t *parser, const char *data, apr_size_t len,
                               tr_problem_t *problem)
{
    const char *end = data + len;

    while (data < end) {
        apr_status_t rv = steps[parser->state](parser, &data, end, problem);

        if (rv != APR_SUCCESS) {
            parser->state = FAILED;
            return rv;
        }
    }
    return APR_SUCCESS;
}

apr_status_t tr_multipart_end(tr_multipart_t *parser, tr_problem_t *problem)
{
    if (parser->state == IN_PREAMBLE) {
        return broken(problem, "its boundary was not found.");
    }
    if (parser->state != IN_EPILOGUE) {
        return broken(problem, "it ends before its last boundary.");
    }
    return tr_input_check_text(parser->input, problem);
}

const tr_input_t *tr_multipart_input(const tr_multipart_t *parser)
{
    return parser->input;
}

const tr_upload_t *tr_multipart_file(const tr_multipart_t *parser, const char *name)
{
    for (int i = parser->uploads->nelts; i-- > 0;) {
        const tr_upload_t *upload = APR_ARRAY_IDX(parser->uploads, i, const tr_upload_t *);

        if (!strcmp(upload->name, name)) {
            return upload;
        }
    }
    return NULL;
}
