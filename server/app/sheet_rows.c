/* Bytes of a request as a file that the probe can be given: in memory, without a name. */
#include "server/app/sheet_rows.h"

#include "server/base/utf.h"

#include <sys/mman.h>
#include <unistd.h>

enum err sheet_rows(struct call *c, struct str name, struct str bytes, struct probe_rows *out)
{
    struct probe p = { .path = c->house->probe, .stop = &c->house->stopping, .arena = c->arena };
    int fd = memfd_create("sheet", MFD_CLOEXEC);
    if (fd < 0 || write(fd, bytes.p, bytes.n) != (ssize_t)bytes.n || lseek(fd, 0, SEEK_SET)) {
        if (fd >= 0)
            close(fd);
        return E_IO;
    }
    enum err e = probe_rows(&p, fd, name, out);
    close(fd);
    return e;
}

static struct str tidy(struct arena *a, struct str s, bool word)
{
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;
    s = str_trim(s);
    while (s.n) {
        uint32_t rune;
        struct str c = str_sub(s, 0, utf_get(s, &rune));
        s = str_sub(s, c.n, s.n);
        bool space = rune == ' ' || rune == 0x3000 || rune == 0xa0;
        if (utf_is_control(rune) || (word && (space || rune == '*' || rune == 0xff0a)))
            continue;
        for (size_t i = 0; i < c.n; i++)
            p[n++] = c.p[i];
    }
    return (struct str){ p, n };
}

struct str sheet_line(struct arena *a, struct str cell)
{
    return tidy(a, cell, false);
}

struct str sheet_word(struct arena *a, struct str cell)
{
    return tidy(a, cell, true);
}
