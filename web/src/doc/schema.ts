/* The language of a document: its parts and marks. The templates (server/app/doc_template), import and export of the
 * server speak the same one. Nothing here may write by itself when a document opens. */
import { getSchema, type AnyExtension } from '@tiptap/core';
import { Blockquote } from '@tiptap/extension-blockquote';
import { Bold } from '@tiptap/extension-bold';
import { Code } from '@tiptap/extension-code';
import { CodeBlock } from '@tiptap/extension-code-block';
import { Document } from '@tiptap/extension-document';
import { HardBreak } from '@tiptap/extension-hard-break';
import { Heading } from '@tiptap/extension-heading';
import Highlight from '@tiptap/extension-highlight';
import { HorizontalRule } from '@tiptap/extension-horizontal-rule';
import Image from '@tiptap/extension-image';
import { Italic } from '@tiptap/extension-italic';
import { Link } from '@tiptap/extension-link';
import { BulletList, ListItem, ListKeymap, OrderedList } from '@tiptap/extension-list';
import { Paragraph } from '@tiptap/extension-paragraph';
import { Strike } from '@tiptap/extension-strike';
import Subscript from '@tiptap/extension-subscript';
import Superscript from '@tiptap/extension-superscript';
import { TableCell, TableHeader, TableRow } from '@tiptap/extension-table';
import { Text } from '@tiptap/extension-text';
import TextAlign from '@tiptap/extension-text-align';
import { Color, FontSize, TextStyle } from '@tiptap/extension-text-style';
import { Underline } from '@tiptap/extension-underline';
import { Dropcursor } from '@tiptap/extensions/drop-cursor';
import { Gapcursor } from '@tiptap/extensions/gap-cursor';
import type { Schema } from '@tiptap/pm/model';
import { yXmlFragmentToProsemirrorJSON } from '@tiptap/y-tiptap';
import type * as Y from 'yjs';
import { docImageBase } from '@/api/doc';
import { BlockMath, InlineMath, PageBreak } from './nodes';
import { QuietTable } from './table';

/* An image is one of ours: what is pasted from elsewhere is uploaded or left out (paste.ts). */
const OwnImage = Image.extend({
  parseHTML: () => [{ tag: `img[src^="${docImageBase}"]` }],
  renderHTML: ({ HTMLAttributes }) => ['img', { alt: '', ...HTMLAttributes }],
});

/** Everything a document is made of. `resizable`: tables and images have handles. */
export function docParts(resizable: boolean): AnyExtension[] {
  return [
    Bold,
    Blockquote,
    BulletList,
    Code,
    CodeBlock,
    Document,
    Dropcursor.configure({ color: '#1559c9', width: 2 }),
    Gapcursor,
    HardBreak,
    Heading.configure({ levels: [1, 2, 3, 4, 5, 6] }),
    HorizontalRule,
    Italic,
    ListItem,
    ListKeymap,
    Link.configure({ openOnClick: false, defaultProtocol: 'https', HTMLAttributes: { target: '_blank', rel: 'noopener noreferrer nofollow' } }),
    OrderedList,
    Paragraph,
    Strike,
    Text,
    Underline,
    QuietTable.configure({ resizable, cellMinWidth: 48, lastColumnResizable: false }),
    TableRow,
    TableCell,
    TableHeader,
    OwnImage.configure({ resize: resizable && { enabled: true, minWidth: 48, minHeight: 24, alwaysPreserveAspectRatio: true } }),
    TextStyle,
    Color,
    FontSize,
    Highlight.configure({ multicolor: true }),
    Subscript,
    Superscript,
    TextAlign.configure({ types: ['heading', 'paragraph'] }),
    PageBreak,
    InlineMath,
    BlockMath,
  ];
}

/** What stands in a document, as the editor reads it. */
export function docContent(body: Y.XmlFragment): Record<string, unknown> {
  const content = yXmlFragmentToProsemirrorJSON(body) as { content?: unknown[] };
  return content.content?.length ? content : { type: 'doc', content: [{ type: 'paragraph' }] };
}

let known: Schema | null = null;
/** Whether this client knows all that stands in a document. The editor deletes what it does not know: a page that has
 * been open since before the server was renewed must not. */
export function knows(body: Y.XmlFragment): boolean {
  try {
    known ??= getSchema(docParts(false));
    known.nodeFromJSON(docContent(body)).check();
    return true;
  } catch {
    return false;
  }
}
