/* jibei: finds the command, reads the settings, and for `serve` opens everything in order and
 * closes it in reverse. Signals are blocked in every thread; the main thread waits for them (M1:
 * SIGTERM or SIGINT begins the stop, which cuts no request that ends within --drain-seconds and
 * exits 0). */
#include "server/app/background.h"
#include "server/app/command.h"
#include "server/app/control.h"
#include "server/app/house.h"
#include "server/app/setup.h"
#include "server/app/version.h"
#include "server/app/worker.h"
#include "server/base/clock.h"
#include "server/base/fault.h"
#include "server/base/log.h"
#include "server/base/mem.h"
#include "server/door/door.h"
#include "server/http/server.h"
#include "server/live/live.h"

#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

static const struct command {
    const char *name, *usage, *text;
    enum command_need need;
    int (*run)(struct args *a);
} commands[] = {
#define COMMAND(name, need, usage, text) { #name, usage, text, need, cmd_##name },
#include "server/app/commands.def"
#undef COMMAND
};
enum { COMMANDS_N = sizeof commands / sizeof *commands };

/* ---- serve */

/* The exit status that the unit does not answer with another start: a schema that is newer, or that
 * could not be brought up to date. */
enum { SERVE_IN_VAIN = 3 };

struct serving {
    struct door *door;
    struct house *house;
    struct live *live;
    struct server *server;
    struct control *control;
    struct background *background;
};

/* Every socket and file is a descriptor: as many as the system lets us have. */
static void raise_descriptors(void)
{
    struct rlimit r;
    if (getrlimit(RLIMIT_NOFILE, &r))
        return;
    r.rlim_cur = r.rlim_max;
    setrlimit(RLIMIT_NOFILE, &r);
}

static enum err open_all(struct serving *s, const struct config *config)
{
    enum err e;
    if ((e = door_bind(config->listen, &s->door)) ||
        (e = house_open(config, HOUSE_UPGRADE, &s->house)))
        return e;
    if ((e = house_start(s->house, door_address(s->door))) ||
        (e = background_open(s->house, &s->background)) || (e = live_open(s->house, &s->live)) ||
        (e = server_open(s->house, &s->server)) || (e = control_open(s->house, &s->control)))
        return e;
    door_open(s->door, &(struct door_setup){ .http = s->server,
                                             .live = s->live,
                                             .site = &s->house->site,
                                             .connections = config->connections,
                                             .head_ms = config->head_seconds * SECOND_MS });
    return E_OK;
}

static void close_all(struct serving *s)
{
    int64_t began = clock_mono();
    if (s->house)
        atomic_store(&s->house->stopping, true);
    door_close(s->door);
    live_drain(s->live);
    if (s->server)
        server_drain(s->server, began + s->house->config->drain_seconds * SECOND_MS);
    control_close(s->control);
    live_close(s->live);
    server_close(s->server);
    background_close(s->background);
    if (s->house && s->house->requests)
        house_stop(s->house);
    house_close(s->house);
    log_info("serve.stopped ms=%lld", (long long)(clock_mono() - began));
}

/* While nobody is there, whoever runs the machine sees the code that the page asks for. */
static void tell_setup(struct serving *s)
{
    struct worker *w = worker_enter(s->house);
    struct call c = worker_call(w, "setup");
    struct setup_state state = { 0 };
    if (!setup_state(&c, &state) && state.needed)
        printf("系统还没有管理员。请打开 %s/setup，初始化码是 %s\n", s->house->site.url,
               setup_code(s->house, c.arena).p);
    worker_leave(w);
}

