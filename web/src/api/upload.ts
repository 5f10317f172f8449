/* Uploads: where tus sends them, which of mine are unfinished, and what they become. */
import { create, get, request } from './http';
import type { Shape } from './shapes';

export const endpoint = '/api/uploads';

export interface Target {
  resource_id?: number;
  file_id?: number;
}

export type Unfinished = Shape<'upload_item'>;

export const unfinished = async (): Promise<Unfinished[]> => (await get<Shape<'upload_items'>>(endpoint)).items;
export const urlOf = (u: Unfinished) => `${endpoint}/${encodeURIComponent(u.id)}`;
export const targetOf = (u: Unfinished): Target => ({ resource_id: u.resource_id || undefined, file_id: u.file_id || undefined });
export const discard = (url: string) => request<void>('DELETE', url, { headers: { 'tus-resumable': '1.0.0' } });

/** Makes the finished upload a file of a resource (or a new version of one). */
export async function attach(url: string, target: Target): Promise<void> {
  const upload_id = decodeURIComponent(url.split('/').pop() ?? '');
  if (target.file_id) await create(`/api/files/${target.file_id}/versions`, { upload_id });
  else if (target.resource_id) await create(`/api/resources/${target.resource_id}/files`, { upload_id });
}
