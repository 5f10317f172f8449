/* Tells the server that the client broke: the message and where, never what was on the page.
 * At most five per visit. Returns the number shown to the person. */
import { uuid } from '@/ui/id';

let sent = 0;

export function reportError(e: unknown): string {
  const number = uuid().slice(0, 8);
  console.error(number, e);
  sent += 1;
  if (sent > 5) return number;
  const error = e instanceof Error ? e : new Error(String(e));
  const body = JSON.stringify({
    number,
    message: error.message.slice(0, 300),
    stack: (error.stack ?? '').slice(0, 2000),
    path: location.pathname.slice(0, 200),
  });
  const headers = { 'content-type': 'application/json' };
  void fetch('/api/client-errors', { method: 'POST', headers, body, credentials: 'same-origin' }).catch(() => undefined);
  return number;
}
