import { expect, it } from 'vitest';
import { clockMinutes, clockText, runs, schoolYear } from './days';

it('writes clock times both ways', () => {
  expect(clockText(500)).toBe('08:20');
  expect(clockText(clockMinutes('14:05'))).toBe('14:05');
  expect(clockMinutes('8点')).toBe(-1);
});

it('begins the school year on 1 September in China', () => {
  expect(schoolYear(Date.UTC(2026, 7, 31, 15, 59))).toBe(2025);
  expect(schoolYear(Date.UTC(2026, 7, 31, 16, 0))).toBe(2026);
});

it('makes one of holidays that follow each other, across a month too', () => {
  const holiday = (day: string, name = '国庆节', kind = 'holiday') => ({ day, name, kind });
  const days = [holiday('2026-10-02'), holiday('2026-09-30'), holiday('2026-10-01'), holiday('2026-10-03', '国庆节', 'work'), holiday('2026-10-05')];
  expect(runs(days).map((r) => [r.first.day, r.last])).toEqual([
    ['2026-09-30', '2026-10-02'],
    ['2026-10-03', '2026-10-03'],
    ['2026-10-05', '2026-10-05'],
  ]);
});
