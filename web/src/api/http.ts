/* One request to the server. What comes back is the body, or a Problem is thrown that carries
 * the server's own Chinese sentence; `sentence` gives it in the language chosen.
 *
 * Creating requests carry an Idempotency-Key, so a lost reply is asked for once more without
 * making the thing twice; edits carry the revision they started from (If-Match). */
import { said, t } from '@/text';
import { uuid } from '@/ui/id';

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field?: string,
    readonly requestId?: string,
    readonly extra: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>;

export interface Ask {
  query?: Query;
  body?: unknown;
  /* A file as it is, instead of a body. */
  raw?: Blob;
  rev?: number;
  headers?: Record<string, string>;
  create?: boolean;
  /* The reply's bytes as they are. */
  bytes?: boolean;
  signal?: AbortSignal;
  /* A reply that was asked for before. */
  reply?: Promise<Response>;
}

type Listener = () => void;
const onLoggedOut = new Set<Listener>();
/** Called when the server says that the session has ended. */
export function whenLoggedOut(listener: Listener): void {
  onLoggedOut.add(listener);
}

export function url(path: string, query: Query = {}): string {
  const pairs = Object.entries(query).filter(([, v]) => v !== null && v !== undefined && v !== '');
  const text = new URLSearchParams(pairs.map(([k, v]) => [k, String(v)])).toString();
  return text ? `${path}?${text}` : path;
}

/** The Problem of a refusing reply: its own, or what its status means. */
async function problemOf(reply: Response): Promise<Problem> {
  let p: Record<string, unknown> = {};
  try {
    p = (await reply.json()) as Record<string, unknown>;
  } catch {
    /* a proxy's page: the status is all there is */
  }
  const text = (key: string) => (typeof p[key] === 'string' ? (p[key] as string) : undefined);
  return new Problem(
    reply.status,
    text('code') ?? `http_${reply.status}`,
    text('detail') ?? text('title') ?? t('error.unknown'),
    text('field'),
    text('request_id') ?? reply.headers.get('x-request-id') ?? undefined,
    p,
  );
}

async function send(method: string, path: string, ask: Ask, headers: Headers): Promise<Response> {
  const init: RequestInit = { method, headers, signal: ask.signal, credentials: 'same-origin' };
  if (ask.body !== undefined) {
    headers.set('content-type', 'application/json');
    init.body = JSON.stringify(ask.body);
  } else if (ask.raw) {
    headers.set('content-type', 'application/octet-stream');
    init.body = ask.raw;
  }
  return fetch(url(path, ask.query), init);
}

export async function request<T>(method: string, path: string, ask: Ask = {}): Promise<T> {
  const headers = new Headers({ accept: ask.bytes ? '*/*' : 'application/json', ...ask.headers });
  if (ask.rev !== undefined) headers.set('if-match', `"${ask.rev}"`);
  if (ask.create) headers.set('idempotency-key', uuid());
  const repeatable = method === 'GET' || !!ask.create;
  let reply: Response;
  try {
    reply = await (ask.reply ?? send(method, path, ask, headers)).catch((e: unknown) => {
      if (!repeatable || ask.signal?.aborted) throw e;
      return new Promise((wait) => window.setTimeout(wait, 400)).then(() => send(method, path, ask, headers));
    });
  } catch (e) {
    if (ask.signal?.aborted) throw e;
    throw new Problem(0, 'offline', t('error.offline'));
  }
  if (!reply.ok) {
    const problem = await problemOf(reply);
    if (reply.status === 401 && path !== '/api/session') onLoggedOut.forEach((tell) => tell());
    throw problem;
  }
  if (reply.status === 204) return undefined as T;
  if (ask.bytes) return (await reply.arrayBuffer()) as T;
  const type = reply.headers.get('content-type') ?? '';
  return (type.includes('json') ? await reply.json() : await reply.text()) as T;
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal) => request<T>('GET', path, { query, signal });
export const create = <T>(path: string, body: unknown = {}) => request<T>('POST', path, { body, create: true });
export const edit = <T>(path: string, rev: number, body: unknown) => request<T>('PATCH', path, { body, rev });
export const drop = (path: string, rev?: number) => request<void>('DELETE', path, { rev });

/** What to tell the person about anything that was thrown. */
export function sentence(e: unknown): string {
  return e instanceof Problem ? said(e.message) : t('error.unknown');
}
