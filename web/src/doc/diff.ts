/* What became of a text: block by block, and word by word inside a block. Pure.
 *
 * D1: of the steps between two lists, those that are not `added` name all of the first in its order, those that are not
 * `removed` all of the second. D2: the same of the parts of a block and its words. D3: between equal things all is same. */

/** Something of a block's text that is not divided: a Chinese character, a Latin word, a formula. `size` in the editor. */
export interface Token {
  words: string;
  size: number;
}
export interface Block {
  kind: string;
  tokens: readonly Token[];
}
type Fate = 'same' | 'added' | 'removed';
export interface Part {
  fate: Fate;
  words: string;
  size: number;
}
export type Step =
  | { fate: 'same'; before: number; after: number }
  | { fate: 'changed'; before: number; after: number; parts: Part[] }
  | { fate: 'added'; after: number }
  | { fate: 'removed'; before: number };

/* More differences than this are not looked for: then all is other. Memory grows with its square. */
const most = 2000;

/** Which of two lists stay, in order, as many as possible (E. W. Myers, An O(ND) Difference Algorithm, 1986). */
export function keep<T>(a: readonly T[], b: readonly T[], equal: (x: T, y: T) => boolean): [number, number][] {
  let head = 0;
  while (head < a.length && head < b.length && equal(a[head] as T, b[head] as T)) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && equal(a[a.length - 1 - tail] as T, b[b.length - 1 - tail] as T)) tail += 1;
  const run = (n: number, x: number, y: number) => Array.from({ length: n }, (_, i): [number, number] => [x + i, y + i]);
  const middle = between(a.slice(head, a.length - tail), b.slice(head, b.length - tail), equal);
  return [...run(head, 0, 0), ...middle.map(([x, y]): [number, number] => [x + head, y + head]), ...run(tail, a.length - tail, b.length - tail)];
}

/* far[k]: how far the furthest way with d differences goes on diagonal k; `trail` holds it as it was before each d. */
function between<T>(a: readonly T[], b: readonly T[], equal: (x: T, y: T) => boolean): [number, number][] {
  const end = Math.min(a.length + b.length, most);
  if (!a.length || !b.length) return [];
  const far = new Int32Array(2 * end + 3);
  const at = (k: number) => k + end + 1;
  const trail: Int32Array[] = [];
  const down = (of: Int32Array, k: number, d: number, base: number) => k === -d || (k !== d && (of[k - 1 + base] ?? 0) < (of[k + 1 + base] ?? 0));
  for (let d = 0; d <= end; d += 1) {
    trail.push(far.slice(at(-d) - 1, at(d) + 2));
    for (let k = -d; k <= d; k += 2) {
      let x = down(far, k, d, end + 1) ? (far[at(k + 1)] ?? 0) : (far[at(k - 1)] ?? 0) + 1;
      while (x < a.length && x - k < b.length && equal(a[x] as T, b[x - k] as T)) x += 1;
      far[at(k)] = x;
      if (x >= a.length && x - k >= b.length) return back(trail, a.length, b.length, down);
    }
  }
  return [];
}

function back(trail: Int32Array[], x: number, y: number, down: (of: Int32Array, k: number, d: number, base: number) => boolean): [number, number][] {
  const out: [number, number][] = [];
  for (let d = trail.length - 1; d >= 0; d -= 1) {
    const was = trail[d] as Int32Array;
    const k = x - y;
    const from = down(was, k, d, d + 1) ? k + 1 : k - 1;
    const fromX = d ? (was[from + d + 1] ?? 0) : 0;
    const fromY = d ? fromX - from : 0;
    while (x > fromX && y > fromY) out.push([(x -= 1), (y -= 1)]);
    x = fromX;
    y = fromY;
  }
  return out.reverse();
}

/** Text as tokens: Chinese by the character, the rest by the word. */
export function tokensOf(text: string): Token[] {
  return (text.match(/[\p{L}\p{N}\p{M}]+|[\s\S]/gu) ?? []).flatMap((run) => (/\p{Script=Han}/u.test(run) ? Array.from(run) : [run])).map((words) => ({ words, size: words.length }));
}

const sameToken = (x: Token, y: Token) => x.words === y.words && x.size === y.size;
const sameBlock = (x: Block, y: Block) => x.kind === y.kind && x.tokens.length === y.tokens.length && x.tokens.every((one, i) => sameToken(one, y.tokens[i] as Token));

