import { expect, it } from 'vitest';
import { clockMinutes, clockText, schoolYear } from './days';

it('writes clock times both ways', () => {
  expect(clockText(500)).toBe('08:20');
  expect(clockText(clockMinutes('14:05'))).toBe('14:05');
  expect(clockMinutes('8点')).toBe(-1);
});

it('begins the school year on 1 September in China', () => {
  expect(schoolYear(Date.UTC(2026, 7, 31, 15, 59))).toBe(2025);
  expect(schoolYear(Date.UTC(2026, 7, 31, 16, 0))).toBe(2026);
});
