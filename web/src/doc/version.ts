/* What stood in a version of a document. */
import * as Y from 'yjs';
import { docVersionState } from '@/api/doc';
import { field } from './live';
import { docContent } from './schema';

export type Content = Record<string, unknown>;

export function contentOf(state: Uint8Array): Content {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, state);
  const content = docContent(doc.getXmlFragment(field));
  doc.destroy();
  return content;
}

export const versionContent = async (id: number, number: number): Promise<Content> => contentOf(await docVersionState(id, number));
