import { expect, it } from 'vitest';
import type { Unfinished } from '@/api/upload';
import { isSame, lineOf, overall, problemText, remaining, Speed } from './progress';

it('measures the speed of what is sent, not of what was there before', () => {
  const s = new Speed();
  s.restart(5_000_000);
  s.add(5_000_000, 1000);
  expect(s.add(6_000_000, 2000)).toBe(1_000_000);
  expect(s.add(6_000_000, 2100)).toBe(1_000_000);
  const slower = s.add(6_100_000, 3000);
  expect(slower).toBeLessThan(1_000_000);
  expect(slower).toBeGreaterThan(100_000);
});

it('starts anew when the server has less than was sent', () => {
  const s = new Speed();
  s.restart(0);
  s.add(0, 1000);
  s.add(1_000_000, 2000);
  expect(s.add(400_000, 3000)).toBe(1_000_000);
  expect(s.add(1_400_000, 4000)).toBe(1_000_000);
});

it('tells what remains only while something moves', () => {
  const u = (state: string, speed: number) => ({ state, speed, size: 100, sent: 40 });
  expect(remaining([u('running', 20), u('waiting', 0)])).toBe(6);
  expect(remaining([u('paused', 0), u('failed', 0)])).toBeNull();
  expect(overall([u('running', 1), u('paused', 0)])).toBe(0.4);
});

it('tells a line that stands still from one that is dead', () => {
  expect([0, 4999, 5000, 119_999, 120_000].map(lineOf)).toEqual(['moving', 'moving', 'stalled', 'stalled', 'dead']);
});

it('knows the same file again', () => {
  const before: Unfinished = {
    id: '1', name: 'a.pptx', path: '', reason: '', offset: 3, length: 9, created_at: 0, changed_at: 0, expires_at: 0, resource_id: 5, file_id: 0, complete: false,
  };
  const file = { name: 'a.pptx', size: 9 };
  expect(isSame(before, file, { resource_id: 5 })).toBe(true);
  expect(isSame({ ...before, complete: true }, file, { resource_id: 5 })).toBe(false);
  expect(isSame(before, { ...file, size: 8 }, { resource_id: 5 })).toBe(false);
  expect(isSame(before, file, { resource_id: 6 })).toBe(false);
  expect(isSame(before, file, { resource_id: 5, file_id: 2 })).toBe(false);
});

it('says why in the words of the server, and when it was only the line', () => {
  const reply = (status: number, body: string) => ({ originalResponse: { getStatus: () => status, getBody: () => body } });
  expect(problemText(reply(413, '{"detail":"文件超过 4 GB。"}'))).toEqual({ text: '文件超过 4 GB。', line: false });
  expect(problemText(reply(502, '<html>'))).toMatchObject({ line: true });
  expect(problemText(reply(400, 'no'))).toMatchObject({ line: false });
  expect(problemText(new Error('x'))).toMatchObject({ line: true });
});
