/* Images of live documents. */
#include "server/app/doc_image.h"

#include "server/app/doc.h"
#include "server/app/file_access.h"
#include "server/app/intake.h"
#include "server/app/upload.h"
#include "server/app/viewer.h"
#include "server/base/buf.h"
#include "storage/blob.h"

static bool pictured(struct str mime)
{
    static const char *const all[] = { "image/png", "image/jpeg", "image/gif", "image/webp" };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (str_eqz(mime, all[i]))
            return true;
    return false;
}

static struct doc_image_view view_of(struct call *c, int64_t doc, int64_t id)
{
    return (struct doc_image_view){
        id,
        arena_fmt(c->arena, "/api/docs/%lld/images/%lld", (long long)doc, (long long)id),
    };
}

enum err doc_image_attach(struct call *c, int64_t doc, int64_t blob, struct str name,
                          struct doc_image_view *out)
{
    struct blob b;
    struct doc_image i = {
        .doc = doc, .blob = blob, .person = c->viewer->person, .at = c->now, .name = name
    };
    enum err e = blob_get(c->db, c->arena, blob, &b);
    if (e)
        return e;
    if (b.verdict != BLOB_ACCEPTED || !pictured(b.mime))
        return fail(c, E_FILE_REFUSED, "upload_id",
                    "这不是能放进文档的图片。请换成 PNG、JPG、GIF 或 WebP。");
    if ((e = doc_image_put(c->db, &i)))
        return e;
    *out = view_of(c, doc, i.id);
    return E_OK;
}

static enum err take_upload(struct call *c, int64_t doc, const struct doc_image_new *in,
                            struct doc_image_view *out)
{
    struct taken t;
    enum err e = upload_take(c, in->upload_id, &t);
    return e ? e : doc_image_attach(c, doc, t.blob_id, t.name, out);
}

/* What the address of an image is the content of, for this caller. resource: where it lies in the
 * repository, 0 for an image of a document. */
struct source {
    int64_t blob, size, resource;
    struct str name;
};

static bool file_address(struct str from, int64_t *file)
{
    struct str head = S("/api/files/"), tail = S("/content");
    return str_starts(from, head) && str_ends(from, tail) &&
           str_int(str_sub(from, head.n, from.n - tail.n), file);
}

static enum err source_of(struct call *c, struct str from, struct source *out)
{
    struct doc_image was;
    struct file_access f;
    int64_t doc, id;
    enum err e = E_NOT_FOUND;
    if (doc_image_address(from, &doc, &id) && !(e = doc_image_for(c, doc, id, &was)))
        *out = (struct source){ was.blob, was.size, 0, was.name };
    else if (file_address(from, &id) && !(e = file_readable(c, id, 0, &f)))
        *out = (struct source){ f.blob_id, f.size, f.resource_id, f.name };
    return e == E_NOT_FOUND ? fail(c, E_INPUT, "from", "这张图片不在了，或您看不到它，没有带过来。")
                            : e;
}

static enum err take_over(struct call *c, int64_t doc, const struct source *s,
                          struct doc_image_view *out)
{
    int64_t id;
    enum err e = doc_image_same(c->db, doc, s->blob, &id);
    if (!e)
        *out = view_of(c, doc, id);
    if (e != E_NOT_FOUND)
        return e;
    if ((e = upload_quota(c, s->size)) || (e = doc_image_attach(c, doc, s->blob, s->name, out)))
        return e;
    return intake_count(c, c->viewer->person, c->viewer->school, s->size);
}

enum err doc_image_add(struct call *c, int64_t doc, const struct doc_image_new *in,
                       struct doc_image_view *out)
{
    struct txn tx = { 0 };
    struct doc d;
    struct source s = { 0 };
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = doc_need(c, doc, DOC_WRITE, &d)))
        goto done;
    if (in->has_upload_id == in->has_from)
        e = fail(c, E_INPUT, "upload_id", "请给出传好的图片，或图片原来的地址，只给一样。");
    else if (in->has_upload_id)
        e = take_upload(c, doc, in, out);
    else if (!(e = source_of(c, in->from, &s)))
        e = take_over(c, doc, &s, out);
done:
    if ((e = txn_end(&tx, e)) || !s.resource)
        return e;
    return use_add(c, s.resource);
}

bool doc_image_address(struct str src, int64_t *doc, int64_t *image)
{
    struct str head = S("/api/docs/"), mid = S("/images/");
    size_t at = str_starts(src, head) ? str_find(src, mid, head.n) : SIZE_MAX;
    return at != SIZE_MAX && str_int(str_sub(src, head.n, at), doc) &&
           str_int(str_sub(src, at + mid.n, src.n), image);
}

enum err doc_image_show(struct ydoc_edit *e, ynode image, struct str url)
{
    struct buf json;
    buf_init(&json, 1024);
    buf_json(&json, url);
    enum err err = ymap_set(e, image, S("src"), buf_str(&json));
    buf_fini(&json);
    return err;
}

enum err doc_image_for(struct call *c, int64_t doc, int64_t id, struct doc_image *out)
{
    struct doc d;
    bool kept = false;
    enum err e = doc_need(c, doc, DOC_READ, &d);
    if (e == E_NOT_FOUND && !(e = doc_image_kept(c->db, id, c->viewer->person, &kept)) && !kept)
        e = E_NOT_FOUND; /* I1 */
    return e ? e : doc_image_get(c->db, c->arena, doc, id, out);
}

enum err doc_image_open(struct call *c, int64_t doc, int64_t id, struct content *out)
{
    struct doc_image i;
    enum err e = doc_image_for(c, doc, id, &i);
    if (e)
        return e;
    *out = (struct content){ .fd = -1,
                             .size = (uint64_t)i.size,
                             .sha256 = i.sha256,
                             .mime = i.mime,
                             .name = i.name,
                             .shown = true };
    return blobs_fd(c->house->blobs, i.sha256, out->size, &out->fd);
}
