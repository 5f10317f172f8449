/* How the house is: disk, backups, and the work it does later. */
import { create, get } from './http';
import type { Shape } from './shapes';

export type Status = Shape<'status'>;
export const status = () => get<Status>('/api/status');

export type Job = Shape<'job_view'>;
export const jobs = (state: string | null, cursor?: string) => get<Shape<'job_page'>>('/api/jobs', { state, cursor });
export const jobRetry = (id: number) => create<void>(`/api/jobs/${id}/retry`);
