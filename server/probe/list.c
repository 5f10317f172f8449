/* What is in an archive, by libarchive: ZIP, 7z, RAR, tar and what compresses them. Nothing is
 * unpacked, links are not followed, archives inside are named and not opened (depth 1).
 *
 * Sizes are checked by inflating, until a budget of bytes or time is spent; from then on they are
 * what the archive claims. L1: at most LIST_ENTRIES entries are told. L2: never more than
 * LIST_BYTES are inflated in all. L3: past 1 MiB, never more than LIST_RATIO bytes out for one in.
 * Each of the three ends the list with "cut". */
#include "server/base/clock.h"
#include "server/base/utf.h"
#include "server/format/name.h"
#include "server/probe/out.h"
#include "server/probe/verbs.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>
#include <time.h>

enum {
    LIST_ENTRIES = 10000,
    LIST_RATIO = 200,
    RATIO_FREE = 1 << 20,
    BLOCK = 64 * 1024,
    CHECK_MS = 6000,
    NAME_MAX_BYTES = 4096
};
#define LIST_BYTES (INT64_C(2) << 30)

struct reader {
    struct file *f;
    int64_t at;
    char block[BLOCK];
};

static la_ssize_t on_read(struct archive *a, void *arg, const void **block)
{
    (void)a;
    struct reader *r = arg;
    uint64_t left = r->f->src.size - (uint64_t)r->at;
    size_t n = left < BLOCK ? (size_t)left : BLOCK;
    *block = r->block;
    if (n && r->f->src.read(r->f->src.arg, (uint64_t)r->at, r->block, n))
        return ARCHIVE_FATAL;
    r->at += (int64_t)n;
    return (la_ssize_t)n;
}

static la_int64_t on_seek(struct archive *a, void *arg, la_int64_t offset, int whence)
{
    (void)a;
    struct reader *r = arg;
    int64_t size = (int64_t)r->f->src.size;
    int64_t to = whence == SEEK_SET ? offset : whence == SEEK_CUR ? r->at + offset : size + offset;
    if (to < 0 || to > size)
        return ARCHIVE_FATAL;
    return r->at = to;
}

static la_int64_t on_skip(struct archive *a, void *arg, la_int64_t n)
{
    (void)a;
    struct reader *r = arg;
    int64_t left = (int64_t)r->f->src.size - r->at;
    int64_t step = n < 0 ? 0 : n < left ? n : left;
    r->at += step;
    return step;
}

static int64_t cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct walk {
    struct archive *a;
    struct reader *r;
    struct buf name;
    int64_t out;    /* bytes inflated in all */
    int64_t cpu_to; /* ms of processor time after which nothing more is inflated */
    size_t n;
    const char *code; /* why it ended, when it did */
};

/* Inflates the entry; its real size, or -1 when that was not to be found out. */
static int64_t real_size(struct walk *w)
{
    const void *p;
    size_t n;
    la_int64_t at;
    int64_t size = 0;
    while (cpu_ms() < w->cpu_to) {
        int r = archive_read_data_block(w->a, &p, &n, &at);
        if (r == ARCHIVE_EOF)
            return size;
        if (r < ARCHIVE_WARN)
            return -1;
        if (at > size && at - size > LIST_BYTES)
            return -1; /* a hole larger than anything we believe */
        w->out += (int64_t)n;
        size = at + (int64_t)n > size ? at + (int64_t)n : size;
        int64_t in = archive_filter_bytes(w->a, -1);
        if (w->out > LIST_BYTES || (w->out > RATIO_FREE && in > 0 && w->out / LIST_RATIO > in)) {
            w->code = "cut";
            return size;
        }
    }
    return -1;
}

static bool stored(struct walk *w)
{
    const char *format = archive_format_name(w->a);
    return format && strstr(format, "uncompressed");
}

static bool has_dotdot(struct str path)
{
    struct str part;
    while (str_next(&path, '/', &part))
        if (str_eqz(part, ".."))
            return true;
    return false;
}

static bool unsafe_path(struct str s)
{
    bool drive = s.n > 1 && s.p[1] == ':';
    if (!s.n || s.p[0] == '/' || s.p[0] == '\\' || drive || has_dotdot(s))
        return true;
    struct str rest = s, part;
    while (str_next(&rest, '\\', &part))
        if (has_dotdot(part))
            return true;
    while (s.n) {
        uint32_t r;
        size_t n = utf_get(s, &r);
        if (utf_is_control(r) || r < 0x20)
            return true;
        s = str_sub(s, n, s.n);
    }
    return false;
}

