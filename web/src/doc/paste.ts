/* What is pasted or dropped. Files that are images are uploaded; where words come with them (Word and Excel put a
 * picture of what was copied beside it), the words count. Images inside pasted pages stay elsewhere: they are left out,
 * and that is said. */
import { Extension } from '@tiptap/core';
import { Plugin } from '@tiptap/pm/state';
import { docImageBase } from '@/api/doc';
import { toast } from '@/ui';
import { imagesOf, putImages } from './images';
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
    const put = (files: File[], pos: number) => void putImages(this.editor, this.options.doc, files, pos);
    return [
      new Plugin({
        props: {
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
