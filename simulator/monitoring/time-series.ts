/** projects.timeSeries.list: how often each key of an account was used to authenticate. */
import { monitoringState } from '../directory/authentications.ts';
import type { AuthenticationState } from '../directory/authentications.ts';
import { holds } from '../directory/permissions.ts';
import { projectOf } from '../directory/projects.ts';
import type { ProjectState } from '../directory/projects.ts';
import { isoSeconds } from '../engine/json.ts';
import { pageOf } from '../engine/paging.ts';
import { google } from '../engine/refusal.ts';
import type { Context, Refusal, Reply, Request } from '../engine/route.ts';
import { METRIC, RESOURCE, isWanted, readFilter } from './filter.ts';
import type { Filter } from './filter.ts';
import { pointsOf } from './points.ts';
import type { Point } from './points.ts';

const MOST_ON_A_PAGE = 100_000;

/** One series, and those of its points that were asked for. */
interface Series {
  readonly of: AuthenticationState;
  readonly points: readonly Point[];
}

export function listTimeSeries(request: Request, context: Context): Reply {
  const { query } = request;
  const project = openProject(request, context);
  const [unsupported] = [...query].filter(
    ([name, value]) => /ggregation\.|^orderBy$/.test(name) && !value.endsWith('_NONE'),
  );
  if (unsupported !== undefined) throw invalid(`This simulator does not support ${unsupported[0]}.`);
  const filter = readFilter(query.get('filter') ?? '');
  const all = seriesOf(project, filter, request, context);
  const page = { usual: MOST_ON_A_PAGE, wrong: invalid };
  if (query.get('view') === 'HEADERS') {
    const { found, next } = pageOf(all, request, page);
    return answer(found.map(headerOf), next);
  }
  // A page is so many points, not series.
  const points = all.flatMap((series) => series.points.map((point) => ({ series, point })));
  const { found, next } = pageOf(points, request, page);
  const shown = all.flatMap((series) => {
    const own = found.filter((one) => one.series === series).map(({ point }) => pointAnswer(point));
    return own.length === 0 ? [] : [{ ...headerOf(series), points: own }];
  });
  return answer(shown, next);
}

/** The project of a path, by id or number; a missing one and a forbidden one look alike. */
function openProject({ params }: Request, context: Context): ProjectState {
  const project = projectOf(context.world, params['project'] ?? '');
  const permission = 'monitoring.timeSeries.list';
  if (project !== undefined && holds(context, context.caller(), permission, { project: project.projectId }))
    return project;
  throw google(403, 'PERMISSION_DENIED', `Permission ${permission} denied (or the resource may not exist).`);
}

/** Those that the filter names and that have something to tell of the time between. */
function seriesOf(
  { projectId, projectNumber }: ProjectState,
  filter: Filter,
  request: Request,
  context: Context,
): Series[] {
  const { start, end } = intervalIn(request);
  const isProject = isWanted(filter, 'project', projectId) || isWanted(filter, 'project', projectNumber);
  if (!isProject || !isWanted(filter, 'resource.type', RESOURCE)) return [];
  const asked = monitoringState(context.live).authentications.filter(
    ({ project, uniqueId, keyId }) =>
      project === projectId &&
      isWanted(filter, 'metric.labels.key_id', keyId) &&
      isWanted(filter, 'resource.labels.unique_id', uniqueId),
  );
  return [...new Set(asked.map(({ keyId }) => keyId))].flatMap((keyId) => {
    const authentications = asked.filter((one) => one.keyId === keyId);
    const points = pointsOf(authentications, context.now).filter((point) => point.end > start && point.end <= end);
    const [of] = authentications;
    return of === undefined || points.length === 0 ? [] : [{ of, points }];
  });
}

/** Between which moments points have to end; without a start only the very end counts. */
function intervalIn({ query }: Request): { readonly start: number; readonly end: number } {
  const read = (name: string): number => {
    const time = Date.parse(query.get(name) ?? '');
    if (Number.isNaN(time)) throw invalid(`Field ${name} had an invalid value: a timestamp is required.`);
    return time;
  };
  const end = read('interval.endTime');
  const start = query.has('interval.startTime') ? read('interval.startTime') : end - 1;
  if (start > end)
    throw invalid('Field interval had an invalid value: the start time must not be later than the end time.');
  return { start, end };
}

function invalid(message: string): Refusal {
  return google(400, 'INVALID_ARGUMENT', message);
}

function headerOf({ of: { project, uniqueId, keyId } }: Series): Record<string, unknown> {
  return {
    metric: { type: METRIC, labels: { key_id: keyId } },
    resource: { type: RESOURCE, labels: { project_id: project, unique_id: uniqueId } },
    metricKind: 'DELTA',
    valueType: 'INT64',
  };
}

function pointAnswer({ start, end, count }: Point): Record<string, unknown> {
  return {
    interval: { startTime: isoSeconds(start), endTime: isoSeconds(end) },
    value: { int64Value: String(count) },
  };
}

function answer(timeSeries: readonly unknown[], next: object): Reply {
  return { status: 200, body: { ...(timeSeries.length === 0 ? {} : { timeSeries }), ...next } };
}
