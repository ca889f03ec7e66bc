/** Reads one statement; whatever it does not know it refuses, and never guesses at. */
import { bigQuery } from '../envelope.ts';
import { readTokens } from './reader.ts';
import type { Reader } from './reader.ts';
import { readOptions } from './schema-options.ts';
import { readSelect } from './select-parser.ts';
import type { CreateSchema, CreateTable, Drop, GrantOrRevoke, Statement } from './statement.ts';
import { tokenize } from './tokens.ts';

/** A `;` at its end is allowed, a second statement is not. */
export function parse(sql: string): Statement {
  const reader = readTokens(tokenize(sql));
  const statement = readStatement(reader);
  reader.skip(';');
  reader.end();
  return statement;
}

function readStatement(reader: Reader): Statement {
  if (reader.skip('SELECT')) return readSelect(reader);
  if (reader.skip('CREATE', 'SCHEMA')) return readCreateSchema(reader);
  if (reader.skip('CREATE', 'OR', 'REPLACE', 'TABLE')) return readCreateTable(reader, true);
  if (reader.skip('CREATE', 'TABLE')) return readCreateTable(reader, false);
  if (reader.skip('DROP', 'SCHEMA')) return readDrop(reader, 'drop schema');
  if (reader.skip('DROP', 'TABLE')) return readDrop(reader, 'drop table');
  if (reader.skip('GRANT')) return readGrant(reader, 'grant');
  reader.expect('REVOKE');
  return readGrant(reader, 'revoke');
}

function readCreateSchema(reader: Reader): CreateSchema {
  const ifNotExists = reader.skip('IF', 'NOT', 'EXISTS');
  const path = reader.path();
  return { kind: 'create schema', path, ifNotExists, options: reader.skip('OPTIONS') ? readOptions(reader) : {} };
}

function readCreateTable(reader: Reader, orReplace: boolean): CreateTable {
  const ifNotExists = reader.skip('IF', 'NOT', 'EXISTS');
  if (orReplace && ifNotExists)
    throw bigQuery(400, 'invalidQuery', 'CREATE TABLE cannot have both OR REPLACE and IF NOT EXISTS');
  const path = reader.path();
  reader.expect('(');
  const columns = reader.several(() => {
    const name = reader.identifier().text;
    const type = reader.take('word').text;
    return { name, type, isRequired: reader.skip('NOT', 'NULL') };
  });
  reader.expect(')');
  return { kind: 'create table', path, orReplace, ifNotExists, columns };
}

function readDrop(reader: Reader, kind: Drop['kind']): Drop {
  const ifExists = reader.skip('IF', 'EXISTS');
  const path = reader.path();
  const cascade = kind === 'drop schema' && reader.skip('CASCADE');
  if (kind === 'drop schema' && !cascade) reader.skip('RESTRICT');
  return { kind, path, ifExists, cascade };
}

function readGrant(reader: Reader, kind: 'grant' | 'revoke'): GrantOrRevoke {
  const roles = reader.several(() => reader.take('name').text);
  reader.expect('ON', 'SCHEMA');
  const path = reader.path();
  reader.expect(kind === 'grant' ? 'TO' : 'FROM');
  return { kind, roles, path, members: reader.several(() => reader.take('string').text) };
}
