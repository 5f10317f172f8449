/* A list that comes page by page. `fetchPage` gets the cursor of the next page; asking again
 * from the start drops what an older question still brings. */
import { computed, shallowRef, type Ref } from 'vue';

export interface Page<T> {
  items: T[];
  next?: string | null;
}

export interface List<T> {
  items: Readonly<Ref<T[]>>;
  ready: Readonly<Ref<boolean>>;
  busy: Readonly<Ref<boolean>>;
  more: Readonly<Ref<boolean>>;
  failure: Readonly<Ref<unknown>>;
  reload: () => Promise<void>;
  load: () => Promise<void>;
  change: (edit: (items: T[]) => T[]) => void;
}

export function useList<T, P extends Page<T> = Page<T>>(
  fetchPage: (cursor?: string) => Promise<P>,
  onPage?: (page: P) => void,
): List<T> {
  const items = shallowRef<T[]>([]);
  const ready = shallowRef(false);
  const busy = shallowRef(false);
  const failure = shallowRef<unknown>(null);
  const next = shallowRef<string | null>(null);
  let round = 0;

  async function run(from: string | undefined, keep: T[]) {
    const mine = ++round;
    busy.value = true;
    failure.value = null;
    try {
      const page = await fetchPage(from);
      if (mine !== round) return;
      items.value = [...keep, ...page.items];
      next.value = page.next ?? null;
      ready.value = true;
      onPage?.(page);
    } catch (e) {
      if (mine === round) failure.value = e;
    } finally {
      if (mine === round) busy.value = false;
    }
  }

  return {
    items,
    ready,
    busy,
    failure,
    more: computed(() => next.value !== null),
    reload: () => run(undefined, []),
    load: () => (next.value === null || busy.value ? Promise.resolve() : run(next.value, items.value)),
    change: (edit) => (items.value = edit(items.value)),
  };
}
