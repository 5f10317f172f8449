/* Notices to me. */
import { create, get } from './http';
import type { Page } from '@/ui/list';

export interface Notice {
  id: number;
  kind: string;
  text: string;
  noun: string;
  noun_id: number;
  at: number;
  read_at: number;
}
export interface NoticePage extends Page<Notice> {
  unread: number;
}
export const notices = (query: { unread?: boolean } = {}, cursor?: string) => get<NoticePage>('/api/notices', { ...query, cursor });
export const unreadCount = async (): Promise<number> => (await get<NoticePage>('/api/notices', { unread: true })).unread;
export const noticeRead = (id: number) => create<void>(`/api/notices/${id}/read`);
export const noticesRead = (upto: number) => create<void>('/api/notices/read', { upto });
