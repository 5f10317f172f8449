/* Live documents: what they are and their versions. Writing in them goes over /ws/doc. */
import { create, edit, get, request, url, type Query } from './http';
import type { Shape } from './shapes';

export type DocRow = Shape<'doc_view'>;
export type DocBody = Shape<'doc_new'>;
export type DocVersion = Shape<'doc_version_view'>;

export const docs = (query: Query, cursor?: string) => get<Shape<'doc_page'>>('/api/docs', { ...query, cursor });
export const doc = (id: number) => get<DocRow>(`/api/docs/${id}`);
export type DocHits = Shape<'doc_hits'>;
/** Those with these words in their titles or texts. */
export const docSearch = (q: string, limit: number) => get<DocHits>('/api/docs/search', { q, limit });
export const docCreate = (body: DocBody) => create<DocRow>('/api/docs', body);
export const docTemplate = (id: number, rev: number, template: boolean) => edit<DocRow>(`/api/docs/${id}`, rev, { template });
export const docRename = (id: number, rev: number, title: string) => edit<DocRow>(`/api/docs/${id}`, rev, { title });

export const docVersions = async (id: number) => (await get<Shape<'doc_version_page'>>(`/api/docs/${id}/versions`)).items;
export const docVersionMake = (id: number, name: string) => create<DocVersion>(`/api/docs/${id}/versions`, { name });

/** The whole document as it was, as one update of Yjs. */
export async function docVersionState(id: number, number: number): Promise<Uint8Array> {
  return new Uint8Array(await request<ArrayBuffer>('GET', `/api/docs/${id}/versions/${number}/state`, { bytes: true }));
}

/* A 个案: a branch of a document, and what it follows. */
export type DocBase = Shape<'doc_base'>;
export const docBranch = (id: number, title: string) => create<DocRow>(`/api/docs/${id}/branch`, { title });
export const docBase = (id: number) => get<DocBase>(`/api/docs/${id}/base`);
export const docFollow = (id: number) => request<DocBase>('POST', `/api/docs/${id}/follow`);

export const docImageAdd = (id: number, upload_id: string) => create<{ id: number; url: string }>(`/api/docs/${id}/images`, { upload_id });
/** An image of another document, by its address. */
export const docImageBring = (id: number, from: string) => create<{ id: number; url: string }>(`/api/docs/${id}/images`, { from });
export const docImageBase = '/api/docs/';
export type DocFormat = 'docx' | 'pdf' | 'md' | 'html';
/** Where a document is had as a file. */
export const docExport = (id: number, format: DocFormat, paper?: 'a4' | '16k') => url(`/api/docs/${id}/export`, { format, paper });
export type DocImported = Shape<'doc_import_view'>;
export const docImport = (body: Shape<'doc_import_new'>) => create<DocImported>('/api/docs/import', body);

/** Where the wire of live documents begins; the document's number follows. */
export function docWire(): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws/doc`;
}
