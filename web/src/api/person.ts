/* People: teachers and everybody else with an account. */
import { create, drop, edit, get, request, type Query } from './http';
import type { Shape } from './shapes';

export type Person = Shape<'person'>;
export type PersonBody = Shape<'person_new'>;
export const persons = (query: Query, cursor?: string) => get<Shape<'person_page'>>('/api/people', { ...query, cursor });
export const person = (id: number) => get<Person>(`/api/people/${id}`);
export const personCreate = (body: PersonBody) => create<Shape<'person_made'>>('/api/people', body);
export const personEdit = (id: number, rev: number, body: Shape<'person_edit'>) => edit<Person>(`/api/people/${id}`, rev, body);
/** Hands all that is his to somebody else (0: nobody) and disables the account. */
export const personLeave = (id: number, to: number) => create<void>(`/api/people/${id}/leave`, to ? { to } : {});

/* A first password on paper: told once, kept nowhere. */
export type Slip = Shape<'slip'>;
export const passwordReset = (id: number) => create<Slip>(`/api/people/${id}/password`);

export interface RosterRow {
  row: number;
  act: string;
  name: string;
  staff_no: string;
  school_name: string;
  error: string;
  field: string;
}
export interface Roster {
  added: number;
  changed: number;
  same: number;
  wrong: number;
  rows: RosterRow[];
  slips: Slip[];
}
export const rosterText = (text: string, apply: boolean) => create<Roster>('/api/roster', { text, apply });
export const rosterFile = (file: File, apply: boolean) =>
  request<Roster>('POST', '/api/roster/file', { query: { name: file.name, apply }, raw: file, create: true });

/* Roles held, and where. */
export type Grant = Shape<'role_view'>;
export type RoleWord = Shape<'role_word'>;
export const roleWords = async () => (await get<Shape<'role_word_page'>>('/api/roles/kinds')).items;
export const grants = async (person: number) => (await get<Shape<'role_page'>>('/api/roles', { person })).items;
export const grantAdd = (body: Shape<'role_new'>) => create<Grant>('/api/roles', body);
export const grantEnd = (id: number) => drop(`/api/roles/${id}`);

export type Posting = Shape<'posting'>;
export const postings = async (id: number) => (await get<Shape<'posting_page'>>(`/api/people/${id}/postings`)).items;
export const postingAdd = (id: number, body: Shape<'posting_new'>) => create<Posting>(`/api/people/${id}/postings`, body);
export const postingEnd = (id: number, posting: number) => drop(`/api/people/${id}/postings/${posting}`);
