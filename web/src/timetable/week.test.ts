import { describe, expect, it } from 'vitest';
import type { Bell } from '@/api/calendar';
import type { Lesson } from '@/api/timetable';
import { enTimetable } from '@/text/en-timetable';
import { zhTimetable } from '@/text/zh-timetable';
import { daysOf, inWeek, lessonTimes, rowsOf } from './week';

const lesson = (weekday: number, period: number, weeks = 0): Lesson => ({ school: 1, school_name: '', person: 1, person_name: '', weekday, period, weeks, class_name: '', subject: '' });
const bell = (from_day: string, ...starts: number[]): Bell => ({
  id: 1,
  rev: 1,
  school: 1,
  name: '',
  from_day,
  periods: starts.map((start_min) => ({ name: '', lesson: start_min > 500, start_min, end_min: start_min + 40 })),
});

describe('the words of timetables', () => {
  const blanks = (s: string) => (s.match(/\{\w+\}/g) ?? []).sort().join(' ');
  it('are the same in both languages', () => {
    expect(Object.keys(enTimetable)).toEqual(Object.keys(zhTimetable));
    for (const [key, words] of Object.entries(zhTimetable)) expect(`${key} ${blanks(enTimetable[key as keyof typeof zhTimetable])}`).toBe(`${key} ${blanks(words)}`);
  });
});

describe('a week', () => {
  it('has the weekend only when something is taught then', () => {
    expect(daysOf([])).toEqual([1, 2, 3, 4, 5]);
    expect(daysOf([lesson(7, 1)])).toEqual([1, 2, 3, 4, 5, 7]);
  });
  it('has a row for each period of the bells and for each that is taught', () => {
    const times = lessonTimes([bell('2026-09-01', 480, 510, 560, 840)], '2026-10-01');
    expect(times.map((x) => x.from)).toEqual([510, 560, 840]);
    const rows = rowsOf([lesson(2, 5), lesson(1, 1, 1), lesson(1, 1, 2)], times);
    expect(rows.map((r) => [r.period, r.from, r.parted])).toEqual([[1, '08:30', false], [2, '09:20', false], [3, '14:00', true], [4, '', false], [5, '', false]]);
    expect(rows[0]?.cells.map((c) => c.length)).toEqual([2, 0, 0, 0, 0]);
    expect(rows[4]?.cells[1]).toEqual([lesson(2, 5)]);
  });
  it('parts morning and afternoon after the fourth period where no bells are known', () => {
    expect(rowsOf([lesson(1, 6)], []).map((r) => r.parted)).toEqual([false, false, false, false, true, false]);
    expect(rowsOf([], [])).toEqual([]);
  });
  it('goes by the bell that holds today', () => {
    const bells = [bell('2026-11-01', 520), bell('2026-09-01', 510)];
    expect(lessonTimes(bells, '2026-11-05')[0]?.from).toBe(520);
    expect(lessonTimes(bells, '2026-10-05')[0]?.from).toBe(510);
    expect(lessonTimes(bells, '2026-08-05')[0]?.from).toBe(510);
    expect(lessonTimes([], '2026-08-05')).toEqual([]);
  });
  it('knows odd and even ones', () => {
    expect([0, 1, 2].map((weeks) => inWeek({ weeks }, 5))).toEqual([true, true, false]);
    expect([0, 1, 2].map((weeks) => inWeek({ weeks }, 6))).toEqual([true, false, true]);
    expect([0, 1, 2].map((weeks) => inWeek({ weeks }, 0))).toEqual([true, true, true]);
  });
});
