/* tr_template_private.h: what the files of the template compiler share.
 *
 * A source is scanned into tags (tr_template_scan.c), the tags become a tree
 * (tr_template_parse.c), and the tree is compiled into code, once for each
 * place in HTML where it stands (tr_template_compile.c, tr_template_html.c).
 * Everything lives in the set's pool and is constant once compiled.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_TEMPLATE_PRIVATE_H
#define TR_TEMPLATE_PRIVATE_H

#include "tr_format.h"
#include "tr_template.h"

#include <apr_hash.h>

/* ---- tags ---- */

typedef enum {
    TR_TAG_VALUE,
    TR_TAG_SECTION,
    TR_TAG_INVERTED,
    TR_TAG_PARTIAL,
    TR_TAG_PARENT,
    TR_TAG_BLOCK,
    TR_TAG_CLOSE,
    TR_TAG_COMMENT
} tr_tag_e;

typedef struct tr_tag_t {
    tr_tag_e kind;
    const char *name;
    const char *start, *end; /* its braces in the source */
    const char *from, *to;   /* the same with the white space that goes with it */
    int clears_before;       /* it takes what stands before it on its line along */
    int clears_after;        /* it takes the end of its line along */
    int line;
    int match; /* index of the other tag of the pair, -1 for none */
    int owner; /* index of the opening tag around it, -1 for none */
} tr_tag_t;

/* ---- the tree ---- */

typedef enum {
    TR_NODE_TEXT,
    TR_NODE_LINE, /* a line begins here: where indentation goes */
    TR_NODE_VALUE,
    TR_NODE_SECTION,
    TR_NODE_INVERTED,
    TR_NODE_PARTIAL,
    TR_NODE_PARENT,
    TR_NODE_BLOCK
} tr_node_e;

typedef struct tr_path_t {
    int count;
    const char **parts;        /* "." alone is the innermost value */
    const tr_format_t *format; /* that the last part names, NULL for none */
    const char *name;          /* as written */
} tr_path_t;

typedef struct tr_node_t tr_node_t;
struct tr_node_t {
    tr_node_e kind;
    int line;
    int end_line;     /* of the closing tag */
    const char *text; /* TEXT; LINE: its white space; PARTIAL, PARENT, BLOCK: indentation */
    apr_size_t len;
    const char *name;
    const tr_path_t *path; /* VALUE, SECTION, INVERTED */
    const char *file;      /* of the source */
    int alone;             /* PARTIAL, PARENT, BLOCK: stands alone on its line */
    int leads;             /* LINE: has more than white space; BLOCK: first on its line */
    int begins_inside;     /* BLOCK: its content begins on the line of the opening tag */
    tr_node_t *first, *last, *next;
};

typedef struct tr_source_t {
    const char *name;
    const char *file;
    const char *text;
    tr_node_t *body;       /* its children are the tree; NULL when there are errors */
    tr_problem_t *problem; /* errors found in the source itself */
} tr_source_t;

/* ---- places in HTML ---- */

typedef enum {
    TR_PLACE_TEXT,
    TR_PLACE_LT,          /* right after "<" */
    TR_PLACE_CLOSE_LT,    /* right after "</" */
    TR_PLACE_MARKUP,      /* right after "<!" */
    TR_PLACE_MARKUP_DASH, /* right after "<!-" */
    TR_PLACE_DECLARATION, /* anything else that ends at ">" */
    TR_PLACE_COMMENT,
    TR_PLACE_TAG_NAME,
    TR_PLACE_TAG, /* in a tag, after white space */
    TR_PLACE_GAP, /* in a tag, where white space must come before anything else */
    TR_PLACE_ATTR_NAME,
    TR_PLACE_ATTR_AFTER,   /* white space after an attribute's name */
    TR_PLACE_BEFORE_VALUE, /* after "=" */
    TR_PLACE_QUOTED,
    TR_PLACE_UNQUOTED,
    TR_PLACE_RCDATA, /* <title>, <textarea>: text without elements */
    TR_PLACE_RAW     /* <script>, <style>, ...: neither elements nor entities */
} tr_place_e;

typedef enum { TR_ATTR_PLAIN, TR_ATTR_URL, TR_ATTR_URLS, TR_ATTR_REFUSED } tr_attr_e;

/* How much of an address is fixed already. */
typedef enum {
    TR_URL_START,
    TR_URL_SLASH,       /* exactly "/" */
    TR_URL_SLASH_VALUE, /* "/" and a value, which may be empty */
    TR_URL_DOT,         /* dots only */
    TR_URL_RELATIVE,    /* a name that may yet turn out to be a scheme */
    TR_URL_AUTHORITY,   /* the host has not begun */
    TR_URL_HOST,
    TR_URL_FIXED, /* scheme and host cannot change any more */
    TR_URL_QUERY, /* the same, after "?" */
    TR_URL_LOST   /* something that is not followed further */
} tr_url_e;

