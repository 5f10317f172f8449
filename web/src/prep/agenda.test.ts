import { expect, test } from 'vitest';
import { agendaItems, clockOf, nextItem } from './agenda';

test('lines are items, and some say how long they take', () => {
  expect(agendaItems('主备人说课 15 分钟；集体研讨（40分钟）\n\n 小结: 5min ;散会\n第3课时 10 分')).toEqual([
    { words: '主备人说课', minutes: 15 },
    { words: '集体研讨', minutes: 40 },
    { words: '小结', minutes: 5 },
    { words: '散会', minutes: 0 },
    { words: '第3课时', minutes: 10 },
  ]);
  expect(agendaItems('')).toEqual([]);
  expect(agendaItems('15 分钟；长谈 900 分钟')).toEqual([{ words: '长谈', minutes: 0 }]);
});

test('the next one is the next that says how long', () => {
  const items = agendaItems('说课 15 分钟；休息；研讨 40 分钟');
  expect(nextItem(items, '说课')?.words).toBe('研讨');
  expect(nextItem(items, '研讨')).toBeNull();
  expect(nextItem(items, '别的')).toBeNull();
});

test('minutes and seconds', () => {
  expect([0, 1, 999, 1000, 65_000, 3_600_000, -5].map(clockOf)).toEqual(['0:00', '0:01', '0:01', '0:01', '1:05', '60:00', '0:00']);
});
