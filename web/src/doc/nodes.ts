/* What Jibei's documents have beyond TipTap's own parts: page breaks, and formulas, which are kept as LaTeX and drawn by
 * KaTeX once it is here (math.ts). Names and attributes are TipTap's where it has such a part, so that the server's
 * readers and writers of paper know one language. */
import { Node, mergeAttributes } from '@tiptap/core';
import { drawMath } from './math';
import { t } from './words';

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    pageBreak: { insertPageBreak: () => ReturnType };
  }
}

export const PageBreak = Node.create({
  name: 'pageBreak',
  group: 'block',
  atom: true,
  parseHTML: () => [
    { tag: 'div[data-page-break]' },
    /* Word's own way to say it */
    { tag: 'br[style*="page-break-before"]' },
  ],
  renderHTML: () => ['div', { 'data-page-break': '', 'data-words': t('tool.pageBreak'), class: 'doc-page-break' }],
  addCommands() {
    return {
      insertPageBreak:
        () =>
        ({ chain }) =>
          chain()
            .splitBlock()
            .command(({ tr }) => {
              tr.insert(tr.selection.$from.before(), this.type.create());
              return true;
            })
            .run(),
    };
  },
  addKeyboardShortcuts() {
    return { 'Mod-Enter': () => this.editor.commands.insertPageBreak() };
  },
  priority: 1000,
});

function math(name: 'inlineMath' | 'blockMath', block: boolean) {
  const tag = block ? 'div' : 'span';
  return Node.create({
    name,
    group: block ? 'block' : 'inline',
    inline: !block,
    atom: true,
    addAttributes: () => ({
      latex: { default: '', parseHTML: (el) => el.getAttribute('data-latex'), renderHTML: (at) => ({ 'data-latex': at.latex as string }) },
    }),
    parseHTML: () => [{ tag: `${tag}[data-type="${block ? 'block' : 'inline'}-math"]` }],
    renderHTML: ({ HTMLAttributes, node }) => [
      tag,
      mergeAttributes(HTMLAttributes, { 'data-type': block ? 'block-math' : 'inline-math', class: 'doc-math' }),
      node.attrs.latex as string,
    ],
    renderText: ({ node }) => node.attrs.latex as string,
    addNodeView() {
      return ({ node }) => {
        const dom = document.createElement(tag);
        dom.className = `doc-math ${block ? 'block' : 'inline'}`;
        let latex = node.attrs.latex as string;
        drawMath(dom, latex, block);
        return {
          dom,
          ignoreMutation: () => true,
          update: (next) => {
            if (next.type.name !== name) return false;
            if (next.attrs.latex !== latex) drawMath(dom, (latex = next.attrs.latex as string), block);
            return true;
          },
        };
      };
    },
  });
}

export const InlineMath = math('inlineMath', false);
export const BlockMath = math('blockMath', true);
