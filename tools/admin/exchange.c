/* exchange.c: transients-admin export and import: lists as JSON.
 *
 *   {"filters": [{"name": "...", "description": "..."}, ...]}
 *
 * SPDX-License-Identifier: MIT
 */
#include "admin.h"

#include "tr_file.h"
#include "tr_form.h"
#include "tr_json.h"

#include <apr_strings.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define NAME_FIELD                                                                             \
    {                                                                                          \
        .name = "name", .flags = TR_F_REQUIRED | TR_F_TRIM, .max_len = 64                      \
    }

static const tr_field_t classification_fields[] = {
    NAME_FIELD,
    { .name = "description", .flags = TR_F_KEEP_EMPTY, .max_len = 1000 },
    { .name = "key", .max_len = 1 },
    { .name = "position", .kind = TR_F_INT, .min = 0, .max = 1000000 },
    { .name = "hidden", .kind = TR_F_BOOL },
    { .name = NULL },
};

static const tr_field_t filter_fields[] = {
    NAME_FIELD,
    { .name = "description", .flags = TR_F_KEEP_EMPTY, .max_len = 1000 },
    { .name = NULL },
};

static const tr_field_t project_fields[] = {
    NAME_FIELD,
    { .name = "description", .flags = TR_F_KEEP_EMPTY, .max_len = 256 },
    { .name = "access", .kind = TR_F_CHOICE, .choices = "members listed public" },
    { .name = "classification_required", .kind = TR_F_BOOL },
    { .name = "blind", .kind = TR_F_BOOL },
    { .name = "rating_words", .kind = TR_F_JSON },
    { .name = NULL },
};

typedef struct kind_t {
    const char *name;
    const tr_field_t *fields;
    const char *export, *import; /* statements */
} kind_t;

static const kind_t kinds[] = {
    { "classifications", classification_fields, "export_classifications",
      "import_classifications" },
    { "filters", filter_fields, "export_filters", "import_filters" },
    { "projects", project_fields, "export_projects", "import_projects" },
};

/* NULL: there is no such list, which was complained of. */
static const kind_t *kind_of(tr_admin_t *admin)
{
    const char *name = tr_admin_arg(admin, 0);

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!strcmp(kinds[i].name, name)) {
            return &kinds[i];
        }
    }
    tr_problem_add(admin->problem, TR_EBAD, "%s: classifications, filters or projects.", name);
    return NULL;
}

/* ---- export ---- */

/* An object a line, so that two exports compare well. */
static const char *text_of(tr_admin_t *admin, const kind_t *kind, const tr_list_t *rows)
{
    tr_buf_t *out = tr_buf_make(4096, admin->pool);

    tr_buf_printf(out, "{\"%s\": [", kind->name);
    for (int i = 0; i < rows->count; i++) {
        tr_buf_puts(out, i ? ",\n  " : "\n  ");
        tr_json_row(out, rows->rows[i]);
    }
    tr_buf_puts(out, rows->count ? "\n]}\n" : "]}\n");
    return out->data;
}

static apr_status_t write_text(tr_admin_t *admin, const char *path, const char *text)
{
    FILE *file = path ? fopen(path, "w") : stdout;
    int is_written = file && fputs(text, file) >= 0 && !fflush(file);

    if (file && path && fclose(file)) {
        is_written = 0;
    }
    return is_written ? APR_SUCCESS
                      : tr_problem_add(admin->problem, TR_EBAD, "%s cannot be written.",
                                       path ? path : "The output");
}

static apr_status_t export_list(tr_admin_t *admin)
{
    const kind_t *kind = kind_of(admin);
    tr_list_t *rows = NULL;
    apr_status_t status = kind ? tr_admin_open(admin) : TR_EBAD;

    if (status == APR_SUCCESS) {
        status = tr_db_rows(admin->db, kind->export, NULL, &rows, admin->problem, admin->pool);
    }
    return status == APR_SUCCESS && rows
               ? write_text(admin, tr_admin_arg(admin, 1), text_of(admin, kind, rows))
               : status;
}

/* ---- import ---- */

typedef struct import_t {
    tr_admin_t *admin;
    const kind_t *kind;
    const json_t *items;
    int added, changed, unchanged;
} import_t;

static int is_declared(const tr_field_t *fields, const char *name)
{
    while (fields->name && strcmp(fields->name, name)) {
        fields++;
    }
    return fields->name != NULL;
}

/* A misspelled name would be left out in silence. */
static apr_status_t check_names(const import_t *import, const json_t *item, size_t number,
                                tr_problem_t *problem)
{
    json_t *object = (json_t *)item;

    for (void *at = json_object_iter(object); at; at = json_object_iter_next(object, at)) {
        if (!is_declared(import->kind->fields, json_object_iter_key(at))) {
            return tr_problem_add(problem, TR_EBAD, "%s, number %d: \"%s\" is not known.",
                                  import->kind->name, (int)number, json_object_iter_key(at));
        }
    }
    return APR_SUCCESS;
}

