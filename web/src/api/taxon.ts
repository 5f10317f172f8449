/* The spine of textbooks: 学段 → 学科 → 版本 → 册 → 单元 → 课. */
import { create, edit, get } from './http';
import type { Shape } from './shapes';

export type Taxon = Shape<'taxon'>;
export type TaxonView = Shape<'taxon_view'>;

export const taxons = async (parent: number, all = false): Promise<Taxon[]> =>
  (await get<Shape<'taxon_list'>>('/api/taxa', { parent: parent || undefined, all: all || undefined })).items;
export const taxonPath = async (id: number): Promise<Taxon[]> => (await get<TaxonView>(`/api/taxa/${id}`)).path;

type TaxonForm = Shape<'taxon_form'>;
export const taxonCreate = (body: TaxonForm) => create<TaxonView>('/api/taxa', body);
export const taxonEdit = (id: number, rev: number, body: TaxonForm) => edit<TaxonView>(`/api/taxa/${id}`, rev, body);

export type TaxonImport = Shape<'taxon_import_done'>;
export const taxonImport = (parent: number, text: string, dry_run: boolean) =>
  create<TaxonImport>('/api/taxa/import', { parent, text, dry_run });
