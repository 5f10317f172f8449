/* Which files go into a pack, and how they are called there: 「三下-语文-1荷花-教案-林某.docx」, so
 * that a teacher knows the file without opening it. Whoever may not read a resource gets a pack
 * without it. */
#include "server/app/pack.h"

#include "server/app/dict.h"
#include "server/app/file_access.h"
#include "server/app/resource.h"
#include "server/base/buf.h"
#include "server/base/hash.h"
#include "server/format/name.h"
#include "storage/blob.h"
#include "storage/taxon.h"

enum { NAME_BYTES = 208 };

/* ---- names */

/* 三年级下册 → 三下; other volumes stay. */
static struct str short_volume(struct call *c, struct str v)
{
    size_t at = str_find(v, S("年级"), 0);
    struct str rest = at == SIZE_MAX ? STR_NONE : str_sub(v, at + 6, v.n);
    if (rest.n < 3 || (!str_starts(rest, S("上")) && !str_starts(rest, S("下"))))
        return v;
    return arena_fmt(c->arena, "%.*s%.*s", STR_ARG(str_sub(v, 0, at)),
                     STR_ARG(str_sub(rest, 0, 3)));
}

static void add_part(struct buf *b, struct str part)
{
    if (part.n == 0)
        return;
    if (b->n)
        buf_char(b, '-');
    for (size_t i = 0; i < part.n; i++)
        if (part.p[i] != ' ')
            buf_char(b, part.p[i]);
}

/* The place is "subject · edition · volume · unit · lesson", or shorter. */
static void add_place(struct call *c, struct buf *b, const struct file_access *f)
{
    struct str part[5] = { 0 }, rest = f->place;
    size_t n = 0;
    while (n < 5 && rest.n) {
        size_t at = str_find(rest, S(" · "), 0);
        part[n++] = str_sub(rest, 0, at);
        rest = at == SIZE_MAX ? STR_NONE : str_sub(rest, at + 4, rest.n);
    }
    if (n > 2)
        add_part(b, short_volume(c, part[2]));
    add_part(b, part[0]);
    add_part(b, n == 5 ? part[4] : f->title);
}

static struct str extension(struct str name)
{
    size_t dot = name.n;
    while (dot > 0 && name.p[dot - 1] != '.' && name.p[dot - 1] != '/')
        dot--;
    return dot > 0 && name.p[dot - 1] == '.' && name.n - dot <= 8 ? str_sub(name, dot - 1, name.n)
                                                                  : STR_NONE;
}

/* alone: the resource has no other file, so its own name need not be said. A title may say 1/2: in
 * the name that is no folder. */
static struct str member_name(struct call *c, const struct file_access *f, bool alone)
{
    struct buf b;
    struct str ext = extension(f->name);
    buf_init(&b, 4096);
    add_place(c, &b, f);
    add_part(&b, dict_text(DICT_resource_kind, f->kind));
    add_part(&b, f->owner_name);
    if (!alone)
        add_part(&b, str_sub(f->name, 0, f->name.n - ext.n));
    buf_add(&b, ext);
    struct str name = name_safe(c->arena, buf_str(&b), NAME_BYTES);
    buf_fini(&b);
    return name;
}

/* ---- which files */

struct choice {
    struct file_access *files;
    bool *alone;
    size_t n;
};

static enum err add_files(struct call *c, struct choice *ch, const struct file_access *f, size_t n)
{
    if (ch->n + n > PACK_FILES_MAX)
        return fail(c, E_TOO_LARGE, NULL, "文件太多，一次最多打包 %d 个，请分几次下载。",
                    (int)PACK_FILES_MAX);
    for (size_t i = 0; i < n; i++) {
        ch->alone[ch->n] = n == 1;
        ch->files[ch->n++] = f[i];
    }
    return E_OK;
}

static enum err add_resource(struct call *c, struct choice *ch, int64_t id)
{
    struct file_access *f;
    size_t n;
    enum err e = resource_readable(c, id, &f, &n);
    return e ? e : add_files(c, ch, f, n);
}

