/* Two states of a document beside each other: what was added, changed and removed, drawn into the later one. A block is
 * what holds text, wherever it stands (in a table's cell, too), or a picture, a formula, a page break of its own. */
import type { Node } from '@tiptap/pm/model';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import { diffBlocks, tokensOf, type Block, type Part, type Step, type Token } from './diff';
import { t } from './words';

export interface Line extends Block {
  from: number;
  to: number;
  words: string;
}

function said(node: Node): string {
  const { name } = node.type;
  if (name === 'inlineMath' || name === 'blockMath') return String(node.attrs.latex);
  if (name === 'image') return t('diff.image', { name: String(node.attrs.alt ?? '') });
  if (name === 'pageBreak') return t('tool.pageBreak');
  if (name === 'hardBreak') return '\n';
  return t('tool.rule');
}

function inside(block: Node): Token[] {
  const out: Token[] = [];
  block.forEach((node) => (node.isText ? out.push(...tokensOf(node.text ?? '')) : out.push({ words: said(node), size: node.nodeSize })));
  return out;
}

/** The blocks with something in them, in the order of the page. */
export function linesOf(doc: Node): Line[] {
  const out: Line[] = [];
  doc.descendants((node, pos) => {
    if (!node.isTextblock && !node.isLeaf) return true;
    const tokens = node.isTextblock ? inside(node) : [{ words: said(node), size: node.nodeSize }];
    const kind = [node.type.name, node.attrs.level, node.attrs.src].filter((x) => x !== undefined).join(' ');
    if (tokens.length) out.push({ kind, tokens, from: pos, to: pos + node.nodeSize, words: tokens.map((x) => x.words).join('') });
    return false;
  });
  return out;
}

export interface Difference {
  steps: Step[];
  before: Line[];
  after: Line[];
}

export function compare(before: Node, after: Node): Difference {
  const lines: [Line[], Line[]] = [linesOf(before), linesOf(after)];
  return { steps: diffBlocks(...lines), before: lines[0], after: lines[1] };
}

export type Tally = Record<'added' | 'changed' | 'removed', number>;
export function tally({ steps }: Difference): Tally {
  const of = (fate: Step['fate']) => steps.filter((s) => s.fate === fate).length;
  return { added: of('added'), changed: of('changed'), removed: of('removed') };
}

export interface Told {
  fate: keyof Tally;
  parts: Part[];
}
/** What is not the same, a line for each: its fate, its words as parts. */
export function told({ steps, before, after }: Difference): Told[] {
  const whole = (fate: 'added' | 'removed', line: Line | undefined): Part[] => [{ fate, words: line?.words ?? '', size: 0 }];
  return steps.flatMap((s): Told[] => {
    if (s.fate === 'same') return [];
    if (s.fate === 'changed') return [{ fate: s.fate, parts: s.parts }];
    return [{ fate: s.fate, parts: whole(s.fate, s.fate === 'added' ? after[s.after] : before[s.before]) }];
  });
}

function gone(words: string, block: boolean, pos: number): Decoration {
  const draw = () => {
    const el = document.createElement('del');
    el.className = block ? 'doc-gone block' : 'doc-gone';
    el.textContent = words;
    return el;
  };
  return Decoration.widget(pos, draw, { side: -1, ignoreSelection: true });
}

function inLine(parts: readonly Part[], from: number): Decoration[] {
  let pos = from;
  return parts.flatMap((part) => {
    if (part.fate === 'removed') return [gone(part.words, false, pos)];
    const at = pos;
    pos += part.size;
    return part.fate === 'added' ? [Decoration.inline(at, pos, { nodeName: 'ins', class: 'doc-new' })] : [];
  });
}

/** The difference drawn into the later state. What was removed stands where it stood, after what came before it. */
export function drawn(doc: Node, { steps, before, after }: Difference): DecorationSet {
  let end = after[0]?.from ?? 0;
  const all = steps.flatMap((s) => {
    if (s.fate === 'removed') return [gone(before[s.before]?.words ?? '', true, end)];
    const line = after[s.after] as Line;
    end = line.to;
    if (s.fate === 'same') return [];
    const node = Decoration.node(line.from, line.to, { class: s.fate === 'added' ? 'doc-new block' : 'doc-changed' });
    return s.fate === 'added' ? [node] : [node, ...inLine(s.parts, line.from + 1)];
  });
  return DecorationSet.create(doc, all);
}
