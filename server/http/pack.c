/* Packs over HTTP: the length is known, so a broken download goes on by Range. */
#include "server/http/pack.h"

#include "server/app/file_access.h"
#include "server/base/log.h"
#include "server/base/mem.h"
#include "server/http/partial.h"
#include "server/http/routes.h"

struct pack_maker {
    struct maker maker;
    struct pack_body *body;
    uint64_t from; /* where the reply begins in the archive */
};

static int64_t make(struct maker *mk, uint64_t offset, char *out, size_t n)
{
    struct pack_maker *m = (struct pack_maker *)mk;
    size_t got;
    return pack_body_read(m->body, m->from + offset, out, n, &got) ? -1 : (int64_t)got;
}

static void free_maker(struct maker *mk)
{
    struct pack_maker *m = (struct pack_maker *)mk;
    pack_body_free(m->body);
    mem_free(m);
}

static struct maker *maker_new(struct pack_body *body, uint64_t from)
{
    struct pack_maker *m = NEW(struct pack_maker);
    *m = (struct pack_maker){ { make, free_maker }, body, from };
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
                         .size = pack_body_size(j.body),
                         .attachment = true };
    if (!partial_head(c, in, out, &p)) {
        pack_body_free(j.body);
        return E_OK;
    }
    out->reply->kind = BODY_MAKER;
    out->reply->maker = maker_new(j.body, out->reply->offset);
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