/* All that is published under a taxon and may be read, page by page. */
static enum err add_taxon(struct call *c, struct choice *ch, int64_t taxon)
{
    struct resource_query q = {
        .has_taxon = true, .taxon = taxon, .has_limit = true, .limit = 100
    };
    struct resource_page page = { 0 };
    enum err e = E_OK;
    do {
        page = (struct resource_page){ 0 };
        if ((e = resource_page_get(c, &q, &page)))
            return e;
        for (size_t i = 0; i < page.items_n && !e; i++) {
            e = add_resource(c, ch, page.items[i].id);
            if (e == E_NOT_FOUND)
                e = E_OK; /* withdrawn since the page was read */
        }
        q.has_cursor = page.has_next;
        q.cursor = page.next;
    } while (!e && page.has_next);
    return e;
}

static enum err add_each(struct call *c, struct choice *ch, const struct pack_want *w)
{
    enum err e = E_OK;
    for (size_t i = 0; i < w->files_n && !e; i++) {
        struct file_access f;
        if (!(e = file_readable(c, w->files[i], 0, &f)))
            e = add_files(c, ch, &f, 1);
        if (!e)
            ch->alone[ch->n - 1] = false;
    }
    return e;
}

static enum err choose(struct call *c, const struct pack_want *w, struct choice *ch,
                       struct str *name)
{
    struct taxon t;
    enum err e = E_NOT_FOUND;
    *name = S("资源");
    if (w->resource) {
        e = add_resource(c, ch, w->resource);
        if (!e && ch->n)
            *name = ch->files[0].title;
    } else if (w->taxon) {
        e = taxon_get(c->db, c->arena, w->taxon, &t);
        if (!e && !(e = add_taxon(c, ch, w->taxon)))
            *name = t.name;
    } else if (w->files_n) {
        e = add_each(c, ch, w);
    }
    return !e && ch->n == 0 ? fail(c, E_NOT_FOUND, NULL, "这里还没有可以下载的文件。") : e;
}

/* ---- the pack */

static void seal(struct call *c, const struct pack *pack, struct pack_job *j)
{
    struct buf b;
    unsigned char sum[SHA256_LEN];
    buf_init(&b, 1 << 20);
    pack_digest(pack, sum);
    buf_put(&b, sum, sizeof sum);
    for (size_t i = 0; i < j->n; i++)
        buf_add(&b, j->files[i].sha256);
    j->etag = arena_fmt(c->arena, "\"%s\"", sha256_hex(c->arena, buf_str(&b)).p);
    buf_fini(&b);
}

static enum err lay_out(struct call *c, const struct choice *ch, enum pack_names names,
                        struct pack_job *j)
{
    struct pack_member *m = arena_array(c->arena, ch->n, sizeof *m);
    j->files = arena_array(c->arena, ch->n, sizeof *j->files);
    j->n = ch->n;
    for (size_t i = 0; i < ch->n; i++) {
        struct blob b;
        enum err e = blob_get(c->db, c->arena, ch->files[i].blob_id, &b);
        if (e)
            return e;
        m[i] = (struct pack_member){ member_name(c, &ch->files[i], ch->alone[i]), (uint64_t)b.size,
                                     (uint32_t)b.crc32, b.created_at };
        j->files[i] = (struct pack_file){ ch->files[i].resource_id, b.sha256, (uint64_t)b.size };
    }
    struct pack *pack;
    enum err e = pack_new(m, ch->n, names, &pack);
    if (e)
        return e;
    seal(c, pack, j);
    j->body = pack_body_new(c->house, pack, j->files, j->n);
    return E_OK;
}

enum err pack_make(struct call *c, const struct pack_want *w, struct pack_job *out)
{
    struct str name;
    struct choice ch = { .files = arena_array(c->arena, PACK_FILES_MAX, sizeof *ch.files),
                         .alone = arena_array(c->arena, PACK_FILES_MAX, sizeof *ch.alone) };
    enum err e = choose(c, w, &ch, &name);
    if (e || (e = lay_out(c, &ch, w->names, out)))
        return e;
    name = name_safe(c->arena, name, NAME_BYTES);
    out->name = arena_fmt(c->arena, "%.*s.zip", STR_ARG(name));
    return E_OK;
}
