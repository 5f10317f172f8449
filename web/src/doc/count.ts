/* 字数 as word processors in China count it: a Chinese character is one, so is a run of Latin letters and digits, so is a
 * punctuation mark of Chinese. `characters` are all that is not white space. */
import type { Node } from '@tiptap/pm/model';

export interface Amount {
  words: number;
  characters: number;
}

const word = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\u3001-\u3017\uff01-\uff0f\uff1a-\uff20\u2014\u2018-\u201d\u2026]|[\p{L}\p{N}\p{M}_'’.-]+/gu;

export function countText(text: string): Amount {
  return { words: text.match(word)?.length ?? 0, characters: Array.from(text.replace(/\s/gu, '')).length };
}

export function countDoc(doc: Node, from = 0, to = doc.content.size): Amount {
  return countText(doc.textBetween(from, to, '\n', (leaf) => (leaf.type.name === 'hardBreak' ? '\n' : ' ')));
}
