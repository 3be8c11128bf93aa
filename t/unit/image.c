/* image.c: pictures are what they claim to be, bombs are refused, thumbnails show the flash.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"
#include "tr_image.h"

#include <apr_file_info.h>
#include <apr_file_io.h>
#include <apr_general.h>
#include <apr_strings.h>
#include <gif_lib.h>
#include <jansson.h>
#include <png.h>
#include <webp/decode.h>

#include <unistd.h>

enum { SIDE = 30, FRAMES = 5, FLASH = 3 };

static apr_pool_t *pool;
static char folder[] = "/tmp/tr-image-XXXXXX";

static const char *file_of(const char *name)
{
    return apr_pstrcat(pool, folder, "/", name, NULL);
}

static const char *write_file(const char *name, const void *data, size_t len)
{
    const char *path = file_of(name);
    FILE *file = fopen(path, "wb");

    fwrite(data, 1, len, file);
    fclose(file);
    return path;
}

static size_t read_file(const char *path, unsigned char *room, size_t size)
{
    FILE *file = fopen(path, "rb");
    size_t got = file ? fread(room, 1, size, file) : 0;

    if (file) {
        fclose(file);
    }
    return got;
}

static const char *make_png(const char *name, int width, int height, int interlace)
{
    const char *path = file_of(name);
    FILE *file = fopen(path, "wb");
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    png_bytep row = apr_pcalloc(pool, (size_t)width * 3);

    png_init_io(png, file);
    png_set_IHDR(png, info, (png_uint_32)width, (png_uint_32)height, 8, PNG_COLOR_TYPE_RGB,
                 interlace ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    for (int pass = png_set_interlace_handling(png); pass > 0; pass--) {
        for (int y = 0; y < height; y++) {
            memset(row, y, (size_t)width * 3);
            png_write_row(png, row);
        }
    }
    png_write_end(png, NULL);
    png_destroy_write_struct(&png, &info);
    fclose(file);
    return path;
}

static void put_control(GifFileType *gif, int delay, int disposal, int transparent)
{
    GraphicsControlBlock control = { disposal, false, delay, transparent };
    GifByteType bytes[4];

    EGifGCBToExtension(&control, bytes);
    EGifPutExtension(gif, GRAPHICS_EXT_FUNC_CODE, 4, bytes);
}

/* Lines in the order in which the file holds them. */
static void put_frame(GifFileType *gif, int left, int top, int width, int height,
                      bool interlace, int colour)
{
    GifPixelType *line = apr_palloc(pool, (size_t)width);

    memset(line, colour, (size_t)width);
    EGifPutImageDesc(gif, left, top, width, height, interlace, NULL);
    for (int y = 0; y < height; y++) {
        EGifPutLine(gif, line, width);
    }
}

/* Four greys: 0, 85, 170, 255. */
static GifFileType *begin_gif(const char *path, int width, int height)
{
    GifColorType greys[4];
    ColorMapObject *map;
    GifFileType *gif = EGifOpenFileName(path, false, NULL);

    for (int i = 0; i < 4; i++) {
        greys[i].Red = greys[i].Green = greys[i].Blue = (GifByteType)(i * 85);
    }
    map = GifMakeMapObject(4, greys);
    EGifSetGifVersion(gif, true);
    EGifPutScreenDesc(gif, width, height, 8, 0, map);
    GifFreeMapObject(map);
    return gif;
}

/* Dark frames with a flash in the middle of frame FLASH, which is taken back. */
static const char *make_gif(const char *name, int disposal, bool interlace)
{
    const char *path = file_of(name);
    GifFileType *gif = begin_gif(path, SIDE, SIDE);

    for (int i = 0; i < FRAMES; i++) {
        put_control(gif, 25, i == FLASH ? disposal : DISPOSE_DO_NOT, NO_TRANSPARENT_COLOR);
        if (i == FLASH) {
            put_frame(gif, SIDE / 3, SIDE / 3, SIDE / 3, SIDE / 3, interlace, 3);
        }
        else if (i < FLASH) {
            put_frame(gif, 0, 0, SIDE, SIDE, interlace, 1);
        }
        else {
            put_frame(gif, 0, 0, 1, 1, interlace, 1);
        }
    }
    EGifCloseFile(gif, NULL);
    return path;
}