/* Between two changes, one character that happened to stay makes reading harder, not easier. */
function calm(pairs: [number, number][], a: readonly Token[], b: readonly Token[]): [number, number][] {
  const out: [number, number][] = [];
  for (let i = 0; i < pairs.length; ) {
    let n = 1;
    while (pairs[i + n]?.[0] === (pairs[i]?.[0] ?? 0) + n && pairs[i + n]?.[1] === (pairs[i]?.[1] ?? 0) + n) n += 1;
    const [x, y] = pairs[i] as [number, number];
    const edge = (x === 0 && y === 0) || (x + n === a.length && y + n === b.length);
    if (edge || n > 1 || (a[x]?.size ?? 0) > 1) out.push(...pairs.slice(i, i + n));
    i += n;
  }
  return out;
}

export function diffTokens(a: readonly Token[], b: readonly Token[]): Part[] {
  const out: Part[] = [];
  const put = (fate: Fate, one: Token) => {
    const last = out[out.length - 1];
    if (last?.fate === fate) {
      last.words += one.words;
      last.size += one.size;
    } else out.push({ fate, ...one });
  };
  let x = 0;
  let y = 0;
  for (const [p, q] of [...calm(keep(a, b, sameToken), a, b), [a.length, b.length] as const]) {
    while (x < p) put('removed', a[x++] as Token);
    while (y < q) put('added', b[y++] as Token);
    if (p < a.length && q < b.length) put('same', b[q] as Token);
    x = p + 1;
    y = q + 1;
  }
  return out;
}

/** How much of two blocks is the same, in whatever order: 0 to 1. */
function likeness(a: Block, b: Block): number {
  const left = new Map<string, number>();
  for (const { words } of a.tokens) left.set(words, (left.get(words) ?? 0) + words.length);
  let both = 0;
  let all = 0;
  for (const { words } of a.tokens) all += words.length;
  for (const { words } of b.tokens) {
    all += words.length;
    const n = Math.min(left.get(words) ?? 0, words.length);
    both += n;
    left.set(words, (left.get(words) ?? 0) - n);
  }
  return all ? (2 * both) / all : 0;
}

const alike = 0.5;
const widest = 20_000;

/* Of blocks that went and blocks that came in one place: which of them is the other one, changed. Order is kept. */
function changedPairs(a: readonly Block[], b: readonly Block[]): [number, number][] {
  if (!a.length || !b.length || a.length * b.length > widest) return [];
  const wide = b.length + 1;
  const like = a.flatMap((x) => b.map((y) => likeness(x, y)));
  const best = new Float64Array((a.length + 1) * wide);
  const of = (i: number, j: number) => best[i * wide + j] ?? 0;
  const pair = (i: number, j: number) => ((like[i * b.length + j] ?? 0) >= alike ? of(i + 1, j + 1) + (like[i * b.length + j] ?? 0) : -1);
  for (let i = a.length - 1; i >= 0; i -= 1) for (let j = b.length - 1; j >= 0; j -= 1) best[i * wide + j] = Math.max(of(i + 1, j), of(i, j + 1), pair(i, j));
  const out: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (of(i, j) === pair(i, j)) out.push([i++, j++]);
    else if (of(i, j) === of(i + 1, j)) i += 1;
    else j += 1;
  }
  return out;
}

export function diffBlocks(a: readonly Block[], b: readonly Block[]): Step[] {
  const out: Step[] = [];
  const gap = (x: number, y: number, toX: number, toY: number) => {
    const pairs = changedPairs(a.slice(x, toX), b.slice(y, toY)).map(([p, q]) => [p + x, q + y] as const);
    for (const [p, q] of [...pairs, [toX, toY] as const]) {
      while (x < p) out.push({ fate: 'removed', before: x++ });
      while (y < q) out.push({ fate: 'added', after: y++ });
      if (p < toX && q < toY) out.push({ fate: 'changed', before: x++, after: y++, parts: diffTokens((a[p] as Block).tokens, (b[q] as Block).tokens) });
    }
  };
  let x = 0;
  let y = 0;
  for (const [p, q] of [...keep(a, b, sameBlock), [a.length, b.length] as const]) {
    gap(x, y, p, q);
    if (p < a.length && q < b.length) out.push({ fate: 'same', before: p, after: q });
    x = p + 1;
    y = q + 1;
  }
  return out;
}
