import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { heartbeat } from '../../../src/runner/heartbeat.ts';

test('a heartbeat: silence, words, the end → speaks up, keeps still, keeps still', async () => {
  const said: string[] = [];
  const beat = heartbeat((line) => said.push(line), 200);
  await beat.during('Verify', () => pause(300));
  expect(said).toEqual(['Still at “Verify” after less than a minute …']);
  await beat.during('Apply', async () => {
    for (let times = 0; times < 6; times += 1) {
      await pause(50);
      beat.heard();
    }
  });
  await pause(300);
  expect(said).toHaveLength(1);
});

test('a heartbeat: the work fails → its own error, and silence', async () => {
  const said: string[] = [];
  const beat = heartbeat((line) => said.push(line), 100);
  await expect(beat.during('Plan', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await pause(200);
  expect(said).toEqual([]);
});
