// What became of a text, by its laws and against a slow model.
import { describe, expect, it } from 'vitest';
import { diffBlocks, diffTokens, keep, tokensOf, type Block, type Part, type Step } from './diff';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));
function dice(from: number) {
  let s = from >>> 0;
  return (n: number) => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return Math.floor((s / 2 ** 32) * n);
  };
}
const letters = ['荷', '花', '开', '了', ' ', 'lotus', '，'];
const anyText = (die: (n: number) => number, n: number) => Array.from({ length: die(n + 1) }, () => letters[die(letters.length)]).join('');
const block = (text: string, kind = 'paragraph'): Block => ({ kind, tokens: tokensOf(text) });
const wordsOf = (b: Block | undefined) => (b?.tokens ?? []).map((t) => t.words).join('');
const say = (parts: Part[], without: string) => parts.filter((p) => p.fate !== without).map((p) => p.words).join('');
const list = (steps: Step[], side: 'before' | 'after') => steps.flatMap((s) => (side in s ? [(s as unknown as Record<string, number>)[side]] : []));

/** The length of the longest common subsequence, by the table in the textbook. */
function longest(a: string[], b: string[]): number {
  const t = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const of = (i: number, j: number) => t[i]?.[j] ?? 0;
  a.forEach((x, i) => b.forEach((y, j) => ((t[i + 1] as number[])[j + 1] = x === y ? of(i, j) + 1 : Math.max(of(i, j + 1), of(i + 1, j)))));
  return of(a.length, b.length);
}

describe(`what became of a text (SEED=${seed})`, () => {
  it('keeps as much as can be kept, in order', () => {
    const die = dice(seed);
    for (let i = 0; i < 400; i += 1) {
      const [a, b] = [0, 1].map(() => Array.from({ length: die(12) }, () => 'abc'[die(3)] as string)) as [string[], string[]];
      const pairs = keep(a, b, (x, y) => x === y);
      expect(pairs.length, `${a} ${b}`).toBe(longest(a, b));
      pairs.forEach(([x, y], n) => {
        expect(a[x]).toBe(b[y]);
        if (n) expect(x > (pairs[n - 1]?.[0] ?? 0) && y > (pairs[n - 1]?.[1] ?? 0)).toBe(true);
      });
    }
  });
  it('D2: a block comes out of its parts, as it was and as it is', () => {
    const die = dice(seed + 1);
    for (let i = 0; i < 400; i += 1) {
      const [a, b] = [anyText(die, 20), anyText(die, 20)];
      const parts = diffTokens(tokensOf(a), tokensOf(b));
      expect([say(parts, 'added'), say(parts, 'removed')]).toEqual([a, b]);
      expect(parts.every((p, n) => p.size === p.words.length && p.fate !== parts[n - 1]?.fate)).toBe(true);
      if (a === b) expect(parts.every((p) => p.fate === 'same')).toBe(true);
    }
  });
  it('D1: all blocks come out, in their order; a changed one is made of its two', () => {
    const die = dice(seed + 2);
    for (let i = 0; i < 200; i += 1) {
      const before = Array.from({ length: die(9) }, () => block(anyText(die, 8)));
      const after = before.flatMap((b) => [[b], [], [block(wordsOf(b) + anyText(die, 3))], [block(anyText(die, 8)), b], [b]][die(5)] as Block[]);
      const steps = diffBlocks(before, after);
      expect(list(steps, 'before')).toEqual(before.map((_, n) => n));
      expect(list(steps, 'after')).toEqual(after.map((_, n) => n));
      for (const s of steps)
        if (s.fate === 'changed') expect([say(s.parts, 'added'), say(s.parts, 'removed')]).toEqual([wordsOf(before[s.before]), wordsOf(after[s.after])]);
      for (const s of steps) if (s.fate === 'same') expect(wordsOf(after[s.after])).toBe(wordsOf(before[s.before]));
      for (const s of diffBlocks(after, after)) expect(s.fate).toBe('same');
    }
  });
  it('tells a sentence that was changed from one that went and another that came', () => {
    const was = ['教学目标', '会认九个生字，会写八个字。', '朗读课文。', '作业：抄写生词。'].map((w) => block(w));
    const is = ['教学目标', '会认十个生字，会写八个字。', '分角色朗读课文。', '小结与延伸'].map((w) => block(w));
    expect(diffBlocks(was, is).map((s) => s.fate)).toEqual(['same', 'changed', 'changed', 'removed', 'added']);
    const [, changed] = diffBlocks(was, is);
    expect(changed?.fate === 'changed' && changed.parts).toEqual([
      { fate: 'same', words: '会认', size: 2 },
      { fate: 'removed', words: '九', size: 1 },
      { fate: 'added', words: '十', size: 1 },
      { fate: 'same', words: '个生字，会写八个字。', size: 10 },
    ]);
  });
  it('a heading that became a paragraph is changed', () => {
    expect(diffBlocks([block('反思', 'heading 2')], [block('反思')]).map((s) => s.fate)).toEqual(['changed']);
  });
  it('texts that have nothing in common and are long end in time', () => {
    const many = (from: number) => Array.from({ length: 4000 }, (_, i) => block(String.fromCodePoint(0x4e00 + from + i)));
    const steps = diffBlocks(many(0), many(5000));
    expect(steps.length).toBe(8000);
  });
});
