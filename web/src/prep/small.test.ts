import { describe, expect, it } from 'vitest';
import type { PrepCard } from '@/api/prep';
import { enPrep } from '@/text/en-prep';
import { zhPrep } from '@/text/zh-prep';
import { bodyOf, emptyValues } from './form';
import { mentioned } from './mention';
import { deadlineOf, onward, signed, silent, stages } from './stages';
import { instant, monday, span, weekOf } from './times';
import { byWeek } from './weeks';
import { name } from './words';

const at = (text: string) => Date.parse(`${text}+08:00`);

describe('the words of joint preparation', () => {
  const blanks = (s: string) => (s.match(/\{\w+\}/g) ?? []).sort().join(' ');
  it('are the same in both languages', () => {
    expect(Object.keys(enPrep)).toEqual(Object.keys(zhPrep));
    for (const [key, words] of Object.entries(zhPrep)) expect(`${key} ${blanks(enPrep[key as keyof typeof zhPrep])}`).toBe(`${key} ${blanks(words)}`);
  });
  it('leave no stage without a name', () => {
    for (const s of stages) expect(name('stage', s)).not.toBe(s);
    expect(name('stage', 'newer')).toBe('newer');
  });
});

describe('stages', () => {
  it('tell what the signature holds', () => {
    expect([1, 5, 6].map((t) => signed({ signed_at: 5 }, t))).toEqual([true, true, false]);
    expect(signed({ signed_at: 0 }, 1)).toBe(false);
  });
  it('go on by the act that is this person’s', () => {
    expect(onward({ may: ['chat'] })).toBe(null);
    expect(onward({ may: ['hand_in', 'opine'] })).toBe('hand_in');
    expect(onward({ may: ['next', 'hand_in'] })).toBe('next');
    expect(onward({ may: ['publish', 'move'] })).toBe('publish');
  });
  it('know their deadlines', () => {
    expect(deadlineOf({ deadlines: [{ stage: 'draft', at: 5 }] }, 'draft')).toBe(5);
    expect(deadlineOf({ deadlines: [] }, 'draft')).toBe(0);
  });
  it('end the silent round when the host opens it or the common plan is being fixed', () => {
    expect(silent({ silent: true, opened_at: 0, stage: 'discussion' })).toBe(true);
    expect(silent({ silent: true, opened_at: 1, stage: 'discussion' })).toBe(false);
    expect(silent({ silent: true, opened_at: 0, stage: 'finalize' })).toBe(false);
    expect(silent({ silent: false, opened_at: 0, stage: 'draft' })).toBe(false);
  });
});

describe('times', () => {
  it('are those of China', () => {
    expect(instant('2025-09-03', '14:30')).toBe(at('2025-09-03T14:30'));
    expect(instant('', '14:30')).toBe(0);
    expect(instant('2025-09-03', '')).toBe(0);
    expect(span(at('2025-09-03T14:30'), at('2025-09-03T16:00'))).toBe('2025-09-03（周三）14:30–16:00');
    expect(span(at('2025-09-03T14:30'), at('2025-09-05T16:00'))).toBe('2025-09-03（周三）14:30 – 2025-09-05 16:00');
    expect(span(0, 0)).toBe('时间未定');
  });
  it('belong to the week of their Monday', () => {
    for (const day of ['2025-09-01T00:00', '2025-09-03T12:00', '2025-09-07T23:59']) expect(monday(at(day))).toBe('2025-09-01');
    expect(monday(at('2025-09-08T00:00'))).toBe('2025-09-08');
  });
  it('count the weeks of a term from the one of its first day', () => {
    expect(['2025-08-31T23:59', '2025-09-01T00:00', '2025-09-07T23:59', '2025-09-08T00:00', '2025-12-01T10:00'].map((d) => weekOf('2025-09-03', at(d)))).toEqual([0, 1, 1, 2, 14]);
  });
  it('gather sessions by week, in the order they came', () => {
    const card = (starts_at: number, week = 0) => ({ starts_at, week }) as PrepCard;
    const weeks = byWeek([card(at('2025-09-10T14:00'), 2), card(at('2025-09-08T14:00'), 2), card(0), card(at('2025-09-02T14:00'), 1)]);
    expect(weeks.map((w) => [w.key, w.week, w.items.length])).toEqual([['2025-09-08', 2, 2], ['', 0, 1], ['2025-09-01', 1, 1]]);
  });
});

describe('the form', () => {
  it('ends on the day it begins, unless it is open for some days', () => {
    const v = Object.assign(emptyValues(), { title: ' 荷花 ', date: '2025-09-03', from: '14:30', until: '16:00', lastDate: '2025-09-05' });
    expect(bodyOf(v)).toMatchObject({ title: '荷花', starts_at: at('2025-09-03T14:30'), ends_at: at('2025-09-03T16:00') });
    v.way = 'async';
    expect(bodyOf(v).ends_at).toBe(at('2025-09-05T16:00'));
    v.date = '';
    expect(bodyOf(v)).toMatchObject({ starts_at: 0, ends_at: 0 });
  });
  it('gives deadlines to the end of their day', () => {
    expect(bodyOf(Object.assign(emptyValues(), { deadlines: { draft: '2025-09-03', finalize: '' } })).deadlines).toEqual([{ stage: 'draft', at: at('2025-09-03T23:59') }]);
  });
});

describe('mentions', () => {
  it('are names after the sign, the longer one first', () => {
    const people = [{ person: 1, name: '林演' }, { person: 2, name: '林演示' }, { person: 3, name: '王演示' }];
    expect(mentioned('@林演示 看看，@王演示也看', people)).toEqual([2, 3]);
    expect(mentioned('林演示 说的 a@b', people)).toEqual([]);
  });
});
