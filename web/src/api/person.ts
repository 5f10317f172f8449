/* People: teachers and everybody else with an account. */
import { create, drop, edit, get, request, type Query } from './http';
import type { Page } from '@/ui/list';

export interface Person {
  id: number;
  rev: number;
  login: string;
  staff_no: string;
  name: string;
  phone: string;
  school: number;
  school_name: string;
  subject: string;
  grade: string;
  title: string;
  created_at: number;
  disabled_at: number;
}
export type PersonBody = Pick<Person, 'name' | 'staff_no' | 'phone' | 'school' | 'subject' | 'grade' | 'title'>;

export const persons = (query: Query, cursor?: string) => get<Page<Person>>('/api/persons', { ...query, cursor });
export const person = (id: number) => get<Person>(`/api/persons/${id}`);
export const personCreate = (body: PersonBody) => create<{ person: Person; slip: Slip }>('/api/persons', body);
export const personEdit = (id: number, rev: number, body: Partial<PersonBody>) => edit<Person>(`/api/persons/${id}`, rev, body);
export const personDisable = (id: number) => create<void>(`/api/persons/${id}/disable`);
export const personEnable = (id: number) => create<void>(`/api/persons/${id}/enable`);
export const passwordReset = (ids: number[]) => create<{ items: Slip[] }>('/api/persons/passwords', { persons: ids });
export const handOver = (id: number, to: number) => create<{ resources: number }>(`/api/persons/${id}/hand-over`, { to });

/* A first password on paper: told once, kept nowhere. */
export interface Slip {
  person: number;
  name: string;
  school_name: string;
  login: string;
  password: string;
}

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

export interface Grant {
  id: number;
  role: string;
  scope_kind: string;
  scope_id: number;
  scope_name: string;
  from_at: number;
  until_at: number;
}
export const grants = async (id: number) => (await get<{ items: Grant[] }>(`/api/persons/${id}/roles`)).items;
export const grantAdd = (id: number, body: { role: string; scope_kind: string; scope_id: number }) => create<Grant>(`/api/persons/${id}/roles`, body);
export const grantEnd = (id: number, grant: number) => drop(`/api/persons/${id}/roles/${grant}`);

export interface Posting {
  id: number;
  school: number;
  school_name: string;
  form: string;
  from_at: number;
  until_at: number;
}
export const postings = async (id: number) => (await get<{ items: Posting[] }>(`/api/persons/${id}/postings`)).items;
export const postingAdd = (id: number, body: { school: number; form: string; from_at: number; until_at?: number }) => create<Posting>(`/api/persons/${id}/postings`, body);
export const postingEnd = (id: number, posting: number) => drop(`/api/persons/${id}/postings/${posting}`);
