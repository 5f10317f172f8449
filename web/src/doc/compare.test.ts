// The difference between two states of a document, as it is drawn.
import { getSchema } from '@tiptap/core';
import { describe, expect, it } from 'vitest';
import { compare, drawn, linesOf, tally, told } from './compare';
import { docParts } from './schema';

const schema = getSchema(docParts(false));
type Json = Record<string, unknown>;
const p = (...content: (string | Json)[]): Json => ({ type: 'paragraph', content: content.map((x) => (typeof x === 'string' ? { type: 'text', text: x } : x)) });
const math = (latex: string): Json => ({ type: 'inlineMath', attrs: { latex } });
const cell = (words: string): Json => ({ type: 'tableCell', content: [words ? p(words) : p()] });
const table = (...rows: string[][]): Json => ({ type: 'table', content: rows.map((row) => ({ type: 'tableRow', content: row.map(cell) })) });
const doc = (...content: Json[]) => schema.nodeFromJSON({ type: 'doc', content });

describe('two states of a document', () => {
  it('blocks are what holds words, and what stands for itself', () => {
    const d = doc(p('一'), p(), table(['二', ''], ['三', '四']), { type: 'image', attrs: { src: '/api/docs/1/images/2', alt: '荷' } });
    expect(linesOf(d).map((l) => l.words)).toEqual(['一', '二', '三', '四', '图片：荷']);
    for (const l of linesOf(d)) expect(d.nodeAt(l.from)?.nodeSize).toBe(l.to - l.from);
  });
  it('nothing is drawn where nothing changed', () => {
    const d = doc(p('一', math('x')), table(['二']));
    const same = compare(d, d);
    expect(tally(same)).toEqual({ added: 0, changed: 0, removed: 0 });
    expect(drawn(d, same).find()).toEqual([]);
  });
  it('words are marked at their places, in a cell behind a formula, too', () => {
    const after = doc(p('开头'), table(['甲', '解'], ['求出方程的解', '乙']));
    const was = doc(p('开头'), table(['甲', '解'], ['求方程的解', '乙']));
    const found = drawn(after, compare(was, after)).find().filter((d) => after.textBetween(d.from, d.to) === '出');
    expect(found.length).toBe(1);
    const formula = [doc(p('由', math('a'), '得到结论甲')), doc(p('由', math('b'), '得到结论甲'))] as const;
    expect(told(compare(...formula))).toEqual([
      { fate: 'changed', parts: [{ fate: 'same', words: '由', size: 1 }, { fate: 'removed', words: 'a', size: 1 }, { fate: 'added', words: 'b', size: 1 }, { fate: 'same', words: '得到结论甲', size: 5 }] },
    ]);
  });
  it('what was removed stands where it stood', () => {
    const after = doc(p('第一段在这里'), p('第三段在这里'));
    const [widget] = drawn(after, compare(doc(p('第一段在这里'), p('甲乙丙'), p('第三段在这里')), after)).find();
    expect(widget?.from).toBe(after.firstChild?.nodeSize);
    expect(tally(compare(doc(p('甲乙丙')), doc(p('丁戊己'))))).toEqual({ added: 1, changed: 0, removed: 1 });
  });
});
