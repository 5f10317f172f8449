/* The life of a 集体备课 as a table (prep_stages.def): which act is legal in which stage and whose
 * it is, and what right to the session's documents follows. Pure: no database.
 *
 *   计划 plan → 初备 draft → 说课 presentation → 研讨 discussion → 定稿 finalize → 二次备课
 * personal → 反思 reflection → 归档 archive
 *
 * P1: a stage is left forward by next (hand_in for the lead author's draft, publish for the common
 * plan, close at the end); everything else, skipping and going back, is move, the host's alone.
 * P2: whoever may write a document of the session may also comment on it and read it. */
#ifndef APP_PREP_STATE_H
#define APP_PREP_STATE_H

#include "server/app/doc.h"

enum prep_stage {
#define STAGE(number, code, text) PREP_##code = number,
#define ACT(code, from, to, who)
#define DOC(from, to, who, right)
#include "server/app/prep_stages.def"
#undef STAGE
#undef ACT
    PREP_STAGES = PREP_archive
};

enum prep_act {
    PA_NONE,
#define STAGE(number, code, text)
#define ACT(code, from, to, who) PA_##code,
#include "server/app/prep_stages.def"
#undef STAGE
#undef ACT
#undef DOC
    PA_count
};

/* What somebody is to a session; he may be several things. */
enum prep_part {
    PART_LEAD = 1,
    PART_HOST = 2,
    PART_RECORDER = 4,
    PART_PARTICIPANT = 8,
    PART_GUEST = 16,
    PART_LEADER = 32, /* leads the 备课组, or arranges its work (CAP_prep_arrange) */
    PART_SEES = 64,   /* everybody who may read of it, each of the above as well */
    PART_IN = PART_LEAD | PART_HOST | PART_RECORDER | PART_PARTICIPANT | PART_GUEST
};

struct str prep_stage_code(int64_t stage); /* "" for a number that is none */
struct str prep_stage_text(int64_t stage);
int64_t prep_stage_number(struct str code); /* 0: none */
struct str prep_act_code(enum prep_act act);
enum prep_act prep_act_of(struct str code); /* PA_NONE: none */
/* Is the act legal in this stage at all; is it one of his, whatever the stage? */
bool prep_legal(int64_t stage, enum prep_act act);
bool prep_his(unsigned parts, enum prep_act act);
enum doc_right prep_right_in(int64_t stage, bool cancelled, unsigned parts);

#endif
