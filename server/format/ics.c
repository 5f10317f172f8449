/* iCalendar; see ics.h. */
#include "server/format/ics.h"

#include "server/base/clock.h"

enum { LINE_MAX = 75 };

/* Folds: a line of more than 75 octets goes on in the next one behind a blank. */
static void put_line(struct buf *out, struct str line)
{
    size_t room = LINE_MAX, at = 0;
    while (line.n - at > room) {
        size_t cut = at + room;
        while (((unsigned char)line.p[cut] & 0xc0) == 0x80)
            cut--;
        buf_add(out, str_sub(line, at, cut));
        buf_addz(out, "\r\n ");
        at = cut;
        room = LINE_MAX - 1;
    }
    buf_add(out, str_sub(line, at, line.n));
    buf_addz(out, "\r\n");
}

static void put_text(struct buf *out, const char *name, struct str text)
{
    struct buf b;
    if (!text.n)
        return;
    buf_init(&b, 64 * 1024);
    buf_addz(&b, name);
    buf_char(&b, ':');
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '\n')
            buf_addz(&b, "\\n");
        else if (c == '\\' || c == ';' || c == ',')
            buf_fmt(&b, "\\%c", c);
        else if ((unsigned char)c >= 0x20 && c != 0x7f)
            buf_char(&b, c);
    }
    put_line(out, buf_str(&b));
    buf_fini(&b);
}

static void put_time(struct buf *out, const char *name, int64_t t)
{
    struct civil d = civil_utc(t);
    buf_fmt(out, "%s:%04d%02d%02dT%02d%02d%02dZ\r\n", name, d.year, d.month, d.day, d.hour,
            d.minute, d.second);
}

void ics_begin(struct buf *out, struct str name)
{
    buf_addz(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Jibei//Jibei//ZH\r\n"
                  "CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n");
    put_text(out, "X-WR-CALNAME", name);
}

void ics_event(struct buf *out, const struct ics_event *e)
{
    buf_addz(out, "BEGIN:VEVENT\r\n");
    put_text(out, "UID", e->uid);
    put_time(out, "DTSTAMP", e->changed_at);
    put_time(out, "DTSTART", e->starts_at);
    put_time(out, "DTEND", e->ends_at);
    buf_fmt(out, "SEQUENCE:%lld\r\nSTATUS:%s\r\n", (long long)e->sequence,
            e->cancelled ? "CANCELLED" : "CONFIRMED");
    put_text(out, "SUMMARY", e->summary);
    put_text(out, "LOCATION", e->location);
    put_text(out, "DESCRIPTION", e->description);
    buf_addz(out, "END:VEVENT\r\n");
}

void ics_end(struct buf *out)
{
    buf_addz(out, "END:VCALENDAR\r\n");
}
