/* Notices to me. */
import { create, get } from './http';
import type { Shape } from './shapes';

export type Notice = Shape<'notice_view'>;
type NoticePage = Shape<'notice_page'>;
export const notices = (query: { unread?: boolean } = {}, cursor?: string) => get<NoticePage>('/api/notices', { ...query, cursor });
export const unreadCount = async (): Promise<number> => (await get<NoticePage>('/api/notices', { unread: true })).unread;
export const noticeRead = (id: number) => create<void>(`/api/notices/${id}/read`);
export const noticesRead = (upto: number) => create<void>('/api/notices/read', { upto });
