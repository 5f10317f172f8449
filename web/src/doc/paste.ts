/* What is pasted or dropped. Files that are images are uploaded; where words come with them (Word and Excel put a
 * picture of what was copied beside it), the words count. Images inside pasted pages stay elsewhere: they are left out,
 * and that is said. Images of another document are brought over: not everybody here may see them there. Until one is
 * here an empty line stands for it, made in the step that pastes, so that nobody is sent the address of there. */
import { Extension } from '@tiptap/core';
import type { Node, Slice } from '@tiptap/pm/model';
import { Plugin, type EditorState, type Transaction } from '@tiptap/pm/state';
import { docImageBase } from '@/api/doc';
import { toast } from '@/ui';
import { bringImages, imagesOf, putImages, type Brought } from './images';
import { t } from './words';

/** Pasted HTML without images of elsewhere, and how many those were. `data` images come as files. */
export function withoutForeign(html: string): { html: string; lost: number; data: string[] } {
  if (!/<img/i.test(html)) return { html, lost: 0, data: [] };
  const page = new DOMParser().parseFromString(html, 'text/html');
  const foreign = [...page.querySelectorAll('img')].filter((img) => !img.getAttribute('src')?.startsWith(docImageBase));
  const data = foreign.map((img) => img.getAttribute('src') ?? '').filter((src) => /^data:image\/(png|jpeg|gif|webp);base64,/.test(src));
  foreign.forEach((img) => img.remove());
  return { html: page.body.innerHTML, lost: foreign.length - data.length, data };
}

/** Whether pasted HTML says anything beside one picture. */
export function hasWords(html: string): boolean {
  const page = new DOMParser().parseFromString(html, 'text/html');
  return (page.body.textContent ?? '').trim() !== '' || page.querySelector('table') !== null;
}

function elsewhere(node: Node, doc: number): boolean {
  const src = node.type.name === 'image' ? String(node.attrs.src) : '';
  return src.startsWith(docImageBase) && !src.startsWith(`${docImageBase}${doc}/`);
}

function anyElsewhere(slice: Slice, doc: number): boolean {
  let any = false;
  slice.content.descendants((node) => ((any ||= elsewhere(node, doc)), !any));
  return any;
}

/** Images of other documents that these steps brought become empty lines; where those are. */
function emptied(steps: readonly Transaction[], state: EditorState, doc: number): { tr: Transaction; images: Brought[] } {
  const tr = state.tr;
  const found: Brought[] = [];
  const range = { from: state.doc.content.size, to: 0 };
  steps.forEach((step, i) =>
    step.mapping.maps.forEach((map, k) =>
      map.forEach((_from, _to, start, end) => {
        const later = [step.mapping.slice(k + 1), ...steps.slice(i + 1).map((s) => s.mapping)];
        range.from = Math.min(range.from, later.reduce((at, m) => m.map(at, -1), start));
        range.to = Math.max(range.to, later.reduce((at, m) => m.map(at, 1), end));
      })
    )
  );
  if (range.from < range.to)
    state.doc.nodesBetween(range.from, range.to, (node, pos) => {
      if (pos >= range.from && elsewhere(node, doc)) found.push({ pos, attrs: node.attrs });
    });
  const images = found.map(({ pos, attrs }) => {
    const at = tr.mapping.map(pos);
    tr.replaceWith(at, at + 1, state.schema.nodes.paragraph!.create());
    return { pos: at + 1, attrs };
  });
  return { tr, images };
}

function fileOf(src: string, n: number): File {
  const [head = '', body = ''] = src.split(',');
  const type = head.slice(5).split(';')[0] ?? 'image/png';
  const bytes = Uint8Array.from(atob(body), (c) => c.charCodeAt(0));
  return new File([bytes], `${t('image.pasted')}${n}.${type.slice(6)}`, { type });
}

export const Pasting = Extension.create<{ doc: number }>({
  name: 'pasting',
  addOptions: () => ({ doc: 0 }),
  addProseMirrorPlugins() {
    const { doc } = this.options;
    const put = (files: File[], pos: number) => void putImages(this.editor, doc, files, pos);
    let pasted = false; // now, in this very step
    return [
      new Plugin({
        appendTransaction: (steps, _before, state) => {
          if (!pasted || !steps.some((step) => step.docChanged)) return null;
          pasted = false;
          const { tr, images } = emptied(steps, state, doc);
          if (images.length) queueMicrotask(() => void bringImages(this.editor, doc, images));
          return images.length ? tr : null;
        },
        props: {
          transformPasted: (slice) => {
            pasted = anyElsewhere(slice, doc);
            queueMicrotask(() => (pasted = false));
            return slice;
          },
          handlePaste: (view, event) => {
            const files = imagesOf(event.clipboardData?.files ?? []);
            if (!files.length || hasWords(event.clipboardData?.getData('text/html') ?? '')) return false;
            put(files, view.state.selection.from);
            return true;
          },
          handleDrop: (view, event, _slice, moved) => {
            const files = moved ? [] : imagesOf(event.dataTransfer?.files ?? []);
            if (!files.length) return false;
            const at = view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos ?? view.state.selection.from;
            put(files, at);
            return true;
          },
          transformPastedHTML: (html) => {
            const clean = withoutForeign(html);
            if (clean.lost) toast(t('image.lost', { n: clean.lost }), 'warning');
            if (clean.data.length) window.setTimeout(() => put(clean.data.map(fileOf), this.editor.state.selection.to));
            return clean.html;
          },
        },
      }),
    ];
  },
});
