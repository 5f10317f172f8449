/* Settings that are changed while the house runs, as a table (settings.def). A value is read from
 * its row each time, so that a change holds at once and in every process. */
#ifndef APP_SETTING_H
#define APP_SETTING_H

#include "server/app/call.h"

enum setting {
#define SET(name, kind, standard, min, max, unit, text) SET_##name,
#include "server/app/settings.def"
#undef SET
    SET_count
};

enum err setting_number(struct db *db, enum setting s, int64_t *out) MUST_USE;
enum err setting_words(struct db *db, struct arena *a, enum setting s, struct str *out) MUST_USE;

/* ---- the administrator's page */
struct setting_view {
    struct str name, kind, value, standard, unit, text;
    int64_t min, max;
    bool changed; /* differs from the standard */
};
struct settings_view {
    int64_t rev;
    struct setting_view *settings;
    size_t settings_n;
};
struct setting_change {
    struct str name, value;
};
struct settings_patch {
    struct setting_change *changes;
    size_t changes_n;
};

/* Needs settings.read. */
enum err settings_show(struct call *c, struct settings_view *out) MUST_USE;
/* Needs settings.edit; all or nothing; recorded. E_INPUT: no such setting or a value out of its
 * bounds; E_REV. */
enum err settings_change(struct call *c, int64_t rev, const struct settings_patch *p,
                         struct settings_view *out) MUST_USE;

#endif
