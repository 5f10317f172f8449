/* A thread that does one small thing again and again: at once when it is woken, and after a while
 * when nobody wakes it. Waking costs next to nothing and never waits; wakings while it is at work
 * are one. */
#ifndef BASE_PULSE_H
#define BASE_PULSE_H

struct pulse;

struct pulse_setup {
    const char *name; /* of the thread, ≤ 15 characters */
    int every_ms;     /* the longest pause between two beats */
    void (*beat)(void *own, void *arg);
    void *(*enter)(void *enter_arg); /* on the thread, gives its own thing; may be NULL */
    void (*leave)(void *own);
    void *arg, *enter_arg;
};

struct pulse *pulse_open(const struct pulse_setup *s);
void pulse_wake(struct pulse *p); /* any thread */
/* Waits for the running beat and joins the thread; there is no last beat. NULL is fine. */
void pulse_close(struct pulse *p);

#endif
