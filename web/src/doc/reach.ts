/* A table wider than the paper scrolls in its own box. Where one only reads, that box can be reached by Tab, so that the
 * arrows move it; where one writes, the caret does. */
import { t } from './words';

export function reachTables(text: HTMLElement, reading: boolean): void {
  for (const box of text.querySelectorAll<HTMLElement>('.tableWrapper')) {
    if (reading && box.scrollWidth > box.clientWidth) {
      box.tabIndex = 0;
      box.setAttribute('role', 'group');
      box.setAttribute('aria-label', t('tool.table'));
    } else {
      box.removeAttribute('tabindex');
      box.removeAttribute('role');
      box.removeAttribute('aria-label');
    }
  }
}
