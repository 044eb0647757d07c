/** Operations on a VM: body → command → outcome → answer, with `expect` compared on the way out. */
import type { z } from 'zod';
import { apply, type Command, isRejection } from '../core/index.js';
import type { Done, OutcomeOf } from '../service/executor.js';
import type { Vm } from '../service/machines.js';
import type { Services } from '../service/services.js';
import { type Difference, differencesOf, type Expected, type Numbers, numbersOf, type OperationKind, type Seen } from './batch/kind.js';
import { isRefusal, type ProblemCode, type Refusal } from './problem.js';
import type { ObjectSchema, Route, RouteAnswer, RouteText } from './route.js';
import { VmParams } from './schemas/basics.js';
import { OperationQuery } from './schemas/operation.js';
import { readsFast } from './validate.js';
import { vmRoute } from './vm-route.js';

export interface OperationSpec<B extends z.ZodType, C extends Command> extends RouteText {
  readonly op: C['op'];
  readonly path: string;
  /** Where the path has more to say than the VM. */
  readonly params?: typeof VmParams;
  readonly body: B;
  readonly example: unknown;
  readonly pace?: 'hot';
  readonly effect?: 'none';
  readonly answer: RouteAnswer;
  readonly problems: readonly ProblemCode[];
  /** params: those of the path; in a list of operations there are none. */
  command(body: z.infer<B>, params?: Readonly<Record<string, string>>): C | Refusal;
  /** The answer. An object literal with all its members: on hot routes, merging objects costs more than the rest together. */
  show(outcome: OutcomeOf<C>, numbers: Numbers): object;
  /** The fields that `expect` can name, as they turned out. */
  seen(outcome: OutcomeOf<C>): Seen;
}

export function operationRoute<B extends z.ZodType<{ readonly expect?: Expected | undefined }>, C extends Command>(
  services: Services,
  spec: OperationSpec<B, C>,
): Route {
  const route = vmRoute<typeof VmParams, typeof OperationQuery, B>(services, {
    ...spec,
    method: 'POST',
    params: spec.params ?? VmParams,
    query: OperationQuery,
    problems: [
      'vm-killed',
      'expectation-failed',
      'address-out-of-range',
      'limit-exceeded',
      'touched-limit',
      'touched-total-limit',
      ...spec.problems,
    ],
    handle(vm, call) {
      const command = spec.command(call.body, call.params);
      if (isRefusal(command)) return command;
      return answerOf(services, vm, command, spec, call);
    },
  });
  return { ...route, operation: listKind(spec) };
}

/** What of a request the answer depends on, besides its command. */
interface Asked {
  readonly body: { readonly expect?: Expected | undefined } | undefined;
  readonly query: { readonly failOnExpectation?: 'true' | 'false' | undefined };
  readonly requestId: string;
}

/** Carries a command out: the answer, with what was expected compared, or why there is none. */
export function answerOf<C extends Command>(
  services: Services,
  vm: Vm,
  command: C,
  spec: Pick<OperationSpec<z.ZodType, C>, 'show' | 'seen'>,
  { body, query, requestId }: Asked,
): object | Refusal {
  const done = services.executor.run(vm, command, requestId);
  if ('rejected' in done) return done;
  const answer = spec.show(done.outcome, numbersOf(vm.machine.seq, done.events));
  const expect = body?.expect;
  if (expect === undefined) return answer;
  return judged(answer, differencesOf(expect, spec.seen(done.outcome)), query.failOnExpectation === 'true' ? 'fail' : 'report');
}

/** What an operation is in a list; also of one whose route says in its path what a list says in a member. */
export function listKind<B extends z.ZodType, C extends Command>(
  spec: Pick<OperationSpec<B, C>, 'op' | 'body' | 'command' | 'show' | 'seen'>,
): OperationKind {
  const { op, body, command, show, seen } = spec;
  // Its compiler takes milliseconds, so it waits for the first list.
  let read: OperationKind['read'] | undefined;
  const kind = {
    op,
    body: body as unknown as ObjectSchema,
    read: (value: unknown) => (read ??= readsFast(body))(value),
    command,
    show,
    seen,
    perform(machine, given) {
      const asked = spec.command(given as z.infer<B>);
      if (isRefusal(asked)) return asked;
      const result = apply(machine, asked);
      if (isRejection(result)) return result;
      const done = result as Done<OutcomeOf<C>>;
      return { ...spec.show(done.outcome, numbersOf(machine.seq, done.events)), ...spec.seen(done.outcome) };
    },
  } satisfies Pick<OperationKind, 'op' | 'body' | 'read' | 'perform'> & Pick<typeof spec, 'command' | 'show' | 'seen'>;
  return kind as OperationKind;
}

function judged(answer: object, differences: readonly Difference[], whenNotHeld: 'report' | 'fail'): object | Refusal {
  const held = differences.length === 0;
  const result = { ...answer, expectation: { held, differences } };
  if (held || whenNotHeld === 'report') return result;
  return {
    rejected: true,
    code: 'expectation-failed',
    pointer: '/expect',
    detail: `${differences.map(({ field }) => field).join(' and ')} turned out otherwise than expected; the operation was carried out`,
    hint: 'see result.expectation.differences',
    extra: { result },
  };
}
