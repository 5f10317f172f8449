/* Images of live documents. */
#include "server/app/doc_image.h"

#include "server/app/doc.h"
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
    *out = (struct doc_image_view){
        i.id,
        arena_fmt(c->arena, "/api/docs/%lld/images/%lld", (long long)doc, (long long)i.id),
    };
    return E_OK;
}

enum err doc_image_add(struct call *c, int64_t doc, const struct doc_image_new *in,
                       struct doc_image_view *out)
{
    struct txn tx = { 0 };
    struct doc d;
    struct taken t;
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = doc_need(c, doc, DOC_WRITE, &d)) || (e = upload_take(c, in->upload_id, &t)))
        goto done;
    e = doc_image_attach(c, doc, t.blob_id, t.name, out);
done:
    return txn_end(&tx, e);
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
