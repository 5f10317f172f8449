/* The shapes of the wire by name, from what the server printed. */
import type { components } from './types';

export type Shape<N extends keyof components['schemas']> = components['schemas'][N];
