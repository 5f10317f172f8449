/* Who is in a document now, from what the server says about each line (awareness `user`): a person once, however many
 * windows; myself first. */
export interface Present {
  id: number;
  name: string;
  school: string;
  color: string;
  me: boolean;
}

interface Told {
  user?: { id?: unknown; name?: unknown; school?: unknown; color?: unknown };
}

const words = (value: unknown) => (typeof value === 'string' ? value : '');
export const colorOf = (value: unknown) => (typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value) ? value : '#566171');

export function present(states: Iterable<Told>, own: number): Present[] {
  const people = new Map<number, Present>();
  for (const { user } of states) {
    if (typeof user?.id !== 'number' || people.has(user.id)) continue;
    people.set(user.id, { id: user.id, name: words(user.name), school: words(user.school), color: colorOf(user.color), me: user.id === own });
  }
  return [...people.values()].sort((a, b) => Number(b.me) - Number(a.me) || a.id - b.id);
}

/** The one character that stands for a name. */
export const faceOf = (name: string): string => Array.from(name.replace(/[（(].*$/, '').trim()).pop() ?? '·';
