/* Load on a server that speaks the Yjs wire: so many documents, in each so many clients, some of
 * which write one character at a time, as an update that Yjs would send. A delivery is the first
 * arrival of an edit at a client that is not its author. Cheap, so that what is measured is the
 * server: updates are put together by hand and read as far as needed (structs of text), clients
 * keep no document. Masks are zero, which is allowed and costs nothing.
 *
 *     live_load port=N clients=20 writers=2 rate=2 seconds=6 warmup=2 pid=N [wire=hocuspocus]
 *               [header='Cookie: …'] < one path or document name a line
 *
 * With seconds=0 it connects, says ready, and holds until it is killed. Otherwise it prints one
 * line of JSON; processor time is that of all threads of pid, from the scheduler. */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    MESSAGE_MAX = 512,
    READ_MAX = 1 << 18,
    EVENTS = 512,
    FIRST_CLIENT = 0x10000000,
    DRAIN_S = 5,
    PATIENCE_S = 60,
};
enum { SYNC = 0, AUTH = 2, SAVED = 8 };

struct writer {
    uint32_t clock;
    double due, *sent; /* by clock; negative: not counted */
    uint64_t first;    /* sync messages of this connection before its first edit */
    uint64_t told;     /* edits that are saved */
};

struct conn {
    int fd;
    size_t doc;
    struct writer *writer; /* NULL: only reads */
    bool synced;
    uint64_t said;  /* sync messages other than step 1 */
    uint32_t *next; /* per writer of the document: the clock that is expected */
    unsigned char *rest;
    size_t rest_n;
};

struct times {
    float *ms;
    size_t n, size;
};

static struct {
    long port, clients, writers, rate, seconds, warmup, pid;
    const char *header;
    bool hocuspocus;
} o = { .clients = 10, .writers = 1, .rate = 10, .seconds = 5, .warmup = 1 };

