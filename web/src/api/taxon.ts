/* The spine of textbooks: 学段 → 学科 → 版本 → 册 → 单元 → 课. */
import { create, edit, get } from './http';

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

export interface TaxonView {
  self: Taxon;
  path: Taxon[];
  children: Taxon[];
}

export const taxons = async (parent: number, all = false): Promise<Taxon[]> =>
  (await get<{ items: Taxon[] }>('/api/taxa', { parent: parent || undefined, all: all || undefined })).items;
export const taxonPath = async (id: number): Promise<Taxon[]> => (await get<TaxonView>(`/api/taxa/${id}`)).path;

export interface TaxonForm {
  parent?: number;
  name?: string;
  code?: string;
  ord?: number;
  grade?: string;
  disabled?: boolean;
}
export const taxonCreate = (body: TaxonForm) => create<TaxonView>('/api/taxa', body);
export const taxonEdit = (id: number, rev: number, body: TaxonForm) => edit<TaxonView>(`/api/taxa/${id}`, rev, body);

export interface TaxonImport {
  units: number;
  lessons: number;
  known: number;
  errors: number;
  dry_run: boolean;
  rows: { line: number; unit: string; lesson: string; result: string; note: string }[];
}
export const taxonImport = (parent: number, text: string, dry_run: boolean) =>
  create<TaxonImport>('/api/taxa/import', { parent, text, dry_run });
