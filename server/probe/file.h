/* The file the probe looks into: descriptor 0 and the name a person gave it. Opened before the
 * jail, read inside. */
#ifndef PROBE_FILE_H
#define PROBE_FILE_H

#include "server/format/kind.h"
#include "server/format/zip.h"

enum { HEAD_MAX = 256 * 1024 };

struct file {
    int fd;
    struct str name, ext;
    struct zip_source src;
    struct str head;   /* its first bytes, at most HEAD_MAX */
    bool text;         /* head is text in a charset we know */
    const char *magic; /* libmagic's opinion of head, "application/pdf" */
    struct zip *zip;   /* opened by file_zip */
    enum err zip_err;
    bool zip_tried;
    const struct kind *kind; /* set by sniff */
};

/* Loads libmagic's table. */
void file_warm(void);
/* E_IO: it cannot be read. */
enum err file_open(struct file *f, int fd, struct str name) MUST_USE;
void file_close(struct file *f); /* not the descriptor */
/* Its ZIP directory, read once; NULL: none, zip_err says why. */
struct zip *file_zip(struct file *f);
/* The whole file in memory, at most cap bytes (E_TOO_LARGE). */
enum err file_read(const struct file *f, size_t cap, struct buf *out) MUST_USE;

#endif
