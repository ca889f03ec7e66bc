import { describe, expect, test } from '@jest/globals';
import { columnsUsed } from '../../../src/cloud/segment/columns-used.ts';
import { scheduleIn } from '../../../src/cloud/segment/schedule.ts';

/** Which columns a mapping names, as `COLUMN in FIELD`; `*` = all. */
function used(settings: Record<string, unknown>, trigger = 'event = "new" or event = "updated"'): string[] {
  const { takesAll, uses } = columnsUsed(settings, trigger);
  return [...uses.map(({ column, takenBy }) => `${column} in ${takenBy}`), ...(takesAll ? ['*'] : [])];
}

const path = (of: string): object => ({ '@path': of });
const deep = (levels: number): unknown => (levels === 0 ? path('$.properties.x') : { '@x': deep(levels - 1) });

describe('columns that a mapping names', () => {
  test.each<[string, Record<string, unknown>, readonly string[]]>([
    ['a path', { email: path('$.properties.email') }, ['email in email']],
    ['a path into a column', { city: path('$.properties.address.city') }, ['address in city']],
    [
      'a path in brackets',
      { a: path("$.properties['Full name']"), b: path('$["properties"]["plan"]') },
      ['Full name in a', 'plan in b'],
    ],
    ['a column with a space', { a: path('$.properties.Full name') }, ['Full name in a']],
    ['the identifier', { id: path('$.__segment_id') }, []],
    ['the message itself', { a: path('$.messageId'), b: path('$.receivedAt'), c: path('$.context.ip') }, []],
    ['all columns', { traits: path('$.properties') }, ['*']],
    ['everything', { traits: path('$.') }, ['*']],
    ['everything, by the root', { traits: path('$') }, ['*']],
    [
      'a template',
      { name: { '@template': 'Dear {{properties.first}} {{ properties.last }}' } },
      ['first in name', 'last in name'],
    ],
    [
      'a template with the root',
      { name: { '@template': '{{$.properties.first}}{{{properties["last"]}}}' } },
      ['first in name', 'last in name'],
    ],
    ['a template of all', { body: { '@template': '{{properties}}' } }, ['*']],
    [
      'a Liquid template',
      { body: { '@liquid': '{% if properties.plan %}{{ properties.email | upcase }}{% endif %}' } },
      ['plan in body', 'email in body'],
    ],
    ['a plain text', { note: 'see our properties page', price: '$5' }, []],
    ['a field within a field', { traits: { plan: path('$.properties.plan') } }, ['plan in traits.plan']],
    [
      '@if with its branches',
      { plan: { '@if': { exists: path('$.properties.plan'), then: path('$.properties.tier'), else: 'none' } } },
      ['plan in plan', 'tier in plan'],
    ],
    [
      'a template inside an array inside @if',
      { tags: { '@if': { blank: path('$.properties.vip'), then: [{ '@template': 'plan-{{properties.plan}}' }] } } },
      ['vip in tags', 'plan in tags'],
    ],
    [
      '@arrayPath: its list is a column, its items are not',
      { products: { '@arrayPath': ['$.properties.items', { sku: path('$.sku') }] } },
      ['items in products'],
    ],
    ['@case', { a: { '@case': { operator: 'lower', value: path('$.properties.email') } } }, ['email in a']],
    ['@replace', { a: { '@replace': { pattern: 'x', value: path('$.properties.email') } } }, ['email in a']],
    ['@json', { a: { '@json': { mode: 'encode', value: path('$.properties') } } }, ['*']],
    ['@flatten', { a: { '@flatten': { separator: '.', value: path('$.properties.address') } } }, ['address in a']],
    [
      '@merge',
      { a: { '@merge': { objects: [path('$.properties.one'), { b: path('$.properties.two') }] } } },
      ['one in a', 'two in a'],
    ],
    [
      '@transform',
      { a: { '@transform': { apply: { x: path('$.properties.one') }, mapping: path('$.x') } } },
      ['one in a'],
    ],
    [
      'a directive that nobody knows',
      { a: { '@unheardOf': { deep: [{ er: '$.properties.email' }] } } },
      ['email in a'],
    ],
    [
      'the same column twice in a field',
      { a: [path('$.properties.email'), path('$.properties.email')] },
      ['email in a'],
    ],
    ['what is no field', { __segment_internal_sync_mode: 'upsert', on: true, count: 3, nothing: null }, []],
    ['what is nested too deep to look into', { a: deep(5_000) }, ['*']],
  ])('%s', (_title, settings, expected) => expect(used(settings)).toEqual(expected));

  test.each<[string, readonly string[]]>([
    ['event = "new" or event = "updated" or event = "deleted"', []],
    ['event = "new" and properties.plan = "pro"', ['plan in trigger']],
    ['contains(properties["Full name"], "x") or $.properties.vip = true', ['Full name in trigger', 'vip in trigger']],
    ['length(properties) > 3', []],
  ])('the trigger %s', (trigger, expected) => expect(used({}, trigger)).toEqual(expected));
});

describe('how often a mapping syncs in a month', () => {
  test.each<[string, object, number | undefined]>([
    ['every hour', { strategy: 'PERIODIC', config: { interval: '1h' } }, 730.5],
    ['every 15 minutes', { strategy: 'PERIODIC', config: { interval: '15m' } }, 2922],
    ['on two days at two hours', { strategy: 'SPECIFIC_DAYS', config: { days: [1, 5], hours: [6, 18] } }, 17.39],
    ['every day at six', { strategy: 'CRON', config: { spec: '0 6 * * *' } }, 30.44],
    ['on weekdays, twice an hour', { strategy: 'CRON', config: { spec: '0,30 * * * MON-FRI' } }, 1043.57],
    ['every 20 minutes from 8 to 17', { strategy: 'CRON', config: { spec: '*/20 8-17 * * *' } }, 913.13],
    ['on the first of January and July', { strategy: 'CRON', config: { spec: '0 0 1 JAN,7 *' } }, 0.16],
    ['on the first, and on Sundays', { strategy: 'CRON', config: { spec: '0 0 1 * 7' } }, 5.33],
    ['by hand', { strategy: 'MANUAL', config: null }, 0],
    ['by dbt Cloud', { strategy: 'DBT_CLOUD', config: { jobId: '1', accountId: '2' } }, undefined],
    ['by a cron line that is none', { strategy: 'CRON', config: { spec: 'every morning' } }, undefined],
    ['by a cron line out of range', { strategy: 'CRON', config: { spec: '75 6 * * *' } }, undefined],
    ['in a way of its own', { strategy: 'MOON_PHASE' }, undefined],
    ['without an interval', { strategy: 'PERIODIC', config: { interval: '0m' } }, undefined],
    ['untold', {}, undefined],
  ])('%s', (_title, schedule, expected) => {
    const { syncsAMonth } = scheduleIn(schedule as Record<string, unknown>);
    if (expected === undefined) expect(syncsAMonth).toBeUndefined();
    else expect(syncsAMonth).toBeCloseTo(expected, 2);
  });
});
