/* Times, sizes and amounts in words. Schools run on China's clock whatever the PC says, so every
 * date is taken at UTC+8, which has no daylight saving. */
import { language, t } from './index';

const zone = 8 * 3_600_000;
const two = (n: number) => String(n).padStart(2, '0');

/** 2025-09-01 */
export function day(ms: number): string {
  const d = new Date(ms + zone);
  return `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`;
}

/** 08:20 */
export function clock(ms: number): string {
  const d = new Date(ms + zone);
  return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`;
}

/** 2025-09-01 08:20 */
export function moment(ms: number): string {
  return `${day(ms)} ${clock(ms)}`;
}

/** The first instant of a day written as 2025-09-01. */
export function dayStart(text: string): number {
  return Date.parse(`${text}T00:00:00Z`) - zone;
}

/** 周一 … 周日 of a day written as 2025-09-01 */
export function weekday(text: string): string {
  const n = new Date(`${text}T00:00:00Z`).getUTCDay();
  const names = language.value === 'en' ? 'Sun Mon Tue Wed Thu Fri Sat' : '周日 周一 周二 周三 周四 周五 周六';
  return names.split(' ')[n] ?? '';
}

/** 刚刚, 5 分钟前, 今天 08:20, 昨天 08:20, then the date. */
export function ago(ms: number, now = Date.now()): string {
  const minutes = Math.floor((now - ms) / 60_000);
  if (minutes < 1) return t('time.now');
  if (minutes < 60) return t('time.minutes', { n: minutes });
  if (day(ms) === day(now)) return t('time.today', { clock: clock(ms) });
  if (day(ms) === day(now - 86_400_000)) return t('time.yesterday', { clock: clock(ms) });
  return day(ms);
}

/** 12.3 MB: decimal, three figures at most */
export function size(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let n = bytes;
  let u = 0;
  while (n >= 1000 && u < units.length - 1) {
    n /= 1000;
    u += 1;
  }
  return `${u === 0 || n >= 100 ? Math.round(n) : n.toFixed(1)} ${units[u]}`;
}

/** 2 分 05 秒 */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return t('time.s', { s });
  if (s < 3600) return t('time.ms', { m: Math.floor(s / 60), s: two(s % 60) });
  return t('time.hm', { h: Math.floor(s / 3600), m: two(Math.floor(s / 60) % 60) });
}

/** An interval that has no end is kept as the end of the year 9999. */
export function endless(until: number): boolean {
  return until === 0 || until >= 253_402_214_400_000;
}
