/* The small picture and the figures of a file. */
#include "server/base/id.h"
#include "server/format/media.h"
#include "server/format/ooxml.h"
#include "server/probe/out.h"
#include "server/probe/verbs.h"

#include <string.h>

enum { THUMB_MAX = 2 << 20, SELF_MAX = 512 << 10 };

/* ---- thumb */

static const char *put_thumb(struct str bytes)
{
    struct media m;
    struct arena *a = arena_new();
    if (bytes.n > THUMB_MAX || image_read(bytes, &m)) {
        arena_free(a);
        return "unsupported";
    }
    out_open("thumb");
    out_str("mime", str_of(m.image));
    out_int("width", m.width);
    out_int("height", m.height);
    out_str("data", base64_encode(a, bytes));
    out_close();
    arena_free(a);
    return "ok";
}

static const char *zip_thumb(struct file *f)
{
    struct zip *z = file_zip(f);
    size_t k = z ? doc_thumbnail(z) : SIZE_MAX;
    struct buf b;
    const char *code = "unsupported";
    if (k == SIZE_MAX)
        return code;
    buf_init(&b, THUMB_MAX);
    if (!zip_read(z, k, &b))
        code = put_thumb(buf_str(&b));
    buf_fini(&b);
    return code;
}

static const char *pdf_thumb(void)
{
    struct buf b;
    buf_init(&b, THUMB_MAX);
    const char *code = pdf_output(&b) ? "unreadable" : put_thumb(buf_str(&b));
    buf_fini(&b);
    return code;
}

const char *verb_thumb(struct file *f)
{
    struct finding got = sniff(f);
    if (!got.kind || verdicts[got.verdict].say > SAY_warn)
        return "unsupported";
    if (got.kind->family == FAMILY_pdf)
        return pdf_thumb();
    if (got.kind->family == FAMILY_image && got.kind->shown)
        return put_thumb(f->src.size <= SELF_MAX && f->src.size == f->head.n
                             ? f->head
                             : exif_thumbnail(f->head));
    return zip_thumb(f);
}

/* ---- meta */

static void put_media(const struct media *m)
{
    out_int("width", m->width);
    out_int("height", m->height);
    out_int("duration", m->duration);
    out_str("video", str_of(m->video));
    out_str("audio", str_of(m->audio));
    out_flag("faststart", m->faststart);
}

static void put_props(const struct doc_props *p)
{
    out_str("title", p->title);
    out_str("author", p->author);
    out_int("pages", p->slides > 0 ? p->slides : p->pages);
}

/* pdfinfo's lines: "Pages:          12". */
static struct str info_line(struct str info, const char *key)
{
    struct str line;
    while (str_next(&info, '\n', &line))
        if (str_starts(line, str_of(key)))
            return str_trim(str_sub(line, strlen(key), line.n));
    return STR_NONE;
}

static const char *pdf_meta(void)
{
    struct buf b;
    buf_init(&b, 1 << 16);
    enum err e = pdf_output(&b);
    struct str s = buf_str(&b);
    int64_t pages = -1;
    if (!e && str_int(info_line(s, "Pages:"), &pages)) {
        out_open("meta");
        out_str("title", info_line(s, "Title:"));
        out_str("author", info_line(s, "Author:"));
        out_int("pages", pages);
        out_close();
    } else
        e = E_SYNTAX;
    buf_fini(&b);
    return code_of(e, false);
}

static const char *zip_meta(struct file *f)
{
    struct arena *a = arena_new();
    struct doc_props p;
    enum err e = file_zip(f) ? doc_props_read(f->zip, a, &p) : E_SYNTAX;
    if (!e) {
        out_open("meta");
        put_props(&p);
        out_close();
    }
    arena_free(a);
    return e == E_NOT_FOUND ? "unsupported" : code_of(e, false);
}

const char *verb_meta(struct file *f)
{
    struct finding got = sniff(f);
    struct media m;
    if (!got.kind || verdicts[got.verdict].say > SAY_warn)
        return "unsupported";
    if (got.kind->family == FAMILY_pdf)
        return pdf_meta();
    bool picture = got.kind->family == FAMILY_image;
    if (!picture && got.kind->family != FAMILY_video && got.kind->family != FAMILY_audio)
        return got.kind->look == LOOK_ZIP ? zip_meta(f) : "unsupported";
    enum err e = picture ? image_read(f->head, &m) : media_read(f->src, &m);
    if (e)
        return "unsupported";
    out_open("meta");
    put_media(&m);
    out_close();
    return "ok";
}
