/* tr_document.c: the site's own documentation (docs/) as HTML.
 *
 * cmark parses; the tree is changed where our rules differ from its own; cmark writes it. A
 * table is to cmark a paragraph whose lines begin with "|": its text is cut into cells at the
 * bars, and what stands between them (code, links) goes into the cell as it is.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_document.h"
#include "tr_escape.h"

#include <cmark.h>

#include <stdlib.h>
#include <string.h>

static cmark_node *make_custom(cmark_node_type type, const char *enter, const char *leave)
{
    cmark_node *node = cmark_node_new(type);

    cmark_node_set_on_enter(node, enter);
    cmark_node_set_on_exit(node, leave);
    return node;
}

static void move_children(cmark_node *to, cmark_node *from)
{
    cmark_node *child;

    while ((child = cmark_node_first_child(from)) != NULL) {
        cmark_node_append_child(to, child);
    }
}

static void put_in_place(cmark_node *old, cmark_node *new)
{
    cmark_node_replace(old, new);
    cmark_node_free(old);
}

/* --- tables ------------------------------------------------------------------------ */

typedef struct table_t {
    cmark_node *table, *row, *cell;
    int rows;
} table_t;

static void begin_row(table_t *t)
{
    t->row = make_custom(CMARK_NODE_CUSTOM_BLOCK, "<tr>", "</tr>");
    cmark_node_append_child(t->table, t->row);
    t->cell = NULL;
    t->rows++;
}

static void begin_cell(table_t *t)
{
    t->cell = t->rows == 1 ? make_custom(CMARK_NODE_CUSTOM_BLOCK, "<th scope=\"col\">", "</th>")
                           : make_custom(CMARK_NODE_CUSTOM_BLOCK, "<td>", "</td>");
    cmark_node_append_child(t->row, t->cell);
    /* a paragraph may not stand in a row of one line: what holds inlines is its parent */
    cmark_node_append_child(t->cell, cmark_node_new(CMARK_NODE_PARAGRAPH));
}

static void add_text(table_t *t, const char *text, apr_size_t len)
{
    char *copy;
    cmark_node *node;

    if (!t->cell || len == 0) {
        return;
    }
    copy = malloc(len + 1);
    if (!copy) {
        return;
    }
    memcpy(copy, text, len);
    copy[len] = '\0';
    node = cmark_node_new(CMARK_NODE_TEXT);
    cmark_node_set_literal(node, copy);
    cmark_node_append_child(cmark_node_first_child(t->cell), node);
    free(copy);
}

static void cut_text(table_t *t, const char *text)
{
    for (const char *bar; (bar = strchr(text, '|')) != NULL; text = bar + 1) {
        add_text(t, text, (apr_size_t)(bar - text));
        /* what follows a bar is a cell, unless the line ends there: see drop_last_cell */
        begin_cell(t);
    }
    add_text(t, text, strlen(text));
}

/* The bar at a line's end has opened a cell in which nothing is. */
static void drop_last_cell(table_t *t)
{
    if (t->cell && !cmark_node_first_child(cmark_node_first_child(t->cell))) {
        cmark_node_unlink(t->cell);
        cmark_node_free(t->cell);
    }
    t->cell = NULL;
}

/* The second line, |---|---|, says no more than that this is a table. */
static void drop_rule(table_t *t)
{
    cmark_node *row = cmark_node_next(cmark_node_first_child(t->table));

    if (row) {
        cmark_node_unlink(row);
        cmark_node_free(row);
    }
}

static int is_table(cmark_node *paragraph)
{
    cmark_node *first = cmark_node_first_child(paragraph);
    const char *text = first && cmark_node_get_type(first) == CMARK_NODE_TEXT
                           ? cmark_node_get_literal(first)
                           : NULL;

    return text && *text == '|';
}

static void change_paragraph(cmark_node *node)
{
    table_t t = { NULL, NULL, NULL, 0 };
    cmark_node *child;

    if (!is_table(node)) {
        return;
    }
    t.table = make_custom(CMARK_NODE_CUSTOM_BLOCK,
                          "<div class=\"scroll\" tabindex=\"0\"><table>", "</table></div>");
    begin_row(&t);
    while ((child = cmark_node_first_child(node)) != NULL) {
        cmark_node_type type = cmark_node_get_type(child);

        cmark_node_unlink(child);
        if (type == CMARK_NODE_TEXT) {
            cut_text(&t, cmark_node_get_literal(child));
        }
        else if (type == CMARK_NODE_SOFTBREAK) {
            drop_last_cell(&t);
            begin_row(&t);
        }
        else if (t.cell) {
            cmark_node_append_child(cmark_node_first_child(t.cell), child);
            continue;
        }
        cmark_node_free(child);
    }
    drop_last_cell(&t);
    drop_rule(&t);
    put_in_place(node, t.table);
}

/* --- links and pictures ------------------------------------------------------------ */

