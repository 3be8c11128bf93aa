/* tr_png.c: uploaded PNG images, decoded row by row.
 *
 * libpng reports errors by longjmp: everything that outlives one is kept in
 * reader_t, none of it in a variable of the function that calls setjmp.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_picture.h"

#include <apr_strings.h>
#include <png.h>

#include <stdio.h>
#include <string.h>

/* Bytes of one chunk that libpng may hold. */
enum { MOST_CHUNK = 8 * 1024 * 1024 };

typedef struct reader_t {
    FILE *file;
    png_structp png;
    png_infop info;
    png_bytep row;
    int width, height;
    int passes;
    char words[120]; /* libpng's own */
    apr_pool_t *pool;
} reader_t;

/* The file's first bytes; how many there are. */
static apr_size_t read_start(const char *path, void *room, apr_size_t size)
{
    FILE *file = fopen(path, "rb");
    apr_size_t got = file ? fread(room, 1, size, file) : 0;

    if (file) {
        fclose(file);
    }
    return got;
}

int tr_picture_begins(const char *path, const char *magic, apr_size_t len)
{
    char room[16];

    return len <= sizeof(room) && read_start(path, room, len) == len
           && !memcmp(room, magic, len);
}

static void on_error(png_structp png, png_const_charp words)
{
    reader_t *reader = png_get_error_ptr(png);

    apr_cpystrn(reader->words, words, sizeof(reader->words));
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp words)
{
    (void)png;
    (void)words;
}

static apr_status_t free_reader(void *baton)
{
    reader_t *reader = baton;

    png_destroy_read_struct(&reader->png, &reader->info, NULL);
    if (reader->file) {
        fclose(reader->file);
        reader->file = NULL;
    }
    return APR_SUCCESS;
}

static reader_t *make_reader(const char *path, apr_pool_t *pool)
{
    reader_t *reader = apr_pcalloc(pool, sizeof(*reader));

    reader->pool = pool;
    apr_pool_cleanup_register(pool, reader, free_reader, apr_pool_cleanup_null);
    reader->file = fopen(path, "rb");
    reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reader, on_error, on_warning);
    reader->info = reader->png ? png_create_info_struct(reader->png) : NULL;
    return reader->file && reader->info ? reader : NULL;
}

/* Header and limits; no pixel is read yet. */
static int read_head(reader_t *reader)
{
    if (setjmp(png_jmpbuf(reader->png))) {
        return 0;
    }
    png_set_user_limits(reader->png, TR_PICTURE_SIDE, TR_PICTURE_SIDE);
    png_set_chunk_malloc_max(reader->png, MOST_CHUNK);
    /* Comments and colour profiles, which may unpack to gigabytes, are stepped over. */
    png_set_keep_unknown_chunks(reader->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_init_io(reader->png, reader->file);
    png_read_info(reader->png, reader->info);
    reader->width = (int)png_get_image_width(reader->png, reader->info);
    reader->height = (int)png_get_image_height(reader->png, reader->info);
    return 1;
}

/* Every row of every pass, and what follows them up to the end. */
static int read_all_rows(reader_t *reader)
{
    if (setjmp(png_jmpbuf(reader->png))) {
        return 0;
    }
    reader->passes = png_set_interlace_handling(reader->png);
    png_read_update_info(reader->png, reader->info);
    reader->row = apr_palloc(reader->pool, png_get_rowbytes(reader->png, reader->info));
    for (int pass = 0; pass < reader->passes; pass++) {
        for (int y = 0; y < reader->height; y++) {
            png_read_row(reader->png, reader->row, NULL);
        }
    }
    png_read_end(reader->png, NULL);
    return 1;
}

static apr_status_t refuse(const reader_t *reader, tr_problem_t *problem, const char *field)
{
    return tr_problem_field(problem, field, "This PNG image is broken: %s.", reader->words);
}

static apr_status_t check_reader(reader_t *reader, tr_image_info_t *info, tr_problem_t *problem,
                                 const char *field)
{
    if (!read_head(reader)) {
        return refuse(reader, problem, field);
    }
    if (!read_all_rows(reader)) {
        return refuse(reader, problem, field);
    }
    *info = (tr_image_info_t){ .width = reader->width, .height = reader->height, .frames = 1 };
    return APR_SUCCESS;
}

static apr_uint32_t read_big_endian(const unsigned char *p)
{
    return (apr_uint32_t)p[0] << 24 | (apr_uint32_t)p[1] << 16 | (apr_uint32_t)p[2] << 8 | p[3];
}

/* Judged from the file's first bytes, since libpng's own words for it say little. */
static apr_status_t check_size(const char *path, tr_problem_t *problem, const char *field)
{
    enum { AT_WIDTH = 16, AT_HEIGHT = 20, NEEDED = 24 }; /* bytes: the IHDR chunk comes first */
    unsigned char start[NEEDED];
    apr_uint64_t width, height;

    if (read_start(path, start, NEEDED) < NEEDED) {
        return tr_problem_field(problem, field, "This PNG image is broken: it ends too early.");
    }
    width = read_big_endian(start + AT_WIDTH);
    height = read_big_endian(start + AT_HEIGHT);
    if (width <= TR_PICTURE_SIDE && height <= TR_PICTURE_SIDE
        && width * height <= TR_PICTURE_PIXELS) {
        return APR_SUCCESS;
    }
    return tr_problem_field(problem, field,
                            "This PNG image has %" APR_UINT64_T_FMT " x %" APR_UINT64_T_FMT
                            " pixels; at most %d a side and %d million in all are taken.",
                            width, height, TR_PICTURE_SIDE, TR_PICTURE_PIXELS / 1000000);
}

apr_status_t tr_image_check_png(const char *path, tr_image_info_t *info, tr_problem_t *problem,
                                const char *field, apr_pool_t *pool)
{
    reader_t *reader;
    apr_status_t rv;

    if (!tr_picture_begins(path, "\x89PNG\r\n\x1a\n", 8)) {
        return tr_problem_field(problem, field, "This is not a PNG image.");
    }
    rv = check_size(path, problem, field);
    if (rv != APR_SUCCESS) {
        return rv;
    }
    reader = make_reader(path, pool);
    if (!reader) {
        return tr_problem_add(problem, APR_ENOMEM, "The PNG image could not be read here.");
    }
    rv = check_reader(reader, info, problem, field);
    apr_pool_cleanup_run(pool, reader, free_reader);
    return rv;
}