int cmd_serve(struct args *a)
{
    struct serving s = { 0 };
    sigset_t set;
    int sig = 0;
    if (!args_end(a))
        return 2;
    raise_descriptors();
    enum err e = open_all(&s, a->config);
    if (e) {
        bool in_use = e == E_CONFLICT && !s.house;
        if (e == E_STATE || e == E_INPUT || in_use || !s.door)
            fprintf(stderr, "集备没有启动。\n"); /* whoever refused has said why */
        else
            fprintf(stderr, "集备没有启动：%s\n", err_row(e)->text);
        close_all(&s);
        return e == E_STATE ? SERVE_IN_VAIN : 1;
    }
    printf("集备已启动：%s\n", door_address(s.door));
    tell_setup(&s);
    fflush(stdout);
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    while (sigwait(&set, &sig) == 0 && sig != SIGTERM && sig != SIGINT)
        ;
    log_info("serve.stopping signal=%d", sig);
    close_all(&s);
    return 0;
}

/* ---- the other commands of this file */

int cmd_tell(struct args *a)
{
    char line[1024] = "";
    struct buf answer;
    for (const char *w; (w = args_word(a));)
        snprintf(line + strlen(line), sizeof line - strlen(line), "%s%s", *line ? " " : "", w);
    if (!args_end(a) || !*line)
        return 2;
    buf_init(&answer, 32 * 1024 * 1024);
    enum err e = control_ask(a->config->data, str_of(line), &answer);
    if (e == E_NOT_FOUND)
        fprintf(stderr, "数据目录 %s 没有正在运行的服务。\n", a->config->data);
    fprintf(e ? stderr : stdout, "%.*s", STR_ARG(buf_str(&answer)));
    buf_fini(&answer);
    return e ? 1 : 0;
}

int cmd_version(struct args *a)
{
    if (!args_end(a))
        return 2;
    printf("jibei %s\n", JIBEI_VERSION);
    return 0;
}

/* ---- finding and running */

static int help(FILE *to)
{
    static const char *const needs[] = {
        [NEEDS_NOTHING] = "",
        [NEEDS_ALONE] = "须独占数据目录",
        [NEEDS_BESIDE] = "可与服务同时运行",
        [NEEDS_SERVER] = "由正在运行的服务执行",
    };
    struct buf b;
    buf_init(&b, 64 * 1024);
    buf_addz(&b, "用法：jibei 命令 [设置] [参数]\n\n命令：\n");
    for (int i = 0; i < COMMANDS_N; i++) {
        char name[32] = "";
        for (size_t k = 0; commands[i].name[k] && k < sizeof name - 1; k++)
            name[k] = commands[i].name[k] == '_' ? '-' : commands[i].name[k];
        buf_fmt(&b, "  %-9s %s %s%s%s%s\n", name, commands[i].usage, commands[i].text,
                *needs[commands[i].need] ? "（" : "", needs[commands[i].need],
                *needs[commands[i].need] ? "）" : "");
    }
    buf_addz(&b, "\n设置（也可以用环境变量，如 JIBEI_DATA）：\n");
    config_help(&b);
    fputs(b.p, to);
    buf_fini(&b);
    return to == stdout ? 0 : 2;
}

static const struct command *find(const char *name)
{
    for (int i = 0; i < COMMANDS_N; i++) {
        const char *have = commands[i].name, *said = name;
        while (*have && *said == (*have == '_' ? '-' : *have))
            have++, said++;
        if (!*have && !*said)
            return &commands[i];
    }
    return NULL;
}

static void signals_block(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

int main(int argc, char **argv)
{
    struct config config;
    struct buf wrong;
    if (argc < 2 || strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0)
        return help(argc < 2 ? stderr : stdout);
    const struct command *cmd = find(argv[1]);
    int n = argc - 2;
    buf_init(&wrong, 4096);
    if (!cmd || !config_read(&config, &n, argv + 2, &wrong)) {
        fprintf(stderr, "%s\n", cmd ? wrong.p : "没有这个命令，jibei help 列出所有命令。");
        return 2;
    }
    buf_fini(&wrong);
    if (sodium_init() < 0)
        BUG("libsodium cannot start");
    log_level(config.log);
    fault_env();
    struct args a = { cmd->name, &config, n, argv + 2 };
    if (cmd->run == cmd_serve)
        signals_block();
    int status = cmd->run(&a);
    if (status == 2)
        fprintf(stderr, "用法：jibei %s %s\n设置见 jibei help。\n", argv[1], cmd->usage);
    return status;
}
