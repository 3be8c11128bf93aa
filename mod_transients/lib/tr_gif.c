/* tr_gif.c: uploaded GIF animations, decoded frame by frame onto one canvas.
 *
 * giflib's DGifSlurp() would keep every frame in memory and believe the sizes
 * that the file states; here sizes are checked as they come, before anything
 * is allocated for them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_picture.h"

#include <apr_strings.h>
#include <gif_lib.h>

#include <string.h>

enum { CHANNELS = 3, MS_PER_TICK = 10 };

typedef struct gif_reader_t {
    GifFileType *gif;
    const char *field;
    tr_problem_t *problem;
    apr_pool_t *pool;
    tr_frame_fn *each; /* NULL: no canvas is kept */
    void *baton;
    int width, height;
    int frames;
    int delay_ms;              /* the first frame's */
    apr_int64_t pixels;        /* of all frames so far */
    GraphicsControlBlock next; /* what the frame to come asked for */
    unsigned char *canvas;
    unsigned char *before; /* the canvas before a frame that asks to be taken back */
    GifPixelType *line;
    apr_size_t line_size;
} gif_reader_t;

static apr_status_t refuse(const gif_reader_t *reader, const char *words)
{
    return tr_problem_field(reader->problem, reader->field, "%s", words);
}

static apr_status_t refuse_broken(const gif_reader_t *reader)
{
    const char *words = GifErrorString(reader->gif->Error);

    return tr_problem_field(reader->problem, reader->field, "This GIF image is broken%s%s.",
                            words ? ": " : "", words ? words : "");
}

static void forget_control(gif_reader_t *reader)
{
    reader->next = (GraphicsControlBlock){ .TransparentColor = NO_TRANSPARENT_COLOR };
}

/* Reads an extension's blocks; only the graphic control matters. */
static apr_status_t read_extension(gif_reader_t *reader)
{
    GifByteType *block;
    int code;

    if (DGifGetExtension(reader->gif, &code, &block) == GIF_ERROR) {
        return refuse_broken(reader);
    }
    if (block && code == GRAPHICS_EXT_FUNC_CODE && *block == 4) {
        DGifExtensionToGCB(*block, block + 1, &reader->next);
    }
    while (block) {
        if (DGifGetExtensionNext(reader->gif, &block) == GIF_ERROR) {
            return refuse_broken(reader);
        }
    }
    return APR_SUCCESS;
}

/* Limits, before a single pixel of the frame is decoded. */
static apr_status_t check_frame(gif_reader_t *reader)
{
    const GifImageDesc *at = &reader->gif->Image;

    if (at->Width < 1 || at->Height < 1 || at->Left < 0 || at->Top < 0
        || at->Left + at->Width > reader->width || at->Top + at->Height > reader->height) {
        return refuse(reader, "This GIF image is broken: a frame lies outside the picture.");
    }
    if (!at->ColorMap && !reader->gif->SColorMap) {
        return refuse(reader, "This GIF image is broken: a frame has no colours.");
    }
    reader->pixels += (apr_int64_t)reader->width * reader->height;
    if (reader->frames >= TR_PICTURE_FRAMES) {
        return tr_problem_field(reader->problem, reader->field,
                                "This GIF image has more than %d frames.", TR_PICTURE_FRAMES);
    }
    if (reader->pixels > TR_PICTURE_PIXELS) {
        return tr_problem_field(reader->problem, reader->field,
                                "This GIF image has more than %d million pixels in all its "
                                "frames.",
                                TR_PICTURE_PIXELS / 1000000);
    }
    return APR_SUCCESS;
}

/* A colour number beyond the map is drawn black, as browsers do. */
static void draw_line(gif_reader_t *reader, int y)
{
    const GifImageDesc *at = &reader->gif->Image;
    const ColorMapObject *map = at->ColorMap ? at->ColorMap : reader->gif->SColorMap;
    unsigned char *to = reader->canvas
                        + ((apr_size_t)(at->Top + y) * (apr_size_t)reader->width
                           + (apr_size_t)at->Left)
                              * CHANNELS;

    for (int x = 0; x < at->Width; x++, to += CHANNELS) {
        GifColorType colour = { 0, 0, 0 };

        if (reader->line[x] == reader->next.TransparentColor) {
            continue;
        }
        if (reader->line[x] < map->ColorCount) {
            colour = map->Colors[reader->line[x]];
        }
        to[0] = colour.Red;
        to[1] = colour.Green;
        to[2] = colour.Blue;
    }
}

static apr_status_t read_line(gif_reader_t *reader, int y)
{
    if (DGifGetLine(reader->gif, reader->line, reader->gif->Image.Width) == GIF_ERROR) {
        return refuse_broken(reader);
    }
    if (reader->canvas) {
        draw_line(reader, y);
    }
    return APR_SUCCESS;
}

/* Every `step`th line from `first` on. */
static apr_status_t read_pass(gif_reader_t *reader, int first, int step)
{
    apr_status_t rv = APR_SUCCESS;

    for (int y = first; rv == APR_SUCCESS && y < reader->gif->Image.Height; y += step) {
        rv = read_line(reader, y);
    }
    return rv;
}

/* GIF89a, appendix E: interlaced lines come in four passes. */
static apr_status_t read_lines(gif_reader_t *reader)
{
    static const int firsts[] = { 0, 4, 2, 1 }, steps[] = { 8, 8, 4, 2 };
    apr_status_t rv = APR_SUCCESS;

    if (!reader->gif->Image.Interlace) {
        return read_pass(reader, 0, 1);
    }
    for (int pass = 0; rv == APR_SUCCESS && pass < 4; pass++) {
        rv = read_pass(reader, firsts[pass], steps[pass]);
    }
    return rv;
}

