/* The tables of prep_stages.def; see prep_state.h. */
#include "server/app/prep_state.h"

static const struct {
    const char *code, *text;
} stages[PREP_STAGES + 1] = {
#define STAGE(number, code, text) [number] = { #code, text },
#define ACT(code, from, to, who)
#define DOC(from, to, who, right)
#include "server/app/prep_stages.def"
#undef STAGE
#undef ACT
};

static const struct {
    const char *code;
    int from, to;
    unsigned who;
} acts[PA_count] = {
#define STAGE(number, code, text)
#define ACT(code, from, to, who) [PA_##code] = { #code, PREP_##from, PREP_##to, who },
#include "server/app/prep_stages.def"
#undef ACT
#undef DOC
};

static const struct {
    int from, to;
    unsigned who;
    enum doc_right right;
} docs[] = {
#define ACT(code, from, to, who)
#define DOC(from, to, who, right) { PREP_##from, PREP_##to, who, DOC_##right },
#include "server/app/prep_stages.def"
#undef STAGE
#undef ACT
#undef DOC
};

struct str prep_stage_code(int64_t stage)
{
    return stage >= 1 && stage <= PREP_STAGES ? str_of(stages[stage].code) : S("");
}

struct str prep_stage_text(int64_t stage)
{
    return stage >= 1 && stage <= PREP_STAGES ? str_of(stages[stage].text) : S("");
}

int64_t prep_stage_number(struct str code)
{
    for (int i = 1; i <= PREP_STAGES; i++)
        if (str_eqz(code, stages[i].code))
            return i;
    return 0;
}

struct str prep_act_code(enum prep_act act)
{
    return act > PA_NONE && act < PA_count ? str_of(acts[act].code) : S("");
}

enum prep_act prep_act_of(struct str code)
{
    for (int i = PA_NONE + 1; i < PA_count; i++)
        if (str_eqz(code, acts[i].code))
            return (enum prep_act)i;
    return PA_NONE;
}

bool prep_legal(int64_t stage, enum prep_act act)
{
    return act > PA_NONE && act < PA_count && stage >= acts[act].from && stage <= acts[act].to;
}

bool prep_his(unsigned parts, enum prep_act act)
{
    return act > PA_NONE && act < PA_count && (acts[act].who & parts);
}

enum doc_right prep_right_in(int64_t stage, bool cancelled, unsigned parts)
{
    enum doc_right best = DOC_NONE;
    for (size_t i = 0; i < sizeof docs / sizeof *docs; i++)
        if (stage >= docs[i].from && stage <= docs[i].to && (docs[i].who & parts) &&
            docs[i].right > best)
            best = docs[i].right;
    return cancelled && best > DOC_READ ? DOC_READ : best;
}
