/* The school's year: terms with holidays and moved days, bells, and what follows from them. A day
 * is the text 2026-09-01, so that no time zone can move it. */
import { create, drop, edit, get } from './http';
import type { Shape } from './shapes';

export type DayChange = Shape<'day_change'>;
export type Term = Shape<'term'>;
export const terms = async () => (await get<Shape<'term_page'>>('/api/terms')).items;
export const termCreate = (body: Shape<'term_new'>) => create<Term>('/api/terms', body);
export const termEdit = (id: number, rev: number, body: Shape<'term_edit'>) => edit<Term>(`/api/terms/${id}`, rev, body);

export type Bell = Shape<'bell'>;
export const bells = async (school: number) => (await get<Shape<'bell_page'>>(`/api/schools/${school}/bells`)).items;
export const bellCreate = (school: number, body: Shape<'bell_new'>) => create<Bell>(`/api/schools/${school}/bells`, body);
export const bellEdit = (id: number, rev: number, body: Shape<'bell_edit'>) => edit<Bell>(`/api/bells/${id}`, rev, body);

export type Teaching = Shape<'teaching'>;
export const teachings = async (person: number) => (await get<Shape<'teaching_page'>>('/api/teachings', { person })).items;
export const teachingCreate = (body: Shape<'teaching_new'>) => create<Teaching>('/api/teachings', body);
export const teachingEnd = (id: number) => drop(`/api/teachings/${id}`);

export type Adoption = Shape<'adoption'>;
export const adoptions = async (school: number, year: number) => (await get<Shape<'adoption_page'>>('/api/adoptions', { school, year })).items;
export const adoptionSet = (body: Shape<'adoption_new'>) => create<Adoption>('/api/adoptions', body);