static char **docs;
static size_t docs_n, conns_n, synced, closed, gaps;
static struct conn *conns;
static struct writer *writers;
static uint64_t sent_all, got_all, sent, got;
static bool measuring;
static struct times latency, saving;
static int ep;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void fail(const char *what)
{
    fprintf(stderr, "live_load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void note(struct times *t, double ms)
{
    if (t->n == t->size)
        t->ms = realloc(t->ms, (t->size = t->size ? 2 * t->size : 4096) * sizeof *t->ms);
    t->ms[t->n++] = (float)ms;
}

/* ---- what is said */

struct message {
    size_t n;
    unsigned char p[MESSAGE_MAX];
};

static void put(struct message *m, const void *p, size_t n)
{
    if (m->n + n > MESSAGE_MAX)
        fail("a message too long");
    memcpy(m->p + m->n, p, n);
    m->n += n;
}

static void put_uint(struct message *m, uint64_t v)
{
    unsigned char b[10];
    size_t n = 0;
    for (; v > 127; v >>= 7)
        b[n++] = (unsigned char)(v | 128);
    b[n++] = (unsigned char)v;
    put(m, b, n);
}

static void put_text(struct message *m, const char *s)
{
    put_uint(m, strlen(s));
    put(m, s, strlen(s));
}

static void begin(struct message *m, const struct conn *c, int kind)
{
    m->n = 0;
    if (o.hocuspocus)
        put_text(m, docs[c->doc]);
    put_uint(m, (uint64_t)kind);
}

static void say(struct conn *c, const struct message *m)
{
    unsigned char b[MESSAGE_MAX + 8] = { 0x82, (unsigned char)(0x80 | m->n) };
    size_t n = 6;
    if (m->n > 125) {
        b[1] = 0x80 | 126;
        b[2] = (unsigned char)(m->n >> 8);
        b[3] = (unsigned char)m->n;
        memset(b + 4, 0, 4);
        n = 8;
    }
    memcpy(b + n, m->p, m->n);
    if (send(c->fd, b, n + m->n, MSG_NOSIGNAL) < 0 && errno != EPIPE && errno != ECONNRESET)
        fail("send");
}

static void say_step1(struct conn *c)
{
    struct message m;
    begin(&m, c, SYNC);
    put(&m, "\0\1\0", 3);
    say(c, &m);
}

static void say_step2(struct conn *c)
{
    struct message m;
    begin(&m, c, SYNC);
    put(&m, "\1\2\0\0", 4);
    say(c, &m);
    c->said++;
}

static void say_who(struct conn *c)
{
    struct message m;
    begin(&m, c, AUTH);
    put_uint(&m, 0);
    put_text(&m, "x");
    put_text(&m, "4.7.0");
    say(c, &m);
}

static uint64_t client_of(const struct writer *w)
{
    return FIRST_CLIENT + (uint64_t)(w - writers);
}

/* One more character behind the last of this writer, as an update of one struct. */
static void say_edit(struct conn *c)
{
    struct writer *w = c->writer;
    struct message m, u = { 0 };
    put(&u, "\1\1", 2);
    put_uint(&u, client_of(w));
    put_uint(&u, w->clock);
    if (w->clock == 0) {
        put(&u, "\4\1", 2); /* a string in a root type */
        put_text(&u, "text");
    } else {
        put(&u, "\x84", 1); /* a string behind another */
        put_uint(&u, client_of(w));
        put_uint(&u, w->clock - 1);
    }
    put_text(&u, "a");
    put(&u, "", 1);
    begin(&m, c, SYNC);
    put_uint(&m, 2);
    put_uint(&m, u.n);
    put(&m, u.p, u.n);
    w->sent[w->clock++] = measuring ? now() : -now();
    sent_all++;
    sent += measuring;
    if (w->clock == 1)
        w->first = c->said;
    c->said++;
    say(c, &m);
}

/* ---- what is heard */

struct cursor {
    const unsigned char *p, *end;
    bool bad;
};

static uint64_t take(struct cursor *c)
{
    uint64_t v = 0;
    for (int shift = 0; c->p < c->end && shift < 63; shift += 7) {
        unsigned char b = *c->p++;
        v |= (uint64_t)(b & 127) << shift;
        if (b < 128)
            return v;
    }
    c->bad = true;
    return 0;
}

static void skip(struct cursor *c, uint64_t n)
{
    if (n > (uint64_t)(c->end - c->p)) {
        c->bad = true;
        n = 0;
    }
    c->p += n;
}

static void arrived(struct conn *c, uint64_t client, uint64_t clock, double t)
{
    size_t w = client - FIRST_CLIENT, k = w % (size_t)o.writers;
    if (w / (size_t)o.writers != c->doc || w >= docs_n * (size_t)o.writers)
        return;
    if (&writers[w] == c->writer || clock < c->next[k])
        return; /* his own, or seen before */
    gaps += clock > c->next[k];
    c->next[k] = (uint32_t)clock + 1;
    double at = writers[w].sent[clock];
    got_all++;
    if (at <= 0)
        return;
    got++;
    note(&latency, t - at);
}

/* Structs of text; anything else ends it. */
static void hear_update(struct conn *c, struct cursor *in, double t)
{
    for (uint64_t n = take(in); n && !in->bad; n--) {
        uint64_t structs = take(in), client = take(in), clock = take(in);
        for (; structs && !in->bad; structs--) {
            unsigned info = in->p < in->end ? *in->p++ : 0;
            for (int id = 0; id < !!(info & 0x80) + !!(info & 0x40); id++) {
                take(in);
                take(in);
            }
            if (!(info & 0xc0) && take(in) == 1)
                skip(in, take(in));
            else if (!(info & 0xc0))
                in->bad = true;
            if ((info & 31) != 4)
                in->bad = true;
            uint64_t len = take(in);
            skip(in, len);
            for (uint64_t i = 0; i < len && !in->bad; i++)
                arrived(c, client, clock + i, t);
            clock += len;
        }
    }
}

static void hear_saved(struct conn *c, uint64_t n, double t)
{
    struct writer *w = c->writer;
    for (; w && n > w->first && w->told < n - w->first && w->told < w->clock; w->told++)
        if (w->sent[w->told] > 0)
            note(&saving, t - w->sent[w->told]);
}

static void hear(struct conn *c, const unsigned char *p, size_t n, double t)
{
    struct cursor in = { p, p + n, false };
    if (o.hocuspocus)
        skip(&in, take(&in));
    uint64_t kind = take(&in), what = take(&in);
    if (kind == AUTH && what == 2)
        say_step1(c);
    else if (kind == SAVED && !o.hocuspocus)
        hear_saved(c, what, t);
    if (kind != SYNC && !(kind == 4 && o.hocuspocus))
        return;
    if (what == 0) {
        say_step2(c);
    } else if (what == 1 && !c->synced) {
        c->synced = true;
        synced++;
    } else {
        take(&in); /* its length */
        hear_update(c, &in, t);
    }
}

static void frames(struct conn *c, unsigned char *p, size_t n, double t)
{
    size_t at = 0;
    while (n - at >= 2) {
        size_t len = p[at + 1] & 127, head = len < 126 ? 2 : len == 126 ? 4 : 10;
        if (n - at < head)
            break;
        for (size_t i = 2, all = 0; i < head; i++)
            len = all = all << 8 | p[at + i];
        if (n - at < head + len)
            break;
        if ((p[at] & 15) < 3)
            hear(c, p + at + head, len, t);
        at += head + len;
    }
    c->rest_n = n - at;
    c->rest = c->rest_n ? realloc(c->rest, c->rest_n) : c->rest;
    if (c->rest_n)
        memcpy(c->rest, p + at, c->rest_n);
}

static void readable(struct conn *c)
{
    static unsigned char *b;
    static size_t size;
    if (c->rest_n + READ_MAX > size)
        b = realloc(b, size = 2 * (c->rest_n + READ_MAX));
    memcpy(b, c->rest, c->rest_n);
    ssize_t n = recv(c->fd, b + c->rest_n, READ_MAX, MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN)
        return;
    if (n > 0) {
        frames(c, b, c->rest_n + (size_t)n, now());
        return;
    }
    closed++;
    close(c->fd);
    c->fd = -1;
}

static void turn(double until)
{
    struct epoll_event events[EVENTS];
    double wait = until - now();
    int n = epoll_wait(ep, events, EVENTS, wait < 0 ? 0 : (int)(wait + 0.999));
    for (int i = 0; i < n; i++)
        readable(events[i].data.ptr);
}

/* ---- coming in */

static void handshake(struct conn *c)
{
    char b[2048];
    size_t n = (size_t)snprintf(
        b, sizeof b,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%ld\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s%s\r\n",
        o.hocuspocus ? "/" : docs[c->doc], o.port, o.header ? o.header : "",
        o.header ? "\r\n" : "");
    if (send(c->fd, b, n, MSG_NOSIGNAL) != (ssize_t)n)
        fail("handshake");
    for (n = 0; n < 4 || memcmp(b + n - 4, "\r\n\r\n", 4) != 0; n++)
        if (n == sizeof b || recv(c->fd, b + n, 1, 0) != 1)
            fail("no answer to the handshake");
    if (memcmp(b, "HTTP/1.1 101", 12) != 0)
        fail("not let in");
}

static void come(struct conn *c)
{
    struct sockaddr_in a = { .sin_family = AF_INET,
                             .sin_port = htons((uint16_t)o.port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct epoll_event e = { .events = EPOLLIN, .data.ptr = c };
    int one = 1;
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&a, sizeof a))
        fail("connect");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    handshake(c);
    epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &e);
    c->next = calloc((size_t)o.writers, sizeof *c->next);
    if (o.hocuspocus)
        say_who(c);
    else
        say_step1(c);
}

static void come_all(void)
{
    size_t most = (size_t)(o.rate * (o.seconds + o.warmup + DRAIN_S)) + 64;
    conns = calloc(conns_n, sizeof *conns);
    writers = calloc(docs_n * (size_t)o.writers, sizeof *writers);
    for (size_t i = 0; i < conns_n; i++) {
        size_t doc = i / (size_t)o.clients, k = i % (size_t)o.clients;
        conns[i].doc = doc;
        if (k < (size_t)o.writers) {
            conns[i].writer = &writers[doc * (size_t)o.writers + k];
            conns[i].writer->sent = calloc(most, sizeof(double));
        }
        come(&conns[i]);
        turn(0);
    }
    for (double late = now() + PATIENCE_S * 1e3; synced < conns_n && now() < late;)
        turn(now() + 100);
    if (synced < conns_n) {
        fprintf(stderr, "live_load: %zu of %zu in step, %zu closed\n", synced, conns_n, closed);
        exit(1);
    }
}

/* ---- writing */

/* Writes what is due, hears what comes, until then; when nobody writes, until all has arrived. */
static void run(double until, bool write)
{
    double every = 1e3 / (double)o.rate;
    while (now() < until && (write || got_all < sent_all * (uint64_t)(o.clients - 1))) {
        double next = until, t = now();
        for (size_t i = 0; write && i < conns_n; i++) {
            struct writer *w = conns[i].writer;
            if (!w || conns[i].fd < 0)
                continue;
            for (; w->due <= t; w->due += every)
                say_edit(&conns[i]);
            next = w->due < next ? w->due : next;
        }
        turn(next);
    }
}

/* Nanoseconds of all threads of the process, from the scheduler. */
static double busy(void)
{
    char path[64], line[64];
    double all = 0;
    snprintf(path, sizeof path, "/proc/%ld/task", o.pid);
    DIR *d = opendir(path);
    for (struct dirent *e; d && (e = readdir(d));) {
        char file[400];
        snprintf(file, sizeof file, "%s/%s/schedstat", path, e->d_name);
        FILE *f = fopen(file, "r");
        if (f && fgets(line, sizeof line, f))
            all += strtod(line, NULL);
        if (f)
            fclose(f);
    }
    if (d)
        closedir(d);
    return all;
}

static int by_size(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static double quantile(const struct times *t, double q)
{
    return t->n ? (double)t->ms[(size_t)((double)(t->n - 1) * q)] : 0;
}

static void report(double seconds, double cpu, double load)
{
    qsort(latency.ms, latency.n, sizeof(float), by_size);
    qsort(saving.ms, saving.n, sizeof(float), by_size);
    uint64_t wanted = sent_all * (uint64_t)(o.clients - 1);
    printf(
        "{\"sent\":%lu,\"got\":%lu,\"lost\":%ld,\"gaps\":%zu,\"closed\":%zu,\"us\":%.3f,\"core\":"
        "%.3f,\"load\":%.3f,\"p50\":%.3f,\"p99\":%.3f,\"max\":%.3f,\"saved\":%zu,\"s50\":%.3f,"
        "\"s99\":%.3f,\"smax\":%.3f}\n",
        sent, got, (long)wanted - (long)got_all, gaps, closed, got ? cpu / 1e3 / (double)got : 0,
        cpu / 1e9 / seconds, load / seconds, quantile(&latency, 0.5), quantile(&latency, 0.99),
        quantile(&latency, 1), saving.n, quantile(&saving, 0.5), quantile(&saving, 0.99),
        quantile(&saving, 1));
}

static double own_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void measure(void)
{
    double t = now();
    for (size_t i = 0; i < docs_n * (size_t)o.writers; i++)
        writers[i].due = t + 1e3 / (double)o.rate * drand48();
    run(t + (double)o.warmup * 1e3, true);
    double cpu = busy(), load = own_seconds(), from = now();
    measuring = true;
    run(from + (double)o.seconds * 1e3, true);
    cpu = busy() - cpu;
    load = own_seconds() - load;
    double seconds = (now() - from) / 1e3;
    run(now() + DRAIN_S * 1e3, false);
    for (double late = now() + 1000; o.pid && !o.hocuspocus && saving.n < sent && now() < late;)
        turn(now() + 20);
    report(seconds, cpu, load);
}

/* ---- options */

static void option(const char *arg)
{
    static const struct {
        const char *name;
        long *v;
    } numbers[] = { { "port=", &o.port }, { "clients=", &o.clients }, { "writers=", &o.writers },
                    { "rate=", &o.rate }, { "seconds=", &o.seconds }, { "warmup=", &o.warmup },
                    { "pid=", &o.pid } };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        size_t n = strlen(numbers[i].name);
        if (strncmp(arg, numbers[i].name, n) == 0)
            *numbers[i].v = strtol(arg + n, NULL, 10);
    }
    if (strncmp(arg, "header=", 7) == 0)
        o.header = arg + 7;
    if (strncmp(arg, "wire=", 5) == 0)
        o.hocuspocus = strcmp(arg + 5, "hocuspocus") == 0;
}

static void read_docs(void)
{
    char line[256];
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        docs = realloc(docs, (docs_n + 1) * sizeof *docs);
        docs[docs_n++] = strdup(line);
    }
    conns_n = docs_n * (size_t)o.clients;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        option(argv[i]);
    if (o.writers > o.clients)
        o.writers = o.clients;
    read_docs();
    ep = epoll_create1(0);
    come_all();
    if (o.seconds) {
        measure();
        return 0;
    }
    printf("ready\n");
    fflush(stdout);
    for (;;)
        turn(now() + 1000);
}
