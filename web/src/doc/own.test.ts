// What is mine in a branch, against what was done to it.
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { baseOf, ownOf, refuse, textOf } from './own';

const isLeaf = (name: string) => name === 'image';
function paragraph(text: string): Y.XmlElement {
  const p = new Y.XmlElement('paragraph');
  p.insert(0, [new Y.XmlText(text)]);
  return p;
}
function branch(...lines: string[]) {
  const base = new Y.Doc();
  base.getXmlFragment('body').insert(0, lines.map(paragraph));
  const state = Y.encodeStateAsUpdate(base);
  const own = new Y.Doc();
  Y.applyUpdate(own, state);
  const body = own.getXmlFragment('body');
  const text = (i: number) => (body.get(i) as Y.XmlElement).get(0) as Y.XmlText;
  return { base, own, body, text, look: () => ownOf(body, baseOf(state, 'body'), isLeaf) };
}

describe('what is mine', () => {
  it('is nothing at first', () => {
    expect(branch('荷花已经开了', '不少了').look()).toEqual([]);
  });
  it('is what I wrote, where it stands', () => {
    const b = branch('荷花已经开了', '不少了');
    b.text(1).insert(1, '是很');
    // <p> 0, six characters, </p> 8, <p> 8, so the second paragraph's text begins at 9
    expect(b.look()).toEqual([{ kind: 'mine', from: 10, to: 12, words: '' }]);
  });
  it('is what I took out, with its words', () => {
    const b = branch('荷花已经开了');
    b.text(0).delete(2, 2);
    expect(b.look()).toEqual([{ kind: 'struck', from: 3, to: 3, words: '已经' }]);
  });
  it('is not what I wrote and took out again', () => {
    const b = branch('荷花');
    b.text(0).insert(2, '很多');
    b.text(0).delete(2, 2);
    expect(b.look()).toEqual([]);
  });
  it('is a whole paragraph and a picture', () => {
    const b = branch('一', '二');
    b.body.insert(2, [paragraph('三'), new Y.XmlElement('image')]);
    expect(b.look()).toEqual([{ kind: 'mine', from: 7, to: 8, words: '' }, { kind: 'mine', from: 9, to: 10, words: '' }]);
    b.body.delete(0, 1);
    expect(b.look()[0]).toEqual({ kind: 'struck', from: 0, to: 0, words: '一\n' });
  });
  it('is not what the common plan wrote later', () => {
    const b = branch('一');
    b.text(0).insert(1, '我');
    (b.base.getXmlFragment('body').get(0) as Y.XmlElement).insert(0, [new Y.XmlText('共')]);
    const later = Y.encodeStateAsUpdate(b.base);
    Y.applyUpdate(b.own, later);
    expect(ownOf(b.body, baseOf(later, 'body'), isLeaf)).toEqual([{ kind: 'mine', from: 3, to: 4, words: '' }]);
    expect(textOf(b.body)).toBe('共 一我');
  });
  it('is not what a version brought that I took back, then or later', () => {
    const b = branch('一', '二三');
    const had = Y.encodeStateAsUpdate(b.base);
    (b.base.getXmlFragment('body').get(0) as Y.XmlElement).insert(0, [new Y.XmlText('共同')]);
    b.base.getXmlFragment('body').insert(2, [paragraph('作业')]);
    const came = Y.encodeStateAsUpdate(b.base);
    Y.applyUpdate(b.own, came);
    refuse(b.own, 2, baseOf(had, 'body'), baseOf(came, 'body'));
    (b.body.get(0) as Y.XmlElement).delete(0, 1);
    b.body.delete(2, 1);
    expect(ownOf(b.body, baseOf(came, 'body'), isLeaf)).toEqual([]);
    b.text(1).delete(1, 1);
    (b.base.getXmlFragment('body').get(2) as Y.XmlElement).insert(1, [new Y.XmlText('三遍')]);
    const later = Y.encodeStateAsUpdate(b.base);
    Y.applyUpdate(b.own, later);
    expect(ownOf(b.body, baseOf(later, 'body'), isLeaf)).toEqual([{ kind: 'struck', from: 5, to: 5, words: '三' }]);
  });
});
