/* Names of files. The set of what cannot stand is that of Windows, the narrowest: \ / : * ? " < >
 * |, control and bidirectional characters, a dot or space at the end, and the device names of DOS
 * before any dot. */
#include "server/format/name.h"

#include "server/base/utf.h"
#include "server/format/charset.h"

#include <string.h>

bool name_sign(uint32_t r)
{
    return r < 0x80 && strchr("\\/:*?\"<>|", (int)r);
}

static bool forbidden(uint32_t r)
{
    return r == 0xFFFD || name_sign(r) || utf_is_control(r);
}

static bool in_cp936(struct str one)
{
    char t[2];
    return charset_cp936(one, t) > 0;
}

/* CON, PRN, AUX, NUL, COM1–9, LPT1–9, whatever stands behind the first dot. */
static bool dos_device(struct str s)
{
    struct str stem = str_sub(s, 0, str_chr(s, '.', 0));
    static const char *const words[] = { "con", "prn", "aux", "nul" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_ieqz(stem, words[i]))
            return true;
    return stem.n == 4 && stem.p[3] >= '1' && stem.p[3] <= '9' &&
           (str_ieqz(str_sub(stem, 0, 3), "com") || str_ieqz(str_sub(stem, 0, 3), "lpt"));
}

struct str name_ext(struct str name)
{
    size_t i = name.n;
    while (i > 0 && name.p[i - 1] != '.' && name.p[i - 1] != '/')
        i--;
    if (i < 2 || name.p[i - 1] != '.' || i == name.n || name.p[i - 2] == '/')
        return STR_NONE;
    return str_sub(name, i, name.n);
}

static struct str strip_ends(struct str s)
{
    while (s.n && (s.p[s.n - 1] == '.' || s.p[s.n - 1] == ' '))
        s.n--;
    while (s.n && s.p[0] == ' ')
        s = str_sub(s, 1, s.n);
    return s;
}

/* Cuts to max bytes, keeping an extension of up to 12 bytes. */
static void put_cut(struct buf *out, struct str s, size_t max)
{
    if (s.n <= max) {
        buf_add(out, s);
        return;
    }
    struct str ext = name_ext(s);
    if (ext.n > 12 || ext.n + 2 > max)
        ext = STR_NONE;
    size_t tail = ext.n ? ext.n + 1 : 0;
    struct str stem = strip_ends(utf_head(str_sub(s, 0, s.n - tail), max - tail));
    buf_add(out, stem.n ? stem : S("_"));
    if (tail) {
        buf_char(out, '.');
        buf_add(out, ext);
    }
}

void name_component(struct buf *out, struct str part, size_t max, bool cp936)
{
    struct buf t;
    buf_init(&t, part.n * 3 + 16);
    while (part.n) {
        uint32_t r;
        size_t k = utf_get(part, &r);
        struct str one = str_sub(part, 0, k);
        if (forbidden(r) || (cp936 && !in_cp936(one)))
            buf_char(&t, '_');
        else
            buf_add(&t, one);
        part = str_sub(part, k, part.n);
    }
    struct str s = strip_ends(buf_str(&t));
    if (!s.n)
        buf_char(out, '_');
    else if (dos_device(s)) {
        buf_char(out, '_');
        put_cut(out, s, max - 1);
    } else
        put_cut(out, s, max);
    buf_fini(&t);
}

struct str name_safe(struct arena *a, struct str part, size_t max)
{
    struct buf b;
    buf_init(&b, max + 1);
    name_component(&b, part, max, false);
    struct str s = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return s;
}

/* The rest after the last '/', and in *dirs what stands before it. */
static struct str last_part(struct str path, struct str *dirs)
{
    while (path.n && path.p[path.n - 1] == '/')
        path.n--;
    size_t i = path.n;
    while (i > 0 && path.p[i - 1] != '/')
        i--;
    *dirs = str_sub(path, 0, i);
    return str_sub(path, i, path.n);
}

void name_path(struct buf *out, struct str path, size_t max, bool cp936)
{
    size_t at = out->n, dirs_max = max * 3 / 5;
    struct str dirs, dir, file = last_part(path, &dirs);
    struct buf one;
    buf_init(&one, max + 16);
    while (str_next(&dirs, '/', &dir)) {
        if (!dir.n || str_eqz(dir, ".") || str_eqz(dir, ".."))
            continue;
        buf_clear(&one);
        name_component(&one, dir, max / 3 > 16 ? max / 3 : 16, cp936);
        if (out->n - at + one.n + 1 > dirs_max)
            break;
        buf_add(out, buf_str(&one));
        buf_char(out, '/');
    }
    buf_fini(&one);
    name_component(out, file, max - (out->n - at), cp936);
}

void name_decode(struct buf *out, struct str raw)
{
    if (utf_valid(raw)) {
        buf_add(out, raw);
        return;
    }
    struct buf t;
    buf_init(&t, raw.n * 4 + 64);
    if (charset_gb18030(&t, raw)) {
        buf_add(out, buf_str(&t));
    } else {
        while (raw.n) {
            uint32_t r;
            size_t k = utf_get(raw, &r);
            buf_utf8(out, r);
            raw = str_sub(raw, k, raw.n);
        }
    }
    buf_fini(&t);
}

void name_cp936(struct buf *out, struct str s)
{
    while (s.n) {
        uint32_t r;
        char t[2];
        size_t k = utf_get(s, &r), n = charset_cp936(str_sub(s, 0, k), t);
        buf_put(out, n ? t : "_", n ? n : 1);
        s = str_sub(s, k, s.n);
    }
}