static const char *last_part(const char *url)
{
    const char *slash = strrchr(url, '/');

    return slash ? slash + 1 : url;
}

static int is_outside(const char *url)
{
    return !strncmp(url, "http://", 7) || !strncmp(url, "https://", 8) || *url == '#'
           || *url == '/';
}

/* The name of a file of the documentation; NULL: it is none. README.md and its like stand
 * elsewhere: ours have small letters. */
static const char *page_name(const char *url, const char **end)
{
    const char *name;

    *end = strstr(url, ".md");
    if (!*end || ((*end)[3] && (*end)[3] != '#')) {
        return NULL;
    }
    for (name = *end; name > url && name[-1] != '/'; name--) {}
    return *name >= 'a' && *name <= 'z' ? name : NULL;
}

static void leave_words(cmark_node *link)
{
    cmark_node *words = make_custom(CMARK_NODE_CUSTOM_INLINE, "", "");

    move_children(words, link);
    put_in_place(link, words);
}

/* help/rating.md#keys is /help/rating#keys. */
static void change_link(cmark_node *node, tr_buf_t *out)
{
    const char *url = cmark_node_get_url(node), *end, *name;
    apr_size_t start = out->len;

    if (is_outside(url)) {
        return;
    }
    name = page_name(url, &end);
    if (!name) {
        leave_words(node);
        return;
    }
    tr_buf_puts(out, "/help/");
    tr_buf_put(out, name, (apr_size_t)(end - name));
    tr_buf_puts(out, end + 3);
    cmark_node_set_url(node, out->data + start);
    out->len = start;
    out->data[start] = '\0';
}

static void change_image(cmark_node *node, tr_buf_t *out)
{
    apr_size_t start = out->len;

    tr_buf_puts(out, "/help/images/");
    tr_buf_puts(out, last_part(cmark_node_get_url(node)));
    cmark_node_set_url(node, out->data + start);
    out->len = start;
    out->data[start] = '\0';
}

/* --- headings ---------------------------------------------------------------------- */

/* "Saved filters" is saved-filters, as in links to it. */
static void put_slug(tr_buf_t *out, cmark_node *heading)
{
    int gap = 0;
    apr_size_t start = out->len;

    for (cmark_node *child = cmark_node_first_child(heading); child;
         child = cmark_node_next(child)) {
        const char *text = cmark_node_get_literal(child);

        for (; text && *text; text++) {
            char c = *text >= 'A' && *text <= 'Z' ? (char)(*text + 32) : *text;

            if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
                if (gap && out->len > start) {
                    tr_buf_putc(out, '-');
                }
                tr_buf_putc(out, c);
                gap = 0;
            }
            else if (c == ' ' || c == '-') {
                gap = 1;
            }
        }
    }
}

static void change_heading(cmark_node *node, tr_buf_t *out)
{
    static const char *const leave[] = { "</h1>", "</h2>", "</h3>", "</h4>", "</h5>", "</h6>" };
    int level = cmark_node_get_heading_level(node);
    cmark_node *heading = cmark_node_new(CMARK_NODE_CUSTOM_INLINE);
    cmark_node *block = make_custom(CMARK_NODE_CUSTOM_BLOCK, "", "");
    cmark_node *holder = cmark_node_new(CMARK_NODE_PARAGRAPH);
    apr_size_t start = out->len;

    tr_buf_printf(out, "<h%d id=\"", level);
    put_slug(out, node);
    tr_buf_puts(out, "\">");
    cmark_node_set_on_enter(heading, out->data + start);
    cmark_node_set_on_exit(heading, leave[level - 1]);
    out->len = start;
    out->data[start] = '\0';
    move_children(heading, node);
    cmark_node_append_child(holder, heading);
    cmark_node_append_child(block, holder);
    put_in_place(node, block);
}

/* --- the whole --------------------------------------------------------------------- */

static void change_node(cmark_node *node, tr_buf_t *out)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_PARAGRAPH:
        change_paragraph(node);
        break;
    case CMARK_NODE_LINK:
        change_link(node, out);
        break;
    case CMARK_NODE_IMAGE:
        change_image(node, out);
        break;
    case CMARK_NODE_HEADING:
        change_heading(node, out);
        break;
    default:
        break;
    }
}

void tr_document_write(tr_buf_t *out, const char *text, apr_size_t len)
{
    cmark_node *root = cmark_parse_document(text, len, CMARK_OPT_DEFAULT);
    cmark_iter *iter = cmark_iter_new(root);
    cmark_event_type event;
    char *html;

    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        if (event == CMARK_EVENT_EXIT) {
            change_node(cmark_iter_get_node(iter), out);
        }
    }
    cmark_iter_free(iter);
    html = cmark_render_html(root, CMARK_OPT_DEFAULT);
    tr_buf_puts(out, html);
    free(html); /* cmark's default allocator is malloc */
    cmark_node_free(root);
}
