/* Who is here. Asked of the server once at the start; forgotten at logout and when the server
 * says that the session has ended. */
import { computed, readonly, shallowRef } from 'vue';
import * as api from '@/api/session';
import { connect, disconnect } from '@/api/events';
import { Problem, whenLoggedOut } from '@/api/http';

export type { Me } from '@/api/session';

const person = shallowRef<api.Me | null>(null);
const asked = shallowRef(false);
export const me = readonly(person);
export const ended = shallowRef(false);
const caps = computed(() => new Set(person.value?.caps ?? []));

function enter(who: api.Me | null): void {
  person.value = who;
  if (who && !who.must_change_password) connect();
  else disconnect();
}

/** The person, or null; asks the server the first time only. */
export async function load(): Promise<api.Me | null> {
  if (asked.value) return person.value;
  try {
    enter(await api.me());
  } catch (e) {
    if (!(e instanceof Problem) || e.status !== 401) throw e;
    enter(null);
  }
  asked.value = true;
  return person.value;
}

export async function login(name: string, password: string): Promise<api.Me> {
  await api.login(name, password);
  const who = await api.me();
  ended.value = false;
  asked.value = true;
  enter(who);
  return who;
}

export async function logout(): Promise<void> {
  await api.logout();
  /* On a shared PC nothing readable is left behind. */
  void import('@/doc/copies').then((copies) => copies.sweepCopies());
  ended.value = false;
  enter(null);
}

/** After a change that alters what the person may do. */
export async function refresh(): Promise<void> {
  enter(await api.me());
}

export const can = (...wanted: string[]): boolean => wanted.some((cap) => caps.value.has(cap));

whenLoggedOut(() => {
  if (person.value) ended.value = true;
  enter(null);
});
