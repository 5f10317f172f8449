/* `jibei import DIR --login NAME`: takes an old net disk in. Folders become places on the textbook
 * spine, names become fields, files of one title (荷花.docx, 荷花.pptx) in one folder become one
 * resource. All are drafts of that person: nothing is seen by others before he has looked at it,
 * filled in the licence and published it. --dry-run says what would become of each.
 *
 * N1: a file and, if it is the first of its title, its draft and where that came from are one
 * transaction. N2: so a second run, after a break or after somebody put more on the old disk,
 * brings what is missing and nothing twice, whatever was renamed, removed or rewritten here
 * meanwhile. N3: what is no draft of that person any more is left alone. N4: a file that cannot be
 * read or is refused is named on standard error, and the next one is taken. */
#include "server/app/command.h"
#include "server/app/dict.h"
#include "server/app/house.h"
#include "server/app/import_guess.h"
#include "server/app/intake.h"
#include "server/app/resource.h"
#include "server/app/taxon.h"
#include "server/app/viewer.h"
#include "server/base/clock.h"
#include "server/base/hash.h"
#include "server/base/id.h"
#include "server/base/log.h"
#include "server/base/utf.h"
#include "server/format/charset.h"
#include "storage/import.h"
#include "storage/list.h"
#include "storage/person.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DEPTH_MAX = 20, TITLE_CHARS = 200, NOTE_CHARS = 400 };

struct disk {
    struct call *call;   /* its arena is emptied for each file */
    struct arena *paths; /* what lives as long as the walk */
    int64_t person;
    bool dry;
    int64_t made, files, placed, known, refused;
};

/* What an upload's name loses too, and what would move the cursor of whoever reads what we say. */
static struct str without_controls(struct disk *k, struct str s)
{
    struct buf b;
    buf_init(&b, 4096);
    while (s.n) {
        uint32_t rune;
        size_t n = utf_get(s, &rune);
        if (!utf_is_control(rune))
            buf_put(&b, s.p, n);
        s = str_sub(s, n, s.n);
    }
    s = arena_str(k->paths, buf_str(&b));
    buf_fini(&b);
    return s;
}

/* A name as UTF-8: old disks hold GBK. */
static struct str utf_name(struct disk *k, const char *name)
{
    struct buf b;
    buf_init(&b, 4096);
    if (utf_valid(str_of(name)))
        buf_addz(&b, name);
    else
        charset_utf8(&b, str_of(name));
    struct str s = without_controls(k, buf_str(&b));
    buf_fini(&b);
    return s;
}

static int visible(const struct dirent *d)
{
    return d->d_name[0] != '.' && strncmp(d->d_name, "~$", 2) != 0 &&
           strcasecmp(d->d_name, "Thumbs.db") != 0 && strcasecmp(d->d_name, "desktop.ini") != 0;
}

/* N4 */
static void refused(struct disk *k, struct str path, struct str why)
{
    k->refused++;
    fprintf(stderr, "没有收下 %.*s：%.*s\n", STR_ARG(path), STR_ARG(why));
}

/* The lesson whose name the title or a folder holds, the longest one; else the only volume that
 * fits; else none (its id is 0). */
static enum err place_of(struct disk *k, const struct guess *g, struct str path, struct taxon *out)
{
    struct call *c = k->call;
    struct taxon *volumes, *lessons;
    size_t n, m, best = 0, fits = 0;
    enum err e = taxon_volumes(c->db, c->arena, g->subject, g->grade, g->edition, &volumes, &n);
    for (size_t i = 0; i < n && !e; i++) {
        int half = str_ends(volumes[i].name, S("上册")) ? 1 : 2;
        if (g->half && g->half != half)
            continue;
        fits++;
        if (best == 0)
            *out = volumes[i];
        e = taxon_lessons(c->db, c->arena, volumes[i].id, &lessons, &m);
        for (size_t l = 0; l < m && !e; l++) {
            struct str core = lesson_core(lessons[l].name);
            if (core.n > best && str_find(path, core, 0) != SIZE_MAX) {
                best = core.n;
                *out = lessons[l];
            }
        }
    }
    if (best == 0 && fits != 1)
        *out = (struct taxon){ 0 };
    return e;
}

static struct str clipped(struct str s, size_t chars)
{
    while (utf_count(s) > chars)
        s = utf_head(s, s.n - 1);
    return s;
}

/* ---- one file */

/* A title of the folder we are in. */
struct title {
    struct str text;
    int64_t resource; /* 0: none yet, -1: there will be one */
    bool closed;      /* N3 */
};

