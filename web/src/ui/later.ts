/* Parts that bring machinery with them and load when first opened. The window over the page is
 * fetched ahead while nothing else goes on. */
import { defineAsyncComponent } from 'vue';

const dialog = () => import('./Dialog.vue');
export const Dialog = defineAsyncComponent(dialog);
export const QrCode = defineAsyncComponent(() => import('./QrCode.vue'));

/** Fetches what is likely to be opened next, when nothing else is going on. */
export function warmUp(): void {
  window.setTimeout(() => void dialog().catch(() => undefined), 2500);
}
