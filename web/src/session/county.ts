/* The county this house serves, for pages that are shown before anybody is logged in, and for print. */
import { shallowRef } from 'vue';
import { setupState } from '@/api/session';

export const county = shallowRef('');
setupState().then(
  (s) => (county.value = s.county),
  () => undefined,
);