static void png_is_read(void)
{
    tr_problem_t *problem = tr_problem_make(pool);
    tr_image_info_t info = { 0 };

    is_int(tr_image_check_png(make_png("a.png", 40, 20, 0), &info, problem, "png", pool),
           APR_SUCCESS, "a PNG is read");
    ok(info.width == 40 && info.height == 20 && info.frames == 1 && !info.delay_ms,
       "with its size");
    is_int(tr_image_check_png(make_png("i.png", 33, 17, 1), &info, problem, "png", pool),
           APR_SUCCESS, "an interlaced one too");
    is_int(tr_image_check_png(make_png("w.png", 16384, 1, 0), &info, problem, "png", pool),
           APR_SUCCESS, "16384 pixels a side are taken");
    is_int(tr_image_check_png(make_png("w.png", 16385, 1, 0), &info, problem, "png", pool),
           TR_EBAD, "16385 are not");
    is_str(
        tr_problem_words(problem, "png"),
        "This PNG image has 16385 x 1 pixels; at most 16384 a side and 64 million in all are "
        "taken.",
        "and it says why");
}

static void gif_is_read(void)
{
    tr_problem_t *problem = tr_problem_make(pool);
    tr_image_info_t info = { 0 };

    is_int(tr_image_check_gif(make_gif("a.gif", DISPOSE_PREVIOUS, false), &info, problem, "gif",
                              pool),
           APR_SUCCESS, "a GIF is read");
    ok(info.width == SIDE && info.height == SIDE, "with its size");
    is_int(info.frames, FRAMES, "its number of frames");
    is_int(info.delay_ms, 250, "and the time between them");
    is_int(tr_image_check_gif(make_gif("i.gif", DISPOSE_PREVIOUS, true), &info, problem, "gif",
                              pool),
           APR_SUCCESS, "an interlaced one too");
}

/* A whole file, every shorter one, and every one with a byte changed. */
typedef apr_status_t check_fn(const char *path, tr_image_info_t *info, tr_problem_t *problem,
                              const char *field, apr_pool_t *pool);

static apr_status_t check_bytes(check_fn *check, const unsigned char *data, size_t len,
                                int *silent)
{
    const char *path = write_file("broken", data, len);
    tr_image_info_t info;
    apr_pool_t *inner;
    tr_problem_t *problem;
    apr_status_t rv;

    apr_pool_create(&inner, pool);
    problem = tr_problem_make(inner);
    rv = check(path, &info, problem, "file", inner);
    *silent += (rv == TR_EBAD) != (tr_problem_words(problem, "file") != NULL);
    apr_pool_destroy(inner);
    return rv;
}

static void broken_files_are_refused(check_fn *check, const char *path, const char *kind)
{
    unsigned char whole[8192];
    size_t len = read_file(path, whole, sizeof(whole));
    int accepted = 0, silent = 0, other = 0;

    for (size_t cut = 0; cut < len; cut++) {
        accepted += check_bytes(check, whole, cut, &silent) != TR_EBAD;
    }
    is_int(accepted, 0, "a %s that was cut anywhere is refused", kind);
    for (size_t at = 0; at < len; at++) {
        unsigned char was = whole[at];
        apr_status_t rv;

        whole[at] = (unsigned char)~was;
        rv = check_bytes(check, whole, len, &silent);
        other += rv != APR_SUCCESS && rv != TR_EBAD;
        whole[at] = was;
    }
    is_int(other, 0, "a %s with a wrong byte is read or refused, nothing else", kind);
    is_int(silent, 0, "and every refusal says why");
}

static void other_files_are_refused(void)
{
    static const char html[] = "<html><script>alert(1)</script></html>";
    static const char magic[] = "\x89PNG\r\n\x1a\n<script>";
    static const struct {
        const char *data;
        size_t len;
        const char *name;
    } files[] = {
        { "", 0, "an empty file" },
        { "\0", 1, "a zero byte" },
        { html, sizeof(html) - 1, "an HTML page" },
        { magic, sizeof(magic) - 1, "a PNG's first bytes and a script" },
        { "GIF89a<script>alert(1)</script>", 31, "a GIF's first bytes and a script" },
        { "\xff\xd8\xff\xe0\0\x10JFIF", 10, "a JPEG's first bytes" },
    };

    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
        const char *path = write_file("other", files[i].data, files[i].len);
        tr_problem_t *problem = tr_problem_make(pool);
        tr_image_info_t info;

        is_int(tr_image_check_png(path, &info, problem, "png", pool), TR_EBAD, "%s is no PNG",
               files[i].name);
        is_int(tr_image_check_gif(path, &info, problem, "gif", pool), TR_EBAD, "nor a GIF");
        ok(tr_problem_words(problem, "png") && tr_problem_words(problem, "gif"),
           "both fields are told");
    }
}

static void png_and_gif_are_not_mixed_up(void)
{
    tr_problem_t *problem = tr_problem_make(pool);
    tr_image_info_t info;

    tr_image_check_png(make_gif("a.gif", DISPOSE_DO_NOT, false), &info, problem, "png", pool);
    is_str(tr_problem_words(problem, "png"), "This is not a PNG image.", "a GIF is no PNG");
    tr_image_check_gif(make_png("a.png", 4, 4, 0), &info, problem, "gif", pool);
    is_str(tr_problem_words(problem, "gif"), "This is not a GIF image.", "a PNG is no GIF");
}

