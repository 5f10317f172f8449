import { Editor, getSchema } from '@tiptap/core';
import { describe, expect, it } from 'vitest';
import { EditorState } from '@tiptap/pm/state';
import { TableMap, fixTables } from '@tiptap/pm/tables';
import * as Y from 'yjs';
import { addColumn } from './columns';
import { countDoc, countText } from './count';
import { Find, look, next, replaceEvery, replaceOne, standing } from './find';
import { depths, headingAt, outlineOf } from './outline';
import { docParts, knows } from './schema';

const schema = getSchema(docParts(false));
type Json = Record<string, unknown>;
const text = (words: string): Json => ({ type: 'text', text: words });
const p = (words: string): Json => ({ type: 'paragraph', content: words ? [text(words)] : [] });
const h = (level: number, words: string): Json => ({ type: 'heading', attrs: { level }, content: words ? [text(words)] : [] });
const cell = (words: string, attrs: Json = {}): Json => ({ type: 'tableCell', attrs, content: [p(words)] });
const row = (...content: Json[]): Json => ({ type: 'tableRow', content });
const table = (...content: Json[]): Json => ({ type: 'table', content });
const doc = (...content: Json[]) => schema.nodeFromJSON({ type: 'doc', content });

describe('the outline', () => {
  const d = doc(h(2, '教学目标'), p('一'), h(2, ' '), h(3, '重点'), table(row(cell('标题'))), h(1, '反思'));
  it('has the headings with words, none of a table, where they stand', () => {
    expect(outlineOf(d).map((x) => [x.level, x.text])).toEqual([[2, '教学目标'], [3, '重点'], [1, '反思']]);
    for (const x of outlineOf(d)) expect(d.nodeAt(x.pos)?.textContent).toBe(x.text);
  });
  it('stands in by one step for each level that is there', () => {
    const levels = (...all: number[]) => depths(all.map((level) => ({ level, pos: 0, text: '' })));
    expect(levels(2, 4, 4, 2, 3, 1, 2)).toEqual([0, 1, 1, 0, 1, 0, 1]);
  });
  it('knows where one is', () => {
    const all = outlineOf(d);
    expect([headingAt(all, 0), headingAt(all, 9), headingAt(all, d.content.size)]).toEqual([0, 0, 2]);
    expect(headingAt([{ pos: 5, level: 1, text: '' }], 2)).toBe(-1);
  });
});

describe('counting', () => {
  it('takes a Chinese character, a Chinese mark and a Latin word as one', () => {
    expect(countText('荷花已经开了不少了。')).toEqual({ words: 10, characters: 10 });
    expect(countText('用 PPT 讲 3.5 节，don’t worry')).toEqual({ words: 8, characters: 20 });
    expect(countText('  \n ')).toEqual({ words: 0, characters: 0 });
    expect(countText('𠮷')).toEqual({ words: 1, characters: 1 });
  });
  it('keeps the words of neighbours apart', () => {
    expect(countDoc(doc(p('one'), table(row(cell('two'), cell('three'))))).words).toBe(3);
  });
});

describe('finding and replacing', () => {
  const open = (...content: Json[]) => new Editor({ extensions: [...docParts(false), Find], content: { type: 'doc', content }, injectCSS: false });
  it('counts, goes round, and says at which it is', () => {
    const e = open(p('荷花 荷叶'), p('荷塘'));
    look(e, '荷', false);
    expect(standing(e.state)).toEqual({ count: 3, at: 0 });
    next(e);
    const first = standing(e.state).at;
    next(e);
    next(e);
    next(e);
    expect(standing(e.state)).toEqual({ count: 3, at: first });
    look(e, '', false);
    expect(standing(e.state)).toEqual({ count: 0, at: 0 });
    e.destroy();
  });
  it('replaces one, then all, literally and with the marks of what was there', () => {
    const e = open({ type: 'paragraph', content: [{ ...text('a.c'), marks: [{ type: 'bold' }] }, text(' abc a.c')] });
    look(e, 'a.c', false);
    next(e);
    replaceOne(e, '$1');
    expect(e.getText()).toMatch(/^(\$1 abc a\.c|a\.c abc \$1)$/);
    expect(replaceEvery(e, '$&')).toBe(1);
    expect(e.getText()).toContain('abc');
    expect(e.getText()).not.toContain('a.c');
    expect(e.getJSON().content?.[0]?.content?.[0]?.marks).toEqual([{ type: 'bold' }]);
    look(e, '$', false);
    expect(replaceEvery(e, '')).toBe(2);
    expect(e.getText()).not.toContain('$');
    e.destroy();
  });
  it('minds the case only when asked', () => {
    const e = open(p('PPT ppt'));
    look(e, 'ppt', false);
    expect(standing(e.state).count).toBe(2);
    look(e, 'ppt', true);
    expect(standing(e.state).count).toBe(1);
    e.destroy();
  });
});

describe('the column of 二次备课', () => {
  const added = (t: Json) => {
    const state = EditorState.create({ doc: doc(t), schema });
    const { tr } = state;
    expect(addColumn(state, tr, '二次备课')).toBe(true);
    return tr;
  };
  it('is one more cell in every row, the first a header with the name', () => {
    const { doc: d } = added(table(row(cell('环节'), cell('活动')), row(cell('导入'), cell(''))));
    expect(d.firstChild?.firstChild?.lastChild?.type.name).toBe('tableHeader');
    expect(d.firstChild?.firstChild?.lastChild?.textContent).toBe('二次备课');
    expect(TableMap.get(d.firstChild!).width).toBe(3);
  });
  it('leaves a table with merged cells even', () => {
    const tr = added(table(row(cell('甲', { rowspan: 2 }), cell('乙', { rowspan: 2 })), row(), row(cell('丙', { colspan: 2 }))));
    const map = TableMap.get(tr.doc.firstChild!);
    expect([map.width, map.height, map.problems]).toEqual([3, 3, null]);
    expect(fixTables(EditorState.create({ doc: tr.doc, schema }))).toBeUndefined();
  });
  it('needs a table', () => {
    const state = EditorState.create({ doc: doc(p('')), schema });
    expect(addColumn(state, state.tr, 'x')).toBe(false);
  });
});

it('a page break parts the paragraph it is put into, and one goes on writing after it', () => {
  const e = new Editor({ extensions: docParts(false), content: { type: 'doc', content: [p('前后')] }, injectCSS: false });
  e.chain().setTextSelection(2).insertPageBreak().insertContent('新').run();
  expect(e.state.doc.children.map((n) => [n.type.name, n.textContent])).toEqual([['paragraph', '前'], ['pageBreak', ''], ['paragraph', '新后']]);
  e.destroy();
});

describe('what a document holds', () => {
  const filled = (name: string, into = 'body') => {
    const y = new Y.Doc();
    const el = new Y.XmlElement(name);
    y.getXmlFragment(into).insert(0, [el]);
    return { y, el, body: y.getXmlFragment('body') };
  };
  it('is known when the editor has it all', () => {
    expect(knows(filled('paragraph').body)).toBe(true);
    expect(knows(filled('paragraph', 'elsewhere').body)).toBe(true);
    const page = filled('pageBreak');
    expect(knows(page.body)).toBe(true);
  });
  it('is not when a part is new, or stands where it may not', () => {
    expect(knows(filled('mindMap').body)).toBe(false);
    expect(knows(filled('tableRow').body)).toBe(false);
  });
});
