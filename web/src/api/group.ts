/* Groups of schools, departments (教研组, 备课组) and their members. */
import { create, drop, edit, get, request, type Query } from './http';
import type { Shape } from './shapes';
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

export type Dept = Shape<'dept'>;
export type DeptMember = Shape<'dept_member'>;
export const depts = (query: Query, cursor?: string) => get<Shape<'dept_page'>>('/api/depts', { ...query, cursor });
export const myDepts = async () => (await get<Shape<'dept_page'>>('/api/me/depts')).items;
export const deptCreate = (body: Shape<'dept_new'>) => create<Dept>('/api/depts', body);
export const deptEdit = (id: number, rev: number, body: Shape<'dept_edit'>) => edit<Dept>(`/api/depts/${id}`, rev, body);
export const deptMembers = async (id: number) => (await get<Shape<'dept_member_page'>>(`/api/depts/${id}/members`)).items;
export const deptMemberAdd = (id: number, body: Shape<'dept_member_new'>) => create<DeptMember>(`/api/depts/${id}/members`, body);
export const deptMemberLead = (id: number, member: number, leader: boolean) =>
  request<void>('PATCH', `/api/depts/${id}/members/${member}`, { body: { leader } });
export const deptMemberEnd = (id: number, member: number) => drop(`/api/depts/${id}/members/${member}`);
