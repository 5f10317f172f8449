/* A session that is open: what it is, its documents, what is said in it; fetched again, quietly, whenever the server says
 * that something of it changed. */
import { onBeforeUnmount, shallowReactive, watch, type Ref } from 'vue';
import { docs as myDocs, type DocRow } from '@/api/doc';
import { onChange } from '@/api/events';
import { sentence } from '@/api/http';
import { opinions, prep as fetchPrep, prepDocs, type Opinion, type Prep } from '@/api/prep';
import { me } from '@/session/store';
import { toast } from '@/ui';

export interface Session {
  prep: Prep | null;
  docs: DocRow[];
  /* My own branches of its documents. */
  own: DocRow[];
  opinions: Opinion[];
  hidden: boolean;
  failure: unknown;
  load: () => Promise<void>;
  loadOpinions: () => Promise<void>;
  /** Does something, tells what went wrong, fetches again; whether it went well. */
  run: (what: () => Promise<unknown>, done?: string) => Promise<boolean>;
}

async function branches(parents: DocRow[]): Promise<DocRow[]> {
  const found = await Promise.all(parents.map((d) => myDocs({ parent: d.id })));
  return found.flatMap((page) => page.items).filter((d) => d.author === me.value?.id);
}

export function useSession(id: Ref<number>): Session {
  const s: Session = shallowReactive<Session>({
    prep: null,
    docs: [],
    own: [],
    opinions: [],
    hidden: false,
    failure: null,
    load: async () => {
      const wanted = id.value;
      try {
        const [p, docs] = await Promise.all([fetchPrep(wanted), prepDocs(wanted)]);
        const own = docs.length ? await branches(docs).catch(() => []) : [];
        if (wanted !== id.value) return;
        Object.assign(s, { prep: p, docs, own, failure: null });
      } catch (e) {
        if (wanted === id.value && !s.prep) s.failure = e;
      }
    },
    loadOpinions: async () => {
      const wanted = id.value;
      const page = await opinions(wanted).catch(() => null);
      if (page && wanted === id.value) Object.assign(s, { opinions: page.items, hidden: page.hidden });
    },
    run: async (what, done) => {
      try {
        await what();
        if (done) toast(done, 'success');
        await Promise.all([s.load(), s.loadOpinions()]);
        return true;
      } catch (e) {
        toast(sentence(e), 'danger');
        await s.load();
        return false;
      }
    },
  });
  /* The host's view of who has spoken is part of the session. */
  const again = async () => {
    if (!s.prep?.people.some((p) => p.spoke !== undefined)) return;
    const next = await fetchPrep(id.value).catch(() => null);
    if (next?.id === id.value) s.prep = next;
  };
  const ours = (what: () => unknown) => (c: { id?: number } | null) => (c === null || c.id === id.value) && what();
  const stops = [
    onChange('prep', ours(() => Promise.all([s.load(), s.loadOpinions()]))),
    onChange('prep_opinion', ours(() => Promise.all([s.loadOpinions(), again()]))),
    onChange('prep_record', ours(() => s.load())),
    onChange('doc', (c) => (c === null || s.docs.some((d) => d.id === c.id)) && void s.load()),
  ];
  onBeforeUnmount(() => stops.forEach((stop) => stop()));
  watch(
    id,
    () => {
      Object.assign(s, { prep: null, docs: [], own: [], opinions: [] });
      void s.load();
      void s.loadOpinions();
    },
    { immediate: true },
  );
  return s;
}
