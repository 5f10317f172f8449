/* Looking into strangers' files by build/jibei-probe, a process in a jail: it gets the file on a
 * descriptor and answers through a pipe, and is killed by the clock. Nothing here opens or parses a
 * file in this process.
 *
 * A function gives E_OK whenever the probe could be asked; what it found, or that it died, stands
 * in the result: code "ok", "cut" (more than the limits allow; what came is usable), "unreadable"
 * (broken or encrypted), "unsupported" (nothing to be had from this kind), "timeout", "crashed".
 * E_IO: the probe could not be started. E_STOPPING: *stop was set meanwhile.
 *
 * The descriptor's offset is moved: give one of its own. Blocks for milliseconds to seconds:
 * workers and jobs only. Strings live in the arena given. */
#ifndef APP_PROBE_H
#define APP_PROBE_H

#include "server/base/arena.h"
#include "server/base/err.h"
#include "server/format/kind.h"

#include <stdatomic.h>

struct probe {
    const char *path;        /* of jibei-probe: house->probe */
    int64_t clock;           /* ms until it is killed; 0: 30 s */
    const atomic_bool *stop; /* house->stopping; may be NULL */
    int64_t person;          /* whose file; 0: its process sees no other */
    struct arena *arena;
};

/* ---- sniff: what is it, may it come in? Milliseconds, whatever the size. */
struct probe_sniff {
    enum verdict verdict;
    enum say say;            /* of the verdict's row */
    struct str code, text;   /* of the verdict's row; text is shown to the person */
    const struct kind *kind; /* by content; NULL when nothing is known */
    bool macros, encrypted;
};
/* name: what the person calls the file. A probe that dies gives not_checked (quarantine). */
enum err probe_sniff(const struct probe *p, int fd, struct str name,
                     struct probe_sniff *out) MUST_USE;
/* What is kept of it with the bytes and told to whoever looks at them: why they are kept back, or a
 * warning. That a name did not fit is nothing about the bytes. */
struct str probe_remark(const struct probe_sniff *seen);

/* ---- list: what is in an archive? Nothing is unpacked; archives inside are named, not opened. */
struct probe_entry {
    struct str name; /* UTF-8, as it stands in the archive */
    int64_t size;    /* bytes really inflated, or claimed where not checked; -1: not told */
    int64_t mtime;   /* ms UTC; 0: not told */
    bool folder, link, encrypted;
    bool unsafe; /* absolute, with "..", or controls: a program that unpacks must not follow it */
    bool dangerous; /* would run when double-clicked */
    bool archive;   /* an archive itself */
};
struct probe_list {
    struct str code;
    const struct probe_entry *v;
    size_t n;
    int64_t inflated; /* bytes, all entries */
};
enum err probe_list(const struct probe *p, int fd, struct str name,
                    struct probe_list *out) MUST_USE;

/* ---- text and outline */
struct probe_page {
    int64_t number; /* from 1; pages without text are missing; a long one comes in pieces of one
                       number */
    struct str title, text;
};
struct probe_head {
    int64_t level, page;
    struct str text;
};
struct probe_text {
    struct str code;
    const struct probe_page *pages;
    size_t pages_n;
    const struct probe_head *heads;
    size_t heads_n;
};
enum err probe_text(const struct probe *p, int fd, struct str name,
                    struct probe_text *out) MUST_USE;
enum err probe_outline(const struct probe *p, int fd, struct str name,
                       struct probe_text *out) MUST_USE; /* no pages */

/* ---- thumb: a small picture of it, from inside the file; validated, never scaled by us (PDF:
 * drawn, 480 px) */
struct probe_thumb {
    struct str code;
    struct str mime, bytes;
    int64_t width, height;
};
enum err probe_thumb(const struct probe *p, int fd, struct str name,
                     struct probe_thumb *out) MUST_USE;

/* ---- meta */
struct probe_meta {
    struct str code;
    struct str title, author; /* what the office program kept */
    int64_t pages;            /* pages or slides; -1 */
    int64_t width, height;    /* pixels; 0 */
    int64_t duration;         /* ms; 0 */
    struct str video, audio;  /* codecs, "avc1" */
    bool faststart;
};
enum err probe_meta(const struct probe *p, int fd, struct str name,
                    struct probe_meta *out) MUST_USE;

/* ---- rows: a spreadsheet (xlsx, xls, et, csv, tsv) as cells, for rosters and timetables */
struct probe_row {
    int64_t sheet, row; /* from 1 */
    struct str name;    /* of the sheet */
    const struct str *cells;
    size_t n;
};
struct probe_rows {
    struct str code;
    const struct probe_row *v;
    size_t n;
};
enum err probe_rows(const struct probe *p, int fd, struct str name,
                    struct probe_rows *out) MUST_USE;

/* ---- paper: a docx as a document (server/format/paper.h), with its images, and what of it did not
 * come over */
struct paper;
struct paper_report;
struct probe_image {
    struct str name; /* what an image of the paper has as its address */
    struct str bytes;
};
struct probe_paper {
    struct str code;
    struct paper *doc;
    const struct probe_image *images;
    size_t images_n;
};
/* report's arena is the probe's. */
enum err probe_paper(const struct probe *p, int fd, struct str name, struct paper_report *report,
                     struct probe_paper *out) MUST_USE;

/* Does the jail hold on this machine? what: open, write, fork, exec, socket, kill, ptrace, memory,
 * program (what poppler's programs could read), loop.
 * code "held" when the attempt was denied or killed, "escaped" when it worked. For `jibei check`
 * and the tests. */
enum err probe_try(const struct probe *p, const char *what, struct str *code) MUST_USE;

/* Processes wait for the next file: those that waited in vain for a moment end, or all do. */
void probes_rest(void);
void probes_close(void);

#endif
