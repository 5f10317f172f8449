/* Resources and their files. */
import { create, drop, edit, get, request, url, type Query } from './http';
import type { Page } from '@/ui/list';

export interface ResourceRow {
  id: number;
  rev: number;
  title: string;
  kind: string;
  state: string;
  scope: string;
  place: string;
  owner: number;
  owner_name: string;
  school: number;
  school_name: string;
  files: number;
  bytes: number;
  taken: number;
  changed_at: number;
  published_at: number;
  snippet?: string;
}

export interface FileRow {
  id: number;
  name: string;
  ord: number;
  version: number;
  size: number;
  mime: string;
  kind: string;
  at: number;
  state: string;
  reason: string;
  path: string;
}

export interface Resource extends Omit<ResourceRow, 'files'> {
  places: { id: number; name: string; path: string }[];
  scope_ref: number;
  scope_name: string;
  lesson_type: string;
  modes: string[];
  authors: string[];
  origin: string;
  origin_note: string;
  licence: string;
  summary: string;
  dept: number;
  files: FileRow[];
  may: string[];
  note?: string;
}

export interface ResourceBody {
  title: string;
  kind: string;
  taxons: number[];
  lesson_type: string;
  modes: string[];
  authors: string[];
  origin: string;
  origin_note: string;
  licence: string;
  summary: string;
  scope: string;
  dept: number;
}

export interface Facet {
  name: string;
  values: { value: string; label: string; n: number }[];
}
export interface ResourcePage extends Page<ResourceRow> {
  total?: number;
  more?: boolean;
  facets?: Facet[];
}

export const resources = (query: Query, cursor?: string) => get<ResourcePage>('/api/resources', { ...query, cursor });
export const searchResources = (query: Query, cursor?: string) => get<ResourcePage>('/api/search', { ...query, cursor });
export const myResources = (query: Query, cursor?: string) => get<Page<ResourceRow>>('/api/resources', { ...query, view: 'mine', cursor });
export const waitingResources = (cursor?: string) => get<Page<ResourceRow>>('/api/resources', { view: 'waiting', cursor });
export const resource = (id: number) => get<Resource>(`/api/resources/${id}`);
export const resourceCreate = (body: ResourceBody) => create<Resource>('/api/resources', body);
export const resourceEdit = (id: number, rev: number, body: Partial<ResourceBody>) => edit<Resource>(`/api/resources/${id}`, rev, body);
export const resourceAct = (id: number, act: string, note = '') => create<{ id: number; rev: number; state: string }>(`/api/resources/${id}/acts`, note ? { act, note } : { act });

export interface Taker {
  person: number;
  person_name: string;
  school_name: string;
  first_at: number;
  last_at: number;
  times: number;
}
export const takers = async (id: number) => (await get<Page<Taker>>(`/api/resources/${id}/uses`)).items;

export const fileContent = (id: number, version?: number) => url(`/api/files/${id}/content`, { version });
export const fileThumb = (id: number) => `/api/files/${id}/thumbnail`;
export const packUrl = (id: number, gbk = false) => url(`/api/resources/${id}/pack`, { names: gbk ? 'cp936' : undefined });
export const selectionPackUrl = (ids: number[]) => url('/api/pack', { resources: ids.join(',') });
export const fileRename = (id: number, name: string) => request<void>('PATCH', `/api/files/${id}`, { body: { name } });
export const fileDrop = (id: number) => drop(`/api/files/${id}`);
export const fileRestore = (id: number) => create<void>(`/api/files/${id}/restore`);
export const fileOrder = (id: number, ids: number[]) => create<void>(`/api/resources/${id}/order`, { ids });

export interface FileVersion {
  version: number;
  name: string;
  size: number;
  at: number;
  person_name: string;
}
export const fileVersions = async (id: number) => (await get<{ items: FileVersion[] }>(`/api/files/${id}/versions`)).items;

export interface Preview {
  state: string;
  thumbnail: boolean;
  outline: { level: number; text: string }[];
  text: string;
  entries: { name: string; size: number }[];
}
export const filePreview = (id: number) => get<Preview>(`/api/files/${id}/preview`);

export interface OnceLink {
  url: string;
  expires_at: number;
}
export const fileLink = (id: number) => create<OnceLink>(`/api/files/${id}/link`);
export const packLink = (id: number) => create<OnceLink>(`/api/resources/${id}/link`);
