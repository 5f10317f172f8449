/* Groups of schools, departments (教研组, 备课组) and their members. */
import { create, drop, edit, get, type Query } from './http';
import type { Page } from '@/ui/list';

export interface Group {
  id: number;
  rev: number;
  name: string;
  mode: string;
  lead_school: number;
  lead_school_name: string;
  ord: number;
  founded_at: number;
  schools: number;
  disabled_at: number;
}
export interface GroupMember {
  id: number;
  school: number;
  school_name: string;
  from_at: number;
  until_at: number;
}
export const groups = (cursor?: string) => get<Page<Group>>('/api/groups', { cursor });
export const group = (id: number) => get<Group>(`/api/groups/${id}`);
export const groupCreate = (body: Partial<Group>) => create<Group>('/api/groups', body);
export const groupEdit = (id: number, rev: number, body: Partial<Group> & { disabled?: boolean }) => edit<Group>(`/api/groups/${id}`, rev, body);
export const groupMembers = async (id: number) => (await get<{ items: GroupMember[] }>(`/api/groups/${id}/members`)).items;
export const groupMemberAdd = (id: number, body: { school: number; from_at: number; until_at?: number }) => create<GroupMember>(`/api/groups/${id}/members`, body);
export const groupMemberEnd = (id: number, member: number) => drop(`/api/groups/${id}/members/${member}`);

export interface Dept {
  id: number;
  rev: number;
  kind: string;
  name: string;
  school: number;
  school_name: string;
  group: number;
  group_name: string;
  subject: string;
  grade: string;
  members: number;
  disabled_at: number;
}
export interface DeptMember {
  id: number;
  person: number;
  person_name: string;
  school_name: string;
  leader: boolean;
  from_at: number;
  until_at: number;
}
export const depts = (query: Query, cursor?: string) => get<Page<Dept>>('/api/depts', { ...query, cursor });
export const myDepts = async () => (await get<Page<Dept>>('/api/me/depts')).items;
export const deptCreate = (body: Partial<Dept>) => create<Dept>('/api/depts', body);
export const deptEdit = (id: number, rev: number, body: Partial<Dept> & { disabled?: boolean }) => edit<Dept>(`/api/depts/${id}`, rev, body);
export const deptMembers = async (id: number) => (await get<{ items: DeptMember[] }>(`/api/depts/${id}/members`)).items;
export const deptMemberAdd = (id: number, body: { person: number; leader: boolean }) => create<DeptMember>(`/api/depts/${id}/members`, body);
export const deptMemberEnd = (id: number, member: number) => drop(`/api/depts/${id}/members/${member}`);
