import type { Outcome } from '../engine/apply.ts';
import type { Plan } from '../engine/plan.ts';
import type { Notice } from '../errors/diagnostic.ts';
import { modes } from '../inputs/modes.ts';
import type { Verifying } from '../inputs/options.ts';
import { refusalsIn } from '../report/diagnostics.ts';
import type { Asked, KeyFacts, RunReport } from '../report/run-report.ts';
import { withModels } from '../report/models-verdict.ts';
import { conclude } from '../report/verdict.ts';
import type { ConsumerReport } from '../resources/credential/consumer-report.ts';
import { together, verificationOf } from '../validation/live.ts';
import type { verifyPlan } from '../verify/verify-plan.ts';
import { unverified } from '../verify/wording.ts';
import { noticesBeside } from './beside.ts';
import type { Beside } from './beside.ts';
import type { Examined } from './examine.ts';
import type { Scene } from './scene.ts';

/** Everything that was found and done. */
export interface Facts extends Examined {
  readonly asked: Asked;
  readonly verify: Verifying;
  readonly scene: Scene;
  readonly outcomes: readonly Outcome[];
  /** undefined where nothing was verified. */
  readonly tried: Awaited<ReturnType<typeof verifyPlan>> | undefined;
  readonly consumer: ConsumerReport | undefined;
  /** undefined where there are no models. */
  readonly models: Beside | undefined;
  readonly keyMadeAt: number | undefined;
}

/** What a run tells when it is over. */
export function reportOf(facts: Facts): RunReport {
  const { asked, verify, scene, plan, outcomes, isBlocked, diagnostics, tried, consumer, models, keyMadeAt } = facts;
  const { mode, reporting } = asked;
  const { failOn } = reporting;
  const verification = together(tried?.verification, models && verificationOf(models));
  const refusals = modes[mode].writes ? 0 : refusalsIn(plan, diagnostics, asked.target).length;
  const verdict = conclude({ mode, failOn, verify, plan, outcomes, verification, isBlocked, refusals });
  return {
    ...asked,
    ...keyFactsOf(scene, consumer),
    keyMadeAt,
    plan,
    outcomes,
    verification,
    models: models?.report,
    diagnostics: [
      ...diagnostics,
      ...unverified(verification, verify),
      ...losable(scene, asked),
      ...noticesIn(tried),
      ...noticesIn(consumer),
      ...noticesBeside(models),
    ],
    verdict: withModels(verdict, models?.report, reporting.modelsFailOn),
  };
}

function keyFactsOf({ account, destinations, segment }: Scene, consumer: ConsumerReport | undefined): KeyFacts {
  return {
    issuedKeyId: account.issued()?.id,
    destinations: destinations.map(({ name }) => name),
    consumer: consumer && {
      state: consumer.consumer,
      lastSync: consumer.lastSync,
      madeId: segment.progress.sourceId ?? segment.progress.deliveredTo,
    },
  };
}

/** A key that is in a step output alone is gone with the job. */
function losable({ account }: Scene, { target }: Asked): Notice[] {
  if (account.issued() === undefined || target.delivery.to.some((name) => name !== 'output')) return [];
  return [
    {
      severity: 'warning',
      code: 'key.output-only',
      because:
        'the key is in the output key of this step, and nowhere else: if no later step of this job stores it, it is lost',
      remedy: 'Then run mode rotate, or set another key_delivery.',
    },
  ];
}

function noticesIn(found: { readonly notices: readonly Notice[] } | undefined): readonly Notice[] {
  return found?.notices ?? [];
}

/** Of the key that is delivered when the run is over; undefined where there is none, or nobody has looked. */
export async function whenKeyWasMade({ account, cloud, keyList }: Scene, plan: Plan): Promise<number | undefined> {
  if (account.issued() !== undefined) return cloud.clock.now();
  const delivered = plan.steps.map(({ outputs }) => outputs.key_id ?? '').find((id) => id !== '');
  if (delivered === undefined) return undefined;
  return (await keyList()).find(({ id }) => id === delivered)?.createdAt;
}
