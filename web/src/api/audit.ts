/* The audit log. */
import { get, url, type Query } from './http';
import type { Shape } from './shapes';

export type AuditRow = Shape<'audit'>;
export const audit = (query: Query, cursor?: string) => get<Shape<'audit_page'>>('/api/audit', { ...query, cursor });
export const auditExport = () => url('/api/audit/export');
export const auditVerify = () => get<Shape<'audit_verdict'>>('/api/audit/verify');
