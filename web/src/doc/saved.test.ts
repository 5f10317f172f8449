import { describe, expect, it } from 'vitest';
import { Saved } from './saved';

const open = () => {
  const s = new Saved();
  s.opened();
  s.sentUpdates(true);
  return s;
};

describe('what is saved', () => {
  it('is everything before the first edit, whatever the answer to step 1 held', () => {
    expect(open().unsaved).toBe(false);
  });
  it('an edit only after the server said so', () => {
    const s = open();
    s.edited(true);
    s.sentUpdates(false);
    expect(s.unsaved).toBe(true);
    s.durable(1);
    expect(s.unsaved).toBe(true);
    s.durable(2);
    expect(s.unsaved).toBe(false);
  });
  it('an older word of the server takes nothing back', () => {
    const s = open();
    s.sentUpdates(false);
    s.durable(2);
    s.durable(1);
    expect(s.unsaved).toBe(false);
  });
  it('edits made offline once the answer to step 1 is durable', () => {
    const s = open();
    s.closed();
    s.edited(false);
    s.opened();
    expect(s.unsaved).toBe(true);
    s.sentUpdates(false);
    s.durable(1);
    expect(s.unsaved).toBe(true);
    s.sentUpdates(true);
    expect(s.unsaved).toBe(true);
    s.durable(2);
    expect(s.unsaved).toBe(false);
  });
  it('what was under way when the line broke counts as not sent', () => {
    const s = open();
    s.sentUpdates(false);
    s.closed();
    s.opened();
    s.durable(5);
    expect(s.unsaved).toBe(true);
    s.sentUpdates(true);
    s.durable(5);
    expect(s.unsaved).toBe(false);
  });
  it('agrees with a slow model that follows every edit, at random', () => {
    const seed = Number(process.env.SEED ?? Date.now() % 1e9);
    let x = seed;
    const rnd = (n: number) => ((x = (Math.imul(x, 1103515245) + 12345) >>> 0) >>> 8) % n;
    for (let story = 0; story < 300; story += 1) {
      const s = new Saved();
      let edits: { safe: boolean; at: number }[] = [];
      let up = false;
      let sent = 0;
      let answered = false;
      for (let step = 0; step < 60; step += 1) {
        const what = rnd(6);
        if (what === 0 && !up) {
          up = true;
          sent = 0;
          answered = false;
          edits.forEach((e) => (e.at = 0));
          s.opened();
        } else if (what === 1 && up) {
          up = false;
          s.closed();
          edits.forEach((e) => (e.at = 0));
        } else if (what === 2 && up && !answered) {
          answered = true;
          sent += 1;
          edits.forEach((e) => (e.at ||= sent));
          s.sentUpdates(true);
        } else if (what === 3 && up) {
          const upTo = rnd(sent + 1);
          edits.forEach((e) => (e.safe ||= e.at > 0 && e.at <= upTo));
          edits = edits.filter((e) => !e.safe);
          s.durable(upTo);
        } else if (what > 3) {
          if (up) sent += 1;
          edits.push({ safe: false, at: up ? sent : 0 });
          s.edited(up);
          if (up) s.sentUpdates(false);
        }
        expect(s.unsaved, `seed ${seed} story ${story} step ${step}`).toBe(edits.length > 0);
      }
    }
  });
});
