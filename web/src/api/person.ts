/* People: teachers and everybody else with an account. */
import { create, drop, edit, get, request, type Query } from './http';
import type { Shape } from './shapes';

export type Person = Shape<'person'>;
type PersonBody = Shape<'person_new'>;
export const persons = (query: Query, cursor?: string) => get<Shape<'person_page'>>('/api/persons', { ...query, cursor });
export const person = (id: number) => get<Person>(`/api/persons/${id}`);
export const personCreate = (body: PersonBody) => create<Shape<'person_made'>>('/api/persons', body);
export const personEdit = (id: number, rev: number, body: Shape<'person_edit'>) => edit<Person>(`/api/persons/${id}`, rev, body);
export const personDisable = (id: number) => create<void>(`/api/persons/${id}/disable`);
export const personEnable = (id: number) => create<void>(`/api/persons/${id}/enable`);
export const handOver = (id: number, to: number) => create<Shape<'person_handed'>>(`/api/persons/${id}/hand-over`, { to });

/* A first password on paper: told once, kept nowhere. */
export type Slip = Shape<'slip'>;
export const passwordReset = async (persons: number[]) => (await create<Shape<'slip_page'>>('/api/persons/passwords', { persons })).items;

export type RosterRow = Shape<'roster_row'>;
export type Roster = Shape<'roster'>;
export const rosterText = (text: string, apply: boolean) => create<Roster>('/api/roster', { text, apply });
export const rosterFile = (file: File, apply: boolean) =>
  request<Roster>('POST', '/api/roster/file', { query: { name: file.name, apply }, raw: file, create: true });

/* Roles held, and where. */
export type Grant = Shape<'role_view'>;
export type RoleWord = Shape<'role_word'>;
export const roleWords = async () => (await get<Shape<'role_word_page'>>('/api/roles/kinds')).items;
export const grants = async (person: number) => (await get<Shape<'role_page'>>(`/api/persons/${person}/roles`)).items;
export const grantAdd = (person: number, body: Shape<'role_new'>) => create<Grant>(`/api/persons/${person}/roles`, body);
export const grantEnd = (person: number, id: number) => drop(`/api/persons/${person}/roles/${id}`);

export type Posting = Shape<'posting'>;
export const postings = async (id: number) => (await get<Shape<'posting_page'>>(`/api/persons/${id}/postings`)).items;
export const postingAdd = (id: number, body: Shape<'posting_new'>) => create<Posting>(`/api/persons/${id}/postings`, body);
export const postingEnd = (id: number, posting: number) => drop(`/api/persons/${id}/postings/${posting}`);
