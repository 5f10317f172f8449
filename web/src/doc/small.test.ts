import { describe, expect, it } from 'vitest';
import { addressOf } from './link';
import { hasWords, withoutForeign } from './paste';
import { faceOf, present } from './people';
import { pageRules } from './print';
import { enDoc } from '@/text/en-doc';
import { zhDoc } from '@/text/zh-doc';

describe('an address', () => {
  it('is completed as people mean it', () => {
    expect(addressOf(' www.example.cn/a?b=1 ')).toBe('https://www.example.cn/a?b=1');
    expect(addressOf('http://x')).toBe('http://x');
    expect(addressOf('wang@example.cn')).toBe('mailto:wang@example.cn');
    expect(addressOf('/r/12')).toBe('/r/12');
  });
  it('is refused when nobody should follow it', () => {
    for (const bad of ['', '荷花', 'javascript:alert(1)', 'data:text/html,x', '//evil.example', 'a b.cn', 'file:///c:/x']) expect(addressOf(bad), bad).toBeNull();
  });
});

describe('what is pasted', () => {
  const png = 'data:image/png;base64,AAAA';
  it('keeps our images, takes those that are in it, leaves out those of elsewhere', () => {
    const { html, lost, data } = withoutForeign(`<p>甲<img src="/api/docs/1/images/2"><img src="http://x/y.png"><img src="file:///c.png"><img src="${png}"></p>`);
    expect(html).toBe('<p>甲<img src="/api/docs/1/images/2"></p>');
    expect([lost, data]).toEqual([2, [png]]);
  });
  it('is left alone without images', () => {
    expect(withoutForeign('<p>x</p>')).toEqual({ html: '<p>x</p>', lost: 0, data: [] });
  });
  it('is words when there are any', () => {
    expect(hasWords('<img src="x">')).toBe(false);
    expect(hasWords('<table><tr><td></td></tr></table>')).toBe(true);
    expect(hasWords('<p>字</p>')).toBe(true);
  });
});

describe('who is here', () => {
  it('is each person once, oneself first, whatever strange things are told', () => {
    const user = (id: unknown, more = {}) => ({ user: { id, name: '王', school: '一小', color: '#112233', ...more } });
    const people = present([user(3), {}, user(2), user(3), user('4'), user(5, { color: 'red; background: url(x)', name: 7 })], 2);
    expect(people.map((x) => [x.id, x.me])).toEqual([[2, true], [3, false], [5, false]]);
    expect(people[2]).toMatchObject({ name: '', color: '#566171' });
  });
  it('has a face of one character', () => {
    expect([faceOf('王晓荷（演示）'), faceOf('𠮷'), faceOf('')]).toEqual(['荷', '𠮷', '·']);
  });
});

it('a title cannot leave its place in the page rules', () => {
  expect(pageRules('a4', '一小', 'a"; } body { display: none; } \\')).not.toMatch(/content: "a" ?;/);
  expect(pageRules('16k', '一小', '荷花')).toContain('184mm 260mm');
});

describe('the words of documents', () => {
  it('have the same keys and fill in the same values', () => {
    expect(Object.keys(enDoc).sort()).toEqual(Object.keys(zhDoc).sort());
    const blanks = (s: string) => (s.match(/\{\w+\}/g) ?? []).sort().join(' ');
    for (const key of Object.keys(zhDoc) as (keyof typeof zhDoc)[]) expect(`${key} ${blanks(enDoc[key])}`).toBe(`${key} ${blanks(zhDoc[key])}`);
  });
  it('have no half-width punctuation between Chinese words', () => {
    for (const [key, words] of Object.entries(zhDoc)) expect(/[一-龥][,;:?!][一-龥]/.test(words), key).toBe(false);
  });
});
