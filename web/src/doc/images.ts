/* Images on their way into a document. While the bytes go up (tus, as all files of the house), a sign stands where the
 * image will; it is no part of the document, moves with the text around it, and only this window shows it. */
import { Extension, type Editor } from '@tiptap/core';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import { docImageAdd } from '@/api/doc';
import { sentence } from '@/api/http';
import { endpoint } from '@/api/upload';
import { toast } from '@/ui';
import { elementId } from '@/ui/id';
import { problemText } from '@/upload/progress';
import { t } from './words';

interface Coming {
  add?: { id: string; pos: number; dom: HTMLElement };
  drop?: string;
}

const key = new PluginKey<DecorationSet>('images');
const kinds = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];
const largest = 20 * 1024 * 1024;

export const ComingImages = Extension.create({
  name: 'comingImages',
  addProseMirrorPlugins: () => [
    new Plugin<DecorationSet>({
      key,
      state: {
        init: () => DecorationSet.empty,
        apply(tr, set) {
          const signs = set.map(tr.mapping, tr.doc);
          const { add, drop } = (tr.getMeta(key) ?? {}) as Coming;
          if (add) return signs.add(tr.doc, [Decoration.widget(add.pos, add.dom, { id: add.id, side: 1 })]);
          return drop ? signs.remove(signs.find(undefined, undefined, (spec) => spec.id === drop)) : signs;
        },
      },
      props: { decorations: (state) => key.getState(state) },
    }),
  ],
});

export const imagesOf = (files: Iterable<File>): File[] => [...files].filter((f) => f.type.startsWith('image/'));

/** Uploads images and puts them at a position; what is not an image or too large is told. */
export async function putImages(editor: Editor, doc: number, files: readonly File[], pos: number): Promise<void> {
  for (const file of files) {
    if (!kinds.includes(file.type)) toast(t('image.kind', { name: file.name }), 'danger');
    else if (file.size > largest) toast(t('image.large', { name: file.name }), 'danger');
    else await putImage(editor, doc, file, Math.min(pos, editor.state.doc.content.size));
  }
}

async function putImage(editor: Editor, doc: number, file: File, pos: number): Promise<void> {
  const id = elementId('coming');
  const dom = document.createElement('span');
  dom.className = 'doc-coming';
  const say = (part: number) => (dom.textContent = t('image.coming', { n: Math.floor(part * 100) }));
  say(0);
  editor.view.dispatch(editor.state.tr.setMeta(key, { add: { id, pos, dom } } satisfies Coming));
  const here = () => key.getState(editor.state)?.find(undefined, undefined, (spec) => spec.id === id)[0]?.from;
  try {
    const { url } = await docImageAdd(doc, await sendImage(file, say));
    const at = editor.isDestroyed ? undefined : here();
    if (at !== undefined) editor.chain().insertContentAt(at, { type: 'image', attrs: { src: url, alt: file.name.replace(/\.\w+$/, '') } }).run();
  } catch (e) {
    toast(typeof e === 'string' ? e : sentence(e), 'danger');
  }
  if (!editor.isDestroyed) editor.view.dispatch(editor.state.tr.setMeta(key, { drop: id } satisfies Coming));
}

/** The finished upload's id; throws the sentence that says why not. */
async function sendImage(file: File, say: (part: number) => void): Promise<string> {
  const { Upload } = await import('tus-js-client');
  return new Promise((resolve, reject) => {
    const up: InstanceType<typeof Upload> = new Upload(file, {
      endpoint,
      retryDelays: [0, 1000, 3000, 5000, 10_000],
      storeFingerprintForResuming: false,
      metadata: { filename: file.name },
      onProgress: (sent, all) => say(all ? sent / all : 0),
      onSuccess: () => resolve(decodeURIComponent(up.url?.split('/').pop() ?? '')),
      onError: (e) => reject(problemText(e).text),
    });
    up.start();
  });
}
