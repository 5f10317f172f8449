/* Schools and town offices. */
import { create, edit, get, type Query } from './http';
import type { Shape } from './shapes';

export type School = Shape<'school'>;
type SchoolBody = Shape<'school_new'>;
export const schools = (query: Query, cursor?: string) => get<Shape<'school_page'>>('/api/schools', { ...query, cursor });
export const school = (id: number) => get<School>(`/api/schools/${id}`);
export const schoolCreate = (body: SchoolBody) => create<School>('/api/schools', body);
export const schoolEdit = (id: number, rev: number, body: Shape<'school_edit'>) => edit<School>(`/api/schools/${id}`, rev, body);

export type Town = Shape<'town'>;
export const towns = async () => (await get<Shape<'town_page'>>('/api/towns')).items;
