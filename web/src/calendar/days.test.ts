import { expect, it } from 'vitest';
import { clockMinutes, clockText, dayNumber, dayText, schoolYear } from './days';

it('writes days and clock times both ways', () => {
  expect(dayText(20260901)).toBe('2026-09-01');
  expect(dayNumber('2026-09-01')).toBe(20260901);
  expect([dayText(0), dayNumber('')]).toEqual(['', 0]);
  expect(clockText(clockMinutes('08:20'))).toBe('08:20');
  expect(clockMinutes('8点')).toBe(-1);
});

it('begins the school year on 1 September in China', () => {
  expect(schoolYear(Date.UTC(2026, 7, 31, 15, 59))).toBe(2025);
  expect(schoolYear(Date.UTC(2026, 7, 31, 16, 0))).toBe(2026);
});