static apr_size_t canvas_size(const gif_reader_t *reader)
{
    return (apr_size_t)reader->width * (apr_size_t)reader->height * CHANNELS;
}

/* Keeps the canvas when the frame to come will be taken back after it was shown. */
static void keep_canvas(gif_reader_t *reader)
{
    if (!reader->canvas || reader->next.DisposalMode != DISPOSE_PREVIOUS) {
        return;
    }
    if (!reader->before) {
        reader->before = apr_palloc(reader->pool, canvas_size(reader));
    }
    memcpy(reader->before, reader->canvas, canvas_size(reader));
}

/* What the frame leaves behind for the next one. Cleared is black: thumbnails have no alpha. */
static void dispose_frame(gif_reader_t *reader)
{
    const GifImageDesc *at = &reader->gif->Image;

    if (reader->next.DisposalMode == DISPOSE_PREVIOUS) {
        memcpy(reader->canvas, reader->before, canvas_size(reader));
    }
    if (reader->next.DisposalMode != DISPOSE_BACKGROUND) {
        return;
    }
    for (int y = at->Top; y < at->Top + at->Height; y++) {
        memset(reader->canvas
                   + ((apr_size_t)y * (apr_size_t)reader->width + (apr_size_t)at->Left)
                         * CHANNELS,
               0, (apr_size_t)at->Width * CHANNELS);
    }
}

static void show_frame(gif_reader_t *reader)
{
    const tr_frame_t frame = { .index = reader->frames,
                               .width = reader->width,
                               .height = reader->height,
                               .rgb = reader->canvas };

    if (reader->each) {
        reader->each(reader->baton, &frame);
        dispose_frame(reader);
    }
}

static apr_status_t read_frame(gif_reader_t *reader)
{
    apr_status_t rv;

    if (DGifGetImageDesc(reader->gif) == GIF_ERROR) {
        return refuse_broken(reader);
    }
    rv = check_frame(reader);
    if (rv != APR_SUCCESS) {
        return rv;
    }
    keep_canvas(reader);
    rv = read_lines(reader);
    if (rv != APR_SUCCESS) {
        return rv;
    }
    show_frame(reader);
    if (!reader->frames++) {
        reader->delay_ms = reader->next.DelayTime * MS_PER_TICK;
    }
    forget_control(reader);
    return APR_SUCCESS;
}

static apr_status_t read_records(gif_reader_t *reader)
{
    GifRecordType type = UNDEFINED_RECORD_TYPE;
    apr_status_t rv = APR_SUCCESS;

    while (rv == APR_SUCCESS && type != TERMINATE_RECORD_TYPE) {
        if (DGifGetRecordType(reader->gif, &type) == GIF_ERROR) {
            return refuse_broken(reader);
        }
        if (type == IMAGE_DESC_RECORD_TYPE) {
            rv = read_frame(reader);
        }
        else if (type == EXTENSION_RECORD_TYPE) {
            rv = read_extension(reader);
        }
    }
    if (rv == APR_SUCCESS && !reader->frames) {
        return refuse(reader, "This GIF image has no frame.");
    }
    return rv;
}

/* The screen's size, and the memory that goes with it. */
static apr_status_t prepare(gif_reader_t *reader)
{
    int width = reader->gif->SWidth, height = reader->gif->SHeight;

    if (width < 1 || height < 1) {
        return refuse(reader, "This GIF image is broken: it has no size.");
    }
    if (width > TR_PICTURE_SIDE || height > TR_PICTURE_SIDE
        || (apr_int64_t)width * height > TR_PICTURE_CANVAS) {
        return tr_problem_field(reader->problem, reader->field,
                                "This GIF image has %d x %d pixels; at most %d a side and %d "
                                "million in all are taken.",
                                width, height, TR_PICTURE_SIDE, TR_PICTURE_CANVAS / 1000000);
    }
    reader->width = width;
    reader->height = height;
    reader->line = apr_palloc(reader->pool, (apr_size_t)width * sizeof(*reader->line));
    if (reader->each) {
        reader->canvas = apr_pcalloc(reader->pool, canvas_size(reader));
    }
    forget_control(reader);
    return APR_SUCCESS;
}

/* The canvas may be large: its pool ends with the reading. */
apr_status_t tr_gif_read(const char *path, tr_image_info_t *info, tr_frame_fn *each,
                         void *baton, tr_problem_t *problem, const char *field,
                         apr_pool_t *pool)
{
    gif_reader_t reader = { .field = field, .problem = problem, .each = each, .baton = baton };
    apr_status_t rv;
    int error = 0;

    if (!tr_picture_begins(path, "GIF87a", 6) && !tr_picture_begins(path, "GIF89a", 6)) {
        return tr_problem_field(problem, field, "This is not a GIF image.");
    }
    reader.gif = DGifOpenFileName(path, &error);
    if (!reader.gif) {
        return tr_problem_field(problem, field, "This GIF image is broken: %s.",
                                GifErrorString(error) ? GifErrorString(error) : "no header");
    }
    apr_pool_create(&reader.pool, pool);
    rv = prepare(&reader);
    if (rv == APR_SUCCESS) {
        rv = read_records(&reader);
    }
    *info = (tr_image_info_t){ reader.width, reader.height, reader.frames, reader.delay_ms };
    DGifCloseFile(reader.gif, &error);
    apr_pool_destroy(reader.pool);
    return rv;
}

apr_status_t tr_image_check_gif(const char *path, tr_image_info_t *info, tr_problem_t *problem,
                                const char *field, apr_pool_t *pool)
{
    return tr_gif_read(path, info, NULL, NULL, problem, field, pool);
}
