/* The school's year: terms with holidays and moved days, bells, and what follows from them. A day
 * is a number like 20260901, so that no time zone can move it. */
import { create, drop, edit, get } from './http';

export interface DayChange {
  day: number;
  kind: string;
  weekday: number;
  name: string;
}
export interface Term {
  id: number;
  rev: number;
  key: string;
  name: string;
  first_day: number;
  last_day: number;
  changes: DayChange[];
}
export type TermBody = Pick<Term, 'key' | 'name' | 'first_day' | 'last_day' | 'changes'>;
export const terms = async () => (await get<{ items: Term[] }>('/api/terms')).items;
export const termCreate = (body: TermBody) => create<Term>('/api/terms', body);
export const termEdit = (id: number, rev: number, body: Partial<TermBody>) => edit<Term>(`/api/terms/${id}`, rev, body);

export interface Period {
  name: string;
  lesson: boolean;
  start_min: number;
  end_min: number;
}
export interface Bell {
  id: number;
  rev: number;
  school: number;
  name: string;
  from_day: number;
  periods: Period[];
}
export type BellBody = Pick<Bell, 'name' | 'from_day' | 'periods'>;
export const bells = async (school: number) => (await get<{ items: Bell[] }>(`/api/schools/${school}/bells`)).items;
export const bellCreate = (school: number, body: BellBody) => create<Bell>(`/api/schools/${school}/bells`, body);
export const bellEdit = (id: number, rev: number, body: Partial<BellBody>) => edit<Bell>(`/api/bells/${id}`, rev, body);

export interface Teaching {
  id: number;
  term: number;
  term_name: string;
  person: number;
  school: number;
  school_name: string;
  grade: string;
  class_no: number;
  subject: string;
  taxon: number;
  taxon_path: string;
}
export type TeachingBody = Pick<Teaching, 'term' | 'person' | 'school' | 'grade' | 'class_no' | 'subject' | 'taxon'>;
export const teachings = async (person: number) => (await get<{ items: Teaching[] }>('/api/teachings', { person })).items;
export const teachingCreate = (body: TeachingBody) => create<Teaching>('/api/teachings', body);
export const teachingEnd = (id: number) => drop(`/api/teachings/${id}`);

export interface Adoption {
  id: number;
  rev: number;
  school: number;
  year: number;
  grade: string;
  subject: string;
  edition: string;
}
export const adoptions = async (school: number, year: number) => (await get<{ items: Adoption[] }>('/api/adoptions', { school, year })).items;
export const adoptionSet = (body: Omit<Adoption, 'id' | 'rev'>) => create<Adoption>('/api/adoptions', body);
