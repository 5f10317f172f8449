/* Previews: rows of what the probe read, for whoever may read the file. What stands in the rows was
 * checked when it was read (probe.c); the JSON is our own. */
#include "server/app/preview.h"

#include "server/app/file_access.h"
#include "server/base/buf.h"
#include "server/base/utf.h"
#include "storage/blob.h"
#include "storage/view.h"

#include <jansson.h>

enum { TEXT_FIRST = 64 * 1024, TEXT_PAGE = 256 * 1024, PAGES_MAX = 500, HEADS_MAX = 2000 };

static enum err blob_of(struct call *c, int64_t file, int64_t version, struct blob *b)
{
    struct file_access a;
    enum err e = file_readable(c, file, version, &a);
    return e ? e : blob_get(c->db, c->arena, a.blob_id, b);
}

static struct str text_of(struct arena *a, const json_t *v)
{
    struct str s = { json_string_value(v), json_string_length(v) };
    return s.p ? arena_str(a, s) : STR_NONE;
}

static void read_outline(struct arena *a, struct str json, struct preview *p)
{
    json_t *list = json_loadb(json.p, json.n, 0, NULL);
    size_t n = json_array_size(list);
    if (n > HEADS_MAX)
        n = HEADS_MAX;
    p->outline = arena_array(a, n ? n : 1, sizeof *p->outline);
    for (size_t i = 0; i < n; i++) {
        json_t *one = json_array_get(list, i);
        p->outline[p->outline_n++] = (struct preview_head){
            json_integer_value(json_object_get(one, "level")),
            json_integer_value(json_object_get(one, "page")),
            text_of(a, json_object_get(one, "text")),
        };
    }
    json_decref(list);
}

static void read_list(struct arena *a, const struct blob_view *v, struct preview *p)
{
    json_t *names = json_loadb(v->list.p, v->list.n, 0, NULL);
    json_t *more = json_loadb(v->list_more.p, v->list_more.n, 0, NULL);
    size_t n = json_array_size(names);
    p->entries = arena_array(a, n ? n : 1, sizeof *p->entries);
    for (size_t i = 0; i < n; i++) {
        json_t *pair = json_array_get(more, i);
        json_int_t flags = json_integer_value(json_array_get(pair, 1));
        p->entries[p->entries_n++] = (struct preview_entry){
            .name = text_of(a, json_array_get(names, i)),
            .size = json_integer_value(json_array_get(pair, 0)),
            .folder = flags & LIST_FOLDER,
            .encrypted = flags & LIST_ENCRYPTED,
            .dangerous = flags & LIST_DANGEROUS,
        };
    }
    p->more |= (json_integer_value(json_array_get(json_array_get(more, n), 1)) & LIST_CUT) != 0;
    json_decref(names);
    json_decref(more);
}

static enum err read_text(struct call *c, int64_t blob, struct preview *p)
{
    struct blob_page *pages;
    size_t n;
    struct buf b;
    bool more = false;
    enum err e = blob_text_get(c->db, c->arena, blob, 0, PAGES_MAX, &pages, &n);
    if (e)
        return e;
    buf_init(&b, 16 * 1024 * 1024);
    for (size_t i = 0; i < n && !more; i++) {
        more = b.n + pages[i].text.n > TEXT_FIRST;
        buf_addz(&b, b.n ? "\n\n" : "");
        buf_add(&b,
                more ? utf_head(pages[i].text, TEXT_FIRST - (b.n < TEXT_FIRST ? b.n : TEXT_FIRST))
                     : pages[i].text);
    }
    p->more |= more || n == PAGES_MAX;
    p->text = arena_str(c->arena, buf_str(&b));
    buf_fini(&b);
    return E_OK;
}

enum err preview_show(struct call *c, int64_t file, int64_t version, struct preview *out)
{
    struct blob b;
    struct blob_view v;
    enum err e = blob_of(c, file, version, &b);
    if (e)
        return e;
    *out = (struct preview){ .state = b.read_state == BLOB_UNREAD ? S("waiting") : S("ready") };
    out->outline = arena_array(c->arena, 1, sizeof *out->outline);
    out->entries = arena_array(c->arena, 1, sizeof *out->entries);
    e = blob_view_get(c->db, c->arena, b.id, &v);
    if (e == E_NOT_FOUND) {
        if (b.read_state != BLOB_UNREAD || b.verdict == BLOB_QUARANTINED)
            out->state = S("none");
        return E_OK;
    }
    if (e || (e = read_text(c, b.id, out)))
        return e;
    out->pages = v.pages;
    out->thumbnail = v.thumb_mime.n > 0;
    read_outline(c->arena, v.outline, out);
    read_list(c->arena, &v, out);
    return E_OK;
}

enum err preview_text(struct call *c, int64_t file, int64_t version, int64_t from,
                      struct preview_text *out)
{
    struct blob b;
    struct blob_page *pages;
    size_t n, bytes = 0;
    enum err e = blob_of(c, file, version, &b);
    if (e || (e = blob_text_get(c->db, c->arena, b.id, from, PAGES_MAX, &pages, &n)))
        return e;
    *out = (struct preview_text){ .items = arena_array(c->arena, n ? n : 1, sizeof *out->items) };
    for (size_t i = 0; i < n; i++) {
        bytes += pages[i].text.n;
        if (i && bytes > TEXT_PAGE) {
            out->has_next = true;
            out->next = pages[i].page;
            return E_OK;
        }
        out->items[out->items_n++] = (struct preview_page){ pages[i].page, pages[i].text };
    }
    out->has_next = n == PAGES_MAX;
    out->next = n ? pages[n - 1].page + 1 : 0;
    return E_OK;
}

enum err preview_thumb(struct call *c, int64_t file, int64_t version, struct str *mime,
                       struct str *bytes, struct str *etag)
{
    struct blob b;
    enum err e = blob_of(c, file, version, &b);
    if (e)
        return e;
    *etag = arena_fmt(c->arena, "\"t-%.*s\"", STR_ARG(b.sha256));
    return blob_thumb_get(c->db, c->arena, b.id, mime, bytes);
}
