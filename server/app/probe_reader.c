/* A list of those nobody has taken, last used first. Which of them a thread gets is nobody's matter
 * but the person's whose files it saw. R1: one is in the list or with one thread. R2: beyond
 * KEPT_MAX the one unused for longest ends. R3: after FILES_MAX files one ends, so what it may have
 * leaked goes with it, and what it used of its CPU time stays small. */
#include "server/app/probe_reader.h"

#include "server/base/clock.h"
#include "server/base/mem.h"

#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

enum { KEPT_MAX = 16, KEPT_MS = 2000, FILES_MAX = 100 };

struct reader {
    struct reader *next;
    pid_t pid;
    int line;
    int64_t person, used_at; /* monotonic ms */
    int files;
    unsigned brood; /* when it was forked */
    bool niced;
};

static struct {
    pthread_mutex_t lock;
    struct reader *first;
    unsigned brood; /* readers_renew adds 1 */
} kept = { .lock = PTHREAD_MUTEX_INITIALIZER };

static int reader_end(struct reader *r, enum probe_end how)
{
    int status = probe_reap(r->pid, how);
    close(r->line);
    mem_free(r);
    return status;
}

/* ---- the list */

/* Takes those out that are too many or too long unused, or all. */
static struct reader *cut_off(size_t keep, int64_t used_before)
{
    size_t n = 0;
    pthread_mutex_lock(&kept.lock);
    struct reader **at = &kept.first;
    while (*at && n++ < keep && (*at)->used_at >= used_before)
        at = &(*at)->next;
    struct reader *rest = *at;
    *at = NULL;
    pthread_mutex_unlock(&kept.lock);
    return rest;
}

static void end_list(struct reader *r)
{
    while (r) {
        struct reader *next = r->next;
        reader_end(r, PROBE_SAID_ALL);
        r = next;
    }
}

static struct reader *find(int64_t person)
{
    bool niced = probe_niced();
    pthread_mutex_lock(&kept.lock);
    struct reader **at = &kept.first;
    while (*at && ((*at)->person != person || (*at)->niced != niced))
        at = &(*at)->next;
    struct reader *r = *at;
    if (r)
        *at = r->next;
    pthread_mutex_unlock(&kept.lock);
    return r;
}

/* False: it was forked before somebody died. */
static bool keep(struct reader *r)
{
    pthread_mutex_lock(&kept.lock);
    bool fresh = r->brood == kept.brood;
    if (fresh) {
        r->used_at = clock_mono();
        r->next = kept.first;
        kept.first = r;
    }
    pthread_mutex_unlock(&kept.lock);
    return fresh;
}

void readers_rest(void)
{
    end_list(cut_off(KEPT_MAX, clock_mono() - KEPT_MS));
}

void readers_close(void)
{
    end_list(cut_off(0, 0));
}

void readers_renew(void)
{
    pthread_mutex_lock(&kept.lock);
    kept.brood++;
    pthread_mutex_unlock(&kept.lock);
    readers_close();
}

/* ---- one of them */

static enum err reader_new(const char *path, int64_t person, struct reader **out)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
        return E_IO;
    struct reader *r = NEW(struct reader);
    pthread_mutex_lock(&kept.lock);
    *r = (struct reader){
        .line = ends[0], .person = person, .brood = kept.brood, .niced = probe_niced()
    };
    pthread_mutex_unlock(&kept.lock);
    enum err e = probe_hatch(path, "sit", ends[1], S(""), ends[1], &r->pid);
    close(ends[1]);
    if (e) {
        close(ends[0]);
        mem_free(r);
        return e;
    }
    *out = r;
    return E_OK;
}

enum err reader_take(const char *path, int64_t person, struct reader **out)
{
    *out = person ? find(person) : NULL;
    return *out ? E_OK : reader_new(path, person, out);
}

bool reader_is_new(const struct reader *r)
{
    return r->files == 0;
}

bool reader_show(struct reader *r, int fd, struct str name, int out)
{
    r->files++;
    return probe_send(r->line, "sniff", name, (int[]){ fd, out });
}

int reader_give(struct reader *r, enum probe_end how, bool soon)
{
    if (how != PROBE_SAID_ALL || !soon || !r->person || r->files >= FILES_MAX || !keep(r))
        return reader_end(r, how);
    end_list(cut_off(KEPT_MAX, 0));
    return 0;
}
