import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ago, day, duration, size, weekday } from './dates';
import { en } from './en';
import { codeWords } from './en-codes';
import { setLanguage, t } from './index';
import { zh } from './zh-CN';

const blanks = (s: string) => (s.match(/\{\w+\}/g) ?? []).sort().join(' ');

describe('the tables of words', () => {
  it('have the same keys', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
  });
  it('fill in the same values', () => {
    for (const key of Object.keys(zh) as (keyof typeof zh)[])
      expect(`${key} ${blanks(en[key])}`).toBe(`${key} ${blanks(zh[key])}`);
  });
  it('leave nothing empty, and no half-width punctuation between Chinese words', () => {
    for (const [key, words] of Object.entries(zh)) {
      expect(words.trim(), key).not.toBe('');
      expect(/[一-龥][,;:?!][一-龥]/.test(words), `${key}: ${words}`).toBe(false);
    }
  });
  it('have words for everything the server writes into the audit log', () => {
    const room = '../server/app/';
    const code = readdirSync(room).map((file) => (file.endsWith('.c') ? readFileSync(room + file, 'utf8') : ''));
    const actions = code.flatMap((text) => [...text.matchAll(/audit_add\(c,[^",]*"([a-z_.]+)"|"((?:bell|person|taxon|term)\.[a-z_]+)"/g)].map((m) => m[1] ?? m[2]));
    expect(actions.length).toBeGreaterThan(30);
    expect(actions.filter((one) => !(`act.${one}` in zh))).toEqual([]);
  });
  it('have English for every word the server says for a code', () => {
    const def = (name: string) => readFileSync(`../server/app/${name}.def`, 'utf8');
    const codes = (list: string, name: string, row: RegExp) => [...def(name).matchAll(row)].map((m) => `${list}.${m[1]}`);
    let list = '';
    const dicts = [...def('dict').matchAll(/^(DICT|ROW)\((\w+)(?:, \d+, (\w+))?/gm)].flatMap(([, kind, name = '', code]) => {
      if (kind === 'DICT') list = name;
      return kind === 'ROW' ? [`${list}.${code}`] : [];
    });
    const wanted = [...dicts, ...codes('role', 'perms', /^ROLE\((\w+)/gm), ...codes('setting', 'settings', /^SET\((\w+)/gm), ...codes('job', 'jobs', /^JOB\((\w+)/gm)];
    expect(wanted.length).toBeGreaterThan(150);
    expect(wanted.filter((one) => !(one in codeWords))).toEqual([]);
  });
  it('change with the language', async () => {
    expect(t('common.undo')).toBe('撤销');
    await setLanguage('en');
    expect(t('list.count', { n: 3 })).toBe('3 items');
    await setLanguage('zh-CN');
  });
});

describe('times and sizes', () => {
  const noon = Date.UTC(2025, 8, 1, 4, 0);
  it('are told at UTC+8', () => {
    expect(day(Date.UTC(2025, 7, 31, 16, 0))).toBe('2025-09-01');
    expect(weekday('2025-09-01')).toBe('周一');
  });
  it('say how long ago', () => {
    expect(ago(noon - 30_000, noon)).toBe('刚刚');
    expect(ago(noon - 5 * 60_000, noon)).toBe('5 分钟前');
    expect(ago(noon - 4 * 3_600_000, noon)).toBe('今天 08:00');
    expect(ago(noon - 86_400_000, noon)).toBe('昨天 12:00');
    expect(ago(noon - 9 * 86_400_000, noon)).toBe('2025-08-23');
  });
  it('say how much', () => {
    expect([size(0), size(999), size(12_345), size(4_294_967_296)]).toEqual(['0 B', '999 B', '12.3 KB', '4.3 GB']);
    expect([duration(9), duration(125), duration(7_260)]).toEqual(['9 秒', '2 分 05 秒', '2 小时 01 分']);
  });
});
