/* tr_markdown.c: what people write (notes, descriptions) as HTML.
 *
 * cmark parses; the tree is changed where our rules differ from its own; cmark
 * writes it. Nodes are changed when they are left, as cmark's iterator allows.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_markdown.h"
#include "tr_escape.h"

#include <cmark.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void write_plain(tr_buf_t *out, const char *text, apr_size_t len)
{
    tr_buf_puts(out, "<p>");
    while (len) {
        const char *end = memchr(text, '\n', len);
        apr_size_t line = end ? (apr_size_t)(end - text) : len;

        tr_escape_html(out, text, line);
        text += line;
        len -= line;
        if (len) {
            tr_buf_puts(out, "<br />\n");
            text++;
            len--;
        }
    }
    tr_buf_puts(out, "</p>\n");
}

static int url_is_allowed(const char *url)
{
    static const char *const schemes[] = { "http://", "https://", "mailto:" };

    for (const char *at = url; *at; at++) {
        if ((unsigned char)*at <= ' ' || *at == '\\' || *at == 0x7f) {
            return 0; /* browsers drop or turn these, and would read another address */
        }
    }
    for (apr_size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        if (!strncasecmp(url, schemes[i], strlen(schemes[i]))) {
            return 1;
        }
    }
    return url[0] == '/' && url[1] != '/';
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

static cmark_node *make_text(const char *literal)
{
    cmark_node *text = cmark_node_new(CMARK_NODE_TEXT);

    cmark_node_set_literal(text, literal ? literal : "");
    return text;
}

/* The tag is put together at the end of `out`, which has room, and taken off again: cmark
 * keeps a copy. */
static void set_tag(cmark_node *node, const char *url, tr_buf_t *out)
{
    apr_size_t start = out->len;

    tr_buf_puts(out, "<a href=\"");
    tr_escape_html(out, url, strlen(url));
    tr_buf_puts(out, "\" rel=\"nofollow noopener\">");
    cmark_node_set_on_enter(node, out->data + start);
    cmark_node_set_on_exit(node, "</a>");
    out->len = start;
    out->data[start] = '\0';
}

static int is_in_link(cmark_node *node)
{
    while ((node = cmark_node_parent(node)) != NULL) {
        if (cmark_node_get_type(node) == CMARK_NODE_LINK) {
            return 1;
        }
    }
    return 0;
}

/* Links and images; one that may not be followed leaves its words. */
static void change_link(cmark_node *node, tr_buf_t *out)
{
    cmark_node *link = cmark_node_new(CMARK_NODE_CUSTOM_INLINE);
    const char *url = cmark_node_get_url(node);

    if (url_is_allowed(url) && !is_in_link(node)) {
        set_tag(link, url, out);
    }
    if (!cmark_node_first_child(node)) {
        cmark_node_append_child(link, make_text(url));
    }
    move_children(link, node);
    put_in_place(node, link);
}

static void change_heading(cmark_node *node, tr_buf_t *out)
{
    cmark_node *paragraph = cmark_node_new(CMARK_NODE_PARAGRAPH);
    cmark_node *strong = cmark_node_new(CMARK_NODE_STRONG);

    (void)out;
    move_children(strong, node);
    cmark_node_append_child(paragraph, strong);
    put_in_place(node, paragraph);
}

static void change_html_inline(cmark_node *node, tr_buf_t *out)
{
    (void)out;
    put_in_place(node, make_text(cmark_node_get_literal(node)));
}

/* Its lines stay lines. */
static void change_html_block(cmark_node *node, tr_buf_t *out)
{
    cmark_node *block = cmark_node_new(CMARK_NODE_CODE_BLOCK);

    (void)out;
    cmark_node_set_literal(block, cmark_node_get_literal(node));
    put_in_place(node, block);
}

/* Its language would become a class, and classes are the page's. */
static void change_code_block(cmark_node *node, tr_buf_t *out)
{
    (void)out;
    cmark_node_set_fence_info(node, "");
}

static const struct {
    cmark_node_type type;
    cmark_event_type event; /* leaves are only entered */
    void (*change)(cmark_node *node, tr_buf_t *out);
} changes[] = {
    { CMARK_NODE_LINK, CMARK_EVENT_EXIT, change_link },
    { CMARK_NODE_IMAGE, CMARK_EVENT_EXIT, change_link },
    { CMARK_NODE_HEADING, CMARK_EVENT_EXIT, change_heading },
    { CMARK_NODE_HTML_INLINE, CMARK_EVENT_ENTER, change_html_inline },
    { CMARK_NODE_HTML_BLOCK, CMARK_EVENT_ENTER, change_html_block },
    { CMARK_NODE_CODE_BLOCK, CMARK_EVENT_ENTER, change_code_block },
};

static void change_node(cmark_node *node, cmark_event_type event, tr_buf_t *out)
{
    for (apr_size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        if (changes[i].type == cmark_node_get_type(node) && changes[i].event == event) {
            changes[i].change(node, out);
            return;
        }
    }
}

static int is_leaf(cmark_node *node)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_HTML_BLOCK:
    case CMARK_NODE_THEMATIC_BREAK:
    case CMARK_NODE_CODE_BLOCK:
    case CMARK_NODE_TEXT:
    case CMARK_NODE_SOFTBREAK:
    case CMARK_NODE_LINEBREAK:
    case CMARK_NODE_CODE:
    case CMARK_NODE_HTML_INLINE:
        return 1;
    default:
        return 0;
    }
}

/* Changes the whole tree; false when it is nested too deep. */
static int change_tree(cmark_node *root, tr_buf_t *out)
{
    cmark_iter *iter = cmark_iter_new(root);
    cmark_event_type event;
    int depth = 0;

    while (depth <= TR_MARKDOWN_DEPTH && (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);

        if (!is_leaf(node)) {
            depth += event == CMARK_EVENT_ENTER ? 1 : -1;
        }
        change_node(node, event, out);
    }
    cmark_iter_free(iter);
    return depth <= TR_MARKDOWN_DEPTH;
}

static void write_tree(cmark_node *root, tr_buf_t *out)
{
    char *html = cmark_render_html(root, CMARK_OPT_HARDBREAKS);

    tr_buf_puts(out, html);
    free(html); /* cmark's default allocator is malloc */
}

void tr_markdown_write(tr_buf_t *out, const char *text, apr_size_t len)
{
    cmark_node *root;

    if (len > TR_MARKDOWN_MAX) {
        write_plain(out, text, len);
        return;
    }
    root = cmark_parse_document(text, len, CMARK_OPT_DEFAULT);
    if (change_tree(root, out)) {
        write_tree(root, out);
    }
    else {
        write_plain(out, text, len);
    }
    cmark_node_free(root);
}
