import type { Cloud } from '../cloud/google/clients.ts';
import { tablesWithRowPolicies } from '../cloud/google/queries.ts';
import type { Notice } from '../errors/diagnostic.ts';
import type { ModelsReport } from './model.ts';

/** More tables than this are not asked about: it is a hint. */
const MOST_TABLES = 100;

/**
 * Tables of models with row access policies, which no dry run and no query tells of.
 *
 * @param cloud - as an identity that may list them; the account itself may not
 */
export async function rowPolicyNotices(cloud: Cloud, { models }: ModelsReport, member: string): Promise<Notice[]> {
  const read = models.map(({ name, facts }) => ({ name, tables: facts?.tables ?? [] }));
  const tables = [...new Set(read.flatMap((model) => model.tables))].slice(0, MOST_TABLES);
  const filtered = await tablesWithRowPolicies(cloud, tables);
  return filtered.map((table) => {
    const readers = read.filter((model) => model.tables.includes(table)).map(({ name }) => name);
    return {
      ...{ severity: 'warning', code: 'verify.row-policies', subject: { input: 'models' } },
      because: `${table}, which ${readers.slice(0, 5).join(', ')} read, has row access policies: models get only the rows that one of them grants to ${member}, and no error for the rest`,
      remedy: `Make sure that a policy of ${table} grants ${member} the rows that your models need.`,
    };
  });
}
