/* Notices to me. */
import { get } from './http';
export const unreadCount = async (): Promise<number> => (await get<{ unread: number }>('/api/notices/unread')).unread;
