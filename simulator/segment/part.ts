import { statePart } from '../engine/world.ts';
import { beginSegment } from './beginning.ts';

export const segmentState = statePart('segment', beginSegment);
