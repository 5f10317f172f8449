/* Groups of schools, departments (教研组, 备课组) and their members. */
import { create, drop, edit, get, request, type Query } from './http';
import type { Shape } from './shapes';

export type Group = Shape<'group'>;
export type GroupMember = Shape<'group_member'>;
export const groups = (cursor?: string) => get<Shape<'group_page'>>('/api/groups', { cursor });
export const group = (id: number) => get<Group>(`/api/groups/${id}`);
export const groupCreate = (body: Shape<'group_new'>) => create<Group>('/api/groups', body);
export const groupEdit = (id: number, rev: number, body: Shape<'group_edit'>) => edit<Group>(`/api/groups/${id}`, rev, body);
export const groupMembers = async (id: number) => (await get<Shape<'group_member_page'>>(`/api/groups/${id}/members`)).items;
export const groupMemberAdd = (id: number, body: Shape<'group_member_new'>) => create<GroupMember>(`/api/groups/${id}/members`, body);
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
