/* The life of a session as the client shows it: where it stands, where the host may send it. Pure. */
import type { Prep, PrepStage } from '@/api/prep';

export const stages: readonly PrepStage[] = ['plan', 'draft', 'presentation', 'discussion', 'finalize', 'personal', 'reflection', 'archive'];
export const orderOf = (stage: string): number => stages.indexOf(stage as PrepStage);
export const can = (p: Pick<Prep, 'may'>, act: string): boolean => p.may.includes(act);

/** The act that takes this person's session on from here, if there is one. */
export function onward(p: Pick<Prep, 'may'>): 'next' | 'hand_in' | 'publish' | 'close' | null {
  return (['publish', 'next', 'hand_in', 'close'] as const).find((act) => can(p, act)) ?? null;
}

/** Until when a stage should be over; 0: no such time was given. */
export const deadlineOf = (p: Pick<Prep, 'deadlines'>, stage: string): number => p.deadlines.find((d) => d.stage === stage)?.at ?? 0;

/** Others' opinions are hidden as long as the host has not opened a silent round. */
export const silent = (p: Pick<Prep, 'silent' | 'opened_at' | 'stage'>): boolean => p.silent && !p.opened_at && orderOf(p.stage) < orderOf('finalize');

/** What was at this time is in the record as it was signed, and stays so. */
export const signed = (p: Pick<Prep, 'signed_at'>, at: number): boolean => at <= p.signed_at;
