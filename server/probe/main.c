/* jibei-probe VERB: looks into a stranger's file (descriptor 0, the name in JIBEI_PROBE_NAME) and
 * says what it found on descriptor 1 (out.h). The only program of the house that opens strangers'
 * files; it holds no key, no session and, once it looks, no way to anything but these two
 * descriptors (jail.h).
 *
 * Everything that loads tables happens first: locale (libarchive decodes names by it), time zone
 * (libarchive opens /etc/localtime), iconv, libxml2, libmagic, libsodium. */
#include "server/format/charset.h"
#include "server/format/xml.h"
#include "server/probe/jail.h"
#include "server/probe/out.h"
#include "server/probe/verbs.h"

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const struct verb {
    const char *name;
    const char *(*run)(struct file *f);
    int pdf; /* the tool a PDF needs, or -1 */
} verbs[] = {
    { "sniff", verb_sniff, -1 },     { "list", verb_list, -1 },
    { "text", verb_text, PDF_TEXT }, { "outline", verb_outline, -1 },
    { "rows", verb_rows, -1 },       { "thumb", verb_thumb, PDF_THUMB },
    { "meta", verb_meta, PDF_INFO }, { "try", verb_try, PDF_TRY },
};

const char *code_of(enum err e, bool cut)
{
    if (e == E_TOO_LARGE || (!e && cut))
        return "cut";
    return e ? "unreadable" : "ok";
}

static const struct verb *verb_named(const char *name)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (!strcmp(name, verbs[i].name))
            return &verbs[i];
    return NULL;
}

static void warm(void)
{
    time_t now = time(NULL);
    struct tm tm;
    setenv("TZ", "CST-8", 1); /* the times in a ZIP are those of the county that wrote it */
    if (!setlocale(LC_CTYPE, "C.UTF-8"))
        setlocale(LC_CTYPE, "C.utf8");
    tzset();
    localtime_r(&now, &tm);
    if (sodium_init() < 0)
        _exit(1);
    charset_warm();
    xml_warm();
    file_warm();
}

/* A PDF by its first bytes alone: enough to decide whether poppler is needed. */
static bool looks_pdf(int fd)
{
    char t[5];
    return pread(fd, t, sizeof t, 0) == sizeof t && !memcmp(t, "%PDF-", sizeof t);
}

int main(int argc, char **argv)
{
    const struct verb *v = argc == 2 ? verb_named(argv[1]) : NULL;
    const char *name = getenv("JIBEI_PROBE_NAME");
    struct file f;
    if (!v)
        return 2;
    signal(SIGPIPE, SIG_DFL);
    warm();
    if (v->pdf >= 0 && (v->pdf == PDF_TRY || looks_pdf(0)))
        pdf_start((enum pdf_tool)v->pdf);
    if (jail_enter())
        out_end("no_jail");
    if (file_open(&f, 0, str_of(name)))
        out_end("unreadable");
    out_end(v->run(&f));
}
