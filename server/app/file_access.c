/* Which bytes a file stands for, and who may read them; who took what. See file_access.h. */
#include "server/app/file_access.h"

#include "server/app/may.h"
#include "server/app/resource.h"

static void access_fill(const struct resource_row *r, struct file_access *a)
{
    a->resource_id = r->id;
    a->title = r->title;
    a->place = r->place;
    a->owner_name = r->owner_name;
    a->kind = r->kind;
}

enum err file_readable(struct call *c, int64_t file_id, int64_t version, struct file_access *out)
{
    struct file f;
    struct resource_row r;
    struct file_version v;
    enum err e = file_get(c->db, c->arena, file_id, &f);
    if (e || (e = resource_for_reader(c, f.resource_id, &r)))
        return e;
    if (version == 0)
        version = f.version;
    if ((e = file_version_get(c->db, c->arena, file_id, version, &v)))
        return e;
    struct place at = resource_place_of(&r);
    bool current = f.removed_at == 0 && version == f.version;
    if ((!current || f.quarantined) && !may_at(c->viewer, CAP_resource_edit, &at) &&
        !may_at(c->viewer, CAP_resource_approve, &at))
        return E_NOT_FOUND; /* the past is the author's, and whoever judges it */
    *out = (struct file_access){ .file_id = file_id,
                                 .version = version,
                                 .blob_id = v.blob_id,
                                 .size = v.size,
                                 .name = current ? f.name : v.name,
                                 .current = current };
    access_fill(&r, out);
    return E_OK;
}

enum err resource_readable(struct call *c, int64_t resource_id, struct file_access **out, size_t *n)
{
    struct resource_row r;
    struct file *files;
    size_t all = 0;
    enum err e = resource_for_reader(c, resource_id, &r);
    if (e || (e = file_list(c->db, c->arena, resource_id, &files, &all)))
        return e;
    *out = arena_array(c->arena, all ? all : 1, sizeof **out);
    *n = 0;
    for (size_t i = 0; i < all; i++) {
        struct file_access *a = &(*out)[*n];
        if (files[i].quarantined && r.owner != c->viewer->person)
            continue;
        *a = (struct file_access){ .file_id = files[i].id,
                                   .version = files[i].version,
                                   .blob_id = files[i].blob_id,
                                   .size = files[i].size,
                                   .name = files[i].name,
                                   .current = true };
        access_fill(&r, a);
        (*n)++;
    }
    return E_OK;
}

enum err use_add(struct call *c, int64_t resource_id)
{
    struct txn tx = { 0 };
    struct resource_row r;
    bool fresh;
    enum err e = resource_get(c->db, c->arena, resource_id, &r);
    if (e || c->viewer->person == 0 || r.owner == c->viewer->person || r.state != RS_PUBLISHED)
        return e;
    if ((e = txn_begin(&tx, c->db)))
        goto done;
    e = resource_use_put(c->db, resource_id, c->viewer->person, c->now, &fresh);
done:
    return txn_end(&tx, e);
}