static apr_status_t check_words(const json_t *item, tr_problem_t *problem)
{
    const json_t *words = json_object_get(item, "rating_words");
    int is_good = !words || (json_is_array(words) && json_array_size(words) == 5);

    for (size_t i = 0; is_good && words && i < 5; i++) {
        is_good = json_is_string(json_array_get(words, i));
    }
    return is_good ? APR_SUCCESS
                   : tr_problem_field(problem, "rating_words", "Five words, for 1 to 5.");
}

/* The item as the statement's arguments. */
static apr_status_t args_of(const import_t *import, const json_t *item, size_t number,
                            tr_row_t **args, tr_problem_t *problem)
{
    apr_pool_t *pool = import->admin->pool;
    tr_input_t *input = tr_input_make(pool);
    char *text = json_is_object(item) ? json_dumps(item, JSON_COMPACT) : NULL;
    apr_status_t status;

    if (!text) {
        return tr_problem_add(problem, TR_EBAD, "%s, number %d: this is no object.",
                              import->kind->name, (int)number);
    }
    status = check_names(import, item, number, problem);
    if (status == APR_SUCCESS) {
        status = tr_input_add_json(input, text, strlen(text), problem);
    }
    free(text);
    if (status == APR_SUCCESS) {
        status = check_words(item, problem);
    }
    if (status == APR_SUCCESS) {
        status = tr_form_check(args, import->kind->fields, input, problem, pool);
    }
    if (status == APR_SUCCESS) {
        tr_row_set(*args, "has_key", tr_bool(json_object_get(item, "key") != NULL));
    }
    return status;
}

static void count_one(import_t *import, const char *what)
{
    if (!strcmp(what, "added")) {
        import->added++;
    }
    else if (!strcmp(what, "changed")) {
        import->changed++;
    }
    else {
        import->unchanged++;
    }
}

static apr_status_t store(tr_db_t *db, void *baton, tr_problem_t *problem)
{
    import_t *import = baton;

    import->added = import->changed = import->unchanged = 0;
    for (size_t i = 0; i < json_array_size(import->items); i++) {
        tr_row_t *args = NULL, *row = NULL;
        apr_status_t status = args_of(import, json_array_get(import->items, i), i + 1, &args,
                                      problem);

        if (status == APR_SUCCESS) {
            status = tr_db_row(db, import->kind->import, args, &row, problem,
                               import->admin->pool);
        }
        if (status != APR_SUCCESS) {
            return status;
        }
        count_one(import, tr_row_text(row, "what"));
    }
    return APR_SUCCESS;
}

static apr_status_t import_items(import_t *import)
{
    tr_admin_t *admin = import->admin;
    apr_status_t status = tr_admin_open(admin);

    if (status == APR_SUCCESS) {
        status = tr_db_transaction(admin->db, store, import, admin->problem);
        tr_admin_say_constraint(admin);
    }
    if (status == APR_SUCCESS) {
        printf("%s: %d added, %d changed, %d unchanged\n", import->kind->name, import->added,
               import->changed, import->unchanged);
    }
    return status;
}

static apr_status_t import_list(tr_admin_t *admin)
{
    import_t import = { .admin = admin, .kind = kind_of(admin) };
    const char *path = tr_admin_arg(admin, 1);
    json_error_t error;
    json_t *json;
    char *text = NULL;
    apr_status_t status;

    if (!import.kind) {
        return TR_EBAD;
    }
    status = tr_file_read(&text, NULL, path, admin->problem, admin->pool);
    if (status != APR_SUCCESS) {
        return status;
    }
    json = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    import.items = json_object_get(json, import.kind->name);
    if (!json) {
        status = tr_problem_add(admin->problem, TR_EBAD, "%s:%d: this is no JSON: %s", path,
                                error.line, error.text);
    }
    else if (!json_is_array(import.items)) {
        status = tr_problem_add(admin->problem, TR_EBAD,
                                "%s: this is no export of %s: {\"%s\": [...]}", path,
                                import.kind->name, import.kind->name);
    }
    else {
        status = import_items(&import);
    }
    json_decref(json);
    return status;
}

#define LISTS_WORDS "WHAT is classifications, filters or projects."

const tr_verb_t tr_verbs_exchange[] = {
    { "export", NULL, "WHAT [FILE]", 1, 2, NULL, export_list, "writes a list as JSON",
      LISTS_WORDS " Without FILE: to standard output." },
    { "import", NULL, "WHAT FILE", 2, 2, NULL, import_list, "reads a list from JSON",
      LISTS_WORDS
      " Things are found by name: missing ones are added, others\n"
      "changed to what the file says of them, those that it does not name left alone. All or\n"
      "nothing; a second time changes nothing." },
    { NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL },
};