struct incoming {
    struct disk *disk;
    struct str path, folder, name;
    struct guess g;
    struct taxon place;
    struct blob blob;
    int64_t resource; /* 0: it is the first of its title */
};

static struct str source_of(const struct incoming *in)
{
    struct arena *a = in->disk->call->arena;
    unsigned char sha[SHA256_LEN];
    struct hash *h = hash_new();
    hash_add(h, in->folder.p, in->folder.n);
    hash_add(h, in->g.title.p, in->g.title.n);
    hash_sha256(h, sha);
    hash_free(h);
    return hex_str(a, sha, SHA256_LEN);
}

static enum err make(const struct incoming *in, int64_t *id)
{
    struct disk *k = in->disk;
    struct str from = arena_fmt(k->call->arena, "旧网盘：%.*s", STR_ARG(in->folder));
    int64_t taxon = in->place.id;
    struct resource_form f = {
        .title = clipped(in->g.title, TITLE_CHARS),
        .has_title = true,
        .kind = dict_code(DICT_resource_kind, in->g.kind),
        .has_kind = true,
        .taxons = &taxon,
        .taxons_n = taxon != 0,
        .has_taxons = true,
        .origin = S("collected"),
        .has_origin = true,
        .origin_note = arena_fmt(k->call->arena, "%.*s%.*s", STR_ARG(clipped(from, NOTE_CHARS)),
                                 STR_ARG(clipped(in->g.title, 90))),
        .has_origin_note = true,
    };
    enum err e = resource_make(k->call, &f, id);
    return e ? e : import_put(k->call->db, k->person, source_of(in), *id);
}

/* N1 */
static enum err put(struct db *db, void *arg)
{
    struct incoming *in = arg;
    struct file_done done;
    int64_t id = in->resource;
    enum err e = id ? E_OK : make(in, &id);
    (void)db;
    if (!e)
        e = intake_attach(in->disk->call, id, in->name, S(""), &in->blob, &done);
    if (!e)
        in->resource = id;
    return e;
}

/* What an earlier run made of the title. */
static enum err recall(const struct incoming *in, struct title *t)
{
    struct disk *k = in->disk;
    struct resource_row r;
    enum err e = import_get(k->call->db, k->person, source_of(in), &t->resource);
    if (e)
        return e == E_NOT_FOUND ? E_OK : e;
    if ((e = resource_get(k->call->db, k->call->arena, t->resource, &r)))
        return e;
    t->closed = r.state != RS_DRAFT || r.owner != k->person;
    k->known++;
    return E_OK;
}

static enum err title_of(const struct incoming *in, struct list *titles, struct title **out)
{
    struct title *all = titles->p;
    for (size_t i = 0; i < titles->n; i++)
        if (str_eq(all[i].text, in->g.title)) {
            *out = &all[i];
            return E_OK;
        }
    *out = list_add(titles);
    (*out)->text = in->g.title;
    return recall(in, *out);
}

/* The first file of a title, for whoever looks before he leaps. */
static void foretell(const struct incoming *in)
{
    printf("《%.*s》 %.*s，%.*s ← %.*s\n", STR_ARG(in->g.title),
           STR_ARG(dict_text(DICT_resource_kind, in->g.kind)),
           STR_ARG(in->place.id ? in->place.name : S("未对上目录")), STR_ARG(in->path));
}

static void count(const struct incoming *in, struct title *t, int64_t resource)
{
    struct disk *k = in->disk;
    k->files++;
    if (t->resource)
        return;
    k->made++;
    k->placed += in->place.id != 0;
    t->resource = resource;
}

static enum err bring(struct incoming *in, const char *file, struct title *t)
{
    struct disk *k = in->disk;
    struct call *c = k->call;
    enum err e = t->resource ? E_OK : place_of(k, &in->g, in->path, &in->place);
    if (!e && k->dry) {
        if (!t->resource)
            foretell(in);
        count(in, t, -1);
        return E_OK;
    }
    if (!e && !(e = intake_path(c, file, in->name, &in->blob))) {
        in->resource = t->resource;
        e = txn_run(c->db, put, in);
    }
    if (!e)
        count(in, t, in->resource);
    if (e != E_FILE_REFUSED && e != E_INPUT)
        return e;
    refused(k, in->path, c->fault.text.n ? c->fault.text : str_of(err_row(e)->text));
    c->fault = (struct fault_note){ 0 };
    return E_OK;
}

