/* A question in the middle of something: `await ask({…})` is true or false, or the words typed
 * when the question wants some. One at a time. */
import { shallowRef } from 'vue';

export interface Question {
  title: string;
  text?: string;
  yes: string;
  /* Where 取消 would be read as what is asked. */
  no?: string;
  danger?: boolean;
  /* Wants words: the label of the field. */
  field?: string;
  must?: boolean;
  /* What stands in the field at first, and how many characters of it are selected. */
  words?: string;
  marked?: number;
  /* Several lines may be typed. */
  lines?: boolean;
}

interface Pending extends Question {
  answer: (words: string | null) => void;
}

export const pending = shallowRef<Pending | null>(null);

function put(q: Question): Promise<string | null> {
  pending.value?.answer(null);
  return new Promise((resolve) => {
    pending.value = {
      ...q,
      answer: (words) => {
        pending.value = null;
        resolve(words);
      },
    };
  });
}

export async function ask(q: Question): Promise<boolean> {
  return (await put(q)) !== null;
}

export function askWords(q: Question & { field: string }): Promise<string | null> {
  return put(q);
}
