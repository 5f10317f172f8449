/* The audit log. */
import { get, url, type Query } from './http';
import type { Page } from '@/ui/list';

export interface AuditRow {
  seq: number;
  at: number;
  person: number;
  who: string;
  ip: string;
  action: string;
  noun: string;
  noun_id: number;
  detail: string;
}
export const audit = (query: Query, cursor?: string) => get<Page<AuditRow>>('/api/audit', { ...query, cursor });
export const auditExport = () => url('/api/audit/export');
export interface AuditVerdict {
  rows: number;
  bad: number;
}
export const auditVerify = () => get<AuditVerdict>('/api/audit/verify');
