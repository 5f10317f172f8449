/* 集体备课: sessions and what is said in them, their record, the term plans and counts of 备课组. */
import { create, drop, edit, get, request, url, type Query } from './http';
import type { DocRow } from './doc';
import type { Shape } from './shapes';

export type Prep = Shape<'prep'>;
export type PrepCard = Shape<'prep_card'>;
export type PrepBody = Shape<'prep_form'>;
export type PrepStage = Prep['stage'];
export type PrepWho = Shape<'prep_who'>;
export const preps = (query: Query, cursor?: string) => get<Shape<'prep_page'>>('/api/preps', { ...query, cursor });
/** All of them that begin at `from` or later, the nearest first; the server's pages begin with the farthest. */
export async function prepsAhead(query: Query, from: number): Promise<PrepCard[]> {
  const items: PrepCard[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await preps({ ...query, from, limit: 200 }, cursor);
    items.push(...page.items);
    if (!page.next) return items.reverse();
    cursor = page.next;
  }
}
export const prep = (id: number) => get<Prep>(`/api/preps/${id}`);
export const prepCreate = (body: PrepBody) => create<Prep>('/api/preps', body);
export const prepEdit = (id: number, rev: number, body: PrepBody) => edit<Prep>(`/api/preps/${id}`, rev, body);
export const prepAct = (id: number, body: Shape<'prep_order'>) => request<Prep>('POST', `/api/preps/${id}/acts`, { body });
export const prepAnswer = (id: number, body: Shape<'prep_answer'>) => request<void>('POST', `/api/preps/${id}/answer`, { body });
export type PrepLog = Shape<'prep_log'>;
export const prepLog = async (id: number) => (await get<Shape<'prep_events'>>(`/api/preps/${id}/log`)).items;

export const prepDocs = async (id: number) => (await get<Shape<'prep_docs'>>(`/api/preps/${id}/docs`)).items;
export const prepDocAdd = (id: number, body: Shape<'prep_doc_new'>) => create<DocRow>(`/api/preps/${id}/docs`, body);
export const prepPublish = (id: number, body: Shape<'prep_publish'>) => create<Prep>(`/api/preps/${id}/publish`, body);

export type Opinion = Shape<'prep_opinion'>;
export type OpinionBody = Shape<'prep_opinion_new'>;
/** All of them, however many pages they come in. */
export async function opinions(id: number): Promise<{ items: Opinion[]; hidden: boolean }> {
  const items: Opinion[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await get<Shape<'prep_opinion_page'>>(`/api/preps/${id}/opinions`, { cursor });
    items.push(...page.items);
    if (!page.next) return { items, hidden: page.hidden };
    cursor = page.next;
  }
}
export const opine = (id: number, body: OpinionBody) => create<Opinion>(`/api/preps/${id}/opinions`, body);
export const opinionEdit = (id: number, o: Opinion, body: Shape<'prep_opinion_edit'>) => edit<Opinion>(`/api/preps/${id}/opinions/${o.id}`, o.rev, body);
export const opinionDrop = (id: number, opinion: number) => drop(`/api/preps/${id}/opinions/${opinion}`);
export const opinionDecide = (id: number, opinion: number, body: Shape<'prep_decision'>) =>
  request<Opinion>('POST', `/api/preps/${id}/opinions/${opinion}/decision`, { body });
export const opinionResolve = (id: number, opinion: number, resolved: boolean) =>
  request<Opinion>('POST', `/api/preps/${id}/opinions/${opinion}/resolved`, { body: { resolved } });

export type PrepWord = Shape<'prep_word'>;
export const prepChat = async (id: number, after: number) => (await get<Shape<'prep_chat_page'>>(`/api/preps/${id}/chat`, { after })).items;
export const prepSay = (id: number, body: string) => create<PrepWord>(`/api/preps/${id}/chat`, { body });

export type Reflection = Shape<'prep_reflection'>;
export const reflections = async (id: number, before = false) =>
  (await get<Shape<'prep_reflection_page'>>(`/api/preps/${id}/reflections`, { before: before || undefined })).items;
export const reflect = (id: number, body: string) => request<void>('POST', `/api/preps/${id}/reflections`, { body: { body } });

export type PrepRecord = Shape<'prep_record_view'>;
export const prepRecord = (id: number) => get<PrepRecord>(`/api/preps/${id}/record`);
export const prepRecordEdit = (id: number, rev: number, body: Shape<'prep_record_edit'>) => edit<PrepRecord>(`/api/preps/${id}/record`, rev, body);
export const prepRecordSign = (id: number, body: Shape<'prep_sign'>) => request<PrepRecord>('POST', `/api/preps/${id}/record/sign`, { body });

export const prepRecordFile = (id: number, format: 'docx' | 'pdf') => url(`/api/preps/${id}/record/export`, { format });

export type PrepVote = Shape<'prep_vote'>;
export const votes = async (id: number) => (await get<Shape<'prep_vote_page'>>(`/api/preps/${id}/votes`)).items;
export const voteMake = (id: number, question: string, options: string[]) => create<PrepVote>(`/api/preps/${id}/votes`, { question, options });
export const voteCast = (id: number, vote: number, option: number) => request<PrepVote>('POST', `/api/preps/${id}/votes/${vote}/ballot`, { body: { option } });
export const voteEnd = (id: number, vote: number) => request<PrepVote>('POST', `/api/preps/${id}/votes/${vote}/close`);

export type PrepTimer = Shape<'prep_timer'>;
export const timer = (id: number) => get<PrepTimer>(`/api/preps/${id}/timer`);
export const timerStart = (id: number, body: Shape<'prep_timer_new'>) => request<PrepTimer>('POST', `/api/preps/${id}/timer`, { body });
export const timerStop = (id: number) => drop(`/api/preps/${id}/timer`);

export type PrepStat = Shape<'prep_stat'>;
export const prepStats = (query: Query) => get<Shape<'prep_stats'>>('/api/prep-stats', query);
export const prepStatSheet = (query: Query) => url('/api/prep-stats/sheet', query);

export type PrepPlan = Shape<'prep_plan'>;
export type PlanRow = Shape<'prep_plan_row'>;
export type PlanLine = Shape<'prep_plan_line'>;
export const plans = async (query: Query) => (await get<Shape<'prep_plan_page'>>('/api/prep-plans', query)).items;
export const plan = (id: number) => get<PrepPlan>(`/api/prep-plans/${id}`);
export const planCreate = (body: Shape<'prep_plan_new'>) => create<PrepPlan>('/api/prep-plans', body);
export const planEdit = (id: number, rev: number, rows: PlanLine[]) => edit<PrepPlan>(`/api/prep-plans/${id}`, rev, { rows });
export const planShift = (id: number, rev: number, week: number) => request<PrepPlan>('POST', `/api/prep-plans/${id}/shift`, { rev, body: { week } });
export const planPropose = (body: Shape<'prep_plan_wish'>) => request<Shape<'prep_plan_proposal'>>('POST', '/api/prep-plans/proposal', { body });
export const planHold = async (id: number, body: Shape<'prep_plan_hold'>) => (await create<Shape<'prep_plan_held'>>(`/api/prep-plans/${id}/sessions`, body)).sessions;

export type FreeTimes = Shape<'free_times'>;
export const freeTimes = (dept: number, query: Query) => get<FreeTimes>(`/api/depts/${dept}/free-times`, query);
