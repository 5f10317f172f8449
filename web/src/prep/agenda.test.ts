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

test.each([
  ['集体研讨 1 小时 30 分钟', 90, '集体研讨'],
  ['讨论 1.5 小时', 90, '讨论'],
  ['讨论（1 个小时）', 60, '讨论'],
  ['讨论 1 小时半', 90, '讨论'],
  ['休息：半小时', 30, '休息'],
  ['Discussion 2h', 120, 'Discussion'],
  ['分析得 5 分的题 20 分钟', 20, '分析得 5 分的题'],
  ['分析得 5 分的题', 0, '分析得 5 分的题'],
  ['小结 10-15 分钟', 15, '小结'],
  ['小结（10 分钟～15 分钟）', 15, '小结'],
  ['讨论 1-1.5 小时', 90, '讨论'],
  ['说课　１５分钟', 15, '说课'],
  ['第３课时 １．５ 小时', 90, '第３课时'],
  ['15 分钟 说课', 15, '说课'],
  ['1 小时 30 分钟：研讨', 90, '研讨'],
  ['（10 分钟）小结', 10, '小结'],
  ['15 分钟的限时训练怎么讲', 0, '15 分钟的限时训练怎么讲'],
  ['约 20 分钟左右 分组', 20, '分组'],
  ['说课 15 分钟 或者更久', 0, '说课 15 分钟 或者更久'],
  ['说课 — 15 分钟。', 15, '说课'],
])('%s', (line, minutes, words) => expect(agendaItems(line)).toEqual([{ words, minutes }]));

test('after one of two equal lines comes what follows the last of them', () => {
  const items = agendaItems('研讨 20 分钟；休息 5 分钟；研讨 20 分钟；小结 10 分钟');
  expect(nextItem(items, '研讨')?.words).toBe('小结');
  expect(nextItem(items, '休息')?.words).toBe('研讨');
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
