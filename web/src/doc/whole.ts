/* What is done with a document as a whole. */
import { docBranch, docs, docTemplate, type DocRow } from '@/api/doc';
import { me } from '@/session/store';
import { toast } from '@/ui';
import { t } from './words';

/** Makes it one that others may begin theirs with, or no longer one. */
export async function setTemplate(row: DocRow, on: boolean): Promise<DocRow> {
  const next = await docTemplate(row.id, row.rev, on);
  toast(t(on ? 'doc.templateSet' : 'doc.templateUnset'), 'success');
  return next;
}

/** My own branch of a document: the one there is, or a new one. */
export async function ownBranch(row: DocRow): Promise<number> {
  const { items } = await docs({ limit: 200 });
  const there = items.find((d) => d.parent === row.id && d.author === me.value?.id);
  return (there ?? (await docBranch(row.id, t('branch.title', { title: row.title }).slice(0, 200)))).id;
}
