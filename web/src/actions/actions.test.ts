import { effectScope } from 'vue';
import { expect, it, vi } from 'vitest';
import { bind, menuOf, offered, useActions, type Action } from './registry';
import { keyOf, shortcutFinder } from './shortcuts';

const did = vi.fn();
const actions: Action<{ open: boolean }>[] = [
  { id: 'a', name: 'common.open', icon: 'eye', shortcut: 'g h', perform: (c) => did('a', c.open) },
  { id: 'b', name: 'common.edit', icon: 'edit', shortcut: 'n', enabled: (c) => c.open, perform: () => did('b') },
  { id: 'c', name: 'common.disable', icon: 'trash', danger: true, visible: (c) => c.open, perform: () => did('c') },
];

it('offers what is visible, and says what is not possible now', () => {
  expect(bind(actions, { open: false }).map((a) => [a.id, a.enabled])).toEqual([['a', true], ['b', false]]);
  const menu = menuOf(actions, { open: true });
  expect(menu.map((m) => m.label)).toEqual(['打开', '修改', '停用']);
  expect(menu[2]).toMatchObject({ danger: true, separated: true });
});

it('forgets the actions of a view that is gone', () => {
  const scope = effectScope();
  let context: { open: boolean } | null = null;
  scope.run(() => useActions(actions, () => context));
  expect(offered.value).toHaveLength(0);
  scope.stop();
  context = { open: true };
  const again = effectScope();
  again.run(() => useActions(actions, () => context));
  expect(offered.value.map((a) => a.id)).toEqual(['a', 'b', 'c']);
  again.stop();
  expect(offered.value).toHaveLength(0);
});

it('finds single keys and pairs, and forgets a first key after a second', () => {
  const all = bind(actions, { open: true });
  const find = shortcutFinder();
  expect(find('n', 0, all)).toMatchObject({ id: 'b' });
  expect(find('g', 10, all)).toBe('waiting');
  expect(find('h', 400, all)).toMatchObject({ id: 'a' });
  expect(find('g', 1000, all)).toBe('waiting');
  expect(find('h', 2500, all)).toBeNull();
});

it('never runs what is disabled', () => {
  expect(shortcutFinder()('n', 0, bind(actions, { open: false }))).toBeNull();
});

it('names keys the same with Ctrl and with the Mac key', () => {
  expect(keyOf(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true }))).toBe('Ctrl+K');
  expect(keyOf(new KeyboardEvent('keydown', { key: 'k', metaKey: true }))).toBe('Ctrl+K');
  expect(keyOf(new KeyboardEvent('keydown', { key: '?' }))).toBe('?');
});
