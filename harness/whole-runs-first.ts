/**
 * The order of test files: those that run the whole action come first, since they take longest, and short ones fill the gaps at
 * the end. Of a file that has never run here jest knows only the size.
 */
import sequencers from '@jest/test-sequencer';

const WHOLE_RUNS = /__tests__\/(?:action|contract|examples|rendering)\//;

// Its types tell of its CommonJS half; what is imported here is the other one, which exports the class itself.
const Sequencer = sequencers as unknown as typeof sequencers.default;

type Tests = Parameters<InstanceType<typeof Sequencer>['sort']>[0];

export default class WholeRunsFirst extends Sequencer {
  override async sort(tests: Tests): Promise<Tests> {
    const sorted = await super.sort(tests);
    return [
      ...sorted.filter(({ path }) => WHOLE_RUNS.test(path)),
      ...sorted.filter(({ path }) => !WHOLE_RUNS.test(path)),
    ];
  }
}
