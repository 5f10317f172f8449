/* A paper that is written on, by itself (DocEditor.vue) or in a session (prep/PrepPaper.vue): the editor, whether one
 * writes, the tools, finding. The editor begins to be when there is something to show and ends with the view; leaving
 * asks first while this window alone has an edit. */
import type { Editor } from '@tiptap/core';
import { computed, nextTick, onBeforeUnmount, onMounted, ref, shallowRef, useTemplateRef, watch } from 'vue';
import { makeEditor } from './editor';
import { field, type Live } from './live';
import { reachTables } from './reach';
import { knows } from './schema';
import type { Asking, Editing } from './tools';

interface PaperOf {
  id: number;
  live: Live;
  writer: boolean;
  label: () => string;
  /* Nothing is written for the moment. */
  covered?: () => boolean;
  begun?: (editor: Editor) => void;
  /* What is made of the text, a little after it rests. */
  rests?: (editor: Editor) => void;
}

const calm = 250; /* ms */

export function usePaper({ id, live, writer, label, covered, begun, rests }: PaperOf) {
  const wide = window.innerWidth >= 768;
  const editor = shallowRef<Editor | null>(null);
  /* Grows with everything that happens in the editor, which Vue does not see. */
  const tick = ref(0);
  const writing = ref(writer && wide);
  const unknown = ref(false);
  const finding = ref<'find' | 'replace' | null>(null);
  /* The view's template gives its parts these names: the element of the text, Toolbar, FindBar, Asking. */
  const place = useTemplateRef<HTMLElement>('place');
  const bar = useTemplateRef<{ focus: () => void }>('bar');
  const find = useTemplateRef<{ focus: () => void }>('find');
  const asking = useTemplateRef<{ ask: (what: Asking) => void }>('asking');
  const ask = (what: Asking) => asking.value?.ask(what);
  const toBar = () => bar.value?.focus();
  const editable = computed(() => writing.value && !live.state.ended && !covered?.());
  const editing = computed<Editing | null>(() => (editor.value && editable.value ? { editor: editor.value, ask } : null));

  let timer = 0;
  function later() {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      if (!editor.value || editor.value.isDestroyed) return;
      reachTables(editor.value.view.dom, !editable.value);
      rests?.(editor.value);
    }, calm);
  }
  function begin() {
    if (editor.value || unknown.value || !place.value) return;
    if (!knows(live.doc.getXmlFragment(field))) return void (unknown.value = true);
    const e = makeEditor(place.value, live, { id, label: label(), writer, ask, toBar });
    e.setEditable(editable.value, false);
    e.on('transaction', ({ transaction }) => {
      tick.value += 1;
      if (transaction.docChanged) later();
    });
    editor.value = e;
    begun?.(e);
    later();
  }
  watch(editable, (now) => {
    editor.value?.setEditable(now, false);
    later();
  });

  async function look(replace: boolean) {
    finding.value = replace && editable.value ? 'replace' : 'find';
    await nextTick();
    find.value?.focus();
  }
  function showPerson(person: number) {
    editor.value?.view.dom.querySelector(`.doc-caret[data-person="${person}"]`)?.scrollIntoView({ block: 'center' });
  }
  function guard(e: BeforeUnloadEvent) {
    if (live.state.unsaved) e.preventDefault();
  }
  onMounted(() => {
    watch(() => live.state.ready, (ready) => ready && begin(), { immediate: true });
    window.addEventListener('beforeunload', guard);
  });
  onBeforeUnmount(() => {
    window.removeEventListener('beforeunload', guard);
    window.clearTimeout(timer);
    editor.value?.destroy();
  });
  return { wide, editor, tick, writing, unknown, finding, editable, editing, look, toBar, showPerson };
}
