/* tr_input.c: what came in from outside: names with text, before checking.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_escape.h"
#include "tr_form.h"

#include <apr_strings.h>

#include <string.h>

enum { FIRST_ROOM = 16 };

tr_input_t *tr_input_make(apr_pool_t *pool)
{
    tr_input_t *input = apr_pcalloc(pool, sizeof *input);

    input->pool = pool;
    input->items = apr_array_make(pool, FIRST_ROOM, sizeof(tr_input_item_t));
    return input;
}

void tr_input_add(tr_input_t *input, const char *name, const char *data, apr_size_t len)
{
    tr_input_item_t *item = apr_array_push(input->items);

    *item = (tr_input_item_t){ .name = name, .data = data, .len = len, .typed = TR_TEXT };
}

const tr_input_item_t *tr_input_get(const tr_input_t *input, const char *name)
{
    for (int i = input->items->nelts; i-- > 0;) {
        const tr_input_item_t *item = &APR_ARRAY_IDX(input->items, i, const tr_input_item_t);

        if (!strcmp(item->name, name)) {
            return item;
        }
    }
    return NULL;
}

static int is_utf8(const char *text, apr_size_t len)
{
    apr_size_t step;

    for (; len; text += step, len -= step) {
        step = tr_utf8_step(text, len);
        if (!step) {
            return 0;
        }
    }
    return 1;
}

const char *tr_text_fault(const char *text, apr_size_t len)
{
    if (tr_text_is_clean(text, len)) {
        return NULL;
    }
    if (memchr(text, '\0', len)) {
        return "Null characters are not allowed.";
    }
    return is_utf8(text, len) ? "Control characters are not allowed."
                              : "The text is not valid UTF-8.";
}

apr_status_t tr_input_check_text(const tr_input_t *input, tr_problem_t *problem)
{
    apr_status_t status = APR_SUCCESS;

    for (int i = 0; i < input->items->nelts; i++) {
        const tr_input_item_t *item = &APR_ARRAY_IDX(input->items, i, const tr_input_item_t);
        const char *fault = tr_text_fault(item->name, strlen(item->name));

        if (fault) {
            status = tr_problem_add(problem, TR_EBAD, "The name of a field is wrong. %s",
                                    fault);
            continue;
        }
        fault = item->is_file ? NULL : tr_text_fault(item->data, item->len);
        if (fault) {
            status = tr_problem_field(problem, item->name, "%s", fault);
        }
    }
    return status;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that the two characters after a '%' stand for, -1 when they are no hex digits. */
static int escaped_byte(const char *p, const char *end)
{
    int high, low;

    if (end - p < 3) {
        return -1;
    }
    high = hex_value(p[1]);
    low = hex_value(p[2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

int tr_url_decode(const char **out, apr_size_t *out_len, const char *text, apr_size_t len,
                  int plus_is_blank, apr_pool_t *pool)
{
    char *to = apr_palloc(pool, len + 1);
    const char *end = text + len;

    *out = to;
    while (text < end) {
        if (*text == '%') {
            int byte = escaped_byte(text, end);

            if (byte < 0) {
                return 0;
            }
            *to++ = (char)byte;
            text += 3;
        }
        else {
            *to++ = (char)(*text == '+' && plus_is_blank ? ' ' : *text);
            text++;
        }
    }
    *to = '\0';
    *out_len = (apr_size_t)(to - *out);
    return 1;
}

/* One "name=value" of a urlencoded text. */
static apr_status_t add_pair(tr_input_t *input, const char *pair, apr_size_t len,
                             tr_problem_t *problem)
{
    const char *equals = memchr(pair, '=', len), *name, *data = "";
    apr_size_t name_len = equals ? (apr_size_t)(equals - pair) : len, data_len = 0, got;

    if (!tr_url_decode(&name, &got, pair, name_len, 1, input->pool)
        || tr_text_fault(name, got)) {
        return tr_problem_add(problem, TR_EBAD, "The name of a field is not valid text.");
    }
    if (equals
        && !tr_url_decode(&data, &data_len, equals + 1, len - name_len - 1, 1, input->pool)) {
        return tr_problem_field(problem, name, "A %% must be followed by two hex digits.");
    }
    tr_input_add(input, name, data, data_len);
    return APR_SUCCESS;
}

static int count_pairs(const char *text, apr_size_t len)
{
    int count = 1;

    for (apr_size_t i = 0; i < len; i++) {
        count += text[i] == '&';
    }
    return count;
}

apr_status_t tr_input_add_urlencoded(tr_input_t *input, const char *text, apr_size_t len,
                                     int max_items, tr_problem_t *problem)
{
    const char *end = text + len;
    apr_status_t status = APR_SUCCESS, rv;

    if (len && count_pairs(text, len) > max_items) {
        return tr_problem_add(problem, TR_EBAD, "There are more than %d fields.", max_items);
    }
    while (text < end) {
        const char *amp = memchr(text, '&', (apr_size_t)(end - text));
        const char *stop = amp ? amp : end;

        if (stop > text) {
            rv = add_pair(input, text, (apr_size_t)(stop - text), problem);
            status = rv != APR_SUCCESS ? rv : status;
        }
        text = stop + 1;
    }
    rv = tr_input_check_text(input, problem);
    return rv != APR_SUCCESS ? rv : status;
}
