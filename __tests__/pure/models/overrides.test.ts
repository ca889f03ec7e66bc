import { describe, expect, test } from '@jest/globals';
import { needsTables, override, overridesOf } from '../../../src/models/overrides.ts';
import { queryInLines } from '../../../src/models/places.ts';
import { FILE, placeOf, told } from './model-of.ts';

/** Datasets that stand in for others: replaced as names where they can only be tables, and nowhere else. */
const overrides = overridesOf(['shop = pr_7', 'other-project.crm=acme.pr_crm'], 'acme');
const query = (sql: string): ReturnType<typeof queryInLines> => queryInLines(sql, placeOf(1, 1, FILE));

describe('dataset_overrides', () => {
  test.each<[string, string, string]>([
    ['after FROM', 'SELECT * FROM shop.users', 'SELECT * FROM `acme.pr_7.users`'],
    ['with the project', 'SELECT * FROM acme.shop.users AS u', 'SELECT * FROM `acme.pr_7.users` AS u'],
    ['of another project', 'SELECT * FROM other-project.crm.people', 'SELECT * FROM `acme.pr_crm.people`'],
    ['in one pair of backticks', 'SELECT * FROM `acme.shop.Active Users`', 'SELECT * FROM `acme.pr_7.Active Users`'],
    ['part by part, as dbt writes', 'select * from `acme`.`shop`.`users` u', 'select * from `acme.pr_7.users` u'],
    [
      'after JOIN and commas',
      'SELECT 1 FROM shop.a JOIN shop.b USING (id), shop.c',
      'SELECT 1 FROM `acme.pr_7.a` JOIN `acme.pr_7.b` USING (id), shop.c',
    ],
    [
      'a comma between tables',
      'SELECT 1 FROM shop.a, shop.b WHERE TRUE',
      'SELECT 1 FROM `acme.pr_7.a`, `acme.pr_7.b` WHERE TRUE',
    ],
    [
      'in a subquery and a common table expression',
      'WITH x AS (SELECT 1 FROM shop.a) SELECT * FROM x WHERE id IN (SELECT id FROM shop.b)',
      'WITH x AS (SELECT 1 FROM `acme.pr_7.a`) SELECT * FROM x WHERE id IN (SELECT id FROM `acme.pr_7.b`)',
    ],
    ['in pipes', 'FROM shop.a |> JOIN shop.b USING (id)', 'FROM `acme.pr_7.a` |> JOIN `acme.pr_7.b` USING (id)'],
    [
      'not in strings and comments',
      "SELECT 'FROM shop.a' /* FROM shop.a */ FROM crm.b -- FROM shop.a",
      "SELECT 'FROM shop.a' /* FROM shop.a */ FROM crm.b -- FROM shop.a",
    ],
    [
      'not what only begins alike',
      'SELECT 1 FROM shop_eu.a, myshop.b, shop',
      'SELECT 1 FROM shop_eu.a, myshop.b, shop',
    ],
    [
      'not an alias',
      'SELECT shop.id FROM crm.customers AS shop, shop.items',
      'SELECT shop.id FROM crm.customers AS shop, shop.items',
    ],
    [
      'not a part of a date',
      'SELECT EXTRACT(DAY FROM shop.day) FROM crm.x AS y',
      'SELECT EXTRACT(DAY FROM shop.day) FROM crm.x AS y',
    ],
    [
      'not a comparison',
      'SELECT 1 FROM crm.x AS y WHERE a IS DISTINCT FROM shop.day',
      'SELECT 1 FROM crm.x AS y WHERE a IS DISTINCT FROM shop.day',
    ],
  ])('%s → as a name', (_title, sql, expected) => {
    expect(override(query(sql), overrides, 'acme').text).toBe(expected);
  });

  test('in backticks elsewhere → only what a dry run names as a table; else told', () => {
    const sql = 'SELECT `acme.shop.users`.id FROM `acme.shop.users` AS u';
    expect(needsTables(query(sql), overrides, 'acme')).toBe(true);
    const known = override(query(sql), overrides, 'acme', ['acme.shop.users']);
    expect(known).toMatchObject({ text: 'SELECT `acme.pr_7.users`.id FROM `acme.pr_7.users` AS u', findings: [] });
    const unknown = override(query(sql), overrides, 'acme');
    expect(unknown.text).toBe('SELECT `acme.shop.users`.id FROM `acme.pr_7.users` AS u');
    expect(unknown.findings.map(told)).toEqual([`warning override-unclear ${FILE}:1:8`]);
  });

  test('a path of three names that is no table → told, and left', () => {
    const { text, findings } = override(query('SELECT shop.users.id FROM crm.x AS y'), overrides, 'acme');
    expect(text).toContain('SELECT shop.users.id');
    expect(findings.map(told)).toEqual([`warning override-unclear ${FILE}:1:8`]);
  });

  test('offsets → where they lie in the query of the file', () => {
    const sql = 'SELECT 1 FROM shop.a, shop.b WHERE nope';
    const { text, inOriginal } = override(query(sql), overrides, 'acme');
    expect(inOriginal(text.indexOf('nope'))).toBe(sql.indexOf('nope'));
    expect(inOriginal(text.indexOf('pr_7.b'))).toBe(sql.indexOf('shop.b'));
    expect(inOriginal(text.length)).toBe(sql.length);
  });
});
