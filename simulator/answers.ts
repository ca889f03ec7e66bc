/** Answers given word for word instead of a service's own: for refusals that only a real cloud comes to. */
import { list, record, text } from './engine/json.ts';
import { invalid } from './engine/refusal.ts';
import type { Reply, Request } from './engine/route.ts';

/** As `/_simulator/answers` takes it; consumed in order, like faults. */
export interface Answer {
  /** A prefix: `POST /v1/projects/…`. */
  readonly on: string;
  readonly reply: Reply;
  times: number;
}

/** Takes the first answer that fits this request off the list. */
export function takeAnswer(answers: Answer[], line: string): Reply | undefined {
  const index = answers.findIndex((answer) => line.startsWith(answer.on));
  const answer = answers[index];
  if (answer === undefined) return undefined;
  answer.times -= 1;
  if (answer.times <= 0) answers.splice(index, 1);
  return answer.reply;
}

export function addAnswers(request: Request, answers: Answer[]): Reply {
  for (const one of list(request.body)) {
    const { on, status, body, times } = record(one);
    if (text(on) === undefined || typeof status !== 'number')
      throw invalid('An answer is {on: "METHOD /path", status, body, times}.');
    answers.push({ on: String(on), reply: { status, body }, times: typeof times === 'number' ? times : 1 });
  }
  return { status: 200, body: {} };
}
