/* Who teaches which class which subject by which book, and which editions a school has adopted. */
#ifndef STORAGE_TEACHING_H
#define STORAGE_TEACHING_H

#include "storage/db.h"

struct teaching {
    int64_t id, term, person, school, class_no, taxon, ended_at;
    struct str term_name, person_name, school_name, grade, subject, taxon_path;
};
/* 0 is any. */
struct teaching_filter {
    int64_t term, person, school;
};
enum err teaching_get(struct db *db, struct arena *a, int64_t id, struct teaching *out) MUST_USE;
enum err teaching_put(struct db *db, struct teaching *t) MUST_USE; /* E_CONFLICT: is there */
enum err teaching_end(struct db *db, int64_t id, int64_t now) MUST_USE;
/* Those not ended, newest terms first, at most 1000. */
enum err teaching_list(struct db *db, struct arena *a, const struct teaching_filter *f,
                       struct teaching **out, size_t *n) MUST_USE;

struct adoption {
    int64_t id, rev, school, year; /* 2025 stands for 2025—2026 */
    struct str grade, subject, edition;
};
/* Puts or replaces (school, year, grade, subject); sets id and rev. */
enum err adoption_set(struct db *db, struct adoption *a) MUST_USE;
enum err adoption_list(struct db *db, struct arena *a, int64_t school, int64_t year,
                       struct adoption **out, size_t *n) MUST_USE;

#endif
