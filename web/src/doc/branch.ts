/* My own branch of a document, its 个案. */
import { docBranch, docs, type DocRow } from '@/api/doc';
import { me } from '@/session/store';
import { t } from './words';

/** The one there is, or a new one. */
export async function ownBranch(row: DocRow): Promise<number> {
  const { items } = await docs({ parent: row.id });
  const there = items.find((d) => d.author === me.value?.id);
  return (there ?? (await docBranch(row.id, t('branch.title', { title: row.title }).slice(0, 200)))).id;
}