static enum err one_file(struct disk *k, struct list *titles, const char *file, struct str path)
{
    struct incoming in = { .disk = k, .path = path, .name = path, .g = guess_of(path) };
    struct str rest = path, part;
    struct title *t;
    bool has = false;
    arena_reset(k->call->arena);
    while (str_next(&rest, '/', &part))
        in.name = part;
    in.folder = str_sub(path, 0, path.n - in.name.n);
    enum err e = viewer_of_person(k->call, k->person);
    if (e || (e = title_of(&in, titles, &t)))
        return e;
    if (t->resource > 0)
        e = import_has(k->call->db, t->resource, str_trim(in.name), &has);
    return e || has || t->closed ? e : bring(&in, file, t);
}

/* ---- folders */

static enum err folder(struct disk *k, const char *dir, struct str path, int depth);

static enum err entry(struct disk *k, struct list *titles, const char *dir, struct str path,
                      const char *name, int depth)
{
    char full[4096];
    struct stat st;
    int n = snprintf(full, sizeof full, "%s/%s", dir, name);
    struct str shown =
        path.n ? arena_fmt(k->paths, "%.*s/%.*s", STR_ARG(path), STR_ARG(utf_name(k, name)))
               : utf_name(k, name);
    if (n < 0 || (size_t)n >= sizeof full)
        refused(k, shown, S("路径太长。"));
    else if (lstat(full, &st))
        refused(k, shown, str_of(err_reason(errno)));
    else if (S_ISDIR(st.st_mode) && depth == DEPTH_MAX)
        refused(k, shown, S("文件夹层数太多，里面的内容没有查看。"));
    else if (S_ISDIR(st.st_mode))
        return folder(k, full, shown, depth + 1);
    else if (S_ISREG(st.st_mode))
        return one_file(k, titles, full, shown);
    else /* a link may lead anywhere on this machine */
        refused(k, shown, S("不是普通文件（如符号链接），没有跟随；需要时请把原文件放进来。"));
    return E_OK;
}

static enum err folder(struct disk *k, const char *dir, struct str path, int depth)
{
    struct dirent **all;
    struct list titles = list_of(k->paths, sizeof(struct title));
    int n = scandir(dir, &all, visible, alphasort);
    enum err e = E_OK;
    if (n < 0) {
        refused(k, path, S("不能读取这个文件夹，已跳过。"));
        return E_OK;
    }
    for (int i = 0; i < n; i++) {
        if (!e)
            e = entry(k, &titles, dir, path, all[i]->d_name, depth);
        free(all[i]);
    }
    free(all);
    return e;
}

static int run(struct house *h, const char *dir, const char *login, bool dry)
{
    struct call c = { .house = h,
                      .arena = arena_new(),
                      .viewer = &viewer_house,
                      .now = clock_now(),
                      .request = "import" };
    struct disk k = { .call = &c, .paths = arena_new(), .dry = dry };
    enum err e = db_open(h->store, &c.db);
    if (!e && (e = person_by_login(c.db, str_of(login), &k.person)) == E_NOT_FOUND)
        fail(&c, e, NULL, "没有登录名为 %s 的人员。", login);
    if (!e)
        e = folder(&k, dir, STR_NONE, 0);
    if (e)
        fprintf(stderr, "导入中断：%s %.*s\n再次运行会从中断处继续。\n", err_row(e)->text,
                STR_ARG(c.fault.text));
    printf("%s %" PRId64 " 份草稿、%" PRId64 " 个文件，其中 %" PRId64 " 份已对上教材目录；"
           "以前导入过 %" PRId64 " 份，没有收下 %" PRId64 " 个。\n",
           dry ? "将新建" : "已新建", k.made, k.files, k.placed, k.known, k.refused);
    if (!dry && k.made)
        printf("请 %s 登录后在“我的资源—草稿”中逐份核对、补上使用许可，再发布。\n", login);
    db_close(c.db);
    arena_free(k.paths);
    arena_free(c.arena);
    return e ? 1 : 0;
}

int cmd_import(struct args *a)
{
    struct house *h;
    struct stat st;
    const char *login = args_option(a, "login");
    bool dry = args_flag(a, "dry-run");
    const char *dir = args_word(a);
    if (!args_end(a) || !dir || !login)
        return 2;
    if (stat(dir, &st) || !S_ISDIR(st.st_mode)) {
        fprintf(stderr, "没有这个文件夹：%s\n", dir);
        return 1;
    }
    log_level("warn");
    if (house_open(a->config, HOUSE_BESIDE, &h))
        return 1;
    int status = run(h, dir, login, dry);
    house_close(h);
    return status;
}
