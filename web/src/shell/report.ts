/* The client broke: the error goes to the console under a short number, which the person is shown
 * and can tell. Nothing of the page's contents is kept. */
import { uuid } from '@/ui/id';

export function reportError(e: unknown): string {
  const number = uuid().slice(0, 8);
  console.error(number, e);
  return number;
}
