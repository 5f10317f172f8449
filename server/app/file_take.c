/* A finished upload becomes a file of a resource, or a new version of one. */
#include "server/app/file_int.h"
#include "server/app/upload_int.h"
#include "server/app/viewer.h"

static enum err take(struct call *c, const struct file_add *in, struct file *f)
{
    struct taken t;
    enum err e = upload_take(c, in->upload_id, &t);
    if (e)
        return e;
    f->blob_id = t.blob_id;
    f->size = t.size;
    f->at = c->now;
    f->path = in->has_path ? upload_path(c, in->path) : t.path;
    return file_name_check(c, in->has_name ? in->name : t.name, &f->name);
}

enum err file_add(struct call *c, int64_t resource, const struct file_add *in,
                  struct file_done *out)
{
    struct txn tx = { 0 };
    struct resource_row r;
    struct file f = { .resource_id = resource };
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = file_author_of(c, resource, &r)) || (e = file_room(c, &r)))
        goto done;
    f.ord = in->has_ord ? in->ord : r.files_n + 1;
    if ((e = take(c, in, &f)) || (e = file_put(c->db, &f, c->viewer->person)))
        goto done;
    e = file_finish(c, &r, &f, out);
done:
    return txn_end(&tx, e);
}

enum err file_renew(struct call *c, int64_t id, const struct file_add *in, struct file_done *out)
{
    struct txn tx = { 0 };
    struct resource_row r;
    struct file f;
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = file_and_author(c, id, &f, &r)))
        goto done;
    if (f.removed_at) {
        e = E_STATE;
        goto done;
    }
    if ((e = take(c, in, &f)) || (e = file_version_put(c->db, &f, c->viewer->person)))
        goto done;
    e = file_finish(c, &r, &f, out);
done:
    return txn_end(&tx, e);
}
