/* When a session is, in words and in fields of a form. */
import { clock, day, dayStart, weekday } from '@/text/dates';
import { t } from './words';

/** 2025-09-03（周三）14:30–15:20, or from one day to another. */
export function span(from: number, until: number): string {
  if (!from) return t('prep.noTime');
  const begin = `${day(from)}（${weekday(day(from))}）${clock(from)}`;
  if (day(from) === day(until)) return `${begin}–${clock(until)}`;
  return `${begin} – ${day(until)} ${clock(until)}`;
}

const WEEK = 7 * 86_400_000;
const minutes = (text: string): number | null => {
  const m = /^(\d\d):(\d\d)/.exec(text);
  return m ? Number(m[1]) * 60 + Number(m[2]) : null;
};
/** The instant of a day and a time as they were typed; 0 without either. */
export function instant(date: string, time: string): number {
  const m = minutes(time);
  return date && m !== null ? dayStart(date) + m * 60_000 : 0;
}
export const ofDay = (text: string): number => minutes(text) ?? 0;

/** The week of a term, from 1, that an instant is in; less before it. */
export const weekOf = (firstDay: string, ms: number): number => Math.round((dayStart(monday(ms)) - dayStart(monday(dayStart(firstDay)))) / WEEK) + 1;

/** The Monday of an instant's week, as a day. */
export function monday(ms: number): string {
  const start = dayStart(day(ms));
  const n = new Date(start + 8 * 3_600_000).getUTCDay();
  return day(start - ((n + 6) % 7) * 86_400_000);
}
