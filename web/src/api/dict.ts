/* The dictionaries: codes the server speaks and their words. Asked for once. */
import { get } from './http';
import type { Shape } from './shapes';

export type Word = Shape<'dict_entry'>;
export type Dicts = Record<string, Word[]>;

let asked: Promise<Dicts> | null = null;
export function dicts(): Promise<Dicts> {
  asked ??= get<Shape<'dict_list'>>('/api/dicts').then(
    ({ items }) => Object.fromEntries(items.map((d) => [d.name, d.rows])),
    (e: unknown) => {
      asked = null;
      throw e;
    },
  );
  return asked;
}
