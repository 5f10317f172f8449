/* Putting a link on the words selected, changing or taking it away. */
import type { Editor } from '@tiptap/core';
import { toast } from '@/ui';
import { askWords } from '@/ui/ask';
import { t } from './words';

/** What people type as an address, as one; null when it is none that may be followed. */
export function addressOf(typed: string): string | null {
  const text = typed.trim();
  if (/^(https?:\/\/|mailto:)[^\s]+$/i.test(text) || /^\/[^/\s][^\s]*$/.test(text)) return text;
  if (/^[^\s@:/]+@[^\s@:/]+\.[a-z]{2,}$/i.test(text)) return `mailto:${text}`;
  return /^[^\s:/]+\.[^\s:/]+(:\d+)?(\/[^\s]*)?$/.test(text) ? `https://${text}` : null;
}

export async function askLink(editor: Editor): Promise<void> {
  const before = (editor.getAttributes('link').href as string | undefined) ?? '';
  const empty = editor.state.selection.empty && !before;
  const typed = await askWords({ title: t('tool.link'), text: before ? t('link.dropText') : undefined, field: t('link.address'), words: before, must: !before, yes: t('common.save') });
  if (typed === null) return;
  const chain = editor.chain().focus().extendMarkRange('link');
  if (!typed) return void chain.unsetLink().run();
  const href = addressOf(typed);
  if (!href) return toast(t('link.wrong'), 'danger');
  if (empty) chain.insertContent({ type: 'text', text: typed, marks: [{ type: 'link', attrs: { href } }] }).run();
  else chain.setLink({ href }).run();
}