enum { TR_PLACE_NAME_MAX = 31 };

typedef struct tr_place_t {
    tr_place_e state;
    int untracked; /* the set holds plain text */
    char quote;
    tr_attr_e attr_class;
    tr_url_e url;
    int progress;          /* dashes in a comment; characters of a closing tag matched */
    int closing;           /* the tag is a closing one */
    int assigned;          /* attributes with a value so far in the tag */
    int is_refresh;        /* <meta> with http-equiv */
    int has_content_value; /* <meta> with a value in content */
    char tag[TR_PLACE_NAME_MAX + 1];
    char attr[TR_PLACE_NAME_MAX + 1];
    char scheme[TR_PLACE_NAME_MAX + 1];
} tr_place_t;

typedef enum { TR_ESCAPE_HTML, TR_ESCAPE_URL, TR_ESCAPE_QUERY, TR_ESCAPE_NONE } tr_escape_e;

void tr_place_init(tr_place_t *place, int untracked);
/* Goes over literal text; words say what is wrong at *line, which is moved along, else NULL.
 * It stops there. */
const char *tr_place_text(tr_place_t *place, const char *text, apr_size_t len, int *line);
/* Goes over a value of that output: *escape is what makes it safe. Else words. */
const char *tr_place_value(tr_place_t *place, tr_output_e output, tr_escape_e *escape,
                           apr_pool_t *pool);
/* Brings the place into the form that it has at the edge of a section. */
void tr_place_edge(tr_place_t *place);
/* The place after something that may be left out or repeated, begun at `start` (an edge)
 * and ended at `end` (not yet an edge); words when the two differ. */
const char *tr_place_join(tr_place_t *out, const tr_place_t *start, const tr_place_t *end,
                          apr_pool_t *pool);
int tr_place_equal(const tr_place_t *a, const tr_place_t *b);
/* What the place is called, e.g. "inside <script>". */
const char *tr_place_words(const tr_place_t *place, apr_pool_t *pool);
/* Adds to a name in lower case; what is beyond its room is no name that we know. */
void tr_place_name_add(char *name, char c);
/* The same for a character and a value of an address. */
const char *tr_url_text(tr_place_t *place, char c);
const char *tr_url_value(tr_place_t *place, tr_output_e output, tr_escape_e *escape,
                         apr_pool_t *pool);

/* ---- code ---- */

typedef enum {
    TR_OP_LITERAL,
    TR_OP_VALUE,
    TR_OP_SECTION, /* the body is what follows up to `end` */
    TR_OP_INVERTED,
    TR_OP_CALL,   /* a partial, parent or block */
    TR_OP_MISSING /* a partial that is not there: nothing; the check complains */
} tr_op_e;

typedef struct tr_code_t tr_code_t;

typedef struct tr_op_t {
    tr_op_e kind;
    int end;
    int at_line;      /* LITERAL: begins a line; CALL: its content does */
    int keeps_indent; /* CALL: adds to the indentation instead of beginning anew */
    int mid_line;     /* CALL: stands behind something on its line */
    int recursive;    /* CALL: of code that it is part of */
    int line;
    const char *file;
    tr_escape_e escape; /* VALUE: of what its formatter, if any, makes */
    int shows_absent;   /* VALUE: in text, where a dash for NULL is wanted */
    const tr_path_t *path;
    const char *text; /* LITERAL; CALL: indentation to add; MISSING: the name */
    apr_size_t len;
    const tr_code_t *code;
} tr_op_t;

struct tr_code_t {
    int count;
    const tr_op_t *ops;
};

struct tr_template_t {
    const char *name;
    const char *file;
    const tr_code_t *code;
};

struct tr_template_set_t {
    apr_pool_t *pool;
    tr_template_source_fn *source;
    void *baton;
    const char *folder;  /* NULL: source() is asked */
    int untracked;       /* plain text: no places */
    apr_hash_t *sources; /* name -> tr_source_t *, NULL text for those that are missing */
};

/* For sets of plain text (no HTML): places are not followed; values are escaped as HTML. */
void tr_template_set_untracked(tr_template_set_t *set);

/* The source of that name, read and parsed at the first call; NULL when there is none. */
tr_source_t *tr_template_set_find(tr_template_set_t *set, const char *name);
/* The tags of a source in order, paired; errors go to its problem. */
apr_array_header_t *tr_template_scan(tr_source_t *source, apr_pool_t *pool);
/* Gives source->body. */
void tr_template_parse(tr_source_t *source, apr_pool_t *pool);

/* Adds a complaint unless the same is there already. */
void tr_template_complain(tr_problem_t *problem, const char *file, int line, const char *format,
                          ...) __attribute__((format(printf, 4, 5)));

#endif
