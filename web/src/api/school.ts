/* Schools and town offices. */
import { create, edit, get, type Query } from './http';
import type { Page } from '@/ui/list';

export interface School {
  id: number;
  rev: number;
  code: string;
  name: string;
  type: string;
  town: number;
  town_name: string;
  ord: number;
  pupils: number;
  disabled_at: number;
}
export type SchoolBody = Pick<School, 'code' | 'name' | 'type' | 'town' | 'ord' | 'pupils'>;
export const schools = (query: Query, cursor?: string) => get<Page<School>>('/api/schools', { ...query, cursor });
export const school = (id: number) => get<School>(`/api/schools/${id}`);
export const schoolCreate = (body: SchoolBody) => create<School>('/api/schools', body);
export const schoolEdit = (id: number, rev: number, body: Partial<SchoolBody> & { disabled?: boolean }) => edit<School>(`/api/schools/${id}`, rev, body);

export interface Town {
  id: number;
  name: string;
}
export const towns = async () => (await get<Page<Town>>('/api/towns')).items;
