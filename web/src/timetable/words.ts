/* The words of timetables, which come with them. */
import { wordsOf } from '@/text';
import { zhTimetable } from '@/text/zh-timetable';

export const { t, ready } = wordsOf(zhTimetable, async () => (await import('@/text/en-timetable')).enTimetable);
