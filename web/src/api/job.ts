/* How the house is: disk, backups, and the work it does later. */
import { create, get } from './http';
import type { Page } from '@/ui/list';

export interface Status {
  version: string;
  engine: string;
  started: number;
  now: number;
  disk_free: number;
  disk_total: number;
  disk_low: boolean;
  jobs_waiting: number;
  jobs_running: number;
  jobs_failed: number;
  events_waiting: number;
  backup_at?: number;
  backup_nightly: boolean;
  backup_dir: string;
  problems: string[];
}
export const status = () => get<Status>('/api/status');

export interface Job {
  id: number;
  kind: string;
  name: string;
  arg_id: number;
  state: 'waiting' | 'running' | 'done' | 'failed';
  run_at: number;
  tries: number;
  made_at: number;
  done_at: number;
  error: string;
}
export const jobs = (state: string | null, cursor?: string) => get<Page<Job>>('/api/jobs', { state, cursor });
export const jobRetry = (id: number) => create<void>(`/api/jobs/${id}/retry`);
