import { describe, expect, it } from 'vitest';
import { detail } from './detail';

describe('the detail of an audited act', () => {
  it('is told in words', () => {
    expect(detail({ action: 'roster.apply', detail: 'added:3 changed:1' })).toBe('新增 3 人，更新 1 人');
    expect(detail({ action: 'resource.state', detail: 'publish: draft → published' })).toBe('发布：draft → published');
    expect(detail({ action: 'dept.join', detail: 'person:12' })).toBe('人员 12');
  });
  it('stays as it is when it is of another form', () => {
    expect(detail({ action: 'roster.apply', detail: 'something else' })).toBe('something else');
    expect(detail({ action: 'settings.change', detail: 'backup_hour: 2 → 3' })).toBe('backup_hour: 2 → 3');
  });
});
