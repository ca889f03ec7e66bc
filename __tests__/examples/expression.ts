import { Evaluator, Lexer, Parser, data } from '@actions/expressions';

/** What an expression may name, by context: `vars`, `steps` … as plain data. */
export type Contexts = Readonly<Record<string, unknown>>;

/** How the steps before have ended: what `success()` and its like go by. */
export interface Status {
  readonly hasFailed: boolean;
}

/** Evaluates one expression as GitHub does, with GitHub's own parser: an unknown context or function throws. */
function evaluate(expression: string, contexts: Contexts, status?: Status): data.ExpressionData {
  const functions = status === undefined ? [] : statusFunctions(status);
  const { tokens } = new Lexer(expression).lex();
  const tree = new Parser(tokens, Object.keys(contexts), functions).parse();
  const values = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  return new Evaluator(tree, values, new Map(functions.map((one) => [one.name, one]))).evaluate();
}

function statusFunctions({
  hasFailed,
}: Status): { name: string; minArgs: 0; maxArgs: 0; call: () => data.BooleanData }[] {
  const values = { always: true, cancelled: false, success: !hasFailed, failure: hasFailed };
  return Object.entries(values).map(([name, value]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(value),
  }));
}

/** The text with its `${{ … }}` filled in. Stricter than GitHub: what names nothing throws, where GitHub writes nothing. */
export function fill(text: string, contexts: Contexts): string {
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_whole, expression: string) => {
    const value = evaluate(expression, contexts);
    if (value.kind === data.Kind.Null) throw new Error(`${expression.trim()} names nothing that this run knows.`);
    return value.coerceString();
  });
}

/** The same for each value of a mapping. */
export function fillAll(
  values: Readonly<Record<string, unknown>> | undefined,
  contexts: Contexts,
): Record<string, string> {
  return Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, fill(String(value), contexts)]));
}

/** Whether a job or a step runs: without a status function in it, only if nothing before has failed. */
export function isDue(condition: string | undefined, contexts: Contexts, status: Status): boolean {
  const expression = condition?.replace(/^\$\{\{(.*)\}\}$/s, '$1') ?? 'success()';
  const whole = /\b(always|cancelled|success|failure)\(\)/.test(expression)
    ? expression
    : `success() && (${expression})`;
  const value = evaluate(whole, contexts, status);
  if (value.kind !== data.Kind.Boolean) throw new Error(`${expression} is neither true nor false.`);
  return value.value;
}
