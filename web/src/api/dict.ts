/* The dictionaries: codes the server speaks and their words. Asked for once. */
import { get } from './http';

export interface Word {
  code: string;
  name: string;
}
export type Dicts = Record<string, Word[]>;

let asked: Promise<Dicts> | null = null;
export function dicts(): Promise<Dicts> {
  asked ??= get<{ items: { name: string; rows: Word[] }[] }>('/api/dicts').then(
    ({ items }) => Object.fromEntries(items.map((d) => [d.name, d.rows])),
    (e: unknown) => {
      asked = null;
      throw e;
    },
  );
  return asked;
}
