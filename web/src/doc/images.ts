/* Images on their way into a document. While the bytes go up (tus, as all files of the house), or one of another document or
 * of the library is brought over, a sign stands where the image will; it is no part of the document and only this window shows it.
 *
 * What others write comes as a whole new document (y-tiptap), in which no position of the old one can be found again by
 * mapping: so where a sign stands is kept as Yjs keeps it, relative to the text around it. */
import { Extension, type Editor } from '@tiptap/core';
import { isChangeOrigin } from '@tiptap/extension-collaboration';
import { Plugin, PluginKey, type EditorState, type Transaction } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import { absolutePositionToRelativePosition, relativePositionToAbsolutePosition, ySyncPluginKey } from '@tiptap/y-tiptap';
import { docImageAdd, docImageBring } from '@/api/doc';
import { sentence } from '@/api/http';
import { toast } from '@/ui';
import { elementId } from '@/ui/id';
import { sendFile } from './send';
import { t } from './words';

interface Sign {
  id: string;
  dom: HTMLElement;
  pos: number;
  relative: unknown;
}
type Change = { add: Sign } | { drop: string };
interface Sync {
  doc: never;
  type: never;
  binding: { mapping: never };
}

const key = new PluginKey<Sign[]>('images');
export const imageKinds = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];
const largest = 20 * 1024 * 1024;

function moved(sign: Sign, tr: Transaction, state: EditorState): Sign {
  if (!tr.docChanged) return sign;
  if (!isChangeOrigin(tr)) return { ...sign, pos: tr.mapping.map(sign.pos) };
  const sync = ySyncPluginKey.getState(state) as Sync;
  const pos = relativePositionToAbsolutePosition(sync.doc, sync.type, sign.relative, sync.binding.mapping);
  return { ...sign, pos: Math.min(pos ?? sign.pos, tr.doc.content.size) };
}

export const ComingImages = Extension.create({
  name: 'comingImages',
  addProseMirrorPlugins: () => [
    new Plugin<Sign[]>({
      key,
      state: {
        init: () => [],
        apply(tr, signs, before) {
          const change = tr.getMeta(key) as Change | undefined;
          const all = signs.map((sign) => moved(sign, tr, before));
          if (!change) return all;
          return 'add' in change ? [...all, change.add] : all.filter((sign) => sign.id !== change.drop);
        },
      },
      props: {
        decorations: (state) => DecorationSet.create(state.doc, (key.getState(state) ?? []).map((sign) => Decoration.widget(sign.pos, sign.dom, { key: sign.id, side: 1 }))),
      },
    }),
  ],
});

export const imagesOf = (files: Iterable<File>): File[] => [...files].filter((f) => f.type.startsWith('image/'));

/** Uploads images and puts them at a position; what is not an image or too large is told. */
export async function putImages(editor: Editor, doc: number, files: readonly File[], pos: number): Promise<void> {
  for (const file of files) {
    if (!imageKinds.includes(file.type)) toast(t('image.kind', { name: file.name }), 'danger');
    else if (file.size > largest) toast(t('image.large', { name: file.name }), 'danger');
    else await putImage(editor, doc, file, Math.min(pos, editor.state.doc.content.size));
  }
}

/** A sign at a position: what it says, where it stands by now, its end. */
function stand(editor: Editor, pos: number, words: string) {
  const id = elementId('coming');
  const dom = document.createElement('span');
  dom.className = 'doc-coming';
  dom.textContent = words;
  const tell = (change: Change) => editor.isDestroyed || editor.view.dispatch(editor.state.tr.setMeta(key, change));
  const sync = ySyncPluginKey.getState(editor.state) as Sync;
  tell({ add: { id, dom, pos, relative: absolutePositionToRelativePosition(pos, sync.type, sync.binding.mapping) } });
  return {
    say: (text: string) => (dom.textContent = text),
    at: () => key.getState(editor.state)?.find((sign) => sign.id === id)?.pos ?? editor.state.selection.from,
    end: () => tell({ drop: id }),
  };
}

async function putImage(editor: Editor, doc: number, file: File, pos: number): Promise<void> {
  const words = (part: number) => t('image.coming', { n: Math.floor(part * 100) });
  const sign = stand(editor, pos, words(0));
  try {
    const { url } = await docImageAdd(doc, await sendFile(file, (part) => sign.say(words(part))));
    if (editor.isDestroyed) return;
    editor.commands.insertContentAt(sign.at(), { type: 'image', attrs: { src: url, alt: file.name.replace(/\.\w+$/, '') } });
  } catch (e) {
    toast(sentence(e), 'danger');
  } finally {
    sign.end();
  }
}

export interface Brought {
  pos: number;
  attrs: Record<string, unknown>; // of the image, with its address in another document or in the library
}

/** Brings images from elsewhere over, each to its empty line; what cannot be seen there is told once. */
export async function bringImages(editor: Editor, doc: number, images: readonly Brought[]): Promise<void> {
  const signs = images.map(({ pos }) => stand(editor, pos, t('image.bringing')));
  const came = new Map<unknown, Promise<string>>();
  let wrong: unknown;
  for (const [i, { attrs }] of images.entries()) {
    const url = came.get(attrs.src) ?? docImageBring(doc, String(attrs.src)).then((image) => image.url);
    came.set(attrs.src, url);
    try {
      const src = await url;
      if (editor.isDestroyed) return;
      editor.commands.insertContentAt(signs[i]!.at(), { type: 'image', attrs: { ...attrs, src } }, { updateSelection: false });
    } catch (e) {
      wrong ??= e;
    } finally {
      signs[i]!.end();
    }
  }
  if (wrong) toast(sentence(wrong), 'danger');
}
