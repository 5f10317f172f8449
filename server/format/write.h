/* Writers of small, plain documents that every office program opens: docx, pptx, pdf, png, wav,
 * zip. They carry text, not layout, and the same input gives the same bytes. Sources: ECMA-376
 * (WordprocessingML, PresentationML, OPC), ISO 32000-1 (PDF 1.4, non-embedded CID font STSong-Light
 * with UniGB-UCS2-H), PNG (ISO 15948), RIFF WAVE. */
#ifndef FORMAT_WRITE_H
#define FORMAT_WRITE_H

#include "server/base/buf.h"

struct zip_part {
    struct str name, bytes;
};
/* Stored, UTF-8 names. */
enum err zip_write(const struct zip_part *parts, size_t n, int64_t now, struct buf *out) MUST_USE;

/* A line that begins with "# " is a heading, one with "| " a row of a table whose cells " | "
 * parts. */
enum err docx_write(struct str title, const struct str *lines, size_t n, int64_t now,
                    struct buf *out) MUST_USE;

struct slide {
    struct str title;
    const struct str *lines;
    size_t n;
};
/* thumb: a JPEG for docProps/thumbnail.jpeg, empty for none. */
enum err pptx_write(struct str title, const struct slide *slides, size_t n, struct str thumb,
                    int64_t now, struct buf *out) MUST_USE;

/* A4, 14 pt, lines as they are (cut after some 36 Chinese characters), pages as needed. */
enum err pdf_write(struct str title, const struct str *lines, size_t n, struct buf *out) MUST_USE;

/* 8-bit RGB, 3 bytes each. */
enum err png_write(const unsigned char *rgb, uint32_t width, uint32_t height,
                   struct buf *out) MUST_USE;

/* 16-bit mono at 8 kHz: a melody of tones, each so many ms. */
struct tone {
    double hz;
    int ms;
};
enum err wav_write(const struct tone *tones, size_t n, struct buf *out) MUST_USE;

#endif
