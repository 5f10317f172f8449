/* Packs over HTTP: the length is known, so a broken download goes on by Range. */
#include "server/http/pack.h"

#include "server/app/content.h"
#include "server/app/file_access.h"
#include "server/base/log.h"
#include "server/base/mem.h"
#include "server/http/partial.h"
#include "server/http/routes.h"

#include <string.h>
#include <unistd.h>

/* Owns the pack and copies of the names of its contents: it lives longer than the call. */
struct pack_maker {
    struct maker maker;
    struct pack *pack;
    struct house *house;
    struct pack_file *files;
    char *hashes;  /* 64 bytes each */
    uint64_t from; /* where the body begins in the archive */
    int fd;
    size_t member; /* the one fd is open on */
};

static int64_t from_member(struct pack_maker *m, const struct pack_piece *p, char *out, size_t n)
{
    if (m->fd < 0 || m->member != p->member) {
        struct str sha = { m->hashes + 64 * p->member, 64 };
        if (m->fd >= 0)
            close(m->fd);
        m->fd = -1;
        m->member = p->member;
        if (content_blob(m->house, sha, m->files[p->member].size, &m->fd))
            return -1;
    }
    return pread(m->fd, out, n, (off_t)p->from);
}

static int64_t make(struct maker *mk, uint64_t offset, char *out, size_t n)
{
    struct pack_maker *m = (struct pack_maker *)mk;
    struct pack_piece p = pack_at(m->pack, m->from + offset);
    size_t k = p.len < n ? (size_t)p.len : n;
    if (p.content)
        return from_member(m, &p, out, k);
    memcpy(out, p.bytes.p, k);
    return (int64_t)k;
}

static void free_maker(struct maker *mk)
{
    struct pack_maker *m = (struct pack_maker *)mk;
    if (m->fd >= 0)
        close(m->fd);
    pack_free(m->pack);
    mem_free(m->files);
    mem_free(m->hashes);
    mem_free(m);
}

static struct maker *maker_new(struct call *c, const struct pack_job *j, uint64_t from)
{
    struct pack_maker *m = NEW(struct pack_maker);
    m->maker = (struct maker){ make, free_maker };
    m->pack = j->pack;
    m->house = c->house;
    m->from = from;
    m->fd = -1;
    m->files = mem_array(j->n, sizeof *m->files);
    m->hashes = mem_array(j->n, 64);
    for (size_t i = 0; i < j->n; i++) {
        m->files[i].size = j->files[i].size;
        memcpy(m->hashes + 64 * i, j->files[i].sha256.p, 64);
    }
    return &m->maker;
}

static void count_uses(struct call *c, const struct pack_job *j)
{
    int64_t last = 0;
    for (size_t i = 0; i < j->n; i++) {
        if (j->files[i].resource_id != last && use_add(c, j->files[i].resource_id))
            log_warn("use.not_counted resource=%lld", (long long)j->files[i].resource_id);
        last = j->files[i].resource_id;
    }
}

enum err pack_reply(struct call *c, const struct input *in, struct output *out,
                    const struct pack_want *w)
{
    struct pack_job j = { 0 };
    enum err e = pack_make(c, w, &j);
    if (e)
        return e;
    struct partial p = { .etag = j.etag,
                         .mime = S("application/zip"),
                         .name = j.name,
                         .size = pack_size(j.pack),
                         .attachment = true };
    if (!partial_head(c, in, out, &p)) {
        pack_free(j.pack);
        return E_OK;
    }
    out->reply->kind = BODY_MAKER;
    out->reply->maker = maker_new(c, &j, out->reply->offset);
    if (partial_begins(in, out))
        count_uses(c, &j);
    return E_OK;
}

static enum pack_names names_of(const struct pack_query *q)
{
    return q->has_names && str_eqz(q->names, "gbk") ? PACK_CP936 : PACK_UTF8;
}

enum err h_resource_pack(struct call *c, const struct input *in, struct output *out)
{
    return pack_reply(c, in, out,
                      &(struct pack_want){ .resource = in->id[0], .names = names_of(in->query) });
}

enum err h_taxon_pack(struct call *c, const struct input *in, struct output *out)
{
    return pack_reply(c, in, out,
                      &(struct pack_want){ .taxon = in->id[0], .names = names_of(in->query) });
}

enum err h_files_pack(struct call *c, const struct input *in, struct output *out)
{
    const struct pack_query *q = in->query;
    if (!q->has_files)
        return fail(c, E_INPUT, "files", "请选择要下载的文件。");
    return pack_reply(c, in, out,
                      &(struct pack_want){
                          .files = q->files, .files_n = q->files_n, .names = names_of(q) });
}
