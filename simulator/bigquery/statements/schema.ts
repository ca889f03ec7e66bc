/** CREATE SCHEMA and DROP SCHEMA. */
import { text } from '../../engine/json.ts';
import type { Context } from '../../engine/route.ts';
import { nameOf } from '../datasets/answer.ts';
import { addDataset, makeDataset } from '../datasets/making.ts';
import { buryDataset, checkRemovable } from '../datasets/removal.ts';
import { setFields } from '../datasets/settings.ts';
import { bigQuery } from '../envelope.ts';
import { isSameLocation, spellLocation } from '../location.ts';
import { requireOnDataset, requireOnProject } from '../permissions.ts';
import type { CreateSchema, Drop } from '../sql/statement.ts';
import { bigQueryState } from '../state.ts';
import { datasetOf, done, locate } from './run.ts';
import type { StatementOptions, StatementResult } from './run.ts';

export function createSchema(statement: CreateSchema, options: StatementOptions, context: Context): StatementResult {
  const { project, dataset: datasetId } = datasetOf(statement.path, options);
  const given = text(statement.options['location']);
  if (given !== undefined && options.location !== undefined && !isSameLocation(given, options.location)) {
    throw bigQuery(
      400,
      'invalidQuery',
      `The location ${given} of the schema does not match that of the job, ${options.location}`,
    );
  }
  requireOnProject(context, 'bigquery.datasets.create', project);
  const location = spellLocation(given ?? options.location ?? 'US');
  const ddlTargetDataset = { projectId: project, datasetId };
  const result = (ddlOperationPerformed: string): StatementResult =>
    done(location, { statementType: 'CREATE_SCHEMA', ddlOperationPerformed, ddlTargetDataset });
  // Even one that lies elsewhere: IF NOT EXISTS asks no further.
  if (statement.ifNotExists && bigQueryState(context.world).datasets[nameOf({ project, datasetId })] !== undefined)
    return result('SKIP');
  const dataset = makeDataset(context, { project, datasetId, location });
  setFields(dataset, statement.options);
  if (!options.dryRun) addDataset(dataset, context);
  return result('CREATE');
}

export function dropSchema(statement: Drop, options: StatementOptions, context: Context): StatementResult {
  const name = datasetOf(statement.path, options);
  const ddlTargetDataset = { projectId: name.project, datasetId: name.dataset };
  const statistics = { statementType: 'DROP_SCHEMA', ddlTargetDataset };
  requireOnDataset(context, 'bigquery.datasets.delete', name);
  if (statement.ifExists && bigQueryState(context.world).datasets[`${name.project}:${name.dataset}`] === undefined)
    return done(options.location ?? 'US', { ...statistics, ddlOperationPerformed: 'SKIP' });
  const dataset = locate(name, options, context);
  checkRemovable(dataset, statement.cascade, context);
  if (!options.dryRun) buryDataset(dataset, context);
  return done(dataset.location, { ...statistics, ddlOperationPerformed: 'DROP' });
}
