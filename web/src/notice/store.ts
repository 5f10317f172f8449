/* The bell: how many notices wait to be read. */
import { shallowRef } from 'vue';
import { onChange } from '@/api/events';
import { unreadCount } from '@/api/notice';

export const unread = shallowRef(0);

export async function recount(): Promise<void> {
  unread.value = await unreadCount().catch(() => unread.value);
}

export function startNotices(): () => void {
  void recount();
  return onChange('notice', () => void recount());
}
