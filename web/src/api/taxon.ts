/* The spine of textbooks: 学段 → 学科 → 版本 → 册 → 单元 → 课. */
import { create, edit, get, type Query } from './http';

export interface Taxon {
  id: number;
  rev: number;
  parent: number;
  kind: string;
  ord: number;
  children: number;
  code: string;
  name: string;
  stage: string;
  subject: string;
  grade: string;
  path: string;
  disabled_at: number;
}

export const taxons = async (parent: number, all = false): Promise<Taxon[]> =>
  (await get<{ items: Taxon[] }>('/api/taxons', { parent: parent || undefined, all: all || undefined } as Query)).items;
export const taxonPath = async (id: number): Promise<Taxon[]> => (await get<{ items: Taxon[] }>(`/api/taxons/${id}/path`)).items;
export const taxonFind = async (q: string): Promise<Taxon[]> => (await get<{ items: Taxon[] }>('/api/taxons', { q })).items;
export const taxonCreate = (body: { parent: number; name: string; code?: string; ord?: number }) => create<Taxon>('/api/taxons', body);
export const taxonEdit = (id: number, rev: number, body: Partial<Pick<Taxon, 'name' | 'code' | 'ord'>> & { disabled?: boolean }) =>
  edit<Taxon>(`/api/taxons/${id}`, rev, body);