static void put_entry(struct walk *w, struct archive_entry *en)
{
    struct file *f = w->r->f;
    const char *raw = archive_entry_pathname(en);
    if (!raw)
        raw = archive_entry_pathname_utf8(en);
    buf_clear(&w->name);
    if (archive_format(w->a) == ARCHIVE_FORMAT_RAW) /* one compressed file has no name of its own */
        name_decode(&w->name, str_sub(f->name, 0, f->name.n - f->ext.n - 1));
    else
        name_decode(&w->name, str_sub(str_of(raw), 0, NAME_MAX_BYTES));
    struct str name = buf_str(&w->name), ext = name_ext(name);
    bool folder = archive_entry_filetype(en) == AE_IFDIR;
    bool link = archive_entry_filetype(en) == AE_IFLNK || archive_entry_hardlink(en);
    bool locked = archive_entry_is_encrypted(en) > 0;
    int64_t size = archive_entry_size_is_set(en) ? archive_entry_size(en) : -1;
    if (!folder && !link && !locked && !stored(w)) {
        int64_t real = real_size(w);
        size = real >= 0 ? real : size;
    }
    const struct kind *kind = kind_of_ext(ext);
    out_open("entry");
    out_str("name", name);
    out_int("size", folder ? 0 : size);
    if (archive_entry_mtime_is_set(en) && archive_entry_mtime(en) > 0 &&
        archive_entry_mtime(en) < (INT64_C(1) << 40))
        out_int("mtime", (int64_t)archive_entry_mtime(en) * 1000);
    out_flag("folder", folder);
    out_flag("link", link);
    out_flag("encrypted", locked);
    out_flag("unsafe", unsafe_path(name));
    out_flag("dangerous", !folder && ext_dangerous(ext));
    out_flag("archive", !folder && kind && kind->family == FAMILY_archive);
    out_close();
}

/* raw: what is compressed may be a single file. */
static struct archive *open_archive(struct reader *r, bool raw)
{
    struct archive *a = archive_read_new();
    archive_read_support_filter_gzip(a);
    archive_read_support_filter_bzip2(a);
    archive_read_support_filter_xz(a);
    archive_read_support_format_zip_seekable(a);
    archive_read_support_format_7zip(a);
    archive_read_support_format_rar(a);
    archive_read_support_format_rar5(a);
    archive_read_support_format_tar(a);
    if (raw)
        archive_read_support_format_raw(a);
    archive_read_set_read_callback(a, on_read);
    archive_read_set_seek_callback(a, on_seek);
    archive_read_set_skip_callback(a, on_skip);
    archive_read_set_callback_data(a, r);
    return a;
}

static void walk_entries(struct walk *w)
{
    struct archive_entry *en;
    while (!w->code && !out_full()) {
        int r = archive_read_next_header(w->a, &en);
        if (r == ARCHIVE_EOF)
            return;
        if (r < ARCHIVE_WARN) {
            w->code = w->n ? "cut" : "unreadable";
            return;
        }
        if (w->n++ >= LIST_ENTRIES) {
            w->code = "cut";
            return;
        }
        put_entry(w, en);
    }
}

const char *verb_list(struct file *f)
{
    static struct reader r;
    struct walk w = { .r = &r, .cpu_to = cpu_ms() + CHECK_MS };
    struct finding got = sniff(f);
    if (!got.kind || (got.kind->family != FAMILY_archive && got.kind->look != LOOK_ZIP))
        return "unsupported";
    r.f = f;
    buf_init(&w.name, 4 * NAME_MAX_BYTES + 64);
    bool packed = !strcmp(got.kind->name, "gz") || !strcmp(got.kind->name, "bz2") ||
                  !strcmp(got.kind->name, "xz");
    w.a = open_archive(&r, packed && f->ext.n);
    r.at = 0;
    if (archive_read_open1(w.a) == ARCHIVE_OK)
        walk_entries(&w);
    else
        w.code = "unreadable";
    archive_read_free(w.a);
    buf_fini(&w.name);
    out_open("total");
    out_int("inflated", w.out);
    out_close();
    return w.code ? w.code : "ok";
}
