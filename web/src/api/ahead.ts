/* Who is here is asked before the client has started, by the few bytes that come first; whoever
 * wants to know takes that answer, once. Nothing is imported here, so that it stays few bytes. */
let answer: Promise<Response> | null = null;

export function askAhead(): void {
  answer = fetch('/api/me', { headers: { accept: 'application/json' }, credentials: 'same-origin' });
  answer.catch(() => undefined);
}

export function takeAhead(): Promise<Response> | undefined {
  const taken = answer ?? undefined;
  answer = null;
  return taken;
}
