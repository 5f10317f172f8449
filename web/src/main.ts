/* The first few hundred bytes: they ask for the start, and beside it for who is here and for the
 * view of this address, which otherwise would be asked for only when the start has run. */
import { askAhead } from '@/api/ahead';

const here = location.pathname;
if (!/^\/(login|setup)$/.test(here)) askAhead();
if (here === '/r') void import('@/resource/LibraryView.vue').catch(() => undefined);
else if (/^\/r\/\d+$/.test(here)) void import('@/resource/ResourceView.vue').catch(() => undefined);
void import('./start');
