/* Which bytes a file stands for, and who may read them; who took what. See file_access.h. */
#include "server/app/file_access.h"

#include "server/app/may.h"
#include "server/app/resource.h"
#include "storage/blob.h"

static void access_fill(const struct resource_row *r, struct file_access *a)
{
    a->resource_id = r->id;
    a->title = r->title;
    a->place = r->place;
    a->owner_name = r->owner_name;
    a->kind = r->kind;
}

static void current_fill(const struct file *f, struct file_access *a)
{
    *a = (struct file_access){ .file_id = f->id,
                               .version = f->version,
                               .blob_id = f->blob_id,
                               .size = f->size,
                               .sha256 = f->sha256,
                               .mime = f->mime,
                               .quarantined = f->quarantined,
                               .name = f->name,
                               .current = f->removed_at == 0 };
}

/* An older version of the file. */
static enum err older_fill(struct call *c, const struct file *f, int64_t version,
                           struct file_access *a)
{
    struct file_version v;
    struct blob b;
    enum err e = file_version_get(c->db, c->arena, f->id, version, &v);
    if (e || (e = blob_get(c->db, c->arena, v.blob_id, &b)))
        return e;
    *a = (struct file_access){ .file_id = f->id,
                               .version = version,
                               .blob_id = v.blob_id,
                               .size = v.size,
                               .sha256 = b.sha256,
                               .mime = b.mime,
                               .quarantined = b.verdict != BLOB_ACCEPTED,
                               .name = v.name };
    return E_OK;
}

enum err file_readable(struct call *c, int64_t file_id, int64_t version, struct file_access *out)
{
    struct file f;
    struct resource_row r;
    enum err e = file_get(c->db, c->arena, file_id, &f);
    if (e || (e = resource_for_reader(c, f.resource_id, &r)))
        return e;
    if (version == 0 || version == f.version)
        current_fill(&f, out);
    else if ((e = older_fill(c, &f, version, out)))
        return e;
    struct place at = resource_place_of(&r);
    if ((!out->current || out->quarantined) && !may_at(c->viewer, CAP_resource_edit, &at) &&
        !may_at(c->viewer, CAP_resource_approve, &at))
        return E_NOT_FOUND; /* the past is the author's, and whoever judges it */
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
        current_fill(&files[i], a);
        access_fill(&r, a);
        (*n)++;
    }
    return E_OK;
}

struct using
{
    int64_t resource, person, now;
};

static enum err put_use(struct db *db, void *arg)
{
    const struct using *u = arg;
    bool fresh;
    return resource_use_put(db, u->resource, u->person, u->now, &fresh);
}

enum err use_add(struct call *c, int64_t resource_id)
{
    struct resource_row r;
    struct using u = { resource_id, c->viewer->person, c->now };
    enum err e = resource_get(c->db, c->arena, resource_id, &r);
    if (e || u.person == 0 || r.owner == u.person || r.state != RS_PUBLISHED)
        return e;
    return txn_run(c->db, put_use, &u); /* by itself: the reply it belongs to is made already */
}
