/* The first few hundred bytes: they ask for the start, and beside it for who is here and for the
 * view of this address, which otherwise would be asked for only when the start has run. */
import { askAhead } from '@/api/ahead';
import { viewAhead } from '@/views';

const here = location.pathname;
if (!/^\/(login|setup)$/.test(here)) askAhead();
viewAhead(here);
void import('./start');
