/* Following somebody through a document: the page goes where his caret goes, until one moves it oneself. Where he is not
 * in the document, or has no caret in it, the page stays where it is. */
import type { Editor } from '@tiptap/core';
import { onBeforeUnmount, ref, watch, type ShallowRef } from 'vue';

/* px under the bars above the text and over what stands below it, within which a caret is seen well enough. */
const above = 200;
const below = 120;
const own = ['wheel', 'touchmove', 'keydown', 'mousedown'] as const;

export function useFollow(editor: ShallowRef<Editor | null>) {
  /* Whom; 0: nobody. */
  const following = ref(0);
  let frame = 0;
  function bring() {
    frame = 0;
    const caret = editor.value?.view.dom.querySelector(`.doc-caret[data-person="${following.value}"]`);
    if (!caret) return;
    const { top, bottom } = caret.getBoundingClientRect();
    if (top < above || bottom > window.innerHeight - below) caret.scrollIntoView({ block: 'center' });
  }
  const later = () => {
    if (following.value) frame ||= window.requestAnimationFrame(bring);
  };
  const stop = () => (following.value = 0);
  watch(following, (person) => {
    for (const kind of own) (person ? window.addEventListener : window.removeEventListener)(kind, stop, { passive: true });
    later();
  });
  watch(editor, (e) => e?.on('transaction', later), { immediate: true });
  onBeforeUnmount(() => {
    stop();
    for (const kind of own) window.removeEventListener(kind, stop);
    window.cancelAnimationFrame(frame);
  });
  return { following };
}
