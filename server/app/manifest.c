/* Manifests: written by backup.c, read by restore.c and by whoever clears old backups. */
#include "server/app/manifest.h"

#include "storage/disk.h"

static void hash_line(struct str text, char hex[SHA256_HEX + 1])
{
    unsigned char is[SHA256_LEN];
    sha256(text, is);
    hex_to(hex, is, sizeof is);
}

void manifest_end(struct buf *text)
{
    char hex[SHA256_HEX + 1];
    hash_line(buf_str(text), hex);
    buf_fmt(text, "end %s\n", hex);
}

static bool sealed(struct str *text)
{
    char hex[SHA256_HEX + 1];
    size_t last = 4 + SHA256_HEX + 1;
    if (text->n < last)
        return false;
    struct str end = str_sub(*text, text->n - last, text->n);
    *text = str_sub(*text, 0, text->n - last);
    hash_line(*text, hex);
    return str_starts(end, S("end ")) && str_eqz(str_sub(end, 4, 4 + SHA256_HEX), hex);
}

static struct str word(struct str *line)
{
    struct str w = STR_NONE;
    return str_next(line, ' ', &w) ? w : STR_NONE;
}

static uint64_t number(struct str s)
{
    int64_t n = 0;
    return str_int(s, &n) && n >= 0 ? (uint64_t)n : UINT64_MAX;
}

static bool head_line(struct manifest *m, struct str line)
{
    struct str key = word(&line);
    if (str_eqz(key, "made"))
        return str_int(word(&line), &m->made);
    if (str_eqz(key, "version"))
        m->version = line;
    else if (str_eqz(key, "secret"))
        m->secret_sha = word(&line);
    else if (str_eqz(key, "rows")) {
        m->rows_name = word(&line);
        m->rows_size = number(word(&line));
        m->rows_sha = word(&line);
    } else
        return str_eqz(key, "jibei-backup") && str_eqz(word(&line), "1");
    return true;
}

static enum err whole_file(int dir, const char *name, size_t cap, struct buf *out)
{
    int fd = -1;
    uint64_t size = 0;
    size_t got = 0;
    enum err e = disk_open_read(dir, name, &fd);
    if (!e && !(e = disk_size(fd, &size))) {
        char *p = size < cap ? buf_space(out, (size_t)size) : NULL;
        e = p ? disk_read(fd, p, (size_t)size, 0, &got) : E_TOO_LARGE;
        if (!e)
            buf_added(out, got);
    }
    disk_close(fd);
    return e;
}

enum err manifest_read(int dir, struct buf *text, struct manifest *out)
{
    *out = (struct manifest){ 0 };
    enum err e = whole_file(dir, "manifest", MANIFEST_CAP, text);
    struct str rest = buf_str(text), line, before;
    if (e)
        return e;
    if (!sealed(&rest))
        return E_CORRUPT;
    for (before = rest; str_next(&rest, '\n', &line); before = rest) {
        if (str_starts(line, S("blob ")) || str_starts(line, S("missing ")))
            break;
        if (line.n && !head_line(out, line))
            return E_CORRUPT;
    }
    out->blobs = before;
    while (str_next(&before, '\n', &line)) {
        out->blobs_n += str_starts(line, S("blob "));
        out->missing_n += str_starts(line, S("missing "));
    }
    return out->rows_name.n && out->rows_sha.n == SHA256_HEX ? E_OK : E_CORRUPT;
}

bool manifest_next(struct str *rest, struct str *sha, uint64_t *size)
{
    struct str line;
    while (str_next(rest, '\n', &line))
        if (str_starts(line, S("blob "))) {
            word(&line);
            *sha = word(&line);
            *size = number(word(&line));
            return true;
        }
    return false;
}
