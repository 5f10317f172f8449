/* Slips wait here for the page that prints them; leaving the page forgets them, since a password
 * is told once. */
import { shallowRef } from 'vue';
import type { Slip } from '@/api/person';

export const slips = shallowRef<Slip[]>([]);
export function showSlips(next: Slip[]): void {
  slips.value = next;
}
