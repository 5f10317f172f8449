/* The headings of a document, and where they stand. */
import type { Node } from '@tiptap/pm/model';

export interface Heading {
  pos: number;
  level: number;
  text: string;
}

/** Headings with words in them; one inside a table cell is a cell's matter. */
export function outlineOf(doc: Node): Heading[] {
  const out: Heading[] = [];
  doc.descendants((node, pos) => {
    if (node.type.name === 'heading' && node.textContent.trim())
      out.push({ pos, level: Number(node.attrs.level), text: node.textContent.trim() });
    return !node.isTextblock && node.type.name !== 'table';
  });
  return out;
}

/** How far each stands in: no deeper than one below its parent, and the highest at 0. */
export function depths(headings: readonly Heading[]): number[] {
  const open: number[] = [];
  return headings.map(({ level }) => {
    while (open.length && (open[open.length - 1] ?? 0) >= level) open.pop();
    open.push(level);
    return open.length - 1;
  });
}

/** Which heading a position belongs to, or -1 before the first. */
export function headingAt(headings: readonly Heading[], pos: number): number {
  let at = -1;
  headings.forEach((h, i) => h.pos <= pos && (at = i));
  return at;
}
