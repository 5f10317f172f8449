/* Whole files as the probe gets them: the first line is the name, the rest the file. One verb
 * is asked, which one their sum says. What it says is checked here in place of out.c: text is
 * UTF-8, sizes and counts are within their bounds, lines are opened and closed, the end is one of
 * the words we know; asked again it says the same. Outside the jail: nothing may need it to be
 * harmless here. */
#include "tests/fuzz/fuzz.h"

#include "server/base/utf.h"
#include "server/probe/out.h"
#include "server/probe/verbs.h"

#include <sys/mman.h>
#include <unistd.h>

static struct said {
    const char *line;
    size_t lines, bytes;
    uint64_t sum;
} said;

void out_open(const char *name)
{
    MUST(!said.line);
    said.line = name;
    said.lines++;
}

static void add(const char *key, struct str v)
{
    MUST(said.line && utf_valid(v));
    said.bytes += v.n;
    said.sum = said.sum * 31 + crc32_of(0, v) + crc32_of(0, str_of(key));
}

void out_str(const char *key, struct str v)
{
    add(key, v);
}

void out_int(const char *key, int64_t v)
{
    MUST(v >= -1 || !strcmp(key, "mtime"));
    add(key, (struct str){ (const char *)&(char){ (char)('a' + v % 7 + 7) }, 1 });
}

void out_flag(const char *key, bool v)
{
    add(key, v ? S("true") : S(""));
}

void out_strs(const char *key, const struct str *v, size_t n)
{
    MUST(n <= SHEET_COLUMNS_MAX);
    for (size_t i = 0; i < n; i++)
        add(key, v[i]);
}

void out_close(void)
{
    MUST(said.line);
    said.line = NULL;
}

bool out_full(void)
{
    return said.bytes > OUT_MAX;
}

void out_end(const char *code)
{
    (void)code;
    abort(); /* only the probe's own process ends */
}

static struct said ask(int fd, struct str name, const char *(*verb)(struct file *f))
{
    static const char *const ends[] = { "ok", "cut", "unreadable", "unsupported" };
    struct file f;
    size_t known = 0;
    said = (struct said){ 0 };
    MUST(file_open(&f, fd, name) == E_OK);
    const char *end = verb(&f);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        known += !strcmp(end, ends[i]);
    MUST(known == 1 && !said.line && said.bytes <= OUT_MAX + LINE_MAX_BYTES);
    said.line = "end";
    add("end", str_of(end));
    zip_close(f.zip);
    mem_free((void *)(uintptr_t)f.head.p);
    return said;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static const char *(*const verbs[])(struct file * f) = { verb_sniff,   verb_list, verb_text,
                                                             verb_outline, verb_rows, verb_thumb,
                                                             verb_meta };
    static bool warm;
    struct str in = { (const char *)p, n }, name = STR_NONE;
    if (!warm)
        file_warm();
    warm = true;
    (void)str_next(&in, '\n', &name);
    if (!utf_valid(name) || name.n == 0 || name.n > 255)
        name = S("a.zip");
    int fd = memfd_create("file", MFD_CLOEXEC);
    MUST(fd >= 0 && write(fd, in.p ? in.p : "", in.n) == (ssize_t)in.n);
    size_t i = crc32_of(0, in) % (sizeof verbs / sizeof *verbs);
    struct said one = ask(fd, name, verbs[i]), two = ask(fd, name, verbs[i]);
    MUST(one.sum == two.sum && one.lines == two.lines);
    MUST(verbs[i] != verb_list || one.lines <= 10001);
    close(fd);
    return 0;
}