static void png_bombs_are_refused(void)
{
    static const char claim[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff"
                                "\x08\x06\0\0\0";
    tr_problem_t *problem = tr_problem_make(pool);
    tr_image_info_t info;

    is_int(tr_image_check_png(write_file("bomb.png", claim, sizeof(claim) - 1), &info, problem,
                              "png", pool),
           TR_EBAD, "a PNG that claims 2147483647 x 2147483647 pixels is refused");
    ok(strstr(tr_problem_words(problem, "png"), "2147483647 x 2147483647") != NULL,
       "and told its size");
    problem = tr_problem_make(pool);
    is_int(tr_image_check_png(make_png("bomb.png", 8000, 8001, 0), &info, problem, "png", pool),
           TR_EBAD, "so is a small file of 64 million pixels");
    ok(strstr(tr_problem_words(problem, "png"), "8000 x 8001") != NULL,
       "before it is unpacked");
}

static void gif_bombs_are_refused(void)
{
    tr_problem_t *problem = tr_problem_make(pool);
    const char *path = file_of("bomb.gif");
    GifFileType *gif = begin_gif(path, 65535, 65535);
    tr_image_info_t info;

    put_frame(gif, 0, 0, 1, 1, false, 0);
    EGifCloseFile(gif, NULL);
    is_int(tr_image_check_gif(path, &info, problem, "gif", pool), TR_EBAD,
           "a canvas of 65535 x 65535 pixels is refused");
    gif = begin_gif(path, 4000, 4000);
    for (int i = 0; i < 5; i++) {
        put_frame(gif, 0, 0, 1, 1, false, 0);
    }
    EGifCloseFile(gif, NULL);
    problem = tr_problem_make(pool);
    is_int(tr_image_check_gif(path, &info, problem, "gif", pool), TR_EBAD,
           "so are five frames of 16 million pixels, however small what they draw");
    ok(strstr(tr_problem_words(problem, "gif"), "64 million") != NULL, "as too many pixels");
    gif = begin_gif(path, 10, 10);
    for (int i = 0; i < 2001; i++) {
        put_frame(gif, 0, 0, 10, 10, false, 0);
    }
    EGifCloseFile(gif, NULL);
    problem = tr_problem_make(pool);
    tr_image_check_gif(path, &info, problem, "gif", pool);
    is_str(tr_problem_words(problem, "gif"), "This GIF image has more than 2000 frames.",
           "2001 frames are too many");
}

static void odd_gifs(void)
{
    tr_problem_t *problem = tr_problem_make(pool);
    const char *path = file_of("odd.gif");
    GifFileType *gif = begin_gif(path, 10, 10);
    tr_image_info_t info;

    EGifCloseFile(gif, NULL);
    tr_image_check_gif(path, &info, problem, "gif", pool);
    is_str(tr_problem_words(problem, "gif"), "This GIF image has no frame.", "no frame");
    gif = begin_gif(path, 10, 10);
    put_frame(gif, 5, 5, 6, 5, false, 0);
    EGifCloseFile(gif, NULL);
    problem = tr_problem_make(pool);
    tr_image_check_gif(path, &info, problem, "gif", pool);
    ok(strstr(tr_problem_words(problem, "gif"), "outside") != NULL, "a frame outside");
    gif = EGifOpenFileName(path, false, NULL);
    EGifPutScreenDesc(gif, 10, 10, 8, 0, NULL);
    gif->SColorMap = GifMakeMapObject(4, NULL); /* only so that giflib writes the frame */
    put_frame(gif, 0, 0, 10, 10, false, 0);
    EGifCloseFile(gif, NULL);
    problem = tr_problem_make(pool);
    tr_image_check_gif(path, &info, problem, "gif", pool);
    ok(strstr(tr_problem_words(problem, "gif"), "no colours") != NULL,
       "a frame without colours");
}

static const char *thumb_of(const char *gif, const char *name, const char **curve)
{
    tr_problem_t *problem = tr_problem_make(pool);
    const char *to = file_of(name);

    *curve = NULL;
    is_int(tr_image_thumb(gif, to, 15, curve, problem, pool), APR_SUCCESS,
           "a thumbnail is made of %s", strrchr(gif, '/') + 1);
    return to;
}

/* Red of one pixel; the greys have all three alike. */
static int pixel(const unsigned char *rgb, size_t x, size_t y)
{
    return rgb[(y * 15 + x) * 3];
}

static void the_thumbnail_shows_the_flash(void)
{
    const char *curve,
        *path = thumb_of(make_gif("a.gif", DISPOSE_PREVIOUS, true), "t.webp", &curve);
    unsigned char data[8192], *rgb;
    size_t len = read_file(path, data, sizeof(data));
    int width = 0, height = 0;
    apr_finfo_t info;

    apr_stat(&info, path, APR_FINFO_PROT, pool);
    is_int(info.protection & 0xfff, 0x640, "its mode is 0640");
    rgb = WebPDecodeRGB(data, len, &width, &height);
    ok(rgb && width == 15 && height == 15, "it is a square WebP of 15 pixels");
    if (rgb) {
        ok(pixel(rgb, 7, 7) > 225, "the middle is bright: %d", pixel(rgb, 7, 7));
        ok(abs(pixel(rgb, 1, 1) - 85) < 30, "the corner is dark: %d", pixel(rgb, 1, 1));
    }
    WebPFree(rgb);
    is_str(curve, "[85.0,85.0,85.0,255.0,85.0]", "the light curve is the middle's");
}

static void frames_are_disposed_of(void)
{
    const char *curve;

    thumb_of(make_gif("k.gif", DISPOSE_DO_NOT, false), "t.webp", &curve);
    is_str(curve, "[85.0,85.0,85.0,255.0,255.0]", "a frame that stays is seen in the next");
    thumb_of(make_gif("b.gif", DISPOSE_BACKGROUND, false), "t.webp", &curve);
    is_str(curve, "[85.0,85.0,85.0,255.0,0.0]", "a frame that is cleared leaves black");
}

static void transparent_pixels_show_what_is_below(void)
{
    const char *curve, *path = file_of("t.gif");
    GifFileType *gif = begin_gif(path, SIDE, SIDE);

    put_control(gif, 10, DISPOSE_DO_NOT, NO_TRANSPARENT_COLOR);
    put_frame(gif, 0, 0, SIDE, SIDE, false, 2);
    put_control(gif, 10, DISPOSE_DO_NOT, 3);
    put_frame(gif, 0, 0, SIDE, SIDE, false, 3);
    EGifCloseFile(gif, NULL);
    thumb_of(path, "t.webp", &curve);
    is_str(curve, "[170.0,170.0]", "a transparent frame changes nothing");
}

static void odd_shapes_have_thumbnails(void)
{
    const char *curve, *path = file_of("s.gif");
    GifFileType *gif = begin_gif(path, 1, 300);

    put_frame(gif, 0, 0, 1, 300, false, 1);
    EGifCloseFile(gif, NULL);
    thumb_of(path, "t.webp", &curve);
    is_str(curve, "[85.0]", "one pixel in width");
}

static void a_failed_thumbnail_leaves_no_file(void)
{
    tr_problem_t *problem = tr_problem_make(pool);
    const char *curve = NULL, *to = file_of("none.webp");

    is_int(tr_image_thumb(write_file("x.gif", "GIF89a", 6), to, 15, &curve, problem, pool),
           TR_EBAD, "a broken GIF has no thumbnail");
    ok(access(to, F_OK) != 0, "and leaves no file");
    ok(tr_image_thumb(make_gif("a.gif", 0, false), file_of("no/such/folder.webp"), 15, &curve,
                      problem, pool)
           != APR_SUCCESS,
       "a folder that is not there is told");
    is_int(tr_image_thumb(file_of("a.gif"), to, 100000, &curve, problem, pool), APR_EINVAL,
           "a side of 100000 pixels is refused");
}

static void empty_folder(void)
{
    apr_dir_t *dir;
    apr_finfo_t info;

    apr_dir_open(&dir, folder, pool);
    while (apr_dir_read(&info, APR_FINFO_NAME, dir) == APR_SUCCESS) {
        if (info.name[0] != '.') {
            apr_file_remove(file_of(info.name), pool);
        }
    }
    apr_dir_close(dir);
    rmdir(folder);
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    if (!mkdtemp(folder)) {
        return skip_all("no folder can be made in /tmp");
    }
    png_is_read();
    gif_is_read();
    broken_files_are_refused(tr_image_check_png, make_png("a.png", 20, 20, 0), "PNG");
    broken_files_are_refused(tr_image_check_gif, make_gif("a.gif", DISPOSE_PREVIOUS, false),
                             "GIF");
    other_files_are_refused();
    png_and_gif_are_not_mixed_up();
    png_bombs_are_refused();
    gif_bombs_are_refused();
    odd_gifs();
    the_thumbnail_shows_the_flash();
    frames_are_disposed_of();
    transparent_pixels_show_what_is_below();
    odd_shapes_have_thumbnails();
    a_failed_thumbnail_leaves_no_file();
    empty_folder();
    apr_pool_destroy(pool);
    apr_terminate();
    return done_testing();
}
