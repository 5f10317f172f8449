/* One line per event on standard error: time, level, the request's name where there is one, then
 * the event's constant name and key=value pairs. Ids, never contents: no titles, names, addresses,
 * tokens or text. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

/* The request this thread works on, for every line until it is changed; NULL for none. Borrowed. */
void log_request(const char *id);
/* debug lines are written only after log_level("debug"); levels: debug, info, warn, error. */
void log_level(const char *least);

void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Somebody should get up. */
void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
