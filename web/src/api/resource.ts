/* Resources and their files. */
import { create, drop, edit, get, request, url, type Query } from './http';
import type { Shape } from './shapes';
import type { Page } from '@/ui/list';

/* What was found where comes with search only. */
export type ResourceRow = Shape<'resource_card'> & { snippet?: string; file?: string; page?: number };
export type FileRow = Shape<'resource_file'>;
export type Resource = Shape<'resource'>;
export type ResourceBody = Required<Omit<Shape<'resource_form'>, 'scope_ref'>> & { scope_ref?: number };

export type Facet = Shape<'facet'>;
/* Counts and facets come with search only. */
export type ResourcePage = Shape<'resource_page'> & Partial<Omit<Shape<'search_page'>, 'items' | 'next'>>;

export const resources = (query: Query, cursor?: string) => get<ResourcePage>('/api/resources', { ...query, cursor });
export const searchResources = (query: Query, cursor?: string) => get<ResourcePage>('/api/search', { ...query, cursor });
export const myResources = (query: Query, cursor?: string) => get<Page<ResourceRow>>('/api/resources', { ...query, view: 'mine', cursor });
export const waitingResources = (cursor?: string) => get<Page<ResourceRow>>('/api/resources', { view: 'waiting', cursor });
export const resource = (id: number) => get<Resource>(`/api/resources/${id}`);
export const resourceCreate = (body: ResourceBody) => create<Resource>('/api/resources', body);
export const resourceEdit = (id: number, rev: number, body: Partial<ResourceBody>) => edit<Resource>(`/api/resources/${id}`, rev, body);
export const resourceAct = (id: number, act: string, note = '') => create<Shape<'resource_acted'>>(`/api/resources/${id}/acts`, note ? { act, note } : { act });

export type Taker = Shape<'resource_use'>;
export const takers = async (id: number) => (await get<Shape<'resource_uses'>>(`/api/resources/${id}/uses`)).items;

/* `show`: for a page; without it, for saving. */
export const fileContent = (id: number, version?: number) => url(`/api/files/${id}/content`, { version });
export const fileShown = (id: number, version: number) => url(`/api/files/${id}/content`, { version, show: true });
export const fileThumb = (id: number) => `/api/files/${id}/thumbnail`;
export const packUrl = (id: number, gbk = false) => url(`/api/resources/${id}/pack`, { names: gbk ? 'gbk' : undefined });
export const taxonPackUrl = (id: number) => `/api/taxa/${id}/pack`;

/** The address of one pack of several resources: it is asked for by files. */
export async function selectionPackUrl(ids: number[]): Promise<string> {
  const all = await Promise.all(ids.map(resource));
  return url('/api/packs', { files: all.flatMap((r) => r.files.map((f) => f.id)).join(',') });
}
export const fileRename = (id: number, name: string) => request<void>('PATCH', `/api/files/${id}`, { body: { name } });
export const fileDrop = (id: number) => drop(`/api/files/${id}`);
export const fileRestore = (id: number) => create<void>(`/api/files/${id}/restore`);
export const fileOrder = (id: number, ids: number[]) => create<void>(`/api/resources/${id}/order`, { ids });

export type ResourceEvent = Shape<'resource_log'>;
export const resourceLog = async (id: number) => (await get<Shape<'resource_events'>>(`/api/resources/${id}/log`)).items;

export type FileVersion = Shape<'file_version'>;
export const fileVersions = async (id: number) => (await get<Shape<'file_version_list'>>(`/api/files/${id}/versions`)).items;

export type Preview = Shape<'preview'>;
export const filePreview = (id: number) => get<Preview>(`/api/files/${id}/preview`);
/** The whole text by pages, from a page on; the preview itself has its beginning. */
export const fileText = (id: number, from?: number) => get<Shape<'preview_text'>>(`/api/files/${id}/text`, { from });

export type OnceLink = Shape<'link_made'>;
export const onceLink = (body: Shape<'link_form'>) => create<OnceLink>('/api/links', body);
